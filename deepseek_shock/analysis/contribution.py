"""Who moved an index, and by how many of its points (寄与度)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from typing import NamedTuple

from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.returns import add, divide, multiply, subtract
from deepseek_shock.market.instrument import Instrument, Text

LISTED = 5
"""How many constituents are told of each way."""

_ONE = Decimal(1)
_ROUNDING = Decimal("0.5")  # points: what closes and an index at their ticks may differ by
_HALF = Decimal("0.5")


class Weighting(StrEnum):
    """What decides how much a constituent counts."""

    PRICE = "price"
    CAPITALISATION = "capitalisation"


# Of the index's own change. Weights are older than the session that they stand for.
_TOLERANCE = {Weighting.PRICE: Decimal("0.01"), Weighting.CAPITALISATION: Decimal("0.05")}


class Constituent(NamedTuple):
    """One instrument of an index, and how much it counts.

    `factor` is the price adjustment factor of a price-weighted index; of one weighted by
    capitalisation the share of the index's market value, as a fraction.
    """

    instrument: Instrument
    factor: Decimal


class Composition(NamedTuple):
    """What an index (`instrument`) is made of in one session, and who says so.

    `divisor` is `None` where capitalisation decides. Without a session there are no constituents.
    """

    instrument: Instrument
    weighting: Weighting
    asked: Asked
    divisor: Decimal | None
    constituents: tuple[Constituent, ...]
    source: Text

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The index, then its constituents."""
        return (self.instrument, *(one.instrument for one in self.constituents))


class Contribution(NamedTuple):
    """A constituent's part in the index's change.

    `points` are index points; `share` is their fraction of the index's own change, `None` where
    that is unknown or nought.
    """

    move: Move
    factor: Decimal
    points: Decimal
    share: Decimal | None


class Contributions(NamedTuple):
    """The parts of one index's change (`move`): those with a figure, the largest pull down first.

    `missing` are the constituents without a figure, which count as none and not as nought;
    `total` is the sum of all parts, `None` where there is no part.
    """

    composition: Composition
    move: Move
    parts: tuple[Contribution, ...]
    missing: tuple[Move, ...]
    total: Decimal | None

    @property
    def is_estimate(self) -> bool:
        """Whether the parts are estimates: weights are not what an index is calculated from."""
        return self.composition.weighting is Weighting.CAPITALISATION

    @property
    def falls(self) -> tuple[Contribution, ...]:
        """Those that pulled the index down, the largest first."""
        return tuple(part for part in self.parts if part.points < 0)

    @property
    def rises(self) -> tuple[Contribution, ...]:
        """Those that pulled the index up, the largest first; ties by ticker."""
        up = [part for part in self.parts if part.points > 0]
        return tuple(sorted(up, key=lambda part: (-part.points, part.move.instrument.ticker)))

    @property
    def is_fall(self) -> bool:
        """Whether the index fell; where its own change is unknown, whether the sum did."""
        change = self.total if self.move.change is None else self.move.change
        return (change or 0) < 0

    @property
    def dominant(self) -> Contribution | None:
        """Find the one that made at least half of the index's change, and more than a point."""
        first = next(iter(self.falls if self.is_fall else self.rises), None)
        if first is None or first.share is None:
            return None
        return first if first.share >= _HALF and abs(first.points) >= 1 else None

    @property
    def covered(self) -> Decimal:
        """The sum of the weights that have a figure, as a fraction; of factors no such thing."""
        return reduce(add, (part.factor for part in self.parts), Decimal())

    @property
    def residual(self) -> Decimal | None:
        """The index's change less the sum, in points, or `None` where either is unknown."""
        if self.total is None or self.move.change is None:
            return None
        return subtract(self.move.change, self.total)

    @property
    def residual_share(self) -> Decimal | None:
        """The residual as a fraction of the index's change; `None` of a change of nought."""
        return _share(self.residual, self.move.change)

    @property
    def is_off(self) -> bool:
        """Whether the residual is more than rounding explains: the table may be out of date."""
        if self.residual is None:
            return False
        allowed = multiply(
            abs(self.move.change or Decimal()), _TOLERANCE[self.composition.weighting]
        )
        return abs(self.residual) > max(allowed, _ROUNDING)


def contribute(composition: Composition, moves: Mapping[str, Move]) -> Contributions:
    """Find what each constituent added to the index's change; `moves` are by ticker.

    Price-weighted: price change × price adjustment factor ÷ divisor, factor and divisor of the
    session (Nikkei Stock Average, index guidebook; S&P Dow Jones Indices, index mathematics). The
    change is on the session's split basis, as factor and divisor are: whichever of the two a split
    changes, the parts still add up. Weighted by capitalisation: weight × price return × the
    index's previous close, an estimate.
    """
    index = moves[composition.instrument.ticker]
    divisor = composition.divisor or _ONE
    raws: list[Decimal] = []
    parts: list[Contribution] = []
    missing: list[Move] = []
    for one in composition.constituents:
        move = _named(moves[one.instrument.ticker], one.instrument)
        raw = _raw(one, move, index, composition.weighting)
        if raw is None:
            missing.append(move)
            continue
        points = divide(raw, divisor)
        raws.append(raw)
        parts.append(Contribution(move, one.factor, points, _share(points, index.change)))
    parts.sort(key=lambda part: (part.points, part.move.instrument.ticker))
    # Added up before it is divided, so that the sum is rounded once.
    total = divide(reduce(add, raws), divisor) if raws else None
    return Contributions(composition, index, tuple(parts), tuple(missing), total)


def _named(move: Move, instrument: Instrument) -> Move:
    """Call a constituent as the table does, where the table has a name for it."""
    is_bare = instrument.name.en == instrument.code
    return move if is_bare else move._replace(instrument=instrument)


def _raw(one: Constituent, move: Move, index: Move, weighting: Weighting) -> Decimal | None:
    """Return a part before it is divided by the divisor, or `None` where there is no figure."""
    if weighting is Weighting.PRICE:
        return None if move.change is None else multiply(move.change, one.factor)
    if move.price_return is None or index.previous_close is None:
        return None
    return multiply(multiply(one.factor, move.price_return), index.previous_close)


def _share(points: Decimal | None, change: Decimal | None) -> Decimal | None:
    if points is None or not change:
        return None
    return add(divide(points, change), Decimal())  # of nought plain nought, not one below it
