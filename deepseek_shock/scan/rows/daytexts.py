"""Days as people write them. What no text of a column settles is not guessed: 01/02/2025."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME = (
    r"(?:(?:T| +)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M)?"
    r"(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\.0)?",
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
        r"(?P<d>\d{1,2})[- ]?(?P<name>[a-z]{3,9})\.?[- ,]*(?P<y>\d{4})",
        r"(?P<name>[a-z]{3,9})\.? (?P<d>\d{1,2}),? +(?P<y>\d{4})",
    )
)
_PAIR = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})" + _TIME, re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = range(1800, 2200)
_DECEMBER = 12
_EPOCH = date(1970, 1, 1).toordinal()


class NoDayError(ValueError):
    """A text that is not a day."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:40]!r} is not a day")
        self.text = text


def read_days(texts: Sequence[str]) -> list[int]:
    """Return the days since 1970 of a column's texts; raises `ValueError` in plain words.

    The day of a text with a time and an offset is the one on that clock.
    """
    plain = [normalize("NFKC", text).strip() for text in texts]
    pairs = [(int(one[1]), int(one[3])) for text in plain if (one := _PAIR.fullmatch(text))]
    is_day_first = _settle(pairs, texts) if pairs else None
    return [_read(text, is_day_first=is_day_first).toordinal() - _EPOCH for text in plain]


def _settle(pairs: Sequence[tuple[int, int]], texts: Sequence[str]) -> bool:
    """Tell whether the day stands first in 01/02/2025, by some that have a number above 12."""
    day_first = any(one > _DECEMBER for one, _ in pairs)
    month_first = any(other > _DECEMBER for _, other in pairs)
    if day_first and month_first:
        raise ValueError("its days are now day/month/year, now month/day/year")
    if not (day_first or month_first) and any(one != other for one, other in pairs):
        raise ValueError(f"{texts[0]!r} may be day/month/year or month/day/year")
    return day_first


def _read(text: str, *, is_day_first: bool | None) -> date:
    for form in _FORMS:
        if (found := form.fullmatch(text)) is not None:
            part = found.groupdict()
            month = _month(part["name"]) if "name" in part else int(part["m"])
            return _make(text, int(part["y"]), month, int(part["d"]))
    if (pair := _PAIR.fullmatch(text)) is None:
        raise NoDayError(text)
    one, other, year = int(pair[1]), int(pair[3]), int(pair[4])
    day, month = (one, other) if is_day_first else (other, one)
    return _make(text, year, month, day)


def _month(name: str) -> int:
    start = name[:3].lower()
    return _MONTHS.index(start) + 1 if start in _MONTHS else 0


def _make(text: str, year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise NoDayError(text)
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDayError(text) from None
