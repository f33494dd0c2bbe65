"""All tests of a group, from the arrays of its fitted events.

Shapes: N events, L₁ sessions in the estimation window, L₂ in the event window; events are aligned
by their distance from session 0. A missing return is NaN. Only events that were fitted belong here.
Reached only lazily: numpy is imported at the top.
"""

from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Flags, Floats, Integers
from deepseek_shock.analysis.correlations import mean_correlation, shared_sessions
from deepseek_shock.analysis.design import Statistic, StatisticName
from deepseek_shock.analysis.ranks import (
    RankedResiduals,
    Scores,
    corrado,
    corrado_zivney,
    grank,
    rank_residuals,
    rank_sessions,
    rank_test,
)
from deepseek_shock.analysis.teststatistics import Moments, Summary, student_variance, tests_of

_TWO = 2  # values that a deviation takes
_NOISE = 1e-13  # a deviation below this part of the values is that of their rounding


class GroupResiduals(NamedTuple):
    """What a group's estimation residuals say, over the `sessions` of the window that are used.

    These are those that all members have, or, where they are too few (`is_listwise` false), those
    that half of the members have. `daily` (L₁,) is the members' mean, NaN in other sessions; `sd`
    (ddof 1) is of it, and `positive_share` is the mean of the members' own. `correlation` is r̄.
    """

    sessions: int
    is_listwise: bool
    daily: Floats
    correlation: float | None
    sd: float | None
    positive_share: float


class Tested(NamedTuple):
    """A group made ready for its tests, each session and each span of the event window.

    `raw` are the estimation residuals themselves (N, L₁).
    """

    raw: Floats
    residuals: GroupResiduals
    sd: Floats
    df: Integers
    abnormal: Floats
    factors: Floats
    scores: tuple[Scores, ...]
    ranked: RankedResiduals


def summarize(residuals: Floats) -> GroupResiduals:
    """Summarize residuals (N, L₁) of which each member has some.

    Undefined figures are `None`, or NaN where a session is asked for and none is used.
    """
    is_used, is_listwise = shared_sessions(residuals)
    used = residuals[:, is_used]
    present = ~np.isnan(used)
    daily = np.full(residuals.shape[1], np.nan)
    with np.errstate(invalid="ignore"):
        daily[is_used] = np.nansum(used, axis=0) / present.sum(axis=0)
        shares = (used > 0).sum(axis=1) / present.sum(axis=1)
    sessions = int(np.count_nonzero(is_used))
    return GroupResiduals(
        sessions=sessions,
        is_listwise=is_listwise,
        daily=daily,
        correlation=mean_correlation(used if is_listwise else residuals),
        sd=_moments(daily[is_used]).sd,
        positive_share=float(np.nanmean(shares)) if sessions else np.nan,
    )


def make_ready(
    residuals: Floats, sd: Floats, df: Integers, abnormal: Floats, factors: Floats
) -> Tested:
    """Make a group ready: residuals (N, L₁), σ̂ and L₁ − k (N,), AR and forecast factors (N, L₂)."""
    ranks = rank_sessions(np.hstack((residuals, abnormal)))
    return Tested(
        raw=residuals,
        residuals=summarize(residuals),
        sd=sd,
        df=df,
        abnormal=abnormal,
        factors=factors,
        scores=(corrado(ranks), corrado_zivney(ranks)),
        ranked=rank_residuals(residuals / sd[:, None]),
    )


def session_tests(group: Tested, column: int, factor: float | None = None) -> tuple[Statistic, ...]:
    """Make all tests of one session of the event window, in the order of `StatisticName`.

    `factor` as in `span_tests`.
    """
    car, factors = group.abnormal[:, column], group.factors[:, column]
    return span_tests(group, column, column, car, factors, factor=factor)


def span_tests(  # noqa: PLR0913 -- the group, its columns, what is cumulated over them
    group: Tested,
    first: int,
    last: int,
    car: Floats,
    factors: Floats,
    *,
    factor: float | None = None,
) -> tuple[Statistic, ...]:
    """Make all tests of the columns `first` to `last`, both included.

    `car` (N,) are the cumulative abnormal returns and `factors` their L₂ + ι′X₂(X′X)⁻¹X₂′ι; firms
    for which they are NaN are left out of all. `factor` is that of the mean, as `portfolios` makes
    it of firms that share their sessions; else the mean of theirs stands for it.
    """
    is_known = np.isfinite(car)
    if not is_known.any():
        return tuple(Statistic(name, None, None, None) for name in StatisticName)
    if not is_known.all():
        group = _part(group, is_known)
        car, factors = car[is_known], factors[is_known]
    se = group.sd * np.sqrt(factors)
    standardized = car / se
    days = last - first + 1
    window = slice(first, last + 1)
    sar = group.abnormal[:, window] / (group.sd[:, None] * np.sqrt(group.factors[:, window]))
    summary = Summary(
        abnormal=_moments(car),
        standardized=_moments(standardized),
        positive=int(np.count_nonzero(car > 0)),
        total=float(sar.sum()),
        variance=_variance(group.df, days),
        residual_squares=float(np.sum(group.sd**2)),
        forecast_squares=float(np.sum(se**2)),
        sd=group.residuals.sd,
        sessions=group.residuals.sessions,
        factor=float(factors.mean()) if factor is None else factor,
        correlation=group.residuals.correlation,
        share=group.residuals.positive_share,
        days=days,
    )
    before = len(group.residuals.daily)
    ranked = (rank_test(scores, before + first, before + last) for scores in group.scores)
    return (*tests_of(summary), *ranked, grank(group.ranked, standardized))


def _part(group: Tested, members: Flags) -> Tested:
    return make_ready(
        group.raw[members],
        group.sd[members],
        group.df[members],
        group.abnormal[members],
        group.factors[members],
    )


def _variance(df: Integers, days: int) -> float | None:
    """Sum the variances of the firms' Student t; `None` where one of them has none."""
    kinds, firms = np.unique(df, return_counts=True)
    variances = [student_variance(int(kind)) for kind in kinds]
    known = [one for one in variances if one is not None]
    return days * float(firms @ known) if len(known) == len(variances) else None


def _moments(values: Floats) -> Moments:
    """Return the moments of an array, as `teststatistics.moments` does of a sequence."""
    if values.size < _TWO:
        return Moments(values.size, float(values.mean()) if values.size else np.nan, None)
    sd = float(values.std(ddof=1))
    is_noise = sd <= _NOISE * float(np.abs(values).max())
    return Moments(values.size, float(values.mean()), 0.0 if is_noise else sd)
