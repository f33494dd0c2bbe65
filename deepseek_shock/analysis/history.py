"""A history: where a session's move stands among all those before it that are held."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.guards import find_refusal
from deepseek_shock.analysis.returns import add, multiply, subtract
from deepseek_shock.analysis.steps import Past, Step
from deepseek_shock.market.bars import EXACT, Bar, Bars, Direction
from deepseek_shock.market.gap import GapReason

SHORTEST_HISTORY = 20  # sessions: below it "since" says nothing
_ORDINARY = Decimal("0.4")  # the size of a return that no guard would refuse
_ONE = Decimal(1)
_WEEK = 7  # days: closes further apart may differ by anything
_SLACK = Decimal("1e-9")  # by which the quick look is wider than the exact one


class Place(NamedTuple):
    """Where a figure stands among the earlier ones of its direction.

    `previous` is the last session whose figure was at least as large, `value` that figure,
    `as_large` how many there were. `rank` is 1 for the largest; figures that are equal share the
    better rank. `rank_in_year` is `None` where the year's beginning is not held.
    """

    previous: date | None
    value: Decimal | None
    as_large: int
    rank: int
    rank_in_year: int | None


class History(NamedTuple):
    """What the bars held before a session say of its move.

    `history_from` is the session of the first return, `returns` how many there are, `missing` how
    many sessions have none; before `checked_from` no calendar checks the days. `by_points` is an
    index's. `close_since` is the last session that closed as low (after a rise: as high), `None`
    where none did; where a split of which there is no record hides that, `is_close_known` is false.
    """

    direction: Direction
    history_from: date
    returns: int
    missing: int
    checked_from: date | None
    by_return: Place
    by_points: Place | None
    close_since: date | None
    is_close_known: bool = True


def place(
    large: Sequence[tuple[date, Decimal]], value: Decimal, session: date, first: date
) -> Place:
    """Place a figure among the earlier ones that are at least as large, oldest first.

    `first` is the first day of the data: a year that they do not hold from its beginning has no
    rank.
    """
    larger = [day for day, other in large if other != value]
    this_year = sum(day.year == session.year for day in larger)
    previous, then = large[-1] if large else (None, None)
    in_year = this_year + 1 if first.year < session.year else None
    return Place(previous, then, len(large), len(larger) + 1, in_year)


def make_history(
    bars: Bars, past: Past, session: date, price_return: Decimal | None, base: Decimal | None = None
) -> History | None:
    """Hold a session's move against all before it; `None` of no move, or of nothing held before.

    `base` is the close that the move is measured from: an index's change in points is placed too.
    """
    close = bars.close(session)
    if not price_return or not past.steps or past.first is None:
        return None
    large, refused = _find_large(bars, past.steps, price_return)
    direction = Direction.RISE if price_return > 0 else Direction.FALL
    points: Place | None = None
    if bars.instrument.is_index and base is not None and close is not None:
        change = subtract(close, base)
        points = place(_find_points(past.steps, change), change, session, past.first)
    close_since, is_close_known = (
        (None, False) if close is None else _find_close(bars, session, close, direction)
    )
    return History(
        direction,
        past.steps[0].session,
        len(past.steps),
        past.missing + refused,
        past.checked_from,
        place(large, price_return, session, past.first),
        points,
        close_since,
        is_close_known,
    )


def _find_large(
    bars: Bars, steps: Sequence[Step], price_return: Decimal
) -> tuple[list[tuple[date, Decimal]], int]:
    """Find the returns at least as large, and count those that a guard refuses among them.

    Only what a multiplication finds near is divided: a long history has few such sessions.
    """
    near = find_near(steps, add(_ONE, price_return), is_fall=price_return < 0)
    split = {action.session for action in bars.splits}
    large: list[tuple[date, Decimal]] = []
    refused = 0
    for step in near:
        value = step.price_return
        if not _is_as_large(value, price_return):
            continue
        if _is_ordinary(value, step, split) or _is_believed(bars, step):
            large.append((step.session, value))
        else:
            refused += 1
    return large, refused


def find_near(steps: Sequence[Step], ratio: Decimal, *, is_fall: bool) -> list[Step]:
    """Find the steps whose close ÷ base is as low (or as high) as a ratio, and a few nearly so."""
    times = EXACT.multiply  # once for every step of a long history
    if is_fall:
        limit = times(ratio, _ONE + _SLACK)
        return [step for step in steps if step.close <= times(step.base, limit)]
    limit = times(ratio, _ONE - _SLACK)
    return [step for step in steps if step.close >= times(step.base, limit)]


def _is_as_large(value: Decimal, than: Decimal) -> bool:
    return value <= than if than < 0 else value >= than


def _is_ordinary(value: Decimal, step: Step, split: Collection[date]) -> bool:
    """Tell most returns at once: far from every guard, and no split on the day."""
    return abs(value) < _ORDINARY and step.session not in split


def _is_believed(bars: Bars, step: Step) -> bool:
    """Tell whether two closes may be a move; of a price limit of today's the past knows nothing."""
    split = bars.split_on(step.session)
    refusal = find_refusal(bars.instrument, step.close, step.base, split)
    return refusal in (None, GapReason.BEYOND_PRICE_LIMIT)


def _find_points(steps: Sequence[Step], change: Decimal) -> list[tuple[date, Decimal]]:
    changes = ((step.session, subtract(step.close, step.base)) for step in steps)
    return [one for one in changes if _is_as_large(one[1], change)]


def _find_close(
    bars: Bars, session: date, close: Decimal, direction: Direction
) -> tuple[date | None, bool]:
    """Find the last session whose close stood as low (after a rise: as high) as the session's.

    The second value is false where, before one was found, two closes cannot be a move: those
    earlier stand on a basis that nobody knows.
    """
    splits = {action.session for action in bars.splits if action.session <= session}
    limit = close  # on the basis of the bar that is looked at
    last = session
    after: Bar | None = None
    for bar in reversed(bars.bars):
        if bar.session >= session or bar.close is None:
            continue
        if splits and any(bar.session < split <= last for split in splits):
            limit = bars.close_as_of(session, bar.session) or close
        last = bar.session
        if after is not None and not _is_one_basis(bars, bar, after):
            return None, False
        if bar.close <= limit if direction is Direction.FALL else bar.close >= limit:
            return bar.session, True
        after = bar
    return None, True


def _is_one_basis(bars: Bars, before: Bar, after: Bar) -> bool:
    """Tell whether two bars with a close, one after the other, stand on a basis that is known."""
    base, close = before.close, after.close
    if base is None or close is None or (after.session - before.session).days > _WEEK:
        return True
    if abs(subtract(close, base)) < multiply(base, _ORDINARY):  # as nearly always
        return True
    base = bars.close_as_of(before.session, after.session) or base
    return _is_believed(bars, Step(after.session, base, close))
