"""Tickers by number, in the order in which they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deepseek_shock.scan.rows.arrowcells import UnfitError, check_indices, find_starts, indices_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNUSED = -1
_LEAST_RUN = 8  # rows of a ticker that stand together, on average


class Numbering:
    """Numbers tickers from 0 as they first come in the rows."""

    def __init__(self) -> None:
        self.tickers: list[str] = []
        self._by_name: dict[str, int] = {}
        self._by_value: dict[object, int] = {}
        self._dictionary: Any = None  # the last one, and the numbers of its words
        self._codes: NDArray[np.int32] = np.empty(0, np.int32)

    def number(self, name: str) -> int:
        """Return the number of one ticker."""
        code = self._by_name.get(name)
        if code is None:
            code = self._by_name[name] = len(self.tickers)
            self.tickers.append(name)
        return code

    def codes_of(self, array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- pyarrow ships no types
        """Return the numbers of an Arrow dictionary array of texts or figures, without nulls.

        A dictionary may hold words that no row uses, as most of a row group's are.
        """
        if self._dictionary is None or not self._dictionary.equals(array.dictionary):
            self._dictionary = array.dictionary
            self._codes = np.full(len(array.dictionary), _UNUSED, np.int32)
        places = indices_of(array)
        starts = find_starts(places)
        if starts.size * _LEAST_RUN > places.size:
            check_indices(array, places)
            return self._number(places, places[starts])
        heads = places[starts]
        check_indices(array, heads)
        # A code a run, written out: a third of what it costs to look up each row.
        return np.repeat(self._number(heads, heads), np.diff(starts, append=places.size))

    def _number(self, places: NDArray[np.int32], heads: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the numbers of words, of which those at the head of a run may be new."""
        codes = self._codes.take(places)
        if codes.size and codes.min() == _UNUSED:
            self._look_up(heads[self._codes.take(heads) == _UNUSED])
            codes = self._codes.take(places)
        return codes

    def _look_up(self, places: NDArray[np.int32]) -> None:
        """Number the words of rows; new ones in the order in which rows use them."""
        is_used = np.zeros(len(self._codes), np.bool_)
        is_used[places] = True
        used = np.flatnonzero(is_used)
        values = self._dictionary.take(used).to_pylist()
        is_new = np.array([value not in self._by_value for value in values], np.bool_)
        if is_new.any():
            is_used[used[~is_new]] = False
            words, firsts = np.unique(places[is_used[places]], return_index=True)
            by_word = dict(zip(used.tolist(), values, strict=True))
            for word in words[np.argsort(firsts)].tolist():
                value = by_word[word]
                if value not in self._by_value:
                    self._by_value[value] = self.number(spell_value(value))
        self._codes[used] = [self._by_value[value] for value in values]


def spell_value(value: object) -> str:
    """Return a ticker as text: 5803 of 5803, 5803.0 and `5803.0`, which pandas makes of codes.

    Raises `UnfitError` for what cannot be one.
    """
    try:
        text = (value.decode() if isinstance(value, bytes) else str(value)).strip()
    except UnicodeDecodeError as error:
        raise UnfitError("a ticker is no text") from error
    if not text:
        raise UnfitError("a row has no ticker", "")
    if not text.isprintable():
        raise UnfitError(f"a ticker holds what is no letter: {text[:40]!r}", text)
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text
