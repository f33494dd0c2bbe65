"""The options of `shock report` and the words that they accept."""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

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

DateOption = Annotated[
    str,
    typer.Option(
        "--date",
        envvar="SHOCK_DATE",
        show_envvar=False,
        metavar="DATE",
        help="Session date, YYYY-MM-DD, or `last`: each exchange's last completed session.",
    ),
]
EventOption = Annotated[
    str | None,
    typer.Option(
        "--event",
        envvar="SHOCK_EVENT",
        show_envvar=False,
        metavar="NAME|FILE",
        help="A named shock, or an event file: gives date, watchlist and context.",
    ),
]
WatchlistOption = Annotated[
    str | None,
    typer.Option(
        "--watchlist",
        envvar="SHOCK_WATCHLIST",
        show_envvar=False,
        metavar="NAME|FILE",
        help="What is reported on.",
    ),
]
TickersOption = Annotated[
    str | None,
    typer.Option(
        "--tickers",
        envvar="SHOCK_TICKERS",
        show_envvar=False,
        metavar="NVDA,5803.T",
        help="The same as a list of tickers; .T is Tokyo.",
    ),
]
SourceOption = Annotated[
    SourceChoice,
    typer.Option(
        "--source", envvar="SHOCK_SOURCE", show_envvar=False, help="Where bars come from."
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="SHOCK_FORMAT",
        show_envvar=False,
        help="What the report is written as; else the ending of --output says it.",
    ),
]
TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template",
        envvar="SHOCK_TEMPLATE",
        show_envvar=False,
        metavar="FILE",
        help="Your own Jinja template instead of a format.",
    ),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        envvar="SHOCK_OUTPUT",
        show_envvar=False,
        metavar="FILE",
        help="File to write; - is stdout; {date} in its name is the report's date.",
    ),
]
LangOption = Annotated[
    Language,
    typer.Option("--lang", envvar="SHOCK_LANG", show_envvar=False, help="Language of the report."),
]
DecimalsOption = Annotated[
    int,
    typer.Option(
        "--decimals",
        envvar="SHOCK_DECIMALS",
        show_envvar=False,
        min=0,
        max=_MOST_DECIMALS,
        help="Decimals of a printed percentage.",
    ),
]
RoundingOption = Annotated[
    Rounding,
    typer.Option(
        "--rounding",
        envvar="SHOCK_ROUNDING",
        show_envvar=False,
        help="How it is rounded; down is towards zero.",
    ),
]
ColorsOption = Annotated[
    Colors | None,
    typer.Option(
        "--colors",
        envvar="SHOCK_COLORS",
        show_envvar=False,
        help="Which colour a rise has; default: jp for Japanese, else us.",
    ),
]
SortOption = Annotated[
    Order,
    typer.Option("--sort", envvar="SHOCK_SORT", show_envvar=False, help="Order of the moves."),
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top",
        envvar="SHOCK_TOP",
        show_envvar=False,
        min=1,
        help="Cut the tables after so many rows; default: 12, HTML all.",
    ),
]
WindowOption = Annotated[
    str,
    typer.Option(
        "--window",
        envvar="SHOCK_WINDOW",
        show_envvar=False,
        metavar="-5:5",
        help="Sessions around the event that charts show.",
    ),
]
TemplateDirOption = Annotated[
    Path | None,
    typer.Option(
        "--template-dir",
        envvar="SHOCK_TEMPLATE_DIR",
        show_envvar=False,
        metavar="DIR",
        help="A folder of templates that come before the built-in ones.",
    ),
]
ProvisionalOption = Annotated[
    bool,
    typer.Option(
        "--provisional",
        envvar="SHOCK_PROVISIONAL",
        show_envvar=False,
        help="Report although a session has not ended.",
    ),
]
MinCoverageOption = Annotated[
    float,
    typer.Option(
        "--min-coverage",
        envvar="SHOCK_MIN_COVERAGE",
        show_envvar=False,
        metavar="PCT",
        min=0,
        max=100,
        help="Write nothing below this share of figures.",
    ),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict", envvar="SHOCK_STRICT", show_envvar=False, help="Any gap is a failure."
    ),
]


def parse_date(text: str) -> date | None:
    """Return the date, or `None` for `last`. Raises `UsageError`."""
    if text == LAST:
        return None
    try:
        return date.fromisoformat(text)
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
    """Return the tickers of a comma-separated list."""
    if text is None:
        return ()
    return tuple(ticker.strip() for ticker in text.split(",") if ticker.strip())


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
