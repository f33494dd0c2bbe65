"""How many rose, how many fell, how many stood; by group and over all."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.returns import mean, median
from deepseek_shock.market.event import Group


class Breadth(NamedTuple):
    """Counts of moves by sign; `unknown` are those without a figure."""

    risers: int
    fallers: int
    unchanged: int
    unknown: int

    @property
    def known(self) -> int:
        """How many have a figure."""
        return self.risers + self.fallers + self.unchanged

    @property
    def is_fall(self) -> bool:
        """Whether at least as many fell as rose."""
        return self.fallers >= self.risers


class GroupLine(NamedTuple):
    """One group's day: its breadth, its mean and median return, its worst and best member."""

    group: Group
    breadth: Breadth
    mean: Decimal | None
    median: Decimal | None
    worst: Move | None
    best: Move | None


def returns_of(moves: Iterable[Move]) -> list[Decimal]:
    """Return the price returns of the moves that have one."""
    return [move.price_return for move in moves if move.price_return is not None]


def count_breadth(moves: Sequence[Move]) -> Breadth:
    """Count the moves by sign."""
    returns = returns_of(moves)
    risers = sum(value > 0 for value in returns)
    fallers = sum(value < 0 for value in returns)
    return Breadth(risers, fallers, len(returns) - risers - fallers, len(moves) - len(returns))


def count_beyond(moves: Iterable[Move], size: Decimal) -> tuple[int, int]:
    """Count the falls and the rises of at least `size` (a positive fraction)."""
    returns = returns_of(moves)
    return sum(value <= -size for value in returns), sum(value >= size for value in returns)


def rank(moves: Iterable[Move]) -> list[Move]:
    """Return the moves worst first; those without a figure last; ties by ticker."""
    return sorted(
        moves,
        key=lambda move: (
            move.price_return is None,
            move.price_return or Decimal(),
            move.instrument.ticker,
        ),
    )


def sum_up(group: Group, moves: Sequence[Move]) -> GroupLine:
    """Sum up one group's moves."""
    returns = returns_of(moves)
    ranked = [move for move in rank(moves) if move.price_return is not None]
    worst, best = (ranked[0], ranked[-1]) if ranked else (None, None)
    return GroupLine(group, count_breadth(moves), mean(returns), median(returns), worst, best)
