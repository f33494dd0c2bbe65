"""Dates, times of day and spans as they are printed, in English and Japanese."""

from datetime import UTC, date, datetime
from typing import assert_never

from deepseek_shock.render.house import BaseDay
from deepseek_shock.render.numbers import MINUS, rank_en
from deepseek_shock.report.model import Span

_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_JA = "月火水木金土日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WHOLE_DAY = len("2025-01-27")
_FOUR_WEEKS = 28  # days: below, a gap is told in days
_SIX_WEEKS = 45  # days: up to here it is a month, whatever the calendar's months
_LONGEST_GAP = 4  # calendar days between sessions beyond which 前営業日 replaces 前日 and 前週末


def month_en(instant: str) -> str:
    """Print the month of an ISO 8601 date or instant: November 2026."""
    return f"{_MONTHS[int(instant[5:7]) - 1]} {instant[:4]}"


def month_ja(instant: str) -> str:
    """Print the month of an ISO 8601 date or instant: 2026年11月."""
    return f"{instant[:4]}年{int(instant[5:7])}月"


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


def nth_en(span: Span) -> str:
    """Print the last day of a span: the 28th, and where it leads into another month 3 February."""
    first, last = span
    if (first.year, first.month) == (last.year, last.month):
        return f"the {rank_en(last.day)}"
    return f"{last.day} {_MONTHS[last.month - 1]}"


def nth_ja(span: Span) -> str:
    """Print the last day of a span: 28日, and where it leads into another month 2月3日."""
    first, last = span
    if (first.year, first.month) == (last.year, last.month):
        return f"{last.day}日"
    return f"{last.month}月{last.day}日"


def clock_en(instant: datetime) -> str:
    """Print 15:30 JST."""
    return f"{instant:%H:%M} {_zone(instant)}"


def _zone(instant: datetime) -> str:
    """Name an instant's zone; one that has no name but its hours (Istanbul's +03) as UTC+3."""
    name = instant.tzname() or ""
    if name[:1] not in ("+", "-"):
        return name
    sign = "+" if name.startswith("+") else MINUS
    hours, minutes = name[1:3].removeprefix("0"), name[3:]
    return f"UTC{sign}{hours}{f':{minutes}' if minutes else ''}"


def clock_ja(instant: datetime) -> str:
    """Print 15時30分, 16時."""
    return f"{instant.hour}時{instant.minute}分" if instant.minute else f"{instant.hour}時"


def in_utc(instant: datetime) -> str:
    """Print 06:30 UTC."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def stamp_en(instant: str) -> str:
    """Print an ISO 8601 instant, or what of it is said: 27 January 2025, 21:05 UTC."""
    if len(instant) < _WHOLE_DAY:
        return month_en(instant)
    if "T" not in instant:
        return day_en(date.fromisoformat(instant))
    moment = _moment(instant)
    return f"{day_en(moment.date())}, {in_utc(moment)}"


def stamp_ja(instant: str) -> str:
    """Print the same in Japanese: 2025年1月27日21時5分(UTC)."""
    if len(instant) < _WHOLE_DAY:
        return month_ja(instant)
    if "T" not in instant:
        return day_ja(date.fromisoformat(instant))
    moment = _moment(instant)
    return f"{day_ja(moment.date())}{clock_ja(moment)}(UTC)"


def _moment(instant: str) -> datetime:
    """Read an ISO 8601 instant; one that names no zone is UTC, and not this machine's time."""
    moment = datetime.fromisoformat(instant)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def base_word(span: Span, close: str = "", base_day: BaseDay = BaseDay.CALENDAR) -> str:
    """Name the day that a move is measured from: 前年末比, 前営業日比, 前週末比 or 前日比.

    With `close` ("終値") the close of that day: 前週末終値.
    """
    return f"{_base_day(span, base_day)}{close or '比'}"


def _base_day(span: Span, base_day: BaseDay) -> str:
    match base_day:
        case BaseDay.CALENDAR:
            return _calendar_day(span)
        case BaseDay.SESSION:
            return "前営業日"
        case BaseDay.DAY:
            return "前日"
        case _:
            assert_never(base_day)


def _calendar_day(span: Span) -> str:
    """Ask in the desk's order: the year, a gap of more than four days, the week, the day before."""
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
    """Print the time between two sessions as recaps do: およそ4年10カ月ぶり, 13日ぶり."""
    months = _calendar_months(span)
    if not months:
        return f"{(span.last - span.first).days}日ぶり"
    years, rest = divmod(months, 12)
    return f"およそ{f'{years}年' if years else ''}{f'{rest}カ月' if rest else ''}ぶり"


def ago_en(span: Span) -> str:
    """Print the time between two sessions: 4 years and 10 months, 2 months, 13 days."""
    months = _calendar_months(span)
    if not months:
        return _plural((span.last - span.first).days, "day")
    parts = [
        _plural(number, unit)
        for number, unit in zip(divmod(months, 12), ("year", "month"), strict=True)
        if number
    ]
    return " and ".join(parts)


def _calendar_months(span: Span) -> int:
    """Count from month to month, as Tokyo's wires do (docs/method.md); 0 below four weeks."""
    first, last = span
    days = (last - first).days
    if days <= _SIX_WEEKS:
        return int(days >= _FOUR_WEEKS)
    return (last.year - first.year) * 12 + last.month - first.month


def _plural(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
