"""`shock events`: the registry of named shocks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.options import LangOption
from deepseek_shock.render.words import Language

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    context_settings=HELP,
    epilog="""\b
Examples:
  shock events
  shock events show lehman --lang ja
  shock events --format json
  shock events check my-event.toml""",
)


class Listing(StrEnum):
    """What the registry is written as."""

    TERMINAL = "terminal"
    JSON = "json"


ListingOption = Annotated[Listing, typer.Option("--format", help="What it is written as.")]


@app.callback(invoke_without_command=True)
def events(
    context: typer.Context,
    *,
    lang: LangOption = Language.EN,
    listing: ListingOption = Listing.TERMINAL,
) -> None:
    """List and show named shocks; check an event or watchlist file."""
    if context.invoked_subcommand is not None:
        return
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.render.shocks import list_data, list_shocks
    from deepseek_shock.render.words import Words

    found = make_registry().events()
    if listing is Listing.JSON:
        typer.echo(list_data(found).encode(), nl=False)  # UTF-8, whatever the locale
    else:
        typer.echo(list_shocks(found, Words(lang)), nl=False)


@app.command(epilog="Example: shock events show lehman --lang ja")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A named shock or an event file.")
    ],
    *,
    lang: LangOption = Language.EN,
    listing: ListingOption = Listing.TERMINAL,
) -> None:
    """Show what is known of a shock."""
    from deepseek_shock.cli.surroundings import make_registry, page_width
    from deepseek_shock.render.shocks import show_data, show_shock
    from deepseek_shock.render.words import Words

    registry = make_registry()
    event = registry.event(name)
    watchlist = registry.watchlist(event.watchlist)
    if listing is Listing.JSON:
        typer.echo(show_data(event), nl=False)
        return
    typer.echo(show_shock(event, watchlist, Words(lang), page_width()), nl=False)


@app.command(epilog="Example: shock events check my-event.toml")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An event or watchlist file.")],
) -> None:
    """Check an event or watchlist file."""
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.eventfiles import check_event, read_event
    from deepseek_shock.market.ruling import Ruling, rule
    from deepseek_shock.tomlfile import read_toml
    from deepseek_shock.watchlists import read_watchlist

    registry = make_registry()
    table = read_toml(file)
    if "date" not in table:
        watchlist = read_watchlist(file, registry.directory)
        number = len(watchlist.indexes)
        counted = f"{len(watchlist.shares)} shares, {number} index{'' if number == 1 else 'es'}"
        typer.echo(f"{file}: watchlist {watchlist.id}, {counted}: sound")
        return
    event = read_event(file)
    watchlist = registry.watchlist(event.watchlist)
    check_event(file, watchlist)
    typer.echo(f"{file}: event {event.id} of {event.date}, watchlist {watchlist.id}: sound")
    for calendar, day in event.sessions.items():
        if rule(calendar, day) is Ruling.UNVERIFIED:
            typer.echo(f"{file}: {calendar} {day}: unverified, its calendar does not reach so far")
