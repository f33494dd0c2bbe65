"""`shock verify`: whether a capsule proves its report."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.grouped import takes_groups
from deepseek_shock.cli.running import AloneOptions, begin, limited
from deepseek_shock.controls import neutralise_line
from deepseek_shock.userpath import expand

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock verify issue.zip

The exit code is 0 where the report can be made again byte for byte of what was received, and 1
where it cannot: then it says what differs. A `note` is no fault: what differs from the installation
that wrote the capsule, and what rests on the capsule alone ("not proved")."""


@app.command(epilog=_EXAMPLES)
@takes_groups
def verify(
    context: typer.Context,
    capsule: Annotated[Path, typer.Argument(metavar="CAPSULE", help="The capsule of a report.")],
    run: AloneOptions,
) -> None:
    """Prove that a report can be made again byte for byte, or say what differs."""
    from deepseek_shock.capsule.reading import read_capsule
    from deepseek_shock.capsule.verifying import verify as look
    from deepseek_shock.cli.evidence import unpacked
    from deepseek_shock.cli.recalling import renderer_as_written
    from deepseek_shock.report.model import Report

    journal = begin(context, run)
    is_proved = True
    with limited(run, None), ExitStack() as stack:
        held = read_capsule(expand(capsule))
        journal.log(f"capsule: {capsule}, of shock {held.manifest.tool_version}")
        folder = stack.enter_context(unpacked(held))

        def render(report: Report) -> bytes:
            text = renderer_as_written(held, folder).render(report)
            return text.encode()

        for finding in look(held, render):
            is_proved = is_proved and (finding.holds or not finding.is_proof)
            mark = "ok  " if finding.holds else "BAD " if finding.is_proof else "note"
            typer.echo(f"{mark}  {finding.name:<9}  {neutralise_line(finding.seen)}")
            for line in finding.details:
                typer.echo(f"      {neutralise_line(line)}")
    if not is_proved:
        journal.note(outcome="unproved")
        raise typer.Exit(1)
