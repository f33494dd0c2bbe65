"""Time a scan against DuckDB, Polars and pandas: wall, CPU, peak memory, the same tables from all.

    .venv/bin/python benchmarks/scan/compare.py --sizes 1_000_000 10_000_000 --rounds 3

Each engine runs in a process of its own, all in turn in every round, so that a machine that is busy
for a while does not favour one of them; what counts is the ratio of the medians. The clock stands
still while an engine is imported. The tables of all engines are held against each other: counts
and sessions must be the same, moves within 1e-9. Panels are generated in --folder unless they stand
there. With several sizes the slope per row is fitted by least squares.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from math import isclose
from pathlib import Path
from typing import NamedTuple, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engines import ENGINES
from generate import generate
from results import Tables

Table: TypeAlias = Sequence[Sequence[object]]

CLOSE = 1e-9
LOADED = {"shock": "deepseek_shock.scan.local", "decode": "pyarrow.parquet"}
OWN_TABLES = {"decode", "decode-table", "shock-calendar"}  # none, or by other rules


class Run(NamedTuple):
    """One run of one engine: seconds of wall and processor, the peak of its process in MB."""

    wall: float
    cpu: float
    peak: float


def run_here(engine: str, folder: Path, result: Path) -> None:
    """Run an engine in this process, write its tables and print the figures as JSON."""
    library = engine.partition("-")[0]
    import_module(LOADED.get(library, library))
    cpu, wall = time.process_time(), time.perf_counter()
    found = ENGINES[engine](folder)
    figures = Run(time.perf_counter() - wall, time.process_time() - cpu, peak())
    if found is not None:
        result.write_text(json.dumps(found))
    print(json.dumps(figures))


def peak() -> float:
    """Return the largest resident size of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` also counts what the process was before it began Python
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def run_apart(engine: str, folder: Path) -> Run | None:
    """Run an engine in a process of its own; `None` where it failed, as for want of memory."""
    command = [sys.executable, __file__, "--run", engine, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{engine}: exit {done.returncode}\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    return Run(*json.loads(done.stdout))


def result_of(engine: str, folder: Path) -> Path:
    """Return where an engine's tables are written."""
    return folder.with_name(f"{folder.name}.{engine}.json")


def check(engines: list[str], folder: Path) -> None:
    """Hold the tables of all engines against the first's. Raises `SystemExit`."""
    tables = {
        engine: Tables(*json.loads(result_of(engine, folder).read_text()))
        for engine in engines
        if engine not in OWN_TABLES and result_of(engine, folder).exists()
    }
    if not tables:
        return
    first, *others = tables
    for engine in others:
        if (wrong := find_difference(tables[first], tables[engine])) is not None:
            raise SystemExit(f"{first} and {engine} differ in {wrong}")


def find_difference(ours: Tables, theirs: Tables) -> str | None:
    """Name the first rows in which the tables of two engines differ, if there are any."""
    for name in Tables._fields:
        if (wrong := _difference(getattr(ours, name), getattr(theirs, name))) is not None:
            return f"{name}: {wrong}"
    return None


def _difference(ours: Table, theirs: Table) -> object:
    if len(ours) != len(theirs):
        return f"{len(ours)} and {len(theirs)} rows"
    pairs = zip(ours, theirs, strict=True)
    return next(((one, other) for one, other in pairs if not _is_same(one, other)), None)


def _is_same(one: Sequence[object], other: Sequence[object]) -> bool:
    return all(
        isclose(left, right, rel_tol=0.0, abs_tol=CLOSE * max(1.0, abs(left)))
        if isinstance(left, float) and isinstance(right, float)
        else left == right
        for left, right in zip(one, other, strict=True)
    )


def measure(engines: list[str], folder: Path, rounds: int) -> dict[str, Run]:
    """Return each engine's medians."""
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(rounds):
        for engine in engines:
            if (run := run_apart(engine, folder)) is not None:
                runs[engine].append(run)
    check(engines, folder)
    return {
        engine: Run(*(statistics.median(figures) for figures in zip(*some, strict=True)))
        for engine, some in runs.items()
    }


def print_table(rows: int, found: dict[str, Run]) -> None:
    """Print one size's medians as a Markdown table, with ratios to the decode and to ours."""
    decode, ours = (found[name].wall if name in found else None for name in ("decode", "shock"))
    print(f"\n{rows:,} rows\n")
    print(f"| {'engine':<17} | wall s | CPU s | peak MB | × decode | × shock |")
    print("| :-- | --: | --: | --: | --: | --: |")
    for name, run in found.items():
        ratios = " | ".join(
            f"{run.wall / base:{width}.2f}" if base else " " * width
            for base, width in ((decode, 8), (ours, 7))
        )
        print(f"| {name:<17} | {run.wall:6.3f} | {run.cpu:5.2f} | {run.peak:7.0f} | {ratios} |")


def print_slopes(found: dict[int, dict[str, Run]]) -> None:
    """Print seconds per row, fitted over all sizes, and what is left at none."""
    print("\n| engine            | ns a row | at none, ms |\n| :-- | --: | --: |")
    for name in next(iter(found.values())):
        points = [(rows, runs[name].wall) for rows, runs in found.items() if name in runs]
        if len(points) > 1:
            slope, rest = statistics.linear_regression(*zip(*points, strict=True))
            print(f"| {name:<17} | {slope * 1e9:8.1f} | {rest * 1e3:11.0f} |")


def versions() -> str:
    """Name what was measured."""
    names = ("numpy", "pyarrow", "duckdb", "polars", "pandas")
    return ", ".join([f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in names)])


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layout", default="ordered", help="of generate.py, in Parquet")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/shock-panels"))  # noqa: S108
    parser.add_argument("--run", choices=ENGINES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run_here(asked.run, asked.folder, result_of(asked.run, asked.folder))
        return 0
    print(f"{asked.rounds} rounds, {versions()}; layout: {asked.layout}")
    found: dict[int, dict[str, Run]] = {}
    for size in asked.sizes:
        folder = asked.folder / f"{asked.layout}-{size}"
        if not folder.exists():
            generate(size, folder, asked.layout)
        found[size] = measure(asked.engines, folder, asked.rounds)
        print_table(size, found[size])
    if len(found) > 1:
        print_slopes(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
