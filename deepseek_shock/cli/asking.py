"""The source of a capsule's report, asked once more."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli.reporting import SourceOptions, is_typed, watch
from deepseek_shock.cli.sources import SourceChoice
from deepseek_shock.errors import FileError, IncompleteError, VendorError
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.cli.journal import Journal
    from deepseek_shock.pipeline import Basis, Made

# Options of a report's that a hint may name, and that nothing which asks again has.
_OF_REPORTS = ("--min-coverage", "--strict", "--provisional", "--accept", "--date")


def as_recorded(
    context: typer.Context, recorded: Mapping[str, str], bars: SourceOptions
) -> SourceOptions:
    """Take the source by which a capsule's report was made, but for what is typed.

    `recorded` are the capsule's options. Another source would answer another question. Raises
    `FileError` where the files that the report was made of are gone.
    """
    if is_typed(context, "source"):
        return bars
    source = recorded.get("source", SourceChoice.AUTO)
    confirm = bars.confirm if is_typed(context, "confirm") else recorded.get("confirm")
    if is_typed(context, "data"):
        data = bars.data
    else:
        text = recorded.get("data") if SourceChoice.FILES in (source, confirm) else None
        data = None if text is None else _find(text)
    return bars._replace(source=source, confirm=confirm, data=data)


def _find(text: str) -> Path:
    path = expand(Path(text))
    if not path.exists():
        raise FileError(
            text,
            "the report was made of it, and it is not there",
            hint="--source files --data PATH says where it is now",
        )
    return path


def ask_again(basis: "Basis", bars: SourceOptions, journal: "Journal") -> "Made":
    """Ask the source for the same report once more. Raises a `ShockError`.

    Says on stderr whose figures could not be compared.
    """
    from deepseek_shock.capsule.comparing import bring_to, cut_to, keep_unanswered
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.pipeline import refetch

    now = read_clock()
    with watch(bars, now, journal) as watched:
        try:
            fresh = refetch(bring_to(basis, now), watched, now).basis
        except (IncompleteError, VendorError) as error:
            raise type(error)(error.message, hint=_possible(error.hint)) from error
        made, kept = keep_unanswered(basis, cut_to(basis, fresh))
    if kept:  # said to cron, too: of these nothing is proved
        typer.echo(f"warning: no answer for {', '.join(kept)}: taken as they were", err=True)
    return made


def _possible(hint: str) -> str:
    """Leave out what a report's options could do."""
    clauses = [one for one in hint.split("; ") if not any(flag in one for flag in _OF_REPORTS)]
    return "; ".join(clauses) or "--source asks another one; a newer capsule asks none"
