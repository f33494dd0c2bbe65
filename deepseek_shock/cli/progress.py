"""Progress on stderr, on a terminal only: how many instruments have their answer."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from deepseek_shock.controls import neutralise_line
from deepseek_shock.market.gap import Gap

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from deepseek_shock.cli.journal import Journal
    from deepseek_shock.market.instrument import Instrument
    from deepseek_shock.providers.base import Answer, Fetched, Provider, Wanted


class Watched:
    """A provider whose vendor is watched; as a context it clears the line when all is done.

    Made first, since vendors tell `listen`; `provider` is set before `fetch` is called, and `total`
    where that is called for a part of the list at a time.
    """

    def __init__(self, journal: "Journal | None" = None) -> None:
        self._journal = journal
        self.provider: Provider | None = None
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self.total: int | None = None
        self._failed = 0

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

    def fetch(self, instruments: Sequence["Instrument"], wanted: "Wanted") -> "Fetched":
        """Pass the call on, and remember how many answers are to come."""
        if self.provider is None:
            raise RuntimeError("no provider is watched")
        if self.total is None:
            self.total = len(instruments)
        if self._journal is not None and self._journal.is_verbose:
            due = ", ".join(f"{calendar} {days[0]}" for calendar, days in wanted.due.items())
            self._journal.log(f"bars of {len(instruments)} instruments are asked for, due: {due}")
        fetched = self.provider.fetch(instruments, wanted)
        if self._journal is not None:
            for source in fetched.sources:
                span = f"sessions {source.first} to {source.last}" if source.first else "no bars"
                when = f", retrieved {source.retrieved}" if source.retrieved else ""
                self._journal.log(f"source: {source.name} ({source.vendor}), {span}{when}")
        return fetched

    def listen(self, answer: "Answer") -> None:
        """Show one more answer."""
        if self._journal is not None and self._journal.is_verbose:
            ticker = answer.instrument.ticker
            came = f"no bars ({answer.reason})" if isinstance(answer, Gap) else "bars"
            self._journal.log(f"answer: {ticker}, {came}")
        if not is_seen():
            return
        self._failed += isinstance(answer, Gap)
        if self._progress is None:
            self._begin()
        if self._progress is not None and self._task is not None:
            words = f"{self._failed} without bars" if self._failed else ""
            self._progress.update(self._task, advance=1, failed=words)

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self._progress = Progress(
            TextColumn("fetching"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeLeft(),
            TextColumn("{task.fields[failed]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("fetching", total=self.total, failed="")
        self._progress.start()


def warn(words: str) -> None:
    """Print a warning on a terminal: where nobody looks, stderr stays empty on success."""
    if is_seen():
        sys.stderr.write(f"warning: {neutralise_line(words)}\n")


def is_seen() -> bool:
    """Tell whether stderr is a terminal, also while progress is shown on it.

    rich then stands before it, and before its release 15 says that it is none.
    """
    stderr = getattr(sys.stderr, "rich_proxied_file", sys.stderr)
    return stderr is not None and stderr.isatty()
