"""Which column of a study's file means what: our own words, those of engines, WRDS and vendors."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, NoReturn
from unicodedata import normalize

from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.columns import list_columns, show


class Meaning(StrEnum):
    """What a column holds; the first word of each is our own."""

    INSTRUMENT = "instrument"
    DATE = "date"
    GROUP = "group"
    EVENT = "event"
    BENCHMARK = "benchmark"
    RETURN = "return"
    PRICE = "price"


_Words = Mapping[Meaning, tuple[str, ...]]

# Of two columns of one meaning the one that is headed by our own word is taken.
_WORDS: _Words = {
    Meaning.INSTRUMENT: (
        *("instrument", "ticker", "symbol", "tic", "firm", "idfirm", "firmid", "company"),
        *("companyid", "stock", "stockid", "security", "securityid", "asset", "unit", "entity"),
        *("firmsymbol", "stocksymbol", "stockticker", "securityticker", "outcomeunit"),
        *("permno", "permco", "gvkey", "isin", "cusip", "ncusip", "sedol", "ric", "code"),
        *("銘柄コード", "証券コード", "コード", "銘柄"),
    ),
    Meaning.DATE: (
        *("date", "day", "session", "eventdate", "evtdate", "dateevent", "announcementdate"),
        *("announcedate", "anndate", "annodate", "datadate", "tradedate", "tradingdate", "caldt"),
        *("dlycaldt", "datetime", "timestamp", "when", "edate", "eventday", "eventwhen"),
        *("日付", "年月日"),
    ),
    Meaning.GROUP: ("group", "idgroup", "groupid", "groupname", "grp", "グループ"),
    Meaning.EVENT: ("event", "idevent", "eventid", "evtid"),
    Meaning.BENCHMARK: (
        *("benchmark", "idbenchmark", "benchmarkid", "market", "idmarket", "marketid"),
        *("benchmarkticker", "marketticker", "marketsymbol", "indexsymbol", "indexticker"),
        *("index", "idindex", "indexid", "marketindex", "ベンチマーク", "指数"),
    ),
    Meaning.RETURN: (
        *("return", "returns", "ret", "r", "dailyreturn", "dailyreturns", "totalreturn"),
        *("logreturn", "logreturns", "logret", "retadj", "dlyret", "trt1d", "value"),
        *("収益率", "騰落率", "リターン"),
    ),
    Meaning.PRICE: (
        *("price", "prices", "prc", "close", "closeprice", "closingprice", "adjclose"),
        *("adjustedclose", "adjprice", "adjustedprice", "pxlast", "dlyprc", "last", "level"),
        *("adjusted", "value", "終値", "調整後終値", "株価"),
    ),
}
# What the figures of a benchmark are called besides.
_OF_BENCHMARKS = {
    Meaning.RETURN: (
        *("retm", "rm", "mret", "mktret", "mkt", "marketreturn", "marketreturns", "retmarket"),
        *("benchmarkreturn", "indexreturn", "vwretd", "ewretd", "sprtrn", "vwretx", "ewretx"),
    ),
    Meaning.PRICE: ("marketprice", "benchmarkprice", "indexprice", "indexlevel", "spindx"),
}
NAMELESS = ("", "indexlevel0", "unnamed:0")  # how pandas writes an index without a name
_INDEX = "index"  # how R's zoo heads the dates
_BARS = {"open", "high", "low"}  # of one instrument, where no column names it
_PAIR = 2  # columns of a long table beside the date
_DAY = re.compile(  # what no header is
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}|(?:19|20)\d{6}|\d{1,2}[- ]?[a-z]{3,9}[- ]?\d{4}", re.IGNORECASE
)


class Layout(NamedTuple):
    """Where the columns of a table of figures stand.

    A long one has `name` and one column of `figures`; a wide one a column of figures for each of
    `names`; one series without a name has neither `name` nor `names`.
    """

    labels: tuple[str, ...]
    date: int
    name: int | None
    figures: tuple[int, ...]
    names: tuple[str, ...]


def word(header: str) -> str:
    """Return a header without what differs from hand to hand: case, spaces, marks."""
    return re.sub(r"[\s_.*<>()%-]", "", normalize("NFKC", header).casefold())


def spell_name(text: str) -> str:
    """Return a free name as it is joined on: a code that pandas wrote as 10107.0 is 10107."""
    name = text.strip()
    return name[:-2] if name.endswith(".0") and name[:-2].isdecimal() else name


def find_columns(
    path: str, labels: Sequence[str], wanted: Sequence[Meaning], line: int = 1
) -> dict[Meaning, int]:
    """Return where each meaning stands. Raises `FileError` for two columns of one meaning."""
    words = {one: _WORDS[one] for one in wanted}
    return _find(path, labels, words, line)


def find_layout(
    path: str, labels: Sequence[str], figure: Meaning, *, is_benchmark: bool, line: int = 1
) -> Layout:
    """Read the header of a table of returns or prices. Raises `FileError` where it does not do."""
    words = {one: _WORDS[one] for one in (Meaning.INSTRUMENT, Meaning.DATE, figure)}
    if is_benchmark:
        words[Meaning.INSTRUMENT] += _WORDS[Meaning.BENCHMARK]
        words[figure] += _OF_BENCHMARKS[figure]
    day = _find_date(path, labels, line, f"instrument, date, {figure}")
    others = [at for at in range(len(labels)) if at != day]
    if len(others) > 1:  # R and pandas number the rows in a column without a name
        others = [at for at in others if word(labels[at]) not in NAMELESS]
    names = [at for at in others if word(labels[at]) in words[Meaning.INSTRUMENT]]
    if len(others) == 1 and not names:
        is_nameless = word(labels[others[0]]) in (*words[figure], *NAMELESS)
        named = () if is_nameless else (spell_name(labels[others[0]]),)
        return Layout(tuple(labels), day, None, (others[0],), named)
    del words[Meaning.DATE]
    at = _find(path, labels, words, line) if names else {}
    if Meaning.INSTRUMENT not in at:
        if {word(labels[one]) for one in others} >= _BARS:
            found = _find(path, labels, {figure: words[figure]}, line).get(figure)
            return Layout(tuple(labels), day, None, (_need(path, labels, found, figure, line),), ())
        return _wide(path, labels, (day, others), line)
    found = at.get(figure)
    rest = [one for one in others if one != at[Meaning.INSTRUMENT]]
    if found is None and len(others) == _PAIR:  # nothing else can be meant
        found = rest[0]
    found = _need(path, labels, found, figure, line)
    return Layout(tuple(labels), day, at[Meaning.INSTRUMENT], (found,), ())


def _need(path: str, labels: Sequence[str], at: int | None, figure: Meaning, line: int) -> int:
    if at is None:
        _refuse(path, f"has no column {figure}", labels, f"head it {_WORDS[figure][0]}", line)
    return at


def _wide(path: str, labels: Sequence[str], at: tuple[int, Sequence[int]], line: int) -> Layout:
    day, others = at
    columns = tuple(one for one in others if labels[one].strip())
    names = tuple(spell_name(labels[one]) for one in columns)
    if not columns:
        _refuse(path, "has no column beside the date", labels, "a column for each name", line)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FileError(
                path, f"two columns are headed {show(name)}", line=line, hint="name each once"
            )
        seen.add(name)
    return Layout(tuple(labels), day, None, columns, names)


def _find_date(path: str, labels: Sequence[str], line: int, example: str) -> int:
    found = _find(path, labels, {Meaning.DATE: _WORDS[Meaning.DATE]}, line).get(Meaning.DATE)
    if found is not None:
        return found
    check_header(path, labels, line, example)
    if not labels or word(labels[0]) not in (*NAMELESS, _INDEX):
        _refuse(path, "has no column date", labels, "head the dates `date`", line)
    return 0


def check_header(path: str, labels: Sequence[str], line: int, example: str) -> None:
    """Refuse a first row that is no header, and one whose columns are parted by spaces.

    `example` names columns that will do.
    """
    days = [label for label in labels if _DAY.fullmatch(label.strip())]
    if len(days) == 1:
        raise FileError(
            path,
            f"has no header: its first row holds {show(days[0].strip())}",
            line=line,
            hint=f"name the columns in a row above it, parted as the others are: {example}",
        )
    if days:
        raise FileError(
            path, "has dates for headers", line=line, hint="turn it round: a row for each date"
        )
    if len(labels) == 1 and " " in labels[0].strip():
        raise FileError(
            path,
            f"has one column, headed {show(labels[0])}",
            line=line,
            hint="part the columns by commas, semicolons or tabs",
        )


def _find(path: str, labels: Sequence[str], words: _Words, line: int) -> dict[Meaning, int]:
    found: dict[Meaning, int] = {}
    for meaning, known in words.items():
        places = [at for at, label in enumerate(labels) if word(label) in known]
        own = [at for at in places if word(labels[at]) == known[0]]
        places = own if len(own) == 1 else places
        if len(places) > 1:
            heads = " and ".join(show(labels[at]) for at in places[:2])
            raise FileError(
                path,
                f"two columns mean {meaning}: {heads}",
                line=line,
                hint=f"head the one that counts `{known[0]}`, or leave the other out",
            )
        if places:
            found[meaning] = places[0]
    return found


def _refuse(path: str, what: str, labels: Sequence[str], hint: str, line: int) -> NoReturn:
    raise FileError(path, f"{what}; seen: {list_columns(labels)}", line=line, hint=hint)
