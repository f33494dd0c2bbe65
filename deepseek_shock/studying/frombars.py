"""A study's returns from bars: instruments are tickers, each on its exchange's calendar.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.axes import Axis, Placed
from deepseek_shock.analysis.benchmarks import BROAD
from deepseek_shock.analysis.design import BenchmarkKind, Design, Model
from deepseek_shock.errors import FileError, ShockError
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import Gap
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Answer, Fetched, Provider, Wanted
from deepseek_shock.registry import Registry
from deepseek_shock.spellings import spell
from deepseek_shock.studyfiles.events import EventTable
from deepseek_shock.studyfiles.factors import read_factors
from deepseek_shock.studying.market import lay_out
from deepseek_shock.studying.request import Ground, StudyRequest
from deepseek_shock.studying.sessions import exchange_sessions, to_returns
from deepseek_shock.watchlists import find_instruments


class _Asked(NamedTuple):
    """An event's instrument, and what it is held against, if a share or index is."""

    instrument: Instrument
    benchmark: Instrument | None
    day: date

    @property
    def calendar(self) -> str:
        """The calendar whose sessions are counted."""
        return self.instrument.exchange.calendar


def ground_on_bars(
    request: StudyRequest, table: EventTable, registry: Registry, provider: Provider
) -> Ground:
    """Fetch bars for all events at once, and place every event.

    Raises `FileError` for an instrument that is no ticker, and what the provider raises.
    """
    asked = _find(request, table, registry)
    days: dict[str, list[date]] = {}
    for one in asked:
        days.setdefault(one.calendar, []).append(one.day)
    sessions = {
        calendar: exchange_sessions(EXCHANGES[calendar], some, request.design, request.now)
        for calendar, some in days.items()
    }
    instruments = {one.instrument.ticker: one.instrument for one in asked}
    instruments |= {one.benchmark.ticker: one.benchmark for one in asked if one.benchmark}
    fetched = _fetch(request, list(instruments.values()), sessions, days, provider)
    axes = tuple(
        _make_axis(calendar, asked, sessions[calendar], fetched, request) for calendar in sessions
    )
    number = {calendar: at for at, calendar in enumerate(sessions)}
    placed = tuple(
        Placed(
            number[one.calendar], one.instrument.ticker, one.day.toordinal(), _name(one, request)
        )
        for one in asked
    )
    gaps = tuple(one for one in fetched.bars.values() if isinstance(one, Gap))
    return Ground(axes, placed, tuple(sessions), fetched.sources, (), _held(fetched), gaps)


def _name(one: _Asked, request: StudyRequest) -> str | None:
    if BenchmarkKind.EQUAL_WEIGHTED in request.benchmarks:
        return BenchmarkKind.EQUAL_WEIGHTED.value
    return None if one.benchmark is None else one.benchmark.ticker


def _held(fetched: Fetched) -> tuple[str, ...]:
    return tuple(ticker for ticker, one in fetched.bars.items() if isinstance(one, Bars))


# --- who ---


def _find(request: StudyRequest, table: EventTable, registry: Registry) -> list[_Asked]:
    """Find the instruments of all events, and the benchmarks, each ticker looked up once."""
    known: dict[str, Instrument] = {}

    def find(name: str, line: int | None) -> Instrument:
        if name not in known:
            try:
                known[name] = find_instruments([spell(name)], registry.directory)[0]
            except ShockError as error:
                if line is None:
                    raise
                hint = f"{error.hint}; returns of free names: --returns FILE"
                raise FileError(table.path, error.message, line=line, hint=hint) from error
        return known[name]

    is_held_against = request.design.model.has_benchmark
    is_mean = BenchmarkKind.EQUAL_WEIGHTED in request.benchmarks
    given: dict[str, Instrument] = {}
    for name in () if is_mean or not is_held_against else request.benchmarks:
        one = find(name, None)
        given[one.exchange.calendar] = one
    asked: list[_Asked] = []
    for row in table.rows:
        instrument = find(row.instrument, row.line)
        calendar = instrument.exchange.calendar
        benchmark: Instrument | None = None
        if is_held_against and not is_mean:
            benchmark = given.get(calendar)
            named = row.benchmark or BROAD.get(calendar)
            if benchmark is None and named is not None:
                benchmark = find(named, row.line)
        if benchmark is not None and benchmark.exchange.calendar != calendar:
            benchmark = None  # two exchanges are never aligned by date
        asked.append(_Asked(instrument, benchmark, row.day))
    return asked


# --- what came ---


def _fetch(
    request: StudyRequest,
    instruments: Sequence[Instrument],
    sessions: Mapping[str, Integers],
    days: Mapping[str, Sequence[date]],
    provider: Provider,
) -> Fetched:
    known = [one for one in sessions.values() if len(one)]
    if not known:  # all events are still to come, or before every calendar
        return Fetched({}, {}, (), {})
    begins = date.fromordinal(min(int(one[0]) for one in known))
    last = date.fromordinal(max(int(one[-1]) for one in known))
    due = {
        calendar: _due(sessions[calendar], some, request.design) for calendar, some in days.items()
    }
    return provider.fetch(instruments, Wanted(begins, begins, last, due))


def _due(sessions: Integers, days: Iterable[date], design: Design) -> tuple[date, ...]:
    """Name sessions without which a source is no use: so the sample is none for a longer window."""
    place = np.searchsorted(sessions, min(days).toordinal()) + design.estimation.last
    if not 0 <= place < len(sessions):
        return ()
    return (date.fromordinal(int(sessions[place])),)


def _make_axis(
    calendar: str,
    asked: Sequence[_Asked],
    sessions: Integers,
    fetched: Fetched,
    request: StudyRequest,
) -> Axis:
    here = [one for one in asked if one.calendar == calendar]
    if not len(sessions):  # nobody was asked: it is the dates that are amiss
        rows = {one.instrument.ticker: at for at, one in enumerate(here)}
        return Axis(sessions, rows, np.empty((len(here), 0)), {}, None)
    own = {one.instrument.ticker: fetched.bars.get(one.instrument.ticker) for one in here}
    market = {
        one.benchmark.ticker: fetched.bars.get(one.benchmark.ticker)
        for one in here
        if one.benchmark
    }
    rows, returns = _to_panel(own, sessions, request.design)
    axis = Axis(sessions, rows, returns, {}, None)
    if BenchmarkKind.EQUAL_WEIGHTED in request.benchmarks:
        return axis._replace(is_equal_weighted=True)
    if request.design.model is Model.THREE_FACTORS:
        path = request.factor_file(calendar)
        if path is None:
            return axis
        return axis._replace(market=lay_out(read_factors(path), sessions, request.design)[None])
    if not market:
        return axis
    benchmarks, figures = _to_panel(market, sessions, request.design)
    return axis._replace(benchmarks=benchmarks, market=figures)


def _to_panel(
    answers: Mapping[str, Answer | None], sessions: Integers, design: Design
) -> tuple[dict[str, int], Floats]:
    """Lay the returns of bars out over sessions; instruments without bars have no row."""
    held = [one for one in answers.values() if isinstance(one, Bars)]
    prices = np.full((len(held), len(sessions)), np.nan)
    splits = np.ones((len(held), len(sessions)))
    place = {session: at for at, session in enumerate(sessions.tolist())}
    for row, bars in enumerate(held):
        for bar in bars.bars:
            at = place.get(bar.session.toordinal())
            if at is not None and bar.close is not None:
                prices[row, at] = float(bar.close)
        for split in bars.splits:
            at = int(np.searchsorted(sessions, split.session.toordinal()))
            if at < len(sessions):
                splits[row, at] *= float(split.amount)
    rows = {bars.instrument.ticker: row for row, bars in enumerate(held)}
    return rows, to_returns(prices, design.returns, splits)
