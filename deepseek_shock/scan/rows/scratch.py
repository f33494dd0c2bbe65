"""A folder for what a scan writes to the disk for itself, removed at its end."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from weakref import finalize

from deepseek_shock.errors import OutputError

if TYPE_CHECKING:
    from deepseek_shock.scan.job import Job


class Scratch:
    """Makes its folder when it is first asked for: in the job's spill folder, else the system's."""

    def __init__(self, job: Job) -> None:
        self._parent = job.spill
        self._folder: Path | None = None
        self._count = 0

    @property
    def folder(self) -> Path:
        """The folder. Raises `OutputError` where none can be made."""
        if self._folder is None:
            try:
                if self._parent is not None:
                    self._parent.mkdir(parents=True, exist_ok=True)
                self._folder = Path(mkdtemp(prefix="shock-scan-", dir=self._parent))
            except OSError as error:
                where = self._parent or "the system's folder for temporary files"
                raise OutputError(
                    f"{where} cannot be written to: {error.strerror}", hint="name one: --spill DIR"
                ) from error
            finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def new_path(self, ending: str) -> Path:
        """Return a path in the folder that nothing is at."""
        self._count += 1
        return self.folder / f"{self._count}{ending}"

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        if self._folder is not None:
            with suppress(OSError):
                shutil.rmtree(self._folder)
            self._folder = None
