"""The lock on a site: from before anything is fetched, and nothing of it where there is no site."""

from __future__ import annotations

import fcntl
import os
import signal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import LockError
from deepseek_shock.site import publishing
from deepseek_shock.site.folder import Folder
from tests.builders import FRIDAY, MONDAY, TUESDAY
from tests.site.built import CLAIM, LOOK, basis, files, publish
from tests.site.checks import check_site

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.conftest import Shock


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "public")


def is_free(folder: Folder) -> bool:
    """Ask the kernel, as another process would: a lock is of an open file."""
    with folder.lock.open("r+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_it_is_held_from_the_beginning_to_the_end(folder: Folder) -> None:
    publish(folder, MONDAY)
    with publishing.held(folder, 0) as hold:
        assert not is_free(folder)
        with pytest.raises(LockError), publishing.held(folder, 0):
            pass
        # Who holds it does not wait for itself.
        publishing.publish(folder, basis(TUESDAY), CLAIM, LOOK, hold)
        assert not is_free(folder)
        publishing.rebuild(folder, CLAIM, LOOK, hold)
        assert not is_free(folder)
    assert is_free(folder)
    check_site(folder.root)


def test_it_is_given_back_by_a_failure(folder: Folder) -> None:
    publish(folder, MONDAY)
    with pytest.raises(RuntimeError), publishing.held(folder, 0):
        raise RuntimeError
    assert is_free(folder)


def test_a_first_run_that_fails_leaves_nothing(folder: Folder) -> None:
    with pytest.raises(RuntimeError), publishing.held(folder, 0):
        raise RuntimeError
    assert not folder.root.exists()
    # A folder that was there, made for the site by its owner, stays empty.
    folder.root.mkdir()
    with publishing.held(folder, 0):
        pass
    assert list(folder.root.iterdir()) == []


def test_a_first_run_takes_it_to_write(folder: Folder, tmp_path: Path) -> None:
    with publishing.held(folder, 0) as first:
        # Another first run is faster.
        publish(folder, FRIDAY)
        with publishing.held(folder, 0), pytest.raises(LockError):
            publishing.publish(folder, basis(MONDAY), CLAIM, LOOK, first)
        publishing.publish(folder, basis(MONDAY), CLAIM, LOOK, first)
        assert is_free(folder)
    check_site(folder.root)
    other = Folder(tmp_path / "other")
    publish(other, FRIDAY)
    publish(other, MONDAY)
    assert files(folder) == files(other)


def test_a_folder_from_a_backup_without_the_lock(folder: Folder) -> None:
    publish(folder, MONDAY)
    folder.lock.unlink()
    with publishing.held(folder, 0):
        assert not is_free(folder)


def test_a_killed_run_leaves_no_lock(folder: Folder) -> None:
    publish(folder, MONDAY)
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with publishing.held(folder, 0):
            os.write(tell, b"x")
            signal.pause()
        os._exit(0)
    os.read(ready, 1)
    assert not is_free(folder)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert is_free(folder)
    publish(folder, TUESDAY)
    check_site(folder.root)


def test_a_second_run_asks_for_nothing(here: Shock, folder: Folder) -> None:
    publish(folder, MONDAY)
    # Whoever comes so far as to ask finds no file there.
    asks = ("publish", "public", "--date", "2025-01-27", "--source", "files", "--data", "nowhere")
    assert exit_code(here(*asks, "--wait", "0")) == 1
    with publishing.held(folder, 0):
        assert exit_code(here(*asks, "--wait", "0")) == 6


def exit_code(run: subprocess.CompletedProcess[str]) -> int:
    assert run.stdout == ""
    return run.returncode
