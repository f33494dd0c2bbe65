"""The store as a history that can be gone through: its closes, on one split basis.

Of several vendors of a ticker the first counts, in the order of `StoreAlone`, and the others
confirm and fill it as they do for a report. A session whose bar a guard has refused, or whose
closes are disputed, has a row without a close.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from deepseek_shock.analysis.scanned import Skipped
from deepseek_shock.errors import StoreError
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.combine import combine
from deepseek_shock.providers.stored import VENDORS, vendor_order
from deepseek_shock.providers.storing.connection import reading
from deepseek_shock.providers.storing.rows import Key, parsing, read_actions, read_held, read_keys
from deepseek_shock.scan.reading import DamagedFileError, Layout, Reader, Rows, StoppedError

_BATCH = 1 << 17  # rows
_ALL = Wanted(date.min, date.min, date.max)
_CLOSES = """
SELECT session, CASE WHEN reason IS NULL THEN close END FROM bar
WHERE ticker = ? AND vendor = ? ORDER BY session"""
_SERIES = "SELECT ticker, exchange FROM series ORDER BY ticker, vendor"
_RETRIEVED = """
SELECT max(retrieved) FROM series JOIN retrieval USING (ticker, vendor) WHERE number = latest"""


class _Series(NamedTuple):
    """A ticker's rows: days since 1970, closes (NaN: none) on one split basis."""

    days: NDArray[np.int32]
    closes: NDArray[np.float64]


class StoredHistory:
    """What the store held when it was opened; read-only.

    `placed` is each ticker's exchange, by its MIC, `vendors` are whose bars these are, `retrieved`
    is when the last of them came. Raises `StoreError` for a store that holds nothing, or cannot be
    read.
    """

    layout = Layout.ORDERED
    skipped: tuple[Skipped, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: tuple[str, ...] = (str(path),)
        with reading(path) as connection:
            self.keys = () if connection is None else tuple(read_keys(connection))
            if connection is None or not self.keys:
                hint = "`shock fetch` fills the store, or name files: shock scan prices/"
                raise StoreError(f"nothing is held yet: {path}", hint=hint)
            self.placed: Mapping[str, str] = dict(connection.execute(_SERIES).fetchall())
            (self.rows,) = connection.execute("SELECT count(*) FROM bar").fetchone()
            (self.retrieved,) = connection.execute(_RETRIEVED).fetchone()
        names = sorted({key.vendor for key in self.keys}, key=vendor_order)
        self.vendors = tuple(VENDORS.get(name, name) for name in names)

    def readers(self, layout: Layout) -> tuple[Reader, ...]:
        """Return the one who reads the rows; they stand in order whatever layout is asked."""
        del layout
        return (StoredRows(self),)

    def without(self, error: DamagedFileError) -> Self:
        """Raise the error: there is nothing else to be read."""
        raise error

    def close(self) -> None:
        """Leave all as it is: nothing was written."""


class StoredRows:
    """Reads a store, ticker by ticker."""

    def __init__(self, history: StoredHistory) -> None:
        self.name = str(history.path)
        self.rows: int | None = history.rows
        self.files: tuple[str, ...] = history.files
        self.tickers: list[str] = []
        self._path = history.path
        self._placed = history.placed
        self._is_stopped = False

    def batches(self) -> Iterator[Rows]:
        """Yield rows by ticker and session. Raises `StoreError`, `StoppedError` after `stop`."""
        tickers: list[str] = []
        self.tickers = tickers
        waiting: list[Rows] = []
        with reading(self._path) as connection:
            for ticker, series in () if connection is None else self._series(connection):
                if self._is_stopped:
                    raise StoppedError
                codes = np.full(len(series.days), len(tickers), np.int32)
                tickers.append(ticker)
                waiting.append(Rows(codes, series.days, series.closes))
                if sum(len(rows.codes) for rows in waiting) >= _BATCH:
                    yield _join(waiting)
                    waiting = []
        if waiting:
            yield _join(waiting)

    def without(self, file: str) -> None:
        """Return no reader: there is no other file."""

    def stop(self) -> None:
        """End before the next ticker."""
        self._is_stopped = True

    def _series(self, connection: Connection) -> Iterator[tuple[str, _Series]]:
        for ticker, some in groupby(read_keys(connection), key=lambda key: key.ticker):
            keys = list(some)
            if len(keys) == 1:
                yield ticker, _read_series(connection, keys[0])
            else:
                yield ticker, _combine(connection, ticker, self._placed[ticker])


def _join(some: Iterable[Rows]) -> Rows:
    codes, days, closes = zip(*some, strict=True)
    return Rows(np.concatenate(codes), np.concatenate(days), np.concatenate(closes))


def _read_series(connection: Connection, key: Key) -> _Series:
    """Read the closes that one vendor gave of one ticker."""
    with parsing(key):
        rows = connection.execute(_CLOSES, key).fetchall()
        splits, _ = read_actions(connection, key)
        closes = [None if close is None else float(close) for _, close in rows]
        return _on_one_basis([session for session, _ in rows], closes, splits)


def _combine(connection: Connection, ticker: str, mic: str) -> _Series:
    """Read the closes that several vendors gave of one ticker, and hold them against each other."""
    instrument = make_instrument(ticker, exchange=EXCHANGES[mic])
    held = sorted(read_held(connection, instrument, _ALL), key=lambda one: vendor_order(one.vendor))
    first, *others = (one.bars for one in held)
    for other in others:
        answer = combine(first, other)
        first = answer if isinstance(answer, Bars) else first
    closes = {bar.session: None if bar.close is None else float(bar.close) for bar in first.bars}
    closes |= dict.fromkeys(first.refused)
    sessions = sorted(closes)
    texts = [session.isoformat() for session in sessions]
    return _on_one_basis(texts, [closes[session] for session in sessions], first.splits)


def _on_one_basis(
    sessions: list[str], closes: list[float | None], splits: Iterable[Action]
) -> _Series:
    """Bring closes as traded to the split basis of the last session."""
    days = np.array(sessions, "datetime64[D]").astype(np.int32)
    figures = np.array(closes, np.float64)
    for split in splits:
        first = np.datetime64(split.session, "D").astype(np.int32)
        figures[: days.searchsorted(first)] /= float(split.amount)
    return _Series(days, figures)
