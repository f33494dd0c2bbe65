"""Run every command in every kind of surroundings, and hold what is written byte against byte.

    python scripts/same_bytes.py --python python3.12 --python .venv313/bin/python

The first surroundings are the plain ones; each of the others differs from them in what its name
says: zone, locale, hash seed, threads, processor, folder, order of listings, clock, Python, wheel.
Exit 1 where any output differs that may not. Each --python is an interpreter that has what shock
needs (`pip install -r requirements/run.lock`); shock itself is taken from the checkout, and from a
wheel that is built of it. Where a thing cannot be had here, a line says so.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from every_output import Command, copy_inputs, lay_inputs, list_commands
from every_surroundings import Surroundings, list_surroundings, make_locales

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = "typer, rich, jinja2, pandas, scipy, duckdb, pyarrow, yfinance, resvg_py, css_inline"
SECONDS = 300
# In the name of a pack's file stands a hash of where its sources lie, and when they were written.
_UNIQUE = re.compile(r"(part-\d+)-[0-9a-f]+")
MOST_LINES = 12  # of a difference that is shown

Outputs = dict[str, bytes]


class Difference(NamedTuple):
    """An output that is not as in the plain surroundings; `None`: there is none."""

    output: str
    plain: bytes | None
    other: bytes | None


def main() -> int:
    """Run all, print the table, and return the exit code."""
    said = _arguments()
    with tempfile.TemporaryDirectory(prefix="same-bytes-", dir=said.scratch) as name:
        scratch = Path(name)
        scratch.chmod(0o755)
        (scratch / "inputs").mkdir()
        lay_inputs(scratch / "inputs")
        surroundings = _available(said, scratch)
        commands = _commands(said.only)
        print(f"{len(commands)} commands in {len(surroundings)} surroundings", flush=True)
        return _compare(surroundings, commands, scratch, said.jobs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", action="append", default=[], metavar="FILE")
    parser.add_argument("--only", default="", metavar="TEXT", help="commands whose name has it")
    parser.add_argument("--where", default="", metavar="TEXT", help="surroundings with it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scratch", type=Path, default=None, metavar="DIR")
    return parser.parse_args()


def _commands(only: str) -> list[Command]:
    return [one for one in list_commands() if only in one.name]


def _available(said: argparse.Namespace, scratch: Path) -> list[Surroundings]:
    """List the surroundings that can be had here, the plain ones first; say which cannot."""
    wheel = _unpack_wheel(scratch)
    locales = make_locales(scratch / "locales")
    pythons = [one for one in said.python if _can_run(one)]
    checkout = _copy_checkout(scratch)
    plain, *others = list_surroundings(checkout, wheel, locales, pythons, scratch)
    usable = [plain]
    for one in others:
        if one.lacks:
            print(f"not tried: {one.name}: {one.lacks}")
        elif said.where in one.name:
            usable.append(one)
    return usable


def _can_run(python: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the user names it
            [python, "-c", f"import {LIBRARIES}"], capture_output=True, text=True, check=False
        )
    except OSError as error:
        print(f"not tried: {python}: {error.strerror}")
        return False
    if done.returncode:
        print(f"not tried: {python}: {done.stderr.strip().splitlines()[-1]}")
    return done.returncode == 0


def _copy_checkout(scratch: Path) -> Path:
    """Copy what of the checkout runs: whoever works in it meanwhile changes nothing here."""
    for name in ("deepseek_shock", "templates"):
        unneeded = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, scratch / "checkout" / name, ignore=unneeded)
    return scratch / "checkout"


def _unpack_wheel(scratch: Path) -> Path | None:
    """Build the wheel and unpack it, as an installation does."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch)]
    done = subprocess.run(  # noqa: S603 - this interpreter
        build, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"not tried: wheel: {done.stderr.strip().splitlines()[-1]}")
        return None
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        wheel.extractall(scratch / "wheel")
    return scratch / "wheel"


def _compare(
    surroundings: Sequence[Surroundings], commands: Sequence[Command], scratch: Path, jobs: int
) -> int:
    with ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(_run_all, one, commands, scratch) for one in surroundings]
        plain = runs[0].result()
        failed = [name for name in plain if name.endswith("!failed")]
        for name in failed:
            print(f"{name}: {plain[name].decode(errors='replace')}")
        heads = f"{'outputs':>8}{'same':>6}{'may differ':>12}{'differ':>8}"
        print(f"{'surroundings':<36}{'python':<8}{heads}")
        found: list[tuple[str, Difference]] = []
        for one, run in zip(surroundings, runs, strict=True):
            found += [(one.name, what) for what in _row(one, plain, run.result())]
    for where, what in found:
        print(f"differs: {what.output} in {where}")
    if found:
        print("\n".join(_explain(*found[0])))
    return 1 if found or failed else 0


def _row(one: Surroundings, plain: Outputs, other: Outputs) -> list[Difference]:
    """Print a line of the table, and return what differs that may not."""
    differing = [
        Difference(name, plain.get(name), other.get(name))
        for name in sorted(plain.keys() | other.keys())
        if _digest(plain.get(name)) != _digest(other.get(name))
    ]
    wrong = [what for what in differing if not one.may_differ(what.output)]
    same = len(plain.keys() | other.keys()) - len(differing)
    allowed = len(differing) - len(wrong)
    counts = f"{len(other):>8}{same:>6}{allowed:>12}{len(wrong):>8}"
    print(f"{one.name:<36}{one.version:<8}{counts}", flush=True)
    return wrong


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _run_all(one: Surroundings, commands: Sequence[Command], scratch: Path) -> Outputs:
    """Run all commands one after the other, and return what they wrote by its name."""
    folder = scratch / "runs" / one.folder
    copy_inputs(scratch / "inputs", folder, is_backwards=one.is_backwards)
    home = folder.with_name(folder.name + "-home")
    home.mkdir()
    for file in (folder, home, *folder.rglob("*")):
        if one.user is not None:
            os.chown(file, one.user, one.user)
    outputs: Outputs = {}
    for command in commands:
        done = subprocess.run(  # noqa: S603 - commands of our own
            [one.python, *one.flags, "-m", "deepseek_shock", *command.args],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **one.env},
            umask=one.umask,
            user=one.user,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        outputs[command.name] = done.stdout
        if done.returncode or done.stderr:
            outputs[f"{command.name}!failed"] = b"exit %d: %s" % (done.returncode, done.stderr)
    for file in sorted((folder / "out").rglob("*")):
        if file.is_file():
            outputs[_UNIQUE.sub(r"\1", str(file.relative_to(folder)))] = file.read_bytes()
    return outputs


def _explain(where: str, what: Difference) -> Iterator[str]:
    """Say of one difference what it is: lines of a text, a member of a zip, a place in bytes."""
    yield f"\nthe first: {what.output}, plain and in {where}"
    if what.plain is None or what.other is None:
        only = "in the plain surroundings" if what.other is None else f"in {where}"
        yield f"is there only {only}"
        yield ((what.plain or what.other or b"")[:2000]).decode(errors="replace")
    elif what.plain[:2] == b"PK":
        yield from _zip_lines(what.plain, what.other)
    else:
        yield from _diff_lines(what.plain, what.other)


def _zip_lines(plain: bytes, other: bytes) -> Iterator[str]:
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(plain)) as ours, zipfile.ZipFile(BytesIO(other)) as theirs:
        if ours.namelist() != theirs.namelist():
            yield f"members: {ours.namelist()} and {theirs.namelist()}"
            return
        for name in ours.namelist():
            if ours.read(name) != theirs.read(name):
                yield f"member {name}:"
                yield from _diff_lines(ours.read(name), theirs.read(name))
                return
    yield "the members are the same; dates, modes or their compression differ"


def _diff_lines(plain: bytes, other: bytes) -> Iterator[str]:
    try:
        ours, theirs = (one.decode().splitlines() for one in (plain, other))
    except UnicodeDecodeError:
        at = next(
            (n for n, pair in enumerate(zip(plain, other, strict=False)) if pair[0] != pair[1]),
            min(len(plain), len(other)),
        )
        yield f"{len(plain)} and {len(other)} bytes, the first other one at {at}:"
        yield f"  {plain[max(at - 8, 0) : at + 16].hex(' ')}"
        yield f"  {other[max(at - 8, 0) : at + 16].hex(' ')}"
        return
    lines = difflib.unified_diff(ours, theirs, "plain", "other", n=0, lineterm="")
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            yield "…"
            return
        yield line[:300]


if __name__ == "__main__":
    sys.exit(main())
