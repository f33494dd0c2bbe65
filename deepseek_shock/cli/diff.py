"""`shock diff`: what changed since a report was written, and the correction note."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, assert_never

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.options import STDOUT, LangOption
from deepseek_shock.cli.reporting import SourceOptions, watch
from deepseek_shock.cli.running import SECONDS, RunOptions, TimeLimitOption, limited
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.words import Language, Words

if TYPE_CHECKING:
    from deepseek_shock.pipeline import Basis, Made
    from deepseek_shock.report.correction import Correction

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock diff old.zip new.zip
  shock diff old.zip
  shock diff old.zip new.zip --format markdown --output correction.md

The exit code is 0 where nothing differs and 1 where something does, like that of diff. An error has
its two lines on stderr and its own code: 2 where the two reports are not of the same day and event.
Percentages count as printed by the house style of the earlier report."""


class Listing(StrEnum):
    """What the differences are written as."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


_DIFFERENT = 1
_BY_ENDING = {".md": Listing.MARKDOWN, ".markdown": Listing.MARKDOWN, ".json": Listing.JSON}

OldArgument = Annotated[
    Path, typer.Argument(metavar="OLD", help="The capsule of the report as it was written.")
]
NewArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[NEW]", help="A newer capsule; without it, the source is asked anew."),
]
ListingOption = Annotated[
    Listing | None,
    typer.Option("--format", help="What it is written as; else the ending of --output says it."),
]
OutputOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="File to write; - is stdout.")
]


class ListOptions(NamedTuple):
    """How the differences are written, and where to."""

    listing: ListingOption = None
    lang: LangOption = Language.EN
    output: OutputOption = STDOUT


@app.command(epilog=_EXAMPLES)
@takes_groups
def diff(
    old: OldArgument,
    new: NewArgument = None,
    *,
    listed: ListOptions,
    bars: SourceOptions,
    time_limit: TimeLimitOption = SECONDS,
) -> None:
    """List the figures that changed since a report, and write the correction note."""
    from deepseek_shock.cli.output import write_output
    from deepseek_shock.render.correctiondata import differs
    from deepseek_shock.report.correction import correct

    with limited(RunOptions(time_limit=time_limit), bars.deadline):
        before, house = _read(old)
        after = _fetch_again(before.basis, bars) if new is None else _read(new).made
        correction = correct(before.report, after.report)
    style = Style(Words(listed.lang, house), Colors.MONO)
    ending = Path(listed.output).suffix.lower()
    chosen = listed.listing or _BY_ENDING.get(ending, Listing.TERMINAL)
    text = _render(correction, chosen, style)
    is_page = chosen is Listing.TERMINAL
    write_output(text, listed.output, before.report.day, is_page=is_page)
    if differs(correction, style):
        raise typer.Exit(_DIFFERENT)


class _Written(NamedTuple):
    """A report as a capsule has it, and the house style by which its figures were printed."""

    made: "Made"
    house: House


def _read(path: Path) -> _Written:
    """Make the report of a capsule again. Raises a `ShockError`."""
    from deepseek_shock.capsule.reading import on_trust, read_capsule
    from deepseek_shock.pipeline import Made, remake

    capsule = read_capsule(path)
    with on_trust(path):
        made = Made(remake(capsule.basis), capsule.basis)
    return _Written(made, capsule.style.words.house)


def _fetch_again(basis: "Basis", bars: SourceOptions) -> "Made":
    """Ask the source for the same report once more. Raises a `ShockError`.

    Says on stderr whose figures could not be compared.
    """
    from deepseek_shock.capsule.comparing import keep_unanswered
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.pipeline import refetch

    now = read_clock()
    with watch(bars, now) as watched:
        made, kept = keep_unanswered(basis, refetch(basis, watched, now).basis)
    if kept:  # said to cron, too: of these nothing is proved
        typer.echo(f"warning: no answer for {', '.join(kept)}: taken as they were", err=True)
    return made


def _render(correction: "Correction", listing: Listing, style: "Style") -> str:
    match listing:
        case Listing.TERMINAL:
            from deepseek_shock.cli.surroundings import page_width
            from deepseek_shock.render.correction import CorrectionTerminal

            return CorrectionTerminal(style.words, page_width()).render(correction)
        case Listing.MARKDOWN:
            from deepseek_shock.render.correction import CorrectionMarkdown

            return CorrectionMarkdown(style.words).render(correction)
        case Listing.JSON:
            from deepseek_shock.render.correctiondata import CorrectionJson

            return CorrectionJson(style).render(correction)
        case _:
            assert_never(listing)
