"""Expected returns: four models fitted to many estimation windows at once.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.

Shapes: N events, L₁ sessions in the estimation window, L₂ in the event window, q regressors beside
the intercept. Returns are fractions a session, of one kind throughout; one that is missing is NaN
(an infinite one counts as missing), and leaves its session out of that event. A benchmark is
`None` (mean-adjusted), one return a session, or, for three factors, MKT − RF, SMB, HML and RF in
that order along a last axis, as in French's files; RF is taken off the returns here.

Nothing raises, and nothing warns, for what the figures are: an event that cannot be fitted has its
outcome, and NaN.

Sources: MacKinlay (1997); Campbell, Lo & MacKinlay (1997), ch. 4; Fama & French (1993).
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import numpy as np

from deepseek_shock.analysis.arrays import (
    Flags,
    Floats,
    Integers,
    Outcomes,
    is_failed,
    mark,
    successes,
)
from deepseek_shock.analysis.design import Model, Outcome
from deepseek_shock.analysis.leastsquares import Columns, Regressed, join, regress

FACTORS = ("MKT-RF", "SMB", "HML", "RF")  # the last axis of a three-factor benchmark


class Fit(NamedTuple):
    """The expected returns of N events, as their estimation windows give them.

    `sessions` are the returns used, `df` what the model leaves of them (L₁ − k), `outcomes` an
    array of `Outcome`. Where that is no success, all floats are NaN.

    `coefficients` (N, ·): α, β of the market model; α and three slopes of three factors; the mean
    of the mean-adjusted model; none of the market-adjusted. `sd` is √(SSE/(L₁ − k)). `residuals`
    (N, L₁) are NaN where a return was missing; the market-adjusted model's are R_i − R_m, with
    `sd` about their mean.

    For forecasts: `mean` (N,) of what is explained, `centre` (N, q) of the regressors, `inverse`
    (N, q, q) of their sums of squares and products about it.
    """

    model: Model
    outcomes: Outcomes
    sessions: Integers
    df: Integers
    coefficients: Floats
    sd: Floats
    residuals: Floats
    mean: Floats
    centre: Floats
    inverse: Floats


class Abnormal(NamedTuple):
    """Abnormal returns (N, L₂) and forecast factors 1 + x′(X′X)⁻¹x: variance is sd² × factor."""

    returns: Floats
    factors: Floats


class Sums(NamedTuple):
    """Cumulative abnormal returns (N,) and their factors L₂ + ι′X₂(X′X)⁻¹X₂′ι."""

    car: Floats
    factors: Floats


class _Sample(NamedTuple):
    """What a model explains (N, L), by which regressors, and what was taken off it before."""

    y: Floats
    x: Columns
    taken: Floats | None = None


Part: TypeAlias = tuple[Floats, Floats | None]
"""Returns and benchmark of the estimation windows of some of the events."""


def fit(returns: Floats, benchmark: Floats | None, model: Model, shortest: int) -> Fit:
    """Fit the expected returns to estimation windows (N, L₁).

    `benchmark` is (N, L₁), or (N, L₁, 4) for three factors. Outcomes: `toofew` below `shortest`
    returns (or with no degree of freedom left), `nobenchmark` where only for want of the
    benchmark's, `constant` where returns or regressors never change, regressors are collinear or
    residuals are nothing but rounding.
    """
    return fit_parts([(returns, benchmark)], np.empty(returns.shape), model, shortest)


def fit_parts(parts: Iterable[Part], residuals: Floats, model: Model, shortest: int) -> Fit:
    """Do the same part by part, for windows that are not held all at once.

    `residuals` (N, L₁) are those of all, to be written.
    """
    least = max(shortest, model.coefficients + 1)
    made: list[Regressed] = []
    has_own = np.ones(len(residuals), dtype=np.bool_)
    done = 0
    for returns, benchmark in parts:
        block = slice(done, done + len(returns))
        with np.errstate(all="ignore"):
            y, x, taken = _sample(returns, benchmark, model)
        made.append(regress(y, x, taken, residuals[block]))
        if (made[-1].rows < least).any():
            has_own[block] = np.isfinite(returns).sum(axis=1) >= least
        done = block.stop
    return _make_fit(join(made, residuals), has_own, model, least)


def _make_fit(made: Regressed, has_own: Flags, model: Model, least: int) -> Fit:
    """Read the model off its regression."""
    df = np.maximum(made.rows - model.coefficients, 0)
    with np.errstate(all="ignore"):
        sd = np.sqrt(made.sse / np.maximum(df, 1))
        alpha = made.mean - (made.slopes * made.centre).sum(axis=1)
    outcomes, mean = _outcomes(made, has_own, least), made.mean
    coefficients = np.column_stack([alpha, made.slopes])
    if model is Model.MARKET_ADJUSTED:  # nothing is estimated but the deviation
        np.add(made.residuals, mean[:, None], out=made.residuals)
        coefficients, mean = coefficients[:, :0], np.zeros_like(mean)
    fitted = Fit(
        model,
        outcomes,
        made.rows,
        df,
        coefficients,
        sd,
        made.residuals,
        mean,
        made.centre,
        made.inverse,
    )
    return without(fitted, is_failed(outcomes))


def without(fitted: Fit, where: Flags) -> Fit:
    """Write NaN over all floats of the events marked (N,), in place."""
    if where.any():
        for figures in _floats(fitted):
            figures[where] = np.nan
    return fitted


def _floats(fitted: Fit) -> tuple[Floats, ...]:
    _, _, _, _, *floats = fitted
    return tuple(floats)


def judge(fitted: Fit, returns: Floats, benchmark: Floats | None) -> Abnormal:
    """Make the abnormal returns of event windows (N, L₂), and their forecast factors.

    NaN where a return is missing or the event was not fitted. The market-adjusted model estimates
    nothing: its factor is 1.
    """
    with np.errstate(all="ignore"):
        sample = _sample(returns, benchmark, fitted.model)
        away = _away(sample.x, fitted.centre, returns)
        abnormal = sample.y - fitted.mean[:, None]
        for at in range(away.shape[2]):
            abnormal -= fitted.coefficients[:, 1 + at, None] * away[:, :, at]
        factors = 1 + _share(fitted)[:, None] + _leverage(away, fitted.inverse)
        is_missing = ~np.isfinite(abnormal)
        abnormal[is_missing] = np.nan
        factors[is_missing] = np.nan
        return Abnormal(abnormal, factors)


def cumulate(fitted: Fit, abnormal: Abnormal, benchmark: Floats | None) -> Sums:
    """Sum the abnormal returns of windows (N, L₂) that `judge` made with the same benchmark.

    NaN where one of them is. For a span cut both arrays to its columns before.
    """
    with np.errstate(all="ignore"):
        length = abnormal.returns.shape[1]
        sample = _sample(abnormal.returns, benchmark, fitted.model)
        away = _away(sample.x, fitted.centre, abnormal.returns).sum(axis=1, keepdims=True)
        factors = length + length**2 * _share(fitted) + _leverage(away, fitted.inverse)[:, 0]
        car = abnormal.returns.sum(axis=1)
        factors[np.isnan(car)] = np.nan
        return Sums(car, factors)


def _outcomes(made: Regressed, has_own: Flags, least: int) -> Outcomes:
    """Say what became of each fit."""
    outcomes = successes(len(made.rows))
    is_short = made.rows < least
    mark(outcomes, made.is_degenerate, Outcome.CONSTANT)
    mark(outcomes, is_short & ~has_own, Outcome.TOO_FEW)
    mark(outcomes, is_short & has_own, Outcome.NO_BENCHMARK)
    return outcomes


def _share(fitted: Fit) -> Floats:
    """Return 1/L₁, the intercept's part in a forecast's variance; 0 where none is estimated."""
    share = 1 / np.maximum(fitted.sessions, 1)
    if fitted.model is Model.MARKET_ADJUSTED:
        share = np.zeros(len(share))
    share[np.isnan(fitted.sd)] = np.nan
    return share


def _away(x: Columns, centre: Floats, returns: Floats) -> Floats:
    """Return how far regressors lie from their means in the estimation window (N, L, q)."""
    away = np.empty((*returns.shape, len(x)))
    for at, column in enumerate(x):
        np.subtract(column, centre[:, at, None], out=away[:, :, at])
    return away


def _leverage(away: Floats, inverse: Floats) -> Floats:
    """Return d′(X′X)⁻¹d of distances d from the mean (N, L)."""
    leverage: Floats = np.einsum("nlq,nlq->nl", away @ inverse, away)
    return leverage


def _sample(returns: Floats, benchmark: Floats | None, model: Model) -> _Sample:
    """Bring a model to its regression: what is explained, by which regressors."""
    match model:
        case Model.MEAN_ADJUSTED:
            return _Sample(returns, ())
        case Model.MARKET:
            return _Sample(returns, (_known(benchmark, returns),))
        case Model.MARKET_ADJUSTED:
            market = _known(benchmark, returns)
            return _Sample(returns - market, (), market)
        case Model.THREE_FACTORS:
            factors = _known(benchmark, returns[:, :, None].repeat(len(FACTORS), axis=2))
            market, size, value, riskless = np.moveaxis(factors, 2, 0)
            return _Sample(returns - riskless, (market, size, value), riskless)


def _known(benchmark: Floats | None, like: Floats) -> Floats:
    """Put missing returns where no benchmark is."""
    return np.full(like.shape, np.nan) if benchmark is None else benchmark
