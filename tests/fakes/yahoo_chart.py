"""One answer of Yahoo's chart endpoint, made from the sample: what is true, and how Yahoo says it.

A chart begins as the truth: the bars of the sample, whose figures are known. A fault changes it (a
row, a split, what the `meta` object says) before it is written as Yahoo writes: floats with the
noise of 32 bits, stamps at the open, prices restated for every split whatever the window.
"""

from __future__ import annotations

import csv
import struct
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import sessions_between
from tests.fakes.wire import Reply, json_of

ABSENT = object()
"""In `Chart.said`: the key is left out of `meta`."""

_PRICES = ("open", "high", "low", "close")
_WIGGLES = (0.0, 0.004, -0.003, 0.006, -0.005, 0.002, -0.004)  # of bars beyond the sample
_RANGES = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
_CODES = {
    "XNAS": ("NMS", "NasdaqGS"),
    "XNYS": ("NYQ", "NYSE"),
    "ARCX": ("PCX", "NYSEArca"),
    "XTKS": ("JPX", "Tokyo"),
}


class Market(NamedTuple):
    """A market's hours on its own clock (Tokyo's since 2024-11-05), as Yahoo knows them."""

    zone: ZoneInfo
    currency: str
    opens: time
    closes: time

    def stamp(self, session: date, clock: time | None = None) -> datetime:
        """Return an instant of a session: its open, unless another time is given."""
        return datetime.combine(session, clock or self.opens, self.zone)


NEW_YORK = Market(ZoneInfo("America/New_York"), "USD", time(9, 30), time(16))
TOKYO = Market(ZoneInfo("Asia/Tokyo"), "JPY", time(9), time(15, 30))


@dataclass
class Row:
    """A day as it is served; `is_stray` is served although the window does not reach so far."""

    stamp: datetime
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    volume: int | None
    has_adjclose: bool = True
    is_stray: bool = False

    @property
    def session(self) -> date:
        return self.stamp.date()

    def scale(self, factor: float) -> None:
        """Multiply the prices."""
        for name in _PRICES:
            price = getattr(self, name)
            setattr(self, name, None if price is None else price * factor)

    def restate(self, factor: float) -> None:
        """Multiply the prices and divide the volume, as a split on its way back does."""
        self.scale(factor)
        self.volume = None if self.volume is None else round(self.volume / factor)

    def blank(self, price: float | None, volume: int | None) -> None:
        """Give every price one value."""
        for name in _PRICES:
            setattr(self, name, price)
        self.volume = volume


class Split(NamedTuple):
    session: date
    new: int
    old: int


class Dividend(NamedTuple):
    session: date
    amount: float


@dataclass
class Chart:
    """What is to be answered to one request, still open to faults.

    `attempt` counts the requests for this ticker, from 1; `said` stands in `meta` in place of the
    truth; `span` is the window asked, as seconds since 1970.
    """

    ticker: str
    mic: str
    name: str
    market: Market
    rows: list[Row]
    span: tuple[float, float]
    attempt: int = 1
    splits: list[Split] = field(default_factory=list)
    dividends: list[Dividend] = field(default_factory=list)
    said: dict[str, object] = field(default_factory=dict)

    def at(self, session: date) -> Row:
        """Return the row of a session that is there."""
        return next(row for row in self.rows if row.session == session)

    def extend(self, first: date | None = None, last: date | None = None) -> None:
        """Add invented bars about the nearest close, for the calendar's sessions up to a day."""
        calendar = XTKS if self.market is TOKYO else XNYS
        begin, end = self.rows[0], self.rows[-1]
        one_day = timedelta(days=1)
        if first is not None:
            days = sessions_between(calendar, first, begin.session - one_day)
            self.rows[:0] = [_invent(self.market, day, begin) for day in days]
        if last is not None:
            days = sessions_between(calendar, end.session + one_day, last)
            self.rows += [_invent(self.market, day, end) for day in days]

    def payload(self) -> dict[str, Any]:
        """Return the answer as Yahoo would make it, before it is JSON."""
        rows = [row for row in self.rows if row.is_stray or self._holds(row.stamp)]
        if not rows:
            return _no_data(*self.span)
        result = {
            "meta": self._meta(),
            "timestamp": [int(row.stamp.timestamp()) for row in rows],
            "events": self._events(),
            "indicators": {
                "quote": [
                    {name: [_noisy(getattr(row, name)) for row in rows] for name in _PRICES}
                    | {"volume": [row.volume for row in rows]}
                ],
                "adjclose": [{"adjclose": [self._adjusted(row) for row in rows]}],
            },
        }
        if not result["events"]:
            del result["events"]
        return {"chart": {"result": [result], "error": None}}

    def _holds(self, stamp: datetime) -> bool:
        begin, end = self.span
        return begin <= stamp.timestamp() < end

    def _meta(self) -> dict[str, object]:
        last = max(self.rows, key=lambda row: row.stamp)
        now = self.market.stamp(last.session, self.market.closes)
        code, full = _CODES[self.mic]
        offset = now.utcoffset() or timedelta()
        meta: dict[str, object] = {
            "currency": self.market.currency,
            "symbol": self.ticker,
            "exchangeName": code,
            "fullExchangeName": full,
            "instrumentType": "INDEX" if self.ticker.startswith("^") else "EQUITY",
            "firstTradeDate": 946_684_800,
            "regularMarketTime": int(now.timestamp()),
            "hasPrePostMarketData": self.market is NEW_YORK,
            "gmtoffset": int(offset.total_seconds()),
            "timezone": now.tzname(),
            "exchangeTimezoneName": self.market.zone.key,
            "regularMarketPrice": _noisy(last.close),
            "regularMarketVolume": last.volume,
            "longName": self.name,
            "shortName": self.name,
            "chartPreviousClose": _noisy(self.rows[0].open),
            "priceHint": 2,
            "currentTradingPeriod": self._periods(last.session),
            "dataGranularity": "1d",
            "range": "",
            "validRanges": list(_RANGES),
        }
        return {key: one for key, one in (meta | self.said).items() if one is not ABSENT}

    def _periods(self, session: date) -> dict[str, dict[str, object]]:
        ends = [self.market.stamp(session, self.market.opens)] * 2
        ends += [self.market.stamp(session, self.market.closes)] * 2
        if self.market is NEW_YORK:
            ends[0], ends[3] = (self.market.stamp(session, time(hour)) for hour in (4, 20))
        return {
            name: {
                "timezone": begin.tzname(),
                "start": int(begin.timestamp()),
                "end": int(end.timestamp()),
                "gmtoffset": int((begin.utcoffset() or timedelta()).total_seconds()),
            }
            for name, (begin, end) in zip(("pre", "regular", "post"), pairwise(ends), strict=True)
        }

    def _events(self) -> dict[str, dict[str, dict[str, object]]]:
        """Return the events of the window; a restatement knows the others too."""
        events: dict[str, dict[str, dict[str, object]]] = {}
        for paid in self.dividends:
            stamp = self.market.stamp(paid.session)
            if self._holds(stamp):
                at = int(stamp.timestamp())
                events.setdefault("dividends", {})[str(at)] = {
                    "amount": _noisy(paid.amount),
                    "date": at,
                }
        for split in self.splits:
            stamp = self.market.stamp(split.session)
            if self._holds(stamp):
                at = int(stamp.timestamp())
                events.setdefault("splits", {})[str(at)] = {
                    "date": at,
                    "numerator": float(split.new),
                    "denominator": float(split.old),
                    "splitRatio": f"{split.new}:{split.old}",
                }
        return events

    def _adjusted(self, row: Row) -> float | None:
        """Return the close less what each later dividend took off, in its share of the price."""
        if row.close is None or not row.has_adjclose:
            return None
        factor = 1.0
        for paid in self.dividends:
            before = [one for one in self.rows if one.session < paid.session and one.close]
            if row.session < paid.session and before:
                factor *= 1 - paid.amount / (before[-1].close or 1)
        return _noisy(row.close * factor)


def say_error(status: int, code: str, description: str, root: str = "chart") -> Reply:
    """Return a refusal in Yahoo's form."""
    error = {"code": code, "description": description}
    return json_of({root: {"result": None, "error": error}}, status)


@cache
def truths() -> dict[str, Chart]:
    """Return the whole sample, one chart a ticker."""
    folder = files("deepseek_shock") / "sample"
    listed = csv.DictReader((folder / "instruments.csv").read_text("utf-8").splitlines())
    charts: dict[str, Chart] = {}
    for one in listed:
        market = TOKYO if one["exchange"] == "XTKS" else NEW_YORK
        charts[one["ticker"]] = Chart(
            one["ticker"], one["exchange"], one["name_en"], market, [], (0, 0)
        )
    for bar in csv.DictReader((folder / "bars.csv").read_text("utf-8").splitlines()):
        chart = charts[bar["ticker"]]
        stamp = chart.market.stamp(date.fromisoformat(bar["session"]))
        opened, high, low, close = (float(bar[name]) if bar[name] else None for name in _PRICES)
        unknown = 0 if bar["ticker"].startswith("^") else None
        volume = int(bar["volume"]) if bar["volume"] else unknown
        chart.rows.append(Row(stamp, opened, high, low, close, volume))
    return charts


def chart_of(ticker: str, span: tuple[float, float], attempt: int) -> Chart:
    """Return a chart of its own for one request; the ticker is one of the sample."""
    truth = truths()[ticker]
    return replace(
        truth,
        rows=[replace(row) for row in truth.rows],
        span=span,
        attempt=attempt,
        splits=[],
        dividends=[],
        said={},
    )


def _invent(market: Market, session: date, near: Row) -> Row:
    close = (near.close or 1.0) * (1 + _WIGGLES[session.toordinal() % len(_WIGGLES)])
    digits = 0 if market is TOKYO else 2
    low, middle, high = (round(close * factor, digits) for factor in (0.99, 1, 1.01))
    return Row(market.stamp(session), middle, high, low, middle, near.volume)


def _no_data(begin: float, end: float) -> dict[str, Any]:
    words = f"Data doesn't exist for startDate = {begin:.0f}, endDate = {end:.0f}"
    return {"chart": {"result": None, "error": {"code": "Bad Request", "description": words}}}


def _noisy(price: float | None) -> float | None:
    """Return the double that stands for the nearest float of 32 bits."""
    return None if price is None else struct.unpack("f", struct.pack("f", price))[0]
