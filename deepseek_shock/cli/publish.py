"""`shock publish`: the report as a page of a site."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.evidence import CapsuleOption, check_capsule, make_tape
from deepseek_shock.cli.grouped import names_of, takes_groups
from deepseek_shock.cli.journal import journal_of
from deepseek_shock.cli.options import STDOUT, Format, option
from deepseek_shock.cli.parsing import check_move, parse_date
from deepseek_shock.cli.repeating import spelled
from deepseek_shock.cli.reporting import LookOptions, ReportOptions, is_typed, make, make_style
from deepseek_shock.cli.running import RunOptions, begin, limited
from deepseek_shock.cli.writing import Form, WriteOptions
from deepseek_shock.errors import CalmError, NoSessionError, UsageError
from deepseek_shock.userpath import dated, expand

if TYPE_CHECKING:
    from deepseek_shock.analysis.findings import Findings
    from deepseek_shock.pipeline import Made
    from deepseek_shock.providers.tape import Tape
    from deepseek_shock.site.checked import Check, Largest
    from deepseek_shock.site.claim import Claim
    from deepseek_shock.site.folder import Folder
    from deepseek_shock.site.lock import Hold
    from deepseek_shock.site.publishing import Look

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock publish public --date 2025-01-27
  shock publish public/ja --date 2025-01-27 --lang ja --title 相場日報
  shock publish public --rebuild

Every option may stand in shock.toml or in a variable such as SHOCK_URL: title, url, and how a run
behaves (wait, time-limit, if-move, status), under [publish], the rest under [report]."""

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


class SiteOptions(NamedTuple):
    """What holds for the site, and what is written beside it."""

    title: TitleOption = None
    url: UrlOption = None
    rebuild: RebuildOption = False
    capsule: CapsuleOption = None


@app.command(epilog=_EXAMPLES)
@takes_groups
def publish(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the site.")],
    *,
    asked: ReportOptions,
    said: SiteOptions,
    run: RunOptions,
) -> None:
    """Publish the report as a page of a site: page, index, feed."""
    from deepseek_shock.site import publishing
    from deepseek_shock.site.folder import Folder

    journal = begin(context, run)
    folder = Folder(expand(directory))
    asked = _in_its_language(context, folder, asked)
    if said.rebuild and is_typed(context, "date"):
        raise UsageError("--rebuild and --date exclude each other", hint="give one of them")
    if said.capsule is not None:
        check_capsule(said.capsule, STDOUT)
    with limited(run, asked.bars.deadline), publishing.held(folder, run.wait) as hold:
        journal.log(f"site: {folder.root}")
        place = _Place(folder, _claim(asked, said), _look(context, asked.look), hold)
        if said.rebuild:
            publishing.rebuild(*place).complain()
            _tell(f"all pages in {folder.root} are written again, and the index and the feed")
            return
        _publish(context, asked, place, said.capsule)


class _Place(NamedTuple):
    """Where a run publishes, what it says of the site, and the hold that it has on it."""

    folder: "Folder"
    claim: "Claim"
    look: "Look"
    hold: "Hold"


def _publish(
    context: typer.Context, asked: ReportOptions, place: _Place, capsule: Path | None
) -> None:
    """Publish the page of what is asked; where none comes of it, let the index say so.

    Raises a `ShockError`.
    """
    from deepseek_shock.calm import check_calm
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.site.checked import Check, Outcome, is_closed
    from deepseek_shock.site.publishing import publish as publish_page

    now = read_clock()
    day = None if asked.event or asked.at else parse_date(asked.date)
    names = [name for name in names_of(ReportOptions) if name not in LookOptions._fields]
    check_move(asked.if_move)
    anyway = asked._replace(if_move=None)  # whether the day is calm is asked below
    tape = None if capsule is None else make_tape()
    options = tuple(spelled(context, names))
    try:
        made = make(context, anyway, options, is_short=False, tape=tape)
    except NoSessionError:
        if day is not None and day <= now.date():
            _note(Check(now, Outcome.CLOSED, day=day), place)
        raise
    try:
        check_calm(asked.if_move, made.report.findings)
    except CalmError:
        least = Decimal(str(asked.if_move))
        about = made.basis.inquiry.day
        _note(Check(now, Outcome.CALM, _largest(made.report.findings), least, about), place)
        raise
    inquiry = made.basis.inquiry
    beside: dict[Path, bytes] = {}
    if capsule is not None and tape is not None:
        evidence = _make_evidence(context, made, tape, place.look, options)
        beside[dated(capsule, inquiry.day)] = evidence
    folder, claim, look, hold = place
    published = publish_page(folder, made.basis, claim, look, hold, beside=beside)
    page = folder.page(inquiry.day)
    for file in (page, *beside):
        journal_of(context).note_written(str(file))
    is_last = day is None and not (asked.event or asked.at)
    if is_last and not published.is_new and is_closed(inquiry, now):
        _note(Check(now, Outcome.CLOSED), place)
    published.complain()
    _tell(f"{page} is written, and the index and the feed name it")


def _make_evidence(
    context: typer.Context, made: "Made", tape: "Tape", look: "Look", options: tuple[str, ...]
) -> bytes:
    """Make the capsule of a page: of its report as a page that stands alone."""
    from deepseek_shock.cli.evidence import Drawn, record_options, seal
    from deepseek_shock.pipeline import remake
    from deepseek_shock.render.html import Html

    full = made.basis._replace(command=" ".join((made.basis.command, *look.options)))
    recorded = record_options(context, Format.HTML)
    drawn = Drawn(look.style, Html(look.style).render, (*options, *look.options))
    form = Form(WriteOptions(), Format.HTML, None)
    return seal(made._replace(report=remake(full), basis=full), tape, recorded, form, drawn)


def _note(check: "Check", place: _Place) -> None:
    from deepseek_shock.site.publishing import note_check

    note_check(place.folder, check, place.claim, place.look, place.hold)


def _largest(findings: "Findings") -> "Largest | None":
    from deepseek_shock.calm import largest_move
    from deepseek_shock.site.checked import Largest

    move = largest_move(findings)
    if move is None or move.price_return is None:
        return None
    return Largest(move.instrument, move.price_return, move.session)


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
