"""What a scan goes through: paths, the packed history or the store; and what excludes what."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from deepseek_shock.cli.reporting import is_typed
from deepseek_shock.cli.scanoptions import ScanOptions, ScanSource
from deepseek_shock.errors import UsageError
from deepseek_shock.scanning.request import Engine
from deepseek_shock.userpath import expand

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_OF_THIS_MACHINE = ("threads", "memory", "spill", "pack")


class GoneThrough(NamedTuple):
    """Paths as they were typed, or that of a packed history; without any the store's file."""

    paths: tuple[str, ...] = ()
    store: Path | None = None


def settle_source(context: typer.Context, paths: Sequence[str], asked: ScanOptions) -> GoneThrough:
    """Settle what is gone through, and let the command that is printed say so.

    Raises `UsageError` for what excludes each other, `FileError` for a folder without a pack.
    """
    if paths:
        for name in ("source", "history", "store"):
            if is_typed(context, name):
                raise UsageError(
                    f"--{name} has no place beside a PATH", hint="leave one of the two out"
                )
        context.params |= {"source": None, "history": None}
        return GoneThrough(tuple(paths))
    if _choose(context, asked) is ScanSource.HISTORY:
        if asked.history is None:
            raise UsageError(
                "no packed history is configured",
                hint="--history DIR names one that `shock scan PATH --pack DIR` wrote",
            )
        from deepseek_shock.scan.packs.packed import read_pack

        context.params["source"] = None
        return GoneThrough((str(read_pack(expand(asked.history)).folder),))
    from deepseek_shock.cli.surroundings import store_path

    context.params |= {"source": ScanSource.STORE, "history": None}
    return GoneThrough(store=store_path(asked.store))


def _choose(context: typer.Context, asked: ScanOptions) -> ScanSource:
    """Choose by what is typed, before what is configured."""
    typed = [name for name in ("history", "store") if is_typed(context, name)]
    if len(typed) > 1:
        raise UsageError("--history and --store exclude each other", hint="give one of them")
    wanted = ScanSource(typed[0]) if typed else None
    if asked.source is not None and is_typed(context, "source"):
        if wanted is not None and wanted is not asked.source:
            raise UsageError(
                f"--source {asked.source} and --{wanted} exclude each other",
                hint="leave one of the two out",
            )
        return asked.source
    configured = ScanSource.STORE if asked.history is None else ScanSource.HISTORY
    return wanted or asked.source or configured


def check_engine(context: typer.Context, source: GoneThrough, asked: ScanOptions) -> None:
    """Check that the engine can do what is asked of it. Raises `UsageError`."""
    if asked.engine is Engine.SPARK:
        _check_spark(context, source)
        return
    if is_typed(context, "master"):
        raise UsageError("--master needs --engine spark", hint="add it, or leave --master out")
    for path in source.paths:
        if _ADDRESS.match(path):
            raise UsageError(
                f"{path} is an address that only Spark reads",
                hint="--engine spark --master URL, or copy the files to this machine",
            )


def _check_spark(context: typer.Context, source: GoneThrough) -> None:
    for name in _OF_THIS_MACHINE:
        if is_typed(context, name):
            raise UsageError(
                f"--{name} is not for --engine spark",
                hint="Spark’s own settings say what it may take; leave this one out",
            )
    if source.store is not None:
        raise UsageError(
            "the store is not for --engine spark",
            hint="give a PATH, or export it: `shock store export bars/ --format parquet`",
        )
