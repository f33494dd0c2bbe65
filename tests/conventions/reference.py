"""The event study once more, slowly: a firm, a session, a formula at a time, from the papers.

Written from the notation and the formulas alone, without a look at what ships, so that the two can
only agree where both are right. A missing return is NaN. Names are those of docs/method.md.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import combinations
from statistics import mean, stdev
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.analysis.design import Model

if TYPE_CHECKING:
    from collections.abc import Sequence


class Fitted(NamedTuple):
    """An event: AR and s by slot of both windows, NaN where missing, and what its model cost.

    `before` is the length of the estimation window, the slots behind it are those of the event
    window. `rows` are the regressors of each slot, `inverse` is (X′X)⁻¹ of the estimation window.
    """

    before: int
    abnormal: list[float]
    errors: list[float]
    rows: list[tuple[float, ...]]
    inverse: list[list[float]]
    sigma: float
    sessions: int
    df: int
    coefficients: tuple[float, ...]

    @property
    def standardized(self) -> list[float]:
        return [value / error for value, error in zip(self.abnormal, self.errors, strict=True)]


class Cumulated(NamedTuple):
    car: float
    error: float


def observe(model: Model, value: float, at: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """What is explained, and by what, in one session."""
    if model is Model.MEAN_ADJUSTED:
        return value, (1.0,)
    if model is Model.MARKET_ADJUSTED:
        return value - at[0], ()
    if model is Model.MARKET:
        return value, (1.0, at[0])
    market, small, value_factor, riskless = at
    return value - riskless, (1.0, market, small, value_factor)


def expected(
    model: Model, returns: Sequence[float], market: Sequence[Sequence[float]], before: int
) -> Fitted:
    """Fit one event over its first `before` slots, and judge all slots by that."""
    pairs = [observe(model, value, at) for value, at in zip(returns, market, strict=True)]
    used = [(y, x) for y, x in pairs[:before] if all(map(math.isfinite, (y, *x)))]
    y = np.array([value for value, _ in used])
    if model is Model.MARKET_ADJUSTED:
        coefficients, inverse, lost = np.zeros(0), np.zeros((0, 0)), 1
        sigma = stdev(y.tolist())
    else:
        design = np.array([row for _, row in used])
        coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
        inverse, lost = np.linalg.inv(design.T @ design), design.shape[1]
        squares = sum(
            (float(a) - float(b @ coefficients)) ** 2 for a, b in zip(y, design, strict=True)
        )
        sigma = math.sqrt(squares / (len(y) - lost))
    abnormal = [
        a - sum(map(math.prod, zip(x, coefficients.tolist(), strict=True))) for a, x in pairs
    ]
    rows = [x for _, x in pairs]
    table = inverse.tolist()
    errors = [sigma * math.sqrt(1 + quadratic(table, row)) for row in rows]
    errors = [e if math.isfinite(a) else math.nan for e, a in zip(errors, abnormal, strict=True)]
    found = tuple(coefficients.tolist())
    return Fitted(before, abnormal, errors, rows, table, sigma, len(y), len(y) - lost, found)


def quadratic(matrix: list[list[float]], row: Sequence[float]) -> float:
    """x′Mx."""
    return math.fsum(
        row[i] * matrix[i][j] * row[j] for i in range(len(row)) for j in range(len(row))
    )


def cumulated(fitted: Fitted, first: int, last: int) -> Cumulated:
    """CAR from slot `first` to `last`, and its error: σ√(L₂ + ι′X₂(X′X)⁻¹X₂′ι)."""
    car = math.fsum(fitted.abnormal[first : last + 1])
    return Cumulated(car, fitted.sigma * math.sqrt(cumulated_factor(fitted, first, last)))


def cumulated_factor(fitted: Fitted, first: int, last: int) -> float:
    rows = fitted.rows[first : last + 1]
    summed = [math.fsum(column) for column in zip(*rows, strict=True)]
    return last - first + 1 + quadratic(fitted.inverse, summed)


def common(events: Sequence[Fitted]) -> list[int]:
    """The slots of the estimation window in which no event lacks a residual."""
    slots = range(events[0].before)
    return [t for t in slots if all(math.isfinite(event.abnormal[t]) for event in events)]


def correlation(events: Sequence[Fitted], *, pairwise: bool = False) -> float:
    """r̄, over the sessions that all have, or over those that each pair has."""
    every = common(events)
    found: list[float] = []
    for one, other in combinations(events, 2):
        slots = common([one, other]) if pairwise else every
        left = [one.abnormal[t] for t in slots]
        right = [other.abnormal[t] for t in slots]
        found.append(pearson(left, right))
    return mean(found)


def pearson(left: Sequence[float], right: Sequence[float]) -> float:
    a, b = mean(left), mean(right)
    products = math.fsum((x - a) * (y - b) for x, y in zip(left, right, strict=True))
    squares = [math.fsum((x - m) ** 2 for x in xs) for xs, m in ((left, a), (right, b))]
    return products / math.sqrt(math.prod(squares))


def daily_means(events: Sequence[Fitted]) -> list[float]:
    """AAR over the estimation window, in the sessions that all events have."""
    return [mean(event.abnormal[t] for event in events) for t in common(events)]


def student_variance(df: int) -> float:
    return df / (df - 2)


def t_of_mean(values: Sequence[float]) -> float:
    """mean·√N/sd: cross-sectional of AR or CAR, BMP of SAR or SCAR."""
    return mean(values) * math.sqrt(len(values)) / stdev(values)


def kolari_pynnonen(values: Sequence[float], r: float) -> float:
    return t_of_mean(values) * math.sqrt((1 - r) / (1 + (len(values) - 1) * r))


def sign(values: Sequence[float], share: float = 0.5) -> float:
    count, positive = len(values), sum(value > 0 for value in values)
    return (positive - count * share) / math.sqrt(count * share * (1 - share))


def positive_share(events: Sequence[Fitted], slots: Sequence[int]) -> float:
    """The share of positive residuals in some slots, firm by firm, then averaged (Cowan 1992)."""
    shares: list[float] = []
    for event in events:
        held = [event.abnormal[t] for t in slots if math.isfinite(event.abnormal[t])]
        shares.append(sum(value > 0 for value in held) / len(held))
    return mean(shares)


def ranks(values: Sequence[float]) -> list[float]:
    """Average ranks from 1 of the values that are there; NaN for the others."""
    held = sorted(value for value in values if math.isfinite(value))
    return [
        (bisect_left(held, value) + 1 + bisect_right(held, value)) / 2
        if math.isfinite(value)
        else math.nan
        for value in values
    ]


def corrado(events: Sequence[Sequence[float]], slot: int) -> float:
    """Corrado (1989): AR of both windows by event, none missing; `slot` is tested."""
    length, count = len(events[0]), len(events)
    table = [ranks(event) for event in events]
    daily = [mean(row[t] for row in table) - (length + 1) / 2 for t in range(length)]
    scale = math.sqrt(math.fsum(value**2 for value in daily) / length)
    assert count == len(table)
    return daily[slot] / scale


def corrado_zivney(events: Sequence[Sequence[float]], slot: int) -> float:
    """Corrado and Zivney (1992): missing returns are NaN."""
    length = len(events[0])
    table: list[list[float]] = []
    for event in events:
        held = sum(math.isfinite(value) for value in event)
        table.append([rank / (1 + held) - 0.5 for rank in ranks(event)])
    daily: list[float] = []
    for t in range(length):
        there = [row[t] for row in table if math.isfinite(row[t])]
        daily.append(math.fsum(there) / math.sqrt(len(there)) if there else 0.0)
    scale = math.sqrt(math.fsum(value**2 for value in daily) / length)
    return daily[slot] / scale


def grank(standardized: Sequence[Sequence[float]], scar: Sequence[float]) -> tuple[float, int]:
    """GRANK-T of Kolari and Pynnönen (2011) and its T: SAR of the estimation window, SCAR."""
    spread, count = stdev(scar), len(scar)
    table: list[list[float]] = []
    for own, value in zip(standardized, scar, strict=True):
        row = [*own, value / spread]
        held = sum(math.isfinite(one) for one in own)
        table.append([rank / (held + 2) - 0.5 for rank in ranks(row)])
    length = len(table[0])
    squares = 0.0
    for t in range(length):
        there = [row[t] for row in table if math.isfinite(row[t])]
        squares += len(there) / count * mean(there) ** 2 if there else 0.0
    z = mean(row[-1] for row in table) / math.sqrt(squares / length)
    return z * math.sqrt((length - 2) / (length - 1 - z**2)), length
