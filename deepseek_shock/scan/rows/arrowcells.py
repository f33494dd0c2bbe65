"""Columns of any type that holds days, closes or tickers, as numpy arrays.

Closes of four bytes have seven figures: a move is then right to about 1e-7, and a z to some 1e-5 of
a daily deviation of 1 %. They are taken as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from deepseek_shock.scan.rows.daytexts import NoDayError, read_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

MISSING = ("", "null", "nan", "none", "nil", "na", "n/a", "#n/a", "<na>", "-", "--", "–", "—", "−")

_LEAST, _MOST = 1800_01_01, 2200_01_01  # what a whole number is taken for a day as 20250127
_MOST_REPEATED = 0.02  # share of rows whose day may come twice where there is one ticker
_YEAR, _MONTH = 10_000, 100


class UnfitError(Exception):
    """A column that does not hold what it should; says what it holds, in few words.

    `text` is the cell that is to blame, where it is one; `column` is the column's place, where who
    reads knows it.
    """

    def __init__(self, what: str, text: str | None = None) -> None:
        super().__init__(what)
        self.text = text
        self.column: int | None = None


def days_of(array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- pyarrow ships no types
    """Return days since 1970: dates, instants on their own clock, 20250127, or ISO text.

    Raises `UnfitError`.
    """
    import pyarrow as pa

    kind = array.type
    if array.null_count:
        raise UnfitError("a row has no day", "")
    if pa.types.is_date32(kind):
        return _view(array, np.int32)
    if pa.types.is_dictionary(kind):
        return days_of(array.dictionary)[places_of(array)]
    if pa.types.is_date64(kind):
        return (_view(array, np.int64) // 86_400_000).astype(np.int32)
    if pa.types.is_timestamp(kind):
        return _days_of_instants(array)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _days_of_numbers(array.to_numpy(zero_copy_only=False))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _days_of_texts(array)
    raise UnfitError(f"its days are of the type {kind}")


def closes_of(array: Any) -> NDArray[np.float64]:  # noqa: ANN401 -- the same
    """Return closes of any type of number, or of text; what is missing is NaN.

    Raises `UnfitError`.
    """
    import pyarrow as pa

    pc = compute()
    kind = array.type
    if pa.types.is_dictionary(kind):
        array.validate(full=True)
        array = array.dictionary_decode()
        kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = pc.utf8_trim_whitespace(array)
        is_missing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING, kind))
        array = pc.if_else(is_missing, pa.scalar(None, kind), text)
    elif not _is_number(kind):
        raise UnfitError(f"its closes are of the type {kind}")
    try:
        figures = array.cast(pa.float64(), safe=False)
    except pa.ArrowInvalid as error:
        raise _complain_of_figure(error) from error
    closes = _view(figures, np.float64)
    return closes if not figures.null_count else np.where(_is_valid(figures), closes, np.nan)


def encode_tickers(array: Any) -> Any:  # noqa: ANN401 -- the same
    """Return tickers as an Arrow dictionary array. Raises `UnfitError`."""
    import pyarrow as pa

    kind = array.type
    is_encoded = pa.types.is_dictionary(kind)
    value = kind.value_type if is_encoded else kind
    if not (
        pa.types.is_string(value)
        or pa.types.is_large_string(value)
        or pa.types.is_integer(value)
        or pa.types.is_floating(value)
        or pa.types.is_binary(value)
    ):
        raise UnfitError(f"its tickers are of the type {value}")
    if array.null_count:
        raise UnfitError("a row has no ticker", "")
    return array if is_encoded else array.dictionary_encode()


def places_of(array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- the same
    """Return the places in its dictionary of an Arrow array without nulls.

    Raises what `check_indices` raises.
    """
    places = indices_of(array)
    check_indices(array, places)
    return places


def indices_of(array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- the same
    """Return the places in its dictionary of an Arrow array without nulls, not checked."""
    import pyarrow as pa

    return _view(array.indices.cast(pa.int32()), np.int32)


def check_indices(array: Any, places: NDArray[np.int32]) -> None:  # noqa: ANN401 -- the same
    """Raise pyarrow's own error where a place is outside an array's dictionary.

    pyarrow does not look, and a byte of a file that is damaged may say so.
    """
    import pyarrow as pa

    if places.size and not 0 <= places.min() <= places.max() < len(array.dictionary):
        raise pa.ArrowInvalid("a value is not in its dictionary")


def find_starts(places: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return where runs of the same place begin."""
    is_start = np.ones(places.size, np.bool_)
    np.not_equal(places[1:], places[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)


def compute() -> Any:  # noqa: ANN401 -- its functions are made when it is loaded
    """Return pyarrow's functions of arrays."""
    from pyarrow import compute as functions

    return functions


def day_of_text(text: str) -> int:
    """Return the day that a folder's name tells. Raises `UnfitError`."""
    import pyarrow as pa

    return int(days_of(pa.array([text]))[0])


def check_once(codes: NDArray[np.int32], days: NDArray[np.int32]) -> None:
    """Refuse days that come again and again in files that are said to be of one ticker each."""
    keys = (codes.astype(np.int64) << 32) + days
    steps = np.diff(keys)
    if (steps < 0).any():
        keys.sort()
        steps = np.diff(keys)
    if int((steps == 0).sum()) > _MOST_REPEATED * len(keys):
        raise UnfitError("has each day more than once, and no column that means ticker")


def _is_number(kind: Any) -> bool:  # noqa: ANN401 -- the same
    from pyarrow import types

    tests = (types.is_floating, types.is_integer, types.is_decimal, types.is_null)
    return any(test(kind) for test in tests)


def _view(array: Any, kind: type[np.generic]) -> NDArray[Any]:  # noqa: ANN401 -- the same
    """Return the values of an array, not copied; what stands at a null is any value.

    Not by `to_numpy`, which imports pandas if it is there: half a second.
    """
    if not len(array):
        return np.empty(0, kind)
    values = np.frombuffer(array.buffers()[1], kind, len(array) + array.offset)
    return values[array.offset :]


def _is_valid(array: Any) -> NDArray[np.bool_]:  # noqa: ANN401 -- the same
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    end = array.offset + len(array)
    return np.unpackbits(bits, count=end, bitorder="little")[array.offset :].astype(np.bool_)


def _days_of_instants(array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- the same
    import pyarrow as pa

    pc = compute()
    if array.type.tz is not None:
        try:
            array = pc.local_timestamp(array)
        except pa.ArrowException as error:
            raise UnfitError(f"its clock is not known: {array.type.tz}") from error
    return _view(array.cast(pa.date32(), safe=False), np.int32)


def _days_of_numbers(numbers: NDArray[Any]) -> NDArray[np.int32]:
    if numbers.size and not ((numbers >= _LEAST) & (numbers < _MOST)).all():
        raise UnfitError(f"{numbers[(numbers < _LEAST) | (numbers >= _MOST)][0]} is no day")
    whole = numbers.astype(np.int64)
    years, months, days = whole // _YEAR, whole // _MONTH % _MONTH, whole % _MONTH
    begun = (years - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (months - 1)
    found = begun.astype("datetime64[D]") + (days - 1)
    is_wrong = (months < 1) | (months > 12) | (days < 1) | (found.astype("datetime64[M]") != begun)  # noqa: PLR2004 -- December
    if is_wrong.any():
        raise UnfitError(f"{whole[is_wrong][0]} is no day")
    return found.astype(np.int32)


def _days_of_texts(array: Any) -> NDArray[np.int32]:  # noqa: ANN401 -- the same
    """Read each text once, for a column has few that differ."""
    import pyarrow as pa

    pc = compute()
    encoded = array.dictionary_encode()
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    try:
        days = _view(pc.utf8_slice_codeunits(texts, 0, 10).cast(pa.date32()), np.int32)
    except pa.ArrowInvalid:
        try:
            days = np.array(read_days(texts.to_pylist()), np.int32)
        except NoDayError as error:
            raise UnfitError(str(error), error.text) from error
        except ValueError as error:
            raise UnfitError(str(error)) from error
    return days[places_of(encoded)]


def _complain_of_figure(error: Exception) -> UnfitError:
    """Name the text that is no figure."""
    found = re.search(r"string: '(.*)' as", str(error), re.DOTALL)
    if found is None:
        return UnfitError("a close is not a figure")
    return UnfitError(f"{found[1][:40]!r} is not a figure", found[1])
