"""The tests of a group from summary numbers: by hand, against scipy and statsmodels, laws."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from deepseek_shock.analysis import teststatistics as tests
from deepseek_shock.analysis.design import Statistic, StatisticName
from deepseek_shock.analysis.teststatistics import Moments, Summary, moments

# The US chips of 27 January 2025: standardized abnormal returns to one decimal, r̄.
CHIPS = (-5.1, -5.0, -5.0, -5.2, -2.9, -1.2, -1.1, 0.3, 1.3)
CHIPS_CORRELATION = 0.254492

figures = st.lists(st.floats(-10, 10).filter(lambda one: abs(one) > 1e-3), min_size=2, max_size=12)


def check(found: Statistic, name: StatisticName, value: float, df: int | None) -> None:
    """Hold a statistic against its value, and its p against scipy's."""
    p = 2 * (stats.norm.sf(abs(value)) if df is None else stats.t.sf(abs(value), df))
    assert found.name is name
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.df == df
    assert found.p == pytest.approx(p, rel=1e-8)


class TestByHand:
    """Three firms, SAR 1, 2, 3: mean 2, deviation 1."""

    sar = moments([1, 2, 3])

    def test_moments(self) -> None:
        assert self.sar == Moments(3, 2, 1)
        assert moments([5]) == Moments(1, 5, None)
        assert moments([0.1, 0.1, 0.1]).sd == 0

    def test_boehmer_musumeci_and_poulsen(self) -> None:
        check(tests.bmp(self.sar), StatisticName.BMP, 2 * sqrt(3), 2)

    def test_kolari_and_pynnonen(self) -> None:
        # r̄ = ½: √(½/(1 + 2·½)) = ½
        found = tests.kolari_pynnonen(self.sar, 0.5)
        check(found, StatisticName.KOLARI_PYNNONEN, sqrt(3), 2)

    def test_a_negative_correlation_makes_kolari_and_pynnonen_larger(self) -> None:
        # r̄ = −0.2: √(1.2/0.6)
        found = tests.kolari_pynnonen(self.sar, -0.2)
        check(found, StatisticName.KOLARI_PYNNONEN, 2 * sqrt(3) * sqrt(2), 2)

    def test_patell(self) -> None:
        # Five degrees of freedom each: variance 5/3, of three firms 5.
        variance = tests.student_variance(5)
        assert variance == pytest.approx(5 / 3)
        check(tests.patell(6, 5), StatisticName.PATELL, 6 / sqrt(5), None)
        check(tests.j2(6, 5), StatisticName.J2, 6 / sqrt(5), None)

    def test_adjusted_patell(self) -> None:
        found = tests.adjusted_patell(6, 5, 3, 0.5)
        check(found, StatisticName.ADJUSTED_PATELL, 6 / sqrt(5) / sqrt(2), None)

    def test_j2_as_it_is_written(self) -> None:
        # √(N(L₁ − 4)/(L₁ − 2)) times the mean, L₁ = 250 (Campbell, Lo and MacKinlay 1997, 4.4.24)
        found = tests.j2(6, 3 * 248 / 246)
        check(found, StatisticName.J2, sqrt(3 * 246 / 248) * 2, None)

    def test_portfolio(self) -> None:
        # −4 % by 1 % times √1.44; two days without forecast error: −4 % by 1 % times √2
        found = tests.portfolio_t(-0.04, 0.01, 250, 1.44)
        check(found, StatisticName.PORTFOLIO, -4 / 1.2, 249)
        found = tests.brown_warner_1985(-0.04, 0.01, 250, days=2)
        check(found, StatisticName.BROWN_WARNER_1985, -4 / sqrt(2), 249)

    def test_sums_of_variances(self) -> None:
        # Three firms of 2 %: a mean of 2 % lies √3 deviations out, over four days half as far.
        squares = 3 * 0.02**2
        check(tests.j1(0.02, squares, 3), StatisticName.J1, sqrt(3), None)
        found = tests.brown_warner_1980(0.02, squares, 3, days=4)
        check(found, StatisticName.BROWN_WARNER_1980, sqrt(3) / 2, None)

    def test_signs(self) -> None:
        check(tests.sign(3, 3), StatisticName.SIGN, sqrt(3), None)
        # three of three where 0.4 go up: (3 − 1.2)/√(3·0.4·0.6)
        found = tests.generalized_sign(3, 3, 0.4)
        check(found, StatisticName.GENERALIZED_SIGN, 1.8 / sqrt(0.72), None)

    def test_spread(self) -> None:
        assert tests.spread(self.sar, 0.75) == pytest.approx(2)


def test_the_chips_disagree_because_they_spread() -> None:
    # Computed outside from the unrounded figures: −3.12, −1.55 with p .161, spread 2.98.
    sar = moments(CHIPS)
    assert tests.bmp(sar).value == pytest.approx(-3.12, abs=0.02)
    adjusted = tests.kolari_pynnonen(sar, CHIPS_CORRELATION)
    assert adjusted.value == pytest.approx(-1.55, abs=0.02)
    assert adjusted.p == pytest.approx(0.161, abs=0.002)
    assert adjusted.df == 8
    assert tests.spread(sar, CHIPS_CORRELATION) == pytest.approx(2.98, abs=0.02)


@given(figures)
def test_means_are_tested_as_scipy_does(values: list[float]) -> None:
    if np.ptp(values) < 1e-6:
        return
    expected = stats.ttest_1samp(values, 0)
    for found in (tests.cross_sectional(moments(values)), tests.bmp(moments(values))):
        assert found.value == pytest.approx(expected.statistic, rel=1e-9)
        assert found.p == pytest.approx(expected.pvalue, rel=1e-8)
        assert found.df == expected.df


@given(st.integers(1, 500), st.data())
def test_signs_are_tested_as_statsmodels_does(count: int, data: st.DataObject) -> None:
    positive = data.draw(st.integers(0, count))
    share = data.draw(st.floats(0.05, 0.95))
    for found, value in (
        (tests.sign(positive, count), 0.5),
        (tests.generalized_sign(positive, count, share), share),
    ):
        z, p = proportions_ztest(positive, count, value, prop_var=value)
        assert found.value == pytest.approx(z, rel=1e-9, abs=1e-9)
        assert found.p == pytest.approx(p, rel=1e-8)


@settings(max_examples=12)  # statsmodels takes a twentieth of a second for one
@given(st.lists(st.floats(0, 1), min_size=3, max_size=12))
def test_holm_is_statsmodels(values: list[float]) -> None:
    assert tests.holm(values) == pytest.approx(multipletests(values, method="holm")[1])


def test_holm_by_hand() -> None:
    # .01 × 3; .03 × 2; .04 × 1, but no less than the one before
    assert tests.holm([0.03, None, 0.01, 0.04]) == pytest.approx((0.06, None, 0.03, 0.06))
    assert tests.holm([0.7, 0.6]) == (1, 1)
    assert tests.holm([None]) == (None,)
    assert tests.holm([]) == ()


class TestUndefined:
    """Nothing is said rather than too much."""

    one = moments([2.0])
    equal = moments([2.0, 2.0, 2.0])
    three = moments([1.0, 2.0, 3.0])

    @pytest.mark.parametrize(
        "found",
        [
            tests.bmp(one),
            tests.cross_sectional(one),
            tests.kolari_pynnonen(one, None),
            tests.kolari_pynnonen(one, 0.2),
            tests.bmp(equal),
            tests.cross_sectional(equal),
            tests.kolari_pynnonen(equal, 0.2),
            tests.kolari_pynnonen(three, None),
            tests.kolari_pynnonen(three, 1.0),
            tests.kolari_pynnonen(three, 1 - 1e-15),
            tests.kolari_pynnonen(three, -0.5),  # 1 + (N − 1)r̄ is 0
            tests.kolari_pynnonen(three, -0.6),
            tests.adjusted_patell(6, 5, 3, None),
            tests.adjusted_patell(6, 5, 3, -0.5),
            tests.adjusted_patell(6, None, 3, 0.2),
            tests.patell(6, tests.student_variance(2)),
            tests.patell(6, None),
            tests.j2(6, None),
            tests.j1(0.02, 0, 3),
            tests.brown_warner_1980(0.02, 0, 3),
            tests.portfolio_t(0.02, 0, 250),
            tests.portfolio_t(0.02, None, 250),
            tests.portfolio_t(0.02, 0.01, 1),
            tests.portfolio_t(nan, 0.01, 250),
            tests.portfolio_t(inf, 0.01, 250),
            tests.brown_warner_1985(0.02, None, 0),
            tests.generalized_sign(3, 3, 0),
            tests.generalized_sign(3, 3, 1),
            tests.generalized_sign(3, 3, nan),
        ],
        ids=lambda one: one.name,
    )
    def test_value_and_p_are_none(self, found: Statistic) -> None:
        assert found.value is None
        assert found.p is None

    def test_variances_below_three_degrees_are_infinite(self) -> None:
        assert tests.student_variance(2) is None
        assert tests.student_variance(3) == 3

    def test_no_spread_without_a_correlation_or_a_second_firm(self) -> None:
        assert tests.spread(self.three, None) is None
        assert tests.spread(self.three, 1) is None
        assert tests.spread(self.one, 0.2) is None


@given(figures, st.floats(0, 0.9), st.floats(0.01, 100))
def test_sign_and_scale(values: list[float], correlation: float, scale: float) -> None:
    def of(figures: list[float]) -> tuple[float | None, ...]:
        sar = moments(figures)
        summary = Summary(
            abnormal=moments([scale * one for one in figures]),
            standardized=sar,
            positive=sum(one > 0 for one in figures),
            total=sar.mean * sar.n,
            variance=sar.n * 248 / 246,
            residual_squares=sar.n * scale**2,
            forecast_squares=sar.n * scale**2 * 1.1,
            sd=scale,
            sessions=250,
            factor=1.1,
            correlation=correlation,
            share=0.5,
        )
        found = tests.tests_of(summary)
        assert [one.name for one in found] == list(StatisticName)[:12]
        return tuple(one.value for one in found)

    if np.ptp(values) < 1e-6:
        return
    there, back = of(values), of([-one for one in values])
    assert there == pytest.approx(
        tuple(None if one is None else -one for one in back), rel=1e-9, abs=1e-9
    )
    scale = 1.0
    assert of(values) == pytest.approx(there, rel=1e-9, abs=1e-9)


def test_equal_moments_are_equal() -> None:
    assert moments([3.0, 1.0]) == moments([1.0, 3.0]) == Moments(2, 2.0, sqrt(2))
