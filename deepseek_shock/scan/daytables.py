"""Counts and sums by calendar and day, whole numbers: they add up in any order, to the last bit."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Whole


UNIT = 2.0**32  # a move is summed in multiples of its inverse

_GRAIN = 1024  # days by which a table grows


class Field(IntEnum):
    """What is counted of a day, each a line of a `DayTable`."""

    COUNT = 0
    FALLERS = 1
    UNCHANGED = 2
    JUDGED = 3
    LOW = 4
    UNRANKED = 5
    TOTAL = 6  # of the moves, in units


class DayTable:
    """The counts of one calendar: `counts[field, day - first]`, growing with the days seen."""

    def __init__(self, first: int = 0, counts: Whole | None = None) -> None:
        self.first = first
        self.counts = np.zeros((len(Field), 0), np.int64) if counts is None else counts

    def span(self, first: int, size: int) -> Whole:
        """Return the counts of `size` days from `first` on, to be added to."""
        last, end = first + size, self.first + self.counts.shape[1]
        if not self.counts.shape[1]:
            self.first, self.counts = _round(first), _zeros(_round(first), last)
        elif first < self.first or last > end:
            begin, stop = min(_round(first), self.first), max(last, end)
            grown = _zeros(begin, stop)
            grown[:, self.first - begin : end - begin] = self.counts
            self.first, self.counts = begin, grown
        return self.counts[:, first - self.first : last - self.first]

    def add(self, other: DayTable) -> None:
        """Add another's counts."""
        if other.counts.shape[1]:
            self.span(other.first, other.counts.shape[1])[:] += other.counts


def _round(day: int) -> int:
    return day // _GRAIN * _GRAIN


def _zeros(first: int, last: int) -> Whole:
    return np.zeros((len(Field), -(-(last - first) // _GRAIN) * _GRAIN), np.int64)
