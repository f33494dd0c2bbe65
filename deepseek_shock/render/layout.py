"""The terminal's page: lines of spans with roles, laid out for a width in character cells.

The plain writer joins the spans; the rich writer colours them by their roles. Wide characters count
as two cells, so that Japanese tables stand straight.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, assert_never

from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.cells import width_of, wrap
from deepseek_shock.render.words import Words, is_right
from deepseek_shock.report.model import (
    Bullets,
    Column,
    Comparison,
    Document,
    Kind,
    Links,
    Paragraph,
    Report,
    Row,
    ScanReport,
    Section,
    StudyReport,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.money import Money

_GAP = 2
_KEPT = 9  # a column of this weight is never dropped
_NAME_WEIGHT = 6
_LONGEST_BAR = 22
_NARROWEST = 20
# What of the report a terminal shows, in this order: about one screen and a half.
_SHOWN = (
    *("context", "keyfigures", "indexes", "breadth", "groups", "table", "contribution", "value"),
    *("relay", "since", "history", "after", "significance", "gaps"),
)
_SHOWN_OF_SEVERAL = ("compared", "events", "gaps")
_SHOWN_OF_SCAN = (
    *("standing", "shocks", "sessions", "falls", "rises", "tickers", "unranked", "gaps"),
)
_SHOWN_OF_STUDY = ("verdicts", "results", "study", "events", "gaps", "overlaps")


class Role(StrEnum):
    """What a span is, for the writer that has colours."""

    PLAIN = "plain"
    TITLE = "title"
    HEADING = "heading"
    MUTED = "muted"
    FALL = "fall"
    RISE = "rise"


class Span(NamedTuple):
    """Text in one role."""

    text: str
    role: Role = Role.PLAIN


Line = tuple[Span, ...]


class _Cell(NamedTuple):
    text: str
    role: Role
    is_right: bool


class _Strip(NamedTuple):
    """One printed column: its heading, its cells, how readily it is dropped, its width in cells."""

    heading: str
    cells: tuple[_Cell, ...]
    weight: int
    width: int


def _strip(heading: str, cells: tuple[_Cell, ...], weight: int) -> _Strip:
    width = max(width_of(text) for text in (heading, *(cell.text for cell in cells)))
    return _Strip(heading, cells, weight, width)


def lay_out(document: Document, words: Words, width: int) -> Iterator[Line]:
    """Lay a document out for a terminal `width` cells wide."""
    width = max(width, _NARROWEST)
    yield from _masthead(document, words, width)
    for name in _shown(document):
        section = document.section(name)
        if section is not None and _has_room(section):
            yield ()
            yield from _section(section, words, width)
    yield ()
    yield from _sources(document, words, width)


def _shown(document: Document) -> tuple[str, ...]:
    match document:
        case Report():
            return _SHOWN
        case Comparison():
            return _SHOWN_OF_SEVERAL
        case StudyReport():
            return _SHOWN_OF_STUDY
        case ScanReport():
            return _SHOWN_OF_SCAN
        case _:
            assert_never(document)


def _has_room(section: Section) -> bool:
    """Tell whether a screen has room for it: of what happened, for one sentence, not for pages."""
    is_long = section.id == "context" and len(section.blocks) > 1
    return not is_long and not section.is_retelling


def _masthead(document: Document, words: Words, width: int) -> Iterator[Line]:
    yield from _wrapped(words.say(document.title), width, Role.TITLE)
    yield from _wrapped(words.say(document.kicker), width, Role.MUTED)
    if document.dek:
        yield ()
        yield from _wrapped(words.say_all(document.dek), width)
    yield ()
    for sentence in document.dateline:
        yield from _wrapped(words.say(sentence), width)


def _section(section: Section, words: Words, width: int) -> Iterator[Line]:
    yield from _wrapped(words.say(section.title), width, Role.HEADING)
    is_first = True
    for block in section.blocks:
        if isinstance(block, Paragraph) and block.is_retelling:
            continue
        lines = list(_block(block, section, words, width))
        if lines and not is_first:
            yield ()
        yield from lines
        is_first = is_first and not lines


def _block(
    block: Paragraph | Bullets | Table | Links, section: Section, words: Words, width: int
) -> Iterator[Line]:
    match block:
        case Paragraph():
            yield from _wrapped(words.say_all(block.sentences), width)
        case Bullets():
            for entry in block.entries:
                yield from _wrapped(words.say(entry), width)
        case Links():
            names = (words.print(Kind.LABEL, instrument) for instrument in block.instruments)
            yield from _wrapped(f"{words.say(block.label)}: {', '.join(names)}", width)
        case Table():
            yield from _table(block, words, width, has_bars=section.id == "groups")


def _sources(document: Document, words: Words, width: int) -> Iterator[Line]:
    """Say where the figures come from; how they were made stands in the longer formats.

    How they are rounded is said here too where somebody chose it.
    """
    method = document.section("method")
    if method is not None and isinstance(method.blocks[-1], Paragraph):
        sentences = method.blocks[-1].sentences
        if words.house.is_chosen:
            sentences = (phrase("precision.sentence", how=words.precision()), *sentences)
        yield from _wrapped(words.say_all(sentences), width, Role.MUTED)


def _wrapped(text: str, width: int, role: Role = Role.PLAIN) -> Iterator[Line]:
    return ((Span(line, role),) for line in wrap(text, width))


def _table(table: Table, words: Words, width: int, *, has_bars: bool) -> Iterator[Line]:
    rows = (*table.rows, *table.pinned)
    strips = [
        strip
        for at, column in enumerate(table.columns)
        for strip in _strips(column, [row.cells[at] for row in rows], words)
    ]
    strips = _fitting(strips, width)
    yield _heads(strips, width)
    bars = _bars(table, rows, width - _total(strips)) if has_bars else [""] * len(rows)
    for at, bar in enumerate(bars):
        if table.pinned and at == len(table.rows):
            yield (Span(" …", Role.MUTED),)
        yield from _row([strip.cells[at] for strip in strips], strips, width, bar)


def _strips(column: Column, values: list[Value], words: Words) -> Iterator[_Strip]:
    """Print a column; a labelled instrument becomes two, of which the name may be dropped."""
    heading = words.say(column.short or column.heading)
    if column.kind is not Kind.LABEL:
        yield _strip(
            heading, tuple(_cell(column.kind, value, words) for value in values), column.weight
        )
        return
    shares = [value for value in values if isinstance(value, Instrument)]
    tickers = tuple(_Cell(share.ticker, Role.PLAIN, is_right=False) for share in shares)
    names = tuple(
        _Cell(words.print(Kind.SHORT, share), Role.PLAIN, is_right=False) for share in shares
    )
    yield _strip(words.say(phrase("column.ticker")), tickers, column.weight)
    yield _strip(words.say(phrase("column.name")), names, _NAME_WEIGHT)


def _cell(kind: Kind, value: Value, words: Words) -> _Cell:
    role = Role.PLAIN
    if kind in (Kind.RETURN, Kind.CHANGE):
        role = _way(value)
    elif value is None:
        role = Role.MUTED
    return _Cell(words.cell(kind, value), role, is_right=is_right(kind))


def _way(value: Value) -> Role:
    """Return the role of a move or a change: by its value, whatever minus it is printed with."""
    amount = value.amount if isinstance(value, Money) else value
    if not isinstance(amount, Decimal) or not amount:
        return Role.PLAIN
    return Role.FALL if amount < 0 else Role.RISE


def _total(strips: Iterable[_Strip]) -> int:
    widths = [strip.width for strip in strips]
    return sum(widths) + _GAP * (len(widths) - 1)


def _fitting(strips: list[_Strip], width: int) -> list[_Strip]:
    """Drop columns, the lightest first and the rightmost of equals, until the table fits."""
    strips = list(strips)
    while _total(strips) > width:
        droppable = [strip for strip in strips if strip.weight < _KEPT]
        if not droppable:
            return strips
        lightest = min(strip.weight for strip in droppable)
        at = max(at for at, strip in enumerate(strips) if strip.weight == lightest)
        del strips[at]
    return strips


def _heads(strips: list[_Strip], width: int) -> Line:
    """Print the headings; the last is left out where its column is printed below the others."""
    shown = strips if _total(strips[:-1]) + _GAP + _NARROWEST <= width else strips[:-1]
    heads = (
        _padded(strip.heading, strip.width, is_right=bool(strip.cells) and strip.cells[0].is_right)
        for strip in (shown if _total(strips) > width else strips)
    )
    return (Span((" " * _GAP).join(heads).rstrip(), Role.MUTED),)


def _row(cells: list[_Cell], strips: list[_Strip], width: int, bar: str) -> Iterator[Line]:
    """Print a row; a last cell wider than its room is wrapped below itself."""
    spans: list[Span] = []
    indent = 0
    for cell, strip in zip(cells[:-1], strips[:-1], strict=True):
        room = strip.width
        spans.append(Span(_padded(cell.text, room, is_right=cell.is_right) + " " * _GAP, cell.role))
        indent += room + _GAP
    last = cells[-1]
    room = max(width - indent, 1)
    if width_of(last.text) <= room:
        filled = _padded(last.text, min(strips[-1].width, room), is_right=last.is_right)
        tail = filled + (f"  {bar}" if bar else "")
        yield (*spans, Span(tail, last.role))
        return
    if room < _NARROWEST:
        yield tuple(spans)
        indent = _GAP
        spans = [Span(" " * indent)]
    lines = wrap(last.text, max(width - indent, 1))
    yield (*spans, Span(lines[0], last.role))
    for line in lines[1:]:
        yield (Span(" " * indent + line, last.role),)


def _padded(text: str, width: int, *, is_right: bool) -> str:
    blanks = " " * (width - width_of(text))
    return blanks + text if is_right else text + blanks


def _bars(table: Table, rows: tuple[Row, ...], room: int) -> list[str]:
    """Draw the size of each row's first return as a bar, where there is room for one."""
    longest = min(room - _GAP, _LONGEST_BAR)
    at = next(at for at, column in enumerate(table.columns) if column.kind is Kind.RETURN)
    sizes = [abs(float(str(row.cells[at]))) if row.cells[at] is not None else 0.0 for row in rows]
    largest = max(sizes, default=0)
    if longest < _GAP or not largest:
        return [""] * len(rows)
    return ["█" * round(size / largest * longest) for size in sizes]
