"""Yahoo's chart API, healthy or with one fault a ticker: a handler for `proxy.serve`.

    yahoo = Yahoo({"NVDA": faults.server_error, "5803.T": faults.without(DAY)})
    with serve({"*.yahoo.com": yahoo}, folder=tmp_path) as proxy:
        ...
    assert charts(proxy.log) == ["NVDA", "5803.T", "6857.T"]

What is asked for and is no ticker of the sample does not exist (404). Answers are modelled on
recorded ones; none of them is Yahoo's own.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from tests.fakes.wire import Reply, json_of
from tests.fakes.yahoo_chart import chart_of, say_error, truths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from tests.fakes.wire import Request
    from tests.fakes.yahoo_chart import Chart

Fault: TypeAlias = "Callable[[Chart], Reply | None]"
"""Changes the chart, or returns what is answered in its place."""

CHARTS = "/v8/finance/chart/"
LIMITED = Reply(429, b"Edge: Too Many Requests", {"Content-Type": "text/plain"})

_YEAR = 31_557_600  # seconds
_LAST_DAY = (1_738_540_800.0, 1_738_627_200.0)  # 2025-02-03 in UTC, where the sample ends
_COOKIE = {
    "Set-Cookie": "A3=d=AQAAAMADE&S=AQAAAup; "
    f"Max-Age={_YEAR}; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly",
    "Content-Type": "text/html",
}
_CONSENT = b"""<!DOCTYPE html><html><body><form method="post" class="consent-form">
<input type="hidden" name="csrfToken" value="made-up"><input type="hidden" name="sessionId"
value="3_cc-session_made-up"><button name="agree" value="agree">Accept all</button></form></body>
</html>"""


class Yahoo:
    """The handler: `faults` by ticker, `latency` in seconds before every chart.

    `cookie` and `crumb` are what the cookie's and the crumb's host answer in place of the usual;
    after `limit` charts every further one is answered with 429. `first` and `last` extend all
    series by invented bars, for whoever needs more than the sample's sessions.
    """

    def __init__(  # noqa: PLR0913 - one setting a side of Yahoo
        self,
        faults: Mapping[str, Fault] | None = None,
        *,
        latency: float = 0.0,
        cookie: Reply | None = None,
        crumb: Reply | None = None,
        limit: int | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> None:
        self._faults = dict(faults or {})
        self._latency = latency
        self._cookie = cookie or Reply(404, b"", _COOKIE)
        self._crumb = crumb or Reply(body=b"Made.Up/Crumb")
        self._limit = limit
        self._reach = first, last
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        if request.path.startswith(CHARTS):
            return self._chart(request)
        if request.path == "/v1/test/getcrumb":
            return self._crumb
        if request.host == "fc.yahoo.com":
            return self._cookie
        if request.host in ("guce.yahoo.com", "consent.yahoo.com"):
            return Reply(body=_CONSENT, headers={"Content-Type": "text/html"})
        return Reply(404, b"Not Found")

    def _chart(self, request: Request) -> Reply:
        ticker = request.path.removeprefix(CHARTS)
        with self._lock:
            self._attempts[ticker] += 1
            attempt = self._attempts[ticker]
            is_over = self._limit is not None and self._attempts.total() > self._limit
        reply = LIMITED if is_over else self._answer(ticker, request.query, attempt)
        return reply._replace(delay=reply.delay + self._latency)

    def _answer(self, ticker: str, query: Mapping[str, str], attempt: int) -> Reply:
        if ticker not in truths():
            return say_error(404, "Not Found", "No data found, symbol may be delisted")
        if query.get("range") == "1d":
            span = _LAST_DAY  # how yfinance asks for a zone
        elif query.get("interval") == "1d" and {"period1", "period2"} <= query.keys():
            span = float(query["period1"]), float(query["period2"])
        else:
            return say_error(400, "Bad Request", "the fake knows days only")
        chart = chart_of(ticker, span, attempt)
        chart.extend(*self._reach)
        reply = self._faults[ticker](chart) if ticker in self._faults else None
        if reply is not None:
            return reply
        answer = chart.payload()
        return json_of(answer, 400 if answer["chart"]["error"] else 200)


def charts(log: Iterable[Request]) -> list[str]:
    """Return the tickers whose charts were asked for, in order."""
    return [one.path.removeprefix(CHARTS) for one in log if one.path.startswith(CHARTS)]
