"""The dated rows of an index table: constituents, in the TOML file or in a CSV beside it."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.analysis.contribution import Constituent, Weighting
from deepseek_shock.errors import FileError
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.tomlfile import Table, make_row
from deepseek_shock.tomlvalues import Directory, take_instrument, take_positive, take_text
from deepseek_shock.userpath import expand

ADVICE = "docs/contribution.md says what stands in an index table"
_SCALE = {Weighting.PRICE: "factor", Weighting.CAPITALISATION: "weight"}
_NAMES = ("name_en", "name_ja")
_DAY = timedelta(days=1)


class Dated(NamedTuple):
    """From when until when a row holds, both days included; `last` is `date.max` without an end."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether the row holds on a day."""
        return self.first <= day <= self.last


class Line(NamedTuple):
    """A dated constituent, and the row that it stands on; weights are in per cent."""

    dated: Dated
    constituent: Constituent
    row: Table


def read_lines(
    table: Table, index: Instrument, weighting: Weighting, directory: Directory
) -> tuple[Line, ...]:
    """Read the constituents of all dates. Raises `FileError` with file, line and what is wrong."""
    lines = tuple(_line(row, index, weighting, directory) for row in _rows(table, weighting))
    by_ticker: dict[str, list[Line]] = {}
    for one in lines:
        by_ticker.setdefault(one.constituent.instrument.ticker, []).append(one)
    for ticker, ones in by_ticker.items():
        check_apart(((one.dated, one.row) for one in ones), ticker)
    return lines


def _rows(table: Table, weighting: Weighting) -> Iterator[Table]:
    """Yield the rows of constituents: those of the file itself, or of the CSV that it names."""
    if not isinstance(table.peek("constituents"), str):
        yield from table.tables("constituents")
        return
    named = expand(table.string("constituents"))
    path = table.path.parent / named
    if not path.is_file():
        hint = "the CSV's path is relative to this file"
        table.complain(f"{path} is not there", key="constituents", hint=hint)
    yield from _csv_rows(path, weighting)


def _csv_rows(path: Path, weighting: Weighting) -> Iterator[Table]:
    """Yield a row for each line of a CSV; a cell left empty is as a key left out."""
    needed = ("ticker", _SCALE[weighting], "from")
    lines = _csv_lines(path)
    _, head = next(lines, (1, []))
    _check_head(path, head, needed)
    for line, cells in lines:
        if len(cells) > len(head):
            raise FileError(
                str(path),
                f"{len(cells)} cells under {len(head)} headings",
                line=line,
                hint="a name with a comma in it stands in quotes",
            )
        values = {key: cell for key, cell in zip(head, cells, strict=False) if cell}
        blank = next((key for key in needed if key not in values), None)
        if blank is not None:
            hint = f"every line needs {', '.join(needed)}"
            raise FileError(str(path), f"`{blank}` is empty", line=line, hint=hint)
        yield make_row(path, line, values, ADVICE)


def _check_head(path: Path, head: list[str], needed: tuple[str, ...]) -> None:
    known = (*needed, "until", *_NAMES)
    hint = f"the first line names the columns: {','.join(known)}; the last three may be left out"
    for key in needed:
        if key not in head:
            raise FileError(str(path), f"the column `{key}` is missing", line=1, hint=hint)
    for at, key in enumerate(head):
        if key not in known or key in head[:at]:
            what = "stands twice" if key in known else "is not known here"
            raise FileError(str(path), f"the column `{key}` {what}", line=1, hint=hint)


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that hold something, trimmed, with their numbers."""
    import csv

    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise FileError(str(path), what, hint="check the permissions") from error
    except UnicodeDecodeError as error:
        raise FileError(str(path), "is not UTF-8", hint="save the file as UTF-8") from error
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                yield reader.line_num, trimmed
    except csv.Error as error:
        hint = "mend the line named"
        raise FileError(
            str(path), f"is no CSV: {error}", line=reader.line_num, hint=hint
        ) from error


def _line(row: Table, index: Instrument, weighting: Weighting, directory: Directory) -> Line:
    instrument = take_instrument(row, "ticker", directory)
    if instrument.is_index:
        hint = "an index is made of shares"
        row.complain(f"{instrument.ticker} is an index itself", key="ticker", hint=hint)
    if instrument.exchange.calendar != index.exchange.calendar:
        row.complain(
            f"{instrument.ticker} is not on the exchange of {index.ticker}, {index.exchange.mic}",
            key="ticker",
            hint="a Tokyo share ends in .T; an index that is not known needs a line `exchange = …`",
        )
    name = _name(row, instrument)
    constituent = Constituent(
        instrument._replace(name=name, short_name=name) if name else instrument,
        take_positive(row, _SCALE[weighting]),
    )
    line = Line(take_dated(row), constituent, row)
    row.finish()
    return line


def _name(row: Table, instrument: Instrument) -> Text | None:
    """Take the name that a row gives, in one language or both; the other stays as it is known."""
    if "name" in row:
        return take_text(row, "name")
    en, ja = (row.string(key) if key in row else "" for key in _NAMES)
    if not en and not ja:
        return None
    is_known = instrument.name.en != instrument.code
    return Text(
        en or (instrument.name.en if is_known else ja),
        ja or (instrument.name.ja if is_known else en),
    )


def take_dated(row: Table) -> Dated:
    """Take from when until when a row holds."""
    first = row.date("from")
    last = row.date("until") if "until" in row else date.max
    if last < first:
        row.complain(
            f"`until` {last} is before `from` {first}",
            key="until",
            hint="both days are included: a row of one session has the same day twice",
        )
    return Dated(first, last)


def check_apart(rows: Iterable[tuple[Dated, Table]], what: str) -> None:
    """Refuse rows for one thing of which two hold on one day."""
    ordered = sorted(rows, key=lambda one: one[0])
    for (before, _), (dated, row) in pairwise(ordered):
        if dated.first <= before.last:
            ends = dated.first - _DAY
            hint = f"end the row that begins on {before.first} with `until`, at the latest {ends}"
            row.complain(
                f"two rows for {what} hold on {dated.first}",
                key="from",
                hint=hint if before.first < dated.first else "keep one of them",
            )
