"""What the panels of an event study share: sessions across, one scale of returns down."""

from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from typing import NamedTuple, Protocol

from deepseek_shock.render.charts import fine_words
from deepseek_shock.render.scales import Scale, Tick, make_scale
from deepseek_shock.render.timecharts import offset_ticks
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind

PLOT = 132
"""Pixels from the top of a panel's plot to its foot."""

AFTER = 0.5
"""Of a session, from the last to the plot's edge."""

_MOST_LEVELS = 6
_MOST_TICKS, _TICK_STEPS = 6, (1, 2, 5, 10, 20, 50)
_COLUMN, _WIDEST = 0.56, 8  # a column's part of its session, and per cent of the plot at most
_FEWEST_DAYS = 2
_DRAWABLE = 1e3  # beyond, a return is a mistake in the data, and no scale of use
_ZERO = Decimal()
_PLAIN = 0.0  # added to a zero, it takes its minus away


class Day(Protocol):
    """A group in one session: `Mean` of a report, `StudiedDay` of a study."""

    @property
    def offset(self) -> int:
        """Sessions from the event's."""
        ...

    @property
    def aar(self) -> float:
        """The mean abnormal return, a fraction."""
        ...

    @property
    def caar(self) -> float:
        """The same, cumulated from the first session."""
        ...

    @property
    def band(self) -> float:
        """The half-width about 0 of the band."""
        ...


class Column(NamedTuple):
    """A session's mean: left end and width in per cent, top and height in pixels."""

    x: float
    width: float
    y: float
    height: float


class Frame(NamedTuple):
    """What all panels share: the sessions across, and the scale of returns.

    `low` and `high` are the returns at a plot's foot and top.
    """

    first: int
    last: int
    scale: Scale
    low: float
    high: float

    def at(self, offset: float) -> float:
        """Return where a session stands; the one before the first is at the plot's edge."""
        sessions = self.last - self.first + 1 + AFTER
        return round((offset - self.first + 1) / sessions * 100, 2)

    def down(self, value: float) -> float:
        """Return how far below the top of the plot a return stands."""
        return round((self.high - value) / (self.high - self.low) * PLOT, 1) + _PLAIN

    def columns(self, days: Sequence[Day]) -> tuple[Column, ...]:
        """Return the columns of sessions, from zero to their means."""
        width = min(round(_COLUMN * (self.at(1) - self.at(0)), 2), _WIDEST)
        zero = self.down(0)
        ends = [(self.at(day.offset), self.down(day.aar)) for day in days]
        return tuple(
            Column(round(at - width / 2, 2), width, min(zero, end), round(abs(end - zero), 1))
            for at, end in ends
        )

    def ticks_down(self, words: Words) -> tuple[Tick, ...]:
        """Return the lines of the scale, with as many decimals as it needs."""
        fine = fine_words(self.scale, words)
        return tuple(
            Tick(self.scale.down(value, PLOT), fine.print(Kind.RETURN, value))
            for value in self.scale.values()
        )

    def ticks_across(self, words: Words) -> tuple[Tick, ...]:
        """Return the labels of sessions: few, so that any screen has room for them."""
        offsets = range(self.first, self.last + 1)
        ticks = offset_ticks(offsets, words, self.at, _TICK_STEPS, _MOST_TICKS)
        return tuple(tick._replace(is_minor=False) for tick in ticks)


def make_frame(days: Sequence[Day]) -> Frame:
    """Make the frame that holds all of the days, from the session before the first of them."""
    values = [value for day in days for value in _extent(day)]
    scale = make_scale([_ZERO, _exact(min(values)), _exact(max(values))], _MOST_LEVELS)
    offsets = [day.offset for day in days]
    return Frame(min(offsets), max(offsets), scale, float(scale.first), float(scale.last))


def is_drawable(days: Sequence[Day]) -> bool:
    """Whether there are days enough, each of them with figures."""
    values = (value for day in days for value in _extent(day))
    return len(days) >= _FEWEST_DAYS and all(
        isfinite(value) and abs(value) < _DRAWABLE for value in values
    )


def _extent(day: Day) -> tuple[float, float, float, float]:
    return day.aar, day.caar, -day.band, day.band


def _exact(value: float) -> Decimal:
    return Decimal(str(value))
