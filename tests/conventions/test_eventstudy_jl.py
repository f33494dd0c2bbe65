"""*Convention-exact*: EventStudy.jl, which follows Stata's `eventstudy2`, to the last digit.

The published figures are the expectations of `test/Testcase_Clean/tests.jl` in
github.com/florian-st/EventStudy.jl (MIT licence, read at commit 41bdbbf), which its author holds
against Stata. The functions here follow that engine's formulas, and are not what shock ships:

* the residual deviation divides by n − k − 1, k regressors beside the constant: the textbook's;
* a standardized abnormal return divides by σ(1 + h)^¼ where the textbook has σ(1 + h)^½;
* over several sessions it adds SARₜ/√t, t counted from the span's first session, so that later
  sessions weigh less; the textbook divides the cumulative return by its own deviation;
* r̄ is taken from the standardized residuals;
* p of Kolari and Pynnönen's test is from Student's t with n − k − 1 degrees of freedom (the number
  of sessions), where shock takes N − 1 (the number of firms);
* GRANK divides the cumulative figures by the *standard error* of their mean and multiplies them by
  Kolari and Pynnönen's factor, where the paper divides by their deviation: the event's ranks go to
  the ends, and the statistic with them. The scale of the mean rank leaves the event's slot out, and
  T is the length of the estimation window instead of one more.

Everything published on the complete data is hit. Not tried: its data set with missing days
(`test/data`, Maynes and Rumsey's adjustment), of which it publishes no figures. AAR of G1 in
session −5 is not among its expectations.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from deepseek_shock.analysis.design import StatisticName
from tests.conventions.sp500 import ESTIMATION, EVENT, LENGTH, needs_sample, rows, sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

pytestmark = needs_sample

# From session −4 (G1) and −5 (G2) to 5, rounded as they stand there.
AAR = {
    "G1": """
        -4 -.0001844 .0041964 -.002487 -.0092609 -.0046859
        .0619481 .0098247 .0127586 .0085555 .0293382
    """,
    "G2": """
        -5 -.0007243 -.000981 -.0013198 .0095689 -.0052336 -.0099132
        .0688317 -.0026087 .0167726 -.0088213 .0203204
    """,
}
CAAR = {
    ("G1", -5, 5): 0.1100127,
    ("G2", -5, 5): 0.0858916,
    ("G1", 0, 1): 0.0572621,
    ("G2", 0, 1): 0.0589185,
}


def _regressors(market: Array) -> Array:
    return np.column_stack([np.ones(len(market)), market])


def _abnormal_eventstudy_jl(returns: Array, market: Array) -> Array:
    """AR of one event in all sessions of both windows."""
    fitted = stats.linregress(market[:LENGTH], returns[:LENGTH])
    return np.asarray(returns - fitted.intercept - fitted.slope * market)


def _residual_sd_eventstudy_jl(abnormal: Array, regressors: int = 1) -> float:
    squares = float((abnormal[:LENGTH] ** 2).sum())
    return math.sqrt(squares / (LENGTH - regressors - 1))


def _standardized_eventstudy_jl(abnormal: Array, market: Array) -> Array:
    """SAR of one event; leverage h over the estimation window."""
    design = _regressors(market[:LENGTH])
    inverse = np.linalg.inv(design.T @ design)
    leverage = np.array([row @ inverse @ row for row in _regressors(market)])
    return abnormal / (_residual_sd_eventstudy_jl(abnormal) * (1 + leverage) ** 0.25)


def _factor_eventstudy_jl(standardized: Array) -> float:
    correlations = np.asarray(np.corrcoef(standardized[:, :LENGTH]))
    firms = len(correlations)
    mean = float(correlations[np.tril_indices(firms, -1)].mean())
    return math.sqrt((1 - mean) / (1 + (firms - 1) * mean))


def _cumulated_eventstudy_jl(standardized: Array, first: int, last: int) -> Array:
    span = standardized[:, _slot(first) : _slot(last) + 1]
    return np.asarray((span / np.sqrt(np.arange(1, span.shape[1] + 1))).sum(axis=1))


def _kolari_pynnonen_eventstudy_jl(
    standardized: Array, first: int, last: int
) -> tuple[float, float]:
    values = _cumulated_eventstudy_jl(standardized, first, last)
    bmp = float(values.mean() / (values.std(ddof=1) / math.sqrt(len(values))))
    statistic = bmp * _factor_eventstudy_jl(standardized)
    return statistic, float(2 * stats.t.sf(abs(statistic), LENGTH - 2))


def _grank_eventstudy_jl(
    abnormal: Array, standardized: Array, first: int, last: int
) -> tuple[float, float]:
    values = _cumulated_eventstudy_jl(standardized, first, last)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    event = values * _factor_eventstudy_jl(standardized) / error
    estimation = np.array([row[:LENGTH] / _residual_sd_eventstudy_jl(row) for row in abnormal])
    ranks = stats.rankdata(np.column_stack([estimation, event]), method="ordinal", axis=1)
    mean = (ranks / (LENGTH + 2) - 0.5).mean(axis=0)
    z = float(mean[-1]) / math.sqrt(float((mean[:-1] ** 2).sum()) / LENGTH)
    statistic = z * math.sqrt((LENGTH - 2) / (LENGTH - 1 - z**2))
    return statistic, float(2 * stats.t.sf(abs(statistic), LENGTH - 2))


def _slot(offset: int) -> int:
    return offset - ESTIMATION.start


def _group(name: str) -> tuple[Array, Array]:
    """AR and SAR of a group, an event a row."""
    found = sample(name)
    pairs = list(zip(found.returns, found.market, strict=True))
    abnormal = [_abnormal_eventstudy_jl(returns, market) for returns, market in pairs]
    standardized = [
        _standardized_eventstudy_jl(row, market)
        for row, (_, market) in zip(abnormal, pairs, strict=True)
    ]
    return np.array(abnormal), np.array(standardized)


def convention_p(group: str, first: int, last: int, name: StatisticName) -> float:
    """What that engine's formulas make of a span: p of Kolari and Pynnönen's test, or of GRANK."""
    abnormal, standardized = _group(group)
    if name is StatisticName.GRANK:
        return _grank_eventstudy_jl(abnormal, standardized, first, last)[1]
    return _kolari_pynnonen_eventstudy_jl(standardized, first, last)[1]


@pytest.mark.parametrize(("group", "events"), [("G1", 16), ("G2", 10)])
def test_firms_recur_and_events_do_not(group: str, events: int) -> None:
    assert len(sample(group).firms) == events
    assert len({row["id_firm"] for row in rows("events.csv")}) == 16


@pytest.mark.parametrize("group", ["G1", "G2"])
def test_mean_abnormal_returns(group: str) -> None:
    first, *published = map(float, AAR[group].split())
    found = _group(group)[0].mean(axis=0)[_slot(int(first)) :]
    assert [round(value, 7) for value in found.tolist()] == published
    assert len(published) == EVENT.stop - int(first)


@pytest.mark.parametrize(("group", "first", "last"), list(CAAR))
def test_mean_cumulative_abnormal_returns(group: str, first: int, last: int) -> None:
    abnormal = _group(group)[0][:, _slot(first) : _slot(last) + 1]
    assert round(float(abnormal.sum(axis=1).mean()), 7) == CAAR[group, first, last]


def test_kolari_and_pynnonen() -> None:
    statistic, p = _kolari_pynnonen_eventstudy_jl(_group("G1")[1], 0, 1)
    assert (round(statistic, 6), round(p, 6)) == (1.770422, 0.079354)


def test_generalized_rank() -> None:
    statistic, p = _grank_eventstudy_jl(*_group("G1"), 0, 1)
    assert (round(statistic, 6), round(p, 7)) == (4.151076, 0.0000644)
