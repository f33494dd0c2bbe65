"""A reader read in a thread of its own, a few batches ahead: its taker stays free for Ctrl-C."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

from deepseek_shock.scan.reading import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deepseek_shock.scan.reading import Reader, Rows

_AHEAD = 4  # batches
_LOOK = 0.1  # seconds between two looks at whether the other side has gone
_LEAVE = 0.8  # seconds that the thread has to end


def read_ahead(reader: Reader) -> Iterator[Rows]:
    """Yield a reader's batches. Raises what the reader raises; stops it when nobody takes more."""
    ahead = _Ahead(reader)
    ahead.thread.start()
    try:
        while (rows := ahead.take()) is not None:
            yield rows
    finally:
        ahead.leave()


class _Ahead:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._left = Event()
        self._is_done = False
        self._queue: Queue[Rows | BaseException | None] = Queue(_AHEAD)
        # A daemon: one that hangs in a library's call must not keep the process from ending.
        self.thread = Thread(target=self._read, name="read ahead", daemon=True)

    def take(self) -> Rows | None:
        """Return the next batch, `None` after the last."""
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
            self._reader.stop()
        self.thread.join(_LEAVE)

    def _read(self) -> None:
        try:
            for rows in self._reader.batches():
                self._give(rows)
            self._give(None)
        except StoppedError:
            return
        except BaseException as error:  # noqa: BLE001 -- who takes the batches raises it
            with suppress(StoppedError):
                self._give(error)

    def _give(self, found: Rows | BaseException | None) -> None:
        while not self._left.is_set():
            try:
                self._queue.put(found, timeout=_LOOK)
            except Full:
                continue
            return
        raise StoppedError
