"""`shock doctor`: what is installed, whether the sample is sound, what the screen can show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import typer

from deepseek_shock import __version__
from deepseek_shock.cli import HELP
from deepseek_shock.errors import OutputError, ShockError

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)
_PACKAGES = (
    *("typer", "rich", "jinja2", "pandas", "pyarrow", "exchange_calendars"),
    *("yfinance", "curl_cffi", "requests"),
)


class Finding(NamedTuple):
    """One thing looked at: whether it is well, its name, and what was seen."""

    is_well: bool
    name: str
    seen: str


@app.command(epilog="Example: shock doctor")
def doctor() -> None:
    """Look at the installation, the sample, the store, the configuration, the screen."""
    findings = list(_look())
    for finding in findings:
        typer.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.name:<20}  {finding.seen}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _look() -> Iterator[Finding]:
    yield Finding(True, "shock", __version__)
    yield Finding(True, "python", f"{sys.version.split()[0]} ({sys.executable})")
    for name in _PACKAGES:
        yield _package(name)
    for name, look in (
        ("templates", _templates),
        ("sample", _sample),
        ("calendars", _calendars),
        ("configuration", _configuration),
        ("sources", _sources),
        ("store", _store),
        ("history", _history),
    ):
        yield _examined(name, look)
    yield Finding(True, "screen", _screen())
    yield _examined("fonts", _fonts)


def _package(name: str) -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return Finding(True, name, version(name))
    except PackageNotFoundError:
        return Finding(False, name, "is not installed: pip install deepseek-shock")


def _examined(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(True, name, look())
    except (ShockError, OSError, ValueError) as error:
        return Finding(False, name, str(error))


def _templates() -> str:
    from deepseek_shock.render.environment import builtin_folder

    folder = builtin_folder()
    return f"{len(list(folder.iterdir()))} in {folder}"


def _sample() -> str:
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.market.bars import Bars
    from deepseek_shock.market.event import DEFAULT_WATCHLIST
    from deepseek_shock.providers.base import Wanted
    from deepseek_shock.providers.sample import Sample, is_sound

    if not is_sound():
        raise ValueError("bars.csv is not the file that was shipped: install shock again")

    watchlist = make_registry().watchlist(DEFAULT_WATCHLIST)
    fetched = Sample().fetch(watchlist.instruments, Wanted(date.min, date.min, date.max))
    source = fetched.sources[0]
    held = sum(isinstance(bars, Bars) for bars in fetched.bars.values())
    return (
        f"{held} instruments, sessions {source.first} to {source.last}, sha256 {source.sha256[:12]}"
    )


def _calendars() -> str:
    from deepseek_shock.market.exchange import EXCHANGES
    from deepseek_shock.market.sessions import covered

    spans = [f"{calendar} {first} to {last}" for calendar, first, last in covered()]
    others = len({one.calendar for one in EXCHANGES.values()}) - len(spans)
    return f"{', '.join(spans)}, {others} more by the package"


def _configuration() -> str:
    from deepseek_shock.cli.config import NAME, read_defaults
    from deepseek_shock.cli.surroundings import config_folder, make_registry

    read_defaults()
    files = [str(file) for file in (Path(NAME), config_folder() / NAME) if file.is_file()]
    events = len(make_registry().events())
    return f"{', '.join(files) or 'no shock.toml'}; {events} named shock{'s' if events > 1 else ''}"


def _sources() -> str:
    """Name the sources that may be asked; nobody is asked here."""
    import os

    from deepseek_shock.cli.config import read_jquants
    from deepseek_shock.cli.sources import SourceChoice
    from deepseek_shock.providers.plugins import plugin_names

    has_key = bool(os.environ.get("JQUANTS_API_KEY") or read_jquants().key)
    key = f"jquants {'has a key' if has_key else 'has no key'}"
    return f"{', '.join((*SourceChoice, *plugin_names()))}; {key}"


def _store() -> str:
    from deepseek_shock.cli.surroundings import store_path
    from deepseek_shock.providers.store import Store

    store = Store(store_path())
    if not store.exists():
        return f"nothing is kept yet; its place is {store_path()}"
    wrong = list(store.verify())
    if wrong:
        raise ValueError(f"{len(wrong)} findings: `shock store verify` lists them")
    return f"{store.summary().instruments} instruments, sound, in {store_path()}"


def _history() -> str:
    """Say what the packed history holds in which reports place their day, if one is configured."""
    import os

    from deepseek_shock.cli.config import read_defaults
    from deepseek_shock.scan.packs.packed import read_pack
    from deepseek_shock.scan.packs.packeddays import look
    from deepseek_shock.userpath import expand

    named = os.environ.get("SHOCK_HISTORY") or read_defaults("report").get("history")
    if not named:
        return "none is configured; `shock scan --pack DIR` makes one"
    folder = expand(named)
    held = look(read_pack(folder))
    return f"{held.sessions:,} sessions held, the last {held.last}, in {folder}"


def _screen() -> str:
    from deepseek_shock.cli.surroundings import has_colors, page_width

    colors = "colours" if has_colors() else "no colours"
    return f"{sys.stdout.encoding if sys.stdout else 'no stdout'}, {page_width()} columns, {colors}"


def _fonts() -> str:
    """Name the fonts of pictures, if there are any: pages use the reader's."""
    from deepseek_shock.cli.config import read_fonts
    from deepseek_shock.render.fonts import JAPANESE_PACKAGE, find_fonts

    given = read_fonts()
    try:
        fonts = find_fonts(given)
    except OutputError:
        return f"none, so there are no pictures; install {JAPANESE_PACKAGE}"
    japanese = fonts.japanese
    named = japanese.family if japanese else f"none; install {JAPANESE_PACKAGE}"
    return f"{fonts.latin.family}; for Japanese {named}"
