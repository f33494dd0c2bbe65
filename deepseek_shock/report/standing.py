"""Where a day stands in a history of a whole market, and which days were like it, in sentences."""

from collections.abc import Iterator

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.scanned import LOW, WINDOW, ScanDay, Standing
from deepseek_shock.report.model import Paragraph, Phrase, Section, phrase
from deepseek_shock.report.quote import city


def history(findings: Findings) -> Section | None:
    """The day in the packed history, of each calendar that this holds; else nothing."""
    if not findings.standings:
        return None
    told = [Paragraph(standing(one)) for one in findings.standings]
    note = Paragraph((phrase("standing.note"),))
    return Section("history", phrase("section.history"), (*told, note))


def standing(one: Standing) -> tuple[Phrase, ...]:
    """Say a day's ranks, of how many since when; and the days most like it, where there are any."""
    day = one.day
    ranks = (*_by_score(one), _by_mean(one))
    said = phrase("standing.said", day=day.session, where=where(day.calendar), ranks=ranks)
    alike = tuple(map(_alike, one.alike))
    return (
        said,
        *_span(one),
        *([phrase("standing.alike", n=len(alike), days=alike)] if alike else []),
    )


def where(calendar: str | None) -> Phrase:
    """Name the city of a session in a sentence; of a bare date nothing."""
    if calendar is None:
        return phrase("standing.nowhere")
    return phrase("standing.where", city=city(calendar))


def _by_score(one: Standing) -> Iterator[Phrase]:
    if one.by_score is None:
        return
    day = one.day
    yield phrase(
        "standing.by_score",
        n=one.by_score,
        rank=one.by_score,
        known=one.scored or one.known,
        low=day.low,
        judged=day.judged,
        score=day.score,
        bound=int(LOW),
    )


def _by_mean(one: Standing) -> Phrase:
    day = one.day
    return phrase(
        "standing.by_mean",
        n=one.by_mean,
        rank=one.by_mean,
        known=one.known,
        mean=day.mean,
        fell=day.fallers,
        count=day.count,
    )


def _span(one: Standing) -> Iterator[Phrase]:
    if one.first is not None and one.last is not None:
        yield phrase("standing.span", first=one.first, last=one.last)


def _alike(day: ScanDay) -> Phrase:
    """Name a day with the three figures by which it is like another."""
    key = "day" if day.score is not None else "day_unscored"
    return phrase(
        f"standing.{key}", day=day.session, mean=day.mean, fell=day.breadth, score=day.score
    )


def method(findings: Findings) -> Iterator[Phrase]:
    """Say what score and likeness are, where the report has a standing."""
    for least in sorted({one.least for one in findings.standings}):
        yield phrase("method.history", n=least, window=WINDOW, bound=int(LOW))
