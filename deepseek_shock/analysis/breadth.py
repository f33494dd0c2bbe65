"""How many rose, how many fell, how many stood; by group, by exchange, in a whole market."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.returns import divide, mean, median
from deepseek_shock.market.event import Group, Market
from deepseek_shock.market.sessions import Phase

WHOLE = Decimal("0.95")  # of a market's issues must have a figure before one speaks of the market


class Sweep(StrEnum):
    """How far one side of a market outnumbers the other, in the steps of closing recaps."""

    BROAD = "broad"
    NEARLY_ALL = "nearly_all"
    ALL = "all"


_BROAD, _NEARLY_ALL = Decimal("0.8"), Decimal("0.9")


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

    @property
    def fallers_share(self) -> Decimal | None:
        """Fallers among those with a figure, as a fraction; `None` of none."""
        return divide(Decimal(self.fallers), Decimal(self.known)) if self.known else None

    @property
    def risers_share(self) -> Decimal | None:
        """Risers among those with a figure, as a fraction; `None` of none."""
        return divide(Decimal(self.risers), Decimal(self.known)) if self.known else None


class ExchangeBreadth(NamedTuple):
    """The watched shares of one calendar in the session asked."""

    asked: Asked
    breadth: Breadth


class GroupLine(NamedTuple):
    """One group's day: its breadth, its mean and median return, its worst and best member."""

    group: Group
    breadth: Breadth
    mean: Decimal | None
    median: Decimal | None
    worst: Move | None
    best: Move | None


class MarketBreadth(NamedTuple):
    """A whole market's day. `breadth` counts all its listed issues: also those not watched.

    `sectors` are the groups of its shares, where these are its sectors and have a figure.
    """

    market: Market
    breadth: Breadth
    sectors: tuple[GroupLine, ...]

    @property
    def is_whole(self) -> bool:
        """Whether enough of its issues have a figure to speak of the market."""
        return self.breadth.known >= WHOLE * self.market.listed

    @property
    def sweep(self) -> Sweep | None:
        """How far its fallers or risers prevail; `None` where they do not, or it is not whole.

        Steps at 80 and 90 % of the issues with a figure, both included, as recaps of Tokyo's market
        have them; all only where no issue lacks a figure.
        """
        counted = self.breadth
        largest = max(counted.fallers, counted.risers)
        if not self.is_whole or largest < _BROAD * counted.known:
            return None
        if largest == counted.known + counted.unknown:
            return Sweep.ALL
        return Sweep.NEARLY_ALL if largest >= _NEARLY_ALL * counted.known else Sweep.BROAD


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


def count_exchanges(
    moves: Sequence[Move], asked: Mapping[str, Asked]
) -> tuple[ExchangeBreadth, ...]:
    """Count the moves by the calendar of their exchange, where a session has begun there."""
    return tuple(
        ExchangeBreadth(day, count_breadth(there))
        for calendar, day in asked.items()
        if day.phase in (Phase.RUNNING, Phase.ENDED) and (there := _moves_on(moves, calendar))
    )


def count_market(
    market: Market, moves: Sequence[Move], groups: Iterable[GroupLine], asked: Mapping[str, Asked]
) -> MarketBreadth | None:
    """Count a whole market by the moves of its shares, or `None` where it had no session."""
    day = asked.get(market.exchange)
    if day is None or day.phase not in (Phase.RUNNING, Phase.ENDED):
        return None
    counted = count_breadth(_moves_on(moves, market.exchange))
    sectors = (line for line in groups if line.mean is not None and _is_on(line.group, market))
    return MarketBreadth(
        market,
        counted._replace(unknown=max(market.listed - counted.known, 0)),
        tuple(sectors) if market.has_sectors else (),
    )


def _moves_on(moves: Iterable[Move], calendar: str) -> list[Move]:
    return [move for move in moves if move.instrument.exchange.calendar == calendar]


def _is_on(group: Group, market: Market) -> bool:
    return all(member.exchange.calendar == market.exchange for member in group.members)
