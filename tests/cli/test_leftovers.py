"""What killed runs have left beside an output is gone after the next good run; nothing else is."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

OLD = 3600.0  # seconds
DAY = ("report", "--date", "2025-01-27", "--tickers", "NVDA")
LAST = ("report", "--date", "last", "--tickers", "NVDA", "-o", "{date}.json")
EVENING = {"SOURCE_DATE_EPOCH": "1738015200"}  # 2025-01-27 22:00 in UTC: New York has closed


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leave(file: Path, age: float = OLD) -> Path:
    file.write_text("half of", encoding="utf-8")
    then = time.time() - age
    os.utime(file, (then, then))
    return file


@pytest.mark.parametrize("output", ["2025-01-27.json", "{date}.json"])
def test_a_killed_runs_draft_goes(here: Shock, tmp_path: Path, dead: int, output: str) -> None:
    draft = leave(tmp_path / f".2025-01-27.json.{dead}.tmp")
    assert here(*DAY, "-o", output).returncode == 0
    assert not draft.exists()


def test_one_of_another_day_goes_where_the_name_has_the_date(
    here: Shock, tmp_path: Path, dead: int
) -> None:
    draft = leave(tmp_path / f".2025-01-24.json.{dead}.tmp")
    assert here(*DAY, "-o", "2025-01-27.json").returncode == 0
    assert draft.exists()
    assert here(*LAST, env=EVENING).returncode == 0
    assert not draft.exists()


@pytest.mark.parametrize(
    "name", [".2025-01-27.json.{alive}.tmp", ".2025-01-27.json.tmp", ".letter.json.{dead}.tmp"]
)
def test_what_may_be_somebodys_stays(here: Shock, tmp_path: Path, dead: int, name: str) -> None:
    file = leave(tmp_path / name.format(alive=os.getppid(), dead=dead))
    assert here(*LAST, env=EVENING).returncode == 0
    assert file.exists()


def test_a_young_draft_stays(here: Shock, tmp_path: Path, dead: int) -> None:
    """On a disk that two machines share its process may be at work on the other one."""
    draft = leave(tmp_path / f".2025-01-27.json.{dead}.tmp", age=0)
    assert here(*DAY, "-o", "{date}.json").returncode == 0
    assert draft.exists()


def test_a_lock_that_nobody_holds_goes_and_a_held_one_stays(here: Shock, tmp_path: Path) -> None:
    left, held = (leave(tmp_path / f".2025-01-{day}.json.lock") for day in (23, 24))
    holder = os.open(held, os.O_RDWR)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert here(*LAST, env=EVENING).returncode == 0
    finally:
        os.close(holder)
    assert not left.exists()
    assert held.exists()
    assert not (tmp_path / ".{date}.json.lock").exists()
