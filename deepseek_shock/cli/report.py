"""`shock report`: one shock, one report."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, assert_never

import typer

from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli import options as opt
from deepseek_shock.cli.options import LAST, STDOUT, Format
from deepseek_shock.cli.progress import Watched, warn
from deepseek_shock.cli.sources import SourceChoice, Sources, make_provider
from deepseek_shock.errors import StoreError, TemplateError, UsageError
from deepseek_shock.render.base import Colors, Style
from deepseek_shock.render.numbers import Precision, Rounding
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.tables import Cut, Order

if TYPE_CHECKING:
    from deepseek_shock.render.base import Renderer

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock report --date 2025-01-27
  shock report --date 2025-01-27 --format markdown > issue.md
  shock report --date 2025-01-27 --output public/2025-01-27.html --lang ja

Every option may stand in shock.toml, under [report], or in a variable such as SHOCK_LANG."""
_One = TypeVar("_One")
_Other = TypeVar("_Other")
_SHORT_TABLE = 12
# Said elsewhere in the command, or about how the bars came and not what they are.
_NOT_REPEATED = ("date", "output", "refresh", "offline", "deadline", "store")


@app.command(epilog=_EXAMPLES)
def report(  # noqa: PLR0913 -- one parameter an option
    context: typer.Context,
    *,
    date: opt.DateOption = LAST,
    event: opt.EventOption = None,
    watchlist: opt.WatchlistOption = None,
    tickers: opt.TickersOption = None,
    source: opt.SourceOption = SourceChoice.AUTO,
    confirm: opt.ConfirmOption = None,
    data: opt.DataOption = None,
    refresh: opt.RefreshOption = False,
    offline: opt.OfflineOption = False,
    deadline: opt.DeadlineOption = None,
    store: opt.StoreOption = None,
    format: opt.FormatOption = None,  # noqa: A002 -- the option's name
    template: opt.TemplateOption = None,
    output: opt.OutputOption = STDOUT,
    lang: opt.LangOption = Language.EN,
    decimals: opt.DecimalsOption = 2,
    rounding: opt.RoundingOption = Rounding.HALF_UP,
    colors: opt.ColorsOption = None,
    sort: opt.SortOption = Order.MOVE,
    top: opt.TopOption = None,
    window: opt.WindowOption = None,
    template_dir: opt.TemplateDirOption = None,
    provisional: opt.ProvisionalOption = False,
    accept: opt.AcceptOption = None,
    min_coverage: opt.MinCoverageOption = 90,
    strict: opt.StrictOption = False,
) -> None:
    """Report the moves of one session: who fell, by how much, since when."""
    from deepseek_shock.cli.output import write_output
    from deepseek_shock.cli.surroundings import make_registry, read_clock
    from deepseek_shock.pipeline import Request, make_report

    _check(min_coverage, template_dir)
    watchlist, tickers = _nearer(context, ("watchlist", watchlist), ("tickers", tickers))
    template, format = _nearer(context, ("template", template), ("format", format))  # noqa: A001 -- the option's name
    chosen = parsing.choose_format(format, output if template is None else STDOUT)
    style = Style(
        Words(lang, Precision(decimals, rounding)),
        colors or (Colors.JP if lang is Language.JA else Colors.US),
        template_dir,
    )
    is_own = template is not None
    renderer = _own(style, template) if template else _choose_renderer(chosen, style, output)
    is_short = is_own or chosen in (Format.TERMINAL, Format.MARKDOWN)
    request = Request(
        now=read_clock(),
        day=None if event and date == LAST else parsing.parse_date(date),
        event=event,
        watchlist=watchlist,
        tickers=parsing.parse_tickers(tickers),
        window=parsing.parse_window(window),
        cut=Cut(sort, top or (_SHORT_TABLE if is_short else None)),
        takes_provisional=provisional,
        accepted=parsing.parse_accepted(accept),
        least_coverage=min_coverage,
        is_strict=strict,
        options=tuple(_repeated(context, chosen)),
    )
    with Watched() as watched:
        watched.provider = make_provider(
            Sources(
                source,
                request.now,
                confirm=confirm,
                data=data,
                is_refreshed=refresh,
                is_offline=offline,
                seconds=deadline,
                store=store,
                listen=watched.listen,
                on_trouble=_warn_of_store,
            )
        )
        made = make_report(request, make_registry(), watched)
    is_page = chosen is Format.TERMINAL and not is_own
    write_output(renderer.render(made), output, made.findings.inquiry.day, is_page=is_page)


def _check(min_coverage: float, template_dir: Path | None) -> None:
    """Check what typer does not: that a number is one, and that a folder is there."""
    parsing.check_share(min_coverage)
    if template_dir is not None and not template_dir.is_dir():
        raise TemplateError(
            f"{template_dir} is no folder", hint="`shock templates export DIR` makes one"
        )


def _nearer(
    context: typer.Context, one: tuple[str, _One | None], other: tuple[str, _Other | None]
) -> tuple[_One | None, _Other | None]:
    """Of two options that exclude each other, keep the value given nearer to the user."""
    if one[1] is None or other[1] is None:
        return one[1], other[1]
    order = ["COMMANDLINE", "ENVIRONMENT", "DEFAULT_MAP"]
    sources = [context.get_parameter_source(name) for name, _ in (one, other)]
    places = [order.index(source.name) if source else len(order) for source in sources]
    if places[0] == places[1]:
        raise UsageError(f"--{one[0]} and --{other[0]} exclude each other", hint="give one of them")
    is_one = places[0] < places[1]
    context.params[other[0] if is_one else one[0]] = None
    return (one[1], None) if is_one else (None, other[1])


def _warn_of_store(trouble: StoreError) -> None:
    warn(f"{trouble.message}; what came is not kept ({trouble.hint})")


def _choose_renderer(chosen: Format, style: Style, output: str) -> "Renderer":
    match chosen:
        case Format.TERMINAL:
            from deepseek_shock.cli.surroundings import has_colors, page_width
            from deepseek_shock.render.terminal import Terminal

            on_screen = output == STDOUT
            return Terminal(style, page_width(), has_colors=on_screen and has_colors())
        case Format.MARKDOWN:
            from deepseek_shock.render.markdown import Markdown

            return Markdown(style)
        case Format.HTML:
            from deepseek_shock.render.html import Html

            return Html(style)
        case Format.JSON:
            from deepseek_shock.render.data import Json

            return Json(style)
        case Format.CSV:
            from deepseek_shock.render.data import Csv

            return Csv()
        case _:
            assert_never(chosen)


def _own(style: Style, template: Path) -> "Renderer":
    from deepseek_shock.render.custom import Custom

    return Custom(style, template)


def _repeated(context: typer.Context, chosen: Format) -> Iterator[str]:
    """Yield the options, as a shell would take them, that make the same report again.

    Also those from a file or a variable: the report must come out the same without either.
    """
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if parameter.name == "format":
            value = None if chosen is Format.TERMINAL or context.params["template"] else chosen
        if parameter.name in _NOT_REPEATED or value in (None, parameter.default):
            continue
        option = parameter.opts[0]
        text = f"{value:g}" if isinstance(value, float) else str(value)
        yield option if value is True else f"{option} {shlex.quote(text)}"
