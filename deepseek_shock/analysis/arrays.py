"""The kinds of arrays that the event study works on.

Reached only lazily: numpy is imported at the top.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from deepseek_shock.analysis.design import Outcome

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Outcomes: TypeAlias = NDArray[np.object_]
"""Of `design.Outcome`, so that `outcomes == Outcome.SUCCESS` compares one by one."""


def successes(count: int) -> Outcomes:
    """Return so many successes, for failures to be marked in."""
    return np.repeat(_one(Outcome.SUCCESS), count)


def mark(outcomes: Outcomes, where: Flags, outcome: Outcome) -> None:
    """Write an outcome where it applies."""
    outcomes[where] = _one(outcome)


def _one(outcome: Outcome) -> Outcomes:
    """Return an array of one outcome; left to numpy, it would become a plain string."""
    return np.array([outcome], dtype=np.object_)


def is_failed(outcomes: Outcomes) -> Flags:
    """Tell which events carry no numbers (N,)."""
    return np.asarray(outcomes != Outcome.SUCCESS, dtype=np.bool_)
