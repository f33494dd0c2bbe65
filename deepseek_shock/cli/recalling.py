"""`shock report --from CAPSULE`: the same report made again, as it was or in another form."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from deepseek_shock.capsule.reading import Capsule, on_trust, read_capsule
from deepseek_shock.cli.evidence import check_alone, recall, unpacked
from deepseek_shock.cli.options import STDOUT, Format
from deepseek_shock.cli.repeating import repeated
from deepseek_shock.cli.report import choose_renderer
from deepseek_shock.cli.reporting import ReportOptions, is_typed, make_cut, make_style
from deepseek_shock.cli.writing import (
    Form,
    WriteOptions,
    names_written,
    settle_form,
    write_document,
)
from deepseek_shock.errors import FileError
from deepseek_shock.pipeline import remake
from deepseek_shock.render.base import Style
from deepseek_shock.report.tables import Cut, Order
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.cli.journal import Journal
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import Report


def report_again(context: typer.Context, file: Path, journal: "Journal") -> None:
    """Write the report of a capsule: as it was, but for what is typed. Raises a `ShockError`."""
    check_alone(context)
    capsule = read_capsule(expand(file))
    journal.log(f"capsule: {file}, of shock {capsule.manifest.tool_version}")
    with unpacked(capsule) as folder, on_trust(capsule.path):
        asked, written = recall(context, capsule, (ReportOptions, WriteOptions))
        form = _own_template(context, settle_form(context, written), capsule, folder)
        style = _style(context, asked, capsule, folder)
        cut = make_cut(asked, is_short=form.is_short)
        command = " ".join((capsule.basis.command, *repeated(context, form.format)))
        renderer = _choose(form, style, Cut(asked.sort, asked.top), capsule)
        report = remake(capsule.basis._replace(cut=cut, command=command))
        journal.note_findings(report.findings)
        write_document(report, renderer.render(report), form, style)
    for name in names_written(form.written, report.day):
        journal.note_written(name)


def _choose(form: Form, style: Style, cut: Cut, capsule: Capsule) -> "Renderer[Report]":
    """Make the renderer; a terminal's page has its width of then, unless it goes to a screen."""
    written = capsule.manifest.written
    on_screen = form.written.output == STDOUT and sys.stdout is not None and sys.stdout.isatty()
    if form.is_page and written.width is not None and not on_screen:
        from deepseek_shock.render.terminal import Terminal

        return Terminal(style, written.width, has_colors=written.has_colors)
    return choose_renderer(form, style, cut)


def _own_template(
    context: typer.Context, form: Form, capsule: Capsule, folder: Path | None
) -> Form:
    """Take the user's template from the capsule, unless another one is typed."""
    name = capsule.manifest.written.template
    if form.template is None or is_typed(context, "template") or name is None or folder is None:
        return form
    return form._replace(template=folder / name)


def _style(
    context: typer.Context, asked: ReportOptions, capsule: Capsule, folder: Path | None
) -> Style:
    look = asked.look
    if not is_typed(context, "template_dir"):
        is_folder = capsule.manifest.written.template is None
        look = look._replace(template_dir=folder if is_folder else None)
    is_other = any(is_typed(context, name) for name in ("style", "decimals", "rounding"))
    return make_style(look, None if is_other else capsule.manifest.look.house)


def renderer_as_written(capsule: Capsule, folder: Path | None) -> "Renderer[Report]":
    """Make the renderer by which a capsule's report was written. Raises `FileError`."""
    written = capsule.manifest.written
    style = capsule.style
    if written.template is None:
        style = style._replace(template_dir=folder)
    try:
        chosen, cut = Format(written.format), _recorded_cut(capsule)
    except ValueError as error:
        raise FileError(
            str(capsule.path), f"{error}", hint="a newer version of shock may know it"
        ) from error
    if chosen is Format.TERMINAL and written.template is None:
        from deepseek_shock.render.terminal import Terminal

        return Terminal(style, written.width or 0, has_colors=written.has_colors)
    said = WriteOptions(chosen, written.profile, written.front_matter)
    own = None if written.template is None or folder is None else folder / written.template
    return choose_renderer(Form(said, chosen, own), style, cut)


def _recorded_cut(capsule: Capsule) -> Cut:
    """Return the order and the length of tables that the options name; `ValueError` for none."""
    options = capsule.manifest.options
    top = options.get("top")
    return Cut(Order(options.get("sort", Order.MOVE)), None if top is None else int(top))
