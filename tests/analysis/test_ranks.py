"""Rank tests: by hand, ties, missing days, laws; GRANK-T against the same formula in loops."""

from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from deepseek_shock.analysis.design import Statistic, StatisticName
from deepseek_shock.analysis.ranks import (
    corrado,
    corrado_zivney,
    grank,
    rank_residuals,
    rank_sessions,
    rank_test,
)

Array = np.ndarray


def test_ranks_share_ties_and_leave_gaps() -> None:
    found = rank_sessions(np.array([[3.0, 1, 1, 2], [5, nan, 4, 4]]))
    assert found[0].tolist() == [4, 1.5, 1.5, 3]
    assert found[1].tolist() == pytest.approx([3, nan, 1.5, 1.5], nan_ok=True)


class TestCorrado:
    # Two firms, three sessions, the event last: mean ranks 2, 1.5, 2.5, less 2.
    abnormal = np.array([[1.0, 2, 3], [3, 1, 2]])
    # S² = (0 + ¼ + ¼)/3
    event = 0.5 / sqrt(0.5 / 3)

    def test_by_hand(self) -> None:
        found = rank_test(corrado(rank_sessions(self.abnormal)), 2, 2)
        assert found.name is StatisticName.CORRADO
        assert found.value == pytest.approx(self.event)
        assert found.p == pytest.approx(2 * stats.norm.sf(self.event))
        assert found.df is None

    def test_of_complete_data_both_are_one(self) -> None:
        found = rank_test(corrado_zivney(rank_sessions(self.abnormal)), 2, 2)
        assert found.name is StatisticName.CORRADO_ZIVNEY
        assert found.value == pytest.approx(self.event)

    def test_several_days(self) -> None:
        # (−½ + ½)/√2, and (0 − ½)/√2 of the deviation
        scores = corrado(rank_sessions(self.abnormal))
        assert rank_test(scores, 1, 2).value == pytest.approx(0, abs=1e-12)
        assert rank_test(scores, 0, 1).value == pytest.approx(-self.event / sqrt(2))

    def test_a_missing_day_needs_corrado_and_zivney(self) -> None:
        ranks = rank_sessions(np.array([[1, nan, 3], [3.0, 1, 2]]))
        assert rank_test(corrado(ranks), 2, 2).value is None
        # U of the first firm: 1/3 − ½, none, 2/3 − ½; of the second: ¼, −¼, 0
        daily = ((-1 / 6 + 1 / 4) / sqrt(2), -1 / 4, 1 / 6 / sqrt(2))
        deviation = sqrt(sum(one**2 for one in daily) / 3)
        found = rank_test(corrado_zivney(ranks), 2, 2)
        assert found.value == pytest.approx(daily[2] / deviation)

    def test_a_session_without_a_firm_counts_as_none(self) -> None:
        with_gap = np.insert(self.abnormal, 1, nan, axis=1)
        found = rank_test(corrado_zivney(rank_sessions(with_gap)), 3, 3)
        assert found.value == pytest.approx(self.event)
        assert rank_test(corrado_zivney(rank_sessions(with_gap)), 1, 1).value is None

    def test_equal_returns_say_nothing(self) -> None:
        ranks = rank_sessions(np.ones((2, 5)))
        for scores in (corrado(ranks), corrado_zivney(ranks)):
            assert rank_test(scores, 4, 4) == Statistic(scores.name, None, None, None)


class TestGrank:
    def test_by_hand(self) -> None:
        # SCAR 3 and 1 have the deviation √2: SCAR* 2.12 and 0.71. Ranks of five-and-one-half less:
        # firm 1 (−1, 1, 0, event): −.3, .1, −.1, .3; firm 2 (0, −2, 5, event): −.1, −.3, .3, .1.
        # Means −.2, −.1, .1, .2; S² = .1/4; Z² = .04/.025 = 1.6; t = Z√(2/(3 − 1.6)).
        residuals = rank_residuals(np.array([[-1.0, 1, 0], [0, -2, 5]]))
        found = grank(residuals, np.array([3.0, 1]))
        expected = sqrt(1.6) * sqrt(2 / 1.4)
        assert found.value == pytest.approx(expected)
        assert found.df == 2
        assert found.p == pytest.approx(2 * stats.t.sf(expected, 2))

    @pytest.mark.parametrize("standardized", [[3.0], [2.0, 2.0]])
    def test_without_a_deviation_there_is_none(self, standardized: list[float]) -> None:
        residuals = rank_residuals(np.array([[-1.0, 1, 0], [0, -2, 5]])[: len(standardized)])
        assert grank(residuals, np.array(standardized)).value is None

    def test_at_its_bound_there_is_none(self) -> None:
        # All sessions but the event's have one mean rank: Z² = T − 1, and t would be infinite.
        residuals = rank_residuals(np.array([[-0.1, 0.1], [0.1, -0.1]]))
        assert grank(residuals, np.array([30.0, 10])).value is None


def loop_grank(residuals: Array, standardized: Array) -> float:
    """GRANK-T written once more, firm by firm, with scipy's ranks."""
    firms, length = residuals.shape
    star = standardized / np.std(standardized, ddof=1)
    scores = np.full((firms, length + 1), nan)
    for at, row in enumerate(np.column_stack([residuals, star])):
        held = ~np.isnan(row)
        scores[at, held] = stats.rankdata(row[held]) / (held.sum() + 1) - 0.5
    present = (~np.isnan(scores)).sum(axis=0)
    kept = present > 0
    means = np.nansum(scores, axis=0)[kept] / present[kept]
    slots = int(kept.sum())
    z = means[-1] / np.sqrt(np.sum(present[kept] / firms * means**2) / slots)
    return float(z * np.sqrt((slots - 2) / (slots - 1 - z**2)))


@pytest.mark.parametrize("missing", [0, 0.1, 0.6])
@pytest.mark.parametrize("has_ties", [False, True])
def test_grank_is_that_of_loops(missing: float, *, has_ties: bool) -> None:
    rng = np.random.default_rng(7)
    residuals = rng.normal(size=(6, 40)) + 0.5 * rng.normal(size=40)
    event = rng.normal(-0.6, 1, size=6)
    if has_ties:
        residuals, event = np.round(residuals), np.round(event)
    residuals[rng.random(residuals.shape) < missing] = nan
    residuals[:, 3] = nan if missing else residuals[:, 3]
    found = grank(rank_residuals(residuals), event)
    assert found.value == pytest.approx(loop_grank(residuals, event))


panels = arrays(
    np.float64, st.tuples(st.integers(2, 6), st.integers(4, 20)), elements=st.floats(-3, 3)
)


@given(panels, st.randoms(use_true_random=False), st.floats(0, 0.7))
def test_grank_keeps_its_bound_and_its_sign(panel: Array, random: object, missing: float) -> None:
    assert hasattr(random, "getrandbits")
    rng = np.random.default_rng(random.getrandbits(32))
    residuals, event = panel[:, 1:].copy(), panel[:, 0]
    residuals[rng.random(residuals.shape) < missing] = nan
    there = grank(rank_residuals(residuals), event)
    back = grank(rank_residuals(-residuals), -event)
    assert (there.value is None) == (back.value is None)
    if there.value is None or back.value is None or there.df is None:
        return
    assert there.value == pytest.approx(-back.value, rel=1e-6, abs=1e-9)
    # Z = t√((T − 1)/(T − 2 + t²)) stays below √(T − 1) for whatever t that is finite
    assert np.isfinite(there.value)


@given(panels, st.permutations(range(6)))
def test_firms_have_no_order(panel: Array, order: list[int]) -> None:
    turned = panel[[at for at in order if at < len(panel)]]
    for make in (corrado, corrado_zivney):
        one = rank_test(make(rank_sessions(panel)), 0, 1).value
        other = rank_test(make(rank_sessions(turned)), 0, 1).value
        assert one == pytest.approx(other, abs=1e-9)


@given(panels)
# Two firms whose ranks cancel out: what rounding leaves of them must not become a statistic.
@example(np.array([[1.0, 0, 0, 0], [-1, 0, 0, 0]]))
def test_ranks_care_for_order_alone(panel: Array) -> None:
    panel = np.round(panel, 2)
    for make in (corrado, corrado_zivney):
        one = rank_test(make(rank_sessions(panel)), 0, 0).value
        other = rank_test(make(rank_sessions(np.exp(panel) - 50)), 0, 0).value
        back = rank_test(make(rank_sessions(-panel)), 0, 0).value
        assert one == pytest.approx(other)
        assert one == pytest.approx(None if back is None else -back)
