"""What the first bytes of a text table tell: its encoding, its delimiter, its header."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.headings import plain
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.columns import knows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepseek_shock.scan.rows.files import DataFile

_LOOK = 1 << 12  # bytes: a header and some rows
_LONGEST = 1 << 22  # bytes of a header that has a column a ticker
_SAMPLE = 8  # rows of those
_DELIMITERS = ",;\t|"
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x1f\x8b")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PAGES = ("<!doctype", "<html", "<?xml", "<head", "<script")
_LEVELS = 2  # rows in which yfinance heads its columns: by field and by ticker


class TextHead(NamedTuple):
    """The header of a text table.

    `skipped` lines stand before the last line of the header, which has `lines` that are not blank.
    `takes_comma`: the decimal mark is a comma.
    `tickers` are those of the second row of a header of two, as yfinance writes it, a column each.
    `sample` are the first rows.
    """

    labels: tuple[str, ...]
    delimiter: str
    skipped: int
    lines: int
    encoding: str
    takes_comma: bool
    tickers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


def read_head(file: DataFile) -> TextHead:
    """Look at the beginning of a file. Raises `DamagedFileError` for what is no table."""
    data = _read_start(file)
    if not data.strip():
        raise _damaged(file, "is empty", "a header and a row a session are needed")
    if data.startswith(_ARCHIVES):
        raise _damaged(file, "is an archive or an Excel workbook", "unpack it, or save it as CSV")
    encoding = _find_encoding(file, data)
    text = _decode(data, encoding)
    start = text.lstrip("\ufeff \r\n")[:200].casefold()
    if start.startswith(_PAGES):
        raise _damaged(file, "is a web page, not a table", "download the table itself")
    if start.startswith(("{", "[{", "[[")):
        raise _damaged(file, "is JSON, not a table", "save it as CSV or Parquet")
    return _read_labels(file, text, encoding, is_whole=len(data) < _LOOK)


def _read_start(file: DataFile) -> bytes:
    try:
        with closing(open_text(file.path)) as stream:
            data: bytes = stream.read(_LOOK)
            while len(data) in range(_LOOK, _LONGEST) and data.count(b"\n") < _LEVELS:
                data += (more := stream.read(len(data)))
                if not more:
                    break
    except EOFError as error:
        raise _damaged(file, "is cut off gzip", "download it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(file, "is damaged gzip", "download it again") from error
    except OSError as error:
        what = error.strerror or "it is damaged Zstandard"
        raise _damaged(file, f"cannot be read: {what}", "check the file") from error
    return data


def open_text(path: str) -> Any:  # noqa: ANN401 -- three kinds of binary streams
    """Open a file of text for its bytes, unpacked."""
    lower = path.lower()
    if lower.endswith(".gz"):
        return gzip.open(path, "rb")
    if lower.endswith(".zst"):
        import pyarrow as pa

        return pa.input_stream(path, compression="zstd")
    return open(path, "rb")  # noqa: PTH123 -- a path as text; the caller closes


def _find_encoding(file: DataFile, data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if b"\0" in data:
        raise _damaged(file, "is no text: it holds NUL bytes", "save the table as CSV in UTF-8")
    whole = data if len(data) < _LOOK else data[: data.rfind(b"\n") + 1] or data[:-4]
    for name in ("utf-8", "cp932"):
        try:
            whole.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise _damaged(file, "is neither UTF-8 nor Shift_JIS", "save the table as CSV in UTF-8")


def _decode(data: bytes, encoding: str) -> str:
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding, "ignore")


def _read_labels(file: DataFile, text: str, encoding: str, *, is_whole: bool) -> TextHead:
    lines = text.splitlines(keepends=True)
    skipped = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[skipped].lower().startswith("sep="):
        skipped += 1
    delimiter = max(_DELIMITERS, key=lambda one: _rate(lines[skipped:], one))
    body = "".join(lines[skipped : skipped + _SAMPLE])
    rows = _split(file, body, delimiter)
    if not is_whole and len(lines) < skipped + _SAMPLE:
        rows = rows[:-1]  # it may be cut
    if not rows or not any(rows[0]):
        raise _damaged(file, "has no header", "a header and a row a session are needed")
    labels, tickers, taken = _read_levels(rows)
    sample = tuple(rows[taken:])
    return TextHead(
        labels,
        delimiter,
        skipped + taken - 1,
        sum(bool(line.strip("\ufeff\r\n")) for line in lines[: skipped + taken]),
        encoding,
        delimiter in ";\t" and _has_commas(sample),
        tickers,
        sample,
    )


def _rate(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    first = next(iter(lines), "")[:10_000]
    cells = next(csv.reader([first], delimiter=delimiter), [])
    return sum(knows(cell) for cell in cells), len(cells)


def _split(file: DataFile, text: str, delimiter: str) -> list[tuple[str, ...]]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [tuple(cell.strip() for cell in row) for row in rows if any(row)]
    except csv.Error as error:
        raise _damaged(file, f"is not CSV: {error}", "save the table as CSV in UTF-8") from error


def _read_levels(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Return labels, tickers and rows of a header; tickers where it has a row of them."""
    if len(rows) > _LEVELS and {plain(row[0]) for row in rows[:_LEVELS]} == {"price", "ticker"}:
        fields, tickers = sorted(rows[:_LEVELS], key=lambda row: plain(row[0]) == "ticker")
        third = rows[_LEVELS]
        has_third = not any(third[1:])
        labels = ("Date", *fields[1:])
        return labels, tickers, _LEVELS + has_third
    return rows[0], (), 1


def _has_commas(rows: Sequence[Sequence[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    return any(
        cell.count(",") == 1 and cell.replace(",", "").lstrip("-").isdecimal() for cell in cells
    )


def _damaged(file: DataFile, why: str, hint: str) -> DamagedFileError:
    return DamagedFileError(file.name, why, hint=hint)
