"""The mean correlation of firms' residuals, r̄, complete or with missing days.

Reached only lazily: numpy is imported at the top.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deepseek_shock.analysis.arrays import Flags, Floats
from deepseek_shock.analysis.design import SHORTEST

Products: TypeAlias = NDArray[np.floating[Any]]

_BLOCK = 1024  # firms a side: a few megabytes a product, whatever N
_MANY = 2000  # firms from which a pair's correlation is made in single precision
_NOISE = 1e-12  # of a sum of squares: what rounding leaves of it
_TWO = 2  # firms that it takes
_PAIR = 3  # sessions below which two firms have no correlation


def shared_sessions(residuals: Floats) -> tuple[Flags, bool]:
    """Mark the sessions (L₁,) of residuals (N, L₁) that all firms have, and say that they do.

    Where these are fewer than 60, or than half of a shorter window, those that at least half of the
    firms have are marked instead, and the second value is false.
    """
    have = (~np.isnan(residuals)).sum(axis=0)
    firms, length = residuals.shape
    has_all = have == firms
    if np.count_nonzero(has_all) >= enough(length):
        return has_all, True
    return (have > 0) & (2 * have >= firms), False


def enough(length: int) -> int:
    """Return how many common sessions of a window of `length` are enough to rest on."""
    return max(min(SHORTEST, length // 2), _PAIR)


def mean_correlation(residuals: Floats) -> float | None:
    """Return r̄, the mean correlation of two firms' residuals (N, L₁), NaN where missing.

    Each pair over its own common sessions. `None` for one firm, and where no pair has enough common
    sessions; firms whose residuals never change have no correlation and are left out.
    """
    if np.isnan(residuals).any():
        return _of_pairs(residuals)
    away = residuals - residuals.mean(axis=1, keepdims=True)
    squares = np.einsum("nt,nt->n", away, away)
    changes = squares > _NOISE * np.einsum("nt,nt->n", residuals, residuals)
    firms = int(np.count_nonzero(changes))
    if firms < _TWO or residuals.shape[1] < _PAIR:
        return None
    # Σ_t(Σ_i z)² = Σ_i Σ_j r_ij where Σ_t z² = 1: of N², the N on the diagonal are 1
    total = (away[changes] / np.sqrt(squares[changes, None])).sum(axis=0)
    return min(float((total @ total - firms) / (firms * (firms - 1))), 1.0)


def _of_pairs(residuals: Floats) -> float | None:
    """Average the correlations of all pairs, in blocks of products over common sessions."""
    kind: np.dtype[np.floating[Any]] = np.dtype("f8" if len(residuals) <= _MANY else "f4")
    least = enough(residuals.shape[1])
    scaled = _standardize(residuals)
    has = np.isfinite(scaled)
    values: Products = np.where(has, scaled, 0).astype(kind)
    weights: Products = has.astype(kind)
    total, pairs = 0.0, 0
    blocks = [slice(start, start + _BLOCK) for start in range(0, len(values), _BLOCK)]
    for at, rows in enumerate(blocks):
        for columns in blocks[at:]:
            found = _correlations(
                values[rows], weights[rows], values[columns], weights[columns], least
            )
            if rows is columns:
                found = np.triu(found, 1) + np.tril(np.full_like(found, np.nan))
            is_defined = np.isfinite(found)
            total += float(np.sum(found, where=is_defined, dtype=np.float64))
            pairs += int(np.count_nonzero(is_defined))
    return min(total / pairs, 1.0) if pairs else None


def _standardize(residuals: Floats) -> Floats:
    """Bring each firm's residuals to mean 0 and deviation 1; NaN where they never change."""
    with np.errstate(all="ignore"):
        away = residuals - np.nanmean(residuals, axis=1, keepdims=True)
        squares = np.nanmean(away**2, axis=1, keepdims=True)
        changes = squares > _NOISE * np.nanmean(residuals**2, axis=1, keepdims=True)
        return np.where(changes, away / np.sqrt(squares), np.nan)


def _correlations(
    left: Products, has_left: Products, right: Products, has_right: Products, least: int
) -> Products:
    """Correlate rows with rows over the sessions that both have, 0 standing where one has none.

    NaN where these are fewer than `least`, or one of the two does not change over them.
    """
    with np.errstate(all="ignore"):
        common = has_left @ has_right.T
        sum_left, sum_right = left @ has_right.T, has_left @ right.T
        product = common * (left @ right.T) - sum_left * sum_right
        square_left = common * (left**2 @ has_right.T) - sum_left**2
        square_right = common * (has_left @ (right**2).T) - sum_right**2
        floor = 100 * np.finfo(left.dtype).eps * common**2
        is_defined = (common >= least) & (np.minimum(square_left, square_right) > floor)
        return np.where(is_defined, product / np.sqrt(square_left * square_right), np.nan)
