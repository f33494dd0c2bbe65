"""The way to J-Quants: one request at a time, at the pace of the user's plan.

The key travels in a header and nowhere else. Status codes and pace are those of the vendor's pages
https://jpx-jquants.com/en/spec/response-status and https://jpx-jquants.com/en/spec/rate-limits;
the words of refusals are those that users of the API quote.
"""

import json
import time
from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from random import uniform
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import urlencode

from deepseek_shock import __version__
from deepseek_shock.errors import UsageError
from deepseek_shock.market.gap import GapReason
from deepseek_shock.providers.chart import Refused
from deepseek_shock.providers.jquants_rows import Json
from deepseek_shock.providers.pool import Deadline, Pool

if TYPE_CHECKING:
    import requests

BASE = "https://api.jquants.com/v2"
TIMEOUT = 15.0  # seconds a request may take; a whole market's day was seen to take 8
PAUSE, BUSY_PAUSE = 0.5, 2.0  # seconds before the second attempt, doubled before each further one
_RETRIES, _BUSY_RETRIES = 2, 4
_LEAST = 0.01  # seconds; requests takes no timeout of 0
_PASSING = (GapReason.TIMEOUT, GapReason.NETWORK, GapReason.SERVER_ERROR, GapReason.BAD_PAYLOAD)
_MINUTE = 60.0
_LARGEST = 1 << 26  # bytes of one page, unpacked; a whole market's day has a hundredth of them
_PIECE = 1 << 16
_PAGES = 100  # one session of the whole market takes a few
_OK, _EMPTY, _FAULTS, _DENIED, _BUSY, _SERVERS = 200, 210, 400, (401, 403), 429, 500
_SHORT = 200  # characters of a vendor's words that are kept
# A plan that ends before or begins after the days asked, and one without the endpoint at all.
_NOT_COVERED = ("subscription covers", "not available on your subscription")


class Busy(Refused):
    """The vendor wants fewer requests: how many seconds it wants to be left alone, if it says."""

    def __init__(self, wait: float | None) -> None:
        words = "" if wait is None else f"Retry-After: {wait:g}"
        super().__init__(GapReason.RATE_LIMITED, words)
        self.wait = wait


class _Reply(NamedTuple):
    status: int
    body: bytes
    retry_after: str


class Line:
    """A line to the vendor: it keeps the pace, asks again where a fault may pass, ends in time.

    Raises `Refused` for whatever the vendor or the way to it does. For use by one thread.
    """

    def __init__(self, key: str, deadline: Deadline, requests_per_minute: int) -> None:
        self._key = check_key(key)
        self._deadline = deadline
        self._pace = _Pace(requests_per_minute)
        self._session: requests.Session | None = None

    @property
    def is_spent(self) -> bool:
        """Whether no further request can be sent before the deadline."""
        return self._pace.wait >= self._deadline.left

    def fetch_rows(self, path: str, query: Mapping[str, str]) -> list[Any]:
        """Return the rows of all pages of an answer."""
        rows: list[Any] = []
        seen: set[str] = set()
        asked = dict(query)
        for _ in range(_PAGES):
            page = self._fetch_page(path, asked)
            rows.extend(_rows_of(page))
            following = page.get("pagination_key")
            if not following:
                return rows
            if not isinstance(following, str) or following in seen:
                raise Refused(GapReason.BAD_SCHEMA, "the pages of the answer do not end")
            seen.add(following)
            asked["pagination_key"] = following
        raise Refused(GapReason.BAD_SCHEMA, f"more than {_PAGES} pages")

    def scrub(self, words: str) -> str:
        """Return a vendor's words without the key, on one line and not too long."""
        known = words.replace(self._key, "[key]")
        plain = "".join(sign if sign.isprintable() else " " for sign in known)
        return " ".join(plain.split())[:_SHORT]

    def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _fetch_page(self, path: str, query: Mapping[str, str]) -> Json:
        passing = busy = 0
        while True:
            try:
                return self._ask_once(path, query)
            except Busy as fault:
                busy += 1
                if busy > _BUSY_RETRIES or not self._pause(BUSY_PAUSE, busy, fault.wait):
                    raise
            except Refused as fault:
                passing += 1
                is_final = fault.reason not in _PASSING or passing > _RETRIES or self.is_spent
                if is_final or not self._pause(PAUSE, passing):
                    raise

    def _pause(self, first: float, attempt: int, asked: float | None = None) -> bool:
        """Wait as long as the vendor asks, else longer each time; tell whether there is time."""
        jitter = uniform(0.5, 1.5)  # noqa: S311 -- not a secret
        return self._wait(first * 2 ** (attempt - 1) * jitter if asked is None else asked)

    def _ask_once(self, path: str, query: Mapping[str, str]) -> Json:
        if not self._wait(self._pace.wait):
            raise Refused(GapReason.TIMEOUT)
        self._pace.note()
        reply = self._send(f"{BASE}{path}?{urlencode(query)}")
        if reply.status != _OK:
            self._refuse(reply)
        return _parse(reply.body)

    def _wait(self, seconds: float) -> bool:
        """Wait, and tell whether there was the time to."""
        if seconds >= self._deadline.left:
            return False
        time.sleep(seconds)  # Ctrl-C ends it at once
        return True

    def _send(self, url: str) -> _Reply:
        """Send a request from a thread that nobody has to wait for: at Ctrl-C, or if it is late."""
        session = self._session or _open(self._key)
        self._session = None
        limit = max(_LEAST, min(TIMEOUT, self._deadline.left))

        def work(_: None) -> _Reply | Refused:
            return _get(session, url, limit)

        try:
            for reply in Pool(1, work).run([None], Deadline(limit)):
                self._session = session
                if isinstance(reply, Refused):
                    raise reply
                return reply
        finally:
            if self._session is None:
                session.close()  # its thread hangs up when it ends
        raise Refused(GapReason.TIMEOUT)

    def _refuse(self, reply: _Reply) -> NoReturn:
        status = reply.status
        if status == _BUSY:
            raise Busy(_seconds(reply.retry_after))
        if status >= _SERVERS:
            raise Refused(GapReason.SERVER_ERROR, f"HTTP {status}")
        words = self.scrub(_words_of(reply))
        if status == _EMPTY:
            raise Refused(GapReason.NO_DATA, words)
        if status < _FAULTS:  # a redirect is not followed: another host must not see the key
            raise Refused(GapReason.BAD_PAYLOAD, f"HTTP {status}")
        if any(mark in words.lower() for mark in _NOT_COVERED):
            raise Refused(GapReason.NOT_COVERED, words)
        raise Refused(GapReason.UNAUTHORIZED if status in _DENIED else GapReason.NO_DATA, words)


class _Pace:
    """How many requests any minute may hold."""

    def __init__(self, per_minute: int) -> None:
        self._sent: deque[float] = deque(maxlen=max(1, per_minute))

    def note(self) -> None:
        """Count a request that is sent now."""
        self._sent.append(time.monotonic())

    @property
    def wait(self) -> float:
        """The seconds until the next request may be sent."""
        if len(self._sent) < (self._sent.maxlen or 1):
            return 0.0
        return max(0.0, self._sent[0] + _MINUTE - time.monotonic())


def check_key(key: str) -> str:
    """Return the key if it can stand in a header; the message of what it raises is without it."""
    known = key.strip()
    if known and known.isascii() and known.isprintable() and " " not in known:
        return known
    raise UsageError(
        "the J-Quants key is not a key" if known else "the J-Quants key is empty",
        hint="copy it from the API Keys page of the J-Quants dashboard, without quotes or spaces",
    )


def _open(key: str) -> "requests.Session":
    import requests  # waits until somebody asks J-Quants

    session = requests.Session()
    session.headers.update({"x-api-key": key, "User-Agent": f"shock/{__version__}"})
    return session


def _get(session: "requests.Session", url: str, limit: float) -> _Reply | Refused:
    import requests

    try:
        with session.get(url, timeout=limit, allow_redirects=False, stream=True) as response:
            body = bytearray()
            for piece in response.iter_content(_PIECE):
                body += piece
                if len(body) > _LARGEST:
                    return Refused(GapReason.BAD_PAYLOAD, "the answer does not end")
    except requests.Timeout as error:
        return Refused(GapReason.TIMEOUT, type(error).__name__)
    except Exception as error:  # noqa: BLE001 -- a proxy, a certificate, a name: all lie on the way
        return Refused(GapReason.NETWORK, type(error).__name__)
    retry_after = response.headers.get("Retry-After") or ""
    return _Reply(response.status_code, bytes(body), retry_after)


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isascii() and retry_after.isdecimal() else None


def _parse(body: bytes) -> Json:
    try:
        page: object = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise Refused(GapReason.BAD_PAYLOAD, "not JSON") from None
    if not isinstance(page, dict):
        raise Refused(GapReason.BAD_SCHEMA, "the answer is no object")
    return page


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _rows_of(page: Json) -> list[Any]:
    rows = page.get("data")
    if not isinstance(rows, list):
        raise Refused(GapReason.BAD_SCHEMA, "no data in the answer")
    return rows


def _words_of(reply: _Reply) -> str:
    """Return the vendor's own words for a refusal, where it has any."""
    try:
        message = _parse(reply.body).get("message")
    except Refused:
        message = None
    return message if isinstance(message, str) and message else f"HTTP {reply.status}"
