"""*Convention-exact*: EventStudyTools' published example, from the figures that it prints itself.

Five German car makers on 24 July 2017 (VW group: VOW, NSU, PAH3; other: BMW, DAI), market model on
the DAX, 250 sessions: `ar_results.csv`, `car_results.csv`, `aar_results.csv`, `caar_results.csv`,
`analysis_report.csv` in github.com/EventStudyTools/api-wrapper.r (MIT licence, commit d07f515).
The prices behind it are not published with it, so it is entered where it prints: abnormal returns
and residual deviations to four decimals. What it prints from there on is hit, once it is known that

* every figure is rounded to four decimals *before* it is divided by another;
* t of an abnormal return and of a cumulative one leave the forecast term out: AR/σ, CAR/(σ√L₂);
* Patell's and BMP's tests have it, on a deviation rounded to four decimals again: in session −1,
  when the DAX fell, every deviation is one unit higher, in the others at most BMW's;
* the cross-sectional t takes the *rounded* mean.

Adjusted tests and the generalized sign test hang on r̄ and on the share of positive returns, which
it does not print. One of its figures gives them, the others must follow. Not reproduced, since they
need the residuals: the rank tests; and the skewness-corrected t, which shock does not make.
"""

from __future__ import annotations

import math
from itertools import starmap
from statistics import mean, stdev

import pytest
from scipy import optimize, stats

OFFSETS = (-2, -1, 0, 1, 2)
SESSIONS = 250
VW = ("VOW.DE", "NSU.DE", "PAH3.DE")
OTHER = ("BMW.DE", "DAI.DE")
ABNORMAL = {
    "VOW.DE": (-0.0055, -0.0118, -0.0224, -0.0107, 0.0076),
    "NSU.DE": (-0.0055, 0.0024, -0.0091, -0.0019, 0.0001),
    "PAH3.DE": (-0.0022, -0.0201, -0.0033, -0.018, 0.009),
    "BMW.DE": (0.002, -0.006, -0.0243, 0.0012, -0.0076),
    "DAI.DE": (-0.003, -0.0023, -0.0234, -0.0023, -0.0108),
}
SD = {"VOW.DE": 0.0105, "NSU.DE": 0.0086, "PAH3.DE": 0.0109, "BMW.DE": 0.0077, "DAI.DE": 0.006}
T = {
    "VOW.DE": (-0.5238, -1.1238, -2.1333, -1.019, 0.7238),
    "NSU.DE": (-0.6395, 0.2791, -1.0581, -0.2209, 0.0116),
    "PAH3.DE": (-0.2018, -1.844, -0.3028, -1.6514, 0.8257),
    "BMW.DE": (0.2597, -0.7792, -3.1558, 0.1558, -0.987),
    "DAI.DE": (-0.5, -0.3833, -3.9, -0.3833, -1.8),
}
CAR = {"VOW.DE": -0.0428, "NSU.DE": -0.014, "PAH3.DE": -0.0346, "BMW.DE": -0.0347}
CAR |= {"DAI.DE": -0.0418}
CAR_T = {"VOW.DE": -1.8229, "NSU.DE": -0.728, "PAH3.DE": -1.4196, "BMW.DE": -2.0154}
CAR_T |= {"DAI.DE": -3.1156}
# One unit of the last decimal, added to the deviation by the forecast term.
UNIT = 0.0001
RAISED = {-2: ("BMW.DE",), -1: VW + OTHER, 0: ("BMW.DE",), 1: ("BMW.DE",), 2: ("BMW.DE",)}
AAR = {
    VW: (-0.0044, -0.0098, -0.0116, -0.0102, 0.0056),
    OTHER: (-0.0005, -0.0042, -0.0238, -0.0006, -0.0092),
}
PATELL = {
    VW: (-0.785, -1.5322, -2.0092, -1.6626, 0.8977),
    OTHER: (-0.1715, -0.8073, -4.9406, -0.1616, -1.9538),
}
ADJUSTED_PATELL = {
    VW: (-0.7498, -1.4636, -1.9192, -1.5881, 0.8575),
    OTHER: (-0.1348, -0.6342, -3.8815, -0.127, -1.535),
}
BMP = {
    VW: (-3.4752, -1.4385, -2.193, -2.3288, 2.0322),
    OTHER: (-0.322, -2.9228, -8.9412, -0.4272, -3.3602),
}
ADJUSTED_BMP = {
    VW: (-3.2388, -1.3407, -2.0438, -2.1704, 1.894),
    OTHER: (-0.1559, -1.4153, -4.3295, -0.2069, -1.6271),
}
CROSS_SECTIONAL = {
    VW: (-4, -1.4918, -2.0518, -2.1915, 2.0267),
    OTHER: (-0.2, -2.2703, -52.8889, -0.3429, -5.75),
}
GENERALIZED_SIGN = {
    VW: (-1.5604, -0.3994, -1.5604, -1.5604, 1.9226),
    OTHER: (0.034, -1.3807, -1.3807, 0.034, -1.3807),
}
CAAR_PATELL = {VW: -2.2769, OTHER: -3.5933}
CAAR_CROSS_SECTIONAL = {VW: -3.5563, OTHER: -10.7746}
CAAR_BMP = {VW: -4.1399, OTHER: -4.6636}

LAST = 1.01e-4  # one unit of the last decimal that is printed
GROUPS = [pytest.param(VW, id="VW"), pytest.param(OTHER, id="other")]


def _standardized_eventstudytools(firm: str, offset: int) -> float:
    raised = SD[firm] + UNIT * (firm in RAISED[offset])
    return ABNORMAL[firm][OFFSETS.index(offset)] / raised


def _patell_eventstudytools(sums: list[float], length: int = 1) -> float:
    variance = length * (SESSIONS - 2) / (SESSIONS - 4)
    return sum(sums) / math.sqrt(len(sums) * variance)


def _bmp_eventstudytools(standardized: list[float]) -> float:
    return mean(standardized) / (stdev(standardized) / math.sqrt(len(standardized)))


def _cross_sectional_eventstudytools(abnormal: list[float], printed_mean: float) -> float:
    return printed_mean / (stdev(abnormal) / math.sqrt(len(abnormal)))


def _correlation_eventstudytools(patell: float, adjusted: float, firms: int) -> float:
    """r̄ from 1 + (N − 1)r̄, the square of how much the adjustment takes from Patell's Z."""
    return ((patell / adjusted) ** 2 - 1) / (firms - 1)


def _kolari_pynnonen_eventstudytools(bmp: float, correlation: float, firms: int) -> float:
    return bmp * math.sqrt((1 - correlation) / (1 + (firms - 1) * correlation))


def _generalized_sign_eventstudytools(positive: int, firms: int, share: float) -> float:
    return (positive - firms * share) / math.sqrt(firms * share * (1 - share))


@pytest.mark.parametrize("firm", VW + OTHER)
def test_t_of_one_firm_leaves_the_forecast_term_out(firm: str) -> None:
    assert [round(value / SD[firm], 4) for value in ABNORMAL[firm]] == list(T[firm])
    assert round(CAR[firm] / (SD[firm] * math.sqrt(5)), 4) == CAR_T[firm]
    assert sum(ABNORMAL[firm]) == pytest.approx(CAR[firm], abs=1e-9)


@pytest.mark.parametrize("group", GROUPS)
def test_patell_and_bmp_have_it(group: tuple[str, ...]) -> None:
    for index, offset in enumerate(OFFSETS):
        values = [_standardized_eventstudytools(firm, offset) for firm in group]
        assert _patell_eventstudytools(values) == pytest.approx(PATELL[group][index], abs=LAST)
        assert _bmp_eventstudytools(values) == pytest.approx(BMP[group][index], abs=LAST)


@pytest.mark.parametrize("group", GROUPS)
def test_the_cross_sectional_t_takes_the_printed_mean(group: tuple[str, ...]) -> None:
    for index, printed in enumerate(AAR[group]):
        values = [ABNORMAL[firm][index] for firm in group]
        assert mean(values) == pytest.approx(printed, abs=5.01e-5)
        found = _cross_sectional_eventstudytools(values, printed)
        assert found == pytest.approx(CROSS_SECTIONAL[group][index], abs=LAST)


@pytest.mark.parametrize("group", GROUPS)
def test_kolari_and_pynnonen_follow_from_patell(group: tuple[str, ...]) -> None:
    """Of the five sessions the one with the largest Z gives r̄ most exactly."""
    largest = max(range(5), key=lambda index: abs(PATELL[group][index]))
    pair = PATELL[group][largest], ADJUSTED_PATELL[group][largest]
    correlation = _correlation_eventstudytools(*pair, len(group))
    for index, published in enumerate(ADJUSTED_BMP[group]):
        plain = BMP[group][index]
        found = _kolari_pynnonen_eventstudytools(plain, correlation, len(group))
        assert found == pytest.approx(published, abs=5e-4)
        adjusted = PATELL[group][index] / math.sqrt(1 + (len(group) - 1) * correlation)
        assert adjusted == pytest.approx(ADJUSTED_PATELL[group][index], abs=LAST)


@pytest.mark.parametrize("group", GROUPS)
def test_one_share_of_positive_returns_gives_every_sign_test(group: tuple[str, ...]) -> None:
    firms = len(group)
    positive = [sum(ABNORMAL[firm][index] > 0 for firm in group) for index in range(5)]
    first = GENERALIZED_SIGN[group][1]

    def off(share: float) -> float:
        return _generalized_sign_eventstudytools(positive[1], firms, share) - first

    share = float(optimize.brentq(off, 0.01, 0.99))
    found = [_generalized_sign_eventstudytools(count, firms, share) for count in positive]
    assert found == pytest.approx(GENERALIZED_SIGN[group], abs=5e-4)


@pytest.mark.parametrize("group", GROUPS)
def test_several_sessions(group: tuple[str, ...]) -> None:
    """Patell adds the standardized returns; BMP divides CAR by σ√L₂, the textbook by its own s."""
    pairs = [(firm, offset) for firm in group for offset in OFFSETS]
    sums = [math.fsum(starmap(_standardized_eventstudytools, pairs))]
    found = _patell_eventstudytools(sums, 5 * len(group))
    assert found == pytest.approx(CAAR_PATELL[group], abs=2e-4)
    cars = [CAR[firm] for firm in group]
    cross = _cross_sectional_eventstudytools(cars, mean(cars))
    assert cross == pytest.approx(CAAR_CROSS_SECTIONAL[group], abs=LAST)
    bmp = _bmp_eventstudytools([CAR_T[firm] for firm in group])
    assert bmp == pytest.approx(CAAR_BMP[group], abs=2e-4)


# `eventstudy` 0.1 of the Python Package Index, the table of its README (Apple, 2013, 300 sessions):
# CAR and its variance after one to ten sessions, t and p. The variance grows as kσ², without the
# forecast term, and p is *one-sided*: half of what every other engine prints.
README = [
    (-0.053, 0.00048, -2.42, 0.01),
    (-0.041, 0.00096, -1.33, 0.09),
    (-0.055, 0.00144, -1.43, 0.08),
    (-0.051, 0.00192, -1.15, 0.13),
    (-0.128, 0.00289, -2.37, 0.01),
    (-0.116, 0.00433, -1.77, 0.04),
    (-0.14, 0.00481, -2.02, 0.02),
]


@pytest.mark.parametrize(("car", "variance", "t", "p"), README)
def test_p_of_pythons_eventstudy_is_one_sided(
    car: float, variance: float, t: float, p: float
) -> None:
    assert car / math.sqrt(variance) == pytest.approx(t, abs=0.03)  # three decimals of CAR
    one_sided = float(stats.t.sf(abs(t), 299))
    assert round(one_sided, 2) == pytest.approx(p)
    assert round(2 * one_sided, 2) != pytest.approx(p)
