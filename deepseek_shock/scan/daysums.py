"""From moves to counts by day, a block of rows at a time.

What most moves are in is added as one number with three fields: 1 for a move, 2²¹ for a faller,
2⁴² for one that has a z. Sizes are added as doubles, whole multiples of 2⁻³². What is rare is added
by its places. Before a field or a double could be full, all goes into the `DayTable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.calendars import FIRST, LAST
from deepseek_shock.scan.daytables import UNIT, DayTable, Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deepseek_shock.scan.arraytypes import Floats, Places, Words
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.steps import Steps

_BITS = 21
FALLER = np.uint64(1 << _BITS)
JUDGED = np.uint64(1 << 2 * _BITS)
_FIELD = (1 << _BITS) - 1
# All may be of one day, none is above 4: 2¹⁹ · 4 · 2³² is what a double holds.
_ROWS = 1 << 19


class Parts(NamedTuple):
    """What of a block goes into the sums: moves, words of counts, and places that are counted.

    A move that is in no number has no size and the word 0. The places ascend.
    """

    moves: Floats
    words: Words
    sparse: Mapping[Field, Places]


class _Sums:
    """The sums of one calendar since they were last put into its table; days since `FIRST`."""

    def __init__(self) -> None:
        # Of all days that there are: memory is taken only of those that come.
        self._words = np.zeros(LAST - FIRST + 1, np.uint64)
        self._sizes = np.zeros(LAST - FIRST + 1)
        self._sparse: dict[Field, list[Places]] = {}
        self._first, self._last = LAST, 0

    def add(self, days: Places, sizes: Floats, words: Words) -> None:
        """Add moves."""
        np.add.at(self._words, days, words)
        np.add.at(self._sizes, days, sizes)

    def count(self, field: Field, days: Places) -> None:
        """Count days, each as often as it comes."""
        self._sparse.setdefault(field, []).append(days)

    def reach(self, first: int, last: int) -> None:
        """Tell that days from one to another are added."""
        self._first, self._last = min(self._first, first), max(self._last, last)

    def put(self, table: DayTable) -> None:
        """Put the sums into a table, and begin anew."""
        if self._first > self._last:
            return
        held = slice(self._first, self._last + 1)
        words, sizes = self._words[held].astype(np.int64), self._sizes[held]
        counts = table.span(self._first + FIRST, words.size)
        counts[Field.COUNT] += words & _FIELD
        counts[Field.FALLERS] += words >> _BITS & _FIELD
        counts[Field.JUDGED] += words >> 2 * _BITS
        counts[Field.TOTAL] += sizes.astype(np.int64)
        for field, some in self._sparse.items():
            counts[field] += np.bincount(np.concatenate(some) - self._first, minlength=words.size)
        self._words[held] = self._sizes[held] = 0
        self._sparse = {}
        self._first, self._last = LAST, 0


class DaySums:
    """Sums moves by calendar and day."""

    def __init__(self, calendars: Calendars, block: int) -> None:
        self._calendars = calendars
        self._tables: dict[str | None, DayTable] = {}
        self._sums: dict[int, _Sums] = {}
        self._sizes = np.empty(block)
        self._rows = 0

    def add(self, steps: Steps, homes: Places, parts: Parts) -> None:
        """Add a block; `homes` are the rows of the calendars of its tickers."""
        if self._rows + steps.at.size > _ROWS:
            self._put()
        self._rows += steps.at.size
        sizes = np.multiply(parts.moves, UNIT, out=self._sizes[: steps.at.size])
        np.rint(sizes, out=sizes)
        for home, run in _find_runs(steps, homes):
            if (sums := self._sums.get(home)) is None:
                sums = self._sums[home] = _Sums()
            sums.reach(*_find_ends(steps, run))
            sums.add(steps.days[run], sizes[run], parts.words[run])
            for field, places in parts.sparse.items():
                if places.size:
                    start, end = places.searchsorted((run.start, run.stop))
                    sums.count(field, steps.days[places[start:end]])

    def end(self) -> dict[str | None, DayTable]:
        """Return the tables."""
        self._put()
        return self._tables

    def _put(self) -> None:
        for home, sums in self._sums.items():
            sums.put(self._tables.setdefault(self._calendars.names[home], DayTable()))
        self._rows = 0


def _find_runs(steps: Steps, homes: Places) -> Iterator[tuple[int, slice]]:
    """Yield the moves of tickers that follow each other and are of one calendar, with its row."""
    (changes,) = np.nonzero(homes[1:] != homes[:-1])
    starts = [0, *(changes + 1).tolist()]
    places = steps.starts[starts].tolist()
    for start, begin, end in zip(starts, places, [*places[1:], steps.at.size], strict=True):
        yield int(homes[start]), slice(begin, end)


def _find_ends(steps: Steps, run: slice) -> tuple[int, int]:
    """Return the first and the last day of whole pieces, of which each ascends."""
    pieces = slice(*steps.starts.searchsorted((run.start, run.stop)))
    starts = steps.starts[pieces]
    ends = starts + steps.lengths[pieces] - 1
    return int(steps.days[starts].min()), int(steps.days[ends].max())
