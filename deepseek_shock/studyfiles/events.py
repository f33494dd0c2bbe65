"""The events of a study: an instrument and a date each, with a group, an id and a benchmark."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.cells import Days, Unreadable, is_missing
from deepseek_shock.providers.tabular.columns import list_columns
from deepseek_shock.studyfiles.headers import (
    Meaning,
    check_header,
    find_columns,
    spell_name,
    word,
)
from deepseek_shock.studyfiles.records import Records, open_records

ALL = "all"
"""The group of events whose file names none."""

_WANTED = (
    Meaning.INSTRUMENT,
    Meaning.DATE,
    Meaning.GROUP,
    Meaning.EVENT,
    Meaning.BENCHMARK,
)
_NEEDED = _WANTED[:2]
_OTHERWISE = {Meaning.INSTRUMENT: ("name", "id"), Meaning.EVENT: ("id",)}


class EventRow(NamedTuple):
    """A row of the file; `id` is its line where no column gives one."""

    id: str
    instrument: str
    group: str
    day: date
    benchmark: str | None
    line: int


class EventTable(NamedTuple):
    """The events as they stand in the file: none is joined, dropped or put in another order.

    `repeated` counts the rows that name an instrument and a date which an earlier row of the same
    group names too. They are kept, since only the author knows whether they are two events.
    """

    path: str
    rows: tuple[EventRow, ...]
    repeated: int


def read_events(path: Path) -> EventTable:
    """Read a CSV or Parquet file of events.

    Raises `FileError` with the line for a row without an instrument or a date, for a date that
    cannot be read, and for an id that stands twice.
    """
    records = open_records(path, "events")
    at = _find_columns(records)
    days = Days(lambda: records.cells(at[Meaning.DATE]))
    rows = [
        _read_row(records, at, days, number, line, cells)
        for number, (line, cells) in enumerate(records.cells_by_row())
        if any(map(str.strip, cells))
    ]
    if not rows:
        raise FileError(
            records.path, "holds no event", hint="a header, and a row for each event, are needed"
        )
    if Meaning.EVENT in at:
        _check_ids(records, rows)
    named = {(one.instrument, one.group, one.day) for one in rows}
    return EventTable(records.path, tuple(rows), len(rows) - len(named))


def _find_columns(records: Records) -> dict[Meaning, int]:
    labels = records.labels
    at = find_columns(records.path, labels, _WANTED, records.line)
    for meaning, words in _OTHERWISE.items():
        places = [place for place, label in enumerate(labels) if word(label) in words]
        free = [place for place in places if place not in at.values()]
        if meaning not in at and len(free) == 1:
            at[meaning] = free[0]
    lacking = [meaning for meaning in _NEEDED if meaning not in at]
    if lacking:
        check_header(records.path, labels, records.line, _example(labels))
        raise FileError(
            records.path,
            f"has no column {' and no column '.join(lacking)}; seen: {list_columns(labels)}",
            line=records.line,
            hint="instrument,date,group is a header that will do; group may be left out",
        )
    return at


def _example(labels: Sequence[str]) -> str:
    """Name columns that will do: of many, those of a request file of EventStudyTools."""
    if len(labels) >= len(_WANTED):
        return "event, instrument, benchmark, date, group"
    return "instrument, date, group"


def _read_row(  # noqa: PLR0913, PLR0917 -- a cell's place takes so many words
    records: Records,
    at: dict[Meaning, int],
    days: Days,
    number: int,
    line: int,
    cells: Sequence[str],
) -> EventRow:
    def cell(meaning: Meaning) -> str:
        place = at.get(meaning)
        text = "" if place is None or place >= len(cells) else cells[place]
        return "" if is_missing(text) else spell_name(text)

    for meaning in _NEEDED:
        if not cell(meaning):
            empty = Unreadable("is empty", "every event has its instrument and its date", line)
            records.complain(empty, number, at[meaning])
    try:
        day = days.read(cells[at[Meaning.DATE]])
    except Unreadable as error:
        records.complain(error, number, at[Meaning.DATE])
    return EventRow(
        id=cell(Meaning.EVENT) or str(line),
        instrument=cell(Meaning.INSTRUMENT),
        group=cell(Meaning.GROUP) or ALL,
        day=day,
        benchmark=cell(Meaning.BENCHMARK) or None,
        line=line,
    )


def _check_ids(records: Records, rows: Sequence[EventRow]) -> None:
    """Refuse an id that stands for two events: what is found of each could not be told apart."""
    lines: dict[str, int] = {}
    for row in rows:
        if row.id in lines:
            raise FileError(
                records.path,
                f"the event {row.id!r} stands in line {lines[row.id]} too",
                line=row.line,
                hint="give each event its own id, or leave the column out",
            )
        lines[row.id] = row.line
