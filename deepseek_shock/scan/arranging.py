"""From rows by day to rows by ticker, a block of days at a time.

The numbers of tickers fit in 16 bits: to bring a block into their order is a radix sort of some
nanoseconds a row. In front of each ticker's rows comes the last one that it had before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.calendars import FIRST, LAST, NO_SESSION
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.gathering import Gathering
from deepseek_shock.scan.ringstate import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deepseek_shock.scan.arraytypes import Floats, Ints, Marks, Places, Ranks
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.reading import Rows

_NEVER = np.int32(-(1 << 31))


class Block(NamedTuple):
    """All rows of the days from `first` to `last`, by ticker and day, behind each ticker's last.

    `ranks` number the tickers by calendar: those of one stand together. `order` tells which ticker
    has a rank, `homes` of each ticker the row of its calendar. `bases` are the closes of the rows
    that were there before.
    """

    ranks: Ints
    days: Ints
    closes: Floats
    order: Places
    homes: Places
    bases: Floats
    first: int
    last: int


class Arranging:
    """Takes rows ordered by day, in which the tickers of a day stand in any order."""

    def __init__(self, calendars: Calendars, tickers: list[str]) -> None:
        self._calendars = calendars
        self._tickers = tickers
        self._gathering = Gathering(MOST)
        self._homes = self._order = np.empty(0, np.intp)
        self._ranks: Ranks = np.empty(0, np.uint16)
        # The last row on a session of each ticker.
        self._days = np.full(MOST, _NEVER)
        self._closes = np.empty(MOST)

    def arrange(self, batches: Iterable[Rows]) -> Iterator[Block]:
        """Yield all rows, block by block. Raises `DisorderError`."""
        for rows in batches:
            yield from self.feed(*rows)
        yield from self.end()

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> Iterator[Block]:
        """Take some more rows; yield the blocks that are whole."""
        if len(self._tickers) > MOST:
            raise DisorderError
        for pieces in self._gathering.feed(codes, days, closes):
            yield self._arrange(pieces)

    def end(self) -> Iterator[Block]:
        """Yield the last block, if there is one."""
        if not self._gathering.is_empty:
            yield self._arrange(self._gathering.end())

    def _learn(self) -> None:
        """Look up the calendars of tickers that have come since."""
        if (known := self._homes.size) < (size := len(self._tickers)):
            homes = self._calendars.rows_of(self._tickers[known:size])
            self._homes = np.concatenate((self._homes, homes))
            self._order = np.argsort(self._homes, kind="stable")
            self._ranks = np.empty(size, np.uint16)
            self._ranks[self._order] = np.arange(size)

    def _arrange(self, pieces: Sequence[Rows]) -> Block:
        self._learn()
        ranks = np.concatenate([self._ranks.take(rows.codes) for rows in pieces])
        counts = np.bincount(ranks, minlength=self._order.size)
        present = self._order[counts > 0]
        held = present[self._days[present] != _NEVER]
        bases = self._closes[held]
        counts[self._ranks[held]] += 1
        # Stable: the row before comes first, and days go on ascending.
        places = np.concatenate((self._ranks[held], ranks)).argsort(kind="stable")
        block = Block(
            np.repeat(np.arange(counts.size, dtype=np.int32), counts),
            np.concatenate((self._days[held], *(rows.days for rows in pieces))).take(places),
            np.concatenate((bases, *(rows.closes for rows in pieces))).take(places),
            self._order,
            self._homes,
            bases,
            int(pieces[0].days[0]),
            int(pieces[-1].days[-1]),
        )
        self._hold(block, counts.cumsum()[self._ranks[present]] - 1)
        return block

    def _hold(self, block: Block, ends: Places) -> None:
        """Hold each ticker's last row on a session; `ends` are the last of all."""
        self._calendars.reach(max(block.first, FIRST), min(block.last, LAST))
        ranks = block.ranks[ends]
        while (is_off := ~self._are_sessions(ranks, block.days[ends])).any():
            ends = ends - is_off
            goes_on = (ends >= 0) & (block.ranks[ends] == ranks)
            ends, ranks = ends[goes_on], ranks[goes_on]
        tickers = self._order[ranks]
        self._days[tickers], self._closes[tickers] = block.days[ends], block.closes[ends]

    def _are_sessions(self, ranks: Ints, days: Ints) -> Marks:
        homes = self._homes[self._order[ranks]]
        previous = self._calendars.previous[homes, days.clip(FIRST, LAST) - FIRST]
        is_session: Marks = (previous != NO_SESSION) & (days >= FIRST) & (days <= LAST)
        return is_session
