"""The sections of a comparison: the figures, the paths, the events, what is missing, how."""

from collections.abc import Iterator, Sequence
from datetime import date

from deepseek_shock.analysis.comparison import Compared, Course, Occasion
from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report import foot, provenance
from deepseek_shock.report.after import OFFSETS
from deepseek_shock.report.model import (
    Block,
    Bullets,
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.quote import city, event_name, figure

reproduce = foot.reproduce

MOST_LINES = 6
"""Events whose paths stand side by side: more lines cannot be told apart."""

_BOTH = 2
_FEW_SESSIONS = 11  # of a window that is shown session by session
_FIRST = (0, 1, 2, 3)  # shown of every longer one


def axis(findings: Compared) -> Phrase:
    """Say on what axis the events stand."""
    first, last = findings.window
    return phrase("compare.axis", first=first, last=last)


def held(findings: Compared) -> Phrase:
    """Say how many of the moves have a figure."""
    due = [course.move for course in findings.courses if course.move.is_due]
    number = sum(move.is_figure for move in due)
    form = "some" if number < len(due) else "both" if number == _BOTH else "all"
    return phrase(f"compare.held_{form}", n=number, known=len(due))


def compared(findings: Compared) -> Section:
    """Every instrument in every event: the day, what came after it, when it was undone."""
    instruments = findings.instruments
    offsets = [offset for offset in OFFSETS if offset <= findings.window.last]
    offsets = [
        one for one in offsets if any(c.return_at(one) is not None for c in findings.courses)
    ]
    is_single = len(instruments) == 1
    rows = tuple(
        Row(_cells(occasion, course, offsets, is_single=is_single), course.instrument)
        for instrument in instruments
        for occasion in findings.occasions
        for course in [occasion.course(instrument)]
        if course.move.is_due
    )
    title = phrase("section.compared_one", share=instruments[0]) if is_single else None
    return Section(
        "compared",
        title or phrase("section.compared"),
        (Table(tuple(_columns(findings, offsets, is_single=is_single)), rows),),
    )


def _columns(findings: Compared, offsets: Sequence[int], *, is_single: bool) -> Iterator[Column]:
    if not is_single:
        are_indexes = all(one.is_index for one in findings.instruments)
        yield Column(phrase("column.instrument"), Kind.SHORT if are_indexes else Kind.LABEL)
    yield Column(phrase("column.event"), Kind.PHRASE)
    yield Column(phrase("column.move"), Kind.RETURN)
    for offset in offsets:
        yield Column(phrase("column.after_offset", offset=offset), Kind.RETURN, 4)
    ways = {course.recovery.direction for course in findings.courses if course.recovery}
    way = ways.pop() if len(ways) == 1 else "mixed"
    yield Column(phrase(f"column.furthest_{way}"), Kind.RETURN, 6)
    yield Column(phrase("column.furthest_at"), Kind.SIGNED, 3)
    yield Column(phrase("column.undone"), Kind.PHRASE, 8)


def _cells(
    occasion: Occasion, course: Course, offsets: Sequence[int], *, is_single: bool
) -> tuple[Value, ...]:
    recovery = course.recovery
    return (
        *(() if is_single else (course.instrument,)),
        event_name(occasion.inquiry),
        figure(course.move),
        *(course.return_at(offset) for offset in offsets),
        recovery.worst_return if recovery else None,
        course.offset_of(recovery.worst_on) if recovery else None,
        back(course, "cell"),
    )


def back(course: Course, place: str) -> Phrase | None:
    """Say after how many sessions a move was undone, in a `cell` or in a `title`.

    `None` where it did not move, or nothing is held after it.
    """
    found = course.recovery
    if found is None or not found.held:
        return None
    form = "back" if found.recovered_on else "not"
    way = f"title_{found.direction}" if place == "title" else "cell"
    n = found.sessions or found.held
    return phrase(f"compare.{way}_{form}{'_at_most' if found.missing_before else ''}", n=n)


def drawn(findings: Compared) -> tuple[Occasion, ...]:
    """Return the events whose paths stand side by side."""
    return findings.occasions[:MOST_LINES]


def paths(findings: Compared) -> Section | None:
    """The way of the first instrument over the sessions around each event."""
    lead = findings.lead
    if lead is None:
        return None
    shown = [one for one in drawn(findings) if one.course(lead).path is not None]
    columns = (
        Column(phrase("column.axis"), Kind.PHRASE),
        *(Column(event_name(one.inquiry), Kind.RETURN) for one in shown),
    )
    returns = {one: _returns(shown, lead, one) for one in _path_offsets(findings)}
    rows = tuple(
        Row((phrase("compare.offset", offset=offset), *some))
        for offset, some in returns.items()
        if any(one is not None for one in some)
    )
    blocks: tuple[Block, ...] = (
        Paragraph((phrase("compare.table_of", share=lead),)),
        Table(columns, rows),
    )
    if len(drawn(findings)) < len(findings.occasions):
        cut = phrase("compare.cut", shown=len(drawn(findings)), known=len(findings.occasions))
        blocks = (*blocks, Paragraph((cut,)))
    return Section("paths", phrase("section.paths"), blocks)


def _returns(
    occasions: Sequence[Occasion], instrument: Instrument, offset: int
) -> tuple[Value, ...]:
    return tuple(one.course(instrument).return_at(offset) for one in occasions)


def _path_offsets(findings: Compared) -> list[int]:
    """Choose the sessions of a window that its table shows."""
    first, last = findings.window
    if last - first < _FEW_SESSIONS:
        return list(range(first, last + 1))
    chosen = {first, *_FIRST, *(one for one in OFFSETS if one <= last), last}
    return sorted(one for one in chosen if first <= one <= last)


def events(findings: Compared) -> Section:
    """What is compared: each event with its session on each exchange, and what happened."""
    calendars = dict.fromkeys(one.exchange.calendar for one in findings.instruments)
    columns = (
        Column(phrase("column.event"), Kind.PHRASE),
        *(Column(city(calendar), Kind.DAY) for calendar in calendars),
    )
    rows = tuple(
        Row((event_name(one.inquiry), *(_session(one, calendar) for calendar in calendars)))
        for one in findings.occasions
    )
    facts = tuple(
        phrase("compare.fact", event=event.name, said=event.fact.said, source=event.fact.source)
        for one in findings.occasions
        if (event := one.inquiry.event) is not None and event.fact is not None
    )
    blocks: tuple[Block, ...] = (Table(columns, rows),)
    return Section(
        "events", phrase("section.events"), (*blocks, Bullets(facts)) if facts else blocks
    )


def _session(occasion: Occasion, calendar: str) -> Value:
    """Return the session of an event on a calendar, or why there is none."""
    move = next(
        one.move for one in occasion.courses if one.instrument.exchange.calendar == calendar
    )
    return move.session if move.is_due else phrase(f"status.{move.status}")


def gaps(findings: Compared) -> Section | None:
    """What has no figure, and why."""
    blank = [
        (occasion, course.move)
        for occasion in findings.occasions
        for course in occasion.courses
        if not course.move.is_figure
    ]
    if not blank:
        return None
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.event"), Kind.PHRASE),
        Column(phrase("column.why"), Kind.PHRASE),
    )
    rows = tuple(
        Row((move.instrument, event_name(one.inquiry), _why(move)), move.instrument)
        for one, move in blank
    )
    return Section("gaps", phrase("compare.gaps", n=len(blank)), (Table(columns, rows),))


def _why(move: Move) -> Phrase:
    """Say why there is no figure; what begins later says when."""
    if move.reason is GapReason.NO_DATA and move.detail:
        return phrase("compare.begins", day=date.fromisoformat(move.detail), code=str(move.reason))
    return foot.why(move)


def method(findings: Compared) -> Section:
    """How the figures were made and where the bars came from."""
    entries = (
        phrase("method.move"),
        phrase("compare.method_axis"),
        phrase("compare.method_after", last=findings.window.last),
        phrase("compare.method_undone", last=findings.window.last),
    )
    moves = [course.move for course in findings.courses]
    provisional = sum(move.status is Status.PROVISIONAL for move in moves)
    source = Paragraph(
        (
            held(findings),
            *([phrase("method.provisional", n=provisional)] if provisional else []),
            *provenance.notes_on(moves, findings.sources, is_kept=findings.is_kept),
            *provenance.source_sentences(findings.sources),
            phrase("method.rights"),
        )
    )
    return Section("method", phrase("section.method"), (Bullets(entries), source))
