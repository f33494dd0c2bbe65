"""`--history DIR`: a report's day among all sessions of a packed history."""

from __future__ import annotations

import json
from email import message_from_string
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from tests.scan.packs import lay_pack, winter
from tests.test_start_up import HEAVY, among, modules_after

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

DATE = ("report", "--date", "2025-01-27")
# by hand from `winter`: New York has 41 sessions, Tokyo 40
NEW_YORK = "27 January 2025 in New York had the 2nd highest shock score of 41 sessions"
TOKYO = "27 January 2025 in Tokyo had the 2nd highest shock score of 40 sessions"
NEW_YORK_JA = "2025年1月27日のニューヨークは、ショックスコアが41営業日中2番目の高さ"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return lay_pack(tmp_path / "pack", [*winter("XNYS"), *winter("XTKS")])


def joined(text: str) -> str:
    return " ".join(text.split())


def check(said: str) -> None:
    assert "Like this day" in said
    assert NEW_YORK in said
    assert TOKYO in said
    assert "of the tickers in the history, not of those watched here" in said


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "email"])
def test_every_format_says_it(here: Shock, pack: Path, form: str) -> None:
    run = here(*DATE, "--history", str(pack), "--format", form)
    assert run.returncode == 0, run.stderr
    check(joined(run.stdout))


def test_a_message_says_it_twice(here: Shock, pack: Path) -> None:
    run = here(*DATE, "--history", str(pack), "--format", "eml", "--to", "a@example.org")
    message = message_from_string(run.stdout, policy=default)
    for part in ("plain", "html"):
        body = message.get_body((part,))
        assert body is not None
        check(joined(body.get_content()))


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "email"])
def test_every_format_says_it_in_japanese(here: Shock, pack: Path, form: str) -> None:
    run = here(*DATE, "--history", str(pack), "--format", form, "--lang", "ja")
    assert "過去の似た日" in run.stdout
    assert NEW_YORK_JA in "".join(run.stdout.split())


def test_the_foot_says_what_score_and_likeness_are(here: Shock, pack: Path) -> None:
    said = joined(here(*DATE, "--history", str(pack), "--format", "markdown").stdout)
    assert "over its sessions in which at least 20 tickers have a move" in said
    assert "the ticker’s 250 before it" in said
    without = here(*DATE, "--format", "markdown").stdout
    assert "shock score" not in without
    assert "Like this day" not in without


def test_it_is_data(here: Shock, pack: Path) -> None:
    told = json.loads(here(*DATE, "--history", str(pack), "--format", "json").stdout)
    new_york, tokyo = told["history"]
    alike = new_york.pop("alike")
    assert new_york == {
        "calendar": "XNYS",
        "session": "2025-01-27",
        "count": 100,
        "mean": -0.015,
        "median": None,
        "risers": 30,
        "fallers": 69,
        "unchanged": 1,
        "breadth": 0.69,
        "judged": 80,
        "low": 8,
        "score": 0.1,
        "unranked": 0,
        "rank_by_score": 2,
        "scored_sessions": 41,
        "rank_by_mean": 3,
        "ranked_sessions": 41,
        "history_from": "2024-12-02",
        "history_to": "2025-01-31",
        "min_count": 20,
    }
    assert alike[0]["session"] == "2024-12-18"
    assert tokyo["calendar"] == "XTKS"
    assert json.loads(here(*DATE, "--format", "json").stdout)["history"] is None


def test_a_day_that_is_not_held_is_passed_over_in_silence(here: Shock, tmp_path: Path) -> None:
    days = [one for one in winter() if one.session.month == 12]
    run = here(*DATE, "--history", str(lay_pack(tmp_path / "old", days)))
    assert run.returncode == 0
    assert run.stderr == ""
    assert "Like this day" not in run.stdout
    assert run.stdout == here(*DATE).stdout


def test_a_folder_that_is_no_pack_is_an_error(here: Shock, tmp_path: Path) -> None:
    run = here(*DATE, "--history", str(tmp_path / "none"))
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == (
        f"error: {tmp_path}/none: is not there\n"
        "hint: name a folder that `shock scan --pack` has made\n"
    )


def test_it_may_be_configured(here: Shock, pack: Path, tmp_path: Path) -> None:
    assert NEW_YORK in joined(here(*DATE, env={"SHOCK_HISTORY": str(pack)}).stdout)
    (tmp_path / "shock.toml").write_text('[report]\nhistory = "pack"\n', encoding="utf-8")
    run = here(*DATE, "--format", "markdown")
    assert NEW_YORK in joined(run.stdout)
    assert "--history pack" in run.stdout  # what makes the report again


def test_the_doctor_tells_what_is_configured(here: Shock, pack: Path, tmp_path: Path) -> None:
    assert "`shock scan --pack DIR` makes one" in here("doctor").stdout
    (tmp_path / "shock.toml").write_text('[report]\nhistory = "pack"\n', encoding="utf-8")
    assert "81 sessions held, the last 2025-01-31, in pack" in here("doctor").stdout
    (pack / "manifest.json").unlink()
    run = here("doctor")
    assert run.returncode == 1
    assert "BAD  history               pack: holds no packed history" in run.stdout


def test_a_site_is_built_again_without_the_history(here: Shock, pack: Path, tmp_path: Path) -> None:
    run = here("publish", "site", *DATE[1:], "--history", str(pack))
    assert run.returncode == 0, run.stderr
    (page,) = (tmp_path / "site").rglob("2025-01-27.html")
    before = page.read_text(encoding="utf-8")
    assert NEW_YORK in joined(before)
    for file in pack.iterdir():
        file.unlink()
    page.unlink()
    assert here("publish", "site", "--rebuild").returncode == 0
    assert page.read_text(encoding="utf-8") == before


def test_a_report_with_a_history_loads_nothing_heavy(tmp_path: Path, pack: Path) -> None:
    modules = modules_after(tmp_path, *DATE, "--history", str(pack))
    assert among(modules, (*HEAVY, "rich", "jinja2")) == []
    assert "deepseek_shock.scan.packs.packed" in modules
