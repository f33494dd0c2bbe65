"""The title of a scan: where the day that was asked stands, else the largest shock of all."""

from typing import NamedTuple

from deepseek_shock.analysis.scanned import ScanDay, Scanned, Standing
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.scanwords import listed, most_scored, sessions_of

BOTH = 2  # calendars that a title names


class _Told(NamedTuple):
    """A day that a title is about, its rank, and of how many days: by the score or the mean."""

    day: ScanDay
    rank: int
    known: int


def make_title(findings: Scanned) -> Phrase:
    """State where the asked day stands, of two calendars both; else the largest shock of all."""
    ranked = (one for one in findings.standings if one.by_score is not None)
    shocked = sorted(ranked, key=_depth)[:BOTH]
    if len(shocked) == BOTH and len({one.day.session for one in shocked}) == 1:
        parts = tuple(_say("part", told, told.day.judged) for told in map(_by_score, shocked))
        return phrase("scan.title_two", day=shocked[0].day.session, parts=parts)
    if shocked:
        return _scored(_by_score(shocked[0]))
    if calm := [one.day for one in findings.standings if one.day.is_scored(one.least)]:
        return _calm(calm[0])
    if findings.standings:
        one = findings.standings[0]
        return _meant(_Told(one.day, one.by_mean, one.known))
    return _title_of_history(findings)


def _title_of_history(findings: Scanned) -> Phrase:
    if findings.shocks:
        return _scored(_Told(findings.shocks[0], 1, most_scored(findings)))
    if findings.worst:
        known = sum(day.moves >= findings.settings.least for day in findings.days)
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
    return _say("title" if told.known > 1 else "title_alone", told, told.day.judged)


def _calm(day: ScanDay) -> Phrase:
    counted = listed(day.calendar, day.judged)
    return phrase("scan.title_calm", n=day.judged, day=day.session, listed=counted)


def _meant(told: _Told) -> Phrase:
    form = "title_mean" if told.known > 1 and told.day.mean < 0 else "title_mean_alone"
    return _say(form, told, told.day.moves)


def _say(form: str, told: _Told, tickers: int) -> Phrase:
    day = told.day
    return phrase(
        f"scan.{form}",
        n=told.rank,
        rank=told.rank,
        day=day.session,
        score=day.score,
        mean=day.mean,
        listed=listed(day.calendar, tickers),
        sessions=sessions_of(day.calendar, told.known),
    )
