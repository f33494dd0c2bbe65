"""What a scan has counted so far: sums by session, each ticker's worst move, the largest moves.

Tallies of disjoint tickers add up to the tally of all, in any order, to the last bit: counts are
integers, and moves are summed as whole multiples of 2⁻³² (a mean is exact to 1.2e-10), which
integers add without rounding. So a table does not depend on how many threads, files or machines it
was made by. What is held grows with the sessions and the tickers, not with the rows.
"""

from __future__ import annotations

import json
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import numpy as np

from deepseek_shock.scan.daytables import DayTable
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.medians import DayMoves
from deepseek_shock.scan.records import RECORD, Order, cut_largest
from deepseek_shock.scan.steps import Counters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.scan.arraytypes import Records
    from deepseek_shock.scan.job import Job


class Tally:
    """What was counted of some tickers; keyed by calendar name, day number and ticker.

    `homes` and `worst` stand beside `tickers`: the name of each one's calendar, its worst move
    (+inf where it has none). `largest` are the largest moves by `Order`, no more than `top` and
    ties. `moves` are those of the days that a kernel was told to watch, for their medians; they are
    merged and written with the rest.
    """

    def __init__(self, top: int) -> None:
        self.top = top
        self.counters = Counters()
        self.days: dict[str | None, DayTable] = {}
        self.tickers: list[str] = []
        self.homes: list[str | None] = []
        self.worst: Records = np.empty(0, RECORD)
        self.largest: dict[Order, Records] = {order: np.empty(0, RECORD) for order in Order}
        self.moves = DayMoves()
        self._known: set[str] = set()

    @property
    def limits(self) -> dict[Order, float]:
        """Of each order with as many moves as are kept, the rank that none is kept above."""
        return {
            order: float(order.rank(records[-1:])[0])
            for order, records in self.largest.items()
            if len(records) >= self.top > 0
        }

    def merge(self, other: Tally) -> None:
        """Add what was counted of other tickers.

        Raises `DisorderError` where both have counted the same ticker.
        """
        if len(self._known) < len(self.tickers):
            self._known.update(self.tickers)
        if not self._known.isdisjoint(other.tickers):
            raise DisorderError
        shift = len(self.tickers)
        self.tickers += other.tickers
        self.homes += other.homes
        self._known.update(other.tickers)
        self.counters.add(other.counters)
        for calendar, table in other.days.items():
            self.days.setdefault(calendar, DayTable()).add(table)
        self.worst = np.concatenate((self.worst, _shift(other.worst, shift)))
        for order, records in other.largest.items():
            both = np.concatenate((self.largest[order], _shift(records, shift)))
            self.largest[order] = cut_largest(order, both, self.top)
        self.moves.merge(other.moves)

    def to_bytes(self) -> bytes:
        """Return it as bytes (numpy's .npz, nothing that runs when it is read)."""
        names = list(self.days)
        head = {
            "top": self.top,
            "counters": vars(self.counters),
            "calendars": names,
            "firsts": [self.days[name].first for name in names],
            "tickers": self.tickers,
            "homes": self.homes,
        }
        arrays: dict[str, NDArray[np.generic]] = {
            "head": np.frombuffer(json.dumps(head).encode(), np.uint8),
            "worst": self.worst,
            "moves": np.frombuffer(self.moves.to_bytes(), np.uint8),
        }
        arrays |= {order.value: records for order, records in self.largest.items()}
        arrays |= {f"days{row}": self.days[name].counts for row, name in enumerate(names)}
        out = BytesIO()
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read it back."""
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            tally = cls(head["top"])
            vars(tally.counters).update(head["counters"])
            tally.tickers, tally.homes = head["tickers"], head["homes"]
            for row, (name, first) in enumerate(
                zip(head["calendars"], head["firsts"], strict=True)
            ):
                tally.days[name] = DayTable(first, arrays[f"days{row}"])
            tally.worst = arrays["worst"]
            tally.largest = {order: arrays[order.value] for order in Order}
            tally.moves = DayMoves.from_bytes(arrays["moves"].tobytes())
        return tally

    def listed(self, job: Job) -> dict[str | None, list[int]]:
        """Return the days that will be listed, by calendar: their medians are wanted."""
        from deepseek_shock.scan.tables import list_days

        return list_days(self, job)

    def finish(
        self, job: Job, medians: Mapping[tuple[str | None, int], float] = MappingProxyType({})
    ) -> Scanned:
        """Return the tables, without skipped files and sources.

        Of `medians` (by calendar and day number) only those of days that are `listed` are used.
        """
        from deepseek_shock.scan.tables import make_tables

        return make_tables(self, job, medians)


def _shift(records: Records, shift: int) -> Records:
    shifted = records.copy()
    shifted["ticker"] += shift
    return shifted
