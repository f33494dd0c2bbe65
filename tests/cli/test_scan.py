"""`shock scan` from end to end: figures known by hand, formats, what is refused, how it ends."""

from __future__ import annotations

import csv
import io
import json
import shlex
import shutil
import signal
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.conftest import clean_environment, on_terminal

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.conftest import Shock

# Four sessions of New York in January 2025, and what four tickers closed at in them. CCC halved on
# the 24th as a split would; DDD has no bar on the 24th, CCC none on the 28th.
THURSDAY, FRIDAY, MONDAY, TUESDAY = "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"
CLOSES = {
    "AAA": {THURSDAY: 100.0, FRIDAY: 110.0, MONDAY: 99.0, TUESDAY: 99.0},
    "BBB": {THURSDAY: 50.0, FRIDAY: 50.0, MONDAY: 40.0, TUESDAY: 44.0},
    "CCC": {THURSDAY: 200.0, FRIDAY: 100.0, MONDAY: 90.0},
    "DDD": {THURSDAY: 10.0, MONDAY: 9.0, TUESDAY: 9.9},
}
ROWS = [(name, day, close) for name, days in CLOSES.items() for day, close in days.items()]
FILE = "prices.parquet"
FEW = ("--min-count", "2")
TABLES = {
    "shocks": 0,
    "sessions": 3,
    "falls": 3,
    "rises": 3,
    "tickers": 4,
    "unranked": 1,
    "days": 3,
}
TIMEOUT = 60


@pytest.fixture(autouse=True)
def world(tmp_path: Path) -> Path:
    """Lay the closes down as a Parquet file in the order of their tickers."""
    write_parquet(tmp_path / FILE, ROWS)
    return tmp_path


def write_parquet(file: Path, rows: list[tuple[str, str, float]]) -> None:
    tickers, sessions, closes = zip(*rows, strict=True)
    days = pa.array(sessions).cast(pa.date32())
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table({"ticker": tickers, "session": days, "close": closes}), file)


def write(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check_error(done: CompletedProcess[str], code: int, *parts: str) -> None:
    """Check that a run ended in two lines, and wrote nothing."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    for part in parts:
        assert part in done.stderr


def as_json(done: CompletedProcess[str]) -> Any:  # noqa: ANN401 -- whatever JSON holds
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def figures(done: CompletedProcess[str]) -> dict[str, Any]:
    """Return what a JSON says of the figures, without where they come from."""
    found = as_json(done)
    return {key: value for key, value in found.items() if key not in ("source", "notes")}


# --- figures known by hand ---


def test_the_figures_are_those_reckoned_by_hand(here: Shock) -> None:
    """24 January: AAA +10 %, BBB 0. 27: AAA, CCC −10 %, BBB −20 %. 28: BBB, DDD +10 %, AAA 0."""
    found = as_json(here("scan", FILE, *FEW, "--format", "json"))
    counts = {"rows": 14, "tickers": 4, "moves": 8, "judged": 0, "holes": 1, "unranked": 1}
    assert found["counts"] | counts == found["counts"]
    assert [one["session"] for one in found["sessions"]] == [MONDAY, FRIDAY, TUESDAY]
    means = {one["session"]: one["mean"] for one in found["sessions"]}
    expected = {FRIDAY: 0.05, MONDAY: -0.4 / 3, TUESDAY: 0.2 / 3}
    assert means == pytest.approx(expected, abs=1e-9)
    worst = found["sessions"][0]
    assert (worst["count"], worst["fallers"], worst["breadth"]) == (3, 3, 1)
    assert worst["median"] == pytest.approx(-0.1)
    falls = [(one["ticker"], one["session"], round(one["move"], 9)) for one in found["falls"]]
    assert falls == [("BBB", MONDAY, -0.2), ("AAA", MONDAY, -0.1), ("CCC", MONDAY, -0.1)]
    assert [one["ticker"] for one in found["rises"]] == ["AAA", "BBB", "DDD"]
    assert found["tickers"][0]["ticker"] == "BBB"
    (refused,) = found["unranked"]
    assert (refused["ticker"], refused["session"]) == ("CCC", FRIDAY)
    assert refused["reason"] == "near_split_ratio"


def test_without_a_calendar_a_hole_is_a_move(here: Shock) -> None:
    found = as_json(here("scan", FILE, *FEW, "--calendar", "none", "--format", "json"))
    assert (found["counts"]["moves"], found["counts"]["holes"]) == (9, 0)
    assert found["sessions"][0]["count"] == 4
    assert found["scan"]["calendars"] == [None]


def test_the_score_is_the_share_of_low_z(here: Shock, world: Path) -> None:
    """Closes swing by 1 % for 250 log returns; then two of four tickers fall by 10 %."""
    days = [str(day) for day in sessions_between(XNYS, date(2024, 1, 2), date(2025, 3, 1))][:252]
    swings = [100.0 + at % 2 for at in range(251)]
    ends = {"AAA": 90.0, "BBB": 90.0, "CCC": 101.0, "DDD": 101.0}
    rows = [
        (name, day, close)
        for name, end in ends.items()
        for day, close in zip(days, [*swings, end], strict=True)
    ]
    write_parquet(world / "long.parquet", rows)
    found = as_json(here("scan", "long.parquet", *FEW, "--format", "json"))
    (shock,) = found["shocks"]
    assert (shock["session"], shock["judged"], shock["low"], shock["score"]) == (
        days[-1],
        4,
        2,
        0.5,
    )
    (standing,) = found["standings"]
    assert (standing["by_score"], standing["by_mean"]) == (1, 1)
    assert standing["day"]["session"] == days[-1]
    early = as_json(here("scan", "long.parquet", *FEW, "--date", days[9], "--format", "json"))
    assert early["standings"][0]["day"]["session"] == days[9]


def lay_by_day(world: Path) -> str:
    write_parquet(world / "laid.parquet", sorted(ROWS, key=lambda row: (row[1], row[0])))
    return "laid.parquet"


def lay_mixed(world: Path) -> str:
    write_parquet(world / "laid.parquet", [ROWS[at * 5 % 14] for at in range(14)])
    return "laid.parquet"


def lay_years(world: Path) -> str:
    write_parquet(world / "laid/one.parquet", [row for row in ROWS if row[1] < MONDAY])
    write_parquet(world / "laid/two.parquet", [row for row in ROWS if row[1] >= MONDAY])
    return "laid/*.parquet"


def lay_hive(world: Path) -> str:
    for name, days in CLOSES.items():
        file = world / f"laid/ticker={name}/part-0.parquet"
        file.parent.mkdir(parents=True)
        table = pa.table({"session": list(days), "close": list(days.values())})
        parquet.write_table(table, file)
    return "laid"


def lay_csv(world: Path) -> str:
    write(world / "laid.csv", "ticker,session,close", *(f"{a},{b},{c}" for a, b, c in ROWS))
    return "laid.csv"


def lay_csv_a_ticker(world: Path) -> str:
    for name, days in CLOSES.items():
        rows = (f"{day},1,{close},{close / 2}" for day, close in days.items())
        write(world / f"laid/{name.lower()}.us.csv", "Date,Open,Close,Adj Close", *rows)
    return "laid/"


@pytest.mark.parametrize(
    "lay", [lay_by_day, lay_mixed, lay_years, lay_hive, lay_csv, lay_csv_a_ticker]
)
def test_how_the_rows_lie_changes_no_figure(here: Shock, world: Path, lay: Any) -> None:  # noqa: ANN401 -- one of the functions above
    options = (*FEW, "--format", "json")
    assert figures(here("scan", lay(world), *options)) == figures(here("scan", FILE, *options))


def test_columns_are_named(here: Shock, world: Path) -> None:
    rows = (f"{day};{close};{name}" for name, day, close in ROWS)
    write(world / "odd.csv", "Tag;Kurs, heute;Papier", *rows)
    named = ("--columns", "ticker=Papier,session=Tag", "--columns", "close=Kurs, heute")
    options = (*FEW, "--format", "json")
    known = figures(here("scan", FILE, *options))
    assert figures(here("scan", "odd.csv", *named, *options)) == known
    said = {"SHOCK_COLUMNS": "ticker=Papier,session=Tag,close=Kurs, heute"}
    assert figures(here("scan", "odd.csv", *options, env=said)) == known
    check_error(here("scan", "odd.csv", *options), 1, "odd.csv", "--columns")


# --- what is written ---


@pytest.mark.parametrize(
    ("form", "lang"),
    [
        *(("terminal", "en"), ("terminal", "ja"), ("markdown", "en"), ("html", "ja")),
        *(("email", "en"), ("json", "ja"), ("csv", "en")),
    ],
)
def test_every_format_is_written(here: Shock, form: str, lang: str) -> None:
    done = here("scan", FILE, *FEW, "--format", form, "--lang", lang)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert ("BBB" in done.stdout) is (form != "csv")


def test_a_message_a_template_and_charts_are_written(here: Shock, world: Path) -> None:
    done = here("scan", FILE, *FEW, "--output", "mail.eml", "--to", "desk@example.org")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "To: desk@example.org" in (world / "mail.eml").read_text(encoding="utf-8")
    write(world / "mine.j2", "{{ report.findings.counts.rows }} rows")
    assert here("scan", FILE, *FEW, "--template", "mine.j2").stdout.strip() == "14 rows"
    done = here("scan", FILE, *FEW, "--charts", "pictures", "--output", "x.html")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_the_same_as_csv_and_as_parquet(
    here: Shock, world: Path, table: str
) -> None:
    options = ("scan", FILE, *FEW, "--table", table)
    done = here(*options, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == TABLES[table]
    assert here(*options, "--output", "{date}.parquet").returncode == 0
    held = parquet.read_table(world / f"{TUESDAY}.parquet").to_pylist()
    assert [str(row["session"]) for row in held] == [row["session"] for row in rows]
    for one, other in zip(held, rows, strict=True):
        shown = {name: "" if value is None else value for name, value in one.items()}
        numbers = {name for name, value in shown.items() if isinstance(value, float | int)}
        assert {name: float(other[name]) for name in numbers} == pytest.approx(
            {name: shown[name] for name in numbers}, rel=1e-11
        )


def test_parquet_goes_through_a_pipe(world: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deepseek_shock", "scan", FILE, *FEW, "--format", "parquet"],
        cwd=world,
        env=clean_environment(world),
        capture_output=True,
        timeout=TIMEOUT,
        check=True,
    )
    assert done.stderr == b""
    assert parquet.read_table(io.BytesIO(done.stdout)).num_rows == 0
    assert done.stdout[:4] == b"PAR1"


def test_rows_of_a_table_are_as_many_as_are_asked(here: Shock, world: Path) -> None:
    days = [str(day) for day in sessions_between(XNYS, date(2024, 1, 2), date(2024, 3, 1))]
    rows = [(name, day, 50.0 + at % 3) for name in "AB" for at, day in enumerate(days)]
    write_parquet(world / "more.parquet", rows)
    command = ("scan", "more.parquet", *FEW, "--format")
    assert len(as_json(here(*command, "json"))["falls"]) == 20
    assert len(as_json(here(*command, "json", "--top", "3"))["falls"]) == 3
    assert "10 largest single falls" in here(*command, "markdown").stdout
    assert "20 largest single falls" in here(*command, "markdown", "--top", "20").stdout


def test_the_command_that_is_printed_makes_the_same_document(here: Shock, world: Path) -> None:
    write(world / "odd.csv", "ticker,Tag,close", *(f"{a},{b},{c}" for a, b, c in ROWS))
    done = here(
        *("scan", "odd.csv", *FEW, "--date", MONDAY, "--columns", "session=Tag", "--top", "20"),
        *("--format", "markdown", "--threads", "1", "--memory", "500MB", "--lang", "ja"),
    )
    printed = next(line for line in done.stdout.splitlines() if "shock scan" in line)
    command = printed[printed.index("shock scan") :].strip("`")
    for word in ("--threads", "--memory", "--output", "--engine"):
        assert word not in command
    again = here(*shlex.split(command)[1:])
    assert again.returncode == 0, again.stderr
    assert again.stdout == done.stdout


def test_a_failed_scan_leaves_the_old_file(here: Shock, world: Path) -> None:
    write(world / "out.json", "old")
    write(world / "bad.parquet", "no Parquet")
    check_error(here("scan", "bad.parquet", "--output", "out.json"), 1, "bad.parquet")
    assert (world / "out.json").read_text(encoding="utf-8") == "old\n"
    assert here("scan", FILE, "--output", "new/deep/out.json").returncode == 0
    assert json.loads((world / "new/deep/out.json").read_text(encoding="utf-8"))["schema"] == 1


# --- what is gone through ---


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json", "csv"])
@pytest.mark.parametrize(
    "asked",
    [
        ("2025-01-26", 3, ""),  # a Sunday
        ("2025-01-30", 4, "error: these data have no move on Thursday 2025-01-30\n"),
        ("2999-01-04", 3, ""),
    ],
)
def test_a_day_that_is_not_held_is_refused(
    here: Shock, world: Path, form: str, asked: tuple[str, int, str]
) -> None:
    day, code, words = asked
    out = world / f"out.{form}"
    done = here("scan", FILE, *FEW, "--date", day, "--format", form, "--output", str(out))
    assert (done.returncode, done.stdout) == (code, "")
    # cron mails whatever is written, and a day without a session is none of its business.
    assert done.stderr.startswith(words) if words else not done.stderr
    assert not out.exists()


def test_a_reason_is_in_the_language_of_the_page(here: Shock, world: Path) -> None:
    folder = world / "some"
    write_parquet(folder / "good.parquet", ROWS)
    write(folder / "notes.md", "not a table")
    page = here("scan", "some", *FEW, "--format", "markdown", "--lang", "ja").stdout
    assert "some/notes.md | ファイル名からみてParquetでもCSVでもない" in page


def test_a_damaged_file_is_named_and_not_half_counted(here: Shock, world: Path) -> None:
    folder = world / "some"
    write_parquet(folder / "good.parquet", [row for row in ROWS if row[0] != "DDD"])
    write_parquet(folder / "torn.parquet", [row for row in ROWS if row[0] == "DDD"])
    content = (folder / "torn.parquet").read_bytes()
    (folder / "torn.parquet").write_bytes(content[: len(content) // 2])
    write(folder / "notes.md", "not a table")
    found = as_json(here("scan", "some", *FEW, "--format", "json"))
    assert (found["counts"]["rows"], found["counts"]["tickers"]) == (11, 3)
    skipped = {one["file"]: one["why"] for one in found["skipped"]}
    assert sorted(skipped) == ["some/notes.md", "some/torn.parquet"]
    assert all(skipped.values())
    page = here("scan", "some", *FEW, "--format", "markdown").stdout
    assert "torn.parquet" in page
    done = here("scan", "some", *FEW, "--strict", "--output", "out.json")
    check_error(done, 1, "some/")
    assert not (world / "out.json").exists()


@pytest.mark.parametrize(
    ("paths", "parts"),
    [
        (("none.parquet",), ("none.parquet: does not exist",)),
        (("pices.parquet",), ("pices.parquet: does not exist", "prices.parquet")),
        (("empty",), ("empty: holds no table",)),
        (("*.csv",), ("*.csv: matches no file",)),
        (("prices.parquet", "--columns", "close=Clsoe"), ("no column 'Clsoe' for close", "close")),
        (("prices.parquet", "--calendar", "XTAE"), ("are no sessions of XTAE", "--calendar")),
        (("--history", "empty"), ("empty: holds no packed history",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_cannot_be_gone_through_ends_in_two_lines(
    here: Shock, world: Path, paths: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    (world / "empty").mkdir()
    check_error(here("scan", *paths, "--output", "out.json"), 1, *parts)
    assert not (world / "out.json").exists()


def test_a_calendar_that_does_not_fit_is_told_of_what_was_typed(here: Shock, world: Path) -> None:
    wrong = ("--calendar", "XTAE")
    check_error(here("scan", FILE, "--pack", "packed", *wrong), 1, f" {FILE}: 21 % of the rows")
    assert here("scan", FILE, *FEW, "--pack", "packed").returncode == 0
    check_error(here("scan", "packed", *wrong), 1, " packed: 21 % of the rows")
    copies = [f"copy{number}.parquet" for number in range(5)]
    for copy in copies:
        shutil.copy(world / FILE, world / copy)
    done = here("scan", *copies, *wrong)
    check_error(done, 1, f" {', '.join(copies[:3])} and 2 more: ")


def test_what_is_packed_is_scanned_and_told_in_the_report(here: Shock, world: Path) -> None:
    options = (*FEW, "--format", "json")
    known = figures(here("scan", FILE, *options))
    assert figures(here("scan", FILE, *options, "--pack", "packed")) == known
    assert (world / "packed/manifest.json").is_file()
    assert figures(here("scan", "--history", "packed", *options)) == known
    assert figures(here("scan", "packed", *options)) == known
    assert figures(here("scan", *options, env={"SHOCK_HISTORY": "packed"})) == known
    report = here("report", "--date", MONDAY, "--history", "packed", "--format", "json")
    assert report.returncode == 0, report.stderr
    assert report.stderr == ""


def test_without_a_path_the_store_is_gone_through(here: Shock) -> None:
    for options in ((), ("--source", "store"), ("--store", "none.db")):
        done = here("scan", *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 2


def test_options_may_stand_in_a_file_and_in_variables(here: Shock, world: Path) -> None:
    write(world / "odd.csv", "Papier,Tag,close", *(f"{a},{b},{c}" for a, b, c in ROWS))
    write(
        world / "shock.toml",
        *("[scan]", 'columns = { ticker = "Papier", session = "Tag" }', "min-count = 2"),
        *('format = "json"', "top = 1"),
    )
    found = as_json(here("scan", "odd.csv"))
    assert (found["scan"]["min_count"], len(found["falls"])) == (2, 1)
    assert len(as_json(here("scan", "odd.csv", env={"SHOCK_TOP": "2"}))["falls"]) == 2
    assert len(as_json(here("scan", "odd.csv", "--top", "3"))["falls"]) == 3
    for columns in ('"ticker=Papier,session=Tag"', '["ticker=Papier", "session=Tag"]'):
        write(world / "shock.toml", "[scan]", f"columns = {columns}")
        assert here("scan", "odd.csv").returncode == 0
    write(world / "shock.toml", "[scan]", "colums = 1")
    check_error(
        here("scan", FILE), 1, "shock.toml:2: `colums` is not an option of shock scan", "columns?"
    )


# --- how it ends ---


def test_a_closed_pipe_ends_quietly(world: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m deepseek_shock scan {FILE} --format json | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=world,
        env=clean_environment(world),
        capture_output=True,
        timeout=TIMEOUT,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"{\n", b"")


# Stands in for a sort in C that hears no signal.
DEAF = """
import sys, threading
from deepseek_shock.scanning import making

def scan(request, listener):
    print("begun", flush=True)
    threading.Event().wait()

making.scan = scan
from deepseek_shock.cli import main
sys.argv[1:] = ["scan", "prices.parquet"]
main()
"""


def test_an_interrupt_ends_it_at_once(world: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEAF],
        cwd=world,
        env=clean_environment(world),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_progress_is_shown_on_a_terminal_and_cleared(world: Path) -> None:
    seen = on_terminal("scan", FILE, *FEW, folder=world)
    assert "M rows" in seen
    assert "error" not in seen


# --- wrong usage ---

SPARK = ("--engine", "spark")


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ((FILE, "--columns", "ticker"), ("'ticker' names no column of the data", "ticker=symbol")),
        ((FILE, "--columns", "close="), ("'close=' names no column of the data",)),
        ((FILE, "--columns", "tikcer=symbol"), ("'tikcer' is no column of ours", "ticker?")),
        ((FILE, "--columns", "x=y"), ("ours: ticker, session, close, split",)),
        ((FILE, "--columns", "close=a,close=b"), ("names close twice",)),
        ((FILE, "--columns", "close=a", "--columns", "close=b"), ("names close twice",)),
        ((FILE, "--columns", "close=a,split=a"), ("takes 'a' for both close and split",)),
        ((FILE, "--calendar", "XTSK"), ("no exchange has the code 'XTSK'", "XTKS")),
        ((FILE, "--calendar", "non"), ("no exchange has the code 'non'", "none?")),
        ((FILE, "--calendar", "Tokio"), ("no exchange has the code 'Tokio'", "XTKS?")),
        ((FILE, "--calendar", "42"), ("auto, none, or an exchange’s code",)),
        ((FILE, "--date", "27.1.2025"), ("'27.1.2025' is not a date",)),
        ((FILE, "--top", "0"), ("'--top'",)),
        ((FILE, "--min-count", "0"), ("'--min-count'",)),
        ((FILE, "--threads", "0"), ("'--threads'",)),
        ((FILE, "--memory", "much"), ("--memory 'much' is not a size", "500MB")),
        ((FILE, "--memory", "1MB"), ("--memory 1MB is too little", "64MB")),
        ((FILE, "--master", "local[2]"), ("--master needs --engine spark",)),
        ((FILE, *SPARK, "--threads", "2"), ("--threads is not for --engine spark",)),
        ((FILE, *SPARK, "--pack", "p"), ("--pack is not for --engine spark",)),
        (SPARK, ("the store is not for --engine spark", "shock store export")),
        (("s3a://b/prices/",), ("s3a://b/prices/ is an address", "--engine spark")),
        ((FILE, "--source", "store"), ("--source has no place beside a PATH",)),
        ((FILE, "--history", "h"), ("--history has no place beside a PATH",)),
        ((FILE, "--store", "s.db"), ("--store has no place beside a PATH",)),
        (("--history", "h", "--store", "s"), ("--history and --store exclude each other",)),
        (("--source", "store", "--history", "h"), ("--source store and --history exclude",)),
        (("--source", "history"), ("no packed history is configured", "--pack DIR")),
        (("--source", "yahoo"), ("'--source'",)),
        ((".", "--pack", "packed"), ("stand in one another",)),
        ((".", "--pack", "."), ("stand in one another",)),
        ((FILE, "--table", "falls"), ("--table is not for the format json", "--format csv")),
        ((FILE, "--template", "t", "--table", "falls"), ("--table is not for a --template",)),
        ((FILE, "--format", "html", "--table", "days"), ("--table is not for the format html",)),
        ((FILE, "--format", "csv", "--to", "a@example.org"), ("--to is not for the format csv",)),
        ((FILE, "--format", "parquet", "--profile", "note"), ("--profile is not for",)),
        ((FILE, "--format", "eml"), ("--to",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_does_not_go_together_is_wrong_usage(
    here: Shock, world: Path, options: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    check_error(here("scan", *options, "--output", "out.json"), 2, *parts)
    assert not (world / "out.json").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("report", "--date", "2025-01-27", "--format", "parquet"),
        ("report", "--date", "2025-01-27", "--output", "x.parquet"),
        ("compare", "deepseek", "2025-01-28", "--format", "parquet"),
        ("study", "events.csv", "--format", "parquet"),
    ],
)
def test_other_documents_are_not_written_as_parquet(here: Shock, command: tuple[str, ...]) -> None:
    check_error(here(*command), 2, f"shock {command[0]} writes no Parquet", "--format csv")
