"""The example of docs/contribution.md, taken from the page as it stands: it runs, and adds up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

# The index by hand: (8 × 8010 + 19990 + 2 × 1000) ÷ 9.87654321 = 8714.59 on the 23rd, and with
# 8000 and 20000 it is 8707.50 on the 24th; (8 × 8000 + 0.9 × 20000 + 2 × 1000) ÷ 10 = 8400 is its
# base for the 27th, when it stands at (60800 + 17550 + 2040) ÷ 10 = 8039.
PRICES = """ticker,date,close
1001.T,2025-01-23,8010
1001.T,2025-01-24,8000
1001.T,2025-01-27,7600
1002.T,2025-01-23,19990
1002.T,2025-01-24,20000
1002.T,2025-01-27,19500
1003.T,2025-01-23,1000
1003.T,2025-01-24,1000
1003.T,2025-01-27,1020
"""
INDEX = {
    "2025-01-24": "^FIVE,2025-01-23,8714.59\n^FIVE,2025-01-24,8707.50\n",
    "2025-01-27": "^FIVE,2025-01-24,8400.00\n^FIVE,2025-01-27,8039.00\n",
}


@pytest.mark.parametrize(
    ("day", "points", "divisor"),
    [
        ("2025-01-27", {"1001.T": -320, "1002.T": -45, "1003.T": 4}, 10),
        ("2025-01-24", {"1001.T": -8.1, "1002.T": 1.0125, "1003.T": 0}, 9.87654321),
    ],
)
def test_the_example_runs_as_it_stands(  # noqa: PLR0913, PLR0917 -- two fixtures of the house's
    here: Shock,
    checkout: Path,
    tmp_path: Path,
    day: str,
    points: dict[str, float],
    divisor: float,
) -> None:
    page = (checkout / "docs" / "contribution.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (rows,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    named = re.match(r"# ~/(\S+)\n", table)
    assert named
    path = tmp_path / "home" / named[1]
    path.parent.mkdir(parents=True)
    path.write_text(table, encoding="utf-8")
    (path.parent / "five.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "prices.csv").write_text(PRICES + INDEX[day], encoding="utf-8")
    asked = ("--tickers", "1002.T", "--source", "files", "--data", "prices.csv", "--date", day)
    done = here("report", *asked, "--contributions", "^FIVE", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = json.loads(done.stdout)["contributions"]
    assert {part["ticker"]: part["points"] for part in found["parts"]} == pytest.approx(
        points, abs=1e-6
    )
    assert (found["divisor"], found["is_off"]) == (divisor, False)
    assert abs(found["residual"]) < 0.01  # the index is printed to two places
    assert found["source"]["ja"] == "見本社の日次資料"
