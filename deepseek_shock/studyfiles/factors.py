"""Daily factors of Fama and French (1993): a plain table, or a file of Kenneth French's library.

The library's files have lines of words before the header and after the figures, days as 19970430
without a header over them, and per cent; a plain table has a header of its own, and fractions.

Reached only lazily, so that numpy is imported at the top.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.errors import FileError
from deepseek_shock.market.bars import Source
from deepseek_shock.providers.tabular.cells import Days, Unreadable, is_missing, quote
from deepseek_shock.providers.tabular.columns import list_columns
from deepseek_shock.studyfiles.headers import NAMELESS, word
from deepseek_shock.studyfiles.records import Records, all_rows, open_records

_WORDS = {
    "MKT-RF": ("mktrf", "mktminusrf", "marketexcess", "rmrf", "rmminusrf"),
    "SMB": ("smb",),
    "HML": ("hml",),
    "RF": ("rf", "riskfree", "riskfreerate"),
}
_DATES = ("date", "day", "session", "caldt", *NAMELESS)
_LIBRARY_DAY = re.compile(r"\d{8}")
_LIBRARY_MONTH = re.compile(r"\d{6}")
_MISSING = (-99.99, -999.0)  # the library's
_WHOLE = 100
_PER_CENT = 0.2  # typical size of a market's daily return that is no fraction


class FactorTable(NamedTuple):
    """Factors by day, as fractions; a day of which one is missing is not there."""

    factors: Mapping[date, Factors]
    source: Source


def read_factors(path: Path) -> FactorTable:
    """Read a file of factors. Raises `FileError` with the line for what cannot be read."""
    records = open_records(path, "factors")
    rows = list(_all_rows(records))
    start = next((at for at, (_, cells) in enumerate(rows) if _is_header(cells)), None)
    if start is None:
        raise FileError(
            records.path,
            f"has no header with MKT-RF, SMB, HML and RF; seen: {list_columns(records.labels)}",
            line=records.line,
            hint="date,MKT-RF,SMB,HML,RF is a header that will do",
        )
    line, labels = rows[start]
    day, places = _place(records.path, labels, line)
    body = rows[start + 1 :]
    is_library = not labels[day].strip() and _has_library_day(body)
    found = _read(records, body, (day, places), is_library=is_library)
    if not found:
        raise FileError(
            records.path, "holds no day", line=line, hint="a row for each day is needed"
        )
    if not is_library:
        _check_fractions(records, found)
    days = sorted(found)
    source = Source("files", path.name, "", days[0], days[-1], records.sha256)
    return FactorTable(found, source)


def _all_rows(records: Records) -> list[tuple[int, Sequence[str]]]:
    if records.body is None:
        return [(0, records.labels), *records.cells_by_row()]
    # Its first line is words, in which no delimiter is to be found: here it is the header's.
    lines = records.body.text.splitlines()
    header = next((line for line in lines if _is_header(_part(line))), "")
    delimiter = next((one for one in ",;\t" if one in header), ",")
    return list(all_rows(records.body._replace(delimiter=delimiter)))


def _part(line: str) -> list[str]:
    return re.split(r"[,;\t]", line)


def _is_header(cells: Sequence[str]) -> bool:
    words = {word(cell.strip("\"' ")) for cell in cells}
    return all(words & set(known) for known in _WORDS.values())


def _place(path: str, labels: Sequence[str], line: int) -> tuple[int, tuple[int, ...]]:
    words = [word(label) for label in labels]
    places: list[int] = []
    for name, known in (("date", _DATES), *_WORDS.items()):
        found = [at for at, one in enumerate(words) if one in known]
        if name == "date":
            found = found[:1]
        if len(found) != 1:
            what = f"two columns mean {name}" if found else f"has no column {name}"
            raise FileError(
                path,
                f"{what}; seen: {list_columns(labels)}",
                line=line,
                hint="date,MKT-RF,SMB,HML,RF is a header that will do",
            )
        places.append(found[0])
    return places[0], tuple(places[1:])


def _has_library_day(body: Sequence[tuple[int, Sequence[str]]]) -> bool:
    first = next((cells for _, cells in body if any(map(str.strip, cells))), ())
    return bool(first) and _LIBRARY_DAY.fullmatch(first[0].strip()) is not None


def _read(
    records: Records,
    body: Sequence[tuple[int, Sequence[str]]],
    at: tuple[int, tuple[int, ...]],
    *,
    is_library: bool,
) -> dict[date, Factors]:
    day, places = at
    days = Days(lambda: ((line, cells[day]) for line, cells in body if day < len(cells)))
    found: dict[date, Factors] = {}
    for line, cells in body:
        if not any(map(str.strip, cells)):
            if is_library and found:
                break  # the copyright, or the table of years, follows
            continue
        if is_library and _LIBRARY_DAY.fullmatch(cells[0].strip()) is None:
            break
        try:
            session = days.read(cells[day]) if day < len(cells) else None
            figures = [_figure(cells, place) for place in places]
        except Unreadable as error:
            is_month = _LIBRARY_MONTH.fullmatch(cells[day].strip()) is not None
            hint = "factors of months will not do: take the daily file" if is_month else error.hint
            _complain(records, line, error.what, hint)
        if session is None or None in figures:
            continue
        scaled = [one / _WHOLE if is_library else one for one in figures if one is not None]
        if session in found:
            _complain(records, line, f"{session} stands twice", "keep one row for a day")
        found[session] = Factors(*scaled)
    return found


def _figure(cells: Sequence[str], at: int) -> float | None:
    text = cells[at].strip() if at < len(cells) else ""
    if is_missing(text):
        return None
    try:
        figure = float(text)
    except ValueError as error:
        raise Unreadable(f"{quote(text)} is not a figure", "write figures as 0.0012") from error
    if not np.isfinite(figure):
        raise Unreadable(f"{quote(text)} is not a figure", "leave it empty where there is none")
    return None if figure in _MISSING else figure


def _check_fractions(records: Records, found: Mapping[date, Factors]) -> None:
    """Refuse per cent in a table that is not the library's own, by which they would be known."""
    sizes = [abs(one.market) for one in found.values() if one.market]
    typical = float(np.median(sizes)) if sizes else 0.0
    if typical > _PER_CENT:
        raise FileError(
            records.path,
            f"half of its market returns are beyond ±{typical:.2g}, which are no fractions",
            hint="divide the factors by 100; only a file of the library as it came is known to be "
            "per cent",
        )


def _complain(records: Records, line: int, what: str, hint: str) -> NoReturn:
    raise FileError(records.path, what, line=line, hint=hint)
