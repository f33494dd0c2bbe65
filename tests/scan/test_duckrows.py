"""Text tables of every kind, their damage, and rows that DuckDB sorts."""

from __future__ import annotations

import gzip
import os
import random
import threading
import warnings
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.reading import DamagedFileError, Layout, Rows, StoppedError
from deepseek_shock.scan.rows import duck as engine
from deepseek_shock.scan.rows.panel import open_panel
from deepseek_shock.scan.rows.repeats import Repeats
from tests.scan.reads import PLAIN, A, B, C, opened, read, read_sorted, rows_of, sorted_rows

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
ticker,session,close
AAA,2024-01-02,1.5
AAA,2024-01-03,1.75
BBB,2024-01-02,20
BBB,2024-01-04,
"""


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zstandard(text: str) -> bytes:
    return bytes(pa.Codec("zstd").compress(text.encode()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", TEXT),
        ("a.csv", TEXT.replace("\n", "\r\n")),
        ("a.csv", "\ufeff" + TEXT),
        ("a.csv", "sep=,\n" + TEXT),
        ("a.csv", "\n\n" + TEXT),
        ("a.csv", TEXT + ",,\n,,\n"),  # what spreadsheets leave behind
        ("a.csv", TEXT.rstrip("\n")),
        ("a.csv", TEXT.replace("AAA", '"AAA"')),
        ("a.csv", TEXT.replace(",1.75", ',"1.75"')),
        ("a.csv", TEXT.replace(",", ";")),
        ("a.csv", TEXT.replace(",", ";").replace(".", ",")),  # a decimal comma
        ("a.tsv", TEXT.replace(",", "\t")),
        ("a.txt", TEXT.replace(",", "|")),
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)),
        (
            "a.csv.gz",
            gzip.compress(TEXT[:40].encode(), mtime=0) + gzip.compress(TEXT[40:].encode(), mtime=0),
        ),
        ("a.csv.zst", zstandard(TEXT)),
        ("a.csv", TEXT.encode("utf-16")),
        ("a.csv", TEXT.replace("ticker", "銘柄コード").replace("close", "終値").encode("cp932")),
        ("a.csv", TEXT.replace("2024-01-0", "2024010")),
        ("a.csv", TEXT.replace("2024-01-0", "2024/1/")),
        ("a.csv", TEXT.replace("BBB,2024-01-04,", "BBB,2024-01-04,null")),
        ("[a]*?.csv", TEXT),
        ("it's {a}.csv", TEXT),
    ],
)
def test_text_tables(tmp_path: Path, name: str, content: str | bytes) -> None:
    write(tmp_path / name, content)
    assert read(tmp_path) == PLAIN
    assert read_sorted(tmp_path) == PLAIN


def test_a_name_that_is_a_pattern_of_another_is_not_that_pattern(tmp_path: Path) -> None:
    write(tmp_path / "b*.csv", TEXT)
    write(tmp_path / "bb.csv", "ticker,session,close\nZZZ,2024-01-02,1\n")
    assert read(tmp_path / "b*.csv") == PLAIN


def test_files_of_many_shapes(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "Date,Symbol,Close\n2024-01-02,AAA,1\n")
    write(tmp_path / "b.csv", "symbol;date;open;close\nBBB;2024-01-02;9;2\n")
    write(tmp_path / "c.txt", "<TICKER>,<DATE>,<CLOSE>\nCCC.US,20240102,3\n")
    pq.write_table(
        pa.table({"ticker": ["DDD"], "session": [A], "close": [4.0]}), tmp_path / "d.parquet"
    )
    expected = [("AAA", A, 1.0), ("BBB", A, 2.0), ("CCC.US", A, 3.0), ("DDD", A, 4.0)]
    assert opened(tmp_path).layout is Layout.SORTED
    assert sorted(read(tmp_path)) == expected


def test_a_file_a_ticker_newest_first(tmp_path: Path) -> None:
    header = "Date,Open,High,Low,Close,Adj Close,Volume\n"
    text = header + "2024-01-03,9,9,9,2,8,7\n2024-01-02,9,9,9,1,8,7\n"
    write(tmp_path / "stocks" / "AAPL.csv", text)
    write(tmp_path / "etfs" / "spy.us.txt", text)
    panel = opened(tmp_path)
    assert panel.layout is Layout.ORDERED
    (reader,) = panel.readers(Layout.ORDERED)
    assert rows_of(reader) == [
        *(("SPY", A, 1.0), ("SPY", B, 2.0), ("AAPL", A, 1.0), ("AAPL", B, 2.0))
    ]


def test_the_header_of_two_rows_that_yfinance_writes(tmp_path: Path) -> None:
    write(
        tmp_path / "one.csv",
        "Price,Close,High,Low,Open,Volume\nTicker,NVDA,NVDA,NVDA,NVDA,NVDA\nDate,,,,,\n"
        "2024-01-02,1.5,2,2,2,9\n2024-01-03,1.75,2,2,2,9\n",
    )
    assert read(tmp_path / "one.csv") == [("NVDA", A, 1.5), ("NVDA", B, 1.75)]
    write(
        tmp_path / "two.csv",
        "Price,Close,Close,Open,Open\nTicker,C,NVDA,C,NVDA\nDate,,,,\n"
        "2024-01-02,1.5,20,9,9\n2024-01-03,,21,9,9\n",
    )
    assert read(tmp_path / "two.csv") == [("C", A, 1.5), ("NVDA", A, 20.0), ("NVDA", B, 21.0)]


def test_a_column_a_ticker(tmp_path: Path) -> None:
    write(tmp_path / "w.csv", "Date,AAPL,C\n2024-01-03,2,\n2024-01-02,1,5\n")
    assert read(tmp_path / "w.csv") == [("AAPL", A, 1.0), ("AAPL", B, 2.0), ("C", A, 5.0)]
    names = [f"T{number:05d}" for number in range(1500)]  # a header of 10 kB
    write(tmp_path / "w.csv", f"Date,{','.join(names)}\n2024-01-02{',7' * 1500}\n")
    assert read(tmp_path / "w.csv") == [(name, A, 7.0) for name in names]


def test_folders_tell_the_ticker_and_the_day(tmp_path: Path) -> None:
    for ticker in ("AAA", "BBB"):
        write(tmp_path / "t" / f"symbol={ticker}" / "x.csv", "date,close\n2024-01-02,1\n")
    assert read(tmp_path / "t") == [("AAA", A, 1.0), ("BBB", A, 1.0)]
    for day in (A, B):
        write(tmp_path / "d" / f"date={day}" / "x.csv", "ticker,close\nAAA,1\nBBB,2\n")
    assert read(tmp_path / "d") == [
        *(("AAA", A, 1.0), ("AAA", B, 1.0), ("BBB", A, 2.0), ("BBB", B, 2.0))
    ]


# --- damage ---

BAD = [
    (TEXT + "CCC,2024-01-0", "line 6: 2 cells in the row, 3 in the header"),
    (TEXT + "CCC,2024-01-02,1,234.5\n", "line 6: 4 cells in the row, 3 in the header"),
    (
        TEXT + 'CCC,"2024-01-02,1\nDDD,2024-01-02,1\n',
        "line 6: a quotation mark without its partner",
    ),
    (TEXT + "CC", "line 6: 1 cells in the row, 3 in the header"),
    (
        TEXT + 'CCC,2024-01-02,1"\nD"D,2024-01-02,1\n',
        "line 6: a quotation mark without its partner",
    ),
    (TEXT + "C\0C,2024-01-02,1\n", "is no text: it holds NUL bytes"),
    (TEXT + "AAA,2024-01-02,1\n" * 900 + "C\0C,2024-01-02,1\n", "line 906: holds NUL bytes"),
    (TEXT + "CCC,2024-01-02,hello\n", "line 6: 'hello' is not a figure"),
    (TEXT + 'CCC,2024-01-02,"1,234.5"\n', "line 6: '1,234.5' is not a figure"),
    (TEXT + "C\rC,2024-01-02,1\n", "line 6: a carriage return that does not end the line"),
    (TEXT.replace("\n", "\r"), "line 1: a carriage return that does not end the line"),
    (TEXT.replace("\n", "\r\r\n"), "line 1: a carriage return that does not end the line"),
    (TEXT + "CCC,today,1\n", "line 6: 'today' is not a day"),
    (TEXT + "DDD,2024-01-02,1\n\n" + TEXT, "line 8: 'session' is not a day"),  # cat a.csv b.csv
    (TEXT.replace(",", ";") + "close;2024-01-02;'close'\n", "line 6: \"'close'\" is not a figure"),
    (TEXT.replace("\n", "\r\n") + "CCC,2024-01-02,n.a.\r\n", "line 6: 'n.a.' is not a figure"),
    (TEXT + "CCC,,1\n", "line 6: a row has no day"),
    (TEXT + ",2024-01-02,1\n", "line 6: a row has no ticker"),
    (
        TEXT.encode() + b"C\xff\xfeC,2024-01-02,1\n" * 900,
        "line 6: a ticker holds what is no letter: 'C\\uf8f3\\uf8f2C'",
    ),
    (
        TEXT.encode() + b"AAA,2024-01-02,1\n" * 900 + b"C\xff\xfeC,2024-01-02,1\n",
        "line 906: is not UTF-8 to its end",
    ),
    (b"\x00\x01\x02junk\xff" * 500, "is no text: it holds NUL bytes"),
    (b"", "is empty"),
    (b"\n \n", "is empty"),
    ("<!DOCTYPE html><html>not found</html>", "is a web page, not a table"),
    ('{"error": "not found"}', "is JSON, not a table"),
    (b"PK\x03\x04rest", "is an archive or an Excel workbook"),
    ("a,b,c\n1,2,3\n", "has no column that means session; seen: a, b, c"),
]


@pytest.mark.parametrize(("content", "why"), BAD)
def test_a_bad_file_among_others_is_named_and_the_others_are_read(
    tmp_path: Path, content: str | bytes, why: str
) -> None:
    write(tmp_path / "aaa.csv", TEXT)
    bad = write(tmp_path / "bad.csv", content)
    write(tmp_path / "zzz.csv", TEXT.replace("AAA", "YYY").replace("BBB", "ZZZ"))
    panel = opened(tmp_path)
    for layout in (panel.layout, Layout.SORTED):
        if not panel.skipped:
            with pytest.raises(DamagedFileError) as error:
                sorted_rows(panel.readers(layout))
            assert error.value.file == str(bad)
            assert error.value.why == why
            left = panel.without(error.value)
        else:
            left = panel
        assert [(one.file, one.why) for one in left.skipped] == [(str(bad), why)]
        assert sum(len(rows_of(reader)) for reader in left.readers(layout)) == 8
    panel.close()


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.csv", "ticker,session,close\n")) == []


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_packing_that_is_cut_off(tmp_path: Path, ending: str) -> None:
    dice = random.Random(1)  # noqa: S311 -- the same rows every time
    rows = "".join(f"AAA,{A + timedelta(at)},{dice.random()}\n" for at in range(20_000))
    text = "ticker,session,close\n" + rows
    packed = gzip.compress(text.encode()) if ending == "gz" else zstandard(text)
    path = write(tmp_path / f"a.csv.{ending}", packed[: len(packed) // 2])
    with pytest.raises(DamagedFileError) as error:
        read(path)
    assert "\n" not in error.value.why


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.csv", TEXT)
    real = open

    def refuse(name: str, *args: object, **options: object) -> object:
        if name == str(path):
            raise PermissionError(13, "Permission denied", name)
        return real(name, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", refuse)  # the tests may run as root
    with pytest.raises(DamagedFileError, match="cannot be read: Permission denied"):
        opened(path)


def test_a_file_that_goes_while_it_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXT)
    panel = opened(tmp_path)
    path.unlink()
    with pytest.raises(DamagedFileError) as error:
        rows_of(panel.readers(Layout.ORDERED)[0])
    assert error.value.file == str(path)


def test_two_files_of_one_ticker_are_no_damage(tmp_path: Path) -> None:
    rows = "".join(f"{A + timedelta(at)},{at + 1}\n" for at in range(60))
    for name in ("stocks/aaa.csv", "etfs/AAA.csv", "stocks/bbb.csv"):
        write(tmp_path / name, "Date,Close\n" + rows)
    with closing(opened(tmp_path)) as panel:
        found = sorted_rows(panel.readers(panel.layout))
        assert panel.skipped == ()
    expected = [(name, A + timedelta(at), at + 1.0) for name in ("AAA", "BBB") for at in range(60)]
    assert found == expected


def test_files_that_only_contradict_each_other_are_refused_together(tmp_path: Path) -> None:
    write(tmp_path / "aaa.csv", "Date,Close\n01/31/2024,1\n02/01/2024,2\n")
    write(tmp_path / "bbb.csv", "Date,Close\n31/01/2024,1\n01/02/2024,2\n")
    with (
        closing(opened(tmp_path)) as panel,
        pytest.raises(FileError, match=r"aaa\.csv: and what .* to .*bbb\.csv, cannot .* together"),
    ):
        sorted_rows(panel.readers(panel.layout))


def test_strict_refuses_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", TEXT)
    write(tmp_path / "b.csv", "")
    with pytest.raises(DamagedFileError, match="is empty"):
        open_panel(Job((str(tmp_path),), is_strict=True))


# --- order ---


def test_rows_of_any_order_as_duckdb_sorts_them(tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311 -- the same rows every time
    rows = [
        (f"T{number:03d}", date(1960, 1, 4) + timedelta(at), float(at + 1))
        for number in range(60)
        for at in range(0, 8000, 40)
    ]
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    for part in range(3):
        tickers, days, closes = zip(*shuffled[part::3], strict=True)
        table = pa.table({"ticker": tickers, "session": days, "close": closes})
        pq.write_table(table, tmp_path / f"{part}.parquet", row_group_size=1000)
    panel = opened(tmp_path)
    assert panel.layout is Layout.SORTED
    (reader,) = panel.readers(Layout.SORTED)
    first, second = rows_of(reader), rows_of(reader)
    assert first == second
    assert sorted(first) == rows
    assert first == sorted(first, key=lambda row: (reader.tickers.index(row[0]), row[1]))
    panel.close()


def test_a_sort_that_does_not_fit_is_spilled_and_leaves_nothing(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    count = 1_200_000
    table = pa.table(
        {
            "ticker": pa.DictionaryArray.from_arrays(
                pa.array(dice.integers(0, 500, count), pa.int32()),
                pa.array([f"T{number}" for number in range(500)]),
            ),
            "session": pa.array(dice.integers(0, 20_000, count), pa.int32()).cast(pa.date32()),
            "close": dice.uniform(1, 2, count),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    spill = tmp_path / "spill"
    panel = open_panel(Job((str(tmp_path / "a.parquet"),), memory=40 << 20, spill=spill))
    (reader,) = panel.readers(Layout.SORTED)
    rows, last = 0, (-1, 0)
    for codes, days, _ in reader.batches():
        keys = (codes.astype(np.int64) << 32) + days
        assert (np.diff(keys) > 0).all()
        assert last < (codes[0], days[0])
        last, rows = (int(codes[-1]), int(days[-1])), rows + len(codes)
    assert rows + panel.repeated[0] == count
    panel.close()
    assert not list(spill.iterdir())


def test_two_rows_of_a_session(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", TEXT)
    write(
        tmp_path / "b.csv",
        "ticker,session,close\nAAA,2024-01-02,1.5\nAAA,2024-01-03,1.8\nBBB,2024-01-04,21\n",
    )
    panel = opened(tmp_path)
    for layout in (Layout.ORDERED, Layout.SORTED):
        (reader,) = panel.readers(layout)
        assert sorted(rows_of(reader), key=lambda row: (row[0], row[1])) == [
            ("AAA", A, 1.5),  # the same twice
            ("AAA", B, None),  # two that differ
            ("BBB", A, 20.0),
            ("BBB", C, 21.0),  # a close that lacks contradicts none
        ]
        assert panel.repeated == (3, 1)
    panel.close()


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_repeats_do_not_depend_on_where_batches_end(size: int) -> None:
    codes = np.array([0, 0, 0, 0, 0, 1, 1, 2], np.int32)
    days = np.array([1, 2, 2, 2, 3, 3, 3, 3], np.int32)
    closes = np.array([1, 5, 6, 6, 7, 4, np.nan, 0])
    batches = [
        Rows(codes[at : at + size], days[at : at + size], closes[at : at + size])
        for at in range(0, 8, size)
    ]
    repeats = Repeats()
    found = [row for rows in repeats.merge(batches) for row in zip(*rows, strict=True)]
    assert [(int(code), int(day)) for code, day, _ in found] == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 3),
        (2, 3),
    ]
    assert [str(close) for *_, close in found] == ["1.0", "nan", "7.0", "4.0", "0.0"]
    assert (repeats.rows, repeats.differing) == (3, 1)


# --- bounds ---


def test_a_sort_is_stopped_from_another_thread(tmp_path: Path) -> None:
    count = 2_000_000
    table = pa.table(
        {
            "ticker": pa.array(np.arange(count) % 1000),
            "session": pa.array(np.arange(count) % 20_000, pa.int32()).cast(pa.date32()),
            "close": np.ones(count),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10_000)
    panel = opened(tmp_path)
    (reader,) = panel.readers(Layout.SORTED)
    ended: list[BaseException] = []

    def go() -> None:
        try:
            rows_of(reader)
        except BaseException as error:  # noqa: BLE001 -- it is looked at below
            ended.append(error)

    thread = threading.Thread(target=go)
    thread.start()
    reader.stop()
    thread.join(20)
    assert isinstance(ended[0], StoppedError)
    panel.close()


def test_duckdb_loads_nothing_and_warns_of_nothing(tmp_path: Path) -> None:
    runs = engine.Engine()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with runs.running(1, 64 << 20, None, keeps_order=True) as connection:
            for setting in (
                *("autoinstall_known_extensions", "autoload_known_extensions"),
                "allow_community_extensions",
            ):
                found = connection.sql(f"SELECT current_setting('{setting}')").fetchall()
                assert found == [(False,)]
        with (
            pytest.raises(engine.QueryError),
            runs.running(1, 64 << 20, None, keeps_order=True) as connection,
        ):
            connection.sql("SELECT * FROM read_csv('https://localhost:1/x.csv')").fetchall()
        assert read(write(tmp_path / "a.csv", TEXT)) == PLAIN


def test_memory_that_does_not_do_is_told_with_a_hint() -> None:
    with pytest.raises(FileError, match="does not hold what is to be sorted"):  # noqa: SIM117
        with engine.Engine().running(1, 32 << 20, None, keeps_order=False) as connection:
            connection.sql("SELECT list(i || 'text') FROM range(20000000) t(i)").fetchall()


def test_nothing_is_left_in_the_spill_folder(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a*.csv", TEXT)
    panel = open_panel(Job((str(tmp_path / "in"),), spill=tmp_path / "spill"))
    (folder,) = os.listdir(tmp_path / "spill")  # noqa: PTH208 -- names
    assert folder.startswith("shock-scan-")
    panel.close()
    assert not list((tmp_path / "spill").iterdir())
