"""Gathering the returns around many events from a panel of them.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from deepseek_shock.analysis.arrays import Flags, Floats, Integers
from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.paths import Window, join


class Windows(NamedTuple):
    """Returns around N events: (N, L₁) of the estimation window, (N, L) of the `judged` one.

    Three factors have a last axis of four. `is_held` marks events whose row there is, `is_reached`
    those whose event window lies within the data.
    """

    estimation: Floats
    judged: Floats
    is_held: Flags
    is_reached: Flags


class Around(NamedTuple):
    """The windows without that of the estimation."""

    judged: Floats
    is_held: Flags
    is_reached: Flags


def judged_window(design: Design) -> Window:
    """Find the window that holds the event window and all spans."""
    return join((design.event, *design.spans))


def columns_of(window: Window, design: Design) -> slice:
    """Find the columns of a window among those of the judged one."""
    first = judged_window(design).first
    return slice(window.first - first, window.last - first + 1)


def event_windows(
    panel: ArrayLike, firms: ArrayLike | None, sessions: ArrayLike, design: Design
) -> Windows:
    """Gather the windows of N events from a panel of returns.

    `panel` is (firms, sessions), or (firms, sessions, 4) of factors; with `firms` `None` it is one
    row for all events, without the first axis. `firms` (N,) are rows, −1 where the instrument is
    not held; `sessions` (N,) are columns of session 0, −1 where the date is beyond the data.
    Sessions before or after the panel are missing returns.
    """
    rows, which, at = locate(panel, firms, sessions)
    return Windows(
        gather(rows, which, at, design.estimation), *gather_around(rows, which, at, design)
    )


def locate(
    panel: ArrayLike, rows: ArrayLike | None, sessions: ArrayLike
) -> tuple[Floats, Integers, Integers]:
    """Bring a panel to an axis of rows, and say where in it the events are."""
    returns = np.asarray(panel, dtype=np.float64)
    at = np.asarray(sessions, dtype=np.int64)
    if rows is None:
        return returns[None], np.zeros(len(at), dtype=np.int64), at
    return returns, np.asarray(rows, dtype=np.int64), at


def gather_around(rows: Floats, which: Integers, at: Integers, design: Design) -> Around:
    """Gather what is judged, and tell what can be."""
    first, last = at + design.event.first, at + design.event.last
    is_reached = (at >= 0) & (first >= 0) & (last < rows.shape[1])
    return Around(gather(rows, which, at, judged_window(design)), which >= 0, is_reached)


def gather(rows: Floats, which: Integers, at: Integers, window: Window) -> Floats:
    """Take a window of each event; NaN where there is no row (−1), or no such session."""
    return gatherer(rows, which, at, window)(slice(None))


def gatherer(
    rows: Floats, which: Integers, at: Integers, window: Window
) -> Callable[[slice], Floats]:
    """Make what takes the window of each event of a block."""
    length = window.length
    starts = at + window.first
    is_held = (which >= 0) & (at >= 0)
    is_whole = is_held & (starts >= 0) & (starts + length <= rows.shape[1])
    kept = np.where(is_held, which, -1)
    if length > rows.shape[1]:
        return lambda block: _gather_parts(rows, kept[block], starts[block], length)
    views = np.moveaxis(sliding_window_view(rows, length, axis=1), -1, 2)

    def gather(block: slice) -> Floats:
        if is_whole[block].all():  # one copy of each window, and nothing else
            return views[which[block], starts[block]]
        return _gather_parts(rows, kept[block], starts[block], length)

    return gather


def _gather_parts(rows: Floats, which: Integers, starts: Integers, length: int) -> Floats:
    """Take windows that may lie beyond the panel's ends, or have no row (−1)."""
    gathered = np.full((len(starts), length, *rows.shape[2:]), np.nan)
    columns = starts[:, None] + np.arange(length)
    is_inside = (which[:, None] >= 0) & (columns >= 0) & (columns < rows.shape[1])
    of_row = np.broadcast_to(which[:, None], columns.shape)
    gathered[is_inside] = rows[of_row[is_inside], columns[is_inside]]
    return gathered
