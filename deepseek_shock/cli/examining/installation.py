"""What is installed: Python, packages within the ranges asked for, the command, its own files."""

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import NamedTuple

from deepseek_shock import __version__
from deepseek_shock.cli.examining.finding import Finding, bad, note, ok

PACKAGE = "deepseek-shock"
_AGAIN = f"pip install --upgrade --force-reinstall {PACKAGE}"
# Extras that a user may want, and what for; those of developers are nobody's trouble.
_EXTRAS = {"publish": "mail and pictures need it", "spark": "a scan on a cluster needs it"}
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*([^;]*)(?:;\s*(.*))?")
_EXTRA = re.compile(r"""extra == ['"]([a-z]+)['"]""")
_BOUND = re.compile(r"(>=|<=|==|!=|~=|<|>)\s*([0-9][^,\s]*)")


class Requirement(NamedTuple):
    """What a distribution asks for: a package, its bounds, and the extra that asks for it."""

    name: str
    bounds: tuple[tuple[str, str], ...]
    extra: str | None

    def admits(self, found: str) -> bool:
        """Tell whether a version is within the bounds."""
        return all(_holds(found, sign, bound) for sign, bound in self.bounds)

    def __str__(self) -> str:
        """Return the bounds as they are written."""
        return ",".join(f"{sign}{bound}" for sign, bound in self.bounds)


def look_at_python() -> Iterator[Finding]:
    """Look at the version of shock, and at Python's."""
    yield ok("shock", f"{__version__} in {Path(__file__).parents[2]}")
    found = sys.version.split()[0]
    try:
        wanted = distribution(PACKAGE).metadata["Requires-Python"] or ""
    except PackageNotFoundError:
        wanted = ""
    yield judge_python(found, sys.executable, wanted)


def judge_python(found: str, executable: str, wanted: str) -> Finding:
    """Hold a version of Python against what the installation asks for."""
    needed = Requirement("python", tuple(_BOUND.findall(wanted)), None)
    if not needed.admits(found):
        todo = f"install shock with a Python {needed}: `uv tool install {PACKAGE}` finds one"
        return bad("python", f"{found} ({executable}), shock needs {needed}", todo)
    return ok("python", f"{found} ({executable})")


def look_at_packages() -> Iterator[Finding]:
    """Hold what is installed against what the installation asks for."""
    try:
        installed = distribution(PACKAGE)
    except PackageNotFoundError:
        seen = "shock runs from a folder and is not installed: versions are not looked at"
        yield note("packages", seen, f"pip install {PACKAGE}")
        return
    if installed.version != __version__:
        seen = f"what was installed calls itself {installed.version}, what runs {__version__}"
        yield note("packages", seen, _AGAIN)
    for one in read_requirements(installed):
        yield from judge_package(one, _version(one.name))


def read_requirements(installed: Distribution) -> list[Requirement]:
    """Read what is asked for on this system, by everybody or with an extra for users."""
    found: list[Requirement] = []
    for line in installed.requires or ():
        match = _REQUIREMENT.fullmatch(line)
        if match is None:
            continue
        name, bounds, marker = match.groups(default="")
        extra = _EXTRA.search(marker)
        if marker and (extra is None or extra[1] not in _EXTRAS):
            continue
        asked = tuple(_BOUND.findall(bounds))
        found.append(Requirement(name, asked, extra[1] if extra else None))
    return sorted(found, key=lambda one: (one.extra or "", one.name))


def judge_package(asked: Requirement, found: str | None) -> Iterator[Finding]:
    """Hold the version of a package, `None` where there is none, against its bounds."""
    target = f"{PACKAGE}[{asked.extra}]" if asked.extra else PACKAGE
    todo = f"pip install --upgrade '{target}'"
    if found is not None and asked.admits(found):
        yield ok(asked.name, found)
    elif found is not None:
        yield bad(asked.name, f"{found}, shock needs {asked}", todo)
    elif asked.extra is None:
        yield bad(asked.name, "is not installed", todo)
    elif asked.extra == "publish":
        yield note(asked.name, f"is not installed; {_EXTRAS[asked.extra]}", todo)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _holds(found: str, sign: str, bound: str) -> bool:
    """Compare two versions by their numbers; what follows a number (rc1, .post1) is left out."""
    ours, theirs = _numbers(found), _numbers(bound.removesuffix(".*"))
    size = max(len(ours), len(theirs))
    long, short = (*ours, *[0] * (size - len(ours))), (*theirs, *[0] * (size - len(theirs)))
    match sign:
        case ">=":
            return long >= short
        case "<=":
            return long <= short
        case "<":
            return long < short
        case ">":
            return long > short
        case "~=":
            return long >= short and ours[: len(theirs) - 1] == theirs[:-1]
        case _:
            is_same = ours[: len(theirs)] == theirs if bound.endswith(".*") else long == short
            return is_same is (sign == "==")


def _numbers(text: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, match[0].split("."))) if match else ()


def look_at_command() -> Iterator[Finding]:
    """Look whether `shock` on the search path is this installation."""
    yield judge_command(shutil.which("shock"), own_folders())


def own_folders() -> tuple[Path, ...]:
    """Return where this installation's command lies."""
    return (Path(sys.executable).parent, Path(sysconfig.get_path("scripts")))


def judge_command(found: str | None, own: Sequence[Path]) -> Finding:
    """Hold the `shock` that a shell finds against this installation's folders."""
    if found is None:
        todo = f"let cron name it: {own[0] / 'shock'}"
        return note("command", "no `shock` is on the PATH", todo)
    # pipx and uv put a link on the path; what it leads to lies beside its Python.
    folders = {Path(found).parent.resolve(), Path(found).resolve().parent}
    if folders & {folder.resolve() for folder in own}:
        return ok("command", found)
    seen = f"`shock` on the PATH is {found}, another installation than this one"
    todo = f"remove one of them, or name this one in full: {own[0] / 'shock'}"
    return note("command", seen, todo)


def look_at_templates() -> Iterator[Finding]:
    """Look at the built-in templates."""
    from deepseek_shock.render.environment import builtin_folder

    folder = builtin_folder()
    yield ok("templates", f"{len(list(folder.iterdir()))} in {folder}")


def look_at_sample() -> Iterator[Finding]:
    """Look whether the sample is what was shipped."""
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.market.bars import Bars
    from deepseek_shock.market.event import DEFAULT_WATCHLIST
    from deepseek_shock.providers.base import Wanted
    from deepseek_shock.providers.sample import Sample, is_sound

    if not is_sound():
        yield bad("sample", "bars.csv is not the file that was shipped", _AGAIN)
        return
    watchlist = make_registry().watchlist(DEFAULT_WATCHLIST)
    fetched = Sample().fetch(watchlist.instruments, Wanted(date.min, date.min, date.max))
    source = fetched.sources[0]
    held = sum(isinstance(bars, Bars) for bars in fetched.bars.values())
    spelled = f"sessions {source.first} to {source.last}, sha256 {source.sha256[:12]}"
    yield ok("sample", f"{held} instruments, {spelled}")
