"""A short form of `benchmarks/endurance`: runs as of cron, with faults, kills and wrong clocks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.kill, pytest.mark.vendor]

RUNS = 9  # and those that settle what these have left
TIMEOUT = 600  # seconds, on a machine that does much else
# Those that cost a run no time; a restated split and a running session come with the market itself.
FAULTS = "rate-limit,truncated,wrong-symbol,no-session,many-missing,frozen,twice,split-not-applied"


def endure(checkout: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "benchmarks" / "endurance" / "endure.py"
    result = str(folder / "result.json")
    return subprocess.run(
        [sys.executable, str(script), "--inside", "0", "--json", result, *options],
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


def test_unattended_runs_lose_nothing_and_print_nothing_wrong(
    tmp_path: Path, checkout: Path
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(
        "def lose_all(chart, day):\n    chart.rows = chart.rows[:1]\n"
        "FAULTS = {'lose-all': lose_all}\n",
        encoding="utf-8",
    )
    # A seed with four kills, a wrong clock, two pairs at once and faults in three steps.
    plan = ("--runs", str(RUNS), "--seed", "14", "--full", "0", "--overlap", "0.2")
    odds = ("--fault-rate", "0.5", "--kill", "0.25", "--jump", "0.15")
    faults = ("--faults", FAULTS, "--fault-file", str(mine))
    done = endure(checkout, tmp_path, *plan, *odds, *faults)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert told["wrong"] == []
    assert told["runs"] > RUNS
    assert told["jumps"] > 0
    assert told["struck"] > 0
    assert set(told["faults"]) <= {*FAULTS.split(","), "lose-all"}
    assert told["figures checked"] > 1000
    assert "| properties broken | 0 |" in done.stdout


def test_a_fault_that_is_none_is_refused(tmp_path: Path, checkout: Path) -> None:
    done = endure(checkout, tmp_path, "--faults", "rate-limit,meteor")
    assert done.returncode == 1
    assert "no fault is called meteor" in done.stderr
