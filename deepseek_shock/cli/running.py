"""How an unattended run behaves: the time it may take, its lock, and what it says of itself."""

import os
import re
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NamedTuple, NoReturn

import typer

from deepseek_shock.cli.journal import Journal, StatusKind, journal_of
from deepseek_shock.cli.options import STDOUT, option
from deepseek_shock.errors import DeadlineError
from deepseek_shock.userpath import expand

SECONDS = 300
_AFTER_VENDOR = 60  # seconds: what a run may take beyond --deadline

WaitOption = Annotated[
    float,
    option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="Wait so long for another run that writes to the same place.",
    ),
]
TimeLimitOption = Annotated[
    float,
    option(
        "--time-limit",
        metavar="SECONDS",
        min=1,
        help="Give up on the whole run after so long; not before --deadline and a minute.",
    ),
]
StatusOption = Annotated[
    StatusKind | None,
    option(
        "--status",
        help="Say in one line on stderr, at the end, what came of the run.",
    ),
]
VerboseOption = Annotated[
    bool,
    option("--verbose", "-v", help="Say on stderr what is being done."),
]


class OutcomeOptions(NamedTuple):
    """What a run says of itself on stderr."""

    status: StatusOption = None
    verbose: VerboseOption = False


class RunOptions(NamedTuple):
    """How a run behaves: nothing that is written depends on it."""

    wait: WaitOption = 60
    time_limit: TimeLimitOption = SECONDS
    outcome: OutcomeOptions = OutcomeOptions()


class AloneOptions(NamedTuple):
    """How a run behaves that no other one can be in the way of."""

    time_limit: TimeLimitOption = SECONDS
    outcome: OutcomeOptions = OutcomeOptions()


def begin(context: typer.Context, run: RunOptions | AloneOptions) -> Journal:
    """Begin the journal as it is asked for."""
    journal = journal_of(context)
    journal.command = context.info_name
    journal.is_verbose = run.outcome.verbose
    journal.has_status = journal.has_status or run.outcome.status is not None
    return journal


@contextmanager
def limited(run: RunOptions | AloneOptions, deadline: float | None) -> Generator[None, None, None]:
    """Bound how long the block may take: raises `DeadlineError` within it.

    A signal that ends the process is an exit like any other meanwhile, so that drafts and locks are
    cleared away. Outside the main thread, where there are no signals, nothing is bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seconds = max(run.time_limit, 0 if deadline is None else deadline + _AFTER_VENDOR)

    def give_up(_number: int, _frame: FrameType | None) -> NoReturn:
        raise DeadlineError(
            f"the run was not done within {seconds:g} seconds",
            hint="what came is kept in the store, and the same command goes on with the rest; "
            "--time-limit gives it longer",
        )

    before = {
        number: signal.signal(number, _exit)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    }
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def holding(output: str, run: RunOptions, journal: Journal) -> Generator[None, None, None]:
    """Let no second run write the same file meanwhile: it waits, and then leaves.

    The lock stands beside the file, hidden, for as long as the block runs. Where the folder is not
    there yet, or the output is no file, there is nothing that two runs could be at odds about.
    Raises `LockError` and `OutputError`.
    """
    target = Path(os.path.realpath(expand(output)))
    is_file = output != STDOUT and (not target.exists() or target.is_file())
    if not is_file or not target.parent.is_dir():
        yield
        return
    from deepseek_shock.runlock import locked

    lock = target.with_name(f".{target.name}.lock")
    with locked(lock, run.wait, target, is_left=False):
        journal.log(f"lock held: {lock}")
        _clear_away(target, lock)
        yield


def _clear_away(target: Path, ours: Path) -> None:
    """Remove what killed runs have left beside an output: drafts and locks, of any date."""
    from deepseek_shock.runlock import clear
    from deepseek_shock.wholefile import sweep

    names = re.escape(target.name).replace(re.escape("{date}"), r"\d{4}-\d\d-\d\d")
    sweep(target.parent, names)
    for file in target.parent.glob(".*.lock"):
        if file != ours and re.fullmatch(rf"\.(?:{names})\.lock", file.name):
            clear(file)
