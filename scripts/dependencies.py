"""Hold docs/dependencies.md against pyproject.toml and run.lock; `--write` measures its table anew.

Each dependency, of the project, of an extra or of the build, needs a row of its own that begins
with its name; a run-time one also a row in the measured table, with the bound and the locked
release. Sizes and times are those of the machine that wrote them, and are not compared.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import lockfiles
import sbom
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = "docs/dependencies.md"
TABLE = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
HEADER = (
    "| package | allowed | locked | size, MB | brings | with them, MB | import, CPU ms |\n"
    "|---|---|---|---:|---:|---:|---:|\n"
)
# What is imported where that is not the package's name.
MODULES = {"resvg-py": "resvg_py"}
STARTS = 3  # of which the fastest counts


def requirements(root: Path) -> dict[str, list[Requirement]]:
    """Read pyproject.toml: the requirements of each group, `run` and `build` besides the extras."""
    text = (root / "pyproject.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    project: dict[str, Any] = table["project"]
    groups: dict[str, list[str]] = {
        "run": project["dependencies"],
        "build": table["build-system"]["requires"],
        **project["optional-dependencies"],
    }
    own = canonicalize_name(project["name"])
    return {
        group: [one for one in map(Requirement, lines) if canonicalize_name(one.name) != own]
        for group, lines in groups.items()
    }


def _measured(root: Path) -> list[Requirement]:
    groups = requirements(root)
    return [*groups["run"], *groups[sbom.EXTRA]]


def _locked(root: Path, name: str) -> str:
    pins = lockfiles.python_pins(root / sbom.LOCK)
    return " or ".join(pin.version for pin in pins if pin.name == canonicalize_name(name))


def _bound(requirement: Requirement) -> str:
    parts = sorted(map(str, requirement.specifier), key=lambda part: part.startswith("<"))
    return ", ".join(part.replace("<", "&lt;").replace(">", "&gt;") for part in parts)


def check(root: Path) -> list[str]:
    """Name each dependency that the page does not explain, or of which it says another release."""
    page = (root / PAGE).read_text("utf-8")
    explained = set(re.findall(r"^\| `([^`]+)` \|", TABLE.sub("", page), re.MULTILINE))
    wrong = [
        f"{PAGE} has no row that says why `{one.name}` is needed ({group})"
        for group, wanted in requirements(root).items()
        for one in wanted
        if one.name not in explained
    ]
    table = TABLE.search(page)
    rows = set(re.findall(r"^(\| `.+?\|.+?\|.+?\|)", table[0] if table else "", re.MULTILINE))
    due = {_first_cells(root, one) for one in _measured(root)}
    wrong += [f"{PAGE}: the measured table has no {row}" for row in sorted(due - rows)]
    return wrong + [f"{PAGE}: the measured table has {row}" for row in sorted(rows - due)]


def _first_cells(root: Path, one: Requirement) -> str:
    return f"| `{one.name}` | {_bound(one)} | {_locked(root, one.name)} |"


def _megabytes(name: str) -> float:
    files = distribution(name).files or []
    paths = {Path(str(one.locate())) for one in files if "__pycache__" not in one.parts}
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def _import_time(name: str) -> str:
    module = MODULES.get(name, name.replace("-", "_"))
    return f"{max(0, _fastest(f'import {module}') - _fastest('pass')) * 1000:.0f}"


def _fastest(code: str) -> float:
    took: list[float] = []
    # Processor time, which other work on the machine stretches less; compiled files as a user has.
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=clean)  # noqa: S603 - our own
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


def table(root: Path) -> str:
    """Measure what is installed: a row a run-time dependency."""
    locked = {pin.name for pin in lockfiles.python_pins(root / sbom.LOCK)}
    rows: list[str] = []
    for one in _measured(root):
        if one.marker is not None and not one.marker.evaluate():
            rows.append(f"{_first_cells(root, one)} – | – | – | – |\n")
            continue
        graph = sbom.needs([str(one)], locked)
        sizes = {name: _megabytes(name) for name in graph if sbom.is_installed(name)}
        own = sizes.pop(canonicalize_name(one.name))
        rows.append(
            f"{_first_cells(root, one)} {own:.1f} | {len(sizes)} | {own + sum(sizes.values()):.1f}"
            f" | {_import_time(one.name)} |\n"
        )
    return HEADER + "".join(rows)


def main() -> None:
    """Check, or measure and write; exit 1 where the page does not fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="measure the table anew, then check")
    if parser.parse_args().write:
        page = (ROOT / PAGE).read_text("utf-8")
        measured = table(ROOT)
        (ROOT / PAGE).write_text(TABLE.sub(lambda _: measured, page), "utf-8")
    wrong = check(ROOT)
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        sys.exit(1)
    print(f"{PAGE}: every dependency is explained")


if __name__ == "__main__":
    main()
