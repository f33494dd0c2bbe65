"""What many tests share: the command as a process, and the checkout where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 60

# The same examples on every run, on a slow machine too.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


class Shock(Protocol):
    """The type of the `shock` fixture."""

    def __call__(
        self, *args: str, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `shock ARGS…` and return what it wrote and its exit code."""
        ...


def clean_environment(folder: Path) -> dict[str, str]:
    """Make a home in `folder`, and the environment of a user who has set nothing.

    Nothing is inherited but the search path: COLUMNS, NO_COLOR, SHOCK_… or XDG_… of whoever runs
    the tests must not change what they see.
    """
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(home)}


def run_shock(
    *args: str, folder: Path, env: Mapping[str, str] | None = None, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in `folder`, as a user without any setting would."""
    return subprocess.run(
        [sys.executable, "-m", "deepseek_shock", *args],
        cwd=folder,
        env=clean_environment(folder) | dict(env or {}),
        # No terminal and no inherited pipe: `input` closes stdin behind the text.
        input=stdin or "",
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


def on_terminal(*args: str, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Run the command with stderr on a terminal, and return what a reader would see there."""
    ours, theirs = os.openpty()
    seen = bytearray()
    with subprocess.Popen(
        [sys.executable, "-m", "deepseek_shock", *args],
        cwd=folder,
        env=clean_environment(folder) | dict(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        try:
            while piece := os.read(ours, 4096):
                seen += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        process.wait(TIMEOUT)
    os.close(ours)
    return seen.decode().replace("\r\n", "\n")


@pytest.fixture
def shock(tmp_path: Path) -> Shock:
    """`shock("report", "--date", "2025-01-27")`: the process, finished; its folder is tmp_path."""

    def run(
        *args: str, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return run_shock(*args, folder=tmp_path, env=env, stdin=stdin)

    return run


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shock:
    """Do as `shock` does within this process, which has loaded numpy and scipy once for all."""

    def call(
        *args: str, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        from deepseek_shock.cli.app import run  # only those who ask for it wait for it

        assert stdin is None
        clean = clean_environment(tmp_path) | dict(env or {})
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            for name in os.environ.keys() - clean.keys():
                patch.delenv(name)
            for name, value in clean.items():
                patch.setenv(name, value)
            code = run(list(args))
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(args, code, out, err)

    return call


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout; skips where the tests run against an installed wheel alone."""
    root = Path(__file__).resolve().parents[1]
    if not (root / "pyproject.toml").is_file():
        pytest.skip("needs the checkout; these tests run against an installed wheel")
    return root
