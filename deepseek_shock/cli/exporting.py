"""Bars out of the store, as CSV or Parquet: the columns are those that the source `files` reads."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from deepseek_shock.errors import OutputError, UsageError
from deepseek_shock.market.instrument import check_ticker
from deepseek_shock.userpath import expand
from deepseek_shock.wholefile import drafted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deepseek_shock.providers.store import Key, Store
    from deepseek_shock.providers.storing.exporting import Row

_COLUMNS = (
    *("ticker", "session", "open", "high", "low", "close", "volume"),
    *("split", "dividend", "vendor", "retrieved"),
)
_BATCH = 1 << 17  # rows that are written to Parquet at once


class TableFormat(StrEnum):
    """What bars are written as."""

    CSV = "csv"
    PARQUET = "parquet"


def export_keys(
    store: Store, keys: Sequence[Key], target: str, form: TableFormat | None
) -> list[Path]:
    """Write series to a file, or each to a file of its own in a folder; return what was written.

    A folder is what is one, or is written with / behind it, or has no ending. Raises `UsageError`
    and `OutputError`; an old file is replaced whole or not at all.
    """
    place = expand(target)
    ending = place.suffix.lower().removeprefix(".")
    named = TableFormat(ending) if ending in list(TableFormat) else None
    is_folder = place.is_dir() or target.endswith("/") or not (place.suffix or place.exists())
    if not is_folder:
        form = form or named
        if form is None:
            raise UsageError(
                f"no format is known for the ending of {target!r}",
                hint="end it in .csv or .parquet, or say --format; a folder ends in /",
            )
        _write(store, keys, place, form)
        return [place]
    form = form or TableFormat.CSV
    written: list[Path] = []
    for key in keys:
        file = place / f"{check_ticker(key.ticker)}.{form}"
        _write(store, [key], file, form)
        written.append(file)
    return written


def _write(store: Store, keys: Sequence[Key], target: Path, form: TableFormat) -> None:
    # `files` takes a column of dividends for word that there were no others.
    are_said = any(kept.dividends is not None for key in keys for kept in store.kept(key.ticker))
    columns = [name for name in _COLUMNS if are_said or name != "dividend"]
    with drafted(target) as draft:
        match form:
            case TableFormat.CSV:
                _write_csv(store.rows(keys), columns, draft)
            case TableFormat.PARQUET:
                _write_parquet(store.rows(keys), columns, draft)
            case _:
                assert_never(form)


def _write_csv(rows: Iterable[Row], columns: Sequence[str], file: Path) -> None:
    import csv

    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_spell(getattr(row, name)) for name in columns])


def _spell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def _write_parquet(rows: Iterator[Row], columns: Sequence[str], file: Path) -> None:
    """Write prices as doubles, which hold fifteen digits exactly, and sessions as dates."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise OutputError(
            "pyarrow, which writes Parquet, is missing", hint="install it: pip install pyarrow"
        ) from error
    words = pa.dictionary(pa.int32(), pa.string())
    kinds = {"session": pa.date32(), "volume": pa.int64()}
    kinds |= dict.fromkeys(("ticker", "vendor", "retrieved"), words)
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in columns])
    with parquet.ParquetWriter(file, schema) as writer:
        for batch in _batches(rows):
            values = {name: [_as_float(getattr(row, name)) for row in batch] for name in columns}
            writer.write_table(pa.table(values, schema=schema))


def _batches(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _as_float(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
