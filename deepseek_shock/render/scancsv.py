"""A scan's tables apart, as CSV and as Parquet: the same columns, a row a session or a move.

`docs/scan.md` lists the columns.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, assert_never

from deepseek_shock.analysis.scanned import ScanDay, ScanMove, Scanned, ScanTable
from deepseek_shock.render.jsonvalues import write_csv
from deepseek_shock.render.scandata import make_day, make_move
from deepseek_shock.report.model import ScanReport

_DAY = {
    "calendar": str,
    "session": date,
    "count": int,
    "mean": float,
    "median": float,
    "risers": int,
    "fallers": int,
    "unchanged": int,
    "breadth": float,
    "judged": int,
    "low": int,
    "score": float,
    "unranked": int,
}
_MOVE = {
    "ticker": str,
    "calendar": str,
    "session": date,
    "previous_session": date,
    "close": float,
    "previous_close": float,
    "move": float,
    "z": float,
    "reason": str,
}


class ScanCsv:
    """The CSV renderer, of one table."""

    def __init__(self, table: ScanTable = ScanTable.SHOCKS) -> None:
        self._table = table

    def render(self, document: ScanReport) -> str:
        """Return a header and the lines; of an empty table the header alone."""
        return write_csv(_rows(document.findings, self._table), columns_of(self._table))


class ScanParquet:
    """The Parquet renderer, of one table: text, dates, 64-bit integers and doubles, nullable."""

    def __init__(self, table: ScanTable = ScanTable.SHOCKS) -> None:
        self._table = table

    def render(self, document: ScanReport) -> bytes:
        """Return the file's bytes, the same for the same table and version of pyarrow."""
        import pyarrow as pa
        from pyarrow import parquet

        columns = columns_of(self._table)
        rows = [_dated(row, columns) for row in _rows(document.findings, self._table)]
        kinds = {str: pa.string(), date: pa.date32(), int: pa.int64(), float: pa.float64()}
        schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
        table = pa.Table.from_pylist(rows, schema=schema)
        out = pa.BufferOutputStream()
        parquet.write_table(table, out, compression="zstd")
        content: bytes = out.getvalue().to_pybytes()
        return content


def columns_of(table: ScanTable) -> dict[str, type]:
    """Return a table's columns with what they hold."""
    match table:
        case ScanTable.DAYS:
            return dict(_DAY)
        case ScanTable.SHOCKS | ScanTable.SESSIONS:
            return {"rank": int, **_DAY}
        case ScanTable.FALLS | ScanTable.RISES | ScanTable.TICKERS | ScanTable.UNRANKED:
            return {"rank": int, **_MOVE}
        case _:
            assert_never(table)


def _rows(found: Scanned, table: ScanTable) -> Iterator[dict[str, Any]]:
    match table:
        case ScanTable.DAYS:
            yield from map(make_day, found.days)
        case ScanTable.SHOCKS:
            yield from _numbered(found.shocks)
        case ScanTable.SESSIONS:
            yield from _numbered(found.worst)
        case ScanTable.FALLS:
            yield from _numbered(found.falls)
        case ScanTable.RISES:
            yield from _numbered(found.rises)
        case ScanTable.TICKERS:
            yield from _numbered(found.tickers)
        case ScanTable.UNRANKED:
            yield from _numbered(found.unranked)
        case _:
            assert_never(table)


def _numbered(rows: Iterable[ScanDay | ScanMove]) -> Iterator[dict[str, Any]]:
    for rank, row in enumerate(rows, 1):
        yield {"rank": rank} | (make_day(row) if isinstance(row, ScanDay) else make_move(row))


def _dated(row: dict[str, Any], columns: dict[str, type]) -> dict[str, Any]:
    """Return a row with its days as dates; JSON and CSV write them in letters."""
    return {
        name: date.fromisoformat(value) if columns[name] is date and value is not None else value
        for name, value in row.items()
    }
