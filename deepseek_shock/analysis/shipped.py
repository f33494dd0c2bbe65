"""Judging by estimates that came with the source, where the bars do not reach back far enough.

They are summary numbers of longer histories: the tests of ranks, which need the residuals, cannot
be made of them. Each was made by one design, and serves that one alone.
"""

from collections.abc import Sequence
from datetime import date
from math import fsum, inf, sqrt
from typing import NamedTuple

from deepseek_shock.analysis.dailyreturns import Daily
from deepseek_shock.analysis.design import (
    ESTIMATION,
    BenchmarkKind,
    Cumulated,
    Design,
    Model,
    Outcome,
)
from deepseek_shock.analysis.estimates import Estimate
from deepseek_shock.analysis.fields import Field
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import Judged
from deepseek_shock.analysis.tails import two_sided


class Member(NamedTuple):
    """A member that could be judged, by what, and its returns."""

    judged: Judged
    estimate: Estimate
    daily: Daily

    def abnormal(self, market: Daily, session: date) -> float:
        """Return the abnormal return of a session."""
        return self.daily[session] - self.estimate.alpha - self.estimate.beta * market[session]


class Case(NamedTuple):
    """What is judged, by what came with the source, by which design.

    `market` is what the model holds returns against: nothing moves under a mean.
    """

    field: Field
    held: Held
    design: Design
    market: Daily


def judge_shares(
    field: Field, held: Held, design: Design
) -> tuple[Case, dict[str, Judged], dict[str, Member]]:
    """Judge a calendar's shares by what came with the source; those that could be are members."""
    has_market = design.model is not Model.MEAN_ADJUSTED
    market = field.market if has_market else dict.fromkeys(field.days.values(), 0.0)
    case = Case(field, held, design, market)
    members: dict[str, Member] = {}
    judged = dict(field.blanks)
    for ticker, blank in field.blanks.items():
        if blank.outcome is not Outcome.SUCCESS:
            continue
        estimate = _find_estimate(case, ticker)
        outcome = _find_fault(case, blank, estimate)
        judged[ticker] = blank._replace(outcome=outcome)
        if estimate is not None and outcome is Outcome.SUCCESS:
            member = Member(blank, estimate, field.returns[ticker])
            judged[ticker] = _judge(member, case)
            members[ticker] = member._replace(judged=judged[ticker])
    return case, judged, members


def _find_estimate(case: Case, ticker: str) -> Estimate | None:
    """Find the estimate that is of the model asked; a mean is one without a slope."""
    key = (case.field.session, ticker)
    if case.design.model is Model.MARKET:
        return case.held.estimates.get(key)
    baseline = case.held.baselines.get(key)
    if case.design.model is not Model.MEAN_ADJUSTED or baseline is None:
        return None
    return Estimate(
        session=baseline.session,
        ticker=ticker,
        benchmark="",
        first=baseline.window_first,
        last=baseline.window_last,
        sessions=baseline.sessions,
        alpha=baseline.mean,
        beta=0.0,
        residual_sd=baseline.sd,
        benchmark_mean=0.0,
        benchmark_ss=inf,
    )


def _find_fault(case: Case, blank: Judged, estimate: Estimate | None) -> Outcome:
    """Tell why an estimate does not serve: it is of another design, or there is none."""
    field, _, design, market = case
    if design.model.has_benchmark and field.benchmark is None:
        return Outcome.NO_BENCHMARK
    if estimate is None or design.estimation != ESTIMATION:
        return Outcome.WRONG_SPAN
    is_its_own = blank.kind is BenchmarkKind.INDEX and estimate.benchmark == blank.benchmark
    if design.model.has_benchmark and not is_its_own:
        return Outcome.WRONG_SPAN
    if field.session not in market:
        return Outcome.NO_BENCHMARK
    if not (estimate.residual_sd > 0 and estimate.benchmark_ss > 0):
        return Outcome.CONSTANT
    return Outcome.TOO_FEW if estimate.sessions < design.shortest else Outcome.SUCCESS


def _judge(member: Member, case: Case) -> Judged:
    """Judge an instrument, in the session and over spans."""
    blank, estimate, daily = member
    session, market, design = blank.session, case.market, case.design
    df = estimate.sessions - design.model.coefficients
    abnormal = member.abnormal(market, session)
    se = estimate.residual_sd * sqrt(forecast_factor(estimate, [market[session]]))
    found = (_cumulate(member, case, span, df) for span in design.spans)
    return blank._replace(
        sessions=estimate.sessions,
        first=estimate.first,
        last=estimate.last,
        expected=daily[session] - abnormal,
        abnormal=abnormal,
        se=se,
        t=abnormal / se,
        df=df,
        p=two_sided(abnormal / se, df),
        spans=tuple(one for one in found if one is not None),
    )


def _cumulate(member: Member, case: Case, span: Window, df: int) -> Cumulated | None:
    sessions, market = case.field.span(span), case.market
    if sessions is None or not all(one in member.daily and one in market for one in sessions):
        return None
    car = fsum(member.abnormal(market, one) for one in sessions)
    factor = forecast_factor(member.estimate, [market[one] for one in sessions])
    se = member.estimate.residual_sd * sqrt(factor)
    return Cumulated(span, car, se, car / se, two_sided(car / se, df))


def forecast_factor(estimate: Estimate, market: Sequence[float]) -> float:
    """Return L₂ + ι′X₂(X′X)⁻¹X₂′ι of the market model, from the benchmark's returns over a span."""
    length = len(market)
    away = fsum(one - estimate.benchmark_mean for one in market)
    return length + length * length / estimate.sessions + away * away / estimate.benchmark_ss
