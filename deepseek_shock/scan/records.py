"""Single moves that are kept: the largest of all, and each ticker's worst."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from deepseek_shock.scan.arraytypes import Floats, Ints, Places, Records


RECORD: np.dtype[np.void] = np.dtype(
    [
        ("ticker", np.int32),
        ("day", np.int32),
        ("previous", np.int32),
        ("close", np.float64),
        ("base", np.float64),  # the previous close
        ("move", np.float64),
        ("z", np.float64),
        ("reason", np.int8),
    ]
)
_GRAIN = 4096
_LEAST = 5e-324  # nothing is neither a fall nor a rise


def make_records(**columns: NDArray[Any]) -> Records:
    """Lay columns side by side; all fields of `RECORD` are named."""
    records = np.empty(len(columns["ticker"]), RECORD)
    for name, column in columns.items():
        records[name] = column
    return records


class Order(Enum):
    """By what moves are ranked; the rank is lower, the larger the move."""

    FALLS = "falls"
    RISES = "rises"
    UNRANKED = "unranked"

    def rank(self, records: Records) -> Floats:
        """Return each record's rank."""
        moves: Floats = records["move"]
        match self:
            case Order.FALLS:
                return moves
            case Order.RISES:
                return -moves
            case Order.UNRANKED:
                closes, bases = records["close"], records["base"]
                with np.errstate(divide="ignore", over="ignore"):
                    logs: Floats = np.log(closes / bases)
                is_beyond = ~np.isfinite(logs)  # of a ratio that no float holds
                logs[is_beyond] = np.log(closes[is_beyond]) - np.log(bases[is_beyond])
                return -np.abs(logs)


class Keeper(Protocol):
    """Who keeps some of the moves offered."""

    def put(self, records: Records) -> None:
        """Look at some, and keep them if they are wanted."""
        ...


class Largest:
    """The `top` largest moves of one order, with all that tie with the last by size and day."""

    def __init__(self, order: Order, top: int, limit: float | None = None) -> None:
        self.order = order
        # What ranks above it is not among them.
        self.limit = min(-_LEAST, limit or 0.0) if top else -np.inf
        self._top = top
        self._kept = np.empty(0, RECORD)
        self._new: list[Records] = []

    def bound(self, some: Floats) -> float:
        """Return a rank that none of them is above, nothing known but that ranks like these come.

        The places of `some` differ: where there are `top` of them, the last of these is a bound.
        """
        if 0 < self._top <= some.size:
            return min(self.limit, float(np.partition(some, self._top - 1)[self._top - 1]))
        return self.limit

    def choose(self, ranks: Floats) -> Places:
        """Return the places of those that may be among them, few of a whole block."""
        (places,) = np.nonzero(ranks <= self.limit)
        if places.size <= 2 * self._top:
            return places
        some = ranks[places]
        last = float(np.partition(some, self._top - 1)[self._top - 1])
        return places[some <= last]

    def put(self, records: Records) -> None:
        """Add some that may be among them."""
        self._new.append(records)
        if sum(map(len, self._new)) > 4 * self._top:
            self.cut()

    def cut(self) -> Records:
        """Return those that are."""
        self._kept = cut_largest(self.order, np.concatenate((self._kept, *self._new)), self._top)
        self._new = []
        if self._top and len(self._kept) >= self._top:
            self.limit = min(self.limit, float(self.order.rank(self._kept[-1:])[0]))
        return self._kept


def cut_largest(order: Order, records: Records, top: int) -> Records:
    """Sort by rank and day, and cut behind the last that ties with number `top`."""
    ranks, days = order.rank(records), records["day"]
    places = np.lexsort((days, ranks))
    if 0 < top < places.size:
        last = places[top - 1]
        ties = (ranks[places[top:]] == ranks[last]) & (days[places[top:]] == days[last])
        places = places[: top + int(np.count_nonzero(ties))]
    return records[places[: places.size if top else 0]]


class Worst:
    """The worst move of each ticker; the earlier of two alike."""

    def __init__(self) -> None:
        self._records = np.empty(0, RECORD)

    def moves(self, tickers: Ints) -> Floats:
        """Return the worst move of each of these so far; +inf where there is none."""
        self._grow(int(tickers.max()) + 1)
        moves: Floats = self._records["move"]
        return moves[tickers]

    def put(self, records: Records) -> None:
        """Let these stand as their tickers' worst."""
        self._grow(int(records["ticker"].max()) + 1)
        self._records[records["ticker"]] = records

    def end(self, count: int) -> Records:
        """Return the records of the first `count` tickers."""
        self._grow(count)
        return self._records[:count].copy()

    def _grow(self, count: int) -> None:
        if count > (known := len(self._records)):
            more = np.zeros(max(_GRAIN, count, 2 * known) - known, RECORD)
            more["move"] = np.inf
            more["ticker"] = np.arange(known, known + more.size)
            self._records = np.concatenate((self._records, more))
