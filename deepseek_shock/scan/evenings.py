"""The medians of days that may be listed when all is gone through, as the days go by."""

from __future__ import annotations

from bisect import insort
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.scan.daytables import UNIT, Field

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Floats
    from deepseek_shock.scan.daytables import DayTable
    from deepseek_shock.scan.job import Job

_EPOCH = date(1970, 1, 1).toordinal()


class Evenings:
    """Takes medians on a day's evening, when its moves are at hand.

    Of the days so far, the listed ones at the end can only be fewer. So a day's median is taken if
    it is among the first by mean or by score on its evening, if it is asked for, and if it is the
    last of its calendar that has moves enough.
    """

    def __init__(self, job: Job) -> None:
        self._least = max(1, job.settings.least)
        self._job = job
        self._asked = None if job.day is None else job.day.toordinal() - _EPOCH
        self._found: dict[tuple[int, int], float] = {}
        self._last: dict[int, tuple[int, list[Floats]]] = {}
        self._today: dict[int, list[Floats]] = {}
        self._means: list[float] = []
        self._scores: list[float] = []

    def add(self, home: int, moves: Floats) -> None:
        """Add some of a day's moves."""
        self._today.setdefault(home, []).append(moves)

    def close(self, day: int, tables: dict[int, DayTable]) -> None:
        """Take the day's medians if they may be wanted."""
        for home, moves in self._today.items():
            counts = tables[home].span(day, 1)[:, 0].tolist()
            count, judged, low = counts[Field.COUNT], counts[Field.JUDGED], counts[Field.LOW]
            if not count:
                continue
            is_wanted = day == self._asked
            if count >= self._least:
                is_wanted |= self._ranks(self._means, counts[Field.TOTAL] / UNIT / count)
                self._last[home] = day, moves
            if low and judged >= self._job.settings.least:
                is_wanted |= self._ranks(self._scores, -low / judged)
            if is_wanted:
                self._found[home, day] = _median(moves)
        self._today = {}

    def end(self) -> dict[tuple[int, int], float]:
        """Return the medians by calendar's row and day."""
        for home, (day, moves) in self._last.items():
            self._found[home, day] = _median(moves)
        return self._found

    def _ranks(self, first: list[float], rank: float) -> bool:
        """Tell whether a figure is among the first so far, or ties with the last of them."""
        top = self._job.settings.top
        if len(first) >= top and (not top or rank > first[-1]):
            return False
        insort(first, rank)
        del first[top:]
        return True


def _median(moves: list[Floats]) -> float:
    return float(np.median(np.concatenate(moves)))
