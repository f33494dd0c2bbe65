"""On which basis closes are, as the data themselves tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.scan.reading import Layout, Rows
from deepseek_shock.scan.rows.splits import Basis, Split, Splits, Vote
from tests.scan.reads import opened, read, sorted_rows

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2024, 1, 1)
# A share that stands at 10 but for its splits: two for one on the fifth day, ten for one on the
# eighth. What is traded before is 200, then 100.
TRADED = [200.0] * 4 + [100.0] * 3 + [10.0] * 3
ADJUSTED = [10.0] * 10
SPLITS = {4: 2.0, 7: 10.0}


def write(
    path: Path, closes: list[float], splits: dict[int, float], *, label: str, nothing: float = 0.0
) -> None:
    lines = [f"Date,Close,{label}"]
    for at, close in enumerate(closes):
        lines.append(f"{FIRST + timedelta(at)},{close},{splits.get(at, nothing)}")
    path.write_text("\n".join(lines) + "\n")


def closes(path: Path) -> list[float | None]:
    return [row[2] for row in read(path)]


def basis(path: Path) -> Basis:
    (vote,) = opened(path).votes.values()
    return vote.basis


def test_closes_as_traded_are_brought_to_the_last_basis(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", TRADED, SPLITS, label="split")
    assert closes(tmp_path) == ADJUSTED
    assert basis(tmp_path) is Basis.AS_TRADED


def test_closes_that_are_adjusted_are_left_alone_although_splits_stand_beside_them(
    tmp_path: Path,
) -> None:
    write(tmp_path / "AAA.csv", ADJUSTED, SPLITS, label="Stock Splits")  # as yfinance has it
    assert closes(tmp_path) == ADJUSTED
    assert basis(tmp_path) is Basis.ADJUSTED


def test_splits_that_are_recorded_the_day_before(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", TRADED, {3: 2.0, 6: 10.0}, label="split", nothing=1.0)
    assert closes(tmp_path) == ADJUSTED
    assert basis(tmp_path) is Basis.DAY_BEFORE


def test_a_factor_is_one_over_the_split(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", TRADED, {4: 0.5, 7: 0.1}, label="AdjustmentFactor", nothing=1.0)
    assert closes(tmp_path) == ADJUSTED


def test_a_reverse_split(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", [1.0, 1.0, 20.0, 20.0], {2: 0.05}, label="split")
    assert closes(tmp_path) == [20.0] * 4


def test_closes_that_do_not_agree_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", TRADED, SPLITS, label="split")
    write(tmp_path / "BBB.csv", ADJUSTED, SPLITS, label="split")
    with pytest.raises(
        FileError, match="do not agree on their basis: 2 as traded, 2 adjusted"
    ) as e:
        opened(tmp_path)
    assert "--columns split=none" in e.value.hint
    assert len(read(tmp_path, columns={"split": "none"})) == 20


def test_where_no_split_stands_out_the_header_tells(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "yahoos").mkdir()
    write(tmp_path / "own" / "AAA.csv", [10.5] * 3 + [10.0], {3: 1.05}, label="split")
    write(tmp_path / "yahoos" / "AAA.csv", [10.0] * 4, {3: 1.05}, label="Stock Splits")
    assert closes(tmp_path / "own") == pytest.approx([10.0] * 4)
    assert closes(tmp_path / "yahoos") == [10.0] * 4


def test_a_column_that_has_a_figure_in_each_row_is_none_of_splits(tmp_path: Path) -> None:
    write(tmp_path / "AAA.csv", [10.0] * 50, dict.fromkeys(range(50), 7.0), label="split")
    with pytest.raises(FileError, match="100% of the rows record a split"):
        opened(tmp_path)


@pytest.mark.parametrize("order", ["ticker", "day"])
def test_parquet_of_many_tickers_in_every_layout(tmp_path: Path, order: str) -> None:
    rows = [
        (
            ticker,
            FIRST + timedelta(at),
            TRADED[at] if ticker == "AAA" else 5.0,
            SPLITS.get(at, 0.0) if ticker == "AAA" else 0.0,
        )
        for ticker in ("AAA", "BBB", "CCC")
        for at in range(10)
    ]
    if order == "day":
        rows.sort(key=lambda row: row[1])
    columns = [list(column) for column in zip(*rows, strict=True)]
    names = ["ticker", "session", "close", "split"]
    table = pa.table(dict(zip(names, columns, strict=True)))
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=5)
    panel = opened(tmp_path / "a.parquet")
    assert panel.layout is (Layout.ORDERED if order == "ticker" else Layout.BY_DAY)
    for layout in (panel.layout, Layout.SORTED):
        found = sorted_rows(panel.readers(layout))
        assert [row[2] for row in found] == [10.0] * 10 + [5.0] * 20
    panel.close()


def test_splits_are_those_of_the_ticker_and_of_later_days() -> None:
    vote = Vote(Basis.AS_TRADED, 3, 3, 3)
    splits = Splits([Split("A", 10, 2.0), Split("C", 5, 4.0), Split("A", 20, 3.0)], vote)
    rows = Rows(
        np.array([2, 0, 0, 0, 0, 1, 2], np.int32),
        np.array([4, 9, 10, 19, 20, 1, 5], np.int32),
        np.full(7, 12.0),
    )
    found = splits.apply(rows, ["A", "B", "C"])
    assert found.closes.tolist() == [3.0, 2.0, 4.0, 4.0, 12.0, 12.0, 12.0]
    assert rows.closes.tolist() == [12.0] * 7
