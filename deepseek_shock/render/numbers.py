"""Numbers and amounts as they are printed: rounded once, here and nowhere else.

Every function is pure. Minus is U+2212: a line may then start with a figure without becoming a
list, and no font draws it as a dash. A house style may have another: `Words` puts it in.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple, assert_never

from deepseek_shock.report.model import Money, Unit

MINUS = "\u2212"
MOST_DECIMALS = 6
"""Of a printed percentage: more would be digits that no price has."""

_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    "ninth",
)
_NUMBERS = (*("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),)
_MAN = 10_000


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
    return f"{_sign(value)}{unsigned(value)}"


def _sign(value: Decimal) -> str:
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
    """Return an amount at its usual decimals: yen as they come, all else with two."""
    if money.unit is Unit.YEN:
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
    """Print an amount with its currency: $118.42, ¥6,522; points are bare."""
    text = price(money)
    match money.unit:
        case Unit.DOLLAR:
            return f"${text}"
        case Unit.YEN:
            return f"¥{text}"
        case Unit.POINT | Unit.INDEX_DOLLAR | Unit.INDEX_YEN:
            return text
        case _:
            assert_never(money.unit)


def money_ja(money: Money) -> str:
    """Print an amount as Japanese tables do: 118.42ドル, 6,522円; points are bare."""
    unit = {Unit.DOLLAR: "ドル", Unit.YEN: "円"}.get(money.unit, "")
    return f"{price(money)}{unit}"


def prose_ja(money: Money, amounts: Amounts = Amounts.KANJI) -> str:
    """Print an amount as Japanese prose does: 118.42ドル, 1151円50銭, 3万9565円80銭.

    In figures: 118.42ドル, 1,151.5円, 39,565.80円.
    """
    return _in_figures(money) if amounts is Amounts.FIGURES else _in_kanji(money)


def prose_change_ja(money: Money, amounts: Amounts = Amounts.KANJI) -> str:
    """Print the size of a change as running text does: 24.20ドル, 366円18銭, 612.47ポイント."""
    return f"{prose_ja(money, amounts)}{'ポイント' if money.unit is Unit.POINT else ''}"


def _in_figures(money: Money) -> str:
    match money.unit:
        case Unit.DOLLAR | Unit.INDEX_DOLLAR:
            return f"{price(money)}ドル"
        case Unit.YEN | Unit.INDEX_YEN:
            return f"{price(money)}円"
        case Unit.POINT:
            return price(money)
        case _:
            assert_never(money.unit)


def _in_kanji(money: Money) -> str:
    amount = abs(quoted(money))
    match money.unit:
        case Unit.DOLLAR:
            return f"{_in_man(amount)}ドル"
        case Unit.YEN | Unit.INDEX_YEN:
            return _whole_and_hundredths(amount, "円", "銭")
        case Unit.INDEX_DOLLAR:
            return _whole_and_hundredths(amount, "ドル", "セント")
        case Unit.POINT:
            return _in_man(amount)
        case _:
            assert_never(money.unit)


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
