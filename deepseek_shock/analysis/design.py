"""The design of an event study, and the words in which its results are kept.

Notation: N events, L₁ sessions in the estimation window, session 0 the first that could react, k
estimated coefficients. A `Statistic` is one number with its distribution; the formulas stand in
`teststatistics` and `ranks`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.analysis.paths import Window

ESTIMATION = Window(-260, -11)
SHORTEST = 60  # sessions: below it no expectation is fitted
LEVEL = 0.05  # two-sided


class Model(StrEnum):
    """How the expected return is made."""

    MARKET = "market"
    MARKET_ADJUSTED = "market-adjusted"
    MEAN_ADJUSTED = "mean-adjusted"
    THREE_FACTORS = "three-factors"

    @property
    def coefficients(self) -> int:
        """How many degrees of freedom the residual deviation loses: L₁ − k are left.

        The market-adjusted model estimates nothing; its deviation is taken about its mean.
        """
        return {"market": 2, "market-adjusted": 1, "mean-adjusted": 1, "three-factors": 4}[self]

    @property
    def has_benchmark(self) -> bool:
        """Whether returns are held against a benchmark's."""
        return self in (Model.MARKET, Model.MARKET_ADJUSTED)


class BenchmarkKind(StrEnum):
    """What returns are held against."""

    INDEX = "index"  # as it is, or a fund
    EX_SELF = "ex-self"  # an index less the part of the share itself
    EQUAL_WEIGHTED = "equal-weighted"  # the mean of the other watched shares of the calendar


class ReturnKind(StrEnum):
    """Which return is studied: one kind throughout."""

    SIMPLE = "simple"
    LOG = "log"


class Design(NamedTuple):
    """What is studied: model, windows, kind of return.

    `estimation` is the window that fits the expectation, `event` that whose sessions are judged one
    by one, `spans` those over which abnormal returns are cumulated; all in sessions from session 0.
    Fewer than `shortest` returns in the estimation window are refused.
    """

    model: Model = Model.MARKET
    estimation: Window = ESTIMATION
    event: Window = Window(0, 0)
    spans: tuple[Window, ...] = ()
    shortest: int = SHORTEST
    returns: ReturnKind = ReturnKind.SIMPLE


class Outcome(StrEnum):
    """What became of one event; only `success` carries numbers.

    The first four are the codes of xKDR's R package `eventstudies`.
    """

    SUCCESS = "success"
    UNIT_MISSING = "unitmissing"  # nothing is held of the instrument
    WRONG_SPAN = "wrongspan"  # the data do not reach over the windows
    DATA_MISSING = "wdatamissing"  # a return of the event window is missing
    TOO_FEW = "toofew"  # fewer returns in the estimation window than the design asks for
    NO_BENCHMARK = "nobenchmark"  # none is named or held, or it has no return where one is needed
    CONSTANT = "constant"  # the returns never change, or the benchmark's, or that explains them all
    SEVERAL_CALENDARS = "severalcalendars"  # of a group: its members share no sessions


class StatisticName(StrEnum):
    """The tests of a group, by their papers where they go by those."""

    PORTFOLIO = "portfolio_t"  # with forecast error: the headline
    BROWN_WARNER_1985 = "brown_warner_1985"
    BROWN_WARNER_1980 = "brown_warner_1980"
    CROSS_SECTIONAL = "cross_sectional_t"
    J1 = "j1"
    J2 = "j2"
    PATELL = "patell"
    ADJUSTED_PATELL = "adjusted_patell"
    BMP = "bmp"
    KOLARI_PYNNONEN = "kolari_pynnonen"
    SIGN = "sign"
    GENERALIZED_SIGN = "generalized_sign"
    CORRADO = "corrado_rank"
    CORRADO_ZIVNEY = "corrado_zivney_rank"
    GRANK = "grank_t"

    @property
    def keeps_correlation(self) -> bool:
        """Whether what events of one day have in common is in the test's yardstick.

        Only such a test can hold its size there. GRANK-T still rejects too often of few events.
        """
        return self in _KEEPING


_KEEPING = (
    StatisticName.PORTFOLIO,
    StatisticName.BROWN_WARNER_1985,
    StatisticName.ADJUSTED_PATELL,
    StatisticName.KOLARI_PYNNONEN,
    StatisticName.CORRADO,
    StatisticName.CORRADO_ZIVNEY,
    StatisticName.GRANK,
)


class Statistic(NamedTuple):
    """A test statistic and its two-sided p, both `None` where undefined.

    `df` are the degrees of freedom of Student's t, `None` for the normal distribution.
    """

    name: StatisticName
    value: float | None
    df: int | None
    p: float | None


def find_test(tests: Iterable[Statistic], name: StatisticName) -> Statistic | None:
    """Find a test by its name; `None` where it was not made."""
    return next((one for one in tests if one.name is name), None)


class Cumulated(NamedTuple):
    """An abnormal return, over a span cumulated: standard error, t, two-sided p (t, L₁ − k)."""

    span: Window
    car: float
    se: float
    t: float
    p: float


class Power(NamedTuple):
    """With which probability the test of a group finds an abnormal return of a size (fractions)."""

    effect: float
    power: float
