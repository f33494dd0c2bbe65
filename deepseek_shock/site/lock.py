"""One run at a time on a site's folder."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deepseek_shock import runlock


class Hold:
    """A run's hold on a site: it has the lock already, or takes it when there is a page to write.

    The latter is for the first run of a site: where it fails, there shall be no folder. A lock is
    the property of an open file: to take it twice would be to wait for oneself.
    """

    def __init__(self, file: Path, seconds: float, *, is_held: bool = False) -> None:
        self._file = file
        self._seconds = seconds
        self.is_held = is_held

    @contextmanager
    def writing(self) -> Generator[None, None, None]:
        """Have the lock for as long as the block runs. Raises as `locked`."""
        if self.is_held:
            yield
            return
        with locked(self._file, self._seconds):
            self.is_held = True
            try:
                yield
            finally:
                self.is_held = False


@contextmanager
def held(file: Path, seconds: float) -> Generator[Hold, None, None]:
    """Hold a site from now on, if there is one. Raises as `locked`."""
    if not file.parent.is_dir():
        yield Hold(file, seconds)
        return
    with locked(file, seconds):
        hold = Hold(file, seconds, is_held=True)
        try:
            yield hold
        finally:
            hold.is_held = False


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
