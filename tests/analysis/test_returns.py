"""Returns and averages of exact prices."""

import statistics
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.returns import divide, mean, median, simple_return

prices = st.decimals(Decimal("0.01"), Decimal(100_000), places=2)
fractions = st.decimals(Decimal(-1), Decimal(5), places=6)


def test_a_quotient_has_28_digits() -> None:
    assert str(divide(Decimal(1), Decimal(3))) == "0." + 28 * "3"
    assert str(divide(Decimal(2), Decimal(3))) == "0." + 27 * "6" + "7"


@pytest.mark.parametrize(
    ("price", "base", "expected"),
    [
        ("110", "100", "0.1"),
        ("90", "100", "-0.1"),
        ("100", "100", "0"),
        ("6522", "7300", "-0.1065753424657534246575342466"),  # −778 ÷ 7300 = −389 ÷ 3650
        ("1151.5", "1116", "0.031810035842293906810035842"),  # 35.5 ÷ 1116 = 71 ÷ 2232
    ],
)
def test_a_return_is_the_price_over_the_base_less_one(price: str, base: str, expected: str) -> None:
    assert simple_return(Decimal(price), Decimal(base)) == Decimal(expected)


def test_the_lead_of_the_sample_to_five_digits() -> None:
    # −24.20 ÷ 142.62 = −0.16968 17…
    found = simple_return(Decimal("118.42"), Decimal("142.62"))
    assert found is not None
    assert Decimal("-0.169682") < found < Decimal("-0.169681")


@pytest.mark.parametrize(("price", "base"), [(None, "1"), ("1", None), (None, None)])
def test_a_return_of_what_is_unknown_is_unknown(price: str | None, base: str | None) -> None:
    assert simple_return(price and Decimal(price), base and Decimal(base)) is None  # type: ignore[arg-type]


@given(prices, prices, st.integers(1, 10_000))
def test_scaling_both_prices_changes_no_return(price: Decimal, base: Decimal, scale: int) -> None:
    assert simple_return(price * scale, base * scale) == simple_return(price, base)


@given(prices, prices)
def test_a_return_is_within_rounding_of_the_exact_one(price: Decimal, base: Decimal) -> None:
    found = simple_return(price, base)
    assert found is not None
    # The quotient is below 10**7 and has 28 digits: its last one stands at 10**−21 at the worst.
    assert abs(Fraction(found) - (Fraction(price) / Fraction(base) - 1)) <= Fraction(1, 10**21)


@given(st.lists(fractions, min_size=1, max_size=30))
def test_averages_are_those_of_the_statistics_module(values: list[Decimal]) -> None:
    assert mean(values) == statistics.mean(values)
    assert median(values) == statistics.median(values)


@given(st.lists(fractions, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_averages_do_not_depend_on_the_order(values: list[Decimal], random: object) -> None:
    shuffled = sorted(values, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert mean(shuffled) == mean(values)
    assert median(shuffled) == median(values)


def test_averages_by_hand() -> None:
    values = [Decimal(text) for text in ("-0.30", "0.10", "-0.20", "0.04")]
    assert mean(values) == Decimal("-0.09")  # −0.36 ÷ 4
    assert median(values) == Decimal("-0.08")  # (−0.20 + 0.04) ÷ 2
    assert median(values[:3]) == Decimal("-0.20")


def test_averages_of_nothing_are_unknown() -> None:
    assert mean([]) is None
    assert median([]) is None


def test_a_quotient_does_not_depend_on_the_threads_context() -> None:
    with localcontext(prec=3):
        found = simple_return(Decimal("1.2345"), Decimal("1.0000"))
    assert found == Decimal("0.2345")


def test_averages_do_not_depend_on_the_threads_context() -> None:
    with localcontext(prec=3):
        found = mean([Decimal("1.2345"), Decimal("2.3456")]), median([Decimal("1.2345")])
    assert found == (Decimal("1.79005"), Decimal("1.2345"))  # 3.5801 ÷ 2
