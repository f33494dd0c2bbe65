"""Returns and averages of exact prices, in one arithmetic context of our own."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from deepseek_shock.market.bars import EXACT


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return the quotient to 28 significant digits."""
    return EXACT.divide(numerator, denominator)


def multiply(one: Decimal, other: Decimal) -> Decimal:
    """Return the product to 28 significant digits."""
    return EXACT.multiply(one, other)


def add(one: Decimal, other: Decimal) -> Decimal:
    """Return the sum to 28 significant digits."""
    return EXACT.add(one, other)


def subtract(one: Decimal, other: Decimal) -> Decimal:
    """Return the difference to 28 significant digits."""
    return EXACT.subtract(one, other)


def simple_return(price: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return price ÷ base − 1 as a fraction, or `None` where either is unknown."""
    if price is None or base is None:
        return None
    return subtract(divide(price, base), Decimal(1))


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """Return the arithmetic mean, or `None` of nothing."""
    return divide(reduce(add, values), Decimal(len(values))) if values else None


def median(values: Sequence[Decimal]) -> Decimal | None:
    """Return the median (of an even number, the mean of the middle two), or `None` of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else mean(ordered[half - 1 : half + 1])
