"""The values of a TOML file, and its text: read within bounds, whatever the file holds."""

import re
import tomllib
from pathlib import Path
from typing import Any

from deepseek_shock.errors import FileError

LARGEST = 1 << 22
"""Bytes: a list of ten thousand named shares has a quarter of it."""

DEEPEST = 32
"""Tables in tables; ours go to five."""

_INTEGERS = range(-(1 << 63), 1 << 63)  # TOML promises no others
# Strings and comments, and a key of more parts than any has: the parser would take their square.
_HIDING = r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*"
_LONG_KEY = r"(?<![\w-])(?:[\w-]+[ \t]*\.[ \t]*)" + f"{{{DEEPEST}}}"
_AT_LINE = r" \(at line (\d+), column \d+\)$"


def read_text(path: Path) -> str:
    """Return a file's text, its lines ended by line feeds.

    Raises `FileError` for one that cannot be read, is too large, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise FileError(
            str(path),
            f"cannot be read: {error.strerror or error}",
            hint="check the name and the permissions",
        ) from error
    if len(content) > LARGEST:
        what = f"is larger than {LARGEST >> 20} MiB, and no file of ours is"
        raise FileError(str(path), what, hint="is it the right file?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileError(
            str(path), "is not UTF-8", line=line, hint="save the file as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(path: Path, text: str) -> dict[str, Any]:
    """Return a file's values. Raises `FileError`, with the line where it is no TOML."""
    _check_keys(path, text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    except ValueError as error:  # Python's own, of thousands of digits
        what = "holds a number that is too long to be one"
        raise FileError(str(path), what, hint="mend the figure") from error
    except RecursionError as error:
        raise FileError(str(path), "is nested too deeply", hint="mend the brackets") from error


def _check_keys(path: Path, text: str) -> None:
    """Refuse a key that leads deeper than any, before it is read."""
    for line, row in enumerate(text.split("\n"), 1):
        if row.count(".") < DEEPEST:
            continue
        bare = re.sub(_HIDING, lambda found: "" if found[0][0] == "#" else "_", row)
        if re.search(_LONG_KEY, bare):
            raise FileError(str(path), "is nested too deeply", line=line, hint="mend the key")


def _syntax_error(path: Path, text: str, message: str) -> FileError:
    found = re.search(_AT_LINE, message)
    line = int(found[1]) if found else text.count("\n") + 1
    what = re.sub(_AT_LINE, "", message).removesuffix(" (at end of document)")
    return FileError(str(path), f"is not TOML: {what}", line=line, hint="mend the line named")


def find_excess(values: dict[str, Any]) -> tuple[tuple[str | int, ...], str] | None:
    """Return the path of a value that goes beyond all bounds, and what of it does, if one does.

    Python reads numbers of any size and tables in tables without end; what is later reckoned with
    them, or looked for in them, would not stop.
    """
    found: list[tuple[Any, tuple[str | int, ...]]] = [(values, ())]
    while found:
        one, where = found.pop()
        if len(where) > DEEPEST:
            return where[:1], "is nested too deeply"
        if isinstance(one, int) and one not in _INTEGERS:
            return where, "is a number that is too large"
        if isinstance(one, dict):
            inner = list(one.items())
        else:
            inner = list(enumerate(one)) if isinstance(one, list) else []
        found.extend((each, (*where, name)) for name, each in reversed(inner))
    return None
