"""A capsule's file: a zip whose bytes depend on nothing but its parts, read within bounds.

The parts are stored as they are: how well a zip is packed differs between machines, and would make
two of the same evidence. They stand in the order in which they are given, all of the first day that
a zip can name. What is read is held to that byte for byte, and never unpacked to the disk.
"""

import re
import stat
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from deepseek_shock.errors import FileError

LARGEST_FILE = 1 << 28
"""Bytes of a capsule: one of a thousand shares with ten years of bars has a quarter of them."""
MOST_PARTS = 256
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9]+)?(?:/[a-z0-9]+)?")
_LONGEST_NAME = 64
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = (stat.S_IFREG | 0o644) << 16
_ENCRYPTED = 0x1
_HINT = "the file was changed, cut off or is no capsule; take it from where it was kept"


def write_archive(parts: Mapping[str, bytes]) -> bytes:
    """Return the zip of these parts, by name. Raises `ValueError` for what could not be read."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            if not _is_name(name):
                raise ValueError(f"{name!r} is no part's name")
            info = ZipInfo(name, _FIRST_DAY)
            info.create_system = _UNIX  # whatever system this is
            info.external_attr = _MODE
            archive.writestr(info, content)
    written = file.getvalue()
    if len(written) > LARGEST_FILE or len(parts) > MOST_PARTS:
        raise ValueError("a capsule of this size could not be read")
    return written


def read_archive(path: Path) -> dict[str, bytes]:
    """Return a capsule's parts, by name. Raises `FileError` for anything but what is written."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(str(path), f"cannot be read: {reason}", hint="name a capsule") from error
    if len(data) > LARGEST_FILE:
        _refuse(path, f"is larger than {LARGEST_FILE:,} bytes")
    try:
        with ZipFile(BytesIO(data)) as archive:
            found = _take_parts(path, archive)
    # The zip module lets through what its own parsing meets.
    except (BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        _refuse(path, f"is no capsule: {error}", error)
    except (EOFError, struct.error, zlib.error, IndexError, OverflowError) as error:
        _refuse(path, f"is no capsule: {type(error).__name__}", error)
    # Else it could say other things to other programs: before the parts, behind them, between them.
    if write_archive(found) != data:
        _refuse(path, "holds bytes that are of no part, or is not the zip that shock writes")
    return found


def _take_parts(path: Path, archive: ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MOST_PARTS:
        _refuse(path, f"has {len(infos):,} parts: a capsule has {MOST_PARTS} at most")
    if sum(info.file_size for info in infos) > LARGEST_FILE:
        _refuse(path, "holds parts that lie on one another")  # they are more than the file
    found: dict[str, bytes] = {}
    for info in infos:
        if (fault := _find_fault(info, found)) is not None:
            _refuse(path, f"{info.filename!r:.{_LONGEST_NAME}} {fault}")
        found[info.filename] = archive.read(info)
    return found


def _find_fault(info: ZipInfo, found: Mapping[str, bytes]) -> str | None:
    """Tell why an entry is none of a capsule's; of packed ones nobody could tell the size."""
    if not _is_name(info.filename) or info.orig_filename != info.filename:
        return "is no part's name"
    if info.filename in found:
        return "is there twice"
    if info.compress_type != ZIP_STORED or info.compress_size != info.file_size:
        return "is packed, which no part of a capsule is"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    return None


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def _refuse(path: Path, what: str, cause: Exception | None = None) -> NoReturn:
    raise FileError(str(path), what, hint=_HINT) from cause
