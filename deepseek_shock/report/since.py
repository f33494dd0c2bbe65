"""Since when no move was as large: a table, and a sentence on the records below its cut."""

from collections import Counter
from collections.abc import Sequence

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.history import Since
from deepseek_shock.market.bars import Direction
from deepseek_shock.report.model import (
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Span,
    Table,
    phrase,
)

_MANY = 3
_NOTABLE_RANK = 20
_LONG_AGO = 31  # days
_OLD = 365  # days: a move as large within a year is news for a lead or an index only


def since(findings: Findings, top: int | None) -> Section | None:
    """Since when no move was as large: leads, indexes, and what was not seen for a year."""
    told = _worth_telling(findings)
    if not told:
        return None
    shown = told[:top]
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.move"), Kind.RETURN),
        Column(phrase("column.since"), Kind.DAY),
        Column(phrase("column.then"), Kind.RETURN, 4),
        Column(phrase("column.history"), Kind.DAY, 5),
        Column(phrase("column.rank_in_history"), Kind.RANK, 6),
    )
    table = Table(columns, tuple(_since_row(one) for one in shown))
    retold = Paragraph((_since_sentence(shown[0]),), is_retelling=True)
    notes = (
        () if len(shown) == len(told) else (phrase("since.cut", shown=len(shown), known=len(told)),)
    )
    way = "fall" if findings.breadth.is_fall else "rise"
    return Section(
        "since",
        phrase(f"section.since_{way}"),
        (retold, table, Paragraph((*notes, *_record_sentence(told[len(shown) :])))),
    )


def _worth_telling(findings: Findings) -> list[Since]:
    """Pick the day's own direction: the leads first, then those longest without a move as large."""
    is_fall = findings.breadth.is_fall
    way = Direction.FALL if is_fall else Direction.RISE
    event = findings.inquiry.event
    lead = findings.lead
    leads = (event.leads if event else ()) or ((lead.instrument.ticker,) if lead else ())
    told = [one for one in findings.since if one.direction is way]
    first = [one for ticker in leads for one in told if one.move.instrument.ticker == ticker]
    rest = [
        one for one in told if one not in first and (one.move.instrument.is_index or _is_old(one))
    ]
    rest.sort(key=lambda one: (one.previous or one.history_from, one.move.instrument.ticker))
    return [*first, *rest]


def _is_old(one: Since) -> bool:
    return one.previous is None or (one.move.session - one.previous).days > _OLD


def _record_sentence(told: Sequence[Since]) -> tuple[Phrase, ...]:
    """Name those below the cut that never moved so far in all the data held."""
    records = [one for one in told if one.previous is None]
    if not records:
        return ()
    start, sharing = Counter(one.history_from for one in records).most_common(1)[0]
    is_shared = sharing >= _MANY  # then it is said once, and not beside every name
    named = tuple(
        phrase("item.share", share=one.move.instrument)
        if is_shared and one.history_from == start
        else phrase("since.record", share=one.move.instrument, start=one.history_from)
        for one in records
    )
    way = records[0].direction
    if is_shared:
        return (phrase(f"since.{way}_records_from", named=named, n=len(records), start=start),)
    return (phrase(f"since.{way}_records", named=named, n=len(records)),)


def _since_row(one: Since) -> Row:
    cells = (
        one.move.instrument,
        one.move.price_return,
        one.previous or phrase("since.never"),
        one.previous_return,
        one.history_from,
        one.rank,
    )
    return Row(cells, one.move.instrument)


def _since_sentence(one: Since) -> Phrase:
    """Say one instrument's since; its age and its rank only where they are worth a word."""
    if one.previous is None:
        return phrase(
            f"since.{one.direction}_record",
            share=one.move.instrument,
            move=one.move.price_return,
            start=one.history_from,
        )
    is_news = one.rank <= _NOTABLE_RANK and (one.move.session - one.previous).days >= _LONG_AGO
    return phrase(
        f"since.{one.direction}" if is_news else f"since.{one.direction}_plain",
        share=one.move.instrument,
        move=one.move.price_return,
        day=one.previous,
        then=one.previous_return,
        span=Span(one.previous, one.move.session),
        rank=one.rank,
        start=one.history_from,
    )
