"""A scan on this machine: the same tables whatever the rows lie in, and never half a file."""

from __future__ import annotations

import os
import random
import threading
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from deepseek_shock.analysis.scanned import Scanned, ScanSettings
from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.scan import ordered
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.local import scan
from deepseek_shock.scan.rows import textrows
from tests.scan.worlds import HOLIDAY, SHOCK, Price, between, expect, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SETTINGS = ScanSettings(top=5, least=5)


def as_table(rows: Iterable[Price]) -> Any:  # noqa: ANN401 -- pyarrow ships no types
    tickers, sessions, closes = zip(*rows, strict=True)
    schema = pa.schema([("ticker", pa.string()), ("session", pa.date32()), ("close", pa.float64())])
    return pa.table([list(tickers), list(sessions), list(closes)], schema=schema)


def by_ticker(rows: Iterable[Price]) -> list[list[Price]]:
    return [list(some) for _, some in groupby(rows, key=lambda row: row.ticker)]


def write_one(folder: Path) -> None:
    pq.write_table(as_table(world()), folder / "prices.parquet", row_group_size=1000)


def write_many(folder: Path) -> None:
    lives = by_ticker(world())
    for number, first in enumerate(range(0, len(lives), 5)):
        rows = [row for life in lives[first : first + 5] for row in life]
        file = folder / f"part-{number}.parquet"
        pq.write_table(as_table(rows), file, row_group_size=700, write_page_checksum=True)


def write_shuffled(folder: Path) -> None:
    rows = list(world())
    random.Random(1).shuffle(rows)  # noqa: S311 -- the same order every time
    for number in range(3):
        file = folder / f"part-{number}.parquet"
        pq.write_table(as_table(rows[number::3]), file, write_page_checksum=True)


def write_years(folder: Path) -> None:
    rows = sorted(world(), key=lambda row: (row.session, row.close or 0))
    for year, some in groupby(rows, key=lambda row: row.session.year):
        file = folder / f"{year}.parquet"
        pq.write_table(as_table(some), file, row_group_size=900, write_page_checksum=True)


def write_hive(folder: Path) -> None:
    for row, some in groupby(sorted(world(), key=_year), key=_year):
        inner = folder / f"year={row}"
        inner.mkdir()
        pq.write_table(as_table(some), inner / "data.parquet")


def _year(row: Price) -> int:
    return row.session.year


def write_csv(folder: Path) -> None:
    pc.write_csv(as_table(world()), folder / "prices.csv")


def write_csv_a_ticker(folder: Path) -> None:
    for life in by_ticker(world()):
        table = as_table(life).drop_columns("ticker")
        pc.write_csv(table, folder / f"{life[0].ticker}.csv")


LAYOUTS: dict[str, Callable[[Path], None]] = {
    "many": write_many,
    "shuffled": write_shuffled,
    "years": write_years,
    "hive": write_hive,
    "csv": write_csv,
    "csv a ticker": write_csv_a_ticker,
}


@pytest.fixture(scope="session")
def one(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """What is found in a single file."""
    folder = tmp_path_factory.mktemp("one")
    write_one(folder)
    return scan(Job((str(folder),), SETTINGS))


def alike(one: Scanned, other: Scanned) -> bool:
    """Tell whether two scans found the same, to the last bit, wherever it came from."""
    hashes = [[source.sha256 for source in found.sources] for found in (one, other)]
    return hashes[0] == hashes[1] and one._replace(sources=()) == other._replace(sources=())


def test_against_the_long_way(one: Scanned) -> None:
    expected = expect(world())
    assert one.counts._replace(sessions=0)[:10] == expected.counts._replace(sessions=0)[:10]
    found = {(day.calendar, day.session): day for day in one.days}
    assert found.keys() == expected.days.keys()
    for key, day in expected.days.items():
        assert found[key].mean == pytest.approx(day.mean, abs=1e-9)
        whole = found[key].moves, found[key].risers, found[key].fallers, found[key].judged
        assert whole == (day.moves, day.risers, day.fallers, day.judged)
        assert (found[key].low, found[key].unranked) == (day.low, day.unranked)


def test_the_worst_sessions_and_their_medians(one: Scanned) -> None:
    expected = expect(world()).days
    ranked = sorted(
        ((key, day) for key, day in expected.items() if day.moves >= SETTINGS.least),
        key=lambda item: (item[1].mean, item[0][1]),
    )[: SETTINGS.top]
    assert [(day.calendar, day.session) for day in one.worst] == [key for key, _ in ranked]
    assert [day.median for day in one.worst] == [pytest.approx(day.median) for _, day in ranked]
    assert {(day.calendar, day.session) for day in one.shocks[:2]} == {
        ("XNYS", SHOCK),
        ("XTKS", SHOCK),
    }
    assert all(day.median is not None for day in one.shocks)
    assert [move.ticker for move in one.unranked] == ["CCB"]


def test_each_calendar_has_its_last_session_placed(one: Scanned) -> None:
    assert [(found.day.calendar, found.day.session) for found in one.standings] == [
        ("XNYS", date(2025, 1, 31)),
        ("XTKS", date(2025, 1, 31)),
    ]
    assert all(found.day.median is not None for found in one.standings)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_tables_whatever_the_layout(layout: str, one: Scanned, tmp_path: Path) -> None:
    LAYOUTS[layout](tmp_path)
    assert alike(scan(Job((str(tmp_path),), SETTINGS)), one)


def test_the_same_tables_from_a_glob_and_a_list_of_files(one: Scanned, tmp_path: Path) -> None:
    write_many(tmp_path)
    assert alike(scan(Job((str(tmp_path / "part-*.parquet"),), SETTINGS)), one)
    files = tuple(str(file) for file in sorted(tmp_path.iterdir(), reverse=True))
    assert alike(scan(Job(files, SETTINGS, threads=1)), one)


@pytest.mark.parametrize("layout", ["many", "shuffled"])
def test_the_same_tables_from_small_pieces(
    layout: str, one: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    LAYOUTS[layout](tmp_path)
    monkeypatch.setattr(ordered, "FIRST_PIECE", 300)
    monkeypatch.setattr(ordered, "NEXT_PIECE", 900)
    for held in (0, 1, 8):
        monkeypatch.setattr(ordered, "_HELD", held)
        assert alike(scan(Job((str(tmp_path),), SETTINGS, threads=3)), one)


def test_rows_that_stand_otherwise_than_they_seem(one: Scanned, tmp_path: Path) -> None:
    rows = list(world())
    rows[100], rows[101] = rows[101], rows[100]  # inside a row group: no metadata tells
    pq.write_table(as_table(rows), tmp_path / "prices.parquet", row_group_size=1000)
    assert alike(scan(Job((str(tmp_path),), SETTINGS)), one)


def test_rows_that_come_twice(tmp_path: Path) -> None:
    rows = list(world())
    same, other = rows[700], rows[3000]
    assert same.close
    assert other.close
    again = [same, other._replace(close=other.close * 2)]
    pq.write_table(as_table(rows[:4000] + again), tmp_path / "one.parquet")
    pq.write_table(as_table(rows[4000:]), tmp_path / "two.parquet")
    found = scan(Job((str(tmp_path),), SETTINGS))
    whole = [row._replace(close=None) if row == other else row for row in rows]
    expected = expect(tuple(whole))
    assert (found.counts.duplicates, found.counts.disputed) == (1, 1)
    assert found.counts.rows == len(rows) + 2
    assert found.counts.moves == expected.counts.moves
    assert found.counts.without_close == expected.counts.without_close


def test_the_source_is_what_was_named(one: Scanned, tmp_path: Path) -> None:
    (source,) = one.sources
    assert source.name == "files"
    assert source.vendor.startswith("one")
    assert (source.first, source.last) == (date(2023, 6, 2), date(2025, 1, 31))
    pq.write_table(as_table(world()[:-1]), tmp_path / "prices.parquet")
    (other,) = scan(Job((str(tmp_path / "prices.parquet"),), SETTINGS)).sources
    assert other.vendor == "prices.parquet"
    assert other.sha256 != source.sha256


# --- damage ---


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 64] = bytes(64)
    file.write_bytes(content)


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def replace(file: Path) -> None:
    file.write_text("<html>not found</html>")


@pytest.mark.parametrize("spoil", [damage, cut, replace])
@pytest.mark.parametrize("layout", ["many", "shuffled", "years"])
def test_of_a_damaged_file_nothing_counts(
    spoil: Callable[[Path], None], layout: str, tmp_path: Path
) -> None:
    LAYOUTS[layout](tmp_path)
    victim = sorted(tmp_path.iterdir())[1]
    rest = tmp_path.parent / f"{tmp_path.name}-rest"
    rest.mkdir()
    for file in tmp_path.iterdir():
        if file != victim:
            (rest / file.name).write_bytes(file.read_bytes())
    spoil(victim)
    found = scan(Job((str(tmp_path),), SETTINGS))
    (skipped,) = found.skipped
    assert skipped.file.endswith(victim.name)
    assert skipped.why
    assert alike(found._replace(skipped=()), scan(Job((str(rest),), SETTINGS)))
    with pytest.raises(FileError, match=victim.name):
        scan(Job((str(tmp_path),), SETTINGS, is_strict=True))


def test_what_a_damaged_file_taught_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its moves are larger than all others, and are none in the end."""
    write_many(tmp_path)
    calm = scan(Job((str(tmp_path),), SETTINGS))
    days = [row.session for row in by_ticker(world())[0]]
    wild = [Price("AAA", day, 100 * 1.4 ** (at % 2)) for at, day in enumerate(days)]
    first = tmp_path / "part--.parquet"
    pq.write_table(as_table(wild), first, row_group_size=100, write_page_checksum=True)
    last = pq.ParquetFile(first).metadata.row_group(len(days) // 100 - 1).column(2)
    content = bytearray(first.read_bytes())
    content[last.data_page_offset + 40 : last.data_page_offset + 60] = bytes(20)
    first.write_bytes(content)
    monkeypatch.setattr(ordered, "FIRST_PIECE", 100)
    monkeypatch.setattr(ordered, "NEXT_PIECE", 100)
    found = scan(Job((str(tmp_path),), SETTINGS, threads=1))
    (skipped,) = found.skipped
    assert skipped.file.endswith(first.name)
    assert alike(found._replace(skipped=()), calm)


def test_a_file_that_changes_before_its_second_reading_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_many(tmp_path)
    monkeypatch.setattr(ordered, "FIRST_PIECE", 300)
    monkeypatch.setattr(ordered, "_HELD", 0)
    find = ordered.Counting.find_moves

    def replaced(*args: Any) -> Any:  # noqa: ANN401 -- as the method's
        for file in tmp_path.iterdir():
            os.utime(file, ns=(0, 0))
        return find(*args)

    monkeypatch.setattr(ordered.Counting, "find_moves", replaced)
    with pytest.raises(FileError, match="was changed while it was read"):
        scan(Job((str(tmp_path),), SETTINGS))


@pytest.mark.parametrize("name", ["empty.csv", "empty.parquet"])
def test_a_file_of_no_bytes_is_named(name: str, one: Scanned, tmp_path: Path) -> None:
    write_one(tmp_path)
    (tmp_path / name).touch()
    found = scan(Job((str(tmp_path),), SETTINGS))
    assert [(Path(skipped.file).name, skipped.why) for skipped in found.skipped] == [
        (name, "is empty")
    ]
    assert alike(found._replace(skipped=()), one)


def test_of_many_texts_the_bad_one_is_found_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(64):
        close = "soon" if number == 41 else "101"
        text = f"Date,Close\n2025-01-23,100\n2025-01-24,{close}\n"
        (tmp_path / f"T{number:02d}.csv").write_text(text)
    queries: list[int] = []
    query = textrows.TextRows._query  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def counted(self: textrows.TextRows, parts: Any, numbering: Any) -> Any:  # noqa: ANN401 -- as the method's
        queries.append(len(parts))
        return query(self, parts, numbering)

    monkeypatch.setattr(textrows.TextRows, "_query", counted)
    found = scan(Job((str(tmp_path),), SETTINGS))
    assert [Path(skipped.file).name for skipped in found.skipped] == ["T41.csv"]
    assert found.counts.moves == 63
    assert len(queries) < 20


@pytest.mark.parametrize("spoil", [damage, cut])
def test_where_all_files_are_damaged_there_is_no_report(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    write_many(tmp_path)
    for file in tmp_path.iterdir():
        spoil(file)
    with pytest.raises(FileError):
        scan(Job((str(tmp_path),), SETTINGS))


# --- calendars ---


def test_rows_on_days_that_are_no_sessions_are_refused(tmp_path: Path) -> None:
    days = between(date(2024, 1, 1), date(2024, 12, 31))
    rows = [Price("BTC", day, 100.0 + at) for at, day in enumerate(days)]
    pq.write_table(as_table(rows), tmp_path / "coins.parquet")
    with pytest.raises(FileError, match="31 % of the rows stand on days that are no") as caught:
        scan(Job((str(tmp_path),), SETTINGS))
    assert "--calendar none" in caught.value.hint
    free = scan(Job((str(tmp_path),), SETTINGS._replace(calendar="none")))
    assert free.counts.moves == free.counts.unchecked == len(rows) - 1
    assert free.days[0].calendar is None


def test_days_that_nobody_reaches_are_refused_in_other_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ticker,session,close\nAAA,1890-05-01,1\nAAA,1890-05-02,2\n")
    job = Job((str(tmp_path / "a.csv"),), ScanSettings(calendar="none"))
    with pytest.raises(FileError, match="100 % of the rows stand on days before 1900 or after"):
        scan(job)


def test_a_few_such_rows_are_dropped_and_counted(one: Scanned) -> None:
    assert one.counts.off_calendar == 1
    assert HOLIDAY not in {day.session for day in one.days if day.calendar == "XNYS"}


def test_a_hole_yields_no_move(tmp_path: Path) -> None:
    days = [date(2025, 1, 22), date(2025, 1, 23), date(2025, 1, 27), date(2025, 1, 28)]
    rows = [Price("NVDA", day, 100.0 + at) for at, day in enumerate(days)]
    pq.write_table(as_table(rows), tmp_path / "prices.parquet")
    found = scan(Job((str(tmp_path),), SETTINGS))
    assert [day.session for day in found.days] == [days[1], days[3]]
    assert (found.counts.holes, found.counts.moves) == (1, 2)


def test_before_its_calendar_a_session_follows_the_row_before(tmp_path: Path) -> None:
    days = [date(1987, 10, 16), date(1987, 10, 19), date(1987, 10, 20), date(1987, 10, 22)]
    rows = [
        Price(ticker, day, 100.0 - at)
        for ticker in ("7203.T", "IBM")
        for at, day in enumerate(days)
    ]
    pq.write_table(as_table(rows), tmp_path / "prices.parquet")
    found = scan(Job((str(tmp_path),), SETTINGS))
    seen = [(day.calendar, day.session.isoformat()) for day in found.days]
    assert seen == [
        ("XNYS", "1987-10-19"),
        ("XNYS", "1987-10-20"),  # the 22nd is held against no Wednesday
        ("XTKS", "1987-10-19"),
        ("XTKS", "1987-10-20"),
        ("XTKS", "1987-10-22"),
    ]
    assert (found.counts.holes, found.counts.unchecked) == (1, 3)


def test_a_calendar_and_columns_that_there_are_not(tmp_path: Path) -> None:
    write_one(tmp_path)
    with pytest.raises(UsageError):
        scan(Job((str(tmp_path),), SETTINGS._replace(calendar="XXXX")))
    with pytest.raises((UsageError, FileError)):
        scan(Job((str(tmp_path),), SETTINGS, {"close": "prise"}))


def test_the_asked_day_is_placed(tmp_path: Path) -> None:
    write_one(tmp_path)
    found = scan(Job((str(tmp_path),), SETTINGS, day=SHOCK))
    assert [(one.day.calendar, one.by_mean, one.by_score) for one in found.standings] == [
        ("XNYS", 1, 1),
        ("XTKS", 1, 1),
    ]
    assert all(one.day.median is not None for one in found.standings)


# --- progress, and its end ---


class Told:
    """A listener that notes what it is told, and by whom."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int | None]] = []
        self.rows = 0
        self.threads: set[int] = set()

    def begin(self, what: str, rows: int | None) -> None:
        self.parts.append((what, rows))

    def advance(self, rows: int) -> None:
        self.rows += rows
        self.threads.add(threading.get_ident())


def test_the_listener_hears_of_all_rows_in_its_own_thread(tmp_path: Path) -> None:
    write_many(tmp_path)
    told = Told()
    scan(Job((str(tmp_path),), SETTINGS), told)
    assert told.parts[0] == ("reading", len(world()))
    assert told.rows >= len(world())
    assert told.threads == {threading.get_ident()}


class Interrupting(Told):
    """A listener during which somebody presses Ctrl-C."""

    def advance(self, rows: int) -> NoReturn:
        del rows
        raise KeyboardInterrupt


@pytest.mark.parametrize("layout", ["many", "shuffled", "years"])
def test_an_interruption_leaves_nothing_behind(layout: str, tmp_path: Path) -> None:
    source, spill = tmp_path / "source", tmp_path / "spill"
    source.mkdir()
    spill.mkdir()
    LAYOUTS[layout](source)
    before = {thread for thread in threading.enumerate() if thread.is_alive()}
    with pytest.raises(KeyboardInterrupt):
        scan(Job((str(source),), SETTINGS, spill=spill), Interrupting())
    assert not list(spill.iterdir())
    assert not {thread for thread in threading.enumerate() if thread.is_alive()} - before
