"""How far out a value lies: two-sided p of the normal distribution and of Student's t.

A report of two dozen tests would wait longer for scipy than for itself; arrays take theirs there.
"""

from functools import cache
from math import erfc, exp, fabs, inf, isfinite, lgamma, log, log1p, pi, sqrt

_ROOT_TWO = sqrt(2)
_ENOUGH = 1e-15  # the relative change at which a continued fraction has converged
_TINY = 1e-300  # in place of 0, which cannot divide
_EXPANDED_FROM = 20.0  # above it the series for a ratio of gammas is exact to the last digits


def normal_cdf(value: float) -> float:
    """Return Φ, the probability of a standard normal value up to `value`."""
    return erfc(-value / _ROOT_TWO) / 2


def normal_p(value: float) -> float:
    """Return how likely a standard normal value is at least so far from 0, on either side."""
    return erfc(fabs(value) / _ROOT_TWO)


def student_p(value: float, df: float) -> float:
    """Return how likely Student's t with `df` ≥ 1 is at least so far from 0, on either side.

    It is the regularized incomplete beta function I_x(df/2, ½) at x = df/(df + t²) (Abramowitz and
    Stegun 1964, 26.7.1), good to about 1e-12 of itself in the far tails too.
    """
    if df < 1:
        message = f"Student's t is asked with {df} degrees of freedom"
        raise ValueError(message)
    ratio = value / df * value
    if ratio == 0:
        return 1.0
    if not isfinite(ratio):
        return 0.0
    a, b = df / 2, 0.5
    # x^a (1 − x)^b / B(a, b), in logarithms of what is small on its own
    front = exp(_log_gamma_ratio(a) - log(pi) / 2 - a * log1p(ratio) - b * log1p(1 / ratio))
    outside = 1 / (1 + ratio)
    if outside < (a + 1) / (a + b + 2):
        return front * _fraction(outside, a, b) / a
    return 1 - front * _fraction(ratio / (1 + ratio), b, a) / b


def two_sided(value: float, df: float | None) -> float:
    """Return the two-sided p by Student's t, or by the normal distribution without `df`."""
    return normal_p(value) if df is None else student_p(value, df)


@cache  # few are asked for, and often
def critical(level: float, df: float | None = None) -> float:
    """Return the value beyond which `level` of the distribution lies, both sides together.

    Newton's steps from 0: the two-sided p falls ever more slowly, so that none leads too far.
    """
    if not 0 < level <= 1:
        message = f"a two-sided level lies above 0 and not above 1: {level}"
        raise ValueError(message)
    value, before = 0.0, -1.0
    while value > before:
        before = value
        value += (two_sided(value, df) - level) / (2 * _density(value, df))
    return before


def _density(value: float, df: float | None) -> float:
    if df is None:
        return exp(-value * value / 2) / sqrt(2 * pi)
    spread = log1p(value / df * value)
    return exp(_log_gamma_ratio(df / 2) - (df + 1) / 2 * spread) / sqrt(df * pi)


def _log_gamma_ratio(a: float) -> float:
    """Return ln Γ(a + ½) − ln Γ(a); two large logarithms would lose digits in their difference.

    Above 20 by the series of Tricomi and Erdélyi (1951), whose next term is below 1e-15.
    """
    if a < _EXPANDED_FROM:
        return lgamma(a + 0.5) - lgamma(a)
    inverse = 1 / a
    square = inverse * inverse
    series = 1 / 8 - square * (1 / 192 - square * (1 / 640 - square * (17 / 14336)))
    return log(a) / 2 - inverse * series


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of I_x(a, b) (DLMF 8.17.22) by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) / (a + 1) * x or _TINY)
    value, before, m = d, inf, 0
    while fabs(value - before) > _ENOUGH * fabs(value):
        before, m = value, m + 1
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            value *= c * d
    return value
