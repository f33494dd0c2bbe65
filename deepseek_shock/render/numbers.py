"""Numbers, amounts and dates as they are printed: rounded once, here and nowhere else.

Every function is pure. Minus is U+2212: a line may then start with a figure without becoming a
list, and no font draws it as a dash.
"""

from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple, assert_never

from deepseek_shock.report.model import Money, Span, Unit

MINUS = "\u2212"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_JA = "月火水木金土日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ORDINALS = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    "ninth",
)
_NUMBERS = (*("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),)
_MAN = 10_000
_LONGEST_GAP = 4  # calendar days between sessions beyond which 前営業日 replaces 前日 and 前週末


class Rounding(StrEnum):
    """How a figure is cut to its decimals; `down` is towards zero, as papers that truncate do."""

    HALF_UP = "half-up"
    DOWN = "down"


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


def prose_ja(money: Money) -> str:
    """Print an amount as Japanese prose does: 118.42ドル, 1151円50銭, 3万9565円80銭."""
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


def prose_change_ja(money: Money) -> str:
    """Print the size of a change as running text does: 24.20ドル, 366円18銭, 612.47ポイント."""
    return f"{prose_ja(money)}{'ポイント' if money.unit is Unit.POINT else ''}"


def _whole_and_hundredths(amount: Decimal, whole: str, hundredth: str) -> str:
    hundredths = int(amount % 1 * 100)
    tail = f"{hundredths}{hundredth}" if hundredths else ""
    return f"{_in_man(Decimal(int(amount)))}{whole}{tail}"


def _in_man(amount: Decimal) -> str:
    """Write 39565.80 as 3万9565.80: Japanese counts in ten thousands, without separators."""
    if amount < _MAN:
        return f"{amount:f}"
    man, rest = divmod(amount, _MAN)
    return f"{man:f}万{rest:f}" if rest else f"{man:f}万"


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


def day_en(day: date) -> str:
    """Print 27 January 2025."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_ja(day: date) -> str:
    """Print 2025年1月27日."""
    return f"{day.year}年{day.month}月{day.day}日"


def long_day_en(day: date) -> str:
    """Print Monday 27 January 2025."""
    return f"{_WEEKDAYS_EN[day.weekday()]} {day_en(day)}"


def long_day_ja(day: date) -> str:
    """Print 2025年1月27日(月)."""
    return f"{day_ja(day)}({_WEEKDAYS_JA[day.weekday()]})"


def weekday_en(day: date) -> str:
    """Print Monday 27 January."""
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def weekday_ja(day: date) -> str:
    """Print 1月27日(月)."""
    return f"{day.month}月{day.day}日({_WEEKDAYS_JA[day.weekday()]})"


def short_day_en(day: date) -> str:
    """Print 27 Jan."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def short_day_ja(day: date) -> str:
    """Print 27日."""
    return f"{day.day}日"


def clock_en(instant: datetime) -> str:
    """Print 15:30 JST."""
    return f"{instant:%H:%M} {instant.tzname()}"


def clock_ja(instant: datetime) -> str:
    """Print 15時30分, 16時."""
    return f"{instant.hour}時{instant.minute}分" if instant.minute else f"{instant.hour}時"


def in_utc(instant: datetime) -> str:
    """Print 06:30 UTC."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def base_word(span: Span, close: str = "") -> str:
    """Name the day that a move is measured from: 前年末比, 前営業日比, 前週末比 or 前日比.

    With `close` ("終値") the close of that day: 前週末終値. The order of the tests is the desk's:
    the year, a gap of more than four days, the week, the day before.
    """
    return f"{_base_day(span)}{close or '比'}"


def _base_day(span: Span) -> str:
    first, last = span
    if first.year != last.year:
        return "前年末"
    gap = (last - first).days
    if gap > _LONGEST_GAP:
        return "前営業日"
    if first.isocalendar().week != last.isocalendar().week:
        return "前週末"
    return "前日" if gap == 1 else "前営業日"


def ago_ja(span: Span) -> str:
    """Print the time between two sessions as recaps do: 約4年10カ月ぶり, 約2カ月ぶり, 13日ぶり."""
    months = _whole_months(span)
    if not months:
        return f"{(span.last - span.first).days}日ぶり"
    years, rest = divmod(months, 12)
    return f"約{f'{years}年' if years else ''}{f'{rest}カ月' if rest else ''}ぶり"


def ago_en(span: Span) -> str:
    """Print the time between two sessions: 4 years and 10 months, 2 months, 13 days."""
    months = _whole_months(span)
    if not months:
        return _plural((span.last - span.first).days, "day")
    parts = [
        _plural(number, unit)
        for number, unit in zip(divmod(months, 12), ("year", "month"), strict=True)
        if number
    ]
    return " and ".join(parts)


def _whole_months(span: Span) -> int:
    first, last = span
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def _plural(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
