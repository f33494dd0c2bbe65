"""Closes of a history: split-adjusted, of any currency, so that they stand at no tick."""

from decimal import Decimal

from deepseek_shock.render.numbers import rounded, unsigned

_DIGITS = 5
_LEAST, _MOST = Decimal("1e-9"), Decimal("1e12")


def print_close(value: float) -> str:
    """Print a close to the five digits that count, without noughts at the end: 118.42, 0.098762.

    Digits before the point are all printed; what is no price is told by its power of ten.
    """
    exact = Decimal(str(value))
    if not _LEAST <= exact < _MOST:
        return f"{value:.4g}"
    decimals = max(_DIGITS - 1 - exact.adjusted(), 0)
    text = unsigned(rounded(exact, decimals))
    return text.rstrip("0").rstrip(".") if decimals else text
