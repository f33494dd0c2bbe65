"""The folder of a pack while it is made: whose it is, its lock, what may be removed from it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.errors import OutputError, UsageError
from deepseek_shock.runlock import locked
from deepseek_shock.scan.packs.manifest import Manifest, encode
from deepseek_shock.scan.packs.packed import JOURNAL, MANIFEST, READERS, is_pack, read_journal
from deepseek_shock.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable

_LOCK = ".pack.lock"
# Parts and sessions, whole or drafted, of this source and of earlier ones.
_OURS = re.compile(r"(part-\d{5,}-[0-9a-f]{8}\.parquet|days-[0-9a-f]{8}\.csv)")
_DRAFT = re.compile(r"\.(part-.*|days-.*|manifest\.json|\.packing\.json)\.\d+\.tmp")
_BYTES_A_ROW = 10


class PackFolder(NamedTuple):
    """A folder that a pack is made in; its files are named after their source's fingerprint."""

    root: Path

    def part(self, number: int, fingerprint: str) -> Path:
        """Return where a file of rows stands."""
        return self.root / f"part-{number:05}-{fingerprint[:8]}.parquet"

    def write_journal(self, manifest: Manifest) -> None:
        """Note what is done, for the run that goes on after this one was killed."""
        write_whole(encode(manifest), self.root / JOURNAL)

    def read_journal(self) -> Manifest | None:
        """Return what an earlier run has done."""
        return read_journal(self.root)

    def remove_journal(self) -> None:
        """End the making of a pack."""
        (self.root / JOURNAL).unlink(missing_ok=True)

    def remove_drafts(self) -> None:
        """Remove what a killed run had not finished."""
        self._remove(one for one in self._names() if _DRAFT.fullmatch(one))

    def remove_all_but(self, kept: Collection[str]) -> None:
        """Remove the files of earlier packs, unless somebody reads: then the next run does it."""
        with _alone(self.root / READERS) as is_alone:
            if is_alone:
                names = (one for one in self._names() if _OURS.fullmatch(one))
                self._remove(one for one in names if one not in kept)

    def _names(self) -> list[str]:
        return [one.name for one in self.root.iterdir()]

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.root / name).unlink(missing_ok=True)

    def check_room(self, rows: int) -> None:
        """Refuse a disk that has not room for so many rows, as far as can be told."""
        needed, free = rows * _BYTES_A_ROW, shutil.disk_usage(self.root).free
        if free < needed:
            raise OutputError(
                f"{self.root} has room for {free >> 20:,} MiB, and the pack needs about "
                f"{needed >> 20:,}",
                hint="make room, or name a folder on another disk",
            )


@contextmanager
def _alone(file: Path) -> Generator[bool, None, None]:
    """Tell whether nobody reads the pack, and let nobody begin as long as the block runs."""
    held = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        is_alone = False
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_alone = True
        yield is_alone
    finally:
        os.close(held)


@contextmanager
def claimed(root: Path, seconds: float) -> Generator[PackFolder, None, None]:
    """Give the folder to this run alone, and make it where there is none.

    Raises `OutputError` for a folder that is somebody else's, `LockError` where another run packs
    into it for longer than `seconds`.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        strange = [] if _is_ours(root) else _find_strange(root)
    except OSError as error:
        raise OutputError(
            f"{root} cannot be written: {error.strerror or error}",
            hint="name a folder that you may write to",
        ) from error
    if strange:
        raise OutputError(
            f"{root} is not empty and holds no packed history: {strange[0]}",
            hint="name an empty folder, or one that is not there yet",
        )
    with locked(root / _LOCK, seconds, root):
        (root / READERS).touch()
        folder = PackFolder(root)
        folder.remove_drafts()
        yield folder


def _find_strange(root: Path) -> list[str]:
    """Return what lies in a folder, first what is not named as we name files."""
    names = sorted(one.name for one in root.iterdir())
    return sorted(names, key=_is_named_by_us)


def _is_named_by_us(name: str) -> bool:
    if name in (_LOCK, READERS, MANIFEST, JOURNAL):
        return True
    return (_OURS.fullmatch(name) or _DRAFT.fullmatch(name)) is not None


def _is_ours(root: Path) -> bool:
    """Tell by a manifest or a journal, or by there being nothing of anybody's.

    Where our lock lies, what is named as we name files is ours, though the manifest be lost.
    """
    names = [one.name for one in root.iterdir()]
    if all(one in (_LOCK, READERS) or _DRAFT.fullmatch(one) for one in names):
        return True
    return is_pack(root) or (_LOCK in names and all(map(_is_named_by_us, names)))


def check_apart(root: Path, paths: Iterable[str]) -> None:
    """Refuse a pack among the files that it is made of, and files that stand in the pack."""
    folder = root.resolve()
    for path in (Path(one).resolve() for one in paths):
        if folder == path or folder in path.parents or (path in folder.parents and path.is_dir()):
            raise UsageError(
                f"the pack {root} and its source {path} stand in one another",
                hint="name a folder for the pack beside its source, not inside",
            )
