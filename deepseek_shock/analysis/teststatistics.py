"""The tests of a group, as functions of summary numbers; those of ranks stand in `ranks`.

AAR, AR, SAR, r̄ and L₁ as in `design`. Where a statistic is undefined (one firm, no deviation, no
r̄), its value and p are `None`: nothing is said rather than too much. All p are two-sided.
"""

from collections.abc import Iterable, Sequence
from math import fsum, isfinite, sqrt
from typing import NamedTuple

from deepseek_shock.analysis.design import Statistic, StatisticName
from deepseek_shock.analysis.tails import two_sided

_ONE = 1 - 1e-9  # an r̄ from which on firms move as one
_NOISE = 1e-13  # a deviation below this part of the values is that of their rounding
_SHORTEST = 2  # values below which there is no deviation
_INFINITE = 2  # degrees of freedom up to which Student's t has no finite variance


class Moments(NamedTuple):
    """Count, mean and standard deviation (ddof 1), which is `None` for fewer than two."""

    n: int
    mean: float
    sd: float | None


def moments(values: Sequence[float]) -> Moments:
    """Return the moments of one value or more; equal values have a deviation of exactly 0."""
    count = len(values)
    mean = fsum(values) / count
    if count < _SHORTEST:
        return Moments(count, mean, None)
    sd = sqrt(fsum((value - mean) ** 2 for value in values) / (count - 1))
    return Moments(count, mean, 0.0 if sd <= _NOISE * max(map(abs, values)) else sd)


class Summary(NamedTuple):
    """What the tests of a group need to know of one session, or of a span of `days` sessions.

    `abnormal` are the moments of AR (CAR), `standardized` of SAR (SCAR = CAR/s), `positive` how
    many AR (CAR) are above 0. `total` is ΣSAR over all firms and sessions, `variance` the firms'
    `student_variance` summed and times `days`. `residual_squares` is Σσ², `forecast_squares` Σs² of
    AR (CAR). `sd` (ddof 1) is that of the daily AAR over `sessions` of the estimation window,
    `factor` the forecast factor of AAR (CAAR), `share` that of positive residuals.
    """

    abnormal: Moments
    standardized: Moments
    positive: int
    total: float
    variance: float | None
    residual_squares: float
    forecast_squares: float
    sd: float | None
    sessions: int
    factor: float
    correlation: float | None
    share: float
    days: int = 1


def student_variance(df: int) -> float | None:
    """Return df/(df − 2), the variance of Student's t: (L₁ − k)/(L₁ − k − 2) of Patell (1976)."""
    return df / (df - 2) if df > _INFINITE else None


def tests_of(given: Summary) -> tuple[Statistic, ...]:
    """Make all tests but those of ranks, in the order of `StatisticName`."""
    abnormal, standardized, days = given.abnormal, given.standardized, given.days
    count, mean = abnormal.n, abnormal.mean
    per_day = None if given.variance is None else given.variance / days
    return (
        portfolio_t(mean, given.sd, given.sessions, given.factor),
        brown_warner_1985(mean, given.sd, given.sessions, days),
        brown_warner_1980(mean, given.residual_squares, count, days),
        cross_sectional(abnormal),
        j1(mean, given.forecast_squares, count),
        j2(standardized.mean * count, per_day),
        patell(given.total, given.variance),
        adjusted_patell(given.total, given.variance, count, given.correlation),
        bmp(standardized),
        kolari_pynnonen(standardized, given.correlation),
        sign(given.positive, count),
        generalized_sign(given.positive, count, given.share),
    )


def portfolio_t(mean: float, sd: float | None, sessions: int, factor: float = 1) -> Statistic:
    """Test AAR (or CAAR) against the deviation of the daily AAR (Brown and Warner 1985).

    `sd` is that of the AAR over the `sessions` of the estimation window (ddof 1); `factor` the
    forecast factor, 1 + x′(X′X)⁻¹x of one session, L₂ + ι′X₂(X′X)⁻¹X₂′ι of a span.
    """
    value = _divide(mean, _scaled(sd, factor))
    return _statistic(StatisticName.PORTFOLIO, value, sessions - 1)


def brown_warner_1985(mean: float, sd: float | None, sessions: int, days: int = 1) -> Statistic:
    """Test as `portfolio_t` does, without forecast error: CAAR over `days` by sd·√days."""
    value = _divide(mean, _scaled(sd, days))
    return _statistic(StatisticName.BROWN_WARNER_1985, value, sessions - 1)


def brown_warner_1980(mean: float, squares: float, count: int, days: int = 1) -> Statistic:
    """Test AAR as if firms were independent; `squares` is Σσ² of their residual variances."""
    value = _divide(mean, sqrt(squares * days) / count)
    return _statistic(StatisticName.BROWN_WARNER_1980, value, None)


def j1(mean: float, squares: float, count: int) -> Statistic:
    """Test CAAR; `squares` is Σs² of forecast variances (Campbell, Lo and MacKinlay 1997)."""
    return _statistic(StatisticName.J1, _divide(mean, sqrt(squares) / count), None)


def j2(total: float, variance: float | None) -> Statistic:
    """Test ΣSCAR, SCAR = CAR/s (Campbell, Lo and MacKinlay 1997).

    `variance` is the sum of the firms' `student_variance`, as in `patell`; with one L₁ for all this
    is √(N(L₁ − 4)/(L₁ − 2)) times the mean.
    """
    return _statistic(StatisticName.J2, _divide(total, _scaled(1, variance)), None)


def cross_sectional(abnormal: Moments) -> Statistic:
    """Test the mean of the firms' abnormal returns against their own deviation."""
    return _of_mean(StatisticName.CROSS_SECTIONAL, abnormal)


def patell(total: float, variance: float | None) -> Statistic:
    """Test ΣSAR (Patell 1976); `variance` is the sum of the firms' `student_variance`.

    Over L₂ sessions the total is of the sums of SAR, and the variance L₂ times as large.
    """
    return _statistic(StatisticName.PATELL, _divide(total, _scaled(1, variance)), None)


def adjusted_patell(
    total: float, variance: float | None, count: int, correlation: float | None
) -> Statistic:
    """Return Patell's Z times √(1/(1 + (N − 1)r̄)) (Kolari and Pynnönen 2010)."""
    plain = patell(total, variance).value
    value = _divide(plain, _scaled(1, _inflation(count, correlation)))
    return _statistic(StatisticName.ADJUSTED_PATELL, value, None)


def bmp(standardized: Moments) -> Statistic:
    """Test mean SAR (SCAR) against its own deviation (Boehmer, Musumeci and Poulsen 1991)."""
    return _of_mean(StatisticName.BMP, standardized)


def kolari_pynnonen(standardized: Moments, correlation: float | None) -> Statistic:
    """Return BMP's t times √((1 − r̄)/(1 + (N − 1)r̄)) (Kolari and Pynnönen 2010)."""
    count = standardized.n
    inflation = _inflation(count, correlation)
    value = None
    if inflation is not None and correlation is not None and correlation < _ONE:
        value = _divide(bmp(standardized).value, sqrt(inflation / (1 - correlation)))
    return _statistic(StatisticName.KOLARI_PYNNONEN, value, count - 1)


def sign(positive: int, count: int) -> Statistic:
    """Test how many of the firms went up beyond expectation against one half."""
    return _of_signs(StatisticName.SIGN, positive, count, 0.5)


def generalized_sign(positive: int, count: int, share: float) -> Statistic:
    """Test the same against their share of positive residuals before (Cowan 1992)."""
    return _of_signs(StatisticName.GENERALIZED_SIGN, positive, count, share)


def spread(standardized: Moments, correlation: float | None) -> float | None:
    """Return sd(SAR)/√(1 − r̄): how far members lie apart, in times of what is to be expected.

    Well above 1, the event moved them by unequal amounts: that weighs down BMP and Kolari–Pynnönen,
    and leaves the portfolio t as it is.
    """
    if correlation is None or correlation >= _ONE or standardized.sd is None:
        return None
    return standardized.sd / sqrt(1 - correlation)


def holm(values: Iterable[float | None]) -> tuple[float | None, ...]:
    """Adjust p-values for their number (Holm 1979); what is `None` stays so and does not count."""
    given = list(values)
    ranked = sorted((p, at) for at, p in enumerate(given) if p is not None)
    largest = 0.0
    for rank, (p, at) in enumerate(ranked):
        largest = max(largest, min((len(ranked) - rank) * p, 1.0))
        given[at] = largest
    return tuple(given)


def _statistic(name: StatisticName, value: float | None, df: int | None) -> Statistic:
    if df is not None and df < 1:
        return Statistic(name, None, None, None)
    if value is None or not isfinite(value):
        return Statistic(name, None, df, None)
    return Statistic(name, value, df, two_sided(value, df))


def _of_mean(name: StatisticName, of: Moments) -> Statistic:
    value = _divide(of.mean, None if of.sd is None else of.sd / sqrt(of.n))
    return _statistic(name, value, of.n - 1)


def _of_signs(name: StatisticName, positive: int, count: int, share: float) -> Statistic:
    variance = count * share * (1 - share)
    return _statistic(name, _divide(positive - count * share, _scaled(1, variance)), None)


def _inflation(count: int, correlation: float | None) -> float | None:
    """Return 1 + (N − 1)r̄: how much the variance of a sum exceeds that of independent firms.

    `None` where r̄ is undefined, or where pairs over unequal sessions lead below 0.
    """
    if correlation is None:
        return None
    return max(1 + (count - 1) * correlation, 0) or None


def _scaled(sd: float | None, factor: float | None) -> float | None:
    return None if sd is None or factor is None or factor < 0 else sd * sqrt(factor)


def _divide(value: float | None, by: float | None) -> float | None:
    return None if value is None or not by else value / by
