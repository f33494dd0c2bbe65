"""The sessions of a packed history as CSV, and where a report's day stands among them.

Medians are left out: a scan knows them only of the days that it lists.
"""

from __future__ import annotations

import csv
from datetime import date
from hashlib import sha256
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.analysis.scanned import ScanDay
from deepseek_shock.analysis.standings import find_standings
from deepseek_shock.errors import FileError
from deepseek_shock.scan.packs.manifest import AGAIN
from deepseek_shock.scan.packs.packed import Packed, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from deepseek_shock.analysis.scanned import Standing

_COLUMNS = (
    *("calendar", "session", "count", "mean", "risers", "fallers", "judged", "low", "unranked"),
)
_NONE = "none"  # the setting of a scan without calendars


def write_days(days: Iterable[ScanDay]) -> bytes:
    """Return sessions as CSV; a mean is written so that the same float comes back."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(_row, days))
    return out.getvalue().encode()


def _row(day: ScanDay) -> tuple[object, ...]:
    return (
        *(day.calendar or "", day.session.isoformat(), day.moves, repr(day.mean), day.risers),
        *(day.fallers, day.judged, day.low, day.unranked),
    )


def read_days(packed: Packed, calendars: Iterable[str | None] | None = None) -> tuple[ScanDay, ...]:
    """Read a pack's sessions, of these calendars alone if any are named.

    Raises `FileError` for a file that is not as it was written.
    """
    held = packed.manifest.days
    if held is None:
        raise FileError(str(packed.folder), "is a pack without its sessions", hint=AGAIN)
    path = packed.folder / held.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(str(path), "is missing from the pack", hint=AGAIN) from error
    if sha256(content).hexdigest() != held.sha256:
        raise FileError(str(path), "is not what the pack's manifest says", hint=AGAIN)
    wanted = None if calendars is None else {one or "" for one in calendars}
    return tuple(_parse(content.decode(), wanted))


def _parse(text: str, wanted: set[str] | None) -> Iterator[ScanDay]:
    rows = csv.reader(StringIO(text))
    next(rows)
    for calendar, session, count, mean, risers, fallers, judged, low, unranked in rows:
        if wanted is None or calendar in wanted:
            yield ScanDay(
                calendar or None,
                date.fromisoformat(session),
                *(int(count), float(mean), int(risers), int(fallers)),
                *(int(judged), int(low), int(unranked)),
            )


class Held(NamedTuple):
    """How many sessions a pack knows, over all calendars, and the last of them."""

    sessions: int
    last: date | None


def look(packed: Packed) -> Held:
    """Count the sessions of a pack. Raises as `read_days` does."""
    days = read_days(packed)
    return Held(len(days), max((day.session for day in days), default=None))


def find_in_pack(folder: Path, asked: Mapping[str, date]) -> tuple[Standing, ...]:
    """Place a report's sessions, by calendar, in a packed history; those not held have no line.

    A pack that was made without calendars knows dates only: whose session such a date was, only a
    report of one calendar can tell. Raises `FileError` for a folder that is no whole pack.
    """
    with opened(folder) as packed:
        held = packed.manifest.days
        is_bare = held is not None and held.calendar == _NONE
        if is_bare and len(asked) > 1:
            return ()
        sessions = {None if is_bare else calendar: day for calendar, day in asked.items()}
        days = read_days(packed, sessions)
    least = held.least if held else 0
    return tuple(
        one
        for calendar, session in sessions.items()
        for one in find_standings([day for day in days if day.calendar == calendar], session, least)
    )
