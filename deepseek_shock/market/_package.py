"""The calendar package, asked about what no generated table covers.

It takes half a second to import, and a tenth of a second or so for a calendar, so that nothing here
happens before somebody asks. Its calendars are made here, and not by its `get_calendar`, for four
reasons: it reckons holidays until the year 2200, which for Seoul alone takes four seconds, and only
from 1970 on, though its rules for New York reach back much further; with pandas from 3.1 on it
forgets the weeks of another kind (Tel Aviv's Sundays until 2026, Seoul's Saturdays until December
1998); and with these pandas it cannot reckon the Orthodox Easter.

`CalendarError` says that the package that is installed has no such calendar, or cannot make it.
"""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.errors import CalendarError

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

# New York traded on Saturdays until 1952, which the package does not know; nor does it know that
# New York opened at 10:00 until 1985-09-27 and closed at 15:30 until 1974. The other days are those
# before which the package itself refuses to answer; where it names none, its rules for holidays
# begin in 1970. How true its calendars are so long ago, it does not say.
_RULES_BEGIN = date(1970, 1, 1)
_BEGINS = {
    "XNYS": date(1953, 1, 1),
    "XTKS": date(1997, 1, 1),
    "AIXK": date(2017, 1, 1),
    "XBOM": date(1997, 1, 1),
    "XSAU": date(2021, 1, 1),
    "XSES": date(1986, 1, 1),
    "XSHG": date(1990, 12, 3),
}
_HOLIDAYS_AHEAD = 2  # years; the package's calendars end a year ahead


class _Weeks(NamedTuple):
    """The days of the week that ever were sessions, and those closed within a span of years."""

    mask: str
    closed: tuple[tuple[str, str, str], ...]


# Tel Aviv: Sunday to Thursday until 2026-01-04, Monday to Friday since. Seoul: Saturdays until
# 1998-12-05. The days are the package's own (`special_weekmasks`).
_WEEKS = {
    "XTAE": _Weeks(
        "1111101", (("W-FRI", "1970-01-01", "2026-01-04"), ("W-SUN", "2026-01-05", "2100-01-01"))
    ),
    "XKRX": _Weeks("1111110", (("W-SAT", "1998-12-06", "2100-01-01"),)),
}


# Tel Aviv ends every Sunday, and since 2026 every Friday, before the other days of the week: these
# are no half days, though the package lists them with those.
_SHORT_WEEKDAYS = {"XTAE": (4, 6)}


def package_half_day(calendar: str, session: date) -> bool:
    """Tell whether the package has a session end early, other than on every such weekday."""
    is_early = session.isoformat() in package_calendar(calendar).early_closes
    return is_early and session.weekday() not in _SHORT_WEEKDAYS.get(calendar, ())


def package_begins(calendar: str) -> date:
    """Return the first day about which the package is asked."""
    return _BEGINS.get(calendar, _RULES_BEGIN)


@cache
def package_calendar(calendar: str) -> ExchangeCalendar:
    """Make a calendar from its first day on; it reaches about a year ahead of today.

    Raises `CalendarError` where the package cannot.
    """
    begins = package_begins(calendar).isoformat()
    with warnings.catch_warnings():
        # How the package uses pandas is its own affair: it calls what pandas 3.1 deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            made: ExchangeCalendar = _make_class(calendar)(start=begins)
        except Exception as error:  # whatever the package, or its pandas, stumbles over
            raise CalendarError(
                f"{calendar}: the calendar package that is installed cannot make its calendar",
                hint="pip install -U exchange_calendars; a report of other exchanges needs it not",
            ) from error
    return made


def _make_class(calendar: str) -> Any:  # noqa: ANN401 -- the package ships no types
    """Derive from the package's class one that reckons no more holidays than are asked about."""
    from importlib import import_module

    import pandas as pd  # with the package 0.4 s, and few runs come here

    _mend_easter()
    module = import_module(f"exchange_calendars.exchange_calendar_{calendar.lower()}")
    parent: Any = getattr(module, f"{calendar}ExchangeCalendar")
    first = pd.Timestamp(package_begins(calendar))
    last = f"{date.today().year + _HOLIDAYS_AHEAD}-12-31"  # noqa: DTZ011 -- a bound, not an answer
    weeks = _WEEKS.get(calendar)

    class Calendar(parent):  # type: ignore[misc]
        @cached_property
        def day(self) -> Any:  # noqa: ANN401 -- as the parent's
            regular = self.regular_holidays
            holidays = list(self.adhoc_holidays)
            if regular is not None:
                holidays.extend(regular.holidays(first, pd.Timestamp(last)))
            for weekday, begins, ends in weeks.closed if weeks else ():
                holidays.extend(pd.date_range(begins, ends, freq=weekday))
            mask = weeks.mask if weeks else self.weekmask
            return pd.offsets.CustomBusinessDay(holidays=holidays, weekmask=mask)

    return Calendar


def _mend_easter() -> None:
    """Give the package's Orthodox Easter the name by which pandas from 3.1 on calls an offset."""
    from exchange_calendars.pandas_extensions.offsets import OrthodoxEaster

    easter: Any = OrthodoxEaster
    if "_add_datetime" not in vars(easter):
        easter._add_datetime = easter._apply  # noqa: SLF001 -- pandas' own names for it
