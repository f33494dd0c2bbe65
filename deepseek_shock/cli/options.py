"""The options of `shock report` and the words that they accept."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deepseek_shock.render.base import FrontMatter, Profile
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


def _option(flag: str, *short: str, **settings: Any) -> Any:  # noqa: ANN401 -- what typer.Option takes and gives
    """Declare an option that a variable may stand in for: `--min-coverage`, SHOCK_MIN_COVERAGE."""
    variable = f"SHOCK_{flag.removeprefix('--').replace('-', '_').upper()}"
    return typer.Option(flag, *short, envvar=variable, show_envvar=False, **settings)


DateOption = Annotated[
    str,
    _option(
        "--date",
        metavar="DATE",
        help="Session date, YYYY-MM-DD, or `last`: each exchange's last completed session.",
    ),
]
EventOption = Annotated[
    str | None,
    _option(
        "--event",
        metavar="NAME|FILE",
        help="A named shock, or an event file: gives date, watchlist and context.",
    ),
]
WatchlistOption = Annotated[
    str | None,
    _option(
        "--watchlist",
        metavar="NAME|FILE",
        help="What is reported on.",
    ),
]
TickersOption = Annotated[
    str | None,
    _option(
        "--tickers",
        metavar="NVDA,5803.T",
        help="The same as a list of tickers; .T is Tokyo.",
    ),
]
SourceOption = Annotated[
    str,
    _option(
        "--source",
        metavar="auto|sample|store|yahoo|jquants|files",
        help="Where bars come from, or the name of an installed provider. auto: the store, the "
        "sample, Yahoo, the first that holds all that is asked.",
    ),
]
VendorOption = Annotated[
    str,
    _option(
        "--source",
        metavar="yahoo|jquants",
        help="The vendor that is asked, or the name of an installed provider.",
    ),
]
ConfirmOption = Annotated[
    str | None,
    _option(
        "--confirm",
        metavar="SOURCE",
        help="A second source: fills what the first lacks; closes that differ are refused.",
    ),
]
DataOption = Annotated[
    Path | None,
    _option(
        "--data",
        metavar="PATH",
        help="With `files`: a CSV or Parquet file, or a folder of them.",
    ),
]
RefreshOption = Annotated[
    bool,
    _option(
        "--refresh",
        help="Ask the vendor again, whatever the store holds.",
    ),
]
OfflineOption = Annotated[
    bool,
    _option("--offline", help="Never touch the network."),
]
DeadlineOption = Annotated[
    float | None,
    _option(
        "--deadline",
        metavar="SECONDS",
        min=1,
        help="Give up on the vendor after so long; default: 60, more for a long list.",
    ),
]
StoreOption = Annotated[
    Path | None,
    _option(
        "--store",
        metavar="FILE",
        help="The store's file, if not the one in your data folder.",
    ),
]
AcceptOption = Annotated[
    str | None,
    _option(
        "--accept",
        metavar="TICKER@SESSION",
        help="Print a figure that a guard refused, and say so; several with commas.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="The first session; default: two years before the last.",
    ),
]
ToOption = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="DATE",
        help="The last session, or `last`: each exchange's last completed one.",
    ),
]
YearsOption = Annotated[
    int | None,
    typer.Option(
        "--years",
        metavar="N",
        min=1,
        max=60,
        help="Instead of --from: so many years.",
    ),
]
FormatOption = Annotated[
    Format | None,
    _option(
        "--format",
        help="What the report is written as; else the ending of --output says it.",
    ),
]
ProfileOption = Annotated[
    Profile,
    _option(
        "--profile",
        help="Whom the Markdown is for: substack and note get lists for tables, ghost an HTML "
        "card.",
    ),
]
FrontMatterOption = Annotated[
    FrontMatter,
    _option("--front-matter", help="Whose front matter stands before the Markdown."),
]
ChartsOption = Annotated[
    Path | None,
    _option(
        "--charts",
        metavar="DIR",
        help="Write the charts as PNG pictures to this folder, too.",
    ),
]
MailToOption = Annotated[
    str | None,
    _option(
        "--to",
        metavar="ADDRESS",
        help="With eml: whom it is addressed to; several with commas.",
    ),
]
SenderOption = Annotated[
    str | None,
    _option(
        "--sender",
        metavar="ADDRESS",
        help="With eml: whom it is from; default: the first of --to.",
    ),
]
TemplateOption = Annotated[
    Path | None,
    _option(
        "--template",
        metavar="FILE",
        help="Your own Jinja template instead of a format.",
    ),
]
OutputOption = Annotated[
    str,
    _option(
        "--output",
        "-o",
        metavar="FILE",
        help="File to write; - is stdout; {date} in its name is the report's date.",
    ),
]
LangOption = Annotated[
    Language,
    _option("--lang", help="Language of the report."),
]
StyleOption = Annotated[
    str | None,
    _option(
        "--style",
        metavar="wire|quick|nikkei|FILE",
        help="A house style: decimals, rounding, words, colours; a name or your own TOML file.",
    ),
]
DecimalsOption = Annotated[
    int | None,
    _option(
        "--decimals",
        metavar="N",
        min=0,
        max=MOST_DECIMALS,
        help="Decimals of a printed percentage; default: 2, or the style's.",
    ),
]
RoundingOption = Annotated[
    Rounding | None,
    _option(
        "--rounding",
        help="How it is rounded, half-up by default; down is towards zero.",
    ),
]
ColorsOption = Annotated[
    Colors | None,
    _option(
        "--colors",
        help="Which colour a rise has; default: jp for Japanese, else us.",
    ),
]
SortOption = Annotated[
    Order,
    _option("--sort", help="Order of the moves."),
]
TopOption = Annotated[
    int | None,
    _option(
        "--top",
        metavar="N",
        min=1,
        help="Cut the tables after so many rows; default: 12, mail 20, HTML all.",
    ),
]
WindowOption = Annotated[
    str | None,
    _option(
        "--window",
        metavar="-5:5",
        help="Sessions around the event that charts show; default: -5:5 for the sample, else "
        "-10:10.",
    ),
]
TemplateDirOption = Annotated[
    Path | None,
    _option(
        "--template-dir",
        metavar="DIR",
        help="A folder of templates that come before the built-in ones.",
    ),
]
ProvisionalOption = Annotated[
    bool,
    _option(
        "--provisional",
        help="Report although a session has not ended.",
    ),
]
MinCoverageOption = Annotated[
    float,
    _option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Write nothing below this share of figures.",
    ),
]
FetchCoverageOption = Annotated[
    float,
    _option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Fail below this share of instruments; what came is kept all the same.",
    ),
]
StrictOption = Annotated[
    bool,
    _option("--strict", help="Any gap is a failure."),
]
TitleOption = Annotated[
    str | None,
    _option(
        "--title",
        metavar="TEXT",
        help="What the site is called, from now on.",
    ),
]
UrlOption = Annotated[
    str | None,
    _option(
        "--url",
        metavar="URL",
        help="Where the site is to be read, from now on: a feed's readers need it.",
    ),
]
RebuildOption = Annotated[
    bool,
    _option(
        "--rebuild",
        help="Write all pages, index and feed again from what is kept of them; fetch nothing.",
    ),
]
WaitOption = Annotated[
    float,
    _option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="Wait so long for another run that writes there.",
    ),
]
