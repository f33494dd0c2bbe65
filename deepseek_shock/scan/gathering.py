"""Rows that come by day, gathered into blocks of whole days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.reading import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepseek_shock.scan.arraytypes import Floats, Ints, Places

DAYS = 100  # of a block: the more, the less do the windows of its pieces share,
ROWS = 1 << 18  # and the more memory it takes


class Gathering:
    """Holds the rows of days that have not come to their end.

    A block ends with a day: the 100th, or the one in which its rows become 2¹⁸.
    """

    def __init__(self, most: int) -> None:
        self._most = most  # rows of a day
        self._held: list[Rows] = []
        self._count = 0  # rows held
        self._days = 0  # days of them
        self._open = 0  # rows of the last day
        self._day: int | None = None

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> Iterator[list[Rows]]:
        """Take some rows and yield blocks that are whole, each in some pieces.

        Raises `DisorderError`, too where a day has more rows than there may be tickers.
        """
        if not len(days):
            return
        if (self._day is not None and days[0] < self._day) or (days[1:] < days[:-1]).any():
            raise DisorderError
        begins = np.flatnonzero(days[1:] != days[:-1]) + 1
        if self._day is None or days[0] != self._day:
            begins = np.concatenate(([0], begins))
        self._check_days(begins, len(days))
        self._day = int(days[-1])
        at = 0
        while (end := self._find_end(begins, at)) is not None:
            self._hold(Rows(codes[at:end], days[at:end], closes[at:end]))
            yield self.end()
            begins, at = begins[begins >= end], end
        self._hold(Rows(codes[at:], days[at:], closes[at:]))
        self._days += begins.size

    def end(self) -> list[Rows]:
        """Return the rows that are held, and hold none."""
        held, self._held = self._held, []
        self._count = self._days = 0
        return held

    @property
    def is_empty(self) -> bool:
        """Whether no rows are held."""
        return not self._count

    def _check_days(self, begins: Places, rows: int) -> None:
        ends = np.concatenate((begins, [rows]))
        lengths = np.diff(ends, prepend=0)
        lengths[0] += self._open
        if lengths.max() > self._most:
            raise DisorderError
        self._open = int(lengths[-1])

    def _find_end(self, begins: Places, at: int) -> int | None:
        """Return the first place where a day begins that belongs into the next block."""
        days = self._days + np.arange(begins.size)
        rows = self._count - at + begins
        (full,) = np.nonzero((days >= DAYS) | (rows >= ROWS))
        return int(begins[full[0]]) if full.size else None

    def _hold(self, rows: Rows) -> None:
        if len(rows.days):
            self._held.append(rows)
            self._count += len(rows.days)
