"""What the store holds: counts by vendor, one instrument in detail, revisions; and removal."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.market.bars import Action
from deepseek_shock.providers.storing.rows import Key, parsing, read_actions
from deepseek_shock.providers.storing.schema import MIGRATIONS, TABLES

# Sessions and times of retrieval are here as they stand in the store: ISO 8601.


class VendorSummary(NamedTuple):
    """How much is held from one vendor, from which session to which, and the last retrieval."""

    vendor: str
    instruments: int
    bars: int
    refused: int
    first: str | None
    last: str | None
    retrieved: str


class Summary(NamedTuple):
    """What is held: the size of the file in bytes, the version of its layout, each vendor.

    Where nothing is held yet, size and layout are 0.
    """

    path: Path
    size: int
    layout: int
    instruments: int
    vendors: tuple[VendorSummary, ...]


class Refused(NamedTuple):
    """How many bars of a series were refused for one reason, the first and the last of them."""

    reason: str
    bars: int
    first: str
    last: str


class Kept(NamedTuple):
    """What is held of one instrument from one vendor; `dividends` is `None` where none are said.

    `asked` are the first and last day that the last retrieval asked for.
    """

    key: Key
    exchange: str
    bars: int
    first: str | None
    last: str | None
    refused: tuple[Refused, ...]
    splits: tuple[Action, ...]
    dividends: tuple[Action, ...] | None
    retrievals: int
    retrieved: str
    asked: tuple[str, str]


class Revision(NamedTuple):
    """A figure that a later retrieval gave otherwise; `None` where one of them gave none.

    `field` is open, high, low, close, volume, split, dividend or refusal.
    """

    vendor: str
    session: str
    field: str
    old: str | None
    new: str | None
    old_retrieved: str
    new_retrieved: str


class Removed(NamedTuple):
    """A series that was removed, and how many bars that were."""

    key: Key
    bars: int


def summarize(connection: sqlite3.Connection | None, path: Path) -> Summary:
    """Count what is held, vendor by vendor."""
    if connection is None:
        return Summary(path, 0, 0, 0, ())
    bars: dict[str, tuple[int, int, str | None, str | None]] = {
        vendor: (accepted, refused, first, last)
        for vendor, accepted, refused, first, last in connection.execute(
            "SELECT vendor, sum(reason IS NULL), sum(reason IS NOT NULL), "
            "min(session), max(session) FROM bar GROUP BY vendor"
        )
    }
    series = connection.execute(
        "SELECT vendor, count(*), max(retrieved) FROM series JOIN retrieval USING (ticker, vendor) "
        "WHERE number = latest GROUP BY vendor ORDER BY vendor"
    )
    vendors = tuple(
        VendorSummary(vendor, count, *bars.get(vendor, (0, 0, None, None)), retrieved)
        for vendor, count, retrieved in series
    )
    instruments = _number(connection, "SELECT count(DISTINCT ticker) FROM series")
    pages = _number(connection, "PRAGMA page_count")
    size = pages * _number(connection, "PRAGMA page_size")
    return Summary(path, size, len(MIGRATIONS), instruments, vendors)


def describe_series(connection: sqlite3.Connection, key: Key) -> Kept:
    """Describe what is held of one instrument from one vendor."""
    with parsing(key):
        return _describe(connection, key)


def _describe(connection: sqlite3.Connection, key: Key) -> Kept:
    mic, retrievals, retrieved, history, last_asked, has_dividends = connection.execute(
        "SELECT exchange, latest, retrieved, history, last, has_dividends "
        "FROM series JOIN retrieval USING (ticker, vendor) "
        "WHERE ticker = ? AND vendor = ? AND number = latest",
        key,
    ).fetchone()
    bars, first, last = connection.execute(
        "SELECT count(*), min(session), max(session) FROM bar "
        "WHERE ticker = ? AND vendor = ? AND reason IS NULL",
        key,
    ).fetchone()
    refused = connection.execute(
        "SELECT reason, count(*), min(session), max(session) FROM bar "
        "WHERE ticker = ? AND vendor = ? AND reason IS NOT NULL GROUP BY reason ORDER BY reason",
        key,
    )
    splits, dividends = read_actions(connection, key)
    return Kept(
        key=key,
        exchange=mic,
        bars=bars,
        first=first,
        last=last,
        refused=tuple(Refused(*row) for row in refused),
        splits=splits,
        dividends=dividends if has_dividends else None,
        retrievals=retrievals,
        retrieved=retrieved,
        asked=(history, last_asked),
    )


def read_revisions(connection: sqlite3.Connection, ticker: str) -> list[Revision]:
    """Read the revisions of a ticker, in session order and of each session as they came."""
    rows = connection.execute(
        "SELECT vendor, session, field, old, new, old_retrieved, new_retrieved FROM revision "
        "WHERE ticker = ? ORDER BY vendor, session, rowid",
        (ticker,),
    )
    return [Revision(*row) for row in rows]


def remove_series(connection: sqlite3.Connection, key: Key) -> Removed:
    """Remove a series and all that belongs to it, within the caller's transaction."""
    bars = _number(connection, "SELECT count(*) FROM bar WHERE ticker = ? AND vendor = ?", *key)
    for table in TABLES:
        connection.execute(
            f"DELETE FROM {table} WHERE ticker = ? AND vendor = ?",  # noqa: S608 -- our own words
            key,
        )
    return Removed(key, bars)


def _number(connection: sqlite3.Connection, question: str, *values: str) -> int:
    return int(connection.execute(question, values).fetchone()[0])
