"""Where the events of a study stand: which session is 0 on which axis, in whose returns.

Each benchmark, or each exchange, has an axis of sessions of its own; two are never aligned by date.
Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Flags, Floats, Integers
from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.leaveout import mean_of_others
from deepseek_shock.analysis.models import FACTORS
from deepseek_shock.analysis.windows import Windows, event_windows, judged_window

_WITH_FACTORS = 3  # axes of an array


class Axis(NamedTuple):
    """The sessions (S,) of one exchange or benchmark, as ordinals, and what is held of them.

    `returns` are (instruments, S), `rows` where each instrument stands. `market` is (benchmarks, S)
    with their rows in `benchmarks`, or (1, S, 4) of factors; `None` where the benchmark of each
    instrument is the mean of the others, or there is none.
    """

    sessions: Integers
    rows: Mapping[str, int]
    returns: Floats
    benchmarks: Mapping[str, int]
    market: Floats | None
    is_equal_weighted: bool = False

    @property
    def is_of_factors(self) -> bool:
        """Whether instruments are held against factors."""
        return self.market is not None and self.market.ndim == _WITH_FACTORS


class Placed(NamedTuple):
    """An event on its axis: `day` is an ordinal, `benchmark` a name of the axis, if it has one."""

    axis: int
    instrument: str
    day: int
    benchmark: str | None


class Located(NamedTuple):
    """Where N events stand: the column of session 0 on their axis (−1: beyond it), its ordinal.

    `is_moved` marks those whose date is no session.
    """

    axis: Integers
    at: Integers
    session: Integers
    is_moved: Flags


def locate(events: Sequence[Placed], axes: Sequence[Axis]) -> Located:
    """Find session 0 of each event: its date, or the next session where that is none."""
    axis = np.array([one.axis for one in events], dtype=np.int64)
    days = np.array([one.day for one in events], dtype=np.int64)
    at = np.full(len(events), -1, dtype=np.int64)
    session = np.full(len(events), -1, dtype=np.int64)
    for number, one in enumerate(axes):
        if not len(one.sessions):
            continue
        here = axis == number
        place = np.searchsorted(one.sessions, days)
        here &= (place < len(one.sessions)) & (days >= one.sessions[0])
        at[here] = place[here]
        session[here] = one.sessions[place[here]]
    return Located(axis, at, session, (at >= 0) & (session != days))


def gather(
    events: Sequence[Placed], axes: Sequence[Axis], located: Located, design: Design
) -> tuple[Windows, Windows | None]:
    """Gather the returns around all events, and those of what each is held against."""
    estimation, judged = design.estimation.length, judged_window(design).length
    last = (len(FACTORS),) if any(one.is_of_factors for one in axes) else ()
    own = _blank(len(events), estimation, judged, ())
    market = _blank(len(events), estimation, judged, last)
    has_market = False
    for number, axis in enumerate(axes):
        here = np.flatnonzero(located.axis == number)
        if not len(here):
            continue
        chosen = [events[at] for at in here.tolist()]
        at = located.at[here]
        rows = np.array([axis.rows.get(one.instrument, -1) for one in chosen], dtype=np.int64)
        found = event_windows(axis.returns, rows, at, design)
        _put(own, here, found)
        others = _market(axis, chosen, rows, at, design)
        if others is not None:
            has_market = True
            _put(market, here, others)
    return own, market if has_market else None


def _market(
    axis: Axis, events: Sequence[Placed], rows: Integers, at: Integers, design: Design
) -> Windows | None:
    """Gather what events are held against; `rows` are those of their instruments."""
    if axis.is_equal_weighted:
        return event_windows(mean_of_others(axis.returns), rows, at, design)
    if axis.market is None:
        return None
    if axis.is_of_factors:  # one table for all
        return event_windows(axis.market[0], None, at, design)
    held = [axis.benchmarks.get(one.benchmark or "", -1) for one in events]
    return event_windows(axis.market, np.array(held, dtype=np.int64), at, design)


def _blank(count: int, estimation: int, judged: int, last: tuple[int, ...]) -> Windows:
    return Windows(
        np.full((count, estimation, *last), np.nan),
        np.full((count, judged, *last), np.nan),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.bool_),
    )


def _put(into: Windows, here: Integers, found: Windows) -> None:
    for whole, part in zip(into, found, strict=True):
        whole[here] = part


def offsets_of(day: date, axis: Axis, located: Located, number: int) -> Integers:
    """Return how many sessions after each event of an axis a day is; empty for no session."""
    at = int(np.searchsorted(axis.sessions, day.toordinal()))
    if at >= len(axis.sessions) or axis.sessions[at] != day.toordinal():
        return np.empty(0, dtype=np.int64)
    here = (located.axis == number) & (located.at >= 0)
    return np.asarray(at - located.at[here], dtype=np.int64)


class Crowding(NamedTuple):
    """How many events share sessions with another event of the same instrument.

    Of `events` the judged sessions are judged for another event too; of `estimations` the
    estimation window holds judged sessions of another.
    """

    events: int
    estimations: int


def crowd(events: Sequence[Placed], located: Located, design: Design) -> Crowding:
    """Count the events whose windows overlap with those of another session 0."""
    names = {one: at for at, one in enumerate(dict.fromkeys(event.instrument for event in events))}
    known = np.flatnonzero(located.at >= 0)
    whole, estimation = judged_window(design), design.estimation
    gap = int(located.at.max(initial=0)) + 2 * (
        whole.last - whole.first + estimation.last - estimation.first + abs(estimation.first)
    )
    name = np.array([names[events[at].instrument] for at in known.tolist()], dtype=np.int64)
    key = (name * (int(located.axis.max(initial=0)) + 1) + located.axis[known]) * gap
    at = key + located.at[known]
    distinct = np.unique(at)

    def count(first: int, last: int) -> Integers:
        upper = np.searchsorted(distinct, at + last, side="right")
        return np.asarray(upper - np.searchsorted(distinct, at + first))

    reach = whole.last - whole.first
    near = count(-reach, reach) > 1  # its own session is one
    before = count(estimation.first - whole.last, estimation.last - whole.first)
    return Crowding(int(near.sum()), int((before > 0).sum()))
