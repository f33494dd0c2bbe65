"""Rows ordered by ticker and session, cut into files between two tickers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.scan.ahead import read_ahead
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.reading import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from deepseek_shock.scan.reading import Reader

LEAST = 1 << 20  # rows of a file, after which the next ticker begins another


class Cut(NamedTuple):
    """Some rows of a file, by its number; `tickers` begin in them, `codes` count its own from 0."""

    file: int
    tickers: Sequence[str]
    codes: NDArray[np.int32]
    rows: Rows


class Cutter:
    """Checks that tickers and sessions ascend, and says where a file ends; `rows` came so far."""

    def __init__(self) -> None:
        self.rows = 0
        self._last: str | None = None
        self._file = 0
        self._filled = 0
        self._tickers = 0

    def cut(self, reader: Reader) -> Iterator[Cut]:
        """Cut all that a reader has. Raises `DisorderError`, and what the reader raises."""
        code, day = -1, 0
        for rows in read_ahead(reader):
            if len(rows.codes):
                starts = self._check(rows, code, day, reader)
                yield from self._pieces(rows, starts, reader.tickers)
                code, day = int(rows.codes[-1]), int(rows.days[-1])

    def _check(self, rows: Rows, code: int, day: int, reader: Reader) -> NDArray[np.intp]:
        """Return where tickers begin; the row before these was of `code` and `day`."""
        steps = np.diff(rows.codes, prepend=np.int32(code))
        advances = np.diff(rows.days, prepend=np.int32(day))
        if np.any((steps < 0) | (steps > 1)) or np.any(advances[steps == 0] <= 0):
            raise DisorderError
        starts = np.flatnonzero(steps)
        begun = [reader.tickers[one] for one in rows.codes[starts]]
        before = () if self._last is None else (self._last,)
        if any(later <= earlier for earlier, later in pairwise((*before, *begun))):
            raise DisorderError
        self._last = begun[-1] if begun else self._last
        return starts

    def _pieces(
        self, rows: Rows, starts: NDArray[np.intp], tickers: Sequence[str]
    ) -> Iterator[Cut]:
        cuts = self._cuts(starts)
        for at, until in pairwise((0, *cuts, len(rows.codes))):
            if at == until:  # a file begins with the very first row
                continue
            if at in cuts:
                self._file += 1
                self._filled = self._tickers = 0
            piece = Rows(rows.codes[at:until], rows.days[at:until], rows.closes[at:until])
            begun = piece.codes[starts[(starts >= at) & (starts < until)] - at]
            is_begun = bool(len(begun)) and begun[0] == piece.codes[0]
            first = self._tickers if is_begun else self._tickers - 1
            codes = piece.codes - (piece.codes[0] - np.int32(first))
            self._tickers += len(begun)
            self._filled += until - at
            self.rows += until - at
            yield Cut(self._file, [tickers[int(one)] for one in begun], codes, piece)

    def _cuts(self, starts: NDArray[np.intp]) -> list[int]:
        """Return where another file begins: with the first ticker after so many rows."""
        cuts: list[int] = []
        least = LEAST - self._filled
        while (place := int(np.searchsorted(starts, least))) < len(starts):
            cuts.append(int(starts[place]))
            least = cuts[-1] + LEAST
        return cuts
