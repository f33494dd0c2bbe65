"""What differs between two JSON documents, path by path; rows go by what they are of, not by place.

moves[NVDA].close   118.58 → 118.42
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

# By what the rows of a list are told apart: the first of these that all have, and none has twice.
_KEYS = (
    *(("ticker",), ("ticker", "group"), ("id",), ("group",), ("index",), ("name",), ("span",)),
    *(("offset",), ("exchange",), ("exchange", "session"), ("calendar",), ("event", "calendar")),
    *(("calendar", "session"), ("effect",), ("event",)),
)

_SEPARATORS = frozenset('[]"')


class Difference(NamedTuple):
    """One value that differs, and where; `None` stands also for what one document has not."""

    path: str
    old: Any
    new: Any


def find_differences(old: object, new: object, path: str = "") -> Iterator[Difference]:
    """Yield what differs, in the order of the newer document, then what it has no more."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_objects(old, new, f"{path}." if path else "")
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, path)
    elif old != new or isinstance(old, bool) is not isinstance(new, bool):
        yield Difference(path, old, new)


def _of_objects(
    old: Mapping[str, Any], new: Mapping[str, Any], prefix: str
) -> Iterator[Difference]:
    for key in _all_keys(old, new):
        yield from find_differences(old.get(key), new.get(key), f"{prefix}{key}")


def _of_lists(old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[Difference]:
    ours, theirs = _keyed(old, new)
    for key in _all_keys(ours, theirs):
        yield from find_differences(ours.get(key), theirs.get(key), f"{path}[{key}]")


def _all_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [*new, *(key for key in old if key not in new)]


def _keyed(old: Sequence[Any], new: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the rows of two lists by keys that both use: by what they are of, else by what they say.

    Plain values, such as the returns of a window, go by their place.
    """
    if not all(isinstance(row, dict) for row in (*old, *new)):
        return _by_place(old), _by_place(new)
    for names in _KEYS:
        ours, theirs = _by_names(old, names), _by_names(new, names)
        if ours is not None and theirs is not None:
            return ours, theirs
    return _by_text(old), _by_text(new)


def _by_place(rows: Sequence[Any]) -> dict[str, Any]:
    return {str(at): row for at, row in enumerate(rows)}


def _by_names(rows: Sequence[Any], names: Sequence[str]) -> dict[str, Any] | None:
    if not all(row.get(name) is not None for row in rows for name in names):
        return None
    keyed = {" ".join(_spelled(row[name]) for name in names): row for row in rows}
    return keyed if len(keyed) == len(rows) else None


def _by_text(rows: Sequence[Any]) -> dict[str, Any]:
    """Key rows by all that they say; a row that stands twice is numbered."""
    keyed: dict[str, Any] = {}
    for row in rows:
        key = _spelled(row.get("en", row))  # a sentence goes by its English
        at = sum(one == key or one.startswith(f"{key} #") for one in keyed)
        keyed[f"{key} #{at + 1}" if at else key] = row
    return keyed


def _spelled(value: object) -> str:
    """Spell a key, in quotation marks where a reader of the path could not tell where it ends."""
    if isinstance(value, str) and _SEPARATORS.isdisjoint(value):
        return value
    return json.dumps(value, ensure_ascii=False)
