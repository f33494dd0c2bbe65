"""The user's own files: one CSV or Parquet file, or a folder of them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from deepseek_shock.errors import FileError, near_matches
from deepseek_shock.headings import Column
from deepseek_shock.market.bars import Action, Bar, Origin
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.rate import Rate
from deepseek_shock.providers.assemble import Raw, assemble, describe
from deepseek_shock.providers.base import Answer, Fetched, Wanted
from deepseek_shock.providers.rates import NAME as RATES
from deepseek_shock.providers.rates import is_table_of_rates, read_rates
from deepseek_shock.providers.tabular.columns import find_layout, holds_bars
from deepseek_shock.providers.tabular.gather import Gathered, Pile, Span
from deepseek_shock.providers.tabular.tables import Table, read_table
from deepseek_shock.spellings import (
    ENDINGS,
    is_table_name,
    is_ticker,
    spell,
    spell_index,
    spell_name,
)
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

NAME = "files"
_MARGIN = 31  # days around the span, so that the guards of its ends see their neighbours
_LOOK = 1 << 16  # bytes of a file that show what it holds
_DECIMALS, _YEN_DECIMALS = 2, 1  # of Yahoo's prices, which are floats
_FINEST = Decimal("0.000001")  # what is left of Yahoo's floats where no tick is known
_NOISE = Decimal("1e-7")  # of a price that went through a float of four bytes
_SPLITS = (Decimal("1e-12"), Decimal("1e12"))  # between which all splits of a share multiply


class Files:
    """The provider of the bars in a file, or in the files of a folder and of those inside it.

    In a folder a file named after a ticker is the one that counts for it; other tickers are looked
    for in the files that name tickers in their rows. What was read is put on the `tape`.
    """

    def __init__(self, path: Path, retrieved: str, tape: "Tape | None" = None) -> None:
        self._path = expand(path)
        self._origin = Origin(NAME, retrieved)
        self._tape = tape

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return the bars between two sessions; a gap for an instrument that no file holds.

        Raises `FileError` for a file that cannot be read, with line and column where it has them.
        """
        keys = {one.ticker: spell_index(one.ticker) for one in instruments}
        gathered = Gathered(keys.values(), _widen(wanted.begins, wanted.last))
        if _is_folder(self._path):
            _read_folder(self._path, gathered)
        else:
            _read_file(self._path, gathered)
        answers: dict[str, Answer] = {}
        for instrument in instruments:
            key = keys[instrument.ticker]
            answers[instrument.ticker] = self._answer(instrument, key, gathered, wanted)
        known = sorted(filter(is_ticker, gathered.seen))
        near = {
            ticker: near_matches(ticker, known)
            for ticker, answer in answers.items()
            if isinstance(answer, Gap) and answer.reason is GapReason.NOT_FOUND
        }
        name = self._path.resolve().name
        source = describe(NAME, name, self._origin.retrieved, answers.values())
        return Fetched(answers, {}, (source,), near, rates=_rates_beside(self._path))

    def _answer(
        self, instrument: Instrument, key: str, gathered: Gathered, wanted: Wanted
    ) -> Answer:
        pile = gathered.piles.get(key)
        if pile is None:
            reason = GapReason.NO_DATA if key in gathered.seen else GapReason.NOT_FOUND
            return Gap(instrument, wanted.last, reason)
        raw = _build_raw(instrument, pile)
        if self._tape is not None:
            self._tape.add(instrument, raw, self._origin)
        bars = assemble(instrument, raw, self._origin)
        return bars.within(wanted.begins, wanted.last)


def _widen(first: date, last: date) -> Span:
    ends = (date.min.toordinal(), date.max.toordinal())
    return Span(
        date.fromordinal(max(first.toordinal() - _MARGIN, ends[0])),
        date.fromordinal(min(last.toordinal() + _MARGIN, ends[1])),
    )


def _rates_beside(path: Path) -> tuple[Rate, ...]:
    """Return the rates of the table that a folder of bars has for them."""
    table = path / RATES
    return read_rates(table) if _is_folder(path) and is_table_of_rates(table) else ()


# --- which files ---


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:  # then opening it as a file says so
        return False


def _read_file(path: Path, gathered: Gathered) -> None:
    """Read the one file given: of a ticker that its name says where its rows do not."""
    table = read_table(path)
    named = spell_name(path.name)
    is_asked = named in gathered.asked
    gathered.add(table, named if is_asked and not _names_tickers(table) else None)


def _read_folder(folder: Path, gathered: Gathered) -> None:
    """Read of a folder the files that are named after what is asked; for the rest, look into all.

    Raises `FileError` where it holds no table, two that are named after one ticker, or a folder
    that cannot be listed.
    """
    by_name: dict[str, list[Path]] = {}
    for path in _find_tables(folder):
        by_name.setdefault(spell_name(path.name), []).append(path)
    if not by_name:
        raise FileError(
            str(folder),
            "holds no table",
            hint=f"files of bars end in {', '.join(ENDINGS)}",
        )
    for ticker in sorted(gathered.asked & by_name.keys()):
        _check_alone(ticker, by_name[ticker])
        gathered.add(read_table(by_name[ticker][0]), ticker)
    lacking = gathered.asked - by_name.keys()
    if not lacking:
        return
    rest = Gathered(lacking, gathered.span)
    for name, paths in by_name.items():
        if name not in gathered.asked:
            for path in paths:
                _look_into(path, name, rest)
    gathered.piles |= rest.piles
    gathered.seen |= rest.seen


def _find_tables(folder: Path) -> Iterator[Path]:
    """Find the bars in a folder and in those inside it; what is hidden is left alone."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders[:] = filter(_is_shown, folders)
        found += (Path(parent, name) for name in names if is_table_name(name) and _is_shown(name))
    return (path for path in sorted(found) if path.is_file() and not is_table_of_rates(path))


def _is_shown(name: str) -> bool:
    return not name.startswith(".")


def _refuse_folder(error: OSError) -> NoReturn:
    raise FileError(
        error.filename,
        f"cannot be read: {error.strerror or error}",
        hint="check the permissions of the folder",
    ) from error


def _check_alone(ticker: str, paths: Sequence[Path]) -> None:
    if len(paths) > 1:
        raise FileError(
            str(paths[1]),
            f"is named after {ticker}, as {paths[0]} is",
            hint="keep one of them, or move the other out of the folder",
        )


def _look_into(path: Path, name: str, gathered: Gathered) -> None:
    """Read a file of a folder if its rows name their tickers and it is not one ticker's alone."""
    look = read_table(path, _LOOK)
    if not holds_bars(look.head):
        return
    if not _names_tickers(look) or _first_ticker(look) == name:
        gathered.seen.add(name)
    else:
        gathered.add(read_table(path))


def _names_tickers(table: Table) -> bool:
    return find_layout(table.path, table.head).names_tickers


def _first_ticker(table: Table) -> str | None:
    """Return the ticker of the first row, where the rows name theirs."""
    layout = find_layout(table.path, table.head)
    at = layout.views[0].at.get(Column.TICKER)
    rows = table.head[layout.body :]
    return spell(rows[0][at]) if at is not None and rows and at < len(rows[0]) else None


# --- on which basis ---


def _build_raw(instrument: Instrument, pile: Pile) -> Raw:
    """Say what the files hold of an instrument, for `assemble` to judge.

    Yahoo's restated floats are rounded to the tick once its splits are undone. Without a split a
    row may still stand on the basis of one that the file does not reach (120.888 for 1208.88): only
    the floats' noise is then taken away.
    """
    _check_splits(pile)
    is_yen_share = instrument.exchange.currency == "JPY" and not instrument.is_index
    decimals = _YEN_DECIMALS if is_yen_share else _DECIMALS
    splits = _actions(pile.splits)
    rows: Sequence[Bar] = pile.rows
    if pile.is_restated and not splits:
        rows = [_still(row, Decimal(1).scaleb(-decimals)) for row in rows]
    return Raw(
        rows=rows,
        splits=splits,
        dividends=None if pile.dividends is None else _actions(pile.dividends),
        is_restated=pile.is_restated,
        tick=decimals if pile.is_restated and splits else None,
    )


def _actions(amounts: Mapping[date, Decimal]) -> tuple[Action, ...]:
    return tuple(Action(session, amount) for session, amount in sorted(amounts.items()))


def _check_splits(pile: Pile) -> None:
    """Refuse a column that has the split in every row since, and not on its session alone."""
    least, most = _SPLITS
    if not least < prod(pile.splits.values(), start=Decimal(1)) < most:
        raise FileError(
            pile.path,
            f"has {len(pile.splits)} splits, more than any share ever had",
            hint="a split stands in the row of its own session; other rows have 0 or nothing",
        )


def _still(row: Bar, tick: Decimal) -> Bar:
    """Take the noise of floats from a row's prices."""
    opened, high, low, close = (
        None if price is None else _nearest(price, tick) for price in row[1:5]
    )
    return row._replace(open=opened, high=high, low=low, close=close)


def _nearest(price: Decimal, tick: Decimal) -> Decimal:
    """Return the price at its tick where it is meant to be there, else to six decimals."""
    at_tick = price.quantize(tick)
    if at_tick and abs(price - at_tick) <= max(_FINEST, price * _NOISE):
        return at_tick
    return price.quantize(_FINEST) or price
