"""The forecast factor of a group's mean: that of the equal-weighted portfolio of its members.

Where the members share their sessions, their mean abnormal return is the portfolio's own, so that
its error of forecast follows from the benchmark over the sessions that all of them have. Reached
only lazily: numpy is imported at the top.
"""

from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats
from deepseek_shock.analysis.design import Model, Outcome
from deepseek_shock.analysis.grouptests import GroupResiduals
from deepseek_shock.analysis.models import Abnormal, Fit, cumulate, fit
from deepseek_shock.analysis.paths import Window


class Portfolio(NamedTuple):
    """A portfolio as it is fitted, and what it is held against from offset `first` on.

    `market` (1, L), or (1, L, 4) of factors, is the mean of the members' benchmarks, `None` for a
    model without one.
    """

    fit: Fit
    first: int
    market: Floats | None

    def factor(self, span: Window) -> float:
        """Return L₂ + ι′X₂(X′X)⁻¹X₂′ι of a span, of one session 1 + x′(X′X)⁻¹x."""
        length = span.length
        start = span.first - self.first
        market = None if self.market is None else self.market[:, start : start + length]
        blank = Abnormal(np.zeros((1, length)), np.ones((1, length)))
        return float(cumulate(self.fit, blank, market).factors[0])


def make_portfolio(
    known: GroupResiduals,
    model: Model,
    estimation: Floats | None,
    market: Floats | None,
    first: int,
) -> Portfolio | None:
    """Make the portfolio of members that share their sessions; `None` where these are too few.

    `estimation` (N, L₁) and `market` (N, L) are the members' benchmarks in the estimation window
    and from offset `first` on. The regressors of the sessions used decide the factor, and what is
    regressed on them does not: the mean residual is missing where a session is not used.
    """
    if not known.is_listwise:
        return None
    fitted = fit(known.daily[None], _mean(estimation), model, model.coefficients + 1)
    is_fitted = Outcome(fitted.outcomes[0]) is Outcome.SUCCESS
    return Portfolio(fitted, first, _mean(market)) if is_fitted else None


def _mean(benchmarks: Floats | None) -> Floats | None:
    return None if benchmarks is None else benchmarks.mean(axis=0, keepdims=True)
