"""A text table gone through byte by byte before DuckDB parses it, at a gigabyte a second.

DuckDB drops what stands behind a quotation mark without its partner where it reads three files or
more, or one that is packed, and says nothing. So marks are paired here, line by line (a price has
no text of two lines), and lines are counted, which the rows that come are held against.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.texthead import open_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 20
_LONGEST = 1 << 25  # bytes of a line
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_END, _RETURN, _QUOTE = b'\n\r"'


class Lines(NamedTuple):
    """How many lines of a file are not blank, and whether a quotation mark is in any."""

    full: int
    is_quoted: bool


class Cell(NamedTuple):
    """What a cell says, in which column (from 0) of a table with so many lines of header."""

    text: str
    column: int
    delimiter: str
    head: int


def look_through(name: str, path: str) -> Lines:
    """Go through a file. Raises `DamagedFileError`: not whole, NUL bytes, stray marks or returns.

    `name` is what messages call it, `path` where it lies.
    """
    count, before, is_quoted = 0, 0, False
    for block in _read_lines(name, path):
        if b"\0" in block:
            line = before + block[: block.index(b"\0")].count(b"\n") + 1
            raise DamagedFileError(
                name, "holds NUL bytes", line=line, hint="mend the file, or download it again"
            )
        if b"\r" in block and (lone := _LONE_RETURN.search(block)):
            line = before + block[: lone.start()].count(b"\n") + 1
            raise DamagedFileError(
                name,
                "a carriage return that does not end the line",
                line=line,
                hint="save it with the line ends of Unix or Windows",
            )
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == _END)
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts
        is_blank = (lengths == 0) | ((lengths == 1) & (data[starts] == _RETURN))
        count += len(ends) - int(is_blank.sum())
        if b'"' in block:
            is_quoted = True
            _check_quotes(name, data, ends, before)
        before += len(ends)
    return Lines(count, is_quoted)


def find_line(name: str, path: str, cell: Cell) -> int | None:
    """Return the line on which a cell stands first; `None` where it is not found.

    The file has been looked through before: this is for who has to complain of it.
    """
    before = 0
    known = cell.text.encode()
    for block in _read_lines(name, path):
        if known in block:
            for line, content in enumerate(block.split(b"\n"), before + 1):
                if line > cell.head and known in content and _stands_in(cell, content):
                    return line
        before += block.count(b"\n")
    return None


def _stands_in(cell: Cell, line: bytes) -> bool:
    text = line.decode("utf-8", "replace").rstrip("\r")
    row = [one.strip() for one in next(csv.reader([text], delimiter=cell.delimiter), ())]
    return len(row) > cell.column and row[cell.column] == cell.text and any(row)


def _check_quotes(
    name: str, data: np.ndarray[tuple[int], np.dtype[np.uint8]], ends: object, before: int
) -> None:
    places = np.flatnonzero(data == _QUOTE)
    marks = np.bincount(np.searchsorted(ends, places))  # type: ignore[call-overload]
    if (odd := np.flatnonzero(marks % 2)).size:
        raise DamagedFileError(
            name,
            "a quotation mark without its partner",
            line=before + int(odd[0]) + 1,
            hint="mend the line; a cell of several lines is not read",
        )


def _read_lines(name: str, path: str) -> Iterator[bytes]:
    """Yield the bytes of some whole lines at a time; the last is given an end."""
    rest = b""
    try:
        with closing(open_text(path)) as stream:
            while block := stream.read(_BLOCK):
                whole, end, more = block.rpartition(b"\n")
                if end:
                    yield rest + whole + end
                    rest = more
                else:
                    rest += more
                if len(rest) > _LONGEST:
                    raise DamagedFileError(name, "has a line without an end", hint="is it text?")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFileError(
            name, "is damaged gzip, or cut off", hint="download it again"
        ) from error
    except OSError as error:
        what = error.strerror or "its packing is damaged"
        raise DamagedFileError(name, f"cannot be read: {what}", hint="check the file") from error
    if rest:
        yield rest + b"\n"
