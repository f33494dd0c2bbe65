"""Rows out of text tables: DuckDB parses them, many files at once, and what the cells say is ours.

Every column is taken as text, so that a cell is read by the rules by which Parquet's texts are, and
nothing is dropped: a row with a cell too few or too many, a stray quotation mark, a word among the
closes are damage, and the file is looked for that has it.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from deepseek_shock.errors import FileError
from deepseek_shock.scan.reading import Rows
from deepseek_shock.scan.rows.arrowcells import (
    UnfitError,
    check_once,
    closes_of,
    compute,
    day_of_text,
    days_of,
    encode_tickers,
    places_of,
)
from deepseek_shock.scan.rows.duck import Engine, QueryError, stream
from deepseek_shock.scan.rows.numbering import Numbering
from deepseek_shock.scan.rows.steadiness import Steadiness
from deepseek_shock.scan.rows.textdamage import describe, tell

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from deepseek_shock.scan.rows.splits import Splits
    from deepseek_shock.scan.rows.textparts import Shape, TextPart

BATCH = 122_880  # rows: sixty of DuckDB's vectors
LOT = 1 << 25  # bytes of text that are read together: half a million rows
_MEMORY = 256 << 20  # what a parser may hold
_OF_COLUMN = 256 << 10  # at least, for tables of thousands of columns


class TextRows:
    """The rows of text tables in the order of files and lines."""

    def __init__(
        self,
        parts: Sequence[TextPart],
        threads: int,
        splits: Mapping[str, Splits] | None = None,
    ) -> None:
        self._parts = tuple(sorted(parts, key=_query_of))
        self._threads = threads
        self._splits = splits or {}
        self._engine = Engine()
        self.files = tuple(part.file.name for part in self._parts)
        self.name = self.files[0]
        self.rows: int | None = sum(part.rows for part in self._parts)
        self.tickers: list[str] = []
        self._steadiness = Steadiness()

    def batches(self) -> Iterator[Rows]:
        """Yield rows as they come. Raises as `Reader` says."""
        numbering = Numbering()
        self.tickers = numbering.tickers
        for (_, _, label), some in groupby(self._parts, key=_query_of):
            splits = self._splits.get(label)
            parts = tuple(some)
            self._check(parts)
            for rows in self._read(parts, numbering):
                yield rows if splits is None else splits.apply(rows, self.tickers)
            self._check(parts)

    def without(self, file: str) -> TextRows | None:
        """Return a reader of the other files."""
        left = [part for part in self._parts if part.file.name != file]
        return TextRows(left, self._threads, self._splits) if left else None

    def stop(self) -> None:
        """End the parsing."""
        self._engine.stop()

    def _check(self, parts: Sequence[TextPart]) -> None:
        for part in parts:
            self._steadiness.check(part.file)

    def _read(self, parts: Sequence[TextPart], numbering: Numbering) -> Iterator[Rows]:
        try:
            yield from self._query(parts, numbering)
        except (UnfitError, QueryError) as error:
            raise self._blame(parts, error) from error

    def _query(self, parts: Sequence[TextPart], numbering: Numbering) -> Iterator[Rows]:
        by_path = {part.path: part for part in parts}
        sql = make_sql(parts[0].shape, has_paths=len(parts) > 1)
        memory = max(_MEMORY, parts[0].shape.width * _OF_COLUMN)
        with self._engine.running(self._threads, memory, None, keeps_order=True) as connection:
            lacking = sum(part.rows for part in parts)
            for batch in stream(connection, sql, [list(by_path)], BATCH):
                lacking -= batch.num_rows
                if (full := _leave_blank(parts[0].shape, batch)).num_rows:
                    yield from make_rows(full, by_path, numbering)
        if lacking:
            raise UnfitError(f"{abs(lacking)} rows {'lack' if lacking > 0 else 'are too many'}")

    def _blame(self, parts: Sequence[TextPart], error: Exception) -> FileError:
        """Find the file that is to blame: the one that fails by itself; the named one first.

        Where none does, none is left out in the others' stead.
        """
        if len(parts) == 1:
            return describe(parts[0], error)
        text = str(error)
        for part in (part for part in parts if part.path in text):
            if (own := self._fail([part])) is not None:
                return describe(part, own)
        left = parts
        while len(left) > 1:  # by halves: of thousands of files a dozen queries
            half = left[: len(left) // 2]
            left = left[len(left) // 2 :] if self._fail(half) is None else half
        if (own := self._fail(left)) is not None:
            return describe(left[0], own)
        first, last = parts[0].file.name, parts[-1].file.name
        return FileError(
            first,
            f"and what stands behind it, to {last}, cannot be read together: {tell(error)}",
            hint="scan them apart, or bring them into one form",
        )

    def _fail(self, parts: Sequence[TextPart]) -> UnfitError | QueryError | None:
        """Return why some files cannot be read, if they cannot."""
        try:
            for _ in self._query(parts, Numbering()):
                pass
        except (UnfitError, QueryError) as error:
            return error
        return None


def share_bytes(parts: Sequence[TextPart], size: int = LOT) -> Iterator[tuple[TextPart, ...]]:
    """Part text files, in their order, into lots of about so many bytes."""
    some: list[TextPart] = []
    filled = 0
    for part in parts:
        some.append(part)
        filled += part.weight
        if filled >= size:
            yield tuple(some)
            some, filled = [], 0
    if some:
        yield tuple(some)


def _query_of(part: TextPart) -> tuple[str, str, str]:
    """Return what parts of one query have in common; some are queried alone."""
    shape = part.shape
    is_alone = shape.wide or shape.session is None
    return repr(shape), part.path if is_alone else "", part.split or ""


def make_sql(shape: Shape, *, has_paths: bool) -> str:
    """Return the query of the columns that are needed; the list of paths is its parameter."""
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(shape.width))
    places = (shape.ticker, shape.session, *(shape.wide or (shape.close,)), shape.split)
    wanted = [f"c{at}" for at in places if at is not None]
    names_path = has_paths and shape.ticker is None
    if names_path:
        wanted.append("filename")
    quote = '"' if shape.is_quoted else ""
    delimiter = shape.delimiter.replace("\t", "\\t")
    return (
        f"SELECT {', '.join(dict.fromkeys(wanted))} FROM read_csv(?, auto_detect = false, "  # noqa: S608 -- numbers alone
        f"header = true, skip = {shape.skipped}, delim = '{delimiter}', quote = '{quote}', "
        f"escape = '{quote}', columns = {{{columns}}}, nullstr = '', "
        f"filename = {str(names_path).lower()}, hive_partitioning = false)"
    )


def _leave_blank(shape: Shape, batch: Any) -> Any:  # noqa: ANN401 -- duckdb and pyarrow ship no types
    """Leave out rows with nothing in them, which spreadsheets put at the end."""
    pc = compute()
    days = None if shape.session is None else batch.column(f"c{shape.session}")
    if days is None or not days.null_count:
        return batch
    is_blank = days.is_null()
    for at in (shape.ticker, *(shape.wide or (shape.close,))):
        if at is not None:
            is_blank = pc.and_(is_blank, batch.column(f"c{at}").is_null())
    return batch.filter(pc.invert(is_blank))


def make_rows(batch: Any, by_path: Mapping[str, TextPart], numbering: Numbering) -> Iterator[Rows]:  # noqa: ANN401 -- the same
    """Yield the rows of a batch. Raises `UnfitError`."""
    part = next(iter(by_path.values()))
    shape = part.shape
    if shape.session is None:
        day = day_of_text(str(part.day))
        days = np.full(batch.num_rows, day, np.int32)
    else:
        with _column(shape.session):
            days = days_of(batch.column(f"c{shape.session}"))
    if shape.wide:
        for at, name in zip(shape.wide, part.names, strict=True):
            closes = _closes(shape, batch, at)
            is_held = ~np.isnan(closes)  # a share that is not listed has no row
            if not is_held.any():
                continue
            codes = np.full(int(is_held.sum()), numbering.number(name.strip()), np.int32)
            yield Rows(codes, days[is_held], closes[is_held])
        return
    if shape.ticker is None:
        files = _files(batch, by_path)
        check_once(files, days)
        codes = _codes_of_files(files, by_path, numbering)
    else:
        with _column(shape.ticker):
            codes = numbering.codes_of(encode_tickers(batch.column(f"c{shape.ticker}")))
    yield Rows(codes, days, _closes(shape, batch, shape.close))


def _files(batch: Any, by_path: Mapping[str, TextPart]) -> NDArray[np.int32]:  # noqa: ANN401 -- the same
    """Return the place of each row's file."""
    if len(by_path) == 1:
        return np.zeros(batch.num_rows, np.int32)
    paths = batch.column("filename").dictionary_encode()
    known = {path: at for at, path in enumerate(by_path)}
    places = np.array([known[path] for path in paths.dictionary.to_pylist()], np.int32)
    return places[places_of(paths)]


def _codes_of_files(
    files: NDArray[np.int32], by_path: Mapping[str, TextPart], numbering: Numbering
) -> NDArray[np.int32]:
    """Return the codes of the tickers that files are named after; two may be of one."""
    parts = tuple(by_path.values())
    codes = np.empty(len(parts), np.int32)
    for at in np.unique(files).tolist():
        codes[at] = numbering.number(str(parts[at].ticker))
    return codes[files]


def _closes(shape: Shape, batch: Any, at: int) -> NDArray[np.float64]:  # noqa: ANN401 -- the same
    pc = compute()
    texts = batch.column(f"c{at}")
    with _column(at):
        return closes_of(pc.replace_substring(texts, ",", ".") if shape.takes_comma else texts)


@contextmanager
def _column(at: int) -> Generator[None, None, None]:
    """Let complaints tell of which column they are."""
    try:
        yield
    except UnfitError as error:
        error.column = at
        raise
