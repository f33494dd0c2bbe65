"""The ring: moves and z of rows that come a day at a time, all tickers of a day together.

The rows of a day and calendar are gone through at once. Of each ticker the last close and its day
are held, the last log returns in a ring, and their sums.
By what they are held, and how far z can be trusted, stands in `ringstate`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.calendars import ANY, FIRST, LAST, NO_SESSION
from deepseek_shock.scan.daytables import UNIT, DayTable
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.evenings import Evenings
from deepseek_shock.scan.medians import find_refused
from deepseek_shock.scan.records import Largest, Order, Worst, make_records
from deepseek_shock.scan.ringstate import NEVER, RingState
from deepseek_shock.scan.steps import Counters
from deepseek_shock.scan.tally import Tally

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Codes, Floats, Ints, Marks, Places, Records
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.records import Keeper
    from deepseek_shock.scan.ringstate import Lately

_MOST_CALENDARS = 8  # a day's rows are gone through by calendar: of many, sorting is faster


class _Moves(NamedTuple):
    """A day's moves on one calendar: whose, of what closes, and what is held of the tickers."""

    day: int
    codes: Places
    previous: Ints
    closes: Floats
    bases: Floats
    moves: Floats
    lately: Lately
    refused: Places
    reasons: Codes


class Ring:
    """Goes through rows ordered by day; within a day the tickers stand in any order, each once.

    `tickers` are the names that the codes stand for; the list may grow between two calls, a name
    before its first row. Needs about 2.2 kB a ticker.
    """

    def __init__(self, calendars: Calendars, tickers: list[str], job: Job) -> None:
        self._calendars = calendars
        self._tickers = tickers
        self._top = job.settings.top
        self._state = RingState()
        self._homes: list[int] = []  # all that tickers have
        self._counters = Counters()
        self._tables: dict[int, DayTable] = {}
        self._largest = {order: Largest(order, self._top) for order in Order}
        self._worst = Worst()
        self._evenings = Evenings(job)
        self._day: int | None = None
        self._step = 0  # days so far
        self._own = np.arange(0)

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> None:
        """Go through some more rows; a day's may come in several batches.

        Raises `DisorderError`, too where tickers are of so many calendars that it would be slow.
        """
        if not len(codes):
            return
        self._counters.rows += len(codes)
        self._learn()
        self._calendars.reach(max(int(days.min()), FIRST), min(int(days.max()), LAST))
        if (days[1:] < days[:-1]).any():
            raise DisorderError
        (changes,) = np.nonzero(days[1:] != days[:-1])
        places = codes.astype(np.intp)  # once, for all that is looked up by them
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            for start, end in pairwise((0, *(changes + 1).tolist(), len(codes))):
                self._go(int(days[start]), places[start:end], closes[start:end])

    def end(self) -> tuple[Tally, dict[tuple[str | None, int], float]]:
        """Return what was counted, and the medians of (at least) the days that will be listed."""
        if self._day is not None:
            self._evenings.close(self._day, self._tables)
        names, size = self._calendars.names, self._state.size
        tally = Tally(self._top)
        tally.counters = self._counters
        tally.days = {names[home]: table for home, table in self._tables.items()}
        tally.tickers = list(self._tickers[:size])
        tally.homes = [names[home] for home in self._state.homes[:size]]
        tally.worst = self._worst.end(size)
        tally.largest = {order: kept.cut() for order, kept in self._largest.items()}
        found = self._evenings.end()
        return tally, {(names[home], day): median for (home, day), median in found.items()}

    def _learn(self) -> None:
        """Make room for tickers that have come since."""
        if (known := self._state.size) < len(self._tickers):
            homes = self._calendars.rows_of(self._tickers[known:])
            self._state.grow(homes, self._step)
            self._homes = sorted({*self._homes, *homes.tolist()})
            if len(self._homes) > _MOST_CALENDARS:
                raise DisorderError

    # --- a day ---

    def _go(self, day: int, codes: Places, closes: Floats) -> None:
        """Go through rows of one day, not always all of it."""
        if day != self._day:
            if self._day is not None:
                if day < self._day:
                    raise DisorderError
                self._evenings.close(self._day, self._tables)
            self._day = day
            self._step += 1
        if not FIRST <= day <= LAST:
            self._counters.off_calendar += len(codes)
        elif len(self._homes) == 1:
            self._step_on(self._homes[0], day, codes, closes)
        else:
            homes = self._state.homes.take(codes)
            for home in self._homes:
                own = homes == home
                if own.any():
                    self._step_on(home, day, codes[own], closes[own])

    def _step_on(self, home: int, day: int, codes: Places, closes: Floats) -> None:
        """Go through rows of one day and calendar."""
        previous = int(self._calendars.previous[home, day - FIRST])
        if previous == NO_SESSION:
            self._counters.off_calendar += len(codes)
            return
        last, bases = self._state.days.take(codes), self._state.closes.take(codes)
        self._check_single(day, codes, last)
        adjacent = last != NEVER if previous == ANY else last == previous
        good = None
        if not (closes.min() > 0 and closes.max() < np.inf):  # False of NaN
            good = (closes > 0) & (closes < np.inf)
            closes = np.where(good, closes, np.nan)
        self._state.days[codes] = day
        self._state.closes[codes] = closes
        # A NaN is no close, neither on this day nor before.
        defined = adjacent & (closes > 0) & (bases > 0)
        if not defined.all():
            self._count_missing(last, adjacent, good)
            codes, last, closes, bases = (
                codes[defined],
                last[defined],
                closes[defined],
                bases[defined],
            )
        if previous == ANY:
            self._counters.unchecked += len(codes)
        if len(codes):
            self._count(home, self._find_moves(day, codes, last, closes, bases))

    def _check_single(self, day: int, codes: Places, last: Ints) -> None:
        """See that no ticker has two rows in a day."""
        if self._own.size < codes.size:
            self._own = np.arange(codes.size)
        own, stamps = self._own[: codes.size], self._state.stamps
        stamps[codes] = own
        if last.max() >= day or (stamps.take(codes) != own).any():
            raise DisorderError

    def _count_missing(self, last: Ints, adjacent: Marks, good: Marks | None) -> None:
        missing = (last != NEVER) & ~adjacent
        if good is not None:
            self._counters.without_close += int(good.size - np.count_nonzero(good))
            missing &= good
        self._counters.holes += int(np.count_nonzero(missing))

    def _find_moves(
        self, day: int, codes: Places, last: Ints, closes: Floats, bases: Floats
    ) -> _Moves:
        ratios = closes / bases
        returns = np.log(ratios)
        if not (returns.min() > -np.inf and returns.max() < np.inf):
            beyond = ~np.isfinite(returns)
            returns[beyond] = np.log(closes[beyond]) - np.log(bases[beyond])
        return _Moves(
            day,
            codes,
            last,
            closes,
            bases,
            ratios - 1,
            self._state.find(codes, returns),
            *find_refused(ratios),
        )

    def _count(self, home: int, day: _Moves) -> None:
        """Count a day's moves on one calendar, and lay their log returns into the ring."""
        has_z, low = self._state.judge(day.lately)
        sizes = day.moves * UNIT
        np.rint(sizes, out=sizes)
        fallers, judged, ranked = day.moves < 0, has_z, day.moves
        if day.refused.size:
            sizes[day.refused] = 0
            fallers[day.refused] = False
            judged = has_z.copy()
            judged[day.refused] = False
            low = low[judged[low]]
            ranked = np.delete(day.moves, day.refused)
        counts = self._tables.setdefault(home, DayTable()).span(day.day, 1)[:, 0]
        counts += np.array(
            (
                sizes.size - day.refused.size,
                np.count_nonzero(fallers),
                sizes.size - np.count_nonzero(day.moves),
                np.count_nonzero(judged),
                low.size,
                day.refused.size,
                int(sizes.sum()),
            ),
            np.int64,
        )
        self._evenings.add(home, ranked)
        self._keep(day, has_z)
        self._state.turn(day.lately)

    # --- single moves ---

    def _keep(self, day: _Moves, has_z: Marks) -> None:
        """Keep the moves that may be listed; a refused one is neither a fall nor a rise."""
        falls, rises, unranked = (self._largest[order] for order in Order)
        sizes = day.moves
        if day.refused.size:
            chosen = day.refused[unranked.choose(-np.abs(day.lately.returns[day.refused]))]
            self._put(unranked, day, chosen, has_z)
            sizes = sizes.copy()
            sizes[day.refused] = np.inf
        (deeper,) = np.nonzero(sizes < self._state.worst.take(day.codes))
        if deeper.size:
            self._state.worst[day.codes[deeper]] = sizes[deeper]
            self._put(self._worst, day, deeper, has_z)
        if sizes.min() <= falls.limit:
            self._put(falls, day, falls.choose(sizes), has_z)
        if day.refused.size:
            sizes[day.refused] = -np.inf
        if sizes.max() >= -rises.limit:
            self._put(rises, day, rises.choose(-sizes), has_z)

    def _put(self, kept: Keeper, day: _Moves, places: Places, has_z: Marks) -> None:
        if places.size:
            kept.put(self._record(day, places, has_z))

    def _record(self, day: _Moves, places: Places, has_z: Marks) -> Records:
        z = np.full(places.size, np.nan)
        has = has_z[places]
        z[has] = self._state.z(day.lately, places[has])
        reasons = np.zeros(day.codes.size, np.int8)
        reasons[day.refused] = day.reasons
        return make_records(
            ticker=day.codes[places],
            day=np.full(places.size, day.day, np.int32),
            previous=day.previous[places],
            close=day.closes[places],
            base=day.bases[places],
            move=day.moves[places],
            z=z,
            reason=reasons[places],
        )
