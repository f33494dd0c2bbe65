"""The options of `shock study`."""

from pathlib import Path
from typing import Annotated, NamedTuple

from deepseek_shock.cli.designing import DesignOptions
from deepseek_shock.cli.options import option
from deepseek_shock.cli.reporting import LookOptions, SourceOptions
from deepseek_shock.render.base import StudyTable

WINDOW = "-5:5"  # sessions

ReturnsOption = Annotated[
    Path | None,
    option(
        "--returns",
        metavar="FILE",
        help="Daily returns, CSV or Parquet: instrument, date, return; or date, and a column an "
        "instrument. Fractions: −0.17 is −17 %.",
    ),
]
BenchmarkReturnsOption = Annotated[
    Path | None,
    option(
        "--benchmark-returns",
        metavar="FILE",
        help="The same of what they are held against: date, return; or benchmark, date, return.",
    ),
]
PricesOption = Annotated[
    Path | None,
    option(
        "--prices",
        metavar="FILE",
        help="Closes instead of returns, adjusted for splits: returns are made between "
        "consecutive sessions.",
    ),
]
BenchmarkPricesOption = Annotated[
    Path | None,
    option("--benchmark-prices", metavar="FILE", help="The same of the benchmark."),
]
CalendarOption = Annotated[
    str | None,
    option(
        "--calendar",
        metavar="none|XNYS|XTKS",
        help="Whose sessions are counted with files of returns or prices; none, the default: the "
        "days of the benchmark, else all days of the file.",
    ),
]
PercentOption = Annotated[
    bool,
    option("--percent", help="The returns of the files are in per cent."),
]
LogOption = Annotated[
    bool,
    option("--log", help="Log returns: made of prices, or what the files of returns hold."),
]
EventWindowOption = Annotated[
    str,
    option(
        "--window",
        metavar=WINDOW,
        help="The sessions around each event that are judged one by one.",
    ),
]
UsedShareOption = Annotated[
    float,
    option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Write nothing where less than this share of the events can be used.",
    ),
]
AllUsedOption = Annotated[
    bool,
    option("--strict", help="An event that cannot be used is a failure."),
]
TableOption = Annotated[
    StudyTable,
    option("--table", help="With csv: the groups’ tests, their days, or the events."),
]


class StudyOptions(NamedTuple):
    """Whose returns are studied, how, from which source, in which words."""

    returns: ReturnsOption = None
    benchmark_returns: BenchmarkReturnsOption = None
    prices: PricesOption = None
    benchmark_prices: BenchmarkPricesOption = None
    calendar: CalendarOption = None
    percent: PercentOption = False
    log: LogOption = False
    designed: DesignOptions = DesignOptions()
    window: EventWindowOption = WINDOW
    bars: SourceOptions = SourceOptions()
    look: LookOptions = LookOptions()
    table: TableOption = StudyTable.TESTS
    min_coverage: UsedShareOption = 0
    strict: AllUsedOption = False
