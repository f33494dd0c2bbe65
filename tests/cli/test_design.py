"""The options of the event study on a report: said, repeated, from a variable, a file, refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.builders import MONDAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Shock

REPORT = ("report", "--date", "2025-01-27", "--tickers", "NVDA,AVGO,^GSPC,^SOX")


def told(run: Shock, *options: str, env: Mapping[str, str] | None = None) -> str:
    """Make a report in Markdown, which ends with the command that makes it again."""
    done = run(*REPORT, "--format", "markdown", *options, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(report: str) -> str:
    return report.splitlines()[-1]


def test_what_is_asked_stands_in_the_command_that_makes_the_report_again(here: Shock) -> None:
    made = told(
        here,
        *("--benchmark", "^SOX", "--car", "0:1,-1:1"),
        *("--estimation", "-200:-20", "--min-sessions", "90"),
    )
    for said in (
        "--benchmark '^SOX'",
        "--car 0:1,-1:1",
        "--estimation -200:-20",
        "--min-sessions 90",
    ):
        assert said in command(made)


def test_what_is_not_asked_does_not(here: Shock) -> None:
    made = command(told(here))
    assert not [name for name in ("benchmark", "model", "estimation", "car ") if name in made]


def test_a_variable_and_a_file_say_the_same(here: Shock, tmp_path: Path) -> None:
    by_variable = told(here, env={"SHOCK_MODEL": "mean-adjusted"})
    (tmp_path / "shock.toml").write_text('[report]\nmodel = "mean-adjusted"\n', encoding="utf-8")
    by_file = told(here)
    assert "--model mean-adjusted" in command(by_variable)
    assert by_file == by_variable


def test_an_empty_option_overrides_a_file(here: Shock, tmp_path: Path) -> None:
    plain = told(here)
    said = '[report]\nbenchmark = "^SOX"\ncar = ["0:1", "-1:1"]\n'
    (tmp_path / "shock.toml").write_text(said, encoding="utf-8")
    assert "--car 0:1,-1:1" in command(told(here))
    made = told(here, "--benchmark", "", "--car", "")
    assert made.splitlines()[:-1] == plain.splitlines()[:-1]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--estimation", "-59:0"), "end it earlier: --estimation -70:-11"),
        (("--car", "-11:0"), "end it earlier: --estimation -261:-12"),
        (("--car", "-20:0", "--estimation", "-100:-12"), "end it earlier: --estimation -109:-21"),
    ],
)
def test_a_window_that_will_do_is_named(here: Shock, options: tuple[str, ...], hint: str) -> None:
    done = here(*REPORT, *options)
    assert done.returncode == 2
    assert done.stderr.splitlines()[1] == f"hint: {hint}"
    last = hint.rpartition(" ")[2]
    assert here(*REPORT, *options, "--estimation", last).returncode == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--model", "capm"), "'capm' is not one of"),
        (("--estimation", "yesterday"), "is not a span of sessions"),
        (("--estimation", "-100:0"), "reaches into the sessions that are judged"),
        (("--car", "2:1"), "is not a span of sessions"),
        (("--min-sessions", "400"), "fewer than --min-sessions 400"),
        (("--model", "three-factors"), "--factors FILE go together"),
        (("--benchmark", "^TOPX"), "no share in Tokyo is reported on"),
        (("--benchmark", "ex-self"), "of no index is known what it is made of"),
    ],
)
@pytest.mark.parametrize("name", ["report", "publish"])
def test_bad_values_end_in_two_lines(
    here: Shock, name: str, options: tuple[str, ...], words: str
) -> None:
    site = ("site",) if name == "publish" else ()
    done = here(name, *site, *REPORT[1:], *options)
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert words in first
    assert second.startswith("hint: ")
    assert done.stdout == ""


def test_a_benchmark_that_is_not_held_ends_the_command(here: Shock) -> None:
    done = here(*REPORT, "--source", "sample", "--benchmark", "^GSPX")
    assert done.returncode == 4
    assert done.stderr.splitlines()[0] == "error: --benchmark ^GSPX: no bars (not_found)"
    assert "^GSPC" in done.stderr.splitlines()[1]


def test_factors_are_read_and_repeated(here: Shock, tmp_path: Path) -> None:
    days = sessions_between(XNYS, MONDAY - timedelta(days=420), MONDAY)
    prices, factors = ["ticker,date,close"], ["date,MKT-RF,SMB,HML,RF"]
    for at, one in enumerate(days):
        prices += (
            f"{ticker},{one},{100 + at * 37 % (11 + more)}" for more, ticker in enumerate("AB")
        )
        factors.append(f"{one},{at * 7 % 5 / 500},{at * 5 % 7 / 900},{at * 3 % 11 / 800},0.0001")
    (tmp_path / "prices.csv").write_text("\n".join(prices), encoding="utf-8")
    (tmp_path / "factors.csv").write_text("\n".join(factors), encoding="utf-8")
    asked = (
        *("report", "--date", "2025-01-27", "--tickers", "A,B", "--format", "markdown"),
        *("--source", "files", "--data", "prices.csv", "--model", "three-factors"),
    )
    done = here(*asked, "--factors", "factors.csv")
    assert done.returncode == 0, done.stderr
    assert "--factors factors.csv" in command(done.stdout)
    # In a file a calendar is told from a name that holds the same sign.
    for text in ("XNYS=factors.csv", "a=b.csv"):
        (tmp_path / text.removeprefix("XNYS=")).write_text("\n".join(factors), encoding="utf-8")
        (tmp_path / "shock.toml").write_text(f'[report]\nfactors = "{text}"\n', encoding="utf-8")
        done = here(*asked)
        assert done.returncode == 0, done.stderr
