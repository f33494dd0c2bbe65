"""Paths as users write them: from a home folder, with the report's date in them."""

from datetime import date
from pathlib import Path

from deepseek_shock.errors import UsageError

_LONGEST, _LONGEST_NAME = 4000, 255  # of a path, and of one name in it, as systems take them


def expand(path: str | Path) -> Path:
    """Resolve a leading ~ or ~user.

    Raises `UsageError` for a user whom nobody knows, and for what no system takes for a path.
    """
    text = str(path)
    if "\0" in text:
        raise UsageError(f"{text!r:.60} is no path", hint="it holds a NUL byte")
    names = text.encode(errors="surrogateescape").split(b"/")
    if len(text) > _LONGEST or any(len(name) > _LONGEST_NAME for name in names):
        raise UsageError(f"{text[:40]}… is too long for a path", hint="name a shorter one")
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{path}: {error}", hint="write the whole path") from error


def dated(path: str | Path, day: date) -> Path:
    """Put the report's date where a path says `{date}`, and resolve it. Raises as `expand`."""
    return expand(str(path).replace("{date}", day.isoformat()))
