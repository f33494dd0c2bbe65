"""Plain values as JSON and back, by their type hints.

A NamedTuple or a dataclass is an object of its fields; a decimal, a date and an enum are strings; a
tuple is an array, and so is a set, in a fixed order; a mapping is an object where its keys are
strings, else an array of pairs. Where a hint leaves a choice between classes, an object of one key
names the class. What comes back equals what went in, to the last digit of a decimal.
"""

import json
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from deepseek_shock.codecleaves import LEAVES, Coder, Leaf, MismatchError, check, refuse

__all__ = ["MismatchError", "decode", "encode"]

_One = TypeVar("_One")


def encode(hint: type[_One], value: _One) -> Any:  # noqa: ANN401 -- JSON
    """Return what `json.dumps` takes for a value of the type."""
    return _coder(cast("Hashable", hint)).encode(value)


def decode(hint: type[_One], data: Any) -> _One:  # noqa: ANN401 -- JSON
    """Return the value of the type. Raises `MismatchError` for data that were no such value."""
    return cast("_One", _coder(cast("Hashable", hint)).decode(data))


@cache
def _coder(hint: Any) -> Coder:  # noqa: ANN401 -- a type hint
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
    if hint in LEAVES:
        return LEAVES[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Leaf(str, hint)
    return _Record(hint)


def _choice(hints: tuple[Any, ...]) -> Coder:
    kinds = [hint for hint in hints if hint is not NoneType]
    one = _coder(kinds[0]) if len(kinds) == 1 else _Named(kinds)
    return one if len(kinds) == len(hints) else _Maybe(one)


def _mapping(key: Coder, value: Coder, *, is_object: bool) -> Coder:
    return _Object(value) if is_object else _Pairs(_Row(_Pair([key, value])))


def _within(place: object, one: Coder, data: Any) -> Any:  # noqa: ANN401 -- JSON
    """Decode a part, and let an error say where it stands."""
    try:
        return one.decode(data)
    except MismatchError as error:
        raise MismatchError(error.what, (str(place), *error.place)) from error


# --- several values, or none ---


class _Maybe:
    """A value that may be `None`."""

    def __init__(self, one: Coder) -> None:
        self._one = one

    def encode(self, value: object) -> Any:  # noqa: ANN401 -- JSON
        return None if value is None else self._one.encode(value)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        return None if data is None else self._one.decode(data)


class _Row:
    """A tuple of as many as there are, all of one type."""

    def __init__(self, one: Coder) -> None:
        self._one = one

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return [self._one.encode(item) for item in value]

    def decode(self, data: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- JSON
        items: list[Any] = check(data, list)
        return tuple(_within(at, self._one, item) for at, item in enumerate(items))


class _Set(_Row):
    """A set of one type."""

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return sorted(super().encode(value), key=json.dumps)

    def decode(self, data: Any) -> Any:  # noqa: ANN401 -- JSON
        return frozenset(super().decode(data))


class _Pair:
    """A tuple of a fixed length."""

    def __init__(self, ones: list[Coder]) -> None:
        self._ones = ones

    def encode(self, value: Iterable[Any]) -> list[Any]:
        return [one.encode(item) for one, item in zip(self._ones, value, strict=True)]

    def decode(self, data: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- JSON
        items: list[Any] = check(data, list)
        if len(items) != len(self._ones):
            refuse(f"{len(items)} values in place of {len(self._ones)}")
        pairs = zip(self._ones, items, strict=True)
        return tuple(_within(at, one, item) for at, (one, item) in enumerate(pairs))


class _Object:
    """A mapping whose keys are strings."""

    def __init__(self, one: Coder) -> None:
        self._one = one

    def encode(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._one.encode(item) for name, item in value.items()}

    def decode(self, data: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
        items: dict[str, Any] = check(data, dict)
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
        items: dict[str, Any] = check(data, dict)
        name = next(iter(items), "")
        if len(items) != 1 or name not in self._known:
            refuse(f"{', '.join(items)} in place of one of {', '.join(self._known)}")
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
        items: dict[str, Any] = check(data, dict)
        if strange := items.keys() - self._coders.keys():
            refuse(f"no field is called {', '.join(sorted(strange))}")
        if missing := self._required - items.keys():
            refuse(f"the field {', '.join(sorted(missing))} is missing")
        values = {name: _within(name, self._coders[name], item) for name, item in items.items()}
        try:
            return self._kind(**values)
        except ValueError as error:  # of a class that checks itself when made
            refuse(str(error), error)


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
