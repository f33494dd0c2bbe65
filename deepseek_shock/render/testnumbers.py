"""Figures of statistical tests as they are printed: statistics, p, correlations, power.

They are rounded by `numbers`, and are the same in every house style.
"""

from decimal import Decimal

from deepseek_shock.render.closes import print_close
from deepseek_shock.render.numbers import MINUS, multiple, rounded, sigma, unsigned
from deepseek_shock.report.model import Kind

_LEAST_P, _SMALL_P, _LEVEL, _MOST_P = Decimal("0.0001"), 0.01, Decimal("0.05"), 6
_LEAST_CHANCE = 0.01


def statistic(value: float) -> str:
    """Print a test statistic: −4.58; a negative nought has no sign."""
    exact = rounded(value, 2)
    return f"{MINUS if exact < 0 else ''}{unsigned(exact)}"


def coefficient(value: float) -> str:
    """Print a correlation or a regression's coefficient: 0.254; a negative nought has no sign."""
    exact = rounded(value, 3)
    return f"{MINUS if exact < 0 else ''}{unsigned(exact)}"


def p_value(value: float) -> str:
    """Print a probability of error: 0.161, 0.0066, <0.0001.

    With two digits that count, and as many as keep a p beside 5 % on its own side of it.
    """
    if value < _LEAST_P:
        return f"<{_LEAST_P}"
    decimals = 3 if value >= _SMALL_P else 4
    while decimals < _MOST_P and rounded(value, decimals) == _LEVEL != Decimal(str(value)):
        decimals += 1
    return unsigned(rounded(value, decimals))


def p_said_en(value: float) -> str:
    """Print the same behind a p in a sentence: = 0.161, < 0.0001."""
    said = p_value(value)
    return f"< {said[1:]}" if said.startswith("<") else f"= {said}"


def p_said_ja(value: float) -> str:
    """Print the same behind 「p値」: 0.161, 0.0001未満."""
    said = p_value(value)
    return f"{said[1:]}未満" if said.startswith("<") else said


def chance(value: float) -> str:
    """Print a probability as a whole percentage: 35%, <1%, >99%."""
    if 0 < value < _LEAST_CHANCE:
        return "<1%"
    if 1 - _LEAST_CHANCE < value < 1:
        return ">99%"
    return f"{unsigned(rounded(value * 100, 0))}%"


PRINTED = {
    Kind.SIGMA: sigma,
    Kind.MULTIPLE: multiple,
    Kind.P: p_value,
    Kind.STATISTIC: statistic,
    Kind.COEFFICIENT: coefficient,
    Kind.CHANCE: chance,
    Kind.CLOSE: print_close,
}
"""How these kinds, and a close without its unit, are printed in both languages."""
