"""Rows ordered by ticker and session: counted in pieces, and the medians of the days listed.

A piece is rows of one reader from one ticker to another. From its first row on the moves of the
`Candidates` are kept beside the sums; first, small pieces teach which days those are. When all is
counted and the days that will be listed are known, only pieces that did not watch one of them are
gone through again: mostly the first ones, whose rows are still at hand.
"""

from __future__ import annotations

from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.calendars import FIRST
from deepseek_shock.scan.candidates import Candidates, Days, by_calendar
from deepseek_shock.scan.crew import go_through
from deepseek_shock.scan.kernel import Kernel
from deepseek_shock.scan.medians import Collector
from deepseek_shock.scan.reading import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.candidates import Watching
    from deepseek_shock.scan.job import Job, Listener
    from deepseek_shock.scan.medians import DayMoves
    from deepseek_shock.scan.reading import DamagedFileError, Reader
    from deepseek_shock.scan.records import Order
    from deepseek_shock.scan.rows.repeats import Repeats
    from deepseek_shock.scan.tally import Tally

FIRST_PIECE = 1 << 18  # rows, some hundred tickers
NEXT_PIECE = 1 << 21
_HELD = 8  # pieces whose rows may be kept, 4 MB each


class Piece(NamedTuple):
    """Rows of a reader, from the row `begin` to before `end`; whose moves were kept on which days.

    `rows` are the piece's own where they are kept, else `None`.
    """

    begin: int
    end: int
    calendars: frozenset[str | None]
    watched: Watching
    rows: tuple[Rows, ...] | None

    def lacks(self, listed: Days) -> Days:
        """Return the days whose moves in these rows are yet to be looked up."""
        return frozenset(
            (name, day)
            for name, day in listed
            if name in self.calendars
            and not (name in self.watched and self.watched[name][day - FIRST])
        )


class Counted(NamedTuple):
    """What was counted of one reader."""

    tally: Tally
    pieces: tuple[Piece, ...]


class Counting:
    """Counts readers; threads share it."""

    def __init__(self, calendars: Calendars, job: Job, rows: int | None = None) -> None:
        self._calendars = calendars
        self._job = job
        self._candidates = Candidates(job, rows)
        self._held = _HELD
        self._limits: dict[Order, float] = {}
        self._lock = Lock()

    def count(self, reader: Reader, batches: Iterator[Rows]) -> Counted:
        """Go through a reader. Raises `DisorderError`, and what its batches raise."""
        tallies: list[Tally] = []
        pieces: list[Piece] = []
        first = next(batches, None)  # before it the reader has no names of tickers
        with self._lock:
            limits = dict(self._limits)
        piece = self._begin(reader, limits)
        for rows in () if first is None else chain((first,), batches):
            cut = _last_start(rows) if piece.filled + len(rows.codes) >= piece.size else 0
            if cut and piece.filled + cut >= piece.size // 2:
                before, after = _split(rows, cut)
                piece.feed(before)
                self._end(piece, tallies, pieces)
                _tighten(limits, piece.kernel.limits)
                piece = self._begin(reader, limits)
                piece.feed(after)
            else:
                piece.feed(rows)
        self._end(piece, tallies, pieces)
        total, *others = tallies
        for other in others:
            total.merge(other)
        repeats: Repeats | None = getattr(reader, "repeats", None)  # of those that sort
        if repeats is not None:
            total.counters.add_repeats(repeats.rows, repeats.differing)
        return Counted(total, tuple(pieces))

    def limit(self, tally: Tally) -> None:
        """Let no reader look for moves that are not among the largest of this tally.

        It is of files that are whole: what they hold stays, whatever happens to others.
        """
        with self._lock:
            _tighten(self._limits, tally.limits)

    def _begin(self, reader: Reader, limits: Mapping[Order, float]) -> _Growing:
        is_first = not self._candidates.are_settled
        watched = self._candidates.watching
        with self._lock:
            is_held = is_first and self._held > 0
            self._held -= is_held
        kernel = Kernel(self._calendars, reader.tickers, self._job.settings.top, limits)
        kernel.watch({name: np.flatnonzero(marks) + FIRST for name, marks in watched.items()})
        piece = _Growing(kernel, watched, FIRST_PIECE if is_first else NEXT_PIECE)
        piece.held = [] if is_held else None
        return piece

    def _end(self, piece: _Growing, tallies: list[Tally], pieces: list[Piece]) -> None:
        tally = piece.kernel.end()
        names = frozenset(tally.homes)
        self._candidates.learn(tally, names)
        held = None if piece.held is None else tuple(piece.held)
        begin = pieces[-1].end if pieces else 0
        tallies.append(tally)
        pieces.append(Piece(begin, begin + piece.filled, names, piece.watched, held))

    # --- once more ---

    def find_moves(
        self,
        counted: Mapping[Reader, Sequence[Piece]],
        listed: Mapping[str | None, Iterable[int]],
        threads: int,
        listener: Listener,
    ) -> Iterator[DayMoves]:
        """Yield the moves of the days listed that were not kept while all was counted."""
        days: Days = frozenset((name, day) for name, some in listed.items() for day in some)
        again: dict[Reader, list[Piece]] = {}
        for reader, pieces in counted.items():
            for piece in pieces:
                if not (lacking := piece.lacks(days)):
                    continue
                if piece.rows is None:
                    again.setdefault(reader, []).append(piece)
                else:
                    yield self._collect(reader, piece.rows, lacking)
        if again:
            yield from self._read_again(again, days, threads, listener)

    def _collect(self, reader: Reader, rows: Iterable[Rows], lacking: Days) -> DayMoves:
        collector = Collector(self._calendars, reader.tickers, by_calendar(lacking))
        for some in rows:
            collector.feed(*some)
        return collector.end()

    def _read_again(
        self,
        again: Mapping[Reader, Sequence[Piece]],
        days: Days,
        threads: int,
        listener: Listener,
    ) -> Iterator[DayMoves]:
        found: list[DayMoves] = []

        def collect(reader: Reader, batches: Iterator[Rows]) -> list[DayMoves]:
            cut = _Cut(batches)
            return [
                self._collect(reader, cut.rows(piece.begin, piece.end), piece.lacks(days))
                for piece in again[reader]
            ]

        def keep(_: Reader, result: list[DayMoves] | DamagedFileError) -> None:
            if not isinstance(result, list):
                raise result  # it was whole a moment ago
            found.extend(result)

        listener.begin("medians", sum(pieces[-1].end for pieces in again.values()))
        go_through(tuple(again), collect, keep, threads, listener)
        yield from found


class _Growing:
    """A piece that is being gone through; it ends with a ticker, at about `size` rows."""

    def __init__(self, kernel: Kernel, watched: Watching, size: int) -> None:
        self.kernel = kernel
        self.watched = watched
        self.size = size
        self.filled = 0
        self.held: list[Rows] | None = None

    def feed(self, rows: Rows) -> None:
        """Go through some more rows."""
        if not len(rows.codes):
            return
        self.kernel.feed(*rows)
        self.filled += len(rows.codes)
        if self.held is not None:
            codes, days, closes = rows
            self.held.append(Rows(codes.copy(), days.copy(), closes.copy()))


class _Cut:
    """Gives the rows from one place to another, of places in ascending order."""

    def __init__(self, batches: Iterator[Rows]) -> None:
        self._batches = batches
        self._at = 0  # the place of the first row that waits
        self._waiting: Rows | None = None

    def rows(self, begin: int, end: int) -> Iterator[Rows]:
        """Yield the rows from `begin` to before `end`."""
        while self._at < end:
            rows = self._waiting or next(self._batches, None)
            self._waiting = None
            if rows is None:
                return
            after = self._at + len(rows.codes)
            if after > end:
                rows, self._waiting = _split(rows, end - self._at)
            if len(rows.codes) and self._at + len(rows.codes) > begin:
                yield _split(rows, max(0, begin - self._at))[1]
            self._at = min(after, end)


def _tighten(limits: dict[Order, float], others: Mapping[Order, float]) -> None:
    for order, limit in others.items():
        limits[order] = min(limit, limits.get(order, limit))


def _last_start(rows: Rows) -> int:
    """Return where the last ticker of some rows begins."""
    return int(rows.codes.searchsorted(rows.codes[-1])) if len(rows.codes) else 0


def _split(rows: Rows, at: int) -> tuple[Rows, Rows]:
    codes, days, closes = rows
    return Rows(codes[:at], days[:at], closes[:at]), Rows(codes[at:], days[at:], closes[at:])
