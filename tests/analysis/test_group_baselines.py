"""The shipped baselines of groups, made again from the longer histories that they come from.

Outside the checkout, and skipped where that is not at hand.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from deepseek_shock.analysis.design import Model, Statistic, StatisticName
from deepseek_shock.analysis.grouptests import GroupResiduals, make_ready, session_tests
from deepseek_shock.analysis.models import fit, judge
from deepseek_shock.analysis.teststatistics import moments, spread
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import sessions_between, shift_session

NEW_YORK, TOKYO = date(2025, 1, 27), date(2025, 1, 28)
GROUPS = {
    "us-chips": (XNYS, NEW_YORK),
    "us-datacentre": (XNYS, NEW_YORK),
    "us-platforms": (XNYS, NEW_YORK),
    "tokyo-ai": (XTKS, NEW_YORK),
    "tokyo-power": (XTKS, NEW_YORK),
    "tokyo-others": (XTKS, NEW_YORK),
}
Closes = Mapping[str, Mapping[date, float]]
S = StatisticName


class Studied(NamedTuple):
    """A group on 27 January 2025: its summary, the days of its window, and what was found."""

    days: tuple[date, ...]
    residuals: GroupResiduals
    tests: dict[StatisticName, Statistic]
    abnormal: np.ndarray
    sar: np.ndarray


@pytest.fixture(scope="module")
def shared(checkout: Path) -> Path:
    found = checkout.parent / "shared"
    if not (found / "data" / "bars_2023_2025.csv.gz").is_file():
        pytest.skip("needs the longer histories, which are kept outside the checkout")
    return found


@cache
def closes_in(path: Path) -> Closes:
    found: dict[str, dict[date, float]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["close"]:
                found[row["ticker"]][date.fromisoformat(row["session"])] = float(row["close"])
    return found


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def study(shared: Path, name: str) -> Studied:
    exchange, event = GROUPS[name]
    closes = closes_in(shared / "data" / "bars_2023_2025.csv.gz")
    members = [one for one in read(shared / "facts" / "instruments.csv") if one["group"] == name]
    days = sessions_between(exchange, shift_session(exchange, event, -261), event)

    def returns(ticker: str) -> list[float]:
        held = [closes[ticker].get(day, np.nan) for day in days]
        return list(np.diff(held) / held[:-1])

    panel = np.array([returns(one["ticker"]) for one in members])
    market = np.array([returns(one["benchmark"]) for one in members])
    fitted = fit(panel[:, :250], market[:, :250], Model.MARKET, 60)
    abnormal = judge(fitted, panel[:, -1:], market[:, -1:])
    group = make_ready(fitted.residuals, fitted.sd, fitted.df, abnormal.returns, abnormal.factors)
    found = {one.name: one for one in session_tests(group, 0)}
    sar = abnormal.returns / (fitted.sd[:, None] * np.sqrt(abnormal.factors))
    return Studied(days[1:251], group.residuals, found, abnormal.returns[:, 0], sar[:, 0])


@pytest.mark.parametrize("name", GROUPS)
def test_the_shipped_baselines_are_found_again(shared: Path, name: str) -> None:
    rows = {row["group"]: row for row in read(shared / "facts" / "group_baselines.csv")}
    expected, studied = rows[name], study(shared, name)
    found = studied.residuals
    used = [day for day, one in zip(studied.days, found.daily, strict=True) if not np.isnan(one)]
    assert found.is_listwise
    assert found.sessions == int(expected["sessions"])
    assert (used[0].isoformat(), used[-1].isoformat()) == (expected["first"], expected["last"])
    worst, best = np.nanargmin(found.daily), np.nanargmax(found.daily)
    assert studied.days[worst].isoformat() == expected["worst_session"]
    assert studied.days[best].isoformat() == expected["best_session"]
    figures = {
        "mean_pairwise_correlation": found.correlation,
        "worst_mean_residual": found.daily[worst],
        "best_mean_residual": found.daily[best],
        "sd_of_mean_residual": found.sd,
        "positive_share": found.positive_share,
    }
    for column, value in figures.items():
        assert value == pytest.approx(float(expected[column]), rel=2e-5, abs=2e-6), column


# Computed apart from this code from the same histories: AAR in per cent, t of the portfolio,
# Kolari-Pynnönen's t.
@pytest.mark.parametrize(
    ("name", "aar", "portfolio", "adjusted"),
    [
        ("us-chips", -7.44, -4.58, -1.55),
        ("us-datacentre", -17.15, -9.63, -3.51),
        ("tokyo-ai", -6.20, -4.75, -3.13),
    ],
)
def test_the_tests_of_the_day(
    shared: Path, name: str, aar: float, portfolio: float, adjusted: float
) -> None:
    found = study(shared, name)
    value = found.tests[S.PORTFOLIO].value
    assert 100 * found.abnormal.mean() == pytest.approx(aar, abs=0.006)
    # Those figures take the forecast factor of the window that all members share; here it is the
    # mean of the members', whose windows are longer where they are older (data centres).
    assert value == pytest.approx(portfolio, abs=0.02)
    assert found.tests[S.KOLARI_PYNNONEN].value == pytest.approx(adjusted, abs=0.006)


def test_the_chips_of_the_day(shared: Path) -> None:
    found = study(shared, "us-chips")
    expected = [-5.1, -5.0, -5.0, -5.2, -2.9, -1.2, -1.1, 0.3, 1.3]
    assert found.sar == pytest.approx(expected, abs=0.06)
    assert found.tests[S.BMP].value == pytest.approx(-3.12, abs=0.006)
    assert found.tests[S.KOLARI_PYNNONEN].p == pytest.approx(0.161, abs=6e-4)
    assert found.tests[S.PORTFOLIO].p == pytest.approx(7e-6, abs=5e-7)
    apart = spread(moments(list(found.sar)), found.residuals.correlation)
    assert apart == pytest.approx(2.98, abs=0.006)


@pytest.mark.parametrize(
    ("name", "test", "p"),
    [
        ("us-datacentre", S.KOLARI_PYNNONEN, 0.0066),
        ("tokyo-ai", S.KOLARI_PYNNONEN, 0.0095),
        ("tokyo-power", S.KOLARI_PYNNONEN, 0.305),
        ("tokyo-power", S.PORTFOLIO, 0.03),
    ],
)
def test_further_p_of_the_day(shared: Path, name: str, test: StatisticName, p: float) -> None:
    assert study(shared, name).tests[test].p == pytest.approx(p, rel=0.02)


@pytest.mark.parametrize("name", ["us-platforms", "tokyo-others"])
def test_nothing_is_found_of_the_others(shared: Path, name: str) -> None:
    p = study(shared, name).tests[S.PORTFOLIO].p
    assert p is not None
    assert p > 0.05
