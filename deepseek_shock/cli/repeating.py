"""Which options of a command line make a document what it is, and how one types them again."""

import shlex
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli.options import Format

if TYPE_CHECKING:
    from typer._click.core import Parameter

# Said elsewhere in the command, or about how the bars came and not what they are, or by which means
# they were gone through, or when and how the command is run.
_NOT_REPEATED = (
    *("events", "paths", "date", "at", "output", "charts", "to", "sender"),
    *("refresh", "offline", "deadline", "store"),
    *("engine", "master", "threads", "memory", "spill", "pack"),
    *("if_move", "wait", "time_limit", "status", "verbose", "capsule", "from_"),
)
_OF_MARKDOWN = ("profile", "front_matter")
# A message's reader has no use for its addresses, without which there is no message.
_REPEATED_AS = {Format.EML: Format.EMAIL}


def repeated(context: typer.Context, chosen: Format) -> Iterator[str]:
    """Yield the options that make the same report again, in the format that was chosen."""
    yield from spelled(context, repeated_names(context, chosen))


def repeated_names(context: typer.Context, chosen: Format) -> list[str]:
    """Name the options that may make a report what it is, in the format that was chosen."""
    again = _REPEATED_AS.get(chosen, chosen)
    is_said = again is not Format.TERMINAL and not context.params.get("template")
    context.params["format"] = again if is_said else None
    names = [parameter.name or "" for parameter in context.command.params]
    of_others = () if chosen is Format.MARKDOWN else _OF_MARKDOWN
    return [name for name in names if name not in of_others]


def spelled(context: typer.Context, names: Collection[str]) -> Iterator[str]:
    """Yield those of the named options that make a report what it is, as a shell would take them.

    Also those from a file or a variable: the report must come out the same without either.
    """
    for parameter, value in worth_repeating(context, names):
        yield _spell(parameter.opts[0], value)


def worth_repeating(
    context: typer.Context, names: Collection[str]
) -> "Iterator[tuple[Parameter, object]]":
    """Yield those of the named options that make a report what it is, with what they are."""
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        is_named = parameter.name in names and parameter.name not in _NOT_REPEATED
        if is_named and value not in (None, parameter.default):
            yield parameter, value


def _spell(option: str, value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return option if value is True else f"{option} {shlex.quote(text)}"
