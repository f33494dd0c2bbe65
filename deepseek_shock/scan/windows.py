"""The exact z of single moves, by the 250 log returns before each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.analysis.scanned import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from deepseek_shock.scan.arraytypes import Floats, Places

_AT_ONCE = 2048  # windows of 2 kB
FLAT = 1e-6  # no z where a window's standard deviation is below it


def find_each_z(cut: Callable[[Places], tuple[Floats, Floats]], places: Places) -> Floats:
    """Return the z of values at some places, some thousand windows at a time.

    `cut` returns the windows and the values of places.
    """
    if places.size <= _AT_ONCE:
        return find_z(*cut(places))
    parts = (places[at : at + _AT_ONCE] for at in range(0, places.size, _AT_ONCE))
    return np.concatenate([find_z(*cut(part)) for part in parts])


def find_z(windows: Floats, values: Floats) -> Floats:
    """Return (value − mean) ÷ standard deviation (ddof 1) of the window before each value.

    `windows` is k × 250, in the order of time, so that z is the same to the last bit wherever it
    is taken: in two passes, which leaves an error of some 1e-14 of the window's own deviation. NaN
    where the deviation is below `FLAT`.
    """
    windows = np.ascontiguousarray(windows)  # or rows would be added up in another order
    means = np.add.reduce(windows, axis=1) / WINDOW
    deviations = windows - means[:, None]
    variances = np.add.reduce(deviations * deviations, axis=1) / (WINDOW - 1)
    sds = np.sqrt(variances)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sds < FLAT, np.nan, (values - means) / sds)
