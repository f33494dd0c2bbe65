"""What the ring holds of each ticker from one day to the next, and z by it.

**The sums are exact.** Log returns and their squares are rounded to multiples of 2⁻⁴³, beyond ±2
taken as ±2, added when they come and taken away as the same numbers 250 later: Σx² < 2¹⁰ then has
53 bits, no addition rounds, and a jump that has left the window leaves nothing behind. What is lost
is lost once: 250 · 2⁻⁴⁴ < 2⁻³⁶ of Σx², and as |Σx| < 32 below the bound that follows, less of
(Σx)² ÷ 250. So W = Σx² − (Σx)² ÷ 250 is good to 2⁻³⁵; where W > 2⁻²⁰ (a deviation above 6.2e-5)
to 2⁻¹⁵ of itself, and z to 2⁻¹⁶; the margin is 2⁻¹⁴. Other windows are taken exactly, from the
ring, as in `kernel`: unless Σx² alone is too little for a z; and those where Σx² ≥ 4, as it is
wherever a log return was cut to ±2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.analysis.scanned import LOW, WINDOW
from deepseek_shock.scan.windows import FLAT, find_each_z

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Bytes, Floats, Ints, Marks, Places

NEVER = np.int32(-(1 << 31))
SLOTS = 256  # a window and a few: a slot's number turns over by itself in eight bits
_GRAIN = 1024  # tickers by which the state grows at least
_NONE = np.empty(0, np.intp)
_MARGIN = 2.0**-14
_LEAST_SPREAD = 2.0**-20
_WIDEST = 2.0  # log returns beyond it are added as it
_WILD = _WIDEST**2  # Σx² from which there may be one
_ROUNDER = 1.5 * 2.0**9  # added and taken away, it leaves multiples of 2⁻⁴³
_FLAT_SUM = FLAT**2 * (WINDOW - 1)
_LOW_SQUARE = (WINDOW - 1) / LOW**2


class Lately(NamedTuple):
    """The log returns of some tickers' moves in a day, and what is held of those before."""

    codes: Places
    returns: Floats
    counts: Ints
    slots: Bytes
    sums: Floats
    squares: Floats


class RingState:
    """Of each ticker its last row on a session and its last log returns, with their sums."""

    def __init__(self) -> None:
        self.size = 0
        self.homes = np.empty(0, np.intp)
        self.days = np.empty(0, np.int32)
        self.closes = np.empty(0)  # NaN: none
        self.counts = np.empty(0, np.int32)  # log returns so far
        self.slots = np.empty(0, np.uint8)  # where the next one goes
        self.returns = np.empty((SLOTS, 0))
        self.sums = np.empty(0)
        self.squares = np.empty(0)
        self.stamps = np.empty(0, np.intp)
        self.worst = np.empty(0)  # the lowest move
        self.is_wild = False  # a log return was beyond ±2

    def grow(self, homes: Places, slot: int) -> None:
        """Make room for more tickers; their first log return goes to a slot.

        Tickers that come together share their slots, and lie side by side.
        """
        start, self.size = self.size, self.size + len(homes)
        if self.size > (room := self.days.size):
            more = max(_GRAIN, room // 2, self.size - room)
            for name, array in vars(self).items():
                if isinstance(array, np.ndarray):
                    grown = np.zeros((*array.shape[:-1], room + more), array.dtype)
                    grown[..., :room] = array
                    setattr(self, name, grown)
        new = slice(start, self.size)
        self.homes[new], self.days[new], self.slots[new] = homes, NEVER, slot % SLOTS
        self.closes[new], self.worst[new] = np.nan, np.inf

    def find(self, codes: Places, returns: Floats) -> Lately:
        """Return what is held of the tickers of a day's moves."""
        if returns.min() < -_WIDEST or returns.max() > _WIDEST:
            self.is_wild = True
        return Lately(
            codes,
            returns,
            self.counts.take(codes),
            self.slots.take(codes),
            self.sums.take(codes),
            self.squares.take(codes),
        )

    def judge(self, lately: Lately) -> tuple[Marks, Places]:
        """Return which moves have a z, and where a low one stands."""
        has_z = lately.counts >= WINDOW
        if not has_z.any():
            return has_z, _NONE
        means = lately.sums * (1 / WINDOW)
        spread = lately.squares - means * lately.sums
        difference = lately.returns - means
        square = difference * difference
        square *= _LOW_SQUARE * (1 + _MARGIN)
        (low,) = np.nonzero(square > spread)
        low = low[(difference[low] < 0) & has_z[low]]
        (doubtful,) = np.nonzero((spread <= _LEAST_SPREAD) | (lately.squares >= _WILD))
        doubtful = doubtful[has_z[doubtful]]
        low = np.setdiff1d(low, doubtful, assume_unique=True) if doubtful.size else low
        z = difference[low] / np.sqrt(spread[low] / (WINDOW - 1))
        near = np.abs(z - LOW) <= -LOW * _MARGIN
        if near.any():
            z[near] = self.z(lately, low[near])
        low = low[z <= LOW]
        if doubtful.size:
            return self._judge_again(lately, has_z, low, doubtful)
        return has_z, low

    def _judge_again(
        self, lately: Lately, has_z: Marks, low: Places, doubtful: Places
    ) -> tuple[Marks, Places]:
        """Take doubtful windows exactly, but for those that are flat by Σx² alone."""
        is_flat = lately.squares[doubtful] <= _FLAT_SUM / 2
        asked = doubtful[~is_flat]
        z = self.z(lately, asked)
        has_z[doubtful[is_flat]] = False
        has_z[asked[np.isnan(z)]] = False
        return has_z, np.sort(np.concatenate((low, asked[z <= LOW])))

    def z(self, lately: Lately, places: Places) -> Floats:
        """Return the exact z of some moves, by the ring as it stands before their day."""

        def cut(some: Places) -> tuple[Floats, Floats]:
            slots = (lately.slots[some][:, None] + np.arange(SLOTS - WINDOW, SLOTS)) % SLOTS
            return self.returns[slots, lately.codes[some][:, None]], lately.returns[some]

        return find_each_z(cut, places)

    def turn(self, lately: Lately) -> None:
        """Lay log returns into the ring; add them to the sums, take away those of 250 before."""
        codes = lately.codes
        width, ring = self.days.size, self.returns.reshape(-1)
        values = np.empty((2, codes.size))
        values[0] = lately.returns
        leaving = (lately.slots + np.uint8(SLOTS - WINDOW)).astype(np.intp)
        ring.take(leaving * width + codes, out=values[1], mode="clip")
        ring[lately.slots.astype(np.intp) * width + codes] = lately.returns
        if self.is_wild:
            np.clip(values, -_WIDEST, _WIDEST, out=values)
        squares = values * values
        _round(values)
        _round(squares)
        self.sums[codes] = lately.sums + (values[0] - values[1])
        self.squares[codes] = lately.squares + (squares[0] - squares[1])
        self.counts[codes] = lately.counts + 1
        self.slots[codes] = lately.slots + np.uint8(1)


def _round(values: Floats) -> None:
    """Round in place to multiples of 2⁻⁴³."""
    values += _ROUNDER
    values -= _ROUNDER
