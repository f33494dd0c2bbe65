"""What a TAB offers, by the protocol of the shells' scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

# As `shock report --help` writes them.
FORMATS = ["terminal", "markdown", "html", "email", "eml", "json", "csv"]
EVENT = 'id = "yellow"\nname = "Mine"\ndate = 2025-01-28\nwatchlist = "deepseek"\n'


def complete(shock: Shock, line: str, **variables: str) -> list[str]:
    """Complete a command line; the last word is the unfinished one, empty behind a space."""
    count = len(line.split()) - (not line.endswith(" "))
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(count), "_SHOCK_COMPLETE": "complete_bash"}
    done = shock(env=asked | variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("shock report --format ", FORMATS),
        ("shock report --format=ht", ["html"]),
        ("shock report --style ", ["wire", "quick", "nikkei"]),
        ("shock report --confirm y", ["yahoo"]),
        ("shock report --watchlist d", ["deepseek"]),
        ("shock report --benchmark e", ["ex-self", "equal-weighted"]),
        ("shock events show le", ["lehman"]),
        ("shock report --data ", []),
        ("shock report --window ", []),
    ],
)
def test_values_are_offered_where_they_are_one_of_a_few(
    shock: Shock, line: str, offered: list[str]
) -> None:
    assert complete(shock, line) == offered


def test_events_of_the_users_own_are_offered_beside_the_bundled_ones(
    shock: Shock, tmp_path: Path
) -> None:
    own = tmp_path / "settings" / "shock" / "events"
    own.mkdir(parents=True)
    (own / "yellow.toml").write_text(EVENT, "utf-8")
    settings = str(tmp_path / "settings")
    offered = complete(shock, "shock compare deepseek ye", XDG_CONFIG_HOME=settings)
    assert offered == ["yellow", "yen-carry"]


@pytest.mark.parametrize("name", ["ye$(touch gone)", "ye`x`", "ye;x", "ye x", "ye\\$x", "ye'x"])
def test_a_name_that_a_shell_would_run_is_not_offered(
    shock: Shock, tmp_path: Path, name: str
) -> None:
    own = tmp_path / "settings" / "shock" / "events"
    own.mkdir(parents=True)
    (own / f"{name}.toml").write_text(EVENT, "utf-8")
    settings = str(tmp_path / "settings")
    assert complete(shock, "shock compare deepseek ye", XDG_CONFIG_HOME=settings) == ["yen-carry"]


def test_a_mistake_in_the_settings_stands_in_nobodys_way(shock: Shock, tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text("[report", "utf-8")
    assert complete(shock, "shock report --lang ") == ["en", "ja"]
