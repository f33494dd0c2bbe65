"""J-Quants' second API, healthy or with faults: a handler for `proxy.serve`.

    vendor = JQuants({"58030": [row("58030", "2025-01-27", close=6522)]})
    with serve({HOST: vendor}, folder=tmp_path) as proxy:
        ...

Paths, parameters, names of fields and statuses are those of the vendor's pages
(https://jpx-jquants.com/en/spec/eq-bars-daily, .../ja/spec/idx-bars-daily-topix,
.../en/spec/response-status), the words of refusals those that users of the API quote.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.fakes.wire import Reply, json_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.fakes.wire import Request

HOST = "api.jquants.com"
SHARES, TOPIX = "/v2/equities/bars/daily", "/v2/indices/bars/daily/topix"
KEY = "made-up-key-7c1f2b9e44d0"

Row: TypeAlias = "dict[str, Any]"

DENIED = json_of({"message": "The incoming token is invalid or expired"}, 403)
NO_SUBSCRIPTION = json_of({"message": "No active subscription found."}, 403)
NOT_ON_PLAN = json_of({"message": "This API is not available on your subscription."}, 403)
WRONG_PARAMETER = json_of(
    {"message": "This API requires at least 1 parameter as follows; date, code"}, 400
)
LIMITED = json_of({"message": "Rate limit exceeded. Please try again later."}, 429)


def row(
    code: str, session: str, *, close: float | None, volume: float | None = None, factor: float = 1
) -> Row:
    """Make a row as traded; open, high and low stand 10, 20 and 30 yen from the close.

    Without a close it is that of a session without a trade: every price and figure is null.
    """
    prices = (
        dict.fromkeys("OHLC", close)
        if close is None
        else {"O": close + 10, "H": close + 20, "L": close - 30, "C": close}
    )
    figures = {"Vo": volume, "Va": None if close is None or volume is None else close * volume}
    # What stands adjusted to today must not be read: a price that is far from any other.
    adjusted = {f"Adj{name}": None if close is None else 1.5 for name in (*"OHLC", "Vo")}
    limits = {"UL": "0", "LL": "0"}
    return {
        "Date": session,
        "Code": code,
        **prices,
        **limits,
        **figures,
        "AdjFactor": factor,
        **adjusted,
    }


class JQuants:
    """The handler: rows by code, those of TOPIX, `page` rows an answer, the days of the plan.

    `faults` are answers given in place of the healthy ones, by code, date or path, one after the
    other; after `limit` requests every further one is answered with 429. `asked` is set by the
    first request.
    """

    def __init__(  # noqa: PLR0913 - one setting a side of the vendor
        self,
        shares: Mapping[str, Sequence[Row]],
        *,
        topix: Sequence[Row] = (),
        page: int = 1000,
        plan: tuple[str, str] = ("", ""),
        faults: Mapping[str, Iterable[Reply]] | None = None,
        limit: int | None = None,
    ) -> None:
        self.asked = threading.Event()
        self._shares = shares
        self._topix = topix
        self._page = page
        self._plan = plan
        self._faults = {where: iter(replies) for where, replies in (faults or {}).items()}
        self._limit = limit
        self._count = 0
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Reply:
        """Answer a request."""
        with self._lock:
            self.asked.set()
            self._count += 1
            if request.headers.get("x-api-key") != KEY:
                return DENIED
            if self._limit is not None and self._count > self._limit:
                return LIMITED
            return self._find_fault(request) or self._answer(request)

    def _find_fault(self, request: Request) -> Reply | None:
        query = request.query
        for where in (query.get("code"), query.get("date"), request.path):
            reply = next(self._faults.get(where or "", iter(())), None)
            if reply is not None:
                return reply
        return None

    def _answer(self, request: Request) -> Reply:
        query = request.query
        ends = [query.get("date") or query.get(name, "") for name in ("from", "to")]
        if not _is_within(ends, self._plan):
            return _say_plan(*self._plan)
        if request.path == TOPIX:
            rows = list(self._topix)
        elif request.path == SHARES and ("code" in query or "date" in query):
            rows = self._rows(query.get("code"))
        else:
            return WRONG_PARAMETER
        return self._page_of(
            [one for one in rows if _is_within([one["Date"]], (ends[0], ends[1]))],
            query.get("pagination_key"),
        )

    def _rows(self, code: str | None) -> list[Row]:
        if code is not None:
            return list(self._shares.get(code, ()))
        return [one for rows in self._shares.values() for one in rows]

    def _page_of(self, rows: list[Row], key: str | None) -> Reply:
        begins = int(key.removeprefix("value.")) if key else 0
        ends = begins + self._page
        answer: dict[str, Any] = {"data": rows[begins:ends]}
        if ends < len(rows):
            answer["pagination_key"] = f"value.{ends}"
        return json_of(answer)


def _is_within(days: Iterable[str], span: tuple[str, str]) -> bool:
    first, last = span
    return all((not first or day >= first) and (not last or day <= last) for day in days)


def _say_plan(first: str, last: str) -> Reply:
    words = f"Your subscription covers the following dates: {first} ~ {last}."
    more = "If you want more data, please check other plans:https://jpx-jquants.com/#dataset"
    return json_of({"message": f"{words} {more}"}, 400)
