"""The commands in one application, and the boundary where an error becomes two lines and a code."""

import os
import sys
from errno import EACCES, ENAMETOOLONG, EPERM
from importlib import import_module
from typing import Annotated

import typer
from typer._click import exceptions as click

# Typer carries its own click since 0.26, and exports only some of its classes.
from typer._click.core import Command, Context
from typer._click.exceptions import BadParameter, ClickException
from typer._click.formatting import HelpFormatter
from typer._click.shell_completion import CompletionItem
from typer.core import TyperGroup
from typer.main import get_command

from deepseek_shock import __version__
from deepseek_shock.cli import HELP, INTERRUPTED
from deepseek_shock.cli.config import NAME, Defaults
from deepseek_shock.cli.journal import Journal
from deepseek_shock.controls import neutralise_line
from deepseek_shock.errors import (
    CalmError,
    DeadlineError,
    LockError,
    NoSessionError,
    ShockError,
    UsageError,
)

# Each command is a module with a Typer application; loaded when it is asked for, since a start pays
# for every option that is declared. A test holds these lines against the commands' own help.
COMMANDS = {
    "report": "Report the moves of one session: who fell, by how much, since when.",
    "fetch": "Fill the store with bars of a watchlist, over several years.",
    "scan": "Go through a whole price history and find the shocks.",
    "compare": "Compare the same instruments through several shocks, on one event axis.",
    "study": "Study many events: abnormal returns of groups, with every test.",
    "publish": "Publish the report as a page of a site: page, index, feed.",
    "verify": "Prove that a report can be made again byte for byte, or say what differs.",
    "diff": "List the figures that changed since a report, and write the correction note.",
    "events": "List and show named shocks; check an event or watchlist file.",
    "store": "What the store holds; verify it; export; remove.",
    "templates": "List the templates; export them to a folder to be changed.",
    "doctor": "Look at the installation, the sample, the store, the configuration, the screen.",
}


# Whose sections of shock.toml a command takes, the last before the others.
_SECTIONS = {
    "report": ("report",),
    "scan": ("scan",),
    "compare": ("compare",),
    "study": ("study",),
    "publish": ("report", "publish"),
}
# Set by a shell that asks what could come next.
_COMPLETES = "_SHOCK_COMPLETE"
# A holiday, a calm day, or another run at the same work, is no failure of the job that runs every
# night, whose words cron would mail.
_EXPECTED = (NoSessionError.exit_code, LockError.exit_code, CalmError.exit_code)


# A path that a user gave, and that nothing can be done with.
_OF_A_PATH = (EACCES, ENAMETOOLONG, EPERM)
_SHOWN = 80  # characters of it that a message repeats


class _Commands(TyperGroup):
    """A group whose commands are loaded one by one."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002 -- click's signature
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(f"deepseek_shock.cli.{cmd_name}").app)
        command.name = cmd_name
        if _COMPLETES in os.environ:
            from deepseek_shock.cli.completing import equip

            equip(command)
        return command

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        from deepseek_shock.cli.completing import matching

        return [*matching(COMMANDS, incomplete), *Command.shell_complete(self, ctx, incomplete)]

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
    journal = Journal(arguments, COMMANDS)
    code = 1  # of a bug, which stays a traceback
    try:
        code = _run(arguments, journal)
    except SystemExit as ended:  # from a signal that ends the process
        code = ended.code if isinstance(ended.code, int) else 1
        raise
    except KeyboardInterrupt:
        code = INTERRUPTED
        raise
    finally:
        journal.close(code)
    return code


def _run(arguments: list[str], journal: Journal) -> int:
    # A mistake in a file does not stand in the way of help.
    is_help = not set(arguments).isdisjoint(HELP["help_option_names"])
    sections = {} if is_help or _COMPLETES in os.environ else _SECTIONS
    defaults = {command: Defaults(*names) for command, names in sections.items()}
    try:
        code = app(
            arguments, prog_name="shock", standalone_mode=False, default_map=defaults, obj=journal
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except ShockError as error:
        journal.fail(error.message, error.hint, is_late=isinstance(error, DeadlineError))
        return _complain(error.message, error.hint, error.exit_code)
    except ClickException as error:
        message, hint = _word_usage(error, arguments)
        journal.fail(message, hint)
        return _complain(message, hint, UsageError.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit as ended:
        if isinstance(ended.__context__, OSError):  # click's exit from a closed pipe
            return _end_stdout(ended.__context__, journal)
        raise
    except OSError as error:
        if error.filename is not None:  # a file, not a stream
            return _complain_of_path(error)
        if error.errno is None:  # none of the system's: Jinja has one for a template
            raise
        return _end_stdout(error, journal)
    return code if isinstance(code, int) else 0


def _complain(message: str, hint: str, code: int) -> int:
    if code in _EXPECTED and not (sys.stderr and sys.stderr.isatty()):
        return code
    # A file's name, or a vendor's word, may hold what would act on a screen.
    said = f"error: {neutralise_line(message)}\nhint: {neutralise_line(hint)}"
    typer.echo(said, err=True)
    return code


def _complain_of_path(error: OSError) -> int:
    """Tell of a path that nothing can be done with; whatever else befell a file is a bug."""
    if error.errno not in _OF_A_PATH:
        raise error
    place = str(error.filename)
    shown = place if len(place) <= _SHOWN else f"{place[:_SHOWN]}…"
    return _complain(f"{shown}: {error.strerror}", "check the name and the permissions", 1)


def _word_usage(error: ClickException, arguments: list[str]) -> tuple[str, str]:
    """Return what is wrong with a command line, in our words, and a hint."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    named = next((f"shock {one}" for one in arguments[:1] if one in COMMANDS), "shock")
    message = error.format_message()
    hint = f"`{context.command_path if context else named} --help` lists what there is"
    if (place := _place_of(error, context)) is not None:
        hint = f"the value stands in {place}"
    return message[:1].lower() + message[1:].rstrip("."), hint


def _place_of(error: ClickException, context: Context | None) -> str | None:
    """Tell where a wrong value stands, if not on the command line."""
    parameter = error.param if isinstance(error, BadParameter) else None
    if parameter is None or parameter.name is None or context is None:
        return None
    source = context.get_parameter_source(parameter.name)
    if source is not None and source.name == "ENVIRONMENT":
        return str(parameter.envvar)
    return NAME if source is not None and source.name == "DEFAULT_MAP" else None


def _end_stdout(error: OSError, journal: Journal) -> int:
    """Let the interpreter flush into nothing what stdout no longer takes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    message, hint = f"stdout cannot be written: {error.strerror or error}", "check where it leads"
    journal.fail(message, hint)
    return _complain(message, hint, 1)
