"""Read the commands of a page, and run them as a reader would: in a folder, with nothing set."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.conftest import call_shock, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIMEOUT = 60
DAY = ("--date", "2025-01-27")
# A Saturday: no exchange had a session.
CLOSED = ("--date", "2025-01-25")
TITLES = {
    "en": "NVIDIA −16.97%; 48 of 56 watched shares fell",
    "ja": "エヌビディア16.97%安、対象56銘柄のうち48銘柄が値下がり",
}
# A name of everything that a shell, JSON, YAML or HTML could take for its own.
ODD = """O'Neill "5%s": `id` $(touch owned) \\n <b>&amp; 電線"""
ODD_LIST = f"""
id = "odd"
title = "Odd"
[names]
AVGO = '''{ODD}'''
[[groups]]
id = "odd"
title = "Odd"
tickers = ["NVDA", "AVGO"]
"""
HEADING = re.compile(r"^#{2,6} (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Section(NamedTuple):
    """A section of a page, with its scripts."""

    heading: str
    text: str

    @property
    def scripts(self) -> list[str]:
        return FENCE.findall(self.text)


def sections(page: Path) -> Iterator[Section]:
    """Cut a page at its headings; what looks like one inside a script is a comment."""
    text = page.read_text("utf-8")
    fenced = [range(*match.span()) for match in re.finditer(r"(?ms)^```.*?^```$", text)]
    found = [m for m in HEADING.finditer(text) if not any(m.start() in each for each in fenced)]
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        yield Section(match[1], text[match.end() : end])


def section(page: Path, heading: str) -> Section:
    """Find the one section of a heading."""
    (found,) = (each for each in sections(page) if each.heading == heading)
    return found


def need(*programs: str) -> None:
    """Skip without the programs, or fail where the gate has promised them."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("SHOCK_BROWSER_REQUIRED"):
        pytest.fail(f"not installed: {missing}")
    if missing:
        pytest.skip(f"not installed: {missing}")


def search_path(*before: Path) -> str:
    """Return the PATH of a reader who has installed the command."""
    ours = [*map(str, before), str(Path(sys.executable).parent)]
    return os.pathsep.join([*ours, os.environ.get("PATH", os.defpath)])


def run_script(
    script: str,
    *arguments: str,
    folder: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Save a script and run it with `sh` in `folder`."""
    file = folder / "recipe.sh"
    file.write_text(script, "utf-8")
    return subprocess.run(
        ["/bin/sh", str(file), *arguments],
        cwd=folder,
        env=clean_environment(folder) | {"PATH": search_path()} | dict(env or {}),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


def shock_output(*arguments: str, folder: Path) -> str:
    """Return what the command itself writes to its standard output."""
    done = call_shock(*arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def output_of(program: str, *arguments: str, folder: Path) -> str:
    """Return what another program writes, having skipped where it is not installed."""
    need(program)
    command = [shutil.which(program) or program, *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=TIMEOUT, check=True
    )
    return done.stdout
