"""Whole reports, held against the files in snapshots/.

`SHOCK_UPDATE_SNAPSHOTS=1 python -m pytest tests/test_snapshots.py` writes the files anew; read the
difference before it is committed. The figures in them are checked elsewhere against outside
sources: these tests tell that nothing has moved that nobody meant to move.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deepseek_shock import __version__

if TYPE_CHECKING:
    from tests.conftest import Shock

FOLDER = Path(__file__).parent / "snapshots"
DEEPSEEK = ("--date", "2025-01-27")
REPORTS = {
    "2025-01-27.en.txt": DEEPSEEK,
    "2025-01-27.ja.txt": (*DEEPSEEK, "--lang", "ja"),
    "2025-01-27.en.md": (*DEEPSEEK, "--format", "markdown"),
    "2025-01-27.ja.md": (*DEEPSEEK, "--format", "markdown", "--lang", "ja"),
    "2025-01-27.en.substack.md": (*DEEPSEEK, "--profile", "substack"),
    "2025-01-27.ja.substack.md": (*DEEPSEEK, "--profile", "substack", "--lang", "ja"),
    "2025-01-27.en.note.md": (*DEEPSEEK, "--profile", "note"),
    "2025-01-27.ja.note.md": (*DEEPSEEK, "--profile", "note", "--lang", "ja"),
    "2025-01-27.en.buttondown.md": (*DEEPSEEK, "--profile", "buttondown"),
    "2025-01-27.ja.buttondown.md": (*DEEPSEEK, "--profile", "buttondown", "--lang", "ja"),
    "2025-01-27.en.ghost.html": (*DEEPSEEK, "--profile", "ghost"),
    "2025-01-27.ja.ghost.html": (*DEEPSEEK, "--profile", "ghost", "--lang", "ja"),
    "2025-01-27.en.hugo.md": (*DEEPSEEK, "--front-matter", "hugo"),
    "2025-01-27.ja.hugo.md": (*DEEPSEEK, "--front-matter", "hugo", "--lang", "ja"),
    "2025-01-27.en.jekyll.md": (*DEEPSEEK, "--front-matter", "jekyll"),
    "2025-01-27.ja.jekyll.md": (*DEEPSEEK, "--front-matter", "jekyll", "--lang", "ja"),
    "2025-01-27.en.zola.md": (*DEEPSEEK, "--front-matter", "zola"),
    "2025-01-27.ja.zola.md": (*DEEPSEEK, "--front-matter", "zola", "--lang", "ja"),
    "2025-01-27.en.quarto.md": (*DEEPSEEK, "--front-matter", "quarto"),
    "2025-01-27.ja.quarto.md": (*DEEPSEEK, "--front-matter", "quarto", "--lang", "ja"),
    "2025-01-27.json": (*DEEPSEEK, "--format", "json"),
    "2025-01-27.csv": (*DEEPSEEK, "--format", "csv"),
    # A day on which more rose, and on which New York was closed.
    "2025-01-20.en.txt": ("--date", "2025-01-20"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_is_as_it_was(here: Shock, name: str) -> None:
    run = here("report", *REPORTS[name])
    assert (run.returncode, run.stderr) == (0, "")
    text = run.stdout.replace(f'"tool_version": "{__version__}"', '"tool_version": "0"')
    golden = FOLDER / name
    if os.environ.get("SHOCK_UPDATE_SNAPSHOTS"):
        golden.write_bytes(text.encode())
    assert text == golden.read_bytes().decode()


def test_no_snapshot_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(REPORTS)
