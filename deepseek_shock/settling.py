"""From what is asked to the sessions of each exchange: settled before anything is fetched."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from deepseek_shock.analysis.contribution import Composition
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.instant import first_day, session_of
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.runs import LONGEST_RUN
from deepseek_shock.analysis.unreached import Unreached, part
from deepseek_shock.benchmarking import check_factors, hold_against
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.event import DEFAULT_WATCHLIST, Event, Watchlist
from deepseek_shock.market.exchange import EXCHANGES, TABLED, XNYS, XTKS, Exchange
from deepseek_shock.market.sessions import (
    calendar_begins,
    count_sessions,
    last_begun_session,
    last_completed_session,
    next_session,
    phase,
    previous_session,
    shift_session,
)
from deepseek_shock.overlapping import find_overlaps
from deepseek_shock.registry import Registry
from deepseek_shock.request import (
    Request,
    check_accepted,
    check_future,
    check_instant,
    check_reached,
    check_sessions,
)
from deepseek_shock.watchlists import make_watchlist

WINDOW = Window(-10, 10)
_YEAR = timedelta(days=365)


def inquire(request: Request, registry: Registry) -> Inquiry:
    """Settle event, watchlist and sessions, before anything is fetched."""
    event = _event(request, registry)
    watchlist = _watchlist(request, event, registry)
    if event is not None and request.event is None and not watchlist.shares:
        event, watchlist = _lend(event, registry)
    inquiry = settle(request, registry, event, watchlist)
    inquiry = hold_against(
        inquiry._replace(design=request.design), request.benchmarks, registry.directory
    )
    check_factors((calendar for calendar, _ in request.factors), inquiry)
    return inquiry._replace(overlaps=find_overlaps(inquiry, registry))


def settle(
    request: Request, registry: Registry, event: Event | None, watchlist: Watchlist
) -> Inquiry:
    """Settle the sessions of an event, or of the date asked, for what is watched."""
    check_instant(request)
    is_by_instant = request.is_by_instant
    day = None if is_by_instant else request.day or (event.date if event else None)
    calendars = _calendars(watchlist)
    days = {calendar: _day_on(calendar, day, event, request) for calendar in calendars}
    check_future(days, request.now)
    unreached = _unreached(days, watchlist, request.window or WINDOW)
    for one in unreached:
        del days[one.exchange.calendar]
    if unreached:
        check_reached(days, unreached)
        watchlist = part(watchlist, days)
    asked = {calendar: _ask(EXCHANGES[calendar], on, request.now) for calendar, on in days.items()}
    check_sessions(asked, request)
    then = {calendar: _ask_next(one, request.now) for calendar, one in asked.items()}
    inquiry = Inquiry(
        day or (min if is_by_instant else max)(days.values()),
        asked,
        then,
        watchlist,
        event,
        _end_with_begun(request.window or WINDOW, asked, request.now),
        takes_provisional=request.takes_provisional,
        accepted=request.accepted,
        at=_instant(request, event, day),
        unreached=unreached,
    )
    compositions = tuple(_compositions(request, inquiry, day, registry))
    inquiry = inquiry._replace(compositions=compositions)
    check_accepted(request, inquiry)
    return inquiry


def _end_with_begun(window: Window, asked: Mapping[str, Asked], now: datetime) -> Window:
    """End a window with the last session that has begun: nothing is held beyond it."""
    begun = (
        count_sessions(one.exchange, one.session, last_begun_session(one.exchange, now))
        for one in asked.values()
    )
    return window._replace(last=min(window.last, max(begun)))


def _instant(request: Request, event: Event | None, day: date | None) -> datetime | None:
    """Return the instant asked, else that of the event whose sessions are reported."""
    if request.at is not None:
        return request.at.astimezone(UTC)
    return event.at if event is not None and event.date == day else None


def _event(request: Request, registry: Registry) -> Event | None:
    if request.event is not None:
        return registry.event(request.event)
    if request.watchlist is not None or request.tickers:
        return None
    if request.at is not None and request.day is None:
        return _event_at(request.at, registry)
    day = request.day or _common_last_day(request.now)
    return None if day is None else registry.event_on(day)


def _event_at(at: datetime, registry: Registry) -> Event | None:
    """Find the named event whose sessions are those that could react first to an instant."""
    firsts = {exchange.calendar: first_day(exchange, at) for exchange in (XNYS, XTKS)}
    event = registry.event_on(min(firsts.values()))
    return event if event is not None and event.sessions.items() >= firsts.items() else None


def _lend(event: Event, registry: Registry) -> tuple[Event, Watchlist]:
    """Take of an event that a date found, and that is of indexes alone, its name and its fact.

    A date asks for the default watchlist, whatever the date, and for that day on each calendar.
    """
    sessions = dict.fromkeys(event.sessions, event.date)
    at = event.at if sessions == event.sessions else None  # of the sessions that are reported
    return event._replace(sessions=sessions, at=at), registry.watchlist(DEFAULT_WATCHLIST)


def _common_last_day(now: datetime) -> date | None:
    """Return the date of New York's and Tokyo's last completed sessions, where it is one."""
    days = {last_completed_session(exchange, now) for exchange in TABLED}
    return days.pop() if len(days) == 1 else None


def _watchlist(request: Request, event: Event | None, registry: Registry) -> Watchlist:
    if request.tickers:
        return make_watchlist(request.tickers, registry.directory)
    if request.watchlist is not None:
        return registry.watchlist(request.watchlist)
    return registry.watchlist(event.watchlist if event else DEFAULT_WATCHLIST)


def _compositions(
    request: Request, inquiry: Inquiry, day: date | None, registry: Registry
) -> Iterator[Composition]:
    """Settle what the indexes are made of that are taken apart: each on its own calendar."""
    if not request.contributions:
        return
    from deepseek_shock.indextables import compose

    for table in map(registry.index_table, dict.fromkeys(request.contributions)):
        calendar = table.instrument.exchange.calendar
        asked = inquiry.asked.get(calendar)
        if asked is None:
            on = _day_on(calendar, day, inquiry.event, request)
            asked = _ask(EXCHANGES[calendar], on, request.now)
        yield compose(table, asked)


def _calendars(watchlist: Watchlist) -> list[str]:
    found = dict.fromkeys(instrument.exchange.calendar for instrument in watchlist.instruments)
    return list(found)


def _day_on(calendar: str, day: date | None, event: Event | None, request: Request) -> date:
    exchange = EXCHANGES[calendar]
    if day is not None:
        return session_of(event, exchange) if event is not None and event.date == day else day
    if request.at is not None:
        return first_day(exchange, request.at)
    return last_completed_session(exchange, request.now)


def _ask(exchange: Exchange, day: date, now: datetime) -> Asked:
    return Asked(exchange, day, previous_session(exchange, day), phase(exchange, day, now))


def _ask_next(asked: Asked, now: datetime) -> Asked:
    return _ask(asked.exchange, next_session(asked.exchange, asked.session), now)


def _unreached(
    days: Mapping[str, date], watchlist: Watchlist, window: Window
) -> tuple[Unreached, ...]:
    """Find the exchanges whose calendar does not reach the day, or what is asked around it."""
    found: list[Unreached] = []
    for calendar, day in days.items():
        exchange = EXCHANGES[calendar]
        if not _is_reached(exchange, day, window):
            begins = calendar_begins(exchange)
            there = part(watchlist, (calendar,))
            is_before = day < begins + _YEAR
            found.append(
                Unreached(exchange, day, begins if is_before else None, there.groups, there.indexes)
            )
    return tuple(found)


def _is_reached(exchange: Exchange, day: date, window: Window) -> bool:
    try:
        shift_session(exchange, previous_session(exchange, day), window.first - LONGEST_RUN)
        next_session(exchange, next_session(exchange, day))
    except CalendarError:
        return False
    return True
