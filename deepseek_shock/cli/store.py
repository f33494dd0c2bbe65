"""`shock store`: what the store holds; whether it is sound; out of it, and out with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepseek_shock.cli import HELP
from deepseek_shock.cli.exporting import TableFormat
from deepseek_shock.errors import StoreError, UsageError, near_matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deepseek_shock.providers.store import Key, Store
    from deepseek_shock.providers.storing.contents import Kept, Revision, VendorSummary

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    context_settings=HELP,
    epilog="""\b
Examples:
  shock store
  shock store show NVDA
  shock store export bars.parquet --tickers NVDA,5803.T
  shock store remove NVDA --vendor yahoo

SHOCK_STORE names another file for all commands.""",
)
_PLACE = "The store's file, if not the one in your data folder."
_KILO = 1000

StoreOption = Annotated[Path | None, typer.Option("--store", metavar="FILE", help=_PLACE)]
VendorOption = Annotated[
    str | None, typer.Option("--vendor", metavar="NAME", help="Only what came from this vendor.")
]


@app.callback(invoke_without_command=True)
def store(
    context: typer.Context,
    *,
    place: Annotated[
        Path | None,
        typer.Option(
            "--store", metavar="FILE", envvar="SHOCK_STORE", show_envvar=False, help=_PLACE
        ),
    ] = None,
) -> None:
    """What the store holds; verify it; export; remove."""
    context.obj = place
    if context.invoked_subcommand is not None:
        return
    summary = _open(context, None).summary()
    if not summary.vendors:
        _say_empty(summary.path)
        return
    typer.echo(f"store        {summary.path}")
    typer.echo(f"size         {_spell_size(summary.size)}, layout {summary.layout}")
    typer.echo(f"instruments  {summary.instruments}\n")
    for line in _tabulate(summary.vendors):
        typer.echo(line)


@app.command(epilog="Example: shock store show NVDA")
def show(
    context: typer.Context,
    ticker: Annotated[str, typer.Argument(metavar="TICKER", help="As in NVDA or 5803.T.")],
    *,
    place: StoreOption = None,
) -> None:
    """Show what is held of an instrument, and what was revised."""
    held = _open(context, place)
    _select(held, [ticker], None)
    revisions = held.revisions(ticker)
    for at, kept in enumerate(held.kept(ticker)):
        if at:
            typer.echo()
        own = [revision for revision in revisions if revision.vendor == kept.key.vendor]
        for line in _describe(kept, own):
            typer.echo(line)


@app.command(epilog="Example: shock store verify")
def verify(context: typer.Context, *, place: StoreOption = None) -> None:
    """Look for damage to the file and to each series."""
    held = _open(context, place)
    findings = list(held.verify())
    for finding in findings:
        typer.echo(f"{finding.ticker or 'the file':<10}  {finding.what}")
    if findings:
        raise StoreError(
            f"{held.path} is not sound",
            hint="`shock store remove TICKER` and `shock fetch` bring one series anew; where the "
            "file itself is damaged, move it away and `shock fetch` fills a new one",
        )
    series = len(held.keys())
    if series:
        typer.echo(f"{held.path}: {series} series, sound")
    else:
        _say_empty(held.path)


@app.command(
    epilog="""\b
Examples:
  shock store export bars.csv --tickers NVDA,5803.T
  shock store export my-bars --format parquet

`shock report --source files --data my-bars` reads what was exported."""
)
def export(  # noqa: PLR0913 -- one parameter an option
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="FILE|DIR",
            help="A file that ends in .csv or .parquet; or a folder, for one file a ticker.",
        ),
    ],
    *,
    form: Annotated[
        TableFormat | None,
        typer.Option("--format", help="Else the file's ending says it; in a folder: csv."),
    ] = None,
    tickers: Annotated[
        str | None,
        typer.Option("--tickers", metavar="NVDA,5803.T", help="Only these; else all."),
    ] = None,
    vendor: VendorOption = None,
    place: StoreOption = None,
) -> None:
    """Write bars to a CSV or Parquet file, or to a folder."""
    from deepseek_shock.cli.exporting import export_keys

    held = _open(context, place)
    keys = _select(held, _split([tickers]) if tickers is not None else None, vendor)
    if not keys:
        raise StoreError(f"nothing is held yet: {held.path}", hint="`shock fetch` fills the store")
    _check_one_vendor(keys)
    written = export_keys(held, keys, target, form)
    files = _count(len(written), "file")
    typer.echo(f"{_count(len(keys), 'instrument')} written to {target} ({files})")


@app.command(
    epilog="""\b
Examples:
  shock store remove NVDA 5803.T
  shock store remove --all --vendor yahoo --yes"""
)
def remove(  # noqa: PLR0913 -- one parameter an option
    context: typer.Context,
    tickers: Annotated[
        list[str] | None, typer.Argument(metavar="[TICKER]...", help="What to remove.")
    ] = None,
    *,
    vendor: VendorOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All instruments; needs --yes.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do as --all says.")] = False,
    place: StoreOption = None,
) -> None:
    """Remove instruments, their bars and their history."""
    named = _split(tickers or [])
    if everything == bool(named):
        raise UsageError(
            "--all and tickers exclude each other" if named else "nothing is named to be removed",
            hint="name tickers, as NVDA 5803.T, or say --all --yes",
        )
    held = _open(context, place)
    keys = _select(held, None if everything else named, vendor)
    if everything and keys and not yes:
        raise UsageError(f"--all would remove {len(keys)} series", hint="--all --yes removes them")
    for key, bars in held.remove(keys):
        typer.echo(f"removed  {key.ticker:<10}  from {key.vendor}, {_count(bars, 'bar')}")
    if not keys:
        _say_empty(held.path)


@app.command(epilog="Example: shock store path")
def path(context: typer.Context, *, place: StoreOption = None) -> None:
    """Print where the store lies; the file need not be there yet."""
    typer.echo(_open(context, place).path)


def _open(context: typer.Context, place: Path | None) -> Store:
    """Return the store that the command, or the group before it, names."""
    from deepseek_shock.cli.surroundings import store_path
    from deepseek_shock.providers.store import Store

    return Store(store_path(place or context.obj))


def _say_empty(place: Path) -> None:
    typer.echo(f"nothing is held yet: {place}; `shock fetch` fills it")


def _split(tickers: Sequence[str]) -> list[str]:
    """Return the tickers of arguments that may have commas. Raises `UsageError`."""
    from deepseek_shock.market.instrument import check_ticker

    named = (ticker.strip() for text in tickers for ticker in text.split(","))
    return list(dict.fromkeys(check_ticker(ticker) for ticker in named if ticker))


def _select(held: Store, tickers: Sequence[str] | None, vendor: str | None) -> list[Key]:
    """Find the series of some tickers, or of all, and of one vendor, or of all.

    Raises `StoreError` for a ticker that is not held, and for a vendor that has given nothing.
    """
    every = held.keys()
    of_vendor = [key for key in every if vendor in (None, key.vendor)]
    if every and not of_vendor:
        vendors = sorted({key.vendor for key in every})
        raise StoreError(f"nothing is held from {vendor}", hint=f"held: {', '.join(vendors)}")
    known = {key.ticker for key in of_vendor}
    for ticker in tickers or ():
        if ticker not in known:
            near = near_matches(ticker, known)
            fill = f"`shock fetch --tickers {ticker}` fetches it"
            hint = f"did you mean {', '.join(near)}? Else {fill}" if near else fill
            raise StoreError(f"{ticker} is not held", hint=hint)
    return [key for key in of_vendor if tickers is None or key.ticker in tickers]


def _check_one_vendor(keys: Sequence[Key]) -> None:
    """Raise `UsageError` where a ticker is held from two vendors: a file has one bar a session."""
    vendors: dict[str, list[str]] = {}
    for key in keys:
        vendors.setdefault(key.ticker, []).append(key.vendor)
    for ticker, names in vendors.items():
        if len(names) > 1:
            raise UsageError(
                f"{ticker} is held from {' and '.join(names)}",
                hint=f"choose: {' or '.join(f'--vendor {name}' for name in names)}",
            )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _spell_size(size: float) -> str:
    for unit in ("kB", "MB"):
        size /= _KILO
        if size < _KILO:
            return f"{size:.1f} {unit}"
    return f"{size / _KILO:.1f} GB"


def _tabulate(vendors: Sequence[VendorSummary]) -> Iterator[str]:
    yield f"{'vendor':<10} instruments      bars  refused  first       last        retrieved"
    for one in vendors:
        counts = f"{one.instruments:>11}  {one.bars:>8}  {one.refused:>7}"
        ends = f"{one.first or '':<10}  {one.last or '':<10}"
        yield f"{one.vendor:<10} {counts}  {ends}  {one.retrieved}"


def _describe(kept: Kept, revisions: Sequence[Revision]) -> Iterator[str]:
    yield f"{kept.key.ticker} from {kept.key.vendor} ({kept.exchange})"
    yield f"bars       {kept.bars}" + (f", {kept.first} to {kept.last}" if kept.bars else "")
    for one in kept.refused:
        yield f"refused    {one.bars} {one.reason}, {one.first} to {one.last}"
    for split in kept.splits:
        yield f"split      {split.session}  {split.amount:f}"
    for paid in kept.dividends or ():
        yield f"dividend   {paid.session}  {paid.amount:f}"
    if kept.dividends is None:
        yield "dividends  the vendor says nothing of them"
    times = "once" if kept.retrievals == 1 else f"{kept.retrievals} times"
    yield f"retrieved  {kept.retrieved}, {times}; asked last for {' to '.join(kept.asked)}"
    for revision in revisions:
        was, now = revision.old or "none", revision.new or "none"
        yield (
            f"revised    {revision.session}  {revision.field} was {was} "
            f"({revision.old_retrieved}), is {now} ({revision.new_retrieved})"
        )
