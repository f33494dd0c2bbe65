"""Rows out of Parquet files, a batch at a time; nothing else of a file is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deepseek_shock.scan.reading import DamagedFileError, Rows, StoppedError
from deepseek_shock.scan.rows.arrowcells import (
    UnfitError,
    check_once,
    closes_of,
    day_of_text,
    days_of,
    encode_tickers,
)
from deepseek_shock.scan.rows.numbering import Numbering
from deepseek_shock.scan.rows.steadiness import Steadiness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deepseek_shock.scan.rows.columns import Columns
    from deepseek_shock.scan.rows.files import DataFile
    from deepseek_shock.scan.rows.splits import Splits

BATCH = 262_144  # rows that are decoded at once; a row group of a packed history


class ParquetPart(NamedTuple):
    """A Parquet file, what its columns mean, and how many rows it has by its metadata."""

    file: DataFile
    columns: Columns
    rows: int


class ParquetRows:
    """The rows of Parquet files one after the other, with tickers numbered through all of them."""

    def __init__(
        self, parts: Sequence[ParquetPart], splits: Mapping[str, Splits] | None = None
    ) -> None:
        self._parts = tuple(parts)
        self._splits = splits or {}
        self._is_stopped = False
        self._steadiness = Steadiness()
        self.files = tuple(part.file.name for part in self._parts)
        self.name = self.files[0]
        self.rows: int | None = sum(part.rows for part in self._parts)
        self.tickers: list[str] = []

    def batches(self) -> Iterator[Rows]:
        """Yield rows in the order of the files. Raises as `Reader` says."""
        numbering = Numbering()
        self.tickers = numbering.tickers
        for part in self._parts:
            splits = self._splits.get(part.columns.split or "")
            self._steadiness.check(part.file)
            for rows in read_part(part, numbering):
                if self._is_stopped:
                    raise StoppedError
                yield rows if splits is None else splits.apply(rows, self.tickers)
            self._steadiness.check(part.file)

    def without(self, file: str) -> ParquetRows | None:
        """Return a reader of the other files."""
        left = [part for part in self._parts if part.file.name != file]
        return ParquetRows(left, self._splits) if left else None

    def stop(self) -> None:
        """End before the next batch."""
        self._is_stopped = True


def read_part(part: ParquetPart, numbering: Numbering) -> Iterator[Rows]:
    """Yield the rows of one file. Raises `DamagedFileError`."""
    import pyarrow as pa

    file = part.file
    try:
        if part.columns.wide:
            yield from _read_wide(part, numbering)
        else:
            yield from _read_long(part, numbering)
    except UnfitError as error:
        raise _damaged(file, str(error), "name another column: --columns close=NAME") from error
    except OSError as error:
        raise _damaged(file, describe_failure(error), "write or download it again") from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _damaged(file, describe_failure(error), "write or download it again") from error


def open_parquet(path: str, texts: Sequence[str] = ()) -> Any:  # noqa: ANN401 -- pyarrow ships no types
    """Open a file; `texts` are read as dictionaries. Raises what pyarrow raises, and `OSError`."""
    from pyarrow import parquet

    return parquet.ParquetFile(
        path,
        read_dictionary=list(texts),
        pre_buffer=False,  # it would hold all columns of a file at once
        page_checksum_verification=True,
    )


def describe_failure(error: Exception) -> str:
    """Say in one line why a Parquet file cannot be read."""
    if isinstance(error, OSError) and error.errno and error.strerror:
        return f"cannot be read: {error.strerror}"
    what = str(error).partition("\n")[0].strip().rstrip(".")
    return f"is damaged Parquet: {what[:160]}"


def _read_long(part: ParquetPart, numbering: Numbering) -> Iterator[Rows]:
    columns, fixed = part.columns, dict(part.file.partitions)
    texts = () if columns.ticker is None or columns.ticker in fixed else (columns.ticker,)
    with open_parquet(part.file.path, texts) as file:
        held = frozenset(file.schema_arrow.names)
        wanted = (columns.ticker, columns.session, columns.close)
        labels = [one for one in wanted if one is not None and one in held]
        count = 0
        for batch in file.iter_batches(BATCH, columns=labels, use_threads=False):
            if batch.num_rows:
                count += batch.num_rows
                yield _make_rows(part, batch, fixed, numbering)
        if count != file.metadata.num_rows:
            raise UnfitError(f"{count} rows came, {file.metadata.num_rows} are announced")


def _make_rows(
    part: ParquetPart,
    batch: Any,  # noqa: ANN401 -- pyarrow ships no types
    fixed: dict[str, str],
    numbering: Numbering,
) -> Rows:
    columns, names = part.columns, batch.schema.names
    if columns.ticker is not None and columns.ticker in names:
        codes = numbering.codes_of(encode_tickers(batch.column(columns.ticker)))
    else:
        name = part.file.ticker if columns.ticker is None else fixed[columns.ticker]
        codes = np.full(batch.num_rows, numbering.number(name), np.int32)
    if columns.session in names:
        days = days_of(batch.column(columns.session))
    else:
        days = np.full(batch.num_rows, day_of_text(fixed[columns.session]), np.int32)
    if columns.ticker is None:
        check_once(codes, days)
    return Rows(codes, days, closes_of(batch.column(columns.close)))


def _read_wide(part: ParquetPart, numbering: Numbering) -> Iterator[Rows]:
    """Yield a column a ticker: a whole column is held, and the days."""
    with open_parquet(part.file.path) as file:
        days = days_of(_whole(file, part.columns.session))
        order = np.argsort(days, kind="stable")
        for label in part.columns.wide:
            closes = closes_of(_whole(file, label))
            is_held = ~np.isnan(closes[order])  # a share that is not listed has no row
            if not is_held.any():
                continue
            codes = np.full(int(is_held.sum()), numbering.number(label.strip()), np.int32)
            yield Rows(codes, days[order][is_held], closes[order][is_held])


def _whole(file: Any, label: str) -> Any:  # noqa: ANN401 -- pyarrow ships no types
    return file.read(columns=[label], use_threads=False).column(0).combine_chunks()


def _damaged(file: DataFile, why: str, hint: str) -> DamagedFileError:
    return DamagedFileError(file.name, why, hint=hint)
