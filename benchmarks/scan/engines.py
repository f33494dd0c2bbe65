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


def decode(folder: Path) -> None:
    """Decode the three columns with pyarrow, a file a thread; nothing is done with them."""
    from pyarrow import parquet as pq

    def read(file: str) -> None:
        with pq.ParquetFile(file, read_dictionary=["ticker"]) as opened:
            for _ in opened.iter_batches(131_072, columns=COLUMNS, use_threads=False):
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
        (iso(day.session), day.count, day.mean, day.fallers, day.judged, day.low)
        for day in found.days
        if day.count
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
