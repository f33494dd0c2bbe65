"""`--charts`: pictures beside a report, all of them or none."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.conftest import on_terminal
from tests.render.test_png import NAMES, fonts, latin_fonts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27", "--offline")


@pytest.fixture(autouse=True)
def _with_fonts() -> None:
    fonts()


def digests(folder: Path) -> dict[str, str]:
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}


def name_fonts(folder: Path, *files: Path) -> None:
    listed = ", ".join(f'"{file}"' for file in files)
    (folder / "shock.toml").write_text(f"[png]\nfonts = [{listed}]\n", encoding="utf-8")


def test_charts_stand_beside_an_unchanged_report(here: Shock, tmp_path: Path) -> None:
    plain = here(*DAY, "--format", "html")
    first = here(*DAY, "--format", "html", "--charts", "first/{date}")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == plain.stdout  # the command to repeat in it, too
    found = digests(tmp_path / "first" / "2025-01-27")
    assert set(found) == {f"2025-01-27-{name}.png" for name in NAMES}
    second = here(*DAY, env={"SHOCK_CHARTS": "second"})
    assert (second.returncode, second.stderr) == (0, "")
    assert digests(tmp_path / "second") == found


def test_another_language_stands_beside_the_first(here: Shock, tmp_path: Path) -> None:
    # With a font that lacks Japanese: nobody looks, so nothing is said.
    name_fonts(tmp_path, *latin_fonts().latin.files)
    ran = here(*DAY, "--lang", "ja", "--charts", "pictures", "--output", "page.html")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert set(digests(tmp_path / "pictures")) == {f"2025-01-27-{name}.ja.png" for name in NAMES}


def test_a_lack_of_japanese_is_one_line_on_a_terminal(tmp_path: Path) -> None:
    name_fonts(tmp_path, *latin_fonts().latin.files)
    seen = on_terminal(*DAY, "--lang", "ja", "--charts", "pictures", folder=tmp_path)
    assert seen.startswith("warning: no font holds Japanese")
    assert seen.count("\n") == 1
    assert "fonts-noto-cjk" in seen


def test_what_cannot_be_written_is_an_error(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    ran = here(*DAY, "--charts", "taken")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: taken/2025-01-27-bars.png cannot be written")
    assert ran.stderr.count("\n") == 2


def test_a_report_that_cannot_be_written_has_no_pictures(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    ran = here(*DAY, "--charts", "pictures", "--output", "taken/page.html")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: taken/page.html cannot be written")
    assert list(tmp_path.rglob("*.png")) == list(tmp_path.rglob("*.tmp")) == []


def test_without_resvg_nothing_is_written(shock: Shock, tmp_path: Path) -> None:
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    (stubs / "resvg_py.py").write_text("raise ImportError(__name__)\n", encoding="utf-8")
    ran = shock(
        *(*DAY, "--charts", "pictures", "--output", "page.html"), env={"PYTHONPATH": str(stubs)}
    )
    assert ran.returncode == 1
    assert ran.stderr == (
        "error: resvg-py, which draws pictures, is missing\n"
        "hint: install it: pip install 'deepseek-shock[publish]'\n"
    )
    assert not (tmp_path / "pictures").exists()
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "is not there"), ("no font", "is no font that can be read")],
)
def test_a_font_that_is_none_is_told_with_its_line(
    shock: Shock, tmp_path: Path, content: str | None, what: str
) -> None:
    if content is not None:
        (tmp_path / "own.ttf").write_text(content, encoding="utf-8")
    (tmp_path / "shock.toml").write_text('[png]\nfonts = [\n  "own.ttf",\n]\n', encoding="utf-8")
    ran = shock(*DAY, "--charts", "pictures")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"error: shock.toml:3: the font own.ttf {what}\n")
    assert not (tmp_path / "pictures").exists()
    assert shock(*DAY).returncode == 0  # a report without pictures needs no font


def test_a_folder_is_no_font_and_fonts_are_a_list(shock: Shock, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "shock.toml").write_text('[png]\nfonts = ["own"]\n', encoding="utf-8")
    ran = shock(*DAY, "--charts", "pictures")
    assert ran.stderr.startswith("error: shock.toml:2: the font own is no font that can be read\n")
    (tmp_path / "shock.toml").write_text('[png]\nfonts = "own.ttf"\n', encoding="utf-8")
    ran = shock(*DAY)
    assert ran.stderr == (
        "error: shock.toml:2: `fonts` must be an array of strings\n"
        "hint: mend the line, or leave it out\n"
    )


def test_an_unknown_setting_is_told_with_its_line(shock: Shock, tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text('[png]\nfont = ["own.ttf"]\n', encoding="utf-8")
    ran = shock(*DAY)
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: shock.toml:2: `font` is not known here\n")


def test_doctor_says_which_fonts_there_are(shock: Shock, tmp_path: Path) -> None:
    latin = latin_fonts().latin
    name_fonts(tmp_path, *latin.files)
    line = next(one for one in shock("doctor").stdout.splitlines() if " fonts " in one)
    assert line.startswith("ok ")
    assert line.endswith(f"{latin.family}; for Japanese none; install fonts-noto-cjk")
