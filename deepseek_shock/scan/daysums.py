"""From moves to counts by day, a block of rows at a time.

What most moves are in is added as one number with three fields: 1 for a move, 2²¹ for a faller,
2⁴² for one that has a z. Sizes are added as doubles, whole multiples of 2⁻³². What is rare is added
by its places. Before a field or a double could be full, all goes into the `DayTable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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
# Half as many moves at most are of one day, none above 4: 2¹⁹ · 4 · 2³² is what a double holds.
_ROWS = 1 << 20
_GRAIN = 4096  # days by which the sums grow


class Parts(NamedTuple):
    """What of a block goes into the sums: moves, words of counts, and places that are counted.

    A move that is in no number has no size and the word 0. The places ascend.
    """

    moves: Floats
    words: Words
    sparse: Mapping[Field, Places]


class _Sums:
    """The sums of one calendar since they were last put into its table."""

    def __init__(self, first: int) -> None:
        self.first = first // _GRAIN * _GRAIN
        self._words = np.zeros(_GRAIN, np.uint64)
        self._sizes = np.zeros(_GRAIN)
        self._sparse: dict[Field, list[Places]] = {}

    def add(self, days: Places, sizes: Floats, words: Words) -> None:
        """Add moves of days counted from the first."""
        np.add.at(self._words, days, words)
        np.add.at(self._sizes, days, sizes)

    def count(self, field: Field, days: Places) -> None:
        """Count days, each as often as it comes."""
        self._sparse.setdefault(field, []).append(days)

    def reach(self, first: int, last: int) -> None:
        """Make room for these days."""
        before = max(0, -(-(self.first - first) // _GRAIN)) * _GRAIN
        behind = max(0, last - self.first - self._words.size + 1)
        behind = -(-behind // _GRAIN) * _GRAIN
        if before or behind:
            self.first -= before
            self._words = np.pad(self._words, (before, behind))
            self._sizes = np.pad(self._sizes, (before, behind))
            self._sparse = {
                field: [days + before for days in some] for field, some in self._sparse.items()
            }

    def put(self, table: DayTable) -> None:
        """Put the sums into a table, and begin anew."""
        counts = table.span(self.first, self._words.size)
        words = self._words.astype(np.int64)
        counts[Field.COUNT] += words & _FIELD
        counts[Field.FALLERS] += words >> _BITS & _FIELD
        counts[Field.JUDGED] += words >> 2 * _BITS
        counts[Field.TOTAL] += self._sizes.astype(np.int64)
        for field, some in self._sparse.items():
            counts[field] += np.bincount(np.concatenate(some), minlength=words.size)
        self._words[:] = 0
        self._sizes[:] = 0
        self._sparse = {}


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
            days = steps.days[run]
            first, last = int(days.min()), int(days.max())
            if (sums := self._sums.get(home)) is None:
                sums = self._sums[home] = _Sums(first)
            sums.reach(first, last)
            since = np.subtract(days, sums.first, dtype=np.intp)
            sums.add(since, sizes[run], parts.words[run])
            for field, places in parts.sparse.items():
                if places.size:
                    start, end = places.searchsorted((run.start, run.stop))
                    sums.count(field, since[places[start:end] - run.start])

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
