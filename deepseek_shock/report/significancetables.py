"""The tests in tables: a row a group, a row a share."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from deepseek_shock.analysis.design import StatisticName
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import GroupJudged, Judged
from deepseek_shock.report.model import Column, Kind, Phrase, Row, Table, Value, phrase
from deepseek_shock.report.verdicts import Verdict, is_judged, move_of, p_of, value_of

_Field: TypeAlias = tuple[Column, Callable[[Verdict], Value]]
"""A column of groups, and what stands in it."""


def _column(key: str, kind: Kind, weight: int, short: str | None = None) -> Column:
    return Column(
        phrase(f"column.{key}"), kind, weight, None if short is None else phrase(f"column.{short}")
    )


def group_table(verdicts: Sequence[Verdict], top: int | None) -> Table:
    """Return a row a group: its mean, what is abnormal in it, the tests that keep their size."""
    groups = [one.group for one in verdicts]
    fields = [one for one in _group_fields(groups) if _has_figures(one[1], verdicts)]
    columns = (
        Column(phrase("column.group"), Kind.TEXT),
        *(column for column, _ in fields),
    )
    rows = (
        Row((one.group.group.short_title, *(cell(one) for _, cell in fields)))
        for one in verdicts[:top]
    )
    return Table(columns, tuple(rows))


def _has_figures(cell: Callable[[Verdict], Value], verdicts: Sequence[Verdict]) -> bool:
    return any(cell(one) is not None for one in verdicts)


def _group_fields(groups: Sequence[GroupJudged]) -> list[_Field]:
    portfolio, ranks = StatisticName.PORTFOLIO, StatisticName.CORRADO_ZIVNEY
    adjusted = StatisticName.KOLARI_PYNNONEN
    counts = Kind.PHRASE if any(one.used != one.asked for one in groups) else Kind.COUNT
    abnormal = _column("abnormal", Kind.RETURN, 9, short="abnormal_short")
    fields: list[_Field] = [
        (_column("members", counts, 6), lambda one: _members(one.group)),
        (_column("mean", Kind.RETURN, 4), lambda one: one.move),
        (abnormal, lambda one: one.group.aar),
        (_column("t", Kind.STATISTIC, 7), lambda one: value_of(one.group, portfolio)),
        (_column("p", Kind.P, 9), lambda one: one.p),
        (_column("holm_p", Kind.P, 3), lambda one: one.group.holm),
        (_column("kp_t", Kind.STATISTIC, 2), lambda one: value_of(one.group, adjusted)),
        (_column("kp_p", Kind.P, 8), lambda one: p_of(one.group, adjusted)),
        (_column("correlation", Kind.COEFFICIENT, 5), lambda one: one.group.correlation),
        (_column("rank_p", Kind.P, 3), lambda one: p_of(one.group, ranks)),
    ]
    spans = dict.fromkeys(made.span for one in groups for made in one.spans)
    return [*fields, *(field for span in spans for field in _span_fields(span))]


def _members(group: GroupJudged) -> Value:
    if group.used == group.asked:
        return group.used
    return phrase("item.of", number=group.used, known=group.asked)


def _span_fields(span: Window) -> list[_Field]:
    """Return the mean cumulated over a span, and the p of its portfolio t."""

    def of(one: Verdict) -> tuple[float | None, float | None]:
        made = next((made for made in one.group.spans if made.span == span), None)
        return (None, None) if made is None else (made.caar, made.test.p)

    mean, p = _span_columns(span)
    return [(mean, lambda one: of(one)[0]), (p, lambda one: of(one)[1])]


def _span_columns(span: Window) -> tuple[Column, Column]:
    """Return the columns of what is cumulated over a span, and of its p."""
    heading, short, p = (
        phrase(f"column.{key}", first=span.first, last=span.last)
        for key in ("cumulated", "cumulated_short", "cumulated_p")
    )
    return Column(heading, Kind.RETURN, 4, short), Column(p, Kind.P, 4)


def share_table(findings: Findings, shares: Sequence[Judged]) -> Table:
    """Return a row a share: its move, what was to be expected, the rest with its t and p."""
    spans = findings.inquiry.design.spans
    columns = (
        Column(phrase("column.share"), Kind.LABEL),
        _column("move", Kind.RETURN, 4),
        _column("expected", Kind.RETURN, 5),
        _column("abnormal_alone", Kind.RETURN, 9, short="abnormal_short"),
        _column("t", Kind.STATISTIC, 7),
        _column("p", Kind.P, 9),
        *(column for span in spans for column in _span_columns(span)),
    )
    return Table(columns, tuple(_share_row(one, spans) for one in shares))


def _share_row(one: Judged, spans: Sequence[Window]) -> Row:
    made = {cumulated.span: (cumulated.car, cumulated.p) for cumulated in one.spans}
    cumulated = (cell for span in spans for cell in made.get(span, (None, None)))
    cells = (one.instrument, move_of(one), one.expected, one.abnormal, one.t, one.p, *cumulated)
    return Row(cells, one.instrument)


def order_groups(findings: Findings) -> list[GroupJudged]:
    """Return the groups that could be judged, the furthest the day's way first."""
    judged = findings.significance.groups if findings.significance else ()
    way = 1 if findings.breadth.is_fall else -1
    return sorted(judged, key=lambda one: way * one.aar)


def order_shares(findings: Findings) -> list[Judged]:
    """Return the shares that could be judged, the furthest the day's way first."""
    judged = findings.significance.judged if findings.significance else ()
    shares = [one for one in judged if is_judged(one)]
    way = 1 if findings.breadth.is_fall else -1
    return sorted(shares, key=lambda one: (way * (one.abnormal or 0), one.instrument.ticker))


def cut_note(shown: int, known: int) -> tuple[Phrase, ...]:
    """Say of a table how many of its rows are shown, where not all are."""
    return (phrase("since.cut", shown=shown, known=known),) if shown < known else ()
