"""From what a scan found to its document: where the day stands, and the shocks of the history."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deepseek_shock.analysis.scanned import ScanDay, Scanned, Standing
from deepseek_shock.report import scanmethod as how
from deepseek_shock.report import scantables as tables
from deepseek_shock.report.foot import reproduce
from deepseek_shock.report.model import Phrase, ScanReport, phrase
from deepseek_shock.report.scanwords import listed, market, most_scored, sessions_of, spans
from deepseek_shock.report.standing import where

SCREEN = 10
"""Rows a table on a screen, where nobody says how many."""

_BOTH = 2  # calendars that a title names
_MOST_LINES = 6  # calendars with a line of their own


def build_scan(findings: Scanned, command: str, rows: int | None = None) -> ScanReport:
    """Build the document; `command` is what makes it again.

    `rows` cuts its tables further than the scan did; JSON, CSV and Parquet hold all all the same.
    """
    sections = (
        tables.standings(findings),
        tables.shocks(findings, rows),
        tables.sessions(findings, rows),
        tables.falls(findings, rows),
        tables.rises(findings, rows),
        tables.tickers(findings, rows),
        tables.unranked(findings, rows),
        how.counted(findings),
        how.method(findings, held(findings)),
        reproduce(command),
    )
    return ScanReport(
        findings=findings,
        title=_title(findings),
        kicker=_kicker(findings),
        dek=tuple(_dek(findings)),
        dateline=tuple(_dateline(findings)),
        held=held(findings),
        sections=tuple(section for section in sections if section is not None),
        command=command,
    )


def held(findings: Scanned) -> Phrase:
    """Say how many moves the rows gave."""
    counts = findings.counts
    return phrase("scan.held", n=counts.moves, rows=counts.rows, judged=counts.judged)


class _Told(NamedTuple):
    """A day that a title is about, its rank, and of how many days: by the score or the mean."""

    day: ScanDay
    rank: int
    known: int


def _title(findings: Scanned) -> Phrase:
    """State where the asked day stands, of two calendars both; else the largest shock of all."""
    scored = [one for one in findings.standings if one.by_score is not None]
    shocked = sorted((one for one in scored if one.day.low), key=_depth)[:_BOTH]
    if len(shocked) == _BOTH and len({one.day.session for one in shocked}) == 1:
        parts = tuple(_say("part", _by_score(one)) for one in shocked)
        return phrase("scan.title_two", day=shocked[0].day.session, parts=parts)
    if scored:
        return _scored(_by_score((shocked or scored)[0]))
    if findings.standings:
        one = findings.standings[0]
        return _meant(_Told(one.day, one.by_mean, one.known))
    return _title_of_history(findings)


def _title_of_history(findings: Scanned) -> Phrase:
    if findings.shocks:
        return _scored(_Told(findings.shocks[0], 1, most_scored(findings)))
    if findings.worst:
        known = sum(day.count >= findings.settings.least for day in findings.days)
        return _meant(_Told(findings.worst[0], 1, known))
    if findings.days:
        return phrase("scan.title_few", n=findings.settings.least)
    return phrase("scan.title_none", n=findings.counts.rows)


def _depth(standing: Standing) -> tuple[float, int]:
    """Order standings: the rank as a part of all ranked first, then the more of them."""
    told = _by_score(standing)
    return told.rank / told.known, -told.known


def _by_score(standing: Standing) -> _Told:
    rank = standing.by_score or 1
    return _Told(standing.day, rank, max(standing.scored or standing.known, rank))


def _scored(told: _Told) -> Phrase:
    day = told.day
    if not day.low:
        counted = listed(day.calendar, day.judged)
        return phrase("scan.title_calm", n=day.judged, day=day.session, listed=counted)
    return _say("title" if told.known > 1 else "title_alone", told)


def _say(form: str, told: _Told) -> Phrase:
    day = told.day
    return phrase(
        f"scan.{form}",
        n=told.rank,
        rank=told.rank,
        day=day.session,
        score=day.score,
        listed=listed(day.calendar, day.judged),
        sessions=sessions_of(day.calendar, told.known),
    )


def _meant(told: _Told) -> Phrase:
    day = told.day
    return phrase(
        "scan.title_mean" if told.known > 1 else "scan.title_mean_alone",
        n=told.rank,
        rank=told.rank,
        day=day.session,
        mean=day.mean,
        listed=listed(day.calendar, day.count),
        sessions=sessions_of(day.calendar, told.known),
    )


def _kicker(findings: Scanned) -> Phrase:
    counts = findings.counts
    return phrase(
        "scan.kicker",
        rows=phrase("scan.rows", n=counts.rows),
        tickers=phrase("scan.tickers", n=counts.tickers),
        sessions=phrase("scan.sessions", n=counts.sessions),
    )


def _dek(findings: Scanned) -> Iterator[Phrase]:
    """Say what the title does not: the extremes of the history, and what is not in it."""
    if _is_missing(findings):
        yield phrase("scan.unranked_day", day=findings.asked, n=findings.settings.least)
    yield from _extremes(findings)
    if findings.counts.unranked:
        yield phrase("scan.refused", n=findings.counts.unranked)
    if findings.skipped:
        yield phrase("scan.lost", n=len(findings.skipped))


def _is_missing(findings: Scanned) -> bool:
    """Tell whether a day was asked that is not ranked."""
    return findings.asked is not None and not findings.standings


def _extremes(findings: Scanned) -> Iterator[Phrase]:
    """Say the largest shock and the lowest mean, but for what the title has said."""
    shock, worst = (next(iter(days), None) for days in (findings.shocks, findings.worst))
    told = [one.day for one in findings.standings] or [day for day in (shock or worst,) if day]
    is_one = shock is not None and _is_same(shock, worst)
    if shock is not None and not any(_is_same(shock, day) for day in told):
        yield phrase(
            "scan.largest_and_lowest" if is_one else "scan.largest",
            day=shock.session,
            score=shock.score,
            listed=listed(shock.calendar, shock.judged),
            mean=shock.mean,
        )
    elif shock is not None and is_one and len(told) == 1 and not _is_missing(findings):
        yield phrase("scan.lowest_too", mean=shock.mean)  # the title alone stands before it
    else:
        is_one = False
    if (
        worst is not None
        and not is_one
        and (shock or not any(_is_same(worst, day) for day in told))
    ):
        yield phrase("scan.lowest", mean=worst.mean, day=worst.session, where=where(worst.calendar))


def _is_same(one: ScanDay, other: ScanDay | None) -> bool:
    return other is not None and one[:2] == other[:2]


def _dateline(findings: Scanned) -> Iterator[Phrase]:
    """Say of each calendar how many sessions, from when to when; and how sessions are told."""
    known = spans(findings.days)
    if len(known) > _MOST_LINES:
        yield _whole(findings.days, len(known))
    else:
        yield from (_span(days, findings.settings.least) for days in known.values())
    yield how.calendar_line(findings.settings.calendar)


def _span(days: Sequence[ScanDay], least: int) -> Phrase:
    calendar, first, last = days[0].calendar, days[0].session, days[-1].session
    form = "day" if first == last else "bare"
    return phrase(
        "scan.span" if calendar is not None and first < last else f"scan.span_{form}",
        market=market(calendar),
        sessions=sessions_of(calendar, len(days)),
        first=first,
        last=last,
        ranked=_ranked(sum(day.count >= least for day in days), len(days), least),
    )


def _whole(days: Sequence[ScanDay], calendars: int) -> Phrase:
    return phrase(
        "scan.spans",
        n=calendars,
        sessions=phrase("scan.sessions", n=len(days)),
        first=min(day.session for day in days),
        last=max(day.session for day in days),
    )


def _ranked(ranked: int, known: int, least: int) -> Phrase:
    """Say how many of the sessions are ranked, where that is not all."""
    if ranked == known:
        return phrase("scan.ranked_all")
    return phrase("scan.ranked_some", n=ranked, least=least)
