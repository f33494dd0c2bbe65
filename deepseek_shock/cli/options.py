"""The options that several commands take, and the words that they accept.

Those of one command alone stand in its module.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deepseek_shock.render.house import Colors
from deepseek_shock.render.numbers import MOST_DECIMALS, Rounding
from deepseek_shock.render.words import Language
from deepseek_shock.report.tables import Order

LAST = "last"
STDOUT = "-"


class Format(StrEnum):
    """What a report is written as."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    EMAIL = "email"
    EML = "eml"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def option(flag: str, *short: str, **settings: Any) -> Any:  # noqa: ANN401 -- what typer.Option takes and gives
    """Declare an option that a variable may stand in for: `--min-coverage`, SHOCK_MIN_COVERAGE."""
    variable = f"SHOCK_{flag.removeprefix('--').replace('-', '_').upper()}"
    return typer.Option(flag, *short, envvar=variable, show_envvar=False, **settings)


DateOption = Annotated[
    str,
    option(
        "--date",
        metavar="DATE",
        help="Session date, YYYY-MM-DD, or `last`: each exchange's last completed session.",
    ),
]
EventOption = Annotated[
    str | None,
    option(
        "--event",
        metavar="NAME|FILE",
        help="A named shock, or an event file: gives date, watchlist and context.",
    ),
]
AtOption = Annotated[
    str | None,
    option(
        "--at",
        metavar="INSTANT",
        help="The moment of the shock, ISO 8601 with its zone: which session of each exchange "
        "could react first. Without --date and --event these sessions are reported.",
    ),
]
WatchlistOption = Annotated[
    str | None,
    option(
        "--watchlist",
        metavar="NAME|FILE",
        help="What is reported on.",
    ),
]
TickersOption = Annotated[
    str | None,
    option(
        "--tickers",
        metavar="NVDA,5803.T",
        help="The same as a list of tickers; .T is Tokyo.",
    ),
]
SourceOption = Annotated[
    str,
    option(
        "--source",
        metavar="auto|sample|store|yahoo|jquants|files",
        help="Where bars come from, or the name of an installed provider. auto: the store, the "
        "sample, Yahoo, the first that holds all that is asked.",
    ),
]
ConfirmOption = Annotated[
    str | None,
    option(
        "--confirm",
        metavar="SOURCE",
        help="A second source: fills what the first lacks; closes that differ are refused.",
    ),
]
DataOption = Annotated[
    Path | None,
    option(
        "--data",
        metavar="PATH",
        help="With `files`: a CSV or Parquet file, or a folder of them.",
    ),
]
FxOption = Annotated[
    Path | None,
    option(
        "--fx",
        metavar="FILE",
        help="Exchange rates for market values: a CSV file with pair, day and close.",
    ),
]
RefreshOption = Annotated[
    bool,
    option(
        "--refresh",
        help="Ask the vendor again, whatever the store holds.",
    ),
]
OfflineOption = Annotated[
    bool,
    option("--offline", help="Never touch the network."),
]
DeadlineOption = Annotated[
    float | None,
    option(
        "--deadline",
        metavar="SECONDS",
        min=1,
        help="Give up on the vendor after so long; default: 60, more for a long list.",
    ),
]
StoreOption = Annotated[
    Path | None,
    option(
        "--store",
        metavar="FILE",
        help="The store's file, if not the one in your data folder.",
    ),
]
AcceptOption = Annotated[
    str | None,
    option(
        "--accept",
        metavar="TICKER@SESSION",
        help="Print a figure that a guard refused, and say so; several with commas.",
    ),
]
LangOption = Annotated[
    Language,
    option("--lang", help="Language of the report."),
]
StyleOption = Annotated[
    str | None,
    option(
        "--style",
        metavar="wire|quick|nikkei|FILE",
        help="A house style: decimals, rounding, words, colours; a name or your own TOML file.",
    ),
]
DecimalsOption = Annotated[
    int | None,
    option(
        "--decimals",
        metavar="N",
        min=0,
        max=MOST_DECIMALS,
        help="Decimals of a printed percentage; default: 2, or the style's.",
    ),
]
RoundingOption = Annotated[
    Rounding | None,
    option(
        "--rounding",
        help="How it is rounded, half-up by default; down is towards zero.",
    ),
]
ColorsOption = Annotated[
    Colors | None,
    option(
        "--colors",
        help="Which colour a rise has; default: jp for Japanese, else us.",
    ),
]
SortOption = Annotated[
    Order,
    option("--sort", help="Order of the moves."),
]
TopOption = Annotated[
    int | None,
    option(
        "--top",
        metavar="N",
        min=1,
        help="Cut the tables after so many rows; default: moves 12, mail 20, others 8; HTML all.",
    ),
]
WindowOption = Annotated[
    str | None,
    option(
        "--window",
        metavar="-5:5",
        help="Sessions around the event: what is fetched, drawn and followed until prices are "
        "back; default: -5:5 for the sample, else -10:10.",
    ),
]
ContributionsOption = Annotated[
    str | None,
    option(
        "--contributions",
        metavar="INDEX|FILE",
        help="Which constituents moved an index, by a table of yours; several with commas.",
    ),
]
HistoryOption = Annotated[
    Path | None,
    option(
        "--history",
        metavar="DIR",
        help="A packed history (`shock scan --pack`): the report says where its day stands there.",
    ),
]
TemplateDirOption = Annotated[
    Path | None,
    option(
        "--template-dir",
        metavar="DIR",
        help="A folder of templates that come before the built-in ones.",
    ),
]
ProvisionalOption = Annotated[
    bool,
    option(
        "--provisional",
        help="Report although a session has not ended.",
    ),
]
MinCoverageOption = Annotated[
    float,
    option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Write nothing below this share of figures.",
    ),
]
IfMoveOption = Annotated[
    float | None,
    option(
        "--if-move",
        metavar="PCT",
        min=0,
        help="Write only if some share moved at least so much, up or down; else exit code 10.",
    ),
]
StrictOption = Annotated[
    bool,
    option("--strict", help="Any gap is a failure."),
]
