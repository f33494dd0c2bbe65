"""The options of `shock report` and the words that they accept."""

import re
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deepseek_shock.analysis.paths import Window
from deepseek_shock.errors import UsageError
from deepseek_shock.render.base import Colors
from deepseek_shock.render.numbers import Rounding
from deepseek_shock.render.words import Language
from deepseek_shock.report.tables import Order

LAST = "last"
STDOUT = "-"
_MOST_DECIMALS = 6
_WINDOW = re.compile(r"(-?\d{1,3}):\+?(\d{1,3})")


class Format(StrEnum):
    """What a report is written as."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


class SourceChoice(StrEnum):
    """Where bars come from; `auto` takes the first source that holds all that is asked."""

    AUTO = "auto"
    SAMPLE = "sample"


_ENDINGS = {
    ".txt": Format.TERMINAL,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".json": Format.JSON,
    ".csv": Format.CSV,
}


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
    SourceChoice,
    _option("--source", help="Where bars come from."),
]
FormatOption = Annotated[
    Format | None,
    _option(
        "--format",
        help="What the report is written as; else the ending of --output says it.",
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
DecimalsOption = Annotated[
    int,
    _option(
        "--decimals",
        metavar="N",
        min=0,
        max=_MOST_DECIMALS,
        help="Decimals of a printed percentage.",
    ),
]
RoundingOption = Annotated[
    Rounding,
    _option(
        "--rounding",
        help="How it is rounded; down is towards zero.",
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
        help="Cut the tables after so many rows; default: 12, HTML all.",
    ),
]
WindowOption = Annotated[
    str,
    _option(
        "--window",
        metavar="-5:5",
        help="Sessions around the event that charts show.",
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
StrictOption = Annotated[
    bool,
    _option("--strict", help="Any gap is a failure."),
]


def parse_date(text: str) -> date | None:
    """Return the date, or `None` for `last`. Raises `UsageError`."""
    if text == LAST:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a date has no zone
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", hint="write 2025-01-27, or last") from error


def parse_window(text: str) -> Window:
    """Return the window of `-5:5`. Raises `UsageError`."""
    found = _WINDOW.fullmatch(text)
    if found is None or not int(found[1]) < 0 <= int(found[2]):
        raise UsageError(
            f"{text!r} is not a window", hint="write -5:5 for five sessions either side"
        )
    return Window(int(found[1]), int(found[2]))


def parse_tickers(text: str | None) -> tuple[str, ...]:
    """Return the tickers of a comma-separated list. Raises `UsageError` for an empty one."""
    if text is None:
        return ()
    tickers = tuple(ticker.strip() for ticker in text.split(",") if ticker.strip())
    if not tickers:
        raise UsageError("--tickers names none", hint="--tickers NVDA,5803.T names two")
    return tickers


def choose_format(given: Format | None, output: str) -> Format:
    """Return the format asked for, or the one that the file's ending names. Raises `UsageError`."""
    if given is not None:
        return given
    if output == STDOUT:
        return Format.TERMINAL
    ending = Path(output).suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(
            f"no format is known for the ending of {output!r}",
            hint=f"endings: {', '.join(_ENDINGS)}; or say --format",
        )
    return _ENDINGS[ending]
