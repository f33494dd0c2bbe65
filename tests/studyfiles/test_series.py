"""Returns and prices as they stand in files of many hands: long or wide, CSV or Parquet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.studyfiles.checks import Reading
from deepseek_shock.studyfiles.headers import Meaning
from deepseek_shock.studyfiles.series import Series, read_series

if TYPE_CHECKING:
    from pathlib import Path

RETURNS = Reading(Meaning.RETURN)
PRICES = Reading(Meaning.PRICE)
MARKET = Reading(Meaning.RETURN, is_benchmark=True)
FIRST, SECOND, THIRD = (date(2025, 1, day).toordinal() for day in (27, 28, 29))

LONG = "id_firm,date,ret\nA,2025-01-27,-0.1\nA,2025-01-28,0.2\nB,2025-01-28,0.03\nB,2025-01-29,\n"


def read(folder: Path, text: str, asked: Reading = RETURNS) -> Series:
    path = folder / "series.csv"
    path.write_bytes(text.encode())
    return read_series(path, asked)


def table(series: Series) -> dict[str, dict[int, float]]:
    """Give the figures by name and day, without what is missing."""
    found: dict[str, dict[int, float]] = {name: {} for name in series.names}
    for name, day, value in zip(series.name, series.day, series.values, strict=True):
        if not np.isnan(value):
            found[series.names[name]][int(series.days[day])] = float(value)
    return found


EXPECTED = {"A": {FIRST: -0.1, SECOND: 0.2}, "B": {SECOND: 0.03}}


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "date,A,B\n2025-01-27,-0.1,\n2025-01-28,0.2,0.03\n2025-01-29,,\n",
        ",A,B\n2025-01-27,-0.1,NaN\n2025-01-28,0.2,0.03\n2025-01-29,.,n/a\n",
        "Index,A,B\n2025-01-27,-0.1,NA\n2025-01-28,0.2,0.03\n2025-01-29,NA,NA\n",  # R's zoo
        '"","date","A","B"\n"1",2025-01-27,-0.1,NA\n"2",2025-01-28,0.2,0.03\n"3",2025-01-29,NA,NA\n',
        "Unnamed: 0,A,B\n2025-01-27,-0.1,\n2025-01-28,0.2,0.03\n2025-01-29,,\n",
        "Date;A;B\n27.01.2025;-0,1;\n28.01.2025;0,2;0,03\n29.01.2025;;\n",
        '\ufeffDATE\tB\tA\n20250128\t0.03\t"0.2"\n20250127\t\t-.1\n20250129\t\t\n',
        "ret,permno,date\n-0.1,A,27jan2025\n0.2,A,28jan2025\n3e-2,B,28jan2025\nC,B,29jan2025\n",
        "ticker,day,x\nA,2025-01-27,-0.1\nA,2025-01-28,0.2\n\nB,2025-01-28,0.03\nB,2025-01-29,-66\n",
    ],
)
def test_long_and_wide_tables_say_the_same(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert table(found) == EXPECTED
    assert found.days.tolist() == [FIRST, SECOND, THIRD]  # a session without a return is one


def test_parquet_says_the_same(tmp_path: Path) -> None:
    days = pd.to_datetime(["2025-01-27", "2025-01-28", "2025-01-28", "2025-01-29"])
    values = [-0.1, 0.2, 0.03, None]
    long = pd.DataFrame({"firm": ["A", "A", "B", "B"], "date": days, "ret": values})
    long.to_parquet(tmp_path / "long.parquet")
    assert table(read_series(tmp_path / "long.parquet", RETURNS)) == EXPECTED
    wide = long.pivot_table(index="date", columns="firm", values="ret", dropna=False)
    wide.to_parquet(tmp_path / "wide.parquet")
    assert table(read_series(tmp_path / "wide.parquet", RETURNS)) == EXPECTED


def test_numbers_serve_as_names(tmp_path: Path) -> None:
    frame = pd.DataFrame({"permno": [10107, 10107], "date": ["2025-01-27", "2025-01-28"]})
    frame["ret"] = [0.01, 0.02]
    frame.to_parquet(tmp_path / "long.parquet")
    found = table(read_series(tmp_path / "long.parquet", RETURNS))
    assert found == {"10107": {FIRST: 0.01, SECOND: 0.02}}
    text = "permno,date,ret\n10107.0,2025-01-27,0.01\n10107,2025-01-28,0.02\n"
    assert table(read(tmp_path, text)) == found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("date,ret\n2025-01-27,0.01\n", ("",)),
        ("caldt,vwretd\n2025-01-27,0.01\n", ("",)),
        ("date,^GSPC\n2025-01-27,0.01\n", ("^GSPC",)),
        (",date,ret_m\n1,2025-01-27,0.01\n", ("",)),
        ("id_market,date,ret_m\nM1,2025-01-27,0.01\nM2,2025-01-27,0.01\n", ("M1", "M2")),
        ("date,M1,M2\n2025-01-27,0.01,0.02\n", ("M1", "M2")),
    ],
)
def test_benchmarks_have_names_or_are_alone(
    tmp_path: Path, text: str, names: tuple[str, ...]
) -> None:
    assert read(tmp_path, text, MARKET).names == names


def test_only_who_is_wanted_is_kept_and_all_are_known(tmp_path: Path) -> None:
    found = read(tmp_path, LONG, RETURNS._replace(wanted=frozenset("B")))
    assert table(found) == {"B": {SECOND: 0.03}}
    assert found.known == ("A", "B")
    assert found.days.tolist() == [FIRST, SECOND, THIRD]


def test_dense_leaves_out_what_is_no_session(tmp_path: Path) -> None:
    found = read(tmp_path, LONG).dense(np.array([FIRST, THIRD, THIRD + 1]))
    np.testing.assert_array_equal(found, [[-0.1, np.nan, np.nan], [np.nan] * 3])


def test_per_cent_is_never_guessed(tmp_path: Path) -> None:
    text = "date,A,B\n2025-01-27,-1.1,2\n2025-01-28,0.5,-0.9\n"
    with pytest.raises(FileError, match="half of its returns are beyond") as caught:
        read(tmp_path, text)
    assert "--percent" in caught.value.hint
    found = table(read(tmp_path, text, RETURNS._replace(is_percent=True)))
    assert found["A"][FIRST] == pytest.approx(-0.011)
    with pytest.raises(FileError, match="as per cent would be nothing"):
        read(tmp_path, text.replace("-1.1,2", "-.011,.01").replace("0.5,-0.9", ".005,-.009"),
             RETURNS._replace(is_percent=True))  # fmt: skip


def test_a_return_that_no_price_makes_is_doubted_with_its_line(tmp_path: Path) -> None:
    text = LONG + "B,2025-01-30,-1.74\n"
    (doubt,) = read(tmp_path, text).doubts
    assert "series.csv:6: '-1.74' is a return below −100 %" in doubt
    assert read(tmp_path, text, RETURNS._replace(is_log=True)).doubts == ()


def test_rows_that_say_the_same_twice_count_once(tmp_path: Path) -> None:
    assert table(read(tmp_path, LONG + "A,2025-01-27,-0.1\nA,2025-01-28,\n")) == EXPECTED


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (LONG + "A,2025-01-27,-0.11\n", 6, "another row of A has '2025-01-27' too"),
        ("date,A\n2025-01-27,0.1\n2025-01-27,0.1\n", 3, "another row has '2025-01-27' too"),
        (LONG + "A,2025-01-30,x\n", 6, "column ret: 'x' is not a figure"),
        (LONG + "A,2025-01-30,1.5%\n", 6, "column ret: '1.5%' is not a figure"),
        (LONG + "A,2025-01-30,inf\n", 6, "column ret: 'inf' is no return"),
        (LONG + "A,2025-01-30\n", 6, "2 cells in the row, 3 in the header"),
        (LONG + "A,2025-01-30,1,2\n", 6, "4 cells in the row, 3 in the header"),
        (LONG + "A,2025-13-30,0.1\n", 6, "column date: '2025-13-30' is not a date"),
        (LONG + ",2025-01-30,0.1\n", 6, "column id_firm: is empty"),
        (LONG + "A,,0.1\n", 6, "column date: is empty"),
        ("firm,date,a,b\nA,2025-01-27,1,2\n", 1, "has no column return; seen: firm, date, a, b"),
        ("day,A,A\n2025-01-27,1,2\n", 1, "two columns are headed A"),
        ("firm,date,ret,r\nA,2025-01-27,1,2\n", 1, "two columns mean return: ret and r"),
        ("a,b\n1,2\n", 1, "has no column date; seen: a, b"),
        ("A;27.01.2025;-0,1\nA;28.01.2025;0,2\n", 1, "has no header: its first row holds"),
        (",2025-01-27,2025-01-28\nA,-0.1,0.2\n", 1, "has dates for headers"),
        ("Index A B\n2025-01-27 -0.1 0.2\n", 1, "has one column, headed"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert what in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize("figure", ["1,234.56", "1.234,56", "1 234,56", "1'234.5"])
def test_marks_between_thousands_are_told(tmp_path: Path, figure: str) -> None:
    with pytest.raises(FileError, match="is not a figure") as caught:
        read(tmp_path, f"ticker;date;close\nA;2025-01-27;{figure}\n", PRICES)
    assert "thousands" in caught.value.hint


def test_an_adjusted_price_is_not_passed_over_for_the_close(tmp_path: Path) -> None:
    text = "symbol,date,close,volume,adjusted\nA,2025-01-27,10,100,5\n"
    with pytest.raises(FileError, match="two columns mean price: close and adjusted"):
        read(tmp_path, text, PRICES)


def test_bars_of_one_benchmark_have_one_price(tmp_path: Path) -> None:
    text = "Date,Open,High,Low,Close,Volume\n2025-01-27,1,3,1,2,9\n2025-01-28,2,4,2,3,9\n"
    asked = PRICES._replace(is_benchmark=True)
    assert table(read(tmp_path, text, asked)) == {"": {FIRST: 2, SECOND: 3}}
    with pytest.raises(FileError, match="two columns mean price: Close and Adj Close"):
        read(tmp_path, text.replace("Volume", "Adj Close"), asked)
    with pytest.raises(FileError, match="has no column return"):
        read(tmp_path, text, MARKET)


def test_a_price_is_above_nought(tmp_path: Path) -> None:
    text = "ticker,date,close\nA,2025-01-27,10\nA,2025-01-28,0\n"
    with pytest.raises(FileError, match="column close: '0' is no price") as caught:
        read(tmp_path, text, PRICES)
    assert caught.value.line == 3


def test_a_fault_in_parquet_is_named_with_its_row(tmp_path: Path) -> None:
    frame = pd.DataFrame({"firm": ["A", "A"], "date": ["2025-01-27", "2025-01-28"]})
    frame["ret"] = ["0.1", "x"]
    frame.to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(FileError, match="column ret: 'x' is not a figure") as caught:
        read_series(tmp_path / "bad.parquet", RETURNS)
    assert caught.value.line == 2


def test_a_damaged_parquet_file_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(FileError, match="cannot be read as Parquet"):
        read_series(tmp_path / "bad.parquet", RETURNS)
