"""The foot of the report: what happened, whom it touched, what is missing, how it was made."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.guards import is_near_small_split
from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.analysis.unreached import Unreached
from deepseek_shock.market.bars import Baseline
from deepseek_shock.market.event import Fact
from deepseek_shock.market.gap import GapReason
from deepseek_shock.report import (
    after,
    breadth,
    contribution,
    limits,
    provenance,
    standing,
    testmethod,
    value,
)
from deepseek_shock.report.model import (
    Block,
    Bullets,
    Column,
    Kind,
    Links,
    Paragraph,
    Phrase,
    Row,
    Section,
    Table,
    phrase,
)
from deepseek_shock.report.provenance import source_sentences
from deepseek_shock.report.quote import city, named

_NO_SPLIT = Decimal("0.15")  # a smaller move is far from the ratio of any split


def context(findings: Findings) -> Section | None:
    """What happened, in the event's own words."""
    event = findings.inquiry.event
    if event is None or event.context is None:
        return _fact(event.fact) if event and event.fact else None
    opening, points, closing = event.context
    numbered = tuple(phrase("context.point", heading=one, body=body) for one, body in points)
    return Section(
        "context",
        phrase("section.context"),
        (
            Paragraph((phrase("context.text", text=opening),)),
            Bullets(numbered, is_numbered=True),
            Paragraph((phrase("context.text", text=closing), *_derived(findings))),
        ),
    )


def _fact(fact: Fact) -> Section:
    """What happened in one sentence, with who says so."""
    sentences = (phrase("context.text", text=fact.said), phrase("context.source", name=fact.source))
    return Section("context", phrase("section.context"), (Paragraph(sentences),))


def _derived(findings: Findings) -> tuple[Phrase, ...]:
    """Say how the leads did: figures come from the data, not from the event's text."""
    event = findings.inquiry.event
    leads = [
        findings.moves[ticker]
        for ticker in (event.leads if event else ())
        if ticker in findings.moves
    ]
    figures = tuple(named(move) for move in leads if move.is_figure)
    return (phrase("context.leads", leads=figures, day=findings.inquiry.day),) if figures else ()


def tickers(findings: Findings) -> Section | None:
    """The instruments that the text is about, with their quote pages."""
    event, lead = findings.inquiry.event, findings.lead
    wanted = event.mentioned or event.leads if event else ()
    if not wanted and lead is not None:
        wanted = (lead.instrument.ticker,)
    watched = [share for share in findings.inquiry.watchlist.shares if share.ticker in wanted]
    watched.sort(key=lambda share: wanted.index(share.ticker))
    blocks = tuple(
        Links(city(calendar), found)
        for calendar in findings.inquiry.asked
        if (found := tuple(share for share in watched if share.exchange.calendar == calendar))
    )
    return Section("tickers", phrase("section.tickers"), blocks) if blocks else None


def gaps(findings: Findings) -> Section | None:
    """What has no figure, and why."""
    blank = [move for move in (*findings.shares, *findings.indexes) if not move.is_figure]
    unreached = findings.inquiry.unreached
    if not blank and not unreached:
        return None
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.session"), Kind.DAY, 5),
        Column(phrase("column.why"), Kind.PHRASE),
    )
    closed = [move for move in blank if move.reason is GapReason.MAYBE_CLOSED]
    rows = tuple(
        Row((move.instrument, move.session, why(move)), move.instrument)
        for move in blank
        if move not in closed
    )
    said = (*map(_no_calendar, unreached), *_closures(closed))
    blocks: list[Block] = [Paragraph(said)] if said else []
    if rows:
        blocks.append(Table(columns, rows))
    n = len(blank) + sum(len(list(one.members)) for one in unreached)
    return Section("gaps", phrase("section.gaps", n=n), tuple(blocks))


def _no_calendar(one: Unreached) -> Phrase:
    """Say once for each exchange that its calendar does not reach the date."""
    return phrase(
        "gaps.no_calendar" if one.begins is None else "gaps.calendar_begins",
        city=city(one.exchange.calendar),
        day=one.day,
        begins=one.begins,
        n=len(list(one.members)),
        code=str(GapReason.NO_CALENDAR),
    )


def _closures(closed: list[Move]) -> Iterator[Phrase]:
    """Say once for each exchange that no instrument of it has a bar, instead of once for each."""
    missing = Counter((move.instrument.exchange.calendar, move.detail) for move in closed)
    for (calendar, session), n in missing.items():
        day = date.fromisoformat(session)
        code = str(GapReason.MAYBE_CLOSED)
        yield phrase("gaps.maybe_closed", city=city(calendar), day=day, n=n, code=code)


def why(move: Move) -> Phrase:
    """Say why a move has no figure."""
    if move.reason is None:
        return phrase(f"status.{move.status}")
    reason = phrase(f"reason.{move.reason}")
    if move.detail:
        return phrase("gaps.detail", why=reason, code=str(move.reason), detail=move.detail)
    return phrase("gaps.why", why=reason, code=str(move.reason))


def method(findings: Findings) -> Section:
    """How the figures were made and where the bars came from."""
    entries = [
        phrase("method.move"),
        *_rounding(findings),
        phrase("method.sessions"),
        phrase("method.extremes"),
        *_sigma(findings),
        *([phrase("method.since")] if findings.since else []),
        *contribution.method(findings),
        *value.method(findings),
        *limits.method(findings),
        *_opens(findings),
        *_small_splits(findings),
        *after.method(findings),
        *breadth.method(findings),
        *standing.method(findings),
        *testmethod.method(findings),
    ]
    source = Paragraph(
        (
            held(findings),
            *_provisional(findings),
            *provenance.notes(findings),
            *source_sentences(findings.sources),
            phrase("method.rights"),
        )
    )
    return Section("method", phrase("section.method"), (Bullets(tuple(entries)), source))


def _rounding(findings: Findings) -> tuple[Phrase, ...]:
    lead = findings.lead
    if lead is None:
        return ()
    return (phrase("method.rounding", lead=lead.instrument, move=lead.price_return),)


def _sigma(findings: Findings) -> tuple[Phrase, ...]:
    used = [
        one
        for ticker, one in findings.baselines.items()
        if findings.moves[ticker].sigma is not None
    ]
    if not used or not findings.shares:  # no table has a column of them
        return ()
    lengths = Counter(one.sessions for one in used)
    usual = lengths.most_common(1)[0][0]
    shorter = [one for one in used if one.sessions != usual]
    ends = tuple(
        phrase("method.window_end", city=city(calendar), day=last)
        for calendar, last in _window_ends(findings, used).items()
    )
    came_along = any(source.name == "sample" for source in findings.sources)
    said = phrase(f"method.sigma{'' if came_along else '_own'}", n=usual, ends=ends)
    if not shorter:
        return (said,)
    names = tuple(
        phrase("method.shorter_window", share=findings.moves[one.ticker].instrument, n=one.sessions)
        for one in shorter
    )
    return (said, phrase("method.shorter", named=names))


def _window_ends(findings: Findings, used: list[Baseline]) -> dict[str, date]:
    return {
        findings.moves[one.ticker].instrument.exchange.calendar: one.window_last for one in used
    }


def _opens(findings: Findings) -> tuple[Phrase, ...]:
    """Name those whose bars hold a close only."""
    blind = [move for move in findings.shares if move.is_figure and move.open is None]
    if not blind:
        return ()
    shares = tuple(phrase("item.share", share=move.instrument) for move in blind)
    said = phrase("method.closes_only", named=shares, n=len(shares))
    partial = tuple(
        phrase(
            "method.opens_known",
            city=city(leg.focus.calendar),
            day=leg.asked.session,
            opens=leg.opens_known,
            known=leg.breadth.known,
        )
        for leg in findings.legs
        if leg.opens_known < leg.breadth.known
    )
    return (said, phrase("method.opens", named=partial)) if partial else (said,)


def held(findings: Findings) -> Phrase:
    """Say for how many both prices of the move are held."""
    shares = sum(move.is_figure for move in findings.shares)
    indexes = sum(move.is_figure for move in findings.indexes)
    is_all = (shares, indexes) == (len(findings.shares), len(findings.indexes))
    kind = "held" if findings.inquiry.watchlist.shares else "held_of_indexes"
    return phrase(
        f"method.{kind}_{'all' if is_all else 'some'}",
        shares=shares,
        all_shares=len(findings.shares),
        indexes=indexes,
        n=len(findings.indexes),
    )


def _small_splits(findings: Findings) -> tuple[Phrase, ...]:
    """Name the moves that might be a small split of which there is no record."""
    near = [
        move
        for move in findings.shares
        if move.size > _NO_SPLIT
        and move.close is not None
        and move.previous_close is not None
        and is_near_small_split(move.close, move.previous_close)
    ]
    if not near:
        return ()
    return (phrase("method.small_split", named=tuple(map(named, near)), n=len(near)),)


def _provisional(findings: Findings) -> tuple[Phrase, ...]:
    number = sum(move.status is Status.PROVISIONAL for move in findings.moves.values())
    return (phrase("method.provisional", n=number),) if number else ()


def reproduce(command: str) -> Section:
    """The command that makes this report again."""
    return Section(
        "reproduce",
        phrase("section.reproduce"),
        (Paragraph((phrase("reproduce.command", command=command),)),),
    )
