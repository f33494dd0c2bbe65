"""Closes on one split basis, where the data record splits.

A column of splits does not tell whether the closes beside it were adjusted: yfinance's `Close`
is, and stands beside `Stock Splits`; Tiingo's and our own are as traded; and some vendors record a
split on the day before it takes effect. So the data are asked. At every recorded split of a fifth
or more, three readings are held against the closes around it (s is the split, c the close, p the
one before, n the one after), and the one with the least sum of moves has its vote:

    as traded, on the day      |ln(c·s/p)| + |ln(n/c)|
    as traded, the day before  |ln(c/p)| + |ln(n·s/c)|
    adjusted already           |ln(c/p)| + |ln(n/c)|

What three quarters of all votes say is taken for all. Below that the scan is refused: no reading
would be right, and the tables would be full of splits or of moves that never were.
"""

from __future__ import annotations

from enum import StrEnum
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.errors import FileError
from deepseek_shock.scan.reading import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TELLING = log(1.2)  # splits that stand out of a day's moves
_CLEAR = 0.75  # share of votes
_NEAR = 10  # days between a split and the sessions around it
_MOST = 0.05  # share of rows that can record a split


class Basis(StrEnum):
    """What the closes of a file are, beside its splits."""

    AS_TRADED = "as traded"
    DAY_BEFORE = "as traded, splits recorded the day before"
    ADJUSTED = "adjusted"


class Split(NamedTuple):
    """A recorded split: so many shares of one; `day` since 1970."""

    ticker: str
    day: int
    ratio: float


class Vote(NamedTuple):
    """What the closes around recorded splits say of their basis."""

    basis: Basis
    recorded: int
    agreeing: int
    telling: int


class Splits:
    """Brings closes to the split basis of the last session: an older one is divided by the splits.

    `vote` is how that came out.
    """

    def __init__(self, splits: Iterable[Split], vote: Vote) -> None:
        self.vote = vote
        self._by_ticker: dict[str, list[tuple[int, float]]] = {}
        shift = 1 if vote.basis is Basis.DAY_BEFORE else 0
        if vote.basis is not Basis.ADJUSTED:
            for ticker, day, ratio in sorted(set(splits)):
                self._by_ticker.setdefault(ticker, []).append((day + shift, ratio))

    def apply(self, rows: Rows, tickers: Sequence[str]) -> Rows:
        """Return rows with their closes on one basis; `tickers` are the names of their codes."""
        codes, first = np.unique(rows.codes, return_inverse=True)
        numbers: list[int] = codes.tolist()
        splits = [self._by_ticker.get(tickers[code], ()) for code in numbers]
        if not any(splits):
            return rows
        keys = np.array(
            [(at << 32) + day for at, some in enumerate(splits) for day, _ in some], np.int64
        )
        factors = np.array([one for some in splits for one in _cumulate(some)])
        ends = np.cumsum([len(some) for some in splits])
        # The first split after a row's day; none if it is another ticker's.
        place = np.searchsorted(keys, (first.astype(np.int64) << 32) + rows.days, side="right")
        is_before = place < ends[first]
        closes = rows.closes.copy()
        closes[is_before] /= factors[place[is_before]]
        return Rows(rows.codes, rows.days, closes)


def _cumulate(splits: Sequence[tuple[int, float]]) -> list[float]:
    """Return for each split its product with all later ones."""
    products: list[float] = []
    product = 1.0
    for _, ratio in reversed(splits):
        product *= ratio
        products.append(product)
    return products[::-1]


class Around(NamedTuple):
    """Closes around a split: of the session before, its own, the next; NaN if there is none."""

    ratio: float
    before: float
    close: float
    after: float


def collect_around(
    splits: Sequence[Split], batches: Iterable[tuple[Rows, Sequence[str]]]
) -> list[Around]:
    """Find the closes around splits in rows of any order, a batch with the names of its codes."""
    return look_around(splits, find_near(splits, batches))


def find_near(
    splits: Iterable[Split], batches: Iterable[tuple[Rows, Sequence[str]]]
) -> dict[str, dict[int, float]]:
    """Return the closes near splits, by ticker and day, of some of the rows."""
    days_of: dict[str, list[int]] = {}
    for split in splits:
        days_of.setdefault(split.ticker, []).append(split.day)
    known: dict[str, dict[int, float]] = {ticker: {} for ticker in days_of}
    for rows, tickers in batches:
        _keep_near(rows, tickers, days_of, known)
    return known


def look_around(splits: Iterable[Split], known: Mapping[str, Mapping[int, float]]) -> list[Around]:
    """Return the closes around splits, of all that is known near them."""
    return [found for one in splits if (found := _look_around(one, known.get(one.ticker, {})))]


def _keep_near(
    rows: Rows,
    tickers: Sequence[str],
    days_of: Mapping[str, Sequence[int]],
    known: Mapping[str, dict[int, float]],
) -> None:
    codes, first = np.unique(rows.codes, return_inverse=True)
    numbers: list[int] = codes.tolist()
    names = [tickers[code] for code in numbers]
    keys = np.array(
        [
            (at << 32) + day
            for at, name in enumerate(names)
            for day in sorted(days_of.get(name, ()))
        ],
        np.int64,
    )
    if not keys.size:
        return
    own = (first.astype(np.int64) << 32) + rows.days
    place = np.searchsorted(keys, own - _NEAR)
    distance = np.abs(keys[np.minimum(place, len(keys) - 1)] - own)
    near = np.flatnonzero((distance <= _NEAR) & (rows.closes > 0))
    for at in near.tolist():
        known[names[first[at]]][int(rows.days[at])] = float(rows.closes[at])


def _look_around(split: Split, closes: Mapping[int, float]) -> Around | None:
    """Return the closes around a split; `None` where its own session has none, or none before."""
    close = closes.get(split.day)
    before = max((day for day in closes if day < split.day), default=None)
    after = min((day for day in closes if day > split.day), default=None)
    if close is None or before is None:
        return None
    return Around(
        split.ratio, closes[before], close, float("nan") if after is None else closes[after]
    )


def find_basis(file: str, recorded: int, found: Iterable[Around]) -> Vote | None:
    """Let the closes around splits tell their basis; `None` where no split stands out.

    Raises `FileError` where they do not agree.
    """
    votes = dict.fromkeys(Basis, 0)
    for one in found:
        if abs(log(one.ratio)) >= _TELLING:
            votes[_vote(one)] += 1
    telling = sum(votes.values())
    if not telling:
        return None
    basis = max(votes, key=lambda one: votes[one])
    if votes[basis] < _CLEAR * telling:
        said = ", ".join(f"{count} {one}" for one, count in votes.items() if count)
        raise FileError(
            file,
            f"closes around {telling} recorded splits do not agree on their basis: {said}",
            hint="scan the files of each vendor apart, or leave splits alone: --columns split=none",
        )
    return Vote(basis, recorded, votes[basis], telling)


def _vote(one: Around) -> Basis:
    split = log(one.ratio)
    move = log(one.close / one.before)
    after = 0.0 if np.isnan(one.after) else log(one.after / one.close)
    sums = {
        Basis.ADJUSTED: abs(move) + abs(after),
        Basis.AS_TRADED: abs(move + split) + abs(after),
        Basis.DAY_BEFORE: abs(move) + (abs(after + split) if not np.isnan(one.after) else np.inf),
    }
    return min(sums, key=lambda basis: sums[basis])


def keep_splits(file: str, rows: Rows, tickers: Sequence[str]) -> list[Split]:
    """Return the splits among rows that have ratios for closes. Raises `FileError` for too many."""
    ratios = rows.closes
    is_split = (ratios > 0) & (ratios != 1) & np.isfinite(ratios)
    if len(ratios) > 1 / _MOST and is_split.mean() > _MOST:
        raise FileError(
            file,
            f"{is_split.mean():.0%} of the rows record a split",
            hint="it is no column of splits; leave it alone: --columns split=none",
        )
    at = np.flatnonzero(is_split)
    codes: list[int] = rows.codes[at].tolist()
    days: list[int] = rows.days[at].tolist()
    found = zip(codes, days, ratios[at].tolist(), strict=True)
    return [Split(tickers[code], day, ratio) for code, day, ratio in found]
