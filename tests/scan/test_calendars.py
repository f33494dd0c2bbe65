"""Which day is the session before, as a scan looks it up.

Expected days are from outside: New York was closed from 11 to 14 September 2001, on 25 November
1963 (a funeral) and on Wednesdays from 12 June 1968 on (paperwork); Tokyo from 27 April to 6 May
2019 (ten days of an accession); 19 October 1987 was a Monday.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from deepseek_shock.errors import UsageError
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.suffixes import SUFFIXES, exchange_of_suffix
from deepseek_shock.scan.calendars import ANY, FIRST, LAST, NO_SESSION, Calendars

EPOCH = date(1970, 1, 1).toordinal()


def number(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


def before(calendars: Calendars, row: int, day: str) -> str:
    found = int(calendars.previous[row, number(day) - FIRST])
    if found in (ANY, NO_SESSION):
        return "any" if found == ANY else "none"
    return date.fromordinal(found + EPOCH).isoformat()


def made(asked: str, ticker: str, *days: str) -> Calendars:
    calendars = Calendars(asked)
    calendars.rows_of([ticker])
    calendars.reach(*(number(day) for day in (min(days), max(days))))
    return calendars


@pytest.mark.parametrize(
    ("ticker", "calendar"),
    [
        ("NVDA", "XNYS"),
        ("nvda.us", "XNYS"),
        ("BRK-B", "XNYS"),
        ("BRK.B", "XNYS"),
        ("^GSPC", "XNYS"),
        ("5803.T", "XTKS"),
        ("5803", "XTKS"),
        ("58030", "XTKS"),
        ("130A", "XTKS"),
        ("130A.T", "XTKS"),
        ("5803.JP", "XTKS"),
        ("^N225", "XTKS"),
        ("VOD.L", "XLON"),
        ("SAP.DE", "XETR"),
        ("0700.HK", "XHKG"),
        ("005930.KS", "XKRX"),
        ("RELIANCE.NS", None),
        ("VOD.XX", None),
        ("EURUSD=X", None),
        ("ES=F", None),
    ],
)
def test_a_ticker_goes_by_the_calendar_of_its_suffix(ticker: str, calendar: str | None) -> None:
    calendars = Calendars("auto")
    (row,) = calendars.rows_of([ticker])
    assert calendars.names[row] == calendar


def test_tickers_of_one_calendar_share_a_row() -> None:
    calendars = Calendars("auto")
    assert calendars.rows_of(["A", "5803.T", "B", "X.XX"]).tolist() == [0, 1, 0, 2]
    assert calendars.rows_of(["Y.YY", "C", "5803.T"]).tolist() == [2, 0, 1]
    assert calendars.names == ["XNYS", "XTKS", None]


def test_a_ticker_whose_exchange_is_known_does_not_go_by_its_suffix() -> None:
    calendars = Calendars("auto", {"^TOPX1": "XTKS"})
    calendars.rows_of(["^TOPX1", "^GSPC"])
    assert calendars.names == ["XTKS", "XNYS"]
    named = Calendars("XNYS", {"^TOPX1": "XTKS"})
    named.rows_of(["^TOPX1"])
    assert named.names == ["XNYS"]


@pytest.mark.parametrize(
    ("day", "previous"),
    [
        ("1987-10-19", "1987-10-16"),
        ("1987-10-18", "none"),
        ("1986-01-02", "1985-12-31"),
        ("1963-11-26", "1963-11-22"),
        ("1968-06-13", "1968-06-11"),
        ("1968-06-12", "none"),
        ("2001-09-17", "2001-09-10"),
        ("2025-01-27", "2025-01-24"),
        ("1953-01-02", "any"),  # the first that the calendar knows
        ("1929-10-28", "any"),
        ("2099-12-31", "any"),
    ],
)
def test_new_york(day: str, previous: str) -> None:
    calendars = made("auto", "NVDA", "1929-10-28", "2099-12-31")
    assert before(calendars, 0, day) == previous


@pytest.mark.parametrize(
    ("day", "previous"),
    [
        ("1987-10-20", "any"),  # Tokyo's calendar begins in 1997
        ("1987-10-18", "any"),
        ("1997-01-06", "any"),
        ("1997-01-07", "1997-01-06"),
        ("2019-05-07", "2019-04-26"),
        ("2019-05-01", "none"),
        ("2024-08-05", "2024-08-02"),
    ],
)
def test_tokyo(day: str, previous: str) -> None:
    calendars = made("XTKS", "7203", "1987-10-20", "2024-08-05")
    assert before(calendars, 0, day) == previous


def test_an_exchange_without_a_table() -> None:
    calendars = made("auto", "VOD.L", "2020-01-02", "2024-08-27")
    assert before(calendars, 0, "2024-08-27") == "2024-08-23"  # London's bank holiday
    assert before(calendars, 0, "2024-08-26") == "none"


def test_without_a_calendar_every_day_follows_the_row_before() -> None:
    calendars = made("none", "NVDA", "1950-01-01", "2050-01-01")
    assert calendars.names == [None]
    assert (calendars.previous == ANY).all()
    assert calendars.previous.shape == (1, LAST - FIRST + 1)


def test_the_order_in_which_days_come_changes_nothing() -> None:
    first, other = Calendars("auto"), Calendars("auto")
    first.reach(number("2028-01-03"), number("2028-01-04"))
    first.rows_of(["NVDA", "5803.T"])
    other.rows_of(["NVDA", "5803.T"])
    held = other.previous
    other.reach(number("1962-01-02"), number("2000-01-03"))
    assert other.previous is held  # within the tables, Tokyo's as far back as there is one
    other.reach(number("2028-01-03"), number("2028-01-03"))
    assert other.previous is not held
    assert (first.previous == other.previous).all()


@pytest.mark.parametrize("asked", ["XNY", "Nowhere", "autos", ""])
def test_a_calendar_that_there_is_not(asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        Calendars(asked)
    assert caught.value.hint


@pytest.mark.parametrize("asked", ["XNAS", "xnys", "New York", "XNYS"])
def test_a_calendar_goes_by_its_exchanges(asked: str) -> None:
    calendars = Calendars(asked)
    calendars.rows_of(["5803.T"])
    assert calendars.names == ["XNYS"]


def test_the_calendar_package_waits_until_a_day_needs_it() -> None:
    program = """
import sys
from deepseek_shock.scan.calendars import Calendars
calendars = Calendars("auto")
calendars.rows_of(["NVDA", "5803.T", "VOD.XX"])
calendars.reach(-6209, 21183)  # 1953-01-01 to 2027-12-31: the tables
assert "exchange_calendars" not in sys.modules
calendars.reach(21184, 21184)
assert "exchange_calendars" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_suffixes_are_of_known_exchanges_and_of_one_each() -> None:
    assert SUFFIXES["T"] == EXCHANGES["XTKS"]
    assert exchange_of_suffix("NVDA") == EXCHANGES["XNYS"]
    assert all(suffix.isalpha() and suffix.isupper() for suffix in SUFFIXES)


def test_suffixes_are_those_of_yfinance() -> None:
    const = pytest.importorskip("yfinance.const")
    table: dict[str, str] = const._MIC_TO_YAHOO_SUFFIX  # noqa: SLF001 -- the one list there is
    theirs = {"XVIE": "XWBO", "XATH": "ASEX", "MTAA": "XMIL", "XVIL": "XLIT", "BMEX": "XMAD"}
    for mic, suffix in table.items():
        ours = theirs.get(mic, mic)
        if suffix and ours in EXCHANGES:
            assert SUFFIXES[suffix].mic == ours
