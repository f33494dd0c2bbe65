"""The tables of a study's groups: results, session by session, all tests."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from deepseek_shock.analysis.design import Statistic, StatisticName, find_test
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedDay, StudiedGroup, Study
from deepseek_shock.analysis.studywindows import (
    Verdict,
    verdict_in,
    verdicts,
)
from deepseek_shock.report.model import (
    Block,
    Column,
    Kind,
    Paragraph,
    Row,
    Section,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.studyverdicts import Bounds, window_name


class _Result(NamedTuple):
    """A column of the results by group: what it is called, how it is printed, what stands in it."""

    key: str
    kind: Kind
    weight: int
    value: Callable[[StudiedGroup, Verdict | None], Value]


def _statistic(name: StatisticName) -> Callable[[StudiedGroup, Verdict | None], Value]:
    return lambda _, verdict: _part(verdict, name, lambda one: one.value)


def _p(name: StatisticName) -> Callable[[StudiedGroup, Verdict | None], Value]:
    return lambda _, verdict: _part(verdict, name, lambda one: one.p)


def _part(
    verdict: Verdict | None, name: StatisticName, of: Callable[[Statistic], float | None]
) -> float | None:
    test = verdict.statistic(name) if verdict else None
    return None if test is None else of(test)


def _holm(_group: StudiedGroup, verdict: Verdict | None) -> float | None:
    return verdict.holm if verdict else None


def _correlation(group: StudiedGroup, _verdict: Verdict | None) -> float | None:
    return group.correlation


_RESULTS = (
    _Result("portfolio_t", Kind.STATISTIC, 7, _statistic(StatisticName.PORTFOLIO)),
    _Result("portfolio_p", Kind.P, 9, _p(StatisticName.PORTFOLIO)),
    _Result("holm_p", Kind.P, 8, _holm),
    _Result("kp_t", Kind.STATISTIC, 4, _statistic(StatisticName.KOLARI_PYNNONEN)),
    _Result("kp_p", Kind.P, 8, _p(StatisticName.KOLARI_PYNNONEN)),
    _Result("rank_z", Kind.STATISTIC, 3, _statistic(StatisticName.CORRADO_ZIVNEY)),
    _Result("rank_p", Kind.P, 5, _p(StatisticName.CORRADO_ZIVNEY)),
    _Result("grank_t", Kind.STATISTIC, 2, _statistic(StatisticName.GRANK)),
    _Result("grank_p", Kind.P, 4, _p(StatisticName.GRANK)),
    _Result("correlation", Kind.COEFFICIENT, 6, _correlation),
)


def results(study: Study, window: Window, bounds: Bounds) -> Section:
    """A row a group: its events, its mean, the tests that hold their size where days are shared.

    The leading window first; then every span, where there are not too many groups.
    """
    spans = [one for one in study.design.spans if one != window and _is_found(study, one)]
    is_whole = len(study.groups) <= bounds.lines
    cut = cut_note("groups", bounds.groups, len(study.groups))
    blocks: list[Block] = [_results_in(study, window, bounds), *cut]
    for span in spans if is_whole else ():
        said = phrase("study.results_of", window=window_name(span))
        blocks += [Paragraph((said,)), _results_in(study, span, bounds)]
    if spans and not is_whole:
        blocks.append(Paragraph((phrase("study.more_windows", n=len(spans)),)))
    return Section("results", phrase("section.results", window=window_name(window)), tuple(blocks))


def _is_found(study: Study, window: Window) -> bool:
    return any(verdict_in(group, window) for group in study.groups)


def _results_in(study: Study, window: Window, bounds: Bounds) -> Table:
    found = [(group, verdict_in(group, window)) for group in study.groups[: bounds.groups]]
    shown = [one for one in _RESULTS if any(one.value(*pair) is not None for pair in found)]
    mean = "caar" if window.first != window.last else "aar"
    counts = Kind.PHRASE if any(one.used != one.asked for one in study.groups) else Kind.COUNT
    columns = (
        Column(phrase("column.study_group"), Kind.GIVEN),
        Column(phrase("column.study_events"), counts, 8),
        Column(phrase(f"column.{mean}"), Kind.RETURN),
        *(Column(phrase(f"column.{one.key}"), one.kind, one.weight) for one in shown),
    )
    rows = (
        Row(
            (
                group.name,
                _used(group),
                verdict.mean if verdict else None,
                *(one.value(group, verdict) for one in shown),
            )
        )
        for group, verdict in found
    )
    return Table(columns, tuple(rows))


def _used(group: StudiedGroup) -> Value:
    if group.used == group.asked:
        return group.used
    return phrase("study.number_of", n=group.used, known=group.asked)


def days(study: Study, bounds: Bounds) -> Section | None:
    """Each group session by session, where the event window has several."""
    groups = [one for one in study.groups if len(one.days) > 1]
    columns = (
        Column(phrase("column.axis"), Kind.PHRASE),
        Column(phrase("column.aar"), Kind.RETURN),
        Column(phrase("column.portfolio_t"), Kind.STATISTIC, 7),
        Column(phrase("column.portfolio_p"), Kind.P, 8),
        Column(phrase("column.caar"), Kind.RETURN),
        Column(phrase("column.band"), Kind.SIZE, 6),
    )
    blocks: list[Block] = []
    for group in groups[: bounds.tables]:
        if len(study.groups) > 1:
            blocks.append(Paragraph((phrase("study.table_of", group=group.name),)))
        blocks.append(Table(columns, tuple(map(_day, group.days))))
    if not blocks:
        return None
    cut = cut_note("tables", bounds.tables, len(groups))
    return Section("study", phrase("section.study"), (*blocks, *cut))


def _day(day: StudiedDay) -> Row:
    test = find_test(day.tests, StatisticName.PORTFOLIO)
    t, p = (test.value, test.p) if test else (None, None)
    offset = phrase("study.offset", offset=day.offset)
    return Row((offset, day.aar, t, p, day.caar, day.band))


def tests(study: Study, window: Window, bounds: Bounds) -> Section | None:
    """All tests of each group in the leading window and over the spans, a table for each."""
    found = [
        (group, verdict)
        for group in study.groups
        for verdict in verdicts(group)
        if verdict.tests and (verdict.window == window or verdict.window in study.design.spans)
    ]
    if not found:
        return None
    blocks: list[Block] = []
    for group, verdict in found[: bounds.tables]:
        said = phrase(
            "study.tests_of", group=group.name, window=window_name(verdict.window), n=group.used
        )
        blocks += [Paragraph((said,)), _tests(verdict.tests)]
    cut = cut_note("tables", bounds.tables, len(found))
    return Section("tests", phrase("section.tests"), (*blocks, *cut))


def _tests(made: Sequence[Statistic]) -> Table:
    columns = (
        Column(phrase("column.test"), Kind.PHRASE),
        Column(phrase("column.statistic"), Kind.STATISTIC, 8),
        Column(phrase("column.df"), Kind.PHRASE, 4),
        Column(phrase("column.p"), Kind.P),
        Column(phrase("column.keeps"), Kind.PHRASE, 6),
    )
    return Table(columns, tuple(map(_test, made)))


def _test(test: Statistic) -> Row:
    keeps = phrase("study.yes" if test.name.keeps_correlation else "study.no")
    df = phrase("study.normal") if test.df is None else phrase("study.df", n=test.df)
    return Row((phrase(f"test.{test.name}"), test.value, df, test.p, keeps))


def cut_note(what: str, shown: int, known: int) -> tuple[Paragraph, ...]:
    """Say that a table, or a row of tables, is cut; nothing where it is not."""
    said = phrase(f"study.{what}_cut", shown=shown, known=known)
    return (Paragraph((said,)),) if known > shown else ()
