"""A TOML file as a user wrote it: every complaint names the file and the line."""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from deepseek_shock.controls import find_control, name_control
from deepseek_shock.errors import FileError
from deepseek_shock.tomltext import DEEPEST, find_excess, parse, read_text

_ADVICE = "`shock events check FILE` checks a file without making a report"

# Patterns are compiled by what uses them: only a mistake does.
_HEADER = r"\s*(\[\[?)([^\[\]]+)\]\]?"
_KEY = r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*="
_PART = r"[\w-]+|\"[^\"]*\"|'[^']*'"
# Strings, lest a # in one be taken for a comment, and comments.
_HIDING = r'"""(?:\\.|[^\\])*?"""|' + r"'''.*?'''|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*"
_Where: TypeAlias = tuple[str | int, ...]
"""The path of a key: names, and for an array of tables the number in it."""


def is_file_name(name: str) -> bool:
    """Tell whether a word names a TOML file, and not what is known by a name."""
    return name.endswith(".toml") or "/" in name


def read_toml(path: Path, advice: str = _ADVICE) -> "Table":
    """Read a TOML file; raise `FileError` with the line where it is no TOML.

    `advice` is the hint of a complaint that has no better one.
    """
    text = read_text(path)
    values = parse(path, text)
    source = _Source(path, text, advice)
    table = Table(values, source, ())
    if (excess := find_excess(values)) is not None:
        where, what = excess
        # The nearest name: a number in an array has none.
        at = max(place for place, name in enumerate(where) if isinstance(name, str))
        inner = Table({}, source, where[:at])
        inner.complain(f"`{where[at]!s:.40}` {what}", key=str(where[at]), hint="mend it")
    return table


def make_row(path: Path, line: int, values: dict[str, Any], advice: str) -> "Table":
    """Make the table that stands on one line of a CSV file beside a TOML file."""
    return Table(dict(values), _Line(path, line, advice), ())


class _Source:
    """Where each key of the file stands; scanned only when there is something to complain of."""

    def __init__(self, path: Path, text: str, advice: str) -> None:
        self.path = path
        self.advice = advice
        self._text = text

    def line_of(self, where: _Where, quoted: tuple[str, int] | None = None) -> int:
        """Return the line of a key, or of its nearest parent.

        `quoted` is a string in the key's value, and which of its places is meant (-1: the last).
        """
        rows = _bare(self._text).split("\n")
        lines: dict[_Where, int] = {}
        for path, at in _scan(rows):
            lines.setdefault(path, at)
        while where and where not in lines:
            where = where[:-1]
        line = lines.get(where, 1)
        if quoted is None:
            return line
        word, which = quoted
        end = min((at for at in lines.values() if at > line), default=len(rows) + 1)
        places = [
            at
            for at in range(line, end)
            for _ in range(rows[at - 1].count(f'"{word}"') + rows[at - 1].count(f"'{word}'"))
        ]
        return places[which] if places else line


class _Line(_Source):
    """One line of another file: whatever is in it stands there."""

    def __init__(self, path: Path, line: int, advice: str) -> None:
        super().__init__(path, "", advice)
        self._line = line

    def line_of(self, where: _Where, quoted: tuple[str, int] | None = None) -> int:  # noqa: ARG002 -- all is on one line
        """Return the line."""
        return self._line


def _bare(text: str) -> str:
    """Blank out comments and long strings: what stands in them is no key."""
    return re.sub(_HIDING, _blank, text, flags=re.DOTALL)


def _blank(found: re.Match[str]) -> str:
    is_long = found[0].startswith(("#", '"""', "'''"))
    return re.sub(r"[^\n]", " ", found[0]) if is_long else found[0]


def _scan(rows: list[str]) -> Iterator[tuple[_Where, int]]:
    """Yield the path of each key and table, its parents first, with its line."""
    prefix: _Where = ()
    counts: dict[_Where, int] = {}
    for line, row in enumerate(rows, 1):
        if header := re.match(_HEADER, row):
            name = _parts(header[2])
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
            path = prefix = _with_counts(name, counts)
        elif key := re.match(_KEY, row):
            path = prefix + _parts(key[1])
        else:
            continue
        yield from ((path[:end], line) for end in range(1, len(path) + 1))


def _parts(dotted: str) -> _Where:
    found = islice(re.finditer(_PART, dotted), DEEPEST)
    return tuple(part[0].strip("\"'") for part in found)


def _with_counts(path: _Where, counts: dict[_Where, int]) -> _Where:
    found: _Where = ()
    for end in range(1, len(path) + 1):
        found = (*found, path[end - 1])
        if path[:end] in counts:
            found = (*found, counts[path[:end]])
    return found


class Table:
    """One table of the file, read key by key; what is left over at the end is a mistake.

    Every reading method raises `FileError` with the line where the value is not what it should be.
    """

    def __init__(self, values: dict[str, Any], source: _Source, where: _Where) -> None:
        self._values = dict(values)
        self._known: list[str] = []
        self._source = source
        self._where = where

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def path(self) -> Path:
        """The file."""
        return self._source.path

    @property
    def keys(self) -> list[str]:
        """The keys that have not been taken yet."""
        return list(self._values)

    def peek(self, key: str) -> Any:  # noqa: ANN401 -- a TOML value is of any type
        """Look at a value without taking it; `None` where the key is absent."""
        return self._values.get(key)

    def take(self, key: str) -> Any:  # noqa: ANN401 -- a TOML value is of any type
        """Take the value of a key that must be there."""
        self._known.append(key)
        if key not in self._values:
            self.complain(f"`{key}` is missing", hint=f"add a line `{key} = …`")
        return self._values.pop(key)

    def string(self, key: str) -> str:
        """Take a string that is not empty and holds no control character."""
        value = self.text(key).strip()
        if not value:
            self.complain(f"`{key}` must be a string that is not empty", key=key)
        return value

    def text(self, key: str) -> str:
        """Take a string as it stands, also an empty one, that holds no control character."""
        value = self.take(key)
        if not isinstance(value, str):
            self.complain(f"`{key}` must be a string", key=key)
        self.check_plain(key, value)
        return value

    def check_plain(self, key: str, value: str) -> None:
        """Refuse words of a key that hold what acts on a page, and does not stand on it."""
        if (control := find_control(value)) is not None:
            self.complain(
                f"`{key}` holds a control character, {name_control(control)}",
                key=key,
                hint="write plain text without control or direction marks",
            )

    def strings(self, key: str) -> tuple[str, ...]:
        """Take an array of strings; an absent key is an empty one."""
        self._known.append(key)
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.complain(f"`{key}` must be an array of strings", key=key)
        for value in values:
            self.check_plain(key, value)
        return tuple(values)

    def date(self, key: str) -> datetime.date:
        """Take a date."""
        value = self.take(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.date.fromisoformat(value)
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            self.complain(f"`{key}` must be a date such as 2025-01-27", key=key)
        return value

    def instant(self, key: str) -> datetime.datetime:
        """Take a date and time with its offset, and return it in UTC."""
        value = self.take(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.datetime.fromisoformat(value)
        if not isinstance(value, datetime.datetime) or value.utcoffset() is None:
            self.complain(
                f"`{key}` must be a date and time with its zone",
                key=key,
                hint="write 2025-01-25T00:00:00Z, or the offset of another zone: +09:00 is Tokyo's",
            )
        try:
            return value.astimezone(datetime.UTC)
        except OverflowError:
            self.complain(f"`{key}` lies beyond the years 1 to 9999", key=key)

    def table(self, key: str) -> "Table":
        """Take a table."""
        value = self.take(key)
        if not isinstance(value, dict):
            self.complain(f"`{key}` must be a table", key=key)
        return Table(value, self._source, (*self._where, key))

    def tables(self, key: str) -> "list[Table]":
        """Take an array of tables; an absent key is an empty one."""
        self._known.append(key)
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.complain(f"`{key}` must be tables headed [[{key}]]", key=key)
        return [
            Table(value, self._source, (*self._where, key, at)) for at, value in enumerate(values)
        ]

    def finish(self) -> None:
        """Check that no key is left that nobody knows."""
        for key in self._values:
            known = ", ".join(sorted(set(self._known)))
            self.complain(f"`{key}` is not known here", key=key, hint=f"known here: {known}")

    def complain(
        self,
        what: str,
        *,
        key: str | None = None,
        quoted: tuple[str, int] | None = None,
        hint: str = "",
    ) -> NoReturn:
        """Raise `FileError` at the line of this table, of a key in it, or of a string there."""
        where = self._where if key is None else (*self._where, key)
        line = self._source.line_of(where, quoted)
        raise FileError(str(self.path), what, line=line, hint=hint or self._source.advice)
