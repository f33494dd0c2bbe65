"""Which column of a file means what, by its header: our own words, vendors' and Japanese ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, NoReturn

from deepseek_shock.errors import FileError
from deepseek_shock.headings import Column, meaning, plain
from deepseek_shock.providers.tabular.cells import quote

PRICES = (Column.OPEN, Column.HIGH, Column.LOW, Column.CLOSE)

_INDEX_NAMES = ("", "indexlevel0", "unnamed:0", "index")  # how pandas writes a nameless index

# A file with one of these words has its prices as traded, whatever it says besides.
_AS_TRADED = frozenset(
    ("session", "adjustedclose", "split", "splits", "splitfactor", "splitcoefficient", "adjopen")
)
# The order in which yfinance's download alone has its fields, where it adjusts them.
_DOWNLOADED = ("Date", "Close", "High", "Low", "Open", "Volume")
LEVELS = 2  # of yfinance's header: fields and tickers
_SHOWN, _WIDEST = 14, 40  # headers that a message repeats, and characters of each


class View(NamedTuple):
    """Where the columns of one instrument stand; `ticker` is `None` where the rows name it."""

    ticker: str | None
    at: Mapping[Column, int]


class Layout(NamedTuple):
    """What a file's header says.

    `labels` name the columns in messages, `body` is the number of rows that the header takes. A
    long table has one view, a wide one has one for each ticker. `is_restated` tells that prices
    stand on the split basis of the day on which the file was made, as Yahoo's do.
    """

    labels: tuple[str, ...]
    body: int
    views: tuple[View, ...]
    is_restated: bool

    @property
    def names_tickers(self) -> bool:
        """Whether the file itself says which instruments it holds."""
        return any(view.ticker or Column.TICKER in view.at for view in self.views)


def holds_bars(head: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first rows of a file are the header of bars, sound or not."""
    cells = [cell for row in head for cell in row]
    names = {meaning(cell) for cell in cells}
    return Column.CLOSE in names and (Column.SESSION in names or _find_nameless(cells) is not None)


def find_layout(path: str, head: Sequence[Sequence[str]]) -> Layout:
    """Read the header in the first three rows of a file; raise `FileError` where it does not do."""
    layout = _read_wide(path, head) or _read_long(path, head)
    if layout.is_restated and any(Column.ADJUSTED not in view.at for view in layout.views):
        _refuse_adjusted(path)
    return layout


def _read_long(path: str, head: Sequence[Sequence[str]]) -> Layout:
    header = head[0] if head else []
    at = _place(path, header, enumerate(header))
    nameless = _find_nameless(header)
    if nameless is not None:
        at.setdefault(Column.SESSION, nameless)
    _check_needed(path, at, header)
    if tuple(header) == _DOWNLOADED:
        _refuse_adjusted(path, "; if the closes are as traded, head the dates `session`")
    return Layout(tuple(header), 1, (View(None, at),), _is_yahoos(header))


def _read_wide(path: str, head: Sequence[Sequence[str]]) -> Layout | None:
    """Read the header of yfinance's download: a row of fields, a row of tickers, one of the date.

    The first two may be the other way round, and the third may be missing.
    """
    if len(head) < LEVELS or not all(head[:LEVELS]):
        return None
    corners = {plain(row[0]) for row in head[:LEVELS]}
    third = head[LEVELS] if head[LEVELS:] else ("",)
    is_date = meaning(third[0]) is Column.SESSION or plain(third[0]) in _INDEX_NAMES
    has_date = is_date and bool(third[1:]) and not any(third[1:])
    if not (corners == {"price", "ticker"} or (has_date and corners <= {"", "price"})):
        return None
    fields, tickers = sorted(head[:LEVELS], key=_count_tickers)
    labels = [f"{field} of {ticker}" for field, ticker in zip(fields, tickers, strict=False)]
    labels[0] = third[0] if has_date else "Date"
    views: list[View] = []
    for ticker in dict.fromkeys(tickers[1 : len(labels)]):
        own = [index for index in range(1, len(labels)) if tickers[index] == ticker]
        at = _place(path, labels, ((index, fields[index]) for index in own))
        at[Column.SESSION] = 0
        _check_needed(path, at, labels)
        views.append(View(ticker, at))
    # Only yfinance writes such files, and its prices are on the split basis of their day.
    return Layout(tuple(labels), LEVELS + has_date, tuple(views), is_restated=True)


def _count_tickers(row: Sequence[str]) -> tuple[bool, int]:
    """Order a row of tickers behind one of fields: C, O and V are both."""
    return plain(row[0]) == "ticker", sum(meaning(cell) is None for cell in row[1:])


def _place(
    path: str, labels: Sequence[str], headers: Iterable[tuple[int, str]]
) -> dict[Column, int]:
    """Return where each column stands; refuse two of one meaning."""
    at: dict[Column, int] = {}
    for index, header in headers:
        if (column := meaning(header)) is None:
            continue
        if column in at:
            raise FileError(
                path,
                f"two columns mean {column}: {show(labels[at[column]])} and {show(labels[index])}",
                line=1,
                hint="leave one of them, or give the other a name of its own",
            )
        at[column] = index
    return at


def _check_needed(path: str, at: Mapping[Column, int], labels: Sequence[str]) -> None:
    lacking = [column for column in (Column.SESSION, Column.CLOSE) if column not in at]
    if lacking:
        raise FileError(
            path,
            f"has no column {' and no column '.join(lacking)}; seen: {list_columns(labels)}",
            line=1,
            hint="a header with a date (session, date, 日付) and a close (close, 終値) is needed",
        )


def list_columns(labels: Sequence[str]) -> str:
    """Return the headers of a file as a message names them."""
    more = f" and {len(labels) - _SHOWN} more" if labels[_SHOWN:] else ""
    return (", ".join(show(label) for label in labels[:_SHOWN]) or "none") + more


def show(label: str) -> str:
    """Return a header as a message names it: plain where it is."""
    label = label.strip()
    return label if label.isprintable() and 0 < len(label) <= _WIDEST else quote(label)


def _find_nameless(header: Sequence[str]) -> int | None:
    """Find the index that pandas wrote without a name."""
    return next((index for index, cell in enumerate(header) if plain(cell) in _INDEX_NAMES), None)


def _is_yahoos(header: Sequence[str]) -> bool:
    words = {plain(cell) for cell in header}
    return not words.isdisjoint(("adjclose", "stocksplits")) and words.isdisjoint(_AS_TRADED)


def _refuse_adjusted(path: str, otherwise: str = "") -> NoReturn:
    raise FileError(
        path,
        "has yfinance's columns without Adj Close: its closes are adjusted for dividends, which is "
        "not what was traded",
        line=1,
        hint=f"download it again with auto_adjust=False{otherwise}",
    )
