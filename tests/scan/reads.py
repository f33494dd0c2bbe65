"""What comes out of a history when it is read, as plain rows."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

from deepseek_shock.scan.job import Job
from deepseek_shock.scan.reading import Layout
from deepseek_shock.scan.rows.panel import Panel, open_panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deepseek_shock.scan.reading import Reader

Row = tuple[str, date, float | None]
EPOCH = date(1970, 1, 1)

A, B, C = date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)
PLAIN: list[Row] = [("AAA", A, 1.5), ("AAA", B, 1.75), ("BBB", A, 20.0), ("BBB", C, None)]


def opened(*paths: Path | str, columns: Mapping[str, str] | None = None) -> Panel:
    return open_panel(Job(tuple(map(str, paths)), columns=columns or {}))


def read(*paths: Path | str, columns: Mapping[str, str] | None = None) -> list[Row]:
    """Read a history in the layout that it seems to have, and return its rows sorted."""
    panel = opened(*paths, columns=columns)
    try:
        return sorted_rows(panel.readers(panel.layout))
    finally:
        panel.close()


def read_sorted(*paths: Path | str) -> list[Row]:
    """Read a history as DuckDB sorts it, and return its rows as they come."""
    panel = opened(*paths)
    try:
        return [row for reader in panel.readers(Layout.SORTED) for row in rows_of(reader)]
    finally:
        panel.close()


def sorted_rows(readers: Iterable[Reader]) -> list[Row]:
    found = [row for reader in readers for row in rows_of(reader)]
    return sorted(found, key=lambda row: (row[0], row[1], str(row[2])))


def rows_of(reader: Reader) -> list[Row]:
    found: list[Row] = []
    for codes, days, closes in reader.batches():
        assert [str(one.dtype) for one in (codes, days, closes)] == ["int32", "int32", "float64"]
        for code, day, close in zip(codes.tolist(), days.tolist(), closes.tolist(), strict=True):
            session = EPOCH + timedelta(day)
            found.append((reader.tickers[code], session, None if math.isnan(close) else close))
    return found
