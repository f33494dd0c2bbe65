"""Every failure that a user, a file or a vendor can cause.

ShockError                 message, hint, exit code
├── UsageError        2    a wrong option, an unknown ticker form, event or watchlist
├── FileError         1    a file that is not what it should be: path, line, what
├── TemplateError     1    a template that cannot be rendered: file:line, what
├── OutputError       1    an output that cannot be written
├── CalendarError     1    a date beyond every calendar held
├── StoreError        1    a store that cannot be read or written
├── SparkError        1    Spark, or what it needs, is not there or failed
├── NoSessionError    3    every exchange asked was closed, or the date is in the future
├── IncompleteError   4    the data do not reach what was asked
├── VendorError       5    the vendor failed, and nothing could stand in
├── DeadlineError     5    the run was not done within its time limit
├── LockError         6    another run holds the lock
└── CalmError        10    no move was as large as asked

`cli` is the one place that catches them. Anything else is a bug and stays a traceback.
"""

from collections.abc import Iterable
from typing import ClassVar


class ShockError(Exception):
    """A failure with a message, a hint on what to do and the exit code of the contract."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ShockError):
    """The command line, or a configuration that stands in for it, asks for what there is not."""

    exit_code: ClassVar[int] = 2


class FileError(ShockError):
    """A file that cannot be read, or does not say what a file of its kind must say."""

    def __init__(self, path: str, what: str, *, line: int | None = None, hint: str) -> None:
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {what}", hint=hint)
        self.path = path
        self.line = line


class TemplateError(ShockError):
    """A template that cannot be found, parsed or rendered."""


class OutputError(ShockError):
    """A file or stream that the report cannot be written to."""


class CalendarError(ShockError):
    """A date on which no calendar that is held can say whether there was a session."""


class StoreError(ShockError):
    """A store that is damaged, foreign, too new, locked, or on a disk that takes no more."""


class SparkError(ShockError):
    """Spark or Java is missing, a cluster does not answer, or a job on it failed."""


class NoSessionError(ShockError):
    """No exchange that was asked had a session on the date, or the date is in the future."""

    exit_code: ClassVar[int] = 3


class IncompleteError(ShockError):
    """The data are below the coverage asked, or a session has not ended."""

    exit_code: ClassVar[int] = 4


class VendorError(ShockError):
    """The vendor is unreachable, refuses or limits us, and the store could not stand in."""

    exit_code: ClassVar[int] = 5


class LockError(ShockError):
    """Another run writes where this one wants to, and did not end in time."""

    exit_code: ClassVar[int] = 6


class DeadlineError(ShockError):
    """The whole run took longer than it may."""

    exit_code: ClassVar[int] = 5


class CalmError(ShockError):
    """No share moved so much that a report was to be written."""

    exit_code: ClassVar[int] = 10


def near_matches(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three known words that are spelled nearly so, the nearest first: for hints."""
    from difflib import get_close_matches

    return tuple(get_close_matches(word, list(known), n=3, cutoff=0.6))
