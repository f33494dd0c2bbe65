"""The only writer of output: stdout as it is, files whole or not at all."""

import sys
from datetime import date

from deepseek_shock.cli.options import STDOUT
from deepseek_shock.errors import OutputError
from deepseek_shock.userpath import dated
from deepseek_shock.wholefile import write_whole


def write_output(text: str | bytes, output: str, day: date, *, is_page: bool) -> None:
    """Write a report to stdout or to a file; `{date}` in the file's name is the report's date.

    Bytes are written as they are. `is_page` marks a terminal's page, which is spelled in ASCII
    where stdout cannot encode it; all other texts are UTF-8. Raises `OutputError`, and leaves an
    old file as it was.
    """
    if output == STDOUT:
        _write_stdout(text, is_page=is_page)
        return
    write_whole(_as_bytes(text), dated(output, day))


def _write_stdout(text: str | bytes, *, is_page: bool) -> None:
    if sys.stdout is None:  # closed by whoever started us
        raise OutputError("stdout is closed", hint="write to a file with --output")
    if is_page and isinstance(text, str):
        text = _encode(text)
    sys.stdout.buffer.write(_as_bytes(text))
    sys.stdout.buffer.flush()


def _as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _encode(text: str) -> bytes:
    from deepseek_shock.render.terminal import spell

    return spell(text, sys.stdout.encoding or "utf-8")
