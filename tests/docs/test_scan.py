"""docs/scan.md: every command of the page, on prices made here; its tables against the product."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from deepseek_shock.analysis.scanned import ScanTable
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.conftest import run_shock
from tests.docs.recipes import run_script, section
from tests.fakes.proxy import serve
from tests.fakes.yahoo import Yahoo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.conftest import Shock

LIST = (
    'id = "mine"\ntitle = "Mine"\n[[groups]]\nid = "a"\ntitle = "A"\ntickers = ["NVDA", "AVGO"]\n'
)
# At 23:00 UTC on 3 February 2025, when the fake vendor's last sessions are over.
CLOCK = {"SOURCE_DATE_EPOCH": "1738623600"}
SHARES = [f"{chr(65 + at)}X" for at in range(25)]
DAYS = sessions_between(XNYS, date(2023, 12, 1), date(2025, 1, 31))


@pytest.fixture(scope="module")
def page(checkout: Path) -> Path:
    return checkout / "docs" / "scan.md"


def closes() -> Iterator[tuple[str, date, float]]:
    """Yield closes of 25 shares that swing, and all fall by 8 % on 27 January 2025."""
    for number, share in enumerate(SHARES):
        for at, day in enumerate(DAYS):
            fallen = 0.92 if day >= date(2025, 1, 27) else 1
            yield share, day, (100 + (at * (number + 2)) % 5) * fallen


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Lay the closes down as one file."""
    rows = list(closes())
    whole = pa.table(
        dict(zip(("ticker", "session", "close"), zip(*rows, strict=True), strict=True))
    )
    parquet.write_table(whole, tmp_path / "prices.parquet")
    return tmp_path


def lay_others(folder: Path) -> None:
    """Lay them down in every other form of the page's first table."""
    rows = list(closes())
    for year in (2023, 2024, 2025):
        lay_year(folder, year, [row for row in rows if row[1].year == year])
    header = ["ticker", "session", "close"]
    lay_csv(folder / "more.csv", header, [("ZZX", day, price) for _, day, price in rows[:100]])
    for share in SHARES:
        own = [(day, price) for one, day, price in rows if one == share]
        lay_csv(folder / f"csv/{share.lower()}.us.txt", ["Date", "Close"], own)
    of_day = {(share, day): price for share, day, price in rows}
    wide = [(day, *(of_day[share, day] for share in SHARES)) for day in DAYS]
    lay_csv(folder / "closes.csv", ["Date", *SHARES], wide)


def lay_year(folder: Path, year: int, rows: list[tuple[str, date, float]]) -> None:
    tickers, days, prices = zip(*sorted(rows, key=lambda row: row[1]), strict=True)
    table = pa.table({"ticker": tickers, "session": days, "close": prices})
    for file in (folder / f"years/{year}.parquet", folder / f"hive/year={year}/part-0.parquet"):
        file.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table, file)


def lay_csv(file: Path, header: list[str], rows: Sequence[Sequence[object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def run(here: Shock, line: str) -> str:
    """Run one line as a shell would; what it sends to a file lands there."""
    command, _, target = line.partition(" >")
    name, *arguments = shlex.split(command)
    assert name == "shock"
    done = here(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), line
    if target:
        Path(target).write_text(done.stdout, encoding="utf-8")
    return done.stdout


def settings_of(page: Path, heading: str) -> str:
    found: list[str] = re.findall(
        r"^```toml\n(.*?)^```$", section(page, heading).text, re.MULTILINE | re.DOTALL
    )
    return found[0]


def test_the_first_commands_find_the_shock(page: Path, prices: Path, here: Shock) -> None:
    first = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    for line in first.splitlines():
        run(here, line)
    assert "27 January 2025" in (prices / "shocks.html").read_text("utf-8")


def test_every_form_of_input_is_read(page: Path, prices: Path, here: Shock) -> None:
    lay_others(prices)
    (script,) = section(page, "What it reads").scripts
    *files, of_store = script.splitlines()
    for line in files:
        found = json.loads(run(here, f"{line} --format json"))
        assert found["skipped"] == []
        assert found["shocks"][0]["session"] == "2025-01-27", line
        assert found["counts"]["tickers"] == 25 + ("more.csv" in line), line
    fill = ("fetch", "--tickers", "NVDA,AVGO", "--from", "2024-12-02", "--to", "2025-02-03")
    with serve({"*.yahoo.com": Yahoo(first=date(2024, 12, 2))}, folder=prices) as proxy:
        fetched = run_shock(*fill, folder=prices, env={**proxy.env, **CLOCK})
        assert fetched.returncode == 0, fetched.stderr
    assert json.loads(run(here, f"{of_store} --format json"))["counts"]["tickers"] == 2


def test_columns_are_named_on_the_line_and_in_a_file(page: Path, prices: Path, here: Shock) -> None:
    lay_csv(prices / "odd.csv", ["Papier", "Tag", "Kurs zum Schluss"], list(closes()))
    (script,) = section(page, "Columns").scripts
    said = run(here, script.strip())
    (prices / "shock.toml").write_text(settings_of(page, "Columns"), encoding="utf-8")
    assert run(here, "shock scan odd.csv") == said


def test_a_packed_history_is_scanned_and_told_in_the_report(
    page: Path, prices: Path, here: Shock
) -> None:
    (script,) = section(page, "The packed history").scripts
    report = [run(here, line) for line in script.splitlines()][-1]
    assert "Like this day" in report
    settings = settings_of(page, "The packed history").replace("/srv/shock", str(prices))
    (prices / "shock.toml").write_text(settings, encoding="utf-8")
    assert "27 January 2025" in run(here, "shock scan")
    assert run(here, "shock report --date 2025-01-27") == report


def test_the_nightly_script_fetches_packs_and_reports(page: Path, tmp_path: Path) -> None:
    (script,) = section(page, "Every night").scripts
    (tmp_path / "mine.toml").write_text(LIST, encoding="utf-8")
    with serve({"*.yahoo.com": Yahoo(first=date(2024, 6, 3))}, folder=tmp_path) as proxy:
        env = {**proxy.env, **CLOCK}
        done = run_script(script, "mine.toml", "shock", folder=tmp_path, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "shock/packed/manifest.json").is_file()
    assert (tmp_path / "shock/scan.html").is_file()
    assert (tmp_path / "shock/public/2025-02-03.html").is_file()


def test_tables_are_written_as_json_csv_and_parquet(
    page: Path, prices: Path, here: Shock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(prices)
    (script,) = section(page, "What comes out").scripts
    for line in script.splitlines():
        run(here, line)
    found = json.loads((prices / "scan.json").read_text("utf-8"))
    check_keys(section(page, "JSON").text, found)
    falls = list(csv.DictReader(io.StringIO((prices / "falls.csv").read_text("utf-8"))))
    assert len(falls) == 100
    assert parquet.read_table(prices / "days.parquet").num_rows == len(DAYS) - 1


def check_keys(text: str, found: dict[str, Any]) -> None:
    """Hold the page's tables of keys against a JSON."""
    told = {
        name: set(re.findall(r"`(\w+)`", row))
        for names, row in re.findall(r"^\| (`.*?`) \| (.*) \|$", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert list(found) == list(told)
    assert set(found["scan"]) <= told["scan"]
    assert set(found["counts"]) <= told["counts"]
    assert set(found["standings"][0]) <= told["standings"]
    of_rows = set(re.findall(r"`(\w+)`", text.split("A **session** is")[1]))
    for kind in ("shocks", "falls"):
        assert set(found[kind][0]) - {"rank"} <= of_rows


def test_every_table_is_explained(page: Path) -> None:
    text = section(page, "What the tables mean").text
    rows = re.findall(r"^\| [^|]* \| ([^|]*) \|", text, re.MULTILINE)
    named = [name for cell in rows for name in re.findall(r"`(\w+)`", cell)]
    assert named == list(ScanTable)
