"""Write a generated history in one of the layouts that a scan meets.

    .venv/bin/python benchmarks/scan/generate.py 10_000_000 /tmp/panel --layout ordered

Columns: ticker (text), session (date), close (float). The same panel, by its seed, in each layout:

  ordered   files of whole tickers, as `shock scan --pack` writes them
  default   the same files as pyarrow writes them when nothing is asked
  one       a single file by (ticker, session), pyarrow's defaults
  yearly    a file a year, in day order
  hive      year=… folders, by (ticker, session) inside: no layout that is read without a sort
  shuffled  files of rows in no order
  csv       the ordered files as CSV
  tickers   a CSV a ticker, named by it, without a column for it

Memory does not grow with the rows but for yearly, hive and shuffled, where it is that of a year
or of a file.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from pyarrow import csv
from pyarrow import parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))

from panel import PIECE, PLANTED, Piece, draw_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

Table: TypeAlias = Any  # pyarrow ships no types

FAST: dict[str, Any] = {
    "compression": "lz4",
    "row_group_size": 262_144,
    "use_dictionary": ["ticker"],
    "column_encoding": {"session": "DELTA_BINARY_PACKED", "close": "PLAIN"},
}
PARTS = ".parts"  # what is spilled while rows find their file


class Written(NamedTuple):
    """How much was written."""

    rows: int
    tickers: int


def as_table(piece: Piece) -> Table:
    """Return a piece as a table of ticker (dictionary), session (date32) and close."""
    names = pa.DictionaryArray.from_arrays(pa.array(piece.codes), pa.array(piece.tickers))
    days = pa.array(piece.days).cast(pa.date32())
    return pa.table({"ticker": names, "session": days, "close": piece.closes})


def plain(table: Table) -> Table:
    """Spell the tickers out: a dictionary of one piece is none of another."""
    return table.set_column(0, "ticker", table["ticker"].cast(pa.string()))


def write_ordered(tables: Iterator[Table], folder: Path) -> None:
    """Write files of whole tickers that decode fast."""
    for number, table in enumerate(tables):
        pq.write_table(plain(table), folder / f"part-{number:04}.parquet", **FAST)


def write_default(tables: Iterator[Table], folder: Path) -> None:
    """Write files of whole tickers as pyarrow does unasked."""
    for number, table in enumerate(tables):
        pq.write_table(plain(table), folder / f"part-{number:04}.parquet")


def write_one(tables: Iterator[Table], folder: Path) -> None:
    """Write a single file."""
    schema = pa.schema([("ticker", pa.string()), ("session", pa.date32()), ("close", pa.float64())])
    with pq.ParquetWriter(folder / "history.parquet", schema) as writer:
        for table in tables:
            writer.write_table(plain(table))


def write_csv(tables: Iterator[Table], folder: Path) -> None:
    """Write the ordered files as CSV."""
    for number, table in enumerate(tables):
        csv.write_csv(plain(table), folder / f"part-{number:04}.csv")


def write_tickers(tables: Iterator[Table], folder: Path) -> None:
    """Write a CSV a ticker."""
    for table in tables:
        codes = table["ticker"].combine_chunks()
        cuts = np.flatnonzero(np.diff(codes.indices.to_numpy(), prepend=-1, append=-1))
        for begin, end in pairwise(cuts):
            rows = table.slice(begin, end - begin).select(["session", "close"])
            csv.write_csv(rows, folder / f"{codes[int(begin)].as_py()}.csv")


def write_yearly(tables: Iterator[Table], folder: Path) -> None:
    """Write a file a year, its rows by day and then by ticker."""
    order = [("session", "ascending"), ("ticker", "ascending")]
    for year, table in _regrouped(tables, folder, _years):
        pq.write_table(table.sort_by(order), folder / f"{year}.parquet")


def write_hive(tables: Iterator[Table], folder: Path) -> None:
    """Write folders named year=…, their rows by ticker and then by day."""
    for year, table in _regrouped(tables, folder, _years):
        home = folder / f"year={year}"
        home.mkdir()
        pq.write_table(table, home / "part-0.parquet")


def write_shuffled(tables: Iterator[Table], folder: Path, rows: int) -> None:
    """Write files of rows that chance has put together."""
    drawn = np.random.default_rng(11)
    files = max(2, rows // PIECE)

    def group(table: Table) -> NDArray[np.int64]:
        return drawn.integers(0, files, len(table))

    for number, table in _regrouped(tables, folder, group):
        mixed = table.take(pa.array(drawn.permutation(len(table))))
        pq.write_table(mixed, folder / f"part-{number:04}.parquet")


def _years(table: Table) -> NDArray[np.int64]:
    days: NDArray[np.datetime64] = table["session"].to_numpy()
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _regrouped(
    tables: Iterable[Table], folder: Path, group: Callable[[Table], NDArray[np.int64]]
) -> Iterator[tuple[int, Table]]:
    """Spill each table's rows by their group, then give group by group."""
    spilled = folder / PARTS
    for number, table in enumerate(tables):
        groups = group(table)
        order = np.argsort(groups, kind="stable")
        ends = np.flatnonzero(np.diff(groups[order], append=-1)) + 1
        sorted_table = plain(table).take(pa.array(order))
        for begin, end in zip([0, *ends], ends, strict=False):
            home = spilled / f"{groups[order[begin]]:05}"
            home.mkdir(parents=True, exist_ok=True)
            pq.write_table(sorted_table.slice(begin, end - begin), home / f"{number:05}.parquet")
    for home in sorted(spilled.iterdir()):
        files = sorted(home.iterdir())
        yield int(home.name), pa.concat_tables([pq.read_table(file) for file in files])
    shutil.rmtree(spilled)


LAYOUTS: dict[str, Callable[[Iterator[Table], Path], None]] = {
    "ordered": write_ordered,
    "default": write_default,
    "one": write_one,
    "yearly": write_yearly,
    "hive": write_hive,
    "csv": write_csv,
    "tickers": write_tickers,
}


def generate(rows: int, folder: Path, layout: str, seed: int = 7, size: int = PIECE) -> Written:
    """Write about as many rows into a folder, which is emptied first."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    counts: list[tuple[int, int]] = []

    def counted() -> Iterator[Table]:
        for piece in draw_pieces(rows, seed, size):
            counts.append((len(piece.codes), len(piece.tickers)))
            yield as_table(piece)

    if layout == "shuffled":
        write_shuffled(counted(), folder, rows)
    else:
        LAYOUTS[layout](counted(), folder)
    return Written(sum(count for count, _ in counts), sum(count for _, count in counts))


def main() -> int:
    """Write a panel and say what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int, help="about how many rows; 10_000_000 is understood")
    parser.add_argument("folder", type=Path, help="where to; it is emptied first")
    parser.add_argument("--layout", choices=[*LAYOUTS, "shuffled"], default="ordered")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    written = generate(asked.rows, asked.folder, asked.layout, asked.seed)
    size = sum(file.stat().st_size for file in asked.folder.rglob("*") if file.is_file())
    print(f"{written.rows:,} rows of {written.tickers:,} tickers, {size / 1e6:,.0f} MB")
    print("planted:", ", ".join(f"{day} {move:+.0%}" for day, move in PLANTED.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
