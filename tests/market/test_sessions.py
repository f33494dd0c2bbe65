"""The calendar. Expected days and hours are the exchanges' own announcements:

NYSE: nyse.com/markets/hours-calendars and the yearly "Holiday and Early Closings Calendar";
JPX: jpx.co.jp/english/corporate/about-jpx/calendar, and "Extension of Trading Hours" (2024-11-05).
"""

import importlib.metadata
import importlib.util
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.errors import CalendarError
from deepseek_shock.market import _session_table as table
from deepseek_shock.market import sessions
from deepseek_shock.market.exchange import ARCX, XNAS, XNYS, XTKS, Exchange
from deepseek_shock.market.sessions import (
    Phase,
    calendar_begins,
    closes_at,
    count_sessions,
    earlier_sessions,
    is_half_day,
    is_session,
    last_completed_session,
    next_session,
    opens_at,
    phase,
    previous_session,
    sessions_between,
    shift_session,
)

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = "scripts/make_session_table.py"

NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")

exchanges = st.sampled_from([XNYS, XTKS])
# Well inside the table, so that no neighbour of a day lies beyond it.
days = st.dates(date(1997, 3, 1), date(2027, 10, 31))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- sessions and closures ---


@pytest.mark.parametrize(
    ("exchange", "day"),
    [
        (XNYS, "1994-04-27"),  # funeral of President Nixon
        (XNYS, "2001-09-11"),  # closed from the attacks of the 11th to the 14th
        (XNYS, "2001-09-14"),
        (XNYS, "2012-10-29"),  # Hurricane Sandy, two days
        (XNYS, "2012-10-30"),
        (XNYS, "2018-12-05"),  # day of mourning for President G. H. W. Bush
        (XNYS, "2025-01-09"),  # day of mourning for President Carter
        (XNYS, "2025-01-20"),  # Martin Luther King, Jr. Day
        (XNYS, "2026-07-03"),  # Independence Day, observed
        (XNYS, "2027-06-18"),  # Juneteenth, observed
        (XNYS, "2027-12-24"),  # Christmas Day, observed
        (XTKS, "2019-05-02"),  # the ten days of the Emperor's accession
        (XTKS, "2020-10-01"),  # the trading system failed all day
        (XTKS, "2021-07-23"),  # Sports Day, moved for the Olympic Games
        (XTKS, "2024-12-31"),  # year-end
        (XTKS, "2025-01-03"),  # New Year
        (XTKS, "2025-01-13"),  # Coming of Age Day
        (XTKS, "2026-09-22"),  # a day between two holidays
        (XTKS, "2026-11-23"),  # Labor Thanksgiving Day
        (XNYS, "2025-01-25"),  # a Saturday
        (XTKS, "2025-01-25"),
        (XNYS, "2025-01-26"),  # a Sunday
        (XTKS, "2025-01-26"),
    ],
)
def test_closed(exchange: Exchange, day: str) -> None:
    assert not is_session(exchange, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("exchange", "day"),
    [
        (XNYS, "1987-10-19"),  # Black Monday
        (XNYS, "2001-09-17"),  # trading resumed
        (XNYS, "2025-01-13"),
        (XTKS, "2025-01-09"),
        (XTKS, "2025-01-20"),
        (XNYS, "2025-01-27"),
        (XTKS, "2025-01-27"),
        (XTKS, "2026-07-03"),
        (XNYS, "2027-12-23"),
    ],
)
def test_open(exchange: Exchange, day: str) -> None:
    assert is_session(exchange, date.fromisoformat(day))


@pytest.mark.parametrize("exchange", [XNAS, ARCX])
def test_other_new_york_exchanges_keep_the_same_calendar(exchange: Exchange) -> None:
    assert previous_session(exchange, date(2025, 1, 10)) == date(2025, 1, 8)


@pytest.mark.parametrize(
    ("exchange", "day", "previous"),
    [
        (XNYS, "2025-01-27", "2025-01-24"),
        (XTKS, "2025-01-27", "2025-01-24"),
        (XNYS, "2025-01-10", "2025-01-08"),  # the 9th was the day of mourning
        (XNYS, "2025-01-21", "2025-01-17"),
        (XTKS, "2025-01-06", "2024-12-30"),  # New Year
        (XTKS, "2025-01-14", "2025-01-10"),
        (XNYS, "2025-01-26", "2025-01-24"),  # from a Sunday
        (XNYS, "2001-09-17", "2001-09-10"),
        (XTKS, "2019-05-07", "2019-04-26"),  # ten days without a session
    ],
)
def test_previous_and_next_session(exchange: Exchange, day: str, previous: str) -> None:
    assert previous_session(exchange, date.fromisoformat(day)) == date.fromisoformat(previous)
    if is_session(exchange, date.fromisoformat(day)):
        assert next_session(exchange, date.fromisoformat(previous)) == date.fromisoformat(day)


def test_next_session_from_a_day_without_one() -> None:
    assert next_session(XNYS, date(2025, 1, 25)) == date(2025, 1, 27)
    assert next_session(XTKS, date(2024, 12, 31)) == date(2025, 1, 6)


def test_sessions_around_the_shock() -> None:
    # New York was closed on the 20th.
    assert sessions_between(XNYS, date(2025, 1, 17), date(2025, 1, 28)) == (
        date(2025, 1, 17),
        date(2025, 1, 21),
        date(2025, 1, 22),
        date(2025, 1, 23),
        date(2025, 1, 24),
        date(2025, 1, 27),
        date(2025, 1, 28),
    )
    assert shift_session(XNYS, date(2025, 1, 27), -5) == date(2025, 1, 17)
    assert shift_session(XTKS, date(2025, 1, 27), -5) == date(2025, 1, 20)
    assert shift_session(XTKS, date(2025, 1, 27), 1) == date(2025, 1, 28)
    assert shift_session(XTKS, date(2025, 1, 27), 0) == date(2025, 1, 27)


def test_count_is_open_at_the_start_and_closed_at_the_end() -> None:
    assert count_sessions(XNYS, date(2025, 1, 17), date(2025, 1, 28)) == 6
    assert count_sessions(XTKS, date(2024, 12, 30), date(2025, 1, 6)) == 1
    assert count_sessions(XNYS, date(2025, 1, 24), date(2025, 1, 26)) == 0
    # The S&P 500 and the Nikkei 225 count 252 and 245 sessions in 2024.
    assert count_sessions(XNYS, date(2023, 12, 31), date(2024, 12, 31)) == 252
    assert count_sessions(XTKS, date(2023, 12, 31), date(2024, 12, 31)) == 245


def test_an_empty_span() -> None:
    assert sessions_between(XNYS, date(2025, 1, 28), date(2025, 1, 27)) == ()
    assert sessions_between(XNYS, date(2025, 1, 25), date(2025, 1, 26)) == ()
    assert count_sessions(XNYS, date(2025, 1, 27), date(2025, 1, 27)) == 0
    assert count_sessions(XNYS, date(2025, 1, 28), date(2025, 1, 27)) == 0


def test_what_needs_a_session_refuses_another_day() -> None:
    holiday = date(2025, 1, 20)
    for question in (opens_at, closes_at, is_half_day):
        with pytest.raises(ValueError, match="2025-01-20 is no session of XNYS"):
            question(XNYS, holiday)
    with pytest.raises(ValueError, match="2025-01-20 is no session of XNYS"):
        shift_session(XNYS, holiday, 0)


# --- hours ---


def test_hours_on_the_day_of_the_shock() -> None:
    # Tokyo 09:00-15:30 JST, New York 09:30-16:00 EST.
    day = date(2025, 1, 27)
    assert opens_at(XTKS, day) == utc("2025-01-27T00:00")
    assert closes_at(XTKS, day) == utc("2025-01-27T06:30")
    assert opens_at(XNYS, day) == utc("2025-01-27T14:30")
    assert closes_at(XNYS, day) == utc("2025-01-27T21:00")


def test_hours_stand_in_the_exchange_s_own_zone() -> None:
    assert opens_at(XNYS, date(2025, 1, 27)).isoformat() == "2025-01-27T09:30:00-05:00"
    assert closes_at(XNYS, date(2025, 7, 1)).isoformat() == "2025-07-01T16:00:00-04:00"
    assert closes_at(XTKS, date(2025, 1, 27)).isoformat() == "2025-01-27T15:30:00+09:00"
    assert closes_at(XTKS, date(2025, 1, 27)).tzinfo == TOKYO


@pytest.mark.parametrize(
    ("session", "close"),
    [("1997-01-06", "15:00"), ("2024-11-01", "15:00"), ("2024-11-05", "15:30")],
)
def test_tokyo_closes_half_an_hour_later_since_2024_11_05(session: str, close: str) -> None:
    assert f"{closes_at(XTKS, date.fromisoformat(session)):%H:%M}" == close
    assert not is_half_day(XTKS, date.fromisoformat(session))


@pytest.mark.parametrize(
    "session",
    ["2024-11-29", "2024-12-24", "2025-07-03", "2025-11-28", "2026-11-27", "2027-11-26"],
)
def test_new_york_half_days(session: str) -> None:
    day = date.fromisoformat(session)
    assert is_half_day(XNYS, day)
    assert f"{closes_at(XNYS, day):%H:%M}" == "13:00"
    assert f"{opens_at(XNYS, day):%H:%M}" == "09:30"


def test_the_neighbours_of_a_half_day_are_whole() -> None:
    for day in (date(2024, 11, 27), date(2024, 12, 23), date(2025, 7, 2), date(2025, 1, 27)):
        assert not is_half_day(XNYS, day)
        assert f"{closes_at(XNYS, day):%H:%M}" == "16:00"


# --- phases ---


@pytest.mark.parametrize(
    ("exchange", "day", "now", "expected"),
    [
        (XNYS, "2025-01-27", "2025-01-27T14:29:59", Phase.PENDING),
        (XNYS, "2025-01-27", "2025-01-27T14:30:00", Phase.RUNNING),
        (XNYS, "2025-01-27", "2025-01-27T20:59:59", Phase.RUNNING),
        (XNYS, "2025-01-27", "2025-01-27T21:00:00", Phase.ENDED),
        # In summer time both ends come an hour earlier in UTC (since 2025-03-09).
        (XNYS, "2025-03-07", "2025-03-07T13:30:00", Phase.PENDING),
        (XNYS, "2025-03-10", "2025-03-10T13:30:00", Phase.RUNNING),
        (XNYS, "2025-03-10", "2025-03-10T20:00:00", Phase.ENDED),
        # A half day ends at 13:00.
        (XNYS, "2025-11-28", "2025-11-28T17:59:59", Phase.RUNNING),
        (XNYS, "2025-11-28", "2025-11-28T18:00:00", Phase.ENDED),
        # Tokyo's Monday begins when UTC's does, and New York still has Sunday.
        (XTKS, "2025-01-27", "2025-01-26T23:59:59", Phase.PENDING),
        (XTKS, "2025-01-27", "2025-01-27T00:00:00", Phase.RUNNING),
        (XTKS, "2025-01-27", "2025-01-27T03:00:00", Phase.RUNNING),  # the break
        (XTKS, "2025-01-27", "2025-01-27T06:30:00", Phase.ENDED),
        (XTKS, "2025-01-28", "2025-01-27T21:00:00", Phase.PENDING),
        (XNYS, "2025-01-20", "2025-01-20T15:00:00", Phase.CLOSED),
        (XTKS, "2025-01-25", "2030-01-01T00:00:00", Phase.CLOSED),
        (XNYS, "2027-12-23", "2025-01-27T15:00:00", Phase.PENDING),  # far ahead
    ],
)
def test_phase(exchange: Exchange, day: str, now: str, expected: Phase) -> None:
    assert phase(exchange, date.fromisoformat(day), utc(now)) is expected


@pytest.mark.parametrize(
    ("exchange", "now", "expected"),
    [
        (XNYS, "2025-01-27T20:59:59", "2025-01-24"),
        (XNYS, "2025-01-27T21:00:00", "2025-01-27"),
        (XTKS, "2025-01-27T06:29:59", "2025-01-24"),
        (XTKS, "2025-01-27T06:30:00", "2025-01-27"),
        # One instant, two dates: Monday 20:00 in New York is Tuesday 10:00 in Tokyo.
        (XNYS, "2025-01-28T01:00:00", "2025-01-27"),
        (XTKS, "2025-01-28T01:00:00", "2025-01-27"),
        # UTC's Sunday evening is Tokyo's Monday morning, before the open.
        (XTKS, "2025-01-26T23:00:00", "2025-01-24"),
        (XNYS, "2025-01-26T23:00:00", "2025-01-24"),
        (XTKS, "2025-01-05T12:00:00", "2024-12-30"),
    ],
)
def test_last_completed_session(exchange: Exchange, now: str, expected: str) -> None:
    assert last_completed_session(exchange, utc(now)) == date.fromisoformat(expected)


def test_the_zone_of_the_instant_does_not_matter() -> None:
    close = utc("2025-01-27T21:00")
    for zone in (NEW_YORK, TOKYO, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))):
        assert last_completed_session(XNYS, close.astimezone(zone)) == date(2025, 1, 27)
        assert phase(XNYS, date(2025, 1, 27), close.astimezone(zone)) is Phase.ENDED


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2025, 1, 27, 12)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="no time zone"):
        last_completed_session(XNYS, naive)
    with pytest.raises(ValueError, match="no time zone"):
        phase(XNYS, date(2025, 1, 25), naive)


# --- laws ---


@given(exchanges, days)
def test_previous_and_next_are_neighbours(exchange: Exchange, day: date) -> None:
    before, after = previous_session(exchange, day), next_session(exchange, day)
    assert before < day < after
    assert is_session(exchange, before)
    assert is_session(exchange, after)
    between = (day,) if is_session(exchange, day) else ()
    assert sessions_between(exchange, before, after) == (before, *between, after)


@given(exchanges, days)
def test_previous_undoes_next(exchange: Exchange, day: date) -> None:
    session = next_session(exchange, day)
    assert next_session(exchange, previous_session(exchange, session)) == session
    assert previous_session(exchange, next_session(exchange, session)) == session


@given(exchanges, days, st.integers(-30, 30), st.integers(-30, 30))
def test_shifts_add_up(exchange: Exchange, day: date, first: int, second: int) -> None:
    session = previous_session(exchange, day)
    both = shift_session(exchange, shift_session(exchange, session, first), second)
    assert both == shift_session(exchange, session, first + second)


@given(exchanges, days)
def test_a_shift_by_one_is_the_neighbour(exchange: Exchange, day: date) -> None:
    session = previous_session(exchange, day)
    assert shift_session(exchange, session, 1) == next_session(exchange, session)
    assert shift_session(exchange, session, -1) == previous_session(exchange, session)


@given(exchanges, days, st.integers(0, 60))
def test_between_holds_the_sessions_and_nothing_else(
    exchange: Exchange, first: date, length: int
) -> None:
    last = first + timedelta(length)
    asked = (first + timedelta(n) for n in range(length + 1))
    assert sessions_between(exchange, first, last) == tuple(
        day for day in asked if is_session(exchange, day)
    )


@given(exchanges, days, st.integers(-10, 60))
def test_count_agrees_with_between(exchange: Exchange, after: date, length: int) -> None:
    until = after + timedelta(length)
    listed = sessions_between(exchange, after + timedelta(1), until)
    assert count_sessions(exchange, after, until) == len(listed)


@given(exchanges, st.datetimes(datetime(1997, 3, 1), datetime(2027, 10, 31)))  # noqa: DTZ001 - the zone is added below
def test_the_last_completed_session_has_ended_and_the_next_has_not(
    exchange: Exchange, naive: datetime
) -> None:
    now = naive.replace(tzinfo=UTC)
    last = last_completed_session(exchange, now)
    assert phase(exchange, last, now) is Phase.ENDED
    assert phase(exchange, next_session(exchange, last), now) in {Phase.PENDING, Phase.RUNNING}


@given(exchanges, days)
def test_a_session_opens_and_closes_on_its_own_date(exchange: Exchange, day: date) -> None:
    session = next_session(exchange, day)
    opens, closes = opens_at(exchange, session), closes_at(exchange, session)
    assert opens < closes
    assert opens.date() == closes.date() == session


# --- the table and the package it was made from ---


def package_calendar(exchange: Exchange) -> Any:  # noqa: ANN401 - the package ships no types
    """Build the package's own calendar over the days of the table."""
    bounds = [str(day) for day in (table.FIRST[exchange.mic], table.LAST[exchange.mic])]
    with warnings.catch_warnings():
        # exchange_calendars 4.13 calls what pandas 3.1 deprecates; not ours to mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        import exchange_calendars

        return exchange_calendars.get_calendar(exchange.mic, start=bounds[0], end=bounds[1])


@pytest.mark.parametrize("exchange", [XNYS, XTKS])
def test_the_table_says_what_the_package_says(exchange: Exchange) -> None:
    package = package_calendar(exchange)
    first, last = (
        datetime.strptime(str(day), "%Y%m%d").replace(tzinfo=UTC).date()
        for day in (table.FIRST[exchange.mic], table.LAST[exchange.mic])
    )
    held = sessions_between(exchange, first, last)
    assert held == tuple(package.sessions.date)
    assert [opens_at(exchange, session) for session in held] == list(package.opens)
    assert [closes_at(exchange, session) for session in held] == list(package.closes)
    short = {session for session in held if is_half_day(exchange, session)}
    assert short == set(package.early_closes.date)


@pytest.mark.skipif(
    importlib.metadata.version("exchange_calendars") != table.PACKAGE_VERSION,
    reason="the table was made from another release of exchange_calendars",
)
def test_the_generated_file_is_up_to_date(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout / SCRIPT), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def script(checkout: Path) -> "ModuleType":
    spec = importlib.util.spec_from_file_location("make_session_table", checkout / SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_check_finds_a_difference(
    script: "ModuleType",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = tmp_path / "_session_table.py"
    monkeypatch.setattr(script, "TARGET", target)
    assert script.check("wanted\n") == 1
    target.write_text("edited\n", encoding="utf-8")
    assert script.check("wanted\n") == 1
    assert "run: python scripts/make_session_table.py" in capsys.readouterr().err
    target.write_text("wanted\n", encoding="utf-8")
    assert script.check("wanted\n") == 0


# --- beyond the table ---


def test_before_the_table_the_package_answers() -> None:
    # New York was closed on 1963-11-25 for the funeral of President Kennedy, and on 1977-07-14
    # for the blackout.
    assert previous_session(XNYS, date(1963, 11, 26)) == date(1963, 11, 22)
    assert not is_session(XNYS, date(1977, 7, 14))
    # From inside the table across its edge, and back: 1985-12-31 was a Tuesday.
    assert previous_session(XNYS, date(1986, 1, 2)) == date(1985, 12, 31)
    assert shift_session(XNYS, date(1985, 12, 31), 1) == date(1986, 1, 2)
    assert sessions_between(XNYS, date(1985, 12, 30), date(1986, 1, 3)) == (
        date(1985, 12, 30),
        date(1985, 12, 31),
        date(1986, 1, 2),
        date(1986, 1, 3),
    )
    assert count_sessions(XNYS, date(1985, 12, 30), date(1986, 1, 3)) == 3


def test_the_days_before_the_table_are_the_packages() -> None:
    found = earlier_sessions(XNYS)
    assert found == sessions_between(XNYS, calendar_begins(XNYS), date(1985, 12, 31))
    assert found[0] == date(1953, 1, 2)
    # Closed: the president's funeral, the first Wednesday of the paper crisis, the blackout, the
    # hurricane Gloria. Open: Election Day of 1969, of which the Exchange made a session.
    closed = {date(1963, 11, 25), date(1968, 6, 12), date(1977, 7, 14), date(1985, 9, 27)}
    assert closed.isdisjoint(found)
    assert date(1969, 11, 4) in found
    assert earlier_sessions(XTKS) == ()  # the package begins where the table does


def test_hours_before_the_table() -> None:
    assert closes_at(XNYS, date(1985, 12, 23)).isoformat() == "1985-12-23T16:00:00-05:00"
    assert closes_at(XNYS, date(1985, 12, 23)).tzinfo == NEW_YORK
    assert not is_half_day(XNYS, date(1985, 12, 23))
    # Christmas Eve ended at 14:00 until 1992.
    assert closes_at(XNYS, date(1985, 12, 24)).isoformat() == "1985-12-24T14:00:00-05:00"
    assert is_half_day(XNYS, date(1985, 12, 24))


@pytest.fixture
def short_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the table end with 2024, so that the package is asked about what is known of 2025."""
    # What was read from the table is kept for good; only a test wants it forgotten.
    caches = (
        sessions._table_span,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        sessions._package_span,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    )
    for calendar in table.LAST:
        monkeypatch.setitem(table.LAST, calendar, 20241231)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("short_table")
def test_after_the_table_the_package_answers() -> None:
    assert previous_session(XNYS, date(2025, 1, 10)) == date(2025, 1, 8)
    assert previous_session(XTKS, date(2025, 1, 6)) == date(2024, 12, 30)
    assert next_session(XTKS, date(2024, 12, 30)) == date(2025, 1, 6)
    assert is_half_day(XNYS, date(2025, 7, 3))
    assert not is_half_day(XNYS, date(2025, 7, 2))
    assert opens_at(XNYS, date(2025, 7, 3)).isoformat() == "2025-07-03T09:30:00-04:00"
    assert closes_at(XTKS, date(2025, 1, 27)).isoformat() == "2025-01-27T15:30:00+09:00"
    assert last_completed_session(XNYS, utc("2025-01-27T21:00")) == date(2025, 1, 27)


def test_a_far_future_is_refused_with_a_hint() -> None:
    with pytest.raises(CalendarError, match=r"XNYS: .* as far as 2090-01-03") as caught:
        is_session(XNYS, date(2090, 1, 3))
    assert "pip install -U exchange_calendars" in caught.value.hint
    with pytest.raises(CalendarError, match=r"XTKS: .* as far as 2090-01-03") as caught:
        sessions_between(XTKS, date(2025, 1, 27), date(2090, 1, 3))
    assert "pip install -U exchange_calendars" in caught.value.hint
    with pytest.raises(CalendarError, match=r"XTKS: .* as far as 2090-01-03") as caught:
        previous_session(XTKS, date(2090, 1, 3))
    assert "pip install -U exchange_calendars" in caught.value.hint
    with pytest.raises(CalendarError, match=r"XNYS: .* far enough from 2025-01-27") as caught:
        shift_session(XNYS, date(2025, 1, 27), 100_000)
    assert "pip install -U exchange_calendars" in caught.value.hint


def test_before_every_calendar_the_hint_says_where_it_begins() -> None:
    with pytest.raises(CalendarError, match=r"XTKS: .* as far as 1996-12-30") as caught:
        is_session(XTKS, date(1996, 12, 30))
    assert caught.value.hint == "XTKS begins on 1997-01-01"
    with pytest.raises(CalendarError, match=r"XTKS: .* far enough from 1997-01-06") as caught:
        previous_session(XTKS, date(1997, 1, 6))
    assert caught.value.hint == "XTKS begins on 1997-01-01"
    with pytest.raises(CalendarError, match=r"XNYS: .* as far as 1929-10-29") as caught:
        count_sessions(XNYS, date(1929, 10, 29), date(2090, 1, 3))
    assert caught.value.hint == "XNYS begins on 1953-01-01"


def test_inside_the_table_the_package_is_not_imported() -> None:
    code = """
import sys
from datetime import UTC, date, datetime
from deepseek_shock.market import sessions
from deepseek_shock.market.exchange import XNYS, XTKS

day = date(2025, 1, 27)
for exchange in (XNYS, XTKS):
    sessions.is_session(exchange, day)
    sessions.previous_session(exchange, day)
    sessions.next_session(exchange, day)
    sessions.shift_session(exchange, day, -250)
    sessions.sessions_between(exchange, date(1997, 1, 6), date(2027, 12, 31))
    sessions.count_sessions(exchange, date(1997, 1, 6), date(2027, 12, 31))
    sessions.opens_at(exchange, day)
    sessions.is_half_day(exchange, day)
    sessions.phase(exchange, day, datetime.now(UTC))
    sessions.last_completed_session(exchange, datetime(2025, 1, 27, tzinfo=UTC))
print(sorted({"pandas", "numpy", "exchange_calendars"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
