"""What an event study over many events found: events, groups, sessions and spans."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.design import Cumulated, Design, Outcome, Power, Statistic
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.market.bars import Source


class StudiedEvent(NamedTuple):
    """One line of the events asked. `day` is the date given, `session` that of offset 0.

    `abnormal` and `se` are by session of the design's event window, empty unless a success;
    `coefficients` those of the model (alpha first), `sd` the residual deviation, `sessions` the
    returns of the estimation window.
    """

    id: str
    instrument: str
    group: str
    day: date
    session: date | None
    outcome: Outcome
    benchmark: str | None = None
    sessions: int = 0
    coefficients: tuple[float, ...] = ()
    sd: float | None = None
    abnormal: tuple[float, ...] = ()
    se: tuple[float, ...] = ()
    p: tuple[float, ...] = ()
    spans: tuple[Cumulated, ...] = ()


class StudiedDay(NamedTuple):
    """A group in one session of the event window; `band` as in `significance.Mean`."""

    offset: int
    aar: float
    caar: float
    band: float
    tests: tuple[Statistic, ...]


class StudiedSpan(NamedTuple):
    """A group over a span: the mean cumulative abnormal return, and the tests of it."""

    span: Window
    caar: float
    tests: tuple[Statistic, ...]
    holm: float | None = None


class StudiedGroup(NamedTuple):
    """A group of events: how many were asked and used, and what became of the others.

    `holm` is the p of the portfolio t in session 0, adjusted for the number of groups; `None` where
    session 0 is not in the event window, or there is one group.
    """

    name: str
    asked: int
    used: int
    outcomes: Mapping[Outcome, int]
    correlation: float | None
    sessions: int
    days: tuple[StudiedDay, ...] = ()
    spans: tuple[StudiedSpan, ...] = ()
    holm: float | None = None
    power: tuple[Power, ...] = ()


class Study(NamedTuple):
    """The findings of a study. `benchmarks` are those that events were held against.

    `moved` counts the events whose date was no session, so that the next one is their session 0;
    `is_one_day` tells whether all events that were used share one session.

    `crowded` counts the events whose judged sessions overlap with those of another event of the
    same instrument, `crowded_estimations` those whose estimation window holds judged sessions of
    another; `repeated` the rows that name an instrument and a date again within a group, all of
    which are kept. `calendars` are all whose sessions are counted, `calendar` the one if it is one.
    """

    design: Design
    events: tuple[StudiedEvent, ...]
    groups: tuple[StudiedGroup, ...]
    benchmarks: tuple[str, ...]
    sources: tuple[Source, ...]
    calendar: str | None
    moved: int = 0
    is_one_day: bool = False
    overlaps: tuple[Overlap, ...] = ()
    crowded: int = 0
    crowded_estimations: int = 0
    repeated: int = 0
    calendars: tuple[str, ...] = ()
