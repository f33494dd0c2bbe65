"""What the header of a column of prices means: our own words, vendors' and Japanese ones."""

import re
from collections.abc import Mapping
from enum import StrEnum
from unicodedata import normalize


class Column(StrEnum):
    """What a column holds; the words are those of our own header, where it has one."""

    TICKER = "ticker"
    SESSION = "session"
    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    VOLUME = "volume"
    ADJUSTED = "adjusted_close"  # known, so that it is taken for no other; nothing is made of it
    SPLIT = "split"
    DIVIDEND = "dividend"
    FACTOR = "adjustment factor"  # what older prices are multiplied with: 1 / split
    PERIOD = "period"  # of a bar: D for a day


_WORDS: Mapping[Column, tuple[str, ...]] = {
    Column.TICKER: ("ticker", "symbol", "code", "銘柄コード", "証券コード", "コード"),
    Column.SESSION: ("session", "date", "datetime", "timestamp", "日付", "年月日"),
    Column.OPEN: ("open", "o", "始値"),
    Column.HIGH: ("high", "h", "高値"),
    Column.LOW: ("low", "l", "安値"),
    Column.CLOSE: ("close", "c", "終値"),
    Column.VOLUME: ("volume", "vol", "vo", "v", "出来高", "売買高"),
    Column.ADJUSTED: ("adjustedclose", "adjclose", "調整後終値"),
    Column.SPLIT: ("split", "splits", "splitfactor", "splitcoefficient", "stocksplits"),
    Column.DIVIDEND: ("dividend", "dividends", "divcash", "dividendamount"),
    Column.FACTOR: ("adjfactor", "adjustmentfactor"),
    Column.PERIOD: ("per",),
}
_MEANINGS = {word: column for column, words in _WORDS.items() for word in words}
_UNITS = r"\((?:円|株|yen|usd|jpy|shares|[$¥])\)$"
# Yahoo's page explains its closes inside their headers, and what is copied from it does too.
_EXPLAINED = (
    ("adjcloseadjustedclose", "adjclose"),
    ("closecloseprice", "close"),
)


def meaning(header: str) -> Column | None:
    """Tell what a header means; `None` for one that nothing is made of."""
    return _MEANINGS.get(plain(header))


def plain(header: str) -> str:
    """Return a header without what differs from hand to hand: case, spaces, marks, units."""
    bare = re.sub(_UNITS, "", normalize("NFKC", header).casefold().strip())
    word = re.sub(r"[\s_.*<>-]", "", bare)
    return next((short for long, short in _EXPLAINED if word.startswith(long)), word)
