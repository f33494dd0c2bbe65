"""The other commands: events, templates, doctor; help, version, completion."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deepseek_shock import __version__
from deepseek_shock.cli.app import COMMANDS
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.conftest import fork_shock, run_shock
from tests.fakes.proxy import serve
from tests.fakes.yahoo import Yahoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shock

PATHS = [
    (),
    ("report",),
    ("fetch",),
    ("scan",),
    ("compare",),
    ("study",),
    ("publish",),
    ("events",),
    ("events", "show"),
    ("events", "check"),
    ("store",),
    ("store", "show"),
    ("store", "verify"),
    ("store", "export"),
    ("store", "remove"),
    ("store", "path"),
    ("templates",),
    ("templates", "export"),
    ("doctor",),
]
ALL = [
    *("report", "fetch", "scan", "compare", "study", "publish", "verify", "diff"),
    *("events", "store", "templates", "doctor"),
]
ALONE = {"scan", "events", "store", "templates"}
PATH_IDS = [" ".join(path) or "shock" for path in PATHS]
EVENT = 'id = "mine"\nname = "Mine"\ndate = 2025-01-28\nwatchlist = "deepseek"\n'
LIST = 'id = "list"\ntitle = "x"\n[[groups]]\nid = "a"\ntitle = "a"\ntickers = ["NVDA", "AMD"]\n'


@pytest.fixture(scope="session")
def help_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], str]:
    folder = tmp_path_factory.mktemp("help")

    @cache
    def help_text(path: tuple[str, ...]) -> str:
        run = run_shock(*path, "--help", folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout

    return help_text


@pytest.mark.parametrize("path", PATHS, ids=PATH_IDS)
def test_every_command_has_help_with_an_example(
    help_of: Callable[[tuple[str, ...]], str], path: tuple[str, ...]
) -> None:
    text = help_of(path)
    command = " ".join(("shock", *path))
    assert text.startswith(f"Usage: {command}")
    _, _, after = text.partition("Show this message and exit.")
    example = " ".join(("shock", *path)) if path else "shock report"
    assert re.search(rf"^\s+(Example: )?{re.escape(example)}\b", after, re.MULTILINE)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_short_help_is_the_same(here: Shock) -> None:
    assert here("-h").stdout == here("--help").stdout == here().stdout
    assert here("report", "-h").stdout == here("report", "--help").stdout


def test_the_summaries_are_the_commands_own(help_of: Callable[[tuple[str, ...]], str]) -> None:
    top = help_of(()).split()
    for name, summary in COMMANDS.items():
        own = help_of((name,)).split("\n\n")[1]
        assert " ".join(own.split()) == summary
        assert " ".join([name, *summary.split()]) in " ".join(top)


def test_every_command_is_listed(help_of: Callable[[tuple[str, ...]], str]) -> None:
    section = help_of(()).partition("Commands:")[2].partition("\n\n")[0]
    listed = re.findall(r"^  (\S+)", section, re.MULTILINE)
    assert listed == list(COMMANDS) == ALL


def test_the_help_of_report_names_every_option(help_of: Callable[[tuple[str, ...]], str]) -> None:
    named = set(re.findall(r"--[a-z-]+", help_of(("report",)).partition("Options:")[2]))
    options = "date event watchlist tickers source format template output lang decimals rounding"
    more = "colors sort top window template-dir provisional min-coverage strict help"
    live = "data refresh offline confirm deadline store accept"
    assert {f"--{name}" for name in f"{options} {more} {live}".split()} <= named


def lay_study(folder: Path) -> None:
    """Lay the files of an event study: events, returns and closes of two shares, a market's."""
    days = sessions_between(XNYS, date(2023, 12, 1), date(2025, 2, 3))
    firms, closes, market = ["firm,date,ret"], ["firm,date,close"], ["date,ret"]
    for at, day in enumerate(days):
        market.append(f"{day},{at % 5 / 1000}")
        for name, size in (("NVDA", 7), ("AMD", 11)):
            firms.append(f"{name},{day},{at % size / 1000}")
            closes.append(f"{name},{day},{100 + at % size}")
    events = ["ticker,date", "NVDA,2025-01-27", "AMD,2025-01-27"]
    files = {"events": events, "firms": firms, "closes": closes, "market": market}
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")


def lay_scan(folder: Path) -> None:
    """Lay closes of 25 shares over a year: as one file, and as a folder in another's words."""
    days = sessions_between(XNYS, date(2024, 1, 2), date(2025, 1, 31))
    rows = [
        f"{chr(65 + share)}X,{day},{100 + (at * (share + 3)) % 7}"
        for share in range(25)
        for at, day in enumerate(days)
    ]
    (folder / "prices").mkdir()
    for name, header in (("prices.csv", "ticker,session"), ("prices/all.csv", "symbol,Date")):
        (folder / name).write_text("\n".join((f"{header},close", *rows)), encoding="utf-8")


def test_the_examples_of_the_help_work(
    here: Shock, help_of: Callable[[tuple[str, ...]], str], tmp_path: Path
) -> None:
    alone = partial(fork_shock, folder=tmp_path)
    (tmp_path / "my-event.toml").write_text(EVENT, encoding="utf-8")
    (tmp_path / "sp500.toml").write_text(LIST, encoding="utf-8")
    lay_study(tmp_path)
    lay_scan(tmp_path)
    lines = [line.strip() for path in PATHS for line in help_of(path).splitlines()]
    examples = [
        line.removeprefix("Example: ").partition(" >")[0].partition(" prints")[0]
        for line in lines
        if re.match(r"(Example: )?shock [a-z]+", line)
    ]
    assert len(examples) > 16
    fill = ("fetch", "--tickers", "NVDA,5803.T", "--from", "2025-01-20", "--to", "2025-02-03")
    longer, apart = Yahoo(first=date(2023, 12, 1)), tmp_path / "apart"
    apart.mkdir()
    with (
        serve({"*.yahoo.com": Yahoo()}, folder=tmp_path) as proxy,
        serve({"*.yahoo.com": longer}, folder=apart) as history,
    ):
        # At 23:00 UTC on 3 February, when the fake's last sessions are over and none has begun.
        clock = {"SOURCE_DATE_EPOCH": "1738623600"}
        # A study needs a year before the day; what it keeps is out of the others' way.
        studying = {**history.env, **clock, "XDG_DATA_HOME": str(apart)}
        assert alone(*fill, env={**proxy.env, **clock}).returncode == 0
        share = tmp_path / "home/.local/share"
        filled = shutil.move(share, tmp_path / "filled")
        for example in dict.fromkeys(examples):
            args = example.split()[1:]
            env = studying if args[0] == "study" else {**proxy.env, **clock}
            exports = args[:2] == ["templates", "export"]
            shutil.rmtree(tmp_path / "my-templates", ignore_errors=True)
            # What the example before it would have left.
            if "my-templates" in args and not exports:
                assert here("templates", "export", "my-templates").returncode == 0
            if args[0] == "store":
                shutil.rmtree(share, ignore_errors=True)
                shutil.copytree(filled, share)
            # What asks a vendor does so in a process of its own.
            run = (here if args[0] in ALONE else alone)(*args, env=env)
            assert (run.returncode, run.stderr) == (0, ""), example


# --- version, module, entry point ---


def test_the_version_is_the_packages(here: Shock) -> None:
    run = here("--version")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"shock {__version__}\n"
    assert re.fullmatch(r"shock \d+\.\d+\.\d+\S*\n", run.stdout)


def test_the_entry_point_is_the_same_command(tmp_path: Path) -> None:
    try:
        points = distribution("deepseek-shock").entry_points
    except PackageNotFoundError:
        pytest.skip("the package is not installed, only found")
    assert [point.value for point in points if point.name == "shock"] == ["deepseek_shock.cli:main"]
    script = Path(sys.executable).with_name("shock")
    assert script.is_file()
    run = subprocess.run(
        [script, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == f"shock {__version__}\n"


def test_help_and_version_load_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = {args}\n"
        "from deepseek_shock.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = 'pandas numpy yfinance exchange_calendars duckdb pyspark rich jinja2'.split()\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    for args in (["--help"], ["--version"], ["report", "--date", "2025-01-27"], ["events"]):
        run = subprocess.run(
            [sys.executable, "-c", code.format(args=args)],
            cwd=tmp_path,
            env={"PATH": os.defpath, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stderr == "[]\n", args


# --- completion ---


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_is_printed(shock: Shock, shell: str) -> None:
    run = shock(env={"_SHOCK_COMPLETE": f"source_{shell}"})
    assert (run.returncode, run.stderr) == (0, "")
    assert "_SHOCK_COMPLETE" in run.stdout
    assert "shock" in run.stdout


def test_completion_knows_commands_and_options(shock: Shock) -> None:
    def completed(words: str, at: int) -> list[str]:
        env = {"_SHOCK_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return shock(env=env).stdout.split()

    assert completed("shock ", 1) == ALL
    assert completed("shock rep", 1) == ["report"]
    assert "--date" in completed("shock report --d", 2)
    assert completed("shock report --lang ", 3) == ["en", "ja"]
    assert set(completed("shock events ", 2)) >= {"show", "check"}


def test_show_completion_in_a_shell(tmp_path: Path) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not installed")
    env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(tmp_path), "SHELL": shell}
    run = subprocess.run(
        [shell, "-c", f"{sys.executable} -m deepseek_shock --show-completion; true"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr
    assert "complete" in run.stdout + run.stderr


# --- events ---


def test_events_lists_what_is_registered(here: Shock) -> None:
    run = here("events")
    assert (run.returncode, run.stderr) == (0, "")
    assert re.search(r"\ndeepseek +2025-01-27 +2025-01-27 +verified +DeepSeek shock ", run.stdout)


def test_events_lists_the_users_own_by_date(here: Shock, tmp_path: Path) -> None:
    folder = tmp_path / "home/.config/shock/events"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(EVENT, encoding="utf-8")
    (folder / "old.toml").write_text(EVENT.replace("mine", "old").replace("2025", "2024"), "utf-8")
    ids = [line.split()[0] for line in here("events").stdout.splitlines()]
    assert [one for one in ids if one in ("old", "yen-carry", "deepseek", "mine", "tariffs")] == [
        *("old", "yen-carry", "deepseek", "mine", "tariffs")
    ]


def test_events_show_says_what_is_known(here: Shock) -> None:
    run = here("events", "show", "deepseek")
    assert (run.returncode, run.stderr) == (0, "")
    for words in ("DeepSeek", "XNYS", "XTKS", "2025-01-27", "NVDA, 5803.T, 6857.T", "56 shares"):
        assert words in run.stdout


def test_events_show_takes_a_file_and_its_list(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    event = EVENT.replace('"deepseek"', '"list.toml"')
    (tmp_path / "far/mine.toml").write_text(event, encoding="utf-8")
    (tmp_path / "far/list.toml").write_text(LIST, encoding="utf-8")
    run = here("events", "show", "far/mine.toml")
    assert run.stderr == ""
    assert "2 shares" in run.stdout


def test_events_check_finds_a_sound_file_sound(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "event.toml").write_text(EVENT, encoding="utf-8")
    (tmp_path / "list.toml").write_text(LIST, encoding="utf-8")
    for name, words in (("event.toml", "2025-01-28"), ("list.toml", "2 shares")):
        run = here("events", "check", name)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.startswith(f"{name}: ")
        assert words in run.stdout


def test_events_check_looks_at_the_list_that_an_event_names(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    event = EVENT.replace('"deepseek"', '"list.toml"')
    (tmp_path / "far/event.toml").write_text(event, encoding="utf-8")
    (tmp_path / "far/list.toml").write_text(LIST.replace("AMD", "amd"), encoding="utf-8")
    run = here("events", "check", "far/event.toml")
    assert (run.returncode, run.stdout) == (1, "")
    assert "list.toml:6:" in run.stderr


def test_what_events_check_passes_the_report_takes(here: Shock, tmp_path: Path) -> None:
    """A lead that the watchlist does not hold would never lead."""
    (tmp_path / "event.toml").write_text(EVENT + 'leads = ["AAPL"]\n', encoding="utf-8")
    assert here("events", "check", "event.toml").returncode == 0
    assert here("report", "--event", "event.toml").stdout.startswith("Apple ")


FOCUS = """
[[focus]]
calendar = "XTKS"
groups = ["tokyo-ai"]
benchmark = "^N225"
title = "Tokyo"
noun = "Tokyo shares"
"""
UNSOUND = {
    "lead": (EVENT + 'leads = ["NVDA", "IBM"]\n', 5, "IBM: not in the watchlist deepseek"),
    "lead in an array of many lines": (
        EVENT + 'leads = [\n    "NVDA",\n    "IBM",\n]\n',
        7,
        "IBM: not in the watchlist deepseek",
    ),
    "line": (EVENT + 'lines = ["IBM"]\n', 5, "IBM: not in the watchlist deepseek"),
    "share followed": (EVENT + 'followed = ["1301.T"]\n', 5, "1301.T: not in the watchlist"),
    "share mentioned": (EVENT + 'mentioned = ["1301.T"]\n', 5, "1301.T: not in the watchlist"),
    "group of a focus": (
        EVENT + FOCUS.replace("tokyo-ai", "tokyo-a1"),
        8,
        "tokyo-a1: no group of the watchlist",
    ),
    "benchmark of a focus": (
        EVENT + FOCUS.replace("^N225", "^N300"),
        9,
        "^N300: no index of the watchlist",
    ),
    "Saturday": (EVENT.replace("2025-01-28", "2025-01-25"), 3, "no exchange"),
    "holiday of both": (EVENT.replace("2025-01-28", "2025-01-01"), 3, "no exchange"),
}


@pytest.mark.parametrize("fault", UNSOUND)
def test_events_check_holds_an_event_against_its_watchlist(
    here: Shock, tmp_path: Path, fault: str
) -> None:
    text, line, what = UNSOUND[fault]
    (tmp_path / "event.toml").write_text(text, encoding="utf-8")
    run = here("events", "check", "event.toml")
    assert (run.returncode, run.stdout) == (1, "")
    said = re.fullmatch(rf"error: event\.toml:{line}: (.*)\nhint: .+\n", run.stderr)
    assert said is not None, run.stderr
    assert said[1].startswith(what)


def test_events_check_offers_what_is_near(here: Shock, tmp_path: Path) -> None:
    text = EVENT + FOCUS.replace("tokyo-ai", "tokyo-a1")
    (tmp_path / "event.toml").write_text(text, encoding="utf-8")
    run = here("events", "check", "event.toml")
    assert run.stderr.splitlines()[1] == "hint: did you mean tokyo-ai?"


def test_events_check_takes_a_sound_focus_and_a_holiday_of_one(here: Shock, tmp_path: Path) -> None:
    """On 20 January 2025 New York was closed and Tokyo open."""
    text = EVENT.replace("2025-01-28", "2025-01-20") + FOCUS
    (tmp_path / "event.toml").write_text(text, encoding="utf-8")
    run = here("events", "check", "event.toml")
    assert (run.returncode, run.stderr) == (0, "")


def test_one_broken_event_of_the_users_is_named_by_its_line(here: Shock, tmp_path: Path) -> None:
    folder = tmp_path / "home/.config/shock/events"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("id = \n", encoding="utf-8")
    run = here("events")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: .*broken\.toml:1: .*\nhint: .*\n", run.stderr)


# --- templates ---


def test_templates_lists_those_of_the_checkout(here: Shock, checkout: Path) -> None:
    run = here("templates")
    assert (run.returncode, run.stderr) == (0, "")
    named = {line.split()[0] for line in run.stdout.splitlines()}
    assert named == {file.name for file in (checkout / "templates").iterdir() if file.is_file()}
    assert {"report.md.j2", "report.html.j2", "style.css"} <= named


def test_templates_are_exported_and_can_be_given_back(here: Shock, tmp_path: Path) -> None:
    run = here("templates", "export", "mine/templates")
    assert (run.returncode, run.stderr) == (0, "")
    exported = {file.name for file in (tmp_path / "mine/templates").iterdir()}
    assert {"report.md.j2", "report.html.j2", "style.css"} <= exported
    day = ("report", "--date", "2025-01-27", "--format")
    for name in ("markdown", "html"):
        own = here(*day, name, "--template-dir", "mine/templates").stdout
        command = re.compile(r"shock report --date[^`<]*")
        assert command.sub("", own) == command.sub("", here(*day, name).stdout)


def test_an_export_refuses_to_write_over_files(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/report.md.j2").write_text("my own", encoding="utf-8")
    run = here("templates", "export", "mine")
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"error: .*report\.md\.j2.*\nhint: .*--force.*\n", run.stderr)
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["report.md.j2"]
    assert (tmp_path / "mine/report.md.j2").read_text(encoding="utf-8") == "my own"
    assert here("templates", "export", "mine", "--force").returncode == 0
    assert "my own" not in (tmp_path / "mine/report.md.j2").read_text(encoding="utf-8")


def test_an_export_leaves_other_files_alone(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("my own", encoding="utf-8")
    assert here("templates", "export", "mine").returncode == 0
    assert (tmp_path / "mine/notes.txt").read_text(encoding="utf-8") == "my own"


# --- doctor ---


def test_the_doctor_finds_this_installation_well(here: Shock) -> None:
    run = here("doctor")
    assert run.stderr == ""
    assert run.returncode == 0, run.stdout
    for words in (__version__, "sample", "62 instruments", "XNYS", "XTKS", "templates", "typer"):
        assert words in run.stdout
    assert "BAD" not in run.stdout


def test_the_doctor_says_what_is_wrong_with_the_configuration(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text("[report]\nlanguage = 'ja'\n", encoding="utf-8")
    run = here("doctor")
    assert run.returncode == 1
    assert "shock.toml:2" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_the_doctor_names_the_file_that_is_read(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text("[report]\nlang = 'ja'\n", encoding="utf-8")
    run = here("doctor")
    assert run.returncode == 0
    assert "shock.toml" in run.stdout


# --- streams ---

OTHERS = [("--help",), ("--version",), ("events",), ("templates",), ("doctor",)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", OTHERS, ids=" ".join)
def test_a_stdout_that_cannot_be_written_is_no_traceback(
    tmp_path: Path, args: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "deepseek_shock", *args],
            cwd=tmp_path,
            env={"PATH": os.defpath, "HOME": str(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)


@pytest.mark.parametrize("args", OTHERS, ids=" ".join)
def test_a_pipe_that_closes_ends_it_quietly(tmp_path: Path, args: tuple[str, ...]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "deepseek_shock", *args],
            cwd=tmp_path,
            env={"PATH": os.defpath, "HOME": str(tmp_path)},
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write_end)
    assert run.stderr == ""
    assert run.returncode == 0


@pytest.mark.parametrize("args", [("events",), ("events", "show", "deepseek")], ids=" ".join)
def test_japanese_names_do_not_break_an_ascii_stdout(shock: Shock, args: tuple[str, ...]) -> None:
    run = shock(*args, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    assert "DeepSeek" in run.stdout
