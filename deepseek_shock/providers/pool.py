"""A small pool of workers for requests to one vendor: polite, bounded in time, quick to let go.

Threads are daemons: at Ctrl-C, or when the time is up, nobody waits for a request under way.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_STEP = 0.1  # seconds between looks at the clock: how long Ctrl-C may wait


class Deadline:
    """The instant at which a run gives up on its vendor."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds left; never below 0."""
        return max(0.0, self._ends - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.left == 0


class Breaker:
    """Stops all further requests once a vendor has said that it wants no more."""

    def __init__(self) -> None:
        self._tripped = threading.Event()

    def trip(self) -> None:
        """Let no further request out."""
        self._tripped.set()

    @property
    def is_tripped(self) -> bool:
        """Whether requests are stopped."""
        return self._tripped.is_set()

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until the breaker is tripped."""
        self._tripped.wait(seconds)


class Pool(Generic[_Task, _Result]):
    """Does tasks in `workers` threads, in the order given, and hands on results as they come.

    Iterating yields every result until all are there, or until the deadline is over; what is not
    there by then is left out. `work` must not raise.
    """

    def __init__(self, workers: int, work: Callable[[_Task], _Result]) -> None:
        self._workers = workers
        self._work = work

    def run(self, tasks: Sequence[_Task], deadline: Deadline) -> Iterator[_Result]:
        """Yield results in the order in which they come."""
        waiting: SimpleQueue[_Task] = SimpleQueue()
        done: SimpleQueue[_Result] = SimpleQueue()
        for task in tasks:
            waiting.put(task)
        for _ in range(min(self._workers, len(tasks))):
            threading.Thread(target=self._serve, args=(waiting, done), daemon=True).start()
        left = len(tasks)
        while left and not deadline.is_over:
            try:
                result = done.get(timeout=min(_STEP, deadline.left))
            except Empty:
                continue
            left -= 1
            yield result
        while not done.empty():  # what came in the last moment is not lost
            yield done.get_nowait()

    def _serve(self, waiting: SimpleQueue[_Task], done: SimpleQueue[_Result]) -> None:
        while True:
            try:
                task = waiting.get_nowait()
            except Empty:
                return
            done.put(self._work(task))
