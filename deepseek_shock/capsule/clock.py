"""Whether a capsule's sessions are those of the calendars, and when its report can have been made.

The hour at which a report was made is not written down. What had begun and ended by then is, and
that a vendor was asked at an instant: together they leave a span of time, or none at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.instant import first_day, session_of
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import (
    Phase,
    closes_at,
    is_session,
    next_session,
    opens_at,
    previous_session,
)
from deepseek_shock.providers.base import instant_of
from deepseek_shock.providers.received import Received

_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)  # to which an instant of retrieval is written down
_ASKED_NOW = frozenset({"yahoo", "jquants"})


class Clock(NamedTuple):
    """Between which instants a report was made: `latest` is the first at which it was not."""

    earliest: datetime
    latest: datetime


def find_clock(inquiry: Inquiry, received: Iterable[Received]) -> Clock:
    """Find when a report can have been made, by its phases and by when vendors were asked."""
    spans = [_span(one) for one in (*inquiry.all_asked.values(), *inquiry.then.values())]
    stamps = [
        instant
        for one in received
        if not one.is_assembled and one.origin.source in _ASKED_NOW
        if (instant := instant_of(one.origin.retrieved)) is not None
    ]
    if stamps:
        spans.append(Clock(max(stamps), max(stamps) + _SECOND))
    return Clock(
        max((one.earliest for one in spans), default=_EVER),
        min((one.latest for one in spans), default=_NEVER),
    )


def find_faults(inquiry: Inquiry, clock: Clock) -> Iterator[str]:
    """Tell which sessions are not what the calendars say. Raises `CalendarError`, `ValueError`."""
    if inquiry.then.keys() != inquiry.asked.keys():
        yield "the sessions after it are of other exchanges"
        return
    for calendar, asked in inquiry.all_asked.items():
        yield from _find_in(calendar, asked)
    for calendar, then in inquiry.then.items():
        yield from _find_in(calendar, then)
        asked = inquiry.asked[calendar]
        if then.session != next_session(asked.exchange, asked.session):
            yield f"{calendar}: {then.session} is not the session after {asked.session}"
    watched = {*inquiry.watchlist.instruments, *inquiry.extras, *inquiry.constituents}
    for one in watched:
        if EXCHANGES.get(one.exchange.mic) != one.exchange:
            yield f"{one.ticker}: its exchange is none"
        elif one.exchange.calendar not in inquiry.all_asked:
            yield f"{one.ticker}: no session of its exchange"
    if not any(_follow(inquiry)):
        said = ", ".join(f"{name} {one.session}" for name, one in inquiry.asked.items())
        yield f"{inquiry.day} does not ask for {said}"
    if clock.earliest >= clock.latest:
        yield "there was no instant at which all had come so far as is said"


def _find_in(calendar: str, asked: Asked) -> Iterator[str]:
    exchange = asked.exchange
    if EXCHANGES.get(exchange.mic) != exchange or exchange.calendar != calendar:
        yield f"{calendar}: its exchange is none"
        return
    if asked.previous != previous_session(exchange, asked.session):
        yield f"{calendar}: {asked.previous} is not the session before {asked.session}"
    if is_session(exchange, asked.session) is (asked.phase is Phase.CLOSED):
        yield f"{calendar}: {asked.session} was not {asked.phase}"


def _follow(inquiry: Inquiry) -> Iterator[bool]:
    """Yield whether the sessions are those of the date, of the instant, or the last ones."""
    asked, event, day = inquiry.all_asked.values(), inquiry.event, inquiry.day
    sessions = {one.session for one in inquiry.asked.values()}
    is_events = event is not None and event.date == day
    yield all(
        one.session == (session_of(event, one.exchange) if event and is_events else day)
        for one in asked
    )
    yield (
        inquiry.at is not None
        and day == min(sessions)
        and all(one.session == first_day(one.exchange, inquiry.at) for one in asked)
    )
    yield day == max(sessions) and _are_last(inquiry.all_asked, inquiry.then)


def _are_last(asked: Mapping[str, Asked], then: Mapping[str, Asked]) -> bool:
    return all(one.phase is Phase.ENDED for one in asked.values()) and all(
        one.phase in (Phase.PENDING, Phase.RUNNING) for one in then.values()
    )


def _span(asked: Asked) -> Clock:
    exchange, day = asked.exchange, asked.session
    match asked.phase:
        case Phase.PENDING:
            return Clock(_EVER, opens_at(exchange, day))
        case Phase.RUNNING:
            return Clock(opens_at(exchange, day), closes_at(exchange, day))
        case Phase.ENDED:
            return Clock(closes_at(exchange, day), _NEVER)
        case _:
            return Clock(_EVER, _NEVER)
