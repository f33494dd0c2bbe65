"""What ships against the same formulas written a second time (`reference`), on random returns.

Every model and test, with complete data, few missing days, and so many that r̄ is taken pair by
pair. p-values come from scipy.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from scipy import stats

from deepseek_shock.analysis.design import Design, Model, Outcome, StatisticName
from deepseek_shock.analysis.event_study import Result, event_windows, study, study_panel
from deepseek_shock.analysis.grouptests import make_ready, session_tests, span_tests
from deepseek_shock.analysis.paths import Window
from tests.conventions import reference
from tests.conventions.reference import Fitted
from tests.conventions.reference_tests import Expected, all_tests

if TYPE_CHECKING:
    from deepseek_shock.analysis.design import Statistic

FIRMS, SESSIONS, LENGTH = 7, 160, 90
DESIGN = Design(
    estimation=Window(-100, -11),
    event=Window(-2, 3),
    spans=(Window(0, 1), Window(-1, 3)),
    shortest=40,
)
AT_ZERO = LENGTH - DESIGN.event.first  # the slot of session 0, behind the estimation window's

S = StatisticName
MODELS = list(Model)
# How many returns in a hundred are missing in the estimation window.
HOLES = [0, 4, 15]


class Drawn(NamedTuple):
    panel: np.ndarray
    market: np.ndarray
    zeros: np.ndarray


@cache
def drawn(seed: int, holes: int) -> Drawn:
    """Draw correlated returns with fat tails, factors, and a session 0 for every firm."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_t(5, (FIRMS, SESSIONS)) * rng.uniform(0.01, 0.03, (FIRMS, 1))
    factors = rng.normal(0.0004, 0.01, (SESSIONS, 4)) * (1, 0.6, 0.5, 0.01)
    loadings = rng.uniform(-0.5, 1.5, (FIRMS, 3))
    panel = shocks + 0.01 * rng.standard_normal(SESSIONS) + loadings @ factors[:, :3].T
    zeros = rng.integers(110, 150, FIRMS)
    for row, zero in zip(panel, zeros, strict=True):
        row[: zero - 10][rng.random(zero - 10) < holes / 100] = math.nan
        row[zero] -= 0.05
    return Drawn(panel, factors, zeros)


def market_of(model: Model, data: Drawn) -> np.ndarray | None:
    if model is Model.MEAN_ADJUSTED:
        return None
    return data.market if model is Model.THREE_FACTORS else data.market[:, 0]


@cache
def shipped(model: Model, seed: int, holes: int) -> Result:
    data = drawn(seed, holes)
    design = DESIGN._replace(model=model)
    own = event_windows(data.panel, np.arange(FIRMS), data.zeros, design)
    market = market_of(model, data)
    others = None if market is None else event_windows(market, None, data.zeros, design)
    return study(own, others, design)


@cache
def again(model: Model, seed: int, holes: int) -> list[Fitted]:
    data = drawn(seed, holes)
    offsets = [*range(-100, -10), *range(-2, 4)]
    found: list[Fitted] = []
    for row, zero in zip(data.panel, data.zeros.tolist(), strict=True):
        returns = [float(row[zero + offset]) for offset in offsets]
        factors = [data.market[zero + offset].tolist() for offset in offsets]
        found.append(reference.expected(model, returns, factors, LENGTH))
    return found


@pytest.mark.parametrize("holes", HOLES)
@pytest.mark.parametrize("model", MODELS)
def test_abnormal_returns_and_their_errors(model: Model, holes: int) -> None:
    result = shipped(model, 1, holes)
    for index, one in enumerate(again(model, 1, holes)):
        assert result.outcomes[index] is Outcome.SUCCESS
        assert result.fit.sessions[index] == one.sessions
        assert result.fit.df[index] == one.df == one.sessions - model.coefficients
        assert result.fit.sd[index] == pytest.approx(one.sigma, rel=1e-9)
        assert result.fit.coefficients[index] == pytest.approx(one.coefficients, rel=1e-9)
        assert result.fit.residuals[index] == pytest.approx(
            one.abnormal[:LENGTH], abs=1e-12, nan_ok=True
        )
        assert result.abnormal[index] == pytest.approx(one.abnormal[LENGTH:], abs=1e-12)
        if model is Model.MARKET_ADJUSTED:
            assert result.se[index] == pytest.approx([one.sigma] * 6, rel=1e-9)
        assert result.se[index] == pytest.approx(one.errors[LENGTH:], rel=1e-9)
        p = [2 * stats.t.sf(abs(t), one.df) for t in one.standardized[LENGTH:]]
        assert result.p[index] == pytest.approx(p, rel=1e-9)
        for span in result.spans:
            first, last = span.span.first + AT_ZERO, span.span.last + AT_ZERO
            car = reference.cumulated(one, first, last)
            assert span.car[index] == pytest.approx(car.car, rel=1e-9)
            assert span.se[index] == pytest.approx(car.error, rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_a_panel_gives_the_same(model: Model) -> None:
    data, windows = drawn(1, 4), shipped(model, 1, 4)
    design = DESIGN._replace(model=model)
    market = market_of(model, data)
    result = study_panel(data.panel, np.arange(FIRMS), data.zeros, design, benchmark=market)
    assert np.array_equal(result.abnormal, windows.abnormal)
    assert np.array_equal(result.se, windows.se)


def check(found: tuple[Statistic, ...], expected: dict[StatisticName, Expected]) -> None:
    by_name = {one.name: one for one in found}
    assert list(by_name) == list(S)
    for name, wanted in expected.items():
        one = by_name[name]
        assert one.value == pytest.approx(wanted.value, rel=1e-9), name
        assert one.df == wanted.df, name
        assert one.p == pytest.approx(wanted.p, rel=1e-9), name
    assert by_name[S.CORRADO].value is None or S.CORRADO in expected


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("holes", HOLES)
@pytest.mark.parametrize("model", MODELS)
def test_groups(model: Model, holes: int, seed: int) -> None:
    events, result = again(model, seed, holes), shipped(model, seed, holes)
    group = make_ready(
        result.fit.residuals, result.fit.sd, result.fit.df, result.abnormal, result.factors
    )
    assert group.residuals.is_listwise is (holes < max(HOLES))
    for column in range(6):
        slot = LENGTH + column
        found = session_tests(group, column)
        check(found, all_tests(events, slot, slot))
    for span in result.spans:
        first, last = span.span.first + AT_ZERO, span.span.last + AT_ZERO
        found = span_tests(group, first - LENGTH, last - LENGTH, span.car, span.factors)
        check(found, all_tests(events, first, last))


@pytest.mark.parametrize("model", [Model.MARKET, Model.MEAN_ADJUSTED, Model.THREE_FACTORS])
def test_the_portfolio_t_is_that_of_the_equal_weighted_portfolio(model: Model) -> None:
    """One day, one window: OLS is linear, so that only L₁ − 1 stands for L₁ − k."""
    data = drawn(9, 0)
    design = DESIGN._replace(model=model, spans=())
    zeros = np.full(FIRMS, 130)
    market = market_of(model, data)
    result = study_panel(data.panel, np.arange(FIRMS), zeros, design, benchmark=market)
    mean = data.panel.mean(axis=0, keepdims=True)
    alone = study_panel(mean, np.zeros(1, int), zeros[:1], design, benchmark=market)
    group = make_ready(
        result.fit.residuals, result.fit.sd, result.fit.df, result.abnormal, result.factors
    )
    for column in range(6):
        portfolio = session_tests(group, column)[0]
        ratio = math.sqrt((LENGTH - 1) / (LENGTH - model.coefficients))
        assert portfolio.value == pytest.approx(alone.t[0, column] * ratio, rel=1e-9)
