"""Returns or prices of shares and benchmarks by day, from a long or a wide table.

Reached only lazily, so that numpy is imported at the top.
"""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.market.bars import Source
from deepseek_shock.providers.tabular.cells import Days, Unreadable, is_missing
from deepseek_shock.studyfiles.checks import (
    Reading,
    check_filled,
    check_scale,
    check_twin_days,
    check_twins,
    check_values,
    doubt_values,
)
from deepseek_shock.studyfiles.headers import Layout, Meaning, find_layout, spell_name
from deepseek_shock.studyfiles.reading import read_columns
from deepseek_shock.studyfiles.records import Records, open_records

_WHOLE = 100


class Series(NamedTuple):
    """Figures of `names` by day: `values[i]` is that of `names[name[i]]` on `days[day[i]]`.

    `days` are ordinals, ascending: all that stand in the file, with figures or without; what is
    missing is NaN, or not there. Of a wide table all names have all days. One series without a name
    has the name ``""``. `doubts` are sentences for the user about figures that are taken as they
    stand, `known` all names of the file, asked for or not.
    """

    names: tuple[str, ...]
    days: Integers
    name: Integers
    day: Integers
    values: Floats
    source: Source
    doubts: tuple[str, ...] = ()
    is_wide: bool = False
    known: tuple[str, ...] = ()

    def dense(self, sessions: Integers) -> Floats:
        """Return the figures as (names, sessions), NaN where there is none.

        What is dated on a day that is none of the `sessions` (ordinals, ascending) is left out.
        """
        found = np.full((len(self.names), len(sessions)), np.nan)
        if not len(sessions):
            return found
        place = np.minimum(np.searchsorted(sessions, self.days), len(sessions) - 1)
        is_session = sessions[place] == self.days
        kept = is_session[self.day] & ~np.isnan(self.values)
        found[self.name[kept], place[self.day[kept]]] = self.values[kept]
        return found

    def days_of(self, name: str) -> Integers:
        """Return the days (ordinals, ascending) of one name, with a figure or without."""
        if self.is_wide or name not in self.names:
            return self.days
        is_own = self.name == self.names.index(name)
        return np.asarray(self.days[np.unique(self.day[is_own])], dtype=np.int64)


def read_series(path: Path, asked: Reading) -> Series:
    """Read a CSV or Parquet file of returns or prices.

    Raises `FileError` with the line for a cell that cannot be read, for two figures of one name
    and day and a price that is not positive; and for returns that do not look like what they are
    said to be, fractions or per cent.
    """
    records = open_records(path, f"{asked.figure}s")
    layout = find_layout(
        records.path,
        records.labels,
        asked.figure,
        is_benchmark=asked.is_benchmark,
        line=records.line,
    )
    found = (
        _read_wide(records, layout, asked)
        if layout.name is None
        else _read_long(records, layout, asked)
    )
    if not len(found.values):
        return found
    if asked.figure is Meaning.PRICE:
        return found
    check_scale(records, found.values, is_percent=asked.is_percent)
    return found._replace(values=found.values / _WHOLE) if asked.is_percent else found


def _read_long(records: Records, layout: Layout, asked: Reading) -> Series:
    at, name = layout.figures[0], layout.name or 0
    frame: Any = read_columns(records, (name, layout.date), (at,))
    names, code = _names(frame[name])
    days, day = _days(records, layout, frame[layout.date])
    values = frame[at].to_numpy(dtype=np.float64, copy=True)
    check_values(records, values, at, asked)
    has_value = ~np.isnan(values)
    for column, codes in ((name, code), (layout.date, day)):
        check_filled(records, column, codes, has_value | (code >= 0))
    is_kept = (code >= 0) & (day >= 0)
    if asked.wanted is not None:
        is_kept &= np.array([*(one in asked.wanted for one in names), False])[code]
    check_twins(records, layout, np.flatnonzero(is_kept & has_value), (code, day), values)
    rows = np.flatnonzero(is_kept)
    kept = np.unique(code[rows])
    return Series(
        tuple(names[one] for one in kept),
        days,
        np.searchsorted(kept, code[rows]),
        day[rows],
        values[rows],
        _source(records, days),
        () if (doubt := doubt_values(records, values, at, asked)) is None else (doubt,),
        known=tuple(names),
    )


def _read_wide(records: Records, layout: Layout, asked: Reading) -> Series:
    names = layout.names or ("",)
    chosen = [
        (name, at)
        for name, at in zip(names, layout.figures, strict=True)
        if asked.wanted is None or not name or name in asked.wanted
    ]
    figures = [at for _, at in chosen]
    frame: Any = read_columns(records, (layout.date,), figures)
    days, day = _days(records, layout, frame[layout.date])
    values = frame[figures].to_numpy(dtype=np.float64, copy=True).T
    for number, at in enumerate(figures):
        check_values(records, values[number], at, asked)
    has_value = ~np.isnan(values)
    check_filled(records, layout.date, day, has_value.any(axis=0))
    doubts = (doubt_values(records, values[number], at, asked) for number, at in enumerate(figures))
    check_twin_days(records, layout, day)
    code, row = np.nonzero(has_value & (day >= 0))
    return Series(
        tuple(name for name, _ in chosen),
        days,
        code.astype(np.int64),
        day[row],
        values[code, row],
        _source(records, days),
        tuple(one for one in doubts if one is not None),
        is_wide=True,
        known=layout.names,
    )


def _names(column: Any) -> tuple[list[str], Integers]:  # noqa: ANN401 -- a categorical of pandas
    """Return the names of a column, and which of them stands in each row (−1: none)."""
    texts = [spell_name(str(one)) for one in column.cat.categories]
    names = list(dict.fromkeys(text for text in texts if not is_missing(text)))
    number = {name: at for at, name in enumerate(names)}
    of_text = np.array([*(number.get(text, -1) for text in texts), -1], dtype=np.int64)
    return names, of_text[column.cat.codes.to_numpy()]


def _days(records: Records, layout: Layout, column: Any) -> tuple[Integers, Integers]:  # noqa: ANN401 -- the same
    """Return the days of a column as ordinals, ascending, and which is each row's (−1: none)."""
    reader = Days(lambda: records.cells(layout.date))
    ordinals: list[int] = []
    for number, text in enumerate(column.cat.categories):
        try:
            ordinals.append(-1 if is_missing(str(text)) else reader.read(str(text)).toordinal())
        except Unreadable as error:
            row = int((column.cat.codes == number).to_numpy().argmax())
            records.complain(error, row, layout.date)
    of_text = np.array([*ordinals, -1], dtype=np.int64)
    days = np.unique(of_text[of_text >= 0])
    place = np.where(of_text >= 0, np.searchsorted(days, of_text), -1)
    return days, place[column.cat.codes.to_numpy()]


def _source(records: Records, days: Integers) -> Source:
    first, last = (
        (date.fromordinal(int(days[0])), date.fromordinal(int(days[-1])))
        if len(days)
        else (None, None)
    )
    return Source("files", Path(records.path).name, "", first, last, records.sha256)
