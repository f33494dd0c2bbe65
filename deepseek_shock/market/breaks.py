"""When an exchange stops at midday, from when to when.

Tokyo's hours with their history, which the calendar package does not have: the morning ended at
11:00 until 2011-11-18 and ends at 11:30 since; from 2006-01-19 to 2006-04-21 the afternoon began
half an hour late, at 13:00, to spare the exchange's computers. Sources: its announcements
as newspapers gave them (Mainichi, 2011-11-21; BCN, 2006-01-18 and 2006-04-20). Of every other
exchange the package is asked.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from deepseek_shock.market.sessions import closes_at, package_break

if TYPE_CHECKING:
    from deepseek_shock.market.exchange import Exchange

# From this day on: when the break begins and ends, on the exchange's own clock.
_Held: TypeAlias = tuple[date, time, time]
_BREAKS: dict[str, tuple[_Held, ...]] = {
    "XNYS": (),
    "XTKS": (
        (date(1991, 4, 30), time(11), time(12, 30)),
        (date(2006, 1, 19), time(11), time(13)),
        (date(2006, 4, 24), time(11), time(12, 30)),
        (date(2011, 11, 21), time(11, 30), time(12, 30)),
    ),
}


def break_of(exchange: Exchange, session: date) -> tuple[datetime, datetime] | None:
    """Give the beginning and the end of a session's break, or `None` where it has none."""
    if exchange.calendar not in _BREAKS:
        return package_break(exchange, session)
    held = [one for one in _BREAKS[exchange.calendar] if one[0] <= session]
    if not held:
        return None
    _, begins, ends = held[-1]
    zone = ZoneInfo(exchange.zone)
    begin = datetime.combine(session, begins, tzinfo=zone)
    end = datetime.combine(session, ends, tzinfo=zone)
    # A session that ends with the morning has no break.
    return (begin, end) if end < closes_at(exchange, session) else None
