"""Power against MacKinlay's table and against statsmodels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import normal_power

from deepseek_shock.analysis.power import independent, power, smallest_effect


# MacKinlay (1997): two-sided 5 %, analytic, independent firms.
@pytest.mark.parametrize(
    ("sd", "firms", "row"),
    [
        (0.04, 10, (0.0681, 0.1241, 0.2203, 0.3526)),
        (0.04, 50, (0.1432, 0.4239, 0.7554, 0.9424)),
        (0.04, 100, (0.2395, 0.7054, 0.9633, 0.9988)),
        (0.02, 1, (0.0572, 0.0791, 0.1165, 0.1701)),
        (0.02, 10, (0.1241, 0.3526, 0.6597, 0.8854)),
        (0.02, 50, (0.4239, 0.9424, 0.9996, 1.0000)),
    ],
)
def test_power_is_mackinlays(sd: float, firms: int, row: tuple[float, ...]) -> None:
    for effect, expected in zip((0.005, 0.01, 0.015, 0.02), row, strict=True):
        assert power(effect, sd, firms, 0) == pytest.approx(expected, abs=5e-5)
        assert power(-effect, sd, firms, 0) == power(effect, sd, firms, 0)


@given(st.floats(0, 0.2), st.floats(0.005, 0.1), st.integers(1, 300), st.floats(0, 1))
def test_power_is_statsmodels(effect: float, sd: float, firms: int, correlation: float) -> None:
    worth = firms / (1 + (firms - 1) * correlation)
    expected = normal_power(effect / sd, worth, 0.05)
    assert power(effect, sd, firms, correlation) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("firms", "correlation", "worth"),
    [
        (9, 0.25, 3),
        (1, None, 1),
        (1, 0.3, 1),
        (9, None, 1),  # unknown: as if they moved as one
        (9, 1, 1),
        (9, -0.1, 9),  # never worth more than they are
        (9, 0, 9),
    ],
)
def test_of_how_many_independent_firms_a_group_is_worth(
    firms: int, correlation: float | None, worth: float
) -> None:
    assert independent(firms, correlation) == pytest.approx(worth)


@given(st.floats(0.005, 0.1), st.integers(1, 300), st.floats(0, 1), st.floats(0.1, 0.99))
def test_the_smallest_effect_is_found_so_often(
    sd: float, firms: int, correlation: float, wanted: float
) -> None:
    effect = smallest_effect(sd, firms, correlation, wanted)
    assert power(effect, sd, firms, correlation) == pytest.approx(wanted, abs=1e-9)


def test_the_smallest_effect_by_hand() -> None:
    # 1.959964 + 0.841621 deviations of the mean; the other side adds a millionth
    assert smallest_effect(0.04, 16, 0) == pytest.approx(0.02801585, rel=2e-6)
