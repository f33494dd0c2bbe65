"""A folder for what a vendor's client writes for itself, also where runs were killed before.

Its process holds a lock in it. A run that is killed leaves the folder, and nobody who holds it: the
next run removes it, so that a machine whose runs are killed every night does not fill up.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from deepseek_shock.errors import OutputError

_HELD = "held"
_ROOM = 1 << 16  # bytes: more than what a client writes at first
_YOUNG = 60.0  # seconds: a folder may be so old before it is held
_FORGOTTEN = 86_400.0  # seconds after which one that was never held is nobody's


def make_scratch(prefix: str) -> Path:
    """Make a folder that is removed when this process ends, and remove those of killed ones.

    Raises `OutputError` where none can be made, or there is no room in it: of a client that meets
    that by itself it would be said that the vendor has failed.
    """
    _sweep(prefix)
    try:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        room = folder / "room"
        room.write_bytes(bytes(_ROOM))
        room.unlink()
    except OSError as error:
        raise OutputError(
            f"the folder for temporary files cannot be written to: {error.strerror or error}",
            hint="make room there, or name another folder in TMPDIR",
        ) from error
    with suppress(OSError):  # a disk that knows no locks: then it is as old as it looks
        held = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # until the process has ended
    return folder


def _sweep(prefix: str) -> None:
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            with suppress(OSError):
                if _is_ours(folder) and _is_left(folder):
                    shutil.rmtree(folder)


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is one, and this user's: others put there what they like."""
    return folder.is_dir() and not folder.is_symlink() and folder.lstat().st_uid == os.geteuid()


def _is_left(folder: Path) -> bool:
    """Tell whether no process holds a folder any more."""
    age = time.time() - folder.stat().st_mtime
    if age < _YOUNG:
        return False
    try:
        held = os.open(folder / _HELD, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return age > _FORGOTTEN
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(held)
    return True
