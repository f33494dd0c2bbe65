"""What many tests build: bars of a few sessions, a date as it is asked, and a provider of both."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from deepseek_shock.analysis.estimates import Estimate, GroupEstimate
from deepseek_shock.analysis.moves import Asked, Move, Status
from deepseek_shock.analysis.scanned import (
    ScanCounts,
    ScanDay,
    ScanMove,
    Scanned,
    ScanSettings,
    Standing,
)
from deepseek_shock.errors import near_matches
from deepseek_shock.market.bars import Bar, Bars, Baseline, Direction, Source
from deepseek_shock.market.exchange import XTKS, Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.providers.base import Fetched, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FRIDAY, MONDAY, TUESDAY = date(2025, 1, 24), date(2025, 1, 27), date(2025, 1, 28)
LONG_AFTER = datetime(2025, 3, 3, tzinfo=UTC)
"""An instant at which every session that the tests speak of has ended."""

NIKKEI = Instrument("^N225", XTKS, Text("Nikkei 225", "日経平均"), Text("Nikkei 225", "日経平均"))


def day(text: str) -> date:
    return date.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def bar(session: date, close: str | None, *, volume: int | None = 1000) -> Bar:
    """Make a bar that holds a close and a volume alone."""
    return Bar(session, None, None, None, None if close is None else Decimal(close), volume)


def bars(instrument: Instrument | str, closes: Mapping[date, str | None]) -> Bars:
    """Make the bars of an instrument, or of a ticker, from its closes by session."""
    if isinstance(instrument, str):
        instrument = make_instrument(instrument)
    return Bars(instrument, tuple(bar(session, close) for session, close in closes.items()))


def pair(instrument: Instrument | str, previous: str, close: str) -> Bars:
    """Make the bars of Friday 24 and Monday 27 January 2025, sessions of both exchanges."""
    return bars(instrument, {FRIDAY: previous, MONDAY: close})


def asked(exchange: Exchange, phase: Phase = Phase.ENDED) -> Asked:
    """Ask for Monday 27 January 2025."""
    return Asked(exchange, MONDAY, FRIDAY, phase)


def moved(ticker: str, price_return: str | None, status: Status = Status.OK) -> Move:
    """Make the move of Monday 27 January 2025 that has a return and nothing else."""
    known = None if price_return is None else Decimal(price_return)
    return Move(make_instrument(ticker), MONDAY, FRIDAY, status, price_return=known)


def baseline(ticker: str, session: date = MONDAY) -> Baseline:
    """Make statistics with round figures: a mean of 0.1 %, a standard deviation of 2 %."""
    return Baseline(
        session=session,
        ticker=ticker,
        window_first=day("2024-01-11"),
        window_last=day("2025-01-08"),
        sessions=250,
        mean=0.001,
        sd=0.02,
        volume_mean_20=500.0,
        history_from=day("1999-01-25"),
        direction=Direction.FALL,
        previous_as_large=day("2020-03-16"),
        previous_as_large_return=-0.1845,
        as_large_in_history=8,
        close_last_beyond=None,
    )


def estimate(ticker: str, session: date = MONDAY) -> Estimate:
    """Make a market model with round figures: alpha 0, beta 1, a residual deviation of 2 %."""
    return Estimate(
        session=session,
        ticker=ticker,
        benchmark="^GSPC",
        first=day("2024-01-11"),
        last=day("2025-01-08"),
        sessions=250,
        alpha=0.0,
        beta=1.0,
        residual_sd=0.02,
        benchmark_mean=0.001,
        benchmark_ss=0.025,
    )


def group_estimate(*tickers: str) -> GroupEstimate:
    """Make what is known of a group with round figures: r̄ of 0.2, a deviation of 1 %."""
    return GroupEstimate(
        group="group",
        tickers=tickers,
        sessions=250,
        first=day("2024-01-11"),
        last=day("2025-01-08"),
        correlation=0.2 if tickers[1:] else None,
        sd=0.01,
        worst=-0.04,
        worst_session=day("2024-08-05"),
        best=0.04,
        best_session=day("2024-02-22"),
        positive_share=0.48,
    )


class Shelf:
    """A provider of bars that a test made; whatever it does not hold is `NOT_FOUND`."""

    def __init__(self, held: Iterable[Bars | Gap], baselines: Sequence[Baseline] = ()) -> None:
        self.held = {one.instrument.ticker: one for one in held}
        self.baselines = {(one.session, one.ticker): one for one in baselines}

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        first, last = min(wanted.history, wanted.first), wanted.last
        found = {
            one.ticker: self._of(one, self.held.get(one.ticker), first, last) for one in instruments
        }
        near = {
            ticker: near_matches(ticker, self.held)
            for ticker, one in found.items()
            if isinstance(one, Gap)
        }
        source = Source("sample", "the test", "2025-02", first, last, "0" * 64)
        return Fetched(found, self.baselines, (source,), near)

    def _of(
        self, instrument: Instrument, held: Bars | Gap | None, first: date, last: date
    ) -> Bars | Gap:
        if held is None:
            return Gap(instrument, last, GapReason.NOT_FOUND)
        if isinstance(held, Gap):
            return held._replace(instrument=instrument)
        within = tuple(one for one in held.bars if first <= one.session <= last)
        return Bars(instrument, within, held.splits, held.dividends)


def scan_day(
    session: date = MONDAY,
    calendar: str | None = "XNYS",
    **figures: Any,  # noqa: ANN401 -- by name
) -> ScanDay:
    """Make a session of 503 moves, 500 of them with a z, 40 of these low; a mean of −2 %."""
    fixed: dict[str, Any] = {
        "moves": 503,
        "mean": -0.02,
        "risers": 91,
        "fallers": 409,
        "judged": 500,
        "low": 40,
        "median": -0.0175,
    }
    return ScanDay(calendar, session, **(fixed | figures))


def scan_move(
    ticker: str = "NVDA",
    close: float = 118.42,
    previous: float = 142.62,
    **rest: Any,  # noqa: ANN401 -- by name
) -> ScanMove:
    """Make the move of Monday 27 January 2025, by its two closes."""
    one = ScanMove(ticker, "XNYS", MONDAY, FRIDAY, close, previous, -5.24)
    return one._replace(**rest)


def scan_standing(
    day: ScanDay,
    by_score: int | None = 212,
    **rest: Any,  # noqa: ANN401 -- by name
) -> Standing:
    """Make a day's standing: the 212th of 15,870 by the score, the 300th of 16,120 by the mean."""
    alike = (scan_day(date(2020, 6, 11), day.calendar), scan_day(date(2011, 8, 4), day.calendar))
    one = Standing(day, by_score, 300, 16120, alike, 15870, date(1962, 1, 3), day.session)
    return one._replace(**rest)


def make_scanned(
    days: Sequence[ScanDay],
    **parts: Any,  # noqa: ANN401 -- by name
) -> Scanned:
    """Make what was found of some days: the days ranked, and no single move but those given."""
    settings = parts.get("settings", ScanSettings())
    scored = [day for day in days if day.judged >= settings.least]
    meant = [day for day in days if day.moves >= settings.least]
    moves, judged = sum(day.moves for day in days), sum(day.judged for day in days)
    files = (
        Source("files", "prices.parquet", "", days[0].session, days[-1].session, "0" * 64)
        if days
        else None
    )
    found = Scanned(
        settings=settings,
        counts=ScanCounts(moves + 700, 503, len(days), moves, judged, 600, 90, 10, 0, 0),
        days=tuple(days),
        worst=tuple(sorted(meant, key=lambda day: day.mean)[: settings.top]),
        shocks=tuple(sorted(scored, key=lambda day: -(day.score or 0))[: settings.top]),
        falls=(),
        rises=(),
        tickers=(),
        unranked=(),
        skipped=(),
        standings=(),
        sources=() if files is None else (files,),
    )
    return found._replace(**parts)
