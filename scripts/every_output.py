"""Commands that between them write every kind of output, and the files that they read.

Every command runs in a folder with these files and names them relative to it; what it writes goes
to `out/`. The prices are made up, by whole-number arithmetic alone: the files are the same wherever
they are made.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from deepseek_shock.market.bars import Bar, Bars, Origin
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = "2025-01-27"
LANGUAGES = ("en", "ja")
FORMATS = ("terminal", "markdown", "html", "email", "json", "csv")
PROFILES = ("substack", "note", "buttondown", "ghost")
FRONT_MATTERS = ("hugo", "jekyll", "zola", "quarto")
MAIL = ("--format", "eml", "--to", "news@example.com")

# Two years of made-up closes: what a share and its index need for an event study.
WATCHED = ("NVDA", "AVGO", "VST", "MSFT", "^GSPC", "5803.T", "6857.T", "9984.T", "^TOPX")
FIRST, LAST = date(2023, 6, 1), date(2025, 2, 10)
SCANNED = tuple(f"A{chr(65 + n // 6)}{chr(65 + n % 6)}" for n in range(36))
_MILLION = 1_000_000


class Command(NamedTuple):
    """One command, and the name under which its stdout is kept: its ending is the format."""

    name: str
    args: tuple[str, ...]


def list_commands() -> list[Command]:
    """List all commands."""
    return [
        *_reports(),
        *_sites(),
        *_measured(),
        *_comparisons(),
        *_studies(),
        *_scans(),
        *_registries(),
        *_capsules(),
    ]


def _reports() -> Iterator[Command]:
    report = ("report", "--date", DAY, "--source", "sample")
    for lang in LANGUAGES:
        said = (*report, "--lang", lang)
        for form in FORMATS:
            yield Command(f"report.{lang}.{form}", (*said, "--format", form))
        yield Command(f"report.{lang}.eml", (*said, *MAIL))
        for profile in PROFILES:
            yield Command(f"report.{lang}.{profile}", (*said, "--profile", profile))
        charts = (*said, "--format", "json", "--charts", f"out/charts-{lang}")
        yield Command(f"report.{lang}.charts", charts)
    for front in FRONT_MATTERS:
        yield Command(f"report.{front}", (*report, "--front-matter", front))
    yield Command("templates", ("templates", "export", "out/templates"))
    yield Command("report.template", (*report, "--template", "out/templates/report.md.j2"))


def _sites() -> Iterator[Command]:
    publish = ("publish", "out/site", "--source", "sample", "--url", "https://example.com/")
    yield Command("publish.first", (*publish, "--date", DAY))
    yield Command("publish.second", (*publish, "--date", "2025-01-28"))
    yield Command("publish.rebuilt", (*publish, "--rebuild"))


def _measured() -> Iterator[Command]:
    asked = ("--date", DAY, "--tickers", ",".join(WATCHED))
    files = ("report", *asked, "--source", "files", "--data", "bars")
    held = (*asked, "--source", "store", "--store", "store.db")
    for form in ("terminal", "html", "json"):
        yield Command(f"files.{form}", (*files, "--format", form))
    yield Command("store.json", ("report", *held, "--format", "json"))
    for form in ("csv", "parquet"):
        export = ("store", "export", f"out/exported.{form}", "--store", "store.db")
        yield Command(f"export.{form}", export)
    folder = ("store", "export", "out/exported", "--format", "parquet", "--store", "store.db")
    yield Command("export.folder", folder)
    yield Command("store.summary", ("store", "--store", "store.db"))


def _comparisons() -> Iterator[Command]:
    compare = ("compare", "deepseek", "2025-01-28", "--source", "sample")
    yield from _everywhere("compare", compare)


def _studies() -> Iterator[Command]:
    study = ("study", "events.csv", "--source", "files", "--data", "bars")
    yield from _everywhere("study", (*study, "--benchmark", "^GSPC,^TOPX"))
    for table in ("days", "events"):
        cut = ("--format", "csv", "--table", table)
        yield Command(f"study.{table}.csv", (*study, "--benchmark", "equal-weighted", *cut))


def _scans() -> Iterator[Command]:
    few = ("--min-count", "5")
    yield from _everywhere("scan.ordered", ("scan", "prices", *few))
    for name, path in (("ordered", "prices"), ("daily", "daily.parquet"), ("mixed", "mixed.csv")):
        scan = ("scan", path, *few)
        yield Command(f"scan.{name}.2.json", (*scan, "--format", "json", "--threads", "2"))
        for table in ("days", "tickers"):
            cut = (*scan, "--format", "csv", "--table", table)
            yield Command(f"scan.{name}.{table}.csv", cut)
        written = ("--format", "parquet", "--table", "days", "--output", f"out/{name}.parquet")
        yield Command(f"scan.{name}.parquet", (*scan, *written))
    pack = ("scan", "prices", *few, "--pack", "out/pack", "--format", "json")
    yield Command("scan.pack", pack)
    packed = ("scan", "--history", "out/pack", *few, "--format", "json")
    yield Command("scan.packed", packed)


def _everywhere(name: str, said: tuple[str, ...]) -> Iterator[Command]:
    for form in FORMATS:
        yield Command(f"{name}.{form}", (*said, "--format", form))
    yield Command(f"{name}.eml", (*said, *MAIL, "--lang", "ja"))


def _registries() -> Iterator[Command]:
    yield Command("events.json", ("events", "--format", "json"))
    yield Command("events.terminal", ("events", "--lang", "ja"))
    yield Command("events.show", ("events", "show", "deepseek"))


def _capsules() -> Iterator[Command]:
    report = ("report", "--date", DAY, "--source", "sample")
    for form in ("markdown", "html", "json"):
        made = (*report, "--format", form, "--capsule", f"out/{form}.zip")
        yield Command(f"capsule.{form}", made)
    files = ("--date", DAY, "--tickers", "NVDA,5803.T", "--source", "files", "--data", "bars")
    yield Command("capsule.files", ("report", *files, "--capsule", "out/files.zip"))
    yield Command("capsule.verify", ("verify", "out/files.zip"))
    yield Command("capsule.read", ("report", "--from", "out/html.zip", "--format", "email"))


def lay_inputs(folder: Path) -> None:
    """Write what the commands read."""
    series = {ticker: _series(ticker, number) for number, ticker in enumerate(WATCHED)}
    (folder / "bars").mkdir()
    store = Store(folder / "store.db")
    for ticker, bars in series.items():
        _lay_bars(folder / "bars" / f"{ticker.lstrip('^')}.csv", ticker, bars)
        origin = Origin("yahoo", "2025-03-03T12:00:00Z")
        held = Bars(make_instrument(ticker), bars, dividends=(), origin=origin)
        store.write(ticker, "yahoo", held, Wanted(FIRST, FIRST, LAST))
    events = [f"{ticker},{DAY},{'chips' if '.T' in ticker else 'new'}" for ticker in WATCHED[:4]]
    events += [f"{ticker},{DAY},tokyo" for ticker in WATCHED[5:8]]
    _lay(folder / "events.csv", ["instrument,date,group", *events])
    _lay_history(folder)


def _lay_history(folder: Path) -> None:
    rows = [
        (ticker, bar.session, bar.close or Decimal(0))
        for number, ticker in enumerate(SCANNED)
        for bar in _series(ticker, 100 + number)
    ]
    (folder / "prices").mkdir()
    for number, part in enumerate(_cut_by_ticker(rows, 4)):
        _lay(folder / "prices" / f"part-{number}.csv", _lines(part))
    by_day = sorted(rows, key=lambda row: (row[1], row[0]))
    table = {
        "ticker": [row[0] for row in by_day],
        "session": [row[1] for row in by_day],
        "close": [float(row[2]) for row in by_day],
    }
    parquet.write_table(pa.table(table), folder / "daily.parquet")
    # In no order at all: every seventh row, then those after them.
    mixed = [row for begin in range(7) for row in rows[begin::7]]
    _lay(folder / "mixed.csv", _lines(mixed))


_Row = tuple[str, date, Decimal]


def _cut_by_ticker(rows: list[_Row], count: int) -> list[list[_Row]]:
    each = len(SCANNED) // count
    groups = [set(SCANNED[at : at + each]) for at in range(0, len(SCANNED), each)]
    return [[row for row in rows if row[0] in group] for group in groups]


def _lines(rows: list[_Row]) -> list[str]:
    return ["ticker,session,close", *(f"{ticker},{day},{close}" for ticker, day, close in rows)]


def _lay(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lay_bars(file: Path, ticker: str, bars: tuple[Bar, ...]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("ticker", "session", "open", "high", "low", "close", "volume"))
        for bar in bars:
            writer.writerow((ticker, *bar[:6]))


def _series(ticker: str, seed: int) -> tuple[Bar, ...]:
    """Make up a walk: steps of at most 3 %, and a fall by 9 % on the day."""
    exchange = make_instrument(ticker).exchange
    close, state, bars = 5000 + 37 * seed, 7 + seed, []
    is_yen = ticker.endswith(".T") or ticker == "^TOPX"
    for session in sessions_between(exchange, FIRST, LAST):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        step = -90_000 if str(session) == DAY else (state >> 8) % 60_001 - 30_000
        close = max(close * (_MILLION + step) // _MILLION, 1000)
        price = Decimal(close) if is_yen else Decimal(close) / 100
        bars.append(Bar(session, price, price, price, price, 1000 + state % 977))
    return tuple(bars)


def copy_inputs(source: Path, target: Path, *, is_backwards: bool) -> None:
    """Copy the files, the last first where asked, so that a folder may list them otherwise."""
    target.mkdir(parents=True)
    files = sorted(file for file in source.rglob("*") if file.is_file())
    for file in reversed(files) if is_backwards else files:
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place)  # with its time: that is when its bars were retrieved
    (target / "out").mkdir()
