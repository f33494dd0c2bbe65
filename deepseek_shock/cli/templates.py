"""`shock templates`: the templates that reports are rendered from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.errors import OutputError, UsageError

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    context_settings=HELP,
    epilog="""\b
Examples:
  shock templates
  shock templates export my-templates
  shock report --date 2025-01-27 --template-dir my-templates -o page.html""",
)


@app.callback(invoke_without_command=True)
def templates(context: typer.Context) -> None:
    """List the templates; export them to a folder to be changed."""
    if context.invoked_subcommand is not None:
        return
    from deepseek_shock.render.environment import builtin_folder

    for file in sorted(builtin_folder().iterdir()):
        typer.echo(file.name)


@app.command(epilog="Example: shock templates export my-templates")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write them.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there.")
    ] = False,
) -> None:
    """Write the built-in templates to a folder."""
    from deepseek_shock.render.environment import builtin_folder

    files = sorted(builtin_folder().iterdir())
    taken = [file.name for file in files if (folder / file.name).exists()]
    if taken and not force:
        raise UsageError(
            f"{folder} already holds {', '.join(taken)}", hint="--force writes over them"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.read_bytes())
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written: {error.strerror or error}", hint="choose another folder"
        ) from error
    typer.echo(f"{len(files)} templates written to {folder}")
