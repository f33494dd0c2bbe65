"""The catalogue of a language: `locale/*.toml`, read entry by entry."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

_LOCALES = Path(__file__).parent.parent / "locale"
_HEADER = re.compile(r"^\[([\w.]+)\]$", re.MULTILINE)
_LINE = re.compile(r"^(\w+)(?:\.\w+)? *=.*$", re.MULTILINE)
_FORM = "other"  # which every entry with forms has

Entry: TypeAlias = str | Mapping[str, str]
"""A sentence, or its forms."""


@cache
def catalogue(lang: str) -> "Catalogue":
    """Read a language's catalogue."""
    return Catalogue((_LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))


class Catalogue(Mapping[str, Entry]):
    """The entries of a language by dotted key.

    The file has a line for each sentence and for each form of one. An entry is parsed when it is
    asked for: a report says few of them, and to parse all takes longer than to make it.
    """

    def __init__(self, text: str) -> None:
        self._entries: dict[str, Entry] = {}
        self._lines = dict(_lines(text))

    def __getitem__(self, key: str) -> Entry:
        """Return a sentence or its forms."""
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _parse(key, self._lines[key])
        return entry

    def __iter__(self) -> Iterator[str]:
        """Give all keys."""
        return iter(self._lines)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._lines)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each entry's key with its lines; a section with forms is one entry."""
    _, *parts = _HEADER.split(text)
    for section, body in zip(parts[::2], parts[1::2], strict=True):
        found: dict[str, str] = {}
        for line in _LINE.finditer(body):
            found[line[1]] = f"{found.get(line[1], '')}{line[0]}\n"
        if _FORM in found:
            yield section, body
        else:
            yield from ((f"{section}.{name}", lines) for name, lines in found.items())


def _parse(key: str, lines: str) -> Entry:
    """Parse the lines of an entry, which name it unless they are its forms alone."""
    table = tomllib.loads(lines)
    entry: Entry = table if _FORM in table else table[key.rpartition(".")[2]]
    return entry
