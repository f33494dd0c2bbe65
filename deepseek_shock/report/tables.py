"""The figures: indexes, groups, and every move in a table that may be cut."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, assert_never

from deepseek_shock.analysis.breadth import GroupLine, rank
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.report.limits import limit_sentences
from deepseek_shock.report.model import (
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Span,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.quote import base, figure, item, money, named, price_column, run_words

_LISTED = 12
_TOLD = 6  # indexes that are told in sentences


class Order(StrEnum):
    """In which order the moves are shown."""

    MOVE = "move"
    TICKER = "ticker"
    GROUP = "group"


BESIDE = 8
"""After how many rows a short page cuts the tables beside the moves' where nobody says."""


class Cut(NamedTuple):
    """The order of the moves' table, and after how many rows it is cut (`None`: never).

    `beside` cuts the tables that stand beside it sooner; `None`: after as many rows.
    """

    order: Order = Order.MOVE
    top: int | None = None
    beside: int | None = None

    @property
    def rest(self) -> int | None:
        """After how many rows the tables beside the moves' are cut."""
        return self.top if self.beside is None else self.beside


def indexes(findings: Findings) -> Section | None:
    """The indexes that the shares are held against."""
    moves = findings.indexes
    if not moves:
        return None
    spans = {base(move) for move in moves}
    change = (
        phrase("column.change_from", span=spans.pop())
        if len(spans) == 1
        else phrase("column.change")
    )
    columns = (
        Column(phrase("column.index"), Kind.NAME),
        Column(phrase("column.close"), Kind.PRICE, 7),
        Column(change, Kind.CHANGE, 3),
        Column(phrase("column.move"), Kind.RETURN),
        Column(phrase("column.run"), Kind.PHRASE, 2),
    )
    figures = [move for move in moves if move.price_return is not None]
    prose = tuple(
        _index_sentence(findings, move, is_first=not at or base(move) != base(figures[at - 1]))
        for at, move in enumerate(figures[:_TOLD])
    )
    if more := len(figures[_TOLD:]):
        prose = (*prose, phrase("index.others", n=more))
    rows = tuple(_index_row(findings, move) for move in moves)
    return Section(
        "indexes",
        phrase("section.indexes"),
        (Paragraph(prose, is_retelling=True), Table(columns, rows)),
    )


def _index_row(findings: Findings, move: Move) -> Row:
    index = move.instrument
    run = run_words(findings.runs.get(index.ticker))
    return Row(
        (index, money(index, move.close), money(index, move.change), figure(move), run), index
    )


def _index_sentence(findings: Findings, move: Move, *, is_first: bool) -> Phrase:
    """Say an index's day; the first sentence names the day that the moves are measured from."""
    index = move.instrument
    run = run_words(findings.runs.get(index.ticker))
    form = "first" if is_first else "sentence"
    return phrase(
        f"index.{'still' if not move.price_return else 'bare' if run is None else form}",
        index=index,
        run=run,
        span=base(move),
        change=money(index, move.change),
        move=move.price_return,
        close=money(index, move.close),
    )


def groups(findings: Findings) -> Section | None:
    """One line a group, those that moved most first; nothing where there is one group only."""
    lines = [line for line in findings.groups if line.breadth.known]
    if len(lines) < 2:  # noqa: PLR2004 -- the table would say the title again
        return None
    is_fall = findings.breadth.is_fall
    lines.sort(key=lambda line: _by_median(line, is_fall=is_fall))
    way = "fell" if is_fall else "rose"
    columns = (
        Column(phrase("column.group"), Kind.TEXT),
        Column(phrase(f"column.{way}"), Kind.PHRASE),
        Column(phrase("column.median"), Kind.RETURN),
        Column(phrase("column.mean"), Kind.RETURN, 4),
        Column(phrase("column.worst"), Kind.PHRASE, 3 if is_fall else 2),
        Column(phrase("column.best"), Kind.PHRASE, 2 if is_fall else 3),
    )
    rows = tuple(_group_row(line, is_fall=is_fall) for line in lines)
    return Section("groups", phrase("section.groups"), (Table(columns, rows),))


def _by_median(line: GroupLine, *, is_fall: bool) -> Decimal:
    median = line.median or Decimal()
    return median if is_fall else -median


def _group_row(line: GroupLine, *, is_fall: bool) -> Row:
    number = line.breadth.fallers if is_fall else line.breadth.risers
    counts = phrase("item.of", number=number, known=line.breadth.known)
    ends = (line.worst and item(line.worst), line.best and item(line.best))
    return Row((line.group.short_title, counts, line.median, line.mean, *ends))


def moves(findings: Findings, cut: Cut) -> Section | None:
    """Every watched share, ordered and cut; leads and each exchange's worst stay pinned."""
    if not findings.inquiry.watchlist.shares:
        return None
    ordered = _ordered(findings, cut.order)
    shown = ordered[: cut.top]
    is_cut = len(shown) < len(ordered)
    pinned = _pinned(findings, ordered, shown) if is_cut else []
    fields = _fields(findings, [*shown, *pinned])
    rows, pinned_rows = (
        tuple(Row(tuple(cell(move) for _, cell in fields), move.instrument) for move in some)
        for some in (shown, pinned)
    )
    notes = [_cut_note(ordered, len(shown), len(pinned))] if is_cut else []
    return Section(
        "table",
        _table_title(shown, len(ordered), cut.order),
        (
            Table(tuple(column for column, _ in fields), rows, pinned_rows),
            Paragraph((*notes, *_others_sentence(findings, ordered), *limit_sentences(findings))),
        ),
    )


def _ordered(findings: Findings, order: Order) -> list[Move]:
    match order:
        case Order.MOVE:
            ranked = rank(findings.shares)
            figures = [move for move in ranked if move.is_figure]
            blanks = [move for move in ranked if not move.is_figure]
            return [*(figures if findings.breadth.is_fall else reversed(figures)), *blanks]
        case Order.TICKER:
            return sorted(findings.shares, key=lambda move: move.instrument.ticker)
        case Order.GROUP:
            return list(findings.shares)
        case _:
            assert_never(order)


def _pinned(findings: Findings, ordered: list[Move], shown: list[Move]) -> list[Move]:
    """Return those not shown that must be: leads, each exchange's worst, on a good day its best."""
    event = findings.inquiry.event
    wanted = set(event.leads if event else ())
    if findings.lead is not None:
        wanted.add(findings.lead.instrument.ticker)
    for calendar in findings.inquiry.asked:
        there = [move for move in ordered if move.instrument.exchange.calendar == calendar]
        figures = rank(move for move in there if move.is_figure)
        wanted.update(move.instrument.ticker for move in figures[:1])
        if not findings.breadth.is_fall:
            wanted.update(move.instrument.ticker for move in figures[-1:])
    return [move for move in ordered if move.instrument.ticker in wanted and move not in shown]


def _fields(
    findings: Findings, listed: Sequence[Move]
) -> list[tuple[Column, Callable[[Move], Value]]]:
    """Return the table's columns, each with what its cell says of a move."""
    spans = {base(move) for move in listed if move.is_figure}
    span = spans.pop() if len(spans) == 1 else None
    by_move = _ordered(findings, Order.MOVE)
    ranks = {move.instrument: at for at, move in enumerate(by_move, 1)}
    groups = findings.inquiry.watchlist.groups
    titles = {member: group.short_title for group in groups for member in group.members}
    is_fall = findings.breadth.is_fall
    kind, unit = price_column(move.instrument for move in listed)
    fields: list[tuple[Column, Callable[[Move], Value]]] = [
        (
            Column(phrase("column.rank"), Kind.COUNT, 7, phrase("column.rank_short")),
            lambda move: ranks[move.instrument],
        ),
        (Column(phrase("column.share"), Kind.LABEL), lambda move: move.instrument),
        (Column(phrase("column.group"), Kind.TEXT, 2), lambda move: titles[move.instrument]),
        (
            _close_column("previous_close", span, kind, unit),
            lambda move: money(move.instrument, move.previous_close),
        ),
        (
            _close_column("close", span, kind, unit),
            lambda move: money(move.instrument, move.close),
        ),
        (Column(phrase("column.move"), Kind.RETURN), figure),
        (
            Column(phrase(f"column.{'low' if is_fall else 'high'}"), Kind.RETURN, 3),
            lambda move: move.low_return if is_fall else move.high_return,
        ),
        (
            Column(phrase("column.volume"), Kind.MULTIPLE, 2, phrase("column.volume_short")),
            lambda move: move.volume_ratio,
        ),
        (Column(phrase("column.sigma"), Kind.SIGMA, 3), lambda move: move.sigma),
    ]
    if len(groups) == 1:
        fields = [field for field in fields if field[0].kind != Kind.TEXT]
    return [field for field in fields if not _is_blank(field, listed)]


def _is_blank(field: tuple[Column, Callable[[Move], Value]], listed: Sequence[Move]) -> bool:
    """Tell whether a column that needs more history than is held has nothing to show."""
    column, cell = field
    needs_history = column.kind in (Kind.MULTIPLE, Kind.SIGMA)
    return needs_history and all(cell(move) is None for move in listed)


def _close_column(name: str, span: Span | None, kind: Kind, unit: Phrase) -> Column:
    """Return a column of closes, headed by their day where all rows share it."""
    is_first = name == "previous_close"
    weight = 4 if is_first else 5
    if span is None:
        return Column(phrase(f"column.{name}"), Kind.MONEY, weight)
    day = span.first if is_first else span.last
    heading, short = (
        phrase(f"column.{name}_{form}", span=span, day=day, unit=unit) for form in ("on", "short")
    )
    return Column(heading, kind, weight, short)


def _table_title(shown: Sequence[Move], known: int, order: Order) -> Phrase:
    if len(shown) == known:
        return phrase("section.all_moves", n=known)
    returns = [move.price_return for move in shown if move.price_return is not None]
    if order is Order.MOVE and len(returns) == len(shown):
        if all(value < 0 for value in returns):
            return phrase("section.falls", n=len(shown))
        if all(value > 0 for value in returns):
            return phrase("section.rises", n=len(shown))
    return phrase("section.some_moves", shown=len(shown), known=known)


def _cut_note(ordered: list[Move], shown: int, pinned: int) -> Phrase:
    option = f"--top {len(ordered)}"
    return phrase("table.cut", shown=shown, known=len(ordered), n=pinned, option=option)


def _others_sentence(findings: Findings, ordered: list[Move]) -> tuple[Phrase, ...]:
    """Name those that went against the day, the furthest first."""
    is_fall = findings.breadth.is_fall
    ranked = [move for move in rank(ordered) if move.price_return]
    against = [move for move in ranked if ((move.price_return or 0) > 0) is is_fall]
    if not against or len(against) == len(ranked):
        return ()
    if is_fall:
        against.reverse()
    key = "table.rose" if is_fall else "table.fell"
    listed = tuple(map(named, against[:_LISTED]))
    if len(against) > _LISTED:
        key += "_most"
    return (phrase(key, n=len(against), named=listed),)
