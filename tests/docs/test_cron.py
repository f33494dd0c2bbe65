"""docs/cron.md: what it has cron, systemd and GitHub do is done here, with the sample.

Times of day are the exchanges' own, turned by the time zones' rules; formats are read by those who
own them, `systemd-analyze` and a YAML parser.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.docs.nightly import SATURDAY, Machine
from tests.docs.recipes import need, output_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

SIMPLE, FULL = "30 22 * * 1-5  shock publish", "nightly letter"
DRAFT = 'shock report "$@" --format markdown -o draft.md && echo draft 1\n'
CHECKED = "Last checked on Saturday 25 January 2025 at 22:30 UTC: "
# The page's row of a clock: | `UTC` | `30 22 * * 1-5` | …
HOUR = re.compile(r"^\| `([\w/]+)` \| `(\d+) (\d+) \* \* (\d)-(\d)` \|", re.MULTILINE)
CODES = re.compile(r"^\| (\d+) \|", re.MULTILINE)


@pytest.fixture
def page(checkout: Path) -> Path:
    return checkout / "docs" / "cron.md"


@pytest.fixture
def machine(page: Path, tmp_path: Path) -> Machine:
    return Machine(page, tmp_path)


@pytest.fixture
def full(machine: Machine) -> Machine:
    """The machine with the page's script, a letter, and a stand-in for the copy."""
    machine.save("nightly", machine.block("sh", "# nightly NAME"))
    machine.save("rsync", '#!/bin/sh\necho "$@" >>"$HOME/rsync.log"\n')
    (machine.home / "bin" / "buttondown.sh").write_text(DRAFT, "utf-8")
    return machine


def check_silent(run: subprocess.CompletedProcess[str], code: int = 0) -> None:
    """Check that cron has nothing to mail."""
    assert (run.returncode, run.stdout, run.stderr) == (code, "", "")


def check_mailed(run: subprocess.CompletedProcess[str], code: int, *beginnings: str) -> None:
    assert run.returncode == code
    lines = run.stderr.splitlines()
    assert len(lines) == len(beginnings)
    assert all(map(str.startswith, lines, beginnings)), lines


def locked(file: Path) -> AbstractContextManager[int]:
    """Hold the lock of another run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    held = file.open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return held  # type: ignore[return-value]  # closing it gives the lock back


# --- when to run ---


def starts(zone: str, hour: re.Match[str]) -> Iterator[datetime]:
    """Give each moment of two years at which a row's crontab starts its commands."""
    minute, clock, first, last = map(int, hour.groups()[1:])
    for day in (date(2026, 1, 1) + timedelta(count) for count in range(730)):
        if first <= day.isoweekday() <= last:
            yield datetime.combine(day, time(clock, minute), ZoneInfo(zone))


def test_the_hours_fit_in_every_zone_and_season(page: Path) -> None:
    hours = list(HOUR.finditer(page.read_text("utf-8")))
    assert len(hours) >= 5
    for hour in hours:
        days: list[date] = []
        for now in starts(hour[1], hour):
            there = now.astimezone(ZoneInfo("America/New_York"))
            days.append(there.date())
            closed = datetime.combine(there.date(), time(16), there.tzinfo)
            opens = datetime.combine(there.date() + timedelta(1), time(9), ZoneInfo("Asia/Tokyo"))
            hence = now.astimezone(UTC)
            assert closed.astimezone(UTC) + timedelta(hours=1) <= hence, (hour[1], now)
            assert hence < opens.astimezone(UTC), (hour[1], now)
        assert {day.isoweekday() for day in days} == {1, 2, 3, 4, 5}


def test_every_schedule_is_a_row_of_the_table(page: Path, machine: Machine) -> None:
    utc = next(hour for hour in HOUR.finditer(page.read_text("utf-8")) if hour[1] == "UTC")
    row = (*utc.groups()[1:3], "*", "*", "1-5")
    entries = [entry for text in (SIMPLE, FULL) for entry in machine.crontab(text).entries]
    assert {entry.fields for entry in entries} == {row}


# --- crontab ---


def test_the_site_is_published_and_nothing_said(machine: Machine) -> None:
    [run] = machine.cron(machine.crontab(SIMPLE))
    check_silent(run)
    assert machine.pages() == ["2025-01-27.html"]
    before = {file: file.stat().st_mtime_ns for file in machine.site.glob("*.*")}
    [again] = machine.cron(machine.crontab(SIMPLE))
    check_silent(again)
    assert {file: file.stat().st_mtime_ns for file in machine.site.glob("*.*")} == before


def test_at_a_week_end_the_site_stays_with_friday(machine: Machine) -> None:
    [run] = machine.cron(machine.crontab(SIMPLE), now=SATURDAY)
    check_silent(run)
    assert machine.pages() == ["2025-01-24.html"]
    assert "Last checked" not in index(machine)
    [again] = machine.cron(machine.crontab(SIMPLE), now=SATURDAY)
    check_silent(again)
    assert f"{CHECKED}no session since the last report." in index(machine)
    assert machine.pages() == ["2025-01-24.html"]
    [run] = machine.cron(machine.crontab(SIMPLE))
    check_silent(run)
    assert "Last checked" not in index(machine)


def index(machine: Machine) -> str:
    return (machine.site / "index.html").read_text("utf-8")


def test_a_calm_day_is_silent_and_the_index_says_so(machine: Machine) -> None:
    check_silent(next(machine.cron(machine.crontab(SIMPLE), now=SATURDAY)))
    [run] = machine.cron(machine.crontab(SIMPLE), SHOCK_IF_MOVE="31")
    check_silent(run, 10)
    # Credo closed at 55.60 after 80.47.
    assert (
        "Last checked on Monday 27 January 2025 at 22:30 UTC: calm. The largest move was "
        "Credo Technology −30.91% on Monday 27 January, below 31%." in index(machine)
    )
    assert machine.pages() == ["2025-01-24.html"]
    [run] = machine.cron(machine.crontab(SIMPLE), SHOCK_IF_MOVE="30.9")
    check_silent(run)
    assert machine.pages() == ["2025-01-24.html", "2025-01-27.html"]


def test_the_page_says_what_is_worth_a_page(machine: Machine) -> None:
    check_silent(machine.run(*shlex.split(machine.block("sh", "--if-move 5"))))
    assert machine.pages() == ["2025-01-27.html"]


def test_a_second_run_ends_before_it_has_begun(machine: Machine) -> None:
    # Whoever asks first finds no such file, and says so.
    asking = {"SHOCK_SOURCE": "files", "SHOCK_DATA": "nowhere", "SHOCK_WAIT": "0"}
    with locked(machine.site / ".shock" / "lock"):
        [run] = machine.cron(machine.crontab(SIMPLE), **asking)
    check_silent(run, 6)
    [run] = machine.cron(machine.crontab(SIMPLE), **asking)
    check_mailed(run, 1, "error: ", "hint: ")
    assert machine.pages() == []


def test_a_failure_is_what_cron_mails(machine: Machine) -> None:
    [run] = machine.cron(machine.crontab(SIMPLE), SHOCK_WATCHLIST="nobody")
    check_mailed(run, 2, "error: ", "hint: ")


def test_settings_stand_in_the_file_that_the_page_names(machine: Machine) -> None:
    settings = machine.home / ".config" / "shock" / "shock.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[report]\nlang = "ja"\n', "utf-8")
    [run] = machine.cron(machine.crontab(SIMPLE))
    check_silent(run)
    assert 'lang="ja"' in (machine.site / "2025-01-27.html").read_text("utf-8")


# --- the script with a log and a second try ---


def test_site_copy_and_letter(full: Machine) -> None:
    for run in full.cron(full.crontab(FULL)):
        check_silent(run)
    assert full.pages() == ["2025-01-27.html"]
    assert "--exclude=/.* " in (full.home / "rsync.log").read_text("utf-8")
    assert "16.97%" in (full.home / "draft.md").read_text("utf-8")
    log = (full.home / ".local" / "state" / "shock" / "letter.log").read_text("utf-8")
    assert re.fullmatch(r"2025-01-27T\S+ exit code 0\ndraft 1\n", log)
    log = (full.home / ".local" / "state" / "shock" / "site.log").read_text("utf-8")
    assert " sessions: XNYS 2025-01-27, XTKS 2025-01-27\n" in log
    assert json.loads(log.splitlines()[-1])["outcome"] == "done"


def test_a_calm_day_is_logged_and_copied(full: Machine) -> None:
    check_silent(next(full.cron(full.crontab(FULL), now=SATURDAY)))
    check_silent(next(full.cron(full.crontab(FULL), SHOCK_IF_MOVE="31")))
    log = (full.home / ".local" / "state" / "shock" / "site.log").read_text("utf-8")
    assert json.loads(log.splitlines()[-1])["outcome"] == "calm"
    assert len((full.home / "rsync.log").read_text("utf-8").splitlines()) == 2


def test_at_a_week_end_no_letter_is_made(full: Machine) -> None:
    for run in full.cron(full.crontab(FULL), now=SATURDAY):
        check_silent(run)
    assert not (full.home / "draft.md").exists()
    log = (full.home / ".local" / "state" / "shock" / "letter.log").read_text("utf-8")
    assert log.endswith(" exit code 3\n")


def test_the_copy_leaves_out_what_is_kept(machine: Machine) -> None:
    need("rsync")
    machine.save("nightly", machine.block("sh", "# nightly NAME"))
    entry = machine.crontab(FULL).entries[0]
    copy = machine.folder / "web"
    machine.site.mkdir()
    (machine.site / ".2025-01-28.html.1.tmp~").write_text("of another run", "utf-8")
    command = entry.command.replace("web:/var/www/shock/", f"{copy}/")
    check_silent(machine.run("/bin/sh", "-c", command))
    assert sorted(file.name for file in copy.iterdir()) == [
        "2025-01-27.html",
        "feed.xml",
        "index.html",
    ]


@pytest.mark.parametrize(
    ("code", "words", "given", "tries"),
    [
        (0, "draft 1", 0, 1),
        (3, "", 0, 1),
        (3, "error: no session", 0, 1),
        (6, "", 0, 3),
        (10, "", 0, 1),
        (6, "curl: (6) Could not resolve host", 6, 3),
        (1, "error: a file", 1, 1),
        (2, "error: an option", 2, 1),
        (4, "error: too little", 4, 3),
        (5, "error: the vendor", 5, 3),
        (130, "", 130, 1),
    ],
)
def test_what_becomes_of_an_exit_code(
    full: Machine, code: int, words: str, given: int, tries: int
) -> None:
    script = f'echo once >>tries; test -z "$1" || echo "$1" >&2; exit {code}'
    run = full.run("nightly", "it", "sh", "-c", script, "sh", words, env={"PAUSE": "0"})
    if given == 0:
        check_silent(run)
    else:
        said = [words] if words else []
        check_mailed(run, given, f"it: exit code {code} from: sh -c", *said)
    assert (full.home / "tries").read_text("utf-8").split() == ["once"] * tries


def test_a_vendor_that_recovers_is_no_failure(full: Machine) -> None:
    script = "test -e tried && exit 0; touch tried; echo error >&2; exit 5"
    check_silent(full.run("nightly", "it", "sh", "-c", script, env={"PAUSE": "0"}))


def test_nightly_runs_once_at_a_time(full: Machine) -> None:
    with locked(full.home / ".local" / "state" / "shock" / "it.lock"):
        check_silent(full.run("nightly", "it", "touch", "begun"))
    assert not (full.home / "begun").exists()
    check_silent(full.run("nightly", "it", "touch", "begun"))
    assert (full.home / "begun").exists()


def test_what_hangs_is_ended(full: Machine) -> None:
    script = full.block("sh", "# nightly NAME").replace("timeout 15m", "timeout 1")
    full.save("nightly", script)
    run = full.run("nightly", "it", "sleep", "50")
    check_mailed(run, 124, "it: exit code 124 from: sleep 50")


# --- systemd ---


def unit(machine: Machine, words: str) -> dict[str, str]:
    """Read a unit of the page; of a setting that comes twice, the last one."""
    lines = machine.block("ini", words).splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def analyze(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    need("systemd-analyze")
    return machine.run("systemd-analyze", *words)


def test_the_units_are_units(machine: Machine) -> None:
    units = machine.folder / "units"
    units.mkdir()
    machine.save("mail-failure", machine.block("sh", "# mail-failure UNIT"))
    for name, words in (
        ("shock.timer", "[Timer]"),
        ("shock.service", "shock publish"),
        ("notify@.service", "MAILTO"),
    ):
        (units / name).write_text(machine.block("ini", words), "utf-8")
    names = [str(units / name) for name in ("shock.timer", "shock.service")]
    instance = str(units / "notify@shock.service.service")
    (units / "notify@shock.service.service").symlink_to("notify@.service")
    run = analyze(machine, "verify", "--man=no", *names, instance)
    check_silent(run)  # what it does not know is said on stderr, with exit code 0


def test_the_timer_elapses_when_new_york_has_closed(machine: Machine) -> None:
    when = unit(machine, "[Timer]")["OnCalendar"]
    base = "--base-time=2025-07-04 12:00:00 UTC"
    run = analyze(machine, base, "--iterations=3", "calendar", when)
    elapses = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", run.stdout)
    assert elapses == ["2025-07-04 21:30:00", "2025-07-07 21:30:00", "2025-07-08 21:30:00"]


def test_the_service_publishes_and_takes_silence_for_success(machine: Machine) -> None:
    service = unit(machine, "shock publish")
    env = dict(each.split("=", 1) for each in service["Environment"].split())
    assert env == {"XDG_DATA_HOME": "%S", "XDG_CONFIG_HOME": "/etc"}
    run = machine.run(*shlex.split(service["ExecStart"]), env={"XDG_DATA_HOME": "state"})
    check_silent(run)
    assert machine.pages() == ["2025-01-27.html"]
    assert service["SuccessExitStatus"] == "3 10"
    assert service["Restart"] == "on-failure"
    assert not {"4", "5", "6"} & set(service["RestartPreventExitStatus"].split())


def test_the_service_is_shut_in(machine: Machine) -> None:
    file = machine.home / "shock.service"
    file.write_text(machine.block("ini", "shock publish"), "utf-8")
    run = analyze(machine, "security", "--offline=true", "--threshold=50", "--no-pager", file.name)
    assert run.returncode == 0, run.stdout


def test_a_failure_is_mailed_with_the_end_of_the_journal(machine: Machine) -> None:
    machine.save("mail-failure", machine.block("sh", "# mail-failure UNIT"))
    machine.save("systemctl", "#!/bin/sh\necho status: failed\nexit 3\n")
    machine.save("journalctl", '#!/bin/sh\necho "journal: $*"\n')
    machine.save("sendmail", '#!/bin/sh\necho "$@" >arguments\ncat >mail\n')
    notify = unit(machine, "MAILTO")
    command = shlex.split(notify["ExecStart"].replace("%i", "shock.service"))
    setting = dict([notify["Environment"].split("=", 1)])
    check_silent(machine.run(*command, env=setting))
    mail = (machine.home / "mail").read_text("utf-8")
    head, _, body = mail.partition("\n\n")
    assert head.startswith(
        f"To: press@example.org\nSubject: shock.service failed on {os.uname()[1]}"
    )
    assert "status: failed\n\njournal: " in body
    assert "--unit=shock.service" in body
    assert (machine.home / "arguments").read_text("utf-8") == "-t\n"


# --- GitHub Actions ---


@pytest.fixture
def workflow(machine: Machine) -> dict[str, Any]:
    (machine.folder / "publish.yml").write_text(machine.block("yaml", "jobs:"), "utf-8")
    code = 'puts JSON.generate(YAML.safe_load(File.read("publish.yml")))'
    said = output_of("ruby", "-ryaml", "-rjson", "-e", code, folder=machine.folder)
    found: dict[str, Any] = json.loads(said)
    return found


def steps(workflow: Mapping[str, Any], job: str = "publish") -> dict[str, dict[str, Any]]:
    return {step.get("name", step.get("uses")): step for step in workflow["jobs"][job]["steps"]}


def run_step(
    machine: Machine, step: Mapping[str, Any], **env: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a step's script as a runner does; return what it told the runner besides."""
    output = machine.home / "output"
    output.write_text("", "utf-8")
    script = machine.folder / "step.sh"
    script.write_text(step["run"], "utf-8")
    settings = {**step.get("env", {}), "GITHUB_OUTPUT": str(output), **env}
    run = machine.run("bash", "-e", str(script), env=settings)
    return run, output.read_text("utf-8")


def test_the_workflow_may_do_little_and_never_overlaps(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    jobs = workflow["jobs"]
    assert jobs["publish"].get("permissions") is None
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert all("timeout-minutes" in job for job in jobs.values())
    # YAML 1.1 reads the key `on` as true.
    [schedule] = workflow["true"]["schedule"]
    assert re.fullmatch(r"\d+ 22 \* \* 1-5", schedule["cron"])


def test_no_script_is_made_of_what_somebody_typed(workflow: dict[str, Any]) -> None:
    scripts = [step["run"] for step in steps(workflow).values() if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)


def test_the_workflow_publishes_without_what_is_kept(
    machine: Machine, workflow: dict[str, Any]
) -> None:
    named = steps(workflow)
    run, output = run_step(machine, named["Publish"], DATE="last")
    check_silent(run)
    assert output == "done=true\n"
    assert (machine.home / "public" / ".shock" / "site.json").is_file()
    run, _ = run_step(machine, named["Leave out what is not for readers"])
    check_silent(run)
    upload = machine.home / named["Hand the site over"]["with"]["path"]
    assert sorted(file.name for file in upload.iterdir()) == [
        "2025-01-27.html",
        "feed.xml",
        "index.html",
    ]
    assert "https://example.github.io/shock/" in (upload / "feed.xml").read_text("utf-8")


def test_the_workflow_keeps_what_it_fetches_again(workflow: dict[str, Any]) -> None:
    named = steps(workflow)
    fetched = named["Fetch what earlier runs have kept"]["with"]
    kept = named["Keep the site and the store"]["with"]
    assert fetched["path"].split() == kept["path"].split() == ["public", "store.db"]
    assert kept["key"] == fetched["key"]
    assert kept["key"].startswith(fetched["restore-keys"])
    assert named["Publish"]["env"]["SHOCK_STORE"] == "store.db"


def test_a_closed_day_is_green_and_a_failure_red(
    machine: Machine, workflow: dict[str, Any]
) -> None:
    step = steps(workflow)["Publish"]
    run, output = run_step(machine, step, DATE="2025-01-25")
    assert (run.returncode, output) == (0, "")
    assert run.stdout == "::notice::Nothing to publish (exit code 3)\n"
    # Once there is a site, its index says so, and is deployed.
    run_step(machine, step, DATE="2025-01-24")
    run, output = run_step(machine, step, DATE="2025-01-25")
    assert (run.returncode, output) == (0, "done=true\n")
    site = machine.home / "public" / "index.html"
    assert "no session on Saturday 25 January." in site.read_text("utf-8")
    run, output = run_step(machine, step, DATE="2025-13-99")
    assert output == ""
    check_mailed(run, 2, "error: ", "hint: ")


def test_the_program_is_installed_from_the_checkout(
    machine: Machine, workflow: dict[str, Any]
) -> None:
    machine.save("python", '#!/bin/sh\necho "$@"\n')
    step = steps(workflow)["Install"]
    run, _ = run_step(machine, step, PATH=f"{machine.bin}:{machine.path}")
    assert run.stdout == "-m pip install .[publish]\n"


# --- what a run says ---


def test_the_example_of_a_status_is_one(machine: Machine) -> None:
    words = machine.block("console", "--status json").splitlines()
    command, told = shlex.split(words[0].removeprefix("$ ")), json.loads(words[1])
    run = machine.run(*command)
    said = json.loads(run.stderr)
    assert (run.returncode, run.stdout) == (0, "")
    assert list(said) == list(told)
    assert said | {"seconds": 0, "version": ""} == told | {"seconds": 0, "version": ""}


@pytest.mark.parametrize(
    ("options", "env", "code", "said"),
    [
        ((), {}, 0, "OK: done, 2025-01-27 "),
        (("--if-move", "31"), {}, 0, "OK: calm, 2025-01-27 "),
        (("--date", "2025-01-25"), {}, 0, "OK: no_session, "),
        (("--strict",), {"SHOCK_TICKERS": "NVDA,ZZZZ"}, 1, "WARNING: incomplete, "),
        (("--lang", "fr"), {}, 2, "CRITICAL: wrong_usage, "),
    ],
)
def test_a_monitor_can_read_it(
    machine: Machine, options: tuple[str, ...], env: dict[str, str], code: int, said: str
) -> None:
    need("jq")
    machine.save("shock-watch", machine.block("sh", "# shock-watch FILE"))
    run = machine.run("shock", "publish", str(machine.site), *options, "--status", "json", env=env)
    (machine.home / "shock.status").write_text(f"error: before\n{run.stderr}", "utf-8")
    seen = machine.run("shock-watch", "shock.status", "26")
    assert seen.returncode == code
    assert (seen.stdout + seen.stderr).startswith(said)


def test_a_monitor_sees_that_nothing_ran(machine: Machine) -> None:
    need("jq")
    machine.save("shock-watch", machine.block("sh", "# shock-watch FILE"))
    file = machine.home / "shock.status"
    file.write_text("Killed\n", "utf-8")
    seen = machine.run("shock-watch", "shock.status", "26")
    assert seen.returncode == 2
    assert "ended without a status" in seen.stderr
    two_days_ago = file.stat().st_mtime - 48 * 3600
    os.utime(file, (two_days_ago, two_days_ago))
    seen = machine.run("shock-watch", "shock.status", "26")
    assert (seen.returncode, seen.stdout) == (3, "UNKNOWN: no run for 26 hours\n")


# --- exit codes and locks ---


def test_every_exit_code_is_explained(page: Path, checkout: Path) -> None:
    explained = CODES.findall(page.read_text("utf-8"))
    promised = CODES.findall((checkout / "README.md").read_text("utf-8"))
    assert set(promised) <= set(explained)
    assert set(explained) - set(promised) - {"10"} == {"124"}


def test_the_site_locks_itself(machine: Machine) -> None:
    publish = ("shock", "publish", str(machine.site), "--date", "2025-01-27")
    with locked(machine.site / ".shock" / "lock"):
        check_silent(machine.run(*publish, "--wait", "0"), 6)
    assert machine.pages() == []
    check_silent(machine.run(*publish, "--wait", "0"))
    assert (machine.site / ".shock" / "lock").is_file()
