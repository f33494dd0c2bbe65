"""Which session of each exchange could react first to an instant, and how much of it could.

What happens at an instant is not yet in a price of that instant: a session that closes at the very
instant could not react, one that opens at it could react only after its open.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.errors import CalendarError
from deepseek_shock.market.breaks import break_of
from deepseek_shock.market.event import Event
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import (
    Phase,
    closes_at,
    is_session,
    local_day,
    next_session,
    opens_at,
    phase,
)


class Timing(StrEnum):
    """Where an instant stands in a session that it is held against."""

    BEFORE_OPEN = "before_open"
    IN_SESSION = "in_session"
    IN_BREAK = "in_break"
    OVER = "over"  # the session had closed


class Extent(StrEnum):
    """How much of a session came after an instant, and could react to it."""

    WHOLE = "whole"  # the overnight leg, too
    PART = "part"
    NO = "no"


class Reach(NamedTuple):
    """How a session could react to an instant."""

    timing: Timing
    extent: Extent


_EXTENT_OF = {
    Timing.BEFORE_OPEN: Extent.WHOLE,
    Timing.IN_SESSION: Extent.PART,
    Timing.IN_BREAK: Extent.PART,
    Timing.OVER: Extent.NO,
}
_TIMING_OF = {
    Phase.PENDING: Timing.BEFORE_OPEN,
    Phase.RUNNING: Timing.IN_SESSION,
    Phase.ENDED: Timing.OVER,
}


def first_session(exchange: Exchange, instant: datetime) -> date:
    """Find the first session that closes after an instant.

    Raises `CalendarError` for an instant that the exchange's calendar does not reach.
    """
    day = local_day(exchange, instant)
    if is_session(exchange, day) and closes_at(exchange, day) > instant:
        return day
    return next_session(exchange, day)


def first_day(exchange: Exchange, instant: datetime) -> date:
    """Find the first session; the day itself where no calendar reaches, which then says so."""
    try:
        return first_session(exchange, instant)
    except CalendarError:
        return local_day(exchange, instant)


def find_reach(exchange: Exchange, session: date, instant: datetime) -> Reach:
    """Tell how a session could react to an instant."""
    timing = _TIMING_OF[phase(exchange, session, instant)]
    if timing is Timing.IN_SESSION and _is_in_break(exchange, session, instant):
        timing = Timing.IN_BREAK
    return Reach(timing, _EXTENT_OF[timing])


def _is_in_break(exchange: Exchange, session: date, instant: datetime) -> bool:
    known = break_of(exchange, session)
    return known is not None and known[0] <= instant < known[1]


class First(NamedTuple):
    """The first session of an exchange that could react, and how it could."""

    exchange: Exchange
    session: date
    reach: Reach


def find_firsts(exchanges: Iterable[Exchange], instant: datetime) -> tuple[First, ...]:
    """Find each exchange's first session, in the order of their closes.

    An exchange whose calendar does not reach the instant is left out.
    """
    found: list[First] = []
    for exchange in exchanges:
        with suppress(CalendarError):
            session = first_session(exchange, instant)
            found.append(First(exchange, session, find_reach(exchange, session, instant)))
    return tuple(sorted(found, key=_in_order))


def _in_order(first: First) -> tuple[datetime, datetime, str]:
    exchange, session, _ = first
    return closes_at(exchange, session), opens_at(exchange, session), exchange.calendar


def session_of(event: Event, exchange: Exchange) -> date:
    """Tell an event's session on an exchange: as its file says, else by its instant or its date.

    Where the exchange was closed on the date, it is the next session if the file says so.
    """
    given = event.sessions.get(exchange.calendar)
    if given is not None:
        return given
    if event.at is not None:
        return first_day(exchange, event.at)
    return first_open(exchange, event.date) if event.is_next_where_closed else event.date


def first_open(exchange: Exchange, day: date) -> date:
    """Find the first session from a day on; the day itself where no calendar reaches."""
    try:
        return day if is_session(exchange, day) else next_session(exchange, day)
    except CalendarError:
        return day
