"""Tickers as vendors spell them, in rows and in the names of files, brought to our spelling."""

import re
from unicodedata import normalize

# How the names of files end that hold tables.
ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet", ".pq")

# Stooq's names of well-known indexes.
_INDEXES = {
    "^SPX": "^GSPC",
    "^NDQ": "^IXIC",
    "^NKX": "^N225",
    "^TPX": "^TOPX",
}
# A Tokyo code has four places, or five with a 0 behind: 5803, 58030, 130A0. Excel and pandas make
# 5803.0 of it. Another fifth place tells a share of another class.
_CODE = r"(\d[0-9A-Z]\d[0-9A-Z])(?:0|\.0)?"
_OTHER_CLASS = r"\d[0-9A-Z]\d[0-9A-Z][1-9]"
_CLASS = r"([A-Z]+)[./]([A-C])"  # BRK.B; no exchange that we know has such a suffix
_TICKER = r"[A-Z0-9^][A-Z0-9.^=-]*"


def spell(text: str) -> str:
    """Return our spelling of a ticker: `NVDA` of `nvda.us`, `5803.T` of `5803.JP` and `58030`."""
    ticker = normalize("NFKC", text).strip().upper()
    ticker = re.sub(r"\.US$", "", ticker)
    ticker = re.sub(r"\.JP$", ".T", ticker)
    if found := re.fullmatch(_CODE, ticker):
        return found[1] + ".T"
    if re.fullmatch(_OTHER_CLASS, ticker):
        return ticker + ".T"
    if found := re.fullmatch(_CLASS, ticker):
        return f"{found[1]}-{found[2]}"
    return spell_index(ticker)


def spell_index(ticker: str) -> str:
    """Return our ticker of a well-known index, and any other ticker as it is."""
    return _INDEXES.get(ticker, ticker)


def spell_name(name: str) -> str:
    """Return the ticker that a file is named after, if it is: of `nvda.us.txt`, `5803_jp_d.csv`."""
    stem = re.sub(r" \(\d+\)$", "", without_ending(name))  # a browser's second download
    stem = re.sub(r"_d$", "", stem)
    stem = re.sub(r"_(us|jp)$", r".\1", stem)
    return spell(stem)


def is_ticker(text: str) -> bool:
    """Tell whether a text has a ticker's form."""
    return re.fullmatch(_TICKER, text) is not None


def is_table_name(name: str) -> bool:
    """Tell whether a file's name is that of a table."""
    return name.lower().endswith(ENDINGS)


def without_ending(name: str) -> str:
    """Return a file's name without the ending that makes it a table."""
    endings = (ending for ending in ENDINGS if name.lower().endswith(ending))
    return name[: len(name) - max(map(len, endings), default=0)]
