"""What is read, as all who read and all who count see it: rows, their readers, damage, layouts.

Whoever goes through a history opens it once and takes its readers:

    panel = open_panel(job)              # finds files, columns, layout; `panel.skipped` are bad
    for reader in panel.readers(panel.layout):
        for rows in reader.batches():
            kernel.feed(*rows)
        tally = kernel.end()

`DisorderError` out of the kernel: `panel.readers(Layout.SORTED)`. `DamagedFileError` out of a
reader: drop its tally, note the file, and begin again with `reader.without(error.file)`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from deepseek_shock.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray


class Layout(StrEnum):
    """In which order rows come; a guess by metadata until they have been gone through."""

    ORDERED = "ordered"  # many readers: no ticker in two of them, each by (ticker, session)
    BY_DAY = "by day"  # one reader: sessions ascend, tickers in any order inside a session
    SORTED = "sorted"  # one reader: by (ticker, session), tickers as they first came, none twice


class Rows(NamedTuple):
    """Some rows: ticker numbers of this reader, days since 1970, closes (NaN: none).

    Closes are on one split basis. Arrays may be views of a buffer that cannot be written to.
    """

    codes: NDArray[np.int32]
    days: NDArray[np.int32]
    closes: NDArray[np.float64]


class Reader(Protocol):
    """Goes through a part of the data, as often as it is asked to.

    `name` is what messages call it, `rows` how many it has as far as metadata tell, `files` what
    it reads. `tickers` are the names of the codes met so far, all of them when the batches have
    come to their end; codes are numbered from 0 as tickers first come, the same in each pass.
    """

    name: str
    rows: int | None
    files: tuple[str, ...]
    tickers: list[str]

    def batches(self) -> Iterator[Rows]:
        """Yield rows, some ten or hundred thousands at a time.

        Raises `DamagedFileError`, and `StoppedError` after `stop`.
        """
        ...

    def without(self, file: str) -> Reader | None:
        """Return a reader of its other files, `None` where there is no other."""
        ...

    def stop(self) -> None:
        """Let whoever takes the batches, in another thread, end soon."""
        ...


class DamagedFileError(FileError):
    """A file that cannot be read to its end, or is not what it should be; `why` in few words."""

    def __init__(self, file: str, why: str, *, line: int | None = None, hint: str) -> None:
        super().__init__(file, why, line=line, hint=hint)
        self.file = file
        self.why = why if line is None else f"line {line}: {why}"


class StoppedError(Exception):
    """Reading was stopped from another thread."""
