"""`shock compare`: the same instruments through several shocks, on one event axis."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli import options as opt
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import Format, option
from deepseek_shock.cli.repeating import repeated
from deepseek_shock.cli.reporting import LookOptions, SourceOptions, make_style, nearer, watch
from deepseek_shock.cli.writing import (
    Form,
    WriteOptions,
    make_renderer,
    settle_form,
    write_document,
)
from deepseek_shock.render.base import Style
from deepseek_shock.report.tables import Cut

if TYPE_CHECKING:
    from deepseek_shock.comparing import CompareRequest
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import Comparison

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock compare deepseek 2025-01-28
  shock compare deepseek 2025-01-28 --tickers NVDA,5803.T --lang ja
  shock compare deepseek 2025-01-28 --output public/compared.html

Every option may stand in shock.toml, under [compare], or in a variable such as SHOCK_LANG."""

ComparedWatchlistOption = Annotated[
    str | None,
    option(
        "--watchlist",
        metavar="NAME|FILE",
        help="What is compared; default: the indexes of the default watchlist.",
    ),
]
ComparedWindowOption = Annotated[
    str | None,
    option(
        "--window",
        metavar="-5:20",
        help="Sessions around each event: the axis, and how long prices are followed until they "
        "are back; default: -5:5 for the sample, else -5:20.",
    ),
]
EventCoverageOption = Annotated[
    float,
    option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Write nothing where an event has less than this share of figures; one without any "
        "is always refused.",
    ),
]


class CompareOptions(NamedTuple):
    """What is compared, from which source, in which words."""

    watchlist: ComparedWatchlistOption = None
    tickers: opt.TickersOption = None
    bars: SourceOptions = SourceOptions()
    look: LookOptions = LookOptions()
    window: ComparedWindowOption = None
    provisional: opt.ProvisionalOption = False
    accept: opt.AcceptOption = None
    min_coverage: EventCoverageOption = 0
    strict: opt.StrictOption = False


@app.command(epilog=_EXAMPLES)
@takes_groups
def compare(
    context: typer.Context,
    events: Annotated[
        list[str],
        typer.Argument(metavar="EVENT...", help="Named shocks, event files or dates; two or more."),
    ],
    *,
    asked: CompareOptions,
    written: WriteOptions,
) -> None:
    """Compare the same instruments through several shocks, on one event axis."""
    from deepseek_shock import comparing
    from deepseek_shock.cli.surroundings import make_registry

    form = settle_form(context, written)
    style = make_style(asked.look)
    renderer = _choose_renderer(form, style)
    request = _request(context, events, asked, form)
    with watch(asked.bars, request.now) as watched:
        made = comparing.compare(request, make_registry(), watched).comparison
    write_document(made, renderer.render(made), form, style)


def _request(
    context: typer.Context, events: list[str], asked: CompareOptions, form: Form
) -> "CompareRequest":
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.comparing import CompareRequest

    parsing.check_share(asked.min_coverage)
    watchlist, tickers = nearer(context, ("watchlist", asked.watchlist), ("tickers", asked.tickers))
    return CompareRequest(
        now=read_clock(),
        events=tuple(events),
        watchlist=watchlist,
        tickers=parsing.parse_tickers(tickers),
        window=parsing.parse_window(asked.window),
        takes_provisional=asked.provisional,
        accepted=parsing.parse_accepted(asked.accept),
        least_coverage=asked.min_coverage,
        is_strict=asked.strict,
        options=tuple(repeated(context, form.format)),
    )


def _choose_renderer(form: Form, style: Style) -> "Renderer[Comparison]":
    renderer = make_renderer(form, style, Cut())
    if renderer is not None:
        return renderer
    from deepseek_shock.render.comparedata import CompareCsv, CompareJson

    return CompareJson(style) if form.format is Format.JSON else CompareCsv()
