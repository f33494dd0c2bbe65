"""Judging groups by the bars held, with every test.

Reached only lazily, so that numpy is imported at the top: nothing on the path of the sample's
report may import this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import fsum, isfinite, sqrt
from typing import NamedTuple

from deepseek_shock.analysis.design import (
    LEVEL,
    BenchmarkKind,
    Design,
    Outcome,
    Statistic,
)
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.fields import CalendarJudged, Field
from deepseek_shock.analysis.grouptests import (
    GroupResiduals,
    Tested,
    make_ready,
    session_tests,
)
from deepseek_shock.analysis.measured import EVENT, Measured, judge_shares
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.portfolios import Portfolio, make_portfolio
from deepseek_shock.analysis.power import find_power
from deepseek_shock.analysis.significance import GroupJudged, GroupSpan, Judged, Mean
from deepseek_shock.analysis.tails import critical
from deepseek_shock.analysis.teststatistics import moments, portfolio_t, spread
from deepseek_shock.market.event import Group


def judge_measured(
    field: Field,
    factors: Mapping[date, Factors],
    groups: Sequence[Group],
    design: Design,
    window: Window,
) -> CalendarJudged:
    """Judge a calendar's shares, and groups of them, over a field that holds all windows."""
    measured, judged = judge_shares(field, factors, design)
    if measured is None:
        return CalendarJudged(judged, {one.id: Outcome.NO_BENCHMARK for one in groups})
    found = {one.id: _judge_group(one, measured, judged, window) for one in groups}
    return CalendarJudged(judged, found)


def _judge_group(
    group: Group, measured: Measured, judged: Mapping[str, Judged], window: Window
) -> GroupJudged | Outcome:
    """Judge those members of a group that could be."""
    members = [judged[one.ticker] for one in group.members]
    used = [one for one in members if one.outcome is Outcome.SUCCESS]
    if not used:
        return members[0].outcome
    court = _court(measured, used)
    if not court.daily:
        return Outcome.TOO_FEW
    known, made = court.known, measured.fitted.fit
    aar = fsum(one.abnormal or 0.0 for one in used) / len(used)
    as_large = [day for day, mean in court.daily if (mean <= aar if aar < 0 else mean >= aar)]
    squares = fsum(float(made.sd[row]) ** 2 for row in court.rows)
    return GroupJudged(
        group=group,
        session=measured.field.session,
        benchmark=used[0].benchmark,
        asked=len(members),
        used=len(used),
        locked=sum(one.is_locked for one in used),
        sessions=known.sessions,
        first=court.daily[0][0],
        last=court.daily[-1][0],
        aar=aar,
        as_large=len(as_large),
        last_as_large=as_large[-1] if as_large else None,
        correlation=known.correlation,
        spread=spread(moments([one.t or 0.0 for one in used]), known.correlation),
        tests=court.tests,
        power=find_power(len(used), sqrt(squares / len(used)), known.correlation),
        path=court.follow(window),
        kind=_kind(used),
        without_self=sum(one.kind is not BenchmarkKind.INDEX for one in used),
        spans=tuple(court.spans()),
        sd=known.sd,
        factor=court.factor(EVENT),
    )


def _kind(used: Sequence[Judged]) -> BenchmarkKind:
    """Return the kind of benchmark that leaves members out, if any does."""
    found = (one.kind for one in used if one.kind is not BenchmarkKind.INDEX)
    return next(found, BenchmarkKind.INDEX)


class _Court(NamedTuple):
    """The members of a group that could be judged, and what their residuals say together.

    `portfolio` is the equal-weighted mean of them, from which the forecast factors of the group
    come; where it has too few sessions they are the mean of the members' own.
    """

    measured: Measured
    rows: list[int]
    ready: Tested
    portfolio: Portfolio | None

    @property
    def known(self) -> GroupResiduals:
        """What the residuals of the estimation window say."""
        return self.ready.residuals

    @property
    def tests(self) -> tuple[Statistic, ...]:
        """All tests of the session."""
        return session_tests(self.ready, 0, self.factor(EVENT))

    @property
    def daily(self) -> list[tuple[date, float]]:
        """The sessions of the estimation window that are used, each with the mean residual."""
        sessions = self.measured.fitted.panel.over(self.measured.design.estimation).sessions
        means = zip(sessions, self.known.daily.tolist(), strict=True)
        return [(day, one) for day, one in means if day is not None and isfinite(one)]

    def factor(self, span: Window) -> float:
        """Return the forecast factor of the mean over a span."""
        if self.portfolio is not None:
            return self.portfolio.factor(span)
        factors = self.measured.fitted.cumulate(span).factors
        return fsum(factors[row] for row in self.rows) / len(self.rows)

    def spans(self) -> Iterator[GroupSpan]:
        """Judge the mean over the spans that all members have."""
        for one in self.measured.sums:
            car = [one.car[row] for row in self.rows]
            if all(map(isfinite, car)):
                caar = fsum(car) / len(car)
                factor = self.factor(one.span)
                test = portfolio_t(caar, self.known.sd, self.known.sessions, factor)
                yield GroupSpan(one.span, caar, test)

    def follow(self, window: Window) -> tuple[Mean, ...]:
        """Follow the mean through the sessions around the event that all members have."""
        days, sd = self.measured.field.days, self.known.sd
        shown = Window(max(window.first, min(days)), min(window.last, max(days)))
        if sd is None or shown.first > 0 or shown.last < 0:
            return ()
        means = self.measured.fitted.judge(shown).returns[self.rows].mean(axis=0).tolist()
        run = _run(means, -shown.first)
        limit = critical(LEVEL, self.known.sessions - 1) * sd
        found: list[Mean] = []
        caar = 0.0
        for at in run:
            offset, aar = shown.first + at, means[at]
            caar += aar
            factor = self.factor(Window(shown.first + run.start, offset))
            found.append(Mean(offset, days[offset], aar, caar, limit * sqrt(factor)))
        return tuple(found)


def _run(values: Sequence[float], at: int) -> range:
    """Return the unbroken places around one where values are known."""
    first, last = at, at
    while first > 0 and isfinite(values[first - 1]):
        first -= 1
    while last + 1 < len(values) and isfinite(values[last + 1]):
        last += 1
    return range(first, last + 1)


def _court(measured: Measured, used: Sequence[Judged]) -> _Court:
    rows = [measured.rows[one.instrument.ticker] for one in used]
    made, design = measured.fitted.fit, measured.design
    ready = make_ready(
        made.residuals[rows],
        made.sd[rows],
        made.df[rows],
        measured.event.returns[rows],
        measured.event.factors[rows],
    )
    panel = measured.fitted.panel
    market = None if panel.market is None else panel.market[rows]
    estimation = panel.over(design.estimation).market
    learnt = None if estimation is None else estimation[rows]
    portfolio = make_portfolio(ready.residuals, design.model, learnt, market, panel.first)
    return _Court(measured, rows, ready, portfolio)
