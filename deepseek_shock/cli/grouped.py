"""Options declared once and taken by several commands.

Typer reads a command's options off its parameters. A group of options is a `NamedTuple` whose
fields are annotated as parameters are, or are groups themselves; a command takes the whole group as
one argument.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, get_args, get_type_hints

_KIND = Parameter.KEYWORD_ONLY


def takes_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Spell out to typer the options of every parameter of `command` that is a group of them."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if _is_group(hint)}
    spelled: list[Parameter] = []
    for name, parameter in signature(command).parameters.items():
        if name in groups:
            spelled += _fields(groups[name])
        else:
            spelled.append(parameter.replace(annotation=hints[name]))

    def call(**given: Any) -> None:  # noqa: ANN401 -- the options' values are of any type
        for name, group in groups.items():
            given[name] = fill(group, given)
        command(**given)

    call.__signature__ = signature(command).replace(parameters=spelled)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in spelled}
    call.__doc__, call.__name__ = command.__doc__, command.__name__
    return call


def names_of(group: Any) -> Iterator[str]:  # noqa: ANN401 -- a NamedTuple's class
    """Yield the names of a group's options, those of groups within it in their place."""
    return (parameter.name for parameter in _fields(group))


def _is_group(hint: Any) -> bool:  # noqa: ANN401 -- whatever stands as a type
    return hasattr(hint, "_fields")


def convert(group: Any, given: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 -- as below
    """Make of text what typer makes of it: words of a choice and paths; all else is as it was."""
    kinds = {one.name: [*get_args(one.annotation), one.annotation] for one in _fields(group)}
    return {name: _convert(value, kinds.get(name, [])) for name, value in given.items()}


def _convert(value: Any, hints: list[Any]) -> Any:  # noqa: ANN401 -- an option's value
    kinds = [kind for hint in hints for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    found = next((kind for kind in kinds if issubclass(kind, StrEnum | Path)), None)
    return found(value) if found is not None and isinstance(value, str) else value


def fill(group: Any, given: dict[str, Any]) -> Any:  # noqa: ANN401 -- a NamedTuple's class, and one
    """Take a group's options out of those given."""
    hints = get_type_hints(group, include_extras=True)
    return group(
        **{
            name: fill(hints[name], given) if _is_group(hints[name]) else given.pop(name)
            for name in group._fields
        }
    )


def _fields(group: Any) -> list[Parameter]:  # noqa: ANN401 -- a NamedTuple's class
    hints = get_type_hints(group, include_extras=True)
    spelled: list[Parameter] = []
    for name in group._fields:
        if _is_group(hints[name]):
            spelled += _fields(hints[name])
        else:
            default = group._field_defaults.get(name, Parameter.empty)
            spelled.append(Parameter(name, _KIND, annotation=hints[name], default=default))
    return spelled
