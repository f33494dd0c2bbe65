"""Paths as users write them: a home folder that nobody has is a mistake, and no crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

NOBODY = "~nobody-of-that-name"
DAY = ("report", "--date", "2025-01-27")


@pytest.mark.parametrize(
    "arguments",
    [
        (*DAY, "--output", f"{NOBODY}/page.html"),
        (*DAY, "--watchlist", f"{NOBODY}/mine.toml"),
        (*DAY, "--event", f"{NOBODY}/mine.toml"),
        (*DAY, "--style", f"{NOBODY}/mine.toml"),
        (*DAY, "--source", "files", "--data", f"{NOBODY}/bars.csv"),
        (*DAY, "--source", "yahoo", "--store", f"{NOBODY}/store.db"),
        ("publish", f"{NOBODY}/site", "--date", "2025-01-27"),
    ],
    ids=["output", "watchlist", "event", "style", "data", "store", "site"],
)
def test_a_user_whom_nobody_knows(here: Shock, arguments: tuple[str, ...]) -> None:
    done = here(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {NOBODY}/")
    assert done.stderr.endswith("hint: write the whole path\n")


def test_a_folder_of_that_user_in_a_file_of_settings(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text(f'[report]\ntemplate-dir = "{NOBODY}/mine"\n')
    done = here(*DAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {NOBODY}/mine")


def test_a_home_folder_and_the_date_are_put_in(here: Shock, tmp_path: Path) -> None:
    assert here(*DAY, "--format", "csv", "--output", "~/{date}/moves.csv").returncode == 0
    assert (tmp_path / "home" / "2025-01-27" / "moves.csv").is_file()
