"""Index tables: what is read, by date; what is refused, and at which line of which file."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.contribution import Composition, Weighting
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.errors import FileError
from deepseek_shock.indextables import compose, read_index_table
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.sessions import Phase
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from tests.builders import FRIDAY, MONDAY, day

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
index = "^N225"
weighting = "price"
source = { en = "the desk", ja = "編集部" }

[[divisors]]
from = 2024-10-01
until = 2025-01-26
divisor = 29.5

[[divisors]]
from = 2025-01-27
divisor = "29.66150000000001"

[[constituents]]
ticker = "6857.T"
factor = 8
from = 2024-10-01

[[constituents]]
ticker = "5803.T"
factor = 1
from = 2024-10-01
until = 2025-01-24
name = "Old cables"

[[constituents]]
ticker = "5803.T"
factor = 0.9
from = 2025-01-25
"""

BESIDE = """
index = "^N225"
weighting = "price"
source = "the desk"
constituents = "n225.csv"
[[divisors]]
from = 2024-10-01
divisor = 29.5
"""

ROWS = """
ticker,factor,from,until,name_en,name_ja
6857.T,8,2024-10-01,,,
5803.T,1,2024-10-01,2025-01-24,"Cables, old",旧電線

1001.T,0.9,2025-01-25,,,新電線
"""


def write(folder: Path, text: str, name: str = "n225.toml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return file


def on(session: str, folder: Path, text: str = TABLE, phase: Phase = Phase.ENDED) -> Composition:
    table = read_index_table(write(folder, text), sample_directory())
    exchange = table.instrument.exchange
    return compose(table, Asked(exchange, day(session), FRIDAY, phase))


def factors(composition: Composition) -> dict[str, str]:
    return {one.instrument.ticker: str(one.factor) for one in composition.constituents}


def test_a_table_holds_by_date(tmp_path: Path) -> None:
    before, after = on("2025-01-24", tmp_path), on("2025-01-27", tmp_path)
    assert (before.divisor, after.divisor) == (Decimal("29.5"), Decimal("29.66150000000001"))
    assert factors(before) == {"6857.T": "8", "5803.T": "1"}
    assert factors(after) == {"6857.T": "8", "5803.T": "0.9"}
    assert after.instrument.name.en == "Nikkei 225"
    assert after.source == Text("the desk", "編集部")
    names = [one.instrument.name.en for one in (*before.constituents, *after.constituents)]
    assert names == ["Advantest", "Old cables", "Advantest", "Fujikura"]


def test_from_and_until_are_both_included(tmp_path: Path) -> None:
    assert on("2024-10-01", tmp_path).divisor == Decimal("29.5")
    assert on("2025-01-26", tmp_path).divisor == Decimal("29.5")


def test_rows_in_a_csv_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "\ufeff" + ROWS.lstrip(), "n225.csv")
    before, after = (on(session, tmp_path, BESIDE) for session in ("2025-01-24", "2025-01-27"))
    assert factors(before) == {"6857.T": "8", "5803.T": "1"}
    assert factors(after) == {"6857.T": "8", "1001.T": "0.9"}
    assert before.constituents[1].instrument.name == Text("Cables, old", "旧電線")
    # In the language that the row leaves out an unknown share is called as in the other.
    assert after.constituents[1].instrument.name == Text("新電線", "新電線")
    assert after.constituents[0].instrument.name == Text("Advantest", "アドバンテスト")


def test_weights_are_in_per_cent(tmp_path: Path) -> None:
    text = """
    index = "^FIVE"
    exchange = "XTKS"
    name = "Five"
    weighting = "capitalisation"
    source = "the desk"
    constituents = [
        { ticker = "6857.T", weight = 12.5, from = 2025-01-24 },
        { ticker = "5803.T", weight = 3, from = 2025-01-24 },
    ]
    """
    found = on("2025-01-27", tmp_path, text)
    assert found.weighting is Weighting.CAPITALISATION
    assert found.divisor is None
    assert factors(found) == {"6857.T": "0.125", "5803.T": "0.03"}
    assert (found.instrument.exchange, found.instrument.name.ja) == (XTKS, "Five")


def test_an_exchange_that_was_closed_needs_no_divisor(tmp_path: Path) -> None:
    for phase in (Phase.CLOSED, Phase.PENDING):
        found = on("2024-01-01", tmp_path, phase=phase)
        assert (found.divisor, found.constituents) == (None, ())


# --- what is missing for a date ---


def test_no_divisor_for_the_date(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        on("2024-09-30", tmp_path)
    assert caught.value.message == f"{tmp_path}/n225.toml: no divisor of ^N225 holds on 2024-09-30"
    assert caught.value.hint == (
        f"add a [[divisors]] row that holds on 2024-09-30 to {tmp_path}/n225.toml"
    )
    assert caught.value.exit_code == 1


def test_no_constituent_for_the_date(tmp_path: Path) -> None:
    write(tmp_path, "ticker,factor,from\n6857.T,8,2025-02-01\n", "n225.csv")
    with pytest.raises(FileError) as caught:
        on("2025-01-27", tmp_path, BESIDE)
    assert caught.value.message.startswith(f"{tmp_path}/n225.csv: no constituent of ^N225")
    assert caught.value.hint.startswith("add the constituents that hold on 2025-01-27")


def test_weights_of_more_than_a_whole(tmp_path: Path) -> None:
    text = BESIDE.split("[[", maxsplit=1)[0].replace('"price"', '"capitalisation"')
    write(tmp_path, "ticker,weight,from\n6857.T,60,2025-01-01\n5803.T,41,2025-01-01\n", "n225.csv")
    with pytest.raises(FileError) as caught:
        on("2025-01-27", tmp_path, text)
    assert "add up to 101 %" in caught.value.message


# --- faults of the files ---

FAULTS = {
    "no index": (TABLE.replace('index = "^N225"\n', ""), 1, "index"),
    "a share for an index": (TABLE.replace("^N225", "7203.T"), 1, "7203.T is no index"),
    "no source": (TABLE.replace("source = {", "sauce = {"), 1, "`source` is missing"),
    "an empty source": (TABLE.replace('{ en = "the desk", ja = "編集部" }', '" "'), 3, "source"),
    "unknown weighting": (TABLE.replace('"price"', '"prices"'), 2, "prices"),
    "unknown exchange": ('exchange = "XXXX"\n' + TABLE.lstrip(), 1, "XXXX"),
    "unknown key": ("colour = 1\n" + TABLE.lstrip(), 1, "colour"),
    "unknown key of a divisor": (TABLE.replace("divisor = 29.5", "divisor = 29.5\nx = 1"), 9, "x"),
    "unknown key of a row": (TABLE + "weight = 3\n", 30, "weight"),
    "no divisor in a row": (TABLE.replace("divisor = 29.5\n", ""), 5, "`divisor` is missing"),
    "a divisor of nought": (TABLE.replace("29.5\n", "0\n"), 8, "above 0"),
    "a divisor that is true": (TABLE.replace("29.5\n", "true\n"), 8, "above 0"),
    "a negative factor": (TABLE.replace("factor = 8", "factor = -8"), 16, "above 0"),
    "an endless factor": (TABLE.replace("factor = 8", "factor = inf"), 16, "above 0"),
    "a factor in words": (TABLE.replace("factor = 8", 'factor = "x"'), 16, "above 0"),
    "no date": (TABLE.replace("factor = 8\nfrom = 2024-10-01", "factor = 8"), 14, "`from`"),
    "until before from": (TABLE.replace("until = 2025-01-24", "until = 2024-01-24"), 23, "before"),
    "divisors that overlap": (
        TABLE.replace("until = 2025-01-26\n", ""),
        10,
        "two rows for the divisor hold on 2025-01-27",
    ),
    "rows that overlap": (
        TABLE.replace("until = 2025-01-24", "until = 2025-01-25"),
        29,
        "two rows for 5803.T hold on 2025-01-25",
    ),
    "an unknown suffix": (TABLE.replace("6857.T", "6857.XX"), 15, "6857.XX"),
    "a malformed ticker": (TABLE.replace("6857.T", "abc"), 15, "abc"),
    "a share of another exchange": (TABLE.replace("6857.T", "6857"), 15, "not on the exchange"),
    "an index in an index": (TABLE.replace("6857.T", "^TOPX"), 15, "^TOPX is an index"),
    "no constituents": (TABLE.split("[[constituents]]", maxsplit=1)[0], 1, "no constituent"),
    "a CSV that is not there": (BESIDE, 4, "n225.csv is not there"),
    "divisors for weights": (TABLE.replace('"price"', '"capitalisation"'), 14, "weight"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, words = FAULTS[fault]
    with pytest.raises(FileError) as caught:
        on("2025-01-27", tmp_path, text)
    assert words in caught.value.message
    assert caught.value.path == str(tmp_path / "n225.toml")
    assert caught.value.line == line
    assert caught.value.hint


CSV_FAULTS = {
    "empty": ("", 1, "`ticker` is missing"),
    "no factor": ("ticker,weight,from\n", 1, "`factor` is missing"),
    "unknown column": ("ticker,factor,from,colour\n", 1, "`colour` is not known"),
    "column twice": ("ticker,factor,from,from\n", 1, "`from` stands twice"),
    "no cell": (ROWS.replace("6857.T,8,", "6857.T,,"), 2, "`factor` is empty"),
    "a factor of nought": (ROWS.replace("6857.T,8,", "6857.T,0,"), 2, "above 0"),
    "a factor beyond sense": (ROWS.replace("6857.T,8,", "6857.T,1e30,"), 2, "too large"),
    "a factor next to nought": (ROWS.replace("6857.T,8,", "6857.T,1e-30,"), 2, "too small"),
    "a bad date": (ROWS.replace("2025-01-25", "Monday"), 5, "`from` must be a date"),
    "until before from": (ROWS.replace("2025-01-24", "2023-01-24"), 3, "before"),
    "overlap": (ROWS.replace("1001.T", "6857.T"), 5, "two rows for 6857.T hold on 2025-01-25"),
    "a line twice": (ROWS + "1001.T,0.9,2025-01-25\n", 6, "two rows for 1001.T"),
    "unknown suffix": (ROWS.replace("1001.T", "1001.XX"), 5, "1001.XX"),
    "too many cells": (ROWS.replace(",,,新電線", ",,,新,電線,"), 5, "8 cells"),
    "an open quote": (ROWS.replace(',"Cables, old"', ',"Cables, old'), 5, "is no CSV"),
}


@pytest.mark.parametrize("fault", CSV_FAULTS)
def test_a_fault_of_the_csv_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    rows, line, words = CSV_FAULTS[fault]
    write(tmp_path, rows, "n225.csv")
    with pytest.raises(FileError) as caught:
        on("2025-01-27", tmp_path, BESIDE)
    assert words in caught.value.message
    assert caught.value.path == str(tmp_path / "n225.csv")
    assert caught.value.line == line
    assert caught.value.hint


def test_a_csv_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "n225.csv").write_bytes(ROWS.encode("shift_jis"))
    with pytest.raises(FileError, match="is not UTF-8"):
        on("2025-01-27", tmp_path, BESIDE)


# --- where tables are found ---


def test_a_table_is_found_by_index_name_and_file(tmp_path: Path) -> None:
    file = write(tmp_path, TABLE, "indexes/mine.toml")
    registry = Registry(sample_directory(), tmp_path)
    for name in ("^N225", "mine", str(file)):
        assert registry.index_table(name).path == file


def test_no_table_is_shipped_and_none_is_guessed(tmp_path: Path) -> None:
    for registry in (Registry(sample_directory()), Registry(sample_directory(), tmp_path)):
        with pytest.raises(FileError, match=r"no index table for \^N225") as caught:
            registry.index_table("^N225")
        assert "indexes/n225.toml" in caught.value.hint
        assert caught.value.exit_code == 1


def test_an_index_that_is_spelled_nearly_so_is_named(tmp_path: Path) -> None:
    write(tmp_path, TABLE, "indexes/mine.toml")
    with pytest.raises(FileError, match="no index table for N225") as caught:
        Registry(sample_directory(), tmp_path).index_table("N225")
    assert caught.value.hint.startswith("did you mean ^N225? if not, write ")


def test_two_tables_for_one_index(tmp_path: Path) -> None:
    write(tmp_path, TABLE, "indexes/a.toml")
    write(tmp_path, TABLE, "indexes/b.toml")
    with pytest.raises(FileError, match=r"b\.toml: is a table for \^N225, as .*a\.toml is"):
        Registry(sample_directory(), tmp_path).index_table("^N225")


def test_an_index_that_is_not_known_counts_as_new_york(tmp_path: Path) -> None:
    text = TABLE.replace("^N225", "^FIVE").replace("6857.T", "NVDA").replace("5803.T", "AVGO")
    found = on("2025-01-27", tmp_path, text)
    assert found.instrument.exchange == XNYS
    assert found.asked.session == MONDAY
