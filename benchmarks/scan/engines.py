"""The same scan by our kernel and by other engines, each as its own documentation would write it.

Two threads each, but pandas, which has one. An engine is imported when it is asked.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import in_duckdb
import in_pandas
import in_polars
from results import COLUMNS, LEAST, THREADS, TOP, Tables, files_of, iso

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ["POLARS_MAX_THREADS"] = str(THREADS)


def decode_table(folder: Path) -> None:
    """Read the three columns into a table, as one mostly does, with as many threads."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    pa.set_cpu_count(THREADS)
    pq.read_table(folder, columns=COLUMNS)


def decode(folder: Path) -> None:
    """Decode the three columns with pyarrow, a batch at a time, a file a thread: no less can be.

    Nothing is done with them, and tickers are left as numbers in a dictionary.
    """
    from pyarrow import parquet as pq

    def read(file: str) -> None:
        with pq.ParquetFile(file, read_dictionary=["ticker"]) as opened:
            for _ in opened.iter_batches(262_144, columns=COLUMNS, use_threads=False):
                pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(read, files_of(folder)))


def _shock(folder: Path, threads: int, calendar: str) -> Tables:
    from deepseek_shock.analysis.scanned import ScanMove, ScanSettings
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.local import scan

    settings = ScanSettings(top=TOP, least=LEAST, calendar=calendar)
    found = scan(Job((str(folder),), settings, threads=threads))

    def rows(moves: tuple[ScanMove, ...]) -> list[tuple[str, str, float]]:
        return [(each.ticker, iso(each.session), each.move) for each in moves]

    days = [
        (iso(day.session), day.moves, day.mean, day.fallers, day.judged, day.low)
        for day in found.days
        if day.moves
    ]
    worst = [(iso(day.session), day.median or 0.0) for day in found.worst]
    return Tables(days, worst, rows(found.falls), rows(found.rises), sorted(rows(found.tickers)))


def shock(folder: Path) -> Tables:
    """Scan with two threads, each row against the one before."""
    return _shock(folder, THREADS, "none")


def shock_one_thread(folder: Path) -> Tables:
    """Scan with one thread."""
    return _shock(folder, 1, "none")


def shock_calendar(folder: Path) -> Tables:
    """Scan with two threads, each row against the session before: tables of their own."""
    return _shock(folder, THREADS, "XNYS")


ENGINES: dict[str, Callable[[Path], Tables | None]] = {
    "decode": decode,
    "decode-table": decode_table,
    "shock": shock,
    "shock-1-thread": shock_one_thread,
    "shock-calendar": shock_calendar,
    "polars-flat": in_polars.polars_flat,
    "polars-over": in_polars.polars_over,
    "duckdb-streaming": in_duckdb.duckdb_streaming,
    "duckdb-sums": in_duckdb.duckdb_sums,
    "duckdb-frame": in_duckdb.duckdb_frame,
    "pandas-flat": in_pandas.pandas_flat,
    "pandas-groups": in_pandas.pandas_groups,
}
