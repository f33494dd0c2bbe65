"""`shock publish`: the report as a page of a site."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli import options as opt
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import Format
from deepseek_shock.cli.reporting import ReportOptions, is_typed, make, make_style, spelled
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

# Of a report's options those that say how it looks: a page is kept without them.
_LOOKS = ("lang", "style", "decimals", "rounding", "colors", "template_dir")


class SiteOptions(NamedTuple):
    """What holds for the site, and how a run behaves there."""

    title: opt.TitleOption = None
    url: opt.UrlOption = None
    rebuild: opt.RebuildOption = False
    wait: opt.WaitOption = 60


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
    claim, look = _claim(asked, said), _look(context, asked)
    if said.rebuild:
        if is_typed(context, "date"):
            raise UsageError("--rebuild and --date exclude each other", hint="give one of them")
        publishing.rebuild(folder, claim, look, said.wait)
        _tell(f"all pages in {folder.root} are written again, and the index and the feed")
        return
    names = [name for name in ReportOptions._fields if name not in _LOOKS]
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
        return asked._replace(lang=site.lang)
    check_language(folder, site, asked.lang)
    return asked


def _claim(asked: ReportOptions, said: SiteOptions) -> "Claim":
    from deepseek_shock.render.words import Words
    from deepseek_shock.site.claim import Claim
    from deepseek_shock.site.identity import parse_address, parse_title

    title = None if said.title is None else parse_title(said.title)
    url = None if said.url is None else parse_address(said.url)
    return Claim(asked.lang, title, url, Words(asked.lang).word("site.title"))


def _look(context: typer.Context, asked: ReportOptions) -> "Look":
    from deepseek_shock.site.publishing import Look

    options = (*spelled(context, _LOOKS), f"--format {Format.HTML}")
    return Look(make_style(asked), options)


def _tell(words: str) -> None:
    """Say on a terminal what was done: cron would mail it."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"{words}\n")
