"""Reads the PNG pictures that the tests look at: 8-bit RGBA, by the specification (ISO 15948)."""

from __future__ import annotations

import re
import struct
import sys
import zlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXEL = 4  # bytes
_CHANGE = re.compile(rb"[^\0]")
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)


class Box(NamedTuple):
    """A part of a picture, in pixels; the right and lower edges are outside."""

    left: int
    top: int
    right: int
    bottom: int


class Pixels(NamedTuple):
    """A picture: its rows of RGBA bytes."""

    width: int
    height: int
    rows: list[bytes]

    def counted(self, box: Box) -> Counter[str]:
        """Count the colours of a part as #rrggbb."""
        found: Counter[int] = Counter()
        for row in self.rows[box.top : box.bottom]:
            part = memoryview(row[box.left * _PIXEL : box.right * _PIXEL])
            found.update(part.cast("I"))
        colors = {color.to_bytes(_PIXEL, sys.byteorder).hex(): n for color, n in found.items()}
        return Counter({f"#{color[:6]}": n for color, n in colors.items()})

    def span(self, color: str, top: int) -> tuple[int, int]:
        """Return the first and the last column in which an opaque colour stands below `top`."""
        pixel = re.compile(re.escape(bytes.fromhex(color[1:] + "ff")))
        places = [
            found.start() // _PIXEL
            for row in self.rows[top:]
            for found in pixel.finditer(row)
            if found.start() % _PIXEL == 0
        ]
        return min(places), max(places)

    def dark(self, box: Box) -> int:
        """Count the pixels of a part that are nearer to black than to white."""
        colors = self.counted(box)
        return sum(n for color, n in colors.items() if _luminance(color) < 128)


def _luminance(color: str) -> float:
    red, green, blue = bytes.fromhex(color[1:])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def read_png(content: bytes) -> Pixels:
    """Read a picture; fails on whatever is no 8-bit RGBA PNG that is not interlaced."""
    assert content.startswith(_SIGNATURE)
    chunks = list(_chunks(content))
    width, height, *form = struct.unpack(">IIBBBBB", chunks[0][1])
    assert form == [8, 6, 0, 0, 0]
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    stride = width * _PIXEL + 1
    assert len(raw) == stride * height
    rows: list[bytes] = []
    above = bytes(width * _PIXEL)
    for at in range(0, len(raw), stride):
        above = bytes(_unfilter(raw[at], raw[at + 1 : at + stride], above))
        rows.append(above)
    return Pixels(width, height, rows)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", content, at + 8 + length)
        assert check == zlib.crc32(kind + body)
        yield kind, body
        at += length + 12


def _unfilter(kind: int, row: bytes, above: bytes) -> bytes | bytearray:
    if kind == _NONE or (kind == _UP and not any(row)):
        return above if kind == _UP else row
    found = bytearray(above)
    if kind == _UP:
        for run in re.finditer(rb"[^\0]+", row):
            for at in range(run.start(), run.end()):
                found[at] = (row[at] + above[at]) & 255
        return found
    at, end = _next_change(row, 0) if kind == _PAETH else 0, len(row)
    while at < end:
        left, corner = (found[at - _PIXEL], above[at - _PIXEL]) if at >= _PIXEL else (0, 0)
        found[at] = (row[at] + _predict(kind, left, above[at], corner)) & 255
        at += 1
        # Where nothing is added and the last pixel is the one above, all is, up to the next change.
        if kind == _PAETH and at % _PIXEL == 0 and bytes(found[at - 4 : at]) == above[at - 4 : at]:
            at = _next_change(row, at)
    return found


def _next_change(row: bytes, at: int) -> int:
    """Return the first byte of the next pixel to which anything is added."""
    change = _CHANGE.search(row, at)
    return change.start() // _PIXEL * _PIXEL if change else len(row)


def _predict(kind: int, left: int, up: int, corner: int) -> int:
    if kind == _SUB:
        return left
    if kind == _AVERAGE:
        return (left + up) // 2
    assert kind == _PAETH
    to_left, to_up = abs(up - corner), abs(left - corner)
    if to_left <= to_up and to_left <= abs(left + up - 2 * corner):
        return left
    return up if to_up <= abs(left + up - 2 * corner) else corner
