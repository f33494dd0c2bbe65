"""The command `shock`: commands, options, the one error boundary, the only writer of output."""

import gc
import sys

HELP = {"help_option_names": ["-h", "--help"]}  # typer's settings of every command
_OBJECTS_BEFORE_A_SEARCH = 50_000
INTERRUPTED = 130


def main() -> None:
    """Run the command; every way out passes here."""
    # A start makes many objects and drops few. To look for cycles among them, now and once more at
    # the end, would take a quarter of a report's time.
    gc.set_threshold(_OBJECTS_BEFORE_A_SEARCH)
    try:
        # Inside the boundary, so that Ctrl-C while modules load ends as quietly as later.
        from deepseek_shock.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    gc.freeze()
    sys.exit(code)
