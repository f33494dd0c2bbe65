"""Values of one piece as JSON and back: text, numbers, days, words of a choice.

What is read is held to what it should be: to Python `true` is a number, and JSON knows numbers
that are none.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, NoReturn, Protocol, TypeVar, cast

_One = TypeVar("_One")


class MismatchError(ValueError):
    """JSON that is not what a type says: `place` is the way to it, outermost first."""

    def __init__(self, what: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(place)}: {what}" if place else what)
        self.what = what
        self.place = place


def refuse(what: str, cause: Exception | None = None) -> NoReturn:
    """Raise `MismatchError`."""
    raise MismatchError(what) from cause


def check(data: Any, *kinds: type[_One]) -> _One:  # noqa: ANN401 -- JSON
    """Return JSON that is of one of these kinds; to Python `true` is a number."""
    if type(data) not in kinds:
        names = " or ".join(kind.__name__ for kind in kinds)
        refuse(f"{data!r:.60} is no {names}")
    return cast("_One", data)


class Coder(Protocol):
    """Both ways for one hint."""

    def encode(self, value: Any, /) -> Any:  # noqa: ANN401 -- a value, and JSON
        """Return what `json.dumps` takes."""
        ...

    def decode(self, data: Any, /) -> Any:  # noqa: ANN401 -- the same
        """Return the value. Raises `MismatchError`."""
        ...


class Leaf:
    """A value that is one string."""

    def __init__(self, spell: Callable[[Any], str], parse: Callable[[str], Any]) -> None:
        self._spell = spell
        self._parse = parse

    def encode(self, value: object) -> str:
        """Spell the value."""
        return self._spell(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        """Parse it. Raises `MismatchError`."""
        text = check(data, str)
        try:
            return self._parse(text)
        except (ValueError, ArithmeticError) as error:
            refuse(f"{text!r:.60} is not one of its values", error)


class Same:
    """A value that JSON has too."""

    def __init__(self, kind: type, *others: type) -> None:
        self._kind = kind
        self._kinds = (kind, *others)

    def encode(self, value: object) -> Any:  # noqa: ANN401 -- JSON
        """Return the value, of its plain kind."""
        return self._kind(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        """Return the value. Raises `MismatchError` for another kind."""
        return self._kind(check(data, *self._kinds))


class Float(Same):
    """A number that is one: JSON's readers let pass what is none, or has no end."""

    def decode(self, data: Any) -> float:  # noqa: ANN401 -- JSON
        """Return the number. Raises `MismatchError`."""
        try:
            number = float(super().decode(data))
        except OverflowError as error:
            refuse("is larger than any number with a point", error)
        return number if isfinite(number) else refuse(f"{number} is no number")


class Text(Same):
    """A text that can be written: JSON can name halves of characters."""

    def decode(self, data: Any) -> str:  # noqa: ANN401 -- JSON
        """Return the text. Raises `MismatchError`."""
        text: str = super().decode(data)
        if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
            refuse(f"{text!a:.60} is no text")
        return text


_DIGITS = 100  # of a number, and places before or behind its point; figures have thirty


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or len(text) > _DIGITS or abs(number.adjusted()) > _DIGITS:
        raise ValueError(text)
    return number


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    instant.astimezone(UTC)  # raises where it is none: in the year 0, or 10000
    return instant


LEAVES: dict[Any, Coder] = {
    bool: Same(bool),
    int: Same(int),
    str: Text(str),
    float: Float(float, int),
    Decimal: Leaf(str, _number),
    date: Leaf(date.isoformat, date.fromisoformat),
    datetime: Leaf(datetime.isoformat, _instant),
}
"""By the type that a hint names."""
