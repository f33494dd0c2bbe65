"""The store where things go wrong: other hands, a damaged file, a full disk, a killed process."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.errors import StoreError
from deepseek_shock.market.bars import Bar, Bars, Origin
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.store import Store
from deepseek_shock.providers.storing import connection as opening
from deepseek_shock.providers.storing import disk, schema
from tests.builders import day

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

NVDA = make_instrument("NVDA")
SESSIONS = sessions_between(NVDA.exchange, day("2024-01-02"), day("2024-12-31"))
WANTED = Wanted(SESSIONS[0], SESSIONS[-5], SESSIONS[-1])
EARLY, LATE = "2025-03-03T12:00:00Z", "2025-04-01T12:00:00Z"
BOUND = 60  # seconds after which a child that hangs is ended


def make(ticker: str, close: int, retrieved: str = EARLY, sessions: int = 252) -> Bars:
    price = Decimal(close)
    bars = tuple(Bar(day, price, price, price, price, close) for day in SESSIONS[:sessions])
    return Bars(make_instrument(ticker), bars, dividends=(), origin=Origin("yahoo", retrieved))


def keep(store: Store, close: int, ticker: str = "NVDA", retrieved: str = EARLY) -> None:
    store.write(ticker, "yahoo", make(ticker, close, retrieved), WANTED)


def closes(store: Store, ticker: str = "NVDA") -> list[Decimal | None]:
    return [
        bar.close for held in store.read(make_instrument(ticker), WANTED) for bar in held.bars.bars
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that holds NVDA at 100 in 252 sessions."""
    made = Store(tmp_path / "data" / "store.db")
    keep(made, 100)
    return made


@contextmanager
def database(path: Path) -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def number(path: Path, name: str) -> int:
    with database(path) as connection:
        return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


# --- several processes ---

CHILD = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from deepseek_shock.providers.store import Store
from tests.providers.test_store_faults import keep
store = Store(Path(sys.argv[1]))
"""
WRITER = (
    CHILD
    + """
print("ready", flush=True)
sys.stdin.readline()
for at in range(10):
    keep(store, at + 1, f"T{sys.argv[2]}X{at}")
    keep(store, int(sys.argv[2]) + 1, "NVDA")
"""
)
ENDLESS = (
    CHILD
    + """
for at in range(100_000):
    keep(store, 200 + at % 2 * 100)
    if at == 0:
        print("ready", flush=True)
"""
)


class Child(NamedTuple):
    process: subprocess.Popen[str]

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()


@contextmanager
def children(code: str, *arguments: list[str]) -> Generator[list[Child]]:
    """Start a process for each list of arguments; end those that have not ended by themselves."""
    started = [
        Child(
            subprocess.Popen(
                [sys.executable, "-c", code, *each],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        for each in arguments
    ]
    try:
        assert [child.hear() for child in started] == ["ready"] * len(started)
        yield started
    finally:
        for child in started:
            child.process.kill()
            child.process.communicate(timeout=BOUND)


def test_eight_processes_make_a_store_and_write_to_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "store.db"
    with children(WRITER, *([str(path), str(at)] for at in range(8))) as writers:
        for writer in writers:
            writer.tell()
        ends = [writer.process.communicate(timeout=BOUND) for writer in writers]
        assert [writer.process.returncode for writer in writers] == [0] * 8, ends
    store = Store(path)
    own = {f"T{writer}X{at}": Decimal(at + 1) for writer in range(8) for at in range(10)}
    assert store.tickers() == sorted([*own, "NVDA"])
    assert {ticker: closes(store, ticker) for ticker in own} == {
        ticker: [close] * 252 for ticker, close in own.items()
    }
    shared = closes(store)
    assert shared == [shared[0]] * 252
    assert shared[0] in range(1, 9)
    assert list(store.verify()) == []


def test_a_writer_killed_in_the_midst_leaves_a_whole_series(store: Store) -> None:
    chance = random.Random(5)  # noqa: S311 -- when to kill, the same on every run
    for _ in range(6):
        with children(ENDLESS, [str(store.path)]) as (writer,):
            time.sleep(chance.uniform(0, 0.05))
            writer.process.send_signal(signal.SIGKILL)
            writer.process.wait(timeout=BOUND)
        held = closes(store)
        assert held == [held[0]] * 252
        assert held[0] in (200, 300)
        assert list(store.verify()) == []
    keep(store, 400, retrieved=LATE)
    assert closes(store) == [400] * 252


def test_a_run_that_waits_too_long_for_another_gives_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "TIMEOUT", 0.05)
    with database(store.path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another run") as caught:
            keep(store, 200)
        assert "when the other run has ended" in caught.value.hint
        assert closes(store) == [100] * 252
    keep(store, 200)
    assert closes(store) == [200] * 252


def test_who_waits_too_long_to_make_a_store_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(opening, "TIMEOUT", 0.05)
    store = Store(tmp_path / "store.db")
    with (tmp_path / "store.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="is locked by another run"):
            keep(store, 100)
    assert not store.exists()
    keep(store, 100)
    assert closes(store) == [100] * 252


# --- versions of the layout ---

NOTES = "CREATE TABLE note (ticker TEXT, bars INTEGER);"
FILLED = "INSERT INTO note SELECT ticker, count(*) FROM bar GROUP BY ticker;"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if two versions of the layout had followed the one that the store has."""
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, NOTES, FILLED))


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.usefixtures("newer")
def test_an_older_store_is_brought_on_with_all_that_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_written: bool
) -> None:
    store = Store(tmp_path / "store.db")
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        keep(store, 100)
        assert number(store.path, "user_version") == 1
    if is_written:
        keep(store, 100, retrieved=LATE)
    assert closes(store) == [100] * 252
    assert list(store.verify()) == []
    assert number(store.path, "user_version") == 3
    with database(store.path) as connection:
        assert connection.execute("SELECT * FROM note").fetchall() == [("NVDA", 252)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "UPDATE bar SET close = '1'; INSERT INTO nowhere VALUES (1);"
    with monkeypatch.context() as later:
        later.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, NOTES, wrong))
        for attempt in (lambda: closes(store), lambda: keep(store, 200)):
            with pytest.raises(StoreError, match="no such table: nowhere"):
                attempt()
    assert number(store.path, "user_version") == 1
    assert closes(store) == [100] * 252
    assert list(store.verify()) == []


def test_the_layout_is_the_one_that_stores_out_there_have(store: Store) -> None:
    # Written down when the first stores were made. A change needs a migration of its own.
    expected = {
        "series": "ticker vendor exchange latest sha256",
        "retrieval": "ticker vendor number retrieved history last bars has_dividends sha256",
        "span": "ticker vendor first last",
        "bar": "ticker vendor session open high low close volume reason retrieval",
        "action": "ticker vendor kind session place amount retrieval",
        "revision": "ticker vendor session field old new old_retrieved new_retrieved",
    }
    with database(store.path) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = {
            table: " ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
            for table in tables
        }
    assert columns == expected
    assert number(store.path, "user_version") == 1
    assert number(store.path, "application_id") == 0x73686F6B  # "shok"


def test_a_store_of_a_newer_shock_is_left_alone(store: Store) -> None:
    with database(store.path) as connection:
        connection.execute("PRAGMA user_version = 9")
    before = store.path.read_bytes()
    for attempt in (lambda: closes(store), lambda: keep(store, 200), store.summary):
        with pytest.raises(StoreError, match=r"written by a newer shock: layout 9, .* knows 1"):
            attempt()
    assert store.path.read_bytes() == before


def test_a_store_that_a_newer_shock_brings_on_meanwhile_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = opening._find_version  # noqa: SLF001 -- the moment before the transaction

    def find_version(connection: sqlite3.Connection, path: Path) -> int:
        version = original(connection, path)
        with database(path) as other:
            other.execute("PRAGMA user_version = 9")
        return version

    monkeypatch.setattr(opening, "_find_version", find_version)
    with pytest.raises(StoreError, match="written by a newer shock"):
        keep(store, 200)
    with database(store.path) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert closes(store) == [100] * 252


def test_what_to_do_about_a_newer_store_is_to_update(store: Store) -> None:
    with database(store.path) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(StoreError) as caught:
        closes(store)
    assert caught.value.hint.startswith("update shock: pip install -U deepseek-shock")
    assert caught.value.exit_code == 1


# --- what is no store ---


def fill_with(path: Path, what: str) -> None:
    if what == "a folder":
        path.mkdir()
    elif what == "text":
        path.write_text("ticker,session,close\n" * 300)
    elif what == "zeros":
        path.write_bytes(bytes(8192))
    else:
        with database(path) as connection:
            connection.execute("CREATE TABLE recipe (cake TEXT)")
            if what == "a foreign store":
                connection.execute("PRAGMA application_id = 77")
                connection.execute("PRAGMA user_version = 1")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("a folder", "is a folder, not a store"),
        ("text", "is no database"),
        ("zeros", "is no database"),
        ("a foreign database", "is a database, but not a store of shock"),
        ("a foreign store", "is a database, but not a store of shock"),
    ],
)
def test_what_is_no_store_is_neither_read_nor_changed(tmp_path: Path, what: str, said: str) -> None:
    path = tmp_path / "store.db"
    fill_with(path, what)
    before = path.read_bytes() if path.is_file() else None
    store = Store(path)
    for attempt in (
        lambda: closes(store),
        lambda: keep(store, 100),
        lambda: list(store.verify()),
        store.summary,
        store.tickers,
    ):
        with pytest.raises(StoreError, match=said) as caught:
            attempt()
        assert str(path) in caught.value.message
        assert "another file with --store, or move this one away" in caught.value.hint
        assert "`--source sample` and `--source yahoo` work without it" in caught.value.hint
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_pipe_is_no_store_and_nobody_waits_for_it(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "store.db")
    with pytest.raises(StoreError, match="is no file, not a store"):
        closes(Store(tmp_path / "store.db"))


def test_a_path_through_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = Store(tmp_path / "file" / "store.db")
    for attempt in (lambda: closes(store), lambda: keep(store, 100)):
        with pytest.raises(StoreError, match="cannot be opened: Not a directory"):
            attempt()


@pytest.mark.parametrize("is_database", [False, True])
def test_an_empty_file_is_an_empty_store(tmp_path: Path, *, is_database: bool) -> None:
    store = Store(tmp_path / "store.db")
    store.path.touch()
    if is_database:
        with database(store.path) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    assert closes(store) == []
    assert list(store.verify()) == []
    keep(store, 100)
    assert closes(store) == [100] * 252


def test_a_volume_beyond_reason_is_refused_and_nothing_kept_of_it(store: Store) -> None:
    absurd = Bar(SESSIONS[0], None, None, None, Decimal(1), 2**63)
    with pytest.raises(StoreError, match="cannot hold what was given"):
        store.write("NVDA", "yahoo", Bars(NVDA, (absurd,)), WANTED)
    assert closes(store) == [100] * 252


# --- damage ---


def damages(good: bytes) -> Iterator[bytes]:
    """Yield the file cut off, overwritten for a stretch, and with single bytes changed."""
    chance = random.Random(7)  # noqa: S311 -- the same damage on every run
    for share in (0.01, 0.3, 0.5, 0.9, 0.999):
        yield good[: int(len(good) * share)]
    for _ in range(30):
        at, length = chance.randrange(len(good)), chance.randrange(1, 6000)
        yield good[:at] + chance.randbytes(len(good[at : at + length])) + good[at + length :]
    for _ in range(30):
        spoiled = bytearray(good)
        place = chance.choice((100, 4096, len(good)))
        for _ in range(8):
            spoiled[chance.randrange(place)] = chance.randrange(256)
        yield bytes(spoiled)


def find_error(attempt: Callable[[], object]) -> StoreError | None:
    try:
        attempt()
    except StoreError as error:
        return error
    return None


def test_of_a_damaged_file_comes_what_is_there_or_an_error_that_says_what_to_do(
    store: Store,
) -> None:
    for ticker in ("AMD", "MU", "TSM"):
        keep(store, 50, ticker)
    good = store.path.read_bytes()
    errors: list[StoreError | None] = []
    for spoiled in damages(good):
        for left in store.path.parent.iterdir():
            left.unlink()
        store.path.write_bytes(spoiled)
        errors += map(
            find_error,
            (
                lambda: closes(store),
                lambda: list(store.verify()),
                store.summary,
                lambda: store.kept("AMD"),
                lambda: list(store.rows(store.keys())),
                lambda: store.revisions("NVDA"),
                lambda: keep(store, 200),
                lambda: store.remove(store.keys()[:1]),
            ),
        )
    met = [error for error in errors if error is not None]
    assert len(errors) > len(met) > 100
    assert all(str(store.path) in error.message for error in met)
    assert all("work without it" in error.hint for error in met)


def test_a_damaged_page_is_found(store: Store) -> None:
    for at in range(8):
        keep(store, 50, f"T{at}")
    good = store.path.read_bytes()
    half = len(good) // 2
    store.path.write_bytes(good[:half] + bytes(4096) + good[half + 4096 :])
    findings = list(store.verify())
    assert any(finding.ticker == "" for finding in findings)  # SQLite's own check
    assert any(finding.ticker for finding in findings)  # and what it means for the series


def test_a_file_cut_off_is_damaged(store: Store) -> None:
    good = store.path.read_bytes()
    store.path.write_bytes(good[: len(good) // 2])
    with pytest.raises(StoreError, match="is damaged") as caught:
        closes(store)
    assert "move the file away and `shock fetch` fills a new one" in caught.value.hint


@pytest.mark.parametrize("wrong", ["close = 'much'", "session = '2024-01-1x'", "close = x'00ff'"])
def test_a_value_that_is_none_is_damage(store: Store, wrong: str) -> None:
    with database(store.path) as connection:
        connection.execute(f"UPDATE bar SET {wrong} WHERE session = '2024-01-10'")  # noqa: S608 -- spoiled on purpose
    for attempt in (lambda: closes(store), lambda: list(store.rows(store.keys()))):
        with pytest.raises(StoreError, match=r"is damaged .*NVDA of yahoo"):
            attempt()
    assert any(finding.ticker == "NVDA" for finding in store.verify())


# --- disks ---

TABLE = """\
22 1 254:1 / / rw,relatime - ext4 /dev/root rw
36 22 0:33 / /home rw,relatime shared:2 - nfs4 filer:/home rw,vers=4.2
37 36 0:34 / /home/me/My\\040Disk rw - ext4 /dev/sdb1 rw
38 22 0:35 / /mnt/cloud rw - fuse.sshfs me@host: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/store.db", "ext4"),
        ("/home/you/store.db", "nfs4"),
        ("/home/me/My Disk/store.db", "ext4"),
        ("/home/me/My Disks/store.db", "nfs4"),
        ("/mnt/cloud/store.db", "fuse.sshfs"),
    ],
)
def test_the_kind_of_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    # The table's form: proc(5), /proc/pid/mountinfo.
    assert disk.find_filesystem(Path(path), TABLE) == kind


@pytest.mark.parametrize(("kind", "mode"), [("nfs4", "delete"), ("ext4", "wal"), (None, "wal")])
def test_on_a_network_the_older_journal_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str | None, mode: str
) -> None:
    table = tmp_path / "mountinfo"
    if kind is not None:
        table.write_text(f"22 1 254:1 / / rw - {kind} source rw\n")
    monkeypatch.setattr(disk, "_MOUNTS", table)
    store = Store(tmp_path / "store.db")
    keep(store, 100)
    keep(store, 200)
    assert closes(store) == [200] * 252
    with database(store.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == (mode,)


def test_where_the_file_may_not_grow_what_was_held_is_unharmed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = opening._connect  # noqa: SLF001 -- a limit is a setting of the connection

    def connect(path: Path, how: str) -> sqlite3.Connection:
        connection = original(path, how)
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are
        return connection

    with monkeypatch.context() as full:
        full.setattr(opening, "_connect", connect)
        with pytest.raises(StoreError, match="cannot grow: the disk is full") as caught:
            keep(store, 100, "AMD")
        assert "make room" in caught.value.hint
        assert closes(store) == [100] * 252
    assert store.tickers() == ["NVDA"]
    keep(store, 100, "AMD")
    assert list(store.verify()) == []


PREAMBLE = f"""
import json, os, subprocess, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from deepseek_shock.errors import StoreError
from deepseek_shock.providers.store import Store
from tests.providers.test_store_faults import closes, keep
folder = Path(sys.argv[1])
store = Store(folder / "data" / "store.db")
def attempt(do):
    try:
        return do()
    except StoreError as error:
        return error.message.replace(str(store.path), "STORE") + " -> " + error.hint
def same(found):
    return [str(found[0]), len(found)] if found and isinstance(found, list) else found
"""


def on_a_disk_of_its_own(tmp_path: Path, size: str, code: str) -> list[object]:
    """Run code on a small disk in memory, in a name space that ends with it; skip where none may.

    The code prints JSON values, one a line.
    """
    place = tmp_path / "disk"
    place.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare is not installed: no disk can be mounted for the test alone")
    mount = f'mount -t tmpfs -o size={size} none "$1" && exec "$2" -c "$3" "$1"'
    shell = ["sh", "-c", mount, "sh", str(place), sys.executable, PREAMBLE + code]
    for flags in (["--mount"], ["--mount", "--map-root-user"]):
        probe = [unshare, *flags, "mount", "-t", "tmpfs", "none", str(place)]
        if subprocess.run(probe, capture_output=True, check=False, timeout=BOUND).returncode == 0:
            done = subprocess.run(
                [unshare, *flags, *shell],
                capture_output=True,
                text=True,
                check=False,
                timeout=BOUND,
            )
            assert (done.returncode, done.stderr) == (0, "")
            return [json.loads(line) for line in done.stdout.splitlines()]
    pytest.skip("this user may not mount a disk for the test alone")


FULL = """
keep(store, 100)
fill = (folder / "fill").open("wb", buffering=0)
try:
    while True:
        fill.write(bytes(4096))
except OSError:
    fill.close()
for at in range(3):
    print(json.dumps(attempt(lambda: keep(store, 100, f"T{at}"))))
print(json.dumps(same(attempt(lambda: closes(store)))))
print(json.dumps(attempt(lambda: [str(one) for one in store.verify()])))
other = Store(folder / "other" / "store.db")
print(json.dumps("the store" in str(attempt(lambda: keep(other, 1)))))
print(json.dumps(attempt(lambda: closes(other))))
(folder / "fill").unlink()
keep(store, 200, "AMD")
keep(other, 300)
print(json.dumps([store.tickers(), same(closes(store)), same(closes(other))]))
print(json.dumps([str(one) for one in (*store.verify(), *other.verify())]))
"""


def test_on_a_full_disk_what_was_held_is_read_and_kept(tmp_path: Path) -> None:
    *writes, held, findings, is_refused, nothing, after, sound = on_a_disk_of_its_own(
        tmp_path, "1m", FULL
    )
    for said in writes:
        assert isinstance(said, str)
        assert said.startswith(("the store STORE cannot grow", "the store STORE cannot be read or"))
        assert "room" in said.partition(" -> ")[2]
    assert held == ["100", 252]
    assert findings == []
    assert is_refused
    assert nothing == []
    assert after == [["AMD", "NVDA"], ["100", 252], ["300", 252]]
    assert sound == []


READ_ONLY = """
keep(store, 100)
def mount(how):
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)
mount("ro")
print(json.dumps(same(closes(store))))
print(json.dumps(attempt(lambda: keep(store, 200))))
print(json.dumps([store.tickers(), list(store.verify()), store.summary().instruments]))
print(json.dumps(attempt(lambda: keep(Store(folder / "none" / "store.db"), 1))))
mount("rw")
if not os.fork():
    # Ends without closing the file, so that the last write stands in the log alone.
    from deepseek_shock.providers.storing import connection as opening
    connection = opening._connect(store.path, "mode=rw")
    connection.execute("UPDATE bar SET close = '150'")
    os._exit(0)
os.wait()
print(json.dumps(Path(f"{store.path}-wal").stat().st_size > 0))
mount("ro")
print(json.dumps(same(attempt(lambda: closes(store)))))
mount("rw")
Path(f"{store.path}-shm").unlink()
mount("ro")
print(json.dumps(same(attempt(lambda: closes(store)))))
"""


def test_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    held, said, told, nowhere, is_logged, last, lost = on_a_disk_of_its_own(
        tmp_path, "2m", READ_ONLY
    )
    assert held == ["100", 252]
    assert isinstance(said, str)
    assert said.startswith("the store STORE cannot be")
    assert "check the permissions" in said
    assert told == [["NVDA"], [], 1]
    assert isinstance(nowhere, str)
    assert "cannot be opened: Read-only file system" in nowhere
    assert is_logged
    assert last == ["150", 252]
    # The log cannot be read without the memory to be shared, and the file alone would be stale.
    assert isinstance(lost, str)
    assert lost.startswith("the store STORE cannot be")
