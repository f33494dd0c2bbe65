"""Where the rows of a scan came from, as every document names its sources."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.market.bars import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from deepseek_shock.analysis.scanned import ScanCounts, ScanDay

NAME = "files"
_NAMED = 3  # paths


def describe(
    paths: Sequence[str],
    files: Iterable[str],
    days: Sequence[ScanDay],
    counts: ScanCounts,
) -> Source:
    """Describe what was gone through: `paths` as typed, `files` as they can be opened.

    It was retrieved when the newest file was last written; of files that are not on this machine
    nothing is known.
    """
    sessions = [day.session for day in days]
    return Source(
        NAME,
        _name(paths),
        _newest(files),
        min(sessions, default=None),
        max(sessions, default=None),
        fingerprint(days, counts),
    )


def fingerprint(days: Iterable[ScanDay], counts: ScanCounts) -> str:
    """Return the hash of what was counted: of every session's counts and mean, in order.

    Not of the files' bytes: reading these twice would take as long as the scan, and the same rows
    in another layout would have another hash. Sums are exact, so that one changed close changes it,
    while a pack, a sort, a cluster or another number of threads does not.
    """
    digest = sha256(repr(tuple(counts)).encode())
    for calendar, some in groupby(days, key=attrgetter("calendar")):
        held = list(some)
        digest.update(f"{calendar} {len(held)}\n".encode())
        ordinals = np.array([day.session.toordinal() for day in held], "<i8")
        means = np.array([day.mean for day in held], "<f8")
        whole = np.array([(*day[2:3], *day[4:9]) for day in held], "<i8")
        for column in (ordinals, means, whole):
            digest.update(column.tobytes())
    return digest.hexdigest()


def _name(paths: Sequence[str]) -> str:
    """Name what was typed by the last part of each path, and nothing of this machine."""
    return list_some([PurePath(path).name or path for path in paths])


def list_some(names: Sequence[str]) -> str:
    """List the first few names, and say how many more there are."""
    more = f" and {len(names) - _NAMED} more" if names[_NAMED:] else ""
    return ", ".join(names[:_NAMED]) + more


def _newest(files: Iterable[str]) -> str:
    """Return when the newest of some files was written, as an instant of ISO 8601."""
    written: list[float] = []
    for file in files:
        try:
            written.append(Path(file).stat().st_mtime)
        except OSError:
            continue
    return spell_newest(written)


def spell_newest(written: Collection[float]) -> str:
    """Return the last of some times (seconds since 1970) as an instant; of none nothing."""
    if not written:
        return ""
    newest = datetime.fromtimestamp(max(written), UTC).replace(microsecond=0)
    return newest.isoformat().replace("+00:00", "Z")
