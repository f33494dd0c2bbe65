"""docs/study.md: its library example as it stands, and the figures of its table of conventions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import statsmodels.api as sm

from deepseek_shock.analysis.design import Outcome, StatisticName
from tests.conventions.sp500 import needs_sample
from tests.conventions.test_eventstudy_jl import convention_p
from tests.conventions.test_textbook import PAIR, WHOLE, studied
from tests.docs.recipes import run_script, section

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

TIMEOUT = 60


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "study.md").read_text(encoding="utf-8")


def test_the_library_example_runs_and_is_right(page: str, tmp_path: Path) -> None:
    """Its two printed lines, from regressions of statsmodels on the same numbers."""
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    command = [sys.executable, "-W", "error", "-c", example]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    rng = np.random.default_rng(1)
    market = rng.normal(0.0005, 0.01, 300)
    panel = 1.2 * market + rng.normal(0, 0.02, (8, 300))
    panel[:, 290] -= 0.04
    panel[3, 200] = np.nan
    window = np.arange(30, 280)
    residuals, abnormal, factors = [], [], []
    for row in panel:
        known = window[np.isfinite(row[window])]
        model = sm.OLS(row[known], sm.add_constant(market[known])).fit()
        forecast = model.get_prediction([[1, market[290]]])
        residuals.append(row[window] - model.predict(sm.add_constant(market[window])))
        abnormal.append(row[290] - forecast.predicted_mean[0])
        factors.append(forecast.se_obs[0] ** 2 / model.mse_resid)
    shared = np.array(residuals)[:, window != 200]
    correlations = np.corrcoef(shared)[np.tril_indices(8, -1)]
    t = np.mean(abnormal) / (shared.mean(axis=0).std(ddof=1) * np.sqrt(np.mean(factors)))
    first, second = done.stdout.splitlines()
    assert first == f"AAR {np.mean(abnormal):.4f}, r̄ {correlations.mean():.3f}"
    assert second.startswith(f"portfolio t {t:.2f} (248 degrees of freedom), p ")


def test_what_is_quoted_of_the_sample_stands_in_its_report(page: str, here: Shock) -> None:
    done = here("report", "--date", "2025-01-27", "--format", "markdown")
    assert (done.returncode, done.stderr) == (0, "")
    quoted = " ".join(re.findall(r"^> (.*)$", page, re.MULTILINE))
    assert quoted.replace("<", "&lt;") in done.stdout
    for group, figures in (
        ("US data-centre", ("−20.36%", "−17.15%")),
        ("US chips", ("−7.44%", "−4.58", "−1.55", "0.161")),
        ("Tokyo power", ("0.030", "0.305")),
    ):
        (row,) = re.findall(rf"^\| {group} (\| \d+ \|.*)$", done.stdout, re.MULTILINE)
        assert [f" {figure} |" in row for figure in figures] == [True] * len(figures)
        assert [one.removeprefix("−") in page for one in figures] == [True] * len(figures)


def test_the_recipe_runs(checkout: Path, tmp_path: Path) -> None:
    (script,) = section(checkout / "docs" / "study.md", "Your own events").scripts
    rng = np.random.default_rng(2)
    days = [str(day) for day in np.arange("2024-01-01", "2024-07-01", dtype="datetime64[D]")]
    market = rng.normal(0, 0.01, len(days))
    lines = [
        f"{name},{day},{value}"
        for name in ("A", "B", "C")
        for day, value in zip(days, market + rng.normal(0, 0.02, len(days)), strict=True)
    ]
    write(tmp_path / "returns.csv", "instrument,date,return", lines)
    pairs = zip(days, market, strict=True)
    write(tmp_path / "market.csv", "date,return", [f"{day},{value}" for day, value in pairs])
    events = [f"{name},{day},all" for name in ("A", "B", "C") for day in days[140:160:10]]
    write(tmp_path / "events.csv", "instrument,date,group", events)
    done = run_script(script, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 events" in done.stdout or "six events" in done.stdout


def write(path: Path, header: str, lines: list[str]) -> None:
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")


def test_every_key_of_the_reports_figures_is_explained(page: str, here: Shock) -> None:
    """Each row of the table under `significance` names the keys that a row of the JSON has."""
    done = here("report", "--date", "2025-01-27", "--format", "json")
    written = json.loads(done.stdout)["significance"]
    table = page.split("In JSON all of this stands under `significance`:")[1]
    rows = {one: set(written[one][0]) for one in ("groups", "instruments", "overlaps")}
    rows["design"] = set(written["design"])
    for key, keys in rows.items():
        told = re.findall(rf"^\| `{key}` \| (.*) \|$", table, re.MULTILINE)[0]
        assert keys - set(re.findall(r"`(\w+)`", told)) == set(), key


def test_every_outcome_is_explained(page: str) -> None:
    table = page.split("### What became of each event")[1]
    codes = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert codes[: len(Outcome)] == list(Outcome)


@needs_sample
def test_verdicts_of_the_table(page: str) -> None:
    """p here and there, as the table quotes them."""
    lines = page.splitlines()

    def row(start: str) -> str:
        (found,) = (line for line in lines if line.startswith(f"| {start}"))
        return found

    def ours(group: str, span: int, name: StatisticName) -> float:
        p = studied(group).span(span)[name].p
        assert p is not None
        return p

    kp, grank = StatisticName.KOLARI_PYNNONEN, StatisticName.GRANK
    here, there = ours("G2", WHOLE, kp), convention_p("G2", -5, 5, kp)
    assert f"**p {short(here)} here, {short(there)} there**" in row("several sessions")
    assert f"**{short(ours('G1', PAIR, kp))}, 0.051, 0.048**" in row("p of Kolari")
    here, there = ours("G1", PAIR, grank), convention_p("G1", 0, 1, grank)
    assert f"p {short(here)} here, {short(there, 5)} there" in row("scale in GRANK")
    here, there = ours("G2", PAIR, grank), convention_p("G2", 0, 1, grank)
    assert f"**{short(here)} here, {short(there)} there**" in row("scale in GRANK")


def short(p: float, places: int = 3) -> str:
    return f"{p:.{places}f}"
