"""Since when no move was as large: a table, and sentences on what stands beside it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.groupsince import GroupSince
from deepseek_shock.analysis.since import Since
from deepseek_shock.market.bars import Direction
from deepseek_shock.report import bounds
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
from deepseek_shock.report.quote import MOST_NAMED, money, more_indexes, some_of

_MANY = 3
_NOTABLE_RANK = 20
_LONG_AGO = 31  # days
_OLD = 365  # days: a move as large within a year is news for a lead or an index only
_MOST_CLOSES = 4
_MOST_GROUPS = 2


def since(findings: Findings, top: int | None) -> Section | None:
    """Since when no move was as large: leads, indexes, and what was not seen for a year."""
    told = _worth_telling(findings)
    if not told:
        return None
    shown = told[:top]
    retold = Paragraph((*_since_sentences(shown[0]),), is_retelling=True)
    notes = (
        () if len(shown) == len(told) else (phrase("since.cut", shown=len(shown), known=len(told)),)
    )
    beside = (*_closes(findings), *_points(findings), *_groups(findings))
    limits = (*bounds.missing(told), *bounds.unchecked(told))
    return Section(
        "since",
        phrase(f"section.since_{_way(findings)}"),
        (
            retold,
            _table(shown),
            Paragraph((*notes, *_record_sentence(told[len(shown) :]))),
            *([Paragraph(beside)] if beside else []),
            *([Paragraph(limits)] if limits else []),
        ),
    )


def _way(findings: Findings) -> Direction:
    return Direction.FALL if findings.breadth.is_fall else Direction.RISE


def _leads(findings: Findings, told: Sequence[Since]) -> list[Since]:
    return [
        one for ticker in findings.leads for one in told if one.move.instrument.ticker == ticker
    ]


def _worth_telling(findings: Findings) -> list[Since]:
    """Pick the day's own direction: the leads first, then those longest without a move as large."""
    told = [one for one in findings.since if one.direction is _way(findings) and one.is_news]
    first = _leads(findings, told)
    rest = [
        one for one in told if one not in first and (one.move.instrument.is_index or _is_old(one))
    ]
    rest.sort(key=lambda one: (one.previous or one.history_from, one.move.instrument.ticker))
    return [*first, *rest]


def _is_old(one: Since) -> bool:
    return one.previous is None or (one.move.session - one.previous).days > _OLD


# --- the table ---


def _table(shown: Sequence[Since]) -> Table:
    """Return the table; a rank of the year stands in it where that is not the first throughout."""
    extreme = "low" if shown[0].direction is Direction.FALL else "high"
    is_ranked = any((one.rank_in_year or 1) > 1 for one in shown)
    year = (Column(phrase("column.rank_in_year"), Kind.RANK, 2),) if is_ranked else ()
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.move"), Kind.RETURN),
        Column(phrase("column.since"), Kind.DAY),
        Column(phrase("column.then"), Kind.RETURN, 4),
        Column(phrase("column.history"), Kind.DAY, 5),
        Column(phrase("column.rank_in_history"), Kind.RANK, 6),
        *year,
        Column(phrase(f"column.{extreme}_since"), Kind.MONTH, 1),
    )
    rows = (_since_row(one, extreme, is_ranked=is_ranked) for one in shown)
    return Table(columns, tuple(rows))


def _since_row(one: Since, extreme: str, *, is_ranked: bool) -> Row:
    cells: tuple[Value, ...] = (
        one.move.instrument,
        one.move.price_return,
        one.previous or phrase("since.never"),
        one.previous_return,
        one.history_from,
        one.rank,
        *((one.rank_in_year,) if is_ranked else ()),
        _close_cell(one, extreme),
    )
    return Row(cells, one.move.instrument)


def _close_cell(one: Since, extreme: str) -> Value:
    if not one.is_close_known:
        return None
    if not one.is_close_news:
        return phrase("since.recent")
    return one.close_since or phrase(f"since.ever_{extreme}")


# --- sentences ---


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


def _since_sentences(one: Since) -> Iterator[Phrase]:
    """Say one instrument's since, its rank in the year, and how usual such a day is."""
    yield _since_sentence(one)
    is_of_year = one.previous is not None and one.previous.year == one.move.session.year
    if one.rank_in_year is not None and is_of_year:
        yield phrase(f"since.{one.direction}_in_year", n=one.rank_in_year, rank=one.rank_in_year)
    if one.multiple is not None:
        yield phrase("since.multiple", ratio=one.multiple)


def _since_sentence(one: Since) -> Phrase:
    """Say one instrument's since; its age and its rank only where they are worth a word."""
    if one.previous is None:
        return phrase(
            f"since.{one.direction}_record",
            share=one.move.instrument,
            move=one.move.price_return,
            start=one.history_from,
        )
    is_old = (one.move.session - one.previous).days >= _LONG_AGO
    is_news = 1 < one.rank <= _NOTABLE_RANK and is_old
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


def _closes(findings: Findings) -> Iterator[Phrase]:
    """Say since when leads and indexes did not close so low, or after a rise so high."""
    told = [one for one in findings.since if one.direction is _way(findings) and one.is_close_news]
    first = _leads(findings, told)
    indexes = [one for one in told if one.move.instrument.is_index and one not in first]
    some = [*first, *indexes][:_MOST_CLOSES]
    extreme = "low" if _way(findings) is Direction.FALL else "high"
    named = (*_close_records(some, extreme), *_dated_closes(some, extreme))
    if named:
        yield phrase("since.closes", named=named)


def _close_records(some: Sequence[Since], extreme: str) -> Iterator[Phrase]:
    records = [one for one in some if one.close_since is None]
    for start, sharing in _by_start(records).items():
        named = tuple(phrase("item.named_short", share=one.move.instrument) for one in sharing)
        yield phrase(f"since.{extreme}_record", named=named, n=len(named), start=start)


def _dated_closes(some: Sequence[Since], extreme: str) -> Iterator[Phrase]:
    dated = [one for one in some if one.close_since is not None]
    for start, sharing in _by_start(dated).items():
        named = tuple(_dated_close(one, extreme, is_first=not at) for at, one in enumerate(sharing))
        yield phrase("since.in_data", named=named, start=start)


def _dated_close(one: Since, extreme: str, *, is_first: bool) -> Phrase:
    since, place = one.close_since or one.history_from, "first" if is_first else "next"
    span = Span(since, one.move.session)
    return phrase(f"since.{extreme}_{place}", share=one.move.instrument, month=since, span=span)


def _by_start(some: Sequence[Since]) -> dict[date, list[Since]]:
    """Sort by where the data begin, so that it is said once."""
    found: dict[date, list[Since]] = {}
    for one in some:
        found.setdefault(one.history_from, []).append(one)
    return found


def _points(findings: Findings) -> Iterator[Phrase]:
    """Name the indexes that never moved by so many points in the data held."""
    way = _way(findings)
    told = [one for one in findings.since if one.direction is way and one.is_news]
    records = [one for one in told if one.points is not None and one.points.rank == 1]
    if len(records) > MOST_NAMED:  # those that moved most, since a day that all hold
        largest = sorted(records, key=lambda one: -one.move.size)
        named = some_of([_points_item(one) for one in largest], more_indexes)
        start = max(one.history_from for one in records)
        yield phrase(f"since.{way}_points", named=named, start=start)
        return
    for start, sharing in _by_start(records).items():
        named = tuple(map(_points_item, sharing))
        yield phrase(f"since.{way}_points", named=named, start=start)


def _points_item(one: Since) -> Phrase:
    index = one.move.instrument
    return phrase("since.points_item", index=index, change=money(index, one.move.change))


def _groups(findings: Findings) -> Iterator[Phrase]:
    """Say since when groups did not move so far on the average, those longest ago first."""
    news = [
        one
        for one in findings.group_since
        if one.direction is _way(findings) and _is_old_group(findings, one)
    ]
    news.sort(key=lambda one: one.place.previous or one.history_from)
    titles = {group.id: group.title for group in findings.inquiry.watchlist.groups}
    for one in news[:_MOST_GROUPS]:
        form = "record" if one.place.previous is None else "since"
        yield phrase(
            f"since.group_{one.direction}_{form}",
            group=titles[one.id],
            mean=one.mean,
            day=one.place.previous,
            then=one.place.value,
            start=one.history_from,
        )


def _is_old_group(findings: Findings, one: GroupSince) -> bool:
    previous = one.place.previous
    return previous is None or (findings.inquiry.day - previous).days > _OLD
