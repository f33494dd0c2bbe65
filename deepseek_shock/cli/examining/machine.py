"""The machine: its clock against what is known, calendars, folders, the screen, fonts."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deepseek_shock.cli.examining.finding import Finding, bad, can_write, note, ok
from deepseek_shock.errors import OutputError, ShockError, StoreError

_TOLERANCE = timedelta(days=1)  # zones and a copied file's time make no clock wrong
_SOON = timedelta(days=60)
_OLD = timedelta(days=400)
_LITTLE = 200_000_000  # bytes of room
_NEXT_TO_NONE = 10_000_000
_UPGRADE = "pip install --upgrade deepseek-shock exchange_calendars"

Known = tuple[str, datetime]
"""Something that has happened, and when: no clock may say that it is still to come."""


def look_at_clock() -> Iterator[Finding]:
    """Hold the clock against whatever here is known to have happened."""
    from deepseek_shock.cli.surroundings import said_time

    said = said_time()
    if said is not None:
        seen = f"SOURCE_DATE_EPOCH says {said:%Y-%m-%d %H:%M} UTC: `last` is counted from there"
        yield note("clock", seen, "unset it for runs that are to report today")
    yield judge_clock(datetime.now(UTC), known_times())


def judge_clock(now: datetime, known: Iterable[Known]) -> Finding:
    """Say whether the clock is behind what has happened."""
    what, when = max(known, key=lambda one: one[1])
    if when - now > _TOLERANCE:
        seen = f"{now:%Y-%m-%d %H:%M} UTC, but {what} {when:%Y-%m-%d}"
        return bad("clock", seen, "set the clock: `timedatectl set-ntp true`")
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def store_place() -> Path:
    """Return where a report's store lies: by the variable, a file of settings, or by default."""
    from deepseek_shock.cli.config import read_defaults
    from deepseek_shock.cli.surroundings import store_path

    named = os.environ.get("SHOCK_STORE")
    if not named:
        with suppress(ShockError):  # a wrong file of settings is found elsewhere
            named = read_defaults("report").get("store")
    return store_path(Path(named) if named else None)


def known_times() -> Iterator[Known]:
    """Yield what has happened: files written, bars retrieved."""
    from deepseek_shock.providers.store import Store

    place = store_place()
    yield "shock was installed on", _written(Path(__file__))
    if place.is_file():
        yield "the store was written on", _written(place)
    try:
        vendors = Store(place).summary().vendors
    except StoreError:  # which is found elsewhere
        return
    for one in vendors:
        retrieved = datetime.fromisoformat(one.retrieved)
        yield f"bars of {one.vendor} were retrieved on", retrieved.astimezone(UTC)


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def look_at_calendars() -> Iterator[Finding]:
    """Look how far the calendars reach, and how old they are."""
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.market.exchange import EXCHANGES
    from deepseek_shock.market.sessions import covered

    spans = covered()
    others = len({one.calendar for one in EXCHANGES.values()}) - len(spans)
    today = read_clock().date()
    shown = ", ".join(f"{calendar} {first} to {last}" for calendar, first, last in spans)
    yield judge_calendars(
        f"{shown}, {others} more by the package", min(last for *_, last in spans), today
    )
    yield from judge_package_age(_installed_on("exchange_calendars"), today)


def judge_calendars(shown: str, last: date, today: date) -> Finding:
    """Say whether the tables end soon: beyond them the package is asked, which takes longer."""
    if last - today < _SOON:
        return note("calendars", f"{shown}: they end on {last}", _UPGRADE)
    return ok("calendars", shown)


def judge_package_age(installed: date | None, today: date) -> Iterator[Finding]:
    """Yield a note where holidays that were decided since may be missing."""
    if installed is not None and today - installed > _OLD:
        seen = f"the package is of {installed}: it lacks holidays that were decided since"
        yield note("calendars", seen, _UPGRADE)


def _installed_on(package: str) -> date | None:
    """Tell when a package was put here."""
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return _written(Path(spec.origin)).date()


def look_at_folders() -> Iterator[Finding]:
    """Look at the home and the folder for passing files, and at the room there."""
    home = os.path.expanduser("~")  # noqa: PTH111 -- the path's own way raises where there is none
    if not Path(home).is_dir():
        todo = "set HOME in the job; or XDG_CONFIG_HOME, and SHOCK_STORE for the store"
        yield note("home", f"{home} is no folder: neither settings nor store are found", todo)
    named = os.environ.get("TMPDIR")
    if named and (why := can_write(Path(named)) or _missing(Path(named))):
        yield bad("temporary files", f"TMPDIR: {why}", "name a folder that is there, or unset it")
        return
    folder = Path(tempfile.gettempdir())
    yield ok("temporary files", str(folder))
    yield from judge_room("temporary files", folder, _free(folder))


def _missing(folder: Path) -> str:
    return "" if folder.is_dir() else f"{folder} is no folder"


def _free(folder: Path) -> int:
    """Return the room on a folder's disk in bytes; of one still to be made, on its parent's."""
    import shutil

    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def judge_room(name: str, folder: Path, free: int) -> Iterator[Finding]:
    """Yield a finding where there is little room on a disk."""
    if free < _LITTLE:
        make = bad if free < _NEXT_TO_NONE else note
        seen = f"{free / 1e6:.0f} MB are left on the disk of {folder}"
        yield make(name, seen, "make room, or name another place")


def look_at_room(name: str, folder: Path) -> Iterator[Finding]:
    """Yield a finding where there is little room for what a folder is to hold."""
    yield from judge_room(name, folder, _free(folder))


def look_at_screen() -> Iterator[Finding]:
    """Look at what stdout can show."""
    from deepseek_shock.cli.surroundings import has_colors, page_width

    encoding = (sys.stdout.encoding if sys.stdout else None) or "no stdout"
    colors = "colours" if has_colors() else "no colours"
    seen = f"{encoding}, {page_width()} columns, {colors}"
    if can_show(encoding):
        yield ok("screen", seen)
    else:
        todo = "set LC_ALL=C.UTF-8; until then the terminal's format is written in ASCII"
        yield note("screen", f"{seen}: a minus sign and Japanese cannot be shown", todo)


def can_show(encoding: str) -> bool:
    """Tell whether an encoding has what reports are made of."""
    try:
        "−円".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def look_at_fonts() -> Iterator[Finding]:
    """Name the fonts of pictures, if there are any: pages use the reader's."""
    from deepseek_shock.cli.config import read_fonts
    from deepseek_shock.render.fonts import JAPANESE_PACKAGE, find_fonts

    given = read_fonts()
    try:
        fonts = find_fonts(given)
    except OutputError:
        yield note("fonts", "none, so there are no pictures", f"install {JAPANESE_PACKAGE}")
        return
    japanese = fonts.japanese
    named = japanese.family if japanese else f"none; install {JAPANESE_PACKAGE}"
    yield ok("fonts", f"{fonts.latin.family}; for Japanese {named}")
