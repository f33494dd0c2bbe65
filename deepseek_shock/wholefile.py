"""Files that are written whole or not at all."""

import os
import re
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from deepseek_shock.errors import OutputError

Write = Callable[[bytes, Path], None]

_YOUNG = 60.0  # seconds: no draft is written for so long


@contextmanager
def drafted(target: Path) -> Generator[Path, None, None]:
    """Give a file beside the target that is renamed into place: a reader never sees half of it.

    Parent folders are made. Raises `OutputError`, and leaves an old file as it was.
    """
    try:
        file = Path(os.path.realpath(target))  # a link stays a link; what it leads to is replaced
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():
            yield file  # a device or a pipe cannot be renamed over
            return
        draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
        try:
            yield draft
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{target} cannot be written: {error.strerror or error}",
            hint="check the folder's permissions and the room on the disk",
        ) from error


def sweep(folder: Path, names: str) -> None:
    """Remove the drafts that killed runs have left of files whose names match a pattern.

    A draft is left where the process whose number it bears is gone, and it is not quite new: on a
    disk that machines share, the process may be at work on another one. What cannot be removed
    stays.
    """
    pattern = re.compile(rf"\.(?:{names})\.(\d+)\.tmp")
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208 -- a year of it in half the time
            if (match := pattern.fullmatch(name)) and not _is_running(int(match[1])):
                with suppress(OSError):
                    if time.time() - (folder / name).stat().st_mtime > _YOUNG:
                        (folder / name).unlink()


def _is_running(number: int) -> bool:
    """Tell whether another process has a number; where all begin anew, ours was another's once."""
    if number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's is one, too
        return True
    return True


def write_whole(content: bytes, target: Path) -> None:
    """Write a file. Raises `OutputError`, and leaves an old file as it was."""
    with drafted(target) as draft:
        draft.write_bytes(content)


@contextmanager
def together() -> Generator[Write, None, None]:
    """Give what writes a file; none is seen until the block has ended, without an error.

    Then each comes into its place whole, in the order in which they were written. One that says the
    same already is left alone. Raises `OutputError`.
    """
    with ExitStack() as unseen:
        drafts: list[ExitStack] = []

        def write(content: bytes, target: Path) -> None:
            if _says(target, content):
                return
            draft = unseen.enter_context(ExitStack())
            with draft.enter_context(drafted(target)).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            drafts.append(draft)

        yield write
        for draft in drafts:
            draft.close()


def _says(target: Path, content: bytes) -> bool:
    with suppress(OSError):
        return target.read_bytes() == content
    return False
