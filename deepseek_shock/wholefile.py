"""Files that are written whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deepseek_shock.errors import OutputError


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


def write_whole(content: bytes, target: Path) -> None:
    """Write a file. Raises `OutputError`, and leaves an old file as it was."""
    with drafted(target) as draft:
        draft.write_bytes(content)
