"""Since when: the last move as large, and the rank among all that the history holds."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.bars import Baseline, Direction
from deepseek_shock.market.sessions import shift_session

SHORTEST_HISTORY = 20  # sessions: below it "since" says nothing
TOO_RECENT = 5  # sessions: a move as large within these is no news


class Since(NamedTuple):
    """One instrument's move against its history; `previous` is `None` where none was as large.

    `rank` is 1 for the largest move in that direction in data since `history_from`.
    """

    move: Move
    direction: Direction
    previous: date | None
    previous_return: Decimal | None
    rank: int
    history_from: date


def find_since(move: Move, baseline: Baseline | None) -> Since | None:
    """Find what a baseline says of a move, or `None` where that would be no news or not known."""
    if baseline is None or not move.price_return or baseline.session != move.session:
        return None
    if (move.price_return > 0) is not (baseline.direction is Direction.RISE):
        return None
    previous = baseline.previous_as_large
    if _is_young(move, baseline) or _is_recent(move, previous):
        return None
    before = baseline.previous_as_large_return
    return Since(
        move,
        baseline.direction,
        previous,
        None if before is None else Decimal(str(before)),
        baseline.as_large_in_history + 1,
        baseline.history_from,
    )


def _is_young(move: Move, baseline: Baseline) -> bool:
    # Counted from the session backwards: a history may begin before the calendar does.
    needed = shift_session(move.instrument.exchange, move.session, -SHORTEST_HISTORY)
    return baseline.history_from > needed


def _is_recent(move: Move, previous: date | None) -> bool:
    if previous is None:
        return False
    return previous >= shift_session(move.instrument.exchange, move.session, -TOO_RECENT)
