"""From what is asked to the report: watchlist and date, provider, bars, findings, report."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from deepseek_shock.analysis.dailyreturns import reach
from deepseek_shock.analysis.digest import digest
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.findings import Findings, find
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.runs import LONGEST_RUN
from deepseek_shock.analysis.scanned import Standing
from deepseek_shock.calm import check_calm
from deepseek_shock.coverage import Rule, check_benchmarks, check_coverage
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.rate import Rate
from deepseek_shock.market.sessions import Phase, calendar_span, last_begun_session, shift_session
from deepseek_shock.providers.base import Fetched, Provider, Wanted
from deepseek_shock.registry import Registry
from deepseek_shock.report.build import build_report
from deepseek_shock.report.model import Report
from deepseek_shock.report.tables import Cut
from deepseek_shock.request import Request
from deepseek_shock.settling import inquire

__all__ = ["Basis", "Made", "Request", "inquire", "make", "make_report", "remake", "want"]

SAMPLE_WINDOW = Window(-5, 5)  # the sample holds twelve sessions
HISTORY = 290  # sessions: those of the estimation window and a few more
_BEYOND = 30  # how many more
_ANY = Rule(1, is_strict=False)


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


def make(
    request: Request,
    registry: Registry,
    provider: Provider,
    tell: Callable[[Findings], None] = lambda _: None,
) -> Made:
    """Make a report. Raises a `ShockError` for no session, too few data, a calm day or a bad file.

    `tell` is told what was found before it is held to be enough or not.
    """
    inquiry = inquire(request, registry)
    standings = _standings(request, inquiry)
    fetched = _fetch(inquiry, provider)
    if request.window is None and {source.name for source in fetched.sources} == {"sample"}:
        inquiry = inquiry._replace(window=SAMPLE_WINDOW)
    held = _hold(fetched, inquiry, request.now)
    held = held._replace(
        rates=_rates(inquiry, (*request.rates, *fetched.rates)),
        factors=_factors(request, inquiry),
        standings=standings,
    )
    basis = Basis(inquiry, held, request.cut, _command(request, inquiry))
    report = remake(basis)
    tell(report.findings)
    rule = Rule(request.least_coverage, request.is_strict)
    check_benchmarks(inquiry.extras, fetched, registry.directory)
    check_coverage(rule, report.findings, fetched, registry.directory)
    check_calm(request.least_move, report.findings)
    return Made(report, basis)


def make_report(request: Request, registry: Registry, provider: Provider) -> Report:
    """Make a report and keep nothing else. Raises as `make` does."""
    return make(request, registry, provider).report


def remake(basis: Basis) -> Report:
    """Make a report from what it is made of."""
    return build_report(find(basis.inquiry, basis.held), basis.cut, basis.command)


def refetch(basis: Basis, provider: Provider, now: datetime) -> Made:
    """Make a report of the same inquiry from bars of today: all else is what it was.

    Raises `VendorError` or `IncompleteError` where there is no figure at all; one that is gone is a
    finding of its own.
    """
    fetched, held = _hold_again(basis, provider, now)
    fresh = basis._replace(held=held)
    report = remake(fresh)
    if not any(move.is_figure for move in report.findings.moves.values()):
        check_coverage(_ANY, report.findings, fetched, {})
    return Made(report, fresh)


def hold_again(basis: Basis, provider: Provider, now: datetime) -> Held:
    """Hold for the same inquiry what a provider gives, without making a report of it."""
    return _hold_again(basis, provider, now)[1]


def _hold_again(basis: Basis, provider: Provider, now: datetime) -> tuple[Fetched, Held]:
    fetched, held = _fetch(basis.inquiry, provider), basis.held
    fresh = _hold(fetched, basis.inquiry, now)
    return fetched, fresh._replace(rates=held.rates, factors=held.factors, standings=held.standings)


def _command(request: Request, inquiry: Inquiry) -> str:
    """Return the command that makes the report again."""
    if request.is_by_instant:
        return " ".join(("shock report", *_spell_instant(request), *request.options))
    days = {asked.session for asked in inquiry.asked.values()}
    is_named = request.day is not None or request.event is not None
    day = inquiry.day if is_named or len(days) == 1 else "last"
    parts = (f"--date {day}", *_spell_instant(request), *request.options)
    return " ".join(("shock report", *parts))


def _spell_instant(request: Request) -> tuple[str, ...]:
    if request.at is None:
        return ()
    return (f"--at {request.at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z",)


def _fetch(inquiry: Inquiry, provider: Provider) -> Fetched:
    """Ask for what may have bars: of an exchange that was closed, those of its next session."""
    closed = {
        name
        for name, one in inquiry.all_asked.items()
        if one.phase is Phase.CLOSED and not _has_reopened(inquiry, name)
    }
    several = (*inquiry.watchlist.instruments, *inquiry.constituents, *inquiry.extras)
    instruments = {one.ticker: one for one in several}.values()
    open_ones = [one for one in instruments if one.exchange.calendar not in closed]
    fetched = provider.fetch(open_ones, want(inquiry))
    gaps: dict[str, Bars | Gap] = {
        one.ticker: Gap(one, inquiry.day, GapReason.MARKET_CLOSED)
        for one in instruments
        if one.exchange.calendar in closed
    }
    return fetched._replace(bars=fetched.bars | gaps)


def _has_reopened(inquiry: Inquiry, calendar: str) -> bool:
    then = inquiry.then.get(calendar)
    return then is not None and then.phase is not Phase.PENDING


def want(inquiry: Inquiry) -> Wanted:
    """Settle which sessions a provider is asked for."""
    before = inquiry.window.first - LONGEST_RUN
    after = max(inquiry.window.last, 1)
    spanned = max((span.last for span in inquiry.design.spans), default=0)
    ones = inquiry.all_asked.values()
    first = min(shift_session(one.exchange, one.previous, before) for one in ones)
    return Wanted(
        history=min(_history(one, inquiry.design.estimation) for one in ones),
        first=first,
        last=max(
            shift_session(one.exchange, one.previous, after + 1)
            if spanned <= after
            else reach(one, spanned)
            for one in ones
        ),
        due={
            calendar: (one.session, one.previous)
            for calendar, one in inquiry.all_asked.items()
            if one.phase in (Phase.RUNNING, Phase.ENDED)
        },
        archive=date.min,
    )


def _history(asked: Asked, estimation: Window) -> date:
    """Return from when on bars serve the statistics, as far as the calendar reaches back."""
    sessions = max(HISTORY, _BEYOND - estimation.first)
    calendar_days = timedelta(days=-(-sessions * 365 // 240))  # some years have few sessions
    begins, _ = calendar_span(asked.exchange)
    return max(asked.session - calendar_days, begins)


def _hold(fetched: Fetched, inquiry: Inquiry, now: datetime) -> Held:
    """Hold what was fetched, without bars of sessions that have not begun at `now`.

    Of bars that reach back for decades only what they say is held, beside those that are needed.
    """
    asked = inquiry.all_asked
    bars = hold_begun(fetched.bars, (one.exchange for one in asked.values()), now)
    for instrument in inquiry.constituents:  # of these no more is asked than their move
        one, day = bars[instrument.ticker], asked[instrument.exchange.calendar]
        if isinstance(one, Bars) and instrument not in inquiry.benchmarks:
            bars[instrument.ticker] = one.within(day.previous, day.session)
    days = {one.session for one in inquiry.asked.values()}
    found = digest(inquiry.watchlist, inquiry.asked, bars)
    begins = want(inquiry)._replace(archive=None).begins
    needed: dict[str, Bars | Gap] = {
        ticker: one if isinstance(one, Gap) else one.since(begins) for ticker, one in bars.items()
    }
    return Held(
        needed,
        fetched.baselines,
        fetched.sources,
        fetched.is_kept,
        histories=found.histories,
        groups=found.groups,
        estimates={key: one for key, one in fetched.estimates.items() if key[0] in days},
        group_estimates=fetched.group_estimates,
    )


def hold_begun(
    bars: Mapping[str, Bars | Gap], exchanges: Iterable[Exchange], now: datetime
) -> dict[str, Bars | Gap]:
    """Take from bars the sessions of these exchanges that have not begun at `now`."""
    begun = {one.calendar: last_begun_session(one, now) for one in exchanges}
    return {
        ticker: one
        if isinstance(one, Gap) or one.instrument.exchange.calendar not in begun
        else one.until(begun[one.instrument.exchange.calendar])
        for ticker, one in bars.items()
    }


def _factors(request: Request, inquiry: Inquiry) -> dict[str, dict[date, Factors]]:
    """Return the factors of each calendar that its windows need: its own, or those of all."""
    given = dict(request.factors)
    if not given:
        return {}
    wanted = want(inquiry)
    return {
        calendar: {day: one for day, one in factors.items() if wanted.history <= day <= wanted.last}
        for calendar in inquiry.asked
        if (factors := given.get(calendar, given.get(None))) is not None
    }


def _standings(request: Request, inquiry: Inquiry) -> tuple[Standing, ...]:
    """Place each calendar's session among those of a packed history, where it holds this one."""
    if request.history is None:
        return ()
    from deepseek_shock.scan.packs.packeddays import find_in_pack

    asked = {calendar: one.session for calendar, one in inquiry.asked.items()}
    return find_in_pack(request.history, asked)


def _rates(inquiry: Inquiry, given: tuple[Rate, ...]) -> tuple[Rate, ...]:
    """Return the rates of the days asked, where one is used: those given before the package's."""
    if inquiry.event is None or not inquiry.event.outstanding:
        return ()
    from deepseek_shock.providers.rates import sample_rates

    days = {one.session for one in inquiry.asked.values()}
    return tuple(rate for rate in (*given, *sample_rates()) if rate.day in days)
