"""Which session could react first to an instant: worked out by hand from the exchanges' hours.

New York trades from 09:30 to 16:00 on its own clock (to 13:00 on a half day), Tokyo from 09:00 to
15:30 (to 15:00 until 2024-11-01), with a break from 11:30 to 12:30 (from 11:00 until 2011-11-18).
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.instant import (
    Extent,
    Reach,
    Timing,
    find_firsts,
    find_reach,
    first_day,
    first_session,
    session_of,
)
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.breaks import break_of
from deepseek_shock.market.event import Event
from deepseek_shock.market.exchange import XNYS, XTKS, Exchange
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.sessions import closes_at, previous_session
from tests.builders import day, utc

BEFORE, DURING, BREAK = Timing.BEFORE_OPEN, Timing.IN_SESSION, Timing.IN_BREAK


@pytest.mark.parametrize(
    ("exchange", "instant", "session", "timing"),
    [
        # The weekend of 25 and 26 January 2025.
        (XTKS, "2025-01-25T00:00+00:00", "2025-01-27", BEFORE),
        (XTKS, "2025-01-26T12:00+00:00", "2025-01-27", BEFORE),
        (XNYS, "2025-01-26T12:00+00:00", "2025-01-27", BEFORE),
        # Tokyo's open, its break and its close.
        (XTKS, "2025-01-27T08:59:59+09:00", "2025-01-27", BEFORE),
        (XTKS, "2025-01-27T09:00:00+09:00", "2025-01-27", DURING),
        (XTKS, "2025-01-27T11:29:59+09:00", "2025-01-27", DURING),
        (XTKS, "2025-01-27T11:30:00+09:00", "2025-01-27", BREAK),
        (XTKS, "2025-01-27T12:00:00+09:00", "2025-01-27", BREAK),
        (XTKS, "2025-01-27T12:30:00+09:00", "2025-01-27", DURING),
        (XTKS, "2025-01-27T15:29:59+09:00", "2025-01-27", DURING),
        (XTKS, "2025-01-27T15:30:00+09:00", "2025-01-28", BEFORE),
        # New York's open and close.
        (XNYS, "2025-01-27T09:29:59-05:00", "2025-01-27", BEFORE),
        (XNYS, "2025-01-27T09:30:00-05:00", "2025-01-27", DURING),
        (XNYS, "2025-01-27T12:00:00-05:00", "2025-01-27", DURING),  # it has no break
        (XNYS, "2025-01-27T15:59:59-05:00", "2025-01-27", DURING),
        (XNYS, "2025-01-27T16:00:00-05:00", "2025-01-28", BEFORE),
        # Tokyo's close moved from 15:00 to 15:30 on 2024-11-05 (the 4th was a holiday).
        (XTKS, "2024-11-01T14:59:59+09:00", "2024-11-01", DURING),
        (XTKS, "2024-11-01T15:00:00+09:00", "2024-11-05", BEFORE),
        (XTKS, "2024-11-05T15:00:00+09:00", "2024-11-05", DURING),
        # Half days: the Friday after Thanksgiving, the eve of Independence Day.
        (XNYS, "2024-11-29T12:59:59-05:00", "2024-11-29", DURING),
        (XNYS, "2024-11-29T13:00:00-05:00", "2024-12-02", BEFORE),
        (XNYS, "2024-07-03T12:59:59-04:00", "2024-07-03", DURING),
        (XNYS, "2024-07-03T13:00:00-04:00", "2024-07-05", BEFORE),
        # Summer time began in the US on 9 March 2025: New York opens at 13:30 UTC.
        (XNYS, "2025-03-07T13:30:00+00:00", "2025-03-07", BEFORE),
        (XNYS, "2025-03-10T13:29:59+00:00", "2025-03-10", BEFORE),
        (XNYS, "2025-03-10T13:30:00+00:00", "2025-03-10", DURING),
        (XNYS, "2025-03-28T20:00:00+00:00", "2025-03-31", BEFORE),
        (XNYS, "2025-03-31T13:30:00+00:00", "2025-03-31", DURING),
        (XNYS, "2024-11-01T20:00:00+00:00", "2024-11-04", BEFORE),  # and ended on 3 November
        (XNYS, "2024-11-04T20:00:00+00:00", "2024-11-04", DURING),
        # Holidays: Coming of Age Day in Tokyo, Martin Luther King's in New York.
        (XTKS, "2025-01-13T03:00:00+00:00", "2025-01-14", BEFORE),
        (XNYS, "2025-01-20T16:00:00+00:00", "2025-01-21", BEFORE),
        # New York's afternoon of 15 October 2008 is Tokyo's 16th.
        (XNYS, "2008-10-15T15:00:00-04:00", "2008-10-15", DURING),
        (XTKS, "2008-10-15T15:00:00-04:00", "2008-10-16", BEFORE),
        # The earthquake of 11 March 2011 came 14 minutes before Tokyo's close.
        (XTKS, "2011-03-11T14:46:00+09:00", "2011-03-11", DURING),
        (XNYS, "2011-03-11T14:46:00+09:00", "2011-03-11", BEFORE),
        # 11 September 2001: New York stayed closed until the 17th. Tokyo opened on the 12th, by
        # newspapers half an hour late; the table has its regular hours.
        (XNYS, "2001-09-11T08:46:00-04:00", "2001-09-17", BEFORE),
        (XTKS, "2001-09-11T08:46:00-04:00", "2001-09-12", BEFORE),
        # The break until 2011-11-18, and from January to April 2006.
        (XTKS, "2011-11-18T11:00:00+09:00", "2011-11-18", BREAK),
        (XTKS, "2011-11-21T11:00:00+09:00", "2011-11-21", DURING),
        (XTKS, "2006-01-18T12:45:00+09:00", "2006-01-18", DURING),
        (XTKS, "2006-01-19T12:45:00+09:00", "2006-01-19", BREAK),
        (XTKS, "2006-04-21T12:59:59+09:00", "2006-04-21", BREAK),
        (XTKS, "2006-04-24T12:45:00+09:00", "2006-04-24", DURING),
    ],
)
def test_the_first_session(exchange: Exchange, instant: str, session: str, timing: Timing) -> None:
    at = datetime.fromisoformat(instant)
    assert first_session(exchange, at) == day(session)
    extent = Extent.WHOLE if timing is BEFORE else Extent.PART
    assert find_reach(exchange, day(session), at) == Reach(timing, extent)


def test_a_session_that_had_closed_could_not_react() -> None:
    at = utc("2025-01-27T06:30")  # Tokyo's close
    assert find_reach(XTKS, day("2025-01-27"), at) == Reach(Timing.OVER, Extent.NO)
    assert find_reach(XNYS, day("2025-01-27"), at) == Reach(BEFORE, Extent.WHOLE)


def test_new_york_has_no_break() -> None:
    assert break_of(XNYS, day("2025-01-27")) is None


def test_the_firsts_stand_in_the_order_of_their_closes() -> None:
    firsts = find_firsts([XNYS, XTKS], utc("2008-10-15T19:00"))
    assert [(one.exchange, one.session) for one in firsts] == [
        (XNYS, day("2008-10-15")),
        (XTKS, day("2008-10-16")),
    ]
    firsts = find_firsts([XNYS, XTKS], utc("2025-01-26T12:00"))
    assert [one.exchange for one in firsts] == [XTKS, XNYS]


def test_where_no_calendar_reaches_the_day_stands_as_it_is() -> None:
    at = utc("1987-10-19T13:30")  # Tokyo's calendar begins in 1997
    with pytest.raises(CalendarError):
        first_session(XTKS, at)
    assert first_day(XTKS, at) == day("1987-10-19")
    assert first_day(XTKS, utc("1987-10-19T16:00")) == day("1987-10-20")  # by Tokyo's clock
    assert [one.exchange for one in find_firsts([XTKS, XNYS], at)] == [XNYS]


def event(at: datetime | None, **sessions: date) -> Event:
    return Event("e", Text("e", "e"), day("2001-09-11"), sessions, "deepseek", at=at)


def test_an_events_session_is_what_its_file_says_else_what_its_instant_gives() -> None:
    at = utc("2001-09-11T12:46")
    assert session_of(event(at), XNYS) == day("2001-09-17")
    assert session_of(event(at), XTKS) == day("2001-09-12")
    assert session_of(event(at, XTKS=day("2001-09-13")), XTKS) == day("2001-09-13")
    assert session_of(event(None), XTKS) == day("2001-09-11")


# --- laws ---

INSTANTS = st.datetimes(
    datetime(1997, 1, 6),  # noqa: DTZ001 -- hypothesis adds the zone
    datetime(2027, 11, 30),  # noqa: DTZ001 -- the same
    timezones=st.just(UTC),
)
EXCHANGES = st.sampled_from([XNYS, XTKS])


@given(EXCHANGES, INSTANTS)
def test_the_first_closes_after_the_instant_and_the_one_before_did_not(
    exchange: Exchange, at: datetime
) -> None:
    session = first_session(exchange, at)
    assert closes_at(exchange, session) > at
    assert closes_at(exchange, previous_session(exchange, session)) <= at
    assert find_reach(exchange, session, at).extent is not Extent.NO


@given(EXCHANGES, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_later_instant_never_gives_an_earlier_session(
    exchange: Exchange, at: datetime, later: timedelta
) -> None:
    assert first_session(exchange, at) <= first_session(exchange, at + later)


@given(EXCHANGES, INSTANTS)
def test_how_much_could_react_only_shrinks(exchange: Exchange, at: datetime) -> None:
    session = first_session(exchange, at)
    order = [Extent.WHOLE, Extent.PART, Extent.NO]
    hours = [at + timedelta(hours=count) for count in range(48)]
    found = [order.index(find_reach(exchange, session, one).extent) for one in hours]
    assert found == sorted(found)
