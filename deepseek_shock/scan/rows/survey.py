"""In which order the rows of Parquet files seem to stand, by their metadata: milliseconds a file.

Row groups tell their least and greatest ticker and session. Files whose tickers ascend from row
group to row group and are disjoint are `ORDERED`; where sessions do so instead, they are `BY_DAY`.
Within a row group nothing is known: a glance at the first rows settles what one row group leaves
open, and whoever goes through the rows checks every one of them.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.rows.columns import find_columns
from deepseek_shock.scan.rows.numbering import Numbering, spell_value
from deepseek_shock.scan.rows.parquetrows import (
    ParquetPart,
    describe_failure,
    open_parquet,
    read_part,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deepseek_shock.scan.rows.files import DataFile

_GLANCE = 4096  # rows


class Span(NamedTuple):
    """The least and the greatest of something in a row group; comparable within one kind."""

    low: Any
    high: Any


class Surveyed(NamedTuple):
    """A Parquet file: how its tickers and days lie in its row groups, `None` where nobody tells.

    `groups` are the rows of each row group.
    """

    part: ParquetPart
    tickers: tuple[Span, ...] | None
    days: tuple[Span, ...] | None
    groups: tuple[int, ...]


def survey_file(file: DataFile, asked: Mapping[str, str]) -> Surveyed:
    """Read a file's metadata. Raises `DamagedFileError`, `UsageError`."""
    import pyarrow as pa

    try:
        with open_parquet(file.path) as opened:
            return _survey(file, opened, asked)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise DamagedFileError(
            file.name, describe_failure(error), hint="write or download it again"
        ) from error


def _survey(file: DataFile, opened: Any, asked: Mapping[str, str]) -> Surveyed:  # noqa: ANN401 -- pyarrow ships no types
    metadata, schema = opened.metadata, opened.schema_arrow
    if not metadata.num_rows:
        raise DamagedFileError(file.name, "has no rows", hint="leave it out")
    fixed = dict(file.partitions)
    labels = (*schema.names, *(name for name in fixed if name not in schema.names))
    columns = find_columns(file.name, labels, asked)
    part = ParquetPart(file, columns, metadata.num_rows)
    groups = tuple(metadata.row_group(at).num_rows for at in range(metadata.num_row_groups))
    if columns.wide:
        return Surveyed(part, None, None, groups)
    places = {
        metadata.row_group(0).column(at).path_in_schema: at for at in range(metadata.num_columns)
    }
    only = file.ticker if columns.ticker is None else fixed.get(columns.ticker)
    if columns.ticker in places:
        tickers = _spans(metadata, places[columns.ticker], spell_value)
    else:
        tickers = None if only is None else (Span(only, only),) * len(groups)
    if columns.session in places:
        days = _spans(metadata, places[columns.session], _order_of)
    else:
        day = fixed.get(columns.session)
        days = None if day is None else (Span(day, day),) * len(groups)
    return Surveyed(part, tickers, days, groups)


def _spans(metadata: Any, at: int, order: Callable[[object], Any]) -> tuple[Span, ...] | None:  # noqa: ANN401 -- the same
    spans: list[Span] = []
    for group in range(metadata.num_row_groups):
        found = metadata.row_group(group).column(at).statistics
        if found is None or not found.has_min_max:
            return None
        spans.append(Span(order(found.min), order(found.max)))
    return tuple(spans)


def _order_of(value: object) -> object:
    """Return a session as it is compared: dates and instants by their number, texts as they are."""
    if isinstance(value, datetime):
        return value.toordinal() + (value.hour * 60 + value.minute) / 1440
    return value.toordinal() if isinstance(value, date) else value


def find_layout(files: Sequence[Surveyed]) -> tuple[Layout, tuple[Surveyed, ...]]:
    """Return the fastest layout that metadata allow, and the files in the order it wants them."""
    by_ticker, by_day = _in_order(files, "tickers"), _in_order(files, "days")
    if (
        by_ticker is not None
        and _are_disjoint(by_ticker)
        and (by_day is None or not _is_open(by_ticker) or _glance(by_ticker) is Layout.ORDERED)
    ):
        return Layout.ORDERED, by_ticker
    if by_day is not None and _glance(by_day) is Layout.BY_DAY:
        return Layout.BY_DAY, by_day
    return Layout.SORTED, tuple(files)


def _in_order(files: Sequence[Surveyed], what: str) -> tuple[Surveyed, ...] | None:
    """Order files by the least of a thing; `None` where its spans do not ascend all through."""
    spans = {id(file): getattr(file, what) for file in files}
    if any(one is None for one in spans.values()):
        return None
    try:
        found = sorted(files, key=lambda file: (spans[id(file)][0].low, spans[id(file)][-1].high))
        chain = [span for file in found for span in spans[id(file)]]
        return tuple(found) if all(a.high <= b.low for a, b in pairwise(chain)) else None
    except TypeError:  # texts here, numbers there
        return None


def _are_disjoint(files: Sequence[Surveyed]) -> bool:
    spans = [file.tickers for file in files if file.tickers]
    return all(one[-1].high < other[0].low for one, other in pairwise(spans))


def _is_open(files: Sequence[Surveyed]) -> bool:
    """Tell whether a file has one row group of many tickers, in which any order is possible."""
    return any(
        len(file.groups) == 1 and any(span.low != span.high for span in file.tickers or ())
        for file in files
    )


def _glance(files: Sequence[Surveyed]) -> Layout:
    """Look at the first rows of the largest file: tickers in runs, or days ascending."""
    largest = max(files, key=lambda file: file.part.rows)
    try:
        rows = next(read_part(largest.part, Numbering()), None)
    except DamagedFileError:
        return Layout.ORDERED  # whoever reads it will say so
    if rows is None:
        return Layout.ORDERED
    codes, days = rows.codes[:_GLANCE], rows.days[:_GLANCE]
    goes_on = codes[1:] == codes[:-1]
    if bool((np.diff(codes) >= 0).all()) and bool((np.diff(days)[goes_on] > 0).all()):
        return Layout.ORDERED if goes_on.any() or not _ascend(days) else Layout.BY_DAY
    return Layout.BY_DAY if _ascend(days) else Layout.SORTED


def _ascend(days: np.ndarray[Any, Any]) -> bool:
    return bool((np.diff(days) >= 0).all())


def share_rows(files: Sequence[Surveyed], rows: int) -> tuple[tuple[Surveyed, ...], ...]:
    """Part ordered files into neighbours of about so many rows; a file is never cut here."""
    shares: list[list[Surveyed]] = []
    filled = rows
    for file in files:
        if filled >= rows:
            shares.append([])
            filled = 0
        shares[-1].append(file)
        filled += file.part.rows
    return tuple(map(tuple, shares))
