"""From the options of a command that writes a document to its file: format, renderer, pictures."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, NamedTuple, assert_never

import typer

from deepseek_shock.cli import parsing
from deepseek_shock.cli.mail import check_addressed, make_email, make_eml
from deepseek_shock.cli.markdown import settle_front_matter, settle_markdown
from deepseek_shock.cli.options import STDOUT, Format, option
from deepseek_shock.cli.reporting import nearer
from deepseek_shock.errors import UsageError
from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.userpath import dated

if TYPE_CHECKING:
    from deepseek_shock.render.base import Renderer
    from deepseek_shock.report.model import Document
    from deepseek_shock.report.tables import Cut

FormatOption = Annotated[
    Format | None,
    option(
        "--format",
        metavar=f"<{'|'.join(one for one in Format if one is not Format.PARQUET)}>",
        help="What the report is written as; else the ending of --output says it.",
    ),
]
ProfileOption = Annotated[
    Profile,
    option(
        "--profile",
        help="Whom the Markdown is for: substack and note get lists for tables, ghost an HTML "
        "card.",
    ),
]
FrontMatterOption = Annotated[
    FrontMatter,
    option("--front-matter", help="Whose front matter stands before the Markdown."),
]
ChartsOption = Annotated[
    Path | None,
    option(
        "--charts",
        metavar="DIR",
        help="Write the charts as PNG pictures to this folder, too.",
    ),
]
MailToOption = Annotated[
    str | None,
    option(
        "--to",
        metavar="ADDRESS",
        help="With eml: whom it is addressed to; several with commas.",
    ),
]
SenderOption = Annotated[
    str | None,
    option(
        "--sender",
        metavar="ADDRESS",
        help="With eml: whom it is from; default: the first of --to.",
    ),
]
TemplateOption = Annotated[
    Path | None,
    option(
        "--template",
        metavar="FILE",
        help="Your own Jinja template instead of a format.",
    ),
]
OutputOption = Annotated[
    str,
    option(
        "--output",
        "-o",
        metavar="FILE",
        help="File to write; - is stdout; {date} in its name is the report's date.",
    ),
]


class WriteOptions(NamedTuple):
    """What a document is written as, and where to."""

    format: FormatOption = None
    profile: ProfileOption = Profile.GFM
    front_matter: FrontMatterOption = FrontMatter.NONE
    template: TemplateOption = None
    output: OutputOption = STDOUT
    charts: ChartsOption = None
    to: MailToOption = None
    sender: SenderOption = None


class Form(NamedTuple):
    """What is written: in a format, or by a template of the user's own."""

    written: WriteOptions
    format: Format
    template: "Path | None"

    @property
    def is_short(self) -> bool:
        """Whether tables are cut where nobody says how."""
        return self.template is not None or self.format in (Format.TERMINAL, Format.MARKDOWN)

    @property
    def is_page(self) -> bool:
        """Whether it is a terminal's page."""
        return self.format is Format.TERMINAL and self.template is None

    @property
    def without_addresses(self) -> "Form":
        """The same without addresses: of a message its mail."""
        if self.format is not Format.EML or self.template is not None:
            return self
        return self._replace(format=Format.EMAIL)


def settle_form(
    context: typer.Context, written: WriteOptions, *, takes_parquet: bool = False
) -> Form:
    """Settle what is written. Raises `UsageError` for options that do not go together."""
    written = settle_markdown(context, written)
    template, given = nearer(context, ("template", written.template), ("format", written.format))
    chosen = parsing.choose_format(given, written.output if template is None else STDOUT)
    if chosen is Format.MARKDOWN:
        written = settle_front_matter(context, written)
    if chosen is Format.PARQUET and not takes_parquet:
        raise UsageError(
            f"shock {context.info_name} writes no Parquet",
            hint="--format csv writes its figures; the tables of shock scan are written so",
        )
    check_addressed(context, None if template else chosen)
    return Form(written, chosen, template)


def make_renderer(form: Form, style: Style, cut: "Cut") -> "Renderer[Document] | None":
    """Make the renderer of a form; `None` of data, which each kind of document writes its own way.

    Raises `UsageError` for a message without an address.
    """
    if form.template is not None:
        from deepseek_shock.render.custom import Custom

        return Custom(style, form.template)
    match form.format:
        case Format.TERMINAL:
            from deepseek_shock.cli.surroundings import has_colors, page_width
            from deepseek_shock.render.terminal import Terminal

            on_screen = form.written.output == STDOUT
            return Terminal(style, page_width(), has_colors=on_screen and has_colors())
        case Format.MARKDOWN:
            from deepseek_shock.render.markdown import Markdown

            return Markdown(style, form.written.profile, form.written.front_matter)
        case Format.HTML:
            from deepseek_shock.render.html import Html

            return Html(style)
        case Format.EMAIL:
            return make_email(style, cut)
        case Format.EML:
            return make_eml(style, cut, form.written)
        case Format.JSON | Format.CSV | Format.PARQUET:
            return None
        case _:
            assert_never(form.format)


def names_written(written: WriteOptions, day: date) -> Iterator[str]:
    """Yield what is written of a document of that date: the file, or `-`, and the pictures' folder.

    As a user named them, with the date in its place.
    """
    named = (written.output, written.charts)
    yield from (str(dated(name, day)) for name in named if name is not None)


def write_document(
    document: "Document",
    text: str | bytes,
    form: Form,
    style: Style,
    beside: Mapping[Path, bytes] = MappingProxyType({}),
) -> None:
    """Write a document, its pictures where they are asked for, and the files beside it.

    All of it or nothing.
    """
    from deepseek_shock.cli.output import write_output
    from deepseek_shock.wholefile import together

    written = form.written
    with together() as write:  # no picture of what could not be written
        if written.charts is not None:
            from deepseek_shock.cli.pictures import make_pictures, write_pictures

            pictures = make_pictures(document, style)
            write_pictures(pictures, written.charts, document.day, style.words.lang, write)
        for file, content in beside.items():
            write(content, file)
        write_output(text, written.output, document.day, is_page=form.is_page)
