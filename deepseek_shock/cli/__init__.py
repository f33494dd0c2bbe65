"""The command `shock`: commands, options, the one error boundary, the only writer of output."""

import gc
import os
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
    except SystemExit as ended:  # from a signal that ends the process
        code = ended.code if isinstance(ended.code, int) else 1
    gc.freeze()
    _leave(code)


def _leave(code: int) -> None:
    """End the process; at once where a worker still stands inside a request.

    Its C code may not survive the end of the interpreter: the process would crash instead of ending
    with the code that it has.
    """
    threading = sys.modules.get("threading")
    if threading is None or threading.active_count() == 1:
        sys.exit(code)
    import atexit
    from contextlib import suppress

    atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUnknownMemberType]
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # nobody reads it any more
                stream.flush()
    os._exit(code)
