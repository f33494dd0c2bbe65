"""The figures of a report that a reader can have seen, each in its place, for a comparison of two.

A place does not follow the layout: a figure goes by its part, by whom it is of and by its name.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from deepseek_shock.report.model import Kind, Phrase, Value, phrase


class Part(StrEnum):
    """What a figure is part of, in the order in which changes are listed."""

    HEADLINE = "headline"
    MOVES = "moves"
    LATER = "later"
    GROUPS = "groups"
    BREADTH = "breadth"
    CONTRIBUTION = "contribution"
    VALUE = "value"
    RELAY = "relay"
    SINCE = "since"
    GROUP_SINCE = "group_since"
    HISTORY = "history"
    AFTER = "after"
    SIGNIFICANCE = "significance"


class Place(NamedTuple):
    """Where a figure stands: `about` is a ticker, a group's id, or a calendar with its session."""

    part: Part
    about: str
    name: str


class Figure(NamedTuple):
    """A figure with its words: whom it is of, what it is called, how it is printed."""

    subject: Value
    label: Phrase
    kind: Kind
    value: Value


Named: TypeAlias = tuple[str, Kind, Value]
"""A figure with its name, which the catalogue has under `changed`."""

Read: TypeAlias = Iterator[tuple[Place, Figure]]


def name_figures(part: Part, about: str, subject: Value, figures: Iterable[Named]) -> Read:
    """Put figures of one subject in their places."""
    for name, kind, value in figures:
        yield Place(part, about, name), Figure(subject, phrase(f"changed.{name}"), kind, value)
