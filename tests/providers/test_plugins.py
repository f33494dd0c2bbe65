"""Providers of other people: the documented example, installed and run, and those that fail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Shock

FENCE = re.compile(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]


@pytest.fixture(scope="session")
def installed(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package that docs/providers.md shows, built and installed into a folder of its own."""
    page = (checkout / "docs/providers.md").read_text(encoding="utf-8")
    files = dict(FENCE.findall(page.replace(". `", ".\n`")))
    assert set(files) == {"pyproject.toml", "shock_desk.py"}
    source, target = (tmp_path_factory.mktemp(name) for name in ("desk", "site"))
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    build = ("--no-deps", "--no-build-isolation", "--no-index", "--target", str(target))
    done = subprocess.run(
        [*PIP, *build, str(source)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def register(folder: Path, name: str, code: str) -> Path:
    """Lay a registered provider into a folder, as an installer would."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(
        f"[deepseek_shock.providers]\n{name} = {name}:make\n", encoding="utf-8"
    )
    return folder


DAY = ("report", "--date", "2025-01-27", "--tickers", "NVDA", "--format", "json")


def test_the_documented_example_reports(shock: Shock, installed: Path) -> None:
    env = {"PYTHONPATH": str(installed)}
    run = shock(*DAY, "--source", "desk", env=env)
    assert (run.returncode, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    (move,) = document["moves"]
    # Nasdaq's closes; 118.42 ÷ 142.62 − 1
    assert (move["previous_close"], move["close"]) == (142.62, 118.42)
    assert move["price_return"] == pytest.approx(-0.169681671575)
    assert (move["source"], document["source"][0]["vendor"]) == ("desk", "our desk")
    kept = shock(
        "report", "--date", "2025-01-27", "--tickers", "NVDA", "--source", "store", env=env
    )
    assert kept.stdout.startswith("NVIDIA −16.97%")


def test_it_may_confirm_another_source(shock: Shock, installed: Path) -> None:
    env = {"PYTHONPATH": str(installed)}
    run = shock(*DAY, "--source", "sample", "--confirm", "desk", env=env)
    assert run.returncode == 0
    assert [one["name"] for one in json.loads(run.stdout)["source"]] == ["sample", "desk"]


def test_an_unknown_source_names_those_that_are_installed(shock: Shock, installed: Path) -> None:
    run = shock(*DAY, "--source", "dek", env={"PYTHONPATH": str(installed)})
    assert run.returncode == 2
    assert run.stderr == "error: no source is named 'dek'\nhint: did you mean desk?\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import nothing_of_that_name\n", "No module named"),
        ("def make():\n    raise RuntimeError('no licence')\n", "no licence"),
        ("def make():\n    return 42\n", "makes no provider"),
    ],
)
def test_one_that_fails_is_named(shock: Shock, tmp_path: Path, code: str, words: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    register(folder, "broken", code)
    run = shock(*DAY, "--source", "broken", env={"PYTHONPATH": str(folder)})
    assert run.returncode == 1
    assert run.stderr.startswith("error: the source broken (broken:make)")
    assert words in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "body",
    ["raise OSError('down')", "return None", "return 1, 2", "return wanted.nothing"],
)
def test_one_that_breaks_its_word_is_named(shock: Shock, tmp_path: Path, body: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    head = "class P:\n    def fetch(self, instruments, wanted):\n"
    code = f"{head}        {body}\ndef make():\n    return P()\n"
    register(folder, "loose", code)
    run = shock(*DAY, "--source", "loose", env={"PYTHONPATH": str(folder)})
    assert run.returncode == 1
    assert run.stderr.startswith("error: the source loose")
    assert "Traceback" not in run.stderr
