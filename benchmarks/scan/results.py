"""What every engine of the benchmark is asked, and the tables in which it answers.

A history in Parquet has the columns ticker, session, close. A move is to the row before of its
ticker, a z is by the 250 log returns before it, moves at the guards' ratios are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

TOP, LEAST, WINDOW, LOW, FLAT = 20, 20, 250, -3.0, 1e-6
THREADS = 2
COLUMNS = ["ticker", "session", "close"]

# The guards of `deepseek_shock.analysis.guards`.
SPLITS, NEAR = (2, 3, 4, 5, 10, 20), 0.03
WIDEST, NARROWEST = 4.0, 0.25


class Tables(NamedTuple):
    """What an engine has found; all in an order that is the same for all engines.

    `days` is (session, count, mean, fallers, judged, low) by session, `worst` (session, median) by
    mean, `falls` and `rises` (ticker, session, move), `tickers` (ticker, session, move) by ticker.
    Sessions are ISO dates.
    """

    days: list[tuple[str, int, float, int, int, int]]
    worst: list[tuple[str, float]]
    falls: list[tuple[str, str, float]]
    rises: list[tuple[str, str, float]]
    tickers: list[tuple[str, str, float]]


def files_of(folder: Path) -> list[str]:
    """Return the Parquet files of a folder, in order."""
    return sorted(map(str, folder.rglob("*.parquet")))


def iso(day: date) -> str:
    """Return a session as all engines write it."""
    return day.isoformat()
