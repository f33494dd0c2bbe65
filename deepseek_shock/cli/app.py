"""The commands in one application, and the boundary where an error becomes two lines and a code."""

import os
import sys
from typing import Annotated

import typer

# Typer carries its own click since 0.26, and exports only some of its exceptions.
from typer._click.exceptions import ClickException, UsageError

from deepseek_shock import __version__
from deepseek_shock.cli import doctor, events, report, templates
from deepseek_shock.errors import ShockError

INTERRUPTED = 130

app = typer.Typer(
    name="shock",
    # Plain help: rich's costs every call twice the time.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="shock report --date 2025-01-27 prints the report of the DeepSeek shock.",
)
app.command("report", epilog=report.EXAMPLES)(report.report)
app.add_typer(events.app, name="events")
app.add_typer(templates.app, name="templates")
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)


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
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Report a market shock: exact moves, since when, which session reacted first."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Run the application and return the exit code of the contract."""
    try:
        from deepseek_shock.cli.config import read_defaults

        code = app(
            arguments,
            prog_name="shock",
            standalone_mode=False,
            default_map=read_defaults(),
        )
        sys.stdout.flush()
    except ShockError as error:
        return _complain(error.message, error.hint, error.exit_code)
    except UsageError as error:
        command = error.ctx.command_path if error.ctx else "shock"
        return _complain(_lowered(error.format_message()), f"`{command} --help` lists what there is", 2)
    except ClickException as error:
        return _complain(_lowered(error.format_message()), "`shock --help` lists what there is", 2)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _end_quietly()
    return code if isinstance(code, int) else 0


def _complain(message: str, hint: str, code: int) -> int:
    one_line = " ".join(message.split())
    typer.echo(f"error: {one_line}\nhint: {hint}", err=True)
    return code


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _end_quietly() -> int:
    """Whoever read has seen enough: let the interpreter flush into nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
