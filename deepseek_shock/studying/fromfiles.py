"""A study's returns from files: instruments and benchmarks are free names.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import numpy as np

from deepseek_shock.analysis.arrays import Integers
from deepseek_shock.analysis.axes import Axis, Placed
from deepseek_shock.market.bars import Source
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.studyfiles.events import EventRow, EventTable
from deepseek_shock.studying.market import (
    FromFile,
    Market,
    lay_out,
    name_benchmarks,
    read_figures,
    read_market,
)
from deepseek_shock.studying.request import NO_CALENDAR, Ground, StudyRequest
from deepseek_shock.studying.sessions import exchange_sessions, ordinals, trim


def ground_on_files(request: StudyRequest, table: EventTable) -> Ground:
    """Read the files, and place every event. Raises `FileError` and `UsageError`."""
    market = read_market(request, table)
    own = read_figures(request.own, request, wanted=_wanted(request, table, market))
    if market is None:
        market = Market(own)
    names = name_benchmarks(request, table, market)
    of_axes = dict.fromkeys(names if _has_own_days(request, market) else [None])
    axes = tuple(
        _make_axis(
            one or names[0], _rows_of(one, table.rows, names, of_axes), (own, market), request
        )
        for one in of_axes
    )
    number = {one: at for at, one in enumerate(of_axes)}
    placed = tuple(
        Placed(number.get(name, 0), row.instrument, row.day.toordinal(), name)
        for row, name in zip(table.rows, names, strict=True)
    )
    calendar = None if _is_free(request) else request.calendar
    read = [own] if market.read is None or market.read is own else [own, market.read]
    return Ground(
        axes,
        placed,
        (calendar,) * len(axes),
        _sources(own, market),
        (
            *(doubt for one in read for doubt in one.series.doubts),
            *(() if calendar is None else _doubt_days(read, axes[0], calendar)),
        ),
        own.series.known,
    )


def _doubt_days(read: Sequence[FromFile], axis: Axis, calendar: str) -> Iterator[str]:
    """Say how many days of each file are no sessions: what stands on them is left out."""
    if not len(axis.sessions):
        return
    first, last = axis.sessions[[0, -1]]
    for one in read:
        days = one.series.days
        strange = np.setdiff1d(days[(days >= first) & (days <= last)], axis.sessions)
        if len(strange):
            day = date.fromordinal(int(strange[0]))
            what = f"{len(strange)} days, the first {day}, are" if len(strange) > 1 else f"{day} is"
            yield f"{one.series.source.vendor}: {what} no session of {calendar}: left out"


def _is_free(request: StudyRequest) -> bool:
    return request.calendar in (None, NO_CALENDAR)


def _has_own_days(request: StudyRequest, market: Market) -> bool:
    """Whether each benchmark has sessions of its own: the days of its series."""
    return _is_free(request) and market.read is not None


def _rows_of(
    one: str | None,
    rows: Sequence[EventRow],
    names: Sequence[str | None],
    axes: Collection[str | None],
) -> list[date]:
    chosen = [row.day for row, name in zip(rows, names, strict=True) if name == one]
    return chosen if len(axes) > 1 else [row.day for row in rows]


def _wanted(
    request: StudyRequest, table: EventTable, market: Market | None
) -> frozenset[str] | None:
    """Name whose returns are kept: all, where each is held against the mean of the others."""
    if market is not None and market.is_equal_weighted:
        return None
    asked = {row.instrument for row in table.rows}
    if market is None:
        asked |= set(request.benchmarks) | {row.benchmark for row in table.rows if row.benchmark}
    return frozenset(asked)


# --- axes ---


def _make_axis(
    benchmark: str | None,
    days: Sequence[date],
    read: tuple[FromFile, Market],
    request: StudyRequest,
) -> Axis:
    own, market = read
    design = request.design
    sessions = _list_sessions(benchmark, days, read, request)
    held = market.read
    rows = {name: at for at, name in enumerate(own.series.names)}
    axis = Axis(sessions, rows, own.over(sessions, design.returns), {}, None)
    if market.is_equal_weighted:
        return axis._replace(is_equal_weighted=True)
    if market.factors is not None:
        return axis._replace(market=lay_out(market.factors, sessions, design)[None])
    if held is None:
        return axis
    names = [benchmark] if held.series.names == ("",) else list(held.series.names)
    numbers = {name: at for at, name in enumerate(names) if name is not None}
    return axis._replace(benchmarks=numbers, market=held.over(sessions, design.returns))


def _list_sessions(
    benchmark: str | None,
    days: Sequence[date],
    read: tuple[FromFile, Market],
    request: StudyRequest,
) -> Integers:
    """List the sessions: the exchange's, else the benchmark's days, else all of the returns."""
    own, market = read
    if not _is_free(request):
        exchange = EXCHANGES[request.calendar or ""]
        return exchange_sessions(exchange, days, request.design, request.now)
    if market.factors is not None:
        sessions = ordinals(sorted(market.factors.factors))
    elif market.read is not None:
        sessions = market.read.series.days_of(benchmark or "")
    else:
        sessions = own.series.days
    return trim(sessions, days, request.design) if len(sessions) else sessions


def _sources(own: FromFile, market: Market) -> tuple[Source, ...]:
    found = [own.series.source]
    if market.read is not None:
        found.append(market.read.series.source)
    if market.factors is not None:
        found.append(market.factors.source)
    return tuple(dict.fromkeys(found))
