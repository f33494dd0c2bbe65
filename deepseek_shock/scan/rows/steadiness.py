"""Whether files are still as they were when they were first read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from deepseek_shock.scan.reading import DamagedFileError

if TYPE_CHECKING:
    from deepseek_shock.scan.rows.files import DataFile


class Steadiness:
    """Remembers size and time of files, for a reader may go through them twice."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def check(self, file: DataFile) -> None:
        """Raise `DamagedFileError` where a file is another than at the first look."""
        try:
            found = os.stat(file.path)  # noqa: PTH116 -- a path as text, of thousands
        except OSError:
            return  # whoever opens it says why it cannot be
        now = found.st_size, found.st_mtime_ns
        if self._seen.setdefault(file.path, now) != now:
            raise DamagedFileError(
                file.name, "was changed while it was read", hint="scan it when it is at rest"
            )
