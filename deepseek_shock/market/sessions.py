"""Which days an exchange trades, and from when to when, by its own calendar.

New York's and Tokyo's answers come from a generated table (`_session_table`), because the calendar
package takes half a second to import. The package (`_package`) is asked about days outside the
table, and about every other exchange; inside it the table always has the word, so that an answer
does not depend on the release installed.

A day that neither covers raises `CalendarError`. Instants are aware datetimes; a naive one, and a
day given as a session that is none, are mistakes of the caller and raise `ValueError`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

from deepseek_shock.errors import CalendarError
from deepseek_shock.market import _session_table as table
from deepseek_shock.market._package import package_begins, package_calendar, package_half_day

if TYPE_CHECKING:
    from deepseek_shock.market.exchange import Exchange

Session: TypeAlias = date
"""A trading day of one exchange, dated on that exchange's clock; never a timestamp."""

# The days covered and, of these, the sessions in order; both as ordinals (`date.toordinal`).
_Span: TypeAlias = tuple[range, list[int]]

_WEEKDAYS = range(1, 6)  # an ordinal modulo 7: ordinal 1 was a Monday


class Phase(StrEnum):
    """Where an exchange stands on a day, seen from an instant."""

    CLOSED = "closed"  # no session that day
    PENDING = "pending"  # the session has not begun
    RUNNING = "running"
    ENDED = "ended"


def covered() -> tuple[tuple[str, date, date], ...]:
    """Return each calendar that has a table, with its first and last day: New York and Tokyo."""
    return tuple(
        (
            name,
            date.fromordinal(_ordinal(table.FIRST[name])),
            date.fromordinal(_ordinal(table.LAST[name])),
        )
        for name in sorted(table.FIRST)
    )


def calendar_begins(exchange: Exchange) -> date:
    """Give the first day of which an exchange's calendar knows whether it was a session."""
    return package_begins(exchange.calendar)


def calendar_span(exchange: Exchange) -> tuple[date, date]:
    """Return the first and the last day of an exchange's table, else of its calendar.

    Without a table this asks the package. Raises `CalendarError` where that cannot answer.
    """
    days, _ = _table_span(exchange.calendar)
    if not days:
        days, _ = _package_span(exchange.calendar)
    return date.fromordinal(days.start), date.fromordinal(days.stop - 1)


def widest_span(exchange: Exchange) -> tuple[date, date]:
    """Return the first and the last day of which an exchange's table or the package tells.

    This asks the package. Raises `CalendarError` where that cannot answer.
    """
    days, _ = _package_span(exchange.calendar)
    return date.fromordinal(days.start), date.fromordinal(days.stop - 1)


def earlier_sessions(exchange: Exchange) -> tuple[Session, ...]:
    """List the sessions before an exchange's table, back to `calendar_begins`, by the table alone.

    The table has these days without their hours. None where it has none.
    """
    name = exchange.calendar
    if name not in table.EARLIEST:
        return ()
    holidays = set(map(_ordinal, table.EARLIER[name]))
    days = range(_ordinal(table.EARLIEST[name]), _ordinal(table.FIRST[name]))
    return tuple(
        date.fromordinal(day) for day in days if day % 7 in _WEEKDAYS and day not in holidays
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


def package_break(exchange: Exchange, session: Session) -> tuple[datetime, datetime] | None:
    """Give the beginning and the end of a session's break as the package knows it, or `None`."""
    zone = ZoneInfo(exchange.zone)
    found: Any = package_calendar(exchange.calendar).session_break_start_end(session.isoformat())
    if any(one != one for one in found):  # noqa: PLR0124 -- how pandas says that there is none
        return None
    begins, ends = (one.to_pydatetime().astimezone(zone) for one in found)
    return begins, ends


def is_half_day(exchange: Exchange, session: Session) -> bool:
    """Tell whether a session was planned to end before the regular close of its time."""
    _check_session(exchange, session)
    if not _in_table(exchange, session):
        return package_half_day(exchange.calendar, session)
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
    today = local_day(exchange, now)
    ended = phase(exchange, today, now) is Phase.ENDED
    return today if ended else previous_session(exchange, today)


def last_begun_session(exchange: Exchange, now: datetime) -> Session:
    """Find the last session that has begun at an instant."""
    today = local_day(exchange, now)
    has_begun = phase(exchange, today, now) in (Phase.RUNNING, Phase.ENDED)
    return today if has_begun else previous_session(exchange, today)


def local_day(exchange: Exchange, now: datetime) -> date:
    """Return the date of an instant on the exchange's own clock."""
    _check_aware(now)
    return now.astimezone(ZoneInfo(exchange.zone)).date()


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
    """Give the sessions of the table if it covers both days, else those that the package knows."""
    days, sessions = _table_span(exchange.calendar)
    if first.toordinal() not in days or last.toordinal() not in days:
        if first < calendar_begins(exchange):  # which is known without the package
            raise _beyond(exchange, f"as far as {first}", earlier=True)
        days, sessions = _package_span(exchange.calendar)
    for day in (first, last):
        if day.toordinal() not in days:
            raise _beyond(exchange, f"as far as {day}", earlier=day.toordinal() < days.start)
    return sessions


def _beyond(exchange: Exchange, where: str, *, earlier: bool) -> CalendarError:
    """Make the error for what lies before the calendar, or after it."""
    return CalendarError(
        f"{exchange.mic}: the calendar does not reach {where}",
        hint=f"{exchange.calendar} begins on {calendar_begins(exchange)}"
        if earlier
        else "it reaches about a year ahead; to update it: pip install -U exchange_calendars",
    )


@cache
def _table_span(calendar: str) -> _Span:
    """Build the table's days and sessions: weekdays without the closed ones, and days added.

    Both are empty where there is no table.
    """
    if calendar not in table.FIRST:
        return range(0), []
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
    known = [day.toordinal() for day in package_calendar(calendar).sessions.date]
    first = package_begins(calendar).toordinal()
    if not days:
        return range(first, known[-1] + 1), known
    before = [day for day in known if day < days.start]
    after = [day for day in known if day >= days.stop]
    span = range(min(days.start, first), max(days.stop, known[-1] + 1))
    return span, before + sessions + after


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
    opens, closes = package_calendar(exchange.calendar).session_open_close(session.isoformat())
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
