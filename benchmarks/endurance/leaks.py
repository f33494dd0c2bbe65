"""What is left of runs: files that nobody will read, and whether peak memory creeps up."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from place import Place

_SITE = re.compile(r"\d{4}-\d\d-\d\d\.html|index\.html|feed\.xml")
_SHELF = re.compile(r"\d{4}-\d\d-\d\d\.(json\.gz|entry\.json)|site\.json|checked\.json|lock")
_OUT = re.compile(r"(\d{4}-\d\d-\d\d|latest)\.(json|html)|evidence\.zip")
_STORE = re.compile(r"store\.db(\.lock|-wal|-shm)?")
_HOME = re.compile(r"watched\.toml")
_MEGABYTE = 1 << 20
_FEWEST = 20  # runs a quarter: of fewer nothing can be told
MOST_GROWTH = 8 * _MEGABYTE
"""By how much a run may need more than one that begins with nothing; noise is about 2 MB."""


def leftovers(place: Place) -> list[str]:
    """List what stands in the folders of all runs and belongs to no page, report or store."""
    return sorted(str(file.relative_to(place.root)) for file in _unknown(place))


def _unknown(place: Place) -> Iterator[Path]:
    shelf = place.site / ".shock"
    for file in _files(place.site):
        pattern = _SHELF if file.parent == shelf else _SITE
        if file.parent not in (place.site, shelf) or not pattern.fullmatch(file.name):
            yield file
    for folder, pattern in ((place.out, _OUT), (place.home, _HOME)):
        for file in _files(folder):
            is_store = file.parent == place.store.parent and _STORE.fullmatch(file.name)
            if not is_store and not (file.parent == folder and pattern.fullmatch(file.name)):
                yield file
    yield from place.temp.iterdir()


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.rglob("*") if not file.is_dir())


def age(place: Place) -> None:
    """Let what is left of killed runs look an hour old: the young are spared by those that tidy."""
    an_hour_ago = time.time() - 3600
    for folder in (place.home, place.site, place.out, place.temp):
        for file in folder.rglob("*"):
            if file.is_dir() or file.suffix in (".tmp", ".lock"):
                os.utime(file, (an_hour_ago, an_hour_ago))


def count_files(place: Place) -> int:
    """Count all files of all runs."""
    return sum(
        1 for folder in (place.home, place.site, place.out, place.temp) for _ in _files(folder)
    )


def size(folder: Path) -> int:
    """Return the bytes in a folder."""
    return sum(file.stat().st_size for file in _files(folder))


def growth(peaks: Sequence[int]) -> int:
    """Return by how many bytes the last quarter of runs exceeds the first, at either end.

    Runs are of two kinds, those that ask the vendor and those that the store serves: held against
    each other are the tenth from below and the tenth from above, not a middle that lies between.
    The vendor's history grows by a year and a half meanwhile, which every run has to read.
    """
    quarter = len(peaks) // 4
    if quarter < _FEWEST:
        return 0
    first, last = (sorted(part) for part in (peaks[:quarter], peaks[-quarter:]))
    tenth = quarter // 10
    return max(last[tenth] - first[tenth], last[-1 - tenth] - first[-1 - tenth])
