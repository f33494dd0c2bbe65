"""`--contributions` end to end: a made-up index of five made-up shares, read from files."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.codec import decode, encode
from deepseek_shock.pipeline import Basis, Request, make, remake
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from tests.builders import LONG_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Shock

TABLE = """
index = "^FIVE"
exchange = "XTKS"
name = { en = "Example Five", ja = "見本5種平均" }
weighting = "price"
source = { en = "made-up figures", ja = "架空の数値" }
constituents = "five.csv"

[[divisors]]
from = 2025-01-20
until = 2025-01-31
divisor = 10
"""

ROWS = """ticker,factor,from,until,name_en,name_ja
1001.T,8,2025-01-20,,Alpha,アルファ
1002.T,1,2025-01-20,,Beta,ベータ
1003.T,2,2025-01-20,,Gamma,ガンマ
1004.T,1,2025-01-20,,Delta,デルタ
1005.T,1,2025-01-20,,Epsilon,イプシロン
"""

# (8 × 8000 + 20000 + 2 × 1000 + 500 + 3000) ÷ 10 = 8950, and so on: −320, −50, +4, 0 and +1.5.
PRICES = """ticker,date,close
1001.T,2025-01-24,8000
1001.T,2025-01-27,7600
1002.T,2025-01-24,20000
1002.T,2025-01-27,19500
1003.T,2025-01-24,1000
1003.T,2025-01-27,1020
1004.T,2025-01-24,500
1004.T,2025-01-27,500
1005.T,2025-01-24,3000
1005.T,2025-01-27,3015
^FIVE,2025-01-24,8950.00
^FIVE,2025-01-27,8585.50
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with prices, and a home whose configuration holds the index table."""
    indexes = tmp_path / "home" / ".config" / "shock" / "indexes"
    indexes.mkdir(parents=True)
    (indexes / "five.toml").write_text(TABLE, encoding="utf-8")
    (indexes / "five.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "prices.csv").write_text(PRICES, encoding="utf-8")
    return indexes


ASKED = ("report", "--tickers", "1002.T", "--source", "files", "--data", "prices.csv")
FIVE = (*ASKED, "--date", "2025-01-27", "--contributions", "^FIVE")


def table_of(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the first Markdown table under a heading."""
    lines = text.split(heading, 1)[1].split("\n")
    at = next(place for place, line in enumerate(lines) if line.startswith("| :"))
    rows: list[list[str]] = []
    for line in lines[at + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.usefixtures("desk")
def test_in_english(here: Shock) -> None:
    done = here(*FIVE, "--format", "markdown")
    assert (done.returncode, done.stderr) == (0, "")
    assert table_of(done.stdout, "## What moved the Example Five") == [
        ["Alpha (1001)", "−5.00%", "−320.00", "87.79%"],
        ["Beta (1002)", "−2.50%", "−50.00", "13.72%"],
        ["Gamma (1003)", "+2.00%", "+4.00", "−1.10%"],
        ["Epsilon (1005)", "+0.50%", "+1.50", "−0.41%"],
    ]
    for sentence in (
        "Example Five −364.50 (−4.07%); of 5 constituents 2 pulled it down and 2 pulled it up.",
        "Alpha alone took about 320 points off the Example Five, 87.79% of its change.",
        "Alpha (1001) took 320.00 points off the Example Five, then Beta 50.00.",
        "Gamma (1003) added 4.00 points to the Example Five, then Epsilon 1.50.",
        (
            "The 5 contributions add up to −364.50, the index’s change is −364.50: "
            "0.00 points apart, 0.00% of the change."
        ),
        "Divisor and factors: made-up figures.",
    ):
        assert sentence in done.stdout
    assert "--contributions '^FIVE'" in done.stdout


@pytest.mark.usefixtures("desk")
def test_in_japanese(here: Shock) -> None:
    done = here(*FIVE, "--format", "markdown", "--lang", "ja")
    assert (done.returncode, done.stderr) == (0, "")
    for sentence in (
        "## 見本5種平均への寄与度",
        "見本5種平均は前週末比364.50ポイント(4.07%)安。構成する5銘柄のうち、押し下げたのは2銘柄、",
        "アルファ(1001)1銘柄で見本5種平均を約320ポイント押し下げ、下げ幅の87.79%を占めた。",
        "押し下げ寄与度の首位はアルファ(1001)で320.00ポイント、以下、",
        "押し上げ寄与度の首位はガンマ(1003)で4.00ポイント、以下、イプシロン(1005)1.50ポイントと続いた。",
        "除数と株価換算係数の出所: 架空の数値。",
    ):
        assert sentence in done.stdout


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("shape", ["terminal", "html", "email", "eml"])
def test_in_every_format(here: Shock, shape: str) -> None:
    address = ("--to", "desk@example.org") if shape == "eml" else ()
    done = here(*FIVE, "--format", shape, *address)
    assert (done.returncode, done.stderr) == (0, "")
    assert "What moved the Example Five" in done.stdout
    assert "Epsilon" in done.stdout


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("profile", ["substack", "note", "ghost"])
def test_in_every_profile(here: Shock, profile: str) -> None:
    done = here(*FIVE, "--format", "markdown", "--profile", profile)
    assert (done.returncode, done.stderr) == (0, "")
    assert "87.79%" in done.stdout


@pytest.mark.usefixtures("desk")
def test_as_data(here: Shock) -> None:
    done = here(*FIVE, "--format", "json")
    assert not re.search(r"-0\.0\b(?!\d)", done.stdout)  # a share of nought has no sign
    (found,) = json.loads(done.stdout)["contributions"]
    parts = found.pop("parts")
    assert found == {
        "index": "^FIVE",
        "session": "2025-01-27",
        "previous_session": "2025-01-24",
        "weighting": "price",
        "is_estimate": False,
        "divisor": 10,
        "source": {"en": "made-up figures", "ja": "架空の数値"},
        "index_change": -364.5,
        "total": -364.5,
        "residual": 0.0,
        "residual_share": 0.0,
        "is_off": False,
        "constituents": 5,
        "with_figure": 5,
        "missing": [],
    }
    assert {part["ticker"]: part["points"] for part in parts} == {
        "1001.T": -320,
        "1002.T": -50,
        "1004.T": 0,
        "1005.T": 1.5,
        "1003.T": 4,
    }
    assert parts[0]["name"] == {"en": "Alpha", "ja": "アルファ"}
    assert (parts[0]["factor"], parts[0]["change"]) == (8, -400)


@pytest.mark.usefixtures("desk")
def test_nothing_else_in_the_report_is_moved(here: Shock) -> None:
    """Constituents that are not watched change neither rows nor breadth nor coverage."""
    plain, taken = (
        here(*asked, "--format", "json")
        for asked in ((*ASKED, "--date", "2025-01-27"), (*FIVE, "--strict"))
    )
    before, after = json.loads(plain.stdout), json.loads(taken.stdout)
    assert before.pop("contributions") == []
    assert len(after.pop("contributions")) == 1
    for data in (before, after):  # the same file, of which more was read; one more note
        del data["source"]
        data["notes"] = [note for note in data["notes"] if "index" not in note["en"]]
    assert before == after
    sheets = [here(*asked, "--format", "csv").stdout for asked in (FIVE, (*FIVE[:-2],))]
    assert sheets[0] == sheets[1]


@pytest.mark.usefixtures("desk")
def test_one_without_a_bar_is_counted_and_does_not_stop_the_report(
    here: Shock, tmp_path: Path
) -> None:
    (tmp_path / "prices.csv").write_text(
        "".join(f"{line}\n" for line in PRICES.splitlines() if "1003.T" not in line),
        encoding="utf-8",
    )
    done = here(*FIVE, "--strict")
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "Without a figure, and not counted, is one of 5 constituents: Gamma." in said
    assert "The difference is what the constituents without a figure" in said


# --- what is wrong with a table is an error ---


def refused(here: Shock, *args: str, env: Mapping[str, str] | None = None) -> tuple[str, str]:
    done = here(*args, env=env)
    assert (done.returncode, done.stdout) == (1, "")
    error, hint = done.stderr.splitlines()
    return error, hint


def test_no_divisor_for_the_date(here: Shock, desk: Path) -> None:
    error, hint = refused(here, *ASKED, "--date", "2025-02-03", "--contributions", "^FIVE")
    assert error == f"error: {desk}/five.toml: no divisor of ^FIVE holds on 2025-02-03"
    assert hint == (f"hint: add a [[divisors]] row that holds on 2025-02-03 to {desk}/five.toml")


def test_no_table_for_the_index(here: Shock, desk: Path) -> None:
    error, hint = refused(here, "report", "--date", "2025-01-27", "--contributions", "^N225")
    assert error == f"error: {desk}: no index table for ^N225"
    assert hint.startswith(f"hint: write {desk}/n225.toml")


def test_a_faulty_line(here: Shock, desk: Path) -> None:
    (desk / "five.csv").write_text(ROWS.replace("1003.T,2", "1003.T,0"), encoding="utf-8")
    error, _ = refused(here, *FIVE)
    assert error == f"error: {desk}/five.csv:4: `factor` must be a number above 0"


@pytest.mark.usefixtures("desk")
def test_an_empty_list_is_a_wrong_option(here: Shock) -> None:
    done = here(*ASKED, "--date", "2025-01-27", "--contributions", " , ")
    assert done.returncode == 2
    assert done.stderr.startswith("error: --contributions names no index\nhint: ")


# --- in shock.toml ---


def test_it_may_stand_in_shock_toml(here: Shock, tmp_path: Path, desk: Path) -> None:
    (tmp_path / "shock.toml").write_text('[report]\ncontributions = ["^FIVE"]\n', encoding="utf-8")
    done = here(*FIVE[:-2])
    assert (done.returncode, done.stderr) == (0, "")
    assert "What moved the Example Five" in done.stdout
    error, _ = refused(here, *ASKED, "--date", "2025-02-03")
    assert error == f"error: {desk}/five.toml: no divisor of ^FIVE holds on 2025-02-03"


def test_a_file_in_shock_toml_is_relative_to_it(here: Shock, tmp_path: Path, desk: Path) -> None:
    (tmp_path / "tables").mkdir()
    for file in list(desk.iterdir()):
        file.rename(tmp_path / "tables" / file.name)
    config = desk.parent / "shock.toml"
    config.write_text('[report]\ncontributions = "../../../tables/five.toml"\n', encoding="utf-8")
    done = here(*FIVE[:-2], env={"PWD": "/"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "What moved the Example Five" in done.stdout


# --- made again from what was kept ---


def made(folder: Path, desk: Path, contributions: str, tickers: tuple[str, ...]) -> Basis:
    (folder / "more.csv").write_text(
        PRICES + "NVDA,2025-01-24,142.62\nNVDA,2025-01-27,118.42\n", encoding="utf-8"
    )
    request = Request(
        LONG_AFTER, date(2025, 1, 27), tickers=tickers, contributions=(contributions,)
    )
    registry = Registry(sample_directory(), desk.parent)
    one = make(request, registry, Files(folder / "more.csv", ""))
    kept = decode(Basis, json.loads(json.dumps(encode(Basis, one.basis))))
    assert kept == one.basis
    assert remake(kept) == one.report
    return kept


def test_the_report_is_made_again_without_a_source(tmp_path: Path, desk: Path) -> None:
    basis = made(tmp_path, desk, "^FIVE", ("1002.T",))
    # Of a constituent alone no more is kept than its move is made of.
    held = basis.held.bars["1001.T"]
    assert [str(bar.session) for bar in getattr(held, "bars", ())] == ["2025-01-24", "2025-01-27"]


def test_an_index_of_an_exchange_that_is_not_watched(tmp_path: Path, desk: Path) -> None:
    basis = made(tmp_path, desk, str(desk / "five.toml"), ("NVDA",))
    (found,) = remake(basis).findings.contributions
    assert found.total == Decimal("-364.5")
    assert list(basis.inquiry.asked) == ["XNYS"]
