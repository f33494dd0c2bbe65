"""From a study's findings to its document: what was studied, and what the tests say."""

from typing import NamedTuple

from deepseek_shock.analysis.design import LEVEL, BenchmarkKind, StatisticName
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedGroup, Study
from deepseek_shock.analysis.studywindows import (
    Verdict,
    ignoring,
    leading_window,
    sessions_by_group,
    used_events,
    verdict_in,
)
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.report import studyevents as rows
from deepseek_shock.report import studymethod as how
from deepseek_shock.report import studytables as tables
from deepseek_shock.report import studyverdicts as say
from deepseek_shock.report.foot import reproduce
from deepseek_shock.report.model import Phrase, StudyReport, phrase
from deepseek_shock.report.quote import city, some_of
from deepseek_shock.report.studyverdicts import Bounds

PAGE = Bounds(events=200, tables=24, lines=40, groups=200)
"""What a page holds: JSON and CSV have all."""
SCREEN = Bounds(events=12, tables=4, lines=12, groups=40)
"""What a screen holds, and a mail."""

_BOTH = 2
_NEAR = 1.25  # up to which 1 + (N − 1)r̄ hardly matters: a true 5 % test rejects in 8 % then


class _Found(NamedTuple):
    """A study, the window that stands for it, and the groups of which something is found there."""

    study: Study
    window: Window
    groups: tuple[tuple[StudiedGroup, Verdict], ...]


def build_study(findings: Study, command: str, bounds: Bounds = PAGE) -> StudyReport:
    """Build the document; `command` is what makes it again, `bounds` say how much it shows."""
    window = leading_window(findings)
    known = tuple(
        (one, verdict)
        for one in findings.groups
        if (verdict := verdict_in(one, window)) is not None
    )
    found = _Found(findings, window, known)
    sections = (
        say.verdicts(findings, window, bounds),
        tables.results(findings, window, bounds) if known else None,
        tables.days(findings, bounds),
        tables.tests(findings, window, bounds),
        rows.events(findings, window, bounds),
        rows.gaps(findings, bounds),
        how.overlaps(findings),
        how.method(findings, held(findings)),
        reproduce(command),
    )
    return StudyReport(
        findings=findings,
        title=_title(found),
        kicker=_kicker(findings),
        dek=tuple(_dek(found)),
        dateline=tuple(_dateline(findings)),
        held=held(findings),
        sections=tuple(section for section in sections if section is not None),
        command=command,
    )


def held(findings: Study) -> Phrase:
    """Say how many of the events are used."""
    used, asked = len(used_events(findings)), len(findings.events)
    form = "some" if used < asked else "both" if used == _BOTH else "all"
    return phrase(f"study.held_{form}", n=used, known=asked)


def _title(found: _Found) -> Phrase:
    """State the mean abnormal return: of one group with its p, of more those or the two ends."""
    if not found.groups:
        return phrase("study.title_none", n=len(found.study.events))
    on = say.on(found.window)
    if len(found.groups) == 1:
        group, verdict = found.groups[0]
        test = verdict.statistic(StatisticName.PORTFOLIO)
        p = None if test is None else test.p
        key = "study.title_one" if p is not None else "study.title_one_untested"
        return phrase(key, group=group.name, mean=verdict.mean, on=on, p=p, n=group.used)
    ordered = sorted(found.groups, key=lambda one: one[1].mean)
    if len(found.groups) == _BOTH:
        parts = tuple(say.named(*one) for one in found.groups)
        return phrase("study.title_two", parts=parts, on=on)
    worst, best = (say.item(*one) for one in (ordered[0], ordered[-1]))
    return phrase("study.title_many", n=len(ordered), worst=worst, best=best, on=on)


def _kicker(findings: Study) -> Phrase:
    instruments = len({one.instrument for one in findings.events})
    return phrase(
        "study.kicker",
        events=phrase("study.events", n=len(findings.events)),
        instruments=phrase("study.instruments", n=instruments),
        groups=phrase("study.groups", n=len(findings.groups)),
    )


def _dek(found: _Found) -> list[Phrase]:
    """Say what the tests find: of one group in full, of several how many, then whom to believe."""
    if not found.groups:
        return []
    if len(found.study.groups) == 1:
        said = [say.line(found.study, *found.groups[0], is_named=False)]
    else:
        spans = [one for one in found.study.design.spans[:1] if one != found.window]
        said = [one for window in (found.window, *spans) for one in _counted(found.study, window)]
    return [*said, *_clustering(found)]


def _counted(study: Study, window: Window) -> list[Phrase]:
    """Count the groups whose portfolio t is significant, before and after Holm's adjustment."""
    found = [verdict for one in study.groups if (verdict := verdict_in(one, window)) is not None]
    tests = [verdict.statistic(StatisticName.PORTFOLIO) for verdict in found]
    ps = [one.p for one in tests if one is not None and one.p is not None]
    adjusted = [verdict.holm for verdict in found if verdict.holm is not None]
    if not ps:
        return []
    small, known, at = sum(p < LEVEL for p in ps), len(study.groups), say.at(window)
    if small < known:
        said = [phrase("study.counted", n=small, known=known, at=at)]
    else:
        said = [phrase(f"study.counted_{'both' if small == _BOTH else 'all'}", n=small, at=at)]
    if small and adjusted:
        left = sum(p < LEVEL for p in adjusted)
        said.append(phrase(f"study.holm_{'same' if left == small else 'fewer'}", n=left))
    return said


def _clustering(found: _Found) -> list[Phrase]:
    """Warn of events that share a day, of which many tests make too much."""
    by_group = sessions_by_group(found.study)
    sessions = {one for some in by_group.values() for one in some}
    number = sum(group.used for group, _ in found.groups)
    if number < _BOTH:
        return []
    groups = [group for group, _ in found.groups if group.used >= _BOTH]
    shared = [one for one in groups if len(by_group.get(one.name, ())) == 1]
    ignored = say.test_names(ignoring(found.study))
    rest = (phrase("study.ignored", tests=ignored, n=len(ignored)),) if ignored else ()
    if len(sessions) == 1:
        r = say.correlation(groups)
        return [phrase("study.one_day", n=number, day=sessions.pop(), r=r), *rest]
    if shared and len(shared) == len(groups):
        return [phrase("study.day_each", r=say.correlation(groups)), *rest]
    if shared:
        names = some_of([say.name(one) for one in shared], say.more_groups)
        return [phrase("study.day_of_some", named=names, n=len(shared)), *rest]
    spread = phrase("study.days", n=len(sessions), known=number)
    return [spread, *_reliance(groups)]


def _reliance(groups: list[StudiedGroup]) -> list[Phrase]:
    """Say whether what correlation there is between events of different days matters."""
    known = [(one.used, one.correlation) for one in groups if one.correlation is not None]
    if not known:
        return []
    factor = max(1 + (used - 1) * r for used, r in known)
    near = "near" if factor <= _NEAR else "far"
    return [phrase(f"study.correlation_{near}", r=say.range_of([r for _, r in known]))]


def _dateline(findings: Study) -> list[Phrase]:
    """Say by which model, over which sessions, of which returns."""
    design = findings.design
    first, last = design.estimation
    calendar = findings.calendar
    where = phrase("study.any_sessions")
    if calendar is not None and calendar in {one.calendar for one in EXCHANGES.values()}:
        where = phrase("study.sessions_of", city=city(calendar))
    elif findings.calendars:
        where = phrase("study.sessions_of_each")
    return [
        _model(findings),
        phrase("study.windows", first=first, last=last, n=design.shortest),
        phrase("study.judged", judged=tuple(say.judged(findings))),
        phrase(f"study.{design.returns}", where=where),
    ]


def _model(findings: Study) -> Phrase:
    model = findings.design.model
    names = [
        phrase("study.others")
        if one == BenchmarkKind.EQUAL_WEIGHTED
        else phrase("study.name", name=one)
        for one in findings.benchmarks
    ]
    is_held_against = model.has_benchmark and names
    key = f"study.model_{model.replace('-', '_')}" + ("" if is_held_against else "_alone")
    return phrase(key, named=some_of(names, say.more_benchmarks))
