"""Write `deepseek_shock/market/_session_table.py` from the calendars of `exchange_calendars`.

    python scripts/make_session_table.py            write the table
    python scripts/make_session_table.py --check    exit 1 if the table is not what would be written

Run it whenever `exchange_calendars` is updated, and raise `LAST` once both exchanges have published
the holidays of another year. The output depends on the package's version and on the two constants
below, never on the day on which the script runs.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, time, timedelta
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import exchange_calendars

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deepseek_shock.market._package import package_begins, package_calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from exchange_calendars import ExchangeCalendar

TARGET = Path(__file__).parent.parent / "deepseek_shock" / "market" / "_session_table.py"

# New York has kept 09:30-16:00 since 1985-09-30; the package gives these hours to earlier sessions
# too, wrongly. Tokyo's calendar begins in 1997 in the package.
FIRST = {"XNYS": date(1986, 1, 1), "XTKS": date(1997, 1, 1)}

# Before its FIRST day: the days alone, for a long history. The package makes New York's from 1970
# on, though its rules reach back to the last Saturdays that were sessions; ours asks for all.
EARLIEST = {"XNYS": package_begins("XNYS")}

# The last year for which both exchanges have published their holidays.
LAST = date(2027, 12, 31)

# The types of the table's values, as they are written into it.
DAYS = "tuple[int, ...]"
TRIPLES = "tuple[tuple[int, int, int], ...]"
PAIRS = "dict[int, tuple[int, int]]"

HEADER = '''\
"""Sessions of the exchanges: generated, do not edit.

Made by scripts/make_session_table.py from exchange_calendars {version}: each calendar from its
FIRST day to {last}, where the holidays that both exchanges have published end.

A day is the integer yyyymmdd; a time of day is the integer hhmm on the exchange's own clock.
Tokyo's break for lunch (11:30-12:30 in the package) is left out; `breaks` holds its history.

What the package does not know is missing here too: opens and closes that were moved without notice
(New York's short days after the crash of 1987, the circuit breaker of 1997-10-27), and that Tokyo
ended the first and the last session of a year at 11:00 until 2009-01-05. It has Tokyo closed on
1998-05-06, which was no holiday: a Sunday's holiday moved past the next holiday only from 2007 on.
"""
'''


def as_day(day: date) -> int:
    """Write a date as the integer yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def as_clock(moment: time) -> int:
    """Write a time of day as the integer hhmm; the exchanges' times are whole minutes."""
    return moment.hour * 100 + moment.minute


def regular(times: Sequence[tuple[pd.Timestamp | None, time]], day: date) -> int:
    """Pick the time of day that holds on `day` from the package's (since, time) pairs."""
    return as_clock([clock for since, clock in times if since is None or since.date() <= day][-1])


def regular_hours(calendar: ExchangeCalendar, first: date) -> list[tuple[int, int, int]]:
    """List (day, open, close): from that day on these hours are regular."""
    pairs = (*calendar.open_times, *calendar.close_times)
    changes = {since.date() for since, _ in pairs if since is not None}
    days = [first, *sorted(day for day in changes if first < day <= LAST)]
    return [
        (as_day(day), regular(calendar.open_times, day), regular(calendar.close_times, day))
        for day in days
    ]


def special_hours(calendar: ExchangeCalendar) -> dict[int, tuple[int, int]]:
    """Map to (open, close) the sessions whose hours were not the regular ones."""
    special: dict[int, tuple[int, int]] = {}
    for session in calendar.sessions:
        day = session.date()
        opens = as_clock(calendar.session_open(session).tz_convert(calendar.tz).time())
        closes = as_clock(calendar.session_close(session).tz_convert(calendar.tz).time())
        if (opens, closes) != (
            regular(calendar.open_times, day),
            regular(calendar.close_times, day),
        ):
            special[as_day(day)] = (opens, closes)
    return special


def exceptional_days(
    calendar: ExchangeCalendar, first: date, last: date = LAST
) -> tuple[list[int], list[int]]:
    """List the weekdays that were no session, and the weekend days that were one."""
    sessions = {session.date() for session in calendar.sessions}
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    weekend = 5
    closed = [day for day in days if day.weekday() < weekend and day not in sessions]
    added = [day for day in days if day.weekday() >= weekend and day in sessions]
    return [as_day(day) for day in closed], [as_day(day) for day in added]


def earlier_holidays(name: str, earliest: date) -> list[int]:
    """List the weekdays before a calendar's first day that were no session."""
    last = FIRST[name] - timedelta(1)
    closed, added = exceptional_days(package_calendar(name), earliest, last)
    if added:
        raise ValueError(f"{name}: sessions at weekends before {last}: {added}")
    return closed


def numbers(days: list[int]) -> str:
    """Write a tuple of days, each year on lines of its own for the sake of diffs."""
    years = sorted({day // 10_000 for day in days})
    rows = [", ".join(str(day) for day in days if day // 10_000 == year) + "," for year in years]
    lines = "".join(f"\n        {line}" for row in rows for line in wrap(row, 91))
    return f"({lines}\n    )" if days else "()"


def triples(hours: list[tuple[int, int, int]]) -> str:
    """Write a tuple of (day, open, close), one a line."""
    lines = "".join(f"\n        {row}," for row in hours)
    return f"({lines}\n    )" if hours else "()"


def mapping(hours: dict[int, tuple[int, int]]) -> str:
    """Write a dictionary from session to (open, close), one a line."""
    lines = "".join(f"\n        {day}: {row}," for day, row in hours.items())
    return f"{{{lines}\n    }}" if hours else "{}"


def constant(name: str, comment: str, kind: str, values: dict[str, str]) -> str:
    """Write one dictionary from calendar name to values."""
    entries = "".join(f'    "{calendar}": {value},\n' for calendar, value in values.items())
    return f"\n# {comment}\n{name}: dict[str, {kind}] = {{\n{entries}}}\n"


def dictionaries() -> str:
    """Write the dictionaries from calendar name to what the package says."""
    calendars = {
        name: exchange_calendars.get_calendar(name, start=first.isoformat(), end=LAST.isoformat())
        for name, first in FIRST.items()
    }
    first = {name: str(as_day(day)) for name, day in FIRST.items()}
    last = {name: str(as_day(LAST)) for name in FIRST}
    hours = {name: triples(regular_hours(calendars[name], day)) for name, day in FIRST.items()}
    special = {name: mapping(special_hours(calendars[name])) for name in FIRST}
    days = {name: exceptional_days(calendars[name], day) for name, day in FIRST.items()}
    closed = {name: numbers(closed) for name, (closed, _) in days.items()}
    added = {name: numbers(added) for name, (_, added) in days.items()}
    earliest = {name: str(as_day(day)) for name, day in EARLIEST.items()}
    earlier = {name: numbers(earlier_holidays(name, day)) for name, day in EARLIEST.items()}
    return "".join(
        (
            constant("FIRST", "The first day covered.", "int", first),
            constant("LAST", "The last day covered.", "int", last),
            constant("HOURS", "From this day on: regular open and close.", TRIPLES, hours),
            constant("SPECIAL", "Sessions with other hours: open and close.", PAIRS, special),
            constant("CLOSED", "Weekdays without a session.", DAYS, closed),
            constant("ADDED", "Weekend days with a session.", DAYS, added),
            constant(
                "EARLIEST", "From this day on the days before the first are known.", "int", earliest
            ),
            constant("EARLIER", "Weekdays before the first without a session.", DAYS, earlier),
        )
    )


def table() -> str:
    """Build the module's text."""
    version = exchange_calendars.__version__
    header = HEADER.format(version=version, last=LAST)
    return f'{header}\nPACKAGE_VERSION = "{version}"\n{dictionaries()}'


def check(wanted: str) -> int:
    """Compare the file with the text wanted; say what to do and return 1 if they differ."""
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == wanted:
        return 0
    print(
        f"{TARGET.name} is not what exchange_calendars {exchange_calendars.__version__} gives; "
        f"run: python scripts/{Path(__file__).name}",
        file=sys.stderr,
    )
    return 1


def main() -> int:
    """Write the table, or compare it with the file; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the session table.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 if different")
    wanted = table()
    if parser.parse_args().check:
        return check(wanted)
    TARGET.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
