"""One run at a time: a lock that its holder's death gives back, so that none is ever stale."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from deepseek_shock.errors import LockError, OutputError

_PAUSE = 0.1  # seconds between two tries


@contextmanager
def locked(
    file: Path, seconds: float, place: Path, *, is_left: bool = True
) -> Generator[None, None, None]:
    """Hold the lock on a file for as long as the block runs.

    `place` is what the lock guards, as a message names it. The file stays when all is done, unless
    it is not to be left: then it is there only as long as a run holds it, or was killed while it
    did, which the next run does not mind. Raises `LockError` where another run holds it for longer
    than `seconds`, `OutputError` where the file cannot be had.
    """
    deadline = time.monotonic() + seconds
    held = _take(file)
    while held is None:
        if time.monotonic() >= deadline:
            raise LockError(
                f"another run is writing to {place}",
                hint="try again when it is done, or wait longer with --wait SECONDS",
            )
        time.sleep(_PAUSE)
        held = _take(file)
    try:
        yield
    finally:
        if not is_left:
            with suppress(OSError):
                file.unlink()  # while it is held: who waits for it finds out, and takes a new one
        os.close(held)


def clear(file: Path) -> None:
    """Remove a lock's file that nobody holds: its holder was killed. Raises nothing."""
    with suppress(OSError, OutputError):
        held = _take(file)
        if held is not None:
            with suppress(OSError):
                file.unlink()
            os.close(held)


def _take(file: Path) -> int | None:
    """Open a lock's file and take the lock, if nobody holds it."""
    held = _open(file)
    try:
        if _try(held, file) and _is_there(held, file):
            return held
    except BaseException:
        os.close(held)
        raise
    os.close(held)
    return None


def _is_there(held: int, file: Path) -> bool:
    """Tell whether the file is still the one that was opened: its holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(held), file.stat())
    except OSError:
        return False


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
