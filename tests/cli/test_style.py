"""`--style` end to end: where a style is found, what wins over it, what the documentation shows."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from deepseek_shock.render.houses import read_house

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
QUICK = "NVIDIA −16.9%; 48 of 56 watched shares fell"
CONFIG = "home/.config/shock"


def told(here: Shock, *options: str, **env: str) -> str:
    run = here(*DAY, *options, env=env)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_style_is_stated_and_repeated(here: Shock) -> None:
    said = told(here, "--style", "quick", "--format", "markdown")
    assert said.startswith(f"# {QUICK}\n")
    assert "- Percentages are truncated to one decimal, in the house style quick: " in said
    command = re.findall(r"^`shock (.*)`$", said, re.MULTILINE)
    assert command == ["report --date 2025-01-27 --style quick --format markdown"]


def test_what_is_given_for_one_report_wins(here: Shock) -> None:
    options = ("--style", "nikkei", "--decimals", "1", "--rounding", "down", "--colors", "us")
    page = told(here, *options, "--format", "html")
    assert '<html lang="en" class="us">' in page
    assert "Percentages are truncated to one decimal: NVIDIA" in page
    assert '<html lang="en" class="jp">' in told(here, "--style", "nikkei", "--format", "html")


def test_a_variable_names_a_style_too(here: Shock) -> None:
    assert told(here, SHOCK_STYLE="quick").startswith(f"{QUICK}\n")


def test_a_file_in_the_settings_is_relative_to_them(here: Shock, tmp_path: Path) -> None:
    write(tmp_path / CONFIG / "house.toml", 'decimals = 1\nrounding = "down"\n')
    write(tmp_path / CONFIG / "shock.toml", '[report]\nstyle = "house.toml"\n')
    assert told(here).startswith(f"{QUICK}\n")


def test_a_style_in_the_users_folder_has_a_name(here: Shock, tmp_path: Path) -> None:
    write(tmp_path / CONFIG / "styles/daily.toml", 'decimals = 1\nrounding = "down"\n')
    said = " ".join(told(here, "--style", "daily").split())
    assert said.startswith(QUICK)
    assert "Percentages are truncated to one decimal, in the house style daily. " in said
    run = here(*DAY, "--style", "dayly")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "error: no house style is named 'dayly'\n"
        "hint: did you mean daily? known: daily, nikkei, quick, wire; or give a .toml file\n"
    )


def test_a_broken_style_is_told_with_its_line(here: Shock, tmp_path: Path) -> None:
    write(tmp_path / "my.toml", 'decimals = 2\nminus = "△"\n')
    run = here(*DAY, "--style", "my.toml")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: my.toml:2: `minus` must be one of − - –\nhint: △ and ▲")
    missing = here(*DAY, "--style", "~nobody-at-all/my.toml")
    assert missing.returncode in (1, 2)
    assert missing.stderr.startswith("error: ")


def test_the_documented_style_does_what_the_page_says(
    checkout: Path, here: Shock, tmp_path: Path
) -> None:
    page = (checkout / "docs" / "styles.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (headline,) = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    write(tmp_path / "daily.toml", text)
    said = told(here, "--style", "daily.toml", "--top", "9")
    assert said.startswith(headline)
    assert "\nThe nine worst of the day\n" in said
    assert "\u2212" not in said
    japanese = told(here, "--style", "daily.toml", "--lang", "ja")
    assert japanese.startswith("エヌビディアが17.0%安 56銘柄中48銘柄が下落\n")


def test_the_documentation_names_every_key(checkout: Path, tmp_path: Path) -> None:
    page = (checkout / "docs" / "styles.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert read_house(write(tmp_path / "daily.toml", text)).words
    rows = re.findall(r"^\| `\[?(\w+)", page, re.MULTILINE)
    assert rows == list(tomllib.loads(text))
