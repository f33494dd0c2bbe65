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


# Rows. With fewer, threads wait for the interpreter's lock between calls too short to be shared;
# with more, memory grows.
BLOCK = 1 << 18


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


class Before(NamedTuple):
    """The row before a block's first: the last one that stands on a session."""

    code: int
    day: int
    close: float


class Steps(NamedTuple):
    """The moves of one block, in the order of its rows.

    They stand in pieces of one ticker each: `codes` whose, `starts` and `lengths` where; each has
    one or more. `days` (since `FIRST`), `ratios` (close to previous close) and `at` are a move's
    each; `at` is its place in the block's rows, `row_days` (since 1970) and `closes`; `before` is
    the row before them. `last` is the ticker of the block's last row, whether it has a move or
    not. `days` and `ratios` are written over by the next block.
    """

    codes: Ints
    starts: Places
    lengths: Places
    days: Places
    ratios: Floats
    at: Places
    row_days: Ints
    closes: Floats
    before: Before
    last: int

    def bases(self, rows: Places) -> tuple[Ints, Floats]:
        """Return the day and the close of the row before each."""
        days, closes = self.row_days[rows - 1], self.closes[rows - 1]
        is_first = rows == 0
        days[is_first], closes[is_first] = self.before.day, self.before.close
        return days, closes


class _Rows(NamedTuple):
    """Rows, and which are of the same ticker as the row before; places where pieces begin."""

    codes: Ints
    days: Ints
    closes: Floats
    same: Marks
    begins: Places


class Stepper:
    """Goes through rows ordered by ticker and session and yields their moves."""

    def __init__(self, calendars: Calendars, tickers: list[str]) -> None:
        self.counters = Counters()
        self.homes = np.empty(0, np.intp)  # the row of each ticker's calendar
        self._calendars = calendars
        self._tickers = tickers
        self._before = Before(-1, 0, np.nan)
        self._last = -1, 0  # ticker and day of the last row, be it on a session or not
        # Arrays that are there: fresh ones would cost as much as what is done to them.
        self._row_days, self._days = np.empty((2, BLOCK), np.intp)
        self._quotients, self._ratios = np.empty((2, BLOCK))

    def go(self, codes: Ints, days: Ints, closes: Floats) -> Iterator[Steps]:
        """Yield the moves of some more rows, block by block. Raises `DisorderError`."""
        for start in range(0, len(codes), BLOCK):
            some = slice(start, start + BLOCK)
            yield self._step(codes[some], days[some], closes[some])

    def _step(self, codes: Ints, days: Ints, closes: Floats) -> Steps:
        self.counters.rows += len(codes)
        self._learn(int(codes[0]))
        before = self._before
        rows = _lay_out(before, codes, days, closes)
        self._check_order(rows)
        since = np.subtract(days, FIRST, dtype=np.intp, out=self._row_days[: len(days)])
        previous = self._previous(rows, since)
        if previous is not None and previous.min() == NO_SESSION:
            on = previous != NO_SESSION
            self.counters.off_calendar += int(on.size - np.count_nonzero(on))
            rows = _lay_out(before, rows.codes[on], rows.days[on], rows.closes[on])
            previous, since = previous[on], since[on]
        if rows.codes.size:
            self._before = Before(int(rows.codes[-1]), int(rows.days[-1]), float(rows.closes[-1]))
        return self._moves(before, rows, since, previous)

    def _check_order(self, rows: _Rows) -> None:
        """Raise `DisorderError` unless each row comes after the one before, on a session or not."""
        codes, days, heads = rows.codes, rows.days, rows.begins[1:]
        ascending = days[1:] > days[:-1]
        ascending[heads - 1] = True
        code, day = self._last
        is_first_after = days[0] > day if codes[0] == code else codes[0] > code
        if not (is_first_after and ascending.all() and (codes[heads] > codes[heads - 1]).all()):
            raise DisorderError
        self._last = int(codes[-1]), int(days[-1])

    def _learn(self, first: int) -> None:
        """Look up the calendars of tickers that have come since; none before the first is asked."""
        if not len(self.homes):
            self.homes = np.zeros(first, np.intp)
        if (known := len(self.homes)) < len(self._tickers):
            rows = self._calendars.rows_of(self._tickers[known:])
            self.homes = np.concatenate((self.homes, rows))

    def _previous(self, rows: _Rows, since: Places) -> Ints | None:
        """Return the session before each row; `None` where no calendar tells.

        `since` are their days since `FIRST`. A day that no calendar can reach is no session.
        """
        days, begins = rows.days, rows.begins
        homes = self.homes[rows.codes[begins]]
        first, last = int(days.min()), int(days.max())
        # Beyond its table a calendar costs an import.
        self._calendars.reach(max(first, FIRST), min(last, LAST))
        is_within = first >= FIRST and last <= LAST
        table, home = self._calendars.previous, homes[0]
        if not (homes == home).all():
            shifts = np.repeat(homes * table.shape[1], find_lengths(begins, days.size))
            found: Ints = table.reshape(-1).take(since + shifts, mode="clip")
        elif is_within and self._calendars.names[home] is None:
            return None
        else:
            found = table[home].take(since, mode="clip")
        if not is_within:
            found[(days < FIRST) | (days > LAST)] = NO_SESSION
        return found

    def _moves(self, before: Before, rows: _Rows, since: Places, previous: Ints | None) -> Steps:
        closes = rows.closes
        defined, unchecked = _find_adjacent(before, rows, previous)
        is_whole = closes.min(initial=1) > 0 and closes.max(initial=1) < np.inf  # False of NaN
        if is_whole and 0 < before.close < np.inf:
            self.counters.holes += int(np.count_nonzero(rows.same) - np.count_nonzero(defined))
        else:
            defined = self._closed(before, rows, defined)
        if unchecked is not None:
            self.counters.unchecked += int(np.count_nonzero(unchecked & defined))
        at = np.flatnonzero(defined)
        firsts = at.searchsorted(rows.begins)
        lengths = find_lengths(firsts, at.size)
        has = lengths > 0
        ratios = self._quotients[: closes.size]
        np.divide(closes[:1], before.close, out=ratios[:1])
        np.divide(closes[1:], closes[:-1], out=ratios[1:])
        return Steps(
            rows.codes[rows.begins[has]],
            firsts[has],
            lengths[has],
            since.take(at, out=self._days[: at.size], mode="clip"),
            ratios.take(at, out=self._ratios[: at.size], mode="clip"),
            at,
            rows.days,
            closes,
            before,
            self._before.code,
        )

    def _closed(self, before: Before, rows: _Rows, adjacent: Marks) -> Marks:
        """Leave out the rows that have no close, or none before them, and count."""
        good = (rows.closes > 0) & (rows.closes < np.inf)
        self.counters.without_close += int(good.size - np.count_nonzero(good))
        self.counters.holes += int(np.count_nonzero(rows.same & ~adjacent & good))
        defined = adjacent & good
        defined[1:] &= good[:-1]
        defined[:1] &= 0 < before.close < np.inf
        return defined


def find_lengths(starts: Places, end: int) -> Places:
    """Return how long the pieces are that begin at these places, the last one up to the end."""
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1:] = end - starts[-1:]
    return lengths


def _lay_out(before: Before, codes: Ints, days: Ints, closes: Floats) -> _Rows:
    """Find where tickers begin."""
    same = np.empty(codes.size, np.bool_)
    same[:1] = codes[:1] == before.code
    np.equal(codes[1:], codes[:-1], out=same[1:])
    is_start = ~same
    is_start[:1] = True
    (begins,) = np.nonzero(is_start)
    return _Rows(codes, days, closes, same, begins)


def _find_adjacent(
    before: Before, rows: _Rows, previous: Ints | None
) -> tuple[Marks, Marks | None]:
    """Tell which rows have the session before them in the row before; which nobody checks."""
    if previous is None:
        return rows.same, rows.same
    adjacent = np.empty(previous.size, np.bool_)
    adjacent[:1] = previous[:1] == before.day
    np.equal(previous[1:], rows.days[:-1], out=adjacent[1:])
    unchecked = None
    if previous.min(initial=0) == ANY:
        unchecked = previous == ANY
        adjacent |= unchecked
    adjacent &= rows.same
    return adjacent, unchecked
