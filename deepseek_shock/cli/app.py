"""The commands in one application, and the boundary where an error becomes two lines and a code."""

import os
import sys
from importlib import import_module
from typing import Annotated

import typer

# Typer carries its own click since 0.26, and exports only some of its classes.
from typer._click.core import Command, Context
from typer._click.exceptions import ClickException, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup
from typer.main import get_command

from deepseek_shock import __version__
from deepseek_shock.cli import HELP, INTERRUPTED
from deepseek_shock.cli.config import read_defaults
from deepseek_shock.errors import ShockError

# Each command is a module with a Typer application; loaded when it is asked for, since a start pays
# for every option that is declared. A test holds these lines against the commands' own help.
COMMANDS = {
    "report": "Report the moves of one session: who fell, by how much, since when.",
    "events": "List and show named shocks; check an event or watchlist file.",
    "templates": "List the templates; export them to a folder to be changed.",
    "doctor": "Look at the installation, the sample, the configuration, the screen.",
}


class _Commands(TyperGroup):
    """A group whose commands are loaded one by one."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(f"deepseek_shock.cli.{cmd_name}").app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    name="shock",
    cls=_Commands,
    rich_markup_mode=None,  # rich's help costs every call twice the time
    pretty_exceptions_enable=False,
    context_settings=HELP,
    epilog="shock report --date 2025-01-27 prints the report of the DeepSeek shock.",
)


def _print_version(value: bool) -> None:  # noqa: FBT001 -- typer's form of a callback
    if value:
        typer.echo(f"shock {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _shock(
    context: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Report a market shock: exact moves, since when, which session reacted first."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Run the application and return the exit code of the contract."""
    try:
        code = app(arguments, prog_name="shock", standalone_mode=False, default_map=read_defaults())
        sys.stdout.flush()
    except ShockError as error:
        return _complain(error.message, error.hint, error.exit_code)
    except ClickException as error:
        context = error.ctx if isinstance(error, UsageError) else None
        command = context.command_path if context else "shock"
        message = error.format_message()
        return _complain(
            message[:1].lower() + message[1:].rstrip("."),
            f"`{command} --help` lists what there is",
            2,
        )
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _end_quietly()
    return code if isinstance(code, int) else 0


def _complain(message: str, hint: str, code: int) -> int:
    one_line = " ".join(message.split())
    typer.echo(f"error: {one_line}\nhint: {hint}", err=True)
    return code


def _end_quietly() -> int:
    """Whoever read has seen enough: let the interpreter flush into nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
