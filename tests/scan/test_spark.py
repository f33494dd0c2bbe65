"""A scan on a cluster of Spark: the tables of the local engine, whatever happens to a worker."""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.errors import FileError, SparkError
from deepseek_shock.scan import local, spark
from deepseek_shock.scan.cluster import files as sparkfiles
from deepseek_shock.scan.cluster import tasks as sparktasks
from deepseek_shock.scan.cluster.java import check_java
from deepseek_shock.scan.cluster.session import spark_session
from deepseek_shock.scan.job import TASKS, Job
from tests.scan.sparkcluster import Cluster, shared_cluster
from tests.scan.test_local import (
    SETTINGS,
    as_table,
    write_csv,
    write_hive,
    write_many,
    write_shuffled,
    write_years,
)
from tests.scan.test_reference import PANELS, compare, in_spark, scanned
from tests.scan.worlds import SHOCK, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepseek_shock.analysis.scanned import Scanned
    from tests.conftest import Shock

Session: TypeAlias = Any  # pyspark's, which ships types only where it is installed

pytestmark = pytest.mark.spark


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where the gate has promised Spark."""
    if os.environ.get("SHOCK_SPARK_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if importlib.util.find_spec("pyspark") is None:
        unavailable("pyspark is not installed (the extra `spark`)")
    try:
        check_java()
    except SparkError as error:
        unavailable(error.message)
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "spark"
    with shared_cluster(folder) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(cluster.conf))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(cluster.folder / "driver"))
        with spark_session(cluster.master) as session:
            yield session


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """What the local engine finds in files of whole tickers; it has tests of its own."""
    folder = tmp_path_factory.mktemp("expected")
    write_many(folder)
    return local.scan(job(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "prices"
    folder.mkdir()
    return folder


def job(folder: Path, **more: Any) -> Job:  # noqa: ANN401 -- any of a job's fields
    return Job((str(folder),), SETTINGS, day=SHOCK, **more)


def tables(found: Scanned) -> Scanned:
    """Leave aside what names files."""
    return found._replace(sources=(), skipped=())


@pytest.mark.parametrize("write", [write_many, write_shuffled, write_years, write_hive, write_csv])
def test_tables_are_those_of_the_local_engine(
    write: Callable[[Path], None], folder: Path, session: Session, expected: Scanned
) -> None:
    write(folder)
    found = spark.scan_on(session, job(folder))
    assert tables(found) == tables(expected)
    # The hash is of what was counted, and the same whatever the files.
    assert [one.sha256 for one in found.sources] == [one.sha256 for one in expected.sources]
    assert [one.name for one in found.sources] == ["files"]


def test_splits_are_undone_though_they_stand_in_other_files(folder: Path, session: Session) -> None:
    # Two for one on 3 January 2024, as traded: closes before it are twice those after it.
    rows = [row for row in world() if "A" <= row.ticker < "C"]
    cut = date(2024, 1, 3)
    traded = [
        row._replace(close=row.close and row.close * (2 if row.session < cut else 1))
        for row in rows
    ]
    for year in (2023, 2024, 2025):
        some = sorted((r for r in traded if r.session.year == year), key=lambda row: row.session)
        splits = [2.0 if row.session == cut else 1.0 for row in some]
        table = as_table(some).append_column("split", pa.array(splits))
        pq.write_table(table, folder / f"{year}.parquet")
    plain = folder.parent / "plain"
    plain.mkdir()
    pq.write_table(as_table(rows), plain / "rows.parquet")
    found, truth = spark.scan_on(session, job(folder)), local.scan(job(plain))
    assert [day[:3] for day in found.days] == [day[:3] for day in truth.days]
    assert found.counts == truth.counts
    for one, other in zip(found.days, truth.days, strict=True):
        assert one.mean == pytest.approx(other.mean, abs=1e-9)


def test_damaged_and_foreign_files_are_named_and_nothing_of_them_counts(
    folder: Path, session: Session
) -> None:
    write_many(folder)
    damage(folder / "part-3.parquet")
    (folder / "part-5.parquet").write_bytes(b"PAR1 and no more")
    (folder / "notes.md").write_text("# Prices")
    (folder / "empty.csv").touch()
    (folder / "empty.parquet").touch()
    (folder / "other.parquet").write_bytes(
        pq_bytes(pa.table({"ticker": ["A"], "session": ["2025-01-27"], "volume": [1]}))
    )
    found = spark.scan_on(session, job(folder))
    truth = local.scan(job(folder))
    assert tables(found) == tables(truth)
    assert sorted(found.skipped) == sorted(truth.skipped)
    assert {Path(one.file).name for one in found.skipped} == {
        *("part-3.parquet", "part-5.parquet", "notes.md", "other.parquet"),
        *("empty.csv", "empty.parquet"),
    }
    with pytest.raises(FileError):
        spark.scan_on(session, job(folder, is_strict=True))


def damage(path: Path) -> None:
    """Turn over some bytes in the middle of a file whose pages have check sums."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    for at in range(middle, middle + 40):
        content[at] ^= 0xFF
    path.write_bytes(content)


def pq_bytes(table: Any) -> bytes:  # noqa: ANN401 -- pyarrow ships no types
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def test_a_worker_killed_in_mid_job_changes_nothing(
    folder: Path,
    cluster: Cluster,
    session: Session,
    expected: Scanned,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_many(folder)
    gate = str(folder.parent / "gate")
    monkeypatch.setitem(sparkfiles.SETTINGS, "spark.sql.files.maxPartitionBytes", 1)

    def counting(plan: Any) -> Any:  # noqa: ANN401 -- it goes to the workers, which have no tests
        count = sparktasks.counting(plan)

        def wait(batches: Any) -> Any:  # noqa: ANN401 -- the same
            import os
            import time

            held = list(batches)
            try:
                os.close(os.open(f"{gate}-first", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                while not os.path.exists(gate):  # noqa: PTH110 -- it runs on a worker
                    time.sleep(0.02)
            yield from count(iter(held))

        return wait

    monkeypatch.setattr("deepseek_shock.scan.spark.counting", counting)
    killed: list[str] = []

    def kill() -> None:
        tracker = session.sparkContext.statusTracker()
        while True:
            time.sleep(0.02)
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if any(one and one.numCompletedTasks and one.numActiveTasks for one in stages):
                break
        killed.append(cluster.kill_worker())
        Path(gate).touch()

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        found = spark.scan_on(session, job(folder))
    finally:
        killer.join(5)
        cluster.mend()
    assert killed
    assert tables(found) == tables(expected)


def test_the_listener_hears_of_tasks_and_an_interruption_cancels_them(
    folder: Path, session: Session
) -> None:
    write_many(folder)
    heard: list[tuple[str, int | None]] = []

    class Interrupted:
        def begin(self, what: str, rows: int | None) -> None:
            heard.append((what, rows))
            raise KeyboardInterrupt

        def advance(self, rows: int) -> None:
            del rows

    with pytest.raises(KeyboardInterrupt):
        spark.scan_on(session, job(folder), Interrupted())
    assert [what for what, _ in heard] == [TASKS]
    end = time.monotonic() + 5
    while (active := session.sparkContext.statusTracker().getActiveJobsIds()) and (
        time.monotonic() < end
    ):
        time.sleep(0.05)
    assert not active


def test_a_session_is_left_as_it_was(folder: Path, session: Session) -> None:
    write_many(folder)
    names = ("spark.sql.files.openCostInBytes", "spark.sql.files.ignoreCorruptFiles")
    session.conf.set(names[1], "true")
    before = [session.conf.get(name) for name in names]
    damage(folder / "part-3.parquet")
    assert len(spark.scan_on(session, job(folder)).skipped) == 1
    assert [session.conf.get(name) for name in names] == before
    session.conf.unset(names[1])


def test_what_is_not_there_is_said_in_two_lines(folder: Path, session: Session) -> None:
    for path in (str(folder / "none"), "foo://bar/x"):
        with pytest.raises((FileError, SparkError)) as caught:
            spark.scan_on(session, Job((path,)))
        assert "\n" not in caught.value.message
        assert "\n" not in caught.value.hint
        assert "at org.apache" not in caught.value.message


def test_a_column_that_is_not_there_is_refused_as_locally(folder: Path, session: Session) -> None:
    write_many(folder)
    asked = job(folder, columns={"close": "last"})
    with pytest.raises(FileError) as here:
        local.scan(asked)
    with pytest.raises(FileError) as there:
        spark.scan_on(session, asked)
    assert there.value.message == here.value.message
    assert there.value.hint == here.value.hint


def test_the_command_prints_the_same_and_nothing_besides(
    folder: Path, cluster: Cluster, shock: Shock
) -> None:
    write_many(folder)
    asked = ("--date", str(SHOCK), "--format", "json", "--min-count", "5")
    # A pack that has left out a row that came twice, as its manifest tells.
    again = pq.read_table(folder / "part-0.parquet").slice(7, 1)
    pq.write_table(again, folder / "again.parquet")
    shock("scan", "prices", "--pack", "packed", *asked)
    here = shock("scan", "packed", *asked)
    there = shock(
        *("scan", "packed", *asked),
        *("--engine", "spark", "--master", "local[1]"),
        env={"SPARK_CONF_DIR": str(cluster.conf), "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == here.stdout


def test_the_reference_says_the_same_here(session: Session, tmp_path: Path) -> None:
    """The SQL text that `test_reference` runs on DuckDB, unchanged."""
    calendar, make = PANELS["tokyo"]
    panel = make()
    with in_spark(session) as run:
        compare(scanned(panel, calendar, tmp_path), run(panel))
