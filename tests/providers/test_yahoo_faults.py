"""Every fault of Yahoo, met by the unmodified command: what becomes of the ticker, and of the rest.

The command runs as a process; its environment leads it to a fake of Yahoo on this machine
(`tests/fakes/`). Each fault strikes one share in New York and one in Tokyo, beside a healthy
neighbour on each exchange. Outcomes are those that the project demands of a Yahoo provider, written
down from yfinance's issues and from experiments, not from what this code does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import pytest

from tests.conftest import fork_shock
from tests.fakes import yahoo_data_faults as data
from tests.fakes import yahoo_faults as way
from tests.fakes.proxy import serve
from tests.fakes.run import PUBLISHED, Run
from tests.fakes.wire import Reply, json_of
from tests.fakes.yahoo import LIMITED, Yahoo, charts
from tests.fakes.yahoo_chart import chart_of, truths
from tests.fakes.yahoo_data_faults import DAY, PREVIOUS, SATURDAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.fakes.proxy import Proxy
    from tests.fakes.yahoo import Fault

pytestmark = pytest.mark.vendor

HEALTHY = ("NVDA", "6857.T")
# Shares that moved by less than 3 % on the day come first: for them a price five times as high is
# a split and nothing else.
_US = ("QCOM", "AMZN", "META", "INTC", "MSFT", "TSLA", "AAPL", "AMD", "GOOGL", "PLTR", "CRM", "MU")
US = (*_US, "AVGO", "TSM", "MRVL", "ARM", "DELL", "GLW", "VST", "CEG", "GEV", "NRG", "PWR", "ETN")
_TOKYO = ("4751.T", "4063.T", "6723.T", "7203.T", "6758.T", "9432.T", "7011.T", "6920.T", "6146.T")
TOKYO = (*_TOKYO, "6501.T", "8035.T", "7735.T", "5802.T", "4062.T", "3778.T", "9984.T", "5803.T")
MANY = (*HEALTHY, *US, *TOKYO)

NUMBERS = (
    *("close", "previous_close", "change", "price_return", "total_return", "overnight_return"),
    *("intraday_return", "open", "high", "low", "volume", "volume_ratio", "sigma"),
)
EPOCH = {"SOURCE_DATE_EPOCH": "1767225600"}  # 2026-01-01: all of the sample is long over
WORKERS = 8  # the most requests that may be under way at once
INTERRUPTED = 130
WHOLE_SPAN = (0, 2e9)  # seconds since 1970, until 2033


def report(
    folder: Path,
    yahoo: Yahoo,
    tickers: Sequence[str],
    *options: str,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run the command against a Yahoo, and check what holds whatever Yahoo does."""
    folder.mkdir(exist_ok=True)
    scratch = folder / "scratch"
    scratch.mkdir()
    with serve({"*.yahoo.com": yahoo}, folder=folder) as proxy:
        done = fork_shock(
            *arguments(tickers, *options),
            folder=folder,
            env={**proxy.env, "TMPDIR": str(scratch), **(env or {})},
        )
    assert proxy.refused == [], "only Yahoo may be asked"
    assert proxy.peak <= WORKERS
    assert "Traceback" not in done.stderr
    assert list(scratch.iterdir()) == [], "temporary files are removed"
    if done.returncode == 0:
        assert done.stderr == ""
    else:
        check_refusal(done)
    return Run(done.returncode, done.stdout, done.stderr, proxy.log)


def arguments(tickers: Sequence[str], *options: str) -> tuple[str, ...]:
    asked = options if "--date" in options else ("--date", DAY.isoformat(), *options)
    if "--min-coverage" not in options:
        asked = (*asked, "--min-coverage", "0")
    listed = ",".join(tickers)
    return ("report", "--source", "yahoo", "--tickers", listed, "--format", "json", *asked)


def check_refusal(done: subprocess.CompletedProcess[str]) -> None:
    """Check that nothing was published, and that two lines say why and what to do."""
    assert done.stdout == ""
    # A day without a session is no failure, and is said on a terminal alone.
    told = [] if done.returncode == 3 else ["error", "hint"]
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == told


def check_published(run: Run) -> None:
    """Check the healthy neighbours to the tick."""
    for ticker, (previous, close) in PUBLISHED.items():
        assert run.outcome(ticker) == ("ok", None), ticker
        move = run.moves[ticker]
        assert (move["previous_close"], move["close"]) == (previous, close)
        assert move["price_return"] == pytest.approx(close / previous - 1, rel=1e-11)


def check_true(move: Mapping[str, Any], *, ignore: Sequence[str] = ()) -> None:
    """Check a figure, and all of its bar, against the sample that the fake was made from."""
    chart = truths()[move["ticker"]]
    bar, before = chart.at(DAY), chart.at(PREVIOUS)
    assert move["previous_close"] == before.close
    assert move["price_return"] == pytest.approx((bar.close or 0) / (before.close or 1) - 1)
    for name in {"open", "high", "low", "close", "volume"}.difference(ignore):
        assert move[name] == getattr(bar, name), name


def check_blank(move: Mapping[str, Any]) -> None:
    """Check that nothing is said in numbers."""
    assert {name: move[name] for name in NUMBERS} == dict.fromkeys(NUMBERS)


# Data and HTTP faults: fault, status, reason, and how often its chart is asked for.


class Case(NamedTuple):
    """A fault and its outcome; `charts` are the requests that it costs, least and most."""

    fault: Fault
    status: str
    reason: str | None = None
    charts: tuple[int, int] = (1, 1)


def ok(fault: Fault) -> Case:
    return Case(fault, "ok")


def failed(reason: str, fault: Fault, *, is_tried_again: bool = False) -> Case:
    return Case(fault, "failed", reason, RETRIED if is_tried_again else (1, 1))


def missing(reason: str, fault: Fault) -> Case:
    return Case(fault, "missing", reason)


def suspect(reason: str, fault: Fault) -> Case:
    return Case(fault, "suspect", reason)


RETRIED = (3, 3)
# A connection that dies under a request is opened again by the HTTP client itself.
RECONNECTED = (3, 6)

BATCHES: dict[str, dict[str, Case]] = {
    "http": {
        "500 once": Case(way.server_error_once, "ok", None, (2, 2)),
        "500": failed("server_error", way.server_error, is_tried_again=True),
        "502 of HTML": failed("server_error", way.bad_gateway, is_tried_again=True),
        # yfinance itself asks once more, with a new crumb.
        "401": Case(way.invalid_crumb, "failed", "unauthorized", (1, 2)),
        "404": Case(way.not_found, "not_found", "not_found"),
        "400": missing("no_data", way.no_such_data),
        "right back": failed("bad_payload", way.right_back, is_tried_again=True),
        "HTML": failed("bad_payload", way.html, is_tried_again=True),
        "empty": failed("bad_payload", way.empty, is_tried_again=True),
        "truncated": failed("bad_payload", way.truncated, is_tried_again=True),
        "reset": Case(way.reset, "failed", "network", RECONNECTED),
        "reset once": Case(way.first(1, way.reset), "ok", None, (2, 2)),
        "cut": Case(way.cut, "failed", "network", RECONNECTED),
    },
    "form": {
        "null": missing("no_data", way.result_is(None)),
        "empty list": missing("no_data", way.result_is([])),
        "no timestamps": missing("no_data", way.no_timestamps),
        "phantom": missing("no_data", way.phantom),
        "uneven": failed("bad_schema", way.uneven_columns),
        "no currency": failed("bad_schema", way.no_currency),
        "null currency": failed("bad_schema", way.null_currency),
        "no zone": failed("bad_schema", way.no_zone),
        "symbol": suspect("wrong_symbol", way.wrong_symbol),
        "zone": suspect("wrong_timezone", way.wrong_zone),
        "currency": suspect("wrong_currency", way.wrong_currency),
        "pence": suspect("wrong_currency", way.minor_currency),
    },
    "nonsense": {
        "a list": failed("bad_schema", way.answer(json_of([]))),
        "a null chart": failed("bad_schema", way.answer(json_of({"chart": None}))),
        "a null result": failed("bad_schema", way.result_is([None])),
        "a list for meta": failed("bad_schema", way.edited(lambda one: one.update(meta=[]))),
        "words for times": failed("bad_schema", way.times_are(str)),
        "huge times": failed("bad_schema", way.times_are(lambda stamp: stamp * 10**9)),
        "words for closes": failed("bad_schema", way.closes_are("118.42")),
        "endless closes": failed("bad_schema", way.closes_are(float("inf"))),
        "lists for events": failed("bad_schema", way.edited(lambda one: one.update(events=[1]))),
        "an undated split": failed("bad_schema", way.splits_are(numerator=2, denominator=1)),
        "a split by nought": failed(
            "bad_schema", way.splits_are(date=1_737_988_200, numerator=2, denominator=0)
        ),
    },
    "rows": {
        "no day": missing("missing_bar", data.without(DAY)),
        "no previous day": missing("missing_prev_bar", data.without(PREVIOUS)),
        "neither": missing("missing_bar", data.without(DAY, PREVIOUS)),
        "null row": missing("null_close", data.null_row(DAY)),
        "null previous row": missing("null_prev_close", data.null_row(PREVIOUS)),
        "null close": missing("null_close", data.null_close(DAY)),
        "null previous close": missing("null_prev_close", data.null_close(PREVIOUS)),
        "noughts": missing("null_close", data.zero_row(DAY)),
        "previous noughts": missing("null_prev_close", data.zero_row(PREVIOUS)),
        "null adjclose": ok(data.null_adjclose),
        "null volume": ok(data.volume_is(None)),
        "no volume": Case(data.volume_is(0), "no_trade", "no_trade"),
        "unfinished": suspect("in_progress", data.unfinished),
        "unfinished at open": suspect("in_progress", data.unfinished_at_open),
        "frozen": suspect("in_progress", data.frozen),
    },
    "days": {
        "twice at last": suspect("duplicate_day", data.twice(DAY, 0.95, is_last=True)),
        "twice": suspect("duplicate_day", data.twice(DAY, 0.95, is_last=False)),
        "twice before": suspect("duplicate_day", data.twice(PREVIOUS, 0.95, is_last=False)),
        "twins at last": ok(data.twice(DAY, 1, is_last=True)),
        "twins": ok(data.twice(DAY, 1, is_last=False)),
        "past end": ok(data.past_end),
        "unsorted": ok(data.unsorted),
        "midnight": ok(data.stamped(hours=0)),
        "before midnight": ok(data.stamped(hours=-1)),
        "busy Saturday": suspect("not_a_session", data.extra_day(SATURDAY, has_trades=True)),
        "idle Saturday": ok(data.extra_day(SATURDAY, has_trades=False)),
    },
    "splits": {
        "silent": suspect("near_split_ratio", data.silent_split),
        "not applied": suspect("unapplied_split", data.split(DAY, applied=0)),
        "applied twice": suspect("split_applied_twice", data.split(DAY, applied=2)),
        "x 100": suspect("unit_jump", data.unit_jump),
        "/ 100": suspect("unit_jump", data.unit_drop),
        "x 7": suspect("implausible_ratio", data.at(DAY, lambda row: row.scale(7))),
        "applied": ok(data.split(DAY)),
        "later": ok(data.later_split()),
        "later, of three": ok(data.later_split(3)),
        "later, not applied": suspect("unapplied_split", data.later_split(applied=0)),
        "later, applied twice": suspect("split_applied_twice", data.later_split(applied=2)),
        "dividend": ok(data.dividend(50)),
    },
}


@cache
def shares_of(batch: str) -> dict[str, tuple[str, str]]:
    """Give each fault of a batch a share in New York and one in Tokyo."""
    return dict(zip(BATCHES[batch], zip(US, TOKYO, strict=False), strict=False))


@pytest.fixture(scope="module")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """`run_of("rows")`: one report over all tickers of a batch, made once."""

    @cache
    def run(batch: str) -> Run:
        shares = shares_of(batch)
        faults = {
            ticker: case.fault for name, case in BATCHES[batch].items() for ticker in shares[name]
        }
        return report(tmp_path_factory.mktemp(batch), Yahoo(faults), [*faults, *HEALTHY])

    return run


CASES = [
    pytest.param(batch, name, id=f"{batch}: {name}")
    for batch, cases in BATCHES.items()
    for name in cases
]


@pytest.mark.parametrize(("batch", "name"), CASES)
def test_a_fault_is_one(batch: str, name: str) -> None:
    """Else a fault that is to be survived would prove nothing."""
    for ticker in shares_of(batch)[name]:
        healthy, faulty = (chart_of(ticker, WHOLE_SPAN, attempt=1) for _ in range(2))
        reply = BATCHES[batch][name].fault(faulty)
        assert reply is not None or faulty.payload() != healthy.payload()


@pytest.mark.parametrize(("batch", "name"), CASES)
def test_a_fault_has_its_outcome(run_of: Callable[[str], Run], batch: str, name: str) -> None:
    run, case = run_of(batch), BATCHES[batch][name]
    least, most = case.charts
    assert run.code == 0
    for ticker in shares_of(batch)[name]:
        assert run.outcome(ticker) == (case.status, case.reason), ticker
        assert least <= charts(run.log).count(ticker) <= most, ticker
        if case.status == "ok":
            check_true(run.moves[ticker], ignore=["volume"] if name == "null volume" else [])
        else:
            check_blank(run.moves[ticker])


@pytest.mark.parametrize("batch", BATCHES)
def test_the_neighbours_of_faults_are_right_to_the_tick(
    run_of: Callable[[str], Run], batch: str
) -> None:
    check_published(run_of(batch))


def test_every_gap_is_listed_with_its_reason(run_of: Callable[[str], Run]) -> None:
    for batch, cases in BATCHES.items():
        listed = {
            (gap["ticker"], gap["session"], gap["reason"])
            for gap in json.loads(run_of(batch).stdout)["gaps"]
        }
        assert listed == {
            (ticker, "2025-01-27", case.reason)
            for name, case in cases.items()
            for ticker in shares_of(batch)[name]
            if case.reason is not None
        }


def test_yahoos_own_words_are_passed_on(run_of: Callable[[str], Run]) -> None:
    tickers = shares_of("http")["400"]
    details = [
        gap["detail"]
        for gap in json.loads(run_of("http").stdout)["gaps"]
        if gap["ticker"] in tickers
    ]
    assert len(details) == 2
    assert all("Data doesn't exist for these dates" in detail for detail in details)


def test_an_unknown_volume_is_not_a_volume_of_nought(run_of: Callable[[str], Run]) -> None:
    moves = run_of("rows").moves
    assert [moves[ticker]["volume"] for ticker in shares_of("rows")["null volume"]] == [None] * 2


def test_a_dividend_stands_in_the_total_return_alone(run_of: Callable[[str], Run]) -> None:
    moves = run_of("splits").moves
    for ticker in shares_of("splits")["dividend"]:
        move = moves[ticker]
        whole = (move["close"] + 50) / move["previous_close"] - 1
        assert move["total_return"] == pytest.approx(whole, rel=1e-9)
        assert move["price_return"] == pytest.approx(move["close"] / move["previous_close"] - 1)


# Health: how much is asked, and that the answer is the same wherever the machine stands.


def test_a_healthy_run_asks_once_a_ticker_and_twice_besides(tmp_path: Path) -> None:
    tickers = (*HEALTHY, *US[:9], *TOKYO[:9])
    run = report(tmp_path, Yahoo(latency=0.05), tickers, "--min-coverage", "100", "--strict")
    assert run.code == 0
    check_published(run)
    for ticker in tickers:
        check_true(run.moves[ticker])
    assert sorted(charts(run.log)) == sorted(tickers)
    assert len(run.asides) <= 2
    assert not list((tmp_path / "home").rglob("*yfinance*")), "no cache is shared with others"


def test_indexes_have_no_volume_and_are_no_shares_that_stood_still(tmp_path: Path) -> None:
    # ^GSPC 6012.28 after 6101.24 as published by S&P, ^N225 39565.80 after 39931.98 by Nikkei.
    run = report(tmp_path, Yahoo(), (*HEALTHY, "^GSPC", "^N225"))
    found = {ticker: run.moves[ticker] for ticker in ("^GSPC", "^N225")}
    assert [(move["previous_close"], move["close"]) for move in found.values()] == [
        (6101.24, 6012.28),
        (39931.98, 39565.8),
    ]


NONSENSE: dict[str, Fault] = {
    "a number for times": way.edited(lambda one: one.update(timestamp=5)),
    "the year 1": way.edited(lambda one: one["timestamp"].__setitem__(0, -62_135_500_000)),
    "a huge price": data.at(DAY, lambda row: setattr(row, "open", 1e30)),
    "a huge split": way.splits_are(date=1_737_988_200, numerator=1e300, denominator=1),
    "brackets only": way.answer(Reply(200, b"[" * 100_000)),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_told_at_once_and_is_no_bug_of_ours(tmp_path: Path, nonsense: str) -> None:
    yahoo = Yahoo(dict.fromkeys(("MSFT", "9984.T"), NONSENSE[nonsense]))
    run = report(tmp_path, yahoo, ("MSFT", "9984.T", *HEALTHY), "--deadline", "6")
    check_published(run)
    for ticker in ("MSFT", "9984.T"):
        status, reason = run.outcome(ticker)
        assert status in ("failed", "missing", "suspect")
        assert reason not in ("timeout", "skipped", "internal_error")
        check_blank(run.moves[ticker])


def test_the_source_names_yahoo_and_the_time(tmp_path: Path) -> None:
    run = report(tmp_path, Yahoo(), HEALTHY, env=EPOCH)
    [source] = json.loads(run.stdout)["source"]
    assert source["name"] == "yahoo"
    assert source["retrieved"].startswith("2026-01-01T00:00")


def test_the_same_bytes_come_in_every_zone(tmp_path: Path) -> None:
    written = {
        report(tmp_path / str(at), Yahoo(), HEALTHY, env=EPOCH | {"TZ": zone}).stdout
        for at, zone in enumerate(("UTC", "Pacific/Kiritimati", "America/Los_Angeles"))
    }
    assert len(written) == 1


class Refusal(TypedDict, total=False):
    cookie: Reply
    crumb: Reply


OTHER_COOKIE = "A1=d=AQAAA; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure; HttpOnly"
REFUSALS: dict[str, Refusal] = {
    "cookie 403": {"cookie": Reply(403, b"Forbidden")},
    "cookie 429": {"cookie": LIMITED},
    "cookie reset": {"cookie": Reply(reset=True)},
    "no cookie": {"cookie": Reply(404)},
    "another cookie": {"cookie": Reply(404, b"", {"Set-Cookie": OTHER_COOKIE})},
    "crumb 429": {"crumb": LIMITED},
    "crumb 500": {"crumb": Reply(500, b"Internal Server Error")},
    "crumb of HTML": {"crumb": Reply(200, b"<html><body>Sorry</body></html>")},
    "crumb reset": {"crumb": Reply(reset=True)},
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_charts_need_no_cookie_and_no_crumb(tmp_path: Path, refusal: str) -> None:
    run = report(tmp_path, Yahoo(**REFUSALS[refusal]), MANY[:16])
    check_published(run)
    for move in run.moves.values():
        check_true(move)
    assert len(charts(run.log)) == 16
    assert len(run.asides) <= 10, "what is refused is not asked for again for every ticker"


# Too many requests.


def test_one_429_stops_all_further_requests(tmp_path: Path) -> None:
    yahoo = Yahoo({"QCOM": way.limited_once}, latency=0.1)
    run = report(tmp_path, yahoo, ("QCOM", *MANY))
    outcomes = {ticker: run.outcome(ticker) for ticker in run.moves}
    assert outcomes.pop("QCOM") == ("failed", "rate_limited")
    assert set(outcomes.values()) <= {("ok", None), ("failed", "skipped")}
    assert ("failed", "skipped") in outcomes.values()
    check_each(run)
    assert charts(run.log).count("QCOM") == 1
    assert len(charts(run.log)) <= 3 * WORKERS < len(run.moves)


def test_a_limit_within_the_run_keeps_what_came_before(tmp_path: Path) -> None:
    run = report(tmp_path, Yahoo(limit=10, latency=0.05), MANY)
    outcomes = [run.outcome(ticker) for ticker in run.moves]
    assert outcomes.count(("ok", None)) == 10
    assert ("failed", "rate_limited") in outcomes
    assert set(outcomes) == {("ok", None), ("failed", "rate_limited"), ("failed", "skipped")}
    check_each(run)
    assert len(charts(run.log)) <= 10 + WORKERS


def check_each(run: Run) -> None:
    for move in run.moves.values():
        if move["status"] == "ok":
            check_true(move)
        else:
            check_blank(move)


# Time.


def test_slow_answers_time_out_and_the_rest_stands(tmp_path: Path) -> None:
    faults: dict[str, Fault] = {
        "MSFT": way.slow,
        "9984.T": way.slow,
        "AMZN": way.dripping,
        "7203.T": way.dripping,
    }
    run = report(tmp_path, Yahoo(faults), (*HEALTHY, *faults), "--deadline", "4")
    assert run.code == 0
    for ticker in faults:
        assert run.outcome(ticker) == ("failed", "timeout"), ticker
        check_blank(run.moves[ticker])
    check_published(run)


def test_what_the_deadline_leaves_unasked_is_skipped(tmp_path: Path) -> None:
    run = report(tmp_path, Yahoo(latency=60), MANY, "--deadline", "3")
    outcomes = [run.outcome(ticker) for ticker in run.moves]
    assert set(outcomes) == {("failed", "timeout"), ("failed", "skipped")}
    assert len(charts(run.log)) <= WORKERS


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],  # 128 + number
)
def test_a_signal_ends_the_run_at_once_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(scratch)}
    with serve({"*.yahoo.com": Yahoo(latency=60)}, folder=tmp_path) as proxy:
        process = subprocess.Popen(
            [sys.executable, "-m", "deepseek_shock", *arguments(MANY)],
            cwd=tmp_path,
            env=surroundings | proxy.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            wait_for_charts(proxy, process)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=3)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == code
    assert stdout == ""
    assert "Traceback" not in stderr
    assert list(scratch.iterdir()) == []
    assert len(charts(proxy.log)) <= WORKERS


def wait_for_charts(proxy: Proxy, process: subprocess.Popen[str]) -> None:
    """Wait until the command waits for charts."""
    ends = time.monotonic() + 30
    while not charts(proxy.log):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends, "no chart was asked for"
        time.sleep(0.02)


# A whole exchange, and what the exit code says.


def test_a_session_that_a_whole_exchange_lacks_may_have_been_none(tmp_path: Path) -> None:
    tokyo = ("6857.T", "9984.T", "7203.T")
    yahoo = Yahoo(dict.fromkeys(tokyo, data.without(DAY)))
    run = report(tmp_path, yahoo, ("NVDA", *tokyo))
    assert run.outcome("NVDA") == ("ok", None)
    assert {run.outcome(ticker) for ticker in tokyo} == {("missing", "maybe_closed")}


def test_one_message_says_that_the_exchange_may_have_been_closed(tmp_path: Path) -> None:
    tokyo = ("6857.T", "9984.T", "7203.T")
    yahoo = Yahoo(dict.fromkeys(tokyo, data.without(DAY)))
    run = report(tmp_path, yahoo, ("NVDA", *tokyo), "--min-coverage", "90")
    assert run.code == 4
    assert "Tokyo" in run.stderr
    assert "closed" in run.stderr


FAILURES: dict[str, Fault] = {
    "429": way.limited,
    "500": way.server_error,
    "401": way.invalid_crumb,
    "HTML": way.html,
    "schema": way.no_currency,
    "reset": way.reset,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_vendor_that_fails_ends_with_5(tmp_path: Path, failure: str) -> None:
    yahoo = Yahoo(dict.fromkeys(HEALTHY, FAILURES[failure]))
    assert report(tmp_path, yahoo, HEALTHY, "--min-coverage", "90").code == 5


def test_a_deadline_that_is_over_ends_with_5(tmp_path: Path) -> None:
    options = ("--min-coverage", "90", "--deadline", "1")
    assert report(tmp_path, Yahoo(latency=60), HEALTHY, *options).code == 5


def test_a_network_that_lets_nothing_through_ends_with_5(tmp_path: Path) -> None:
    with serve({}, folder=tmp_path) as proxy:
        done = fork_shock(
            *arguments(HEALTHY, "--min-coverage", "90"), folder=tmp_path, env=proxy.env
        )
    assert done.returncode == 5
    check_refusal(done)
    assert {host.endswith(".yahoo.com") for host in proxy.refused} == {True}


INCOMPLETE: dict[str, Fault] = {
    "no bar": data.without(DAY),
    "null": data.null_close(DAY),
    "no data": way.no_such_data,
    "not found": way.not_found,
    "suspect": data.unit_jump,
}


@pytest.mark.parametrize("lack", INCOMPLETE)
def test_data_that_lack_end_with_4(tmp_path: Path, lack: str) -> None:
    yahoo = Yahoo({"AMZN": INCOMPLETE[lack]})
    assert report(tmp_path, yahoo, (*HEALTHY, "AMZN"), "--min-coverage", "90").code == 4


def test_a_ticker_that_yahoo_does_not_know_is_not_found(tmp_path: Path) -> None:
    run = report(tmp_path, Yahoo(), (*HEALTHY, "NVDAX", "9999.T"))
    assert {run.outcome(ticker) for ticker in ("NVDAX", "9999.T")} == {("not_found", "not_found")}
    check_published(run)
    assert len(charts(run.log)) == 4


@pytest.mark.parametrize(
    ("target", "most"),
    [
        ("https://login.example.com/", 3),
        ("/v8/finance/chart/MSFT?interval=1d&period1=1&period2=9", 18),
    ],
    ids=["elsewhere", "in a circle"],
)
def test_a_redirect_leads_nowhere_else(tmp_path: Path, target: str, most: int) -> None:
    vendor = Yahoo({"MSFT": lambda _: Reply(302, b"", {"Location": target})})
    run = report(tmp_path, vendor, (*HEALTHY, "MSFT"))
    assert run.outcome("MSFT") == ("failed", "bad_payload")
    check_published(run)
    assert charts(run.log).count("MSFT") <= most  # three attempts, of six steps at most


def test_on_a_holiday_nobody_is_asked(tmp_path: Path) -> None:
    # Monday 20 January 2025: Martin Luther King Day.
    run = report(tmp_path, Yahoo(), ("NVDA", "MSFT"), "--date", "2025-01-20")
    assert run.code == 3
    assert run.log == []


# New York was closed on Monday the 20th; its answer is the session of the 21st, 14:30 to 21:00 UTC.
@pytest.mark.parametrize(
    ("epoch", "asked"),
    [("1737410400", ["6857.T"]), ("1737500400", ["6857.T", "NVDA"])],
    ids=["before its next session", "after it"],
)
def test_on_one_exchanges_holiday_the_other_is_asked_and_it_for_its_answer(
    tmp_path: Path, epoch: str, asked: list[str]
) -> None:
    env = {"SOURCE_DATE_EPOCH": epoch}  # 20 January, 22:00, and 21 January, 23:00 UTC
    run = report(tmp_path, Yahoo(), HEALTHY, "--date", "2025-01-20", env=env)
    assert run.code == 0
    assert run.outcome("NVDA")[0] == "closed"
    # Nikkei: 9370 after 9158 on Friday 17 January.
    move = run.moves["6857.T"]
    assert (move["previous_close"], move["close"]) == (9158, 9370)
    assert sorted(charts(run.log)) == asked
