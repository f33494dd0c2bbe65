"""Progress on a terminal, with a rich that stands before stderr and says that it is no terminal."""

from __future__ import annotations

import io
import sys
from datetime import date
from typing import TYPE_CHECKING

from rich.file_proxy import FileProxy

from deepseek_shock.cli.progress import Watched, warn
from deepseek_shock.cli.scanprogress import ScanProgress
from deepseek_shock.market.gap import Gap, GapReason
from tests.builders import NIKKEI

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def look(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make stderr a terminal; no fixture, since pytest sets stderr anew when the test begins."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(FileProxy, "isatty", lambda _: False, raising=False)  # as before rich 15
    return screen


def test_every_answer_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look(monkeypatch)
    gap = Gap(NIKKEI, date(2025, 1, 27), GapReason.NO_DATA)
    with Watched() as watched:
        watched.total = 3
        for _ in range(3):
            watched.listen(gap)
    assert "3/3" in terminal.getvalue()
    assert "3 without bars" in terminal.getvalue()


def test_every_part_of_a_scan_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look(monkeypatch)
    with ScanProgress() as progress:
        progress.begin("first part", 10)
        progress.begin("second part", 10)
    assert "second part" in terminal.getvalue()


def test_a_warning_meanwhile_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = look(monkeypatch)
    gap = Gap(NIKKEI, date(2025, 1, 27), GapReason.NO_DATA)
    with Watched() as watched:
        watched.total = 2
        watched.listen(gap)
        warn("it is late")
    assert "warning: it is late" in terminal.getvalue()
