"""`shock report` from vendors as a process: whatever store and vendor do, the report is right.

Its environment leads the command to fakes of Yahoo and of J-Quants on this machine
(`tests/fakes/`). What is expected is what the contract promises; figures are published ones, or
made up by the test that names them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.providers.store import Store
from tests.conftest import TIMEOUT, clean_environment, fork_shock, run_shock
from tests.fakes import jquants
from tests.fakes import yahoo_data_faults as data
from tests.fakes import yahoo_faults as way
from tests.fakes.jquants import KEY, JQuants
from tests.fakes.proxy import serve
from tests.fakes.run import PUBLISHED, Run
from tests.fakes.yahoo import Yahoo, charts
from tests.fakes.yahoo_chart import truths
from tests.fakes.yahoo_data_faults import DAY, PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from tests.fakes.proxy import Handler
    from tests.fakes.yahoo import Fault
    from tests.fakes.yahoo_chart import Row

pytestmark = pytest.mark.vendor

TWO = ("NVDA", "6857.T")
FORMATS = ("terminal", "markdown", "html", "json")
# 2026-01-01 and 2026-02-01: all of the sample is long over.
EARLY = {"SOURCE_DATE_EPOCH": "1767225600"}
LATE = {"SOURCE_DATE_EPOCH": "1769904000"}
WITH_KEY = {"JQUANTS_API_KEY": KEY}


def report(
    folder: Path,
    *options: str,
    yahoo: Handler | None = None,
    vendor: Handler | None = None,
    tickers: Sequence[str] = TWO,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run the command against the vendors, and check what holds whatever they do."""
    handlers = {"*.yahoo.com": yahoo or Yahoo(), jquants.HOST: vendor or JQuants({})}
    with serve(handlers, folder=folder) as proxy:
        done = fork_shock(
            *arguments(*options, tickers=tickers), folder=folder, env={**proxy.env, **(env or {})}
        )
    assert proxy.refused == [], "only the vendors may be asked"
    assert "Traceback" not in done.stderr
    assert KEY not in done.stdout + done.stderr
    if done.returncode == 0:
        assert done.stderr == "", "where nobody looks, stderr stays empty on success"
    else:
        assert done.stdout == ""
        assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
    return Run(done.returncode, done.stdout, done.stderr, proxy.log)


def arguments(*options: str, tickers: Sequence[str] = TWO) -> tuple[str, ...]:
    form = () if "--format" in options else ("--format", "json")
    source = () if "--source" in options else ("--source", "yahoo")
    day = () if "--date" in options else ("--date", DAY.isoformat())
    return ("report", *day, "--tickers", ",".join(tickers), *source, *form, *options)


def place(folder: Path) -> Path:
    """Where the user has the store whose home `run_shock` makes."""
    return folder / "home" / ".local" / "share" / "shock" / "store.db"


def check_published(run: Run, *tickers: str) -> None:
    assert run.code == 0, run.stderr
    for ticker in tickers or PUBLISHED:
        assert run.outcome(ticker) == ("ok", None)
        assert run.closes(ticker) == PUBLISHED[ticker]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The store that a report of the two has filled on 1 January 2026."""
    folder = tmp_path_factory.mktemp("stored")
    check_published(report(folder, env=EARLY))
    assert list(place(folder).parent.glob("store.db-*")) == []  # the file is all of it
    return place(folder).read_bytes()


@pytest.fixture
def held(tmp_path: Path, stored: bytes) -> None:
    """Let the user have that store."""
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(stored)


# --- a store that cannot serve ---


def damage(folder: Path, how: str, whole: bytes) -> None:
    """Put something in the store's place that is no store."""
    path = place(folder)
    path.parent.mkdir(parents=True)
    if how == "a folder":
        path.mkdir()
    elif how == "cut off":
        path.write_bytes(whole[: len(whole) // 3])
    elif how == "noise behind a good page":
        path.write_bytes(whole[:4096] + bytes(range(256)) * ((len(whole) - 4096) // 256))
    else:
        path.write_bytes(b"ticker,session,close\n" * 500)


DAMAGES = ("a folder", "cut off", "noise behind a good page", "text")


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize("how", DAMAGES)
def test_who_asks_yahoo_gets_a_report_whatever_the_store_is(
    tmp_path: Path, stored: bytes, how: str
) -> None:
    damage(tmp_path, how, stored)
    before = content(place(tmp_path))
    run = report(tmp_path)
    check_published(run)
    assert sorted(charts(run.log)) == sorted(TWO)
    assert content(place(tmp_path)) == before, "a damaged store is left to its owner"


@pytest.mark.parametrize("source", ["auto", "store"])
@pytest.mark.parametrize("how", DAMAGES)
def test_who_asks_the_store_is_told_what_to_do(
    tmp_path: Path, stored: bytes, how: str, source: str
) -> None:
    damage(tmp_path, how, stored)
    before = content(place(tmp_path))
    run = report(tmp_path, "--source", source)
    assert (run.code, run.log) == (1, [])
    error, hint = run.stderr.splitlines()
    assert str(place(tmp_path)) in error
    assert "--source yahoo" in hint or "`shock fetch`" in hint
    assert content(place(tmp_path)) == before


@pytest.mark.parametrize("how", DAMAGES)
def test_the_sample_needs_no_store(tmp_path: Path, stored: bytes, how: str) -> None:
    damage(tmp_path, how, stored)
    before = content(place(tmp_path))
    run = report(tmp_path, "--source", "sample")
    check_published(run)
    assert run.log == []
    assert content(place(tmp_path)) == before


@pytest.mark.parametrize("home", ["/proc/no-home", "a-file/home"])
def test_a_home_where_nothing_can_be_kept_is_no_hindrance(tmp_path: Path, home: str) -> None:
    (tmp_path / "a-file").write_text("x", "utf-8")
    run = report(tmp_path, env={"HOME": home})
    check_published(run)


def test_a_home_that_is_read_only_is_no_hindrance(tmp_path: Path) -> None:
    home = tmp_path / "sealed"
    home.mkdir()
    mount = 'mount -t tmpfs -o ro none "$0" && HOME="$0" exec "$@"'
    shell = ["sh", "-c", mount, str(home), sys.executable, "-m", "deepseek_shock"]
    with serve({"*.yahoo.com": Yahoo()}, folder=tmp_path) as proxy:
        done = subprocess.run(
            [*apart(home), *shell, *arguments()],
            cwd=tmp_path,
            env=clean_environment(tmp_path) | proxy.env,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
    assert done.stderr == ""
    check_published(Run(done.returncode, done.stdout, done.stderr, proxy.log))


def apart(home: Path) -> list[str]:
    """Return how a process gets mounts of its own; skip where none may be had."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare is not installed: no disk can be mounted for the test alone")
    for flags in (["--mount"], ["--mount", "--map-root-user"]):
        probe = [unshare, *flags, "mount", "-t", "tmpfs", "none", str(home)]
        if subprocess.run(probe, capture_output=True, check=False, timeout=10).returncode == 0:
            return [unshare, *flags]
    pytest.skip("this user may not mount a disk for the test alone")


# --- offline, refresh, standing in ---


@pytest.mark.parametrize("is_filled", [False, True])
@pytest.mark.parametrize("source", ["auto", "yahoo", "jquants", "store"])
def test_offline_opens_no_connection(
    tmp_path: Path, request: pytest.FixtureRequest, source: str, *, is_filled: bool
) -> None:
    if is_filled:
        request.getfixturevalue("held")
    options = ("--source", source, "--offline", "--min-coverage", "0")
    run = report(tmp_path, *options, env=WITH_KEY)
    assert run.log == []
    assert run.code == 0
    if source == "auto" or (is_filled and source != "jquants"):
        check_published(run)
    else:
        assert {run.outcome(ticker) for ticker in TWO} == {("missing", "not_held")}


def test_offline_holds_for_the_second_source_too(tmp_path: Path) -> None:
    run = report(tmp_path, "--source", "sample", "--confirm", "yahoo", "--offline")
    check_published(run)
    assert run.log == []


def test_what_the_store_holds_is_not_asked_for(tmp_path: Path) -> None:
    first = report(tmp_path, env=EARLY)
    second = report(tmp_path, env=LATE)
    check_published(second)
    assert second.log == []
    assert second.stdout == first.stdout, "the same data give the same bytes"


@pytest.mark.usefixtures("held")
def test_refresh_asks_again_and_a_changed_figure_is_a_revision(tmp_path: Path) -> None:
    changed = Yahoo({"NVDA": data.at(DAY, lambda row: setattr(row, "close", 118.58))})
    run = report(tmp_path, "--refresh", yahoo=changed, env=LATE)
    assert sorted(charts(run.log)) == sorted(TWO)
    assert run.closes("NVDA") == (142.62, 118.58)
    shown = run_shock("store", "show", "NVDA", folder=tmp_path).stdout
    revised = [line.split() for line in shown.splitlines() if line.startswith("revised")]
    words = "revised 2025-01-27 close was {} (2026-01-01T00:00:00Z), is {} (2026-02-01T00:00:00Z)"
    assert [" ".join(one) for one in revised] == [words.format("118.42", "118.58")]
    other = run_shock("store", "show", "6857.T", folder=tmp_path).stdout
    assert "revised" not in other


FAILURES: dict[str, Fault] = {
    "500": way.server_error,
    "429": way.limited,
    "reset": way.reset,
    "html": way.html,
    "schema": way.no_currency,
    "no data": way.no_such_data,
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.usefixtures("held")
def test_the_store_stands_in_where_yahoo_fails(tmp_path: Path, failure: str) -> None:
    failing = Yahoo(dict.fromkeys(TWO, FAILURES[failure]))
    run = report(tmp_path, "--refresh", yahoo=failing, env=LATE)
    check_published(run)
    assert charts(run.log) != []
    assert {move["source"] for move in run.moves.values()} == {"yahoo"}
    [source] = json.loads(run.stdout)["source"]
    assert (source["name"], source["retrieved"]) == ("yahoo", "2026-01-01T00:00:00Z")


@pytest.mark.usefixtures("held")
def test_the_store_stands_in_for_what_was_delisted_since(tmp_path: Path) -> None:
    # Yahoo's words for it: "No data found, symbol may be delisted".
    delisted = Yahoo({"NVDA": way.not_found})
    check_published(report(tmp_path, "--refresh", yahoo=delisted, env=LATE))


def test_a_ticker_is_no_near_match_of_itself(tmp_path: Path) -> None:
    run = report(tmp_path, yahoo=Yahoo({"NVDA": way.not_found}))
    assert run.code == 4
    _, hint = run.stderr.splitlines()
    assert "did you mean NVDA" not in hint


@pytest.mark.usefixtures("held")
def test_what_a_guard_refuses_now_is_not_replaced_by_what_is_held(tmp_path: Path) -> None:
    wrong = Yahoo({"NVDA": way.wrong_currency})
    run = report(tmp_path, "--refresh", "--min-coverage", "0", yahoo=wrong, env=LATE)
    assert run.outcome("NVDA") == ("suspect", "wrong_currency")
    assert run.closes("NVDA") == (None, None)
    check_published(run, "6857.T")


def test_the_store_stands_in_for_one_ticker(tmp_path: Path) -> None:
    check_published(report(tmp_path, tickers=("NVDA",), env=EARLY), "NVDA")
    failing = Yahoo({"NVDA": way.server_error})
    run = report(tmp_path, "--refresh", yahoo=failing, tickers=(*TWO, "AMD"), env=LATE)
    check_published(run)
    [source] = json.loads(run.stdout)["source"]
    assert source["retrieved"] == "2026-02-01T00:00:00Z", "the others are new"


@pytest.mark.usefixtures("held")
def test_the_store_stands_in_when_the_time_is_up(tmp_path: Path) -> None:
    hanging = Yahoo({"NVDA": way.slow})
    check_published(report(tmp_path, "--refresh", "--deadline", "2", yahoo=hanging, env=LATE))


# --- a second source ---


def official(
    ticker: str, change: Callable[[str, float], float | None] = lambda _, close: close
) -> JQuants:
    """Make a J-Quants that has the sample's closes of a Tokyo share, changed by session."""
    code = ticker.removesuffix(".T") + "0"
    rows = [
        jquants.row(
            code,
            one.session.isoformat(),
            close=change(one.session.isoformat(), one.close or 0),
            volume=one.volume,
        )
        for one in truths()[ticker].rows
    ]
    return JQuants({code: rows})


def confirmed(folder: Path, vendor: JQuants, *options: str, fault: Fault | None = None) -> Run:
    """Report Advantest from Yahoo, confirmed by J-Quants."""
    yahoo = Yahoo({} if fault is None else {"6857.T": fault})
    options = ("--confirm", "jquants", "--min-coverage", "0", *options)
    return report(
        folder, *options, yahoo=yahoo, vendor=vendor, tickers=("6857.T",), env=EARLY | WITH_KEY
    )


def on_the_day(close: float) -> Callable[[str, float], float | None]:
    return lambda session, usual: close if session == DAY.isoformat() else usual


def test_equal_closes_confirm(tmp_path: Path) -> None:
    run = confirmed(tmp_path, official("6857.T"))
    check_published(run, "6857.T")
    assert run.moves["6857.T"]["source"] == "yahoo"
    assert [one["name"] for one in json.loads(run.stdout)["source"]] == ["yahoo", "jquants"]
    assert {one.host for one in run.log} >= {jquants.HOST}


def test_a_silent_split_stays_refused(tmp_path: Path) -> None:
    # Yahoo divides by five from the day on; the exchange's own closes do not.
    run = confirmed(tmp_path, official("6857.T"), fault=data.silent_split)
    assert run.outcome("6857.T") == ("suspect", "disputed")
    assert run.closes("6857.T") == (None, None)


HALF = 5025.0  # made up: half of 10050, which looks like a split and is beyond Tokyo's limit


def halve(row: Row) -> None:
    row.blank(HALF, 1_000_000)


def test_a_crash_that_looks_like_a_split_is_printed_where_two_agree(tmp_path: Path) -> None:
    alone = report(
        tmp_path,
        *("--min-coverage", "0"),
        yahoo=Yahoo({"6857.T": data.at(DAY, halve)}),
        tickers=("6857.T",),
        env=EARLY,
    )
    assert alone.outcome("6857.T") == ("suspect", "near_split_ratio")
    run = confirmed(
        tmp_path, official("6857.T", on_the_day(HALF)), "--refresh", fault=data.at(DAY, halve)
    )
    assert run.outcome("6857.T") == ("ok", None)
    assert run.closes("6857.T") == (10050, HALF)
    assert run.moves["6857.T"]["price_return"] == -0.5


@pytest.mark.parametrize(
    ("close", "outcome"),
    # Yahoo says 9185; sources may lie 0.1 % apart.
    [(9189.0, ("ok", None)), (9203.0, ("suspect", "disputed")), (9167.0, ("suspect", "disputed"))],
    ids=["0.04 % above", "0.2 % above", "0.2 % below"],
)
def test_closes_that_differ_are_disputed(
    tmp_path: Path, close: float, outcome: tuple[str, str | None]
) -> None:
    run = confirmed(tmp_path, official("6857.T", on_the_day(close)))
    assert run.outcome("6857.T") == outcome
    assert run.closes("6857.T") == (PUBLISHED["6857.T"] if outcome[0] == "ok" else (None, None))


@pytest.mark.parametrize("session", [DAY, PREVIOUS])
@pytest.mark.parametrize("lack", [data.without, data.null_close, data.null_row])
def test_what_yahoo_lacks_is_filled_and_the_row_says_from_where(
    tmp_path: Path, session: date, lack: Callable[[date], Fault]
) -> None:
    run = confirmed(tmp_path, official("6857.T"), fault=lack(session))
    check_published(run, "6857.T")
    assert sorted(run.moves["6857.T"]["source"].split("+")) == ["jquants", "yahoo"]
    notes = json.dumps(json.loads(run.stdout)["notes"])
    assert "J-Quants" in notes


@pytest.mark.parametrize(
    "failing",
    [lambda: JQuants({}), lambda: JQuants({}, limit=0), lambda: JQuants({}, plan=("", "2024"))],
    ids=["empty", "429", "not on the plan"],
)
def test_a_second_source_that_fails_spoils_nothing(
    tmp_path: Path, failing: Callable[[], JQuants]
) -> None:
    # The deadline spares the wait that J-Quants is owed after a 429.
    check_published(confirmed(tmp_path, failing(), "--deadline", "3"), "6857.T")


def test_what_both_lack_is_missing(tmp_path: Path) -> None:
    absent = official("6857.T", lambda at, close: None if at == DAY.isoformat() else close)
    run = confirmed(tmp_path, absent, fault=data.without(DAY))
    assert run.outcome("6857.T")[0] in ("missing", "no_trade")
    assert run.closes("6857.T") == (None, None)


def test_both_sources_are_kept_apart_in_the_store(tmp_path: Path) -> None:
    vendor = official("6857.T", on_the_day(9203))
    assert confirmed(tmp_path, vendor).outcome("6857.T") == ("suspect", "disputed")
    again = report(
        tmp_path,
        *("--confirm", "jquants", "--min-coverage", "0", "--offline"),
        tickers=("6857.T",),
        env=EARLY,
    )
    assert again.log == []
    assert again.outcome("6857.T") == ("suspect", "disputed")


# --- the key ---


@pytest.mark.parametrize("form", [*FORMATS, "csv"])
def test_the_key_is_nowhere(tmp_path: Path, form: str) -> None:
    # `report` checks both streams.
    run = report(
        tmp_path,
        *("--source", "jquants", "--format", form, "--output", f"page.{form}"),
        vendor=official("6857.T"),
        tickers=("6857.T",),
        env=EARLY | WITH_KEY,
    )
    assert run.code == 0
    assert run.log, "J-Quants was asked, with the key"
    files = [one for one in tmp_path.rglob("*") if one.is_file() and one.suffix != ".pem"]
    assert {f"page.{form}", "store.db"} <= {one.name for one in files}
    assert [one.name for one in files if KEY.encode() in one.read_bytes()] == []


def test_a_wrong_key_is_not_repeated(tmp_path: Path) -> None:
    wrong = "wrong-key-0d2f6c"
    run = report(
        tmp_path,
        *("--source", "jquants"),
        vendor=official("6857.T"),
        tickers=("6857.T",),
        env={"JQUANTS_API_KEY": wrong},
    )
    assert run.code == 5
    assert wrong not in run.stderr
    assert "key" in run.stderr


# --- figures that a guard refused ---

# Qualcomm moved by 0.5 % on the day: a fifth of its close is a split that nobody declared.
SPLIT: dict[str, Fault] = {"QCOM": data.silent_split}
ACCEPTED = {"en": "accepted by hand", "ja": "人の判断で採用"}


@pytest.mark.parametrize("lang", ACCEPTED)
@pytest.mark.parametrize("form", FORMATS)
def test_an_accepted_figure_is_printed_and_said(tmp_path: Path, form: str, lang: str) -> None:
    options = ("--accept", f"QCOM@{DAY}", "--format", form, "--lang", lang)
    run = report(tmp_path, *options, yahoo=Yahoo(SPLIT), tickers=("QCOM", *TWO))
    assert run.code == 0
    said = json.dumps(json.loads(run.stdout), ensure_ascii=False) if form == "json" else run.stdout
    assert ACCEPTED[lang] in " ".join(said.split())
    if form == "json":
        assert run.outcome("QCOM") == ("ok", "near_split_ratio")
        # A fifth of the close of the sample.
        day, before = truths()["QCOM"].at(DAY), truths()["QCOM"].at(PREVIOUS)
        assert day.close
        assert before.close
        expected = day.close / 5 / before.close - 1
        assert run.moves["QCOM"]["price_return"] == pytest.approx(expected, abs=1e-4)
    else:
        # A reader sees the figure marked: −80.xx% and a star before it.
        assert "* −80." in " ".join(said.replace("&nbsp;", " ").replace("\\", "").split())


def test_without_a_word_it_is_refused(tmp_path: Path) -> None:
    yahoo = Yahoo(SPLIT)
    run = report(tmp_path, yahoo=yahoo, tickers=("QCOM",))
    assert run.code == 4
    assert f"--accept QCOM@{DAY}" in run.stderr, "the hint says how it is printed"
    blank = report(tmp_path, "--min-coverage", "0", yahoo=yahoo, tickers=("QCOM", *TWO))
    assert blank.outcome("QCOM") == ("suspect", "near_split_ratio")
    assert blank.closes("QCOM") == (None, None)


@pytest.mark.parametrize(
    ("accepted", "words"),
    [("AMD@2025-01-27", "AMD is not reported on"), ("NVDA@2025-13-01", "is not a date")],
)
def test_what_is_not_watched_cannot_be_accepted(tmp_path: Path, accepted: str, words: str) -> None:
    run = report(tmp_path, "--accept", accepted)
    assert (run.code, run.log) == (2, [])
    assert words in run.stderr


def test_another_session_of_the_ticker_is_not_accepted_with_it(tmp_path: Path) -> None:
    options = ("--accept", "QCOM@2025-01-28", "--min-coverage", "0")
    run = report(tmp_path, *options, yahoo=Yahoo(SPLIT), tickers=("QCOM", *TWO))
    assert run.outcome("QCOM") == ("suspect", "near_split_ratio")


# --- provisional figures, later splits ---


def test_a_frozen_bar_is_provisional_where_that_is_asked(tmp_path: Path) -> None:
    yahoo = Yahoo({"NVDA": data.frozen})
    refused = report(tmp_path, "--min-coverage", "0", yahoo=yahoo)
    assert refused.outcome("NVDA") == ("suspect", "in_progress")
    run = report(tmp_path, "--provisional", yahoo=yahoo)
    assert run.code == 0
    assert run.outcome("NVDA") == ("provisional", None)
    assert run.closes("NVDA") == (142.62, 106.58)  # nine tenths of 118.42, as the fault makes it
    check_published(run, "6857.T")


def test_a_frozen_bar_is_asked_for_again(tmp_path: Path) -> None:
    first = report(tmp_path, "--provisional", yahoo=Yahoo({"NVDA": data.frozen}))
    assert first.outcome("NVDA") == ("provisional", None)
    run = report(tmp_path)
    check_published(run)
    assert charts(run.log) == ["NVDA"]


@pytest.mark.parametrize("form", [*FORMATS, "csv"])
def test_closes_are_as_traded_whatever_was_split_later(tmp_path: Path, form: str) -> None:
    yahoo = Yahoo({"NVDA": data.later_split()})
    run = report(tmp_path, "--format", form, yahoo=yahoo)
    assert run.code == 0
    assert "118.42" in run.stdout
    assert "23.68" not in run.stdout, "a fifth of it, as Yahoo restates it"
    again = report(tmp_path, "--format", form, yahoo=yahoo)
    assert (again.log, again.stdout) == ([], run.stdout), "out of the store too"


# --- a terminal ---


class Seen(NamedTuple):
    """What a run wrote: stderr as a terminal got it, stdout as a pipe did."""

    code: int
    stdout: str
    screen: str


def on_screen(folder: Path, *command: str, yahoo: Yahoo) -> Seen:
    """Run the command with stderr on a terminal and stdout in a file."""
    ours, theirs = os.openpty()
    written = folder / "written"
    with serve({"*.yahoo.com": yahoo}, folder=folder) as proxy, written.open("wb") as stdout:
        process = subprocess.Popen(
            [sys.executable, "-m", "deepseek_shock", *command],
            cwd=folder,
            env=clean_environment(folder) | proxy.env | {"TERM": "xterm", "COLUMNS": "80"},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=theirs,
        )
        os.close(theirs)
        try:
            screen = read_all(ours)
            code = process.wait(TIMEOUT)
        finally:
            process.kill()
            process.wait()
            os.close(ours)
    return Seen(code, written.read_text("utf-8"), screen)


def read_all(terminal: int) -> str:
    seen = bytearray()
    try:
        while piece := os.read(terminal, 4096):
            seen += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    return seen.decode("utf-8", "replace")


needs_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals")


@needs_terminal
def test_progress_is_shown_on_a_terminal_and_stdout_holds_the_report_alone(tmp_path: Path) -> None:
    seen = on_screen(tmp_path, *arguments("--refresh"), yahoo=Yahoo(latency=0.2))
    assert seen.code == 0
    assert "fetching" in seen.screen
    assert "2/2" in seen.screen
    assert "Warning" not in seen.screen
    check_published(Run(seen.code, seen.stdout, "", []))
    assert report(tmp_path).stdout == seen.stdout, "no byte differs where nobody looks"


@needs_terminal
def test_fetch_shows_progress_on_a_terminal_too(tmp_path: Path) -> None:
    span = ("--from", "2025-01-20", "--to", "2025-01-31", "--min-coverage", "0")
    command = ("fetch", "--tickers", ",".join((*TWO, "NVDAX")), *span)
    seen = on_screen(tmp_path, *command, yahoo=Yahoo(latency=0.2))
    assert "3/3" in seen.screen
    assert "1 without bars" in seen.screen
    assert "fetching" not in seen.stdout


@needs_terminal
def test_a_store_that_cannot_serve_is_said_on_a_terminal(tmp_path: Path) -> None:
    damage(tmp_path, "text", b"")
    seen = on_screen(tmp_path, *arguments(), yahoo=Yahoo())
    check_published(Run(seen.code, seen.stdout, "", []))
    [warning] = [line for line in seen.screen.splitlines() if "warning: " in line]
    assert str(place(tmp_path)) in warning
    assert "what came is not kept" in warning


def test_the_store_is_what_the_report_has_filled(tmp_path: Path) -> None:
    check_published(report(tmp_path))
    assert Store(place(tmp_path)).tickers() == sorted(TWO)
