"""Two rows of one ticker and session, among rows that are sorted by both.

With one close they are counted once; with two that differ the ticker has no close in the session. A
close that is missing contradicts none. This is done on the sorted rows and not by a `GROUP BY` in
front of the sort, which would hold all rows in a hash table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.scan.reading import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray


class Repeats:
    """Counts rows that came twice, and those of them whose closes differ."""

    def __init__(self) -> None:
        self.rows = 0
        self.differing = 0

    def merge(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Yield sorted rows, each ticker and session once."""
        held: Rows | None = None  # rows of the last session, which may go on in the next batch
        for batch in batches:
            if not len(batch.codes):
                continue
            rows = batch if held is None else join((held, batch))
            starts = _find_starts(rows)
            cut = int(starts[-1])
            held = Rows(rows.codes[cut:], rows.days[cut:], rows.closes[cut:])
            if cut:
                before = Rows(rows.codes[:cut], rows.days[:cut], rows.closes[:cut])
                yield self._merge(before, starts[:-1])
        if held is not None:
            yield self._merge(held, _find_starts(held))

    def _merge(self, rows: Rows, starts: NDArray[np.intp]) -> Rows:
        if len(starts) == len(rows.codes):
            return rows
        closes = np.where(rows.closes > 0, rows.closes, np.nan)
        low, high = np.fmin.reduceat(closes, starts), np.fmax.reduceat(closes, starts)
        differ = low < high
        self.rows += len(closes) - len(starts)
        self.differing += int(differ.sum())
        return Rows(rows.codes[starts], rows.days[starts], np.where(differ, np.nan, low))


def join(batches: Sequence[Rows]) -> Rows:
    """Return the rows of some batches as one."""
    return Rows(
        np.concatenate([rows.codes for rows in batches]),
        np.concatenate([rows.days for rows in batches]),
        np.concatenate([rows.closes for rows in batches]),
    )


def _find_starts(rows: Rows) -> NDArray[np.intp]:
    is_new = np.ones(len(rows.codes), np.bool_)
    is_new[1:] = (rows.codes[1:] != rows.codes[:-1]) | (rows.days[1:] != rows.days[:-1])
    return np.flatnonzero(is_new)
