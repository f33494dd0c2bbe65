"""Watchlists and events: what is read, what is refused and at which line, who comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.eventfiles import read_event
from deepseek_shock.market.instrument import Text
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.watchlists import make_watchlist, read_watchlist

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.market.event import Event, Watchlist

LIST = """
id = "mine"
title.en = "Mine"
title.ja = "私の"
indexes = ["^N225"]

[names]
NVDA = "My chip maker"
"5803.T" = { en = "Cables", ja = "電線" }

[[groups]]
id = "chips"
title = "Chips"
tickers = ["NVDA", "BRK-B"]

[[groups]]
id = "tokyo"
title.en = "Tokyo, long"
title.ja = "東京の長い名"
short_title.en = "Tokyo"
short_title.ja = "東京"
tickers = [
    "5803.T",
    "6857.T",
]
"""

EVENT = """
id = "my-event"
name.en = "My shock"
name.ja = "私のショック"
date = 2025-01-27
watchlist = "deepseek"
leads = ["NVDA", "5803.T"]
lines = ["NVDA"]
followed = ["5803.T"]
mentioned = ["6857.T"]

[sessions]
XTKS = 2025-01-28

[[focus]]
calendar = "XTKS"
groups = ["tokyo-ai"]
benchmark = "^N225"
title = "Tokyo"
noun.en = "Tokyo shares"
noun.ja = "東京の銘柄"

[context]
opening = "It began."
closing = "It ended."
[[context.points]]
heading = "First."
body = "So it was."
"""


def write(folder: Path, text: str, name: str = "my.toml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return file


def watchlist(folder: Path, text: str = LIST) -> Watchlist:
    return read_watchlist(write(folder, text), sample_directory())


def event(folder: Path, text: str = EVENT) -> Event:
    return read_event(write(folder, text))


def test_a_watchlist_as_it_was_written(tmp_path: Path) -> None:
    mine = watchlist(tmp_path)
    assert mine.id == "mine"
    assert mine.title == Text("Mine", "私の")
    assert [index.ticker for index in mine.indexes] == ["^N225"]
    assert [group.id for group in mine.groups] == ["chips", "tokyo"]
    assert [share.ticker for share in mine.shares] == ["NVDA", "BRK-B", "5803.T", "6857.T"]
    assert mine.groups[0].short_title == mine.groups[0].title == Text("Chips", "Chips")
    assert mine.groups[1].short_title == Text("Tokyo", "東京")


def test_names_come_from_the_file_then_from_what_is_known(tmp_path: Path) -> None:
    names = {share.ticker: share.name for share in watchlist(tmp_path).shares}
    assert names == {
        "NVDA": Text("My chip maker", "My chip maker"),
        "BRK-B": Text("BRK-B", "BRK-B"),
        "5803.T": Text("Cables", "電線"),
        "6857.T": Text("Advantest", "アドバンテスト"),
    }
    exchanges = {share.ticker: share.exchange.mic for share in watchlist(tmp_path).shares}
    assert exchanges == {"NVDA": "XNAS", "BRK-B": "XNYS", "5803.T": "XTKS", "6857.T": "XTKS"}


def test_an_event_as_it_was_written(tmp_path: Path) -> None:
    mine = event(tmp_path)
    assert (mine.id, mine.name) == ("my-event", Text("My shock", "私のショック"))
    assert mine.date == date(2025, 1, 27)
    assert mine.sessions == {"XNYS": date(2025, 1, 27), "XTKS": date(2025, 1, 28)}
    assert mine.leads == ("NVDA", "5803.T")
    assert (mine.lines, mine.followed, mine.mentioned) == (("NVDA",), ("5803.T",), ("6857.T",))
    assert mine.focus[0].benchmark == "^N225"
    assert mine.context is not None
    assert mine.context.points[0].heading == Text("First.", "First.")


def test_an_event_needs_no_more_than_four_lines(tmp_path: Path) -> None:
    mine = event(tmp_path, 'id = "x"\nname = "X"\ndate = "2025-01-27"\nwatchlist = "deepseek"\n')
    assert (mine.leads, mine.focus, mine.context) == ((), (), None)


def test_the_bundled_ones_are_sound() -> None:
    registry = Registry(sample_directory())
    assert len(registry.watchlist("deepseek").shares) == 56
    assert len(registry.watchlist("deepseek").indexes) == 6
    assert "deepseek" in {found.id for found in registry.events()}
    found = registry.event_on(date(2025, 1, 27))
    assert found is not None
    assert found.leads == ("NVDA", "5803.T", "6857.T")
    assert registry.event_on(date(2025, 1, 28)) is None
    watched = {share.ticker for share in registry.watchlist(found.watchlist).instruments}
    named = {*found.leads, *found.lines, *found.followed, *found.mentioned}
    assert named <= watched


LIST_FAULTS = {
    "missing id": ('title = "x"\n[[groups]]\nid = "a"\ntitle = "a"\ntickers = ["NVDA"]\n', 1, "id"),
    "neither groups nor indexes": ('id = "x"\ntitle = "x"\n', 1, "groups"),
    "groups without tickers": (
        'id = "x"\ntitle = "x"\n[[groups]]\nid = "a"\ntitle = "a"\n',
        1,
        "tickers",
    ),
    "unknown key": (LIST + "\ncolour = 1\n", 26, "colour"),
    "unknown key at the top": ("colour = 1\n" + LIST.lstrip("\n"), 1, "colour"),
    "ticker twice in a group": (LIST.replace('"6857.T"', '"5803.T"'), 23, "5803.T"),
    "ticker twice in two groups": (LIST.replace('"6857.T"', '"NVDA"'), 23, "NVDA"),
    "index that is a share too": (LIST.replace('"6857.T"', '"^N225"'), None, "^N225"),
    "unknown suffix in an array of many lines": (LIST.replace("6857.T", "6857.L"), 23, "6857.L"),
    "malformed ticker": (LIST.replace("6857.T", "abc"), 23, "abc"),
    "empty ticker": (LIST.replace("6857.T", ""), 23, "ticker"),
    "malformed index": (LIST.replace("^N225", "n225"), 4, "n225"),
    "id twice": (LIST.replace('"tokyo"', '"chips"'), 16, "chips"),
    "half a title": (LIST.replace('title.ja = "私の"\n', ""), 2, "ja"),
    "title in a third language": (LIST.replace("title.ja", "title.fr", 1), 2, "ja"),
    "number for a title": (LIST.replace('title = "Chips"', "title = 3"), 12, "title"),
    "control character in a name": (LIST.replace("My chip", "My\\u0007chip"), 7, "control"),
    "mark of direction in a name": (LIST.replace("電線", "電\\u202e線"), 8, "control"),
    "tickers that are no array": (LIST.replace('["NVDA", "BRK-B"]', '"NVDA"'), 13, "tickers"),
    "groups that are no tables": ('id = "x"\ntitle = "x"\ngroups = ["a"]\n', 3, "groups"),
}


MARKET = (
    LIST
    + """
[market]
title.en = "TSE Prime"
title.ja = "東証プライム"
exchange = "XTKS"
listed = 1637
as_of = 2025-01-27
source = "Japan Exchange Group"
groups_are = "sectors"
"""
)

LIST_FAULTS.update(
    {
        "market on an unknown calendar": (MARKET.replace('"XTKS"', '"XXXX"'), 29, "XXXX"),
        "market without a number": (MARKET.replace("1637", '"many"'), 30, "listed"),
        "market smaller than its list": (MARKET.replace("1637", "1"), 30, "2 shares"),
        "market without a day": (MARKET.replace("as_of = 2025-01-27\n", ""), 26, "as_of"),
        "market without a source": (
            MARKET.replace('source = "Japan Exchange Group"\n', ""),
            26,
            "source",
        ),
        "groups that are something else": (
            MARKET.replace('"sectors"', '"teams"'),
            33,
            "groups_are",
        ),
        "unknown key in the market": (MARKET + "issues = 3\n", 34, "issues"),
    }
)


def test_a_watchlist_may_say_that_it_holds_a_market(tmp_path: Path) -> None:
    assert watchlist(tmp_path).market is None
    market = watchlist(tmp_path, MARKET).market
    assert market is not None
    assert market.title == Text("TSE Prime", "東証プライム")
    assert (market.exchange, market.listed, market.has_sectors) == ("XTKS", 1637, True)
    assert (market.as_of, market.source.ja) == (date(2025, 1, 27), "Japan Exchange Group")


@pytest.mark.parametrize("fault", LIST_FAULTS)
def test_a_fault_in_a_watchlist_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, word = LIST_FAULTS[fault]
    with pytest.raises(FileError) as caught:
        watchlist(tmp_path, text)
    assert word in caught.value.message
    assert str(tmp_path / "my.toml") in caught.value.message
    assert caught.value.hint
    if line is not None:
        assert caught.value.line == line


EVENT_FAULTS = {
    "missing name": (
        EVENT.replace('name.en = "My shock"\nname.ja = "私のショック"\n', ""),
        1,
        "name",
    ),
    "missing date": (EVENT.replace("date = 2025-01-27\n", ""), 1, "date"),
    "bad date": (EVENT.replace("2025-01-27", '"Monday"'), 4, "date"),
    "date with a time": (EVENT.replace("2025-01-27", "2025-01-27T09:00:00"), 4, "date"),
    "malformed lead": (EVENT.replace('["NVDA", "5803.T"]', '["nvda"]'), 6, "nvda"),
    "unknown suffix": (EVENT.replace('["6857.T"]', '["6857.L"]'), 9, "6857.L"),
    "unknown calendar in sessions": (EVENT.replace("XTKS = 2025", "XTKX = 2025"), 12, "XTKX"),
    "session that is no date": (EVENT.replace("2025-01-28", "3"), 12, "XTKS"),
    "unknown calendar in a focus": (EVENT.replace('"XTKS"', '"XTKX"'), 15, "XTKX"),
    "another word where an exchange was closed": (
        EVENT.replace("leads =", 'where_closed = "soon"\nleads ='),
        6,
        "where_closed",
    ),
    "focus without a noun": (
        EVENT.replace('noun.en = "Tokyo shares"\nnoun.ja = "東京の銘柄"\n', ""),
        14,
        "noun",
    ),
    "point without a body": (EVENT.replace('body = "So it was."\n', ""), 25, "body"),
    "context without a closing": (EVENT.replace('closing = "It ended."\n', ""), 22, "closing"),
    "unknown key in the context": (EVENT.replace("closing =", "clos = 1\nclosing ="), 24, "clos"),
    "unknown key at the top": (EVENT.replace("lines =", "line ="), 7, "line"),
    "empty id": (EVENT.replace('"my-event"', '""'), 1, "id"),
    "control character": (EVENT.replace("It began", "It\\u001b[31m began"), 23, "control"),
}


@pytest.mark.parametrize("fault", EVENT_FAULTS)
def test_a_fault_in_an_event_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, word = EVENT_FAULTS[fault]
    with pytest.raises(FileError) as caught:
        event(tmp_path, text)
    assert word in caught.value.message
    assert caught.value.line == line


def test_a_near_key_is_offered(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        event(tmp_path, EVENT.replace("lines =", "line ="))
    assert "lines" in caught.value.hint


# --- who is found first ---


def test_the_users_folder_comes_before_the_bundled_one(tmp_path: Path) -> None:
    write(tmp_path, LIST, "watchlists/deepseek.toml")
    write(tmp_path, EVENT.replace('"my-event"', '"deepseek"'), "events/deepseek.toml")
    registry = Registry(sample_directory(), tmp_path)
    assert registry.watchlist("deepseek").id == "mine"
    assert registry.event("deepseek").name.en == "My shock"
    by_id = {found.id: found.name.en for found in registry.events()}
    assert by_id["deepseek"] == "My shock"


def test_the_users_own_stand_beside_the_bundled_ones(tmp_path: Path) -> None:
    write(tmp_path, LIST, "watchlists/mine.toml")
    write(tmp_path, EVENT.replace("2025-01-27", "2024-08-05"), "events/my-event.toml")
    registry = Registry(sample_directory(), tmp_path)
    assert registry.watchlist("mine").id == "mine"
    assert len(registry.watchlist("deepseek").shares) == 56
    assert {"my-event", "yen-carry", "deepseek"} <= {found.id for found in registry.events()}
    found = registry.event_on(date(2024, 8, 5))
    assert found is not None
    assert found.id == "my-event"


def test_the_users_event_of_a_date_comes_before_the_bundled_one(tmp_path: Path) -> None:
    """A user who names the same day means their own."""
    write(tmp_path, EVENT.replace('"my-event"', '"zz-event"'), "events/zz-event.toml")
    found = Registry(sample_directory(), tmp_path).event_on(date(2025, 1, 27))
    assert found is not None
    assert found.id == "zz-event"


def test_an_unknown_name_is_a_wrong_usage_with_what_is_near(tmp_path: Path) -> None:
    registry = Registry(sample_directory(), tmp_path)
    for find in (registry.watchlist, registry.event):
        with pytest.raises(UsageError, match="deepsek") as caught:
            find("deepsek")
        assert "deepseek" in caught.value.hint
        with pytest.raises(UsageError) as caught:
            find("zzz")
        assert "deepseek" in caught.value.hint


def test_a_name_never_leaves_its_folder(tmp_path: Path) -> None:
    write(tmp_path, LIST, "secret.toml")
    registry = Registry(sample_directory(), tmp_path / "config")
    with pytest.raises((UsageError, FileError)):
        registry.watchlist("../../secret")


def test_a_file_is_read_where_it_stands(tmp_path: Path) -> None:
    file = write(tmp_path, LIST, "far/away/list.toml")
    assert Registry(sample_directory()).watchlist(str(file)).id == "mine"


def test_an_event_names_a_watchlist_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file makes the same report from any folder."""
    write(tmp_path, LIST, "far/lists/mine.toml")
    text = EVENT.replace('"deepseek"', '"lists/mine.toml"').replace(
        "[sessions]\nXTKS = 2025-01-28\n", ""
    )
    file = write(tmp_path, text, "far/my-event.toml")
    registry = Registry(sample_directory())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    request = Request(now=datetime(2026, 1, 1, tzinfo=UTC), event=str(file), least_coverage=0)
    report = make_report(request, registry, Sample())
    assert report.findings.inquiry.watchlist.id == "mine"


# --- bare tickers ---


def test_bare_tickers_are_a_watchlist() -> None:
    made = make_watchlist(("5803.T", "^N225", "NVDA", "NVDA", "ZZZZ"), sample_directory())
    assert [share.ticker for share in made.shares] == ["5803.T", "NVDA", "ZZZZ"]
    assert [index.ticker for index in made.indexes] == ["^N225"]
    assert made.shares[1].name.en == "NVIDIA"
    assert made.shares[2].name.en == "ZZZZ"
    assert (made.title.en, made.groups[0].title.en) == (
        "5803.T, ^N225, NVDA, ZZZZ",
        "5803.T, NVDA, ZZZZ",
    )
    indexes = make_watchlist(("^N225",), sample_directory())
    assert (indexes.groups, [one.ticker for one in indexes.indexes]) == ((), ["^N225"])


@pytest.mark.parametrize("tickers", [(), ("nvda",), ("NVDA", "X.L"), ("",), ("N VDA",)])
def test_tickers_that_make_no_watchlist_are_a_wrong_usage(tickers: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        make_watchlist(tickers, sample_directory())
    assert caught.value.hint
