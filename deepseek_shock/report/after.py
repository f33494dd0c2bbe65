"""The sessions after: who stood again where it was before, how far it went, the way there."""

from collections.abc import Sequence
from datetime import date

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.recovery import Aftermath, Recovery
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
from deepseek_shock.report.quote import MOST_NAMED, city, many
from deepseek_shock.report.tables import Cut

OFFSETS = (1, 5, 10, 20, 60, 120, 250)
"""The sessions after an event that are shown of a window too long to show every one."""

_LARGEST = 6
_FEW = 4
_WHOLE = Cut()
_SHARE = 4  # of a short table's rows: one in so many is for those that moved most


def after(findings: Findings, cut: Cut = _WHOLE) -> Section | None:
    """The sessions after the day, for those that went its way; nothing before one is held."""
    way = Direction.FALL if findings.breadth.is_fall else Direction.RISE
    moved = [one for one in findings.aftermaths if one.recovery.direction is way]
    held = [one for one in moved if one.recovery.held]
    told = _told(findings, held, cut.rest)
    if not told:
        return None
    shown = told[: cut.top]
    note = phrase("since.cut", shown=len(shown), known=len(told))
    return Section(
        "after",
        phrase("section.after"),
        (
            Paragraph(_sentences(findings, moved)),
            _table(shown, way),
            *([Paragraph((note,))] if len(shown) < len(told) else []),
        ),
    )


def _told(findings: Findings, held: Sequence[Aftermath], rest: int | None) -> list[Aftermath]:
    """Pick whom the table shows: the leads, those that moved most, the indexes.

    Of those that moved most fewer where the table is to be short.
    """
    most = _LARGEST if rest is None else min(_LARGEST, max(1, rest // _SHARE))
    by_ticker = {one.recovery.instrument.ticker: one for one in held}
    largest = sorted(
        (ticker for ticker, one in by_ticker.items() if not one.recovery.instrument.is_index),
        key=lambda ticker: (-findings.moves[ticker].size, ticker),
    )
    indexes = (index.ticker for index in findings.inquiry.watchlist.indexes)
    order = dict.fromkeys((*findings.leads, *largest[:most], *indexes))
    return [by_ticker[ticker] for ticker in order if ticker in by_ticker]


def _sentences(findings: Findings, moved: Sequence[Aftermath]) -> tuple[Phrase, ...]:
    watched = {one.ticker for one in findings.inquiry.watchlist.watched}
    ours = [one.recovery for one in moved if one.recovery.instrument.ticker in watched]
    held = [one for one in ours if one.held]
    lead = findings.lead
    led = [one for one in held if lead is not None and one.instrument == lead.instrument]
    if len(held) < 2:  # noqa: PLR2004 -- one is told by name
        return tuple(_named(one) for one in led or held)
    unheld = len(ours) - len(held)
    days = {one.last for one in held}
    return (
        _count(held),
        *(_named(one, is_said=len(days) == 1) for one in led),
        *([phrase("after.unheld", n=unheld)] if unheld else []),
    )


def _count(held: Sequence[Recovery]) -> Phrase:
    """Say how many of those that moved the day's way stood again where they were before."""
    back = sum(one.recovered_on is not None for one in held)
    way = held[0].direction
    if len(held) == 2 and back != 1:  # noqa: PLR2004 -- both, or neither
        form = "both" if back else "neither"
        return phrase(f"after.{way}_{form}", many=_many(held, 2), until=_until(held))
    form = "some" if back < len(held) else "all"
    return phrase(
        f"after.{way}_{form}",
        many=_many(held, len(held)),
        back=_many(held, back),
        n=back,
        until=_until(held),
    )


def _many(held: Sequence[Recovery], number: int) -> Phrase:
    """Count shares, or indexes where nothing else is watched."""
    return many(number, is_of_indexes=all(one.instrument.is_index for one in held))


def _until(held: Sequence[Recovery]) -> Phrase:
    """Say until when closes are held, for each city where that is not the same day."""
    days: dict[str, date] = {}
    for one in held:
        calendar = one.instrument.exchange.calendar
        days[calendar] = max(one.last, days.get(calendar, one.last))
    if len(set(days.values())) == 1:
        return phrase("after.until", day=next(iter(days.values())))
    parts = _bounds(days)
    counts = {one.held for one in held}
    if len(counts) == 1:
        return phrase("after.until_sessions", n=counts.pop(), parts=parts)
    return phrase("after.until_each", parts=parts)


def _bounds(days: dict[str, date]) -> tuple[Phrase, ...]:
    """Name each city's last day; of many exchanges the earliest and the latest of these days."""
    if len(days) > MOST_NAMED:
        first, last = min(days.values()), max(days.values())
        return (phrase("after.until_between", first=first, last=last, n=len(days)),)
    return tuple(
        phrase("after.until_in", city=city(calendar), day=day) for calendar, day in days.items()
    )


def _named(one: Recovery, *, is_said: bool = False) -> Phrase:
    """Say of one instrument when it stood again where it was before, or where it stood last.

    `is_said` where the sentence before has said until when closes are held.
    """
    if one.recovered_on is not None:
        form = "back_at_most" if one.missing_before else "back"
    elif one.missing_before:
        form = "unseen"
    else:
        form = "not_then" if is_said else "not"
    return phrase(
        f"after.{one.direction}_{form}",
        share=one.instrument,
        day=one.recovered_on or one.last,
        size=one.last_return,
        n=one.sessions or one.held,
    )


def _table(told: Sequence[Aftermath], way: Direction) -> Table:
    recoveries = [one.recovery for one in told]
    offsets = _offsets(max(one.held for one in recoveries))
    last, back = _ends(recoveries, way)
    is_bounded = back.key != f"column.back_{way}"
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.move"), Kind.RETURN),
        *(
            Column(phrase("column.after_offset", offset=offset), Kind.RETURN, 2)
            for offset in offsets
        ),
        Column(last, Kind.RETURN, 7),
        Column(phrase(f"column.furthest_{way}"), Kind.RETURN, 5),
        Column(phrase("column.furthest_when"), Kind.PHRASE, 3),
        Column(back, Kind.PHRASE),
    )
    return Table(columns, tuple(_row(one, offsets, is_bounded=is_bounded) for one in told))


def _ends(recoveries: Sequence[Recovery], way: Direction) -> tuple[Phrase, Phrase]:
    """Head the last close and the recovery, with the day or the number of sessions of all."""
    spans = {Span(one.session, one.last) for one in recoveries}
    counts = {one.held for one in recoveries}
    if len(spans) == 1:
        span = spans.pop()
        return (
            phrase("column.after_day", span=span, day=span.last),
            phrase(f"column.back_{way}_by", span=span, day=span.last),
        )
    if len(counts) == 1:
        n = counts.pop()
        return (
            phrase("column.after_offset", offset=n),
            phrase(f"column.back_{way}_within", n=n),
        )
    return phrase("column.after_last"), phrase(f"column.back_{way}")


def _offsets(held: int) -> tuple[int, ...]:
    """Choose the sessions after the event whose returns are shown, before the last one held."""
    if held <= _FEW + 1:
        return tuple(range(1, held))
    first, *rest = (offset for offset in OFFSETS if offset < held)
    return (first, *rest[1 - _FEW :])


def _row(one: Aftermath, offsets: Sequence[int], *, is_bounded: bool) -> Row:
    found, path = one
    furthest = phrase(
        "after.furthest_day", span=Span(found.session, found.worst_on), day=found.worst_on
    )
    return Row(
        (
            found.instrument,
            *(path.return_at(offset) for offset in (0, *offsets)),
            found.last_return,
            found.worst_return,
            furthest,
            _back(found, is_bounded=is_bounded),
        ),
        found.instrument,
    )


def _back(found: Recovery, *, is_bounded: bool) -> Phrase:
    """Say in a cell when it stood again where it was before, else until when it did not.

    `is_bounded` where the heading says until when.
    """
    if found.recovered_on is None and is_bounded:
        return phrase("after.unseen" if found.missing_before else "after.no")
    if found.recovered_on is None:
        form = "unseen_by" if found.missing_before else "not_by"
    else:
        form = "latest" if found.missing_before else "when"
    day = found.recovered_on or found.last
    span, n = Span(found.session, day), found.sessions or found.held
    return phrase(f"after.cell_{form}", span=span, day=day, n=n)


def method(findings: Findings) -> tuple[Phrase, ...]:
    """Say what counts as being back, where that is said of anybody."""
    return (phrase("method.after"),) if after(findings) is not None else ()
