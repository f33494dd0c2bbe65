"""The kernel of the scan: moves and z of tickers one after the other, in blocks.

Rows come ordered by ticker and session. They are gone through once, in blocks of 262,144: a call
then takes long enough for another thread to come to its turn meanwhile (with a quarter of that, two
threads are hardly faster than one). Large scratch is made once. Of each block:

1.  `steps` compares a row with the row before it: another ticker begins where the code changes; a
    move is where the row before stands in the session before (`Calendars.previous`) and both have a
    close. Moves are taken out densely, as ratios of closes; rows that are none leave no hole, so
    the 250 log returns before a move are the 250 values before it, if its ticker has had so many.
2.  `suspects` looks at the large ratios, one in some hundreds. A refused move is in no number, but
    its log return stays in the windows.
3.  `judging` asks of each move with a whole window whether it has a z, and whether that is −3 or
    less; the z itself is wanted of the few moves that are kept. The log returns x stand behind the
    last 250 of the block before, cut into cells of 25, of which Σx and Σx² are summed. The windows
    of a cell's moves share nine whole cells, the *core*; 25 values more are of the cell itself and
    of the tenth before it.

    *   Let C = Σx and Q = Σx² of the core, R = Σx² of the two other cells, W = Σx² − (Σx)² ÷ 250
        of a window, so that z = d ÷ √(W ÷ 249), d = x − Σx ÷ 250. Values more never make the sum
        of squares about the mean less: W ≥ Q − C² ÷ 225 =: L. By Cauchy and Schwarz the 25 other
        values sum to √(25 R) at most. So a low z needs x ≤ (C + √(25 R)) ÷ 250 − 3 √(L ÷ 249):
        one comparison a move, which leaves one in a hundred.
    *   A cell where L is much more than 2⁻²⁰ (Q + R), and than what a flat window has, has a z
        everywhere. Where Q + R is too little for any deviation of 1e-6, it has none: stale prices
        cost nothing.
    *   What is left takes its sums from the core and its own 25 values.

4.  `daysums` adds up by day; `records` keep the largest moves and each ticker's lowest, by
    `minimum.reduceat` over the starts, with their exact z.

**The bound.** u = 2⁻⁵³. No sum runs on from one window to the next: each is made of its own
values, by way of cells, in fewer than 56 additions. So nothing drifts, and a jump leaves no trace
beside its windows. |δΣx| ≤ 56 u Σ|x| and |δΣx²| ≤ 57 u Σx²; Σ|x| ≤ √(250 Σx²), hence
|δ((Σx)² ÷ 250)| ≤ (112 + 3) u Σx², and |δW| ≤ 173 u Σx² < 2⁻⁴⁵ Σx². Where W > 2⁻²⁰ Σx² (the mean
is less than a thousand times the deviation) W is good to 2⁻²⁵ of itself, its root to 2⁻²⁶, the mean
to 56 u √250 · 2¹⁰ < 2⁻³³ deviations; z is good to 2⁻²⁵ of itself. What comes nearer to −3 than
2⁻²⁰, or has a smaller W, or one that may be flat, is taken again from its 250 values in two passes
(`windows`), as is the z of every move that is kept: good to some 1e-14 on any series. So no table
depends on how rows were cut into blocks, and the ring's are the same.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.scan.daysums import FALLER, JUDGED, DaySums, Parts
from deepseek_shock.scan.daytables import Field
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.judging import Judge
from deepseek_shock.scan.medians import Watched, find_refused
from deepseek_shock.scan.records import Largest, Order, Worst, make_records
from deepseek_shock.scan.steps import BLOCK, Stepper
from deepseek_shock.scan.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deepseek_shock.scan.arraytypes import Codes, Floats, Ints, Marks, Places, Records
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.judging import Judged
    from deepseek_shock.scan.records import Keeper
    from deepseek_shock.scan.steps import Steps


__all__ = ["DisorderError", "Kernel"]

_NONE = np.empty(0, np.intp)
_ONE = np.uint64(1)
_SHIFT = np.uint64(63 - int(FALLER).bit_length() + 1)


class Kernel:
    """Goes through rows ordered by (ticker, session); tickers in any order, each in one piece.

    `tickers` are the names that the codes stand for; the list may grow between two calls, a name
    before its first row. `top` is how many of the largest moves are kept. By `limits` others may
    have told already what is not among the largest.
    """

    def __init__(
        self,
        calendars: Calendars,
        tickers: list[str],
        top: int,
        limits: Mapping[Order, float] = MappingProxyType({}),
    ) -> None:
        self._calendars = calendars
        self._tickers = tickers
        self._top = top
        self._stepper = Stepper(calendars, tickers)
        self._judge = Judge(BLOCK)
        self._sums = DaySums(calendars, BLOCK)
        self._watched = Watched(calendars)
        self._largest = {order: Largest(order, top, limits.get(order)) for order in Order}
        self._worst = Worst()
        self._codes: tuple[int, int] | None = None
        self._moves = np.empty(BLOCK)
        self._words = np.empty(BLOCK, np.uint64)

    @property
    def limits(self) -> dict[Order, float]:
        """What no move that ranks below it can be among the largest, by what was seen so far."""
        return {order: kept.limit for order, kept in self._largest.items()}

    def watch(self, days: Mapping[str | None, Iterable[int]]) -> None:
        """Keep the moves of these days, by calendar, as well, from the next row on.

        They are in `Tally.moves` at the end, for their medians. Watched days add up.
        """
        self._watched.watch(days)

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> None:
        """Go through some more rows, as many as there are.

        `codes` number the tickers in the order in which they come (0, 0, 1, 1, …), `days` are days
        since 1970, `closes` on one split basis; NaN, zero or less is no close. Raises
        `DisorderError`.
        """
        if len(codes):
            first = int(codes[0]) if self._codes is None else self._codes[0]
            self._codes = first, int(codes[-1])
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            for steps in self._stepper.go(codes, days, closes):
                self._count(steps)

    def end(self) -> Tally:
        """Return what was counted, of the tickers that had rows."""
        tally = Tally(self._top)
        tally.counters = self._stepper.counters
        tally.days = self._sums.end()
        tally.moves = self._watched.moves
        if self._codes is None:
            return tally
        first, last = self._codes
        tally.tickers = self._tickers[first : last + 1]
        names = self._calendars.names
        tally.homes = [names[home] for home in self._stepper.homes[first : last + 1]]
        tally.worst = self._worst.end(last + 1)[first:]
        tally.largest = {order: kept.cut() for order, kept in self._largest.items()}
        for records in (tally.worst, *tally.largest.values()):
            records["ticker"] -= first
        return tally

    def _count(self, steps: Steps) -> None:
        refused, reasons = find_refused(steps.ratios)
        judged = self._judge.judge(steps)
        if steps.at.size:
            homes = self._stepper.homes[steps.codes]
            moves = np.subtract(steps.ratios, 1, out=self._moves[: steps.at.size])
            self._add(steps, moves, judged, refused, homes)
            self._watched.keep(steps, homes, refused)
            self._keep(steps, moves, judged, refused, reasons)
        self._judge.turn(steps)

    def _add(
        self, steps: Steps, moves: Floats, judged: Judged, refused: Places, homes: Places
    ) -> None:
        """Add a block's moves to the sums by day."""
        # A faller's sign is the highest bit.
        words = np.right_shift(moves.view(np.uint64), _SHIFT, out=self._words[: moves.size])
        words &= FALLER
        words += _ONE
        for part in judged.parts:
            words[part] += JUDGED
        words[judged.without] -= JUDGED
        sparse = {Field.UNCHANGED: np.flatnonzero(moves == 0), Field.LOW: judged.low}
        if refused.size:
            words[refused] = moves[refused] = 0
            sparse[Field.LOW] = judged.low[~_are_among(judged.low, refused)]
            sparse[Field.UNRANKED] = refused
        self._sums.add(steps, homes, Parts(moves, words, sparse))

    # --- single moves ---

    def _keep(
        self,
        steps: Steps,
        moves: Floats,
        judged: Judged,
        refused: Places,
        reasons: Codes,
    ) -> None:
        """Keep the moves that may be listed; a refused one is neither a fall nor a rise."""
        falls, rises, unranked = (self._largest[order] for order in Order)
        moves[refused] = np.inf
        lowest = np.minimum.reduceat(moves, steps.starts)
        deeper = lowest < self._worst.moves(steps.codes)
        chosen: dict[Keeper, Places] = {
            self._worst: _find_lowest(moves, lowest, steps, deeper) if deeper.any() else _NONE,
            falls: _choose(falls, moves, lowest),
        }
        moves[refused] = -np.inf
        np.negative(moves, out=moves)
        chosen[rises] = _choose(rises, moves, np.minimum.reduceat(moves, steps.starts))
        if refused.size:
            chosen[unranked] = refused[unranked.choose(-np.abs(self._judge.returns[refused]))]
        for kept, places in chosen.items():
            if places.size:
                kept.put(self._record(steps, places, judged.marks, refused, reasons))

    def _record(
        self,
        steps: Steps,
        places: Places,
        has_z: Marks,
        refused: Places,
        reasons: Codes,
    ) -> Records:
        rows = steps.at[places]
        previous, bases = steps.bases(rows)
        z = np.full(places.size, np.nan)
        z[has_z[places]] = self._judge.z(places[has_z[places]])
        reason = np.zeros(places.size, np.int8)
        if refused.size:
            at = refused.searchsorted(places).clip(max=refused.size - 1)
            reason = np.where(refused[at] == places, reasons[at], reason)
        return make_records(
            ticker=steps.codes[steps.starts.searchsorted(places, "right") - 1],
            day=steps.row_days[rows],
            previous=previous,
            close=steps.closes[rows],
            base=bases,
            move=steps.ratios[places] - 1,
            z=z,
            reason=reason,
        )


def _find_lowest(moves: Floats, lowest: Floats, steps: Steps, marked: Marks) -> Places:
    """Return where in each piece that is marked its lowest move stands first."""
    # Whatever is as low as the lowest of some such piece, or lower: one in some tens.
    places = np.flatnonzero(moves <= lowest[marked].max())
    pieces = steps.starts.searchsorted(places, "right") - 1
    places = places[moves[places] == lowest[pieces]]
    firsts: Places = places[places.searchsorted(steps.starts[marked])]
    return firsts


def _are_among(places: Places, others: Places) -> Marks:
    """Tell which are among others, of which there are some; those ascend."""
    marks: Marks = others[others.searchsorted(places).clip(max=others.size - 1)] == places
    return marks


def _choose(kept: Largest, ranks: Floats, lowest: Floats) -> Places:
    """Return the places of moves that may be among the largest; `lowest` are those of pieces."""
    bound = kept.bound(lowest)
    if lowest.min() > bound:
        return _NONE
    places = np.flatnonzero(ranks <= bound)
    return places[kept.choose(ranks[places])]
