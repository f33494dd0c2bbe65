"""From rows to moves: which rows stand against the session before, and which do not.

A move needs a close in its session and one in the session before, by the ticker's calendar; where
no calendar tells, in the row before. All else is counted: rows without a close, rows on days that
are no sessions (they are dropped before anything else), holes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.calendars import ANY, FIRST, LAST, NO_SESSION
from deepseek_shock.scan.disorder import DisorderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepseek_shock.scan.arraytypes import Floats, Ints, Marks, Places
    from deepseek_shock.scan.calendars import Calendars


BLOCK = 1 << 16  # rows: with fewer, calls cost more; with more, less fits a core's caches


class Counters:
    """How many rows were gone through, and how many of them yield no move, and why."""

    def __init__(self) -> None:
        self.rows = 0
        self.holes = 0
        self.without_close = 0
        self.off_calendar = 0
        self.unchecked = 0
        self.duplicates = 0
        self.disputed = 0

    def add_repeats(self, rows: int, differing: int) -> None:
        """Count rows that were left out as repeats of another; of so many the closes differed."""
        self.rows += rows
        self.duplicates += rows - differing
        self.disputed += differing

    def add(self, other: Counters) -> None:
        """Add what another has counted."""
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


class Steps(NamedTuple):
    """The moves of one block, in the order of its rows.

    They stand in pieces of one ticker each: `codes` whose, `starts` and `lengths` where; each has
    one or more. `days`, `ratios` (close to previous close) and `at` are a move's each; `at` is its
    place in the block's rows, `row_days` and `closes`, which begin one row earlier. `last` is the
    ticker of the block's last row, whether it has a move or not.
    """

    codes: Ints
    starts: Places
    lengths: Places
    days: Ints
    ratios: Floats
    at: Places
    row_days: Ints
    closes: Floats
    last: int


class _Rows(NamedTuple):
    """Rows behind the one before them: `begins` are the places, less one, where tickers begin."""

    codes: Ints
    days: Ints
    closes: Floats
    same: Marks  # as the row before, one fewer than rows
    begins: Places


class Stepper:
    """Goes through rows ordered by ticker and session and yields their moves."""

    def __init__(self, calendars: Calendars, tickers: list[str]) -> None:
        self.counters = Counters()
        self.homes = np.empty(0, np.intp)  # the row of each ticker's calendar
        self._calendars = calendars
        self._tickers = tickers
        # The last row that stands on a session; and whether it was the last of all.
        self._is_kept = False
        self._before = np.array([-1], np.int32), np.zeros(1, np.int32), np.full(1, np.nan)

    def go(self, codes: Ints, days: Ints, closes: Floats) -> Iterator[Steps]:
        """Yield the moves of some more rows, block by block. Raises `DisorderError`."""
        for start in range(0, len(codes), BLOCK):
            is_whole = start > 0 and self._is_kept
            some = slice(start - is_whole, start + BLOCK)
            columns = codes[some], days[some], closes[some]
            yield self._step(*(columns if is_whole else self._join(*columns)))

    def _join(self, codes: Ints, days: Ints, closes: Floats) -> tuple[Ints, Ints, Floats]:
        """Lay the row before in front of some."""
        code, day, close = self._before
        return (
            np.concatenate((code, codes)),
            np.concatenate((day, days)),
            np.concatenate((close, closes)),
        )

    def _step(self, codes: Ints, days: Ints, closes: Floats) -> Steps:
        """Step through rows, of which the first is the one before them."""
        self.counters.rows += len(codes) - 1
        self._learn(int(codes[1]))
        rows = _lay_out(codes, days, closes)
        self._is_kept = True
        previous = self._previous(rows)
        if previous is not None and previous.min() == NO_SESSION:
            on = np.concatenate(([True], previous != NO_SESSION))
            self.counters.off_calendar += int(on.size - on.sum())
            self._is_kept = bool(on[-1])
            rows = _lay_out(rows.codes[on], rows.days[on], rows.closes[on])
            previous = previous[on[1:]]
        self._before = rows.codes[-1:].copy(), rows.days[-1:].copy(), rows.closes[-1:].copy()
        return self._moves(rows, previous)

    def _learn(self, first: int) -> None:
        """Look up the calendars of tickers that have come since; none before the first is asked."""
        if not len(self.homes):
            self.homes = np.zeros(first, np.intp)
        if (known := len(self.homes)) < len(self._tickers):
            rows = self._calendars.rows_of(self._tickers[known:])
            self.homes = np.concatenate((self.homes, rows))

    def _previous(self, rows: _Rows) -> Ints | None:
        """Return the session before each row but the first; `None` where no calendar tells.

        A day that no calendar can reach is no session.
        """
        days, begins = rows.days[1:], rows.begins
        homes = self.homes[rows.codes[1:][begins]]
        first, last = int(days.min()), int(days.max())
        # Beyond its table a calendar costs an import.
        self._calendars.reach(max(first, FIRST), min(last, LAST))
        is_within = first >= FIRST and last <= LAST
        table, home = self._calendars.previous, homes[0]
        if not (homes == home).all():
            shifts = homes * table.shape[1] - FIRST
            places = days + np.repeat(shifts, find_lengths(begins, days.size))
            found: Ints = table.reshape(-1).take(places, mode="clip")
        elif is_within and self._calendars.names[home] is None:
            return None
        else:
            found = table[home].take(days - FIRST, mode="raise" if is_within else "clip")
        if not is_within:
            found[(days < FIRST) | (days > LAST)] = NO_SESSION
        return found

    def _moves(self, rows: _Rows, previous: Ints | None) -> Steps:
        days, closes = rows.days, rows.closes
        defined, unchecked = _find_adjacent(rows, previous)
        if closes.min() > 0 and closes.max() < np.inf:  # False of NaN
            self.counters.holes += int(np.count_nonzero(rows.same) - np.count_nonzero(defined))
        else:
            defined = self._closed(rows, defined)
        if unchecked is not None:
            self.counters.unchecked += int(np.count_nonzero(unchecked & defined))
        at = np.flatnonzero(defined)
        firsts = at.searchsorted(rows.begins)
        lengths = find_lengths(firsts, at.size)
        has = lengths > 0
        return Steps(
            rows.codes[1:][rows.begins[has]],
            firsts[has],
            lengths[has],
            days[1:].take(at),
            (closes[1:] / closes[:-1]).take(at),
            at,
            days,
            closes,
            int(rows.codes[-1]),
        )

    def _closed(self, rows: _Rows, adjacent: Marks) -> Marks:
        """Leave out the rows that have no close, or none before them, and count."""
        good = (rows.closes > 0) & (rows.closes < np.inf)
        self.counters.without_close += int(good.size - 1 - np.count_nonzero(good[1:]))
        self.counters.holes += int(np.count_nonzero(rows.same & ~adjacent & good[1:]))
        return adjacent & good[1:] & good[:-1]


def find_lengths(starts: Places, end: int) -> Places:
    """Return how long the pieces are that begin at these places, the last one up to the end."""
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1:] = end - starts[-1:]
    return lengths


def _lay_out(codes: Ints, days: Ints, closes: Floats) -> _Rows:
    """Find where tickers begin. Raises `DisorderError`."""
    same = codes[1:] == codes[:-1]
    (begins,) = np.nonzero(~same)
    if (codes[1:][begins] <= codes[:-1][begins]).any():
        raise DisorderError
    ascending = days[1:] > days[:-1]
    ascending[begins] = True
    if not ascending.all():
        raise DisorderError
    if same[:1].any():
        begins = np.concatenate(([0], begins))
    return _Rows(codes, days, closes, same, begins)


def _find_adjacent(rows: _Rows, previous: Ints | None) -> tuple[Marks, Marks | None]:
    """Tell which rows have the session before them in the row before; which nobody checks."""
    if previous is None:
        return rows.same, rows.same
    adjacent = previous == rows.days[:-1]
    unchecked = None
    if previous.min(initial=0) == ANY:
        unchecked = previous == ANY
        adjacent |= unchecked
    adjacent &= rows.same
    return adjacent, unchecked
