"""Parquet as a table of text, through pyarrow, which is imported only here."""

import re
from ast import literal_eval
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.columns import LEVELS
from deepseek_shock.providers.tabular.tables import HEAD, Row, Table


def read_parquet(path: Path, most: int | None = None) -> Table:
    """Read a Parquet file, or only its first `most` rows; a row's place is its number, from 1.

    Raises `FileError` for a damaged file, and where pyarrow is missing.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise FileError(
            str(path), "is Parquet, and pyarrow, which reads it, is missing", hint=_INSTALL
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            check_cells(path, file.metadata)
            frame = file.read() if most is None else _read_first(file, most)
        names = list(frame.column_names)
        columns = [_read_texts(column) for column in frame.columns]
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        what = str(error).partition("\n")[0]
        raise FileError(
            str(path), f"is damaged Parquet: {what}", hint="write or download it again"
        ) from error
    return _make_table(str(path), names, columns)


def check_cells(path: Path, metadata: Any) -> None:  # noqa: ANN401 -- pyarrow ships no types
    """Refuse a file that says of itself that it holds more than memory does.

    A row that is like the one before takes next to no room in Parquet. Raises `FileError`.
    """
    if metadata.num_rows * metadata.num_columns > _MOST_CELLS:
        raise FileError(
            str(path),
            f"says that it holds {metadata.num_rows:,} rows in {metadata.num_columns:,} columns",
            hint="is it the right file? `shock scan` goes through larger histories",
        )


_MOST_CELLS = 100_000_000
_INSTALL = "install it: pip install pyarrow"
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def _read_first(file: Any, most: int) -> Any:  # noqa: ANN401 -- pyarrow ships no types
    import pyarrow as pa

    batches = list(islice(file.iter_batches(batch_size=most), 1))
    return pa.Table.from_batches(batches, schema=file.schema_arrow)


def _read_texts(column: Any) -> list[str]:  # noqa: ANN401 -- the same
    """Return a column's values as text: floats by their shortest, times on their own clock."""
    import pyarrow as pa

    if pa.types.is_float64(column.type):
        return ["" if value is None else repr(value) for value in column.to_pylist()]
    try:
        values = column.cast(pa.string()).to_pylist()
    except pa.ArrowNotImplementedError:
        return [f"<{column.type}>"] * len(column)  # lists and the like, which hold no figure
    except pa.ArrowInvalid:
        if not pa.types.is_timestamp(column.type) or not _OFFSET.fullmatch(column.type.tz or ""):
            raise
        # Before its release 22 Arrow casts no time of a clock like -05:00; Python prints it.
        # Without the nanoseconds: no day hangs on them, and with them pandas would be asked.
        values = column.cast(pa.timestamp("us", column.type.tz), safe=False).to_pylist()
    return ["" if value is None else str(value) for value in values]


def _make_table(path: str, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Table:
    head: list[tuple[str, ...]] = [tuple(names)]
    levels = {at: pair for at, name in enumerate(names) if (pair := _find_levels(name))}
    if levels:
        # A frame with two levels of columns, as yfinance's download: what its CSV would be.
        order = sorted(range(len(names)), key=lambda at: at in levels)
        columns = [columns[at] for at in order]
        pairs = [levels.get(at, ("", "")) for at in order]
        plain = tuple("" if at in levels else names[at] for at in order)
        head = [tuple(field for field, _ in pairs), tuple(ticker for _, ticker in pairs), plain]

    def rows() -> Iterator[Row]:
        yield from ((0, cells) for cells in head)
        body = enumerate(zip(*columns, strict=True), 1)
        yield from ((at, cells) for at, cells in body if any(cells))

    return Table(path, [cells for _, cells in islice(rows(), HEAD)], rows)


def _find_levels(name: str) -> tuple[str, str] | None:
    """Return the two levels of a column that pandas calls `('Close', 'NVDA')`."""
    if not name.startswith("('"):
        return None
    with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
        levels = literal_eval(name)
        if isinstance(levels, tuple) and len(levels) == LEVELS:
            return str(levels[0]), str(levels[1])
    return None
