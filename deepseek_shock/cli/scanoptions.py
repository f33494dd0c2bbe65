"""The options of `shock scan`, and what their values mean."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from deepseek_shock.analysis.scanned import ScanTable
from deepseek_shock.cli import writing
from deepseek_shock.cli.options import LAST, STDOUT, Format, StoreOption, option
from deepseek_shock.cli.reporting import LookOptions
from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.market.exchange import CITIES, EXCHANGES
from deepseek_shock.render.base import FrontMatter, Profile
from deepseek_shock.scanning.request import Engine

MEMORY = "1GB"
_LEAST_MEMORY = 64_000_000  # bytes: below it DuckDB cannot sort at all
_MOST_THREADS = 8  # beyond them the disk decides
_OURS = ("ticker", "session", "close", "split")
_NO_CALENDAR = ("auto", "none")
# A comma parts two columns where a name of ours follows: a header may have one of its own.
_NEXT = re.compile(r",(?=\s*\w*\s*=)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


class ScanSource(StrEnum):
    """What is gone through where no path is given."""

    HISTORY = "history"
    STORE = "store"


ScanSourceOption = Annotated[
    ScanSource | None,
    # No variable: SHOCK_SOURCE is where the report's bars come from.
    typer.Option(
        "--source",
        help="What is gone through without a PATH: the packed history, or the store; default: the "
        "history if one is configured.",
    ),
]
HistoryOption = Annotated[
    Path | None,
    option(
        "--history",
        metavar="DIR",
        help="The packed history that is gone through without a PATH: what --pack wrote.",
    ),
]
ColumnsOption = Annotated[
    list[str],
    option(
        "--columns",
        metavar="OURS=YOURS",
        help="Your names of the columns ticker, session, close and split, where they are not "
        "found: ticker=symbol,close='Adj Close'. May be repeated.",
    ),
]
ScanCalendarOption = Annotated[
    str,
    option(
        "--calendar",
        metavar="auto|none|XNYS|XTKS",
        help="Whose sessions are counted. auto: each ticker's own exchange, by its suffix; none: "
        "the row before is the session before.",
    ),
]
ScanDateOption = Annotated[
    str,
    option(
        "--date",
        metavar="DATE",
        help="The session that is held against all others, YYYY-MM-DD, or `last`: the last of "
        "each calendar.",
    ),
]
ScanTopOption = Annotated[
    int | None,
    option(
        "--top",
        metavar="N",
        min=1,
        help="So many rows a table; default: 20, of which a screen and Markdown show 10.",
    ),
]
MinCountOption = Annotated[
    int,
    option(
        "--min-count",
        metavar="N",
        min=1,
        help="Rank only sessions in which at least so many tickers have a move.",
    ),
]
ScanStrictOption = Annotated[
    bool,
    option(
        "--strict",
        help="A file that cannot be read is a failure; else it is left out, and named.",
    ),
]
EngineOption = Annotated[
    Engine,
    option("--engine", help="What does the work: this machine, or Spark."),
]
MasterOption = Annotated[
    str | None,
    option(
        "--master",
        metavar="URL",
        help="With spark: where it runs: local[4], spark://host:7077, yarn, k8s://…",
    ),
]
ThreadsOption = Annotated[
    int | None,
    option(
        "--threads",
        metavar="N",
        min=1,
        help="So many threads; default: one a core, at most 8.",
    ),
]
MemoryOption = Annotated[
    str,
    option(
        "--memory",
        metavar="SIZE",
        help="What a sort may hold before it goes to the disk. Rows in order need no sort.",
    ),
]
SpillOption = Annotated[
    Path | None,
    option("--spill", metavar="DIR", help="Where it goes to; default: the system's own folder."),
]
PackOption = Annotated[
    Path | None,
    option(
        "--pack",
        metavar="DIR",
        help="Write what is gone through to this folder, in the form that is read fastest, before "
        "the report is printed.",
    ),
]
PackWaitOption = Annotated[
    float,
    option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="With --pack: wait so long for another run that writes there.",
    ),
]
ScanTableOption = Annotated[
    ScanTable,
    option("--table", help="With csv and parquet: which table; days has every session."),
]
ScanFormatOption = Annotated[
    Format | None,
    option(
        "--format",
        help="What the report is written as; else the ending of --output says it.",
    ),
]


class ScanWriteOptions(NamedTuple):
    """What a scan is written as, and where to: as any document, or a table of it as Parquet."""

    format: ScanFormatOption = None
    profile: writing.ProfileOption = Profile.GFM
    front_matter: writing.FrontMatterOption = FrontMatter.NONE
    template: writing.TemplateOption = None
    output: writing.OutputOption = STDOUT
    charts: writing.ChartsOption = None
    to: writing.MailToOption = None
    sender: writing.SenderOption = None


class ScanOptions(NamedTuple):
    """What is gone through and how, what is told of it, in which words."""

    source: ScanSourceOption = None
    history: HistoryOption = None
    store: StoreOption = None
    columns: ColumnsOption = []  # noqa: RUF012 -- typer's default of an option that is repeated
    calendar: ScanCalendarOption = "auto"
    date: ScanDateOption = LAST
    top: ScanTopOption = None
    min_count: MinCountOption = 20
    strict: ScanStrictOption = False
    pack: PackOption = None
    wait: PackWaitOption = 60
    engine: EngineOption = Engine.LOCAL
    master: MasterOption = None
    threads: ThreadsOption = None
    memory: MemoryOption = MEMORY
    spill: SpillOption = None
    table: ScanTableOption = ScanTable.SHOCKS
    look: LookOptions = LookOptions()


def parse_columns(texts: Iterable[str]) -> Mapping[str, str]:
    """Return the user's names by ours, of `ticker=symbol,close=Adj Close`. Raises `UsageError`."""
    named: dict[str, str] = {}
    for part in (part for text in texts for part in _NEXT.split(text)):
        ours, equals, yours = (piece.strip() for piece in part.partition("="))
        if not equals or not yours:
            raise UsageError(
                f"--columns {part.strip()!r} names no column of the data",
                hint="write ticker=symbol,session=Date; the name before = is ours",
            )
        if ours not in _OURS:
            near = near_matches(ours.lower(), _OURS)
            hint = f"did you mean {near[0]}?" if near else f"ours: {', '.join(_OURS)}"
            raise UsageError(
                f"--columns {part.strip()!r}: {ours!r} is no column of ours", hint=hint
            )
        if ours in named:
            raise UsageError(f"--columns names {ours} twice", hint="name each column once")
        named[ours] = yours
    _check_apart(named)
    return named


def _check_apart(named: Mapping[str, str]) -> None:
    ours_of: dict[str, str] = {}
    for ours, yours in named.items():
        if yours in ours_of:
            raise UsageError(
                f"--columns takes {yours!r} for both {ours_of[yours]} and {ours}",
                hint="each column of the data means one thing",
            )
        ours_of[yours] = ours


def parse_calendar(name: str) -> str:
    """Return `auto`, `none` or a calendar's name, of an exchange's code or its city.

    Raises `UsageError`.
    """
    if name.lower() in _NO_CALENDAR:
        return name.lower()
    cities = {city.casefold(): mic for mic, city in CITIES.items()}
    code = cities.get(name.casefold(), name.upper())
    if code in EXCHANGES:
        return EXCHANGES[code].calendar
    near: Sequence[str] = near_matches(code, EXCHANGES) or near_matches(name.lower(), _NO_CALENDAR)
    near = near or [cities[one] for one in near_matches(name.casefold(), cities)]
    others = "auto, none, or an exchange’s code as XNYS or XTKS"
    raise UsageError(
        f"no exchange has the code {name!r}",
        hint=f"did you mean {' or '.join(near)}?" if near else others,
    )


def parse_size(text: str) -> int:
    """Return the bytes of `500MB`, `1GB` or `2GiB`. Raises `UsageError`."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--memory {text!r} is not a size", hint="write 500MB, 1GB or 2GiB")
    base = 1024 if found[3] else 1000
    size = int(float(found[1]) * base ** _POWERS[found[2].upper()])
    if size < _LEAST_MEMORY:
        raise UsageError(f"--memory {text} is too little to sort in", hint="give at least 64MB")
    return size


def count_threads(asked: int | None) -> int:
    """Return how many threads are used: as asked, else one for each core that we may use."""
    if asked is not None:
        return asked
    has_own = hasattr(os, "sched_getaffinity")  # not on a Mac
    cores = len(os.sched_getaffinity(0)) if has_own else os.cpu_count() or 1
    return min(cores, _MOST_THREADS)
