"""What a shell completes beyond commands and options: the values that an option names.

A shell starts the command anew for each completion, by the variable `_SHOCK_COMPLETE`; only then is
this module loaded. What is one of a few is read from the metavar that the help shows; named shocks
and watchlists come from the registry. For anything else the shells complete files.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from typer._click.core import Command, Context, Parameter
from typer._click.shell_completion import CompletionItem
from typer.core import TyperGroup

from deepseek_shock.cli.surroundings import make_registry
from deepseek_shock.errors import ShockError

# What a shell may be given: it takes a name for a part of its own language.
_PLAIN = re.compile(r"[\w.^-]+")
# What stands in a metavar for something of the user's own.
_PLACEHOLDERS = frozenset({"FILE", "DIR", "NAME", "TICKER", "INDEX"})


def matching(commands: Mapping[str, str], incomplete: str) -> list[CompletionItem]:
    """Complete a command's name from the table of names and what they do, loading none of them."""
    return [
        CompletionItem(name, help=says)
        for name, says in commands.items()
        if name.startswith(incomplete)
    ]


def equip(command: Command) -> None:
    """Let the options and arguments of a command, and of those below it, complete their values."""
    sources = next((_choices(one) for one in command.params if one.name == "source"), [])
    for parameter in command.params:
        if parameter.name == "confirm":
            _complete(parameter, partial(list, sources))
        elif kind := _registered(parameter):
            _complete(parameter, partial(_names_of, kind))
        elif choices := _choices(parameter):
            _complete(parameter, partial(list, choices))
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            equip(below)


def _names_of(kind: str) -> list[str]:
    return make_registry().names(kind)


def _registered(parameter: Parameter) -> str | None:
    """Tell of which kind of named file a parameter takes the name."""
    if parameter.metavar == "EVENT..." or (
        parameter.metavar == "NAME|FILE" and parameter.name in {"event", "name"}
    ):
        return "event"
    return "watchlist" if parameter.name == "watchlist" else None


def _choices(parameter: Parameter) -> list[str]:
    """Read what a metavar such as `wire|quick|nikkei|FILE` lists."""
    first, *others = (parameter.metavar or "").strip("<>").split("|")
    return [one for one in (first, *others) if one not in _PLACEHOLDERS] if others else []


def _complete(parameter: Parameter, values: Callable[[], Sequence[str]]) -> None:
    def found(_context: Context, _parameter: Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            plain = filter(_PLAIN.fullmatch, values())
            return [CompletionItem(one) for one in plain if one.startswith(incomplete)]
        except (ShockError, OSError):  # to be said when the command runs, not between two keys
            return []

    # What `typer.Option(shell_complete=…)` would set; typer takes it no more.
    parameter._custom_shell_complete = found  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
