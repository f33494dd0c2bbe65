"""Calendars that the package alone knows.

What is expected comes from outside: Tel Aviv traded from Sunday to Thursday until 4 January 2026
and trades from Monday to Friday since (the exchange's announcement of the change); Riyadh trades
from Sunday to Thursday; Seoul stopped trading on Saturdays with 7 December 1998 (Hankyung,
1998-08-03); Toronto is closed on the first Monday of August, London on the last; Athens keeps the
Orthodox Easter (20 April in 2025, 5 May in 2024). Lunch is from 12:00 to 13:00 in Hong Kong, from
11:30 to 13:00 in Shanghai. New York's days of the sixties are counted in Ian Gow's note on CRSP's
daily file ("Trading dates": 1968 had 226, for want of Wednesdays; 1961 and 1969 had 250).
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime

import pytest

from deepseek_shock.errors import CalendarError
from deepseek_shock.market._package import package_begins, package_calendar
from deepseek_shock.market.breaks import break_of
from deepseek_shock.market.exchange import EXCHANGES, TABLED
from deepseek_shock.market.sessions import (
    Phase,
    calendar_begins,
    calendar_span,
    closes_at,
    covered,
    is_half_day,
    is_session,
    last_completed_session,
    next_session,
    opens_at,
    phase,
    previous_session,
    sessions_between,
)
from tests.builders import day

ELSEWHERE = sorted({one.calendar for one in EXCHANGES.values()} - {"XNYS", "XTKS"})


@pytest.mark.parametrize(
    ("mic", "session", "previous"),
    [
        ("XTAE", "2024-08-05", "2024-08-04"),  # Monday: Sunday before it
        ("XTAE", "2024-08-04", "2024-08-01"),  # Sunday: Thursday before it
        ("XTAE", "2026-01-05", "2026-01-04"),  # the last Sunday
        ("XTAE", "2026-01-12", "2026-01-09"),  # Friday
        ("XSAU", "2024-08-04", "2024-08-01"),
        ("XKRX", "1998-12-07", "1998-12-05"),  # the last Saturday
        ("XKRX", "1998-12-14", "1998-12-11"),
        ("XTSE", "2024-08-06", "2024-08-02"),
        ("XLON", "2024-08-27", "2024-08-23"),
        ("ASEX", "2025-04-22", "2025-04-17"),
        ("ASEX", "2024-05-07", "2024-05-02"),
        ("XHKG", "2025-02-03", "2025-01-28"),  # the lunar New Year
    ],
)
def test_the_session_before_is_by_the_exchanges_own_calendar(
    mic: str, session: str, previous: str
) -> None:
    exchange = EXCHANGES[mic]
    assert is_session(exchange, day(session))
    assert previous_session(exchange, day(session)) == day(previous)
    assert next_session(exchange, day(previous)) == day(session)


@pytest.mark.parametrize(
    ("mic", "session", "opens", "closes"),
    [
        ("XLON", "2025-01-27", "2025-01-27 08:00", "2025-01-27 16:30"),
        ("XLON", "2025-07-28", "2025-07-28 07:00", "2025-07-28 15:30"),  # summer time
        ("XHKG", "2025-01-27", "2025-01-27 01:30", "2025-01-27 08:00"),
        ("XKRX", "2025-01-24", "2025-01-24 00:00", "2025-01-24 06:30"),
    ],
)
def test_hours_are_instants_on_the_exchanges_clock(
    mic: str, session: str, opens: str, closes: str
) -> None:
    exchange = EXCHANGES[mic]
    begins, ends = opens_at(exchange, day(session)), closes_at(exchange, day(session))
    assert begins == datetime.fromisoformat(opens).replace(tzinfo=UTC)
    assert ends == datetime.fromisoformat(closes).replace(tzinfo=UTC)
    assert str(begins.tzinfo) == str(ends.tzinfo) == exchange.zone


@pytest.mark.parametrize(
    ("mic", "session", "expected"),
    [
        ("XHKG", "2024-08-05", ("12:00", "13:00")),
        ("XSHG", "2024-08-05", ("11:30", "13:00")),
        ("XLON", "2024-08-05", None),
        ("XHKG", "2024-12-24", None),  # a half day ends at noon
    ],
)
def test_a_break_is_the_packages(mic: str, session: str, expected: tuple[str, str] | None) -> None:
    found = break_of(EXCHANGES[mic], day(session))
    assert (None if found is None else tuple(f"{one:%H:%M}" for one in found)) == expected


def test_half_days_and_phases() -> None:
    london = EXCHANGES["XLON"]
    assert is_half_day(london, day("2024-12-24"))
    assert not is_half_day(london, day("2024-12-23"))
    noon = datetime(2024, 12, 24, 12, tzinfo=UTC)
    assert phase(london, day("2024-12-24"), noon) is Phase.RUNNING
    assert last_completed_session(london, noon) == day("2024-12-23")


def test_tel_avivs_sundays_are_no_half_days() -> None:
    """All of them ended early until 2026, as all Fridays have since."""
    tel_aviv = EXCHANGES["XTAE"]
    assert not is_half_day(tel_aviv, day("2011-03-13"))
    assert not is_half_day(tel_aviv, day("2026-01-16"))
    sunday, monday = (closes_at(tel_aviv, day(f"2011-03-{on}")) for on in (13, 14))
    assert sunday.time() < monday.time()


def test_the_package_makes_every_calendar_of_the_table() -> None:
    for calendar in ELSEWHERE:
        begins, ends = calendar_span(EXCHANGES[calendar])
        assert begins == package_begins(calendar)
        assert ends > date(2026, 1, 1)


@pytest.mark.parametrize(
    ("year", "count"), [(1961, 250), (1968, 226), (1969, 250)], ids=["1961", "1968", "1969"]
)
def test_new_york_kept_its_holidays_before_1970(year: int, count: int) -> None:
    days = sessions_between(EXCHANGES["XNYS"], date(year, 1, 1), date(year, 12, 31))
    assert len(days) == count


@pytest.mark.parametrize(
    "closed",
    [
        "1954-12-24",  # Christmas was a Saturday
        "1960-11-08",  # election day
        "1963-11-25",  # the day of mourning for John F. Kennedy
        "1965-11-25",  # Thanksgiving
        "1966-04-08",  # Good Friday
        "1967-02-22",  # Washington's birthday
        "1968-07-24",  # a Wednesday of the paperwork crisis
    ],
)
def test_new_york_was_closed(closed: str) -> None:
    assert not is_session(EXCHANGES["XNYS"], day(closed))


@pytest.mark.parametrize("calendar", ["XNYS", "XTKS"])
def test_what_a_table_covers_the_package_says_too(calendar: str) -> None:
    days, last = package_calendar(calendar).sessions.date, date(2025, 12, 31)
    first = next(first for name, first, _ in covered() if name == calendar)
    from_package = [one for one in days if first <= one <= last]
    assert tuple(from_package) == sessions_between(EXCHANGES[calendar], first, last)


@pytest.mark.parametrize("calendar", ["XLON", "XHKG", "XSHG", "XSAU", "BVMF", "XBOM"])
def test_they_are_the_packages_own(calendar: str) -> None:
    """Made with fewer holidays ahead, a calendar has the sessions that the package gives it."""
    import exchange_calendars

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, to the package
        theirs = exchange_calendars.get_calendar(calendar, start=str(package_begins(calendar)))
    assert package_calendar(calendar).schedule.equals(theirs.schedule)


def test_none_begins_before_the_package_answers() -> None:
    for calendar in ELSEWHERE:
        bound = package_calendar(calendar).bound_min()
        assert bound is None or bound.date() <= package_begins(calendar)


@pytest.mark.parametrize(
    ("mic", "on"), [("XSAU", "2011-03-13"), ("XSES", "1985-12-30"), ("XLON", "1969-12-31")]
)
def test_a_day_before_the_calendar_is_refused_with_its_beginning(mic: str, on: str) -> None:
    exchange = EXCHANGES[mic]
    with pytest.raises(CalendarError) as caught:
        is_session(exchange, day(on))
    assert f"begins on {calendar_begins(exchange)}" in caught.value.hint


def test_a_calendar_that_the_package_cannot_make_is_a_calendar_error() -> None:
    with pytest.raises(CalendarError, match="ZZZZ"):
        package_calendar("ZZZZ")


def test_the_tables_are_those_of_new_york_and_tokyo() -> None:
    assert [name for name, *_ in covered()] == sorted(one.calendar for one in TABLED)
    for name, first, last in covered():
        assert calendar_span(EXCHANGES[name]) == (first, last)
