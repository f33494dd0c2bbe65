"""`shock study` as a process: published figures, formats, what is refused, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.conftest import fork_shock, run_shock
from tests.fakes.proxy import serve
from tests.fakes.yahoo import Yahoo, charts

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.conftest import Shock

SP500 = Path(__file__).parents[2].parent / "shared" / "data" / "eventstudy_sp500"
# EventStudy.jl's test data: what its documentation prints for group G2, checked against Stata.
AAR = (
    *(-0.0007243, -0.000981, -0.0013198, 0.0095689, -0.0052336, -0.0099132),
    *(0.0688317, -0.0026087, 0.0167726, -0.0088213, 0.0203204),
)
CAAR = {(0, 1): 0.0589185, (-5, 5): 0.0858916}
PRINTED = 5e-8  # half of the last digit

DAYS = [day for n in range(150) if (day := date(2024, 1, 1) + timedelta(n)).weekday() < 5]
EARLY = {"SOURCE_DATE_EPOCH": "1767225600"}


@pytest.fixture(autouse=True)
def world(tmp_path: Path) -> Path:
    """Lay files of made-up returns: three firms, a market, five events in two groups."""
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, len(DAYS))
    rows = ["firm,date,ret"]
    for firm in "ABC":
        returns = market + rng.normal(0, 0.01, len(DAYS))
        rows += [f"{firm},{day},{value:.6f}" for day, value in zip(DAYS, returns, strict=True)]
    write(tmp_path, "returns.csv", *rows)
    series = (f"{day},{value:.6f}" for day, value in zip(DAYS, market, strict=True))
    write(tmp_path, "market.csv", "date,ret", *series)
    events = [f"{firm},{DAYS[at]},{name}" for firm, at, name in EVENTS]
    write(tmp_path, "events.csv", "firm,date,group", *events)
    return tmp_path


EVENTS = (("A", 90, "x"), ("B", 92, "x"), ("C", 94, "y"), ("A", 96, "y"), ("Z", 96, "y"))
FILES = ("events.csv", "--returns", "returns.csv", "--benchmark-returns", "market.csv")
LONGER = ("--min-sessions", "100")  # than there are
SHORT = ("--estimation", "-80:-11", "--window", "-1:1")


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


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


@pytest.mark.skipif(not SP500.is_dir(), reason="the test data are not at hand")
def test_the_published_figures_of_another_engine(here: Shock) -> None:
    options = ("--calendar", "none", "--estimation", "-120:-6", "--window", "-5:5")
    files = {name: str(SP500 / f"{name}.csv") for name in ("events", "firms", "markets")}
    found = as_json(
        here(
            *("study", files["events"], "--returns", files["firms"]),
            *("--benchmark-returns", files["markets"], *options, "--car", "0:1,-5:5"),
            *("--format", "json"),
        )
    )
    assert len(found["events"]) == 26
    assert {one["outcome"] for one in found["events"]} == {"success"}
    group = next(one for one in found["groups"] if one["name"] == "G2")
    assert (group["asked"], group["used"]) == (10, 10)
    assert [day["aar"] for day in group["days"]] == pytest.approx(AAR, abs=PRINTED)
    assert [day["offset"] for day in group["days"]] == list(range(-5, 6))
    spans = {tuple(one["span"]): one["caar"] for one in group["spans"]}
    assert spans == pytest.approx(CAAR, abs=PRINTED)


def test_the_page_names_groups_outcomes_and_how_to_make_it_again(here: Shock) -> None:
    done = here("study", *FILES, *SHORT)
    assert done.returncode == 0
    assert done.stderr == ""
    for part in ("five events", "x", "y", "unitmissing", "market"):
        assert part in done.stdout


@pytest.mark.parametrize(
    ("form", "lang"),
    [
        *(("terminal", "ja"), ("markdown", "en"), ("html", "ja"), ("email", "en")),
        *(("json", "ja"), ("csv", "en")),
    ],
)
def test_every_format_is_written(here: Shock, form: str, lang: str) -> None:
    done = here("study", *FILES, *SHORT, "--format", form, "--lang", lang)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout


@pytest.mark.parametrize(
    ("table", "column"), [("tests", "test"), ("days", "group"), ("events", "outcome")]
)
def test_csv_has_a_table_of_each_kind(here: Shock, table: str, column: str) -> None:
    done = here("study", *FILES, *SHORT, "--format", "csv", "--table", table)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert column in rows[0]
    if table == "events":
        assert {row["id"] for row in rows} == {"2", "3", "4", "5", "6"}


def test_the_command_that_is_printed_makes_the_same_document(shock: Shock, here: Shock) -> None:
    options = ("--car", "0:1", "--log", "--min-sessions", "50", "--model", "market-adjusted")
    done = here("study", *FILES, *SHORT, *options, "--format", "markdown")
    assert done.returncode == 0, done.stderr
    printed = next(line for line in done.stdout.splitlines() if "shock study" in line)
    command = shlex.split(printed[printed.index("shock study") :].strip("`"))
    assert shock(*command[1:]).stdout == done.stdout


def test_options_may_stand_in_a_file(world: Path) -> None:
    inner = world / "work"
    inner.mkdir()
    lines = (
        *("[study]", 'returns = "../returns.csv"', 'benchmark-returns = "../market.csv"'),
        *('estimation = "-80:-11"', 'window = "-1:1"', 'format = "json"'),
    )
    write(inner, "shock.toml", *lines)
    found = as_json(run_shock("study", "../events.csv", folder=inner))
    assert found["study"]["estimation"] == [-80, -11]
    write(inner, "shock.toml", "[study]", "retruns = 1")
    done = run_shock("study", "../events.csv", folder=inner)
    check_error(done, 1, "`retruns` is not an option of shock study", "did you mean returns?")


@pytest.mark.parametrize(
    ("options", "code", "parts"),
    [
        (("none.csv",), 1, ("none.csv: does not exist",)),
        ((*FILES, "--prices", "p.csv"), 2, ("--returns and --prices exclude each other",)),
        ((*FILES, "--table", "days"), 2, ("--table is not for the format json",)),
        (("events.csv", "--percent"), 2, ("--percent needs --returns or --prices",)),
        (("events.csv", "--calendar", "none"), 2, ("--calendar needs --returns",)),
        ((*FILES, "--calendar", "XNYX"), 2, ("no exchange has the code 'XNYX'", "XNYS?")),
        ((*FILES, "--source", "yahoo"), 2, ("--source and --data have no place",)),
        ((*FILES, "--estimation", "-20:0"), 2, ("reaches into the sessions that are judged",)),
        ((*FILES, "--estimation", "-20:-11"), 2, ("has 10 sessions, fewer than",)),
        ((*FILES, "--estimation", "soon"), 2, ("--estimation 'soon' is not a span",)),
        ((*FILES, "--window", "5:-5"), 2, ("--window '5:-5' is not a span",)),
        ((*FILES, "--car", "0;1"), 2, ("--car '0;1' is not a span",)),
        ((*FILES, "--min-sessions", "4"), 2, ("--min-sessions 4 is too few",)),
        ((*FILES, "--model", "three-factors"), 2, ("--factors FILE go together",)),
        ((*FILES, "--factors", "f.csv"), 2, ("--factors FILE go together",)),
        ((*FILES, "--benchmark", "ex-self"), 2, ("--benchmark ex-self is of shock report",)),
        ((*FILES, "--benchmark", "M", "--model", "mean-adjusted"), 2, ("has no benchmark",)),
        (("events.csv", "--returns", "returns.csv"), 2, ("needs a benchmark",)),
        ((*FILES, *SHORT, "--percent"), 1, ("market.csv: half of its returns", "leave --percent")),
        ((*FILES, *SHORT, "--strict"), 4, ("4 of 5 events can be used", "(unitmissing)")),
        ((*FILES, *SHORT, "--min-coverage", "81"), 4, ("4 of 5 events can be used",)),
        ((*FILES, *LONGER), 4, ("no event can be used: 4", "(toofew)", "(unitmissing)")),
        (("events.csv", "--source", "sample"), 4, ("no event can be used",)),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else str(value),
)
def test_what_cannot_be_studied_ends_in_two_lines(
    here: Shock, options: tuple[str, ...], code: int, parts: tuple[str, ...]
) -> None:
    check_error(here("study", *options, "--output", "out.json"), code, *parts)


def test_nothing_is_written_where_the_study_fails(world: Path, here: Shock) -> None:
    here("study", *FILES, *LONGER, "--output", "out.json")
    assert not (world / "out.json").exists()
    assert here("study", *FILES, *SHORT, "--output", "out.json").returncode == 0
    assert json.loads((world / "out.json").read_text(encoding="utf-8"))["study"]["used"] == 4


def test_three_factors_come_from_a_file(world: Path, here: Shock) -> None:
    rng = np.random.default_rng(4)
    figures = rng.normal(0, 1, (len(DAYS), 3))
    rows = [
        f"{day:%Y%m%d},{one:8.2f},{two:8.2f},{three:8.2f},   0.010"
        for day, (one, two, three) in zip(DAYS, figures, strict=True)
    ]
    header = ("Made up in the layout of a library", "", ",Mkt-RF,SMB,HML,RF")
    write(world, "factors.csv", *header, *rows, "", "Copyright nobody")
    options = ("--model", "three-factors", "--factors", "factors.csv", "--format", "json")
    found = as_json(here("study", *FILES[:3], *SHORT, *options))
    assert len(found["events"][0]["coefficients"]) == 4
    assert found["study"]["model"] == "three-factors"


@pytest.mark.vendor
def test_bars_of_all_events_are_fetched_once_and_kept(world: Path) -> None:
    """Closes of 24 and 27 January 2025 as published (Nasdaq, Nikkei); those before are made up."""
    write(world, "us.csv", "ticker,date", "NVDA,2025-01-27", "6857.T,2025-01-27")
    options = ("--source", "yahoo", "--model", "mean-adjusted", "--window", "0:0")
    command = ("study", "us.csv", *options, "--format", "json")
    yahoo = Yahoo(first=date(2023, 12, 1))
    with serve({"*.yahoo.com": yahoo}, folder=world) as proxy:
        env = {**proxy.env, **EARLY}
        first = as_json(fork_shock(*command, folder=world, env=env))
        asked = charts(proxy.log)
        assert as_json(fork_shock(*command, folder=world, env=env))["events"] == first["events"]
        assert charts(proxy.log) == asked
    assert sorted(set(asked)) == ["6857.T", "NVDA"]
    for event, (before, close) in zip(
        first["events"], ((142.62, 118.42), (10050, 9185)), strict=True
    ):
        mean = event["coefficients"][0]
        assert event["sessions"] == 250
        assert event["abnormal"][0] == pytest.approx(close / before - 1 - mean, abs=1e-9)
    assert first["study"]["calendars"] == ["XNYS", "XTKS"]
