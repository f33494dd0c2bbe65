"""Rank tests of a group, over arrays: Corrado, Corrado–Zivney and GRANK-T.

Ranks care for neither fat tails nor a few extreme firms. Each test measures the event's session
against the group's own sessions, so that the correlation of firms is in the yardstick. Missing days
are NaN. Reached only lazily: numpy is imported at the top.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats
from deepseek_shock.analysis.design import Statistic, StatisticName
from deepseek_shock.analysis.tails import two_sided

_SHORTEST = 3  # sessions below which nothing is ranked
_NOISE = 1e-12  # a part that rounding alone may leave


class Scores(NamedTuple):
    """What a rank test makes of each session (T,), NaN without a firm, and their deviation."""

    name: StatisticName
    daily: Floats
    sd: float


class RankedResiduals(NamedTuple):
    """Standardized residuals (N, L₁) as GRANK-T needs them, whatever the session asked.

    `values` are −∞ where missing; `counts` (N,) tell the others, `ranks` (N, L₁) are 0 for none.
    """

    values: Floats
    ranks: Floats
    counts: Floats
    present: Floats


def rank_sessions(abnormal: Floats) -> Floats:
    """Rank each firm's abnormal returns (N, T), the smallest 1, ties sharing; NaN stays NaN."""
    from scipy.stats import rankdata

    is_missing = np.isnan(abnormal)
    if not is_missing.any():
        return np.asarray(rankdata(abnormal, axis=1), dtype=np.float64)
    ranks = np.asarray(rankdata(np.where(is_missing, np.inf, abnormal), axis=1), dtype=np.float64)
    ranks[is_missing] = np.nan
    return ranks


def corrado(ranks: Floats) -> Scores:
    """Score sessions by their mean rank less (T + 1)/2 (Corrado 1989).

    T sessions of both windows; a firm that lacks one has no such rank, and the test is undefined.
    """
    length = ranks.shape[1]
    daily = ranks.mean(axis=0) - (length + 1) / 2
    return Scores(StatisticName.CORRADO, daily, sqrt(np.mean(daily**2)))


def corrado_zivney(ranks: Floats) -> Scores:
    """Score sessions by N_t^(−½)ΣU, U = K/(1 + T_i) − ½ (Corrado and Zivney 1992).

    T_i are the sessions that a firm has, N_t the firms that a session has.
    """
    is_present = ~np.isnan(ranks)
    scaled = ranks / (1 + is_present.sum(axis=1, keepdims=True)) - 0.5
    firms = is_present.sum(axis=0)
    daily = np.where(firms > 0, np.nansum(scaled, axis=0) / np.sqrt(np.maximum(firms, 1)), np.nan)
    return Scores(StatisticName.CORRADO_ZIVNEY, daily, sqrt(np.nanmean(daily**2)))


def rank_test(scores: Scores, first: int, last: int) -> Statistic:
    """Test the scores of columns `first` to `last`: their sum over √days deviations, normal.

    Several days as in Cowan (1992) and Campbell, Cowan and Salotti (2010).
    """
    columns = scores.daily[first : last + 1]
    value = float(columns.sum())
    yardstick = scores.sd * sqrt(columns.size)
    # Where every session's score is what rounding left, none is large.
    if scores.daily.size < _SHORTEST or not np.isfinite(value) or not scores.sd > _NOISE:
        return Statistic(scores.name, None, None, None)
    return Statistic(scores.name, value / yardstick, None, two_sided(value / yardstick, None))


def rank_residuals(standardized: Floats) -> RankedResiduals:
    """Prepare standardized residuals (N, L₁), ε̂/σ̂, for any number of `grank` tests."""
    is_missing = np.isnan(standardized)
    ranks = rank_sessions(standardized)
    ranks[is_missing] = 0
    values = np.where(is_missing, -np.inf, standardized)
    present = ~is_missing
    return RankedResiduals(values, ranks, present.sum(axis=1).astype(float), present.sum(axis=0))


def grank(residuals: RankedResiduals, standardized: Floats) -> Statistic:
    """Test SCAR or SAR (N,) as one more slot among the firms' L₁ residuals: GRANK-T.

    Kolari and Pynnönen (2011): SCAR* = SCAR/sd(SCAR) takes out a variance that the event itself
    raised; U = rank/(L₁ + 2) − ½; Z is the mean U of the event's slot over the root of the mean
    (N_t/N)Ū² of all T; t = Z√((T − 2)/(T − 1 − Z²)) with T − 2 degrees of freedom.
    """
    firms = standardized.size
    slots = int(np.count_nonzero(residuals.present)) + 1
    deviation = float(standardized.std(ddof=1)) if firms > 1 else 0.0
    if slots < _SHORTEST or not deviation > 0:
        return Statistic(StatisticName.GRANK, None, None, None)
    event = standardized / deviation
    above = np.heaviside(residuals.values - event[:, None], 0.5)
    weights = 1 / (residuals.counts + 2)
    of_event = float(np.mean((1 + residuals.counts - above.sum(axis=1)) * weights - 0.5))
    sums = weights @ residuals.ranks + weights @ above - residuals.present / 2
    # (N_t/N)·Ū² with Ū the sum over N_t: a session without a firm adds nothing
    parts = sums**2 / np.maximum(residuals.present, 1) / firms
    variance = (of_event**2 + float(parts.sum())) / slots
    return _student(of_event, variance, slots)


def _student(of_event: float, variance: float, slots: int) -> Statistic:
    """Turn Z, which cannot exceed √(T − 1), into Student's t."""
    df = slots - 2
    if not variance > _NOISE**2:
        return Statistic(StatisticName.GRANK, None, df, None)
    z = of_event / sqrt(variance)
    rest = slots - 1 - z * z
    if not rest > _NOISE * slots:
        return Statistic(StatisticName.GRANK, None, df, None)
    value = z * sqrt(df / rest)
    return Statistic(StatisticName.GRANK, value, df, two_sided(value, df))
