"""Of which sessions the figures are: one line a calendar."""

from deepseek_shock.analysis.breadth import Breadth, count_breadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.market.sessions import Phase, is_half_day
from deepseek_shock.report.model import Phrase, Span, phrase
from deepseek_shock.report.quote import city


def dateline(findings: Findings) -> tuple[Phrase, ...]:
    """Say for each calendar of which session the figures are, and against which day.

    In the order of their closes; an exchange that had no session stands last.
    """
    asked = list(findings.inquiry.asked.values())
    open_ones = [one for one in asked if one.phase is not Phase.CLOSED]
    closed = [one for one in asked if one.phase is Phase.CLOSED]
    ordered = [*sorted(open_ones, key=lambda one: one.closes_at), *closed]
    return tuple(_session_line(findings, one) for one in ordered)


def _session_line(findings: Findings, asked: Asked) -> Phrase:
    calendar = asked.exchange.calendar
    if asked.phase is Phase.CLOSED:
        return phrase(
            "dateline.closed", city=city(calendar), day=asked.session, previous=asked.previous
        )
    if asked.phase is Phase.PENDING:
        return phrase("dateline.pending", city=city(calendar), day=asked.session)
    shares = [move for move in findings.shares if move.instrument.exchange.calendar == calendar]
    is_early = is_half_day(asked.exchange, asked.session)
    return phrase(
        "dateline.running" if asked.phase is Phase.RUNNING else "dateline.session",
        city=city(calendar),
        day=asked.session,
        previous=asked.previous,
        close=asked.closes_at,
        early=phrase(f"dateline.{'early' if is_early else 'usual'}"),
        span=Span(asked.previous, asked.session),
        counts=_counts(count_breadth(shares)),
    )


def _counts(breadth: Breadth) -> Phrase:
    """Count who fell and who rose, where more than one share is watched; all of them add up."""
    number = breadth.known + breadth.unknown
    if number < 2:  # noqa: PLR2004 -- the title has said it
        return phrase("dateline.none")
    parts = (
        phrase("dateline.fell", number=breadth.fallers),
        phrase("dateline.rose", number=breadth.risers),
        *([phrase("dateline.still", number=breadth.unchanged)] if breadth.unchanged else []),
        *([phrase("dateline.unknown", number=breadth.unknown)] if breadth.unknown else []),
    )
    return phrase("dateline.counts", number=number, parts=parts)
