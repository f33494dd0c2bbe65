"""From what is asked to the report: watchlist and date, provider, bars, findings, report."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from deepseek_shock.analysis.findings import LONGEST_RUN, Findings, Held, Inquiry, find
from deepseek_shock.analysis.moves import Asked, Move, Status
from deepseek_shock.analysis.paths import Window
from deepseek_shock.errors import IncompleteError, NoSessionError
from deepseek_shock.market.bars import Gap
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.market.exchange import EXCHANGES, Exchange
from deepseek_shock.market.sessions import (
    Phase,
    last_completed_session,
    next_session,
    phase,
    previous_session,
    shift_session,
)
from deepseek_shock.providers.base import Fetched, Provider
from deepseek_shock.registry import Registry
from deepseek_shock.report.build import build_report
from deepseek_shock.report.model import Report
from deepseek_shock.report.tables import Cut
from deepseek_shock.watchlists import make_watchlist

DEFAULT_WATCHLIST = "deepseek"
_CITIES = {"XNYS": "New York", "XTKS": "Tokyo"}


class Request(NamedTuple):
    """What a user asks. `day` is `None` for each exchange's last completed session.

    `now` is the instant that decides which sessions have ended; `least_coverage` is in per cent;
    `options` are those of the command line that make the same report again.
    """

    now: datetime
    day: date | None = None
    event: str | None = None
    watchlist: str | None = None
    tickers: tuple[str, ...] = ()
    window: Window = Window(-5, 5)
    cut: Cut = Cut()
    takes_provisional: bool = False
    least_coverage: float = 90
    is_strict: bool = False
    options: tuple[str, ...] = ()


def make_report(request: Request, registry: Registry, provider: Provider) -> Report:
    """Make the report. Raises a `ShockError` for no session, too few data or a bad file."""
    inquiry = inquire(request, registry)
    fetched = _fetch(inquiry, provider)
    findings = find(inquiry, _hold(fetched, inquiry, request.now))
    _check_coverage(request, findings, fetched)
    return build_report(findings, request.cut, _command(request, inquiry))


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
    calendars = _calendars(watchlist)
    days = {calendar: _day_on(calendar, day, event, request.now) for calendar in calendars}
    _check_future(days, request.now)
    asked = {calendar: _ask(EXCHANGES[calendar], on, request.now) for calendar, on in days.items()}
    _check_sessions(asked, request)
    then = {calendar: _ask_next(one, request.now) for calendar, one in asked.items()}
    return Inquiry(day or max(days.values()), asked, then, watchlist, event, request.window)


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
        cities = " and ".join(_CITIES[calendar] for calendar in asked)
        verb = "were" if len(ones) > 1 else "was"
        raise NoSessionError(
            f"no session on {ones[0].session:%A %Y-%m-%d}: {cities} {verb} closed",
            hint=f"the sessions before and after: {_sessions_around(ones)}",
        )
    unfinished = [one for one in ones if one.phase in (Phase.PENDING, Phase.RUNNING)]
    has_begun = any(one.phase in (Phase.RUNNING, Phase.ENDED) for one in ones)
    if unfinished and not (request.takes_provisional and has_begun):
        where = ", ".join(
            f"{_CITIES[one.exchange.calendar]}'s session of {one.session} "
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
            f"{_CITIES[one.calendar]} {last_completed_session(one, now)}" for one in exchanges
        )
        raise NoSessionError(
            f"{max(days.values())} is in the future", hint=f"the last completed sessions: {last}"
        )


def _today(exchange: Exchange, now: datetime) -> date:
    return now.astimezone(ZoneInfo(exchange.zone)).date()


def _sessions_around(ones: list[Asked]) -> str:
    around = ((one, next_session(one.exchange, one.session)) for one in ones)
    return "; ".join(
        f"{_CITIES[one.exchange.calendar]} {one.previous} and {after}" for one, after in around
    )


def _fetch(inquiry: Inquiry, provider: Provider) -> Fetched:
    before = inquiry.window.first - LONGEST_RUN
    after = max(inquiry.window.last, 1)
    firsts = [shift_session(one.exchange, one.previous, before) for one in inquiry.asked.values()]
    lasts = [shift_session(one.exchange, one.previous, after + 1) for one in inquiry.asked.values()]
    return provider.fetch(inquiry.watchlist.instruments, min(firsts), max(lasts))


def _hold(fetched: Fetched, inquiry: Inquiry, now: datetime) -> Held:
    """Hold what was fetched, without bars of sessions that have not begun at `now`."""
    begun = {calendar: _last_begun(one.exchange, now) for calendar, one in inquiry.asked.items()}
    bars = {
        ticker: one if isinstance(one, Gap) else one.until(begun[one.instrument.exchange.calendar])
        for ticker, one in fetched.bars.items()
    }
    return Held(bars, fetched.baselines, fetched.source)


def _last_begun(exchange: Exchange, now: datetime) -> date:
    today = _today(exchange, now)
    has_begun = phase(exchange, today, now) in (Phase.RUNNING, Phase.ENDED)
    return today if has_begun else previous_session(exchange, today)


def coverage(findings: Findings) -> float:
    """Return how many per cent of the moves due have a figure, on the exchange with the fewest.

    A move is due unless its exchange was closed or its session has not begun. An event's first lead
    that is due and has no figure counts as no coverage.
    """
    event = findings.inquiry.event
    first = findings.moves.get(event.leads[0]) if event is not None and event.leads else None
    if first is not None and first.is_due and not first.is_figure:
        return 0
    by_calendar: dict[str, list[Move]] = {}
    for move in findings.moves.values():
        if move.is_due:
            by_calendar.setdefault(move.instrument.exchange.calendar, []).append(move)
    shares = (sum(move.is_figure for move in due) * 100 / len(due) for due in by_calendar.values())
    return min(shares, default=0)


def _check_coverage(request: Request, findings: Findings, fetched: Fetched) -> None:
    reached = coverage(findings)
    blank = [move for move in findings.moves.values() if move.is_due and not move.is_figure]
    if reached >= request.least_coverage and not (request.is_strict and blank):
        return
    tickers = [move.instrument.ticker for move in blank]
    named = ", ".join(tickers[:_NAMED]) + (
        f" and {len(tickers) - _NAMED} more" if tickers[_NAMED:] else ""
    )
    rule = "--strict allows no gap"
    if not request.is_strict:
        rule = f"{request.least_coverage:g} % is asked"
    raise IncompleteError(
        f"no figure for {named} on {findings.inquiry.day}: coverage {reached:.0f} %, {rule}",
        hint=_coverage_hint(blank, fetched),
    )


_NAMED = 5


def _coverage_hint(blank: list[Move], fetched: Fetched) -> str:
    source = fetched.source
    unknown = [move.instrument.ticker for move in blank if move.status is Status.NOT_FOUND]
    near = sorted({match for ticker in unknown for match in fetched.near.get(ticker, ())})
    if near:
        return f"did you mean {', '.join(near)}?"
    if unknown:
        named = ", ".join(unknown[:_NAMED])
        return f"the {source.name} does not hold {named}; --min-coverage 0 prints what there is"
    return (
        f"the {source.name} holds bars from {source.first} to {source.last}, and a move needs the "
        "session before too; --date asks for another day"
    )
