"""Whether a store is sound: the file, and each series against what was written."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.sessions import calendar_span, sessions_between
from deepseek_shock.providers.storing.rows import Key, hash_series
from deepseek_shock.providers.storing.schema import TABLES

_NAMED = 3  # sessions named in a finding


class Finding(NamedTuple):
    """What is wrong, and with which instrument; without a ticker, with the file."""

    ticker: str
    what: str


def check_store(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield what is wrong with a store: the file's structure, then each series.

    What SQLite cannot read is a finding too, and does not end the search.
    """
    yield from _guard("", _check_file(connection))
    yield from _guard("", _check_references(connection))
    yield from _guard("", _check_all_series(connection))


def _guard(ticker: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from findings
    except sqlite3.Error as error:
        yield Finding(ticker, f"cannot be read: {error}")


def _check_file(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield from (Finding("", line) for line in str(said).splitlines())


def _check_all_series(connection: sqlite3.Connection) -> Iterator[Finding]:
    series = connection.execute(
        "SELECT ticker, vendor, exchange, sha256 FROM series ORDER BY ticker, vendor"
    ).fetchall()
    for ticker, vendor, mic, sha256 in series:
        whats = _check_series(connection, Key(ticker, vendor), mic, sha256)
        yield from _guard(ticker, (Finding(ticker, f"{vendor}: {what}") for what in whats))


def _check_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield what belongs to no series, and what came from no retrieval."""
    for table in TABLES[1:]:
        for ticker, vendor in connection.execute(
            f"SELECT DISTINCT ticker, vendor FROM {table} "  # noqa: S608 -- our own words
            "EXCEPT SELECT ticker, vendor FROM series"
        ):
            yield Finding(ticker, f"{vendor}: {table} without a series")
    for ticker, vendor, number in connection.execute(
        "SELECT ticker, vendor, retrieval FROM bar UNION SELECT ticker, vendor, retrieval "
        "FROM action UNION SELECT ticker, vendor, latest FROM series "
        "EXCEPT SELECT ticker, vendor, number FROM retrieval"
    ):
        yield Finding(ticker, f"{vendor}: retrieval {number} is not recorded")


def _check_series(connection: sqlite3.Connection, key: Key, mic: str, sha256: str) -> Iterator[str]:
    if hash_series(connection, key) != sha256:
        yield "the bars are not those that were written"
    rows = connection.execute(
        "SELECT session, open, high, low, close, reason FROM bar "
        "WHERE ticker = ? AND vendor = ? ORDER BY session",
        key,
    ).fetchall()
    sessions = [(text, _find_day(text)) for text, *_ in rows]
    yield from _name("is no date", [text for text, day in sessions if day is None])
    days = [day for _, day in sessions if day is not None]
    if mic not in EXCHANGES:
        yield f"{mic} is no exchange"
    else:
        closed = [str(day) for day in _find_closed(mic, days)]
        yield from _name(f"is no session of {mic}", closed)
    unpriced = [row[0] for row in rows if not all(map(_is_price, row[1:5]))]
    yield from _name("has a price that is not positive", unpriced)
    unknown = [row[0] for row in rows if row[5] is not None and not _is_reason(row[5])]
    yield from _name("was refused for an unknown reason", unknown)


def _name(what: str, sessions: list[str]) -> Iterator[str]:
    """Say what is wrong with sessions, and name the first of them."""
    if sessions:
        more = len(sessions) - _NAMED
        named = ", ".join(map(str, sessions[:_NAMED]))
        yield f"{named} {what}" if more <= 0 else f"{named} and {more} more: {what}"


def _find_day(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # so that text order is the order of days


def _find_closed(mic: str, days: list[date]) -> list[date]:
    """Find the days on which the exchange was closed, among those that our calendar covers."""
    exchange = EXCHANGES[mic]
    begins, ends = calendar_span(exchange)
    known = sessions_between(exchange, begins, ends)
    within = [day for day in days if begins <= day <= ends]
    return [day for day in within if known[bisect_left(known, day) :][:1] != (day,)]


def _is_price(text: object) -> bool:
    try:
        price = None if text is None else Decimal(str(text))
    except InvalidOperation:
        return False
    return price is None or (price.is_finite() and price > 0)


def _is_reason(text: object) -> bool:
    return text in list(GapReason)
