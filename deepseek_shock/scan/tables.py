"""From what was counted to the tables of a scan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from deepseek_shock.analysis.scanned import ScanCounts, ScanDay, ScanMove, Scanned
from deepseek_shock.analysis.standings import find_standings
from deepseek_shock.scan.daytables import UNIT, Field
from deepseek_shock.scan.records import Order
from deepseek_shock.scan.suspects import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepseek_shock.scan.arraytypes import Floats, Places, Records, Whole
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.tally import Tally

    Session: TypeAlias = tuple[str | None, int]

_EPOCH = date(1970, 1, 1).toordinal()


class _Listed(NamedTuple):
    """Places of the days that are listed, among all days by calendar and date."""

    worst: Places
    shocks: Places
    asked: Places

    @property
    def all(self) -> Places:
        return np.unique(np.concatenate(self))


def list_days(tally: Tally, job: Job) -> dict[str | None, list[int]]:
    """Return the days that will be listed: the worst, the shocks, those whose standing is told."""
    columns = _columns(tally)
    found: dict[str | None, list[int]] = {}
    for place in _choose(columns, job).all.tolist():
        name = columns.names[columns.homes[place]]
        found.setdefault(name, []).append(int(columns.days[place]))
    return found


def make_tables(tally: Tally, job: Job, medians: Mapping[Session, float]) -> Scanned:
    """Make the tables, without skipped files and sources."""
    columns = _columns(tally)
    listed = _choose(columns, job)
    days = _days(columns)
    for place in listed.all.tolist():
        session = columns.names[columns.homes[place]], int(columns.days[place])
        days[place] = days[place]._replace(median=medians.get(session))
    worst = tally.worst[np.isfinite(tally.worst["move"])]
    top = job.settings.top
    return Scanned(
        settings=job.settings,
        counts=_counts(tally, days),
        days=tuple(days),
        worst=tuple(days[place] for place in listed.worst.tolist()),
        shocks=tuple(days[place] for place in listed.shocks.tolist()),
        falls=_moves(tally, tally.largest[Order.FALLS], Order.FALLS)[:top],
        rises=_moves(tally, tally.largest[Order.RISES], Order.RISES)[:top],
        tickers=_moves(tally, worst, Order.FALLS),
        unranked=_moves(tally, tally.largest[Order.UNRANKED], Order.UNRANKED)[:top],
        skipped=(),
        standings=find_standings(days, job.day, job.settings.least),
        sources=(),
        asked=job.day,
    )


class _Columns(NamedTuple):
    """All days that have moves, by calendar and date: numbers by `Field`, days, calendars."""

    names: list[str | None]
    homes: Places
    days: Places
    counts: Whole


def _columns(tally: Tally) -> _Columns:
    names = sorted(tally.days, key=lambda name: name or "")
    tables = [tally.days[name] for name in names]
    held = [np.flatnonzero(table.counts[Field.COUNT]) for table in tables]
    empty = np.empty(0, np.intp)
    return _Columns(
        names,
        np.repeat(np.arange(len(names)), [places.size for places in held]),
        np.concatenate((empty, *(a + b.first for a, b in zip(held, tables, strict=True)))),
        np.concatenate(
            (
                np.empty((len(Field), 0), np.int64),
                *(b.counts[:, a] for a, b in zip(held, tables, strict=True)),
            ),
            axis=1,
        ),
    )


def _choose(columns: _Columns, job: Job) -> _Listed:
    """Choose the worst days by mean and by score, and those asked; ties by date, then calendar."""
    counts, least = columns.counts, job.settings.least
    is_ranked = counts[Field.COUNT] >= max(1, least)
    ranked = np.flatnonzero(is_ranked)
    means = counts[Field.TOTAL, ranked] / UNIT / counts[Field.COUNT, ranked]
    # One on which no z is low is no shock.
    is_scored = (counts[Field.LOW] > 0) & (counts[Field.JUDGED] >= least)
    scored = np.flatnonzero(is_scored)
    scores = counts[Field.LOW, scored] / counts[Field.JUDGED, scored]
    wanted = None if job.day is None else job.day.toordinal() - _EPOCH
    asked = ranked if wanted is None else ranked[columns.days[ranked] == wanted]
    is_last = np.diff(columns.homes[asked], append=-1) != 0
    return _Listed(
        ranked[_order(columns, ranked, means)[: job.settings.top]],
        scored[_order(columns, scored, -scores)[: job.settings.top]],
        asked[is_last],
    )


def _order(columns: _Columns, places: Places, ranks: Floats) -> Places:
    return np.lexsort((columns.homes[places], columns.days[places], ranks))


def _days(columns: _Columns) -> list[ScanDay]:
    """Return all days, without medians."""
    counts = columns.counts
    risers = counts[Field.COUNT] - counts[Field.FALLERS] - counts[Field.UNCHANGED]
    return list(
        map(
            ScanDay,
            map(columns.names.__getitem__, columns.homes.tolist()),
            map(date.fromordinal, (columns.days + _EPOCH).tolist()),
            counts[Field.COUNT].tolist(),
            (counts[Field.TOTAL] / UNIT / counts[Field.COUNT]).tolist(),
            risers.tolist(),
            counts[Field.FALLERS].tolist(),
            counts[Field.JUDGED].tolist(),
            counts[Field.LOW].tolist(),
            counts[Field.UNRANKED].tolist(),
        )
    )


def _moves(tally: Tally, records: Records, order: Order) -> tuple[ScanMove, ...]:
    """Return moves by rank; ties by date, then calendar, then ticker."""
    names = [tally.tickers[ticker] for ticker in records["ticker"].tolist()]
    homes = [tally.homes[ticker] for ticker in records["ticker"].tolist()]
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.intp)
    calendars = [home or "" for home in homes]
    known = {name: place for place, name in enumerate(sorted(set(calendars)))}
    ranks = order.rank(records)[by_name], records["day"][by_name]
    places = by_name[
        np.lexsort((np.array([known[name] for name in calendars], int)[by_name], *ranks[::-1]))
    ]
    columns = records[places]
    at = places.tolist()
    return tuple(
        map(
            ScanMove,
            map(names.__getitem__, at),
            map(homes.__getitem__, at),
            map(date.fromordinal, (columns["day"] + _EPOCH).tolist()),
            map(date.fromordinal, (columns["previous"] + _EPOCH).tolist()),
            columns["close"].tolist(),
            columns["base"].tolist(),
            [z if z == z else None for z in columns["z"].tolist()],  # noqa: PLR0124 -- NaN is not
            map(REASONS.__getitem__, columns["reason"].tolist()),
        )
    )


def _counts(tally: Tally, days: Sequence[ScanDay]) -> ScanCounts:
    totals = np.zeros(len(Field), np.int64)
    for table in tally.days.values():
        totals += table.counts.sum(axis=1)
    counters = tally.counters
    return ScanCounts(
        rows=counters.rows,
        tickers=len(tally.tickers),
        sessions=len(days),
        moves=int(totals[Field.COUNT]),
        judged=int(totals[Field.JUDGED]),
        holes=counters.holes,
        without_close=counters.without_close,
        off_calendar=counters.off_calendar,
        unchecked=counters.unchecked,
        unranked=int(totals[Field.UNRANKED]),
        duplicates=counters.duplicates,
        disputed=counters.disputed,
    )
