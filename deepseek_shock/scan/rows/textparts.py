"""A text table as DuckDB is to read it: where its columns stand, and under which path it lies."""

from __future__ import annotations

import codecs
import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.headings import plain
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.columns import find_columns
from deepseek_shock.scan.rows.texthead import TextHead, open_text, read_head
from deepseek_shock.scan.rows.textlines import look_through

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deepseek_shock.scan.rows.files import DataFile
    from deepseek_shock.scan.rows.scratch import Scratch

_GLOB = frozenset("*?[]{}")
_PACKED = 4  # times that prices grow when they are unpacked
_PIECE = 1 << 20


class Shape(NamedTuple):
    """What files must have in common to be read by one query; places count columns from 0.

    `wide` are the columns of a table that has one a ticker.
    """

    delimiter: str
    width: int
    skipped: int
    takes_comma: bool
    session: int | None
    close: int
    ticker: int | None
    split: int | None
    is_factor: bool
    packing: str
    is_quoted: bool
    wide: tuple[int, ...] = ()


class TextPart(NamedTuple):
    """A text table: `path` is where DuckDB reads it, `names` are tickers that no row tells.

    `ticker` is the file's only one where no row tells it, `day` its only day.
    """

    file: DataFile
    path: str
    shape: Shape
    ticker: str | None
    day: str | None
    names: tuple[str, ...]
    first: str | None  # ticker of the first rows, if they are all of one
    split: str | None  # the label of the column
    rows: int  # blank ones not counted

    @property
    def weight(self) -> int:
        """About how many bytes it has unpacked."""
        return self.file.size * (_PACKED if self.shape.packing else 1)


def make_text_part(file: DataFile, asked: Mapping[str, str], scratch: Scratch) -> TextPart:
    """Look at the head of a file. Raises `DamagedFileError`, `UsageError`."""
    head = read_head(file)
    if head.tickers:
        return _of_two_levels(file, head, scratch)
    fixed = dict(file.partitions)
    labels = (*head.labels, *(name for name in fixed if name not in head.labels))
    columns = find_columns(file.name, labels, asked)
    places = {label: at for at, label in reversed(tuple(enumerate(head.labels)))}
    ticker_at = None if columns.ticker is None else places.get(columns.ticker)
    if not columns.wide and columns.close not in places:
        raise DamagedFileError(file.name, "closes in the folder’s name", hint="name a column")
    path = _settle_path(file, head, scratch)
    lines = look_through(file.name, path)
    shape = Shape(
        *(head.delimiter, len(head.labels), head.skipped, head.takes_comma),
        session=places.get(columns.session),
        close=places[columns.wide[0] if columns.wide else columns.close],
        ticker=ticker_at,
        split=None if columns.split is None else places.get(columns.split),
        is_factor=columns.is_factor,
        packing=_packing(path),
        is_quoted=lines.is_quoted,
        wide=tuple(places[label] for label in columns.wide),
    )
    named = file.ticker if columns.ticker is None else fixed.get(columns.ticker)
    return TextPart(
        file,
        path,
        shape,
        ticker=None if shape.wide or ticker_at is not None else named,
        day=None if columns.session in places else fixed[columns.session],
        names=columns.wide,
        first=_find_first(head, ticker_at),
        split=columns.split,
        rows=lines.full - head.lines,
    )


def _of_two_levels(file: DataFile, head: TextHead, scratch: Scratch) -> TextPart:
    """Read yfinance's header of fields and tickers: the columns of its closes."""
    closes = [at for at, label in enumerate(head.labels) if at and plain(label) == "close"]
    if not closes:
        raise DamagedFileError(file.name, "has no column that means close", hint="download Close")
    path = _settle_path(file, head, scratch)
    lines = look_through(file.name, path)
    shape = Shape(
        *(head.delimiter, len(head.labels), head.skipped, head.takes_comma),
        session=0,
        close=closes[0],
        ticker=None,
        split=None,
        is_factor=False,
        packing=_packing(path),
        is_quoted=lines.is_quoted,
        wide=tuple(closes) if len(closes) > 1 else (),
    )
    names = tuple(head.tickers[at] for at in closes)
    only = names[0] if len(closes) == 1 else None
    rows = lines.full - head.lines
    return TextPart(file, path, shape, only, None, names, None, None, rows)


def _find_first(head: TextHead, at: int | None) -> str | None:
    if at is None:
        return None
    seen = {row[at] for row in head.sample if len(row) > at}
    return seen.pop() if len(seen) == 1 else None


def _packing(path: str) -> str:
    return next((one for one in (".gz", ".zst") if path.lower().endswith(one)), "")


def _settle_path(file: DataFile, head: TextHead, scratch: Scratch) -> str:
    """Return a path that DuckDB takes as it is: no pattern, and UTF-8 behind it."""
    if head.encoding != "utf-8":
        return _transcode(file, head.encoding, scratch)
    if _GLOB.isdisjoint(file.path):
        return file.path
    link = scratch.new_path(".csv" + _packing(file.path))
    try:
        os.symlink(file.path, link)  # noqa: PTH211 -- paths as text
    except OSError:  # a disk without links
        shutil.copyfile(file.path, link)
    return str(link)


def _transcode(file: DataFile, encoding: str, scratch: Scratch) -> str:
    """Write a copy in UTF-8. Raises `DamagedFileError` where the text is none."""
    copy = scratch.new_path(".csv")
    try:
        with closing(open_text(file.path)) as stream, copy.open("wb") as out:
            decoder = codecs.getincrementaldecoder(encoding)()
            while piece := stream.read(_PIECE):
                out.write(decoder.decode(piece).encode())
            out.write(decoder.decode(b"", final=True).encode())
    except UnicodeDecodeError as error:
        name = "Shift_JIS" if encoding == "cp932" else encoding.upper()
        raise DamagedFileError(
            file.name, f"is neither UTF-8 nor whole {name}", hint="save it as CSV in UTF-8"
        ) from error
    except (OSError, EOFError) as error:
        raise DamagedFileError(file.name, f"cannot be read: {error}", hint="check it") from error
    return str(copy)
