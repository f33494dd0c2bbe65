"""Benchmarks without the share itself."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.arrays import Floats
from deepseek_shock.analysis.benchmarks import find_weight
from deepseek_shock.analysis.contribution import Composition, Constituent, Weighting
from deepseek_shock.analysis.leaveout import carry_weights, index_without, mean_of_others
from deepseek_shock.analysis.moves import find_move
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.instrument import Text, make_instrument
from tests.builders import asked, pair

NAN = np.nan


def test_the_mean_of_others_by_hand() -> None:
    returns = np.array([[0.01, NAN, 0.03], [0.02, 0.04, NAN], [0.06, NAN, NAN]])
    expected = [[0.04, 0.04, NAN], [0.035, NAN, 0.03], [0.015, 0.04, 0.03]]
    assert mean_of_others(returns) == pytest.approx(np.array(expected), nan_ok=True)


def test_one_share_has_no_others() -> None:
    assert np.isnan(mean_of_others(np.array([[0.01, 0.02]]))).all()


PRICES = np.array([[100.0, 110, 99, 120, 60], [50, 49, 51, 50, 50], [20, 20, 21, 25, 24]])


def changes(prices: Floats) -> Floats:
    return np.asarray(prices[..., 1:] / prices[..., :-1] - 1)


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("factors", [(5.0, 3.0, 10.0), (1.0, 1.0, 1.0)])
def test_an_index_without_a_share_is_the_index_of_the_others(
    factors: tuple[float, ...], at: int
) -> None:
    """Shares outstanding, or a price-weighted index's factors: both are Σ factor × price."""
    parts = np.array(factors)[:, None] * PRICES
    index = changes(parts.sum(axis=0))
    weights = (parts / parts.sum(axis=0))[:, at]
    others = np.stack([changes(np.delete(parts, one, axis=0).sum(axis=0)) for one in range(3)])
    returns = changes(PRICES)
    assert index_without(index, returns, weights, at) == pytest.approx(others, abs=1e-15)
    carried = carry_weights(index, returns, weights, at)
    assert carried == pytest.approx((parts / parts.sum(axis=0))[:, :-1])


def test_a_share_that_is_no_part_leaves_the_index_as_it_is() -> None:
    index, returns = np.array([0.01, -0.02]), np.array([[0.05, NAN], [0.05, 0.01], [0.01, -0.02]])
    found = index_without(index, returns, np.array([0.0, NAN, 1.0]), 0)
    assert found[:2].tolist() == [[0.01, -0.02]] * 2
    assert np.isnan(found[2]).all()  # it is all of the index: nothing is left


def test_a_missing_return_carries_the_part_as_it_is() -> None:
    index, returns = np.array([0.0, 0.0, 0.0]), np.array([[0.1, NAN, 0.2]])
    weights = carry_weights(index, returns, np.array([0.1]), 0)
    assert weights == pytest.approx(np.array([[0.1, 0.11, 0.11]]))
    # −0.011 ÷ 0.9; nothing; −0.022 ÷ 0.89
    expected = np.array([[-0.01 / 0.9, NAN, -0.022 / 0.89]])
    assert index_without(index, returns, np.array([0.1]), 0) == pytest.approx(expected, nan_ok=True)


@given(st.floats(0.001, 0.9), st.floats(-0.5, 0.5), st.floats(-0.2, 0.2))
def test_the_index_is_put_together_again(weight: float, own: float, market: float) -> None:
    rest = index_without(np.array([market]), np.array([[own]]), np.array([weight]), 0)
    assert weight * own + (1 - weight) * rest[0, 0] == pytest.approx(market, abs=1e-12)


@pytest.mark.parametrize(
    ("weighting", "factor", "weight"),
    [
        (Weighting.PRICE, "2", 0.2),  # 2 × 100 of ½ × 2,000
        (Weighting.PRICE, "9", 0.9),
        (Weighting.PRICE, "10", None),  # all of it: nothing is left
        (Weighting.PRICE, "11", None),
        (Weighting.PRICE, "0", None),
        (Weighting.CAPITALISATION, "0.08", 0.08),
        (Weighting.CAPITALISATION, "1", None),
        (Weighting.CAPITALISATION, "0", None),
    ],
)
def test_the_part_that_a_share_has(weighting: Weighting, factor: str, weight: float | None) -> None:
    """At the close before: prices of the day itself would have the move in them."""
    share, index = (
        find_move(pair(ticker, *closes), asked(XNYS))
        for ticker, closes in (("AAA", ("100", "93")), ("^GSPC", ("2000", "1900")))
    )
    parts = (Constituent(make_instrument("AAA"), Decimal(factor)),)
    made = Composition(
        index.instrument, weighting, asked(XNYS), Decimal("0.5"), parts, Text("by hand", "手計算")
    )
    assert find_weight(made, share, index) == pytest.approx(weight)
    other = find_move(pair("BBB", "100", "93"), asked(XNYS))
    assert find_weight(made, other, index) is None
