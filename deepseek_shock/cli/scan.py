"""`shock scan`: through a whole price history, for its shocks."""

import sys
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from deepseek_shock.analysis.scanned import ScanSettings, ScanTable
from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import LAST, STDOUT, Format
from deepseek_shock.cli.repeating import repeated
from deepseek_shock.cli.reporting import is_typed, make_style
from deepseek_shock.cli.scanoptions import (
    ScanOptions,
    ScanWriteOptions,
    count_threads,
    parse_calendar,
    parse_columns,
    parse_size,
)
from deepseek_shock.cli.scansource import (
    GoneThrough,
    check_engine,
    settle_source,
)
from deepseek_shock.cli.writing import (
    Form,
    WriteOptions,
    make_renderer,
    settle_form,
    write_document,
)
from deepseek_shock.errors import UsageError
from deepseek_shock.render.base import Style
from deepseek_shock.report.tables import Cut
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.render.scancsv import ScanParquet
    from deepseek_shock.report.model import ScanReport
    from deepseek_shock.scanning.request import ScanRequest

_TOP = 20
app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock scan prices.csv
  shock scan prices/ --columns ticker=symbol,session=Date --calendar XNYS
  shock scan prices.csv --date 2025-01-27 --output shocks.html
  shock scan prices/ --pack packed/ --format csv --table days
  shock scan --history packed/ --top 50

PATH is a Parquet or CSV file with ticker, session and close, a folder of such
files (one a ticker, one a year, in Hive’s layout: any), or a pattern in quotes;
an address such as s3a://… with --engine spark. With --pack the report is printed
all the same. Every option may stand in shock.toml, under [scan], or in a variable
such as SHOCK_LANG."""


@app.command(epilog=_EXAMPLES)
@takes_groups
def scan(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="What is gone through; default: the packed history, else the store.",
            show_default=False,
        ),
    ] = None,
    *,
    asked: ScanOptions,
    written: ScanWriteOptions,
) -> None:
    """Go through a whole price history and find the shocks."""
    form = settle_form(context, WriteOptions(*written), takes_parquet=True)
    _check_table(context, form)
    style = make_style(asked.look)
    renderer = _choose_renderer(form, style, asked.table)
    typed = tuple(paths or ())
    asked = asked._replace(columns=_columns(context, asked))
    request = _request(context, settle_source(context, typed, asked), asked)
    command = _spell_command(context, typed, asked, form)
    found = _go_through(request)

    from deepseek_shock.report.scan import SCREEN, build_scan

    is_cut = form.is_short and asked.top is None
    document = build_scan(found, command, SCREEN if is_cut else None)
    write_document(document, renderer.render(document), form, style)


def _columns(context: typer.Context, asked: ScanOptions) -> list[str]:
    """Return what is said of columns; a variable, which typer has parted at its spaces, whole."""
    source = context.get_parameter_source("columns")
    is_variable = source is not None and source.name == "ENVIRONMENT"
    return [" ".join(asked.columns)] if is_variable else asked.columns


def _check_table(context: typer.Context, form: Form) -> None:
    """Refuse a table where there is none, and Parquet where somebody looks."""
    if not _has_table(form) and is_typed(context, "table"):
        what = f"the format {form.format}" if form.template is None else "a --template"
        raise UsageError(
            f"--table is not for {what}", hint="it goes with --format csv and --format parquet"
        )
    if form.format is Format.PARQUET and form.written.output == STDOUT and _is_a_screen():
        raise UsageError(
            "a terminal shows no Parquet", hint="write it to a file: --output shocks.parquet"
        )


def _has_table(form: Form) -> bool:
    return form.template is None and form.format in (Format.CSV, Format.PARQUET)


def _is_a_screen() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _request(context: typer.Context, source: GoneThrough, asked: ScanOptions) -> "ScanRequest":
    from deepseek_shock.scanning.request import ScanRequest

    check_engine(context, source, asked)
    return ScanRequest(
        paths=source.paths,
        store=source.store,
        settings=ScanSettings(asked.top or _TOP, asked.min_count, parse_calendar(asked.calendar)),
        columns=parse_columns(asked.columns),
        day=parsing.parse_date(asked.date),
        is_strict=asked.strict,
        engine=asked.engine,
        master=asked.master,
        threads=count_threads(asked.threads),
        memory=parse_size(asked.memory),
        pack=asked.pack and expand(asked.pack),
        wait=asked.wait,
        spill=asked.spill and expand(asked.spill),
    )


def _spell_command(
    context: typer.Context, paths: Sequence[str], asked: ScanOptions, form: Form
) -> str:
    """Spell the command that makes the same document again, on any machine."""
    context.params["columns"] = ",".join(asked.columns) or None
    if not _has_table(form):
        context.params["table"] = None
    day = () if asked.date == LAST else (f"--date {asked.date}",)
    return " ".join(("shock scan", *map(quote, paths), *day, *repeated(context, form.format)))


def _go_through(request: "ScanRequest") -> "Scanned":
    from deepseek_shock.cli.scanprogress import ScanProgress
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.scanning import making
    from deepseek_shock.scanning.asking import check_asked

    with ScanProgress() as progress:
        found = making.scan(request, progress)
    check_asked(found, read_clock())
    return found


def _choose_renderer(
    form: Form, style: Style, table: ScanTable
) -> "Renderer[ScanReport] | ScanParquet":
    renderer = make_renderer(form, style, Cut())
    if renderer is not None:
        return renderer
    if form.format is Format.JSON:
        from deepseek_shock.render.scandata import ScanJson

        return ScanJson(style)
    from deepseek_shock.render.scancsv import ScanCsv, ScanParquet

    return ScanParquet(table) if form.format is Format.PARQUET else ScanCsv(table)
