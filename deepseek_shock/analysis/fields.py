"""One calendar's shares as they are judged: their returns, and those of what they are held against.

Calendars are never mixed: benchmark, estimation window and spans run on the exchange's own
sessions.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from deepseek_shock.analysis.benchmarks import (
    Benchmark,
    find_benchmark,
    find_composition,
    find_weight,
)
from deepseek_shock.analysis.dailyreturns import Daily, daily_returns, list_sessions
from deepseek_shock.analysis.design import BenchmarkKind, Outcome
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked, Move, Status, find_move
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import GroupJudged, Judged
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap
from deepseek_shock.market.instrument import Instrument


class Field(NamedTuple):
    """What there is to judge on one calendar.

    `days` are the sessions by offset; `market` is what the benchmark did, where it is an index or a
    fund; `weights` are the parts that shares have in it, where they are to be left out. `blanks`
    hold, by ticker, what is known before judging: where there is nothing to judge, the outcome.
    """

    asked: Asked
    benchmark: Benchmark | None
    days: Mapping[int, date]
    market: Daily
    returns: Mapping[str, Daily]
    weights: Mapping[str, float]
    blanks: Mapping[str, Judged]

    @property
    def session(self) -> date:
        """The session that is judged."""
        return self.asked.session

    def span(self, window: Window) -> list[date] | None:
        """Return the sessions of a span; `None` where they are not all known."""
        found = [self.days.get(one) for one in range(window.first, window.last + 1)]
        known = [one for one in found if one is not None]
        return known if len(known) == len(found) else None

    def run(self, window: Window, series: Sequence[Daily]) -> list[int]:
        """Return the offsets around the event session in all of which every series has a return."""

        def is_held(offset: int) -> bool:
            session = self.days.get(offset)
            return session is not None and all(session in one for one in series)

        if not is_held(0):
            return []
        before = list(takewhile(is_held, range(-1, window.first - 1, -1)))
        return [*reversed(before), *takewhile(is_held, range(window.last + 1))]


class CalendarJudged(NamedTuple):
    """What was judged on one calendar: shares by ticker; by id, groups or why they cannot be."""

    judged: Mapping[str, Judged]
    groups: Mapping[str, GroupJudged | Outcome]


def make_field(
    inquiry: Inquiry, held: Held, moves: Mapping[str, Move], asked: Asked, window: Window
) -> Field:
    """Gather the returns of a calendar's shares, and of their benchmark, over a window."""
    calendar = asked.exchange.calendar
    shares = [one for one in inquiry.watchlist.shares if one.exchange.calendar == calendar]
    days = list_sessions(asked, window)
    sessions = list(list_sessions(asked, window._replace(first=window.first - 1)).values())
    benchmark = find_benchmark(inquiry, calendar)
    market: Daily = {}
    weights: dict[str, float] = {}
    if benchmark is not None and benchmark.instrument is not None:
        index = _move_of(benchmark.instrument, moves, held, asked)
        market = _follow(held.bars[index.instrument.ticker], index, sessions)
        weights = _weigh(inquiry, benchmark, (moves[one.ticker] for one in shares), index)
    blanks = {one.ticker: _blank(moves[one.ticker], held, benchmark, weights) for one in shares}
    returns = {
        one.ticker: _follow(held.bars[one.ticker], moves[one.ticker], sessions) for one in shares
    }
    return Field(asked, benchmark, days, market, returns, weights, blanks)


def _move_of(one: Instrument, moves: Mapping[str, Move], held: Held, asked: Asked) -> Move:
    """Return the move of a benchmark, which need not be watched."""
    known = moves.get(one.ticker)
    return find_move(held.bars[one.ticker], asked) if known is None else known


def _follow(bars: Bars | Gap, move: Move, sessions: Sequence[date]) -> Daily:
    """Return an instrument's daily returns, that of the event session as the report has it.

    A session that has not ended has no daily return.
    """
    found = daily_returns(bars, sessions) if isinstance(bars, Bars) else {}
    found.pop(move.session, None)
    if move.status is Status.OK and move.price_return is not None:
        found[move.session] = float(move.price_return)
    return found


def _weigh(
    inquiry: Inquiry, benchmark: Benchmark, moves: Iterable[Move], index: Move
) -> dict[str, float]:
    composition = find_composition(inquiry, benchmark)
    if composition is None:
        return {}
    found = ((move.instrument.ticker, find_weight(composition, move, index)) for move in moves)
    return {ticker: weight for ticker, weight in found if weight is not None}


def _blank(
    move: Move, held: Held, benchmark: Benchmark | None, weights: Mapping[str, float]
) -> Judged:
    """Say what is known of a share before it is judged."""
    is_held = isinstance(held.bars[move.instrument.ticker], Bars)
    kind = benchmark.kind if benchmark is not None else BenchmarkKind.INDEX
    if kind is BenchmarkKind.EX_SELF and move.instrument.ticker not in weights:
        kind = BenchmarkKind.INDEX
    outcome = Outcome.SUCCESS
    if move.status is not Status.OK:
        outcome = Outcome.DATA_MISSING if is_held else Outcome.UNIT_MISSING
    return Judged(
        move.instrument,
        move.session,
        outcome,
        None if benchmark is None else benchmark.ticker,
        is_locked=move.limit is not None and move.limit.is_locked,
        kind=kind,
    )
