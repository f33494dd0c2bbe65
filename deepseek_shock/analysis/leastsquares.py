"""Ordinary least squares of many short samples at once, each on its own regressors.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.

Every sum is made about the mean, so that neither a large mean nor the scale of the figures costs
precision. Nothing raises, and nothing warns, for what the figures are.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from deepseek_shock.analysis.arrays import Flags, Floats, Integers

Columns: TypeAlias = tuple[Floats, ...]

_NOISE = 16 * float(np.finfo(np.float64).eps)  # of a value: what rounding may have made of it
_FAR = 1e6  # a mean 1,000 times the deviation
_COLLINEAR = 1e-10  # of a regressor: what the others must leave of it


class Regressed(NamedTuple):
    """N regressions of y on an intercept and q regressors x, over the rows that are complete.

    `rows` (N,) are those used; `mean` (N,) is that of y, `centre` (N, q) that of x. `slopes`
    (N, q); `inverse` (N, q, q) is that of the sums of squares and products of x about `centre`.
    `residuals` (N, L) are NaN in rows that are not complete; `sse` (N,) is their sum of squares.
    `is_degenerate` (N,) marks samples in which y or an x never changes, the x are collinear, or
    the residuals are nothing but rounding: the other figures then mean nothing.
    """

    rows: Integers
    mean: Floats
    centre: Floats
    slopes: Floats
    inverse: Floats
    residuals: Floats
    sse: Floats
    is_degenerate: Flags


class _Rows(NamedTuple):
    """Samples with 0 in the rows that are not complete, which `valid` tells (`None`: all are).

    `n` (N,) rows are complete, 1 where none is; `sums` (1 + q, N) are those of y and of x.
    """

    y: Floats
    x: Columns
    valid: Flags | None
    n: Floats
    sums: Floats


class _Centred(NamedTuple):
    """Samples of `n` rows about their means, 0 in the rows that are not complete.

    `squares` (N, q) are the sums of squares of x.
    """

    n: Floats
    mean: Floats
    centre: Floats
    y: Floats
    x: Columns
    squares: Floats


class _Solved(NamedTuple):
    """Slopes (N, q), inverse (N, q, q), and where there is none."""

    slopes: Floats
    inverse: Floats
    is_singular: Flags


def regress(
    y: Floats, x: Columns, taken: Floats | None = None, out: Floats | None = None
) -> Regressed:
    """Regress y (N, L) on an intercept and on each of `x` (N, L); what is not finite is missing.

    `taken` (N, L) is what was subtracted from a figure to make y: it tells how far y is rounding.
    The residuals are written to `out` (N, L) where it is given.
    """
    with np.errstate(all="ignore"):
        complete = _complete(y, x)
        valid = complete.valid
        centred = _centre(complete, np.empty(y.shape) if out is None else out)
        slopes, inverse, is_degenerate = _solve(centred)
        _explain(centred, slopes)
        n, mean, centre, residuals, _, squares = centred
        sse = _squares(residuals)
        about_zero = squares + n[:, None] * centre**2
        size = n * mean**2 + sse + (slopes**2 * about_zero).sum(axis=1)
        if taken is not None:
            size += _squares(taken if valid is None else np.where(valid, taken, 0.0))
        is_degenerate |= ~(squares > _NOISE**2 * about_zero).all(axis=1)
        is_degenerate |= ~(sse > _NOISE**2 * size) | ~np.isfinite(sse)
        if valid is None:
            rows = np.full(len(y), y.shape[1], dtype=np.int64)
        else:
            residuals[~valid] = np.nan
            rows = valid.sum(axis=1, dtype=np.int64)
        return Regressed(rows, mean, centre, slopes, inverse, residuals, sse, is_degenerate)


def join(parts: Sequence[Regressed], residuals: Floats) -> Regressed:
    """Put regressions one after another, whose residuals stand in one array (N, L) already."""
    if len(parts) == 1:
        return parts[0]
    rows, mean, centre, slopes, inverse, _, sse, is_degenerate = (
        np.concatenate(arrays)
        for arrays in zip(*(one._replace(residuals=one.sse) for one in parts), strict=True)
    )
    return Regressed(rows, mean, centre, slopes, inverse, residuals, sse, is_degenerate)


def _complete(y: Floats, x: Columns) -> _Rows:
    """Put 0 in the rows that are not complete, and take the sums."""
    rows = _Rows(y, x, None, np.full(len(y), max(y.shape[1], 1), dtype=np.float64), _sums((y, *x)))
    if np.isfinite(rows.sums).all():  # only if all terms are: no pass of its own for this case
        return rows
    valid = np.isfinite(y)
    for column in x:
        valid &= np.isfinite(column)
    y, *kept = (np.where(valid, column, 0.0) for column in (y, *x))
    n = np.maximum(valid.sum(axis=1), 1).astype(np.float64)
    return _Rows(y, tuple(kept), valid, n, _sums((y, *kept)))


def _sums(columns: Columns) -> Floats:
    """Return the sums (q, N) of each sample."""
    return np.stack([column.sum(axis=1) for column in columns])


def _centre(rows: _Rows, out: Floats) -> _Centred:
    """Take the means off, those of y into `out`."""
    mean, *means = rows.sums / rows.n
    np.subtract(rows.y, mean[:, None], out=out)
    away = tuple(column - one[:, None] for column, one in zip(rows.x, means, strict=True))
    _blank(rows.valid, out, *away)
    centre, squares = (np.empty((len(rows.y), len(away))) for _ in range(2))
    for at, column in enumerate(away):
        centre[:, at], squares[:, at] = means[at], _squares(column)
        if (rows.n * means[at] ** 2 > _FAR * squares[:, at]).any():
            # Far from 0, the rounding of the mean is no longer small beside the deviations.
            rest = column.sum(axis=1) / rows.n
            np.subtract(column, rest[:, None], out=column)
            _blank(rows.valid, column)
            centre[:, at] += rest
            squares[:, at] = _squares(column)
    return _Centred(rows.n, mean, centre, out, away, squares)


def _blank(valid: Flags | None, *columns: Floats) -> None:
    """Write 0 where a row is not complete."""
    if valid is not None:
        for column in columns:
            column[~valid] = 0.0


def _squares(column: Floats) -> Floats:
    """Return the sum of squares of each sample (N,)."""
    squares: Floats = np.einsum("nl,nl->n", column, column)
    return squares


def _explain(centred: _Centred, slopes: Floats) -> None:
    """Take off y, in place, what the regressors explain; these are used up."""
    for at, column in enumerate(centred.x):
        np.multiply(column, slopes[:, at, None], out=column)
        np.subtract(centred.y, column, out=centred.y)


def _solve(centred: _Centred) -> _Solved:
    """Solve for the slopes: in closed form for one regressor."""
    squares = centred.squares
    match centred.x:
        case ():
            nothing = np.empty((len(squares), 0, 0))
            return _Solved(squares, nothing, np.zeros(len(squares), np.bool_))
        case (only,):
            slopes = np.einsum("nl,nl->n", only, centred.y)[:, None] / squares
            return _Solved(slopes, 1 / squares[:, :, None], ~(squares[:, 0] > 0))
        case several if several[0].shape[1] < len(several):
            nothing = np.full((*squares.shape, len(several)), np.nan)
            return _Solved(nothing[:, :, 0], nothing, np.ones(len(squares), np.bool_))
        case _:
            return _solve_many(centred)


def _solve_many(centred: _Centred) -> _Solved:
    """Solve by QR of regressors brought to one length: no condition number is squared."""
    length = np.sqrt(centred.squares)
    length[~(length > 0)] = 1.0
    q, r = np.linalg.qr(np.stack(centred.x, axis=2) / length[:, None, :])
    left = np.abs(np.diagonal(r, axis1=1, axis2=2)).min(axis=1)
    is_singular = ~(left > _COLLINEAR)
    r[is_singular] = np.eye(len(centred.x))
    upper = np.linalg.inv(r)
    explained = np.einsum("nlq,nl->nq", q, centred.y)
    slopes = np.einsum("nqr,nr->nq", upper, explained) / length
    inverse = upper @ upper.swapaxes(1, 2) / (length[:, :, None] * length[:, None, :])
    return _Solved(slopes, inverse, is_singular)
