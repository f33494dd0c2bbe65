"""Event study of many events at once: abnormal returns, their standard errors, and their sums.

    from deepseek_shock.analysis.design import Design
    from deepseek_shock.analysis.event_study import event_windows, study

    design = Design()                                        # market model, −260…−11, session 0
    windows = event_windows(panel, firms, sessions, design)  # panel: firms × sessions, NaN missing
    market = event_windows(index, None, sessions, design)    # index: one return a session
    result = study(windows, market, design)
    result.abnormal, result.se, result.t, result.p           # (N, L₂), NaN where no success

`study_panel` does the same from the panel, without holding all windows at once. The group tests
are in `grouptests`.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from deepseek_shock.analysis.arrays import Flags, Floats, Integers, Outcomes, is_failed, mark
from deepseek_shock.analysis.design import Design, Model, Outcome
from deepseek_shock.analysis.models import (
    Abnormal,
    Fit,
    Part,
    cumulate,
    fit_parts,
    judge,
    without,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.windows import (
    Around,
    Windows,
    columns_of,
    event_windows,
    gather,
    gather_around,
    gatherer,
    judged_window,
    locate,
)

__all__ = [
    "Cumulation",
    "Result",
    "Windows",
    "event_windows",
    "judged_window",
    "study",
    "study_panel",
    "two_sided",
]

# Events at a time: few enough for a processor's cache, so many that numpy's calls cost little.
_BLOCK = 512


class Cumulation(NamedTuple):
    """Cumulative abnormal returns over a span: (N,), with factor (se = sd·√factor); NaN if none."""

    span: Window
    car: Floats
    factors: Floats
    se: Floats


class Result(NamedTuple):
    """What was found of N events; NaN wherever `outcomes` is no success.

    `abnormal`, `factors`, `se` are (N, L₂) over the design's event window: se = sd·√factor.
    `spans` stand in the design's order; one is NaN where a return of it is missing, which need not
    be one of the event window.
    """

    design: Design
    outcomes: Outcomes
    fit: Fit
    abnormal: Floats
    factors: Floats
    se: Floats
    spans: tuple[Cumulation, ...] = ()

    @property
    def is_used(self) -> Flags:
        """Which events are successes (N,)."""
        return ~is_failed(self.outcomes)

    @property
    def standardized(self) -> Floats:
        """SAR (N, L₂): abnormal returns over the deviation of their forecast; each event's t."""
        return self.abnormal / self.se

    @property
    def t(self) -> Floats:
        """The same as `standardized`: Student t with `fit.df` without an effect."""
        return self.standardized

    @property
    def p(self) -> Floats:
        """Two-sided p of each event and session (N, L₂)."""
        return two_sided(self.t, self.fit.df[:, None])


def two_sided(t: Floats, df: Integers) -> Floats:
    """Return two-sided p-values of Student's t (broadcast); NaN stays."""
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(np.maximum(df, 1), -np.abs(t)), dtype=np.float64)


def study(returns: Windows, benchmark: Windows | None, design: Design) -> Result:
    """Judge N events by their windows and those of their benchmarks.

    Outcomes are, the first that applies: `unitmissing` and `wrongspan` of the windows' marks,
    `wdatamissing` where a return of the event window is missing, `nobenchmark` where the
    benchmark's is, and those of `models.fit`.
    """
    count = len(returns.estimation)
    market = None if benchmark is None else benchmark.estimation
    parts = (
        (returns.estimation[block], None if market is None else market[block])
        for block in _blocks(count)
    )
    fitted = _fit(parts, count, design)
    judged = None if benchmark is None else benchmark.judged
    return _judge(fitted, Around(*returns[1:]), judged, design)


def study_panel(  # noqa: PLR0913 -- two panels, the rows of events in them, sessions, design
    panel: ArrayLike,
    firms: ArrayLike,
    sessions: ArrayLike,
    design: Design,
    *,
    benchmark: ArrayLike | None,
    benchmark_rows: ArrayLike | None = None,
) -> Result:
    """Judge N events of a panel of returns (firms, sessions): see `event_windows` and `study`.

    `benchmark` is one return a session (sessions,), or (sessions, 4) of factors; with
    `benchmark_rows` (N,), the row of each event, it has an axis of benchmarks before. Estimation
    windows are gathered and fitted a block of events at a time.
    """
    rows, which, at = locate(panel, firms, sessions)
    own = gatherer(rows, which, at, design.estimation)
    market = None if benchmark is None else locate(benchmark, benchmark_rows, at)
    others = None if market is None else gatherer(*market, design.estimation)
    parts = ((own(block), None if others is None else others(block)) for block in _blocks(len(at)))
    fitted = _fit(parts, len(at), design)
    judged = None if market is None else gather(*market, judged_window(design))
    return _judge(fitted, gather_around(rows, which, at, design), judged, design)


def _blocks(count: int) -> Iterator[slice]:
    """Cut so many events into blocks; one empty block of none."""
    for first in range(0, max(count, 1), _BLOCK):
        yield slice(first, min(first + _BLOCK, count))


def _fit(parts: Iterable[Part], count: int, design: Design) -> Fit:
    """Fit the parts."""
    residuals = np.empty((count, design.estimation.length))
    return fit_parts(parts, residuals, design.model, design.shortest)


def _judge(fitted: Fit, around: Around, market: Floats | None, design: Design) -> Result:
    """Judge events that are fitted."""
    outcomes = _outcomes(fitted, around, market, design)
    fitted = without(fitted._replace(outcomes=outcomes), is_failed(outcomes))
    judged = judge(fitted, around.judged, market)
    event = columns_of(design.event, design)
    abnormal, factors = judged.returns[:, event], judged.factors[:, event]
    se = fitted.sd[:, None] * np.sqrt(factors)
    spans = tuple(_cumulation(span, fitted, judged, market, design) for span in design.spans)
    return Result(design, outcomes, fitted, abnormal, factors, se, spans)


def _outcomes(fitted: Fit, around: Around, market: Floats | None, design: Design) -> Outcomes:
    """Say what became of each event, the gravest last so that it stands."""
    event = columns_of(design.event, design)
    outcomes = fitted.outcomes.copy()
    if design.model is not Model.MEAN_ADJUSTED:
        mark(outcomes, _lacks(market, event, len(outcomes)), Outcome.NO_BENCHMARK)
    mark(outcomes, _lacks(around.judged, event, len(outcomes)), Outcome.DATA_MISSING)
    mark(outcomes, ~around.is_reached, Outcome.WRONG_SPAN)
    mark(outcomes, ~around.is_held, Outcome.UNIT_MISSING)
    return outcomes


def _lacks(judged: Floats | None, event: slice, count: int) -> Flags:
    """Tell where a return is missing in the event window."""
    if judged is None:
        return np.ones(count, dtype=np.bool_)
    is_missing = ~np.isfinite(judged[:, event])
    return np.asarray(is_missing.any(axis=tuple(range(1, judged.ndim))), dtype=np.bool_)


def _cumulation(
    span: Window, fitted: Fit, judged: Abnormal, market: Floats | None, design: Design
) -> Cumulation:
    """Sum the abnormal returns over a span."""
    columns = columns_of(span, design)
    part = Abnormal(judged.returns[:, columns], judged.factors[:, columns])
    sums = cumulate(fitted, part, None if market is None else market[:, columns])
    return Cumulation(span, sums.car, sums.factors, fitted.sd * np.sqrt(sums.factors))
