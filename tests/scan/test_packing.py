"""A pack as it is made: what stands in it, and what a kill, a change or bad luck leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.analysis.scanned import ScanSettings
from deepseek_shock.errors import FileError, LockError, OutputError, UsageError
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.scan.job import Job, Silence
from deepseek_shock.scan.local import scan
from deepseek_shock.scan.packs import cutting, packfolder, parts
from deepseek_shock.scan.packs.packed import opened, read_pack
from deepseek_shock.scan.packs.packeddays import read_days
from deepseek_shock.scan.packs.packing import pack
from tests.conftest import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepseek_shock.scan.packs.packed import Packed

LEAST, GROUP = 300, 128  # rows of a file and of a row group: small, so that there are several
WRITTEN = (parts.GROUP, cutting.LEAST)
SESSIONS = sessions_between(XNYS, date(2024, 1, 2), date(2024, 12, 31))


class Price(NamedTuple):
    """A row of a source."""

    ticker: str
    session: date
    close: float


def prices(seed: int = 1, tickers: int = 24) -> list[Price]:
    """Make prices of tickers that live for 1 to 120 sessions, ordered by ticker and session."""
    chance = random.Random(seed)  # noqa: S311 -- prices, no secrets
    return [
        Price(f"T{number:02}", session, round(chance.uniform(90, 110), 2))
        for number in range(tickers)
        for session in SESSIONS[-chance.randint(1, 120) :]
    ]


def write(path: Path, rows: Iterable[Price]) -> Path:
    """Write a source as Parquet or CSV, as the file's name says."""
    columns = dict(zip(Price._fields, zip(*rows, strict=True), strict=True))
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path)
    else:
        lines = (",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
        path.write_text("\n".join((",".join(columns), *lines, "")), encoding="utf-8")
    return path


def source(folder: Path, seed: int = 1) -> Path:
    """Write three ordered files; return the folder."""
    rows = prices(seed)
    for number in range(3):
        mine = [row for row in rows if int(row.ticker[1:]) // 8 == number]
        write(folder / f"{number}.parquet", mine)
    return folder


def rows_of(packed: Packed) -> list[Price]:
    """Read a pack's rows by pyarrow, file after file."""
    tables = [pq.read_table(path).to_pydict() for path in packed.paths]
    return [Price(*row) for table in tables for row in zip(*table.values(), strict=True)]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def visible(folder: Path) -> list[str]:
    """Name what is no lock."""
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith(".lock"))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "LEAST", LEAST)
    monkeypatch.setattr(parts, "GROUP", GROUP)


def job_of(*paths: Path, **settings: object) -> Job:
    return Job(tuple(map(str, paths)), **settings)  # type: ignore[arg-type]


# --- what stands in it ---


def test_all_rows_stand_in_it_in_order(tmp_path: Path) -> None:
    packed = pack(job_of(source(tmp_path / "in")), tmp_path / "out")
    assert rows_of(packed) == prices()
    assert (packed.manifest.rows, packed.manifest.tickers) == (len(prices()), 24)
    assert visible(tmp_path / "out") == sorted(
        ["manifest.json", packed.manifest.days.file, *(path.name for path in packed.paths)]  # type: ignore[union-attr]
    )


def test_a_file_is_full_before_another_begins_and_no_ticker_is_in_two(tmp_path: Path) -> None:
    packed = pack(job_of(source(tmp_path / "in")), tmp_path / "out")
    files = [pq.read_table(path) for path in packed.paths]
    assert len(files) > 2
    assert all(len(table) >= LEAST for table in files[:-1])
    sets = [set(table["ticker"].to_pylist()) for table in files]
    assert sum(map(len, sets)) == len(set().union(*sets)) == 24
    for part, table in zip(packed.manifest.parts, files, strict=True):
        tickers, sessions = table["ticker"].to_pylist(), table["session"].to_pylist()
        assert (part.rows, part.tickers) == (len(tickers), len(set(tickers)))
        assert (part.first_ticker, part.last_ticker) == (tickers[0], tickers[-1])
        assert (part.first_session, part.last_session) == (min(sessions), max(sessions))


def test_the_encodings_are_those_that_decode_fastest(tmp_path: Path) -> None:
    packed = pack(job_of(source(tmp_path / "in")), tmp_path / "out")
    with pq.ParquetFile(packed.paths[0]) as file:
        group = file.metadata.row_group(0)
        ticker, session, close = (group.column(number) for number in range(3))
        assert group.num_rows == GROUP
        assert {one.compression for one in (ticker, session, close)} == {"LZ4"}
        assert "RLE_DICTIONARY" in ticker.encodings
        assert "DELTA_BINARY_PACKED" in session.encodings
        assert close.encodings == ("PLAIN",) or set(close.encodings) <= {"PLAIN", "RLE"}
        assert file.schema_arrow.field("session").type == pa.date32()


def test_the_sizes_that_are_written_otherwise() -> None:
    assert WRITTEN == (262_144, 1_048_576)


def test_any_order_makes_the_same_files(tmp_path: Path) -> None:
    rows = prices()
    shuffled = random.Random(2).sample(rows, len(rows))  # noqa: S311 -- an order, no secret
    one = pack(job_of(source(tmp_path / "in")), tmp_path / "one")
    other = pack(job_of(write(tmp_path / "any" / "all.csv", shuffled)), tmp_path / "other")
    by_day = sorted(rows, key=lambda row: (row.session, row.ticker))
    third = pack(job_of(write(tmp_path / "day" / "all.parquet", by_day)), tmp_path / "third")
    contents = [[path.read_bytes() for path in made.paths] for made in (one, other, third)]
    assert contents[0] == contents[1] == contents[2]
    assert read_days(one) == read_days(other) == read_days(third)


def test_a_ticker_in_two_pieces_is_sorted(tmp_path: Path) -> None:
    rows = prices()
    place = next(at for at, row in enumerate(rows) if row.ticker == "T05") + 2
    torn = [*rows[:place], *(row for row in rows if row.ticker > "T20"), *rows[place:]]
    torn = [row for at, row in enumerate(torn) if row not in torn[:at]]
    packed = pack(job_of(write(tmp_path / "in" / "all.parquet", torn)), tmp_path / "out")
    assert rows_of(packed) == rows
    assert packed.manifest.layout == "sorted"


def test_a_row_that_comes_twice_stands_in_it_once(tmp_path: Path) -> None:
    rows = prices()
    disputed = rows[9]._replace(close=1.5)
    file = write(tmp_path / "in" / "all.csv", [*rows, rows[5], rows[6], disputed])
    packed = pack(job_of(file), tmp_path / "out")
    rows[9] = rows[9]._replace(close=float("nan"))
    assert repr(rows_of(packed)) == repr(rows)
    assert (packed.manifest.repeated, packed.manifest.disputed) == (3, 1)


def test_missing_closes_stay_missing(tmp_path: Path) -> None:
    rows = prices()
    rows[7] = rows[7]._replace(close=float("nan"))
    packed = pack(job_of(write(tmp_path / "in" / "all.parquet", rows)), tmp_path / "out")
    assert repr(rows_of(packed)) == repr(rows)  # NaN is like itself in words alone


def test_the_same_source_makes_the_same_bytes(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    pack(job, tmp_path / "one")
    pack(job, tmp_path / "other")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "other")


def test_a_scan_of_it_finds_what_one_of_its_source_does(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"), settings=ScanSettings(least=5))
    packed = pack(job, tmp_path / "out")
    whole, again = scan(job), scan(job._replace(paths=(str(tmp_path / "out"),)))
    assert again._replace(sources=()) == whole._replace(sources=())
    assert read_days(packed) == tuple(one._replace(median=None) for one in whole.days)


# --- packed again ---


def inodes(packed: Packed) -> list[int]:
    return [path.stat().st_ino for path in packed.paths]


def test_what_is_packed_is_left_as_it_is(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    first = pack(job, tmp_path / "out")
    before = inodes(first)
    again = pack(job, tmp_path / "out")
    assert again == first
    assert inodes(again) == before


def test_other_settings_make_new_days_of_the_same_files(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    first = pack(job, tmp_path / "out")
    again = pack(job._replace(settings=ScanSettings(least=3, calendar="none")), tmp_path / "out")
    assert again.manifest.parts == first.manifest.parts
    assert inodes(again) == inodes(first)
    assert again.manifest.days is not None
    assert (again.manifest.days.least, again.manifest.days.calendar) == (3, "none")
    assert {day.calendar for day in read_days(again)} == {None}
    assert len(list((tmp_path / "out").glob("days-*"))) == 1


def test_a_changed_source_makes_a_new_pack_in_the_place_of_the_old(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    old = pack(job_of(folder), tmp_path / "out")
    source(folder, seed=9)
    new = pack(job_of(folder), tmp_path / "out")
    assert rows_of(new) == prices(seed=9)
    assert not {path.name for path in old.paths} & {path.name for path in new.paths}
    assert not any(path.exists() for path in old.paths)
    assert read_pack(tmp_path / "out", is_strict=True) == new


def test_who_reads_keeps_what_is_read(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    pack(job_of(folder), tmp_path / "out")
    with opened(tmp_path / "out") as old:
        source(folder, seed=9)
        new = pack(job_of(folder), tmp_path / "out")
        assert rows_of(old) == prices()
        assert read_days(old) != read_days(new)
    source(folder, seed=8)
    newest = pack(job_of(folder), tmp_path / "out")
    assert rows_of(newest) == prices(seed=8)
    assert not any(path.exists() for path in (*old.paths, *new.paths))


def test_a_file_that_was_changed_is_written_again(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    packed = pack(job, tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    content = bytearray(packed.paths[1].read_bytes())
    content[100] ^= 1
    packed.paths[1].write_bytes(content)
    assert pack(job, tmp_path / "out") == packed  # the sizes are those that they were
    pack(job._replace(is_strict=True), tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before
    packed.paths[0].unlink()
    pack(job, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before


def test_a_manifest_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    pack(job, tmp_path / "out")
    before = bytes_of(tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"T00"', '"T99"'))
    pack(job, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before


# --- what a run leaves that did not come to its end ---


class Interrupting:
    """A listener that is interrupted after so many rows."""

    def __init__(self, rows: int) -> None:
        self.left = rows

    def begin(self, what: str, rows: int | None) -> None:
        pass

    def advance(self, rows: int) -> None:
        self.left -= rows
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("rows", [0, 400, 900, 1400])
def test_an_interrupted_run_leaves_nothing_half_written(tmp_path: Path, rows: int) -> None:
    job = job_of(source(tmp_path / "in"))
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        pack(job, out, Interrupting(rows))
    assert not list(out.glob(".*.tmp"))
    with pytest.raises(FileError, match="is a pack that is not whole"):
        read_pack(out)
    pack(job, tmp_path / "unbroken")
    pack(job, out)
    assert bytes_of(out) == bytes_of(tmp_path / "unbroken")


def test_what_was_whole_stays_whole_beside_a_broken_run(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    old = pack(job_of(folder), tmp_path / "out")
    source(folder, seed=9)
    with pytest.raises(KeyboardInterrupt):
        pack(job_of(folder), tmp_path / "out", Interrupting(900))
    assert read_pack(tmp_path / "out", is_strict=True) == old
    assert rows_of(old) == prices()
    assert rows_of(pack(job_of(folder), tmp_path / "out")) == prices(seed=9)


def test_a_journal_of_another_source_is_not_gone_on_with(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    with pytest.raises(KeyboardInterrupt):
        pack(job_of(folder), tmp_path / "out", Interrupting(900))
    source(folder, seed=9)
    packed = pack(job_of(folder), tmp_path / "out")
    assert rows_of(packed) == prices(seed=9)
    assert len(list((tmp_path / "out").glob("part-*"))) == len(packed.paths)


def test_a_part_that_was_damaged_since_is_written_again(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    with pytest.raises(KeyboardInterrupt):
        pack(job, tmp_path / "out", Interrupting(900))
    first = min((tmp_path / "out").glob("part-*"))
    first.write_bytes(b"x" * first.stat().st_size)
    pack(job, tmp_path / "out")
    pack(job, tmp_path / "unbroken")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "unbroken")


# Ends the process, as `kill -9` does, at the nth call of a function: `fsync` brings a draft to the
# disk, `replace` a file into its place.
KILL = """
import os, signal, sys
from pathlib import Path

from deepseek_shock.scan.packs import cutting, parts
from deepseek_shock.scan.job import Job, Silence
from deepseek_shock.scan.packs.packing import pack

folder, out, name, nth = sys.argv[1:]
cutting.LEAST, parts.GROUP = {least}, {group}
left, done = int(nth), getattr(os, name)

def killed(*args, **named):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done(*args, **named)

setattr(os, name, killed)
pack(Job((folder,)), Path(out))
"""


@pytest.mark.kill
@pytest.mark.parametrize(
    ("name", "nth"), [("replace", 1), ("fsync", 2), ("replace", 4), ("replace", 5), ("replace", 9)]
)
def test_a_run_may_be_killed_anywhere(tmp_path: Path, name: str, nth: int) -> None:
    folder, out = source(tmp_path / "in"), tmp_path / "out"
    code = KILL.format(least=LEAST, group=GROUP)
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(out), name, str(nth)],
        timeout=TIMEOUT,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL
    pack(job_of(folder), out)
    pack(job_of(folder), tmp_path / "unbroken")
    assert bytes_of(out) == bytes_of(tmp_path / "unbroken")


@pytest.mark.kill
def test_a_run_that_goes_on_writes_no_part_twice(tmp_path: Path) -> None:
    folder, out = source(tmp_path / "in"), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        pack(job_of(folder), out, Interrupting(1100))
    stand = {path: path.stat().st_ino for path in out.glob("part-*")}
    assert stand
    pack(job_of(folder), out)
    assert {path: path.stat().st_ino for path in stand} == stand


# --- bad files ---


def damage(path: Path) -> None:
    """Spoil the last pages of a Parquet file, but not its footer."""
    content = bytearray(path.read_bytes())
    at = len(content) // 2
    content[at : at + 64] = bytes(64)
    path.write_bytes(content)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_nothing_of_a_damaged_file_stands_in_it(tmp_path: Path, number: int) -> None:
    folder = source(tmp_path / "in")
    bad = folder / f"{number}.parquet"
    bad.write_bytes(bad.read_bytes()[:-200])
    packed = pack(job_of(folder), tmp_path / "out")
    assert rows_of(packed) == [row for row in prices() if int(row.ticker[1:]) // 8 != number]
    (omitted,) = packed.manifest.omitted
    assert Path(omitted.file).name == bad.name
    assert omitted.why
    with pytest.raises(FileError, match=bad.name):
        pack(job_of(folder)._replace(is_strict=True), tmp_path / "strict")
    assert pack(job_of(folder), tmp_path / "out") == packed


def test_a_file_that_breaks_off_is_taken_out_again(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    lines = write(tmp_path / "in" / "1.csv", [row for row in prices(3) if row.ticker < "T16"])
    lines.write_text(lines.read_text().replace("T", "U") + "U99,no day,1\n", encoding="utf-8")
    packed = pack(job_of(folder), tmp_path / "out")
    assert rows_of(packed) == prices()
    (omitted,) = packed.manifest.omitted
    assert Path(omitted.file).name == "1.csv"


# --- folders, locks, room ---


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty and holds no packed history: notes"):
        pack(job_of(source(tmp_path / "in")), theirs)
    assert visible(theirs) == ["notes.txt"]
    (theirs / "notes.txt").rename(theirs / "manifest.json")
    with pytest.raises(OutputError, match=r"manifest\.json"):
        pack(job_of(tmp_path / "in"), theirs)
    assert sorted(bytes_of(theirs)) == ["manifest.json"]


@pytest.mark.parametrize("manifest", [None, b"", b"{}", b"\xff\xfe\0"])
def test_a_pack_whose_manifest_is_lost_is_made_again(
    tmp_path: Path, manifest: bytes | None
) -> None:
    job, folder = job_of(source(tmp_path / "in")), tmp_path / "out"
    packed = pack(job, folder)
    (folder / "manifest.json").unlink()
    if manifest is not None:
        (folder / "manifest.json").write_bytes(manifest)
    assert pack(job, folder) == packed
    (folder / "manifest.json").unlink()
    (folder / "mine.txt").write_text("beside it")
    with pytest.raises(OutputError, match="holds no packed history: mine"):
        pack(job, folder)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        pack(job_of(source(tmp_path / "in")), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_pack_and_its_source_stand_apart(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")
    for target in (folder, folder / "pack", tmp_path):
        with pytest.raises(UsageError, match="stand in one another"):
            pack(job_of(folder), target)
    with pytest.raises(UsageError, match="stand in one another"):
        pack(Job((f"{folder}/*.parquet",)), folder)
    assert visible(folder) == ["0.parquet", "1.parquet", "2.parquet"]


def test_two_runs_at_once_wait_for_each_other(tmp_path: Path) -> None:
    job = job_of(source(tmp_path / "in"))
    with (
        packfolder.claimed(tmp_path / "out", 0),
        pytest.raises(LockError, match="another run is writing to") as caught,
    ):
        pack(job, tmp_path / "out", wait=0)
    assert caught.value.exit_code == 6
    assert rows_of(pack(job, tmp_path / "out", wait=0)) == prices()


def test_a_full_disk_is_seen_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(source(tmp_path / "in"))
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda path: disk_usage(path)._replace(free=100))
        with pytest.raises(OutputError, match="has room for 0 MiB"):
            pack(job, tmp_path / "out")
    assert not list((tmp_path / "out").glob("part-*"))
    assert rows_of(pack(job, tmp_path / "out")) == prices()


def test_a_file_that_does_not_read_back_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(source(tmp_path / "in"))
    real = pq.ParquetWriter.write_table

    def flip(self: object, table: pa.Table, **named: object) -> None:
        closes = pa.array([one + 1 for one in table["close"].to_pylist()])
        real(self, table.set_column(2, table.schema.field("close"), closes), **named)

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_table", flip)
        with pytest.raises(OutputError, match="does not read back as it was written"):
            pack(job, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*part-*"))
    assert rows_of(pack(job, tmp_path / "out")) == prices()


def test_a_source_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    folder = source(tmp_path / "in")

    class Touching(Silence):
        def begin(self, what: str, rows: int | None) -> None:
            assert (what, rows) == ("packing", len(prices()))
            os.utime(folder / "2.parquet", ns=(1, 1))

    with pytest.raises(FileError, match="was changed while it was packed"):
        pack(job_of(folder), tmp_path / "out", Touching())
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_name_that_no_reader_would_guess(tmp_path: Path) -> None:
    folder = source(tmp_path / "in [1]*")
    packed = pack(job_of(folder), tmp_path / "out ?[日経]")
    assert rows_of(packed) == prices()
