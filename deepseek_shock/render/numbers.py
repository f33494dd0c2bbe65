"""Numbers and amounts as they are printed: rounded once, here and nowhere else.

Every function is pure. Minus is U+2212: a line may then start with a figure without becoming a
list, and no font draws it as a dash. A house style may have another: `Words` puts it in.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.render.currencies import AS_QUOTED, sign_en, word_ja
from deepseek_shock.report.money import Money, Unit

MINUS = "\u2212"
MOST_DECIMALS = 6
"""Of a printed percentage: more would be digits that no price has."""

_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    "ninth",
)
_NUMBERS = (*("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),)
_MAN = 10_000
_LARGE_DIGITS, _MANY_DIGITS = 3, 4
_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))  # and their zeros
_KANJI_SCALES = ((12, "兆"), (8, "億"), (4, "万"))


class Rounding(StrEnum):
    """How a figure is cut to its decimals; `down` is towards zero, as papers that truncate do."""

    HALF_UP = "half-up"
    DOWN = "down"


class Amounts(StrEnum):
    """How Japanese prose writes an amount: 3万9565円80銭, or in figures 39,565.80円."""

    KANJI = "kanji"
    FIGURES = "figures"


class Precision(NamedTuple):
    """Decimals of a printed percentage, and how it is rounded to them."""

    decimals: int = 2
    rounding: Rounding = Rounding.HALF_UP


def rounded(
    value: Decimal | float, decimals: int, rounding: Rounding = Rounding.HALF_UP
) -> Decimal:
    """Round half away from zero, or towards zero."""
    mode = ROUND_DOWN if rounding is Rounding.DOWN else ROUND_HALF_UP
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), mode)


def unsigned(value: Decimal) -> str:
    """Print the size with thousands separators."""
    return f"{abs(value):,f}"


def signed(value: Decimal) -> str:
    """Print with + or −; a zero has no sign."""
    return f"{sign(value)}{unsigned(value)}"


def sign(value: Decimal) -> str:
    """Print + or −, and nothing for a zero."""
    return "" if not value else "+" if value > 0 else MINUS


def percent(fraction: Decimal | float, precision: Precision) -> str:
    """Print a fraction as a signed percentage: −16.97%."""
    return f"{signed(_in_percent(fraction, precision))}%"


def percent_size(fraction: Decimal | float, precision: Precision) -> str:
    """Print the size of a fraction as a percentage: 16.97%."""
    return f"{unsigned(_in_percent(fraction, precision))}%"


def _in_percent(fraction: Decimal | float, precision: Precision) -> Decimal:
    exact = fraction if isinstance(fraction, Decimal) else Decimal(str(fraction))
    return rounded(exact * 100, precision.decimals, precision.rounding)


def sigma(value: float) -> str:
    """Print a number of standard deviations: −5.2."""
    return signed(rounded(value, 1))


def multiple(value: float) -> str:
    """Print a ratio without its unit: 4.1."""
    return unsigned(rounded(value, 1))


def quoted(money: Money) -> Decimal:
    """Return an amount at its usual decimals: yen and their like as they come, else with two."""
    if money.unit in AS_QUOTED:
        trimmed = money.amount.normalize()
        return trimmed.quantize(Decimal(1)) if trimmed == trimmed.to_integral() else trimmed
    return rounded(money.amount, 2)


def price(money: Money) -> str:
    """Print an amount as tables do: 39,565.80."""
    return unsigned(quoted(money))


def price_change(money: Money) -> str:
    """Print a change as tables do: −366.18."""
    return signed(quoted(money))


def money_en(money: Money) -> str:
    """Print an amount with its currency: $118.42, ¥6,522, HKD 402.60; points are bare."""
    return f"{sign_en(money.unit)}{price(money)}"


def money_ja(money: Money) -> str:
    """Print an amount as Japanese tables do: 118.42ドル, 6,522円; points are bare."""
    return f"{price(money)}{word_ja(money.unit)}"


def prose_ja(money: Money, amounts: Amounts = Amounts.KANJI) -> str:
    """Print an amount as Japanese prose does: 118.42ドル, 1151円50銭, 3万9565円80銭.

    In figures: 118.42ドル, 1,151.5円, 39,565.80円.
    """
    return _in_figures(money) if amounts is Amounts.FIGURES else _in_kanji(money)


def prose_change_ja(money: Money, amounts: Amounts = Amounts.KANJI) -> str:
    """Print the size of a change as running text does: 24.20ドル, 366円18銭, 612.47ポイント."""
    return f"{prose_ja(money, amounts)}{'ポイント' if money.unit is Unit.POINT else ''}"


def points_en(money: Money, decimals: int) -> str:
    """Print the size of an index's points: 331.21 yen, 424 points; the Dow has points, not dollars.

    Rounded to so many decimals; what that leaves nothing of is less than the last of them.
    """
    amount, is_less = _at_least(money.amount, decimals)
    unit = "yen" if money.unit is Unit.INDEX_YEN else "point" if amount == 1 else "points"
    return f"{'less than ' if is_less else ''}{unsigned(amount)} {unit}"


def points_ja(money: Money, decimals: int, amounts: Amounts = Amounts.KANJI) -> str:
    """Print the same as Japanese prose does: 331円21銭, 424ドル, 12.50ポイント."""
    amount, is_less = _at_least(money.amount, decimals)
    tail = "未満" if is_less else ""
    if decimals:
        said = prose_change_ja(Money(amount, money.unit), amounts)
        if 0 < amount < 1:  # 5銭, not 0円5銭
            said = said.removeprefix("0円").removeprefix("0ドル")
        return f"{said}{tail}"
    unit = {Unit.INDEX_YEN: "円", Unit.INDEX_DOLLAR: "ドル"}.get(money.unit, "ポイント")
    return f"{_in_man(amount) if amounts is Amounts.KANJI else unsigned(amount)}{unit}{tail}"


def _at_least(amount: Decimal, decimals: int) -> tuple[Decimal, bool]:
    """Round a size, and tell whether it is less than the last digit: then that is returned."""
    size = abs(rounded(amount, decimals))
    is_less = bool(amount) and not size
    return (Decimal(1).scaleb(-decimals) if is_less else size), is_less


def _in_figures(money: Money) -> str:
    match money.unit:
        case Unit.INDEX_DOLLAR:
            return f"{price(money)}ドル"
        case Unit.INDEX_YEN:
            return f"{price(money)}円"
        case _:
            return money_ja(money)


def _in_kanji(money: Money) -> str:
    amount = abs(quoted(money))
    match money.unit:
        case Unit.YEN | Unit.INDEX_YEN:
            return _whole_and_hundredths(amount, "円", "銭")
        case Unit.INDEX_DOLLAR:
            return _whole_and_hundredths(amount, "ドル", "セント")
        case _:
            return f"{_in_man(amount)}{word_ja(money.unit)}"


def _whole_and_hundredths(amount: Decimal, whole: str, hundredth: str) -> str:
    hundredths = int(amount % 1 * 100)
    tail = f"{hundredths}{hundredth}" if hundredths else ""
    return f"{_in_man(Decimal(int(amount)))}{whole}{tail}"


def _in_man(amount: Decimal) -> str:
    """Write 39565.80 as 3万9565.80: Japanese counts in ten thousands, without separators."""
    if amount < _MAN:
        return f"{amount:f}"
    man, rest = divmod(amount, _MAN)
    if not rest:
        return f"{man:f}万"
    whole, dot, decimals = f"{rest:f}".partition(".")
    return f"{man:f}万{whole:0>4}{dot}{decimals}"  # 2万0009.34: the units keep their places


def large_en(money: Money) -> str:
    """Print the size of a large amount to three significant digits: $593 billion, $2.90 trillion.

    Half of the last digit is rounded up, to the next scale where it reaches it: $999.5 million is
    $1.00 billion. A zero that is one of the three is printed: from $3.49 to $2.90 trillion.
    """
    return f"{sign_en(money.unit)}{_scaled(_significant(money.amount, _LARGE_DIGITS))}"


def large_ja(money: Money, amounts: Amounts = Amounts.KANJI) -> str:
    """Print the size of a large amount to three significant digits: 5930億ドル, 91兆6000億円.

    In figures: 5,930億ドル, 2.90兆円.
    """
    size = _in_scales_ja(_significant(money.amount, _LARGE_DIGITS), amounts)
    return f"{size}{word_ja(money.unit)}"


def many_en(value: int) -> str:
    """Print a large count to four significant digits: 24.49 billion."""
    return _scaled(_significant(Decimal(value), _MANY_DIGITS).normalize())


def many_ja(value: int, amounts: Amounts = Amounts.KANJI) -> str:
    """Print a large count to four significant digits: 244億9000万; in figures, 244.9億."""
    return _in_scales_ja(_significant(Decimal(value), _MANY_DIGITS).normalize(), amounts)


def _significant(value: Decimal, digits: int) -> Decimal:
    size = abs(value)
    for _ in range(2):  # rounded up to a power of ten it has one digit more
        size = size.quantize(Decimal(1).scaleb(size.adjusted() - digits + 1), ROUND_HALF_UP)
    return size


def _scaled(value: Decimal) -> str:
    """Write a size in the largest scale that it reaches."""
    return _in_one_scale(value, [(zeros, f" {name}") for zeros, name in _SCALES])


def _in_scales_ja(value: Decimal, amounts: Amounts) -> str:
    """Write a size scale by scale, as prose does, or in figures before its largest scale."""
    if amounts is Amounts.FIGURES:
        return _in_one_scale(value, _KANJI_SCALES)
    return _in_kanji_scales(value)


def _in_one_scale(value: Decimal, scales: Iterable[tuple[int, str]]) -> str:
    for zeros, name in scales:
        if value.adjusted() >= zeros:
            return f"{value.scaleb(-zeros):,f}{name}"
    return f"{_trimmed(value):,f}"


def _in_kanji_scales(value: Decimal) -> str:
    """Write 91600000000000 as 91兆6000億: each scale that has something in it."""
    said: list[str] = []
    rest = value
    for zeros, name in _KANJI_SCALES:
        whole, rest = divmod(rest, Decimal(10) ** zeros)
        if whole:
            said.append(f"{whole:f}{name}")
    if rest or not said:
        said.append(f"{_trimmed(rest):f}")
    return "".join(said)


def _trimmed(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()


def count(value: int) -> str:
    """Print a count with thousands separators."""
    return f"{value:,}"


def rank_en(value: int) -> str:
    """Print a rank: 1st, 2nd, 3rd, 11th."""
    teens = value % 100 in (11, 12, 13)
    return f"{value:,}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def number_en(value: int) -> str:
    """Print a small number as a word (eight), a larger one in figures (28)."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else count(value)


def ordinal_en(value: int) -> str:
    """Print a small rank as a word (third), a larger one in figures (13th)."""
    return _ORDINALS[value] if 0 < value < len(_ORDINALS) else rank_en(value)
