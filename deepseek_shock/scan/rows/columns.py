"""Which column of a history holds the ticker, the session, the close, and a split if there is one.

What the user has named counts; else the header does, by words that are ranked: of two columns of
one meaning the one with the better word is taken (`symbol` before the company's `name`). The table
is wider than that of `headings`, by which a source of bars is read: there a column too many is
refused, here it is passed over.

The close is that which a vendor adjusts for splits and not for dividends. So beside `Close` an
`Adj Close` is left alone, which has dividends in it, while J-Quants' AdjustmentClose and a Japanese
調整後終値, which have splits alone in them, are taken before the close as traded.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.headings import plain
from deepseek_shock.scan.reading import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Meaning(StrEnum):
    """What a column holds, in the words by which the user names columns."""

    TICKER = "ticker"
    SESSION = "session"
    CLOSE = "close"
    SPLIT = "split"


class Columns(NamedTuple):
    """Where the columns of a file stand, by their labels in it.

    `ticker` is `None` where the file is of the one ticker that it is named after. With `is_factor`
    the split column holds what older closes are multiplied by, 1 ÷ split. `wide` are the labels of
    the columns of closes where each ticker has one of its own, headed by it.
    """

    session: str
    close: str
    ticker: str | None = None
    split: str | None = None
    is_factor: bool = False
    wide: tuple[str, ...] = ()


# Each meaning's words, the best first.
_WORDS: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.TICKER: (
        *("ticker", "symbol", "tickersymbol", "stocksymbol", "stockticker", "tic", "secucode"),
        *("securitiescode", "securitycode", "stockcode", "code", "localcode", "tscode"),
        *("銘柄コード", "証券コード", "コード", "permno", "permco", "gvkey", "isin", "cusip"),
        *("instrument", "stock", "security", "asset", "ric", "uniquesymbol", "stockid", "assetid"),
        *("銘柄", "name", "stockname", "company", "id"),
    ),
    Meaning.SESSION: (
        *("session", "date", "tradedate", "tradingdate", "tradingday", "marketdate"),
        *("pricedate", "quotedate", "datadate", "caldt", "dlycaldt", "日付", "年月日", "取引日"),
        *("day", "datetime", "timestamp", "time", "dt", "index", "", "indexlevel0", "unnamed:0"),
    ),
    Meaning.CLOSE: (
        *("adjustmentclose", "adjc", "調整後終値", "close", "終値", "closeprice", "closingprice"),
        *("closelast", "close/last", "prc", "dlyprc", "prccd", "pxlast", "lastprice", "last"),
        *("settle", "price", "c", "株価", "value"),
    ),
    Meaning.SPLIT: (
        *("split", "splits", "stocksplits", "stocksplit", "splitfactor", "splitcoefficient"),
        *("splitratio", "adjustmentfactor", "adjfactor"),
    ),
}
_TICKERS = frozenset(_WORDS[Meaning.TICKER])
_FACTORS = ("adjustmentfactor", "adjfactor")
# Closes that have the splits in them already: a split column beside them is of no use.
_ADJUSTED = ("adjustmentclose", "adjc", "調整後終値")
_OTHERS = (  # what else stands beside a close, and tells that a table is no wide one
    *("open", "high", "low", "volume", "adjclose", "adjustedclose", "始値", "高値", "安値"),
    *("dividends", "return", "returns"),
)
_KNOWN = frozenset((*_OTHERS, *(word for words in _WORDS.values() for word in words)))
# J-Quants heads a close C; so may a table with a column a ticker head Citigroup.
_LETTER, _LETTERS = "c", frozenset("ohlc")
_SHOWN = 14  # headers that a message repeats
_FEWEST = 2  # columns of closes in a wide table
_MANY = 50  # columns, of which some may be tickers that are words: C, DAY, LAST, OPEN
_BARS = frozenset(("close", "closeprice", "closingprice", "adjclose", "volume", "終値"))


class _UnfitHeader(Exception):  # noqa: N818 -- carries a complaint for who knows the file
    """What is wrong with a header, and a hint."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def find_columns(file: str, labels: Sequence[str], asked: Mapping[str, str]) -> Columns:
    """Find the columns of a file by its labels.

    `asked` maps `ticker`, `session`, `close`, `split` to labels of the file (`split` to `none`:
    no split column is heeded). Raises `DamagedFileError` for a file that lacks one, `UsageError`
    for a meaning that there is not.
    """
    known = [one.value for one in Meaning]
    for meaning in asked:
        if meaning not in known:
            raise UsageError(
                f"{meaning!r} is no column of a scan", hint=f"columns are {', '.join(known)}"
            )
    try:
        return _match(tuple(labels), tuple(asked.items()))
    except _UnfitHeader as error:
        raise DamagedFileError(file, error.what, hint=error.hint) from error


@lru_cache(maxsize=256)  # thousands of files may have one header
def _match(labels: tuple[str, ...], asked: tuple[tuple[str, str], ...]) -> Columns:
    words = [plain(label) for label in labels]
    wanted = dict(asked)
    found = {one: _find(labels, words, one, wanted.get(one)) for one in Meaning}
    session, close = found[Meaning.SESSION], found[Meaning.CLOSE]
    is_wide = close is None or (Meaning.CLOSE not in wanted and _has_tickers(words))
    if session is not None and is_wide and (wide := _find_wide(labels, words, session)):
        return Columns(labels[session], "", wide=wide)
    if session is None or close is None:
        raise _lacks(labels, words, Meaning.SESSION if session is None else Meaning.CLOSE)
    ticker, split = found[Meaning.TICKER], found[Meaning.SPLIT]
    if words[close] in _ADJUSTED and Meaning.SPLIT not in wanted:
        split = None
    return Columns(
        labels[session],
        labels[close],
        None if ticker is None else labels[ticker],
        None if split is None else labels[split],
        split is not None and words[split] in _FACTORS,
    )


def knows(label: str) -> bool:
    """Tell whether a label is one of those by which columns are found."""
    return bool(label) and plain(label) in _KNOWN


def _find(
    labels: Sequence[str], words: Sequence[str], meaning: Meaning, asked: str | None
) -> int | None:
    if asked is not None:
        return _find_asked(labels, words, meaning, asked)
    for word in _WORDS[meaning]:
        if word == _LETTER and not _LETTERS.issubset(words):
            continue
        places = [at for at, one in enumerate(words) if one == word]
        if len(places) > 1:
            pair = " and ".join(repr(labels[at]) for at in places[:2])
            hint = f"say which one it is: --columns {meaning}=NAME"
            raise _UnfitHeader(f"two columns mean {meaning}: {pair}", hint)
        if places:
            return places[0]
    return None


def _find_asked(
    labels: Sequence[str], words: Sequence[str], meaning: Meaning, asked: str
) -> int | None:
    if asked in labels:
        return labels.index(asked)
    if meaning is Meaning.SPLIT and asked == "none":
        return None
    alike = [at for at, word in enumerate(words) if word == plain(asked)]
    if len(alike) == 1:
        return alike[0]
    near = near_matches(asked, labels)
    raise _UnfitHeader(
        f"has no column {asked!r} for {meaning}; seen: {list_labels(labels)}",
        f"did you mean {', '.join(near)}?" if near else "name columns as the file heads them",
    )


def _lacks(labels: Sequence[str], words: Sequence[str], lacking: Meaning) -> _UnfitHeader:
    hint = f"say which one it is: --columns {lacking}=NAME"
    if lacking is Meaning.CLOSE and (others := [o for o in words if o.startswith("adj")]):
        label = labels[words.index(others[0])]
        hint = f"if moves with dividends in them will do, say --columns close={label!r}"
    return _UnfitHeader(f"has no column that means {lacking}; seen: {list_labels(labels)}", hint)


def _find_wide(labels: Sequence[str], words: Sequence[str], session: int) -> tuple[str, ...]:
    """Return the columns of a table with one for each ticker, if it looks like one."""
    taken = {word for one in Meaning for word in _WORDS[one]} - {"c"}
    rest = [at for at in range(len(labels)) if at != session and words[at]]
    is_other = any(words[at] in (*taken, *_OTHERS) for at in rest) and not _has_tickers(words)
    return () if len(rest) < _FEWEST or is_other else tuple(labels[at] for at in rest)


def _has_tickers(words: Sequence[str]) -> bool:
    """Tell whether a header is so long, and so little a bar's, that its words must be tickers."""
    return len(words) >= _MANY and _BARS.isdisjoint(words) and not _TICKERS.intersection(words)


def list_labels(labels: Sequence[str]) -> str:
    """Return the headers of a file as a message names them."""
    more = f" and {len(labels) - _SHOWN} more" if labels[_SHOWN:] else ""
    return (", ".join(repr(one)[1:-1][:40] or "''" for one in labels[:_SHOWN]) or "none") + more
