"""Index tables: what an index is made of, by date. TOML in, checked values out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.analysis.contribution import Composition, Constituent, Weighting
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.returns import add, divide
from deepseek_shock.constituents import ADVICE, Dated, Line, check_apart, read_lines, take_dated
from deepseek_shock.errors import FileError, near_matches
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.market.sessions import Phase
from deepseek_shock.tomlfile import Table, read_toml
from deepseek_shock.tomlvalues import Directory, take_instrument, take_positive, take_text

_PER_CENT = Decimal(100)
_MOST_WEIGHT = Decimal("100.5")  # per cent: weights are published rounded


class _Divisor(NamedTuple):
    dated: Dated
    divisor: Decimal
    row: Table


class IndexTable(NamedTuple):
    """The table of an index (`instrument`) as it was read, with the rows of all dates."""

    path: Path
    instrument: Instrument
    weighting: Weighting
    source: Text
    divisors: tuple[_Divisor, ...]
    lines: tuple[Line, ...]


def names_index(path: Path) -> str | None:
    """Return the ticker of the index whose table a file is, or `None` where it names none."""
    named = read_toml(path, ADVICE).peek("index")
    return named if isinstance(named, str) else None


def read_index_table(path: Path, directory: Directory) -> IndexTable:
    """Read and check an index table. Raises `FileError` with file, line and what is wrong."""
    table = read_toml(path, ADVICE)
    index = _index(table, directory)
    weighting = _weighting(table)
    source = take_text(table, "source")
    divisors = tuple(_divisors(table)) if weighting is Weighting.PRICE else ()
    lines = read_lines(table, index, weighting, directory)
    table.finish()
    if not lines:
        table.complain(
            "names no constituent",
            hint='add [[constituents]] rows, or a line constituents = "FILE.csv"',
        )
    check_apart(((one.dated, one.row) for one in divisors), "the divisor")
    return IndexTable(path, index, weighting, source, divisors, lines)


def compose(table: IndexTable, asked: Asked) -> Composition:
    """Return what the index is made of in the session asked.

    Raises `FileError` where no divisor or no constituent holds on that day. Of an exchange that
    was closed, or has not opened, nothing is asked for.
    """
    bare = Composition(table.instrument, table.weighting, asked, None, (), table.source)
    if asked.phase in (Phase.CLOSED, Phase.PENDING):
        return bare
    day = asked.session
    divisor = next((one.divisor for one in table.divisors if one.dated.holds(day)), None)
    if divisor is None and table.weighting is Weighting.PRICE:
        raise FileError(
            str(table.path),
            f"no divisor of {table.instrument.ticker} holds on {day}",
            hint=f"add a [[divisors]] row that holds on {day} to {table.path}",
        )
    holding = [one for one in table.lines if one.dated.holds(day)]
    if not holding:
        place = table.lines[0].row.path
        raise FileError(
            str(place),
            f"no constituent of {table.instrument.ticker} holds on {day}",
            hint=f"add the constituents that hold on {day} to {place}",
        )
    constituents = _scaled(holding, table, day)
    return bare._replace(divisor=divisor, constituents=constituents)


def _scaled(holding: list[Line], table: IndexTable, day: date) -> tuple[Constituent, ...]:
    """Return the constituents of a day; weights become fractions, of which there is one whole."""
    ones = tuple(line.constituent for line in holding)
    if table.weighting is Weighting.PRICE:
        return ones
    total = reduce(add, (one.factor for one in ones))
    if total > _MOST_WEIGHT:
        raise FileError(
            str(holding[0].row.path),
            f"the weights that hold on {day} add up to {total} %",
            hint="a weight is in per cent of the index's market value: 3.1 for 3.1 %",
        )
    return tuple(one._replace(factor=divide(one.factor, _PER_CENT)) for one in ones)


# --- the head of the file ---


def _index(table: Table, directory: Directory) -> Instrument:
    index = take_instrument(table, "index", directory)
    if not index.is_index:
        hint = "an index begins with ^: ^N225"
        table.complain(f"{index.ticker} is no index", key="index", hint=hint)
    if "exchange" in table:
        mic = table.string("exchange")
        if mic not in EXCHANGES:
            known = ", ".join(EXCHANGES)
            table.complain(f"{mic!r} is no exchange", key="exchange", hint=f"known: {known}")
        index = index._replace(exchange=EXCHANGES[mic])
    if "name" in table:
        name = take_text(table, "name")
        index = index._replace(name=name, short_name=name)
    return index


def _weighting(table: Table) -> Weighting:
    word = table.string("weighting")
    known = [str(one) for one in Weighting]
    if word not in known:
        near = near_matches(word, known)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        table.complain(f"{word!r} is no weighting", key="weighting", hint=hint)
    return Weighting(word)


def _divisors(table: Table) -> Iterator[_Divisor]:
    for row in table.tables("divisors"):
        yield _Divisor(take_dated(row), take_positive(row, "divisor"), row)
        row.finish()
