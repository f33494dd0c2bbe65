"""The pieces that a sentence is put together from, and how a format marks them up."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, Protocol


class Markup(Protocol):
    """How plain words and code become a format's text."""

    def text(self, words: str) -> str:
        """Escape words."""
        ...

    def code(self, words: str) -> str:
        """Mark what a reader would type."""
        ...


class Plain:
    """No markup: words stand as they are."""

    def text(self, words: str) -> str:
        """Return the words."""
        return words

    def code(self, words: str) -> str:
        """Return the words."""
        return words


class Piece(NamedTuple):
    """A run of words: what a reader would type, or a name, or neither."""

    words: str
    is_code: bool = False
    is_name: bool = False


def part(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Keep a name that ends in a digit, as a bare code does, apart from a figure behind it."""
    is_open = False
    for piece in pieces:
        is_run_on = is_open and piece.words[:1].isdigit()
        yield piece._replace(words=f" {piece.words}") if is_run_on else piece
        is_open = piece.is_name and piece.words[-1:].isdigit()


def join(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours of a kind, so that what escapes a run of words sees all of it."""
    for is_code, run in groupby(pieces, key=lambda piece: piece.is_code):
        yield Piece("".join(piece.words for piece in run), is_code)
