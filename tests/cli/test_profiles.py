"""`--profile` and `--front-matter`: when they stand for Markdown, and what they do not go with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (("--profile", "gfm"), "# NVIDIA −16.97%"),
        (("--profile", "substack"), "NVIDIA −16.97%"),
        (("--profile", "buttondown"), "<!-- buttondown-editor-mode: plaintext -->"),
        (("--profile", "ghost"), "<!--kg-card-begin: html-->"),
        (("--front-matter", "zola"), "+++"),
        (("--front-matter", "jekyll", "--format", "markdown"), "---"),
        (("--front-matter", "hugo", "--profile", "gfm"), "---"),
    ],
)
def test_either_alone_asks_for_markdown(here: Shock, asked: tuple[str, ...], first: str) -> None:
    run = here(*DAY, *asked)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(first)


def test_the_command_in_the_report_makes_it_again(here: Shock, tmp_path: Path) -> None:
    run = here(*DAY, "--profile", "note", "--lang", "ja", "-o", "note.md")
    assert (run.returncode, run.stdout) == (0, "")
    text = (tmp_path / "note.md").read_text(encoding="utf-8")
    command = text.splitlines()[-1]
    assert command.startswith("shock report --date 2025-01-27")
    assert here(*command.split()[1:]).stdout == text


WRONG = [
    (("--profile", "note", "--format", "html"), "--profile is not for the format html"),
    (("--front-matter", "hugo", "--format", "csv"), "--front-matter is not for the format csv"),
    (("--profile", "ghost", "-o", "card.html"), "--profile is not for the format html"),
    (("--profile", "note", "--template", "own.md"), "--profile is not for a --template"),
    (("--profile", "ghost", "--front-matter", "hugo"), "--profile and --front-matter exclude"),
    (("--profile", "medium"), "'medium' is not one of 'gfm', 'substack', 'note'"),
    (("--front-matter", "gatsby"), "'gatsby' is not one of 'none', 'hugo'"),
]


@pytest.mark.parametrize(("asked", "message"), WRONG)
def test_what_they_do_not_go_with_is_said(
    here: Shock, tmp_path: Path, asked: tuple[str, ...], message: str
) -> None:
    (tmp_path / "own.md").write_text("x", encoding="utf-8")
    run = here(*DAY, *asked)
    assert (run.returncode, run.stdout) == (2, "")
    error, hint = run.stderr.splitlines()
    assert message in error
    assert hint.startswith("hint: ")


def settings(folder: Path, *lines: str) -> None:
    text = "\n".join(("[report]", *lines, ""))
    (folder / "shock.toml").write_text(text, encoding="utf-8")


def test_from_a_file_they_wait_for_markdown(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path, 'profile = "substack"')
    terminal, page = here(*DAY), here(*DAY, "--format", "html")
    assert (terminal.returncode, page.returncode) == (0, 0)
    assert "--profile" not in terminal.stdout + page.stdout
    text = here(*DAY, "--format", "markdown").stdout
    assert text.startswith("NVIDIA −16.97%")
    assert text.endswith("\nshock report --date 2025-01-27 --format markdown --profile substack\n")


def test_the_command_line_comes_before_a_file_that_says_otherwise(
    here: Shock, tmp_path: Path
) -> None:
    settings(tmp_path, 'profile = "substack"', 'format = "html"')
    assert here(*DAY, "--front-matter", "hugo").stdout.startswith("---\ntitle: ")
    assert here(*DAY, "--profile", "ghost").stdout.startswith("<!--kg-card-begin: html-->")
    settings(tmp_path, 'template = "own.md"')
    assert here(*DAY, "--profile", "note").stdout.startswith("NVIDIA −16.97%")


def test_a_variable_comes_before_a_file(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path, 'front-matter = "hugo"')
    run = here(*DAY, "--format", "markdown", env={"SHOCK_PROFILE": "note"})
    assert run.stdout.startswith("NVIDIA −16.97%")


def test_a_file_that_contradicts_itself_hinders_markdown_alone(here: Shock, tmp_path: Path) -> None:
    settings(tmp_path, 'profile = "note"', 'front-matter = "hugo"')
    assert [here(*DAY, "--format", form).returncode for form in ("terminal", "csv")] == [0, 0]
    run = here(*DAY, "--format", "markdown")
    assert (run.returncode, run.stdout) == (2, "")
    assert "--profile and --front-matter exclude each other" in run.stderr
    assert here(*DAY, "--front-matter", "hugo").stdout.startswith("---\ntitle: ")
