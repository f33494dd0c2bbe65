"""Rows out of Parquet of every type, and out of files that are damaged."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.scan.reading import DamagedFileError, StoppedError
from deepseek_shock.scan.rows.arrowcells import UnfitError, closes_of, days_of
from deepseek_shock.scan.rows.numbering import Numbering
from tests.scan.reads import PLAIN, A, B, Row, opened, read, rows_of

if TYPE_CHECKING:
    from pathlib import Path

TICKERS, DAYS, CLOSES = (list(column) for column in zip(*PLAIN, strict=True))
NEW_YORK = ZoneInfo("America/New_York")


def write(path: Path, tickers: Any, days: Any, closes: Any, **options: Any) -> Path:  # noqa: ANN401 -- any array
    table = pa.table({"ticker": tickers, "session": days, "close": closes})
    pq.write_table(table, path, **options)
    return path


def midnights(zone: ZoneInfo) -> list[datetime]:
    return [datetime(day.year, day.month, day.day, tzinfo=zone) for day in DAYS]


@pytest.mark.parametrize(
    "days",
    [
        pa.array(DAYS, pa.date32()),
        pa.array(DAYS, pa.date64()),
        pa.array(DAYS, pa.date32()).dictionary_encode(),
        pa.array(DAYS, pa.date32()).cast(pa.timestamp("s")),
        pa.array(DAYS, pa.date32()).cast(pa.timestamp("ms")),
        pa.array(DAYS, pa.date32()).cast(pa.timestamp("us")),
        pa.array(DAYS, pa.date32()).cast(pa.timestamp("ns")),
        pa.array(midnights(NEW_YORK), pa.timestamp("ns", "America/New_York")),
        pa.array(midnights(ZoneInfo("Asia/Tokyo")), pa.timestamp("us", "Asia/Tokyo")),
        pa.array(midnights(ZoneInfo("UTC")), pa.timestamp("ms", "UTC")),
        pa.array([int(day.strftime("%Y%m%d")) for day in DAYS], pa.int32()),
        pa.array([int(day.strftime("%Y%m%d")) for day in DAYS], pa.int64()),
        pa.array([float(day.strftime("%Y%m%d")) for day in DAYS], pa.float64()),
        pa.array([day.isoformat() for day in DAYS], pa.string()),
        pa.array([day.isoformat() for day in DAYS], pa.large_string()),
        pa.array([day.isoformat() for day in DAYS]).dictionary_encode(),
        pa.array([f"{day} 00:00:00-05:00" for day in DAYS]),
        pa.array([day.strftime("%Y%m%d") for day in DAYS]),
        pa.array([day.strftime("%d-%b-%Y") for day in DAYS]),
        pa.array([day.strftime("%Y/%m/%d") for day in DAYS]),
        pa.array([day.strftime("%Y年%m月%d日") for day in DAYS]),
        pa.array([day.strftime("%d.%m.%Y") for day in DAYS]),
    ],
)
def test_days_of_every_type(tmp_path: Path, days: pa.Array) -> None:
    assert read(write(tmp_path / "f.parquet", TICKERS, days, CLOSES)) == PLAIN


def test_a_day_is_the_one_on_its_own_clock() -> None:
    late = pa.array([datetime(2025, 1, 28, 2, tzinfo=UTC)], pa.timestamp("us", "America/New_York"))
    assert days_of(late).tolist() == [(date(2025, 1, 27) - date(1970, 1, 1)).days]
    before = pa.array([datetime(1969, 12, 31, 23)], pa.timestamp("ns"))  # noqa: DTZ001 -- without a zone
    assert days_of(before).tolist() == [-1]


def test_day_and_month_are_settled_by_the_column_or_not_at_all() -> None:
    first = (date(2024, 3, 1) - date(1970, 1, 1)).days
    assert days_of(pa.array(["01/03/2024", "13/03/2024"])).tolist() == [first, first + 12]
    assert days_of(pa.array(["03/01/2024", "03/13/2024"])).tolist() == [first, first + 12]
    with pytest.raises(UnfitError, match="may be day/month/year or month/day/year"):
        days_of(pa.array(["01/03/2024", "02/03/2024"]))
    with pytest.raises(UnfitError, match="now day/month/year, now month/day/year"):
        days_of(pa.array(["13/03/2024", "03/13/2024"]))


@pytest.mark.parametrize(
    "days", [["yesterday"], ["2024-02-30"], [20240230], [20241301], [5], [7.5e18], [None], [True]]
)
def test_what_is_no_day_is_refused(days: list[object]) -> None:
    with pytest.raises(UnfitError):
        days_of(pa.array(days))


@pytest.mark.parametrize(
    "closes",
    [
        pa.array(CLOSES, pa.float64()),
        pa.array(CLOSES, pa.float32()),
        pa.array(
            [None if one is None else Decimal(str(one)) for one in CLOSES], pa.decimal128(12, 4)
        ),
        pa.array(["1.5", " 1.75", "2e1", "-"]),
        pa.array(["1.5", "1.75", "20", "NaN"], pa.large_string()),
        pa.array(["1.5", "1.75", "20", ""]).dictionary_encode(),
        pa.array([1.5, 1.75, 20.0, float("nan")]),
    ],
)
def test_closes_of_every_type(tmp_path: Path, closes: pa.Array) -> None:
    assert read(write(tmp_path / "f.parquet", TICKERS, DAYS, closes)) == PLAIN


def test_whole_closes_and_closes_that_are_no_figures() -> None:
    assert closes_of(pa.array([3, 4], pa.int64())).tolist() == [3.0, 4.0]
    with pytest.raises(UnfitError, match=r"'1,234\.5' is not a figure"):
        closes_of(pa.array(["1.5", "1,234.5"]))
    with pytest.raises(UnfitError, match="closes are of the type bool"):
        closes_of(pa.array([True]))


def test_closes_without_a_hole_are_not_copied() -> None:
    array = pa.array(np.array([1.0, 2.0]))
    assert closes_of(array).ctypes.data == array.buffers()[1].address


@pytest.mark.parametrize(
    "tickers",
    [
        pa.array(TICKERS, pa.string()),
        pa.array(TICKERS, pa.large_string()),
        pa.array(TICKERS, pa.binary()),
        pa.array(TICKERS).dictionary_encode(),
        pa.array([f" {one} " for one in TICKERS]),
    ],
)
def test_tickers_of_every_type(tmp_path: Path, tickers: pa.Array) -> None:
    assert read(write(tmp_path / "f.parquet", tickers, DAYS, CLOSES)) == PLAIN


@pytest.mark.parametrize("kind", [pa.int16(), pa.int64(), pa.float64()])
def test_tickers_that_are_codes(tmp_path: Path, kind: pa.DataType) -> None:
    codes = pa.array([5803, 5803, 1301, 1301], kind)
    found = read(write(tmp_path / "f.parquet", codes, DAYS, CLOSES))
    assert [row[0] for row in found] == ["1301", "1301", "5803", "5803"]


def test_codes_that_pandas_made_floats_of(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", ["5803.0", "BRK.0"], [A, A], [1.0, 2.0])
    assert [row[0] for row in read(path)] == ["5803", "BRK.0"]


def test_tickers_are_numbered_as_rows_first_name_them() -> None:
    numbering = Numbering()
    words = pa.array(["ZZZ", "AAA", "MMM", "QQQ"])
    first = pa.DictionaryArray.from_arrays(pa.array([2, 2, 0, 2]), words)
    assert numbering.codes_of(first).tolist() == [0, 0, 1, 0]
    second = pa.DictionaryArray.from_arrays(pa.array([1, 0, 2]), words)
    assert numbering.codes_of(second).tolist() == [2, 1, 0]
    assert numbering.tickers == ["MMM", "ZZZ", "AAA"]  # QQQ was never used


def test_numbers_are_the_same_in_a_second_pass(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", TICKERS, DAYS, CLOSES, row_group_size=1)
    (reader,) = opened(path).readers(opened(path).layout)
    assert rows_of(reader) == rows_of(reader) == PLAIN
    assert reader.tickers == ["AAA", "BBB"]


def test_folders_tell_columns_that_a_file_lacks(tmp_path: Path) -> None:
    table = pa.table({"session": [A, B], "close": [1.0, 2.0]})
    for name in ("ticker=AAA", "ticker=BRK%2FB"):
        (tmp_path / "t" / name).mkdir(parents=True)
        pq.write_table(table, tmp_path / "t" / name / "part-0.parquet")
    assert read(tmp_path / "t") == [
        *(("AAA", A, 1.0), ("AAA", B, 2.0), ("BRK/B", A, 1.0), ("BRK/B", B, 2.0))
    ]
    for day in (A, B):
        (tmp_path / "d" / f"date={day}").mkdir(parents=True)
        pq.write_table(
            pa.table({"ticker": ["AAA", "BBB"], "close": [1.0, 2.0]}),
            tmp_path / "d" / f"date={day}" / "part-0.parquet",
        )
    assert read(tmp_path / "d") == [
        *(("AAA", A, 1.0), ("AAA", B, 1.0), ("BBB", A, 2.0), ("BBB", B, 2.0))
    ]


def test_a_file_a_ticker_is_named_after_it(tmp_path: Path) -> None:
    for name in ("5803_T", "AAPL"):
        pq.write_table(
            pa.table({"Date": [A, B], "Close": [1.0, 2.0]}), tmp_path / f"{name}.parquet"
        )
    assert [row[0] for row in read(tmp_path)] == ["5803.T", "5803.T", "AAPL", "AAPL"]


def test_a_file_of_many_tickers_without_their_column_is_not_taken_for_one(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"Date": [A, A, B, B], "Close": [1.0, 9.0, 1.0, 9.0]}), tmp_path / "prices.parquet"
    )
    with pytest.raises(DamagedFileError, match="each day more than once, and no column"):
        read(tmp_path / "prices.parquet")


def test_a_column_a_ticker(tmp_path: Path) -> None:
    table = pa.table({"Date": [B, A], "AAPL": [2.0, 1.0], "C": [None, 5.0], "GONE": [None, None]})
    pq.write_table(table, tmp_path / "wide.parquet")
    assert read(tmp_path / "wide.parquet") == [("AAPL", A, 1.0), ("AAPL", B, 2.0), ("C", A, 5.0)]


# --- damage ---


def many(path: Path, **options: Any) -> Path:  # noqa: ANN401 -- pyarrow's
    days = [date(2000, 1, 3) + timedelta(number) for number in range(4000)]
    closes = np.random.default_rng(1).uniform(1, 2, 4000)
    return write(path, ["AAA"] * 4000, days, closes, use_dictionary=["ticker"], **options)


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    path = many(tmp_path / "f.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedFileError, match="damaged Parquet") as error:
        read(path)
    assert "\n" not in error.value.why


def test_a_page_that_is_damaged_is_met_while_it_is_read(tmp_path: Path) -> None:
    path = many(tmp_path / "f.parquet", row_group_size=1000, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half : half + 40] = bytes(40)
    path.write_bytes(content)
    (reader,) = opened(path).readers(opened(path).layout)  # the metadata are whole
    with pytest.raises(DamagedFileError) as error:
        rows_of(reader)
    assert error.value.file == str(path)
    assert "\n" not in error.value.why


@pytest.mark.parametrize("place", [2, 100, -1, -2])
def test_a_value_that_is_not_in_its_dictionary(place: int) -> None:
    # pyarrow decodes such places out of a damaged page and does not look.
    places = pa.array([0, 1, place], pa.int8())
    words = pa.DictionaryArray.from_arrays(places, pa.array(["AAA", "BBB"]), safe=False)
    with pytest.raises(pa.ArrowInvalid, match="dictionary"):
        Numbering().codes_of(words)
    days = pa.DictionaryArray.from_arrays(places, pa.array([A, B]), safe=False)
    with pytest.raises(pa.ArrowInvalid, match="dictionary"):
        days_of(days)
    closes = pa.DictionaryArray.from_arrays(places, pa.array([1.0, 2.0]), safe=False)
    with pytest.raises(pa.ArrowInvalid):
        closes_of(closes)


def test_a_byte_that_leads_out_of_a_dictionary_is_damage(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", ["AAA"] * 64, [A] * 64, [1.0] * 64, compression="none")
    chunk = pq.ParquetFile(path).metadata.row_group(0).column(0)
    content = bytearray(path.read_bytes())
    end = chunk.dictionary_page_offset + chunk.total_compressed_size
    assert content[end - 1] == 0  # the place in the dictionary that the run of 64 repeats
    content[end - 1] = 1
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match="a value is not in its dictionary"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"ticker,close\n", b"\x00\xff" * 500])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.parquet").write_bytes(content)
    with pytest.raises(DamagedFileError):
        read(tmp_path / "f.parquet")


def test_a_file_without_rows(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="has no rows"):
        read(
            write(tmp_path / "f.parquet", pa.array([], pa.string()), pa.array([], pa.date32()), [])
        )


def test_a_row_without_ticker_or_day(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="a row has no ticker"):
        read(write(tmp_path / "f.parquet", ["AAA", None], [A, A], [1.0, 1.0]))
    with pytest.raises(DamagedFileError, match="a row has no day"):
        read(write(tmp_path / "f.parquet", ["AAA", "BBB"], [A, None], [1.0, 1.0]))


def test_a_damaged_file_is_skipped_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", TICKERS, DAYS, CLOSES)
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and no more")
    panel = opened(tmp_path)
    assert [one.file for one in panel.skipped] == [str(tmp_path / "b.parquet")]
    assert rows_of(panel.readers(panel.layout)[0]) == PLAIN


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = many(tmp_path / "f.parquet", row_group_size=1000)
    (reader,) = opened(path).readers(opened(path).layout)
    batches = reader.batches()
    next(batches)
    os.utime(path, (1, 1))
    with pytest.raises(DamagedFileError, match="was changed while it was read"):
        list(batches)


def test_reading_is_stopped(tmp_path: Path) -> None:
    path = many(tmp_path / "f.parquet", row_group_size=1000)
    (reader,) = opened(path).readers(opened(path).layout)
    batches = reader.batches()
    next(batches)
    reader.stop()
    with pytest.raises(StoppedError):
        list(batches)


def test_a_lot_goes_on_without_a_file(tmp_path: Path) -> None:
    for name, ticker in (("a", "AAA"), ("b", "BBB")):
        write(tmp_path / f"{name}.parquet", [ticker] * 2, [A, B], [1.0, 2.0])
    panel = opened(tmp_path)
    (reader,) = panel.readers(panel.layout)
    rest: list[Row] = [("BBB", A, 1.0), ("BBB", B, 2.0)]
    left = reader.without(str(tmp_path / "a.parquet"))
    assert left is not None
    assert rows_of(left) == rest
    assert left.without(str(tmp_path / "b.parquet")) is None
    error = DamagedFileError(str(tmp_path / "a.parquet"), "is bad", hint="")
    (other,) = panel.without(error).readers(panel.layout)
    assert rows_of(other) == rest
