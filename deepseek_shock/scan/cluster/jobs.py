"""Jobs on Spark: run, watched, cancelled; what fails is said in two lines.

A job runs in a thread of its own, and this one looks after it: it tells of the tasks that are done
and hears Ctrl-C. Only what Spark's own `collect` returns is used, which has each task's answer
exactly once, however often the task was run.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from deepseek_shock.errors import SparkError
from deepseek_shock.scan.job import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from deepseek_shock.scan.job import Listener

_LOOK = 0.1  # seconds between two looks at a job
_NO_WORKER = 60.0  # seconds without any executor, on a standalone cluster


class JobFailedError(Exception):
    """A job that Spark has given up; `said` is all that it says of it."""

    def __init__(self, said: str) -> None:
        super().__init__(said.partition("\n")[0])
        self.said = said


@contextmanager
def spoken() -> Generator[None, None, None]:
    """Raise what Spark complains of as a `JobFailedError`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise JobFailedError(_spell(error)) from error


def _spell(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 -- the Java process has gone, and with it the message
        return "Spark's Java process has ended"


class Jobs:
    """Runs jobs in a session, one at a time."""

    def __init__(self, spark: Any, listener: Listener) -> None:  # noqa: ANN401 -- pyspark is not always there
        self._context = spark.sparkContext
        self._listener = listener

    def collect(self, frame: Any, *, told: bool = True) -> list[Any]:  # noqa: ANN401 -- the same
        """Return a frame's rows; with `told` the listener hears of its tasks.

        An interruption cancels the job. Raises `JobFailedError`, `SparkError`.
        """
        watched = _Watched(self._context, frame)
        watched.start()
        try:
            self._wait(watched, self._listener if told else None)
        except BaseException:
            watched.cancel()
            raise
        if watched.error is not None:
            raise JobFailedError(_spell(watched.error)) from watched.error
        return watched.rows

    def _wait(self, watched: _Watched, listener: Listener | None) -> None:
        told = _Tasks()
        begun = monotonic()
        while watched.is_alive():
            watched.join(_LOOK)
            seen = watched.tasks()
            if listener is not None and seen.all:
                if seen.all != told.all:
                    listener.begin(TASKS, seen.all)
                    listener.advance(seen.done)
                elif seen.done > told.done:
                    listener.advance(seen.done - told.done)
                told = seen
            if not seen.done and not seen.active and monotonic() - begun > _NO_WORKER:
                self._check_workers(_NO_WORKER)
                begun = monotonic()

    def _check_workers(self, seconds: float) -> None:
        """Raise `SparkError` where a standalone cluster gives us nothing."""
        if not str(self._context.master).startswith("spark://"):
            return  # others queue
        known: int = self._context._jsc.sc().getExecutorMemoryStatus().size()  # noqa: SLF001 -- there is no other way
        if known > 1:  # the driver counts
            return
        raise SparkError(
            f"{self._context.master} has given no worker in {seconds:.0f} seconds",
            hint="are workers up, with free cores and the memory that spark.executor.memory asks?",
        )


class _Tasks(NamedTuple):
    """How many tasks a job has, are running, are done."""

    all: int = 0
    active: int = 0
    done: int = 0


class _Watched(Thread):
    """A job: a frame is collected."""

    def __init__(self, context: Any, frame: Any) -> None:  # noqa: ANN401 -- the same
        super().__init__(name="spark job", daemon=True)
        self.rows: list[Any] = []
        self.error: Exception | None = None
        self._context = context
        self._frame = frame
        self._group = f"shock-scan-{uuid4()}"

    def run(self) -> None:
        """Collect; the group of jobs is this thread's alone."""
        try:
            self._context.setJobGroup(self._group, "shock scan", interruptOnCancel=True)
            self.rows = self._frame.collect()
        except Exception as error:  # noqa: BLE001 -- whoever waits is told
            self.error = error

    def cancel(self) -> None:
        """Let Spark end the job's tasks."""
        with suppress(Exception):  # the Java process may be gone
            self._context.cancelJobGroup(self._group)

    def tasks(self) -> _Tasks:
        """Return how far it has come."""
        with suppress(Exception):  # the same
            tracker = self._context.statusTracker()
            return _count_tasks(tracker, tracker.getJobIdsForGroup(self._group))
        return _Tasks()


def _count_tasks(tracker: Any, jobs: Iterable[int]) -> _Tasks:  # noqa: ANN401 -- the same
    infos = [tracker.getJobInfo(job) for job in jobs]
    stages: set[int] = {stage for info in infos if info for stage in info.stageIds}
    found = [info for stage in stages if (info := tracker.getStageInfo(stage)) is not None]
    return _Tasks(
        sum(info.numTasks for info in found),
        sum(info.numActiveTasks for info in found),
        sum(info.numCompletedTasks for info in found),
    )


class Kept:
    """A frame that two jobs use: what its tasks have made stays on the workers' disks."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._frame: Any = None

    def map(self, work: Callable[[Iterator[Any]], Iterator[Any]], schema: str) -> Any:  # noqa: ANN401 -- the same
        """Return the frame, made if it is not, with some work on it."""
        if self._frame is None:
            from pyspark import StorageLevel

            self._frame = self._make().persist(StorageLevel.DISK_ONLY)
        return self._frame.mapInArrow(work, schema)

    def drop(self) -> None:
        """Let the workers forget it."""
        if self._frame is not None:
            with suppress(Exception):  # the session may be gone
                self._frame.unpersist()
            self._frame = None


_REASONS: Sequence[tuple[str, str, str]] = (
    (
        r"PYTHON_VERSION_MISMATCH.*?\D(\d\.\d+)\D.*?\D(\d\.\d+)\D",
        r"the workers run Python \1, and this is Python \2",
        "let PYSPARK_PYTHON name the same Python on the workers",
    ),
    (
        r"No module named '?(pyarrow|numpy|duckdb|exchange_calendars|pandas)",
        r"the workers' Python has no \1",
        "install it there, or let PYSPARK_PYTHON name a Python that has it",
    ),
    (
        r'Cannot run program "([^"]+)"',
        r"the workers cannot start \1",
        "let PYSPARK_PYTHON name a Python that they have",
    ),
    (
        r"OutOfMemoryError|exitCode.{0,20}(?:137|52)\b|MemoryError|MEMORY_LIMIT",
        "a task ran out of memory",
        "give executors more: spark.executor.memory, spark.executor.memoryOverhead",
    ),
    (
        r"spark\.driver\.maxResultSize",
        "the answers are larger than spark.driver.maxResultSize",
        "raise it, and spark.driver.memory",
    ),
    (r"No space left on device", "a disk is full", "spark.local.dir names another"),
    (
        r"(?:AccessControlException|AccessDenied|Access Denied|Permission denied|403 Forbidden)",
        "Spark may not read the files",
        "its own settings hold the keys: spark.hadoop.fs.…",
    ),
    (
        r"No FileSystem for scheme|UnsupportedFileSystem|ClassNotFoundException: Class \S+System",
        r"Spark has no file system for these paths",
        "add its package: spark.jars.packages, as org.apache.hadoop:hadoop-aws for s3a:",
    ),
)


def explain(failed: JobFailedError) -> SparkError:
    """Say in two lines why a job failed."""
    for form, words, hint in _REASONS:
        if (found := re.search(form, failed.said, re.DOTALL)) is not None:
            return SparkError(f"Spark's job failed: {found.expand(words)}", hint=hint)
    return SparkError(
        f"Spark's job failed: {_last_cause(failed.said)}",
        hint="Spark's own log on the workers has the whole of it",
    )


def _last_cause(said: str) -> str:
    """Return what lies at the bottom of a Java exception's text, or a Python traceback's."""
    lines = [line.strip() for line in said.splitlines()]
    plain = [line for line in lines if line and not line.startswith(("at ", "File ", "...", "^"))]
    causes = [line for line in plain if line.startswith("Caused by: ")]
    errors = [line for line in plain if re.match(r"[\w.]+(?:Error|Exception)\b", line)]
    chosen = causes[-1:] or errors[-1:] or plain[:1] or ["it says not why"]
    return chosen[0].removeprefix("Caused by: ")[:300]
