"""What a font file says of itself: its family, its weight, the scripts it is made for.

Read with the standard library from the tables `name` and `OS/2` of the OpenType specification, in
a few seeks: a folder of hundreds of fonts is looked through without loading one of them.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")

_KINDS = (b"\0\1\0\0", b"OTTO", b"true")
_COLLECTION = b"ttcf"
_WINDOWS, _ENGLISH = 3, 0x409
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_MEDIUM_WIDTH = 5
# Bits of `ulUnicodeRange` in OS/2.
_BASIC_LATIN, _HIRAGANA = 0, 49


class Face(NamedTuple):
    """A font file, or the first face of a collection."""

    path: Path
    family: str
    weight: int
    is_upright: bool
    has_latin: bool
    has_kana: bool


def read_face(path: Path) -> Face | None:
    """Read what a font file says of itself; `None` for what is no font."""
    try:
        with path.open("rb") as file:
            tables = _read_tables(file)
            family = _find_family(_read_table(file, tables[b"name"]))
            head = _read_table(file, tables[b"OS/2"])
            weight, width = struct.unpack_from(">HH", head, 4)
            low, high = struct.unpack_from(">II", head, 42)
            (selection,) = struct.unpack_from(">H", head, 62)
    except (OSError, ValueError, LookupError, struct.error):
        return None
    scripts = low | high << 32
    return Face(
        path=path,
        family=family,
        weight=weight,
        is_upright=not selection & 1 and width == _MEDIUM_WIDTH,
        has_latin=bool(scripts >> _BASIC_LATIN & 1),
        has_kana=bool(scripts >> _HIRAGANA & 1),
    )


def _read_tables(file: BinaryIO) -> Mapping[bytes, tuple[int, int]]:
    """Return where each table stands, and how long it is."""
    kind = file.read(4)
    if kind == _COLLECTION:
        file.seek(12)
        file.seek(*struct.unpack(">I", file.read(4)))
        kind = file.read(4)
    if kind not in _KINDS:
        raise ValueError("no font")
    (count,) = struct.unpack(">H", file.read(2))
    file.seek(6, 1)
    entries = (struct.unpack(">4sIII", file.read(16)) for _ in range(count))
    return {tag: (offset, length) for tag, _, offset, length in entries}


def _read_table(file: BinaryIO, place: tuple[int, int]) -> bytes:
    offset, length = place
    file.seek(offset)
    return file.read(length)


def _find_family(table: bytes) -> str:
    """Return the English family, the typographic one where there are two.

    Raises `LookupError` where there is none.
    """
    _, count, strings = struct.unpack_from(">HHH", table)
    found: dict[int, str] = {}
    for at in range(count):
        record = struct.unpack_from(">HHHHHH", table, 6 + 12 * at)
        platform, _, language, name, length, offset = record
        if platform == _WINDOWS and language == _ENGLISH:
            start = strings + offset
            found[name] = table[start : start + length].decode("utf-16-be")
    return found.get(_TYPOGRAPHIC_FAMILY) or found[_FAMILY]
