"""What many tests share: the command, as a process or within this one, and the checkout."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import pytest

from tests.loaded import run_loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 60

# The same examples on every run, on a slow machine too.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """Take what collection made, and what stays to the end, out of each collector's round."""
    gc.collect()
    gc.freeze()


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


def fork_shock(
    *args: str, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Do as `run_shock` does in a process that has loaded the vendors' libraries before."""
    clean = clean_environment(folder) | dict(env or {})
    done = run_loaded(*args, folder=folder, env=clean, seconds=TIMEOUT)
    return run_shock(*args, folder=folder, env=env) if done is None else done


def call_shock(
    *args: str, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Do as `run_shock` does within this process, which has loaded numpy and scipy once for all.

    What Python itself reads when it starts (PYTHON…, TZ, LC_ALL) has no effect here.
    """
    from deepseek_shock.cli.app import run  # only those who ask for it wait for it

    clean = clean_environment(folder) | dict(env or {})
    written = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(one, "utf-8", newline="", write_through=True) for one in written)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        for name in os.environ.keys() - clean.keys():
            patch.delenv(name)
        for name, value in clean.items():
            patch.setenv(name, value)
        code = run(list(args))
    stdout, stderr = (one.getvalue().decode() for one in written)
    return subprocess.CompletedProcess(args, code, stdout, stderr)


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
def here(tmp_path: Path) -> Shock:
    """Do as `shock` does within this process."""

    def call(
        *args: str, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        assert stdin is None
        return call_shock(*args, folder=tmp_path, env=env)

    return call


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout; skips where the tests run against an installed wheel alone."""
    root = Path(__file__).resolve().parents[1]
    if not (root / "pyproject.toml").is_file():
        pytest.skip("needs the checkout; these tests run against an installed wheel")
    return root
