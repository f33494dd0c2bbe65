"""`shock doctor`: what is installed, set and kept, and what of it will fail a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from deepseek_shock import __version__
from deepseek_shock.cli import HELP
from deepseek_shock.cli.examining import installation, keeping, machine, options, settings
from deepseek_shock.cli.examining.finding import Finding, Grade, examined, ok

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock doctor
  shock doctor --online
  shock doctor --format json

A line is ok, a note (which may be meant so), or BAD: then the exit code is 1. Keys and passwords
are never shown."""
_SCHEMA = 1


class Told(StrEnum):
    """What the findings are written as."""

    TERMINAL = "terminal"
    JSON = "json"


Look = Callable[[], Iterator[Finding]]
_LOOKS: tuple[tuple[str, Look], ...] = (
    ("python", installation.look_at_python),
    ("packages", installation.look_at_packages),
    ("command", installation.look_at_command),
    ("templates", installation.look_at_templates),
    ("sample", installation.look_at_sample),
    ("clock", machine.look_at_clock),
    ("calendars", machine.look_at_calendars),
    ("configuration", settings.look_at_configuration),
    ("variables", settings.look_at_variables),
    ("options", options.look_at_options),
    ("sources", settings.look_at_sources),
    ("proxy", settings.look_at_network),
    ("store", keeping.look_at_store),
    ("history", keeping.look_at_history),
    ("leftovers", keeping.look_at_leftovers),
    ("home", machine.look_at_folders),
    ("screen", machine.look_at_screen),
    ("fonts", machine.look_at_fonts),
)


@app.command(epilog=_EXAMPLES)
def doctor(
    *,
    online: Annotated[
        bool,
        typer.Option("--online", help="Ask each vendor one small thing, to see which answer."),
    ] = False,
    told: Annotated[Told, typer.Option("--format", help="What it is written as.")] = Told.TERMINAL,
) -> None:
    """Look at the installation, the sample, the store, the configuration, the screen."""
    findings = [one for name, look in _LOOKS for one in examined(name, look)]
    findings += _call() if online else [ok("vendors", "nobody was asked; --online asks")]
    match told:
        case Told.TERMINAL:
            text: str | bytes = "".join(f"{line}\n" for one in findings for line in _lines(one))
        case Told.JSON:
            text = _data(findings).encode()  # UTF-8, whatever the locale
        case _:
            assert_never(told)
    typer.echo(text, nl=False)
    if any(one.grade is Grade.BAD for one in findings):
        raise typer.Exit(1)


def _call() -> Iterator[Finding]:
    from deepseek_shock.cli.examining import calling
    from deepseek_shock.cli.surroundings import read_clock

    now = read_clock()
    yield from examined("yahoo", lambda: calling.call_yahoo(now))
    yield from examined("jquants", lambda: calling.call_jquants(now))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.grade:<4} {finding.name:<20}  {finding.seen}"
    if finding.todo is not None:
        yield f"{'':<27}{finding.todo}"


def _data(findings: list[Finding]) -> str:
    """Write the findings for a machine: grades in lower case, `todo` null where all is well."""
    told = {
        "schema": _SCHEMA,
        "tool_version": __version__,
        "well": all(one.grade is not Grade.BAD for one in findings),
        "findings": [
            {"grade": one.grade.lower(), "name": one.name, "seen": one.seen, "todo": one.todo}
            for one in findings
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
