"""Two-sided p against scipy, high-precision figures, closed forms and laws."""

from math import atan, inf, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from deepseek_shock.analysis.tails import critical, normal_cdf, normal_p, student_p, two_sided

DEGREES = (1, 2, 3, 5, 8, 11, 38, 39, 40, 41, 42, 60, 99, 248, 249, 1000, 9999)
values = st.floats(-1e6, 1e6)
degrees = st.integers(1, 10_000)


@pytest.mark.parametrize("df", DEGREES)
def test_student_is_scipys(df: int) -> None:
    for value in (0.01, 0.1, 0.5, 0.9, 1, 1.3, 1.96, 2.5, 3, 4.58, 9.63, 20, 50, 1e3, 1e6):
        expected = 2 * stats.t.sf(value, df)
        if expected > 1e-290:
            assert student_p(value, df) == pytest.approx(expected, rel=3e-12)


# From mpmath 1.3 with 60 digits: betainc(df/2, 1/2, 0, df/(df + t²), regularized=True).
@pytest.mark.parametrize(
    ("value", "df", "expected"),
    [
        (1e-8, 1, 0.99999999363380228),
        (0.5, 3, 0.65144796484815099),
        (1.96, 248, 0.051115591931841214),
        (4.58, 249, 7.3519598510769156e-6),
        (12, 249, 1.7515521864413611e-26),
        (40, 8, 1.6785718879145792e-10),
        (9, 9999, 2.6678876309442006e-19),
        (200, 5, 5.9297660816712708e-11),
        (30, 100, 8.3803325586882922e-52),
    ],
)
def test_student_far_out(value: float, df: int, expected: float) -> None:
    assert student_p(value, df) == pytest.approx(expected, rel=1e-12)
    assert student_p(-value, df) == student_p(value, df)


@pytest.mark.parametrize(
    ("value", "expected"),
    # The same, erfc(z/√2).
    [(0, 1), (1.96, 0.049995790296440868), (12, 3.552964224155358e-33), (37, 1.1451142445e-299)],
)
def test_normal_far_out(value: float, expected: float) -> None:
    assert normal_p(value) == pytest.approx(expected, rel=1e-10)
    assert two_sided(-value, None) == normal_p(value)
    assert normal_cdf(-value) == pytest.approx(expected / 2, rel=1e-10)


@given(st.floats(-1e4, 1e4))
def test_one_and_two_degrees_have_closed_forms(value: float) -> None:
    assert student_p(value, 1) == pytest.approx(1 - 2 / pi * atan(abs(value)), abs=1e-13)
    assert student_p(value, 2) == pytest.approx(1 - abs(value) / sqrt(2 + value**2), abs=1e-13)


@given(values, values, degrees)
def test_what_lies_further_out_is_less_likely(one: float, other: float, df: int) -> None:
    near, far = sorted((abs(one), abs(other)))
    assert 0 <= student_p(far, df) <= student_p(near, df) * (1 + 1e-12) <= 1 + 1e-12
    assert student_p(one, df) == student_p(-one, df)


@given(st.floats(0, 40), degrees)
def test_more_degrees_thin_the_tails_down_to_the_normal(value: float, df: int) -> None:
    assert student_p(value, df) >= student_p(value, df + 1) * (1 - 1e-11)
    assert student_p(value, df) >= normal_p(value) * (1 - 1e-11)


@given(st.floats(0, 8))
def test_of_many_degrees_it_is_the_normal(value: float) -> None:
    # p_t = p_z + φ(z)·z(z² + 1)/(2·df) + …: Fisher's expansion (Abramowitz and Stegun, 26.7.8)
    expected = normal_p(value) + stats.norm.pdf(value) * value * (value**2 + 1) / 2e6
    assert student_p(value, 1e6) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("level", [0.5, 0.05, 0.01, 1e-6])
def test_critical_values_are_scipys(df: int, level: float) -> None:
    assert critical(level, df) == pytest.approx(stats.t.isf(level / 2, df), rel=1e-10)
    assert critical(level) == pytest.approx(stats.norm.isf(level / 2), rel=1e-12)


@given(st.floats(1e-6, 1), st.one_of(st.none(), degrees))
def test_a_critical_value_leaves_its_level(level: float, df: int | None) -> None:
    assert two_sided(critical(level, df), df) == pytest.approx(level, rel=1e-9)


def test_extremes() -> None:
    assert student_p(0, 5) == 1
    assert student_p(1e-200, 5) == 1
    assert student_p(1e200, 1) == 0
    assert student_p(-inf, 5) == 0
    assert critical(1) == 0


@pytest.mark.parametrize("level", [0, -0.1, 1.1])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(ValueError, match="two-sided level"):
        critical(level)


def test_there_is_no_student_without_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="with 0 degrees"):
        student_p(1, 0)
