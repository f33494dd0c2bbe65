"""The catalogue of a language: `locale/*.toml`, read section by section."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

_LOCALES = Path(__file__).parent.parent / "locale"

Entry: TypeAlias = str | Mapping[str, str]
"""A sentence, or its forms."""


@cache
def catalogue(lang: str) -> "Catalogue":
    """Read a language's catalogue."""
    return Catalogue((_LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))


class Catalogue(Mapping[str, Entry]):
    """The entries of a language by dotted key.

    A section is parsed when an entry of it is asked for: a report says few of them, and to parse
    all takes longer than to make it.
    """

    def __init__(self, text: str) -> None:
        self._entries: dict[str, Entry] = {}
        self._unparsed: dict[str, str] = {}
        for section in re.split(r"^(?=\[)", text, flags=re.MULTILINE)[1:]:
            name = re.split(r"[.\]]", section[1:], maxsplit=1)[0]
            self._unparsed[name] = self._unparsed.get(name, "") + section

    def __getitem__(self, key: str) -> Entry:
        """Return a sentence or its forms."""
        self._parse(key.partition(".")[0])
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        """Give all keys."""
        for section in list(self._unparsed):
            self._parse(section)
        return iter(self._entries)

    def __len__(self) -> int:
        """Count the entries."""
        return sum(1 for _ in self)

    def _parse(self, section: str) -> None:
        if text := self._unparsed.pop(section, ""):
            self._entries.update(_flatten(tomllib.loads(text)))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for key, value in table.items():
        if isinstance(value, str) or "other" in value:
            yield prefix + key, value
        else:
            yield from _flatten(value, f"{prefix}{key}.")
