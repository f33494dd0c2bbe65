"""What a pack consists of, and its manifest as JSON: the standard library alone."""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from deepseek_shock.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
"""Rises by one when a file of a pack changes its meaning."""

KIND = "shock pack"
BESIDE_ROWS = re.compile(r"manifest\.json|days-[0-9a-f]{8}\.csv")
"""What a pack has besides its rows."""

_OWN_FILE = re.compile(r"[\w-]+\.(?:parquet|csv)")  # a bare name: no path leads out of the folder

AGAIN = "`shock scan --pack` makes it again from its source"


class Part(NamedTuple):
    """A file of whole tickers, ordered by ticker and session; `size` in bytes."""

    file: str
    rows: int
    tickers: int
    first_ticker: str
    last_ticker: str
    first_session: date
    last_session: date
    size: int
    sha256: str


class Days(NamedTuple):
    """The file of the sessions: how many, of which calendar setting, and from how many moves on."""

    file: str
    rows: int
    calendar: str
    least: int
    size: int
    sha256: str


_Own = TypeVar("_Own", Part, Days)


class Origin(NamedTuple):
    """A file that rows came from; `changed` in nanoseconds since 1970, by its file system."""

    file: str
    size: int
    changed: int


class Omitted(NamedTuple):
    """A file of which no row was taken, and why."""

    file: str
    why: str


class Manifest(NamedTuple):
    """What stands in a pack's manifest.

    `columns` are the user's own names of the source's columns, `layout` how its rows were taken:
    `ordered`, as they stood, or `sorted`. Of these `repeated` came a second time for a
    ticker and session, and were left out; in `disputed` of those the closes differed, and none
    counts. Two packs of one source have the same `fingerprint`.
    """

    origins: tuple[Origin, ...]
    columns: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    omitted: tuple[Omitted, ...] = ()
    layout: str = "ordered"
    repeated: int = 0
    disputed: int = 0
    days: Days | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(part.rows for part in self.parts)

    @property
    def tickers(self) -> int:
        """How many tickers there are."""
        return sum(part.tickers for part in self.parts)

    @property
    def fingerprint(self) -> str:
        """A hash of what the rows came from, and of how they are laid out."""
        origin = [FORMAT, self.origins, self.columns]
        return sha256(json.dumps(origin).encode()).hexdigest()


def encode(manifest: Manifest) -> bytes:
    """Return a manifest as JSON that proves itself: the last key is the hash of all before it."""
    said = _say(manifest)
    return _dump(said | {"sha256": _prove(said)})


def _say(manifest: Manifest) -> dict[str, Any]:
    return {
        "kind": KIND,
        "format": FORMAT,
        "source_layout": manifest.layout,
        "repeated": manifest.repeated,
        "disputed": manifest.disputed,
        "rows": manifest.rows,
        "tickers": manifest.tickers,
        "columns": dict(manifest.columns),
        "origins": [one._asdict() for one in manifest.origins],
        "omitted": [one._asdict() for one in manifest.omitted],
        "parts": [one._asdict() for one in manifest.parts],
        "days": manifest.days and manifest.days._asdict(),
    }


def _dump(said: Mapping[str, Any]) -> bytes:
    text = json.dumps(said, indent=1, default=date.isoformat)
    return f"{text}\n".encode()


def _prove(said: Mapping[str, Any]) -> str:
    return sha256(_dump(said)).hexdigest()


def decode(path: Path, content: bytes) -> Manifest:
    """Read a manifest back. Raises `FileError` for what was not written so, or since changed."""
    try:
        said = json.loads(content)
        proof = said.pop("sha256")
        if said["kind"] != KIND:
            _complain(path, "is not the manifest of a packed history")
        if said["format"] != FORMAT:
            _complain(path, f"is of format {said['format']}, and this shock reads {FORMAT}")
        if proof != _prove(said):
            _complain(path, "was changed after it was written")
        return _understand(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _no_manifest(path, "is not the manifest of a packed history") from error


def _complain(path: Path, what: str) -> NoReturn:
    raise _no_manifest(path, what)


def _no_manifest(path: Path, what: str) -> FileError:
    return FileError(str(path), what, hint=AGAIN)


def _understand(said: Mapping[str, Any]) -> Manifest:
    return Manifest(
        tuple(Origin(**one) for one in said["origins"]),
        tuple(said["columns"].items()),
        tuple(map(_part, said["parts"])),
        tuple(Omitted(**one) for one in said["omitted"]),
        *(said["source_layout"], said["repeated"], said["disputed"]),
        None if said["days"] is None else _check_own(Days(**said["days"])),
    )


def _part(said: Mapping[str, Any]) -> Part:
    first, last = (date.fromisoformat(said[f"{end}_session"]) for end in ("first", "last"))
    return _check_own(Part(**said))._replace(first_session=first, last_session=last)


def _check_own(one: _Own) -> _Own:
    """Return a file of the pack. Raises `ValueError` for one elsewhere, `TypeError` for a size."""
    if not _OWN_FILE.fullmatch(one.file):
        raise ValueError(one.file)
    if any(type(count) is not int for count in (one.rows, one.size)):
        raise TypeError(one.file)
    return one
