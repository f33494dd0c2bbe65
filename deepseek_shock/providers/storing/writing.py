"""Writing a retrieval into the store: what is replaced, what is kept, what was said otherwise."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.providers.assemble import describe
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.storing.rows import (
    DIVIDEND,
    SPLIT,
    Key,
    Span,
    hash_series,
    parsing,
    read_spans,
    unite,
)

_FIELDS = ("open", "high", "low", "close", "volume", "refusal")
_PRICES = _FIELDS[:4]
_Figure: TypeAlias = str | int | None
_Figures: TypeAlias = tuple[_Figure, ...]
"""What stands in a row of `bar` for each of the fields."""


class Changes(NamedTuple):
    """How many of the sessions given were not held yet, were held so, were held otherwise."""

    new: int
    unchanged: int
    changed: int


class _HeldRow(NamedTuple):
    figures: _Figures
    retrieved: str
    has_dividends: bool


class _Revision(NamedTuple):
    session: str
    field: str
    old: _Figure
    new: _Figure
    old_retrieved: str


def replace_series(connection: sqlite3.Connection, key: Key, bars: Bars, wanted: Wanted) -> Changes:
    """Replace what a vendor now gives of an instrument, within the caller's transaction.

    A session for which it gives nothing keeps what is held: a vendor that drops a session later
    does not take back the close. The same holds for dividends where it says nothing of any. What
    was given otherwise before is kept as a revision.
    """
    with parsing(key):
        return _Replacement(connection, key, bars, wanted).run()


class _Replacement:
    def __init__(
        self, connection: sqlite3.Connection, key: Key, bars: Bars, wanted: Wanted
    ) -> None:
        self._connection = connection
        self._key = key
        self._bars = bars
        self._wanted = wanted
        self._retrieved = bars.origin.retrieved
        self._held = _read_rows(connection, key)
        self._number = _record(connection, key, bars, wanted)

    def run(self) -> Changes:
        given = _figures(self._bars)
        revised = list(_compare(self._held, given))
        self._write_bars(given)
        self._write_revisions(revised)
        self._replace_actions(SPLIT, self._bars.splits)
        if self._bars.dividends is not None:
            self._replace_actions(DIVIDEND, self._bars.dividends)
        _write_spans(self._connection, self._key, self._wanted, self._retrieved)
        self._write_series()
        known = len(given.keys() & self._held.keys())
        changed = len({revision.session for revision in revised})
        return Changes(len(given) - known, known - changed, changed)

    def _write_bars(self, given: Mapping[str, _Figures]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO bar VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*self._key, session, *given[session], self._number) for session in given],
        )

    def _write_revisions(self, revisions: Sequence[_Revision]) -> None:
        self._connection.executemany(
            "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(*self._key, *revision, self._retrieved) for revision in revisions],
        )

    def _replace_actions(self, kind: str, actions: Sequence[Action]) -> None:
        """Replace the actions of a kind from `wanted.history` on, and earlier ones that are given.

        One that was not said of a session that was held is a revision; of a new one it is news.
        """
        history = self._wanted.history.isoformat()
        given = _amounts(actions)
        before = {
            session: held
            for session, held in self._read_actions(kind).items()
            if session >= history or session in given
        }
        self._write_revisions(list(self._compare_actions(kind, before, given)))
        self._connection.executemany(
            "DELETE FROM action WHERE ticker = ? AND vendor = ? AND kind = ? AND session = ?",
            [(*self._key, kind, session) for session in before],
        )
        self._connection.executemany(
            "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (*self._key, kind, session, place, amount, self._number)
                for session, amounts in given.items()
                for place, amount in enumerate(amounts)
            ],
        )

    def _read_actions(self, kind: str) -> dict[str, tuple[list[str], str]]:
        """Return amounts, and when they were retrieved, by session."""
        held: dict[str, tuple[list[str], str]] = {}
        for session, amount, retrieved in self._connection.execute(
            "SELECT action.session, action.amount, retrieval.retrieved "
            "FROM action JOIN retrieval USING (ticker, vendor) "
            "WHERE ticker = ? AND vendor = ? AND kind = ? AND number = action.retrieval "
            "ORDER BY action.session, action.place",
            (*self._key, kind),
        ):
            held.setdefault(session, ([], retrieved))[0].append(amount)
        return held

    def _compare_actions(
        self,
        kind: str,
        before: Mapping[str, tuple[list[str], str]],
        given: Mapping[str, list[str]],
    ) -> Iterator[_Revision]:
        for session in sorted(before.keys() | given.keys()):
            old, retrieved = before.get(session, ([], ""))
            new = given.get(session, [])
            row = self._held.get(session)
            if not old:
                if row is None or (kind == DIVIDEND and not row.has_dividends):
                    continue
                retrieved = row.retrieved
            if sorted(map(Decimal, old)) != sorted(map(Decimal, new)):
                yield _Revision(session, kind, _spell(old), _spell(new), retrieved)

    def _write_series(self) -> None:
        mic = self._bars.instrument.exchange.mic
        sha256 = hash_series(self._connection, self._key)
        self._connection.execute(
            "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?)",
            (*self._key, mic, self._number, sha256),
        )


def _read_rows(connection: sqlite3.Connection, key: Key) -> dict[str, _HeldRow]:
    rows = connection.execute(
        "SELECT bar.session, open, high, low, close, volume, reason, retrieved, has_dividends "
        "FROM bar JOIN retrieval USING (ticker, vendor) "
        "WHERE ticker = ? AND vendor = ? AND number = bar.retrieval",
        key,
    )
    return {
        session: _HeldRow(tuple(figures), retrieved, bool(has_dividends))
        for session, *figures, retrieved, has_dividends in rows
    }


def _record(connection: sqlite3.Connection, key: Key, bars: Bars, wanted: Wanted) -> int:
    """Record the retrieval and return its number; the same one written again is the same row."""
    retrieved = bars.origin.retrieved
    what = (retrieved, wanted.history.isoformat(), wanted.last.isoformat())
    latest = connection.execute(
        "SELECT number, retrieved, history, last FROM retrieval "
        "WHERE ticker = ? AND vendor = ? ORDER BY number DESC LIMIT 1",
        key,
    ).fetchone()
    number: int = latest[0] if latest else 1
    if latest and latest[1:] != what:
        number += 1
    sha256 = describe(key.vendor, key.vendor, retrieved, [bars]).sha256
    connection.execute(
        "INSERT OR REPLACE INTO retrieval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, number, *what, len(bars.bars), bars.dividends is not None, sha256),
    )
    return number


def _write_spans(connection: sqlite3.Connection, key: Key, wanted: Wanted, retrieved: str) -> None:
    """Unite the days that were asked for, as far as they were over when the vendor was asked."""
    spans: list[Span] = read_spans(connection, key)
    last = min(wanted.last, _last_over(retrieved))
    if wanted.history <= last:
        spans.append((wanted.history, last))
    connection.execute("DELETE FROM span WHERE ticker = ? AND vendor = ?", key)
    connection.executemany(
        "INSERT INTO span VALUES (?, ?, ?, ?)",
        [(*key, first.isoformat(), last.isoformat()) for first, last in unite(spans)],
    )


def _last_over(retrieved: str) -> date:
    """Return the day before the one, in UTC, on which a vendor was asked: it is over everywhere."""
    try:
        return date.fromisoformat(retrieved[:10]) - timedelta(days=1)
    except (ValueError, OverflowError):  # "2026-11": not said to the day
        return date.min


def _figures(bars: Bars) -> dict[str, _Figures]:
    given = {bar.session.isoformat(): _row(bar, None) for bar in bars.bars}
    for session, refusal in bars.refused.items():
        bar = refusal.bar or Bar(session, None, None, None, None, None)
        given[session.isoformat()] = _row(bar, refusal.reason.value)
    return given


def _row(bar: Bar, reason: str | None) -> _Figures:
    prices = (None if price is None else str(price) for price in bar[1:5])
    return (*prices, bar.volume, reason)


def _compare(held: Mapping[str, _HeldRow], given: Mapping[str, _Figures]) -> Iterator[_Revision]:
    for session, figures in given.items():
        before = held.get(session)
        if before is None or before.figures == figures:
            continue
        for field, old, new in zip(_FIELDS, before.figures, figures, strict=True):
            if old != new and not (field in _PRICES and _is_same_price(old, new)):
                yield _Revision(session, field, old, new, before.retrieved)


def _is_same_price(old: _Figure, new: _Figure) -> bool:
    """Tell whether two spellings mean one price: 120.0 and 120.00."""
    return old is not None and new is not None and Decimal(old) == Decimal(new)


def _amounts(actions: Sequence[Action]) -> dict[str, list[str]]:
    amounts: dict[str, list[str]] = {}
    for action in actions:
        amounts.setdefault(action.session.isoformat(), []).append(str(action.amount))
    return amounts


def _spell(amounts: Sequence[str]) -> str | None:
    return " + ".join(amounts) or None
