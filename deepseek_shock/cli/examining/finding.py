"""A finding: what was looked at, how it is, and what to do where it is not well."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.errors import ShockError

MOST_NAMED = 3  # of a list, in one line


class Grade(StrEnum):
    """How it is: a note may be meant so, what is bad fails some command."""

    OK = "ok"
    NOTE = "note"
    BAD = "BAD"


class Finding(NamedTuple):
    """One thing looked at: its name, what was seen, and what to do about it, if anything."""

    grade: Grade
    name: str
    seen: str
    todo: str | None = None


def ok(name: str, seen: str) -> Finding:
    """Make a finding of what is well."""
    return Finding(Grade.OK, name, seen)


def note(name: str, seen: str, todo: str) -> Finding:
    """Make a finding of what may be meant so, and may be a trouble."""
    return Finding(Grade.NOTE, name, seen, todo)


def bad(name: str, seen: str, todo: str) -> Finding:
    """Make a finding of what fails a command, now or soon."""
    return Finding(Grade.BAD, name, seen, todo)


def examined(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a look finds; an error that ends it is a finding too."""
    try:
        yield from look()
    except ShockError as error:
        yield bad(name, error.message, error.hint)
    except (OSError, ValueError) as error:
        yield bad(name, str(error), "see whether the file is there and may be read")


def can_write(folder: Path) -> str:
    """Say why nothing can be written to a folder, or to where it would be made; else nothing.

    It is tried, since permissions tell neither of a disk that is full nor of one read-only.
    """
    from tempfile import TemporaryFile

    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return f"{place} is no folder"
    try:
        with TemporaryFile(dir=place, prefix=".shock-") as file:
            file.write(b"0" * 65536)
    except OSError as error:
        return f"{place} cannot be written to: {error.strerror or error}"
    return ""


def listed(names: list[str]) -> str:
    """Name a few of a list, and say how many more there are."""
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
