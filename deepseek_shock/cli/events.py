"""`shock events`: the registry of named shocks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deepseek_shock.cli import HELP

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    context_settings=HELP,
    epilog="""\b
Examples:
  shock events
  shock events show deepseek
  shock events check my-event.toml""",
)


@app.callback(invoke_without_command=True)
def events(context: typer.Context) -> None:
    """List and show named shocks; check an event or watchlist file."""
    if context.invoked_subcommand is not None:
        return
    from deepseek_shock.cli.surroundings import make_registry

    for event in make_registry().events():
        typer.echo(f"{event.date}  {event.id:<12}  {event.name.en}  {event.name.ja}")


@app.command(epilog="Example: shock events show deepseek")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A named shock or an event file.")
    ],
) -> None:
    """Show what is known of a shock."""
    from deepseek_shock.cli.surroundings import make_registry

    registry = make_registry()
    event = registry.event(name)
    watchlist = registry.watchlist(event.watchlist)
    typer.echo(f"{event.name.en} / {event.name.ja} ({event.id})")
    for calendar, session in sorted(event.sessions.items()):
        typer.echo(f"session   {calendar}  {session}")
    typer.echo(f"leads     {', '.join(event.leads) or 'the largest move'}")
    shares = f"{len(watchlist.shares)} shares, {len(watchlist.indexes)} indexes"
    typer.echo(f"watchlist {watchlist.id}: {shares}")
    if event.context is not None:
        typer.echo(f"\n{event.context.opening.en}")
        for at, point in enumerate(event.context.points, 1):
            typer.echo(f"{at}. {point.heading.en} {point.body.en}")
        typer.echo(event.context.closing.en)


@app.command(epilog="Example: shock events check my-event.toml")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An event or watchlist file.")],
) -> None:
    """Check an event or watchlist file."""
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.tomlfile import read_toml
    from deepseek_shock.watchlists import check_event, read_event, read_watchlist

    registry = make_registry()
    if "groups" in read_toml(file):
        watchlist = read_watchlist(file, registry.directory)
        typer.echo(f"{file}: watchlist {watchlist.id}, {len(watchlist.shares)} shares: sound")
        return
    event = read_event(file)
    watchlist = registry.watchlist(event.watchlist)
    check_event(file, watchlist)
    typer.echo(f"{file}: event {event.id} of {event.date}, watchlist {watchlist.id}: sound")
