"""Which days are likely to be listed: known from some tickers before all are gone through.

The medians of the listed days need all moves of these days, and which days those are is known only
at the end. Great shocks are shared: after some hundred tickers the worst days stand among the worst
hundred. So the moves of so many days are kept from then on; what was gone through before, or a day
that comes up all the same, is looked up at the end. Of the days on which few tickers trade, as New
York's of 1962, some hundred tickers say nothing: there all moves are kept, until more tickers show
that the day is an ordinary one.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from deepseek_shock.scan.calendars import FIRST, LAST
from deepseek_shock.scan.daytables import DayTable, Field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deepseek_shock.scan.arraytypes import Marks, Places
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.tally import Tally

    Watching: TypeAlias = Mapping[str | None, Marks]

Days: TypeAlias = "frozenset[tuple[str | None, int]]"
"""Days by calendar and number."""

_EPOCH = 719_163  # of `date.toordinal`: 1 January 1970
_TIMES = 5  # as many candidates as days that will be listed
_DRAWN = 10  # as if a day had so many moves more, all of nothing
_SCARCE = 0.01  # share of all moves, of which there may be
_MOST_SCARCE = 1 << 20  # so many: 12 MB
_LAST = 3  # days at the end, one of which may be the last of all
_LESSONS = 3  # a calendar, until the first are settled
_ENOUGH = 12  # a calendar: more teach nothing new
_MOST = 500  # days: 6 kB a ticker


class Candidates:
    """Days whose moves are kept, of so many rows as far as is known; threads may share it."""

    def __init__(self, job: Job, rows: int | None = None) -> None:
        self._share = min(_SCARCE, _MOST_SCARCE / (rows or 1))
        self._top = _TIMES * job.settings.top
        self._asked = None if job.day is None else job.day.toordinal() - _EPOCH
        self._chosen: dict[str | None, set[int]] = {}
        self._seen: dict[str | None, DayTable] = {}
        self._watching: dict[str | None, Marks] = {}
        self._lessons: dict[str | None, int] = {}
        self._lock = Lock()

    @property
    def watching(self) -> Watching:
        """The candidates so far, by calendar: marks of all days from `FIRST` to `LAST`.

        Of a calendar that is not met yet there is none. An array is not written to again.
        """
        with self._lock:
            return dict(self._watching)

    @property
    def are_settled(self) -> bool:
        """Whether there is little more to be learnt of the calendars met so far."""
        lessons = self._lessons.values()
        return self._count() >= _MOST or min(lessons, default=0) >= _LESSONS

    def learn(self, tally: Tally, calendars: Collection[str | None]) -> None:
        """Add the days that stand out in all rows of these calendars so far."""
        with self._lock:
            for name in calendars:
                if self._lessons.get(name, 0) >= _ENOUGH:
                    continue
                self._lessons[name] = self._lessons.get(name, 0) + 1
                seen = self._seen.setdefault(name, DayTable())
                seen.add(tally.days.get(name, DayTable()))
                scarce = self._find_scarce(seen)
                chosen = self._chosen.setdefault(name, set())
                if self._count() < _MOST:
                    chosen.update(self._stand_out(seen, scarce))
                self._watching[name] = _mark(seen, scarce, chosen)

    def _count(self) -> int:
        return sum(map(len, self._chosen.values()))

    def _find_scarce(self, seen: DayTable) -> Marks:
        """Mark, in a table, the days of fewest moves."""
        count = seen.counts[Field.COUNT]
        order = count.argsort(kind="stable")
        is_scarce = np.zeros(count.size, np.bool_)
        is_scarce[order] = count[order].cumsum() <= self._share * count.sum()
        return is_scarce

    def _stand_out(self, seen: DayTable, scarce: Marks) -> Iterator[int]:
        """Yield the days with the lowest means and the highest scores, and the last.

        Where a day has few moves both are drawn towards nothing, for they are mostly chance.
        """
        if self._asked is not None:
            yield self._asked
        counts = seen.counts
        (held,) = np.nonzero(counts[Field.COUNT])
        (known,) = np.nonzero(~scarce)
        means = counts[Field.TOTAL, known] / (counts[Field.COUNT, known] + _DRAWN)
        scores = counts[Field.LOW, known] / (counts[Field.JUDGED, known] + _DRAWN)
        for ranks in (means, -scores):
            yield from (known[ranks.argsort(kind="stable")[: self._top]] + seen.first).tolist()
        yield from (held[-_LAST:] + seen.first).tolist()


def _mark(seen: DayTable, scarce: Marks, chosen: Collection[int]) -> Marks:
    """Mark the chosen days, those of fewest moves, and all of which nothing was seen."""
    marks = np.ones(LAST - FIRST + 1, np.bool_)
    marks[np.flatnonzero(~scarce) + (seen.first - FIRST)] = False
    days: Places = np.fromiter(chosen, np.intp, len(chosen))
    marks[days[(days >= FIRST) & (days <= LAST)] - FIRST] = True
    return marks


def by_calendar(days: Days) -> dict[str | None, list[int]]:
    """Return days by their calendar, in order."""
    found: dict[str | None, list[int]] = {}
    for name, day in sorted(days, key=lambda one: (one[0] or "", one[1])):
        found.setdefault(name, []).append(day)
    return found
