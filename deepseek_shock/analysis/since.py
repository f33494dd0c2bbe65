"""Since when: the last move as large, and what else the past says of a move."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.history import SHORTEST_HISTORY, History, Place
from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.bars import Baseline, Direction
from deepseek_shock.market.sessions import shift_session

TOO_RECENT = 5  # sessions: a move as large within these is no news
NEWS_AFTER = 31  # days: a close as low within these is none either


class Since(NamedTuple):
    """One instrument's move against its history; `previous` is `None` where none was as large.

    `rank` is 1 for the largest move in that direction in data since `history_from`. `multiple` is
    the size of the move in usual daily moves, that is in standard deviations of the estimation
    window. `missing` is `None` where the source of the statistics does not say.
    """

    move: Move
    direction: Direction
    previous: date | None
    previous_return: Decimal | None
    rank: int
    history_from: date
    rank_in_year: int | None = None
    points: Place | None = None
    close_since: date | None = None
    multiple: float | None = None
    missing: int | None = None
    checked_from: date | None = None
    is_close_known: bool = True

    @property
    def is_news(self) -> bool:
        """Whether no move was as large within the last sessions."""
        return not _is_recent(self.move, self.previous)

    @property
    def is_close_news(self) -> bool:
        """Whether no close was as low (after a rise: as high) within the last month."""
        begins = self.close_since or self.history_from
        return self.is_close_known and (self.move.session - begins).days > NEWS_AFTER


def find_since(
    move: Move, baseline: Baseline | None, history: History | None = None
) -> Since | None:
    """Find what is known of a move's past, or `None` where too little is.

    Of a baseline and a history the one that reaches further back is taken.
    """
    if not move.price_return:
        return None
    multiple = None
    if baseline is not None and baseline.session == move.session and baseline.sd > 0:
        multiple = abs(float(move.price_return)) / baseline.sd
    own = None if history is None else _of_history(move, history)
    came = None if baseline is None else _of_baseline(move, baseline)
    known = [one for one in (own, came) if one is not None]
    found = min(known, key=lambda one: one.history_from, default=None)
    return None if found is None else found._replace(multiple=multiple)


def _of_history(move: Move, history: History) -> Since | None:
    is_rise = (move.price_return or 0) > 0
    if is_rise is not (history.direction is Direction.RISE) or history.returns < SHORTEST_HISTORY:
        return None
    return Since(
        move,
        history.direction,
        history.by_return.previous,
        history.by_return.value,
        history.by_return.rank,
        history.history_from,
        history.by_return.rank_in_year,
        history.by_points,
        history.close_since,
        missing=history.missing,
        checked_from=history.checked_from,
        is_close_known=history.is_close_known,
    )


def _of_baseline(move: Move, baseline: Baseline) -> Since | None:
    """Read what came with a source: it counts those as large, and says nothing of the year."""
    is_rise = (move.price_return or 0) > 0
    if baseline.session != move.session or is_rise is not (baseline.direction is Direction.RISE):
        return None
    if _is_young(move, baseline):
        return None
    previous, before = baseline.previous_as_large, baseline.previous_as_large_return
    new_year = date(move.session.year, 1, 1)
    is_first_this_year = (previous or baseline.history_from) < new_year > baseline.history_from
    return Since(
        move,
        baseline.direction,
        previous,
        None if before is None else Decimal(str(before)),
        baseline.as_large_in_history + 1,
        baseline.history_from,
        1 if is_first_this_year else None,
        close_since=baseline.close_last_beyond,
    )


def _is_young(move: Move, baseline: Baseline) -> bool:
    # Counted from the session backwards: a history may begin before the calendar does.
    needed = shift_session(move.instrument.exchange, move.session, -SHORTEST_HISTORY)
    return baseline.history_from > needed


def _is_recent(move: Move, previous: date | None) -> bool:
    if previous is None:
        return False
    return previous >= shift_session(move.instrument.exchange, move.session, -TOO_RECENT)
