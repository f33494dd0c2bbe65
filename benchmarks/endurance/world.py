"""A made-up market whose figures this script knows: closes by a seed, splits and dividends by hand.

Nothing here asks the command that is tested. Sessions and closing times come from the package
`exchange_calendars`, read in a process of its own: it loads pandas, which this one has no use for.
Prices are whole numbers of ticks, moves are exact fractions.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

FIRST, LAST = date(2023, 6, 1), date(2026, 10, 30)
"""Of which days the world has bars: the year and a half before the first run are its history."""

_ASK = """
import json, sys
import exchange_calendars
found = {}
for name in ("XNYS", "XTKS"):
    schedule = exchange_calendars.get_calendar(name).schedule.loc[sys.argv[1]:sys.argv[2]]
    found[name] = [[str(day.date()), int(row["open"].timestamp()), int(row["close"].timestamp())]
                   for day, row in schedule.iterrows()]
json.dump(found, sys.stdout)
"""


class Hours(NamedTuple):
    """When a session opens and closes."""

    session: date
    opens: datetime
    closes: datetime


class Calendar:
    """The sessions of an exchange, in order."""

    def __init__(self, hours: list[Hours]) -> None:
        self.hours = hours
        self.by_day = {one.session: one for one in hours}
        self.places = {one.session: place for place, one in enumerate(hours)}
        self._closes = [one.closes for one in hours]

    def previous(self, session: date) -> date:
        """Return the session before one."""
        return self.hours[self.places[session] - 1].session

    def last_completed(self, now: datetime) -> date:
        """Return the last session that had closed at an instant."""
        return self.hours[bisect_right(self._closes, now) - 1].session


def read_calendars(python: str = sys.executable) -> dict[str, Calendar]:
    """Ask the calendar package for New York's and Tokyo's sessions."""
    span = [str(FIRST), str(LAST)]
    done = subprocess.run([python, "-c", _ASK, *span], capture_output=True, text=True, check=True)

    def hours(day: str, opens: int, closes: int) -> Hours:
        instants = (datetime.fromtimestamp(one, UTC) for one in (opens, closes))
        return Hours(date.fromisoformat(day), *instants)

    return {
        name: Calendar([hours(*row) for row in rows])
        for name, rows in json.loads(done.stdout).items()
    }


class Listing(NamedTuple):
    """One of the made-up instruments; splits are (session, new shares for one)."""

    ticker: str
    mic: str
    start: int
    tick: str
    splits: tuple[tuple[date, int], ...] = ()
    dividends: tuple[tuple[date, str], ...] = ()

    @property
    def calendar(self) -> str:
        """The exchange's calendar."""
        return "XTKS" if self.mic == "XTKS" else "XNYS"

    @property
    def is_index(self) -> bool:
        """Whether it is no share."""
        return self.ticker.startswith("^")


LISTINGS = (
    Listing(
        "ENDA", "XNYS", 14_262, "0.01", ((date(2025, 6, 10), 4),), ((date(2025, 9, 15), "0.25"),)
    ),
    Listing("ENDB", "XNAS", 4_105, "0.01", ((date(2025, 11, 4), 3),)),
    Listing("ENDC", "XNAS", 91_877, "0.01"),
    Listing("9991.T", "XTKS", 12_500, "0.1", ((date(2025, 9, 29), 5),)),
    Listing("9992.T", "XTKS", 41_230, "0.1", (), ((date(2025, 3, 28), "12"),)),
    Listing("^ENDX", "XNYS", 600_000, "0.01"),
)


class Bar(NamedTuple):
    """A day as it was traded."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int


class World:
    """All that is true, by ticker and session."""

    def __init__(self, seed: int, calendars: dict[str, Calendar]) -> None:
        self.calendars = calendars
        self.listings = {one.ticker: one for one in LISTINGS}
        self.bars = {one.ticker: self._trade(one, seed) for one in LISTINGS}

    def calendar(self, ticker: str) -> Calendar:
        """Return the calendar of a ticker."""
        return self.calendars[self.listings[ticker].calendar]

    def split(self, ticker: str, session: date) -> int:
        """Return how many new shares one became on a session, 1 mostly."""
        return dict(self.listings[ticker].splits).get(session, 1)

    def move(self, ticker: str, session: date) -> Fraction:
        """Return the exact move of a session, on one split basis."""
        bars = self.bars[ticker]
        before = bars[self.calendar(ticker).previous(session)].close
        ratio = Fraction(bars[session].close) * self.split(ticker, session) / Fraction(before)
        return ratio - 1

    @cached_property
    def days(self) -> list[date]:
        """All days of the world."""
        return [FIRST + timedelta(days=one) for one in range((LAST - FIRST).days + 1)]

    def _trade(self, listing: Listing, seed: int) -> dict[date, Bar]:
        """Walk at random, in ticks: mostly less than 3 %, one day in forty up to 9 %."""
        chance = random.Random(f"{seed} {listing.ticker}")  # noqa: S311 -- a made-up market
        tick, close, first = Decimal(listing.tick), listing.start, listing.start
        splits = dict(listing.splits)
        bars: dict[date, Bar] = {}
        for hours in self.calendars[listing.calendar].hours:
            close = max(close // splits.get(hours.session, 1), 500)
            opened = close + chance.randint(-close // 200, close // 200)
            reach = 90 if chance.random() < 1 / 40 else 25
            pull = 4 if close < first // 8 else 0  # so that no price is worn down to its ticks
            close += close * (chance.randint(-reach, reach) + pull) // 1000
            high = max(opened, close) + chance.randint(0, close // 200)
            low = min(opened, close) - chance.randint(0, close // 200)
            volume = 0 if listing.is_index else 6_000 * chance.randint(200, 9_000)
            bars[hours.session] = Bar(opened * tick, high * tick, low * tick, close * tick, volume)
        return bars
