"""One run at a time on a site's folder."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deepseek_shock import runlock


@contextmanager
def locked(file: Path, seconds: float) -> Generator[None, None, None]:
    """Hold the lock on a file, which stays when all is done, for as long as the block runs.

    Raises `LockError` where another run holds it for longer than `seconds`.
    """
    try:
        # Bars may not be shown to everybody: a server under another name cannot look in.
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise runlock.unwritable(file, error) from error
    with runlock.locked(file, seconds, file.parent.parent):
        yield
