"""A study's groups in sentences: mean, portfolio t, whether Kolari–Pynnönen agrees, power."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from deepseek_shock.analysis.design import LEVEL, Statistic, StatisticName
from deepseek_shock.analysis.disagreement import Reason, find_disagreement, is_significant
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.power import independent
from deepseek_shock.analysis.study import StudiedGroup, Study
from deepseek_shock.analysis.studywindows import Verdict, count_outcomes, spread_in, verdict_in
from deepseek_shock.analysis.tails import critical
from deepseek_shock.report.model import Block, Bullets, Paragraph, Phrase, Section, phrase

_ALIKE = 0.001  # correlations no further apart may be printed alike
_BOTH = 2
_DAY = Window(0, 0)


class Bounds(NamedTuple):
    """How much a document shows: rows of events; tables, lines and rows of a group each."""

    events: int
    tables: int
    lines: int
    groups: int


def name(group: StudiedGroup) -> Phrase:
    """Name a group as its file does."""
    return phrase("study.name", name=group.name)


def item(group: StudiedGroup, verdict: Verdict) -> Phrase:
    """Say a mean, and in brackets whose it is."""
    return phrase("study.item", mean=verdict.mean, group=group.name)


def named(group: StudiedGroup, verdict: Verdict) -> Phrase:
    """Say whose a mean is, and the mean."""
    return phrase("study.named", group=group.name, mean=verdict.mean)


def more_groups(number: int) -> Phrase:
    """Say how many groups there are besides those that are named."""
    return phrase("study.more_groups", n=number)


def more_benchmarks(number: int) -> Phrase:
    """Say how many benchmarks there are besides those that are named."""
    return phrase("study.more_benchmarks", n=number)


def test_names(tests: Iterable[StatisticName]) -> tuple[Phrase, ...]:
    """Name tests."""
    return tuple(phrase(f"test.{one}") for one in tests)


def on(window: Window) -> Phrase:
    """Say in what session, or over which, a mean is; of session 0 nothing."""
    if window == _DAY:
        return phrase("study.on_day")
    if window.first == window.last:
        return phrase("study.on_session", offset=window.first)
    return phrase("study.on_span", first=window.first, last=window.last)


def at(window: Window) -> Phrase:
    """Say in what session, or over which, something is so; of session 0 too."""
    return phrase("study.at_day") if window == _DAY else on(window)


def window_name(window: Window) -> Phrase:
    """Name a session or a span in a table."""
    if window == _DAY:
        return phrase("study.event_day")
    if window.first == window.last:
        return phrase("study.session", offset=window.first)
    return phrase("study.span", first=window.first, last=window.last)


def judged(findings: Study) -> Iterator[Phrase]:
    """Name what is judged: the event window, and the spans."""
    design = findings.design
    if any(group.days for group in findings.groups) or not design.spans:
        yield window_name(design.event)
    yield from (phrase("study.cumulated", span=window_name(span)) for span in design.spans)


def range_of(values: Sequence[float]) -> Phrase:
    """Say a correlation, or between which several lie."""
    low, high = min(values), max(values)
    if high - low < _ALIKE:
        return phrase("study.r_one", r=low)
    return phrase("study.r_range", low=low, high=high)


def correlation(groups: Sequence[StudiedGroup]) -> Phrase:
    """Say r̄ behind a sentence on a shared day, and of one group what it leaves of its events."""
    known = [one.correlation for one in groups if one.correlation is not None]
    if not known:
        return phrase("study.r_unknown")
    worth = max(round(independent(groups[0].used, known[0])), 1)
    if len(groups) == 1 and worth < groups[0].used:
        return phrase("study.r_worth", r=known[0], n=worth)
    return phrase("study.r_known", r=range_of(known))


def line(study: Study, group: StudiedGroup, verdict: Verdict, *, is_named: bool) -> Phrase:
    """Say a group's mean with the portfolio t, then whether Kolari–Pynnönen agrees."""
    test = verdict.statistic(StatisticName.PORTFOLIO)
    is_tested = test is not None and test.p is not None
    mean = phrase(
        "study.mean" if is_tested else "study.mean_untested",
        whose=phrase(
            "study.whose" if is_named else "study.whose_alone", group=group.name, n=group.used
        ),
        used=used(group),
        mean=verdict.mean,
        on=on(verdict.window),
        t=test.value if test else None,
        p=test.p if test else None,
        holm=phrase("study.holm" if verdict.holm is not None else "study.no_holm", p=verdict.holm),
        n=group.used,
    )
    beside = verdict.statistic(StatisticName.KOLARI_PYNNONEN)
    parts = (mean, *_beside(study, group, verdict.window, (test, beside)))
    return phrase("study.line", parts=(*parts, *_span(group, verdict.window)))


def _span(group: StudiedGroup, window: Window) -> Iterator[Phrase]:
    """Say the mean over the first span, where another window leads."""
    first = group.spans[0] if group.spans else None
    if first is None or first.span == window:
        return
    verdict = verdict_in(group, first.span)
    test, beside = (
        verdict.statistic(name) if verdict else None
        for name in (StatisticName.PORTFOLIO, StatisticName.KOLARI_PYNNONEN)
    )
    if test is None or test.p is None:
        return
    form = "also"
    if beside is not None and beside.p is not None:
        is_agreed = is_significant(test.p) == is_significant(beside.p)
        form = "also_both" if is_agreed else "also_differs"
    yield phrase(
        f"study.{form}",
        first=first.span.first,
        last=first.span.last,
        mean=first.caar,
        t=test.value,
        p=test.p,
        beside=beside.p if beside else None,
    )


def used(group: StudiedGroup) -> Phrase:
    """Say of how many events a group's figures are."""
    if group.used == group.asked:
        return phrase("study.events", n=group.used)
    return phrase("study.events_of", n=group.used, known=group.asked)


def _beside(
    study: Study,
    group: StudiedGroup,
    window: Window,
    tests: tuple[Statistic | None, Statistic | None],
) -> list[Phrase]:
    portfolio, beside = tests
    if beside is None:
        return []
    if beside.value is None or beside.p is None:
        return [_no_beside(group)]
    values = {"t": beside.value, "p": beside.p}
    if portfolio is None or portfolio.p is None:
        return [phrase("study.kp_alone", **values)]
    spread = spread_in(study, group, window)
    reason = find_disagreement((portfolio, beside), spread)
    if reason is None:
        agreed = "both" if is_significant(beside.p) else "neither"
        return [phrase(f"study.kp_{agreed}", **values)]
    form = "weighed" if reason in (Reason.WEIGHED_DOWN, Reason.WEIGHED_UP) else str(reason)
    limit = critical(LEVEL, beside.df)
    why = phrase(f"study.why_{form}", spread=spread, n=group.used, limit=limit)
    return [phrase("study.kp_differs", why=why, **values)]


def _no_beside(group: StudiedGroup) -> Phrase:
    """Say why there is no Kolari–Pynnönen."""
    r = group.correlation
    if group.used < _BOTH:
        return phrase("study.kp_single")
    if r is None:
        return phrase("study.kp_unknown")
    is_negative = 1 + (group.used - 1) * r <= 0
    return phrase(f"study.kp_{'negative' if is_negative else 'undefined'}", r=r)


def verdicts(study: Study, window: Window, bounds: Bounds) -> Section | None:
    """What the tests say, a line a group, where there are several; the power of small groups."""
    known = len(study.groups)
    shown = tuple(islice(_lines(study, window), bounds.lines)) if known > 1 else ()
    cut = phrase("study.lines_cut", shown=len(shown), known=known)
    powers = tuple(islice(_powers(study, is_named=known > 1), bounds.lines))
    blocks = (
        *([Bullets(shown)] if shown else []),
        *([Paragraph((cut,))] if 0 < len(shown) < known else []),
        *_power_blocks(powers),
    )
    title = phrase("section.verdicts" if shown else "section.power")
    return Section("verdicts", title, blocks) if blocks else None


def _power_blocks(powers: tuple[Phrase, ...]) -> tuple[Block, ...]:
    note = phrase("study.power_note")
    if len(powers) > 1:
        return Bullets(powers), Paragraph((note,))
    return (Paragraph((*powers, note)),) if powers else ()


def _lines(study: Study, window: Window) -> Iterator[Phrase]:
    for group in study.groups:
        verdict = verdict_in(group, window)
        if verdict is not None:
            yield line(study, group, verdict, is_named=True)
        else:
            yield _unused(study, group)


def _unused(study: Study, group: StudiedGroup) -> Phrase:
    """Say of a group that none of its events can be used, and what is usual among the reasons."""
    found = count_outcomes(one for one in study.events if one.group == group.name)
    if not found:
        return phrase("study.group_empty", group=group.name)
    usual = max(found, key=lambda one: one[1])[0]
    why = phrase(f"outcome.{usual}")
    return phrase("study.group_unused", group=group.name, n=group.asked, why=why)


def _powers(study: Study, *, is_named: bool) -> Iterator[Phrase]:
    """Say of each small group with which chance it finds an effect."""
    for group in study.groups:
        parts = tuple(
            phrase("study.power_part", effect=one.effect, power=one.power)
            for one in sorted(group.power)
        )
        if parts:
            key = "study.power_of_group" if is_named else "study.power"
            yield phrase(key, group=group.name, n=group.used, parts=parts)
