"""From paths as they are typed to the files of a history.

A path is a file, a folder or a glob. In folders, and in those inside them, what is not data is left
out: hidden names, names in `_` (what Spark writes beside its files) and checksums; in a packed
folder its own two tables, too. Whatever else is no table is foreign and is named.
"""

from __future__ import annotations

import os
import re
import stat
from enum import StrEnum
from functools import cache
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from deepseek_shock.errors import FileError, UsageError, near_matches
from deepseek_shock.scan.packs.manifest import BESIDE_ROWS
from deepseek_shock.scan.packs.packed import is_pack, read_pack
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.spellings import spell
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARQUET_ENDINGS = (".parquet", ".pq", ".parq")
TEXT_ENDINGS = tuple(
    kind + packing for packing in (".gz", ".zst", "") for kind in (".csv", ".tsv", ".txt")
)

_MAGIC = b"PAR1"
_COPY = re.compile(r" \(\d+\)$")  # a browser's second download
_SUFFIX = re.compile(r"_(us|jp|t)$", re.IGNORECASE)
_NOT_DATA = (".crc", "~")
_PACKED = "manifest.json"
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


class FileKind(StrEnum):
    """What a file is read by."""

    PARQUET = "parquet"
    TEXT = "text"


class DataFile(NamedTuple):
    """A file of a history.

    `name` is what messages call it, `path` is absolute, `partitions` are the columns that its
    folders tell (`year=2024/`), `size` is in bytes.
    """

    name: str
    path: str
    kind: FileKind
    size: int
    partitions: tuple[tuple[str, str], ...] = ()

    @property
    def ticker(self) -> str:
        """The ticker that the file is named after, if it is."""
        return ticker_of_name(os.path.basename(self.path))  # noqa: PTH119 -- thousands of files


class Found(NamedTuple):
    """The files of a history, in a stable order, and what lay beside them, each with why."""

    files: tuple[DataFile, ...]
    foreign: tuple[tuple[str, str], ...]


def find_files(paths: Sequence[str]) -> Found:
    """Find the files; a file that is found twice is one file.

    Raises `UsageError` where no path is given, `FileError` where one leads to nothing.
    """
    if not paths:
        raise UsageError("no path is given", hint="name a file, a folder or a glob of prices")
    files: dict[tuple[int, int], DataFile] = {}
    foreign: dict[str, tuple[str, str]] = {}
    for typed in paths:
        for name, is_named in _list(typed):
            absolute = os.path.abspath(name)  # noqa: PTH100 -- `resolve` would follow links
            found = _look_at(name, is_named=is_named)
            if isinstance(found, str):
                foreign.setdefault(absolute, (name, found))
            elif (key := (found.st_dev, found.st_ino)) not in files:
                files[key] = _describe(name, absolute, found.st_size)
        if not files and not foreign:
            raise FileError(typed, "holds no table", hint="Parquet and CSV are read")
    return Found(tuple(files.values()), tuple(foreign.values()))


@cache
def ticker_of_name(name: str) -> str:
    """Return the ticker that a file is named after: of `nvda.us.txt`, `5803_T.parquet`."""
    lower = name.lower()
    ending = next((one for one in TEXT_ENDINGS + PARQUET_ENDINGS if lower.endswith(one)), "")
    stem = _COPY.sub("", name[: len(name) - len(ending)])
    return spell(_SUFFIX.sub(r".\1", stem.removesuffix("_d")))


def _list(typed: str) -> Iterator[tuple[str, bool]]:
    """List the files of one path, and whether each was named itself."""
    path = str(expand(typed))
    if os.path.isdir(path):  # noqa: PTH112 -- a glob may give thousands
        yield from ((name, False) for name in _walk(path, set()))
    elif os.path.lexists(path):
        yield path, True
    elif has_magic(path):
        yield from _match(typed, path)
    else:
        raise FileError(typed, "does not exist", hint=_suggest(path))


def _match(typed: str, path: str) -> Iterator[tuple[str, bool]]:
    matches = sorted(glob(path, recursive=True), key=_order)  # noqa: PTH207 -- absolute globs, too
    if not matches:
        raise FileError(typed, "matches no file", hint="is the glob right? ** goes into folders")
    is_deep = "**" in path
    for match in matches:
        if not os.path.isdir(match):  # noqa: PTH112 -- there may be thousands
            if not _is_beside(os.path.basename(match), is_packed=False):  # noqa: PTH119 -- the same
                yield match, not is_deep
        elif not is_deep:
            yield from ((name, False) for name in _walk(match, set()))


def _suggest(path: str) -> str:
    folder = Path(path).parent
    if not folder.is_dir():
        return f"there is no folder {folder} either"
    near = near_matches(Path(path).name, sorted(one.name for one in Path(folder).iterdir()))
    return f"did you mean {', '.join(near)}?" if near else "name a file, a folder or a glob"


def _walk(folder: str, above: set[str]) -> Iterator[str]:
    """List the files of a folder, its own before those of the folders inside it."""
    real = os.path.realpath(folder)
    if real in above:  # a link that leads back up
        return
    if is_pack(Path(folder)):  # what its manifest does not name is of another pack
        yield from map(str, read_pack(Path(folder)).paths)
        return
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: _order(entry.name))
    except OSError as error:
        raise FileError(
            folder, f"cannot be read: {error.strerror}", hint="check the permissions"
        ) from error
    is_packed = any(entry.name == _PACKED for entry in found)
    kept = [entry for entry in found if not _is_beside(entry.name, is_packed=is_packed)]
    folders = [entry for entry in kept if entry.is_dir()]
    yield from (entry.path for entry in kept if not entry.is_dir())
    for entry in folders:
        yield from _walk(entry.path, above | {real})


def _is_beside(name: str, *, is_packed: bool) -> bool:
    """Tell whether a name is of what programs write beside data."""
    if name.startswith((".", "_")) or name.endswith(_NOT_DATA):
        return True
    return is_packed and BESIDE_ROWS.fullmatch(name) is not None


def _order(name: str) -> list[tuple[int, int | str]]:
    """Order names as people do: part-2 before part-10."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(one)) if one.isdecimal() else (1, one) for one in parts]


def _look_at(name: str, *, is_named: bool) -> os.stat_result | str:
    """Return what the disk says of a file, or why it is none of ours.

    One that was named itself may be called as it likes.
    """
    try:
        found = os.stat(name)  # noqa: PTH116 -- there may be thousands
    except FileNotFoundError:
        return "leads to a file that there is not"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return "is no file"
    if not is_named and not name.lower().endswith(TEXT_ENDINGS + PARQUET_ENDINGS):
        return "is neither Parquet nor CSV, by its name"
    return found


def _describe(name: str, absolute: str, size: int) -> DataFile:
    lower = name.lower()
    if lower.endswith(PARQUET_ENDINGS):
        kind = FileKind.PARQUET
    elif lower.endswith(TEXT_ENDINGS):
        kind = FileKind.TEXT
    else:
        kind = FileKind.PARQUET if _starts_as_parquet(absolute) else FileKind.TEXT
    return DataFile(name, absolute, kind, size, find_partitions(absolute))


def _starts_as_parquet(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- a path as text
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def check_filled(name: str, size: int) -> None:
    """Raise `DamagedFileError` for a file of no bytes, which some engines pass over in silence."""
    if not size:
        raise DamagedFileError(name, "is empty", hint="write or download it again")


def find_partitions(path: str) -> tuple[tuple[str, str], ...]:
    """Return the columns that the folders of a path tell: `year=2024/`."""
    folders = Path(path).parent.parts if "=" in path else ()
    pairs = (one.partition("=") for one in folders if "=" in one)
    return tuple(
        (unquote(name), "" if value == _NULL_PARTITION else unquote(value))
        for name, _, value in pairs
        if name
    )
