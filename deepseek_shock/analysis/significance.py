"""How far a group went beyond what its benchmark explains, and how unusual that was."""

from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.design import (
    Cumulated,
    Design,
    Outcome,
    Power,
    Statistic,
    StatisticName,
)
from deepseek_shock.market.event import Group
from deepseek_shock.market.instrument import Instrument, Text


class Judged(NamedTuple):
    """One instrument in its event session: returns as fractions, `None` unless a success.

    `expected` is what the model and the benchmark give, `abnormal` the rest, `se` the deviation of
    its forecast, `t` their ratio, `p` two-sided with `df` degrees of freedom. `sessions` are the
    returns of the estimation window, from `first` to `last`. `is_locked` marks a close at its price
    limit, which understates. `benchmark` is a ticker, or `None` where the model has none.
    """

    instrument: Instrument
    session: date
    outcome: Outcome
    benchmark: str | None = None
    sessions: int = 0
    first: date | None = None
    last: date | None = None
    expected: float | None = None
    abnormal: float | None = None
    se: float | None = None
    t: float | None = None
    df: int | None = None
    p: float | None = None
    spans: tuple[Cumulated, ...] = ()
    is_locked: bool = False


class Mean(NamedTuple):
    """A group's mean in one session of the window: AAR, CAAR from the window's first session.

    `band` is the half-width about 0 within which CAAR stays in 95 of 100 cases without an effect.
    """

    offset: int
    session: date
    aar: float
    caar: float
    band: float


class GroupJudged(NamedTuple):
    """A group in its event session. `asked` and `used` count members.

    `sessions` are those of the estimation window that all members have, from `first` to `last`;
    `as_large` counts those in which the group's mean residual went as far in the same direction,
    the latest of them being `last_as_large`. `spread` is the deviation of the members'
    standardized abnormal returns, over what the estimation window lets expect (1). `holm` is the p
    of the portfolio t adjusted for the number of groups. `path` is for the chart.
    """

    group: Group
    session: date
    benchmark: str | None
    asked: int
    used: int
    locked: int
    sessions: int
    first: date
    last: date
    aar: float
    as_large: int
    last_as_large: date | None
    correlation: float | None
    spread: float | None
    tests: tuple[Statistic, ...]
    holm: float | None = None
    power: tuple[Power, ...] = ()
    path: tuple[Mean, ...] = ()
    is_shipped: bool = False

    def statistic(self, name: StatisticName) -> Statistic | None:
        """Find a test by its name; `None` where it was not made."""
        return next((one for one in self.tests if one.name is name), None)


class Overlap(NamedTuple):
    """Another registered shock whose session lies in a window of this one, on one calendar."""

    event: str
    name: Text
    calendar: str
    session: date
    is_in_estimation: bool


class Significance(NamedTuple):
    """What was judged: shares and indexes by ticker, groups in the watchlist's order.

    `unjudged` are the groups of which nothing can be said, each with the outcome that says why.
    """

    design: Design
    judged: tuple[Judged, ...]
    groups: tuple[GroupJudged, ...]
    unjudged: tuple[tuple[Group, Outcome], ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    lacks_residuals: bool = False
