"""The story the figures tell: which session reacted first, and how the others answered."""

from collections.abc import Sequence
from datetime import date

from deepseek_shock.analysis.breadth import count_breadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.analysis.returns import simple_return
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
    hours_between,
    money,
    price_column,
    run_words,
)

_FOLLOWED = 5


def relay(findings: Findings) -> Section | None:
    """The sessions in the order of their closes, split at their opens; the shares followed."""
    legs = findings.legs
    if not legs:
        return None
    blocks: list[Block] = [Paragraph(_clock_sentences(legs)), _legs_table(legs)]
    if turns := _turn_sentences(legs):
        blocks.append(Paragraph(turns, is_retelling=True))
    if after := _after_sentences(findings):
        blocks.append(Paragraph(after))
    if (table := _followed_table(findings, legs)) is not None:
        blocks.append(table)
    return Section("relay", phrase("section.relay"), tuple(blocks))


def _clock_sentences(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    first, second, last = legs[0], legs[1], legs[-1]
    hours = hours_between(first.asked, second.asked)
    cities = {"city": city(first.focus.calendar), "next_city": city(second.focus.calendar)}
    if hours < 1:
        return ()
    said = phrase("relay.before", day=first.asked.session, n=hours, **cities)
    if last.focus.calendar != first.focus.calendar:
        return (said,)
    pause = hours_between(second.asked, last.asked)
    day = Span(first.asked.session, last.asked.session)
    return (said, phrase("relay.answer", day=day, n=pause, **cities))


def _legs_table(legs: Sequence[Leg]) -> Table:
    columns = (
        Column(phrase("column.session"), Kind.PHRASE),
        Column(phrase("column.median_of"), Kind.PHRASE, 3),
        Column(phrase("column.overnight"), Kind.RETURN, 5),
        Column(phrase("column.intraday"), Kind.RETURN, 5),
        Column(phrase("column.close_to_close"), Kind.RETURN),
        Column(phrase("column.leg_index"), Kind.PHRASE, 2),
    )
    return Table(columns, tuple(_leg_row(leg) for leg in legs))


def _leg_row(leg: Leg) -> Row:
    session = phrase("relay.session", city=city(leg.focus.calendar), day=leg.asked.session)
    focus = phrase("relay.focus", title=focus_title(leg.focus), n=len(leg.members))
    benchmark = leg.benchmark and phrase(
        "item.index", index=leg.benchmark.instrument, move=leg.benchmark.price_return
    )
    return Row((session, focus, leg.overnight, leg.intraday, leg.price_return, benchmark))


def _turn_sentences(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say on which side of the open most of each leg's move fell."""
    turns = tuple(
        phrase(
            f"relay.{'at' if abs(leg.overnight) >= abs(leg.intraday) else 'after'}_open",
            city=city(leg.focus.calendar),
            day=Span(legs[0].asked.session, leg.asked.session),
        )
        for leg in legs
        if leg.overnight is not None and leg.intraday is not None
    )
    return (phrase("relay.turns", turns=turns),) if turns else ()


def _after_sentences(findings: Findings) -> tuple[Phrase, ...]:
    """Say what the exchange of the lead did on its next session."""
    lead = findings.lead
    if lead is None or findings.legs[-1].focus.calendar == lead.instrument.exchange.calendar:
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


def _is_share_on(move: Move, calendar: str) -> bool:
    return move.instrument.exchange.calendar == calendar and not move.instrument.is_index


def _followed_table(findings: Findings, legs: Sequence[Leg]) -> Table | None:
    """Follow shares of the exchange that went first through its two sessions."""
    first, last = legs[0], legs[-1]
    if first.focus.calendar != last.focus.calendar:
        return None
    followed = _followed(findings, first)
    if not followed:
        return None
    day, answer = first.asked, last.asked
    kind, unit = price_column(move.instrument for move in followed)

    def closes(session: date, weight: int) -> Column:
        short = phrase("column.close_day_short", day=session, unit=unit)
        return Column(phrase("column.close_day", day=session, unit=unit), kind, weight, short)

    columns = (
        Column(phrase("column.share"), Kind.LABEL),
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
