"""Benchmarks that leave the share itself out of them.

A large share is a good part of its own index: held against that, a part of its move explains
itself, and its abnormal return comes out too small. Reached only lazily: numpy is imported at the
top.

Shapes: N shares, L sessions; returns are simple, NaN where missing.
"""

import numpy as np

from deepseek_shock.analysis.arrays import Floats


def mean_of_others(returns: Floats) -> Floats:
    """Return, for each share (N, L), the mean of the others that have a return; NaN without any.

    Each day's is the return of a portfolio brought back to equal parts at the close before.
    """
    is_there = np.isfinite(returns)
    known = np.where(is_there, returns, 0.0)
    count = is_there.sum(axis=0) - is_there
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, (known.sum(axis=0) - known) / count, np.nan)


def index_without(index: Floats, returns: Floats, weights: Floats, at: int) -> Floats:
    """Return the index (L,) without each share (N, L): (R_m − w·R_i)/(1 − w).

    w is the share's part in the index at the close before each session. `weights` (N,) are known at
    the close before session `at`, and follow from there by `carry_weights`; a weight of 0, or NaN,
    is that of a share which is no part of the index, which stays as it is. NaN where either return
    is missing, and where the share is all of the index.
    """
    weight = np.where(weights > 0, weights, 0.0)[:, None]
    with np.errstate(all="ignore"):
        before = carry_weights(index, returns, weight[:, 0], at)
        rest = (index - before * returns) / (1 - before)
    rest[before >= 1] = np.nan
    return np.where(weight > 0, rest, index)


def carry_weights(index: Floats, returns: Floats, weights: Floats, at: int) -> Floats:
    """Return the shares' parts in an index (N, L) at the close before each session.

    From `weights` (N,) before session `at` on, forwards and backwards, a part grows by
    (1 + R_i)/(1 + R_m) a session: w_t = w₀·(P_t/P₀)/(I_t/I₀), which is exact as long as the number
    of shares (of a price-weighted index the factor) and the divisor stay. Over a session in which
    either return is missing the part is carried as it is.
    """
    with np.errstate(all="ignore"):
        growth = np.log1p(returns) - np.log1p(index)
    growth = np.where(np.isfinite(growth), growth, 0.0)
    summed = np.zeros((len(growth), growth.shape[1] + 1))
    np.cumsum(growth, axis=1, out=summed[:, 1:])
    carried: Floats = weights[:, None] * np.exp(summed[:, :-1] - summed[:, at, None])
    return carried
