"""`shock report`: one shock, one report."""

from typing import TYPE_CHECKING, NamedTuple, assert_never

import typer

from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli import options as opt
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.mail import check_addressed, make_email, make_eml
from deepseek_shock.cli.markdown import settle_front_matter, settle_markdown
from deepseek_shock.cli.options import STDOUT, Format
from deepseek_shock.cli.reporting import ReportOptions, make, make_style, nearer, repeated
from deepseek_shock.render.base import FrontMatter, Profile, Style

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.render.base import Renderer

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock report --date 2025-01-27
  shock report --date 2025-01-27 --format markdown > issue.md
  shock report --date 2025-01-27 --output public/2025-01-27.html --lang ja

Every option may stand in shock.toml, under [report], or in a variable such as SHOCK_LANG."""


class WriteOptions(NamedTuple):
    """What the report is written as, and where to."""

    format: opt.FormatOption = None
    profile: opt.ProfileOption = Profile.GFM
    front_matter: opt.FrontMatterOption = FrontMatter.NONE
    template: opt.TemplateOption = None
    output: opt.OutputOption = STDOUT
    charts: opt.ChartsOption = None
    to: opt.MailToOption = None
    sender: opt.SenderOption = None


@app.command(epilog=_EXAMPLES)
@takes_groups
def report(context: typer.Context, *, asked: ReportOptions, written: WriteOptions) -> None:
    """Report the moves of one session: who fell, by how much, since when."""
    from deepseek_shock.cli.output import write_output
    from deepseek_shock.wholefile import together

    written = settle_markdown(context, written)
    template, given = nearer(context, ("template", written.template), ("format", written.format))
    chosen = parsing.choose_format(given, written.output if template is None else STDOUT)
    if chosen is Format.MARKDOWN:
        written = settle_front_matter(context, written)
    style = make_style(asked)
    check_addressed(context, None if template else chosen)
    renderer = (
        _own(style, template) if template else _choose_renderer(chosen, style, asked, written)
    )
    is_short = template is not None or chosen in (Format.TERMINAL, Format.MARKDOWN)
    made = make(context, asked, repeated(context, chosen), is_short=is_short).report
    is_page = chosen is Format.TERMINAL and template is None
    day = made.findings.inquiry.day
    rendered = renderer.render(made)
    with together() as write:  # no picture of a report that could not be written
        if written.charts is not None:
            from deepseek_shock.cli.pictures import make_pictures, write_pictures

            pictures = make_pictures(made, style)
            write_pictures(pictures, written.charts, day, style.words.lang, write)
        write_output(rendered, written.output, day, is_page=is_page)


def _choose_renderer(
    chosen: Format, style: Style, asked: ReportOptions, written: WriteOptions
) -> "Renderer":
    match chosen:
        case Format.TERMINAL:
            from deepseek_shock.cli.surroundings import has_colors, page_width
            from deepseek_shock.render.terminal import Terminal

            on_screen = written.output == STDOUT
            return Terminal(style, page_width(), has_colors=on_screen and has_colors())
        case Format.MARKDOWN:
            from deepseek_shock.render.markdown import Markdown

            return Markdown(style, written.profile, written.front_matter)
        case Format.HTML:
            from deepseek_shock.render.html import Html

            return Html(style)
        case Format.EMAIL:
            return make_email(style, asked)
        case Format.EML:
            return make_eml(style, asked, written)
        case Format.JSON:
            from deepseek_shock.render.data import Json

            return Json(style)
        case Format.CSV:
            from deepseek_shock.render.data import Csv

            return Csv()
        case _:
            assert_never(chosen)


def _own(style: Style, template: "Path") -> "Renderer":
    from deepseek_shock.render.custom import Custom

    return Custom(style, template)
