"""What tasks of a cluster do, without one: batches are made, dealt out and gathered here."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.scan import local
from deepseek_shock.scan.cluster.copies import Fault, Plan
from deepseek_shock.scan.cluster.files import SparkFile, find_culprit, key_of
from deepseek_shock.scan.cluster.shuffle import gathering, scattering
from deepseek_shock.scan.cluster.tasks import (
    Answer,
    Kind,
    collecting,
    counting,
    make_batch,
    merge_answers,
    merging,
    read_answers,
)
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.rows.files import find_files
from tests.scan.test_local import SETTINGS, write_csv, write_many, write_shuffled, write_years
from tests.scan.worlds import SHOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.scan.cluster.tasks import Work
    from deepseek_shock.scan.medians import DayMoves
    from deepseek_shock.scan.tally import Tally


def plan_of(folder: Path) -> Plan:
    found = find_files([str(folder)]).files
    files = [
        SparkFile(one.name, f"file://{one.path}", one.size, one.kind, one.partitions, one.path)
        for one in found
    ]
    return Plan(SETTINGS, {}, {key_of(file.uri): file for file in files})


def run(plan: Plan, work: Work, files: Iterable[SparkFile] | None = None) -> list[Answer]:
    """Do as one task does: a batch a file, then what it yields."""
    batches = (
        pa.RecordBatch.from_pydict(
            {"path": [file.uri.replace("file://", "file:")], "content": [read(file)]}
        )
        for file in (plan.files.values() if files is None else files)
    )
    return list(read_answers(work(batches)))


def read(file: SparkFile) -> bytes:
    with open(str(file.local), "rb") as stream:  # noqa: PTH123 -- a path as text
        return stream.read()


def finish(folder: Path, tally: Tally | None, moves: DayMoves) -> Scanned:
    assert tally is not None
    return tally.finish(job(folder), moves.medians())


def job(folder: Path) -> Job:
    return Job((str(folder),), SETTINGS, day=SHOCK)


def expect(folder: Path) -> Scanned:
    return local.scan(job(folder))._replace(sources=(), skipped=())


@pytest.mark.parametrize("write", [write_many, write_csv])
def test_files_of_whole_tickers_add_up_in_any_order(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path)
    plan = plan_of(tmp_path)
    each = [run(plan, counting(plan), [file]) for file in plan.files.values()]
    both = list(read_answers(merging()(iter([make_batch(some) for some in reversed(each)]))))
    tally, _, others = merge_answers(both)
    assert tally is not None
    assert not others
    listed = tally.listed(job(tmp_path))
    _, moves, _ = merge_answers(run(plan, collecting(plan, listed)))
    assert finish(tmp_path, tally, moves) == expect(tmp_path)


@pytest.mark.parametrize("write", [write_shuffled, write_years, write_csv])
def test_rows_in_any_order_are_brought_together_by_ticker(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path)
    plan = plan_of(tmp_path)
    scattered = [
        answer
        for file in plan.files.values()
        for answer in run(plan, scattering(plan, 5), [file])
        if answer.kind is Kind.ROWS
    ]
    assert {answer.part for answer in scattered} == set(range(5))
    tally, _, _ = merge_answers(gather(scattered, gathering(plan)))
    assert tally is not None
    listed = tally.listed(job(tmp_path))
    _, moves, _ = merge_answers(gather(scattered, gathering(plan, listed)))
    assert finish(tmp_path, tally, moves) == expect(tmp_path)


def gather(scattered: Sequence[Answer], work: Work) -> list[Answer]:
    """Do as Spark does: parts go to two tasks, in each sorted by part."""
    answers: list[Answer] = []
    for task in (0, 1):
        some = sorted((a for a in scattered if a.part % 2 == task), key=lambda a: a.part)
        batches = [make_batch(part) for _, part in groupby(some, key=lambda a: a.part)]
        answers += read_answers(work(iter(batches)))
    return answers


def test_rows_not_in_order_are_said_to_be_so(tmp_path: Path) -> None:
    write_years(tmp_path)
    plan = plan_of(tmp_path)
    assert [answer.kind for answer in run(plan, counting(plan))] == [Kind.DISORDER]


def test_a_ticker_in_two_tasks_is_noticed(tmp_path: Path) -> None:
    write_many(tmp_path)
    plan = plan_of(tmp_path)
    file = next(iter(plan.files.values()))
    twice = [*run(plan, counting(plan), [file]), *run(plan, counting(plan), [file])]
    assert [a.kind for a in read_answers(merging()(iter([make_batch(twice)])))] == [Kind.DISORDER]


def test_nothing_of_a_damaged_file_is_counted_or_scattered(tmp_path: Path) -> None:
    write_many(tmp_path)
    plan = plan_of(tmp_path)
    bad = next(file for file in plan.files.values() if file.base == "part-1.parquet")
    content = bytearray(read(bad))
    middle = len(content) * 2 // 3
    content[middle : middle + 30] = b"\xff" * 30
    (tmp_path / bad.base).write_bytes(content)
    for work in (counting(plan), scattering(plan, 3)):
        (answer,) = [one for one in run(plan, work, [bad]) if one.kind is not Kind.MOVES]
        assert answer.kind is Kind.FAULT
        fault = Fault(*json.loads(answer.content))
        assert (fault.name, fault.kind) == (bad.name, "damage")


def test_a_fault_is_raised_as_the_local_engine_would() -> None:
    assert isinstance(Fault("a", "why", "hint", "usage").error(), UsageError)
    wrong = Fault("a.csv", "a.csv: records splits", "hint", "file").error()
    assert isinstance(wrong, FileError)
    assert wrong.message == "a.csv: records splits"


def test_addresses_compare_however_they_are_spelled() -> None:
    assert key_of("file:///x/y.parquet") == key_of("file:/x/y.parquet")
    assert key_of("s3a://bucket/y.parquet") == "s3a://bucket/y.parquet"


def test_the_file_that_spark_complains_of_is_found() -> None:
    files = {
        key_of(uri): SparkFile(uri, uri, 1)
        for uri in ("file:///p/1.parquet", "file:///p/11.parquet", "s3a://b/1.parquet")
    }
    said = "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///p/11.parquet."
    assert find_culprit(said, files) == files["file:/p/11.parquet"]
    assert (
        find_culprit("FileNotFoundException: s3a://b/1.parquet", files)
        == (files["s3a://b/1.parquet"])
    )
    assert find_culprit("OutOfMemoryError: file:/p/1.parquet", files) is None
