"""What is kept: the store, the packed history, and what killed runs have left behind."""

import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from deepseek_shock.cli.examining.finding import Finding, bad, can_write, listed, note, ok
from deepseek_shock.cli.examining.machine import look_at_room, store_place

_ELSEWHERE = "name another place: SHOCK_STORE, or --store FILE"
# A draft beside its target, with the number of the process that writes it.
_DRAFT = re.compile(r"\..+\.(\d+)\.tmp")
_LOCK = re.compile(r"\..+\.lock")
_SCRATCH = re.compile(r"shock-(yahoo|scan|task|ship|spark|capsule)-.+")
_AN_HOUR = 3600.0


def look_at_store() -> Iterator[Finding]:
    """Look whether the store is sound, and whether a run could write to it."""
    from deepseek_shock.providers.store import Store

    place = store_place()
    store = Store(place)
    if not store.exists():
        yield ok("store", f"nothing is kept yet; its place is {place}")
    elif is_held(place):
        todo = f"wait for it; `fuser {place}` says which process it is"
        yield note("store", f"another run is writing to {place}", todo)
    elif wrong := list(store.verify()):
        todo = "`shock store verify` lists them; move the file away and `shock fetch` fills another"
        yield bad("store", f"{len(wrong)} findings in {place}", todo)
    else:
        yield ok("store", f"{store.summary().instruments} instruments, sound, in {place}")
    yield from _look_at_place(place)


def _look_at_place(place: Path) -> Iterator[Finding]:
    from deepseek_shock.providers.storing.disk import is_on_network

    real = Path(os.path.realpath(place))
    if why := can_write(real.parent):
        yield bad("store", why, f"give the user of the job the folder, or {_ELSEWHERE}")
        return
    if real.is_file() and not os.access(real, os.W_OK):
        yield bad("store", f"{real} may not be written to", f"chown or chmod it, or {_ELSEWHERE}")
    if is_on_network(real.parent):
        seen = f"{place} lies on a network's disk: it is slower, and its locks may not hold"
        yield note("store", seen, f"use it from one machine at a time, or {_ELSEWHERE}")
    yield from look_at_room("store", real.parent)


def is_held(place: Path) -> bool:
    """Tell whether another run is writing to a store at this moment."""
    if not os.access(place, os.W_OK):
        return False
    uri = f"{Path(os.path.realpath(place)).as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        connection.rollback()
    return False


def look_at_history() -> Iterator[Finding]:
    """Say what the packed history holds in which reports place their day, if one is configured."""
    from deepseek_shock.cli.config import read_defaults
    from deepseek_shock.scan.packs.packed import read_pack
    from deepseek_shock.scan.packs.packeddays import look
    from deepseek_shock.userpath import expand

    named = os.environ.get("SHOCK_HISTORY") or read_defaults("report").get("history")
    if not named:
        yield ok("history", "none is configured; `shock scan --pack DIR` makes one")
        return
    folder = expand(named)
    held = look(read_pack(folder))
    yield ok("history", f"{held.sessions:,} sessions held, the last {held.last}, in {folder}")


def look_at_leftovers() -> Iterator[Finding]:
    """Look for what killed runs have left here, beside the store and among passing files."""
    folders = dict.fromkeys(
        folder.resolve() for folder in (Path(), store_place().parent) if folder.is_dir()
    )
    drafts, locks = [], []
    for file in (file for folder in folders for file in sorted(folder.iterdir())):
        match = _DRAFT.fullmatch(file.name)
        if match and not is_running(int(match[1])):
            drafts.append(str(file))
        elif _LOCK.fullmatch(file.name) and file.is_file():
            locks.append(file)
    yield from _judge_locks(locks)
    if drafts:
        seen = f"{len(drafts)} half-written by killed runs: {listed(drafts)}"
        yield note("leftovers", seen, "remove them; nothing reads them")
    yield from _judge_scratch(Path(tempfile.gettempdir()))


def _judge_locks(locks: list[Path]) -> Iterator[Finding]:
    held = [str(file) for file in locks if _is_locked(file)]
    free = [str(file) for file in locks if str(file) not in held]
    if held:
        yield note("locks", f"a run is at work: {listed(held)}", "wait for it, or look what hangs")
    if free:
        seen = f"{len(free)} that nobody holds: {listed(free)}"
        yield note("locks", seen, "leave them: the next run takes them")


def _is_locked(file: Path) -> bool:
    import fcntl

    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _judge_scratch(folder: Path) -> Iterator[Finding]:
    """Yield a note on folders of killed runs; one in use is written to all the time."""
    old: list[str] = []
    for one in sorted(folder.glob("shock-*-*")):
        with suppress(OSError):
            status = one.stat()
            is_old = time.time() - status.st_mtime > _AN_HOUR
            if _SCRATCH.fullmatch(one.name) and is_old and status.st_uid == os.getuid():
                old.append(str(one))
    if old:
        seen = f"{len(old)} folders of killed runs: {listed(old)}"
        yield note("leftovers", seen, "remove them when no run is at work")


def is_running(process: int) -> bool:
    """Tell whether there is a process of this number, whosever it is."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
