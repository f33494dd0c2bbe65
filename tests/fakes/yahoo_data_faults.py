"""What is wrong with the data that Yahoo serves with a good face, one fault each.

A fault changes the chart of one request, as those of `yahoo_faults` do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.fakes.yahoo_chart import Dividend, Row, Split

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.yahoo import Fault
    from tests.fakes.yahoo_chart import Chart

DAY, PREVIOUS, SATURDAY = date(2025, 1, 27), date(2025, 1, 24), date(2025, 1, 25)
LATER = date(2026, 3, 2)  # a Monday, and a session of both exchanges
MIDDLE = time(13)  # in mid-session on both clocks
_SPLIT, _JUMP = 5, 100


# Rows.


def without(*sessions: date) -> Fault:
    """Leave sessions out."""

    def fault(chart: Chart) -> None:
        chart.rows = [row for row in chart.rows if row.session not in sessions]

    return fault


def at(session: date, change: Callable[[Row], object]) -> Fault:
    """Change the row of one session."""

    def fault(chart: Chart) -> None:
        change(chart.at(session))

    return fault


def null_row(session: date) -> Fault:
    """Give a session a row of nulls."""
    return at(session, lambda row: row.blank(None, None))


def zero_row(session: date) -> Fault:
    """Give a session a row of noughts."""
    return at(session, lambda row: row.blank(0.0, 0))


def null_close(session: date) -> Fault:
    """Take the close alone away."""
    return at(session, lambda row: setattr(row, "close", None))


def volume_is(volume: int | None) -> Fault:
    """Give the day's volume as unknown, or as none."""
    return at(DAY, lambda row: setattr(row, "volume", volume))


null_adjclose = at(DAY, lambda row: setattr(row, "has_adjclose", False))
unit_jump = at(DAY, lambda row: row.scale(_JUMP))
unit_drop = at(DAY, lambda row: row.scale(1 / _JUMP))


def twice(session: date, factor: float, *, is_last: bool) -> Fault:
    """Serve a session again with its close times a factor, stamped as a live row is."""

    def fault(chart: Chart) -> None:
        if is_last:
            chart.rows = [row for row in chart.rows if row.session <= session]
        place = chart.rows.index(chart.at(session))
        again = replace(chart.rows[place])
        again.stamp = chart.market.stamp(session, chart.market.closes)
        again.close = None if again.close is None else again.close * factor
        chart.rows.insert(place + 1, again)

    return fault


def unfinished(chart: Chart) -> None:
    """End in the middle of the day, with a row that is stamped so."""
    unfinished_at_open(chart)
    chart.rows[-1].stamp = chart.market.stamp(DAY, MIDDLE)


def unfinished_at_open(chart: Chart) -> None:
    """The same with the stamp of a finished day: only the last trade's time tells."""
    chart.rows = [row for row in chart.rows if row.session <= DAY]
    chart.rows[-1].scale(0.9)
    chart.said["regularMarketTime"] = int(chart.market.stamp(DAY, MIDDLE).timestamp())


def frozen(chart: Chart) -> None:
    """Keep the row of mid-session although the day, and others, have ended."""
    row = chart.at(DAY)
    row.stamp = chart.market.stamp(DAY, MIDDLE)
    row.scale(0.9)


def past_end(chart: Chart) -> None:
    """Add a bar after the window's end."""
    last = chart.rows[-1]
    now = chart.market.stamp(last.session, chart.market.closes)
    chart.said["regularMarketTime"] = int(now.timestamp())
    end = datetime.fromtimestamp(chart.span[1], chart.market.zone).date()
    stray = chart.market.stamp(end + timedelta(days=7))
    chart.rows.append(replace(last, stamp=stray, is_stray=True))


def unsorted(chart: Chart) -> None:
    """Serve the last day first."""
    chart.rows.reverse()


def stamped(*, hours: float) -> Fault:
    """Stamp every row so many hours after its midnight, or before it."""

    def fault(chart: Chart) -> None:
        for row in chart.rows:
            row.stamp = chart.market.stamp(row.session, time()) + timedelta(hours=hours)

    return fault


def extra_day(session: date, *, has_trades: bool) -> Fault:
    """Add a row for a day on which the exchange was closed."""

    def fault(chart: Chart) -> None:
        before = [row for row in chart.rows if row.session < session][-1]
        close = before.close
        row = Row(chart.market.stamp(session), close, close, close, close, 0)
        if has_trades:
            row.scale(1.01)
            row.volume = before.volume
        chart.rows.insert(chart.rows.index(before) + 1, row)

    return fault


# Splits and dividends.


def silent_split(chart: Chart) -> None:
    """Split the shares on the day without a word."""
    for row in chart.rows:
        if row.session >= DAY:
            row.restate(1 / _SPLIT)


def split(session: date, new: int = _SPLIT, *, applied: int = 1) -> Fault:
    """Declare a split; what is before it is restated once, not at all (0) or twice (2)."""

    def fault(chart: Chart) -> None:
        chart.splits.append(Split(session, new, 1))
        for row in chart.rows:
            if row.session < session:
                row.restate(float(new) ** (1 - applied))

    return fault


def later_split(new: int = _SPLIT, *, applied: int = 1) -> Fault:
    """Declare a split long after the day; what was traded before is the sample's."""

    def fault(chart: Chart) -> None:
        chart.extend(last=LATER + timedelta(days=10))
        for row in chart.rows:
            row.restate(1 / new)
        split(LATER, new, applied=applied)(chart)

    return fault


def dividend(amount: float) -> Fault:
    """Pay a dividend on the day."""

    def fault(chart: Chart) -> None:
        chart.dividends.append(Dividend(DAY, amount))

    return fault
