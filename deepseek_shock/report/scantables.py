"""The tables of a scan: shock days, worst sessions, single moves, tickers, what is not ranked."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from math import isfinite
from operator import attrgetter
from typing import NamedTuple

from deepseek_shock.analysis.scanned import LOW, WINDOW, ScanDay, ScanMove, Scanned
from deepseek_shock.report.model import (
    Block,
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
from deepseek_shock.report.scanwords import has_several, market
from deepseek_shock.report.standing import standing

_BEYOND = 1000.0  # a larger move is a mistake in the data: its digits say nothing
_RANK = Column(phrase("column.rank"), Kind.COUNT, 3, phrase("column.rank_short"))


class _Of(NamedTuple):
    """A column of sessions: its heading, its kind, its weight, what stands in it."""

    heading: Phrase
    kind: Kind
    weight: int
    value: Callable[[ScanDay], Value]


def exact(value: float | None) -> Decimal | None:
    """Return a move as the pages colour one; `None` of none, and of what no close can give."""
    return Decimal(str(value)) if value is not None and isfinite(value) else None


def _market(day: ScanDay) -> Value:
    return market(day.calendar)


def _mean(day: ScanDay) -> Value:
    return exact(day.mean)


def _median(day: ScanDay) -> Value:
    return exact(day.median)


_SESSION = _Of(phrase("column.session"), Kind.DAY, 9, attrgetter("session"))
_MARKET = _Of(phrase("column.market"), Kind.PHRASE, 8, _market)
_SCORE = _Of(phrase("column.score"), Kind.SHARE, 9, attrgetter("score"))
_LOWS = _Of(phrase("column.low_z", bound=int(LOW)), Kind.COUNT, 6, attrgetter("low"))
_JUDGED = _Of(phrase("column.judged"), Kind.COUNT, 3, attrgetter("judged"))
_MEAN = _Of(phrase("column.mean"), Kind.RETURN, 9, _mean)
_MEDIAN = _Of(phrase("column.median"), Kind.RETURN, 4, _median)
_BREADTH = _Of(phrase("column.fallers_share"), Kind.SHARE, 4, attrgetter("breadth"))
_FELL = _Of(phrase("column.fell"), Kind.COUNT, 4, attrgetter("fallers"))
_ROSE = _Of(phrase("column.rose"), Kind.COUNT, 3, attrgetter("risers"))
_COUNT = _Of(phrase("column.moves"), Kind.COUNT, 7, attrgetter("moves"))

_SHOCKS = (_SCORE, _LOWS, _JUDGED, _MEAN, _MEDIAN, _BREADTH)
_SESSIONS = (_MEAN, _MEDIAN, _COUNT, _FELL, _ROSE, _BREADTH, _LOWS, _JUDGED)


def standings(findings: Scanned) -> Section | None:
    """Where the asked day stands, and which days were most like it: a paragraph a calendar."""
    if not findings.standings:
        return None
    told = tuple(Paragraph(standing(one)) for one in findings.standings)
    return Section("standing", phrase("section.standing"), told)


def shocks(findings: Scanned, rows: int | None) -> Section | None:
    """The sessions with the highest scores, under what the score is."""
    if not findings.shocks:
        return None
    said = phrase("scan.score", n=findings.settings.least, bound=int(LOW), window=WINDOW)
    title = phrase("section.shocks", n=len(findings.shocks[:rows]))
    return Section(
        "shocks", title, (Paragraph((said,)), _ranked(findings, findings.shocks[:rows], _SHOCKS))
    )


def sessions(findings: Scanned, rows: int | None) -> Section | None:
    """The sessions with the lowest mean move."""
    if not findings.worst:
        return None
    title = phrase("section.worst_sessions", n=len(findings.worst[:rows]))
    return Section("sessions", title, (_ranked(findings, findings.worst[:rows], _SESSIONS),))


def _ranked(findings: Scanned, days: Sequence[ScanDay], shown: Sequence[_Of]) -> Table:
    """Return a table of sessions, numbered from one."""
    places = (_MARKET,) if has_several(findings) else ()
    chosen = (_SESSION, *places, *shown)
    columns = (_RANK, *(Column(one.heading, one.kind, one.weight) for one in chosen))
    rows = (Row((rank, *(one.value(day) for one in chosen))) for rank, day in enumerate(days, 1))
    return Table(columns, tuple(rows))


def falls(findings: Scanned, rows: int | None) -> Section | None:
    """The largest single falls."""
    title = phrase("section.single_falls", n=len(findings.falls[:rows]))
    return _moves("falls", title, findings, findings.falls, rows)


def rises(findings: Scanned, rows: int | None) -> Section | None:
    """The largest single rises."""
    title = phrase("section.single_rises", n=len(findings.rises[:rows]))
    return _moves("rises", title, findings, findings.rises, rows)


def tickers(findings: Scanned, rows: int | None) -> Section | None:
    """Each ticker's worst session, the deepest of them."""
    most, known = findings.settings.top if rows is None else rows, len(findings.tickers)
    title = phrase("section.worst_of_each", n=min(most, known))
    section = _moves("tickers", title, findings, findings.tickers, most)
    if section is None or known <= most:
        return section
    cut = Paragraph((phrase("scan.cut", shown=most, known=known),))
    return section._replace(blocks=(*section.blocks, cut))


def _moves(
    name: str, title: Phrase, findings: Scanned, moves: Sequence[ScanMove], rows: int | None
) -> Section | None:
    if not moves:
        return None
    is_several = has_several(findings)
    columns = (
        _RANK,
        *_move_columns(is_several=is_several),
        Column(phrase("column.z"), Kind.SIGMA, 8),
    )
    shown = moves[:rows]
    table = tuple(
        Row((rank, *_move_cells(one, is_several=is_several), one.z))
        for rank, one in enumerate(shown, 1)
    )
    return Section(name, title, (Table(columns, table),))


def unranked(findings: Scanned, rows: int | None) -> Section | None:
    """The largest moves that a guard refused, and how many there are in all."""
    number = max(findings.counts.unranked, len(findings.unranked))
    if not number:
        return None
    is_several = has_several(findings)
    shown = findings.unranked[:rows]
    cut = (phrase("scan.unranked_cut", shown=len(shown)),) if 0 < len(shown) < number else ()
    said = Paragraph((phrase("scan.unranked", n=number), *cut))
    why = Column(phrase("column.why"), Kind.PHRASE)
    columns = (*_move_columns(is_several=is_several, closes=9, move=4), why)
    table = tuple(Row((*_move_cells(one, is_several=is_several), _why(one))) for one in shown)
    blocks: tuple[Block, ...] = (said, Table(columns, table)) if table else (said,)
    return Section("unranked", phrase("section.unranked", n=number), blocks)


def _move_columns(*, is_several: bool, closes: int = 4, move: int = 9) -> Iterator[Column]:
    """Yield the columns of moves; of what is not ranked a screen keeps the closes the longest."""
    yield Column(phrase("column.ticker"), Kind.GIVEN)
    yield Column(phrase("column.session"), Kind.DAY, 9)
    if is_several:
        yield Column(phrase("column.market"), Kind.PHRASE, 5)
    yield Column(phrase("column.move"), Kind.RETURN, move)
    before = phrase("column.close_before")
    yield Column(phrase("column.previous_close"), Kind.CLOSE, closes, before)
    yield Column(phrase("column.close"), Kind.CLOSE, closes)


def _move_cells(one: ScanMove, *, is_several: bool) -> tuple[Value, ...]:
    return (
        one.ticker,
        one.session,
        *((market(one.calendar),) if is_several else ()),
        _move(one),
        one.previous_close,
        one.close,
    )


def _move(one: ScanMove) -> Value:
    return exact(one.move) if one.move <= _BEYOND else phrase("scan.beyond", most=_BEYOND)


def _why(one: ScanMove) -> Phrase | None:
    return None if one.reason is None else phrase(f"reason.{one.reason}")
