"""The folder of a vendor's client: removed at the end, and by the next run where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import OutputError
from deepseek_shock.providers.scratch import make_scratch
from tests.conftest import TIMEOUT, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.kill

PREFIX = "shock-yahoo-"
MAKE = f"""
import sys
from deepseek_shock.providers.scratch import make_scratch
print(make_scratch({PREFIX!r}), flush=True)
sys.stdin.read()
"""


def begin(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that makes its folder and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE],
        env=clean_environment(folder) | {"TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    return process, folder / process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0


def age(folder: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(folder, (then, then))


def test_the_folder_goes_with_its_process(tmp_path: Path) -> None:
    process, folder = begin(tmp_path)
    assert folder.is_dir()
    end(process)
    assert not folder.exists()


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    killed, left = begin(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=TIMEOUT)
    assert left.is_dir()
    age(left, 3600)
    process, folder = begin(tmp_path)
    assert not left.exists()
    assert folder.is_dir()
    end(process)


def test_a_folder_that_is_held_stays_however_old(tmp_path: Path) -> None:
    process, held = begin(tmp_path)
    age(held, 90 * 86_400)
    end(begin(tmp_path)[0])
    assert held.is_dir()
    end(process)


@pytest.mark.parametrize(("seconds", "stays"), [(0, True), (3600, True), (2 * 86_400, False)])
def test_a_folder_that_was_never_held_is_removed_after_a_day(
    tmp_path: Path, seconds: float, *, stays: bool
) -> None:
    strange = tmp_path / f"{PREFIX}strange"
    strange.mkdir()
    age(strange, seconds)
    end(begin(tmp_path)[0])
    assert strange.exists() is stays


def test_a_full_disk_is_said_to_be_one(tmp_path: Path) -> None:
    """Yfinance's own database fails there, which was told as a failure of the vendor."""
    resource = pytest.importorskip("resource")
    code = f"from deepseek_shock.providers.scratch import make_scratch\nmake_scratch({PREFIX!r})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(tmp_path) | {"TMPDIR": str(tmp_path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )
    assert (
        "OutputError: the folder for temporary files cannot be written to: File too" in done.stderr
    )
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_where_there_is_no_folder_at_all_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(OutputError, match="temporary files cannot be written to: No such file"):
        make_scratch(PREFIX)


def test_a_link_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_text("dear", encoding="utf-8")
    age(precious, 90 * 86_400)
    (tmp_path / f"{PREFIX}link").symlink_to(precious)
    end(begin(tmp_path)[0])
    assert (precious / "letter").read_text("utf-8") == "dear"
