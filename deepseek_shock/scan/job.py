"""What a scan is asked to do, and how it tells how far it has come."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from deepseek_shock.analysis.scanned import ScanSettings

TASKS = "tasks"  # a part of the work of which tasks are counted, not rows: those of a cluster


class Job(NamedTuple):
    """What is gone through, and how.

    `paths` are as they were typed: files, folders, globs; where they are the parts of a pack,
    `typed` is what was. `columns` are the user's own names of our `ticker`, `session`, `close` and
    `split`; what is not named is found by its header. `day` is the day whose standing is wanted,
    `None` the last of each calendar. `threads` and `memory` (bytes that a sort may hold before it
    spills to the disk) bound what is taken of the machine.
    """

    paths: tuple[str, ...]
    settings: ScanSettings = ScanSettings()
    columns: Mapping[str, str] = {}
    day: date | None = None
    is_strict: bool = False
    threads: int = 2
    memory: int = 1 << 30
    spill: Path | None = None
    typed: tuple[str, ...] | None = None


class Listener(Protocol):
    """Who is told of the progress; called from one thread at a time."""

    def begin(self, what: str, rows: int | None) -> None:
        """Begin a part of the work, with the number of its rows where that is known.

        Where `what` is `TASKS`, that is the number of its tasks, and so is what is advanced by.
        """

    def advance(self, rows: int) -> None:
        """Count rows that are done."""


class Silence:
    """A listener that says nothing."""

    def begin(self, what: str, rows: int | None) -> None:
        """Say nothing."""

    def advance(self, rows: int) -> None:
        """Say nothing."""
