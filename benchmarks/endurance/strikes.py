"""What goes wrong with the vendor, by name; another person's faults come from a file of theirs.

    # mine.py, for --fault-file mine.py
    from tests.fakes.wire import Reply

    def teapot(chart, day):          # day: the last session in the chart
        return Reply(418)            # answered in the chart's place

    def no_yesterday(chart, day):    # or change the chart and return nothing
        chart.rows = [row for row in chart.rows if row.session != chart.rows[-2].session]

    FAULTS = {"teapot": teapot, "no-yesterday": no_yesterday}

A fault may not lie well: a close that is wrong by a few per cent and says nothing of it can be told
by nobody from one vendor's answer, and would be counted as a wrong figure.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes import yahoo_data_faults as data
from tests.fakes import yahoo_faults as way
from tests.fakes.wire import JSON, Reply

if TYPE_CHECKING:
    from vendor import Fault

    from tests.fakes.yahoo import Fault as OfChart
    from tests.fakes.yahoo_chart import Chart, Row

COOKIE = "cookie"
"""The fault of the hosts that give cookie and crumb: no chart is touched."""

SLOW = frozenset({"timeout", "drip"})
"""Faults that cost a run all the time that it has."""


def _always(fault: OfChart) -> Fault:
    return lambda chart, _: fault(chart)


def _on_last(make: Callable[[date], OfChart]) -> Fault:
    return lambda chart, day: make(day)(chart)


def _on_previous(make: Callable[[date], OfChart]) -> Fault:
    return lambda chart, _: make(chart.rows[-2].session)(chart)


def _lose_many(chart: Chart, _: date) -> None:
    """Lose one session in nine."""
    chart.rows = [row for row in chart.rows if row.session.toordinal() % 9]


def _lose_a_year(chart: Chart, day: date) -> None:
    """Reach back no further than some weeks."""
    chart.rows = [row for row in chart.rows if row.session > day - timedelta(days=40)]


def _freeze(chart: Chart, _: date) -> None:
    """Keep the row of mid-session although the session has ended."""
    row = chart.rows[-1]
    row.stamp = chart.market.stamp(row.session, data.MIDDLE)
    row.scale(0.9)


def _repeat(chart: Chart, _: date) -> None:
    """Serve the last session twice, with two closes."""
    last = chart.rows[-1]
    again = replace(last)
    again.stamp = chart.market.stamp(last.session, chart.market.closes)
    again.close = None if again.close is None else again.close * 0.95
    chart.rows.append(again)


def _work_on_saturday(chart: Chart, day: date) -> None:
    """Show trades on a day of rest."""
    saturday = day - timedelta(days=(day.weekday() - 5) % 7)
    data.extra_day(saturday, has_trades=True)(chart)


def _scaled(factor: float) -> OfChart:
    return lambda chart: chart.rows[-1].scale(factor)


def _no_volume(row: Row) -> None:
    row.volume = None


_GARBAGE = Reply(200, b'{"chart": {"result": [{"meta": \x00\xff\xfe', {"Content-Type": JSON})

FAULTS: dict[str, Fault] = {
    # the way
    "rate-limit": _always(way.limited),
    "rate-limit-once": _always(way.limited_once),
    "server-error": _always(way.server_error),
    "server-error-once": _always(way.server_error_once),
    "bad-gateway": _always(way.bad_gateway),
    "unauthorized": _always(way.invalid_crumb),
    "timeout": _always(way.slow),
    "drip": _always(way.dripping),
    "reset": _always(way.reset),
    "reset-once": _always(way.first(1, way.reset)),
    "cut": _always(way.cut),
    # the form
    "html": _always(way.html),
    "empty": _always(way.empty),
    "truncated": _always(way.truncated),
    "garbage": _always(way.answer(_GARBAGE)),
    "uneven": _always(way.uneven_columns),
    "null-result": _always(way.result_is(None)),
    "no-data": _always(way.no_such_data),
    "delisted": _always(way.not_found),
    # whose answer it is
    "wrong-symbol": _always(way.wrong_symbol),
    "wrong-zone": _always(way.wrong_zone),
    "wrong-currency": _always(way.wrong_currency),
    # the data
    "no-session": _on_last(data.without),
    "no-previous": _on_previous(data.without),
    "many-missing": _lose_many,
    "short-history": _lose_a_year,
    "null-close": _on_last(data.null_close),
    "zero-row": _on_last(data.zero_row),
    "null-volume": _on_last(lambda day: data.at(day, _no_volume)),
    "frozen": _freeze,
    "twice": _repeat,
    "saturday": _work_on_saturday,
    "unsorted": _always(data.unsorted),
    "unit-jump": _always(_scaled(100)),
    "silent-split": _always(_scaled(1 / 5)),
    "split-not-applied": _on_last(lambda day: data.split(day, applied=0)),
    "split-applied-twice": _on_last(lambda day: data.split(day, applied=2)),
}


def choose(names: str, files: list[Path]) -> dict[str, Fault | None]:
    """Return the faults of a list with commas (all, where it is empty) and all those of files.

    Raises `SystemExit` for a name that is none, and for a file without `FAULTS`.
    """
    known: dict[str, Fault | None] = {**FAULTS, COOKIE: None}
    theirs: dict[str, Fault | None] = {}
    for file in files:
        found = runpy.run_path(str(file)).get("FAULTS")
        if not isinstance(found, dict) or not all(map(callable, found.values())):
            raise SystemExit(f"{file}: FAULTS = {{name: function(chart, day)}} is missing")
        theirs |= found
    wanted = [name for name in names.split(",") if name] or ([] if files else list(known))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"no fault is called {', '.join(unknown)}; known: {', '.join(known)}")
    return {**{name: known[name] for name in wanted}, **theirs}
