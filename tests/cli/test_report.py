"""`shock report` end to end: streams, files, options, surroundings; each run is a process."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from deepseek_shock.cli.output import write_output
from tests.conftest import call_shock, run_shock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
# While New York's session of 27 January 2025 ran; and long after.
RUNNING = "1738000000"
LONG_AFTER = "1767225600"
# What Python reads when it starts.
STARTED = {"TZ", "PYTHONHASHSEED", "PYTHONIOENCODING", "LC_ALL", "LANG"}
ENDINGS = {
    "txt": "terminal",
    "md": "markdown",
    "markdown": "markdown",
    "html": "html",
    "htm": "html",
    "json": "json",
    "csv": "csv",
}
SHOCK = (sys.executable, "-m", "deepseek_shock")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


class Runs:
    """Runs that many tests look at, each made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = cache(self._make)

    def __call__(self, *options: str, **env: str) -> str:
        """Return what `shock report --date 2025-01-27 OPTIONS` writes to stdout."""
        run = self._run(options, tuple(sorted(env.items())))
        assert run.stderr == ""
        assert run.returncode == 0
        return run.stdout

    def _make(
        self, options: tuple[str, ...], env: tuple[tuple[str, str], ...]
    ) -> subprocess.CompletedProcess[str]:
        # A process where Python itself is told something.
        run = run_shock if STARTED & dict(env).keys() else call_shock
        return run(*DAY, *options, folder=self._folder, env=dict(env))


@pytest.fixture(scope="session")
def out(folder: Path) -> Runs:
    return Runs(folder)


def clean_env(folder: Path, **env: str) -> dict[str, str]:
    home = {"HOME": str(folder), "LC_ALL": "C.UTF-8"}
    return {"PATH": os.environ.get("PATH", os.defpath)} | home | env


def leftovers(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.name.endswith((".tmp", "~", ".part"))]


# --- formats ---


def test_the_terminal_is_the_default(out: Runs) -> None:
    assert out() == out("--format", "terminal")
    assert out().startswith("NVIDIA −16.97%; 48 of 56 watched shares fell\n")
    assert "5803.T" in out()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_format_is_what_it_says(out: Runs, lang: str) -> None:
    lead = {"en": "NVIDIA", "ja": "エヌビディア"}[lang]
    markdown = out("--format", "markdown", "--lang", lang)
    assert markdown.startswith(f"# {lead}")
    html = out("--format", "html", "--lang", lang)
    page = html5lib.parse(html, namespaceHTMLElements=False)
    assert page.get("lang") == lang
    assert lead in "".join(next(page.iter("h1")).itertext())
    document = json.loads(out("--format", "json", "--lang", lang))
    assert document["report"]["title"][lang].startswith(lead)
    rows = list(csv.DictReader(io.StringIO(out("--format", "csv", "--lang", lang))))
    assert len(rows) == 62
    assert rows[0]["ticker"] == "NVDA"


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_format_follows_the_ending(here: Shock, out: Runs, tmp_path: Path, ending: str) -> None:
    run = here(*DAY, "--output", f"deep/er/report.{ending}")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    text = (tmp_path / f"deep/er/report.{ending}").read_text(encoding="utf-8")
    assert without_command(text) == without_command(out("--format", ENDINGS[ending]))
    assert leftovers(tmp_path) == []


def without_command(text: str) -> str:
    """Leave out the line that says how the report was made."""
    return re.sub(r"shock report --date[^`<\n]*", "", text)


def test_an_ending_in_capitals_is_the_same(here: Shock, tmp_path: Path) -> None:
    assert here(*DAY, "-o", "REPORT.JSON").returncode == 0
    assert json.loads((tmp_path / "REPORT.JSON").read_text(encoding="utf-8"))["schema"] == 1


def test_the_format_option_comes_before_the_ending(here: Shock, tmp_path: Path) -> None:
    assert here(*DAY, "-o", "report.txt", "--format", "json").returncode == 0
    assert json.loads((tmp_path / "report.txt").read_text(encoding="utf-8"))["schema"] == 1


def test_a_dash_is_stdout(out: Runs) -> None:
    assert out("--output", "-") == out()


def test_the_date_stands_in_the_name(here: Shock, tmp_path: Path) -> None:
    assert here(*DAY, "--output", "public/{date}/{date}.md").returncode == 0
    assert (tmp_path / "public/2025-01-27/2025-01-27.md").is_file()


def test_the_date_in_the_name_is_the_reports(here: Shock, tmp_path: Path) -> None:
    run = here("report", "--event", "deepseek", "-o", "{date}.json")
    assert run.returncode == 0
    assert (tmp_path / "2025-01-27.json").is_file()


def test_an_unknown_ending_writes_nothing(here: Shock, tmp_path: Path) -> None:
    for name in ("report.pdf", "report", ".md"):
        run = here(*DAY, "--output", name)
        assert (run.returncode, run.stdout) == (2, "")
        assert not (tmp_path / name).exists()


# --- files ---


def test_an_old_file_is_replaced_whole(here: Shock, tmp_path: Path) -> None:
    old = tmp_path / "report.md"
    old.write_text("old " * 100_000, encoding="utf-8")
    assert here(*DAY, "-o", "report.md").returncode == 0
    assert "old old" not in old.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("report", "--date", "2025-01-26"), 3),
        (("report", "--date", "2024-06-03", "--offline"), 4),
        (("report", "--date", "2025-01-27", "--tickers", "nvda"), 2),
        (("report", "--date", "2025-01-27", "--template-dir", "broken"), 1),
    ],
)
def test_a_failed_run_leaves_the_old_file(
    here: Shock, tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/report.md.j2").write_text("{% if %}", encoding="utf-8")
    old = tmp_path / "report.md"
    old.write_text("old", encoding="utf-8")
    assert here(*options, "-o", "report.md").returncode == code
    assert old.read_text(encoding="utf-8") == "old"
    assert leftovers(tmp_path) == []


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not installed")
    old = tmp_path / "report.html"
    old.write_text("old", encoding="utf-8")
    command = f"ulimit -f 1; {shlex.join((*SHOCK, *DAY, '-o', 'report.html'))}"
    run = subprocess.run(
        [shell, "-c", command],
        cwd=tmp_path,
        # Python takes what it could compile of a module under this limit for the whole of it.
        env=clean_env(tmp_path) | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert re.fullmatch(r"error: .*report\.html.*\nhint: .*\n", run.stderr)
    assert old.read_text(encoding="utf-8") == "old"
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("name", ["terminal", "html", "json"])
def test_a_stdout_that_cannot_be_written_is_two_lines(tmp_path: Path, name: str) -> None:
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [*SHOCK, *DAY, "--format", name],
            cwd=tmp_path,
            env=clean_env(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)


def test_a_stdout_that_is_closed_is_no_traceback(tmp_path: Path) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not installed")
    run = subprocess.run(
        [shell, "-c", f"{shlex.join((*SHOCK, *DAY))} >&-"],
        cwd=tmp_path,
        env=clean_env(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr


def test_a_parent_that_is_a_file_cannot_be_written_under(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    run = here(*DAY, "-o", "file/report.md")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_a_link_stays_a_link(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("real.md")
    assert here(*DAY, "-o", "link.md").returncode == 0
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text(encoding="utf-8").startswith("# NVIDIA")


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    texts = [char * 3_000_000 for char in "ab"]
    stop = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(target.read_text(encoding="utf-8"))

    write_output(texts[0], str(target), date(2025, 1, 27), is_page=False)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for turn in range(40):
            write_output(texts[turn % 2], str(target), date(2025, 1, 27), is_page=False)
    finally:
        stop.set()
        reader.join()
    assert seen <= set(texts)
    assert seen
    assert leftovers(tmp_path) == []


def test_two_runs_at_once_write_one_whole_file(tmp_path: Path) -> None:
    langs = ("en", "ja") * 2
    command = (*SHOCK, *DAY, "-o", "report.html", "--lang")
    runs = [
        subprocess.Popen([*command, lang], cwd=tmp_path, env=clean_env(tmp_path)) for lang in langs
    ]
    assert [run.wait(30) for run in runs] == [0, 0, 0, 0]
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.rstrip().endswith("</html>")
    assert leftovers(tmp_path) == []


def test_a_named_pipe_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    # Opened before there is a writer, so that a run that fails cannot leave this test waiting.
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with started(tmp_path, *DAY, "--tickers", "NVDA", "-o", "pipe.csv") as run:
            _, stderr = run.communicate(timeout=30)
        text = os.read(reader, 60_000).decode()
    finally:
        os.close(reader)
    assert (run.returncode, stderr) == (0, "")
    assert [row["ticker"] for row in csv.DictReader(io.StringIO(text))] == ["NVDA"]
    assert pipe.is_fifo()


# --- pipes and signals ---


def started(folder: Path, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SHOCK, *args],
        cwd=folder,
        env=clean_env(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "json", "csv"])
@pytest.mark.parametrize("reader", ["head -n 1", "true"])
def test_a_pipe_that_closes_ends_it_quietly(tmp_path: Path, name: str, reader: str) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("bash is not installed")
    command = (
        f"{shlex.join((*SHOCK, *DAY, '--format', name))} | {reader}; echo ${{PIPESTATUS[0]}} >&2"
    )
    run = subprocess.run(
        [shell, "-c", command],
        cwd=tmp_path,
        env=clean_env(tmp_path),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )
    # Quietly: nothing but the shell's own line, and no code that means a failure of ours.
    assert run.stderr in ("0\n", f"{128 + signal.SIGPIPE}\n")


def interrupted(run: subprocess.Popen[str]) -> tuple[int, str, str, float]:
    time.sleep(0.2)  # the run must have come to where it waits: a signal just before is lost
    begun = time.monotonic()
    run.send_signal(signal.SIGINT)
    try:
        stdout, stderr = run.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        run.kill()
        raise
    return run.returncode, stdout, stderr, time.monotonic() - begun


def test_ctrl_c_while_it_reads(tmp_path: Path) -> None:
    """The event is a pipe that nobody writes to: the run waits there for certain."""
    pipe = tmp_path / "event.toml"
    os.mkfifo(pipe)
    with started(tmp_path, "report", "--event", "./event.toml") as run:
        writer = open_when_read(pipe, run)
        code, stdout, stderr, seconds = interrupted(run)
        os.close(writer)
    assert (code, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert stderr.strip() == ""
    assert seconds < 1


def open_when_read(pipe: Path, run: subprocess.Popen[str]) -> int:
    """Open a pipe for writing as soon as somebody reads it."""
    for _ in range(1000):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO or run.poll() is not None:
                raise
            time.sleep(0.01)
    run.kill()
    raise TimeoutError


def test_ctrl_c_while_it_writes(tmp_path: Path) -> None:
    """Nobody reads the page, which is larger than a pipe holds: the run waits there for certain."""
    with started(tmp_path, *DAY, "--format", "html") as run:
        assert run.stdout is not None
        first = run.stdout.read(1)
        code, _, stderr, seconds = interrupted(run)
    assert first == "<"
    assert code == 130
    assert stderr.strip() == ""
    assert seconds < 1


def test_ctrl_c_leaves_no_half_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.toml")
    (tmp_path / "out.md").write_text("old", encoding="utf-8")
    with started(tmp_path, *DAY, "--watchlist", "./list.toml", "-o", "out.md") as run:
        writer = open_when_read(tmp_path / "list.toml", run)
        code, _, stderr, _ = interrupted(run)
        os.close(writer)
    assert (code, stderr.strip()) == (130, "")
    assert (tmp_path / "out.md").read_text(encoding="utf-8") == "old"
    assert leftovers(tmp_path) == []


# --- the same bytes ---


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "json", "csv"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_same_bytes_wherever_and_whenever(out: Runs, name: str, lang: str) -> None:
    options = ("--format", name, "--lang", lang)
    # A changed name of the run makes it another run; the surroundings differ all at once.
    first = out(*options)
    assert first == out(*options, TZ="Pacific/Kiritimati", PYTHONHASHSEED="1")
    assert first == out(
        *options, TZ="America/Los_Angeles", PYTHONHASHSEED="2", SOURCE_DATE_EPOCH=LONG_AFTER
    )


def test_the_locale_changes_nothing(out: Runs) -> None:
    for name in ("html", "json", "markdown", "csv"):
        assert out("--format", name, LC_ALL="C") == out("--format", name)
    # Python reads the C locale as UTF-8; German commas and Japanese names must not come of LANG.
    assert out(LC_ALL="C") == out(LC_ALL="de_DE.UTF-8", LANG="ja_JP.UTF-8") == out()


def test_formats_for_machines_are_utf8_whatever_stdout_says(out: Runs) -> None:
    for name in ("html", "json", "markdown", "csv"):
        assert out("--format", name, PYTHONIOENCODING="ascii") == out("--format", name)


# --- options ---


def test_decimals_and_rounding(out: Runs) -> None:
    def title(*options: str) -> str:
        return out(*options).splitlines()[0]

    assert title().startswith("NVIDIA −16.97%;")
    assert title("--decimals", "1").startswith("NVIDIA −17.0%;")
    assert title("--decimals", "0").startswith("NVIDIA −17%;")
    assert title("--decimals", "1", "--rounding", "down").startswith("NVIDIA −16.9%;")
    assert title("--decimals", "3").startswith("NVIDIA −16.968%;")


def test_rounding_changes_no_data(out: Runs) -> None:
    options = ("--format", "json", "--decimals", "0", "--rounding", "down")
    plain, rounded = (json.loads(text) for text in (out("--format", "json"), out(*options)))
    assert rounded["moves"] == plain["moves"]
    assert rounded["groups"] == plain["groups"]


def ranked(text: str) -> list[str]:
    """Return the tickers of the table of moves in its order, without those pinned below it."""
    rows = [re.match(r"\s*\d+  ([A-Z0-9.]+)  ", line) for line in above_the_pinned(text)]
    return [row[1] for row in rows if row]


def above_the_pinned(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() == "…":
            return
        yield line


def test_the_order_is_the_worst_first(out: Runs) -> None:
    worst = ["CRDO", "VRT", "VST", "ALAB", "SMR", "OKLO", "LITE", "ANET", "TLN", "GEV", "CIEN"]
    assert ranked(out()) == [*worst, "CEG"]


def test_the_order_by_ticker_and_by_group(out: Runs) -> None:
    by_ticker = ranked(out("--sort", "ticker", "--top", "56"))
    assert len(by_ticker) == 56
    assert by_ticker == sorted(by_ticker)
    by_group = ranked(out("--sort", "group", "--top", "56"))
    assert by_group[:9] == ["NVDA", "AVGO", "TSM", "MRVL", "MU", "AMD", "ARM", "INTC", "QCOM"]
    assert set(by_group) == set(by_ticker)


def test_the_cut_is_said_and_the_leads_stay(out: Runs) -> None:
    text = out("--top", "3")
    assert ranked(text) == ["CRDO", "VRT", "VST"]
    assert "3 of 56" in text
    for ticker in ("NVDA", "5803.T", "6857.T", "5801.T"):  # the leads, and Tokyo's worst
        assert re.search(rf"^\s*\d+  {re.escape(ticker)}  ", text, re.MULTILINE)
    assert "of 56 shown" not in out("--top", "56")


def test_the_window_is_what_the_lines_show(out: Runs) -> None:
    wide, narrow = (out("--format", "html", "--window", window) for window in ("-5:5", "-2:1"))
    # The sample has as many sessions by itself; only the command at the foot says more.
    assert wide.replace(" --window -5:5", "") == out("--format", "html")
    assert len(narrow) < len(wide)


def test_tickers_are_a_report_of_their_own(out: Runs) -> None:
    text = out("--tickers", " NVDA , 5803.T,NVDA ")
    assert sorted(ranked(text)) == ["5803.T", "NVDA"]
    assert text.startswith("NVIDIA −16.97%; both watched shares fell\n")
    assert "AVGO" not in text
    assert "DeepSeek" not in text  # the event is of another list


def test_one_ticker_is_enough(out: Runs) -> None:
    assert out("--tickers", "5803.T").startswith("Fujikura −10.66%")


def test_a_watchlist_by_name(out: Runs) -> None:
    assert "48" in out("--watchlist", "deepseek").splitlines()[0]


LIST = """
id = "mine"
title = "Mine"
indexes = ["^GSPC"]
[names]
NVDA = "Chip & <maker>"
[[groups]]
id = "a"
title = "All of mine"
tickers = ["NVDA", "AAPL"]
"""


def test_a_watchlist_file(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(LIST, encoding="utf-8")
    run = here(*DAY, "--watchlist", "mine.toml", "--format", "json")
    assert run.returncode == 0
    moves = json.loads(run.stdout)["moves"]
    assert [move["ticker"] for move in moves] == ["NVDA", "AAPL", "^GSPC"]
    assert moves[0]["name"]["en"] == "Chip & <maker>"
    assert moves[0]["group"] == "a"


EVENT = """
id = "mine"
name.en = "My own shock"
name.ja = "私のショック"
date = 2025-01-28
watchlist = "deepseek"
leads = ["5803.T"]
[sessions]
XNYS = 2025-01-27
"""


def test_an_event_file(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(EVENT, encoding="utf-8")
    run = here("report", "--event", "mine.toml")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Fujikura −9.21%")
    assert "My own shock" in run.stdout
    run = here("report", "--event", "mine.toml", "--format", "json")
    document = json.loads(run.stdout)
    sessions = {move["exchange"]: move["session"] for move in document["moves"]}
    assert (sessions["XTKS"], sessions["XNAS"]) == ("2025-01-28", "2025-01-27")


def test_an_event_file_names_a_watchlist_beside_itself(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far/list.toml").write_text(LIST, encoding="utf-8")
    event = EVENT.replace('"deepseek"', '"list.toml"').replace("5803.T", "NVDA")
    (tmp_path / "far/event.toml").write_text(event, encoding="utf-8")
    run = here("report", "--event", "far/event.toml", "--format", "csv")
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 4


def test_a_date_finds_its_event_and_a_list_does_without(out: Runs) -> None:
    assert "DeepSeek shock" in out()
    assert out("--event", "deepseek") == out()


def test_a_gap_is_a_failure_under_strict_only(here: Shock) -> None:
    tickers = ("--tickers", "NVDA,AVGO,TSM,MRVL,MU,AMD,ARM,INTC,QCOM,AAPL,MSFT,ZZZZ")
    assert here(*DAY, "--offline", *tickers).returncode == 0
    run = here(*DAY, "--offline", *tickers, "--strict")
    assert (run.returncode, run.stdout) == (4, "")
    assert "ZZZZ" in run.stderr


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("51", 4), ("0", 0)])
def test_coverage_is_a_threshold(here: Shock, least: str, code: int) -> None:
    run = here(*DAY, "--offline", "--tickers", "NVDA,ZZZZ", "--min-coverage", least)
    assert run.returncode == code
    assert bool(run.stdout) is (code == 0)


def test_what_has_no_figure_is_said_and_never_nought(here: Shock) -> None:
    run = here(*DAY, "--offline", "--tickers", "NVDA,ZZZZ", "--min-coverage", "0")
    assert "ZZZZ" in run.stdout
    assert "0.00%" not in run.stdout


def test_a_running_session_needs_to_be_asked_for(here: Shock) -> None:
    run = here(*DAY, env={"SOURCE_DATE_EPOCH": RUNNING})
    assert (run.returncode, run.stdout) == (4, "")
    assert "--provisional" in run.stderr
    run = here(*DAY, "--provisional", "--format", "json", env={"SOURCE_DATE_EPOCH": RUNNING})
    assert run.returncode == 0
    statuses = {move["status"] for move in json.loads(run.stdout)["moves"]}
    assert statuses == {"ok", "provisional"}


def test_last_is_each_exchanges_last_completed_session(here: Shock) -> None:
    """On Tuesday 28 January at 07:00 in Tokyo, New York's Monday has just ended."""
    epoch = {"SOURCE_DATE_EPOCH": "1738015200"}
    for options in ((), ("--date", "last")):
        run = here("report", *options, "--format", "json", env=epoch)
        assert run.returncode == 0
        document = json.loads(run.stdout)
        assert document["report"]["date"] == "2025-01-27"
        assert {move["session"] for move in document["moves"]} == {"2025-01-27"}


def test_last_may_be_two_dates(here: Shock) -> None:
    """On Tuesday 28 January at 17:00 in Tokyo its session has ended, New York's not begun."""
    run = here("report", "--format", "json", env={"SOURCE_DATE_EPOCH": "1738051200"})
    document = json.loads(run.stdout)
    assert document["report"]["date"] == "2025-01-28"
    sessions = {move["exchange"]: move["session"] for move in document["moves"]}
    assert sessions == {"XTKS": "2025-01-28", "XNAS": "2025-01-27", "XNYS": "2025-01-27"}


def test_the_command_in_the_report_makes_it_again(here: Shock, out: Runs) -> None:
    options = ("--format", "markdown", "--lang", "ja", "--decimals", "1", "--top", "5")
    text = out(*options)
    command = re.findall(r"`(shock report [^`]*)`", text)[-1]
    run = here(*shlex.split(command)[1:])
    assert run.stdout == text


# --- templates ---


def test_a_template_of_ones_own(here: Shock, tmp_path: Path) -> None:
    template = tmp_path / "mine.txt.j2"
    template.write_text("{{ report.title | say }} <&>\n", encoding="utf-8")
    run = here(*DAY, "--template", "mine.txt.j2")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "NVIDIA −16.97%; 48 of 56 watched shares fell <&>\n"


def test_a_template_for_a_page_escapes_and_for_markdown_too(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(LIST, encoding="utf-8")
    for name, said in (
        ("mine.html.j2", "Chip &amp; &lt;maker&gt;"),
        ("mine.html", "Chip &amp; &lt;maker&gt;"),
        ("mine.md.j2", "Chip & &lt;maker>"),
        ("mine.txt", "Chip & <maker>"),
    ):
        (tmp_path / name).write_text("{{ report.title | say }}", encoding="utf-8")
        run = here(*DAY, "--watchlist", "list.toml", "--template", name)
        assert run.stdout.startswith(said), name


def test_a_template_is_written_to_a_file_of_any_ending(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.j2").write_text("{{ lang }}", encoding="utf-8")
    run = here(*DAY, "--template", "mine.j2", "-o", "out.xyz", "--lang", "ja")
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "out.xyz").read_text(encoding="utf-8") == "ja"


def test_a_folder_of_templates_changes_one_block(here: Shock, out: Runs, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "report.md.j2").write_text(
        '{% extends "report.md.j2" %}\n{% block footer %}\nMY FOOTER\n{% endblock %}\n',
        encoding="utf-8",
    )
    run = here(*DAY, "--template-dir", "mine", "--format", "markdown")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("MY FOOTER") == 1
    rest = without_command(run.stdout.replace("MY FOOTER", "")).split()
    assert rest == without_command(out("--format", "markdown")).split()
    # What the folder does not hold is the built-in one.
    assert here(*DAY, "--template-dir", "mine", "--format", "html").returncode == 0


def test_a_page_takes_ones_own_style(here: Shock, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "report.html.j2").write_text(
        '{% extends "report.html.j2" %}{% block css_extra %}h1{color:teal}{% endblock %}',
        encoding="utf-8",
    )
    run = here(*DAY, "--template-dir", "mine", "--format", "html")
    assert run.returncode == 0
    assert "h1{color:teal}" in run.stdout


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ok\n{% if %}\n", 2),
        ("ok\n\n{{ nothing }}\n", 3),
        ("{{ report.nothing }}\n", 1),
        ("a\nb\n{{ report.title | nofilter }}\n", 3),
        ("{% for x in %}", 1),
        ('x\n{% include "absent.j2" %}\n', 2),
        ("x\n{{ 1 / 0 }}\n", 2),
        ("x\n{{ report.title.__class__.__mro__ }}\n", 2),
        ("x\n{{ report.title | cell('nokind') }}\n", 2),
        ("x\n{{ word('no.key') }}\n", 2),
        ("x\n{{ section() }}\n", 2),
        ("x\n{{ 'a' + 1 }}\n", 2),
        ("x\n{% block never %}", 2),
    ],
)
def test_a_broken_template_is_named_by_its_line(
    here: Shock, tmp_path: Path, text: str, line: int
) -> None:
    (tmp_path / "mine.md.j2").write_text(text, encoding="utf-8")
    run = here(*DAY, "--template", "mine.md.j2")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(rf"error: .*mine\.md\.j2:{line}: .*\nhint: .*\n", run.stderr)


def test_a_broken_template_of_a_folder_is_named_by_its_line(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/blocks.md.j2").write_text("x\n{{ oops", encoding="utf-8")
    run = here(*DAY, "--template-dir", "mine", "--format", "markdown")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: .*blocks\.md\.j2:2: .*\nhint: .*\n", run.stderr)


@pytest.mark.parametrize("name", ["absent.j2", "a/b/absent.html.j2", "."])
def test_a_missing_template(here: Shock, name: str) -> None:
    run = here(*DAY, "--template", name)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)


def test_a_missing_folder_of_templates_is_no_silence(here: Shock) -> None:
    run = here(*DAY, "--template-dir", "absent", "--format", "markdown")
    assert run.returncode in (1, 2)
    assert "absent" in run.stderr


def test_a_template_that_is_not_utf8_is_two_lines(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.j2").write_bytes("日本".encode("shift_jis"))
    run = here(*DAY, "--template", "mine.j2")
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: .*mine\.j2.*\nhint: .*\n", run.stderr)


def test_a_template_cannot_reach_the_machine(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.j2").write_text(
        '{{ cycler.__init__.__globals__.os.popen("touch reached").read() }}', encoding="utf-8"
    )
    assert here(*DAY, "--template", "mine.j2").returncode == 1
    assert not (tmp_path / "reached").exists()


# --- shock.toml and the environment ---


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("SHOCK_LANG", "ja", ("--lang", "ja")),
        ("SHOCK_DECIMALS", "0", ("--decimals", "0")),
        ("SHOCK_ROUNDING", "down", ("--rounding", "down")),
        ("SHOCK_SORT", "ticker", ("--sort", "ticker")),
        ("SHOCK_TOP", "3", ("--top", "3")),
        ("SHOCK_FORMAT", "csv", ("--format", "csv")),
        ("SHOCK_TICKERS", "NVDA,5803.T", ("--tickers", "NVDA,5803.T")),
        ("SHOCK_WATCHLIST", "deepseek", ("--watchlist", "deepseek")),
        ("SHOCK_WINDOW", "-2:2", ("--window", "-2:2")),
        ("SHOCK_STRICT", "1", ("--strict",)),
        ("SHOCK_MIN_COVERAGE", "50", ("--min-coverage", "50")),
        ("SHOCK_COLORS", "mono", ("--colors", "mono")),
        ("SHOCK_SOURCE", "sample", ("--source", "sample")),
    ],
)
def test_a_variable_stands_for_an_option(
    out: Runs, name: str, value: str, option: tuple[str, ...]
) -> None:
    assert out(**{name: value}) == out(*option)


def test_the_date_and_the_file_may_be_variables(here: Shock, tmp_path: Path) -> None:
    env = {"SHOCK_DATE": "2025-01-27", "SHOCK_OUTPUT": "{date}.md"}
    run = here("report", env=env)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (tmp_path / "2025-01-27.md").is_file()


def test_a_wrong_variable_is_a_wrong_usage(here: Shock) -> None:
    run = here(*DAY, env={"SHOCK_LANG": "fr"})
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"error: .*fr.*\nhint: the value stands in SHOCK_LANG\n", run.stderr)


def test_the_hint_names_where_a_wrong_value_stands(here: Shock, tmp_path: Path) -> None:
    listed = r"hint: `shock report --help` lists what there is"
    for env, file, args, hint in (
        ({"SHOCK_TOP": "0"}, "", (), "hint: the value stands in SHOCK_TOP"),
        ({"SHOCK_MIN_COVERAGE": "x"}, "", (), "hint: the value stands in SHOCK_MIN_COVERAGE"),
        ({}, "lang = 'fr'", (), r"hint: the value stands in shock\.toml"),
        ({}, "decimals = 99", (), r"hint: the value stands in shock\.toml"),
        # The environment comes before the file, the command line before both.
        ({"SHOCK_LANG": "fr"}, "lang = 'de'", (), "hint: the value stands in SHOCK_LANG"),
        ({"SHOCK_LANG": "fr"}, "lang = 'de'", ("--lang", "xx"), listed),
        ({}, "lang = 'ja'", ("--lang", "xx"), listed),
    ):
        settings(tmp_path, f"[report]\n{file}\n")
        run = here(*DAY, *args, env=env)
        assert (run.returncode, run.stdout) == (2, "")
        assert re.fullmatch(rf"error: .*\n{hint}\n", run.stderr), run.stderr


def settings(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "shock.toml"
    file.write_text(text, encoding="utf-8")
    return file


def decimals_of(run: subprocess.CompletedProcess[str]) -> int:
    assert (run.returncode, run.stderr) == (0, "")
    found = re.match(r"NVIDIA −\d+(?:\.(\d+))?%", run.stdout)
    assert found is not None
    return len(found[1] or "")


def test_the_command_line_wins_then_the_environment_then_the_nearer_file(
    here: Shock, tmp_path: Path
) -> None:
    user = tmp_path / "xdg"
    env = {"XDG_CONFIG_HOME": str(user)}
    assert decimals_of(here(*DAY, env=env)) == 2
    settings(user / "shock", "[report]\ndecimals = 3\n")
    assert decimals_of(here(*DAY, env=env)) == 3
    settings(tmp_path, "[report]\ndecimals = 4\n")
    assert decimals_of(here(*DAY, env=env)) == 4
    assert decimals_of(here(*DAY, env=env | {"SHOCK_DECIMALS": "5"})) == 5
    run = here(*DAY, "--decimals", "6", env=env | {"SHOCK_DECIMALS": "5"})
    assert decimals_of(run) == 6


def test_files_add_up_option_by_option(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path / "xdg/shock", "[report]\ndecimals = 3\nrounding = 'down'\n")
    settings(tmp_path, "[report]\ndecimals = 1\n")
    run = here(*DAY, env={"XDG_CONFIG_HOME": str(tmp_path / "xdg")})
    assert run.stdout.startswith("NVIDIA −16.9%")


def test_the_users_folder_is_in_the_home_without_xdg(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path / "home/.config/shock", "[report]\ndecimals = 3\n")
    assert decimals_of(here(*DAY)) == 3


def test_the_users_own_lists_and_events_are_found(here: Shock, tmp_path: Path) -> None:
    config = tmp_path / "home/.config/shock"
    (config / "watchlists").mkdir(parents=True)
    (config / "watchlists/mine.toml").write_text(LIST, encoding="utf-8")
    (config / "events").mkdir()
    (config / "events/mine.toml").write_text(EVENT, encoding="utf-8")
    assert len(here(*DAY, "--watchlist", "mine", "--format", "csv").stdout.splitlines()) == 4
    assert "My own shock" in here("report", "--event", "mine").stdout
    assert "My own shock" in here("report", "--date", "2025-01-28").stdout


def test_every_kind_of_value_may_stand_in_the_file(here: Shock, tmp_path: Path) -> None:
    settings(
        tmp_path,
        "[report]\ndate = 2025-01-27\ntickers = ['NVDA', '5803.T']\nlang = 'ja'\n"
        "min-coverage = 50\nstrict = true\ntop = 1\nformat = 'json'\nwindow = '-2:2'\n",
    )
    run = here("report")
    assert (run.returncode, run.stderr) == (0, "")
    document: dict[str, Any] = json.loads(run.stdout)
    assert document["report"]["lang"] == "ja"
    assert [move["ticker"] for move in document["moves"]] == ["NVDA", "5803.T"]


def test_a_path_in_the_file_is_relative_to_it(here: Shock, tmp_path: Path) -> None:
    config = tmp_path / "home/.config/shock"
    settings(config, "[report]\nwatchlist = 'lists/mine.toml'\n")
    (config / "lists").mkdir()
    (config / "lists/mine.toml").write_text(LIST, encoding="utf-8")
    run = here(*DAY, "--format", "csv")
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 4


def test_a_list_in_the_file_gives_way_to_tickers_on_the_command_line(
    here: Shock, tmp_path: Path
) -> None:
    """A default is no second wish: what is typed replaces it."""
    settings(tmp_path, "[report]\nwatchlist = 'deepseek'\n")
    run = here(*DAY, "--tickers", "NVDA", "--format", "csv")
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[report]\nlang = 'ja'\nlanguage = 'en'\n", 3, "language"),
        ("[report]\ndecimal = 1\n", 2, "decimal"),
        ("# note\n\n[reports]\nlang = 'ja'\n", 3, "reports"),
        ("lang = 'ja'\n", 1, "lang"),
        ("[report]\nlang = \n", 2, "TOML"),
        ("report = 3\n", 1, "report"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_its_line(
    here: Shock, tmp_path: Path, text: str, line: int, word: str
) -> None:
    settings(tmp_path, text)
    run = here(*DAY)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(rf"error: .*shock\.toml:{line}: .*\nhint: .*\n", run.stderr)
    assert word in run.stderr


def test_a_near_option_is_offered(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path, "[report]\ndecimal = 1\n")
    assert "did you mean decimals?" in here(*DAY).stderr


@pytest.mark.parametrize(
    "text",
    [
        "lang = 'fr'",
        "lang = 3",
        "decimals = 'x'",
        "decimals = 99",
        "top = 0",
        "strict = 'maybe'",
        "window = 5",
        "date = 'Monday'",
        "date = 3",
        "tickers = 'nvda'",
        "format = 'xml'",
        "template = 3",
        "watchlist = 3",
        "output = 3",
        "event = 3",
        "min-coverage = 'x'",
        "tickers = {a = 1}",
        "template-dir = true",
    ],
)
def test_a_wrong_value_in_the_file_is_two_lines(here: Shock, tmp_path: Path, text: str) -> None:
    settings(tmp_path, f"[report]\n{text}\n")
    args = ("report",) if text.startswith("date") else DAY
    run = here(*args)
    assert run.returncode in (1, 2)
    assert run.stdout == ""
    assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)


def test_a_mistake_in_the_file_does_not_lock_the_help(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path, "[report]\nbad = 1\n")
    for args in (("--help",), ("report", "--help"), ("--version",), ("doctor",)):
        run = here(*args)
        assert "Traceback" not in run.stderr
        assert run.stdout, args


def test_source_date_epoch_that_is_no_time_is_two_lines(here: Shock) -> None:
    for epoch in ("abc", "1e400", "9" * 30, "-" + "9" * 30):
        run = here(*DAY, env={"SOURCE_DATE_EPOCH": epoch})
        assert run.returncode in (1, 2)
        assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)


@pytest.mark.parametrize(
    ("name", "value"),
    [("FORCE_COLOR", "1"), ("COLUMNS", "20"), ("NO_COLOR", "1"), ("TERM", "dumb"), ("LANG", "xx")],
)
def test_success_is_silent_whatever_surrounds_it(out: Runs, name: str, value: str) -> None:
    assert "16.97%" in out(**{name: value})


def test_a_template_of_any_name_is_told_with_its_line(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("fine\n{{ report.nope }}\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text("{% include 'absent.txt' %}\n", encoding="utf-8")
    for name, place, what in (("mine.txt", 2, "nope"), ("other.txt", 1, "absent.txt")):
        run = here(*DAY, "--template", name)
        assert run.returncode == 1
        assert run.stdout == ""
        assert f"{name}:{place}:" in run.stderr
        assert what in run.stderr
        assert "Traceback" not in run.stderr


def test_the_command_at_the_foot_needs_neither_file_nor_variable(
    here: Shock, tmp_path: Path
) -> None:
    (tmp_path / "shock.toml").write_text('[report]\nlang = "ja"\ntop = 3\n', encoding="utf-8")
    run = here(*DAY, "--format", "markdown", env={"SHOCK_DECIMALS": "1"})
    last = run.stdout.rstrip().splitlines()[-1].strip("`")
    for option in ("--lang ja", "--top 3", "--decimals 1", "--format markdown"):
        assert option in last
    (tmp_path / "shock.toml").unlink()
    again = here(*last.split()[1:])
    assert again.stdout == run.stdout
