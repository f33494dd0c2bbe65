"""The medians of days that may be listed when all is gone through, as the days go by."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from deepseek_shock.scan.daytables import UNIT, Field
from deepseek_shock.scan.medians import DayMoves, Watched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepseek_shock.scan.arraytypes import Floats, Marks, Places, Whole
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.daytables import DayTable
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.medians import Session
    from deepseek_shock.scan.steps import Steps

    _Held: TypeAlias = tuple[Steps, Places, Places]

_EPOCH = 719_163  # of `date.toordinal`: 1 January 1970


class Evenings(Watched):
    """Holds the moves of some days until their evening, and takes medians then.

    Of the days so far, the listed ones at the end can only be fewer. So a day's median is taken if
    it is among the first by mean or by score of all days until then, and if it is asked for; and at
    the end, or when its moves go, if it is the last of its calendar that has moves enough.
    """

    def __init__(self, calendars: Calendars, job: Job) -> None:
        super().__init__(calendars)
        self.medians: dict[Session, float] = {}
        self._least = job.settings.least
        self._asked = None if job.day is None else job.day.toordinal() - _EPOCH
        self._means, self._scores = (_First(job.settings.top) for _ in range(2))
        self._today: list[_Held] = []
        self._before: list[_Held] = []
        self._last: dict[str | None, int] = {}  # the last days that are known so far

    def keep(self, steps: Steps, homes: Places, refused: Places) -> None:
        """Hold a block's moves."""
        own = steps._replace(days=steps.days.copy(), ratios=steps.ratios.copy())
        self._today.append((own, homes, refused))

    def close(self, first: int, last: int, tables: Mapping[str | None, DayTable]) -> None:
        """Take medians of these days, of which all moves are held; the moves before them go."""
        wanted: dict[str | None, Places] = {}
        known: dict[str | None, int] = {}
        for name, table in tables.items():
            counts = table.span(first, last - first + 1)
            wanted[name] = first + self._choose(first, counts)
            (ranked,) = np.nonzero(counts[Field.COUNT] >= max(1, self._least))
            if ranked.size:
                known[name] = first + int(ranked[-1])
        self._take(self._today, wanted)
        gone = {name: np.array([day]) for name, day in self._last.items() if name not in known}
        self._take(self._before, gone)
        self._before, self._today, self._last = self._today, [], known

    def end(self) -> dict[Session, float]:
        """Return the medians of (at least) the days that will be listed."""
        self._take(self._before, {name: np.array([day]) for name, day in self._last.items()})
        return self.medians

    def _take(self, held: Sequence[_Held], days: Mapping[str | None, Places]) -> None:
        self._marks, self.moves = {}, DayMoves()
        self.watch({name: some for name, some in days.items() if some.size})
        for block in held:
            super().keep(*block)
        self.medians |= self.moves.medians()
        self.moves = DayMoves()

    def _choose(self, first: int, counts: Whole) -> Places:
        """Choose among days, from one on, those whose medians may be wanted."""
        moves, judged, low = counts[Field.COUNT], counts[Field.JUDGED], counts[Field.LOW]
        (ranked,) = np.nonzero(moves >= max(1, self._least))
        (scored,) = np.nonzero((low > 0) & (judged >= self._least))
        means = counts[Field.TOTAL, ranked] / UNIT / moves[ranked]
        asked = first + np.arange(moves.size) == self._asked
        return np.concatenate(
            (
                ranked[self._means.among(means)],
                scored[self._scores.among(-low[scored] / judged[scored])],
                np.flatnonzero(asked & (moves > 0)),
            )
        )


class _First:
    """The first of all ranks so far."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._ranks: Floats = np.empty(0)

    def among(self, ranks: Floats) -> Marks:
        """Tell which of some more are among the first, or tie with the last of them."""
        self._ranks = np.sort(np.concatenate((self._ranks, ranks)))[: self._top]
        if not self._ranks.size:
            return np.zeros(ranks.size, np.bool_)
        marks: Marks = ranks <= self._ranks[-1]
        return marks
