"""What of a study's returns and prices is refused, and what is doubted.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.cells import Unreadable, quote
from deepseek_shock.studyfiles.headers import Layout, Meaning
from deepseek_shock.studyfiles.records import Records

_PER_CENT = 0.2  # of typical daily returns: those that are larger are not fractions
_FRACTIONS = 0.02  # and those that are smaller are no percentages
_CODES = (-44.0, -55.0, -66.0, -77.0, -88.0, -99.0)  # CRSP's, for a return that there is not
_TOTAL_LOSS = -1.0
_WHOLE = 100


class Reading(NamedTuple):
    """What is read of a file: which figure, of whom; `wanted` is `None` for all names."""

    figure: Meaning
    is_benchmark: bool = False
    wanted: Collection[str] | None = None
    is_percent: bool = False
    is_log: bool = False


def check_filled(records: Records, at: int | None, codes: Integers, needed: Any) -> None:  # noqa: ANN401 -- flags
    """Refuse a row with a figure and without its date or its name."""
    amiss = (codes < 0) & needed
    if at is not None and amiss.any():
        error = Unreadable("is empty", "every row has its date, and its name in a long table")
        records.complain(error, int(amiss.argmax()), at)


def check_values(records: Records, values: Floats, at: int, asked: Reading) -> None:
    """Refuse what no price or return can be; take CRSP's codes out of returns."""
    is_price = asked.figure is Meaning.PRICE
    with np.errstate(invalid="ignore"):
        amiss = np.isinf(values)
        if is_price:
            amiss |= values <= 0
        elif not asked.is_percent:
            values[np.isin(values, _CODES)] = np.nan
    if amiss.any():
        what = "is no price" if is_price else "is no return"
        _complain_of(records, int(amiss.argmax()), at, what)


def doubt_values(records: Records, values: Floats, at: int, asked: Reading) -> str | None:
    """Say that a simple return is below −100 %, if one is: no price makes it."""
    if asked.is_log or asked.figure is Meaning.PRICE:
        return None
    amiss = np.flatnonzero(values < _TOTAL_LOSS * (_WHOLE if asked.is_percent else 1))
    if not len(amiss):
        return None
    more = f", and {len(amiss) - 1} more" if len(amiss) > 1 else ""
    place, text = records.place(int(amiss[0])), records.cell(int(amiss[0]), at)
    return f"{place}: {quote(text)} is a return below −100 %{more}; it is used as it stands"


def _complain_of(records: Records, row: int, at: int, what: str) -> None:
    text = records.cell(row, at)
    error = Unreadable(f"{quote(text)} {what}", "leave a cell empty where there is no figure")
    records.complain(error, row, at)


def check_scale(records: Records, values: Floats, *, is_percent: bool) -> None:
    """Refuse percentages that are not said to be, and fractions that are said to be per cent."""
    sizes = np.abs(values[~np.isnan(values) & (values != 0)])
    if not len(sizes):
        return
    typical = float(np.median(sizes))
    if not is_percent and typical > _PER_CENT:
        raise FileError(
            records.path,
            f"half of its returns are beyond ±{typical:.2g}, which as fractions would be "
            f"{typical:.0%} a day",
            hint="if they are per cent, say --percent; prices are read by --prices",
        )
    if is_percent and typical < _FRACTIONS:
        raise FileError(
            records.path,
            f"half of its returns are within ±{typical:.2g}, which as per cent would be nothing",
            hint="if they are fractions, leave --percent out; it holds for all files of returns",
        )


def check_twins(
    records: Records,
    layout: Layout,
    rows: Integers,
    codes: tuple[Integers, Integers],
    values: Floats,
) -> None:
    """Refuse two figures of one name and day; rows that say the same twice are let be."""
    name, day = codes
    keys = name * (int(day.max(initial=0)) + 1) + day
    order = rows[np.argsort(keys[rows], kind="stable")]
    is_twin = keys[order[1:]] == keys[order[:-1]]
    differs = is_twin & (values[order[1:]] != values[order[:-1]])
    if differs.any():
        _complain_of_twin(records, layout, int(order[1:][differs].min()))


def check_twin_days(records: Records, layout: Layout, day: Integers) -> None:
    """Refuse two rows of one day in a wide table."""
    known = np.flatnonzero(day >= 0)
    _, first = np.unique(day[known], return_index=True)
    if len(first) < len(known):
        twin = np.setdiff1d(known, known[first])
        _complain_of_twin(records, layout, int(twin.min()))


def _complain_of_twin(records: Records, layout: Layout, row: int) -> None:
    name = "" if layout.name is None else f" of {records.cell(row, layout.name)}"
    text = records.cell(row, layout.date)
    error = Unreadable(f"another row{name} has {quote(text)} too", "keep one row for a day")
    records.complain(error, row, layout.date)
