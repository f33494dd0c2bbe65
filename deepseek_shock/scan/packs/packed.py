"""A packed history: what its manifest and its days say, read with the standard library alone.

A pack is a folder. `manifest.json` names every other file of it by name, size and hash, and is the
last to be written: whoever has read it knows one whole pack. Its parts hold the rows ordered by
ticker and session, no ticker in two of them; nothing need be looked up to know that. Its days are
those of a scan of the same rows, for reports, which must not wait.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.errors import FileError
from deepseek_shock.scan.packs.manifest import AGAIN, KIND, Days, Manifest, Part, decode
from deepseek_shock.scan.reading import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Generator

MANIFEST = "manifest.json"
READERS = ".readers.lock"
JOURNAL = ".packing.json"
"""What is done of a pack that is being made: a manifest of its parts so far."""

_NOT_WHOLE = "`shock scan --pack` goes on where it stopped"
_BLOCK = 1 << 20


class Packed(NamedTuple):
    """A whole pack in its folder; `sha256` is that of its manifest, and so of all of it."""

    folder: Path
    manifest: Manifest
    sha256: str

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files of rows, in the order of their tickers."""
        return tuple(self.folder / part.file for part in self.manifest.parts)


def is_pack(folder: Path) -> bool:
    """Tell whether a folder holds a pack, whole or not, by what its manifest calls itself.

    Without a manifest by the journal of a pack that is being made.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return read_journal(folder) is not None
    except OSError:
        return False
    return f'"{KIND}"'.encode() in content[:_BLOCK]


def check_apart(path: str, error: DamagedFileError) -> None:
    """Raise what is wrong with a file that is of a pack: without it, this is not what it says."""
    if is_pack(Path(path).parent):
        raise DamagedFileError(error.file, error.why, hint=AGAIN) from error


@contextmanager
def opened(folder: Path, *, is_strict: bool = False) -> Generator[Packed, None, None]:
    """Read a pack, whose files stay for as long as the block runs, whoever packs anew.

    Raises as `read_pack` does.
    """
    held = _hold(folder)
    try:
        yield read_pack(folder, is_strict=is_strict)
    finally:
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Share the lock that whoever removes old files must have alone; `None` where none can be."""
    try:
        held = os.open(folder / READERS, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_SH)
    except OSError:  # a disk without locks: then no more is promised than files that are open
        os.close(held)
        return None
    return held


def read_pack(folder: Path, *, is_strict: bool = False) -> Packed:
    """Read a pack's manifest, and look whether its files are there in their sizes.

    With `is_strict` every byte is held against its hash. Raises `FileError` for what is no pack,
    not whole, or not as it was written.
    """
    content = _read(folder)
    packed = Packed(folder, decode(folder / MANIFEST, content), sha256(content).hexdigest())
    days = packed.manifest.days
    for one in (*packed.manifest.parts, *(() if days is None else (days,))):
        check_file(folder, one, is_strict=is_strict)
    return packed


def _read(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        what, hint = "is not there", "name a folder that `shock scan --pack` has made"
        if folder.is_dir():
            is_begun = (folder / JOURNAL).exists()
            what = "is a pack that is not whole" if is_begun else "holds no packed history"
            hint = _NOT_WHOLE if is_begun else hint
        raise FileError(str(folder), what, hint=hint) from error
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise FileError(str(folder / MANIFEST), what, hint="check its permissions") from error


def check_file(folder: Path, one: Part | Days, *, is_strict: bool) -> None:
    """Hold a file against what the manifest says of it. Raises `FileError`."""
    path = folder / one.file
    try:
        size = path.stat().st_size
        is_same = size == one.size and (not is_strict or hash_file(path) == one.sha256)
    except OSError as error:
        raise FileError(str(path), "is missing from the pack", hint=AGAIN) from error
    if not is_same:
        raise FileError(str(path), "is not what the pack's manifest says", hint=AGAIN)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, which need not fit into memory."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_journal(folder: Path) -> Manifest | None:
    """Return what is done of a pack in the making; `None` where none is, or it is not readable."""
    try:
        return decode(folder / JOURNAL, (folder / JOURNAL).read_bytes())
    except (OSError, FileError):
        return None
