"""Draw a realistic history of many tickers, the same by seed: lives, gaps, fat tails, shocks.

A piece of some tickers is drawn at a time and whole, so that memory does not grow with the rows;
a ticker's rows depend on the seed, the rows asked and its piece, never on the layout written.
"""

from __future__ import annotations

import string
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Days = NDArray[np.int32]

FIRST, LAST = date(1962, 1, 2), date(2026, 11, 20)
SHORTEST, LONGEST = 60, 10_000  # sessions of a life
PIECE = 1_250_000  # rows drawn at once, and of a file

# Days of shock, about as large as the S&P 500's own; every other day's market move is smaller than
# 4 %.
PLANTED = {
    date(1962, 5, 28): -0.07,
    date(1987, 10, 16): -0.05,
    date(1987, 10, 19): -0.20,
    date(1987, 10, 21): 0.09,
    date(1987, 10, 26): -0.08,
    date(1988, 1, 8): -0.07,
    date(1989, 10, 13): -0.06,
    date(1997, 10, 27): -0.07,
    date(1998, 8, 31): -0.07,
    date(2000, 4, 14): -0.06,
    date(2001, 9, 17): -0.05,
    date(2008, 9, 29): -0.09,
    date(2008, 10, 9): -0.08,
    date(2008, 10, 13): 0.12,
    date(2008, 10, 15): -0.09,
    date(2008, 11, 20): -0.07,
    date(2008, 12, 1): -0.09,
    date(2009, 1, 20): -0.05,
    date(2011, 8, 8): -0.07,
    date(2020, 3, 9): -0.08,
    date(2020, 3, 12): -0.10,
    date(2020, 3, 16): -0.12,
    date(2020, 3, 24): 0.09,
    date(2020, 6, 11): -0.06,
    date(2025, 4, 4): -0.06,
    date(2025, 4, 9): 0.10,
}
_ORDINARY = 0.04

_ILLIQUID, _SUSPENDED = 0.08, 0.02  # shares of tickers
_SPLIT, _LONG_GAP = 0.1, 0.1
_ADJUSTED = 0.5  # closes brought to a basis of dividends: doubles of all digits, as vendors give
_MISSING, _WITHOUT_CLOSE = 0.001, 0.0001  # shares of rows
_CALM, _FORTNIGHT = 126, 10  # sessions for which a volatility lasts


class Piece(NamedTuple):
    """Rows of some tickers by (ticker, session): `tickers[codes]`, days since 1970, closes."""

    tickers: list[str]
    codes: Days
    days: Days
    closes: Numbers


def new_york() -> Days:
    """Return New York's sessions from FIRST to LAST, as days since 1970."""
    days = sessions_between(XNYS, FIRST, LAST)
    return np.fromiter(map(day_number, days), np.int32, len(days))


def day_number(day: date) -> int:
    """Return a date as days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def draw_pieces(rows: int, seed: int = 7, size: int = PIECE) -> Iterator[Piece]:
    """Draw tickers in order of their names until there are about as many rows."""
    sessions = new_york()
    drawn = np.random.default_rng(seed)
    market = _draw_market(drawn, sessions)
    lives = _draw_lives(drawn, rows)
    cuts = np.flatnonzero(np.diff((np.cumsum(lives) - 1) // size)) + 1
    first = 0
    for number, some in enumerate(np.split(lives, cuts)):
        names = [_name(first + place) for place in range(len(some))]
        yield _draw_piece(np.random.default_rng([seed, number]), names, some, sessions, market)
        first += len(some)


def _name(number: int) -> str:
    letters = string.ascii_uppercase
    return "".join(
        letters[number // len(letters) ** place % len(letters)] for place in (3, 2, 1, 0)
    )


def _draw_lives(drawn: np.random.Generator, rows: int) -> NDArray[np.intp]:
    """Draw lengths, short ones as often as ten times as long, until they are rows enough."""
    most = 2 * rows // SHORTEST // 10 + 10
    spread = drawn.uniform(np.log(SHORTEST), np.log(LONGEST), most)
    lives = np.exp(spread).astype(np.intp)
    enough = int(np.searchsorted(np.cumsum(lives), rows * 1.003)) + 1  # some will be missing
    return lives[:enough]


def _draw_market(drawn: np.random.Generator, sessions: Days) -> Numbers:
    """Draw the market's log return of each session, and plant the days of shock."""
    count = len(sessions)
    moves = 0.006 * _draw_volatility(drawn, count) * drawn.standard_t(4, count) + 0.0003
    moves = np.clip(moves, -_ORDINARY, _ORDINARY)
    for day, move in PLANTED.items():
        moves[np.searchsorted(sessions, day_number(day))] = np.log1p(move)
    return moves


def _draw_volatility(drawn: np.random.Generator, count: int) -> Numbers:
    """Draw multiples of an ordinary volatility that last for weeks, and for half a year."""
    level = np.zeros(count)
    for length in (_FORTNIGHT, _CALM):
        level += np.repeat(drawn.normal(0.0, 0.3, count // length + 1), length)[:count]
    return np.exp(level)


def _draw_piece(
    drawn: np.random.Generator,
    names: list[str],
    lives: NDArray[np.intp],
    sessions: Days,
    market: Numbers,
) -> Piece:
    """Draw the closes of whole lives, then take rows out of them."""
    count, total = len(lives), int(lives.sum())
    codes = np.repeat(np.arange(count, dtype=np.int32), lives)
    starts = np.cumsum(lives) - lives
    room = len(sessions) - lives
    is_listed = drawn.random(count) < 0.5  # noqa: PLR2004 -- half of them live to this day
    begins = np.where(is_listed, room, drawn.integers(0, room + 1))
    places = np.arange(total) - np.repeat(starts - begins, lives)
    returns = _draw_returns(drawn, codes, market[places], count)
    paths = np.cumsum(returns)
    paths += np.repeat(drawn.normal(3.2, 1.0, count) - paths[starts], lives)
    paths -= _draw_splits(drawn, codes, starts, lives)
    closes = np.maximum(np.round(np.exp(paths), 2), 0.01)
    is_adjusted = drawn.random(count) < _ADJUSTED
    closes *= np.where(is_adjusted, drawn.uniform(0.3, 1.0, count), 1.0)[codes]
    chance = drawn.random(total)
    closes[chance < _WITHOUT_CLOSE] = np.nan
    closes[chance < _WITHOUT_CLOSE / 2] = 0.0
    kept = _draw_presence(drawn, starts, lives, total)
    return Piece(names, codes[kept], sessions[places[kept]], closes[kept])


def _draw_returns(drawn: np.random.Generator, codes: Days, market: Numbers, count: int) -> Numbers:
    """Draw log returns: the market by each one's beta, and its own with fat tails."""
    total = len(codes)
    own = np.exp(drawn.normal(-4.3, 0.4, count))[codes]  # 1.4 % a day, from 0.6 to 3
    own *= _draw_volatility(drawn, total) * drawn.standard_t(4, total) * 0.7
    returns = own + np.clip(drawn.normal(1.0, 0.3, count), 0.3, 1.8)[codes] * market
    is_illiquid = drawn.random(count) < _ILLIQUID
    returns[is_illiquid[codes] & (drawn.random(total) < 0.6)] = 0.0  # noqa: PLR2004
    is_suspended = (drawn.random(count) < _SUSPENDED)[codes]
    # A year and more without a trade, and a vendor that repeats the last close.
    returns[is_suspended & (np.arange(total) // 300 % 3 == 0)] = 0.0
    return returns


def _draw_splits(
    drawn: np.random.Generator, codes: Days, starts: NDArray[np.intp], lives: NDArray[np.intp]
) -> Numbers:
    """Draw, of some tickers, a session from which on closes are split; as a log."""
    count = len(lives)
    chosen = np.flatnonzero(drawn.random(count) < _SPLIT)
    ratios = drawn.choice([2.0, 3.0, 4.0, 10.0, 0.1], len(chosen))
    steps = np.zeros(len(codes))
    steps[starts[chosen] + drawn.integers(1, lives[chosen])] = np.log(ratios)
    level = np.cumsum(steps)
    return level - np.repeat(level[starts] - steps[starts], lives)


def _draw_presence(
    drawn: np.random.Generator, starts: NDArray[np.intp], lives: NDArray[np.intp], total: int
) -> NDArray[np.bool_]:
    """Draw which rows there are: single ones are missing, and of some tickers weeks."""
    kept = drawn.random(total) >= _MISSING
    for place in np.flatnonzero(drawn.random(len(lives)) < _LONG_GAP):
        begin = starts[place] + drawn.integers(1, lives[place] - 30)
        kept[begin : begin + drawn.integers(2, 30)] = False
    kept[starts] = True
    return kept
