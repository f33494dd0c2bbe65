"""From several events to their comparison: the sessions of each, one fetch for all of them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from deepseek_shock.analysis.comparison import find_comparison
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.paths import Window
from deepseek_shock.coverage import Rule, check_events
from deepseek_shock.errors import UsageError
from deepseek_shock.market.event import DEFAULT_WATCHLIST, Event, Group, Watchlist
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.market.sessions import Phase, shift_session
from deepseek_shock.pipeline import SAMPLE_WINDOW, hold_begun
from deepseek_shock.providers.base import Fetched, Provider, Wanted
from deepseek_shock.registry import Registry
from deepseek_shock.report.comparison import build_comparison
from deepseek_shock.report.model import Comparison
from deepseek_shock.request import Request
from deepseek_shock.settling import settle
from deepseek_shock.watchlists import find_instruments

WINDOW = Window(-5, 20)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAST = 2  # events
_FIRST = "^GSPC"  # of the indexes that are compared unasked: the broadest leads


class CompareRequest(NamedTuple):
    """What a user asks: events by name, file or date, and of whom; the rest as in a `Request`.

    Without a watchlist and tickers the indexes of the default watchlist are compared.
    """

    now: datetime
    events: tuple[str, ...]
    watchlist: str | None = None
    tickers: tuple[str, ...] = ()
    window: Window | None = None
    takes_provisional: bool = False
    accepted: frozenset[tuple[str, date]] = frozenset()
    least_coverage: float = 0
    is_strict: bool = False
    options: tuple[str, ...] = ()


class CompareBasis(NamedTuple):
    """All that a comparison is made of: from the same basis comes the same document."""

    inquiries: tuple[Inquiry, ...]
    instruments: tuple[Instrument, ...]
    held: Held
    command: str


class MadeComparison(NamedTuple):
    """A comparison, and what it was made of."""

    comparison: Comparison
    basis: CompareBasis


def compare(request: CompareRequest, registry: Registry, provider: Provider) -> MadeComparison:
    """Make a comparison. Raises a `ShockError` for no session, too few data or a bad file."""
    watchlist = _watchlist(request, registry)
    inquiries = _inquire(request, registry, watchlist)
    fetched = provider.fetch(watchlist.instruments, want(inquiries))
    if request.window is None and {source.name for source in fetched.sources} == {"sample"}:
        inquiries = tuple(_shortened(one) for one in inquiries)
    held = _hold(fetched, inquiries, request.now)
    basis = CompareBasis(inquiries, watchlist.instruments, held, _command(request))
    made = MadeComparison(remake_comparison(basis), basis)
    rule = Rule(request.least_coverage, request.is_strict)
    check_events(rule, made.comparison.findings, fetched, registry.directory)
    return made


def remake_comparison(basis: CompareBasis) -> Comparison:
    """Make a comparison from what it is made of."""
    found = find_comparison(basis.inquiries, basis.instruments, basis.held)
    return build_comparison(found, basis.command)


def _command(request: CompareRequest) -> str:
    from shlex import quote

    return " ".join(("shock compare", *map(quote, request.events), *request.options))


def _watchlist(request: CompareRequest, registry: Registry) -> Watchlist:
    """Return what is compared, in the order in which tickers were given."""
    if request.tickers:
        found = tuple(find_instruments(request.tickers, registry.directory))
        title = Text("tickers", "tickers")
        return Watchlist("tickers", title, (Group("tickers", title, title, found),))
    if request.watchlist is not None:
        return registry.watchlist(request.watchlist)
    default = registry.watchlist(DEFAULT_WATCHLIST)
    indexes = sorted(default.indexes, key=lambda one: one.ticker != _FIRST)
    return default._replace(groups=(), indexes=tuple(indexes), market=None)


def _inquire(
    request: CompareRequest, registry: Registry, watchlist: Watchlist
) -> tuple[Inquiry, ...]:
    """Settle the sessions of every event. Raises `UsageError` for one event, or for one twice."""
    if len(request.events) < _LEAST:
        raise UsageError(
            "one event has nothing to be compared with",
            hint="name two or more: shock compare deepseek 2024-08-05",
        )
    found: dict[tuple[tuple[str, date], ...], str] = {}
    inquiries: list[Inquiry] = []
    for name in request.events:
        inquiry = _inquire_one(name, request, registry, watchlist)
        sessions = tuple(sorted((key, one.session) for key, one in inquiry.asked.items()))
        if sessions in found:
            first = found[sessions]
            raise UsageError(
                f"{name} is named twice"
                if name == first
                else f"{name} and {first} are the same sessions",
                hint="name every event once",
            )
        found[sessions] = name
        inquiries.append(inquiry)
    return tuple(inquiries)


def _inquire_one(
    name: str, request: CompareRequest, registry: Registry, watchlist: Watchlist
) -> Inquiry:
    event, day = _find_event(name, registry)
    single = Request(
        request.now,
        day,
        window=request.window or WINDOW,
        takes_provisional=request.takes_provisional,
        accepted=request.accepted,
    )
    return settle(single, registry, event, watchlist)


def _find_event(name: str, registry: Registry) -> tuple[Event | None, date]:
    """Return a named event with its date, or of a date the event that is registered for it."""
    if not _DATE.fullmatch(name):
        event = registry.event(name)
        return event, event.date
    try:
        day = date.fromisoformat(name)
    except ValueError as error:
        raise UsageError(f"{name!r} is not a date", hint="write 2024-08-05") from error
    return registry.event_on(day), day


def _shortened(inquiry: Inquiry) -> Inquiry:
    last = min(inquiry.window.last, SAMPLE_WINDOW.last)
    return inquiry._replace(window=Window(SAMPLE_WINDOW.first, last))


def want(inquiries: Sequence[Inquiry]) -> Wanted:
    """Settle which sessions a provider is asked for, once for all events.

    Files are then read once, and a vendor, whose answer is a whole series, is asked once.
    """
    firsts: list[date] = []
    lasts: list[date] = []
    due: dict[str, set[date]] = {}
    for inquiry in inquiries:
        first, last = inquiry.window
        for calendar, one in inquiry.asked.items():
            firsts.append(shift_session(one.exchange, one.previous, first + 1))
            lasts.append(shift_session(one.exchange, one.previous, last + 1))
            if one.phase in (Phase.RUNNING, Phase.ENDED):
                due.setdefault(calendar, set()).update((one.session, one.previous))
    begins = min(firsts)
    sessions = {calendar: tuple(sorted(days)) for calendar, days in due.items()}
    return Wanted(begins, begins, max(lasts), sessions)


def _hold(fetched: Fetched, inquiries: Sequence[Inquiry], now: datetime) -> Held:
    """Hold what was fetched, without bars of sessions that have not begun at `now`."""
    exchanges = {one.exchange for inquiry in inquiries for one in inquiry.asked.values()}
    bars = hold_begun(fetched.bars, exchanges, now)
    return Held(bars, {}, fetched.sources, fetched.is_kept)
