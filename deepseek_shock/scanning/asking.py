"""Whether the day that was asked stands in the history that was gone through, and why not."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from deepseek_shock.analysis.scanned import Scanned
from deepseek_shock.errors import IncompleteError, NoSessionError
from deepseek_shock.market.exchange import CITIES, EXCHANGES
from deepseek_shock.market.ruling import Ruling, rule

_NAMED = 3  # exchanges
_AHEAD = timedelta(days=1)  # so far a day may be ahead of UTC
_Days: TypeAlias = Mapping[str, Sequence[date]]


def check_asked(findings: Scanned, now: datetime) -> None:
    """Refuse a day on which nothing moved: no session, one that has not come, one not held.

    Raises `NoSessionError` and, where an exchange traded that day, `IncompleteError`. Where nothing
    at all moved, the document has nothing to say of any day, and says that.
    """
    day = findings.asked
    if day is None or not findings.days or any(one.session == day for one in findings.days):
        return
    # Of tickers without a calendar nobody can tell whether their exchange was closed.
    days = _by_calendar(findings)
    markets = [one for one in days if one]
    around = _around(day, {one: days[one] for one in markets or days})
    if day > now.date() + _AHEAD:
        raise NoSessionError(f"{day} is in the future", hint=around)
    if markets and all(one in EXCHANGES and rule(one, day) is Ruling.CLOSED for one in markets):
        were = "were" if len(markets) > 1 else "was"
        closed = f"{_list_names(markets)} {were} closed"
        raise NoSessionError(f"no session on {day:%A %Y-%m-%d}: {closed}", hint=around)
    if not markets:
        raise NoSessionError(f"these data have no move on {day:%A %Y-%m-%d}", hint=around)
    raise IncompleteError(f"these data have no move on {day:%A %Y-%m-%d}", hint=around)


def _by_calendar(findings: Scanned) -> dict[str, list[date]]:
    """Return the sessions of each calendar; without one, under no name."""
    found: dict[str, list[date]] = {}
    for one in findings.days:
        found.setdefault(one.calendar or "", []).append(one.session)
    return found


def _around(day: date, days: _Days) -> str:
    """Name the sessions held before and after the day, of the first few calendars."""
    told = (f"{_name(one)} {_beside(day, days[one])}".strip() for one in list(days)[:_NAMED])
    return f"the sessions held before and after: {'; '.join(told)}"


def _beside(day: date, held: Sequence[date]) -> str:
    before = max((one for one in held if one < day), default=None)
    after = min((one for one in held if one > day), default=None)
    return f"{before or 'none'} and {after or 'none'}"


def _list_names(calendars: Sequence[str]) -> str:
    *others, last = map(_name, calendars[:_NAMED])
    if len(calendars) > _NAMED:
        return f"{', '.join((*others, last))} and {len(calendars) - _NAMED} more"
    return f"{', '.join(others)} and {last}" if others else last


def _name(calendar: str) -> str:
    return CITIES.get(calendar, calendar)
