"""`shock report`: one shock, one report."""

from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import Format
from deepseek_shock.cli.reporting import ReportOptions, make, make_style, repeated
from deepseek_shock.cli.running import RunOptions, begin, holding, limited
from deepseek_shock.cli.writing import (
    Form,
    WriteOptions,
    make_renderer,
    names_written,
    settle_form,
    write_document,
)
from deepseek_shock.render.base import Style
from deepseek_shock.report.tables import Cut

if TYPE_CHECKING:
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import Report

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock report --date 2025-01-27
  shock report --date 2025-01-27 --format markdown > issue.md
  shock report --date 2025-01-27 --output public/2025-01-27.html --lang ja

Every option may stand in shock.toml, under [report], or in a variable such as SHOCK_LANG."""


@app.command(epilog=_EXAMPLES)
@takes_groups
def report(
    context: typer.Context, *, asked: ReportOptions, written: WriteOptions, run: RunOptions
) -> None:
    """Report the moves of one session: who fell, by how much, since when."""
    journal = begin(context, run)
    form = settle_form(context, written)
    style = make_style(asked.look)
    renderer = _choose_renderer(form, style, Cut(asked.sort, asked.top))
    with limited(run, asked.bars.deadline), holding(written.output, run, journal):
        made = make(context, asked, repeated(context, form.format), is_short=form.is_short).report
        write_document(made, renderer.render(made), form, style)
    for name in names_written(form.written, made.day):
        journal.note_written(name)


def _choose_renderer(form: Form, style: Style, cut: Cut) -> "Renderer[Report]":
    renderer = make_renderer(form, style, cut)
    if renderer is not None:
        return renderer
    from deepseek_shock.render.data import Csv, Json

    return Json(style) if form.format is Format.JSON else Csv()
