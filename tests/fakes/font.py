"""A font file as far as a look at it goes: the tables `name` and `OS/2` of OpenType, no glyphs."""

from __future__ import annotations

import struct
from typing import NamedTuple

LATIN, HIRAGANA = 1 << 0, 1 << 49
"""Bits of ulUnicodeRange, by the specification of OS/2."""

_HEAD = 12
_ENTRY = 16


class Kind(NamedTuple):
    """What OS/2 says; the selection is a word of flags, of which the lowest is italic."""

    scripts: int = LATIN
    weight: int = 400
    width: int = 5
    selection: int = 0x40


def make_font(names: dict[int, str], kind: Kind = Kind(), start: int = 0) -> bytes:  # noqa: B008 -- frozen
    """Make a font file; `names` by their ids, `start` where it stands in a collection."""
    tables = {b"OS/2": _os2(kind), b"name": _name(names)}
    at = start + _HEAD + _ENTRY * len(tables)
    head = struct.pack(">IHHHH", 0x00010000, len(tables), 0, 0, 0)
    body = b""
    for tag, content in tables.items():
        head += struct.pack(">4sIII", tag, 0, at + len(body), len(content))
        body += content
    return head + body


def make_collection(names: dict[int, str]) -> bytes:
    """Make a collection of one font."""
    start = 16
    return struct.pack(">4sIII", b"ttcf", 0x00010000, 1, start) + make_font(names, start=start)


def _os2(kind: Kind) -> bytes:
    head = struct.pack(">HhHHH32x", 4, 500, kind.weight, kind.width, 0)
    low, high = kind.scripts & 0xFFFFFFFF, kind.scripts >> 32
    return head + struct.pack(">IIII4sH", low, high, 0, 0, b"none", kind.selection)


def _name(names: dict[int, str]) -> bytes:
    records, strings = b"", b""
    for language, spelled in ((0x409, "{}"), (0x411, "{}の名")):
        for key, name in names.items():
            text = spelled.format(name).encode("utf-16-be")
            records += struct.pack(">HHHHHH", 3, 1, language, key, len(text), len(strings))
            strings += text
    count = len(records) // 12
    return struct.pack(">HHH", 0, count, 6 + len(records)) + records + strings
