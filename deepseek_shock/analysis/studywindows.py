"""A study in its windows: which of them stands for it, what groups and events show in one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.design import (
    Cumulated,
    Design,
    Outcome,
    Statistic,
    StatisticName,
    find_test,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedEvent, StudiedGroup, Study
from deepseek_shock.analysis.teststatistics import moments, spread

_DAY = Window(0, 0)


class Verdict(NamedTuple):
    """A group in one window: the mean (of a span cumulated), its tests, Holm's adjusted p.

    `holm` adjusts the p of the portfolio t for the number of groups.
    """

    window: Window
    mean: float
    tests: tuple[Statistic, ...]
    holm: float | None

    def statistic(self, name: StatisticName) -> Statistic | None:
        """Find a test by its name; `None` where it was not made."""
        return find_test(self.tests, name)


def leading_window(study: Study) -> Window:
    """Return the window that stands for the study: session 0, else the first span or session."""
    windows = [one.window for group in study.groups for one in verdicts(group)]
    if _DAY in windows:
        return _DAY
    spans = [span for span in study.design.spans if span in windows]
    return (spans or windows or [_DAY])[0]


def verdicts(group: StudiedGroup) -> list[Verdict]:
    """Return a group session by session, then span by span.

    Holm's p of a session is kept for session 0 alone.
    """
    days = (
        Verdict(
            Window(one.offset, one.offset), one.aar, one.tests, None if one.offset else group.holm
        )
        for one in group.days
    )
    spans = (Verdict(one.span, one.caar, one.tests, one.holm) for one in group.spans)
    return [*days, *spans]


def verdict_in(group: StudiedGroup, window: Window) -> Verdict | None:
    """Return a group in one window, `None` where nothing was found of it."""
    return next((one for one in verdicts(group) if one.window == window), None)


def used_events(study: Study, group: StudiedGroup | None = None) -> list[StudiedEvent]:
    """Return the events that carry numbers, of one group or of all."""
    return [
        one
        for one in study.events
        if one.outcome is Outcome.SUCCESS and (group is None or one.group == group.name)
    ]


def abnormal_in(event: StudiedEvent, design: Design, window: Window) -> Cumulated | None:
    """Return an event's abnormal return in a session or a span, `None` where it has none.

    Its t is also the standardized abnormal return (SAR).
    """
    for one in event.spans:
        if one.span == window:
            return one
    at = window.first - design.event.first
    if window.first != window.last or not 0 <= at < len(event.abnormal):
        return None
    value, se = event.abnormal[at], event.se[at]
    return Cumulated(window, value, se, value / se, event.p[at]) if se else None


def spread_in(study: Study, group: StudiedGroup, window: Window) -> float | None:
    """Return how far a group's SARs lie apart, in times of what the residuals let expect."""
    found = (abnormal_in(one, study.design, window) for one in used_events(study, group))
    ratios = [one.t for one in found if one is not None]
    return spread(moments(ratios), group.correlation) if ratios else None


def sessions_by_group(study: Study) -> dict[str, set[date | None]]:
    """Return the sessions on which each group's events fall, of those that carry numbers."""
    found: dict[str, set[date | None]] = {}
    for one in used_events(study):
        found.setdefault(one.group, set()).add(one.session)
    return found


def count_outcomes(events: Iterable[StudiedEvent]) -> list[tuple[Outcome, int]]:
    """Count what became of events, in the order in which outcomes are defined."""
    found = Counter(one.outcome for one in events)
    return [(one, found[one]) for one in Outcome if found[one]]


def by_size(study: Study, window: Window) -> list[StudiedEvent]:
    """Return the events that carry numbers, the largest |t| in a window first."""

    def size(event: StudiedEvent) -> float:
        found = abnormal_in(event, study.design, window)
        return -abs(found.t) if found else 0.0

    return sorted(used_events(study), key=size)


def ignoring(study: Study) -> Sequence[StatisticName]:
    """Name the tests made here that ignore the correlation of events that share a day."""
    made = {
        one.name
        for group in study.groups
        for verdict in verdicts(group)
        for one in verdict.tests
        if one.value is not None
    }
    return [name for name in StatisticName if name in made and not name.keeps_correlation]
