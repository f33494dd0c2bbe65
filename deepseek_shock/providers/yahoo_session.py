"""The HTTP session that yfinance is given: it types each answer before yfinance swallows it."""

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from curl_cffi import requests
from curl_cffi.requests import exceptions

from deepseek_shock.market.gap import GapReason
from deepseek_shock.providers.chart import Refused
from deepseek_shock.providers.pool import Breaker, Deadline

CHART_TIMEOUT = 10.0  # seconds
_SIDE_TIMEOUT = 5.0  # seconds for a cookie, a crumb or a consent, none of which a chart needs
_CHART = "/v8/finance/chart/"
_OK, _BUSY = 200, (429, 999)
DENIED = (401, 403)
_MOVED, _FAULTS, _NOT_FOUND, _SLOW, _SERVERS = 300, 400, 404, 408, 500
_REDIRECTS = 6


def type_failure(error: exceptions.RequestException) -> tuple[GapReason, str]:
    """Type what the transport raised."""
    is_late = isinstance(error, exceptions.Timeout)
    return GapReason.TIMEOUT if is_late else GapReason.NETWORK, type(error).__name__


class Guard(requests.Session[requests.Response]):
    """The HTTP session that yfinance uses: types each answer, and stops when Yahoo has had enough.

    What it keeps of an answer it keeps for the thread that asked.
    """

    def __init__(self, breaker: Breaker, deadline: Deadline) -> None:
        super().__init__(impersonate="chrome")
        self._breaker = breaker
        self._deadline = deadline
        self._kept = threading.local()
        self._fruitless: set[str] = set()

    def forget(self) -> None:
        """Drop what this thread's last request left."""
        self._kept.answers, self._kept.status = [], 0

    @property
    def answers(self) -> list[Any]:
        """The last chart answer of this thread, parsed; none where there was none."""
        return getattr(self._kept, "answers", [])

    @property
    def status(self) -> int:
        """The HTTP status of this thread's last chart answer, or 0."""
        return int(getattr(self._kept, "status", 0))

    def request(self, method: Any, url: str, **settings: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 -- curl_cffi's own signature
        """Send a request if it may still be sent, within the time that is left."""
        if self._breaker.is_tripped:
            raise Refused(GapReason.SKIPPED)
        if self._deadline.is_over:
            raise Refused(GapReason.TIMEOUT)
        send = self._send
        if not _is_chart(url):
            return self._request_aside(send, method, url, settings)
        settings["timeout"] = min(CHART_TIMEOUT, self._deadline.left)
        try:
            response = send(method, url, **settings)
        except exceptions.RequestException as error:
            raise Refused(*type_failure(error)) from error
        return self._judge(response)

    def _send(self, method: Any, url: str, **settings: Any) -> requests.Response:  # noqa: ANN401 -- the same
        """Send, and follow redirects a few times: within Yahoo's hosts, and nowhere else."""
        settings["allow_redirects"] = False
        for _ in range(_REDIRECTS):
            response: requests.Response = super().request(method, url, **settings)
            target = response.headers.get("Location")
            if not target or not _MOVED <= response.status_code < _FAULTS:
                return response
            method, url = "GET", urljoin(url, target)
            settings.pop("params", None)
            if not _is_yahoos(url):
                raise Refused(GapReason.BAD_PAYLOAD, f"redirected to {urlsplit(url).hostname}")
        raise Refused(GapReason.BAD_PAYLOAD, "redirected again and again")

    def _request_aside(
        self,
        send: Callable[..., requests.Response],
        method: Any,  # noqa: ANN401 -- the same
        url: str,
        settings: dict[str, Any],
    ) -> requests.Response:
        """Send for a cookie or a crumb: once without success is enough, since charts need none."""
        place = url.partition("?")[0]
        if place in self._fruitless:
            raise exceptions.ConnectionError(f"{place} gave nothing before")
        settings["timeout"] = min(_SIDE_TIMEOUT, self._deadline.left)
        try:
            response = send(method, url, **settings)
        except exceptions.RequestException:
            self._fruitless.add(place)
            raise
        if _is_chart(str(response.url)):  # the way back from a page of consent
            return self._judge(response)
        if "A3" not in self.cookies:
            # yfinance would keep other cookies, and fail at every ticker for want of this one.
            self.cookies.clear()
            self._fruitless.add(place)
        elif response.status_code != _OK and "getcrumb" in place:
            self._fruitless.add(place)
        return response

    def _judge(self, response: requests.Response) -> requests.Response:
        status = int(response.status_code)
        self._kept.status = status
        if _is_consent(str(response.url)) or status in DENIED:
            return response  # yfinance's own business: it consents, or renews its crumb
        if not _is_chart(str(response.url)):
            raise Refused(GapReason.BAD_PAYLOAD, "redirected to what is no chart")
        if status in _BUSY:
            self._breaker.trip()
            wait = response.headers.get("Retry-After")
            raise Refused(GapReason.RATE_LIMITED, f"Retry-After: {wait}" if wait else "")
        if status >= _SERVERS or status == _SLOW:
            raise Refused(GapReason.SERVER_ERROR, f"HTTP {status}")
        if status == _NOT_FOUND:
            raise Refused(GapReason.NOT_FOUND, _reason_in(response))
        if status >= _FAULTS:
            raise Refused(GapReason.NO_DATA, _reason_in(response))
        try:
            self._kept.answers = [json.loads(response.content)]
        except (ValueError, RecursionError) as error:
            raise Refused(GapReason.BAD_PAYLOAD, "not JSON") from error
        return response


def _is_chart(url: str) -> bool:
    return _CHART in urlsplit(url).path


def _is_yahoos(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "yahoo.com" or host.endswith(".yahoo.com")


def _is_consent(url: str) -> bool:
    return (urlsplit(url).hostname or "").endswith("consent.yahoo.com")


def _reason_in(response: requests.Response) -> str:
    """Return Yahoo's own words for a refusal, where it has any."""
    try:
        return str(json.loads(response.content)["chart"]["error"]["description"])
    except (ValueError, LookupError, TypeError):
        return f"HTTP {response.status_code}"
