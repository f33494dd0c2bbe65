"""How the store is laid out, which version of the layout a file has, and how it is brought on."""

import sqlite3
from pathlib import Path

from deepseek_shock.errors import StoreError

APPLICATION_ID = int.from_bytes(b"shok")  # in the file's header: this database is a store of ours
WITHOUT = "`--source sample` and `--source yahoo` work without it"
ELSEWHERE = "name another file with --store, or move this one away"

_FIRST = """
-- A vendor's bars of one instrument. `latest` is the number of the last retrieval, `sha256` is over
-- all that is held of the series, so that `shock store verify` finds what was changed by others.
CREATE TABLE series (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL,
    exchange TEXT NOT NULL, latest INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (ticker, vendor)
) WITHOUT ROWID;

-- What was asked of the vendor, when, and what came: the number of bars and their hash.
CREATE TABLE retrieval (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL, number INTEGER NOT NULL,
    retrieved TEXT NOT NULL, history TEXT NOT NULL, last TEXT NOT NULL,
    bars INTEGER NOT NULL, has_dividends INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (ticker, vendor, number)
) WITHOUT ROWID;

-- Days that were asked for after they were over, those of all retrievals united.
CREATE TABLE span (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (ticker, vendor, first)
) WITHOUT ROWID;

-- Prices are decimals as they were given. With a `reason` the bar was refused.
CREATE TABLE bar (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL, session TEXT NOT NULL,
    open TEXT, high TEXT, low TEXT, close TEXT, volume INTEGER,
    reason TEXT, retrieval INTEGER NOT NULL,
    PRIMARY KEY (ticker, vendor, session)
) WITHOUT ROWID;

-- Splits and dividends; `place` tells apart two of one session.
CREATE TABLE action (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL, kind TEXT NOT NULL, session TEXT NOT NULL,
    place INTEGER NOT NULL, amount TEXT NOT NULL, retrieval INTEGER NOT NULL,
    PRIMARY KEY (ticker, vendor, kind, session, place)
) WITHOUT ROWID;

-- A figure that a later retrieval gave otherwise than an earlier one.
CREATE TABLE revision (
    ticker TEXT NOT NULL, vendor TEXT NOT NULL, session TEXT NOT NULL, field TEXT NOT NULL,
    old TEXT, new TEXT, old_retrieved TEXT NOT NULL, new_retrieved TEXT NOT NULL
);
CREATE INDEX revision_of ON revision (ticker, vendor, session);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)
"""The scripts from each version of the layout to the next, the first one from an empty file."""

TABLES = ("series", "retrieval", "span", "bar", "action", "revision")


def examine(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the layout, 0 for an empty database.

    Raises `StoreError` for a database of somebody else, and for a version that is not yet known.
    """
    owner, version = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("application_id", "user_version")
    )
    if owner == 0 and version == 0 and not _has_tables(connection):
        return 0
    if owner != APPLICATION_ID:
        raise StoreError(
            f"{path} is a database, but not a store of shock", hint=f"{ELSEWHERE}; {WITHOUT}"
        )
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the store {path} was written by a newer shock: layout {version}, this one knows "
            f"{len(MIGRATIONS)}",
            hint=f"update shock: pip install -U deepseek-shock; {WITHOUT}",
        )
    return version


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a store on from a version to the last one, in one transaction: wholly or not at all."""
    scripts = "".join(MIGRATIONS[version:])
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {scripts} PRAGMA application_id = {APPLICATION_ID};"
            f"PRAGMA user_version = {len(MIGRATIONS)}; COMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        raise


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
