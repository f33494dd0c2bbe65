"""All tests of a group by the formulas of `reference`, by the names under which they ship."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

from deepseek_shock.analysis.design import StatisticName
from tests.conventions import reference
from tests.conventions.reference import Fitted

S = StatisticName


class Expected(NamedTuple):
    """A statistic, and the degrees of freedom of Student's t; `None` where it is normal."""

    value: float
    df: int | None

    @property
    def p(self) -> float:
        away = abs(self.value)
        return float(2 * (stats.norm.sf(away) if self.df is None else stats.t.sf(away, self.df)))


def all_tests(events: list[Fitted], first: int, last: int) -> dict[StatisticName, Expected]:
    """Every test of a span of slots; Corrado's is left out where a return is missing."""
    return expected_tests(events, first, last) | expected_ranks(events, first, last)


def expected_tests(events: list[Fitted], first: int, last: int) -> dict[StatisticName, Expected]:
    """All tests of a span of slots by the formulas, those of ranks apart."""
    count, days = len(events), last - first + 1
    cars = [reference.cumulated(event, first, last) for event in events]
    values = [one.car for one in cars]
    scaled = [one.car / one.error for one in cars]
    caar, total = (
        sum(values) / count,
        math.fsum(math.fsum(e.standardized[first : last + 1]) for e in events),
    )
    variance = math.fsum(reference.student_variance(event.df) for event in events)
    slots, is_listwise = used_slots(events)
    daily = [mean_at(events, slot) for slot in slots]
    r = reference.correlation(events, pairwise=not is_listwise)
    sd, df = float(np.std(daily, ddof=1)), len(daily) - 1
    factor = sum(reference.cumulated_factor(event, first, last) for event in events) / count
    patell = total / math.sqrt(days * variance)
    inflation = 1 + (count - 1) * r
    squares = math.fsum(event.sigma**2 for event in events)
    share = reference.positive_share(events, slots)
    return {
        S.PORTFOLIO: Expected(caar / (sd * math.sqrt(factor)), df),
        S.BROWN_WARNER_1985: Expected(caar / (sd * math.sqrt(days)), df),
        S.BROWN_WARNER_1980: Expected(caar / (math.sqrt(squares * days) / count), None),
        S.CROSS_SECTIONAL: Expected(reference.t_of_mean(values), count - 1),
        S.J1: Expected(caar * count / math.hypot(*(one.error for one in cars)), None),
        S.J2: Expected(math.fsum(scaled) / math.sqrt(variance), None),
        S.PATELL: Expected(patell, None),
        S.ADJUSTED_PATELL: Expected(patell / math.sqrt(inflation), None),
        S.BMP: Expected(reference.t_of_mean(scaled), count - 1),
        S.KOLARI_PYNNONEN: Expected(reference.kolari_pynnonen(scaled, r), count - 1),
        S.SIGN: Expected(reference.sign(values), None),
        S.GENERALIZED_SIGN: Expected(reference.sign(values, share), None),
    }


def expected_ranks(events: list[Fitted], first: int, last: int) -> dict[StatisticName, Expected]:
    """The rank tests; several sessions as the sum of theirs over √days."""
    days = last - first + 1
    both = [event.abnormal for event in events]
    cars = [reference.cumulated(event, first, last) for event in events]
    residuals = [[v / e.sigma for v in e.abnormal[: e.before]] for e in events]
    value, slots = reference.grank(residuals, [one.car / one.error for one in cars])
    zivney = math.fsum(reference.corrado_zivney(both, slot) for slot in range(first, last + 1))
    found = {
        S.CORRADO_ZIVNEY: Expected(zivney / math.sqrt(days), None),
        S.GRANK: Expected(value, slots - 2),
    }
    if all(math.isfinite(value) for row in both for value in row):
        plain = math.fsum(reference.corrado(both, slot) for slot in range(first, last + 1))
        found[S.CORRADO] = Expected(plain / math.sqrt(days), None)
    return found


def used_slots(events: list[Fitted]) -> tuple[list[int], bool]:
    """The sessions that all have; where these are too few, those that half of the events have."""
    slots, before = reference.common(events), events[0].before
    if len(slots) >= min(60, before // 2):
        return slots, True
    return [
        slot
        for slot in range(before)
        if 2 * sum(math.isfinite(event.abnormal[slot]) for event in events) >= len(events)
    ], False


def mean_at(events: list[Fitted], slot: int) -> float:
    there = [event.abnormal[slot] for event in events if math.isfinite(event.abnormal[slot])]
    return math.fsum(there) / len(there)
