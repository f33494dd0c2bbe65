"""What a test of so many firms can find: its power, and how many independent firms they are worth.

Analytic, of a two-sided test by the normal distribution: MacKinlay (1997).
"""

from math import sqrt

from deepseek_shock.analysis.design import LEVEL, Power
from deepseek_shock.analysis.tails import critical, normal_cdf

SMALL = 10  # members below which a group's power is told
_EFFECTS = (0.01, 0.02)
_WANTED = 0.8


def find_power(count: int, sd: float, correlation: float | None) -> tuple[Power, ...]:
    """Tell what a small group's test can find: effects of 1 and 2 %, and what is found at 80 %.

    `sd` is one member's deviation.
    """
    if count >= SMALL or not sd > 0:
        return ()
    told = [Power(effect, power(effect, sd, count, correlation)) for effect in _EFFECTS]
    return (*told, Power(smallest_effect(sd, count, correlation, _WANTED), _WANTED))


def independent(count: int, correlation: float | None) -> float:
    """Return of how many independent firms N correlated ones are worth: N/(1 + (N − 1)r̄).

    So that power is not overstated, firms whose r̄ is undefined count as one, and a negative r̄ as
    0: they are never worth more than N, nor less than one.
    """
    kept = 1.0 if correlation is None else min(max(correlation, 0.0), 1.0)
    return count / (1 + (count - 1) * kept)


def power(
    effect: float, sd: float, count: int, correlation: float | None, level: float = LEVEL
) -> float:
    """Return with which probability a mean abnormal return of `effect` is found, two-sided.

    `sd` is one firm's deviation; MacKinlay (1997), with `independent` firms for N.
    """
    limit = critical(level)
    shift = abs(effect) / sd * sqrt(independent(count, correlation))
    return normal_cdf(shift - limit) + normal_cdf(-limit - shift)


def smallest_effect(
    sd: float, count: int, correlation: float | None, wanted: float = _WANTED, level: float = LEVEL
) -> float:
    """Return the smallest mean abnormal return (a size) that is found with a power of `wanted`."""
    low, high = 0.0, sd / sqrt(independent(count, correlation))
    while power(high, sd, count, correlation, level) < wanted:
        low, high = high, 2 * high
    middle = (low + high) / 2
    while low < middle < high:
        if power(middle, sd, count, correlation, level) < wanted:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2
    return high
