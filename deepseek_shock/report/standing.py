"""Where a day stands in a history of a whole market, and which days were like it, in sentences."""

from collections.abc import Iterator

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.scanned import LOW, WINDOW, ScanDay, Standing
from deepseek_shock.report.model import Paragraph, Phrase, Section, phrase
from deepseek_shock.report.quote import city
from deepseek_shock.report.scanwords import sessions_of


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
    """Say the rank; of a day on which no z is low, that; of one without a score, nothing."""
    day = one.day
    if one.by_score is not None:
        known = one.scored or one.known
        yield phrase(
            "standing.by_score" if known > 1 else "standing.by_score_alone",
            n=one.by_score,
            rank=one.by_score,
            sessions=sessions_of(day.calendar, known),
            part=_part(day.low, day.judged),
            score=day.score,
            bound=int(LOW),
        )
    elif day.is_scored(one.least):
        yield phrase("standing.calm", n=day.judged, bound=int(LOW))


def _by_mean(one: Standing) -> Phrase:
    """Say the rank, the lowest first; of a day that rose, how many lie below it."""
    day = one.day
    if one.known <= 1:
        key = "by_mean_alone"
    else:
        key = "by_mean_above" if day.mean > 0 and one.by_mean > 1 else "by_mean"
    return phrase(
        f"standing.{key}",
        n=one.by_mean,
        rank=one.by_mean,
        below=one.by_mean - 1,
        others=sessions_of(day.calendar, one.by_mean - 1),
        sessions=sessions_of(day.calendar, one.known),
        mean=day.mean,
        part=_part(day.fallers, day.moves),
    )


def _part(some: int, known: int) -> Phrase:
    return phrase("standing.part", n=known, some=some)


def _span(one: Standing) -> Iterator[Phrase]:
    if one.first is None or one.last is None:
        return
    form = "span" if one.first < one.last else "span_day"
    yield phrase(f"standing.{form}", first=one.first, last=one.last)


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
