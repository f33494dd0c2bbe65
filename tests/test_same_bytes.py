"""The same data and options give the same bytes, wherever and whenever.

A child process in each of two surroundings makes every kind of output at once. In many more of
them, with a process a command, other Pythons and the wheel, `scripts/same_bytes.py` does the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.conftest import clean_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT = ("report", "--date", "2025-01-27", "--source", "sample")
MAIL = ("--format", "eml", "--to", "news@example.com")
SCAN = ("scan", "prices", "--min-count", "2", "--format")
COMMANDS: dict[str, tuple[str, ...]] = {
    "terminal": REPORT,
    "terminal.ja": (*REPORT, "--lang", "ja"),
    "markdown": (*REPORT, "--format", "markdown", "--front-matter", "hugo"),
    "note": (*REPORT, "--profile", "note", "--lang", "ja"),
    "html": (*REPORT, "--format", "html"),
    "html.ja": (*REPORT, "--format", "html", "--lang", "ja"),
    "email": (*REPORT, "--format", "email", "--lang", "ja"),
    "eml": (*REPORT, *MAIL, "--charts", "out/charts"),
    "json": (*REPORT, "--format", "json"),
    "csv": (*REPORT, "--format", "csv"),
    "publish": ("publish", "out/site", *REPORT[1:], "--url", "https://example.com/"),
    "compare": ("compare", "deepseek", "2025-01-28", "--source", "sample", "--format", "html"),
    "events": ("events", "--format", "json"),
    "scan": (*SCAN, "html"),
    "days": (*SCAN, "parquet", "--table", "days", "--output", "out/days.parquet"),
}
# Runs the commands one after the other, each with a stdout of its own.
CHILD = """
import io, json, sys
from contextlib import redirect_stdout
from pathlib import Path
from deepseek_shock.cli.app import run

for name, arguments in json.loads(sys.argv[1]).items():
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, "utf-8", newline="", write_through=True)
    with redirect_stdout(stream):
        if code := run(arguments):  # an assertion would be left out by -O
            sys.exit(f"{name}: {code}")
    Path("out", name).write_bytes(written.getvalue())
"""
# A folder lists its files the other way round, as another disk may.
BACKWARDS = """
import os
listdir, scandir = os.listdir, os.scandir
class Entries:
    def __init__(self, all): self._all = iter(all)
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
    def __iter__(self): return self
    def __next__(self): return next(self._all)
os.listdir = lambda *where: sorted(listdir(*where), reverse=True)
os.scandir = lambda *where: Entries(sorted(scandir(*where), key=lambda one: one.name, reverse=True))
"""
RETRIEVED = 1741003200  # 2025-03-03, 12:00 UTC
PLAIN = {"TZ": "UTC", "PYTHONHASHSEED": "0"}
# All at once: where it differs, `scripts/same_bytes.py` tells which of them it is.
ELSEWHERE = {
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "1",
    "LC_ALL": "C",
    "LANG": "tr_TR.UTF-8",
    "TERM": "xterm",
    "PYTHONOPTIMIZE": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Prescott",
}


def make_all(folder: Path, env: Mapping[str, str], *, umask: int, before: str = "") -> None:
    """Run all commands in a new folder, with files that were written in another order."""
    (folder / "prices").mkdir(parents=True)
    (folder / "out").mkdir()
    tickers = ("AAA", "BBB", "CCC")
    for ticker in reversed(tickers) if before else tickers:
        file = folder / "prices" / f"{ticker}.csv"
        file.write_text(_closes(ticker), encoding="utf-8")
        os.utime(file, (RETRIEVED, RETRIEVED))  # of files this is when they were retrieved
    said = clean_environment(folder) | dict(env)
    if "PYTHONPATH" in os.environ:
        said["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, "-c", before + CHILD, json.dumps(COMMANDS)],
        cwd=folder,
        env=said,
        umask=umask,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _closes(ticker: str) -> str:
    days = sessions_between(XNYS, date(2024, 1, 2), date(2025, 2, 3))
    rows = [f"{ticker},{day},{100 + (n * n + ord(ticker[0])) % 7}" for n, day in enumerate(days)]
    return "\n".join(("ticker,session,close", *rows)) + "\n"


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted((folder / "out").rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all was made in plain surroundings."""
    folder = tmp_path_factory.mktemp("bytes") / "plain"
    make_all(folder, PLAIN, umask=0o022)
    return folder


def test_the_same_bytes_wherever_and_whenever(plain: Path, tmp_path: Path) -> None:
    make_all(tmp_path / "東/Ü b", ELSEWHERE, umask=0o077, before=BACKWARDS)
    ours, theirs = hashes(plain), hashes(tmp_path / "東/Ü b")
    assert {f"out/{name}" for name in COMMANDS} <= ours.keys()
    assert any(name.startswith("out/site/.shock/") for name in ours)
    assert any(name.endswith(".png") for name in ours)
    assert [name for name in ours | theirs if ours.get(name) != theirs.get(name)] == []


def test_another_clock_changes_a_message_alone(plain: Path, tmp_path: Path) -> None:
    """What a clock of the user's own dates is a mail: its Date, and the Message-ID made of it."""
    commands = {name: COMMANDS[name] for name in ("json", "eml")}
    (tmp_path / "out").mkdir()
    subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(commands)],
        cwd=tmp_path,
        env=clean_environment(tmp_path) | {"SOURCE_DATE_EPOCH": "1748736000"},  # 2025-06-01
        check=True,
    )
    (ours, message), (theirs, other) = (
        [(folder / "out" / name).read_bytes() for name in commands] for folder in (plain, tmp_path)
    )
    assert ours == theirs
    lines = zip(message.splitlines(), other.splitlines(), strict=True)
    assert {one.partition(b":")[0] for one, two in lines if one != two} == {b"Date", b"Message-ID"}


def test_the_registry_is_utf8_whatever_stdout_says(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deepseek_shock", "events", "--format", "json"],
        env=clean_environment(tmp_path) | {"PYTHONIOENCODING": "euc_jp"},
        capture_output=True,
        check=True,
    )
    assert "ブラックマンデー" in json.dumps(json.loads(done.stdout.decode()), ensure_ascii=False)
