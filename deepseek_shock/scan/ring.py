"""The ring: rows that come by day, all tickers of a day together, a block of days after another.

`arranging` brings the rows of some days into the order of ticker and session. What follows is the
kernel's work: moves, sums by day, single moves kept; but the windows of a ticker reach back into
blocks before, into the ring (`ringjudging`). When a block is done its days are complete, and
medians are taken (`evenings`). What is held at once is two or three blocks, and 2.1 kB a ticker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.scan.arranging import Arranging
from deepseek_shock.scan.calendars import FIRST, LAST
from deepseek_shock.scan.evenings import Evenings
from deepseek_shock.scan.kernel import Kernel
from deepseek_shock.scan.ringjudging import RingJudge
from deepseek_shock.scan.ringstate import RingState
from deepseek_shock.scan.steps import Stepper

if TYPE_CHECKING:
    from deepseek_shock.scan.arranging import Block
    from deepseek_shock.scan.arraytypes import Floats, Ints
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.medians import Session
    from deepseek_shock.scan.tally import Tally


class Ring(Kernel):
    """Goes through rows ordered by day; within a day the tickers stand in any order, each once.

    `tickers` are the names that the codes stand for; the list may grow between two calls, a name
    before its first row. There may be no more than `ringstate.MOST`.

    Whoever has two threads lets one of them arrange the rows: `ring.go(block)` for each block out
    of `ring.arranging`, instead of `feed`.
    """

    def __init__(self, calendars: Calendars, tickers: list[str], job: Job) -> None:
        super().__init__(calendars, tickers, job.settings.top)
        self.arranging = Arranging(calendars, tickers)
        self._judge = RingJudge(RingState())
        self._watched = self._evenings = Evenings(calendars, job)
        self.medians: dict[Session, float] = {}

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> None:
        """Go through some more rows; a day's may come in several batches.

        Raises `DisorderError`, too where there are more tickers than the ring is for.
        """
        for block in self.arranging.feed(codes, days, closes):
            self.go(block)

    def end(self) -> Tally:
        """Return what was counted; the medians of the days that will be listed are in `medians`."""
        for block in self.arranging.end():
            self.go(block)
        self.medians = self._evenings.end()
        return super().end()

    def go(self, block: Block) -> None:
        """Go through a block of whole days. Raises `DisorderError`."""
        homes = self._stepper.homes = block.homes
        stepper = Stepper(self._calendars, [])
        stepper.homes = homes[block.order]
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            for steps in stepper.go(block.ranks, block.days, block.closes):
                codes = block.order[steps.codes].astype(np.int32)
                self._count(steps._replace(codes=codes))
        bases = block.bases  # counted when they came
        stepper.counters.rows -= bases.size
        stepper.counters.without_close -= int(np.sum(~((bases > 0) & (bases < np.inf))))
        self._stepper.counters.add(stepper.counters)
        self._codes = 0, homes.size - 1
        first, last = max(block.first, FIRST), min(block.last, LAST)
        if first <= last:
            self._evenings.close(first, last, self._sums.end())
