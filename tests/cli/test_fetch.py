"""`shock fetch` as a process: the store is filled, what came is kept, and the rest is said.

Its environment leads the command to a fake of Yahoo on this machine (`tests/fakes/`), and its store
lies in a home of its own. What is expected is what the contract and the command's own help promise.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.errors import StoreError
from deepseek_shock.providers.store import Store
from tests.builders import day
from tests.conftest import TIMEOUT, clean_environment, fork_shock, run_shock
from tests.fakes import yahoo_data_faults as data
from tests.fakes import yahoo_faults as way
from tests.fakes.proxy import serve
from tests.fakes.wire import json_of
from tests.fakes.yahoo import CHARTS, Yahoo, charts
from tests.fakes.yahoo_chart import chart_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.fakes.proxy import Handler, Proxy
    from tests.fakes.wire import Reply, Request
    from tests.fakes.yahoo import Fault

pytestmark = pytest.mark.vendor

# Nine sessions of New York, which was closed on the 20th, and ten of Tokyo.
SPAN = ("--from", "2025-01-20", "--to", "2025-01-31")
TWO = ("NVDA", "6857.T")
_US = ("QCOM", "AMZN", "META", "INTC", "MSFT", "TSLA", "AAPL", "AMD", "GOOGL", "PLTR", "CRM", "MU")
MANY = (*TWO, *_US, "AVGO", "TSM", "MRVL", "ARM", "DELL", "GLW", "VST", "CEG", "GEV", "NRG")
WORKERS = 8  # the most requests that may be under way at once
ASIDES = 2  # a cookie and a crumb
INTERRUPTED = 130
POSIX = pytest.mark.skipif(os.name == "nt", reason="interrupts are POSIX signals here")


class Run(NamedTuple):
    """What a run wrote, and what it asked of Yahoo."""

    code: int
    stdout: str
    stderr: str
    log: list[Request]
    peak: int

    @property
    def asked(self) -> list[str]:
        return sorted(charts(self.log))

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()

    @property
    def error(self) -> tuple[str, str]:
        """The error and the hint, which are all of stderr."""
        error, hint = self.stderr.splitlines()
        assert error.startswith("error: ")
        assert hint.startswith("hint: ")
        return error, hint


def fetch(
    folder: Path,
    yahoo: Handler,
    tickers: tuple[str, ...] | None,
    *options: str,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run the command against a Yahoo, and check what holds whatever Yahoo does."""
    with serve({"*.yahoo.com": yahoo}, folder=folder) as proxy:
        done = fork_shock(
            *arguments(tickers, *options), folder=folder, env={**proxy.env, **(env or {})}
        )
    assert proxy.refused == [], "only Yahoo may be asked"
    assert proxy.peak <= WORKERS
    assert "Traceback" not in done.stderr
    assert done.returncode != 0 or done.stderr == ""
    return Run(done.returncode, done.stdout, done.stderr, proxy.log, proxy.peak)


def arguments(tickers: tuple[str, ...] | None, *options: str) -> tuple[str, ...]:
    spanned = options if {"--from", "--years"}.intersection(options) else (*SPAN, *options)
    listed = () if tickers is None else ("--tickers", ",".join(tickers))
    return ("fetch", *listed, *spanned)


def place(folder: Path) -> Path:
    """Where the user has the store whose home `run_shock` makes."""
    return folder / "home" / ".local" / "share" / "shock" / "store.db"


def check_sound(folder: Path, *tickers: str) -> None:
    """Check that the store holds these tickers and no other, and that it is sound."""
    assert sorted(Store(place(folder)).tickers()) == sorted(tickers)
    done = run_shock("store", "verify", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{place(folder)}: {len(tickers)} series, sound\n"


# --- what came, what was held ---


def test_the_store_is_filled_and_the_counts_are_said(tmp_path: Path) -> None:
    run = fetch(tmp_path, Yahoo(), TWO)
    assert run.code == 0
    assert run.lines == ["2 of 2 instruments: 2 fetched, 0 held already; 19 bars"]
    assert run.asked == sorted(TWO)
    check_sound(tmp_path, *TWO)


def test_closes_are_kept_as_published(tmp_path: Path) -> None:
    assert fetch(tmp_path, Yahoo(), TWO).code == 0
    assert run_shock("store", "export", "bars.csv", folder=tmp_path).returncode == 0
    rows = [line.split(",") for line in (tmp_path / "bars.csv").read_text("utf-8").splitlines()]
    at = {name: column for column, name in enumerate(rows[0])}
    closes = {(row[at["ticker"]], row[at["session"]]): row[at["close"]] for row in rows[1:]}
    # Nasdaq's closes, and Nikkei's for Advantest (6857).
    assert float(closes["NVDA", "2025-01-24"]) == 142.62
    assert float(closes["NVDA", "2025-01-27"]) == 118.42
    assert float(closes["6857.T", "2025-01-27"]) == 9185


def test_a_second_run_asks_for_nothing(tmp_path: Path) -> None:
    # At one instant too, as SOURCE_DATE_EPOCH makes it: held is what was not asked for.
    epoch = {"SOURCE_DATE_EPOCH": "1767225600"}  # 2026-01-01
    assert fetch(tmp_path, Yahoo(), TWO, env=epoch).code == 0
    run = fetch(tmp_path, Yahoo(), TWO, env=epoch)
    assert run.code == 0
    assert run.log == []
    assert run.lines == ["2 of 2 instruments: 0 fetched, 2 held already; 19 bars"]


def test_a_second_run_asks_for_what_is_new_alone(tmp_path: Path) -> None:
    assert fetch(tmp_path, Yahoo(), TWO).code == 0
    run = fetch(tmp_path, Yahoo(), (*TWO, "AMD"))
    assert (run.code, run.asked) == (0, ["AMD"])
    check_sound(tmp_path, *TWO, "AMD")


def test_a_longer_span_is_asked_for(tmp_path: Path) -> None:
    shorter = ("--from", "2025-01-27", "--to", "2025-01-31")
    assert fetch(tmp_path, Yahoo(), TWO, *shorter).lines[0].endswith("; 10 bars")
    run = fetch(tmp_path, Yahoo(), TWO)
    assert (run.code, run.asked) == (0, sorted(TWO))
    assert run.lines[0].endswith("; 19 bars")
    assert fetch(tmp_path, Yahoo(), TWO, *shorter).log == []


def test_refresh_asks_again(tmp_path: Path) -> None:
    assert fetch(tmp_path, Yahoo(), TWO).code == 0
    run = fetch(tmp_path, Yahoo(), TWO, "--refresh")
    assert (run.code, run.asked) == (0, sorted(TWO))


def test_what_was_fetched_makes_a_report_without_a_network(tmp_path: Path) -> None:
    assert fetch(tmp_path, Yahoo(), TWO, "--years", "3", "--to", "2025-01-31").code == 0
    with serve({}, folder=tmp_path) as proxy:
        done = fork_shock(
            *("report", "--date", "2025-01-27", "--source", "store", "--tickers", ",".join(TWO)),
            folder=tmp_path,
            env=proxy.env,
        )
    assert (done.returncode, done.stderr, proxy.refused) == (0, "", [])
    assert "−16.97%" in done.stdout  # NVIDIA's fall, as every paper printed it


def test_the_default_watchlist_is_fetched_where_none_is_named(tmp_path: Path) -> None:
    run = fetch(tmp_path, Yahoo(), None)
    assert run.code == 0
    # 56 shares and 6 indexes: the contract's.
    assert run.lines[0].startswith("62 of 62 instruments: 62 fetched")
    assert len(run.asked) == len(set(run.asked)) == 62


# --- what failed, and why ---


def test_failures_are_counted_by_reason_with_their_tickers(tmp_path: Path) -> None:
    faults: dict[str, Fault] = {
        "QCOM": way.no_currency,
        "AMZN": way.no_currency,
        "META": way.wrong_currency,
    }
    run = fetch(tmp_path, Yahoo(faults), (*TWO, *faults, "NVDAX"), "--min-coverage", "0")
    assert run.code == 0
    first, *failed = run.lines
    assert first.startswith("2 of 6 instruments: 2 fetched, 0 held already; 19 bars")
    said = [re.split(r"\s+", line, maxsplit=2) for line in failed]
    assert {reason: sorted(names.split(", ")) for _, reason, names in said} == {
        "bad_schema:": ["AMZN", "QCOM"],
        "wrong_currency:": ["META"],
        "not_found:": ["NVDAX"],
    }
    assert {word for word, _, _ in said} == {"failed"}
    check_sound(tmp_path, *TWO)


def test_refused_bars_are_counted_beside_those_that_came(tmp_path: Path) -> None:
    run = fetch(tmp_path, Yahoo({"AMZN": data.frozen}), (*TWO, "AMZN"))
    assert run.code == 0
    assert run.lines[0].startswith("3 of 3 instruments: 3 fetched")
    assert [line.split() for line in run.lines[1:]] == [["refused", "AMZN", "in_progress", "1"]]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 4),  # 2 of 3 are 66 %, and 90 % is asked
        (("--min-coverage", "66"), 0),
        (("--min-coverage", "67"), 4),
        (("--min-coverage", "0"), 0),
        (("--min-coverage", "0", "--strict"), 4),
    ],
)
def test_a_ticker_that_is_not_found_ends_by_the_coverage_asked(
    tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    run = fetch(tmp_path, Yahoo(), (*TWO, "NVDAX"), *options)
    assert run.code == code
    assert "not_found: NVDAX" in run.stdout
    if code:
        assert "1 of 3 instruments" in run.error[0]
    check_sound(tmp_path, *TWO)


def test_after_a_429_what_came_is_kept_and_the_rest_is_asked_later(tmp_path: Path) -> None:
    run = fetch(tmp_path, Yahoo(limit=10, latency=0.05), MANY)
    assert run.code == 5
    held = Store(place(tmp_path)).tickers()
    assert len(held) == 10
    assert len(run.asked) <= 10 + WORKERS, "one 429 stops all further requests"
    assert run.lines[0].startswith(f"10 of {len(MANY)} instruments: 10 fetched, 0 held already; ")
    assert {line.split()[1] for line in run.lines[1:]} == {"rate_limited:", "skipped:"}
    assert f"{len(MANY) - 10} of {len(MANY)} instruments did not come" in run.error[0]
    check_sound(tmp_path, *held)
    again = fetch(tmp_path, Yahoo(), MANY)
    assert again.code == 0
    assert again.asked == sorted(set(MANY) - set(held))
    check_sound(tmp_path, *MANY)


def test_a_vendor_that_fails_for_what_is_held_in_part_has_failed(tmp_path: Path) -> None:
    # Two years are asked for and a week is held: a 429 must not pass for success.
    assert fetch(tmp_path, Yahoo(), TWO, "--from", "2025-01-27", "--to", "2025-01-31").code == 0
    run = fetch(tmp_path, Yahoo(limit=0), TWO)
    assert run.code == 5
    assert "rate_limited" in run.stdout
    check_sound(tmp_path, *TWO)


def test_a_network_that_lets_nothing_through_ends_with_5(tmp_path: Path) -> None:
    with serve({}, folder=tmp_path) as proxy:
        done = fork_shock(*arguments(TWO), folder=tmp_path, env=proxy.env)
    assert done.returncode == 5
    assert "network: " in done.stdout
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_the_deadline_ends_the_run(tmp_path: Path) -> None:
    faults: dict[str, Fault] = {"AMZN": way.slow, "META": way.dripping}
    run = fetch(tmp_path, Yahoo(faults), (*TWO, *faults), "--deadline", "3")
    assert run.code == 5
    said = " ".join(run.lines[1:]).replace(",", " ").split()
    assert said[:2] == ["failed", "timeout:"]
    assert sorted(said[2:]) == sorted(faults)
    check_sound(tmp_path, *TWO)


# --- wrong usage ---


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "2025-01-31", "--to", "2025-01-20"), "begins on 2025-01-31"),
        (("--from", "2025-01-20", "--years", "2"), "--from and --years exclude each other"),
        (("--source", "sample"), "--source sample is no vendor"),
        (("--source", "store"), "--source store is no vendor"),
        (("--source", "auto"), "--source auto is no vendor"),
        (("--source", "files"), "--source files is no vendor"),
        (("--source", "yaho"), "no source is named 'yaho'"),
        (("--source", "jquants"), "needs an API key"),
        (("--from", "27.1.2025"), "'27.1.2025' is not a date"),
        (("--from", "2025-01-27", "--to", "2025-02-30"), "'2025-02-30' is not a date"),
        (("--years", "0"), "--years"),
        (("--years", "x"), "--years"),
        (("--watchlist", "deepseek"), "--watchlist and --tickers exclude each other"),
        (("--min-coverage", "101"), "--min-coverage"),
        (("--min-coverage", "nan"), "--min-coverage"),
        (("--deadline", "0"), "--deadline"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_before_anything_is_asked(
    tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    run = fetch(tmp_path, Yahoo(), TWO, *options)
    assert (run.code, run.stdout, run.log) == (2, "", [])
    assert words in run.error[0]
    assert not place(tmp_path).exists()


def test_a_malformed_ticker_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    run = fetch(tmp_path, Yahoo(), ("NVDA", "7203.L"))
    assert (run.code, run.log) == (2, [])
    assert "7203.L" in run.error[0]


# --- a store that cannot be written ---


@pytest.mark.parametrize("where", ["/proc/no-such-folder/store.db", "a-file/store.db", "a-folder"])
def test_a_place_for_no_store_is_two_lines_and_exit_1(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").write_text("x", "utf-8")
    (tmp_path / "a-folder").mkdir()
    run = fetch(tmp_path, Yahoo(latency=0.05), MANY, "--store", where)
    assert (run.code, run.stdout) == (1, "")
    error, hint = run.error
    assert where in error
    assert "store" in hint
    assert len(run.asked) <= 2 * WORKERS, "bars that cannot be kept need not be asked for"


def test_a_damaged_store_is_not_touched(tmp_path: Path) -> None:
    place(tmp_path).parent.mkdir(parents=True)
    damaged = b"SQLite format 3\0" + bytes(range(256)) * 40
    place(tmp_path).write_bytes(damaged)
    run = fetch(tmp_path, Yahoo(), TWO)
    assert (run.code, run.stdout, run.log) == (1, "", [])
    assert str(place(tmp_path)) in run.error[0]
    assert place(tmp_path).read_bytes() == damaged


# --- runs that are ended, and runs side by side ---


class Hung(NamedTuple):
    """A run whose first tickers came, and whose others hang."""

    process: subprocess.Popen[str]
    came: tuple[str, ...]


@contextlib.contextmanager
def hung(folder: Path) -> Iterator[Hung]:
    """Yield a run when the store holds the five tickers that Yahoo answers for."""
    came = MANY[:5]
    yahoo = Yahoo(dict.fromkeys(MANY[5:], way.slow))
    with serve({"*.yahoo.com": yahoo}, folder=folder) as proxy, started(folder, proxy) as process:
        wait_for(folder, process, len(came))
        yield Hung(process, came)


@contextlib.contextmanager
def started(folder: Path, proxy: Proxy) -> Iterator[subprocess.Popen[str]]:
    """Start a run, and end it with the context if it has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deepseek_shock", *arguments(MANY)],
        cwd=folder,
        env=clean_environment(folder) | proxy.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(folder: Path, process: subprocess.Popen[str], number: int) -> None:
    """Wait until the store holds so many tickers."""
    ends = time.monotonic() + TIMEOUT
    while len(held(folder)) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends, "too few came"
        time.sleep(0.02)


def held(folder: Path) -> list[str]:
    store = Store(place(folder))
    # Between the file's making and its first table there is nothing to be read.
    with contextlib.suppress(StoreError):
        return store.tickers() if store.exists() else []
    return []


@POSIX
def test_an_interrupt_keeps_what_came(tmp_path: Path) -> None:
    with hung(tmp_path) as run:
        run.process.send_signal(signal.SIGINT)
        stdout, stderr = run.process.communicate(timeout=3)
        assert run.process.returncode == INTERRUPTED
    assert (stdout, stderr) == ("", "")
    check_the_rest_is_asked(tmp_path, run.came)


@POSIX
def test_a_kill_keeps_what_came(tmp_path: Path) -> None:
    with hung(tmp_path) as run:
        run.process.kill()
        assert run.process.wait(3) == -signal.SIGKILL
    check_the_rest_is_asked(tmp_path, run.came)


def check_the_rest_is_asked(folder: Path, came: tuple[str, ...]) -> None:
    check_sound(folder, *came)
    again = fetch(folder, Yahoo(), MANY)
    assert again.code == 0
    assert again.asked == sorted(set(MANY) - set(came))
    check_sound(folder, *MANY)


@POSIX
@pytest.mark.parametrize("number", [1, 6, 13, 20])
def test_a_kill_at_any_moment_leaves_a_sound_store(tmp_path: Path, number: int) -> None:
    with serve({"*.yahoo.com": Yahoo()}, folder=tmp_path) as proxy, started(tmp_path, proxy) as run:
        ends = time.monotonic() + TIMEOUT
        while len(charts(proxy.log)) < number:
            assert time.monotonic() < ends, "no chart was asked for"
            time.sleep(0.001)
        run.kill()
        run.wait(TIMEOUT)
    came = held(tmp_path)
    assert set(came) <= set(MANY)
    if came:
        check_sound(tmp_path, *came)
    check_the_rest_is_asked_of(tmp_path, came)


def check_the_rest_is_asked_of(folder: Path, came: list[str]) -> None:
    again = fetch(folder, Yahoo(), MANY)
    assert again.code == 0
    assert again.asked == sorted(set(MANY) - set(came))
    check_sound(folder, *MANY)


def test_two_runs_share_one_store(tmp_path: Path) -> None:
    with (
        serve({"*.yahoo.com": Yahoo(latency=0.05)}, folder=tmp_path) as proxy,
        started(tmp_path, proxy) as one,
        started(tmp_path, proxy) as other,
    ):
        said = [process.communicate(timeout=TIMEOUT) for process in (one, other)]
        codes = [process.returncode for process in (one, other)]
    assert [stderr for _, stderr in said] == ["", ""]
    assert codes == [0, 0]
    assert {stdout.partition(":")[0] for stdout, _ in said} == {"24 of 24 instruments"}
    check_sound(tmp_path, *MANY)


# --- five hundred tickers ---

NUMBER = 500
BOUND = 500 * 1024  # kB of memory, generously: a run of two tickers takes about a fifth
YEAR = ("--from", "2024-02-05", "--to", "2025-01-31")


class Exchange(Yahoo):
    """A Yahoo that also has A000 to A499, each with a year of made-up closes of its own height."""

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        ticker = request.path.removeprefix(CHARTS)
        if not re.fullmatch(r"A\d{3}", ticker):
            return super().__call__(request)
        like = answer_of(NOBODY, float(request.query["period1"]), float(request.query["period2"]))
        answer = like.replace(NOBODY, ticker).replace(str(height(NOBODY)), str(height(ticker)))
        return json_of({})._replace(body=answer.encode(), delay=0.01)


NOBODY = "A9999"


@cache
def answer_of(ticker: str, begin: float, end: float) -> str:
    """Make the answer that all of them have, but for the name and the height; it takes a while."""
    chart = replace(chart_of("NVDA", (begin, end), 1), ticker=ticker)
    chart.extend(first=day("2024-02-05"))
    for row in chart.rows:
        row.blank(height(ticker), 1000)
    return json.dumps(chart.payload())


def height(ticker: str) -> float:
    return 100.0 + int(ticker[1:])


def write_watchlist(folder: Path) -> list[str]:
    tickers = [f"A{at:03}" for at in range(NUMBER)]
    listed = ", ".join(f'"{ticker}"' for ticker in tickers)
    (folder / "many.toml").write_text(
        'id = "many"\ntitle = "Many"\n[[groups]]\nid = "all"\ntitle = "All"\n'
        f"tickers = [{listed}]\n",
        "utf-8",
    )
    return tickers


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="memory is counted by POSIX's wait4")
def test_five_hundred_tickers_in_one_run(tmp_path: Path) -> None:
    tickers = write_watchlist(tmp_path)
    command = arguments(None, *YEAR, "--watchlist", "many.toml")
    with serve({"*.yahoo.com": Exchange()}, folder=tmp_path) as proxy:
        code, peak_memory = run_measured(tmp_path, command, proxy.env)
    assert (tmp_path / "stderr").read_text("utf-8") == ""
    assert code == 0
    # New York had 249 sessions from 5 February 2024 to 31 January 2025.
    said = "500 of 500 instruments: 500 fetched, 0 held already; 124500 bars\n"
    assert (tmp_path / "stdout").read_text("utf-8") == said
    assert sorted(charts(proxy.log)) == tickers
    assert len(proxy.log) <= NUMBER + ASIDES
    assert 1 < proxy.peak <= WORKERS
    assert peak_memory < BOUND
    check_heights(tmp_path, tickers)
    again = fetch(tmp_path, Exchange(), None, *YEAR, "--watchlist", "many.toml")
    assert (again.code, again.log) == (0, [])


# A process counts the peak of whoever started it as its own until it is another program: so a small
# one stands between the tests, which hold half a gigabyte, and the command.
MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
open("peak", "w").write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def run_measured(folder: Path, command: tuple[str, ...], env: Mapping[str, str]) -> tuple[int, int]:
    """Run the command with its streams in files; return its code and its peak memory in kB."""
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, sys.executable, "-m", "deepseek_shock", *command],
            cwd=folder,
            env=clean_environment(folder) | dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            check=False,
        )
    per_kilo = 1024 if sys.platform == "darwin" else 1
    return done.returncode, int((folder / "peak").read_text()) // per_kilo


def check_heights(folder: Path, tickers: list[str]) -> None:
    """Check that no ticker has another's closes: threads share connections."""
    assert run_shock("store", "export", "bars.csv", folder=folder).returncode == 0
    lines = (folder / "bars.csv").read_text("utf-8").splitlines()
    columns = lines[0].split(",")
    ticker, close = columns.index("ticker"), columns.index("close")
    rows = [line.split(",") for line in lines[1:]]
    found = {(row[ticker], float(row[close])) for row in rows}
    assert found == {(one, height(one)) for one in tickers}


def test_warnings_of_the_vendors_libraries_reach_nobody(tmp_path: Path) -> None:
    # pandas raises its filters and takes them back in one thread while another one warns: seldom
    # seen, unless the threads take turns as often as they can.
    early = tmp_path / "early"
    early.mkdir()
    (early / "sitecustomize.py").write_text("import sys\nsys.setswitchinterval(1e-6)\n", "utf-8")
    tickers = tuple(f"A{at:03}" for at in range(90))
    # `fetch` checks that stderr is empty.
    assert fetch(tmp_path, Exchange(), tickers, *YEAR, env={"PYTHONPATH": str(early)}).code == 0
