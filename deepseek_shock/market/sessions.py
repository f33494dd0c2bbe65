"""Which days an exchange trades, and from when to when, by its own calendar.

Answers come from a generated table (`_session_table`), because the calendar package takes half a
second to import. The package is asked only about days outside the table; inside it the table always
has the word, so that an answer does not depend on the release installed.

A day that neither covers raises `CalendarError`. Instants are aware datetimes; a naive one, and a
day given as a session that is none, are mistakes of the caller and raise `ValueError`.
"""

from __future__ import annotations

import warnings
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from deepseek_shock.errors import CalendarError
from deepseek_shock.market import _session_table as table

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

    from deepseek_shock.market.exchange import Exchange

Session: TypeAlias = date
"""A trading day of one exchange, dated on that exchange's clock; never a timestamp."""

# The days covered and, of these, the sessions in order; both as ordinals (`date.toordinal`).
_Span: TypeAlias = tuple[range, list[int]]

_WEEKDAYS = range(1, 6)  # an ordinal modulo 7: ordinal 1 was a Monday

# New York traded on Saturdays until 1952, which the package does not know; nor does it know that
# New York opened at 10:00 until 1985-09-27 and closed at 15:30 until 1974.
_PACKAGE_BEGINS = {"XNYS": "1953-01-01", "XTKS": "1997-01-01"}


class Phase(StrEnum):
    """Where an exchange stands on a day, seen from an instant."""

    CLOSED = "closed"  # no session that day
    PENDING = "pending"  # the session has not begun
    RUNNING = "running"
    ENDED = "ended"


def covered() -> tuple[tuple[str, date, date], ...]:
    """Return each calendar with the first and last day of its table."""
    return tuple(
        (
            name,
            date.fromordinal(_ordinal(table.FIRST[name])),
            date.fromordinal(_ordinal(table.LAST[name])),
        )
        for name in sorted(table.FIRST)
    )


def is_session(exchange: Exchange, day: date) -> bool:
    """Tell whether the exchange trades on a day."""
    sessions = _covering(exchange, day, day)
    place = bisect_left(sessions, day.toordinal())
    return place < len(sessions) and sessions[place] == day.toordinal()


def previous_session(exchange: Exchange, day: date) -> Session:
    """Find the last session strictly before a day, which need not be a session itself."""
    return _step(exchange, day, -1)


def next_session(exchange: Exchange, day: date) -> Session:
    """Find the first session strictly after a day, which need not be a session itself."""
    return _step(exchange, day, 1 if is_session(exchange, day) else 0)


@lru_cache(maxsize=4096)
def shift_session(exchange: Exchange, session: Session, count: int) -> Session:
    """Find the session `count` sessions later, or earlier where `count` is negative."""
    _check_session(exchange, session)
    return _step(exchange, session, count)


def sessions_between(exchange: Exchange, first: date, last: date) -> tuple[Session, ...]:
    """List the sessions from `first` to `last`, both included; none if `last` is the earlier."""
    if first > last:
        return ()
    sessions = _covering(exchange, first, last)
    begin = bisect_left(sessions, first.toordinal())
    end = bisect_right(sessions, last.toordinal())
    return tuple(map(date.fromordinal, sessions[begin:end]))


def count_sessions(exchange: Exchange, after: date, until: date) -> int:
    """Count the sessions later than `after` and not later than `until`."""
    if after >= until:
        return 0
    sessions = _covering(exchange, after, until)
    return bisect_right(sessions, until.toordinal()) - bisect_right(sessions, after.toordinal())


def opens_at(exchange: Exchange, session: Session) -> datetime:
    """Give the instant at which a session begins, in the exchange's own zone."""
    return _hours(exchange, session)[0]


def closes_at(exchange: Exchange, session: Session) -> datetime:
    """Give the instant at which a session ends, in the exchange's own zone."""
    return _hours(exchange, session)[1]


def is_half_day(exchange: Exchange, session: Session) -> bool:
    """Tell whether a session was planned to end before the regular close of its time."""
    _check_session(exchange, session)
    if not _in_table(exchange, session):
        return session.isoformat() in _package(exchange.calendar).early_closes
    _, close = _table_hours(exchange.calendar, session)
    return close < _regular_hours(exchange.calendar, session)[1]


def phase(exchange: Exchange, day: date, now: datetime) -> Phase:
    """Tell whether the session of a day is still to come, running or over at an instant.

    A session runs from its open on and has ended at its close; a break at noon counts as running.
    """
    _check_aware(now)
    if not is_session(exchange, day):
        return Phase.CLOSED
    if now < opens_at(exchange, day):
        return Phase.PENDING
    return Phase.RUNNING if now < closes_at(exchange, day) else Phase.ENDED


def last_completed_session(exchange: Exchange, now: datetime) -> Session:
    """Find the last session that has ended at an instant."""
    _check_aware(now)
    today = now.astimezone(ZoneInfo(exchange.zone)).date()
    ended = phase(exchange, today, now) is Phase.ENDED
    return today if ended else previous_session(exchange, today)


def _check_session(exchange: Exchange, session: Session) -> None:
    """Raise `ValueError` unless the day is a session of the exchange."""
    if not is_session(exchange, session):
        message = f"{session} is no session of {exchange.mic}"
        raise ValueError(message)


def _check_aware(now: datetime) -> None:
    """Raise `ValueError` for an instant without a zone, which would be read on this machine's."""
    if now.utcoffset() is None:
        message = f"{now} has no time zone"
        raise ValueError(message)


def _step(exchange: Exchange, day: date, count: int) -> Session:
    """Find the session `count` places from where the day stands, or would stand, in the order."""
    sessions = _covering(exchange, day, day)
    if not 0 <= bisect_left(sessions, day.toordinal()) + count < len(sessions):
        _, sessions = _package_span(exchange.calendar)
    place = bisect_left(sessions, day.toordinal()) + count
    if not 0 <= place < len(sessions):
        raise _beyond(exchange, f"far enough from {day}", earlier=count < 0)
    return date.fromordinal(sessions[place])


def _covering(exchange: Exchange, first: date, last: date) -> list[int]:
    """Give the sessions of the table if it covers both days, else those the package adds to it."""
    days, sessions = _table_span(exchange.calendar)
    if first.toordinal() not in days or last.toordinal() not in days:
        days, sessions = _package_span(exchange.calendar)
    for day in (first, last):
        if day.toordinal() not in days:
            raise _beyond(exchange, f"as far as {day}", earlier=day.toordinal() < days.start)
    return sessions


def _beyond(exchange: Exchange, where: str, *, earlier: bool) -> CalendarError:
    """Make the error for what lies before the calendar, or after it."""
    return CalendarError(
        f"{exchange.mic}: the calendar does not reach {where}",
        hint=f"{exchange.calendar} begins on {_PACKAGE_BEGINS[exchange.calendar]}"
        if earlier
        else "it reaches about a year ahead; to update it: pip install -U exchange_calendars",
    )


@cache
def _table_span(calendar: str) -> _Span:
    """Build the table's days and sessions: weekdays without the closed ones, and days added."""
    first, last = _ordinal(table.FIRST[calendar]), _ordinal(table.LAST[calendar])
    weekdays = (range(day, last + 1, 7) for day in range(first, first + 7) if day % 7 in _WEEKDAYS)
    sessions = set(chain.from_iterable(weekdays))
    sessions.difference_update(map(_ordinal, table.CLOSED[calendar]))
    sessions.update(map(_ordinal, table.ADDED[calendar]))
    return range(first, last + 1), sorted(sessions)


@cache
def _package_span(calendar: str) -> _Span:
    """Build the widest span: the table's, continued on both sides by what the package knows."""
    days, sessions = _table_span(calendar)
    known = [day.toordinal() for day in _package(calendar).sessions.date]
    before = [day for day in known if day < days.start]
    after = [day for day in known if day >= days.stop]
    begins = min(days.start, date.fromisoformat(_PACKAGE_BEGINS[calendar]).toordinal())
    ends = max(days.stop, known[-1] + 1)
    return range(begins, ends), before + sessions + after


@cache
def _package(calendar: str) -> ExchangeCalendar:
    """Ask the calendar package, which takes half a second; it reaches a year ahead of today."""
    with warnings.catch_warnings():
        # How the package uses pandas is its own affair: it calls what pandas 3.1 deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        import exchange_calendars  # costs 0.4 s, and few runs come here

        return exchange_calendars.get_calendar(calendar, start=_PACKAGE_BEGINS[calendar])


def _hours(exchange: Exchange, session: Session) -> tuple[datetime, datetime]:
    """Give open and close of a session in the exchange's zone."""
    _check_session(exchange, session)
    zone = ZoneInfo(exchange.zone)
    if _in_table(exchange, session):
        clocks = [
            time(*divmod(hhmm, 100), tzinfo=zone)
            for hhmm in _table_hours(exchange.calendar, session)
        ]
        return datetime.combine(session, clocks[0]), datetime.combine(session, clocks[1])
    opens, closes = _package(exchange.calendar).session_open_close(session.isoformat())
    return opens.to_pydatetime().astimezone(zone), closes.to_pydatetime().astimezone(zone)


def _in_table(exchange: Exchange, day: date) -> bool:
    """Tell whether the table covers a day."""
    return day.toordinal() in _table_span(exchange.calendar)[0]


def _table_hours(calendar: str, session: Session) -> tuple[int, int]:
    """Look up open and close of a session in the table, as hhmm."""
    return table.SPECIAL[calendar].get(_number(session)) or _regular_hours(calendar, session)


def _regular_hours(calendar: str, session: Session) -> tuple[int, int]:
    """Give the regular open and close that held on a session, as hhmm."""
    held = [hours for hours in table.HOURS[calendar] if hours[0] <= _number(session)]
    return held[-1][1:]


def _number(day: date) -> int:
    """Write a day as the table does: yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def _ordinal(number: int) -> int:
    """Read the table's yyyymmdd."""
    return date(number // 10_000, number // 100 % 100, number % 100).toordinal()
