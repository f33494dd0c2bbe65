"""`shock report`: one shock, one report."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.evidence import (
    Drawn,
    EvidenceOptions,
    check_capsule,
    make_tape,
    record_options,
    seal,
)
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import Format
from deepseek_shock.cli.parsing import parse_date
from deepseek_shock.cli.repeating import repeated
from deepseek_shock.cli.reporting import ReportOptions, make, make_style
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
from deepseek_shock.userpath import dated

if TYPE_CHECKING:
    from deepseek_shock.cli.journal import Journal
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import Report

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock report --date 2025-01-27
  shock report --date 2025-01-27 --format markdown > issue.md
  shock report --date 2025-01-27 --output public/2025-01-27.html --lang ja
  shock report --date 2025-01-27 --output issue.html --capsule issue.zip

Every option may stand in shock.toml, under [report], or in a variable such as SHOCK_LANG."""


@app.command(epilog=_EXAMPLES)
@takes_groups
def report(
    context: typer.Context,
    *,
    asked: ReportOptions,
    written: WriteOptions,
    evidence: EvidenceOptions,
    run: RunOptions,
) -> None:
    """Report the moves of one session: who fell, by how much, since when."""
    journal = begin(context, run)
    with limited(run, asked.bars.deadline), holding(_place(asked, written), run, journal):
        if evidence.from_ is not None:
            from deepseek_shock.cli.recalling import report_again

            report_again(context, evidence.from_, journal)
            return
        _report(context, asked, written, evidence.capsule, journal)


def _place(asked: ReportOptions, written: WriteOptions) -> str:
    """Return the output with its date, where it is known before anything is fetched."""
    day = parse_date(asked.date)
    return written.output if day is None else written.output.replace("{date}", day.isoformat())


def _report(
    context: typer.Context,
    asked: ReportOptions,
    written: WriteOptions,
    capsule: Path | None,
    journal: "Journal",
) -> None:
    form = settle_form(context, written)
    style = make_style(asked.look)
    renderer = choose_renderer(form, style, Cut(asked.sort, asked.top))
    options = tuple(repeated(context, form.format))
    beside: dict[Path, bytes] = {}
    if capsule is None:
        made = make(context, asked, options, is_short=form.is_short)
    else:
        check_capsule(capsule, written.output)
        tape = make_tape()
        made = make(context, asked, options, is_short=form.is_short, tape=tape)
        kept = form.without_addresses
        render = choose_renderer(kept, style, Cut(asked.sort, asked.top)).render
        recorded = record_options(context, form.format)
        file = dated(capsule, made.report.day)
        beside[file] = seal(made, tape, recorded, kept, Drawn(style, render, options))
    write_document(made.report, renderer.render(made.report), form, style, beside)
    for name in (*names_written(form.written, made.report.day), *map(str, beside)):
        journal.note_written(name)


def choose_renderer(form: Form, style: Style, cut: Cut) -> "Renderer[Report]":
    """Make the renderer of a report in a form."""
    renderer = make_renderer(form, style, cut)
    if renderer is not None:
        return renderer
    from deepseek_shock.render.data import Csv, Json

    return Json(style) if form.format is Format.JSON else Csv()
