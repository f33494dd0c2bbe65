"""An unattended run: calm days, the status line, the log, the time limit, the lock of a file."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.cli.journal import Journal
from deepseek_shock.cli.running import RunOptions, limited
from deepseek_shock.errors import DeadlineError
from tests.conftest import TIMEOUT, clean_environment, on_terminal

if TYPE_CHECKING:
    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
CALM = 10
LOCKED = 6


def status(stderr: str) -> dict[str, Any]:
    """Return the last line on stderr, which must be one object."""
    found: dict[str, Any] = json.loads(stderr.splitlines()[-1])
    return found


# --- calm ---


@pytest.mark.parametrize(
    ("tickers", "least", "code"),
    [
        # Nvidia's close went from 142.62 to 118.42: −16.968 per cent.
        ("NVDA", "16.96", 0),
        ("NVDA", "16.97", CALM),
        ("NVDA", "0", 0),
        ("NVDA", "1000", CALM),
    ],
)
def test_a_day_is_calm_where_no_share_moved_so_far(
    here: Shock, tickers: str, least: str, code: int
) -> None:
    run = here(*DAY, "--tickers", tickers, "--if-move", least, "-o", "report.json")
    assert (run.returncode, run.stdout, run.stderr) == (code, "", "")


def test_a_calm_day_leaves_the_old_file_and_says_so_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("old")
    said = on_terminal(*DAY, "--if-move", "31", "-o", "report.html", folder=tmp_path)
    assert said == (
        "error: calm on 2025-01-27: the largest move is CRDO -30.90 %, --if-move asks for 31 %\n"
        "hint: nothing is written; without --if-move the report is\n"
    )
    assert (tmp_path / "report.html").read_text() == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home", "report.html"]


def test_an_index_is_no_share(here: Shock) -> None:
    """The Nasdaq fell by 3.07 per cent; of indexes alone, it counts."""
    assert here(*DAY, "--tickers", "^IXIC", "--if-move", "3").returncode == 0
    assert here(*DAY, "--tickers", "^IXIC", "--if-move", "3.1").returncode == CALM
    assert here(*DAY, "--tickers", "^IXIC,AAPL", "--if-move", "4").returncode == CALM


def test_no_figure_is_incomplete_before_it_is_calm(here: Shock) -> None:
    run = here(*DAY, "--offline", "--tickers", "NVDA,ZZZZ", "--if-move", "90")
    assert run.returncode == 4
    run = here(*DAY, "--offline", "--tickers", "ZZZZ", "--if-move", "1", "--min-coverage", "0")
    assert run.returncode == CALM


@pytest.mark.parametrize("least", ["nan", "inf", "-1", "x"])
def test_what_is_no_percentage_is_wrong_usage(here: Shock, least: str) -> None:
    run = here(*DAY, "--if-move", least)
    assert run.returncode == 2
    assert run.stderr.startswith("error: ")


def test_how_a_run_behaves_is_no_part_of_the_report(here: Shock) -> None:
    plain = here(*DAY, "--format", "html").stdout
    options = ("--if-move", "5", "--status", "json", "-v", "--wait", "1", "--time-limit", "200")
    assert here(*DAY, "--format", "html", *options).stdout == plain


# --- the status line ---


def test_the_status_line_tells_a_monitor_what_came_of_a_run(here: Shock) -> None:
    run = here(*DAY, "--status", "json", "-o", "out-{date}.html")
    assert run.stderr.count("\n") == 1
    said = status(run.stderr)
    assert said.pop("seconds") > 0
    assert said.pop("version")
    assert said == {
        "schema": 1,
        "command": "report",
        "exit_code": 0,
        "outcome": "done",
        "error": None,
        "hint": None,
        "date": "2025-01-27",
        "sessions": {"XNYS": "2025-01-27", "XTKS": "2025-01-27"},
        "due": 62,
        "figures": 62,
        "coverage": 100.0,
        # 80.47 to 55.60 dollars
        "largest": {"ticker": "CRDO", "session": "2025-01-27", "price_return": -0.309059276749},
        "source": [{"name": "sample", "vendor": "shock", "retrieved": "2026-11"}],
        "written": ["out-2025-01-27.html"],
    }


@pytest.mark.parametrize(
    ("args", "code", "outcome"),
    [
        ((*DAY, "--if-move", "50"), CALM, "calm"),
        (("report", "--date", "2025-01-26"), 3, "no_session"),
        ((*DAY, "--offline", "--tickers", "ZZZZ"), 4, "incomplete"),
        ((*DAY, "--style", "nobody"), 2, "wrong_usage"),
        ((*DAY, "--no-such-option"), 2, "wrong_usage"),
        ((*DAY, "--template", "missing.j2"), 1, "failed"),
    ],
)
def test_each_failure_has_its_status_line(
    here: Shock, args: tuple[str, ...], code: int, outcome: str
) -> None:
    run = here(*args, "--status", "json")
    said = status(run.stderr)
    assert (run.returncode, said["exit_code"], said["outcome"]) == (code, code, outcome)
    assert said["error"]
    assert said["hint"]
    assert said["written"] == []
    quiet = 0 if code in (3, LOCKED, CALM) else 2
    assert run.stderr.count("\n") == quiet + 1


def test_what_stdout_does_not_take_is_in_the_status_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "deepseek_shock", *DAY, "--status", "json"],
            cwd=tmp_path,
            env=clean_environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
    said = status(run.stderr)
    assert (run.returncode, said["exit_code"], said["written"]) == (1, 1, [])
    assert said["error"].startswith("stdout cannot be written")


def test_a_page_is_told_of_although_another_is_broken(here: Shock, tmp_path: Path) -> None:
    assert here("publish", "site", "--date", "2025-01-27").returncode == 0
    (tmp_path / "site/.shock/2025-01-27.json.gz").write_bytes(b"garbage")
    (tmp_path / "site/2025-01-27.html").unlink()
    run = here("publish", "site", "--date", "2025-01-28", "--status", "json")
    said = status(run.stderr)
    assert run.returncode == 1
    assert said["written"] == ["site/2025-01-28.html"]
    assert "2025-01-27" in said["error"]


@pytest.mark.parametrize("bug", [RuntimeError("a bug"), OSError("of no system")])
def test_a_bug_is_no_interruption(
    here: Shock, monkeypatch: pytest.MonkeyPatch, bug: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise bug

    codes: list[int] = []
    monkeypatch.setattr("deepseek_shock.cli.report.settle_form", fail)
    monkeypatch.setattr(Journal, "close", lambda _, code: codes.append(code))
    with pytest.raises(type(bug)):
        here(*DAY, "--status", "json")
    assert codes == [1]


def test_the_command_is_named_wherever_it_stands(here: Shock) -> None:
    assert status(here("--status", "json", "report").stderr)["command"] == "report"


def test_a_run_whose_time_is_up_says_so(here: Shock, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prices.csv")
    source = ("--source", "files", "--data", "prices.csv")
    run = here(*DAY, *source, "--time-limit", "1", "--status", "json")
    said = status(run.stderr)
    assert (run.returncode, said["outcome"]) == (5, "timed_out")
    assert said["date"] == "2025-01-27"


def test_a_calm_run_tells_what_it_found(here: Shock) -> None:
    said = status(here(*DAY, "--if-move", "50", "--status=json").stderr)
    assert said["largest"]["ticker"] == "CRDO"
    assert said["coverage"] == 100


def test_last_is_of_each_exchange_its_own_session(here: Shock) -> None:
    """At 12:00 UTC on the 28th Tokyo has closed and New York has not opened."""
    env = {"SOURCE_DATE_EPOCH": "1738065600", "SHOCK_STATUS": "json"}
    said = status(here("report", env=env).stderr)
    assert said["sessions"] == {"XNYS": "2025-01-27", "XTKS": "2025-01-28"}
    assert said["date"] == "2025-01-28"


# --- the log ---


def test_the_log_says_what_is_done_and_how_it_ended(here: Shock) -> None:
    run = here(*DAY, "-v", "--offline", "--tickers", "NVDA,ZZZZ", "--min-coverage", "0")
    lines = [line.split(" ", 1)[1] for line in run.stderr.splitlines()]
    assert "sessions: XNYS 2025-01-27" in lines
    assert "no figure: ZZZZ on 2025-01-27: not_found" in lines
    assert "written: -" in lines
    assert lines[-1].startswith("exit code 0 after ")
    assert run.stdout.startswith("NVIDIA")


# --- the time limit ---


def test_a_run_ends_when_its_time_is_up() -> None:
    with pytest.raises(DeadlineError) as caught, limited(RunOptions(time_limit=1), None):
        time.sleep(TIMEOUT)
    assert caught.value.exit_code == 5
    assert "1 seconds" in caught.value.message
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_vendor_is_waited_for_as_long_as_is_said() -> None:
    with limited(RunOptions(time_limit=1), 100):
        assert 100 < signal.getitimer(signal.ITIMER_REAL)[0] <= 160
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


# --- the lock of a file ---


def held(folder: Path, name: str) -> int:
    """Hold the lock that stands beside a file."""
    lock = os.open(folder / f".{name}.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def test_a_second_run_leaves_before_it_fetches(here: Shock, tmp_path: Path) -> None:
    lock = held(tmp_path, "report.html")
    try:
        run = here(*DAY, "-o", "report.html", "--wait", "0", "--status", "json")
        assert (run.returncode, run.stdout) == (LOCKED, "")
        assert status(run.stderr)["date"] is None
        assert here(*DAY, "-o", "other.html", "--wait", "0").returncode == 0
        assert here(*DAY, "--wait", "0").returncode == 0
    finally:
        os.close(lock)
    assert here(*DAY, "-o", "report.html", "--wait", "0").returncode == 0


def test_a_date_in_a_name_is_the_same_file(here: Shock, tmp_path: Path) -> None:
    lock = held(tmp_path, "2025-01-27.html")
    try:
        assert here(*DAY, "-o", "{date}.html", "--wait", "0").returncode == LOCKED
    finally:
        os.close(lock)


@pytest.mark.kill
def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    lock = held(tmp_path, "report.html")
    with subprocess.Popen(
        [sys.executable, "-m", "deepseek_shock", *DAY, "-o", "report.html"],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
    ) as run:
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(1)
        (tmp_path / ".report.html.lock").unlink()  # as its holder does before it lets go
        os.close(lock)
        assert run.wait(TIMEOUT) == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home", "report.html"]


@pytest.mark.kill
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_lock_of_a_killed_run_is_no_ones(
    here: Shock, tmp_path: Path, number: signal.Signals
) -> None:
    """A pipe that nobody writes into keeps the run at work: its bars are never there."""
    os.mkfifo(tmp_path / "prices.csv")
    lock = tmp_path / ".report.html.lock"
    source = ("--source", "files", "--data", "prices.csv")
    with subprocess.Popen(
        [sys.executable, "-m", "deepseek_shock", *DAY, *source, "-o", "report.html"],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stderr=subprocess.PIPE,
    ) as run:
        until = time.monotonic() + TIMEOUT
        while not lock.exists() and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(number)
        run.wait(TIMEOUT)
    assert lock.exists() is (number == signal.SIGKILL)
    assert here(*DAY, "-o", "report.html", "--wait", "0").returncode == 0
    assert not lock.exists()
