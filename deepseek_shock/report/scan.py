"""From what a scan found to its document: where the day stands, and the shocks of the history."""

from collections.abc import Iterator, Sequence

from deepseek_shock.analysis.scanned import ScanDay, Scanned
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.ruling import Ruling, rule
from deepseek_shock.report import scanmethod as how
from deepseek_shock.report import scantables as tables
from deepseek_shock.report.foot import reproduce
from deepseek_shock.report.model import Phrase, ScanReport, phrase
from deepseek_shock.report.scantitle import BOTH, make_title
from deepseek_shock.report.scanwords import listed, market, sessions_of, spans
from deepseek_shock.report.standing import where

SCREEN = 10
"""Rows a table on a screen, where nobody says how many."""

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
        title=make_title(findings),
        kicker=_kicker(findings),
        dek=tuple(_dek(findings)),
        dateline=tuple(_dateline(findings)),
        held=held(findings),
        sections=tuple(section for section in sections if section is not None),
        command=command,
        name=_name(findings),
    )


def _name(findings: Scanned) -> Phrase:
    """Name the document in few words: its day and its markets."""
    calendars = [calendar for calendar in spans(findings.days) if calendar is not None]
    return phrase("scan.name", day=findings.day, where=_list_markets(calendars))


def _list_markets(calendars: Sequence[str]) -> Phrase:
    if len(calendars) > BOTH:
        return phrase("scan.named_many", n=len(calendars))
    if calendars:
        return phrase("scan.named", named=tuple(map(market, calendars)))
    return phrase("scan.named_none")


def held(findings: Scanned) -> Phrase:
    """Say how many moves the rows gave."""
    counts = findings.counts
    return phrase("scan.held", n=counts.moves, rows=counts.rows, judged=counts.judged)


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
    else:
        yield from _absent(findings)
    yield from _extremes(findings)
    if findings.counts.unranked:
        yield phrase("scan.refused", n=findings.counts.unranked)
    if findings.skipped:
        yield phrase("scan.lost", n=len(findings.skipped))


def _absent(findings: Scanned) -> Iterator[Phrase]:
    """Say which exchanges were closed on the day that was asked, and which are not ranked."""
    day = findings.asked
    if day is None:
        return
    placed = {one.day.calendar for one in findings.standings}
    others = [one for one in spans(findings.days) if one is not None and one not in placed]
    closed = [one for one in others if one in EXCHANGES and rule(one, day) is Ruling.CLOSED]
    few = [one for one in others if one not in closed]
    for key, calendars in (("closed", closed), ("too_few", few)):
        if calendars:
            many = "_many" if len(calendars) > _MOST_LINES else ""
            yield phrase(
                f"scan.{key}{many}",
                n=len(calendars),
                named=tuple(map(market, calendars)),
                least=findings.settings.least,
            )


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
        ranked=_ranked(sum(day.moves >= least for day in days), len(days), least),
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
