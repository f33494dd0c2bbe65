"""`shock study`: an event study over many events of a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepseek_shock.analysis.design import BenchmarkKind, Design, ReturnKind
from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli.designing import (
    make_design,
    parse_benchmarks,
    parse_factors,
    parse_span,
)
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import Format
from deepseek_shock.cli.progress import warn
from deepseek_shock.cli.repeating import repeated
from deepseek_shock.cli.reporting import is_typed, make_style, watch
from deepseek_shock.cli.studyoptions import WINDOW, StudyOptions
from deepseek_shock.cli.writing import (
    Form,
    WriteOptions,
    make_renderer,
    settle_form,
    write_document,
)
from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.render.base import StudyTable, Style
from deepseek_shock.report.tables import Cut
from deepseek_shock.studying.request import NO_CALENDAR, Figures, StudyRequest
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import StudyReport

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock study events.csv --source yahoo --model mean-adjusted --window 0:0
  shock study events.csv --returns firms.csv --benchmark-returns market.csv
  shock study events.csv --prices closes.csv --benchmark equal-weighted

The events have a header: instrument, date, and group if there are several. Every option may stand
in shock.toml, under [study], or in a variable such as SHOCK_LANG."""


@app.command(epilog=_EXAMPLES)
@takes_groups
def study(
    context: typer.Context,
    events: Annotated[
        Path,
        typer.Argument(metavar="EVENTS.csv", help="The events: instrument, date, group."),
    ],
    *,
    asked: StudyOptions,
    written: WriteOptions,
) -> None:
    """Study many events: abnormal returns of groups, with every test."""
    form = settle_form(context, written)
    if form.format is not Format.CSV and is_typed(context, "table"):
        what = f"the format {form.format}" if form.template is None else "a --template"
        raise UsageError(f"--table is not for {what}", hint="it goes with --format csv")
    style = make_style(asked.look)
    renderer = _choose_renderer(form, style, asked.table)
    request = _request(context, events, asked, form)

    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.report.study import PAGE, SCREEN, build_study
    from deepseek_shock.studying.making import study as make_study

    made = make_study(request, make_registry(), lambda: watch(asked.bars, request.now))
    for doubt in made.doubts:
        warn(doubt)
    bounds = SCREEN if form.is_short else PAGE
    document = build_study(made.findings, made.command, bounds)
    write_document(document, renderer.render(document), form, style)


def _request(context: typer.Context, events: Path, asked: StudyOptions, form: Form) -> StudyRequest:
    from deepseek_shock.cli.surroundings import read_clock

    parsing.check_share(asked.min_coverage)
    _check_files(context, asked)
    return StudyRequest(
        now=read_clock(),
        events=expand(events),
        design=_make_design(asked),
        own=_figures(asked.returns, asked.prices),
        market=_figures(asked.benchmark_returns, asked.benchmark_prices),
        calendar=_calendar(asked.calendar),
        benchmarks=_benchmarks(asked.designed.benchmark),
        factors=parse_factors(asked.designed.factors),
        is_percent=asked.percent,
        least_coverage=asked.min_coverage,
        is_strict=asked.strict,
        options=tuple(repeated(context, form.format)),
    )


def _benchmarks(text: str | None) -> tuple[str, ...]:
    named = parse_benchmarks(text)
    if BenchmarkKind.EX_SELF in named:
        raise UsageError(
            "--benchmark ex-self is of shock report: it takes what an index is made of",
            hint="--benchmark equal-weighted leaves the instrument out, too",
        )
    return named


def _make_design(asked: StudyOptions) -> Design:
    """Return the design; without --car abnormal returns are cumulated over the whole window."""
    window = parse_span("--window", asked.window, WINDOW)
    kind = ReturnKind.LOG if asked.log else ReturnKind.SIMPLE
    design = make_design(asked.designed, window, kind)
    is_one = window.first == window.last
    return design if design.spans or is_one else design._replace(spans=(window,))


def _figures(returns: Path | None, prices: Path | None) -> Figures:
    return Figures(returns and expand(returns), prices and expand(prices))


def _calendar(name: str | None) -> str | None:
    if name is None or name == NO_CALENDAR or name in EXCHANGES:
        return name
    near = near_matches(name.upper(), EXCHANGES)
    raise UsageError(
        f"no exchange has the code {name!r}",
        hint=f"did you mean {near[0]}?" if near else "none, or a code as XNYS or XTKS",
    )


def _check_files(context: typer.Context, asked: StudyOptions) -> None:
    """Refuse files that exclude each other, and what goes with files alone."""
    for one, other in (("returns", "prices"), ("benchmark_returns", "benchmark_prices")):
        if getattr(asked, one) is not None and getattr(asked, other) is not None:
            flags = " and ".join(f"--{name.replace('_', '-')}" for name in (one, other))
            raise UsageError(f"{flags} exclude each other", hint="give one of them")
    has_files = asked.returns is not None or asked.prices is not None
    if has_files:
        if asked.bars.data is not None or is_typed(context, "source"):
            raise UsageError(
                "--source and --data have no place beside a file of returns or prices",
                hint="leave them out, or the file",
            )
        return
    for name in ("benchmark_returns", "benchmark_prices", "percent"):
        if getattr(asked, name):
            raise UsageError(
                f"--{name.replace('_', '-')} needs --returns or --prices",
                hint="--returns FILE gives the returns of the instruments",
            )
    if asked.calendar is not None:
        raise UsageError(
            "--calendar needs --returns or --prices",
            hint="tickers keep the sessions of their own exchanges",
        )


def _choose_renderer(form: Form, style: Style, table: StudyTable) -> "Renderer[StudyReport]":
    renderer = make_renderer(form, style, Cut())
    if renderer is not None:
        return renderer
    from deepseek_shock.render.studycsv import StudyCsv
    from deepseek_shock.render.studydata import StudyJson

    return StudyJson(style) if form.format is Format.JSON else StudyCsv(table)
