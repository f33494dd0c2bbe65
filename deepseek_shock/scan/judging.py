"""Which moves have a z, and which of them a low one; the bounds stand in `kernel`.

One move in some hundred is low, and hardly a window is flat. So most need no sums of their own: the
log returns are cut into cells of 25, and what is known of a cell rules out a low z, or the want of
one, for all its moves at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.analysis.scanned import LOW, WINDOW
from deepseek_shock.scan.windows import FLAT, find_each_z

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Floats, Marks, Places
    from deepseek_shock.scan.steps import Steps


CELL = 25
CORE = WINDOW - CELL  # moves of one cell have so many of their windows in common: nine cells
MARGIN = 2.0**-20
SLACK = 2.0**-40  # more than what rounding takes from a bound
FLAT_SUM = FLAT**2 * (WINDOW - 1)  # W of a window that is just flat

_NONE = np.empty(0, np.intp)


class Judged(NamedTuple):
    """Of a block: which moves stand behind a whole window, and what was found of them.

    `parts` are runs of places; `without` are places in them that have no z all the same, `low`
    those with a z of −3 or less, both ascending. `marks` tell of each move whether it has a z.
    """

    parts: tuple[slice, ...]
    without: Places
    low: Places
    marks: Marks


class Judge:
    """Holds a block's log returns behind the last ones before it."""

    def __init__(self, block: int) -> None:
        cells = -(-block // CELL)
        self._returns = np.zeros(WINDOW + cells * CELL)
        self._sums = np.empty((2, WINDOW // CELL + cells))  # of cells, and of their squares
        self._core = self._sums
        self._marks = np.empty((cells, CELL), np.bool_)
        self._ticker = -1
        self._held = 0  # log returns of this ticker that stand before the block

    @property
    def returns(self) -> Floats:
        """The log returns of the block's moves, and what lies behind them."""
        return self._returns[WINDOW:]

    def judge(self, steps: Steps) -> Judged:
        """Judge a block's moves."""
        count = steps.at.size
        values = self._returns[WINDOW : WINDOW + count]
        np.log(steps.ratios, out=values)
        if count and not (values.min() > -np.inf and values.max() < np.inf):
            self._mend(steps, values)
        parts = self._parts(steps)
        marks = np.zeros(count, np.bool_)
        for part in parts:
            marks[part] = True
        if not parts:
            return Judged(parts, _NONE, _NONE, marks)
        flat, asked = self._scan(count)
        flat, asked = flat[marks[flat]], asked[marks[asked]]
        z = self._near_z(asked)
        without = np.concatenate((flat, asked[np.isnan(z)]))
        if without.size:
            without.sort()
            marks[without] = False
        return Judged(parts, without, asked[z <= LOW], marks)

    def z(self, places: Places) -> Floats:
        """Return the exact z of moves behind a whole window; NaN where that is flat."""
        return find_each_z(self._cut, places)

    def _cut(self, places: Places) -> tuple[Floats, Floats]:
        windows = self._returns[places[:, None] + np.arange(WINDOW)]
        return windows, self._returns[places + WINDOW]

    def turn(self, steps: Steps) -> None:
        """Carry the last log returns over into the next block."""
        count = steps.at.size
        own = 0
        if count and steps.codes[-1] == steps.last:
            own = count - int(steps.starts[-1])
        before = self._held if self._ticker == steps.last else 0
        self._ticker, self._held = steps.last, min(WINDOW, own + before)
        self._returns[:WINDOW] = self._returns[count : count + WINDOW].copy()

    @staticmethod
    def _mend(steps: Steps, values: Floats) -> None:
        """Take the log returns of ratios that are too large or too small for a float."""
        (places,) = np.nonzero(~np.isfinite(values))
        rows = steps.at[places]
        values[places] = np.log(steps.closes[rows]) - np.log(steps.bases(rows)[1])

    def _parts(self, steps: Steps) -> tuple[slice, ...]:
        """Return the places behind a whole window, of each ticker that has some."""
        if not steps.at.size:
            return ()
        begins = steps.starts + WINDOW
        if steps.codes[0] == self._ticker:
            begins[0] -= self._held
        ends = steps.starts + steps.lengths
        (long,) = np.nonzero(begins < ends)
        return tuple(map(slice, begins[long].tolist(), ends[long].tolist()))

    def _scan(self, count: int) -> tuple[Places, Places]:
        """Return which windows are flat; and where a z may be low, or may be none."""
        cells = -(-count // CELL)
        end = WINDOW + cells * CELL
        self._returns[WINDOW + count : end] = 0
        values = self._returns[:end].reshape(-1, CELL)
        sums = self._sums[:, : values.shape[0]]
        np.einsum("ij->i", values, out=sums[0])
        np.einsum("ij,ij->i", values, values, out=sums[1])
        core = self._core = _sum_nine(sums)[:, 1 : cells + 1]
        rest = sums[1, :cells] + sums[1, WINDOW // CELL :]
        total = core[1] + rest
        least = core[1] - core[0] * core[0] / CORE - SLACK * core[1]  # of W
        np.maximum(least, 0, out=least)
        bound = (core[0] + np.sqrt(CELL * rest)) / WINDOW + SLACK * np.sqrt(total)
        bound += (LOW + SLACK) * np.sqrt(least / (WINDOW - 1))
        marks = np.less_equal(values[WINDOW // CELL :], bound[:, None], out=self._marks[:cells])
        (unsafe,) = np.nonzero(least <= MARGIN * total + FLAT_SUM * (1 + MARGIN))
        is_flat = total[unsafe] <= FLAT_SUM * (1 - MARGIN)
        marks[unsafe[is_flat]] = False
        marks[unsafe[~is_flat]] = True
        (asked,) = np.nonzero(marks.reshape(-1)[:count])
        return _spread(unsafe[is_flat], count), asked

    def _near_z(self, places: Places) -> Floats:
        """Return z by the sums of cells, exact where that might tell otherwise; NaN: none."""
        cells, into = places // CELL, places % CELL
        # Beside the core, a window has the first values of one cell and the last of another.
        values = self._returns.reshape(-1, CELL)
        is_last = np.arange(CELL) < into[:, None]
        rest = np.where(is_last, values[cells + WINDOW // CELL], values[cells])
        sums = self._core[0, cells] + np.add.reduce(rest, axis=1)
        squares = self._core[1, cells] + np.einsum("ij,ij->i", rest, rest)
        spreads = squares - sums * sums / WINDOW
        z: Floats = (self.returns[places] - sums / WINDOW) / np.sqrt(spreads / (WINDOW - 1))
        is_doubtful = spreads <= np.maximum(MARGIN * squares, FLAT_SUM * (1 + MARGIN))
        is_doubtful |= np.abs(z - LOW) <= -LOW * MARGIN
        if is_doubtful.any():
            z[is_doubtful] = self.z(places[is_doubtful])
        return z


def _sum_nine(sums: Floats) -> Floats:
    """Return, along the second axis, the sums of nine neighbours."""
    two = sums[:, :-1] + sums[:, 1:]
    four = two[:, :-2] + two[:, 2:]
    eight = four[:, :-4] + four[:, 4:]
    return eight[:, :-1] + sums[:, 8:]


def _spread(cells: Places, count: int) -> Places:
    """Return the places in some cells, those of a block's moves."""
    places = (cells[:, None] * CELL + np.arange(CELL)).reshape(-1)
    return places[places < count]
