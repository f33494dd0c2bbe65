"""The figures that hold the day against others, as `correctable` places them."""

from collections.abc import Iterator
from decimal import Decimal

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.history import Place as Ranked
from deepseek_shock.analysis.significance import GroupJudged, Significance
from deepseek_shock.analysis.since import Since
from deepseek_shock.market.bars import Direction
from deepseek_shock.report.correctable import Figure, Named, Part, Place, Read, name_figures
from deepseek_shock.report.model import Kind, phrase
from deepseek_shock.report.quote import city


def read_past(findings: Findings) -> Read:
    """Read what a report says of a day beside other days: before it, after it, on the average."""
    yield from _since(findings)
    yield from _history(findings)
    yield from _after(findings)
    yield from _significance(findings.significance)


def _since(findings: Findings) -> Read:
    for one in findings.since:
        share = one.move.instrument
        yield from name_figures(Part.SINCE, share.ticker, share, _of_since(one))
    titles = {group.id: group.title for group in findings.inquiry.watchlist.groups}
    for group in findings.group_since:
        figures = [("mean", Kind.RETURN, group.mean), *_ranked(group.place)]
        yield from name_figures(Part.GROUP_SINCE, group.id, titles[group.id], figures)


def _of_since(one: Since) -> Iterator[Named]:
    found = Ranked(one.previous, one.previous_return, 0, one.rank, one.rank_in_year)
    yield from _ranked(found)
    close = "low_since" if one.direction is Direction.FALL else "high_since"
    yield close, Kind.DAY, one.close_since
    yield "multiple", Kind.MULTIPLE, one.multiple


def _ranked(place: Ranked) -> list[Named]:
    return [
        ("previous", Kind.DAY, place.previous),
        ("previous_return", Kind.RETURN, place.value),
        ("rank", Kind.COUNT, place.rank),
        ("rank_in_year", Kind.COUNT, place.rank_in_year),
    ]


def _history(findings: Findings) -> Read:
    for one in findings.standings:
        calendar = one.day.calendar
        subject = phrase("scan.no_market") if calendar is None else city(calendar)
        figures: list[Named] = [
            ("score", Kind.SHARE, one.day.score),
            ("mean", Kind.RETURN, one.day.mean),
            ("by_score", Kind.COUNT, one.by_score),
            ("by_mean", Kind.COUNT, one.by_mean),
        ]
        yield from name_figures(Part.HISTORY, calendar or "", subject, figures)


def _after(findings: Findings) -> Read:
    for one in findings.aftermaths:
        found = one.recovery
        figures: list[Named] = [
            ("recovered_in", Kind.COUNT, found.sessions),
            ("recovered_on", Kind.DAY, found.recovered_on),
            ("furthest", Kind.RETURN, found.worst_return),
            ("furthest_on", Kind.DAY, found.worst_on),
            ("last_return", Kind.RETURN, found.last_return),
        ]
        share = found.instrument
        yield from name_figures(Part.AFTER, share.ticker, share, figures)


def _significance(judged: Significance | None) -> Read:
    if judged is None:
        return
    for group in judged.groups:
        yield from _judged_group(group)
    for one in judged.judged:
        figures: list[Named] = [
            ("abnormal", Kind.RETURN, _decimal(one.abnormal)),
            ("t", Kind.STATISTIC, one.t),
            ("p", Kind.P, one.p),
        ]
        share = one.instrument
        yield from name_figures(Part.SIGNIFICANCE, share.ticker, share, figures)


def _judged_group(one: GroupJudged) -> Read:
    about, subject = f"group {one.group.id}", one.group.title
    figures: list[Named] = [
        ("aar", Kind.RETURN, _decimal(one.aar)),
        ("correlation", Kind.COEFFICIENT, one.correlation),
        ("holm", Kind.P, one.holm),
    ]
    yield from name_figures(Part.SIGNIFICANCE, about, subject, figures)
    for made in one.spans:
        first, last = made.span
        label = phrase("changed.caar", first=first, last=last)
        place = Place(Part.SIGNIFICANCE, about, f"caar {first}:{last}")
        yield place, Figure(subject, label, Kind.RETURN, _decimal(made.caar))
    for test in one.tests:
        said = phrase(f"test.{test.name}")
        value = Figure(subject, phrase("changed.test_value", test=said), Kind.STATISTIC, test.value)
        yield Place(Part.SIGNIFICANCE, about, f"{test.name} value"), value
        p = Figure(subject, phrase("changed.test_p", test=said), Kind.P, test.p)
        yield Place(Part.SIGNIFICANCE, about, f"{test.name} p"), p


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
