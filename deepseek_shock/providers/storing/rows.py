"""Rows of the store and what they stand for: bars, actions, the days that were asked for."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Wanted

SPLIT, DIVIDEND = "split", "dividend"
Span: TypeAlias = tuple[date, date]
"""First and last day, both included."""

_BARS = """
SELECT session, open, high, low, close, volume FROM bar
WHERE ticker = ? AND vendor = ? AND session BETWEEN ? AND ? ORDER BY session"""
# Few rows are flagged: to read two more columns of all would cost as much as to look for these.
_FLAGGED = """
SELECT session, reason, retrieval FROM bar
WHERE ticker = ? AND vendor = ? AND session BETWEEN ? AND ?
AND (reason IS NOT NULL OR retrieval <> ?)"""
_HEADS = """
SELECT vendor, latest, retrieved, history, last
FROM series JOIN retrieval USING (ticker, vendor)
WHERE ticker = ? AND number = latest ORDER BY vendor"""
# Columns are named, so that one that a later layout adds changes no hash.
_HASHED = (
    """
SELECT session, open, high, low, close, volume, reason, retrieval FROM bar
WHERE ticker = ? AND vendor = ? ORDER BY session""",
    """
SELECT kind, session, place, amount, retrieval FROM action
WHERE ticker = ? AND vendor = ? ORDER BY kind, session, place""",
)
_day = cache(date.fromisoformat)  # the instruments of a report share their sessions


class Key(NamedTuple):
    """Whose bars from which vendor: what makes a series."""

    ticker: str
    vendor: str


class Held(NamedTuple):
    """What the store holds of an instrument from one vendor.

    `asked` are the days that the vendor was asked for, without a hole between them; those of
    earlier retrievals count only as far as they were over by then, so that a session among them
    that has no bar may be taken as lacking. `retrieved` is the time of the last retrieval.
    """

    vendor: str
    bars: Bars
    asked: Span
    retrieved: str


class Retrieval(NamedTuple):
    """When a vendor was asked, and whether its answer spoke of dividends."""

    retrieved: str
    has_dividends: bool


def read_keys(connection: sqlite3.Connection) -> list[Key]:
    """List the series held, by ticker and vendor."""
    rows = connection.execute("SELECT ticker, vendor FROM series ORDER BY ticker, vendor")
    return [Key(*row) for row in rows]


def read_held(connection: sqlite3.Connection, instrument: Instrument, wanted: Wanted) -> list[Held]:
    """Read what each vendor has given of an instrument, in the order of the vendors' names."""
    held: list[Held] = []
    for vendor, latest, retrieved, *asked in connection.execute(_HEADS, (instrument.ticker,)):
        key = Key(instrument.ticker, vendor)
        with parsing(key):
            spans = (*read_spans(connection, key), _span(asked))
            span = _find_asked(spans, wanted)
            between = _begins(span, wanted), wanted.last
            bars = _read_bars(connection, key, latest, instrument, between)
            held.append(Held(vendor, bars, span, retrieved))
    return held


def _begins(asked: Span, wanted: Wanted) -> date:
    """Return from when on bars are read: as far back as the vendor was asked without a hole."""
    if wanted.archive is None:
        return wanted.history
    return min(wanted.history, max(wanted.archive, asked[0]))


def _read_bars(
    connection: sqlite3.Connection, key: Key, latest: int, instrument: Instrument, days: Span
) -> Bars:
    between = (*key, *(day.isoformat() for day in days))
    bars = make_bars(connection.execute(_BARS, between))
    flagged = connection.execute(_FLAGGED, (*between, latest)).fetchall()
    retrievals = read_retrievals(connection, key, {latest, *(number for _, _, number in flagged)})
    origin = Origin(key.vendor, retrievals[latest].retrieved)
    reasons: dict[date, str] = {}
    others: dict[date, Origin] = {}
    for text, reason, number in flagged:
        session = date.fromisoformat(text)
        if reason is not None:
            reasons[session] = reason
        if retrievals[number].retrieved != origin.retrieved:
            others[session] = origin._replace(retrieved=retrievals[number].retrieved)
    splits, dividends = read_actions(connection, key)
    is_said = all(one.has_dividends for one in retrievals.values())
    return Bars(
        instrument,
        tuple(bar for bar in bars if bar.session not in reasons) if reasons else tuple(bars),
        splits,
        dividends if is_said else None,
        {
            bar.session: _refusal(reasons[bar.session], bar)
            for bar in bars
            if bar.session in reasons
        },
        origin,
        others,
    )


def make_bars(rows: Iterable[Any]) -> list[Bar]:
    """Make bars of rows: session, open, high, low, close, volume."""
    return [
        Bar(
            _day(session),
            opened and Decimal(opened),
            high and Decimal(high),
            low and Decimal(low),
            close and Decimal(close),
            volume,
        )
        for session, opened, high, low, close, volume in rows
    ]


def _refusal(reason: str, bar: Bar) -> Refusal:
    """Make a refusal; one without a bar is kept as a row without a figure."""
    is_blank = all(figure is None for figure in bar[1:])
    return Refusal(GapReason(reason), None if is_blank else bar)


def read_retrievals(
    connection: sqlite3.Connection, key: Key, numbers: Iterable[int]
) -> dict[int, Retrieval]:
    """Read some retrievals of a series by their numbers; raise `ValueError` if one is not there."""
    found: dict[int, Retrieval] = {}
    for number in numbers:
        row = connection.execute(
            "SELECT retrieved, has_dividends FROM retrieval "
            "WHERE ticker = ? AND vendor = ? AND number = ?",
            (*key, number),
        ).fetchone()
        if row is None:
            raise ValueError(f"retrieval {number} is not recorded")
        found[number] = Retrieval(row[0], bool(row[1]))
    return found


def read_actions(
    connection: sqlite3.Connection, key: Key
) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """Read the splits and the dividends of a series, in session order."""
    rows = connection.execute(
        "SELECT kind, session, amount FROM action WHERE ticker = ? AND vendor = ? "
        "ORDER BY kind, session, place",
        key,
    ).fetchall()
    made = [
        (kind, Action(date.fromisoformat(session), Decimal(amount)))
        for kind, session, amount in rows
    ]
    splits = tuple(action for kind, action in made if kind == SPLIT)
    return splits, tuple(action for kind, action in made if kind == DIVIDEND)


def read_spans(connection: sqlite3.Connection, key: Key) -> list[Span]:
    """Read which days of a series were asked for after they were over."""
    rows = connection.execute(
        "SELECT first, last FROM span WHERE ticker = ? AND vendor = ? ORDER BY first", key
    )
    return [_span(row) for row in rows]


def unite(spans: Iterable[Span]) -> list[Span]:
    """Unite spans that overlap or lie day by day, in order."""
    united: list[Span] = []
    for first, last in sorted(spans):
        if united and first.toordinal() <= united[-1][1].toordinal() + 1:
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united


def _find_asked(spans: Iterable[Span], wanted: Wanted) -> Span:
    """Find the span that has most in common with the days wanted, of equal ones the latest."""

    def shared(span: Span) -> int:
        return min(span[1], wanted.last).toordinal() - max(span[0], wanted.history).toordinal()

    return max(reversed(unite(spans)), key=shared)


def _span(row: Iterable[str]) -> Span:
    first, last = map(date.fromisoformat, row)
    return first, last


def hash_series(connection: sqlite3.Connection, key: Key) -> str:
    """Return the hash over all that is held of a series."""
    from hashlib import sha256

    digest = sha256()
    for question in _HASHED:
        for row in connection.execute(question, key):
            digest.update(repr(row).encode())
    return digest.hexdigest()


@contextmanager
def parsing(key: Key) -> Generator[None, None, None]:
    """Take a value that the store cannot have been given for damage of the database."""
    try:
        yield
    except OverflowError:  # what was given, and not what is there
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        what = str(error) if isinstance(error, ValueError) else "a value is not of its kind"
        raise sqlite3.DatabaseError(f"{key.ticker} of {key.vendor}: {what}") from error
