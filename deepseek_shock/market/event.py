"""Named shocks and lists of what is watched, as plain values; `watchlists` reads them from TOML."""

import datetime
from typing import NamedTuple

from deepseek_shock.market.instrument import Instrument, Text


class Group(NamedTuple):
    """Instruments that are looked at together; `short_title` is for table cells."""

    id: str
    title: Text
    short_title: Text
    members: tuple[Instrument, ...]


class Watchlist(NamedTuple):
    """What is reported on: shares in groups, and the indexes that they are held against."""

    id: str
    title: Text
    groups: tuple[Group, ...]
    indexes: tuple[Instrument, ...] = ()

    @property
    def shares(self) -> tuple[Instrument, ...]:
        """The watched shares in the order of their groups."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The shares, then the indexes."""
        return self.shares + self.indexes


class Focus(NamedTuple):
    """The groups of one calendar's shares that an event is about, and the benchmark beside them.

    `noun` stands in a sentence ("US chip shares"), `title` in a table; `None` where there is no
    event to name them.
    """

    calendar: str
    groups: tuple[str, ...]
    title: Text | None
    noun: Text | None
    benchmark: str | None


class Point(NamedTuple):
    """One numbered point of an event's context: what it is, and a few sentences on it."""

    heading: Text
    body: Text


class Context(NamedTuple):
    """What happened, in words: an opening, numbered points, a closing."""

    opening: Text
    points: tuple[Point, ...]
    closing: Text


class Event(NamedTuple):
    """A shock under study: its session on each calendar, its leads, and what happened in words.

    `sessions` maps a calendar (`XNYS`, `XTKS`) to the event session; `date` names the whole event.
    `leads`, `lines`, `followed` and `mentioned` are tickers: who leads the headline, who is drawn
    as a line, who is followed through the relay, and whom the text names.
    """

    id: str
    name: Text
    date: datetime.date
    sessions: dict[str, datetime.date]
    watchlist: str
    leads: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    focus: tuple[Focus, ...] = ()
    context: Context | None = None
