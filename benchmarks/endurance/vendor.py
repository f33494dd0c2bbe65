"""The made-up market as Yahoo would serve it at an instant: a handler for `proxy.serve`.

What is true now stands in the answer: sessions that have closed, the running one with the price of
the hour, history restated for every split that has happened. Then a fault may change it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tests.fakes.wire import Reply, Request, json_of
from tests.fakes.yahoo import CHARTS, Yahoo
from tests.fakes.yahoo_chart import NEW_YORK, TOKYO, Chart, Dividend, Row, Split, say_error

if TYPE_CHECKING:
    from world import Bar, Hours, Listing, World

Fault: TypeAlias = "Callable[[Chart, date], Reply | None]"
"""Changes a chart, or returns what is answered in its place; the day is the chart's last one."""

_DAY = 86_400.0
_PARTIAL = 1.013  # how far a running session's price stands from its close


class Strike(NamedTuple):
    """A fault, and on whom: tickers, or none for the hosts that give cookie and crumb."""

    name: str
    fault: Fault
    tickers: frozenset[str]


class Vendor:
    """The handler: `now` is the true instant, `strikes` what goes wrong until they are set anew."""

    def __init__(self, world: World, now: datetime) -> None:
        self.now = now
        self.strikes: tuple[Strike, ...] = ()
        self.met: Counter[str] = Counter()
        self.cookie_fails = False
        self.lies: set[tuple[str, date]] = set()
        self._world = world
        self._attempts: Counter[str] = Counter()
        self._healthy = Yahoo()
        self._failing = Yahoo(cookie=Reply(500), crumb=Reply(429, b"Too Many Requests"))
        self._lock = threading.Lock()

    def set(self, now: datetime, strikes: tuple[Strike, ...], *, cookie_fails: bool) -> None:
        """Begin another run."""
        with self._lock:
            self.now, self.strikes, self.cookie_fails = now, strikes, cookie_fails
            self._attempts.clear()

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        if request.path.startswith(CHARTS):
            return self._chart(request.path.removeprefix(CHARTS), request.query)
        if self.cookie_fails:
            with self._lock:
                self.met["cookie"] += 1
            return self._failing(request)
        return self._healthy(request)

    def _chart(self, ticker: str, query: Mapping[str, str]) -> Reply:
        with self._lock:
            self._attempts[ticker] += 1
            now, strikes, attempt = self.now, self.strikes, self._attempts[ticker]
        if ticker not in self._world.listings:
            return say_error(404, "Not Found", "No data found, symbol may be delisted")
        if query.get("range") == "1d":
            span = now.timestamp() - _DAY, now.timestamp() + _DAY
        else:
            span = float(query["period1"]), float(query["period2"])
        chart, last = self.chart(ticker, span, now, attempt)
        true = _closes(chart)
        for strike in strikes:
            if ticker in strike.tickers:
                with self._lock:
                    self.met[strike.name] += 1
                reply = strike.fault(chart, last)
                if reply is not None:
                    return reply
        with self._lock:
            self.lies.update((ticker, day) for day, _ in _closes(chart) - true)
        answer = chart.payload()
        return json_of(answer, 400 if answer["chart"]["error"] else 200)

    def chart(
        self, ticker: str, span: tuple[float, float], now: datetime, attempt: int = 1
    ) -> tuple[Chart, date]:
        """Return the healthy chart of an instant, and its last session."""
        listing = self._world.listings[ticker]
        market = TOKYO if listing.mic == "XTKS" else NEW_YORK
        chart = Chart(ticker, listing.mic, f"{ticker} Inc.", market, [], span, attempt)
        begun = [one for one in self._world.calendar(ticker).hours if one.opens < now]
        bars = self._world.bars[ticker]
        chart.rows = [_row(chart, one.session, bars[one.session]) for one in begun]
        _restate(chart, listing, begun[-1].session)
        _run_session(chart, begun[-1], now)
        last_trade = min(now, begun[-1].closes)
        chart.said["regularMarketTime"] = int(last_trade.timestamp())
        return chart, begun[-1].session


def _closes(chart: Chart) -> set[tuple[date, float | None]]:
    """Return what a chart says of each session, on the day's own basis."""
    factor, closes = 1, set()
    splits = {split.session: split.new // split.old for split in chart.splits}
    for row in sorted(chart.rows, key=lambda one: one.stamp, reverse=True):
        close = None if row.close is None else round(row.close * factor, 3)
        closes.add((row.session, close))
        factor *= splits.get(row.session, 1)
    return closes


def _row(chart: Chart, session: date, bar: Bar) -> Row:
    opened, high, low, close = (float(one) for one in bar[:4])
    return Row(chart.market.stamp(session), opened, high, low, close, bar.volume)


def _run_session(chart: Chart, hours: Hours, now: datetime) -> None:
    """Let the last row be that of a session under way.

    It is stamped with its last trade, or on every other day as a finished one is: then only
    `regularMarketTime` tells.
    """
    if now >= hours.closes:
        return
    row = chart.rows[-1]
    row.scale(_PARTIAL)
    if hours.session.toordinal() % 2:
        row.stamp = now.astimezone(chart.market.zone)


def _restate(chart: Chart, listing: Listing, last: date) -> None:
    """Bring the history to the basis of the last split, and say splits and dividends."""
    for session, new in listing.splits:
        if session > last:
            continue
        chart.splits.append(Split(session, new, 1))
        for row in chart.rows:
            if row.session < session:
                row.scale(1 / new)
                row.volume = None if row.volume is None else row.volume * new
    chart.dividends += [
        Dividend(session, float(amount)) for session, amount in listing.dividends if session <= last
    ]
