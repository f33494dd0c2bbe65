"""*Textbook*: what ships, on data of which other engines have published figures.

First against statsmodels and scipy, which know nothing of event studies; then against the engines.
Where one of them differs, the test says by which convention, and what comes of it: the same data
can give another verdict at 5 %.

MacKinlay (1997) prints a table of power; the figures here are the formula's, by scipy. They are not
copied from the printed table, which was not at hand.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from deepseek_shock.analysis import grouptests, teststatistics
from deepseek_shock.analysis.design import Design, StatisticName
from deepseek_shock.analysis.event_study import Result, event_windows, study
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.power import power
from tests.conventions import test_eventstudytools as est
from tests.conventions.sp500 import ESTIMATION, EVENT, LENGTH, needs_sample, sample
from tests.conventions.test_eventstudy_jl import AAR, CAAR, convention_p

if TYPE_CHECKING:
    from deepseek_shock.analysis.design import Statistic

DESIGN = Design(
    estimation=Window(ESTIMATION.start, ESTIMATION.stop - 1),
    event=Window(EVENT.start, EVENT.stop - 1),
    spans=(Window(0, 1), Window(-5, 5)),
)
S = StatisticName
PAIR, WHOLE = range(2)
GROUPS = ["G1", "G2"]


class Studied(NamedTuple):
    result: Result
    group: grouptests.Tested

    def span(self, index: int) -> dict[StatisticName, Statistic]:
        span = self.result.spans[index]
        first, last = span.span.first - EVENT.start, span.span.last - EVENT.start
        found = grouptests.span_tests(self.group, first, last, span.car, span.factors)
        return {one.name: one for one in found}


@cache
def studied(group: str) -> Studied:
    found = sample(group)
    events = np.arange(len(found.firms))
    zeros = np.full(len(events), -ESTIMATION.start)
    own = event_windows(found.returns, events, zeros, DESIGN)
    market = event_windows(found.market, events, zeros, DESIGN)
    result = study(own, market, DESIGN)
    fit = result.fit
    return Studied(
        result,
        grouptests.make_ready(fit.residuals, fit.sd, fit.df, result.abnormal, result.factors),
    )


@needs_sample
@pytest.mark.parametrize("group", GROUPS)
def test_one_firm_is_a_regression_and_its_forecast(group: str) -> None:
    """AR is what statsmodels' forecast misses, s its deviation for one more observation."""
    result, data = studied(group).result, sample(group)
    for index, (returns, market) in enumerate(zip(data.returns, data.market, strict=True)):
        model = sm.OLS(returns[:LENGTH], sm.add_constant(market[:LENGTH])).fit()
        forecast = model.get_prediction(sm.add_constant(market[LENGTH:]))
        abnormal = returns[LENGTH:] - forecast.predicted_mean
        t = abnormal / forecast.se_obs
        assert result.fit.coefficients[index] == pytest.approx(model.params, rel=1e-9)
        assert result.fit.sd[index] == pytest.approx(math.sqrt(model.mse_resid), rel=1e-9)
        assert result.abnormal[index] == pytest.approx(abnormal, abs=1e-12)
        assert result.se[index] == pytest.approx(forecast.se_obs, rel=1e-9)
        assert result.p[index] == pytest.approx(2 * stats.t.sf(np.abs(t), 113), rel=1e-9)


@needs_sample
@pytest.mark.parametrize("group", GROUPS)
def test_means_are_those_that_eventstudy_jl_publishes(group: str) -> None:
    """The model is the same in every engine: here all agree, to the seventh decimal."""
    first, *published = map(float, AAR[group].split())
    found = studied(group).result.abnormal.mean(axis=0)[int(first) - EVENT.start :]
    assert [round(value, 7) for value in found.tolist()] == published
    for span in studied(group).result.spans:
        caar = round(float(span.car.mean()), 7)
        assert caar == CAAR[group, span.span.first, span.span.last]


@needs_sample
@pytest.mark.parametrize("group", GROUPS)
def test_cross_sectional_and_bmp_are_scipys_t_test(group: str) -> None:
    result, ready = studied(group)
    for column in range(len(EVENT)):
        found = {one.name: one for one in grouptests.session_tests(ready, column)}
        for name, values in (
            (S.CROSS_SECTIONAL, result.abnormal[:, column]),
            (S.BMP, result.standardized[:, column]),
        ):
            t, p = stats.ttest_1samp(values, 0)
            assert found[name].value == pytest.approx(t, rel=1e-9)
            assert found[name].p == pytest.approx(p, rel=1e-9)


@needs_sample
def test_kolari_and_pynnonen_lie_above_eventstudy_jl() -> None:
    """1.98 where that engine has 1.77, over two sessions of G1.

    Nearly all of it is the second session: the textbook weighs both alike, the engine the second by
    1/√2 of the first, and G1 rose by 6.2 % in session 1. r̄ hardly differs; the exponent of the
    forecast term moves the fourth digit. p is .067 with N − 1 degrees of freedom, .051 with the
    engine's n − 2, and .048 by the normal distribution, on the other side of 5 %.
    """
    one = studied("G1").span(PAIR)[S.KOLARI_PYNNONEN]
    assert one.value is not None
    assert 0.2 < one.value - 1.770422 < 0.21
    assert one.df == 15
    assert one.p == pytest.approx(2 * stats.t.sf(one.value, 15), rel=1e-9)
    assert 2 * stats.t.sf(one.value, 113) > 0.05 > 2 * stats.norm.sf(one.value)


@needs_sample
def test_weighing_all_sessions_alike_turns_a_verdict() -> None:
    """G2 over the whole event window: p .040 by the textbook, .059 by EventStudy.jl."""
    one = studied("G2").span(WHOLE)[S.KOLARI_PYNNONEN]
    assert one.p is not None
    assert one.p < 0.05 < convention_p("G2", -5, 5, S.KOLARI_PYNNONEN)


@needs_sample
@pytest.mark.parametrize(("group", "least", "most"), [("G1", 0.01, 0.03), ("G2", 0.05, 0.07)])
def test_grank_lies_far_below_eventstudy_jl(group: str, least: float, most: float) -> None:
    """G1: p .02 where the engine publishes .0000644; G2: p .06 where its formula gives .005.

    It divides the cumulative returns by the standard error of their mean, √N too little, so that
    a firm's event stands at the end of its ranking whatever it did.
    """
    one = studied(group).span(PAIR)[S.GRANK]
    assert one.p is not None
    assert least < one.p < most
    assert one.df == LENGTH + 1 - 2


def _moments(group: tuple[str, ...], index: int) -> teststatistics.Moments:
    values = [
        est.ABNORMAL[firm][index] / (est.SD[firm] + est.UNIT * (firm in est.RAISED[offset]))
        for offset in (est.OFFSETS[index],)
        for firm in group
    ]
    return teststatistics.moments(values)


@pytest.mark.parametrize("group", est.GROUPS)
def test_the_shipped_tests_hit_eventstudytools(group: tuple[str, ...]) -> None:
    """From its rounded returns and deviations on, that engine's tests are the textbook's."""
    firms = len(group)
    variance = teststatistics.student_variance(est.SESSIONS - 2)
    assert variance is not None
    largest = max(range(5), key=lambda index: abs(est.PATELL[group][index]))
    ratio = est.PATELL[group][largest] / est.ADJUSTED_PATELL[group][largest]
    correlation = (ratio**2 - 1) / (firms - 1)
    for index in range(5):
        standardized = _moments(group, index)
        total = standardized.mean * firms
        found = (
            teststatistics.patell(total, firms * variance),
            teststatistics.adjusted_patell(total, firms * variance, firms, correlation),
            teststatistics.bmp(standardized),
            teststatistics.kolari_pynnonen(standardized, correlation),
        )
        published = (est.PATELL, est.ADJUSTED_PATELL, est.BMP, est.ADJUSTED_BMP)
        for one, figures in zip(found, published, strict=True):
            assert one.value == pytest.approx(figures[group][index], abs=6e-4)


def test_leaving_the_forecast_term_out_overstates_t() -> None:
    """By nothing on a calm day; by 6 % on the largest move of 250 sessions, at 5.6 deviations.

    h = 1/L₁ + z²/(L₁ − 1) where the benchmark stands z deviations from its mean: why a shock day is
    the worst of all days to save it.
    """
    leverage = [1 / 250 + z**2 / 249 for z in (0.0, 5.6)]
    overstated = [math.sqrt(1 + h) for h in leverage]
    assert overstated == pytest.approx([1.002, 1.063], abs=5e-4)


POWER = {
    (0.04, 10): (0.0681, 0.1241, 0.2203, 0.3526),
    (0.04, 50): (0.1432, 0.4239, 0.7554, 0.9424),
    (0.04, 100): (0.2395, 0.7054, 0.9633, 0.9988),
    (0.02, 1): (0.0572, 0.0791, 0.1165, 0.1701),
    (0.02, 10): (0.1241, 0.3526, 0.6597, 0.8854),
    (0.02, 50): (0.4239, 0.9424, 0.9996, 1.0000),
}


@pytest.mark.parametrize(("sd", "firms"), list(POWER))
def test_power(sd: float, firms: int) -> None:
    """Independent firms, r̄ = 0: 1 − Φ(c − δ) + Φ(−c − δ), δ = √N·AR/σ."""
    limit = stats.norm.isf(0.025)
    for effect, rounded in zip((0.005, 0.01, 0.015, 0.02), POWER[sd, firms], strict=True):
        shift = math.sqrt(firms) * effect / sd
        expected = stats.norm.sf(limit - shift) + stats.norm.cdf(-limit - shift)
        found = power(effect, sd, firms, 0.0)
        assert found == pytest.approx(expected, rel=1e-9)
        assert round(found, 4) == rounded


@pytest.mark.parametrize(("firms", "correlation", "worth"), [(9, 0.2545, 2.964), (30, 0.3, 3.093)])
def test_power_of_one_day_is_that_of_fewer_firms(
    firms: int, correlation: float, worth: float
) -> None:
    """N/(1 + (N − 1)r̄): nine US chip shares of January 2025 count for three."""
    assert firms / (1 + (firms - 1) * correlation) == pytest.approx(worth, abs=5e-4)
    shared = power(0.02, 0.04, firms, correlation)
    shift = math.sqrt(worth) * 0.5
    assert shared == pytest.approx(stats.norm.sf(1.959964 - shift), abs=0.005)
