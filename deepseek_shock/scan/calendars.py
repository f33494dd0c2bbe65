"""Which day is the session before, for every calendar that a scan meets, as arrays.

Days are numbers of days since 1 January 1970, as Arrow's date32.

New York's and Tokyo's sessions come from the generated table (`market.sessions`): New York's from
1986, Tokyo's from 1997, both until 2027. Two calendars are made in a few milliseconds. Only rows
before or after a table, and tickers of other exchanges, cost the import of the calendar package:
`reach` is told the days that rows stand on. The package knows New York from 1953; what it does not
know either, as Tokyo before 1997, no calendar tells.
"""

from __future__ import annotations

import re
from datetime import date
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.market.exchange import CITIES, EXCHANGES, XNYS, XTKS, Exchange
from deepseek_shock.market.sessions import (
    calendar_begins,
    covered,
    earlier_sessions,
    sessions_between,
    widest_span,
)
from deepseek_shock.market.suffixes import exchange_of_suffix
from deepseek_shock.spellings import spell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

AUTO = "auto"
NONE = "none"

FIRST = -25567  # 1 January 1900
LAST = 47481  # 31 December 2099

NO_SESSION = np.int32(-(1 << 30))  # the day is no session of the calendar
ANY = np.int32(-(1 << 30) + 1)  # no calendar tells: the row before is the session before

_EPOCH = date(1970, 1, 1).toordinal()
_TABLES = {
    name: (first.toordinal() - _EPOCH, last.toordinal() - _EPOCH) for name, first, last in covered()
}
# Most tickers, told without the rules of spelling.
_NEW_YORK = re.compile(r"[A-Z]+(?:-[A-Z]+)?")
_TOKYO = re.compile(r"\d[0-9A-Z]\d[0-9A-Z]\.T")


class Calendars:
    """The calendars of a scan; rows are added as tickers of new ones are met.

    `names[k]` is the calendar of row k (`None`: no calendar), `previous[k, day - FIRST]` the
    session before `day`, or `NO_SESSION`, or `ANY`. The first session of a calendar is `ANY`: what
    was before it nobody tells. Threads may share one: an array, once handed out, is not written
    to again.

    `placed` are tickers whose exchange is known, by its MIC; `auto` need not go by their suffix.

    Raises `UsageError` for a name that is no calendar's.
    """

    def __init__(self, asked: str, placed: Mapping[str, str] = MappingProxyType({})) -> None:
        self.names: list[str | None] = []
        self.previous: NDArray[np.int32] = np.empty((0, LAST - FIRST + 1), np.int32)
        self._asked = None if asked.lower() == AUTO else _find(asked)
        self._placed = placed
        self._is_auto = asked.lower() == AUTO
        self._days = (LAST, FIRST)  # that rows were told to stand on
        self._reached: list[tuple[int, int]] = []
        self._rows: dict[str, int] = {}
        self._lock = Lock()

    def rows_of(self, tickers: Sequence[str]) -> NDArray[np.intp]:
        """Return the row of each ticker's calendar.

        With `auto` by its suffix: none is New York, .T and a Tokyo code Tokyo, others their own; a
        suffix that stands for no exchange has no calendar. Raises `CalendarError` where the
        calendar package cannot make one.
        """
        known = self._rows
        rows = [known.get(ticker, -1) for ticker in tickers]
        if -1 in rows:
            with self._lock:
                for ticker in tickers:
                    if ticker not in known:
                        known[ticker] = self._row_of(self._find(ticker))
            rows = [known[ticker] for ticker in tickers]
        return np.array(rows, np.intp)

    def reach(self, first: int, last: int) -> None:
        """See to it that all calendars, those still to come too, tell of these days if they can.

        Costs nothing where they do. Raises `CalendarError`.
        """
        if self._days[0] <= first and last <= self._days[1]:
            return
        with self._lock:
            days = min(first, self._days[0]), max(last, self._days[1])
            for row, name in enumerate(self.names):
                if not self._is_reached(row, name, days):
                    self._extend(row, name)
            self._days = days  # last, for other threads look at it without the lock

    def _find(self, ticker: str) -> str | None:
        """Return the name of a ticker's calendar."""
        if not self._is_auto:
            exchange = self._asked
        elif ticker in self._placed:
            exchange = EXCHANGES.get(self._placed[ticker])
        else:
            exchange = _place(ticker)
        return None if exchange is None else exchange.calendar

    def _row_of(self, name: str | None) -> int:
        if name not in self.names:
            self._add(name)
        return self.names.index(name)

    def _add(self, name: str | None) -> None:
        row = np.full((1, LAST - FIRST + 1), ANY, np.int32)
        days = _TABLES.get(name or "", (LAST, FIRST))
        if name is not None and days[0] <= days[1]:
            exchange = EXCHANGES[name]
            earlier = earlier_sessions(exchange)
            found = earlier + sessions_between(exchange, *map(_date, days))
            if earlier:
                days = _number(calendar_begins(exchange)), days[1]
            _lay_out(row[0], found, *days)
        self.previous = np.concatenate((self.previous, row))
        self._reached.append(days)
        self.names.append(name)
        if not self._is_reached(len(self.names) - 1, name, self._days):
            self._extend(len(self.names) - 1, name)

    def _is_reached(self, row: int, name: str | None, days: tuple[int, int]) -> bool:
        if name is None or days[0] > days[1]:
            return True
        first, last = self._reached[row]
        begins = _number(calendar_begins(EXCHANGES[name]))
        return first <= max(days[0], begins) and days[1] <= last

    def _extend(self, row: int, name: str | None) -> None:
        """Take all that table and package know of a calendar, in an array of its own."""
        exchange = EXCHANGES[name or ""]
        first, last = widest_span(exchange)
        previous = self.previous.copy()
        found = sessions_between(exchange, first, last)
        _lay_out(previous[row], found, _number(first), _number(last))
        self.previous = previous
        self._reached[row] = (FIRST, LAST)  # there is no more to be had


def _lay_out(row: NDArray[np.int32], found: Sequence[date], first: int, last: int) -> None:
    """Write the sessions from one day to another into a calendar's row."""
    sessions = np.fromiter(map(_number, found), np.int32, len(found))
    row[first - FIRST : last - FIRST + 1] = NO_SESSION
    row[sessions[1:] - FIRST] = sessions[:-1]
    row[sessions[:1] - FIRST] = ANY


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _date(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def _place(ticker: str) -> Exchange | None:
    if _NEW_YORK.fullmatch(ticker):
        return XNYS
    if _TOKYO.fullmatch(ticker):
        return XTKS
    return exchange_of_suffix(spell(ticker))


def _find(asked: str) -> Exchange | None:
    """Find the exchange that is named by its MIC, or its city."""
    if asked.lower() == NONE:
        return None
    cities = {city.casefold(): mic for mic, city in CITIES.items()}
    mic = cities.get(asked.casefold(), asked.upper())
    if mic not in EXCHANGES:
        near = near_matches(mic, EXCHANGES)
        raise UsageError(
            f"--calendar {asked} is no calendar",
            hint=f"did you mean {near[0]}?"
            if near
            else "auto, none, or an exchange by its MIC: XNYS, XTKS, XLON, …",
        )
    return EXCHANGES[mic]
