"""The command `shock`: commands, options, the one error boundary, the only writer of output."""

import sys


def main() -> None:
    """Run the command; every way out passes here."""
    try:
        # Inside the boundary, so that Ctrl-C while modules load ends as quietly as later.
        from deepseek_shock.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
