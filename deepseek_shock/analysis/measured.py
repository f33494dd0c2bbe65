"""Judging shares by the bars held: models fitted over the estimation window.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.
"""

from collections.abc import Mapping
from datetime import date
from math import isfinite, sqrt
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.design import (
    Cumulated,
    Design,
    Outcome,
)
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.fields import Field
from deepseek_shock.analysis.models import Abnormal, Fit, cumulate, fit
from deepseek_shock.analysis.models import judge as judge_returns
from deepseek_shock.analysis.panels import Panel, lay_out
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import Judged
from deepseek_shock.analysis.tails import two_sided

EVENT = Window(0, 0)


class Sum(NamedTuple):
    """Cumulative abnormal returns of each row over a span, and their forecast factors."""

    span: Window
    car: list[float]
    factors: list[float]


class Fitted(NamedTuple):
    """The fit of a panel, by which any window of it can be judged."""

    panel: Panel
    fit: Fit

    def judge(self, window: Window) -> Abnormal:
        """Return AR and forecast factors of the sessions of a window."""
        part = self.panel.over(window)
        return judge_returns(self.fit, part.returns, part.market)

    def cumulate(self, span: Window) -> Sum:
        """Cumulate over a span."""
        sums = cumulate(self.fit, self.judge(span), self.panel.over(span).market)
        return Sum(span, sums.car.tolist(), sums.factors.tolist())


class Measured(NamedTuple):
    """A field, fitted and judged in its session; `sums` are of the spans that are known."""

    field: Field
    design: Design
    fitted: Fitted
    event: Abnormal
    sums: tuple[Sum, ...]
    rows: Mapping[str, int]


def judge_shares(
    field: Field, factors: Mapping[date, Factors], design: Design
) -> tuple[Measured | None, dict[str, Judged]]:
    """Judge a calendar's shares; there is nothing to judge groups by without a benchmark."""
    panel = lay_out(field, factors, design.model, design.estimation)
    if panel is None:
        blanks = field.blanks.items()
        return None, {ticker: _fail(one, Outcome.NO_BENCHMARK) for ticker, one in blanks}
    learnt = panel.over(design.estimation)
    fitted = Fitted(panel, fit(learnt.returns, learnt.market, design.model, design.shortest))
    spans = (one for one in design.spans if field.span(one) is not None)
    rows = {ticker: at for at, ticker in enumerate(field.blanks)}
    measured = Measured(
        field, design, fitted, fitted.judge(EVENT), tuple(map(fitted.cumulate, spans)), rows
    )
    return measured, {
        ticker: _judge(measured, at, field.blanks[ticker]) for ticker, at in rows.items()
    }


def _fail(blank: Judged, outcome: Outcome) -> Judged:
    """Say why a share was not judged, unless that is said already."""
    return blank if blank.outcome is not Outcome.SUCCESS else blank._replace(outcome=outcome)


def _judge(measured: Measured, at: int, blank: Judged) -> Judged:
    """Judge one row of the panel, in the session and over spans."""
    made, panel = measured.fitted.fit, measured.fitted.panel
    part = panel.over(measured.design.estimation)
    blank = blank._replace(sessions=int(made.sessions[at]))
    outcome = Outcome(made.outcomes[at])
    if outcome is not Outcome.SUCCESS:
        has_any = bool(np.isfinite(part.returns[at]).any())
        return _fail(blank, outcome if has_any else Outcome.WRONG_SPAN)
    ar, factor = float(measured.event.returns[at, 0]), float(measured.event.factors[at, 0])
    if blank.outcome is not Outcome.SUCCESS or not isfinite(ar):
        return _fail(blank, Outcome.NO_BENCHMARK)
    sd, df = float(made.sd[at]), int(made.df[at])
    days = [
        day for day, one in zip(part.sessions, made.residuals[at], strict=True) if isfinite(one)
    ]
    se = sd * sqrt(factor)
    return blank._replace(
        first=days[0],
        last=days[-1],
        expected=float(panel.over(EVENT).returns[at, 0]) - ar,
        abnormal=ar,
        se=se,
        t=ar / se,
        df=df,
        p=two_sided(ar / se, df),
        spans=tuple(_cumulate(one, at, sd, df) for one in measured.sums if isfinite(one.car[at])),
    )


def _cumulate(one: Sum, at: int, sd: float, df: int) -> Cumulated:
    car, se = one.car[at], sd * sqrt(one.factors[at])
    return Cumulated(one.span, car, se, car / se, two_sided(car / se, df))
