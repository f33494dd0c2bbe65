"""What files and variables say instead of options: whether a run would take it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.cli.examining.finding import Finding, bad, ok
from deepseek_shock.errors import ShockError, UsageError
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from typer._click.core import Parameter


class _Given(NamedTuple):
    """An option's value as it is written, and where."""

    option: str
    text: str
    place: str


def look_at_options() -> Iterator[Finding]:
    """Hold what is given for `shock report` and `publish` to what they take; find its files."""
    count = 0
    for given, parameter in _given():
        count += 1
        if (error := _find_fault(given, parameter)) is not None:
            said, todo = error
            yield bad("options", f"{given.option} in {given.place}: {said}", todo)
    yield ok("options", f"{count} given in files and variables" if count else "none is given")


def _given() -> "Iterator[tuple[_Given, Parameter]]":
    """Yield what counts of each option: the variable's value before that of the files."""
    from importlib import import_module

    from typer.main import get_command

    from deepseek_shock.cli.config import NAME, read_defaults

    seen: set[str] = set()
    for name, sections in (("report", ("report",)), ("publish", ("report", "publish"))):
        defaults = read_defaults(*sections)
        for parameter in get_command(import_module(f"deepseek_shock.cli.{name}").app).params:
            option, variable = parameter.name or "", str(parameter.envvar)
            value = os.environ.get(variable) or defaults.get(option)
            if option in seen or value is None:
                continue
            seen.add(option)
            place = variable if os.environ.get(variable) else NAME
            yield _Given(parameter.opts[0], str(value), place), parameter


def _find_fault(given: _Given, parameter: "Parameter") -> tuple[str, str] | None:
    """Say what is wrong with a value, and what to do; `None` where a run would take it."""
    from typer._click.core import Context
    from typer._click.exceptions import ClickException
    from typer.main import get_command

    from deepseek_shock.cli.report import app

    try:
        parameter.type_cast_value(Context(get_command(app)), given.text)
        if (resolve := _RESOLVE.get(parameter.name or "")) is not None:
            resolve(given.text)
    except ClickException as error:
        return error.format_message(), "correct it, or leave it out"
    except ShockError as error:
        return error.message, error.hint
    return None


def _watchlist(text: str) -> None:
    from deepseek_shock.cli.surroundings import make_registry

    make_registry().watchlist(text)


def _event(text: str) -> None:
    from deepseek_shock.cli.surroundings import make_registry

    make_registry().event(text)


def _style(text: str) -> None:
    from deepseek_shock.cli.reporting import find_style

    find_style(text)


def _source(text: str) -> None:
    from deepseek_shock.cli.sources import SourceChoice
    from deepseek_shock.providers.plugins import plugin_names

    known = [*SourceChoice, *plugin_names()]
    if text not in known:
        raise UsageError(f"no source is named {text!r}", hint=f"sources: {', '.join(known)}")


def _url(text: str) -> None:
    from deepseek_shock.site.identity import parse_address

    parse_address(text)


def _file(text: str) -> None:
    if not expand(text).exists():
        raise UsageError(f"{text} is not there", hint="name what is there, or leave it out")


def _folder(text: str) -> None:
    if not Path(expand(text)).is_dir():
        raise UsageError(f"{text} is no folder", hint="name one, or leave it out")


_RESOLVE: dict[str, Callable[[str], Any]] = {
    "watchlist": _watchlist,
    "event": _event,
    "style": _style,
    "source": _source,
    "confirm": _source,
    "url": _url,
    "data": _file,
    "fx": _file,
    "template": _file,
    "template_dir": _folder,
}
