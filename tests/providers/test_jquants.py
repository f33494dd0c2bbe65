"""J-Quants: official bars as traded, few requests, and one typed answer whatever the vendor does.

The provider runs in this process against a fake on this machine (`tests/fakes/`); the environment
leads it there. What the answers must be is written down from the vendor's pages, which the fake
names, and from what the project demands of every provider.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Status, find_move
from deepseek_shock.errors import UsageError
from deepseek_shock.market.bars import Action, Bar, Bars, Origin
from deepseek_shock.market.exchange import XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.providers import jquants_http
from deepseek_shock.providers.assemble import assemble
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.chart import Refused
from deepseek_shock.providers.jquants import JQuants
from deepseek_shock.providers.jquants_rows import code_of, read_rows
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, NIKKEI, TUESDAY, asked, utc
from tests.fakes import jquants as fake
from tests.fakes.jquants import HOST, KEY, SHARES, row
from tests.fakes.proxy import serve
from tests.fakes.wire import Reply, json_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from deepseek_shock.providers.base import Answer, Fetched
    from tests.fakes.proxy import Proxy

pytestmark = pytest.mark.vendor

SHORT = 1.0  # seconds that a request may take where the vendor is late
PATIENCE = 10  # seconds that a process may take for what takes one
THURSDAY = date(2025, 1, 23)
TOPIX = Instrument("^TOPX", XTKS, Text("TOPIX", "TOPIX"), Text("TOPIX", "TOPIX"))
FUJIKURA, ADVANTEST, SOFTBANK = map(make_instrument, ("5803.T", "6857.T", "9984.T"))
THREE = (FUJIKURA, ADVANTEST, SOFTBANK)
WANTED = Wanted(FRIDAY, FRIDAY, MONDAY, {"XTKS": (MONDAY, FRIDAY)})
FOUR_SESSIONS = Wanted(THURSDAY, THURSDAY, TUESDAY, {"XTKS": (MONDAY, FRIDAY)})

# Closes as traded on 23, 24, 27 and 28 January 2025, as Nikkei and Yahoo's history print them.
CLOSES = {
    "58030": (7276, 7300, 6522, 5921),
    "68570": (10050, 10050, 9185, 8162),
    "99840": (10690, 10560, 9681, 9176),
}
DAYS = ("2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28")
MARKET = {
    code: [row(code, at, close=close, volume=1000) for at, close in zip(DAYS, closes, strict=True)]
    for code, closes in CLOSES.items()
}
# TOPIX closed at 2,751.04 on the 24th and at 2,758.07 on the 27th (JPX).
TOPIX_ROWS = [
    {"Date": "2025-01-24", "O": 2757.46, "H": 2773.08, "L": 2742.6, "C": 2751.04},
    {"Date": "2025-01-27", "O": 2771.43, "H": 2781.27, "L": 2753.82, "C": 2758.07},
]
FAST = 100_000  # requests a minute: the pace is not under test


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jquants_http, "PAUSE", 0.01)
    monkeypatch.setattr(jquants_http, "BUSY_PAUSE", 0.01)


class Lab:
    """Fetches from a fake, whose log it keeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self._folder = folder
        self.log: list[Any] = []

    def fetch(
        self,
        vendor: fake.JQuants,
        instruments: Sequence[Instrument] = THREE,
        wanted: Wanted = WANTED,
        *,
        now: datetime = LONG_AFTER,
        **settings: Any,  # noqa: ANN401 -- those of the provider
    ) -> Fetched:
        with serve({HOST: vendor}, folder=self._folder) as proxy:
            for name, value in proxy.env.items():
                self._monkeypatch.setenv(name, value)
            settings = {"requests_per_minute": FAST, "deadline": 20.0, **settings}
            fetched = JQuants(KEY, now, **settings).fetch(instruments, wanted)
        assert proxy.refused == [], "nobody else is asked"
        assert {one.ticker for one in instruments} == set(fetched.bars)
        self.log = proxy.log
        return fetched

    @property
    def asked(self) -> list[str]:
        """What was asked for: codes, dates, else paths."""
        return [one.query.get("code") or one.query.get("date") or one.path for one in self.log]


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lab:
    return Lab(monkeypatch, tmp_path)


def closes(answer: Answer) -> dict[str, str]:
    """Return the closes of an answer as text, which tells 6522 from 6522.0."""
    assert isinstance(answer, Bars), answer
    return {bar.session.isoformat(): str(bar.close) for bar in answer.bars}


def bar(session: date, prices: str, volume: int | None) -> Bar:
    """Make a bar of open, high, low and close, with blanks between them."""
    opened, high, low, close = map(Decimal, prices.split())
    return Bar(session, opened, high, low, close, volume)


def reason(answer: Answer) -> GapReason:
    assert isinstance(answer, Gap), answer
    return answer.reason


def words(answer: Answer) -> str:
    assert isinstance(answer, Gap), answer
    return answer.detail


# What is asked, and how often


def test_codes_are_asked_where_there_are_no_fewer_sessions(lab: Lab) -> None:
    wanted = FOUR_SESSIONS._replace(history=date(2024, 1, 4))
    fetched = lab.fetch(fake.JQuants(MARKET), wanted=wanted)
    assert lab.asked == ["58030", "68570", "99840"]
    assert lab.log[0].path == SHARES
    assert lab.log[0].query == {"code": "58030", "from": "2024-01-04", "to": "2025-01-28"}
    assert closes(fetched.bars["6857.T"]) == dict(
        zip(DAYS, ("10050", "10050", "9185", "8162"), strict=True)
    )


def test_the_market_is_asked_where_there_are_fewer_sessions(lab: Lab) -> None:
    fetched = lab.fetch(fake.JQuants(MARKET))
    assert sorted(lab.asked) == ["2025-01-24", "2025-01-27"]
    assert closes(fetched.bars["5803.T"]) == {"2025-01-24": "7300", "2025-01-27": "6522"}
    assert closes(fetched.bars["9984.T"]) == {"2025-01-24": "10560", "2025-01-27": "9681"}


@pytest.mark.parametrize(
    ("wanted", "requests"),
    # Two sessions for three shares are two days of 3 rows on 2 pages; four sessions are three
    # shares of 4 rows on 2 pages.
    [(WANTED, 4), (FOUR_SESSIONS, 6)],
    ids=["by session", "by code"],
)
def test_pages_are_followed_to_the_last(lab: Lab, wanted: Wanted, requests: int) -> None:
    fetched = lab.fetch(fake.JQuants(MARKET, page=2), wanted=wanted)
    assert len(lab.log) == requests
    assert all("pagination_key" in one.query for one in lab.log[1::2])
    sessions = DAYS[1:3] if wanted is WANTED else DAYS
    for instrument in THREE:
        assert list(closes(fetched.bars[instrument.ticker])) == list(sessions)


def test_only_sessions_that_have_begun_are_asked(lab: Lab) -> None:
    # Tokyo opens at 09:00, which is 00:00 UTC: on Monday the session of Tuesday is to come.
    wanted = Wanted(FRIDAY, FRIDAY, date(2025, 1, 31))
    lab.fetch(fake.JQuants(MARKET), (FUJIKURA,), wanted, now=utc("2025-01-27 23:59:00"))
    assert lab.log[0].query["to"] == "2025-01-27"
    lab.fetch(fake.JQuants(MARKET), (FUJIKURA,), wanted, now=utc("2025-01-28 00:00:00"))
    assert lab.log[0].query["to"] == "2025-01-28"


def test_nothing_is_asked_before_the_first_session(lab: Lab) -> None:
    fetched = lab.fetch(fake.JQuants(MARKET), now=utc("2025-01-23 12:00:00"))
    assert lab.log == []
    assert reason(fetched.bars["5803.T"]) is GapReason.NO_DATA


def test_weekends_are_not_asked(lab: Lab) -> None:
    # 24 January 2025 was a Friday; 30 shares make days the cheaper way.
    shares = [make_instrument(f"{code}.T") for code in range(1301, 1331)]
    lab.fetch(fake.JQuants(MARKET), shares, Wanted(FRIDAY, FRIDAY, TUESDAY))
    assert sorted(lab.asked) == ["2025-01-24", "2025-01-27", "2025-01-28"]


def test_only_tokyo_is_asked(lab: Lab) -> None:
    nvidia, unknown = make_instrument("NVDA"), make_instrument("ABC.T")
    fetched = lab.fetch(fake.JQuants(MARKET), (nvidia, NIKKEI, unknown))
    assert lab.log == []
    assert {reason(answer) for answer in fetched.bars.values()} == {GapReason.NOT_FOUND}


def test_topix_has_an_endpoint_of_its_own(lab: Lab) -> None:
    fetched = lab.fetch(fake.JQuants({}, topix=TOPIX_ROWS), (TOPIX,))
    assert [(one.path, one.query) for one in lab.log] == [
        (fake.TOPIX, {"from": "2025-01-24", "to": "2025-01-27"})
    ]
    answer = fetched.bars["^TOPX"]
    assert isinstance(answer, Bars)
    assert answer.at(MONDAY) == bar(MONDAY, "2771.43 2781.27 2753.82 2758.07", None)


@pytest.mark.parametrize(
    ("ticker", "code"),
    # Five characters: 25935 are the preferred shares of ITO EN, whose common stock is 25930.
    [("5803.T", "58030"), ("130A.T", "130A0"), ("25935.T", "25935"), ("25930.T", None)],
)
def test_a_code_is_a_ticker_and_the_class_of_its_share(ticker: str, code: str | None) -> None:
    assert code_of(make_instrument(ticker)) == code


def test_the_pace_of_the_plan_is_kept(lab: Lab) -> None:
    # Two requests fit into this minute, and the deadline is before the next one.
    fetched = lab.fetch(fake.JQuants(MARKET), wanted=FOUR_SESSIONS, requests_per_minute=2)
    assert lab.asked == ["58030", "68570"]
    assert isinstance(fetched.bars["6857.T"], Bars)
    assert reason(fetched.bars["9984.T"]) is GapReason.SKIPPED


# What an answer says


def test_bars_are_as_traded(lab: Lab) -> None:
    fetched = lab.fetch(fake.JQuants(MARKET), now=utc("2025-03-03 01:02:03"))
    answer = fetched.bars["5803.T"]
    assert isinstance(answer, Bars)
    # As the fake's rows are made.
    assert answer.at(MONDAY) == bar(MONDAY, "6532 6542 6492 6522", 1000)
    assert answer.splits == ()
    assert answer.dividends is None, "J-Quants' bars say nothing of dividends"
    assert answer.origin == Origin("jquants", "2025-03-03T01:02:03Z")
    (source,) = fetched.sources
    assert source[:5] == ("jquants", "JPX J-Quants", "2025-03-03T01:02:03Z", FRIDAY, MONDAY)


def test_prices_are_exact(lab: Lab) -> None:
    # 171.2 has no exact float; the move is 171.2 / 171 - 1.
    rows = [row("94320", DAYS[1], close=171), row("94320", DAYS[2], close=171.2)]
    fetched = lab.fetch(fake.JQuants({"94320": rows}), (make_instrument("9432.T"),))
    assert closes(fetched.bars["9432.T"]) == {"2025-01-24": "171", "2025-01-27": "171.2"}


@pytest.mark.parametrize(
    ("factor", "shares", "close"),
    # A made-up split of Fujikura's on 27 January 2025: as J-Quants writes factors, and the new
    # shares for an old one. The close before it is 7300; the move is -1 %.
    [
        (0.1666667, Decimal(6), 1204.5),
        (0.333333, Decimal(3), 2409),
        (0.04, Decimal(25), 289.08),
        (10, Decimal("0.1"), 72270),
    ],
    ids=["1:6", "1:3", "1:25", "10:1"],
)
def test_a_split_holds_from_its_session_on(
    lab: Lab, factor: float, shares: Decimal, close: float
) -> None:
    rows = [row("58030", DAYS[1], close=7300), row("58030", DAYS[2], close=close, factor=factor)]
    answer = lab.fetch(fake.JQuants({"58030": rows}), (FUJIKURA,)).bars["5803.T"]
    assert isinstance(answer, Bars)
    assert answer.splits == (Action(MONDAY, shares),)
    assert answer.close(FRIDAY) == 7300, "the close before is as traded"
    move = find_move(answer, asked(XTKS))
    assert move.status is Status.OK
    assert move.price_return is not None
    assert round(move.price_return, 12) == Decimal("-0.01")


def test_a_session_without_a_trade_has_no_close(lab: Lab) -> None:
    rows = [row("58030", DAYS[1], close=7300, volume=1), row("58030", DAYS[2], close=None)]
    answer = lab.fetch(fake.JQuants({"58030": rows}), (FUJIKURA,)).bars["5803.T"]
    assert isinstance(answer, Bars)
    assert answer.at(MONDAY) == Bar(MONDAY, None, None, None, None, 0)


def test_a_split_counts_on_a_session_without_a_trade(lab: Lab) -> None:
    rows = [row("58030", DAYS[1], close=7300), row("58030", DAYS[2], close=None, factor=0.5)]
    answer = lab.fetch(fake.JQuants({"58030": rows}), (FUJIKURA,)).bars["5803.T"]
    assert isinstance(answer, Bars)
    assert answer.splits == (Action(MONDAY, Decimal(2)),)


def test_rows_of_days_that_were_not_asked_are_left_out(lab: Lab) -> None:
    generous = json_of({"data": MARKET["58030"]})
    fetched = lab.fetch(fake.JQuants(MARKET, faults={"58030": [generous]}), (FUJIKURA,))
    assert list(closes(fetched.bars["5803.T"])) == list(DAYS[1:3])


def test_a_bar_before_the_close_is_refused(lab: Lab) -> None:
    # Tokyo closes at 15:30, which is 06:30 UTC.
    fetched = lab.fetch(fake.JQuants(MARKET), (FUJIKURA,), now=utc("2025-01-27 06:29:59"))
    answer = fetched.bars["5803.T"]
    assert isinstance(answer, Bars)
    assert {one: refusal.reason for one, refusal in answer.refused.items()} == {
        MONDAY: GapReason.IN_PROGRESS
    }


@pytest.mark.parametrize("instruments", [(make_instrument("9999.T"),), (*THREE, SOFTBANK)])
def test_a_share_that_is_not_listed_is_not_found(
    lab: Lab, instruments: tuple[Instrument, ...]
) -> None:
    listed = {code: rows for code, rows in MARKET.items() if code != "99840"}
    fetched = lab.fetch(fake.JQuants(listed), instruments)
    assert reason(fetched.bars[instruments[-1].ticker]) is GapReason.NOT_FOUND


def test_what_is_not_published_yet_is_no_unknown_share(lab: Lab) -> None:
    wanted = Wanted(MONDAY, MONDAY, MONDAY)
    fetched = lab.fetch(fake.JQuants({}), (FUJIKURA,), wanted, now=utc("2025-01-27 06:45:00"))
    assert reason(fetched.bars["5803.T"]) is GapReason.NO_DATA


# What goes wrong

BODY = json_of({"data": MARKET["58030"]}).body
CLOSE = b'"C": 6522'
OTHER = json_of({"data": MARKET["99840"]})


def changed(**fields: object) -> Reply:
    """Return an answer whose second row has other fields; `...` takes one away."""
    one = {name: value for name, value in (MARKET["58030"][1] | fields).items() if value is not ...}
    return json_of({"data": [MARKET["58030"][0], one, *MARKET["58030"][2:]]})


FAULTS = {
    "server error": (Reply(500, b'{"message": "Internal Server Error"}'), GapReason.SERVER_ERROR),
    "bad gateway": (Reply(502, b"<html>Bad Gateway</html>"), GapReason.SERVER_ERROR),
    "late": (Reply(delay=5), GapReason.TIMEOUT),
    "dripping": (Reply(body=BODY, drip=0.5), GapReason.TIMEOUT),
    "reset": (Reply(reset=True), GapReason.NETWORK),
    "cut": (Reply(body=BODY, cut=40), GapReason.NETWORK),
    "HTML": (Reply(body=b"<html>Maintenance</html>"), GapReason.BAD_PAYLOAD),
    "nothing": (Reply(), GapReason.BAD_PAYLOAD),
    "half of it": (Reply(body=BODY[: len(BODY) // 2]), GapReason.BAD_PAYLOAD),
    "NaN": (Reply(body=BODY.replace(CLOSE, b'"C": NaN')), GapReason.BAD_PAYLOAD),
    "deep": (Reply(body=b'{"data": ' + b"[" * 100_000), GapReason.BAD_PAYLOAD),
    "endless digits": (
        Reply(body=BODY.replace(CLOSE, b'"C": ' + b"9" * 9999)),
        GapReason.BAD_PAYLOAD,
    ),
    "redirect": (
        Reply(302, b"", {"Location": "https://elsewhere.example/"}),
        GapReason.BAD_PAYLOAD,
    ),
    "list": (json_of([]), GapReason.BAD_SCHEMA),
    "no data": (json_of({"daily_quotes": []}), GapReason.BAD_SCHEMA),
    "rows of text": (json_of({"data": ["a", "b"]}), GapReason.BAD_SCHEMA),
    "renamed": (changed(C=..., Close=7300), GapReason.BAD_SCHEMA),
    "no factor": (changed(AdjFactor=...), GapReason.BAD_SCHEMA),
    "factor of zero": (changed(AdjFactor=0), GapReason.BAD_SCHEMA),
    "price in text": (changed(C="7300"), GapReason.BAD_SCHEMA),
    "price of truth": (changed(C=True), GapReason.BAD_SCHEMA),
    "astronomic": (
        Reply(body=BODY.replace(CLOSE, b'"C": 1e999999999999999')),
        GapReason.BAD_SCHEMA,
    ),
    "no date": (changed(Date=...), GapReason.BAD_SCHEMA),
    "no such date": (changed(Date="2025-01-32"), GapReason.BAD_SCHEMA),
    "key of pages": (json_of({"data": [], "pagination_key": 5}), GapReason.BAD_SCHEMA),
    "endless pages": (json_of({"data": [], "pagination_key": "a"}), GapReason.BAD_SCHEMA),
    "another share": (OTHER, GapReason.WRONG_SYMBOL),
    "wrong parameter": (fake.WRONG_PARAMETER, GapReason.NO_DATA),
    "not found": (Reply(404, b"<html>"), GapReason.NO_DATA),
    "no content": (Reply(210, b"{}"), GapReason.NO_DATA),
}
PASSING = {
    *(GapReason.SERVER_ERROR, GapReason.TIMEOUT, GapReason.NETWORK, GapReason.BAD_PAYLOAD),
}


@pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_leaves_the_other_share_right(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, fault: Reply, expected: GapReason
) -> None:
    if expected is GapReason.TIMEOUT:
        monkeypatch.setattr(jquants_http, "TIMEOUT", SHORT)
    vendor = fake.JQuants(MARKET, faults={"58030": itertools.repeat(fault)})
    fetched = lab.fetch(vendor, (FUJIKURA, ADVANTEST))
    assert reason(fetched.bars["5803.T"]) is expected
    assert closes(fetched.bars["6857.T"]) == {"2025-01-24": "10050", "2025-01-27": "9185"}
    tries = lab.asked.count("58030")
    pages = 2 if fault is FAULTS["endless pages"][0] else 1
    assert tries == (3 if expected in PASSING else pages)


FAULTS_THAT_PASS = {name: fault for name, fault in FAULTS.items() if fault[1] in PASSING}


@pytest.mark.parametrize(("fault", "kind"), FAULTS_THAT_PASS.values(), ids=FAULTS_THAT_PASS)
def test_a_fault_that_passes_is_asked_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, fault: Reply, kind: GapReason
) -> None:
    if kind is GapReason.TIMEOUT:
        monkeypatch.setattr(jquants_http, "TIMEOUT", SHORT)
    vendor = fake.JQuants(MARKET, faults={"58030": [fault, fault]})
    fetched = lab.fetch(vendor, (FUJIKURA,))
    assert closes(fetched.bars["5803.T"]) == {"2025-01-24": "7300", "2025-01-27": "6522"}
    assert lab.asked == ["58030"] * 3


def test_one_bad_row_of_the_market_is_one_shares_own(lab: Lab) -> None:
    spoilt = {**MARKET["58030"][2], "C": "6522"}
    odd: list[Any] = [{**MARKET["58030"][2], "Code": ["58030"]}, {"Code": "99999"}]
    rows = [spoilt, *odd, MARKET["68570"][2], MARKET["99840"][2]]
    vendor = fake.JQuants(MARKET, faults={"2025-01-27": [json_of({"data": rows})]})
    fetched = lab.fetch(vendor)
    assert reason(fetched.bars["5803.T"]) is GapReason.BAD_SCHEMA
    assert closes(fetched.bars["6857.T"])["2025-01-27"] == "9185"


def test_words_of_a_refusal_are_repeated(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, faults={"58030": [fake.WRONG_PARAMETER]})
    answer = lab.fetch(vendor, (FUJIKURA,)).bars["5803.T"]
    assert words(answer) == "This API requires at least 1 parameter as follows; date, code"


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (fake.DENIED, "The incoming token is invalid or expired"),
        (fake.NO_SUBSCRIPTION, "No active subscription found."),
        (Reply(401, b"<html>"), "HTTP 401"),
    ],
    ids=["expired", "no subscription", "401"],
)
def test_a_refused_key_ends_all_requests(lab: Lab, reply: Reply, detail: str) -> None:
    vendor = fake.JQuants(MARKET, topix=TOPIX_ROWS, faults={"68570": itertools.repeat(reply)})
    fetched = lab.fetch(vendor, (*THREE, TOPIX), FOUR_SESSIONS)
    assert lab.asked == ["58030", "68570"]
    assert isinstance(fetched.bars["5803.T"], Bars), "what came before is kept"
    for ticker in ("6857.T", "9984.T", "^TOPX"):
        assert reason(fetched.bars[ticker]) is GapReason.UNAUTHORIZED
        assert words(fetched.bars[ticker]) == detail


def test_after_too_many_requests_the_rest_is_skipped(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, topix=TOPIX_ROWS, limit=1)
    fetched = lab.fetch(vendor, (*THREE, TOPIX), FOUR_SESSIONS)
    assert lab.asked == ["58030", *["68570"] * 5], "once, and four times more"
    assert isinstance(fetched.bars["5803.T"], Bars)
    assert reason(fetched.bars["6857.T"]) is GapReason.RATE_LIMITED
    assert reason(fetched.bars["9984.T"]) is GapReason.SKIPPED
    assert reason(fetched.bars["^TOPX"]) is GapReason.SKIPPED


def test_a_busy_vendor_is_asked_again_when_it_says(lab: Lab) -> None:
    busy = fake.LIMITED._replace(headers={"Retry-After": "0"})
    vendor = fake.JQuants(MARKET, faults={"58030": [busy, fake.LIMITED, busy, fake.LIMITED]})
    fetched = lab.fetch(vendor, (FUJIKURA,))
    assert closes(fetched.bars["5803.T"]) == {"2025-01-24": "7300", "2025-01-27": "6522"}
    assert lab.asked == ["58030"] * 5


def test_nobody_waits_beyond_the_deadline(lab: Lab) -> None:
    busy = fake.LIMITED._replace(headers={"Retry-After": "300"})
    vendor = fake.JQuants(MARKET, faults={"58030": itertools.repeat(busy)})
    fetched = lab.fetch(vendor, wanted=FOUR_SESSIONS)
    assert lab.asked == ["58030"]
    assert reason(fetched.bars["5803.T"]) is GapReason.RATE_LIMITED
    assert words(fetched.bars["5803.T"]) == "Retry-After: 300"
    assert reason(fetched.bars["6857.T"]) is GapReason.SKIPPED


def test_the_deadline_parts_late_from_skipped(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, faults={"68570": itertools.repeat(Reply(delay=15))})
    fetched = lab.fetch(vendor, wanted=FOUR_SESSIONS, deadline=2)
    assert isinstance(fetched.bars["5803.T"], Bars)
    assert reason(fetched.bars["6857.T"]) is GapReason.TIMEOUT
    assert reason(fetched.bars["9984.T"]) is GapReason.SKIPPED


def test_a_failure_of_a_session_that_is_due_is_everybodys(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, faults={"2025-01-27": itertools.repeat(Reply(500))})
    fetched = lab.fetch(vendor)
    assert {reason(answer) for answer in fetched.bars.values()} == {GapReason.SERVER_ERROR}


def test_a_failure_of_another_session_costs_no_figure(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, limit=2)
    wanted = WANTED._replace(first=FRIDAY, last=TUESDAY)
    more = make_instrument("7203.T")
    fetched = lab.fetch(vendor, (*THREE, more), wanted)
    assert closes(fetched.bars["5803.T"]) == {"2025-01-24": "7300", "2025-01-27": "6522"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("REQUESTS_CA_BUNDLE", "nowhere.pem"), ("https_proxy", "http://[no-host")],
    ids=["no certificates", "no proxy"],
)
def test_a_way_that_is_barred_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    with serve({HOST: fake.JQuants(MARKET)}, folder=tmp_path) as proxy:
        for variable, setting in (proxy.env | {name: value}).items():
            monkeypatch.setenv(variable, setting)
        fetched = JQuants(KEY, LONG_AFTER).fetch((FUJIKURA,), WANTED)
    assert reason(fetched.bars["5803.T"]) is GapReason.NETWORK


def test_a_vendor_that_cannot_be_reached_is_the_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve({"elsewhere.example": fake.JQuants(MARKET)}, folder=tmp_path) as proxy:
        for variable, setting in proxy.env.items():
            monkeypatch.setenv(variable, setting)
        fetched = JQuants(KEY, LONG_AFTER).fetch((FUJIKURA,), WANTED)
    assert proxy.refused == [HOST] * 3
    assert reason(fetched.bars["5803.T"]) is GapReason.NETWORK


# What the user's plan covers


def test_a_plan_that_ends_before_the_date_is_said_in_the_vendors_words(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, plan=("2022-11-01", "2024-11-01"))
    fetched = lab.fetch(vendor, wanted=FOUR_SESSIONS)
    assert len(lab.log) == 1, "once is enough to know the plan"
    for answer in fetched.bars.values():
        assert reason(answer) is GapReason.NOT_COVERED
        assert words(answer).startswith(
            "Your subscription covers the following dates: 2022-11-01 ~ 2024-11-01."
        )


def test_a_plan_that_begins_within_the_history_is_asked_from_there(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, plan=("2025-01-24", ""))  # an open end, as paid plans have it
    wanted = FOUR_SESSIONS._replace(history=date(2020, 1, 6))
    fetched = lab.fetch(vendor, wanted=wanted)
    assert [one.query["from"] for one in lab.log] == ["2020-01-06", *["2025-01-24"] * 3]
    for instrument in THREE:
        assert list(closes(fetched.bars[instrument.ticker])) == list(DAYS[1:])


def test_days_beyond_the_plan_are_not_asked_twice(lab: Lab) -> None:
    shares = (*THREE, make_instrument("7203.T"), make_instrument("130A.T"))
    vendor = fake.JQuants(MARKET, plan=("2025-01-24", "2025-01-27"))
    fetched = lab.fetch(vendor, shares, FOUR_SESSIONS)
    # The 28th teaches the plan, so that the 23rd need not be asked.
    assert lab.asked == ["2025-01-24", "2025-01-27", "2025-01-28"]
    assert list(closes(fetched.bars["5803.T"])) == list(DAYS[1:3])


def test_a_plan_without_topix_has_shares_all_the_same(lab: Lab) -> None:
    vendor = fake.JQuants(MARKET, faults={fake.TOPIX: itertools.repeat(fake.NOT_ON_PLAN)})
    fetched = lab.fetch(vendor, (TOPIX, *THREE))
    assert reason(fetched.bars["^TOPX"]) is GapReason.NOT_COVERED
    assert words(fetched.bars["^TOPX"]) == "This API is not available on your subscription."
    assert closes(fetched.bars["5803.T"])["2025-01-27"] == "6522"


# The key


def test_the_key_is_in_the_header_and_nowhere_else(
    lab: Lab, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json_of({"message": f"the key {KEY} is\n\x1b[31mnot {KEY}"}, 403)
    vendor = fake.JQuants(MARKET, faults={"68570": [echo]})
    fetched = lab.fetch(vendor, wanted=FOUR_SESSIONS)
    assert [one.headers["x-api-key"] for one in lab.log] == [KEY, KEY]
    assert not any(KEY in (one.path, *one.query.values()) for one in lab.log)
    assert words(fetched.bars["6857.T"]) == "the key [key] is [31mnot [key]"
    provider = JQuants(KEY, LONG_AFTER)
    heard = (repr(fetched), repr(provider), caplog.text, *capfd.readouterr())
    assert not any(KEY in one for one in heard)
    assert caplog.text, "there was a log to look at"


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_key_is_told_without_repeating_it(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        JQuants(key, LONG_AFTER)
    assert "J-Quants key" in caught.value.message
    assert not key.strip() or key not in f"{caught.value.message} {caught.value.hint}"


def test_blanks_around_a_key_are_no_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve({HOST: fake.JQuants(MARKET)}, folder=tmp_path) as proxy:
        for name, value in proxy.env.items():
            monkeypatch.setenv(name, value)
        fetched = JQuants(f" {KEY}\n", LONG_AFTER).fetch((FUJIKURA,), WANTED)
    assert isinstance(fetched.bars["5803.T"], Bars)


# Who listens, and who interrupts


def test_answers_are_told_as_they_come(lab: Lab) -> None:
    told: list[str] = []
    vendor = fake.JQuants(MARKET, topix=TOPIX_ROWS)
    listen: Callable[[Answer], None] = lambda answer: told.append(answer.instrument.ticker)  # noqa: E731
    lab.fetch(vendor, (TOPIX, *THREE), FOUR_SESSIONS, listen=listen)
    assert told == ["5803.T", "6857.T", "9984.T", "^TOPX"]


SCRIPT = f"""
from datetime import UTC, date, datetime
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.jquants import JQuants
day = date(2025, 1, 27)
try:
    JQuants({KEY!r}, datetime(2025, 3, 3, tzinfo=UTC)).fetch(
        [make_instrument("5803.T")], Wanted(day, day, day)
    )
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(
    "reply",
    [Reply(delay=40), Reply(body=BODY, drip=10), Reply(429, b"{}", {"Retry-After": "40"})],
    ids=["late", "dripping", "busy"],
)
def test_an_interrupt_comes_through(tmp_path: Path, reply: Reply) -> None:
    vendor = fake.JQuants(MARKET, faults={"58030": itertools.repeat(reply)})
    with serve({HOST: vendor}, folder=tmp_path) as proxy:
        assert interrupt(vendor, proxy) == "interrupted\n"


def interrupt(vendor: fake.JQuants, proxy: Proxy) -> str:
    """Start a process that fetches, interrupt it when it has asked, and return what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, **proxy.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert vendor.asked.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        printed, complaints = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert complaints == ""
    return printed


# Whatever the rows hold

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
names = st.sampled_from(["Date", "Code", "O", "H", "L", "C", "Vo", "AdjFactor"])


@given(st.lists(st.tuples(st.integers(0, 3), names, json_values), max_size=4))
def test_rows_are_read_or_refused(changes: Iterable[tuple[int, str, Any]]) -> None:
    rows = [dict(one) for one in MARKET["58030"]]
    for at, name, value in changes:
        rows[at][name] = value
    for one in rows:  # as json.loads would give them
        one.update({name: Decimal(repr(v)) for name, v in one.items() if isinstance(v, float)})
    try:
        raw = read_rows(FUJIKURA, rows, THURSDAY, TUESDAY)
    except Refused:
        return
    bars = assemble(FUJIKURA, raw, Origin("jquants", datetime(2025, 3, 3, tzinfo=UTC).isoformat()))
    assert {bar.session for bar in bars.bars} <= {THURSDAY, FRIDAY, MONDAY, TUESDAY}
