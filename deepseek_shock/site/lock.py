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
def locked(file: Path, seconds: float) -> Generator[None, None, None]:
    """Hold the lock on a file, which stays when all is done, for as long as the block runs.

    Raises `LockError` where another run holds it for longer than `seconds`.
    """
    held = _open(file)
    try:
        _wait(held, file, time.monotonic() + seconds)
        yield
    finally:
        os.close(held)


def _open(file: Path) -> int:
    try:
        # Bars may not be shown to everybody: a server under another name cannot look in.
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise OutputError(
            f"{file} cannot be written: {error.strerror or error}",
            hint="name a folder that you may write to",
        ) from error


def _wait(held: int, file: Path, deadline: float) -> None:
    while not _try(held, file):
        if time.monotonic() >= deadline:
            raise LockError(
                f"another run is writing to {file.parent.parent}",
                hint="try again when it is done, or wait longer with --wait SECONDS",
            )
        time.sleep(_PAUSE)


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
