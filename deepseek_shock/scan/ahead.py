"""Work in a thread of its own, a little ahead of who takes it: the taker stays free for Ctrl-C."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

from deepseek_shock.scan.reading import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deepseek_shock.scan.reading import Reader, Rows

_T = TypeVar("_T")

_AHEAD = 4  # batches
_AHEAD_OF_WORK = 1
_LOOK = 0.1  # seconds between two looks at whether the other side has gone
_LEAVE = 0.8  # seconds that the thread has to end


def read_ahead(reader: Reader) -> Iterator[Rows]:
    """Yield a reader's batches. Raises what the reader raises; stops it when nobody takes more."""
    return _go_ahead(_Ahead(reader.batches, reader.stop, _AHEAD))


def work_ahead(things: Iterable[_T]) -> Iterator[_T]:
    """Yield things that are made in another thread meanwhile. Raises what is raised there."""
    return _go_ahead(_Ahead(lambda: things, lambda: None, _AHEAD_OF_WORK))


def _go_ahead(ahead: _Ahead[_T]) -> Iterator[_T]:
    ahead.thread.start()
    try:
        while (found := ahead.take()) is not None:
            yield found
    finally:
        ahead.leave()


class _Ahead(Generic[_T]):
    def __init__(
        self, make: Callable[[], Iterable[_T]], stop: Callable[[], None], most: int
    ) -> None:
        self._make = make
        self._stop = stop
        self._left = Event()
        self._is_done = False
        self._queue: Queue[_T | BaseException | None] = Queue(most)
        # A daemon: one that hangs in a library's call must not keep the process from ending.
        self.thread = Thread(target=self._work, name="ahead", daemon=True)

    def take(self) -> _T | None:
        """Return the next thing, `None` after the last."""
        while True:
            try:
                found = self._queue.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(found, BaseException):
                raise found
            self._is_done = found is None
            return found

    def leave(self) -> None:
        """Take no more; a reader that has come to its end can be read again."""
        self._left.set()
        if not self._is_done:
            self._stop()
        self.thread.join(_LEAVE)

    def _work(self) -> None:
        try:
            for found in self._make():
                self._give(found)
            self._give(None)
        except BaseException as error:  # noqa: BLE001 -- who takes the things raises it
            with suppress(StoppedError):
                self._give(error)

    def _give(self, found: _T | BaseException | None) -> None:
        while not self._left.is_set():
            try:
                self._queue.put(found, timeout=_LOOK)
            except Full:
                continue
            return
        raise StoppedError
