"""How far a group went beyond what its benchmark explains, and how unusual that was."""

from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.design import (
    BenchmarkKind,
    Cumulated,
    Design,
    Outcome,
    Power,
    Statistic,
    StatisticName,
    find_test,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.market.event import Group
from deepseek_shock.market.instrument import Instrument, Text


class Judged(NamedTuple):
    """One instrument in its event session: returns as fractions, `None` unless a success.

    `expected` is what the model and the benchmark give, `abnormal` the rest, `se` the deviation of
    its forecast, `t` their ratio, `p` two-sided with `df` degrees of freedom. `sessions` are the
    returns of the estimation window, from `first` to `last`. `is_locked` marks a close at its price
    limit, which understates. `benchmark` is a ticker, or `None` where the model has none and where
    `kind` says that it is the mean of others. A span of the design that is not among `spans` is not
    held.
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
    kind: BenchmarkKind = BenchmarkKind.INDEX


class Mean(NamedTuple):
    """A group's mean in one session of the window: AAR, CAAR from the window's first session.

    `band` is the half-width about 0 within which CAAR stays in 95 of 100 cases without an effect.
    """

    offset: int
    session: date
    aar: float
    caar: float
    band: float


class GroupSpan(NamedTuple):
    """A group over a span: the mean cumulative abnormal return, and its portfolio t."""

    span: Window
    caar: float
    test: Statistic


class GroupJudged(NamedTuple):
    """A group in its event session. `asked` and `used` count members.

    `sessions` are those of the estimation window that all members have, or at least half of them
    where these are too few, from `first` to `last`;
    `as_large` counts those in which the group's mean residual went as far in the same direction,
    the latest of them being `last_as_large`; it is `None` where the source ships the extremes alone
    and AAR is not beyond them. `spread` is the deviation of the members'
    standardized abnormal returns, over what the estimation window lets expect (1). `holm` is the p
    of the portfolio t adjusted for the number of groups. `path` is for the chart.

    `power` is given of small groups: of effects of 1 and 2 %, then of the smallest that is found
    with a power of 80 %. `is_shipped` where the estimates came with the source. `without_self`
    counts the members held against a benchmark of `kind` that leaves them out. `factor` is the
    forecast factor of the portfolio t, `sd` the deviation of the daily mean residual.
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
    as_large: int | None
    last_as_large: date | None
    correlation: float | None
    spread: float | None
    tests: tuple[Statistic, ...]
    holm: float | None = None
    power: tuple[Power, ...] = ()
    path: tuple[Mean, ...] = ()
    is_shipped: bool = False
    kind: BenchmarkKind = BenchmarkKind.INDEX
    without_self: int = 0
    spans: tuple[GroupSpan, ...] = ()
    sd: float | None = None
    factor: float = 1.0

    def statistic(self, name: StatisticName) -> Statistic | None:
        """Find a test by its name; `None` where it was not made."""
        return find_test(self.tests, name)


class Overlap(NamedTuple):
    """Another registered shock whose session lies in a window of this one, on one calendar."""

    event: str
    name: Text
    calendar: str
    session: date
    is_in_estimation: bool


class Significance(NamedTuple):
    """What was judged: shares and groups, in the watchlist's order.

    `unjudged` are the groups of which nothing can be said, each with the outcome that says why.
    """

    design: Design
    judged: tuple[Judged, ...]
    groups: tuple[GroupJudged, ...]
    unjudged: tuple[tuple[Group, Outcome], ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    lacks_residuals: bool = False
