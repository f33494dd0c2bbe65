"""Returns of a calendar's shares laid out as arrays, each beside what it is held against.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats
from deepseek_shock.analysis.dailyreturns import Daily
from deepseek_shock.analysis.design import BenchmarkKind, Model
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.fields import Field
from deepseek_shock.analysis.leaveout import index_without, mean_of_others
from deepseek_shock.analysis.models import FACTORS
from deepseek_shock.analysis.paths import Window


class Panel(NamedTuple):
    """Returns (N, L) of shares over the sessions from offset `first` on, NaN where missing.

    `market` are those of each share's benchmark, (N, L), or (N, L, 4) of factors; `None` for a
    model without one. `sessions` (L) are `None` before the calendar begins.
    """

    first: int
    sessions: Sequence[date | None]
    returns: Floats
    market: Floats | None

    def over(self, window: Window) -> "Panel":
        """Cut to a window."""
        columns = slice(window.first - self.first, window.last - self.first + 1)
        return Panel(
            window.first,
            self.sessions[columns],
            self.returns[:, columns],
            None if self.market is None else self.market[:, columns],
        )


def lay_out(
    field: Field, factors: Mapping[date, Factors], model: Model, estimation: Window
) -> Panel | None:
    """Lay out a field; `None` where the model asks for a benchmark and there is none."""
    first = min(*field.days, estimation.first)
    sessions = [field.days.get(offset) for offset in range(first, max(field.days) + 1)]
    returns = np.array([_line(field.returns[one], sessions) for one in field.blanks])
    if model is Model.MEAN_ADJUSTED:
        return Panel(first, sessions, returns, None)
    if model is Model.THREE_FACTORS:
        each = [_four(factors.get(one) if one else None) for one in sessions]
        market = np.broadcast_to(np.array(each), (*returns.shape, len(FACTORS)))
        return Panel(first, sessions, returns, market) if factors else None
    if field.benchmark is None:
        return None
    if field.benchmark.kind is BenchmarkKind.EQUAL_WEIGHTED:
        return Panel(first, sessions, returns, mean_of_others(returns))
    index = np.array(_line(field.market, sessions))
    weights = np.array([field.weights.get(one, 0.0) for one in field.blanks])
    return Panel(first, sessions, returns, index_without(index, returns, weights, -first))


def _line(daily: Daily, sessions: Sequence[date | None]) -> list[float]:
    return [np.nan if one is None else daily.get(one, np.nan) for one in sessions]


def _four(factors: Factors | None) -> tuple[float, ...]:
    return (np.nan,) * len(FACTORS) if factors is None else factors
