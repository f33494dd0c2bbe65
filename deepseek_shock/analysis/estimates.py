"""What an estimation window says: made of the bars held, or shipped with the sample."""

from datetime import date
from typing import NamedTuple


class Estimate(NamedTuple):
    """The market model of one instrument before a session, by OLS on `sessions` returns.

    Fractions a session; `residual_sd` with `sessions` − 2; `benchmark_mean` and `benchmark_ss` are
    the mean of the benchmark's returns in the window and their sum of squares about it.
    """

    session: date
    ticker: str
    benchmark: str
    first: date
    last: date
    sessions: int
    alpha: float
    beta: float
    residual_sd: float
    benchmark_mean: float
    benchmark_ss: float


class Factors(NamedTuple):
    """The factors of Fama and French (1993) in one session, as fractions: MKT − RF, SMB, HML, RF.

    Simple returns; `riskless` is the riskless return that `market` and a share's lie above.
    """

    market: float
    size: float
    value: float
    riskless: float


class GroupEstimate(NamedTuple):
    """The residuals of a group's members over the sessions that all of them have.

    `correlation` is r̄, the mean correlation of two members (`None` for one); `sd` (ddof 1) is that
    of the daily mean residual, `worst` and `best` its extremes with their sessions;
    `positive_share` is that of all residuals.
    """

    group: str
    tickers: tuple[str, ...]
    sessions: int
    first: date
    last: date
    correlation: float | None
    sd: float
    worst: float
    worst_session: date
    best: float
    best_session: date
    positive_share: float
