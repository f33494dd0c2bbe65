"""The only writer of output: stdout as it is, files whole or not at all."""

import os
import sys
from datetime import date
from pathlib import Path

from deepseek_shock.cli.options import STDOUT
from deepseek_shock.errors import OutputError


def write_output(text: str, output: str, day: date, *, is_page: bool) -> None:
    """Write a report to stdout or to a file; `{date}` in the file's name is the report's date.

    `is_page` marks a terminal's page, which is spelled in ASCII where stdout cannot encode it; all
    other formats are UTF-8. Raises `OutputError`, and leaves an old file as it was.
    """
    if output == STDOUT:
        _write_stdout(text, is_page=is_page)
        return
    target = Path(output.replace("{date}", day.isoformat())).expanduser()
    try:
        _write_file(text.encode(), target)
    except OSError as error:
        raise OutputError(
            f"{target} cannot be written: {error.strerror or error}",
            hint="check the folder's permissions and the room on the disk",
        ) from error


def _write_stdout(text: str, *, is_page: bool) -> None:
    if sys.stdout is None:  # closed by whoever started us
        raise OutputError("stdout is closed", hint="write to a file with --output")
    sys.stdout.buffer.write(_encode(text) if is_page else text.encode())
    sys.stdout.buffer.flush()


def _encode(text: str) -> bytes:
    from deepseek_shock.render.terminal import spell

    return spell(text, sys.stdout.encoding or "utf-8")


def _write_file(content: bytes, target: Path) -> None:
    """Write beside the target and rename into place: a reader never sees half a file."""
    target = Path(os.path.realpath(target))  # a link stays a link; what it leads to is replaced
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not target.is_file():
        target.write_bytes(content)  # a device or a pipe cannot be renamed over
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
