"""Threads that go through readers, while the main thread waits, tells of it and hears Ctrl-C.

Decoding and the kernel's arithmetic release the interpreter's lock, so that threads are enough.
Nothing is done in the main thread that takes longer than a tenth of a second: an interruption, or
an error of one thread, ends all within a second.
"""

from __future__ import annotations

from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from deepseek_shock.scan.ahead import read_ahead
from deepseek_shock.scan.reading import DamagedFileError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from deepseek_shock.scan.job import Listener
    from deepseek_shock.scan.reading import Reader, Rows

_T = TypeVar("_T")
Work: TypeAlias = "Callable[[Reader, Iterator[Rows]], _T]"
"""What is made of a reader, in a thread of its own: of its batches, which may be left half read."""

_LOOK = 0.1  # seconds between two looks at whether a thread has died unheard
_LEAVE = 0.8  # seconds that threads have to end


class _Done(NamedTuple, Generic[_T]):
    """What became of a reader."""

    reader: Reader
    result: _T | DamagedFileError


def go_through(
    readers: Sequence[Reader],
    work: Work[_T],
    keep: Callable[[Reader, _T | DamagedFileError], None],
    threads: int,
    listener: Listener,
) -> None:
    """Let threads work on readers; hand to `keep`, in this thread, what they make of each.

    A reader that meets a damaged file is handed over with the error, and the others go on. Any
    other error, of a thread or of `keep`, ends all and is raised. Where there are fewer readers
    than threads, each is read in one and worked on in another.
    """
    crew = _Crew(readers, work, threads)
    with crew.at_work():
        for done in crew.events():
            if isinstance(done, int):
                listener.advance(done)
            else:
                keep(done.reader, done.result)


class _Crew(Generic[_T]):
    def __init__(self, readers: Sequence[Reader], work: Work[_T], threads: int) -> None:
        self._waiting: SimpleQueue[Reader] = SimpleQueue()
        for reader in readers:
            self._waiting.put(reader)
        self._left = len(readers)
        self._is_apart = len(readers) < threads
        self._work = work
        self._events: SimpleQueue[int | _Done[_T] | BaseException] = SimpleQueue()
        self._stopped = Event()
        self._active: set[Reader] = set()
        self._threads = [
            # Daemons: one that hangs in a library's call must not keep the process from ending.
            Thread(target=self._serve, name=f"scan {number}", daemon=True)
            for number in range(min(threads, len(readers)))
        ]

    @contextmanager
    def at_work(self) -> Generator[None, None, None]:
        """Start the threads, and end them, whatever happens."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop()

    def events(self) -> Iterator[int | _Done[_T]]:
        """Yield numbers of rows that were gone through, and readers that are done with."""
        while self._left:
            try:
                event = self._events.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(event, BaseException):
                raise event
            if not isinstance(event, int):
                self._left -= 1
            yield event

    def _stop(self) -> None:
        self._stopped.set()
        for reader in tuple(self._active):
            reader.stop()
        end = monotonic() + _LEAVE
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _serve(self) -> None:
        """Take one reader after the other, until there is none left."""
        while not self._stopped.is_set():
            try:
                reader = self._waiting.get_nowait()
            except Empty:
                return
            self._active.add(reader)
            result: _T | DamagedFileError
            try:
                result = self._work(reader, self._watch(reader))
            except DamagedFileError as error:
                result = error
            except BaseException as error:  # noqa: BLE001 -- the main thread raises it
                if not self._stopped.is_set():
                    self._events.put(error)
                return
            finally:
                # Before anybody hears that it is done: who is stopped can never be read again.
                self._active.discard(reader)
            self._events.put(_Done(reader, result))

    def _watch(self, reader: Reader) -> Iterator[Rows]:
        """Yield a reader's batches until all is stopped, and count their rows."""
        for rows in read_ahead(reader) if self._is_apart else reader.batches():
            yield rows
            if self._stopped.is_set():
                raise StoppedError
            self._events.put(len(rows.days))
