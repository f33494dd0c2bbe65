"""The guards of a report, for many moves at once: which are splits or slips of units, not moves.

The thresholds are those of `analysis.guards`; here no split is recorded, or closes were brought
to one basis before. Ratios are floats: a billionth is added to the tolerance, so that closes which
stand at its very edge as decimals are told alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.analysis.guards import (
    ORDINARY,
    SPLIT_RATIOS,
    SPLIT_TOLERANCE,
    UNITS,
    WIDEST_RATIO,
)
from deepseek_shock.market.gap import GapReason

if TYPE_CHECKING:
    from deepseek_shock.scan.arraytypes import Codes, Floats, Marks

TOLERANCE = float(SPLIT_TOLERANCE) + 1e-9
REASONS = (
    None,
    GapReason.NEAR_SPLIT_RATIO,
    GapReason.UNIT_JUMP,
    GapReason.IMPLAUSIBLE_RATIO,
)
LOWEST, HIGHEST = map(float, ORDINARY)  # ratios between them are far from every split
_SPLITS = np.array([float(ratio) for ratio in SPLIT_RATIOS])
_UNITS = np.array([float(UNITS)])
_WIDEST = float(WIDEST_RATIO)


def find_reasons(ratios: Floats) -> Codes:
    """Return of each ratio of closes why it is no move, a place in `REASONS`; 0: it may be one.

    Only ratios of `LOWEST` or less, and of `HIGHEST` or more, need be asked.
    """
    is_wide = (ratios < 1 / _WIDEST) | (ratios > _WIDEST)
    reasons = np.where(is_wide, np.where(_is_near(ratios, _UNITS), 2, 3), 0)
    reasons[_is_near(ratios, _SPLITS)] = 1
    reasons[(ratios > LOWEST) & (ratios < HIGHEST)] = 0
    return reasons.astype(np.int8)


def _is_near(ratios: Floats, splits: Floats) -> Marks:
    column = ratios[:, None]
    with np.errstate(over="ignore"):
        parts = np.concatenate((column / splits, column * splits), axis=1)
    nearest: Floats = np.abs(parts - 1).min(axis=1)
    return nearest <= TOLERANCE
