"""The story the figures tell: which session reacted first, and how the others answered."""

from collections.abc import Sequence
from datetime import date

from deepseek_shock.analysis.breadth import count_breadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.relay import Leg, Relation, find_answer
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.market.sessions import Phase
from deepseek_shock.report.chain import chain_sentence
from deepseek_shock.report.clock import clock_sentences
from deepseek_shock.report.model import (
    Block,
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
from deepseek_shock.report.quote import (
    city,
    figure,
    focus_title,
    money,
    price_column,
    run_words,
)

_FOLLOWED = 5
_TURNED = 4  # legs of which it is said when they moved


def relay(findings: Findings) -> Section | None:
    """The sessions in the order of their closes, split at their opens; the shares followed."""
    legs = findings.legs
    if not legs:
        return None
    said = clock_sentences(findings)
    blocks: list[Block] = [*([Paragraph(said)] if said else []), _legs_table(legs)]
    if told := (*chain_sentence(legs), *_turn_sentences(legs)):
        blocks.append(Paragraph(told, is_retelling=True))
    if after := _after_sentences(findings):
        blocks.append(Paragraph(after))
    if (table := _followed_table(findings, legs)) is not None:
        blocks.append(table)
    return Section("relay", phrase("section.relay"), tuple(blocks))


def _legs_table(legs: Sequence[Leg]) -> Table:
    def medians(name: str, short: str, weight: int) -> Column:
        return Column(phrase(f"column.{name}"), Kind.RETURN, weight, phrase(f"column.{short}"))

    columns = [
        Column(phrase("column.session"), Kind.PHRASE),
        Column(phrase("column.relation"), Kind.PHRASE, 6, phrase("column.relation_short")),
        Column(phrase("column.median_of"), Kind.PHRASE, 3),
        medians("overnight", "overnight_short", 5),
        medians("intraday", "intraday_short", 5),
        medians("close_to_close", "close_to_close_short", 9),
        Column(phrase("column.leg_index"), Kind.PHRASE, 2),
    ]
    rows = [_leg_row(leg) for leg in legs]
    if not any(row.cells[-1] for row in rows):
        columns.pop()
        rows = [row._replace(cells=row.cells[:-1]) for row in rows]
    if legs[0].relation is None:  # New York has no part in it
        columns.pop(1)
        rows = [row._replace(cells=(row.cells[0], *row.cells[2:])) for row in rows]
    return Table(tuple(columns), tuple(rows))


def _leg_row(leg: Leg) -> Row:
    form = "session_running" if leg.asked.phase is Phase.RUNNING else "session"
    session = phrase(f"relay.{form}", city=city(leg.calendar), day=leg.asked.session)
    relation = leg.relation and phrase(f"relation.{leg.relation}")
    benchmark = (
        leg.benchmark
        and leg.benchmark.is_figure
        and leg.benchmark not in leg.members
        and phrase("item.index", index=leg.benchmark.instrument, move=leg.benchmark.price_return)
    )
    figures = (leg.overnight, leg.intraday, leg.price_return)
    return Row((session, relation, _covers(leg), *figures, benchmark or None))


def _covers(leg: Leg) -> Phrase:
    """Say of whom the medians are; of a leg that has none, when it opens."""
    if not leg.breadth.known:
        tense = "opens" if leg.asked.phase is Phase.PENDING else "opened"
        return phrase(f"relay.{tense}", open=leg.asked.opens_at)
    if len(leg.members) == 1:  # which has no median
        return phrase("relay.focus_of_one", share=leg.members[0].instrument)
    kind = "focus_of_indexes" if leg.focus.is_of_indexes else "focus"
    return phrase(f"relay.{kind}", title=focus_title(leg.focus), n=len(leg.members))


def _turn_sentences(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say on which side of the open most of a leg's move fell, of the first legs."""
    turns = tuple(
        phrase(
            f"relay.{'at' if abs(leg.overnight) >= abs(leg.intraday) else 'after'}_open",
            city=city(leg.focus.calendar),
            day=Span(legs[0].asked.session, leg.asked.session),
        )
        for leg in _turned(legs)
        if leg.overnight is not None and leg.intraday is not None
    )
    return (phrase("relay.turns", turns=turns),) if turns else ()


def _turned(legs: Sequence[Leg]) -> Sequence[Leg]:
    """Choose of many legs the first, New York's and the answer: the chain that is told."""
    if len(legs) <= _TURNED:
        return legs
    answer = find_answer(legs)
    return [leg for leg in legs if leg in (legs[0], answer) or leg.relation is Relation.NEW_YORK]


def _after_sentences(findings: Findings) -> tuple[Phrase, ...]:
    """Say what the exchange of the lead did on its next session."""
    lead = findings.lead
    if lead is None or lead.instrument.is_index:
        return ()
    told = (leg.asked == findings.inquiry.then.get(_calendar(lead)) for leg in findings.legs)
    if len(findings.legs) == 1 or any(told):
        return ()
    later = findings.later_moves[lead.instrument.ticker]
    if later.price_return is None:
        return ()
    calendar = lead.instrument.exchange.calendar
    moves = findings.later_moves.values()
    breadth = count_breadth([move for move in moves if _is_share_on(move, calendar)])
    run = run_words(findings.later_runs.get(lead.instrument.ticker))
    return (
        phrase(
            "relay.after_bare" if run is None else "relay.after",
            city=city(calendar),
            day=Span(lead.session, later.session),
            lead=lead.instrument,
            move=later.price_return,
            run=run,
            rose=breadth.risers,
            fell=breadth.fallers,
            n=breadth.known,
        ),
    )


def _calendar(move: Move) -> str:
    return move.instrument.exchange.calendar


def _is_share_on(move: Move, calendar: str) -> bool:
    return move.instrument.exchange.calendar == calendar and not move.instrument.is_index


def _followed_table(findings: Findings, legs: Sequence[Leg]) -> Table | None:
    """Follow shares of the exchange that went first through its two sessions."""
    first, last = legs[0], find_answer(legs)
    if last is None or first.asked.phase is Phase.PENDING or not last.breadth.known:
        return None
    followed = _followed(findings, first)
    if not followed:
        return None
    day, answer = first.asked, last.asked
    kind, unit = price_column(move.instrument for move in followed)

    def closes(session: date, weight: int) -> Column:
        short = phrase("column.close_day_short", day=session, unit=unit)
        return Column(phrase("column.close_day", day=session, unit=unit), kind, weight, short)

    heading = "index" if first.focus.is_of_indexes else "share"
    columns = (
        Column(phrase(f"column.{heading}"), Kind.LABEL),
        closes(day.previous, 5),
        closes(day.session, 3),
        _move_column(Span(day.previous, day.session)),
        closes(answer.session, 3),
        _move_column(Span(answer.previous, answer.session)),
        Column(phrase("column.two_sessions"), Kind.RETURN, 4),
        Column(phrase("column.run_on", day=answer.session), Kind.PHRASE, 2),
    )
    rows = tuple(_followed_row(findings, move) for move in followed)
    return Table(columns, rows)


def _move_column(span: Span) -> Column:
    heading, short = (
        phrase(f"column.{name}", span=span, day=span.last) for name in ("move_on", "move_short")
    )
    return Column(heading, Kind.RETURN, short=short)


def _followed(findings: Findings, leg: Leg) -> list[Move]:
    event = findings.inquiry.event
    named = [findings.moves.get(ticker) for ticker in (event.followed if event else ())]
    there = [
        move
        for move in named
        if move is not None and move.instrument.exchange.calendar == leg.focus.calendar
    ]
    if there:
        return there
    figures = [move for move in leg.members if move.price_return is not None]
    return sorted(figures, key=lambda move: -move.size)[:_FOLLOWED]


def _followed_row(findings: Findings, move: Move) -> Row:
    share = move.instrument
    later = findings.later_moves[share.ticker]
    return Row(
        (
            share,
            money(share, move.previous_close),
            money(share, move.close),
            figure(move),
            money(share, later.close),
            figure(later),
            simple_return(later.close, move.previous_close) if _share_basis(move, later) else None,
            run_words(findings.later_runs.get(share.ticker)),
        ),
        share,
    )


def _share_basis(move: Move, later: Move) -> bool:
    """Whether no split stands between the two sessions: the closes may then be compared."""
    return later.previous_close == move.close
