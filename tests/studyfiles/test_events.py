"""The events of a study as they stand in files of many hands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.errors import FileError
from deepseek_shock.studyfiles.events import ALL, EventTable, read_events

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2025, 1, 27)


def write(folder: Path, text: str | bytes, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes) -> EventTable:
    return read_events(write(folder, text))


@pytest.mark.parametrize(
    "text",
    [
        "instrument,date,group\nNVDA,2025-01-27,chips\n",
        "Ticker,Event Date,Group\nNVDA,2025-01-27,chips\n",
        "date;symbol;grp\n27/01/2025;NVDA;chips\n",
        "id_group\tdate\tid_firm\nchips\t20250127\tNVDA\n",
        '\ufeffgroup,note,"firm","day"\n"chips","fell, and far","NVDA","27 January 2025"\n',
        "name,when,group\nNVDA,27jan2025,chips\n",
        "firm_symbol,index_symbol,event_date,group\nNVDA,SPY,27.01.2025,chips\n",
        "outcome.unit,event.when,group\nNVDA,2025-01-27,chips\n",
        "security_ticker,market_ticker,edate,group\nNVDA,SPY,20250127,chips\n",
        "銘柄,日付,グループ\nNVDA,2025年1月27日,chips\n",
        "sep=;\ninstrument;date;group\nNVDA;27.01.2025;chips\n",
        "\n\ninstrument,date,group\n\nNVDA,2025-01-27 16:00,chips\n\n",
        "permno,ticker,instrument,date,group\n1,X,NVDA,2025-01-27,chips\n",
    ],
)
def test_headers_delimiters_and_dates_of_many_hands_mean_the_same(
    tmp_path: Path, text: str
) -> None:
    (row,) = read(tmp_path, text).rows
    assert (row.instrument, row.day, row.group) == ("NVDA", DAY, "chips")


def test_what_may_be_left_out_is_made_up_for(tmp_path: Path) -> None:
    first, second = read(tmp_path, "firm,date\nA,2025-01-27\nB,2025-01-28\n").rows
    assert (first.id, first.group, first.benchmark, first.line) == ("2", ALL, None, 2)
    assert (second.id, second.line) == ("3", 3)


def test_ids_and_benchmarks_are_taken_as_they_stand(tmp_path: Path) -> None:
    text = "id_event,id_firm,id_market,date\na,10107.0,M1,2025-01-27\nb,10107,,2025-01-27\n"
    first, second = read(tmp_path, text).rows
    assert (first.id, first.instrument, first.benchmark) == ("a", "10107", "M1")
    assert (second.id, second.instrument, second.benchmark) == ("b", "10107", None)


def test_what_is_said_to_be_missing_is(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "event,firm,market,date,group\nNaN,A,NULL,2025-01-27,-\n").rows
    assert (row.id, row.benchmark, row.group) == ("2", None, ALL)


def test_an_id_alone_is_that_of_the_event(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "id,firm,date\n7,A,2025-01-27\n").rows
    assert (row.id, row.instrument) == ("7", "A")


def test_parquet_says_the_same(tmp_path: Path) -> None:
    days = pd.to_datetime(["2025-01-27", "2025-01-28"])
    pd.DataFrame({"firm": ["A", "B"], "date": days, "group": ["x", None]}).to_parquet(
        tmp_path / "events.parquet"
    )
    first, second = read_events(tmp_path / "events.parquet").rows
    assert (first.instrument, first.day, first.group, first.line) == ("A", DAY, "x", 1)
    assert (second.instrument, second.group) == ("B", ALL)


def test_rows_that_repeat_are_kept_and_counted(tmp_path: Path) -> None:
    text = "firm,date,group\nA,2025-01-27,x\nA,2025-01-27,y\nA,2025-01-27,x\nA,2025-01-28,x\n"
    table = read(tmp_path, text)
    assert len(table.rows) == 4
    assert table.repeated == 1


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("firm,thing\nA,2025-01-27\n", 1, "has no column date; seen: firm, thing"),
        ("a,b\n1,2\n", 1, "has no column instrument and no column date; seen: a, b"),
        ("firm,date\nA,2025-01-27\n,2025-01-27\n", 3, "column firm: is empty"),
        ("firm,date\nn/a,2025-01-27\n", 2, "column firm: is empty"),
        ("firm,date\nA,\n", 2, "column date: is empty"),
        ("firm,date\nA,2025-02-29\n", 2, "column date: '2025-02-29' is not a date"),
        ("firm,date\nA,01/02/2025\n", 2, "column date: '01/02/2025' may be day/month/year or"),
        ("firm,ticker,date\nA,A,2025-01-27\n", 1, "two columns mean instrument: firm and ticker"),
        ("event,firm,date\na,A,2025-01-27\na,B,2025-01-27\n", 3, "the event 'a' stands in line 2"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert caught.value.line == line
    assert what in caught.value.message


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"firm,date\n", "holds no event"),
        (b"<!doctype html>", "is a web page, not a table"),
        (b"PK\x03\x04zip", "is an archive or an Excel workbook"),
    ],
)
def test_what_holds_no_events_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(FileError, match=what):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read_events(tmp_path / "none.csv")


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "Ünïcode", "a b", "comma, inc", "5803.T", 'quo"te']),
        st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        st.sampled_from(["x", "y", ""]),
    ),
    min_size=1,
)


@given(events=_EVENTS)
def test_no_event_is_lost_joined_or_moved(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, date, str]]
) -> None:
    rows = [f'"{name.replace(chr(34), chr(34) * 2)}",{day},{group}' for name, day, group in events]
    folder = tmp_path_factory.mktemp("events")
    found = read(folder, "\n".join(["firm,date,group", *rows])).rows
    asked = [(name, day, group or ALL) for name, day, group in events]
    assert [(row.instrument, row.day, row.group) for row in found] == asked
