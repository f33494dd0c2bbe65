"""`shock publish`: the report as a page of a site."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.grouped import names_of, takes_groups
from deepseek_shock.cli.options import Format, option
from deepseek_shock.cli.reporting import (
    LookOptions,
    ReportOptions,
    is_typed,
    make,
    make_style,
    spelled,
)
from deepseek_shock.errors import UsageError
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.site.claim import Claim
    from deepseek_shock.site.folder import Folder
    from deepseek_shock.site.publishing import Look

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock publish public --date 2025-01-27
  shock publish public/ja --date 2025-01-27 --lang ja --title 相場日報
  shock publish public --rebuild

Every option may stand in shock.toml or in a variable such as SHOCK_URL; title, url and wait
under [publish], the rest under [report]."""

TitleOption = Annotated[
    str | None,
    option(
        "--title",
        metavar="TEXT",
        help="What the site is called, from now on.",
    ),
]
UrlOption = Annotated[
    str | None,
    option(
        "--url",
        metavar="URL",
        help="Where the site is to be read, from now on: a feed's readers need it.",
    ),
]
RebuildOption = Annotated[
    bool,
    option(
        "--rebuild",
        help="Write all pages, index and feed again from what is kept of them; fetch nothing.",
    ),
]
WaitOption = Annotated[
    float,
    option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="Wait so long for another run that writes there.",
    ),
]


class SiteOptions(NamedTuple):
    """What holds for the site, and how a run behaves there."""

    title: TitleOption = None
    url: UrlOption = None
    rebuild: RebuildOption = False
    wait: WaitOption = 60


@app.command(epilog=_EXAMPLES)
@takes_groups
def publish(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the site.")],
    *,
    asked: ReportOptions,
    said: SiteOptions,
) -> None:
    """Publish the report as a page of a site: page, index, feed."""
    from deepseek_shock.site import publishing
    from deepseek_shock.site.folder import Folder

    folder = Folder(expand(directory))
    asked = _in_its_language(context, folder, asked)
    claim, look = _claim(asked, said), _look(context, asked.look)
    if said.rebuild:
        if is_typed(context, "date"):
            raise UsageError("--rebuild and --date exclude each other", hint="give one of them")
        publishing.rebuild(folder, claim, look, said.wait)
        _tell(f"all pages in {folder.root} are written again, and the index and the feed")
        return
    names = [name for name in names_of(ReportOptions) if name not in LookOptions._fields]
    basis = make(context, asked, spelled(context, names), is_short=False).basis
    publishing.publish(folder, basis, claim, look, said.wait)
    _tell(f"{folder.page(basis.inquiry.day)} is written, and the index and the feed name it")


def _in_its_language(
    context: typer.Context, folder: "Folder", asked: ReportOptions
) -> ReportOptions:
    """Return what is asked in the site's language, where another is not said outright."""
    from deepseek_shock.site.claim import check_language

    site = folder.read_site()
    source = context.get_parameter_source("lang")
    if site is not None and source is not None and source.name == "DEFAULT":
        context.params["lang"] = site.lang
        return asked._replace(look=asked.look._replace(lang=site.lang))
    check_language(folder, site, asked.look.lang)
    return asked


def _claim(asked: ReportOptions, said: SiteOptions) -> "Claim":
    from deepseek_shock.render.words import Words
    from deepseek_shock.site.claim import Claim
    from deepseek_shock.site.identity import parse_address, parse_title

    title = None if said.title is None else parse_title(said.title)
    url = None if said.url is None else parse_address(said.url)
    lang = asked.look.lang
    return Claim(lang, title, url, Words(lang).word("site.title"))


def _look(context: typer.Context, look: LookOptions) -> "Look":
    """Return how pages look: they are kept without it."""
    from deepseek_shock.site.publishing import Look

    options = (*spelled(context, LookOptions._fields), f"--format {Format.HTML}")
    return Look(make_style(look), options)


def _tell(words: str) -> None:
    """Say on a terminal what was done: cron would mail it."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"{words}\n")
