"""Of which sessions the figures are: one line a calendar."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from deepseek_shock.analysis.breadth import Breadth, count_breadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.unreached import Unreached
from deepseek_shock.market.sessions import Phase, is_half_day
from deepseek_shock.report.model import Phrase, Span, phrase
from deepseek_shock.report.quote import city

_MOST_LINES = 6  # exchanges with a line of their own
_SHARED = {
    Phase.CLOSED: "all_closed",
    Phase.PENDING: "all_pending",
    Phase.RUNNING: "all_running",
    Phase.ENDED: "sessions",
}


def dateline(findings: Findings) -> tuple[Phrase, ...]:
    """Say for each calendar of which session the figures are, and against which day.

    In the order of their closes; an exchange that had no session stands last, and behind it one
    whose calendar does not reach the date. Of many exchanges those share a line that share a day.
    """
    asked = list(findings.inquiry.asked.values())
    open_ones = [one for one in asked if one.phase is not Phase.CLOSED]
    closed = [one for one in asked if one.phase is Phase.CLOSED]
    ordered = [*sorted(open_ones, key=_in_order), *closed]
    if len(ordered) > _MOST_LINES:
        lines = _shared_lines(findings, ordered)
    else:
        lines = [_session_line(findings, one) for one in ordered]
    return (*lines, *_unreached_lines(findings.inquiry.unreached))


def _in_order(asked: Asked) -> tuple[datetime, datetime, str]:
    return asked.closes_at, asked.opens_at, asked.exchange.calendar


def _shared_lines(findings: Findings, ordered: Sequence[Asked]) -> list[Phrase]:
    together: dict[tuple[Phase, date, date], list[Asked]] = {}
    for one in ordered:
        together.setdefault((one.phase, one.session, one.previous), []).append(one)
    return [
        _session_line(findings, ones[0])
        if len(ones) == 1
        else phrase(
            f"dateline.{_SHARED[phase]}",
            cities=tuple(city(one.exchange.calendar) for one in ones),
            day=session,
            previous=previous,
        )
        for (phase, session, previous), ones in together.items()
    ]


def _unreached_lines(unreached: Sequence[Unreached]) -> Iterator[Phrase]:
    for day in dict.fromkeys(one.day for one in unreached):
        cities = tuple(city(one.exchange.calendar) for one in unreached if one.day == day)
        yield phrase("dateline.unreached", cities=cities, day=day)


def _session_line(findings: Findings, asked: Asked) -> Phrase:
    calendar = asked.exchange.calendar
    if asked.phase is Phase.CLOSED:
        return phrase(
            "dateline.closed", city=city(calendar), day=asked.session, previous=asked.previous
        )
    if asked.phase is Phase.PENDING:
        return phrase("dateline.pending", city=city(calendar), day=asked.session)
    watched = [move for move in findings.watched if move.instrument.exchange.calendar == calendar]
    is_early = is_half_day(asked.exchange, asked.session)
    return phrase(
        "dateline.running" if asked.phase is Phase.RUNNING else "dateline.session",
        city=city(calendar),
        day=asked.session,
        which=phrase(f"dateline.{'last' if _is_of_before(findings, asked) else 'usual'}"),
        previous=asked.previous,
        close=asked.closes_at,
        early=phrase(f"dateline.{'early' if is_early else 'usual'}"),
        span=Span(asked.previous, asked.session),
        counts=_counts(
            count_breadth(watched), is_of_shares=bool(findings.inquiry.watchlist.shares)
        ),
    )


def _is_of_before(findings: Findings, asked: Asked) -> bool:
    """Tell whether the last session was asked, and elsewhere one of a later date has ended since.

    An event and an instant name sessions of several dates for reasons of their own.
    """
    inquiry = findings.inquiry
    is_last = inquiry.event is None and inquiry.at is None
    return is_last and asked.phase is Phase.ENDED and asked.session < inquiry.day


def _counts(breadth: Breadth, *, is_of_shares: bool) -> Phrase:
    """Count who fell and who rose, where more than one is watched; what is not nought adds up."""
    number = breadth.known + breadth.unknown
    if number < 2:  # noqa: PLR2004 -- the title has said it
        return phrase("dateline.none")
    parts = (
        *([phrase("dateline.fell", number=breadth.fallers)] if breadth.fallers else []),
        *([phrase("dateline.rose", number=breadth.risers)] if breadth.risers else []),
        *([phrase("dateline.still", number=breadth.unchanged)] if breadth.unchanged else []),
        *([phrase("dateline.unknown", number=breadth.unknown)] if breadth.unknown else []),
    )
    key = "dateline.counts" if is_of_shares else "dateline.counts_of_indexes"
    return phrase(key, number=number, parts=parts)
