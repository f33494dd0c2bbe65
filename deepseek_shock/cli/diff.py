"""`shock diff`: what changed since a report was written, and the correction note."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, assert_never

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.journal import journal_of
from deepseek_shock.cli.options import STDOUT, LangOption
from deepseek_shock.cli.reporting import SourceOptions
from deepseek_shock.cli.running import AloneOptions, begin, limited
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.words import Language, Words
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.capsule.reading import Capsule
    from deepseek_shock.cli.journal import Journal
    from deepseek_shock.pipeline import Made
    from deepseek_shock.report.correction import Correction, Kept

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock diff old.zip new.zip
  shock diff old.zip
  shock diff old.zip new.zip --format markdown --output correction.md

The exit code is 0 where nothing differs and 1 where something does, like that of diff. An error has
its two lines on stderr and its own code: 2 where the two reports are not of the same day and event.
Without NEW the source is the one that the capsule names, unless --source names another. Percentages
count as printed by the house style of the earlier report."""


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
    typer.Argument(
        metavar="[NEW]", help="A newer capsule; without it, the source of the report is asked anew."
    ),
]
ListingOption = Annotated[
    Listing | None,
    typer.Option("--format", help="What it is written as; else the ending of --output says it."),
]
OutputOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="File to write; - is stdout.")
]


class Capsules(NamedTuple):
    """What is held against what."""

    old: OldArgument
    new: NewArgument = None


class ListOptions(NamedTuple):
    """How the differences are written, and where to."""

    listing: ListingOption = None
    lang: LangOption = Language.EN
    output: OutputOption = STDOUT


@app.command(epilog=_EXAMPLES)
@takes_groups
def diff(
    context: typer.Context,
    capsules: Capsules,
    listed: ListOptions,
    bars: SourceOptions,
    run: AloneOptions,
) -> None:
    """List the figures that changed since a report, and write the correction note."""
    from deepseek_shock.capsule.reading import on_trust
    from deepseek_shock.cli.output import write_output
    from deepseek_shock.render.correctionpaths import differs

    journal = begin(context, run)
    with limited(run, bars.deadline), on_trust(capsules.old):
        before = _read(capsules.old, journal)
        correction = _compare(context, before, capsules.new, bars)
        journal.note_findings(correction.new.findings)
        style = Style(Words(listed.lang, before.house), Colors.MONO)
        ending = Path(listed.output).suffix.lower()
        chosen = listed.listing or _BY_ENDING.get(ending, Listing.TERMINAL)
        text = _render(correction, chosen, style)
        is_page = chosen is Listing.TERMINAL
        write_output(text, listed.output, correction.old.day, is_page=is_page)
        if listed.output != STDOUT:
            journal.note_written(listed.output)
        is_different = differs(correction, style)
    if is_different:
        journal.note(outcome="different")
        raise typer.Exit(_DIFFERENT)


class _Written(NamedTuple):
    """A report as a capsule has it: how its figures were printed, of what it was made, how kept."""

    made: "Made"
    house: House
    options: Mapping[str, str]
    kept: "Kept"


def _read(path: Path, journal: "Journal") -> _Written:
    """Make the report of a capsule again. Raises a `ShockError`."""
    from deepseek_shock import __version__
    from deepseek_shock.capsule.reading import on_trust, read_capsule
    from deepseek_shock.pipeline import Made, remake
    from deepseek_shock.report.correction import Kept

    capsule = read_capsule(expand(path))
    version = capsule.manifest.tool_version
    journal.log(f"capsule: {path}, of shock {version}")
    with on_trust(path):
        made = Made(remake(capsule.basis), capsule.basis)
    kept = Kept(version, version != __version__, _is_as_written(capsule))
    return _Written(made, capsule.style.words.house, capsule.manifest.options, kept)


def _is_as_written(capsule: "Capsule") -> bool:
    """Tell whether this version makes of a capsule the document that it holds."""
    from deepseek_shock.capsule.verifying import look_at_document
    from deepseek_shock.cli.evidence import unpacked
    from deepseek_shock.cli.recalling import renderer_as_written

    with unpacked(capsule) as folder:
        return look_at_document(
            capsule,
            lambda report: renderer_as_written(capsule, folder).render(report).encode(),
        ).holds


def _compare(
    context: typer.Context, before: _Written, new: Path | None, bars: SourceOptions
) -> "Correction":
    """Hold a report against a newer one, or against its source. Raises a `ShockError`."""
    from deepseek_shock.report.correction import correct

    journal = journal_of(context)
    if new is not None:
        newer = _read(new, journal)
        correction = correct(before.made.report, newer.made.report)
        return correction._replace(old_kept=before.kept, new_kept=newer.kept)
    from deepseek_shock.cli.asking import as_recorded, ask_again

    asked = as_recorded(context, before.options, bars)
    journal.log(f"source: {asked.source}{f', {asked.data}' if asked.data else ''}")
    after = ask_again(before.made.basis, asked, journal).report
    return correct(before.made.report, after)._replace(old_kept=before.kept)


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
