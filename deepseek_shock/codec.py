"""Plain values as JSON and back, by their type hints.

A NamedTuple or a dataclass is an object of its fields; a decimal, a date and an enum are strings; a
tuple is an array, and so is a set, in a fixed order; a mapping is an object where its keys are
strings, else an array of pairs. Where a hint leaves a choice between classes, an object of one key
names the class. What comes back equals what went in, to the last digit of a decimal.
"""

import json
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import (
    Any,
    NoReturn,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

_One = TypeVar("_One")


class MismatchError(ValueError):
    """JSON that is not what a type says: `place` is the way to it, outermost first."""

    def __init__(self, what: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(place)}: {what}" if place else what)
        self.what = what
        self.place = place


def encode(hint: type[_One], value: _One) -> Any:  # noqa: ANN401 -- JSON
    """Return what `json.dumps` takes for a value of the type."""
    return _coder(cast("Hashable", hint)).encode(value)


def decode(hint: type[_One], data: Any) -> _One:  # noqa: ANN401 -- JSON
    """Return the value of the type. Raises `MismatchError` for data that were no such value."""
    return cast("_One", _coder(cast("Hashable", hint)).decode(data))


class _Coder(Protocol):
    """Both ways for one hint."""

    def encode(self, value: Any, /) -> Any: ...  # noqa: ANN401 -- a value, and JSON

    def decode(self, data: Any, /) -> Any: ...  # noqa: ANN401 -- the same


@cache
def _coder(hint: Any) -> _Coder:  # noqa: ANN401 -- a type hint
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _choice(arguments)
    if origin is tuple:
        is_row = arguments[1:] == (...,)
        return _Row(_coder(arguments[0])) if is_row else _Pair(list(map(_coder, arguments)))
    if origin is frozenset:
        return _Set(_coder(arguments[0]))
    if origin in (dict, Mapping):
        return _mapping(*map(_coder, arguments), is_object=arguments[0] is str)
    if hint in _LEAVES:
        return _LEAVES[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Leaf(str, hint)
    return _Record(hint)


def _choice(hints: tuple[Any, ...]) -> _Coder:
    kinds = [hint for hint in hints if hint is not NoneType]
    one = _coder(kinds[0]) if len(kinds) == 1 else _Named(kinds)
    return one if len(kinds) == len(hints) else _Maybe(one)


def _mapping(key: _Coder, value: _Coder, *, is_object: bool) -> _Coder:
    return _Object(value) if is_object else _Pairs(_Row(_Pair([key, value])))


# --- JSON is not taken at its word ---


def _refuse(what: str, cause: Exception | None = None) -> NoReturn:
    raise MismatchError(what) from cause


def _check(data: Any, *kinds: type[_One]) -> _One:  # noqa: ANN401 -- JSON
    """Return JSON that is of one of these kinds; to Python `true` is a number."""
    if type(data) not in kinds:
        names = " or ".join(kind.__name__ for kind in kinds)
        _refuse(f"{data!r:.60} is no {names}")
    return cast("_One", data)


def _within(place: object, one: _Coder, data: Any) -> Any:  # noqa: ANN401 -- JSON
    """Decode a part, and let an error say where it stands."""
    try:
        return one.decode(data)
    except MismatchError as error:
        raise MismatchError(error.what, (str(place), *error.place)) from error


# --- one value ---


class _Leaf:
    """A value that is one string."""

    def __init__(self, spell: Callable[[Any], str], parse: Callable[[str], Any]) -> None:
        self._spell = spell
        self._parse = parse

    def encode(self, value: object) -> str:
        return self._spell(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        text = _check(data, str)
        try:
            return self._parse(text)
        except (ValueError, ArithmeticError) as error:
            _refuse(f"{text!r:.60} is not one of its values", error)


class _Same:
    """A value that JSON has too."""

    def __init__(self, kind: type, *others: type) -> None:
        self._kind = kind
        self._kinds = (kind, *others)

    def encode(self, value: object) -> Any:  # noqa: ANN401 -- JSON
        return self._kind(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        return self._kind(_check(data, *self._kinds))


class _Float(_Same):
    """A number that is one: JSON's readers let pass what is none, or has no end."""

    def decode(self, data: Any) -> float:  # noqa: ANN401 -- JSON
        try:
            number = float(super().decode(data))
        except OverflowError as error:
            _refuse("is larger than any number with a point", error)
        return number if isfinite(number) else _refuse(f"{number} is no number")


class _Text(_Same):
    """A text that can be written: JSON can name halves of characters."""

    def decode(self, data: Any) -> str:  # noqa: ANN401 -- JSON
        text: str = super().decode(data)
        if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
            _refuse(f"{text!a:.60} is no text")
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


_LEAVES: dict[Any, _Coder] = {
    bool: _Same(bool),
    int: _Same(int),
    str: _Text(str),
    float: _Float(float, int),
    Decimal: _Leaf(str, _number),
    date: _Leaf(date.isoformat, date.fromisoformat),
    datetime: _Leaf(datetime.isoformat, _instant),
}


class _Maybe:
    """A value that may be `None`."""

    def __init__(self, one: _Coder) -> None:
        self._one = one

    def encode(self, value: object) -> Any:  # noqa: ANN401 -- JSON
        return None if value is None else self._one.encode(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        return None if data is None else self._one.decode(data)


# --- several values ---


class _Row:
    """A tuple of as many as there are, all of one type."""

    def __init__(self, one: _Coder) -> None:
        self._one = one

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return [self._one.encode(item) for item in value]

    def decode(self, data: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- JSON
        items: list[Any] = _check(data, list)
        return tuple(_within(at, self._one, item) for at, item in enumerate(items))


class _Set(_Row):
    """A set of one type."""

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return sorted(super().encode(value), key=json.dumps)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        return frozenset(super().decode(data))


class _Pair:
    """A tuple of a fixed length."""

    def __init__(self, ones: list[_Coder]) -> None:
        self._ones = ones

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return [one.encode(item) for one, item in zip(self._ones, value, strict=True)]

    def decode(self, data: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- JSON
        items: list[Any] = _check(data, list)
        if len(items) != len(self._ones):
            _refuse(f"{len(items)} values in place of {len(self._ones)}")
        pairs = zip(self._ones, items, strict=True)
        return tuple(_within(at, one, item) for at, (one, item) in enumerate(pairs))


class _Object:
    """A mapping whose keys are strings."""

    def __init__(self, one: _Coder) -> None:
        self._one = one

    def encode(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._one.encode(item) for name, item in value.items()}

    def decode(self, data: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
        items: dict[str, Any] = _check(data, dict)
        return {name: _within(name, self._one, item) for name, item in items.items()}


class _Pairs:
    """A mapping with other keys."""

    def __init__(self, row: _Row) -> None:
        self._row = row

    def encode(self, value: Mapping[Any, Any]) -> list[Any]:
        return self._row.encode(value.items())

    def decode(self, data: Any) -> dict[Any, Any]:  # noqa: ANN401 -- JSON
        return dict(self._row.decode(data))


class _Named:
    """A value of one of several classes, under the name of its own."""

    def __init__(self, kinds: Collection[type]) -> None:
        self._known = {kind.__name__: _coder(kind) for kind in kinds}
        self._classes = {kind.__name__: get_origin(kind) or kind for kind in kinds}

    def encode(self, value: object) -> dict[str, Any]:
        name = type(value).__name__
        if name not in self._known:  # of a mapping any class will do
            name = next(one for one, kind in self._classes.items() if isinstance(value, kind))
        return {name: self._known[name].encode(value)}

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        items: dict[str, Any] = _check(data, dict)
        name = next(iter(items), "")
        if len(items) != 1 or name not in self._known:
            _refuse(f"{', '.join(items)} in place of one of {', '.join(self._known)}")
        return _within(name, self._known[name], items[name])


class _Record:
    """A class with fields; one that is missing takes its default, where it has one.

    So what was written stays readable when a class is given a new field.
    """

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 -- a class
        hints = get_type_hints(kind)
        given = _fields(kind)
        self._kind = kind
        self._coders = {name: _coder(hints[name]) for name in given}
        self._required = {name for name, has_default in given.items() if not has_default}

    def encode(self, value: object) -> dict[str, Any]:
        return {name: one.encode(getattr(value, name)) for name, one in self._coders.items()}

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        items: dict[str, Any] = _check(data, dict)
        if strange := items.keys() - self._coders.keys():
            _refuse(f"no field is called {', '.join(sorted(strange))}")
        if missing := self._required - items.keys():
            _refuse(f"the field {', '.join(sorted(missing))} is missing")
        values = {name: _within(name, self._coders[name], item) for name, item in items.items()}
        try:
            return self._kind(**values)
        except ValueError as error:  # of a class that checks itself when made
            _refuse(str(error), error)


def _fields(kind: Any) -> dict[str, bool]:  # noqa: ANN401 -- a class
    """Name the fields that a class is made from, and tell which have a default."""
    if is_dataclass(kind):
        return {
            one.name: one.default is not MISSING or one.default_factory is not MISSING
            for one in fields(kind)
            if one.init
        }
    if hasattr(kind, "_fields"):
        return {name: name in kind._field_defaults for name in kind._fields}
    raise TypeError(f"no codec for {kind}")
