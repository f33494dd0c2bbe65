"""Time what a user waits for, against an empty Python, and say whether the limits hold.

The rounds are interleaved: what slows the machine down for a while slows every row alike, and
the ratios stand. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SHOCK = str(Path(sys.executable).parent / "shock")
REPORT = (SHOCK, "report", "--date", "2025-01-27")
COLOUR = "FORCE_COLOR"


class Case(NamedTuple):
    """A command, and how many times the time of an empty Python it may take."""

    title: str
    command: tuple[str, ...]
    limit: float | None
    colour: bool = False


CASES = (
    Case("`python -c pass`", (sys.executable, "-c", "pass"), None),
    Case("`shock --version`", (SHOCK, "--version"), 8),
    Case("`shock --help`", (SHOCK, "--help"), 8),
    Case("report, JSON", (*REPORT, "--format", "json"), 9),
    Case("report, CSV", (*REPORT, "--format", "csv"), 9),
    Case("report, terminal, piped", REPORT, 9),
    Case("report, terminal, rich", REPORT, 14, colour=True),
    Case("report, Markdown", (*REPORT, "--format", "markdown"), 14),
    Case("report, HTML", (*REPORT, "--format", "html"), 14),
)


def environment(home: str, *, colour: bool) -> dict[str, str]:
    """Make the environment of a user without settings."""
    plain = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LC_ALL": "C.UTF-8"}
    return plain | ({COLOUR: "1", "TERM": "xterm-256color"} if colour else {})


def run_once(case: Case, folder: str) -> float:
    """Run a command to its end and return the milliseconds it took."""
    env = environment(folder, colour=case.colour)
    start = time.perf_counter()
    # A real pipe, as in `shock … | less`: the null device is told apart from one.
    subprocess.run(
        case.command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    return (time.perf_counter() - start) * 1000


def measure(rounds: int) -> dict[Case, float]:
    """Return the median milliseconds of each case."""
    times: dict[Case, list[float]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            run_once(case, folder)  # compiles the modules and warms the disk's cache
        for _ in range(rounds):
            for case in CASES:
                times[case].append(run_once(case, folder))
    return {case: statistics.median(taken) for case, taken in times.items()}


def rows(medians: dict[Case, float]) -> list[str]:
    """Write the table, one line a case."""
    empty = medians[CASES[0]]
    lines = ["| command | ms | ratio | limit | holds |", "| :-- | --: | --: | --: | :-- |"]
    for case, median in medians.items():
        ratio = median / empty
        verdict = ("", "") if case.limit is None else (f"{case.limit:g}", holds(case, ratio))
        lines.append(f"| {case.title} | {median:.1f} | {ratio:.1f} | {verdict[0]} | {verdict[1]} |")
    return lines


def holds(case: Case, ratio: float) -> str:
    """Say whether a ratio is within the limit."""
    return "yes" if case.limit is None or ratio <= case.limit else "**no**"


def main() -> None:
    """Print the table; exit 1 under --check if a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=21, help="runs of each command (default: 21)")
    parser.add_argument("--check", action="store_true", help="exit 1 if a limit does not hold")
    args = parser.parse_args()
    table = rows(measure(args.rounds))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {args.rounds} rounds\n")
    print(*table, sep="\n")
    if args.check and any("**no**" in line for line in table):
        sys.exit(1)


if __name__ == "__main__":
    main()
