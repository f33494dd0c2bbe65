"""A study's groups: the tests of their events, session by session and by span.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.design import LEVEL, Outcome, Statistic, StatisticName, find_test
from deepseek_shock.analysis.event_study import Cumulation
from deepseek_shock.analysis.grouptests import Tested, make_ready, session_tests, span_tests
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.portfolios import Portfolio, make_portfolio
from deepseek_shock.analysis.power import find_power
from deepseek_shock.analysis.study import StudiedDay, StudiedEvent, StudiedGroup, StudiedSpan
from deepseek_shock.analysis.studymaking import JudgedEvents
from deepseek_shock.analysis.studywindows import count_outcomes
from deepseek_shock.analysis.tails import critical
from deepseek_shock.analysis.teststatistics import holm
from deepseek_shock.analysis.windows import columns_of, judged_window


def make_groups(events: Sequence[StudiedEvent], judged: JudgedEvents) -> tuple[StudiedGroup, ...]:
    """Test every group, in the order in which they are first named; then adjust p for them all."""
    members: dict[str, list[int]] = {}
    for at, event in enumerate(events):
        members.setdefault(event.group, []).append(at)
    groups = [_make_group(name, events, at, judged) for name, at in members.items()]
    if len(groups) == 1:
        return tuple(groups)
    on_day = holm(_portfolio(_tests_on(one, 0)) for one in groups)
    groups = [one._replace(holm=p) for one, p in zip(groups, on_day, strict=True)]
    for number in range(len(judged.spans)):
        adjusted = holm(_portfolio(one.spans[number].tests if one.spans else ()) for one in groups)
        groups = [_with_holm(one, number, p) for one, p in zip(groups, adjusted, strict=True)]
    return tuple(groups)


def _with_holm(group: StudiedGroup, number: int, p: float | None) -> StudiedGroup:
    spans = tuple(
        span._replace(holm=p) if at == number else span for at, span in enumerate(group.spans)
    )
    return group._replace(spans=spans)


def _tests_on(group: StudiedGroup, offset: int) -> tuple[Statistic, ...]:
    return next((day.tests for day in group.days if day.offset == offset), ())


def _portfolio(tests: Sequence[Statistic]) -> float | None:
    test = find_test(tests, StatisticName.PORTFOLIO)
    return None if test is None else test.p


def _make_group(
    name: str, events: Sequence[StudiedEvent], at: Sequence[int], judged: JudgedEvents
) -> StudiedGroup:
    members = [events[one] for one in at]
    outcomes = dict(count_outcomes(members))
    used = np.array([one for one in at if events[one].outcome is Outcome.SUCCESS], dtype=np.int64)
    group = StudiedGroup(name, len(members), len(used), outcomes, None, 0)
    if not len(used):
        return group
    result, fitted = judged.result, judged.result.fit
    tested = make_ready(
        fitted.residuals[used],
        fitted.sd[used],
        fitted.df[used],
        result.abnormal[used],
        result.factors[used],
    )
    sd = sqrt(float(np.mean(fitted.sd[used] ** 2)))
    days = {events[one].session for one in used.tolist()}
    is_shared = len(days) == 1 and len(np.unique(judged.axis[used])) == 1
    court = _Court(tested, used, judged, _portfolio_of(tested, used, judged) if is_shared else None)
    return group._replace(
        correlation=tested.residuals.correlation,
        sessions=tested.residuals.sessions,
        days=tuple(court.make_days()),
        spans=tuple(map(court.make_span, judged.spans)),
        power=find_power(len(used), sd, tested.residuals.correlation),
    )


def _portfolio_of(tested: Tested, used: Integers, judged: JudgedEvents) -> Portfolio | None:
    """Make the portfolio of events of one session."""
    design, market = judged.design, judged.market
    first = judged_window(design).first
    if market is None:
        return make_portfolio(tested.residuals, design.model, None, None, first)
    learnt, held = market.estimation[used], market.judged[used]
    return make_portfolio(tested.residuals, design.model, learnt, held, first)


class _Court(NamedTuple):
    """A group's events that are used; `portfolio` is that of events which share their sessions."""

    tested: Tested
    used: Integers
    judged: JudgedEvents
    portfolio: Portfolio | None

    def factor(self, span: Window, own: Floats) -> float:
        """Return the forecast factor of the mean over a span; `own` (N,) are the events' own."""
        return float(own.mean()) if self.portfolio is None else self.portfolio.factor(span)

    def make_days(self) -> Iterator[StudiedDay]:
        """Test each session of the event window."""
        tested, used, judged = self.tested, self.used, self.judged
        known, begins = tested.residuals, judged.design.event.first
        is_known = known.sd is not None and known.sessions > 1
        limit = critical(LEVEL, known.sessions - 1) * known.sd if is_known and known.sd else 0.0
        for number, run in enumerate(judged.runs):
            column, offset = judged.shown.start + number, begins + number
            factor = self.factor(Window(offset, offset), tested.factors[:, column])
            yield StudiedDay(
                offset,
                float(tested.abnormal[:, column].mean()),
                float(run.car[used].mean()),
                limit * sqrt(self.factor(run.span, run.factors[used])),
                session_tests(tested, column, factor),
            )

    def make_span(self, span: Cumulation) -> StudiedSpan:
        """Test what is cumulated over a span."""
        columns = columns_of(span.span, self.judged.design)
        car, factors = span.car[self.used], span.factors[self.used]
        factor = self.factor(span.span, factors)
        first, last = columns.start, columns.stop - 1
        tests = span_tests(self.tested, first, last, car, factors, factor=factor)
        return StudiedSpan(span.span, float(car.mean()), tests)
