"""Which moves have a z, and which of them a low one, where a ticker comes back block after block.

A block has a piece of some few moves of each of many tickers: the 250 log returns before them stand
in the ring. `sums` are those of a ticker's window before its piece; of each piece are summed the
log returns that enter and those that leave, and both their squares.

*   The windows of a piece of n moves share 250 − n values, its *core*: what is in the window before
    the piece and does not leave in it. As in `kernel`, with C = Σx and Q = Σx² of the core, R = Σx²
    of all that enter and leave, L = Q − C² ÷ (250 − n): a low z needs
    x ≤ (C + √(n R)) ÷ 250 − 3 √(L ÷ 249). One comparison a move leaves a few in a hundred.
*   Where Q + R is too little for any deviation of 1e-6, no move of the piece has a z.
*   What is left takes the sums of its own window: those of the piece, with what has entered and
    left until then.

**The sums are exact.** Log returns and their squares are rounded to multiples of 2⁻⁴³, beyond ±8
taken as ±8, added as whole numbers when they come and taken away as the same numbers 250 later: a
jump that has left the window leaves nothing behind. (Whole numbers of 64 bits may run over on the
way; a window's own do not, and differences are right all the same.) What is lost is lost once:
250 · 2⁻⁴⁴ < 2⁻³⁶ of Σx and of Σx². Where Σx² < 64, |Σx| < √(250 · 64), and (Σx)² ÷ 250 is good to
2⁻³⁵, in the core too. So W = Σx² − (Σx)² ÷ 250 and L are good to 2⁻³⁴; where they are above 2⁻²⁰ (a
deviation above 6.2e-5), to 2⁻¹⁴ of themselves, and z to 2⁻¹⁵; the margin is 2⁻¹⁴. Other windows
are taken exactly, from the ring, as in `kernel`; and those where Σx² ≥ 64, as it is wherever a log
return was cut to ±8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from deepseek_shock.analysis.scanned import LOW, WINDOW
from deepseek_shock.scan.judging import FLAT_SUM, Judge
from deepseek_shock.scan.steps import BLOCK

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Floats, Places, Whole
    from deepseek_shock.scan.ringstate import RingState
    from deepseek_shock.scan.steps import Steps

_NONE = np.empty(0, np.intp)
_MARGIN = 2.0**-14
_LEAST_SPREAD = 2.0**-20
_LOST = 2.0**-36
_WIDEST = 8.0  # log returns beyond it are added as it
_WILD = _WIDEST**2  # Σx² from which there may be one
_GRAIN = 2.0**-43
_ROUNDER = 1.5 * 2.0**9  # added, it leaves multiples of 2⁻⁴³, counted by the bits of the sum
_NOUGHT = np.array([_ROUNDER]).view(np.int64)[0]
# The slots of a window by the first of them, that which is written to next.
_WINDOWS = sliding_window_view(np.arange(3 * WINDOW) % WINDOW, WINDOW)


class _Pieces(NamedTuple):
    """The pieces of a block: whose, where they begin and end, what is held of their tickers."""

    codes: Places
    starts: Places
    ends: Places
    lengths: Places
    counts: Places
    slots: Places
    sums: Whole  # of the window before, and of its squares


class _Changes(NamedTuple):
    """The sums, with those of squares, of what enters and of what leaves in each piece."""

    entering: Whole
    leaving: Whole


class RingJudge(Judge):
    """Judges blocks in which a ticker has one piece, of fewer than 250 moves, after another."""

    _pieces: _Pieces  # of the block that was judged last
    _changes: _Changes

    def __init__(self, state: RingState) -> None:
        super().__init__(BLOCK)
        self._state = state
        self._is_wild = False  # a log return was beyond ±8
        self._count = np.arange(BLOCK)
        self._slots = np.empty(BLOCK, np.intp)  # of each move, in the whole ring
        self._leaving, self._scratch = np.empty((2, BLOCK))
        # Of what entered before each move, of its squares, of what left, of its squares; each is
        # too much by as many times `_NOUGHT` as there were moves.
        self._totals = np.zeros((4, BLOCK + 1), np.int64)

    def turn(self, steps: Steps) -> None:
        """Lay the log returns into the ring."""
        pieces, state, count = self._pieces, self._state, steps.at.size
        state.returns.reshape(-1)[self._slots[:count]] = self.returns[:count]
        entering, leaving = self._changes
        state.sums[:, pieces.codes] = pieces.sums + entering - leaving
        state.counts[pieces.codes] = pieces.counts + pieces.lengths
        state.slots[pieces.codes] = (pieces.slots + pieces.lengths) % WINDOW

    def _cut(self, places: Places) -> tuple[Floats, Floats]:
        pieces = self._pieces
        own = pieces.starts.searchsorted(places, "right") - 1
        into = places - pieces.starts[own]
        slots = _WINDOWS[pieces.slots[own] + into] + (pieces.codes[own] * WINDOW)[:, None]
        windows = sliding_window_view(self._returns, WINDOW)[places]
        is_before = np.arange(WINDOW) < (WINDOW - into)[:, None]
        np.copyto(windows, self._state.returns.reshape(-1).take(slots), where=is_before)
        return windows, self.returns[places]

    def _parts(self, steps: Steps) -> tuple[slice, ...]:
        pieces = self._pieces = _find_pieces(self._state, steps)
        values = self.returns[: steps.at.size]
        is_wild = values.min(initial=0) < -_WIDEST or values.max(initial=0) > _WIDEST
        self._is_wild |= bool(is_wild)
        self._add_up_pieces(pieces, values)
        return _join(pieces)

    def _scan(self, count: int) -> tuple[Places, Places]:
        return self._ask(self._pieces, self.returns[:count])

    def _add_up_pieces(self, pieces: _Pieces, values: Floats) -> None:
        """Find each move's slot, and add up what enters and what leaves."""
        count = values.size
        # A piece's slots are neighbours, but for where they go on at the beginning of the line.
        firsts = np.minimum(pieces.lengths, WINDOW - pieces.slots)
        line = pieces.codes * WINDOW
        shifts = np.stack((line + pieces.slots - pieces.starts, line - pieces.starts - firsts), 1)
        lengths = np.stack((firsts, pieces.lengths - firsts), 1)
        slots = np.repeat(shifts.reshape(-1), lengths.reshape(-1))
        slots = np.add(slots, self._count[:count], out=self._slots[:count])
        leaving = self._leaving[:count]
        self._state.returns.reshape(-1).take(slots, out=leaving, mode="clip")
        totals = self._totals[:, : count + 1]
        self._add_up(values, totals[:2])
        self._add_up(leaving, totals[2:])
        changes = totals[:, pieces.ends] - totals[:, pieces.starts] - pieces.lengths * _NOUGHT
        self._changes = _Changes(changes[:2], changes[2:])

    def _add_up(self, values: Floats, totals: Whole) -> None:
        scratch = self._scratch[: values.size]
        if self._is_wild:
            values = np.clip(values, -_WIDEST, _WIDEST)
        np.add(values, _ROUNDER, out=scratch)
        np.cumsum(scratch.view(np.int64), out=totals[0, 1:])
        np.multiply(values, values, out=scratch)
        scratch += _ROUNDER
        np.cumsum(scratch.view(np.int64), out=totals[1, 1:])

    def _ask(self, pieces: _Pieces, values: Floats) -> tuple[Places, Places]:
        """Return which windows are flat; and where a z may be low, or may be none."""
        entering, leaving = self._changes
        core = (pieces.sums - leaving) * _GRAIN
        rest = (entering[1] + leaving[1]) * _GRAIN + _LOST
        total = core[1] + rest
        least = core[1] - core[0] * core[0] / (WINDOW - pieces.lengths)  # of W
        bound = (core[0] + np.sqrt(pieces.lengths * rest)) / WINDOW
        bound += LOW * (1 - _MARGIN) * np.sqrt(np.maximum(least, 0) / (WINDOW - 1))
        bound[(least <= _LEAST_SPREAD) | (total >= _WILD)] = np.inf
        is_flat = total <= FLAT_SUM / 2
        bound[is_flat] = -np.inf
        bound[pieces.counts + pieces.lengths <= WINDOW] = -np.inf
        asked = np.flatnonzero(values <= np.repeat(bound, pieces.lengths))
        flat = np.flatnonzero(np.repeat(is_flat, pieces.lengths)) if is_flat.any() else _NONE
        return flat, asked

    def _near_z(self, places: Places) -> Floats:
        """Return z by the sums of windows, exact where that might tell otherwise; NaN: none."""
        pieces, totals = self._pieces, self._totals
        own = pieces.starts.searchsorted(places, "right") - 1
        since = totals[:, places] - totals[:, pieces.starts[own]]
        sums, squares = (pieces.sums[:, own] + since[:2] - since[2:]) * _GRAIN
        spreads = squares - sums * sums / WINDOW
        z: Floats = (self.returns[places] - sums / WINDOW) / np.sqrt(spreads / (WINDOW - 1))
        is_doubtful = (spreads <= _LEAST_SPREAD) | (squares >= _WILD)
        is_doubtful |= np.abs(z - LOW) <= -LOW * _MARGIN
        if is_doubtful.any():
            z[is_doubtful] = self.z(places[is_doubtful])
        return z


def _find_pieces(state: RingState, steps: Steps) -> _Pieces:
    codes = steps.codes.astype(np.intp)
    return _Pieces(
        codes,
        steps.starts,
        steps.starts + steps.lengths,
        steps.lengths,
        state.counts[codes],
        state.slots[codes],
        state.sums[:, codes],
    )


def _join(pieces: _Pieces) -> tuple[slice, ...]:
    """Return the places behind a whole window, in as few runs as can be."""
    begins = pieces.starts + np.maximum(WINDOW - pieces.counts, 0)
    has = begins < pieces.ends
    begins, ends = begins[has], pieces.ends[has]
    is_cut = begins[1:] != ends[:-1]
    starts = (begins[:1], begins[1:][is_cut])
    stops = (ends[:-1][is_cut], ends[-1:])
    return tuple(map(slice, *(np.concatenate(some).tolist() for some in (starts, stops))))
