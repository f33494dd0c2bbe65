"""One run at a time: a lock that its holder's death gives back, so that none is ever stale."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deepseek_shock.errors import LockError, OutputError

_PAUSE = 0.1  # seconds between two tries


@contextmanager
def locked(file: Path, seconds: float, place: Path) -> Generator[None, None, None]:
    """Hold the lock on a file, which stays when all is done, for as long as the block runs.

    `place` is what the lock guards, as a message names it. Raises `LockError` where another run
    holds it for longer than `seconds`, `OutputError` where the file cannot be had.
    """
    held = _open(file)
    try:
        deadline = time.monotonic() + seconds
        while not _try(held, file):
            if time.monotonic() >= deadline:
                raise LockError(
                    f"another run is writing to {place}",
                    hint="try again when it is done, or wait longer with --wait SECONDS",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(held)


def _open(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise unwritable(file, error) from error


def unwritable(file: Path, error: OSError) -> OutputError:
    """Return what to raise where a lock's file or folder cannot be made."""
    return OutputError(
        f"{file} cannot be written: {error.strerror or error}",
        hint="name a folder that you may write to",
    )


def _try(held: int, file: Path) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise OutputError(
            f"{file} cannot be locked: {error.strerror or error}",
            hint="the disk must know locks: a local one does, a network's may not",
        ) from error
    return True
