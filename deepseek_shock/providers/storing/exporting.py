"""Rows of the store as the source `files` reads them: one a session, actions beside the prices."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from deepseek_shock.analysis.returns import add, multiply
from deepseek_shock.market.bars import Action, Bar
from deepseek_shock.providers.storing.rows import Key, Retrieval, make_bars, parsing, read_actions


class Row(NamedTuple):
    """One session of a series; refused bars are left out.

    A session that has an action and no bar has no prices. `dividend` is `None` where the vendor
    says nothing of dividends, and 0 where it says that there was none.
    """

    ticker: str
    session: date
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal | None
    volume: int | None
    split: Decimal | None
    dividend: Decimal | None
    vendor: str
    retrieved: str


def make_rows(connection: sqlite3.Connection, key: Key) -> list[Row]:
    """Make the rows of a series, in session order."""
    with parsing(key):
        splits, dividends = map(_amounts, read_actions(connection, key))
        retrievals = _read_retrievals(connection, key)
        bars = _read_bars(connection, key)
        latest = max(retrievals, default=0)
        for session in (splits.keys() | dividends.keys()) - bars.keys():
            bars[session] = (Bar(session, None, None, None, None, None), latest)
        rows: list[Row] = []
        for session in sorted(bars):
            bar, number = bars[session]
            retrieved, has_dividends = retrievals[number]
            split = reduce(multiply, splits[session]) if session in splits else None
            dividend = reduce(add, dividends.get(session, ()), Decimal(0))
            rows.append(
                Row(
                    key.ticker,
                    *bar,
                    split,
                    dividend if has_dividends else None,
                    key.vendor,
                    retrieved,
                )
            )
    return rows


def _read_bars(connection: sqlite3.Connection, key: Key) -> dict[date, tuple[Bar, int]]:
    """Read the accepted bars, each with the number of its retrieval."""
    rows = connection.execute(
        "SELECT session, open, high, low, close, volume, retrieval FROM bar "
        "WHERE ticker = ? AND vendor = ? AND reason IS NULL",
        key,
    ).fetchall()
    bars = make_bars(row[:-1] for row in rows)
    return {bar.session: (bar, row[-1]) for bar, row in zip(bars, rows, strict=True)}


def _read_retrievals(connection: sqlite3.Connection, key: Key) -> dict[int, Retrieval]:
    rows = connection.execute(
        "SELECT number, retrieved, has_dividends FROM retrieval WHERE ticker = ? AND vendor = ?",
        key,
    )
    return {number: Retrieval(retrieved, bool(said)) for number, retrieved, said in rows}


def _amounts(actions: Iterable[Action]) -> dict[date, list[Decimal]]:
    amounts: dict[date, list[Decimal]] = {}
    for action in actions:
        amounts.setdefault(action.session, []).append(action.amount)
    return amounts
