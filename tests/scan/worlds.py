"""A small history of two markets, and what a scan of it must find, reckoned the long way.

Thirty shares of New York, ten of Tokyo and one of nowhere, over some four hundred sessions, with
what histories have: lives that begin and end, missing sessions and closes, a row on a holiday, a
split that nobody recorded, a day on which all fell.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import fsum, log, sqrt
from statistics import fmean, median
from typing import NamedTuple

from deepseek_shock.analysis.scanned import ScanCounts
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import sessions_between

FIRST, LAST = date(2023, 6, 1), date(2025, 1, 31)
SHOCK = date(2025, 1, 27)
HOLIDAY = date(2024, 12, 25)  # New York's
SPLITS = (2, 3, 4, 5, 10, 20)


class Price(NamedTuple):
    """A row of a history; `close` may be missing."""

    ticker: str
    session: date
    close: float | None


class Day(NamedTuple):
    """What is counted of one session."""

    moves: int
    mean: float
    risers: int
    fallers: int
    judged: int
    low: int
    unranked: int
    median: float


def calendar_of(ticker: str) -> str | None:
    """Tell whose sessions a ticker of this world keeps."""
    if ticker.endswith(".XX"):
        return None
    return "XTKS" if ticker.endswith(".T") else "XNYS"


@cache
def sessions_of(calendar: str | None) -> tuple[date, ...]:
    return sessions_between(EXCHANGES[calendar or "XNYS"], FIRST, LAST)


@cache
def world() -> tuple[Price, ...]:
    """Make the rows, by ticker and session."""
    dice = random.Random(7)  # noqa: S311 -- the same world every time
    tickers = [f"{letter}{letter}{other}" for letter in "ABCDEFGHIJ" for other in "ABC"]
    tickers += [f"{code}.T" for code in range(5801, 5811)] + ["LOST.XX"]
    rows: list[Price] = []
    for number, ticker in enumerate(sorted(tickers)):
        sessions = list(sessions_of(calendar_of(ticker)))
        if number % 5 == 1:
            sessions = sessions[dice.randrange(40, 200) :]
        if number % 7 == 2:
            sessions = sessions[: -dice.randrange(1, 60)]
        rows += _live(ticker, sessions, dice)
    return tuple(rows)


def _live(ticker: str, sessions: list[date], dice: random.Random) -> list[Price]:
    close = dice.uniform(5, 500)
    rows: list[Price] = []
    for session in sessions:
        close *= 1 + dice.gauss(0.0005, 0.02) - (0.09 if session == SHOCK else 0)
        if ticker == "CCB" and session == date(2024, 9, 10):
            close /= 10
        if session != SHOCK and dice.random() < 0.01:
            continue
        is_missing = session != SHOCK and dice.random() < 0.005
        rows.append(Price(ticker, session, None if is_missing else round(close, 4)))
    if ticker == "DDA":
        rows.append(Price(ticker, HOLIDAY, round(close, 4)))
    return sorted(rows, key=lambda row: row.session)


class Expected(NamedTuple):
    """What a scan must find: each session of a calendar, and how many of what."""

    days: dict[tuple[str | None, date], Day]
    counts: ScanCounts


@cache
def expect(rows: tuple[Price, ...]) -> Expected:
    """Go through rows in plain Python, each window summed anew in two passes."""
    moves: dict[tuple[str | None, date], list[tuple[float, float | None, bool]]] = {}
    lives: dict[str, list[Price]] = {}
    for row in rows:
        lives.setdefault(row.ticker, []).append(row)
    holes = astray = empty = unchecked = 0
    for ticker, life in lives.items():
        calendar = calendar_of(ticker)
        sessions = sessions_of(calendar)
        before = {one: other for other, one in pairwise(sessions)}
        kept = [row for row in life if calendar is None or row.session in sessions]
        astray += len(life) - len(kept)
        empty += sum(row.close is None for row in kept)
        returns: list[float] = []
        for row, last in zip(kept[1:], kept, strict=False):
            if row.close is None:
                continue
            if calendar is not None and before[row.session] != last.session:
                holes += 1
                continue
            if last.close is None:
                continue
            unchecked += calendar is None
            z = _z(log(row.close / last.close), returns[-250:])
            returns.append(log(row.close / last.close))
            found = row.close / last.close - 1, z, _is_split(row.close / last.close)
            moves.setdefault((calendar, row.session), []).append(found)
    days = {key: _count(some) for key, some in moves.items()}
    days = {key: day for key, day in days.items() if day.moves}
    counts = ScanCounts(
        rows=len(rows),
        tickers=len(lives),
        sessions=len(days),
        moves=sum(day.moves for day in days.values()),
        judged=sum(day.judged for day in days.values()),
        holes=holes,
        without_close=empty,
        off_calendar=astray,
        unchecked=unchecked,
        unranked=sum(day.unranked for day in days.values()),
    )
    return Expected(days, counts)


def _z(value: float, window: list[float]) -> float | None:
    if len(window) < 250:
        return None
    mean = fsum(window) / 250
    sd = sqrt(fsum((one - mean) ** 2 for one in window) / 249)
    return None if sd < 1e-6 else (value - mean) / sd


def _is_split(ratio: float) -> bool:
    near = any(abs(ratio * one - 1) <= 0.03 or abs(ratio / one - 1) <= 0.03 for one in SPLITS)
    return near or not 0.25 <= ratio <= 4


def _count(moves: list[tuple[float, float | None, bool]]) -> Day:
    ranked = [(move, z) for move, z, is_split in moves if not is_split]
    known = [z for _, z in ranked if z is not None]
    figures = [move for move, _ in ranked]
    return Day(
        len(ranked),
        fmean(figures) if figures else 0.0,
        sum(move > 0 for move in figures),
        sum(move < 0 for move in figures),
        len(known),
        sum(z <= -3 for z in known),
        len(moves) - len(ranked),
        median(figures) if figures else 0.0,
    )


def between(first: date, last: date) -> list[date]:
    """List all days from one to another."""
    return [first + timedelta(at) for at in range((last - first).days + 1)]
