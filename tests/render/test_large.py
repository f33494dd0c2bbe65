"""Large amounts and counts, to three and to four significant digits; the texts by hand."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.render import numbers
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Kind
from deepseek_shock.report.money import Money, Unit

EN, JA = Words(Language.EN), Words(Language.JA)
SCALES_EN = {"trillion": 10**12, "billion": 10**9, "million": 10**6}
SCALES_JA = {"兆": 10**12, "億": 10**8, "万": 10**4}


@pytest.mark.parametrize(
    ("amount", "en", "ja"),
    [
        ("-592658000000", "$593 billion", "5930億ドル"),
        ("3492763800000", "$3.49 trillion", "3兆4900億ドル"),
        ("2900105800000", "$2.90 trillion", "2兆9000億ドル"),
        ("999499999", "$999 million", "9億9900万ドル"),
        ("999500000", "$1.00 billion", "10億ドル"),
        ("994999999999", "$995 billion", "9950億ドル"),
        ("999500000000", "$1.00 trillion", "1兆ドル"),
        ("1005000", "$1.01 million", "101万ドル"),
        ("999499", "$999,000", "99万9000ドル"),
        ("999500", "$1.00 million", "100万ドル"),
        ("12345", "$12,300", "1万2300ドル"),
        ("123.45", "$123", "123ドル"),
        ("1.2345", "$1.23", "1.23ドル"),
        ("0", "$0", "0ドル"),
        ("12345000000000000", "$12,300 trillion", "12300兆ドル"),
    ],
)
def test_large_amounts(amount: str, en: str, ja: str) -> None:
    money = Money(Decimal(amount), Unit.DOLLAR)
    assert numbers.large_en(money) == en
    assert numbers.large_ja(money) == ja


def test_yen_and_signs() -> None:
    # 592.658 billion dollars at 154.49 yen.
    loss = Money(Decimal(-91559734420000), Unit.YEN)
    assert EN.print(Kind.LARGE, loss) == "¥91.6 trillion"
    assert JA.print(Kind.LARGE, loss) == "91兆6000億円"
    assert EN.print(Kind.LARGE_CHANGE, loss) == "\u2212¥91.6 trillion"
    assert JA.print(Kind.LARGE_CHANGE, loss) == "\u221291兆6000億円"
    gain = loss._replace(amount=-loss.amount)
    assert EN.print(Kind.LARGE_CHANGE, gain) == "+¥91.6 trillion"
    assert EN.print(Kind.LARGE_CHANGE, gain._replace(amount=Decimal())) == "¥0"


@pytest.mark.parametrize(
    ("count", "en", "ja"),
    [
        (24_490_000_000, "24.49 billion", "244億9000万"),
        (24_495_000_000, "24.5 billion", "245億"),  # half up
        (295_863_421, "295.9 million", "2億9590万"),
        (9_999_500, "10 million", "1000万"),
        (12_345, "12,350", "1万2350"),
        (7, "7", "7"),
        (0, "0", "0"),
    ],
)
def test_large_counts(count: int, en: str, ja: str) -> None:
    assert EN.print(Kind.MANY, count) == en
    assert JA.print(Kind.MANY, count) == ja


def read_en(text: str) -> Decimal:
    number, _, scale = text.removeprefix("$").partition(" ")
    return Decimal(number.replace(",", "")) * SCALES_EN.get(scale, 1)


def read_ja(text: str) -> Decimal:
    said = Decimal()
    rest = text.removesuffix("ドル")
    for scale, times in SCALES_JA.items():
        if scale in rest:
            whole, rest = rest.split(scale)
            said += int(whole) * times
    return said + Decimal(rest or 0)


@given(st.decimals("0.01", "1e16", allow_nan=False, places=2))
def test_what_is_printed_is_the_amount_to_three_digits(amount: Decimal) -> None:
    money = Money(amount, Unit.DOLLAR)
    en, ja = numbers.large_en(money), numbers.large_ja(money)
    assert read_en(en) == read_ja(ja)
    assert abs(read_en(en) - amount) <= amount * Decimal("0.005")
    assert len(re.sub(r"[^0-9]|(?<=[0-9])0+\b", "", en.replace(",", "")).strip("0")) <= 3
    # The sign stands apart.
    assert numbers.large_en(money._replace(amount=-amount)) == en


@given(*[st.decimals("1", "1e15", allow_nan=False, places=0)] * 2)
def test_the_larger_amount_is_printed_no_smaller(one: Decimal, other: Decimal) -> None:
    smaller, larger = (
        read_en(numbers.large_en(Money(amount, Unit.DOLLAR))) for amount in sorted((one, other))
    )
    assert smaller <= larger


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("592658000000", "5,930億ドル"),
        ("91600000000000", "91.6兆ドル"),
        ("2900105800000", "2.90兆ドル"),
        ("12345", "1.23万ドル"),
        ("123.45", "123ドル"),
    ],
)
def test_a_house_that_writes_amounts_in_figures_keeps_one_scale(amount: str, said: str) -> None:
    money = Money(Decimal(amount), Unit.DOLLAR)
    assert numbers.large_ja(money, numbers.Amounts.FIGURES) == said
    assert numbers.many_ja(24_490_000_000, numbers.Amounts.FIGURES) == "244.9億"
