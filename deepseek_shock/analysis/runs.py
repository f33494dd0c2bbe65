"""Runs of sessions in one direction: the third straight fall, the first rise in three sessions."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.market.bars import Bars, Direction
from deepseek_shock.market.sessions import calendar_begins, sessions_between

LONGEST_RUN = 20  # sessions that must be held before the window, to count straight falls in


class Run(NamedTuple):
    """The run that a session stands in, and the one that it broke.

    `direction` is `None` for an unchanged close. `length` counts the sessions of the run, this one
    included; `before` those of the opposite run that it ended, 0 where an unchanged close stood
    between. Where the bars held do not reach back to the beginning of a run, the count is what is
    held of it, and `is_whole` or `is_before_whole` is false.
    """

    direction: Direction | None
    length: int
    before: int = 0
    is_whole: bool = True
    is_before_whole: bool = True


def find_run(bars: Bars, sessions: Iterable[date]) -> Run | None:
    """Find the run of a session, or `None` where its own direction is unknown.

    `sessions` are the session and those before it by its exchange's calendar, newest first.
    """
    stretches = groupby(_signs_backwards(bars, sessions))
    sign, now = next(stretches, (0, ()))
    length = _count(now)
    if not length:
        return None
    if sign == 0:
        return Run(None, 1)
    other, earlier = next(stretches, (None, ()))
    before = _count(earlier) if other == -sign else 0
    is_whole = other is not None
    is_before_whole = is_whole and (other == 0 or next(stretches, None) is not None)
    return Run(_direction(sign), length, before, is_whole, is_before_whole)


def _signs_backwards(bars: Bars, sessions: Iterable[date]) -> Iterator[int]:
    """Yield the signs of the changes, newest first, as far as no session is missing."""
    for after, before in pairwise(_closes_backwards(bars, sessions)):
        yield (after > before) - (after < before)


def _closes_backwards(bars: Bars, sessions: Iterable[date]) -> Iterator[Decimal]:
    newest: date | None = None
    for session in sessions:
        newest = newest or session
        close = bars.close_as_of(session, newest)
        if close is None:
            return
        yield close


def _count(stretch: Iterable[int]) -> int:
    return sum(1 for _ in stretch)


def _direction(sign: int) -> Direction:
    return Direction.RISE if sign > 0 else Direction.FALL


def find_runs(moves: Mapping[str, Move], asked: Mapping[str, Asked], held: Held) -> dict[str, Run]:
    """Find the runs, by ticker, of the moves that are figures, as far back as bars are held."""
    sessions = {calendar: _backwards(one, held) for calendar, one in asked.items()}
    found: dict[str, Run] = {}
    for ticker, move in moves.items():
        bars = held.bars[ticker]
        if move.is_figure and isinstance(bars, Bars):
            run = find_run(bars, sessions[move.instrument.exchange.calendar])
            if run is not None:
                found[ticker] = run
    return found


def _backwards(asked: Asked, held: Held) -> list[date]:
    """Return the session asked and those before it, newest first, as far as bars are held."""
    firsts = (
        bars.bars[0].session
        for bars in held.bars.values()
        if isinstance(bars, Bars)
        and bars.bars
        and bars.instrument.exchange.calendar == asked.exchange.calendar
    )
    first = max(min(firsts, default=asked.session), calendar_begins(asked.exchange))
    before = sessions_between(asked.exchange, first, asked.previous)
    return [asked.session, *reversed(before)]
