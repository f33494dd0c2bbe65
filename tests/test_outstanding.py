"""Shares outstanding in event files: what is read, and at which line a fault stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.eventfiles import check_event, read_event
from deepseek_shock.market.event import Outstanding
from deepseek_shock.market.instrument import Text
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from tests.builders import day

if TYPE_CHECKING:
    from pathlib import Path

EVENT = """id = "mine"
name = "Mine"
date = 2025-01-27
watchlist = "deepseek"

[[outstanding]]
ticker = "NVDA"
shares = 24_490_000_000
as_of = 2024-11-15
source = "a filing"

[[outstanding]]
ticker = "5803.T"
shares = 1
as_of = 2024-09-30
source.en = "a report"
source.ja = "短信"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts_as_they_were_written(tmp_path: Path) -> None:
    first, second = read_event(write(tmp_path, EVENT)).outstanding
    assert first == Outstanding(
        "NVDA", 24_490_000_000, day("2024-11-15"), Text("a filing", "a filing")
    )
    assert second.source == Text("a report", "短信")


def test_one_share_may_have_several_counts(tmp_path: Path) -> None:
    text = EVENT.replace('"5803.T"', '"NVDA"')
    assert [one.ticker for one in read_event(write(tmp_path, text)).outstanding] == ["NVDA"] * 2


def test_the_bundled_event_counts_one_company() -> None:
    [fact] = Registry(sample_directory()).event("deepseek").outstanding
    assert (fact.ticker, fact.shares, fact.as_of) == ("NVDA", 24_490_000_000, day("2024-11-15"))


FAULTS = {
    "no count": (EVENT.replace("shares = 1\n", ""), 12, "shares"),
    "zero": (EVENT.replace("shares = 1\n", "shares = 0\n"), 14, "shares"),
    "below zero": (EVENT.replace("shares = 1\n", "shares = -1\n"), 14, "shares"),
    "a part": (EVENT.replace("shares = 1\n", "shares = 1.5\n"), 14, "shares"),
    "a truth": (EVENT.replace("shares = 1\n", "shares = true\n"), 14, "shares"),
    "beyond sense": (EVENT.replace("24_490_000_000", "9" * 40), 8, "shares"),
    "a text": (EVENT.replace("24_490_000_000", '"24.49bn"'), 8, "shares"),
    "no source": (EVENT.replace('source = "a filing"\n', ""), 6, "source"),
    "an empty source": (EVENT.replace('"a filing"', '""'), 10, "source"),
    "no date": (EVENT.replace("2024-11-15", '"Q3"'), 9, "as_of"),
    "no ticker": (EVENT.replace('"NVDA"', '"nvda"'), 7, "nvda"),
    "an index": (EVENT.replace('"NVDA"', '"^N225"'), 7, "index"),
    "an unknown key": (EVENT.replace("as_of = 2024-11-15", "as_of = 2024-11-15\nx = 1"), 10, "`x`"),
    "twice": (
        EVENT.replace('"5803.T"', '"NVDA"').replace("2024-09-30", "2024-11-15"),
        15,
        "two counts",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, word = FAULTS[fault]
    with pytest.raises(FileError) as caught:
        read_event(write(tmp_path, text))
    assert word in caught.value.message
    assert caught.value.line == line
    assert caught.value.hint


def test_the_check_asks_whether_the_share_is_watched(tmp_path: Path) -> None:
    watchlist = Registry(sample_directory()).watchlist("deepseek")
    check_event(write(tmp_path, EVENT), watchlist)
    with pytest.raises(FileError, match="KO") as caught:
        check_event(write(tmp_path, EVENT.replace('"5803.T"', '"KO"')), watchlist)
    assert caught.value.line == 13
