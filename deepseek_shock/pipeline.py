"""From what is asked to the report: watchlist and date, provider, bars, findings, report."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from deepseek_shock.analysis.findings import LONGEST_RUN, Inquiry, find
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.coverage import CITIES, Rule, check_coverage
from deepseek_shock.errors import IncompleteError, NoSessionError, UsageError, near_matches
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.market.exchange import EXCHANGES, Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.sessions import (
    Phase,
    covered,
    last_completed_session,
    next_session,
    phase,
    previous_session,
    shift_session,
)
from deepseek_shock.providers.base import Fetched, Provider, Wanted
from deepseek_shock.registry import Registry
from deepseek_shock.report.build import build_report
from deepseek_shock.report.model import Report
from deepseek_shock.report.tables import Cut
from deepseek_shock.watchlists import make_watchlist

DEFAULT_WATCHLIST = "deepseek"
WINDOW = Window(-10, 10)
SAMPLE_WINDOW = Window(-5, 5)  # the sample holds twelve sessions
HISTORY = 290  # sessions: those of the estimation window and a few more


class Request(NamedTuple):
    """What a user asks. `day` is `None` for each exchange's last completed session.

    `now` is the instant that decides which sessions have ended; `window` is `None` for as much as
    the source is good for; `accepted` are figures that are printed although a guard refuses them,
    as ticker and session; `least_coverage` is in per cent; `options` are those of the command line
    that make the same report again.
    """

    now: datetime
    day: date | None = None
    event: str | None = None
    watchlist: str | None = None
    tickers: tuple[str, ...] = ()
    window: Window | None = None
    cut: Cut = Cut()
    takes_provisional: bool = False
    accepted: frozenset[tuple[str, date]] = frozenset()
    least_coverage: float = 90
    is_strict: bool = False
    options: tuple[str, ...] = ()


class Basis(NamedTuple):
    """All that a report is made of: from the same basis comes the same report, without a source.

    `cut` is that of its tables, `command` what a reader types to make it again.
    """

    inquiry: Inquiry
    held: Held
    cut: Cut
    command: str


class Made(NamedTuple):
    """A report, and what it was made of."""

    report: Report
    basis: Basis


def make(request: Request, registry: Registry, provider: Provider) -> Made:
    """Make a report. Raises a `ShockError` for no session, too few data or a bad file."""
    inquiry = inquire(request, registry)
    fetched = _fetch(inquiry, provider)
    if request.window is None and {source.name for source in fetched.sources} == {"sample"}:
        inquiry = inquiry._replace(window=SAMPLE_WINDOW)
    held = _hold(fetched, inquiry, request.now)
    basis = Basis(inquiry, held, request.cut, _command(request, inquiry))
    report = remake(basis)
    rule = Rule(request.least_coverage, request.is_strict)
    check_coverage(rule, report.findings, fetched, registry.directory)
    return Made(report, basis)


def make_report(request: Request, registry: Registry, provider: Provider) -> Report:
    """Make a report and keep nothing else. Raises as `make` does."""
    return make(request, registry, provider).report


def remake(basis: Basis) -> Report:
    """Make a report from what it is made of."""
    return build_report(find(basis.inquiry, basis.held), basis.cut, basis.command)


def _command(request: Request, inquiry: Inquiry) -> str:
    """Return the command that makes the report again."""
    days = {asked.session for asked in inquiry.asked.values()}
    is_named = request.day is not None or request.event is not None
    day = inquiry.day if is_named or len(days) == 1 else "last"
    return " ".join(("shock report", f"--date {day}", *request.options))


def inquire(request: Request, registry: Registry) -> Inquiry:
    """Settle event, watchlist and sessions, before anything is fetched."""
    event = _event(request, registry)
    day = request.day or (event.date if event else None)
    watchlist = _watchlist(request, event, registry)
    _check_accepted(request, watchlist)
    calendars = _calendars(watchlist)
    days = {calendar: _day_on(calendar, day, event, request.now) for calendar in calendars}
    _check_future(days, request.now)
    asked = {calendar: _ask(EXCHANGES[calendar], on, request.now) for calendar, on in days.items()}
    _check_sessions(asked, request)
    then = {calendar: _ask_next(one, request.now) for calendar, one in asked.items()}
    return Inquiry(
        day or max(days.values()),
        asked,
        then,
        watchlist,
        event,
        request.window or WINDOW,
        takes_provisional=request.takes_provisional,
        accepted=request.accepted,
    )


def _event(request: Request, registry: Registry) -> Event | None:
    if request.event is not None:
        return registry.event(request.event)
    if request.watchlist is not None or request.tickers:
        return None
    day = request.day or _common_last_day(request.now)
    return None if day is None else registry.event_on(day)


def _common_last_day(now: datetime) -> date | None:
    """Return the date of the last completed sessions, where they are of one date everywhere."""
    calendars = {exchange.calendar for exchange in EXCHANGES.values()}
    days = {last_completed_session(EXCHANGES[calendar], now) for calendar in calendars}
    return days.pop() if len(days) == 1 else None


def _watchlist(request: Request, event: Event | None, registry: Registry) -> Watchlist:
    if request.tickers:
        return make_watchlist(request.tickers, registry.directory)
    if request.watchlist is not None:
        return registry.watchlist(request.watchlist)
    return registry.watchlist(event.watchlist if event else DEFAULT_WATCHLIST)


def _check_accepted(request: Request, watchlist: Watchlist) -> None:
    watched = {instrument.ticker for instrument in watchlist.instruments}
    for ticker, session in sorted(request.accepted):
        if ticker not in watched:
            near = near_matches(ticker, watched)
            raise UsageError(
                f"--accept {ticker}@{session}: {ticker} is not reported on",
                hint=f"did you mean {near[0]}?" if near else "name a ticker of the watchlist",
            )


def _calendars(watchlist: Watchlist) -> list[str]:
    found = dict.fromkeys(instrument.exchange.calendar for instrument in watchlist.instruments)
    return list(found)


def _day_on(calendar: str, day: date | None, event: Event | None, now: datetime) -> date:
    if day is None:
        return last_completed_session(EXCHANGES[calendar], now)
    return event.sessions[calendar] if event is not None and event.date == day else day


def _ask(exchange: Exchange, day: date, now: datetime) -> Asked:
    return Asked(exchange, day, previous_session(exchange, day), phase(exchange, day, now))


def _ask_next(asked: Asked, now: datetime) -> Asked:
    return _ask(asked.exchange, next_session(asked.exchange, asked.session), now)


def _check_sessions(asked: Mapping[str, Asked], request: Request) -> None:
    ones = list(asked.values())
    if all(one.phase is Phase.CLOSED for one in ones):
        cities = " and ".join(CITIES[calendar] for calendar in asked)
        verb = "were" if len(ones) > 1 else "was"
        raise NoSessionError(
            f"no session on {ones[0].session:%A %Y-%m-%d}: {cities} {verb} closed",
            hint=f"the sessions before and after: {_sessions_around(ones)}",
        )
    unfinished = [one for one in ones if one.phase in (Phase.PENDING, Phase.RUNNING)]
    has_begun = any(one.phase in (Phase.RUNNING, Phase.ENDED) for one in ones)
    if unfinished and not (request.takes_provisional and has_begun):
        where = ", ".join(
            f"{CITIES[one.exchange.calendar]}'s session of {one.session} "
            f"{'has not begun' if one.phase is Phase.PENDING else 'is still running'}"
            for one in unfinished
        )
        raise IncompleteError(where, hint=_UNFINISHED_HINT[has_begun])


_UNFINISHED_HINT = {
    True: "wait for the close, or ask with --provisional",
    False: "wait until a session has begun",
}


def _check_future(days: Mapping[str, date], now: datetime) -> None:
    """Refuse a date that no exchange has reached, before a calendar is asked so far ahead."""
    exchanges = {EXCHANGES[calendar]: day for calendar, day in days.items()}
    if all(day > _today(exchange, now) for exchange, day in exchanges.items()):
        last = ", ".join(
            f"{CITIES[one.calendar]} {last_completed_session(one, now)}" for one in exchanges
        )
        raise NoSessionError(
            f"{max(days.values())} is in the future", hint=f"the last completed sessions: {last}"
        )


def _today(exchange: Exchange, now: datetime) -> date:
    return now.astimezone(ZoneInfo(exchange.zone)).date()


def _sessions_around(ones: list[Asked]) -> str:
    around = ((one, next_session(one.exchange, one.session)) for one in ones)
    return "; ".join(
        f"{CITIES[one.exchange.calendar]} {one.previous} and {after}" for one, after in around
    )


def _fetch(inquiry: Inquiry, provider: Provider) -> Fetched:
    """Ask for what may have bars: nobody is asked about an exchange that was closed."""
    closed = {name for name, one in inquiry.asked.items() if one.phase is Phase.CLOSED}
    instruments = inquiry.watchlist.instruments
    open_ones = [one for one in instruments if one.exchange.calendar not in closed]
    fetched = provider.fetch(open_ones, want(inquiry))
    gaps: dict[str, Bars | Gap] = {
        one.ticker: Gap(one, inquiry.day, GapReason.MARKET_CLOSED)
        for one in instruments
        if one.exchange.calendar in closed
    }
    return fetched._replace(bars=fetched.bars | gaps)


def want(inquiry: Inquiry) -> Wanted:
    """Settle which sessions a provider is asked for."""
    before = inquiry.window.first - LONGEST_RUN
    after = max(inquiry.window.last, 1)
    ones = inquiry.asked.values()
    first = min(shift_session(one.exchange, one.previous, before) for one in ones)
    return Wanted(
        history=min(_history(one) for one in ones),
        first=first,
        last=max(shift_session(one.exchange, one.previous, after + 1) for one in ones),
        due={
            calendar: (one.session, one.previous)
            for calendar, one in inquiry.asked.items()
            if one.phase in (Phase.RUNNING, Phase.ENDED)
        },
    )


def _history(asked: Asked) -> date:
    """Return from when on bars serve the statistics, as far as the calendar reaches back."""
    calendar_days = timedelta(days=-(-HISTORY * 365 // 240))  # some years have few sessions
    begins = {name: first for name, first, _ in covered()}[asked.exchange.calendar]
    return max(asked.session - calendar_days, begins)


def _hold(fetched: Fetched, inquiry: Inquiry, now: datetime) -> Held:
    """Hold what was fetched, without bars of sessions that have not begun at `now`."""
    begun = {calendar: _last_begun(one.exchange, now) for calendar, one in inquiry.asked.items()}
    bars = {
        ticker: one if isinstance(one, Gap) else one.until(begun[one.instrument.exchange.calendar])
        for ticker, one in fetched.bars.items()
    }
    return Held(bars, fetched.baselines, fetched.sources, fetched.is_kept)


def _last_begun(exchange: Exchange, now: datetime) -> date:
    today = _today(exchange, now)
    has_begun = phase(exchange, today, now) in (Phase.RUNNING, Phase.ENDED)
    return today if has_begun else previous_session(exchange, today)
