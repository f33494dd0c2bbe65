"""Cells as people and programs write them: days, prices, volumes, splits, dividends.

What a cell does not say plainly is not guessed: whether 01/02/2025 is in January, and whether
1,234 is above a thousand, is settled by other cells of the same file, or not at all.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TypeAlias
from unicodedata import normalize

from deepseek_shock.analysis.returns import divide

Cells: TypeAlias = Callable[[], Iterable[tuple[int, str]]]
"""Gives the cells of a column anew at each call, from the first, each with its line."""

_MISSING = frozenset(
    ("", "null", "nan", "nat", "none", "nil", "na", "n/a", "#n/a", "<na>", "-", "--", "–", "—", "−")
)
_YEARS = range(1800, 2200)  # far from the ends of the calendar, so that days can be reckoned with
_DECEMBER = 12
_SHOWN = 40  # characters of a cell that a message repeats


class Unreadable(Exception):  # noqa: N818 -- carries a complaint for who knows the file
    """A cell that does not say what its column should: what is wrong, what to do, which line.

    `line` is `None` where it is the cell that was given.
    """

    def __init__(self, what: str, hint: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.line = line


def is_missing(text: str) -> bool:
    """Tell whether a cell says that there is no figure."""
    return text.strip().casefold() in _MISSING


def quote(text: str) -> str:
    """Return a cell as a message repeats it: escaped and not too long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


# --- days ---

_TIME = (
    r"(?:(?:T| +)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"  # 16:00, 00:00:00.000
    r"(?: ?[AP]M)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_WEEKDAY = r"(?: ?\([^()]{1,9}\))?"
_FORMS = tuple(
    re.compile(form + _WEEKDAY + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
        r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
        r"(?P<d>\d{1,2})[- ]?(?P<name>[a-z]{3,9})\.?[- ,]*(?P<y>\d{4})",
        r"(?P<name>[a-z]{3,9})\.? (?P<d>\d{1,2}),? +(?P<y>\d{4})",
    )
)
_PAIR = re.compile(
    r"(?P<a>\d{1,2})(?P<s>[-/])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})" + _WEEKDAY + _TIME, re.IGNORECASE
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATE_HINT = "write dates as 2025-01-27"


class Days:
    """Reads the days of one column; `cells` gives all of them, to settle the order of 01/02/2025.

    The day of a cell with a time and an offset is the one on that clock: 2025-01-27 00:00-05:00 is
    the 27th.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._known: dict[str, date] = {}
        self._settled: tuple[bool, int] | None = None

    def find_known(self, text: str) -> date | None:
        """Return the day of a cell that was read before, as most are of a long table."""
        return self._known.get(text)

    def read(self, text: str) -> date:
        """Return the day of a cell; raise `Unreadable` where it is none."""
        day = self._known.get(text)
        if day is None:
            day = self._known[text] = self._parse(text)
        return day

    def _parse(self, text: str) -> date:
        plain = normalize("NFKC", text).strip()
        for form in _FORMS:
            if (found := form.fullmatch(plain)) is not None:
                part = found.groupdict()
                month = _month(part["name"]) if "name" in part else int(part["m"])
                return _make_day(text, int(part["y"]), month, int(part["d"]))
        if (found := _PAIR.fullmatch(plain)) is None:
            raise Unreadable(f"{quote(text)} is not a date", _DATE_HINT)
        year, one, other = (int(found[name]) for name in ("y", "a", "b"))
        if one == other:
            return _make_day(text, year, one, other)
        is_day_first, line = self._order()
        day, month = (one, other) if is_day_first else (other, one)
        if month > _DECEMBER:
            order = "day/month/year" if is_day_first else "month/day/year"
            raise Unreadable(
                f"{quote(text)} is not a date: the column has {order}, as line {line} shows",
                _DATE_HINT,
            )
        return _make_day(text, year, month, day)

    def _order(self) -> tuple[bool, int]:
        """Tell whether the day stands first in 01/02/2025, and in which line that is seen."""
        if self._settled is None:
            self._settled = self._find_order()
        return self._settled

    def _find_order(self) -> tuple[bool, int]:
        first: tuple[int, str] | None = None
        for line, text in self._cells():
            if (found := _PAIR.fullmatch(normalize("NFKC", text).strip())) is None:
                continue
            one, other = int(found["a"]), int(found["b"])
            if max(one, other) > _DECEMBER:
                return one > other, line
            if first is None and one != other:
                first = line, text
        line, text = first or (0, "")
        raise Unreadable(
            f"{quote(text)} may be day/month/year or month/day/year, and no cell of the column "
            "has a number above 12 to settle it",
            _DATE_HINT,
            line,
        )


def _month(name: str) -> int:
    """Return the number of a month by its English name or its first letters, or 0."""
    found = [at for at, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    return found[0] if len(found) == 1 else 0


def _make_day(text: str, year: int, month: int, day: int) -> date:
    if year in _YEARS:
        with suppress(ValueError):
            return date(year, month, day)
    raise Unreadable(f"{quote(text)} is not a date", _DATE_HINT)


# --- figures ---


class Mark(Enum):
    """What parts whole numbers from decimals."""

    POINT = "."
    COMMA = ","


_GROUP = r"[ \u00a0\u2009\u202f'’]"  # what parts thousands whatever the decimal mark
_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]+)?")
_GRAMMAR = {
    Mark.POINT: re.compile(
        rf"[+-]?(?:(?:\d+|\d{{1,3}}(?:(?:,|{_GROUP})\d{{3}})+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{{1,2}})?"
    ),
    Mark.COMMA: re.compile(rf"[+-]?(?:(?:\d+|\d{{1,3}}(?:(?:\.|{_GROUP})\d{{3}})+)(?:,\d*)?|,\d+)"),
}
_RATIO = re.compile(r"(\d+(?:\.\d+)?) ?(?::|/| ?-? ?for ?-? ?) ?(\d+(?:\.\d+)?)", re.IGNORECASE)
_SIZES = range(-9, 13)  # powers of ten between which a figure is one
_FIGURE_HINT = "write figures plainly, as 118.42, and leave a cell empty where there is none"
_COMMA_HINT = "a decimal comma is understood only where ; or a tab parts the columns"
_MIXED_HINT = "other figures of this file have a decimal comma: use one mark for all"


def find_mark(cells: Iterable[str]) -> Mark | None:
    """Return the decimal mark of the first cell that can be read in one way only, if any can."""
    for cell in cells:
        text = re.sub(_GROUP, "", cell)
        if not re.fullmatch(r"[+-]?[\d.,]+", text):
            continue
        points, commas = text.count("."), text.count(",")
        if points and commas:
            return Mark.COMMA if text.rfind(",") > text.rfind(".") else Mark.POINT
        if points + commas == 0:
            continue
        mark, other = (Mark.COMMA, Mark.POINT) if commas else (Mark.POINT, Mark.COMMA)
        if points + commas > 1:
            return other
        whole, _, decimals = text.lstrip("+-").partition(mark.value)
        if len(decimals) != 3 or not 1 <= len(whole) <= 3 or whole == "0":  # noqa: PLR2004 -- thousands go by threes
            return mark
    return None


class Figures:
    """Reads the figures of one file, whose decimal mark is known, or `None` if nothing tells it."""

    def __init__(self, mark: Mark | None = Mark.POINT) -> None:
        self._mark = mark
        self._takes_plain = mark is not Mark.COMMA
        self._prices: dict[str, Decimal] = {}

    def price(self, text: str) -> Decimal | None:
        """Return a price, or `None` where there is none; 0 is left to who judges rows."""
        price = self._prices.get(text)  # the same few thousand stand in most cells of a table
        if price is None:
            price = self._amount(text, "price")
            if price is not None:
                self._prices[text] = price
        return price

    def dividend(self, text: str) -> Decimal | None:
        """Return a dividend per share, or `None` where there is none, or 0."""
        return self._amount(text, "dividend") or None

    def volume(self, text: str) -> int | None:
        """Return a volume, or `None` where there is none.

        A fraction is the volume of shares that were split later: not that of the day, so unknown.
        """
        if text.isascii() and text.isdigit() and len(text) < _SIZES.stop:
            return int(text)
        volume = self._amount(text, "volume")
        return None if volume is None or volume % 1 else int(volume)

    def split(self, text: str) -> Decimal | None:
        """Return new shares for one old, of 10 or 10:1; `None` where there is no split."""
        plain = normalize("NFKC", text).strip()
        if (found := _RATIO.fullmatch(plain)) is not None:
            new, old = Decimal(found[1]), Decimal(found[2])
            if not new or not old:
                raise Unreadable(f"{quote(text)} is not a split", _FIGURE_HINT)
            split = divide(new, old)
        else:
            split = self._amount(text, "split") or Decimal(1)
        if split == 1:
            return None
        return split if split % 1 else Decimal(int(split))  # 10.0 is 10

    def factor(self, text: str) -> Decimal | None:
        """Return new shares for one old of the factor that older prices are multiplied with.

        Such a factor is rounded: 0.333333 stands for a third.
        """
        factor = self._amount(text, "factor") or Decimal(1)
        if factor == 1:
            return None
        from fractions import Fraction

        near = Fraction(factor).limit_denominator(1000)
        if near and abs(near / Fraction(factor) - 1) < Fraction(1, 100_000):
            return divide(Decimal(near.denominator), Decimal(near.numerator))
        return divide(Decimal(1), factor)

    def _amount(self, text: str, kind: str) -> Decimal | None:
        """Return a figure that is not negative, or `None` where the cell has none."""
        if self._takes_plain and _PLAIN.fullmatch(text):
            return Decimal(text)
        if is_missing(text):
            return None
        plain = normalize("NFKC", text).strip()
        mark = self._mark or self._default_mark(text, plain)
        if _GRAMMAR[mark].fullmatch(plain):
            number = Decimal(_without_groups(plain, mark))
            if number == 0 or (number > 0 and number.adjusted() in _SIZES):
                return number
        raise Unreadable(f"{quote(text)} is not a {kind}", self._hint(plain))

    def _hint(self, plain: str) -> str:
        if self._mark is Mark.POINT and "," in plain:
            return _COMMA_HINT
        return _MIXED_HINT if self._mark is Mark.COMMA and "." in plain else _FIGURE_HINT

    def _default_mark(self, text: str, plain: str) -> Mark:
        """Return the point where nothing tells the mark: a lone comma is then not to be read."""
        if "," in plain:
            raise Unreadable(
                f"{quote(text)} may be a thousand or a fraction, and no figure of the file settles "
                "whether its commas part thousands or decimals",
                _FIGURE_HINT,
            )
        return Mark.POINT


def _without_groups(plain: str, mark: Mark) -> str:
    other = "," if mark is Mark.POINT else "."
    return re.sub(_GROUP, "", plain).replace(other, "").replace(mark.value, ".")
