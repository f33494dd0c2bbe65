"""Opening the store: to read from anywhere, to write one at a time; its errors in plain words.

A new store is made, and an older one brought on, under a lock file beside it: eight processes that
all make it at once would else find it locked in spite of SQLite's timeout.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from deepseek_shock.errors import StoreError
from deepseek_shock.providers.storing import schema
from deepseek_shock.providers.storing.disk import is_on_network
from deepseek_shock.providers.storing.schema import ELSEWHERE, WITHOUT

TIMEOUT = 30.0  # seconds that a run waits for another one
_STEP = 0.02

_MEND = "move the file away and `shock fetch` fills a new one; `shock store verify` says more"
_PERMIT = "check the permissions of the file and its folder, or name another place with --store"
_WAIT = ("is locked by another run", "run the command again when the other run has ended")
_FAILURES = {
    sqlite3.SQLITE_NOTADB: ("is no database", ELSEWHERE),
    sqlite3.SQLITE_CORRUPT: ("is damaged", _MEND),
    sqlite3.SQLITE_ERROR: ("is not laid out as it should be", _MEND),
    sqlite3.SQLITE_BUSY: _WAIT,
    sqlite3.SQLITE_PROTOCOL: _WAIT,
    sqlite3.SQLITE_FULL: (
        "cannot grow: the disk is full",
        "make room and run the command again; what was held is unharmed",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written",
        "check the disk and the room on it, then run the command again",
    ),
    sqlite3.SQLITE_READONLY: ("cannot be written", _PERMIT),
    sqlite3.SQLITE_PERM: ("cannot be opened", _PERMIT),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", _PERMIT),
}
# What reading meets where the memory to be shared cannot be made: folder read-only, disk full.
_UNSHARED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)


def is_there(path: Path) -> bool:
    """Tell whether there is a store, or something else in its place, that is not empty."""
    with translating(path):
        return _size(path) > 0


@contextmanager
def reading(path: Path) -> Generator[sqlite3.Connection | None, None, None]:
    """Open a store to read what it holds at one moment; `None` where nothing is held yet."""
    with translating(path):
        connection = _open_to_read(path)
        if connection is None:
            yield None
            return
        with closing(connection):
            yield connection


@contextmanager
def writing(path: Path) -> Generator[sqlite3.Connection, None, None]:
    """Open a store for one transaction, which is committed if nothing is raised; make a new one."""
    with translating(path):
        if not _size(path):
            _prepare(path)
        with closing(_open_to_write(path)) as connection:
            yield connection
            connection.execute("COMMIT")


def shrink(path: Path) -> None:
    """Give room back to the disk; where that fails the room is used by what is written next."""
    with suppress(sqlite3.Error), closing(_connect(path, "mode=rw")) as connection:
        connection.execute("VACUUM")


@contextmanager
def translating(path: Path) -> Generator[None, None, None]:
    """Turn what SQLite and the system raise into a `StoreError` that says what to do."""
    try:
        yield
    except (sqlite3.Error, UnicodeError) as error:  # the latter from a damaged name in a message
        what, hint = _FAILURES.get(primary_code(error), ("cannot be used", _MEND))
        raise StoreError(f"the store {path} {what} ({error})", hint=f"{hint}; {WITHOUT}") from error
    except OverflowError as error:
        raise StoreError(
            f"the store {path} cannot hold what was given: {error}",
            hint=f"the vendor's volume is beyond reason; {WITHOUT}",
        ) from error
    except OSError as error:
        raise StoreError(
            f"the store {path} cannot be opened: {error.strerror or error}",
            hint=f"{_PERMIT}; {WITHOUT}",
        ) from error


def primary_code(error: Exception) -> int:
    """Return SQLite's code of an error; values that cannot be read are damage."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF


def _size(path: Path) -> int:
    """Return the size of a file, 0 where there is none. Raises `StoreError` for what is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "no file"
        raise StoreError(f"{path} is {what}, not a store", hint=f"{ELSEWHERE}; {WITHOUT}")
    return status.st_size


def _open_to_read(path: Path) -> sqlite3.Connection | None:
    if not _size(path):
        return None
    try:
        connection, version = _take_snapshot(path, "mode=ro")
    except sqlite3.OperationalError as error:
        # Without a log nobody is writing, and the file alone tells all: no memory need be shared.
        if primary_code(error) not in _UNSHARED or _size(_log(path)):
            raise
        connection, version = _take_snapshot(path, "immutable=1")
    if version == len(schema.MIGRATIONS):
        return connection
    connection.close()
    if version == 0:
        return None
    _prepare(path)
    return _open_to_read(path)


def _take_snapshot(path: Path, how: str) -> tuple[sqlite3.Connection, int]:
    """Begin to read: all that follows sees the store as it is now, whoever writes meanwhile."""
    connection = _connect(path, how)
    try:
        connection.execute("BEGIN")
        return connection, schema.examine(connection, path)
    except BaseException:
        connection.close()
        raise


def _open_to_write(path: Path) -> sqlite3.Connection:
    """Begin to write: from here to the commit others wait; a transaction begun later would fail."""
    connection = _connect(path, "mode=rw")
    try:
        if _find_version(connection, path) < len(schema.MIGRATIONS):
            _prepare(path)
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        _check_current(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _find_version(connection: sqlite3.Connection, path: Path) -> int:
    """Find the version at one moment: another run may make the store between two questions."""
    connection.execute("BEGIN")
    try:
        return schema.examine(connection, path)
    finally:
        connection.rollback()


def _check_current(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `StoreError` where somebody put another file in the store's place meanwhile."""
    if schema.examine(connection, path) != len(schema.MIGRATIONS):
        raise StoreError(f"the store {path} was replaced meanwhile", hint="run the command again")


def _prepare(path: Path) -> None:
    """Make the store where there is none yet, or bring an older one on."""
    _real(path).parent.mkdir(parents=True, exist_ok=True)
    with _lock(path), closing(_connect(path, "mode=rwc")) as connection:
        version = schema.examine(connection, path)
        if version == 0 and not is_on_network(_real(path)):
            # Where the system cannot share memory SQLite stays with its older journal.
            connection.execute("PRAGMA journal_mode = WAL")
        if version < len(schema.MIGRATIONS):
            schema.migrate(connection, version)


def _connect(path: Path, how: str) -> sqlite3.Connection:
    uri = f"{_real(path).as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=TIMEOUT, isolation_level=None)


@contextmanager
def _lock(path: Path) -> Generator[None, None, None]:
    """Hold the lock file beside the store, which is left there: to remove it would be a race."""
    import fcntl

    real = _real(path)
    ends = time.monotonic() + TIMEOUT
    with real.with_name(f"{real.name}.lock").open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= ends:
                    raise _busy() from None
                time.sleep(_STEP)
        yield


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("its lock file is held")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


def _real(path: Path) -> Path:
    """Follow links: SQLite's log, and our lock, lie beside the file itself."""
    return Path(os.path.realpath(path))


def _log(path: Path) -> Path:
    real = _real(path)
    return real.with_name(f"{real.name}-wal")
