"""The files of a packed history: whole tickers in order, in the encodings that decode fastest.

Ticker as a dictionary, session delta-encoded, close plain, lz4, row groups of 262,144 rows. Where a
file ends depends on the rows alone, and not on how they came: so a run that goes on where another
was killed writes the same bytes.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from deepseek_shock.errors import OutputError
from deepseek_shock.scan.packs.manifest import Part
from deepseek_shock.scan.packs.packed import hash_file
from deepseek_shock.wholefile import drafted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from deepseek_shock.scan.reading import Rows

GROUP = 1 << 18  # rows of a row group

_SCHEMA = pa.schema(
    [
        pa.field("ticker", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("session", pa.date32(), nullable=False),
        pa.field("close", pa.float64(), nullable=False),
    ]
)
_ENCODINGS: dict[str, Any] = {
    "compression": "lz4",
    "use_dictionary": ["ticker"],
    "column_encoding": {"session": "DELTA_BINARY_PACKED", "close": "PLAIN"},
    "dictionary_pagesize_limit": 1 << 24,  # a ticker a row fits: no other encoding is fallen to
}
_EPOCH = date(1970, 1, 1)


class _Group(NamedTuple):
    """The rows of a row group, `codes` numbering the tickers of the file."""

    codes: NDArray[np.int32]
    days: NDArray[np.int32]
    closes: NDArray[np.float64]

    @property
    def sum(self) -> int:
        """A check sum of all that is in it, NaN for NaN."""
        return crc32(self.closes.tobytes(), crc32(self.days.tobytes(), crc32(self.codes.tobytes())))


@contextmanager
def writing(target: Path) -> Generator[PartWriter, None, None]:
    """Write one file, which comes into its place when it has been read back the same.

    Then its `part` is known. Raises `OutputError`, and leaves nothing behind.
    """
    with drafted(target) as draft:
        with pq.ParquetWriter(draft, _SCHEMA, **_ENCODINGS) as file:
            writer = PartWriter(file)
            yield writer
            writer.flush()
        writer.verify(draft, target)
        _to_disk(draft)
        writer.part = writer.describe(draft, target.name)


class PartWriter:
    """Gathers rows to row groups; knows what it has written."""

    part: Part

    def __init__(self, file: pq.ParquetWriter) -> None:
        self._file = file
        self._tickers: list[str] = []
        self._pending = _Group(
            np.empty(GROUP, np.int32), np.empty(GROUP, np.int32), np.empty(GROUP, np.float64)
        )
        self._filled = 0
        self._rows = 0
        self._sums: list[int] = []
        self._days: list[int] = []

    def add(self, tickers: Sequence[str], codes: NDArray[np.int32], rows: Rows) -> None:
        """Add rows; `tickers` are those that begin in them, `codes` count the file's from 0."""
        self._tickers += tickers
        self._rows += len(codes)
        at = 0
        while at < len(codes):
            room = min(GROUP - self._filled, len(codes) - at)
            here, there = slice(self._filled, self._filled + room), slice(at, at + room)
            self._pending.codes[here] = codes[there]
            self._pending.days[here] = rows.days[there]
            self._pending.closes[here] = rows.closes[there]
            at, self._filled = at + room, self._filled + room
            if self._filled == GROUP:
                self.flush()

    def flush(self) -> None:
        """Write the rows that wait as a row group."""
        if not self._filled:
            return
        codes, days, closes = self._pending
        group = _Group(codes[: self._filled], days[: self._filled], closes[: self._filled])
        first, last = int(group.codes[0]), int(group.codes[-1])
        names = pa.array(self._tickers[first : last + 1], pa.string())
        tickers = pa.DictionaryArray.from_arrays(pa.array(group.codes - first), names)
        columns = [tickers, pa.array(group.days).cast(pa.date32()), pa.array(group.closes)]
        self._file.write_table(pa.table(columns, schema=_SCHEMA), row_group_size=GROUP)
        self._sums.append(group.sum)
        self._days += (int(group.days.min()), int(group.days.max()))
        self._filled = 0

    def verify(self, draft: Path, target: Path) -> None:
        """Read the file back. Raises `OutputError` where it does not say what was written."""
        tickers: list[str] = []
        sums = [group.sum for group in _groups(draft, tickers)]
        if (tickers, sums) != (self._tickers, self._sums):
            raise OutputError(
                f"{target} does not read back as it was written",
                hint="the disk or the memory fails; pack onto another disk",
            )

    def describe(self, draft: Path, name: str) -> Part:
        """Return what the manifest says of the file."""
        first, last = (_EPOCH + timedelta(days=one) for one in (min(self._days), max(self._days)))
        ends = (self._tickers[0], self._tickers[-1], first, last)
        return Part(
            *(name, self._rows, len(self._tickers), *ends),
            size=draft.stat().st_size,
            sha256=hash_file(draft),
        )


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _groups(path: Path, tickers: list[str]) -> Iterator[_Group]:
    """Read a file's row groups, and add its tickers to the list as they come."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number, use_threads=False).combine_chunks()
            column = table.column("ticker").chunk(0)
            names: list[str] = column.dictionary.to_pylist()
            is_continued = bool(tickers) and tickers[-1] == names[0]
            base = len(tickers) - is_continued
            tickers += names[is_continued:]
            yield _Group(
                (column.indices.to_numpy() + base).astype(np.int32),
                table.column("session").chunk(0).cast(pa.int32()).to_numpy(),
                table.column("close").chunk(0).to_numpy(),
            )
