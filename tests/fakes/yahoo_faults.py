"""What goes wrong with Yahoo's answers on the way and in their form, one fault each.

A fault gets the chart of one request. It changes it and returns nothing, or returns the answer that
is given in the chart's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.wire import JSON, Reply, json_of
from tests.fakes.yahoo import LIMITED
from tests.fakes.yahoo_chart import ABSENT, NEW_YORK, say_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.yahoo import Fault
    from tests.fakes.yahoo_chart import Chart

_HTML = {"Content-Type": "text/html"}
_PAGE = b"<!DOCTYPE html><html><head><title>Yahoo</title></head><body>Sorry</body></html>"
_SLOW = 60.0  # seconds: longer than any run waits
_DRIP = 0.4


# HTTP and transport.


def answer(reply: Reply) -> Fault:
    """Answer that, whatever was asked."""
    return lambda _: reply


def first(attempts: int, fault: Fault) -> Fault:
    """Let a fault strike the first requests for a ticker only."""
    return lambda chart: fault(chart) if chart.attempt <= attempts else None


limited = answer(LIMITED)
limited_once = first(1, limited)
server_error = answer(say_error(500, "internal-error", "An internal error", root="finance"))
server_error_once = first(1, server_error)
bad_gateway = answer(Reply(502, _PAGE, _HTML))
invalid_crumb = answer(say_error(401, "Unauthorized", "Invalid Crumb", root="finance"))
not_found = answer(say_error(404, "Not Found", "No data found, symbol may be delisted"))
no_such_data = answer(say_error(400, "Bad Request", "Data doesn't exist for these dates"))
right_back = answer(Reply(200, b"Will be right back... Thank you for your patience.", _HTML))
html = answer(Reply(200, _PAGE, _HTML))
empty = answer(Reply(200, b"", {"Content-Type": JSON}))
reset = answer(Reply(reset=True))


def truncated(chart: Chart) -> Reply:
    """Answer half of the JSON as if it were all."""
    whole = json_of(chart.payload())
    return whole._replace(body=whole.body[: len(whole.body) // 2])


def cut(chart: Chart) -> Reply:
    """Break off in the body."""
    return json_of(chart.payload())._replace(cut=200)


def slow(chart: Chart) -> Reply:
    """Answer when nobody waits any longer."""
    return json_of(chart.payload())._replace(delay=_SLOW)


def dripping(chart: Chart) -> Reply:
    """Begin at once and never come to an end."""
    return json_of(chart.payload())._replace(drip=_DRIP)


# The form of the answer.


def result_is(value: object) -> Fault:
    """Answer a result that is none: `None`, an empty list."""
    return answer(json_of({"chart": {"result": value, "error": None}}))


def edited(edit: Callable[[dict[str, Any]], object]) -> Fault:
    """Change the finished result before it is sent."""

    def fault(chart: Chart) -> Reply:
        payload = chart.payload()
        edit(payload["chart"]["result"][0])
        return json_of(payload)

    return fault


def _drop_rows(result: dict[str, Any]) -> None:
    del result["timestamp"]
    result["indicators"] = {"quote": [{}], "adjclose": [{}]}


no_timestamps = edited(_drop_rows)
uneven_columns = edited(lambda result: result["indicators"]["quote"][0]["close"].pop())


def phantom(chart: Chart) -> Reply:
    """Answer for a symbol that is listed and has never had a price."""
    meta = {
        "currency": None,
        "symbol": chart.ticker,
        "exchangeName": "NMS",
        "instrumentType": "ECNQUOTE",
        "firstTradeDate": None,
        "regularMarketTime": None,
    }
    result = {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
    return json_of({"chart": {"result": [result], "error": None}})


def says(**meta: object) -> Fault:
    """Say something else in `meta`."""

    def fault(chart: Chart) -> None:
        chart.said.update(meta)

    return fault


no_currency, null_currency = says(currency=ABSENT), says(currency=None)
no_zone = says(exchangeTimezoneName=ABSENT)
wrong_symbol = says(symbol="THF")
wrong_currency = says(currency="EUR")
minor_currency = says(currency="GBp")


def wrong_zone(chart: Chart) -> None:
    """Name the zone on the other side of the world."""
    other = "Asia/Tokyo" if chart.market is NEW_YORK else "America/New_York"
    chart.said["exchangeTimezoneName"] = other


def times_are(change: Callable[[int], object]) -> Fault:
    """Give something else for every stamp."""
    return edited(lambda one: one.update(timestamp=[change(at) for at in one["timestamp"]]))


def closes_are(value: object) -> Fault:
    """Give one value for every close."""

    def edit(result: dict[str, Any]) -> None:
        result["indicators"]["quote"][0]["close"] = [value] * len(result["timestamp"])

    return edited(edit)


def splits_are(**split: float) -> Fault:
    """Declare one split in just these words."""
    return edited(lambda one: one.update(events={"splits": {"1": split}}))
