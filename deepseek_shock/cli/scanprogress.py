"""How far a scan has come: a line on stderr, on a terminal only."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from deepseek_shock.cli.progress import is_seen
from deepseek_shock.scan.job import TASKS

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_MILLION = 1e6
_BAR = 20  # cells


class ScanProgress:
    """The listener of a scan; as a context it clears the line when all is done."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def begin(self, what: str, rows: int | None) -> None:
        """Show the next part of the work instead of the last."""
        if not is_seen():
            return
        if self._progress is None:
            self._progress = _make_progress()
            self._progress.start()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(what, total=rows, rows="", rate="")

    def advance(self, rows: int) -> None:
        """Show that more rows are done."""
        if self._progress is None or self._task is None:
            return
        self._progress.advance(self._task, rows)
        task = next(one for one in self._progress.tasks if one.id == self._task)
        if task.description == TASKS:
            self._progress.update(self._task, rows=f"{task.completed:.0f} of {task.total:.0f}")
            return
        done = f"{task.completed / _MILLION:.1f}"
        whole = "" if task.total is None else f" of {task.total / _MILLION:.1f}"
        rate = f"{task.speed / _MILLION:.1f} M/s" if task.speed else ""
        self._progress.update(self._task, rows=f"{done}{whole} M rows", rate=rate)


def _make_progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(_BAR),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[rows]}"),
        TextColumn("{task.fields[rate]}"),
        TimeLeft(),
        console=Console(stderr=True),
        transient=True,
    )
