"""What the rows of files say of each ticker: bars, splits, dividends, and on which basis."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple, NoReturn

from deepseek_shock.errors import FileError
from deepseek_shock.headings import Column
from deepseek_shock.market.bars import Bar
from deepseek_shock.providers.tabular.cells import (
    Days,
    Figures,
    Mark,
    Unreadable,
    find_mark,
    is_missing,
    quote,
)
from deepseek_shock.providers.tabular.columns import (
    PRICES,
    Layout,
    View,
    find_layout,
    list_columns,
    show,
)
from deepseek_shock.providers.tabular.tables import Row, Table
from deepseek_shock.spellings import spell

_DAILY = ("D", "1D", "")
_NOTHING = frozenset(("", "0", "0.0"))  # neither a split nor a dividend, told at once
_ACTIONS = (Column.SPLIT, Column.FACTOR, Column.DIVIDEND)


class Span(NamedTuple):
    """The days whose rows are read, both included; actions are read whatever their day."""

    first: date
    last: date


@dataclass(slots=True)
class Pile:
    """What the files say of one ticker; `path` is the file that spoke first.

    `dividends` is `None` where a file does not say whether there were any.
    """

    path: str
    is_restated: bool
    rows: list[Bar] = field(default_factory=list)
    splits: dict[date, Decimal] = field(default_factory=dict)
    dividends: dict[date, Decimal] | None = None


class _Plan(NamedTuple):
    """What stands where in the rows of a view: worked out once, for there are many rows.

    `actions` are the columns of splits and dividends, each with its place.
    """

    view: View
    session: int
    prices: tuple[int | None, ...]
    volume: int | None
    period: int | None
    actions: tuple[tuple[Column, int], ...]


class _Entry(NamedTuple):
    """A row of one instrument: its line, its cells, and its day."""

    line: int
    cells: Sequence[str]
    session: date


class Gathered:
    """What has been read of the tickers asked, in our spelling; `seen` are all that were met."""

    def __init__(self, asked: Collection[str], span: Span) -> None:
        self.asked = frozenset(asked)
        self.span = span
        self.piles: dict[str, Pile] = {}
        self.seen: set[str] = set()

    def add(self, table: Table, named: str | None = None) -> None:
        """Read a file: all that it holds of what was asked, or only the ticker it is named after.

        Raises `FileError` with line and column for a cell that cannot be read.
        """
        layout = find_layout(table.path, table.head)
        if not layout.names_tickers:
            if named is None:
                _complain_of_no_ticker(table, layout)
            self.seen.add(named)
        _Reading(table, layout, named, self).run()


def _complain_of_no_ticker(table: Table, layout: Layout) -> NoReturn:
    table.complain(
        "no column names the ticker, and the file is not named after one that was asked for; "
        f"seen: {list_columns(layout.labels)}",
        line=1,
        hint="add a column `ticker`, or name the file after its ticker, as NVDA.csv or 5803.T.csv",
    )


def _plan(view: View) -> _Plan:
    at = view.at
    return _Plan(
        view,
        at[Column.SESSION],
        tuple(map(at.get, PRICES)),
        at.get(Column.VOLUME),
        at.get(Column.PERIOD),
        tuple((column, at[column]) for column in _ACTIONS if column in at),
    )


class _Reading:
    """The reading of one file."""

    def __init__(self, table: Table, layout: Layout, named: str | None, into: Gathered) -> None:
        self._table = table
        self._layout = layout
        self._named = named
        self._into = into
        self._wanted = into.asked if named is None else frozenset((named,))
        # Where prices are restated, those after the span tell whether a split was undone rightly.
        self._last = date.max if layout.is_restated else into.span.last
        self._first = into.span.first
        self._spelled: dict[str, str] = {}
        self._piles: dict[str, Pile] = {}
        self._days = Days(self._find_days)
        self._figures = Figures(
            find_mark(self._find_figures()) if table.takes_comma else Mark.POINT
        )
        self._readers: Mapping[Column, Callable[[str], Decimal | None]] = {
            Column.SPLIT: self._figures.split,
            Column.FACTOR: self._figures.factor,
            Column.DIVIDEND: self._figures.dividend,
        }

    def run(self) -> None:
        """Read all rows."""
        plans = [_plan(view) for view in self._layout.views if self._is_wanted(view)]
        width = len(self._layout.labels)
        for line, row in self._body():
            cells = row if len(row) == width else self._fit(line, row)
            for plan in plans:
                ticker = self._find_ticker(plan.view, line, cells)
                if ticker in self._wanted:
                    self._take(plan, ticker, line, cells)

    def _body(self) -> Iterator[Row]:
        return islice(self._table.rows(), self._layout.body, None)

    def _find_days(self) -> Iterator[tuple[int, str]]:
        at = self._layout.views[0].at[Column.SESSION]
        return ((line, cells[at]) for line, cells in self._body() if at < len(cells))

    def _find_figures(self) -> Iterator[str]:
        places = [
            view.at[column]
            for view in self._layout.views
            for column in (*PRICES, Column.VOLUME)
            if column in view.at
        ]
        return (cells[at] for _, cells in self._body() for at in places if at < len(cells))

    def _is_wanted(self, view: View) -> bool:
        if view.ticker is None:
            return True
        ticker = self._spell(view.ticker)
        return ticker in self._wanted

    def _spell(self, text: str) -> str:
        ticker = self._spelled.get(text)
        if ticker is None:
            ticker = self._spelled[text] = spell(text)
            self._into.seen.add(ticker)
        return ticker

    def _fit(self, line: int, row: Sequence[str]) -> Sequence[str]:
        """Return a row as wide as the header; what is left over or lacking must be blank."""
        labels = self._layout.labels
        if not any(map(str.strip, (*row[len(labels) :], *labels[len(row) :]))):
            return [*row[: len(labels)], *[""] * (len(labels) - len(row))]
        hint = "a cell that holds the delimiter, as 1,208.88 may, must stand in quotation marks"
        raise FileError(
            self._table.path,
            f"{len(row)} cells in the row, {len(labels)} in the header",
            line=line,
            hint="the row was cut off" if len(row) < len(labels) else hint,
        )

    def _find_ticker(self, view: View, line: int, cells: Sequence[str]) -> str | None:
        if view.ticker is not None:
            return self._spelled[view.ticker]
        at = view.at.get(Column.TICKER)
        if at is None:
            return self._named
        text = cells[at]
        if known := self._spelled.get(text):
            return known
        if not text.strip() and any(map(str.strip, cells)):
            self._complain(Unreadable("is empty", "every row names its ticker"), line, at)
        return self._spell(text)

    def _take(self, plan: _Plan, ticker: str, line: int, cells: Sequence[str]) -> None:
        session = self._days.find_known(cells[plan.session])
        session = session or self._find_session(plan, line, cells)
        if session is None:
            return
        pile = self._piles.get(ticker) or self._open(plan.view, ticker)
        for column, at in plan.actions:
            if cells[at] not in _NOTHING:
                self._note(pile, column, at, _Entry(line, cells, session))
        if not self._first <= session <= self._last:
            return
        bar = self._read_bar(plan, _Entry(line, cells, session))
        # A wide table has a row for the sessions of all exchanges: one without figures is no row.
        if plan.view.ticker is None or any(figure is not None for figure in bar[1:]):
            pile.rows.append(bar)

    def _open(self, view: View, ticker: str) -> Pile:
        """Return the pile of a ticker, which another file may have begun."""
        says_dividends = Column.DIVIDEND in view.at
        is_restated = self._layout.is_restated
        pile = self._into.piles.get(ticker)
        if pile is None:
            pile = Pile(self._table.path, is_restated, dividends={} if says_dividends else None)
        elif pile.is_restated != is_restated:
            raise FileError(
                self._table.path,
                f"has {ticker} on another split basis than {pile.path}",
                hint="keep the files of one vendor in a folder",
            )
        elif not says_dividends:
            pile.dividends = None
        self._into.piles[ticker] = self._piles[ticker] = pile
        return pile

    def _find_session(self, plan: _Plan, line: int, cells: Sequence[str]) -> date | None:
        """Return the row's day; `None` where nothing stands in the row."""
        text = cells[plan.session]
        if is_missing(text):
            if all(is_missing(cells[other]) for other in plan.view.at.values()):
                return None
            empty = Unreadable("is empty", "every row has its date")
            self._complain(empty, line, plan.session)
        try:
            return self._days.read(text)
        except Unreadable as error:
            self._complain(error, line, plan.session)

    def _note(self, pile: Pile, column: Column, at: int, entry: _Entry) -> None:
        """Note a split or a dividend, once, in however many rows it stands."""
        actions = pile.dividends if column is Column.DIVIDEND else pile.splits
        if actions is None:
            return
        text = entry.cells[at]
        try:
            amount = self._readers[column](text)
        except Unreadable as error:
            self._complain(error, entry.line, at)
        if amount is not None and (other := actions.setdefault(entry.session, amount)) != amount:
            what = f"{quote(text)}, but another row of {entry.session} says {other}"
            self._complain(Unreadable(what, "keep one row for a session"), entry.line, at)

    def _read_bar(self, plan: _Plan, entry: _Entry) -> Bar:
        line, cells, session = entry
        if plan.period is not None:
            self._check_daily(plan.period, entry)
        at: int | None = None  # the column that is read
        price = self._figures.price
        try:
            prices: list[Decimal | None] = []
            for at in plan.prices:
                prices.append(None if at is None else price(cells[at]))  # noqa: PERF401 -- a comprehension would not tell the column that failed
            at = plan.volume
            volume = None if at is None else self._figures.volume(cells[at])
        except Unreadable as error:
            self._complain(error, line, at or 0)
        opened, high, low, close = prices
        return Bar(session, opened, high, low, close, volume)

    def _check_daily(self, at: int, entry: _Entry) -> None:
        if (period := entry.cells[at]).strip().upper() not in _DAILY:
            what = f"{quote(period)} is not D, a day"
            self._complain(Unreadable(what, "daily bars are needed"), entry.line, at)

    def _complain(self, error: Unreadable, line: int, at: int) -> NoReturn:
        self._table.complain(
            f"column {show(self._layout.labels[at])}: {error.what}",
            line=line if error.line is None else error.line,
            hint=error.hint,
        )
