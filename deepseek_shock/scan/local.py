"""A scan on this machine, by threads.

    from datetime import date
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.local import scan

    found = scan(Job(("prices/*.parquet",), day=date(2025, 1, 27)))
    for day in found.shocks:
        print(day.session, day.calendar, day.score, day.mean, day.median)

`Job` says what is gone through and how, `Scanned` is plain values. The same rows give the same
values to the last bit, however many threads there are and in whatever files and order they stand.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from deepseek_shock.errors import FileError
from deepseek_shock.scan.ahead import work_ahead
from deepseek_shock.scan.calendars import Calendars
from deepseek_shock.scan.crew import go_through
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Listener, Silence
from deepseek_shock.scan.ordered import Counted, Counting
from deepseek_shock.scan.provenance import describe, list_some
from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.ring import Ring
from deepseek_shock.scan.rows.panel import open_panel

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from typing import Self

    from deepseek_shock.analysis.scanned import ScanCounts, Scanned, Skipped
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.ordered import Piece
    from deepseek_shock.scan.reading import Reader, Rows
    from deepseek_shock.scan.tally import Tally

_MOST_ASTRAY = 0.02  # of all rows, on days that are no sessions
_PER_CENT = 100


class Opened(Protocol):
    """A history that is opened: its readers, for every layout that it can be read in.

    `layout` is the fastest it seems to have, `skipped` are the files of which nothing is read.
    """

    layout: Layout
    rows: int | None
    files: tuple[str, ...]
    skipped: tuple[Skipped, ...]

    def readers(self, layout: Layout) -> tuple[Reader, ...]:
        """Return who reads all rows."""
        ...

    def without(self, error: DamagedFileError) -> Self:
        """Return the history without a file; raise the error where that may not be."""
        ...

    def close(self) -> None:
        """Remove what was written to the spill folder."""
        ...


def scan(job: Job, listener: Listener = Silence()) -> Scanned:  # noqa: B008 -- it has no state
    """Go through files, and return what was found.

    The listener is told of the progress, in this thread. An interruption (Ctrl-C) ends within a
    second and leaves nothing behind. A file that cannot be read to its end is in `skipped`, and
    nothing of it counts. Raises `FileError` where no file can be read, for such a file where
    `job.is_strict`, and where more than 2 % of the rows stand on days that are no sessions;
    `UsageError` for columns and calendars that there are not.
    """
    found, opened = go_through_opened(open_panel(job), job, listener)
    source = describe(job.paths, opened.files, found.days, found.counts)
    return found._replace(sources=(source,))


def go_through_opened(
    opened: Opened, job: Job, listener: Listener, placed: Mapping[str, str] | None = None
) -> tuple[Scanned, Opened]:
    """Go through what is opened, and close it; return what was found, and what was read in the end.

    `placed` are tickers whose exchange is known, by its MIC. The sources are left to who knows
    them.
    """
    calendars = Calendars(job.settings.calendar, placed or {})
    run = _Run(opened, job, listener, calendars)
    try:
        total = run.count_in_order()
    finally:
        run.opened.close()
    with _without_collector():
        found = total.tally.finish(job, total.medians)
    check_days(found.counts, calendars.names, job)
    return found._replace(skipped=run.opened.skipped), run.opened


@contextmanager
def _without_collector() -> Generator[None]:
    """Let nothing look for cycles among tens of thousands of plain values."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Total(NamedTuple):
    """What was counted of everything, and the medians of (at least) the days listed."""

    tally: Tally
    medians: Mapping[tuple[str | None, int], float]


class _Run:
    """Counts what is opened, anew where rows stand otherwise or a file is damaged."""

    def __init__(self, opened: Opened, job: Job, listener: Listener, calendars: Calendars) -> None:
        self.opened = opened
        self._job = job
        self._listener = listener
        self._calendars = calendars

    def count_in_order(self) -> _Total:
        """Count by the layout that the rows seem to have; where they have not, sort them."""
        layout = self.opened.layout
        if layout is not Layout.SORTED:
            try:
                return self._count(layout)
            except DisorderError:
                pass
        return self._count(Layout.SORTED)

    def _count(self, layout: Layout) -> _Total:
        return self._count_days() if layout is Layout.BY_DAY else self._count_tickers(layout)

    def _count_days(self) -> _Total:
        def count(reader: Reader, batches: Iterator[Rows]) -> _Total:
            first = next(batches, None)  # before it the reader has no names of tickers
            ring = Ring(self._calendars, reader.tickers, self._job)
            rows = () if first is None else chain((first,), batches)
            for block in work_ahead(ring.arranging.arrange(rows)):
                ring.go(block)
            tally = ring.end()
            return _Total(tally, ring.medians)

        found: list[_Total] = []

        def keep(_: Reader, result: _Total | DamagedFileError) -> None:
            if isinstance(result, DamagedFileError):
                self._leave_out(result)
            else:
                found.append(result)

        while not found:
            self._listener.begin("reading", self.opened.rows)
            go_through(self.opened.readers(Layout.BY_DAY), count, keep, 1, self._listener)
        return found[0]

    def _count_tickers(self, layout: Layout) -> _Total:
        counting = Counting(self._calendars, self._job, self.opened.rows)
        sums = _Sums()
        self._listener.begin("sorting" if layout is Layout.SORTED else "reading", self.opened.rows)
        while readers := sums.lacking(self.opened.readers(layout)):

            def keep(reader: Reader, result: Counted | DamagedFileError) -> None:
                if isinstance(result, DamagedFileError):
                    sums.drop(reader)
                    self._leave_out(result)
                elif sums.keep(reader, result):
                    counting.limit(sums.total)

            go_through(readers, counting.count, keep, self._job.threads, self._listener)
        tally = sums.total
        listed = tally.listed(self._job)
        threads = self._job.threads
        for moves in counting.find_moves(sums.pieces, listed, threads, self._listener):
            tally.moves.merge(moves)
        return _Total(tally, tally.moves.medians(listed))

    def _leave_out(self, error: DamagedFileError) -> None:
        """Go on without a damaged file, of which two readers may have complained."""
        if self._job.is_strict:
            raise error
        if error.file not in {one.file for one in self.opened.skipped}:
            self.opened = self.opened.without(error)


class _Sums:
    """Adds up what was counted of each file, when all of it is.

    Several readers may share a file: what some of them have counted waits for the others, and is
    dropped if one of them meets damage.
    """

    def __init__(self) -> None:
        self.pieces: dict[Reader, Sequence[Piece]] = {}
        self._total: Tally | None = None
        self._due: dict[tuple[str, ...], int] = {}
        self._waiting: dict[tuple[str, ...], list[tuple[Reader, Counted]]] = {}

    @property
    def total(self) -> Tally:
        """The tally of everything."""
        if self._total is None:
            raise LookupError("nothing was counted")
        return self._total

    def lacking(self, readers: Sequence[Reader]) -> tuple[Reader, ...]:
        """Return the readers whose files are not counted yet; all of them are due now."""
        left = tuple(reader for reader in readers if self._due.get(reader.files) != 0)
        self._waiting.clear()
        self._due = {files: 0 for files, due in self._due.items() if due == 0}
        for reader in left:
            self._due[reader.files] = self._due.get(reader.files, 0) + 1
        return left

    def keep(self, reader: Reader, counted: Counted) -> bool:
        """Add what was counted of a reader, or let it wait for the others of its files.

        Tells whether it was added.
        """
        files = reader.files
        waiting = self._waiting.setdefault(files, [])
        waiting.append((reader, counted))
        if len(waiting) < self._due[files]:
            return False
        self._due[files] = 0
        for one, its in self._waiting.pop(files):
            self.pieces[one] = its.pieces
            if self._total is None:
                self._total = its.tally
            else:
                self._total.merge(its.tally)
        return True

    def drop(self, reader: Reader) -> None:
        """Forget what was counted of the files of a reader."""
        self._waiting.pop(reader.files, None)


def check_days(counts: ScanCounts, calendars: Iterable[str | None], job: Job) -> None:
    """Refuse rows of which too many stand on days without a session, by `FileError`."""
    if counts.off_calendar <= _MOST_ASTRAY * counts.rows:
        return
    share = _PER_CENT * counts.off_calendar / counts.rows
    names = [name for name in calendars if name is not None]
    place = list_some(job.paths if job.typed is None else job.typed) or "the store"
    if not names:
        raise FileError(
            place,
            f"{share:.0f} % of the rows stand on days before 1900 or after 2099",
            hint="is the column of days the right one? --columns session=NAME",
        )
    other = "XTKS" if names == ["XNYS"] else "XNYS"
    raise FileError(
        place,
        f"{share:.0f} % of the rows stand on days that are no sessions of {' or '.join(names)}",
        hint=f"name the calendar they go by, as --calendar {other}; with --calendar none the row "
        "before is the session before",
    )
