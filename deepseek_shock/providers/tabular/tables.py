"""Tables as text: CSV in any common encoding and delimiter, and Parquet, cell by cell.

A cell keeps its place, so that whoever cannot read it can name the line.
"""

import csv
import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeAlias

from deepseek_shock.errors import FileError
from deepseek_shock.headings import meaning

HEAD = 3  # rows that a header may take

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t|"
_LARGEST = 1 << 30  # bytes of text that are held whole
_SMALL = 1 << 26  # bytes up to which it does not matter how densely they were packed
_MOST_PACKED = 200  # times that a table may grow when it is unpacked; prices grow five times
_PIECE = 1 << 14  # bytes of gzip that are unpacked at a time
_LOOK = 200  # characters that tell a web page
_LONGEST = 10_000  # characters of a first line in which a delimiter is looked for
_PAGES = ("<!doctype", "<html", "<?xml", "<head", "<script")

Row: TypeAlias = tuple[int, Sequence[str]]
"""A row with its line in the file; blank rows are left out."""


class Table(NamedTuple):
    """A file's rows of text.

    `head` are the first three, `rows` gives all of them anew at each call. `takes_comma` tells that
    a comma in a figure may be a decimal mark: the delimiter is another.
    """

    path: str
    head: Sequence[Sequence[str]]
    rows: Callable[[], Iterator[Row]]
    takes_comma: bool = False

    def complain(self, what: str, *, line: int, hint: str) -> NoReturn:
        """Raise `FileError` at a line."""
        raise FileError(self.path, what, line=line, hint=hint)


class Body(NamedTuple):
    """A file's text behind Excel's own first line, what parts its cells, and its first line."""

    path: str
    text: str
    delimiter: str
    line: int

    @property
    def takes_comma(self) -> bool:
        """Whether a comma in a figure may be a decimal mark: the delimiter is another."""
        return self.delimiter in ";\t"


def read_table(path: Path, most: int | None = None) -> Table:
    """Read a file; with `most`, only so many bytes of it, for a look at its header.

    Raises `FileError` for what is no table: unreadable, damaged, empty, a web page, an archive.
    """
    data = _read(path, most)
    if data.startswith(_PARQUET):
        from deepseek_shock.providers.tabular.parquet import read_parquet

        return read_parquet(path, None if most is None else HEAD)
    text = _decode(path, data, is_cut=most is not None and len(data) >= most)
    if most is None:
        _check_text(path, text)
    body = _make_body(path, text)

    def rows() -> Iterator[Row]:
        return _split(*body)

    head = [cells for _, cells in islice(rows(), HEAD)]
    return Table(str(path), head, rows, body.takes_comma)


def read_body(path: Path) -> Body | None:
    """Read a file of text whole, or return `None` where it is Parquet. Raises as `read_table`."""
    data = _read(path, None)
    if data.startswith(_PARQUET):
        return None
    text = _decode(path, data, is_cut=False)
    _check_text(path, text)
    return _make_body(path, text)


def _make_body(path: Path, text: str) -> Body:
    body = re.sub(r"\Asep=.(?:\r\n?|\n)", "", text, flags=re.IGNORECASE)  # Excel's own first line
    return Body(str(path), body, _find_delimiter(body), 1 if body == text else 2)


def _read(path: Path, most: int | None) -> bytes:
    """Return a file's bytes, unpacked; of Parquet, which pyarrow reads, only what shows it."""
    try:
        with path.open("rb") as file:
            data = file.read(len(_PARQUET))
            if data != _PARQUET:
                data += file.read(_LARGEST if most is None else most)
    except FileNotFoundError as error:
        raise FileError(
            str(path), "does not exist", hint="name a file of bars, or a folder of them"
        ) from error
    except OSError as error:
        raise FileError(
            str(path),
            f"cannot be read: {error.strerror or error}",
            hint="check the name and the permissions",
        ) from error
    if len(data) > _LARGEST:
        raise _too_large(path)
    if data.startswith(_ARCHIVES):
        raise FileError(
            str(path), "is an archive or an Excel workbook", hint="unpack it, or save it as CSV"
        )
    return _unpack(path, data, most) if data.startswith(_GZIP) else data


def _unpack(path: Path, data: bytes, most: int | None) -> bytes:
    """Unpack gzip; one that was cut, or packed in several pieces, too."""
    unpacked: list[bytes] = []
    bound = _LARGEST if most is None else most
    bound = min(bound, max(_SMALL, len(data) * _MOST_PACKED))
    try:
        for piece in _unpacked(path, data):
            unpacked.append(piece)
            bound -= len(piece)
            if bound < 0:
                break
    except zlib.error as error:
        raise _damaged(path, str(error).rpartition(": ")[2]) from error
    if bound < 0 and most is None:
        raise _too_large(path)
    return b"".join(unpacked)[:most]


def _unpacked(path: Path, data: bytes) -> Iterator[bytes]:
    """Yield what a gzip file holds, a piece at a time; nothing of what is no gzip behind it."""
    unpacker = zlib.decompressobj(wbits=31)  # 31: gzip
    at, rest = _PIECE, data[:_PIECE]
    while rest:
        if unpacker.eof:
            if not (rest + data[at : at + 1]).startswith(_GZIP):
                return
            unpacker = zlib.decompressobj(wbits=31)
        yield unpacker.decompress(rest)
        rest = unpacker.unused_data
        if not rest:
            at, rest = at + _PIECE, data[at : at + _PIECE]
    if not unpacker.eof:
        raise _damaged(path, "it ends in the middle")


def _too_large(path: Path) -> FileError:
    return FileError(
        str(path),
        f"holds more than {_LARGEST >> 30} GiB, or is packed beyond what prices can be",
        hint="is it the right file? `shock scan` goes through larger histories",
    )


def _damaged(path: Path, what: str) -> FileError:
    return FileError(str(path), f"is a damaged gzip file: {what}", hint="download it again")


def _decode(path: Path, data: bytes, *, is_cut: bool) -> str:
    """Decode UTF-8, UTF-16 with a byte order mark, or Shift_JIS as Windows has it."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is None and b"\0" in data:
        raise FileError(
            str(path),
            "holds NUL bytes: it is no text, or UTF-16 without a byte order mark",
            line=data[: data.index(b"\0")].count(b"\n") + 1,
            hint="save the table as CSV in UTF-8",
        )
    if is_cut:
        # A character may be cut in two at the end; what is before the last line break is whole.
        if marked == "utf-16":
            return data.decode(marked, "ignore")
        data = data[: data.rfind(b"\n") + 1]
    encodings = (marked,) if marked else ("utf-8", "cp932")
    failures: list[UnicodeDecodeError] = []
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(error)
    furthest = max(failures, key=lambda failure: failure.start)
    raise FileError(
        str(path),
        "is neither UTF-8 nor Shift_JIS" if marked is None else f"is damaged {marked.upper()}",
        line=data[: furthest.start].count(b"\n") + 1,
        hint="save the table as CSV in UTF-8",
    ) from furthest


def _check_text(path: Path, text: str) -> None:
    start = text.lstrip()[:_LOOK].casefold()
    if not start:
        what, hint = "is empty", "a header and a row for each session are needed"
    elif start.startswith(_PAGES):
        what, hint = "is a web page, not a table", "download the table itself"
    elif start.startswith(("{", "[{", "[[")):
        what, hint = "is JSON, not a table", "save it as CSV or Parquet"
    else:
        return
    raise FileError(str(path), what, hint=hint)


def _find_delimiter(text: str) -> str:
    """Return the delimiter with which most headers are known, else the one with most columns."""
    lines = io.StringIO(text, newline="")
    first = next((line for line in lines if line.strip()), "")[:_LONGEST]
    return max(_DELIMITERS, key=lambda delimiter: _rate(first, delimiter))


def _rate(line: str, delimiter: str) -> tuple[int, int]:
    cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    return sum(meaning(cell) is not None for cell in cells), len(cells)


def _split(path: str, text: str, delimiter: str, line: int) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True)
    before = line - 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = before + reader.line_num + 1
    except csv.Error as error:
        raise FileError(
            path,
            f"is not CSV from here on: {error}",
            line=line,
            hint="look for a quotation mark without its partner",
        ) from error
