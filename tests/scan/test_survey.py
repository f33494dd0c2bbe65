"""In which order rows seem to stand, by metadata and a glance."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.rows import panel as panels
from tests.scan.reads import Row, opened, rows_of, sorted_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TICKERS = [f"T{number:02d}" for number in range(20)]
DAYS = [date(2023, 12, 1) + timedelta(number) for number in range(60)]
BY_TICKER: list[Row] = [
    (ticker, day, float(1 + at)) for at, ticker in enumerate(TICKERS) for day in DAYS
]
BY_DAY = sorted(BY_TICKER, key=lambda row: (row[1], row[0]))


def write(path: Path, rows: Sequence[Row], size: int = 100) -> None:
    tickers, days, closes = (list(column) for column in zip(*rows, strict=True))
    table = pa.table({"ticker": tickers, "session": days, "close": closes})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=size)


def guess(path: Path) -> Layout:
    """Return the layout, having seen that all rows come in it, and in the order it promises."""
    panel = opened(path)
    readers = panel.readers(panel.layout)
    assert sorted_rows(readers) == BY_TICKER
    assert panel.rows == len(BY_TICKER)
    for reader in readers:
        found = rows_of(reader)
        if panel.layout is Layout.BY_DAY:
            assert found == sorted(found, key=lambda row: row[1])
        else:  # tickers in one piece each, in any order
            assert found == sorted(found, key=lambda row: (reader.tickers.index(row[0]), row[1]))
    return panel.layout


@pytest.mark.parametrize("size", [7, 100, 1000, 10_000])
def test_one_file(tmp_path: Path, size: int) -> None:
    shuffled = BY_TICKER.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311 -- the same order every time
    write(tmp_path / "a.parquet", BY_TICKER, size)
    assert guess(tmp_path / "a.parquet") is Layout.ORDERED
    write(tmp_path / "b.parquet", BY_DAY, size)
    assert guess(tmp_path / "b.parquet") is Layout.BY_DAY
    write(tmp_path / "c.parquet", shuffled, size)
    assert guess(tmp_path / "c.parquet") is Layout.SORTED


def test_files_of_disjoint_tickers_whatever_they_are_called(tmp_path: Path) -> None:
    for number in range(4):
        rows = [row for row in BY_TICKER if TICKERS.index(row[0]) // 5 == number]
        write(tmp_path / f"part-{9 - number}.parquet", rows)
    assert guess(tmp_path) is Layout.ORDERED


def test_a_file_a_ticker(tmp_path: Path) -> None:
    for ticker, rows in groupby(BY_TICKER, key=lambda row: row[0]):
        write(tmp_path / f"{ticker}.parquet", list(rows))
    assert guess(tmp_path) is Layout.ORDERED


def test_a_file_a_month_in_order_of_days(tmp_path: Path) -> None:
    for month, rows in groupby(BY_DAY, key=lambda row: row[1].month):
        write(tmp_path / f"month={month}" / "part.parquet", list(rows))
    assert guess(tmp_path) is Layout.BY_DAY


def test_a_file_a_month_in_order_of_tickers(tmp_path: Path) -> None:
    for month in (12, 1):
        write(tmp_path / f"{month}.parquet", [row for row in BY_TICKER if row[1].month == month])
    assert guess(tmp_path) is Layout.SORTED


def test_a_ticker_in_two_files(tmp_path: Path) -> None:
    for number in range(2):
        rows = [row for row in BY_TICKER if (row[1] > DAYS[30]) == number]
        write(tmp_path / f"ticker={number}" / "a.parquet", rows, 10_000)
    assert guess(tmp_path) is Layout.SORTED


def test_files_without_statistics_are_sorted(tmp_path: Path) -> None:
    table = pa.table({"ticker": ["A", "B"], "session": [DAYS[0]] * 2, "close": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "a.parquet", write_statistics=False)
    assert opened(tmp_path).layout is Layout.SORTED


def test_codes_here_and_words_there_are_sorted(tmp_path: Path) -> None:
    days = [DAYS[0]] * 2
    pq.write_table(
        pa.table({"ticker": [1301, 1302], "session": days, "close": [1.0, 2.0]}),
        tmp_path / "a.parquet",
    )
    pq.write_table(
        pa.table({"ticker": ["A", "B"], "session": days, "close": [1.0, 2.0]}),
        tmp_path / "b.parquet",
    )
    panel = opened(tmp_path)
    assert [row[0] for row in sorted_rows(panel.readers(panel.layout))] == [
        "1301",
        "1302",
        "A",
        "B",
    ]


def test_small_files_share_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_SHARE", 300)
    for ticker, rows in groupby(BY_TICKER, key=lambda row: row[0]):
        write(tmp_path / f"{ticker}.parquet", list(rows))
    readers = opened(tmp_path).readers(Layout.ORDERED)
    assert [len(reader.files) for reader in readers] == [5, 5, 5, 5]


def test_a_lot_is_parted_where_a_file_goes(tmp_path: Path) -> None:
    """What came before it is read once more, and that only once, however many files are bad."""
    for ticker, rows in groupby(BY_TICKER, key=lambda row: row[0]):
        write(tmp_path / f"{ticker}.parquet", list(rows))
    panel = opened(tmp_path)
    for bad in ("T05", "T09"):
        name = next(name for name in panel.files if bad in name)
        panel = panel.without(DamagedFileError(name, "is damaged", hint="none"))
    readers = panel.readers(Layout.ORDERED)
    assert [len(reader.files) for reader in readers] == [5, 3, 10]
