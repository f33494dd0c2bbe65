"""Named shocks and lists of what is watched, as plain values."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from deepseek_shock.market.instrument import Instrument, Text

DEFAULT_WATCHLIST = "deepseek"
"""What is reported on where nothing else is named, whatever the date."""


class Group(NamedTuple):
    """Instruments that are looked at together; `short_title` is for table cells."""

    id: str
    title: Text
    short_title: Text
    members: tuple[Instrument, ...]


class Market(NamedTuple):
    """A whole market that a watchlist claims to hold: the shares that it names on one calendar.

    `listed` is how many issues the market had on `as_of`, by `source`; `has_sectors` tells whether
    the watchlist's groups are its sectors.
    """

    title: Text
    exchange: str
    listed: int
    as_of: datetime.date
    source: Text
    has_sectors: bool = False


class Watchlist(NamedTuple):
    """What is reported on: shares in groups, and the indexes that they are held against.

    `benchmarks` names the index that returns on a calendar (`XNYS`, `XTKS`) are judged against.
    """

    id: str
    title: Text
    groups: tuple[Group, ...]
    indexes: tuple[Instrument, ...] = ()
    market: Market | None = None
    benchmarks: Mapping[str, str] = MappingProxyType({})

    @property
    def shares(self) -> tuple[Instrument, ...]:
        """The watched shares in the order of their groups."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def watched(self) -> tuple[Instrument, ...]:
        """The shares; the indexes where the list is of indexes alone."""
        return self.shares or self.indexes

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The shares, then the indexes."""
        return self.shares + self.indexes


class Focus(NamedTuple):
    """The groups of one calendar's shares that an event is about, and the benchmark beside them.

    `noun` stands in a sentence ("US chip shares"), `title` in a table; `None` where there is no
    event to name them. `is_of_indexes` where the watchlist holds no shares.
    """

    calendar: str
    groups: tuple[str, ...]
    title: Text | None
    noun: Text | None
    benchmark: str | None
    is_of_indexes: bool = False


class Point(NamedTuple):
    """One numbered point of an event's context: what it is, and a few sentences on it."""

    heading: Text
    body: Text


class Context(NamedTuple):
    """What happened, in words: an opening, numbered points, a closing."""

    opening: Text
    points: tuple[Point, ...]
    closing: Text


class Fact(NamedTuple):
    """What happened in one sentence, who says so, and where it may be read."""

    said: Text
    source: Text
    url: str | None = None


class Outstanding(NamedTuple):
    """How many shares of a company were outstanding on a day, on that day's split basis."""

    ticker: str
    shares: int
    as_of: datetime.date
    source: Text


class Event(NamedTuple):
    """A shock under study: its session on each calendar, its leads, and what happened in words.

    `sessions` maps a calendar (`XNYS`, `XTKS`) to the event session; `date` names the whole event.
    `at` is the instant, in UTC, to which each exchange's first session could react. On a calendar
    that `sessions` do not name it is the session of the date, or where `is_next_where_closed` the
    first from the date on.
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
    outstanding: tuple[Outstanding, ...] = ()
    fact: Fact | None = None
    at: datetime.datetime | None = None
    is_next_where_closed: bool = False
