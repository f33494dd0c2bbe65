"""Judging groups by what came with the source of their residuals together."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import fsum, inf, nan, sqrt
from typing import NamedTuple

from deepseek_shock.analysis.design import LEVEL, Design, Model, Outcome
from deepseek_shock.analysis.estimates import Estimate, GroupEstimate
from deepseek_shock.analysis.fields import CalendarJudged, Field
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.power import find_power
from deepseek_shock.analysis.shipped import Case, Member, forecast_factor, judge_shares
from deepseek_shock.analysis.significance import GroupJudged, GroupSpan, Judged, Mean
from deepseek_shock.analysis.tails import critical
from deepseek_shock.analysis.teststatistics import (
    Summary,
    moments,
    portfolio_t,
    spread,
    student_variance,
    tests_of,
)
from deepseek_shock.market.event import Group
from deepseek_shock.market.sessions import count_sessions


def judge_shipped(
    field: Field, held: Held, groups: Sequence[Group], design: Design, window: Window
) -> CalendarJudged:
    """Judge a calendar's shares by what came with the source, and groups that it knows."""
    case, judged, members = judge_shares(field, held, design)
    return CalendarJudged(
        judged, {one.id: _judge_group(one, case, judged, members, window) for one in groups}
    )


def _judge_group(
    group: Group,
    case: Case,
    judged: Mapping[str, Judged],
    members: Mapping[str, Member],
    window: Window,
) -> GroupJudged | Outcome:
    """Judge a group all of whose members could be, if their residuals together are known."""
    tickers = [member.ticker for member in group.members]
    for ticker in tickers:
        if judged[ticker].outcome is not Outcome.SUCCESS:
            return judged[ticker].outcome
    used = [members[ticker] for ticker in tickers]
    whole = _sum_up(used[0]) if len(used) == 1 else _find_whole(tickers, case)
    return Outcome.WRONG_SPAN if whole is None else _Court(group, used, whole, case).judge(window)


def _find_whole(tickers: Sequence[str], case: Case) -> GroupEstimate | None:
    """Find what came of exactly these shares, from a window that ends early enough."""
    field, held, design, _ = case
    if design.model is not Model.MARKET:
        return None
    for one in held.group_estimates:
        if set(one.tickers) == set(tickers):
            distance = count_sessions(field.asked.exchange, one.last, field.session)
            return one if distance >= -design.estimation.last else None
    return None


def _sum_up(member: Member) -> GroupEstimate:
    """Say of one share what is known of a group: not the extremes, nor the signs."""
    _, estimate, _ = member
    sessions = estimate.sessions
    df = member.judged.df or 0
    return GroupEstimate(
        group=estimate.ticker,
        tickers=(estimate.ticker,),
        sessions=sessions,
        first=estimate.first,
        last=estimate.last,
        correlation=None,
        sd=estimate.residual_sd * sqrt(df / (sessions - 1)),
        worst=-inf,
        worst_session=estimate.first,
        best=inf,
        best_session=estimate.first,
        positive_share=nan,
    )


class _Court(NamedTuple):
    """A group before the tests: its members, and what is known of their residuals together."""

    group: Group
    members: Sequence[Member]
    whole: GroupEstimate
    case: Case

    @property
    def common(self) -> Estimate:
        """The estimate over the window that all members have: the one with the fewest sessions."""
        return min((one.estimate for one in self.members), key=lambda one: one.sessions)

    def judge(self, window: Window) -> GroupJudged:
        whole, summary = self.whole, self._summarize()
        count, aar = summary.abnormal.n, summary.abnormal.mean
        spans = (self._span(span) for span in self.case.design.spans)
        return GroupJudged(
            group=self.group,
            session=self.case.field.session,
            benchmark=self.common.benchmark or None,
            asked=count,
            used=count,
            locked=sum(one.judged.is_locked for one in self.members),
            sessions=whole.sessions,
            first=whole.first,
            last=whole.last,
            aar=aar,
            as_large=None if whole.worst <= aar <= whole.best else 0,
            last_as_large=None,
            correlation=whole.correlation,
            spread=spread(summary.standardized, whole.correlation),
            tests=tests_of(summary),
            power=find_power(count, sqrt(summary.residual_squares / count), whole.correlation),
            path=self._path(window),
            is_shipped=True,
            spans=tuple(one for one in spans if one is not None),
            sd=whole.sd,
            factor=summary.factor,
        )

    def _summarize(self) -> Summary:
        judged = [one.judged for one in self.members]
        abnormal = [one.abnormal or 0.0 for one in judged]
        standardized = [one.t or 0.0 for one in judged]
        variances = [student_variance(one.df or 0) for one in judged]
        known = [one for one in variances if one is not None]
        return Summary(
            abnormal=moments(abnormal),
            standardized=moments(standardized),
            positive=sum(one > 0 for one in abnormal),
            total=fsum(standardized),
            variance=fsum(known) if len(known) == len(variances) else None,
            residual_squares=fsum(one.estimate.residual_sd**2 for one in self.members),
            forecast_squares=fsum((one.se or 0.0) ** 2 for one in judged),
            sd=self.whole.sd,
            sessions=self.whole.sessions,
            factor=forecast_factor(self.common, [self.case.market[self.case.field.session]]),
            correlation=self.whole.correlation,
            share=self.whole.positive_share,
        )

    def _span(self, span: Window) -> GroupSpan | None:
        sums = [made.car for one in self.members for made in one.judged.spans if made.span == span]
        sessions = self.case.field.span(span)
        if sessions is None or len(sums) < len(self.members):
            return None
        caar = fsum(sums) / len(sums)
        factor = forecast_factor(self.common, [self.case.market[one] for one in sessions])
        return GroupSpan(span, caar, portfolio_t(caar, self.whole.sd, self.whole.sessions, factor))

    def _path(self, window: Window) -> tuple[Mean, ...]:
        """Follow the mean through the sessions around the event that all members have."""
        field, market = self.case.field, self.case.market
        limit = critical(LEVEL, self.whole.sessions - 1) * self.whole.sd
        found: list[Mean] = []
        sessions: list[date] = []
        caar = 0.0
        for offset in field.run(window, [market, *(one.daily for one in self.members)]):
            sessions.append(field.days[offset])
            each = (one.abnormal(market, sessions[-1]) for one in self.members)
            aar = fsum(each) / len(self.members)
            caar += aar
            factor = forecast_factor(self.common, [market[one] for one in sessions])
            found.append(Mean(offset, sessions[-1], aar, caar, limit * sqrt(factor)))
        return tuple(found)
