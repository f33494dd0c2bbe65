"""A scan on Spark: the kernel of the local engine in the tasks of a cluster.

In a notebook, where there is a session already:

    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.spark import scan_on

    found = scan_on(spark, Job(("s3a://prices/packed/",)))

`scan` makes a session on a master, or takes what `spark-submit` has begun.

Files of whole tickers are counted where they are read, a task each, without a shuffle. Where a
ticker turns out to stand in two tasks, or rows not in order, they are brought together by ticker
first (`cluster.shuffle`). Tasks return tallies of whole files; they add up exactly, in any order.
So the tables are those of the local engine, bit for bit.
"""

from __future__ import annotations

import json
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, TypeAlias

from deepseek_shock.analysis.scanned import Skipped
from deepseek_shock.errors import SparkError
from deepseek_shock.scan.cluster.copies import Fault, Plan
from deepseek_shock.scan.cluster.files import (
    find_culprit,
    find_spark_files,
    key_of,
    read_whole,
    settled,
)
from deepseek_shock.scan.cluster.jobs import JobFailedError, Jobs, Kept, explain, spoken
from deepseek_shock.scan.cluster.session import hushed, spark_session
from deepseek_shock.scan.cluster.shipping import ship
from deepseek_shock.scan.cluster.shuffle import gathering, scattering
from deepseek_shock.scan.cluster.splits import Search, looking
from deepseek_shock.scan.cluster.tasks import (
    ANSWERS,
    Answer,
    Kind,
    collecting,
    counting,
    merge_answers,
    merging,
)
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Silence
from deepseek_shock.scan.local import check_days
from deepseek_shock.scan.packs.packed import check_apart
from deepseek_shock.scan.provenance import describe
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.files import check_filled
from deepseek_shock.scan.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.scan.cluster.files import SparkFile
    from deepseek_shock.scan.cluster.tasks import Work
    from deepseek_shock.scan.job import Job, Listener
    from deepseek_shock.scan.medians import DayMoves
    from deepseek_shock.scan.rows.splits import Splits

    _Total: TypeAlias = "tuple[Tally, Mapping[tuple[str | None, int], float]]"

_MANY = 64  # answers that the driver adds up itself
_PART = 4 << 20  # bytes of a part of what is shuffled, as it stands in the files
_PARTS = 4  # to a task


def scan(job: Job, master: str | None, listener: Listener = Silence()) -> Scanned:  # noqa: B008 -- it has no state
    """Go through files on a cluster, in a session that is there, or one on `master`.

    What is started here is ended here. Raises `SparkError` besides what `scan_on` raises.
    """
    with spark_session(master) as spark:
        return scan_on(spark, job, listener)


def scan_on(spark: Any, job: Job, listener: Listener = Silence()) -> Scanned:  # noqa: ANN401, B008 -- pyspark is not always there; it has no state
    """Go through files in a Spark session, and return what was found.

    `job.paths` are any that Spark reads; `threads`, `memory` and `spill` are Spark's own affair.
    The session is left as it was. An interruption (Ctrl-C) cancels the jobs. Raises `SparkError`
    for a job that fails, and what the local engine raises.
    """
    if not hasattr(spark, "_jsparkSession"):
        raise SparkError(
            "a scan does not go through Spark Connect",
            hint="take a classic session: on Databricks a cluster with dedicated access",
        )
    with hushed(), settled(spark):
        return _Run(spark, job, listener).scan()


class _SplitsError(Exception):
    """Files record splits, and tasks have answered with these."""

    def __init__(self, search: Search) -> None:
        super().__init__()
        self.search = search


class _Run:
    """One scan; files that are damaged are left out on the way."""

    def __init__(self, spark: Any, job: Job, listener: Listener) -> None:  # noqa: ANN401 -- the same
        found = find_spark_files(spark, job.paths)
        self._spark = spark
        self._job = job
        self._jobs = Jobs(spark, listener)
        self._files: dict[str, SparkFile] = {key_of(file.uri): file for file in found.files}
        self._paths = {file.name: file.local for file in found.files if file.local is not None}
        self._skipped: list[Skipped] = []
        self._errors: list[DamagedFileError] = []
        self._splits: Mapping[str, Splits] | None = None
        for name, why in found.foreign:
            self._skip(DamagedFileError(name, why, hint="leave it out, or scan without --strict"))
        for key, file in tuple(self._files.items()):
            try:
                check_filled(file.name, file.size)
            except DamagedFileError as error:
                self._skip(error)
                del self._files[key]
        self._check_any()
        ship(spark)

    def scan(self) -> Scanned:
        """Count, in the order that files have or by a shuffle, and lay out the tables."""
        try:
            tally, medians = self._count(self._count_files)
        except DisorderError:
            tally, medians = self._count(self._count_shuffled)
        found = tally.finish(self._job, medians)
        check_days(found.counts, dict.fromkeys(tally.homes), self._job)
        files = [file.local or file.name for file in self._files.values()]
        source = describe(self._job.paths, files, found.days, found.counts)
        return found._replace(skipped=tuple(self._skipped), sources=(source,))

    def _count(self, count: Callable[[], _Total]) -> _Total:
        """Count; where files turn out to record splits, once more with these known."""
        try:
            return count()
        except _SplitsError as found:
            self._settle_splits(found.search)
        return count()

    # --- files of whole tickers ---

    def _count_files(self) -> _Total:
        """Raises `DisorderError`."""
        plan = self._plan()
        tally, _ = self._add_up(self._collect(lambda: self._map_files(counting(plan))))
        listed = tally.listed(self._job)
        _, moves = self._add_up(self._collect(lambda: self._map_files(collecting(plan, listed))))
        return tally, moves.medians()

    def _map_files(self, work: Work, names: Container[str] | None = None) -> Any:  # noqa: ANN401 -- the same
        """Do some work on all files, or those of these names; add up where answers are many."""
        files = [one for one in self._files.values() if names is None or one.name in names]
        frame = read_whole(self._spark, files).mapInArrow(work, ANSWERS)
        if (count := len(files)) <= _MANY:
            return frame
        return frame.repartition(ceil(sqrt(count))).mapInArrow(merging(), ANSWERS)

    # --- rows in any order ---

    def _count_shuffled(self) -> _Total:
        plan = self._plan()
        scattered = Kept(lambda: self._scatter(plan))
        try:
            work = gathering(plan)
            answers = self._collect(lambda: scattered.map(work, ANSWERS), scattered)
            tally, _ = self._add_up(answers)
            work = gathering(plan, tally.listed(self._job))
            _, moves = self._add_up(self._collect(lambda: scattered.map(work, ANSWERS), scattered))
        finally:
            scattered.drop()
        return tally, moves.medians()

    def _scatter(self, plan: Plan) -> Any:  # noqa: ANN401 -- the same
        size = sum(file.size for file in self._files.values())
        cores: int = self._spark.sparkContext.defaultParallelism
        tasks = max(2 * cores, ceil(size / (_PART * _PARTS)))
        files = read_whole(self._spark, self._files.values())
        frame = files.mapInArrow(scattering(plan, tasks * _PARTS), ANSWERS)
        return frame.repartition(tasks, "part").sortWithinPartitions("part")

    # --- answers ---

    def _plan(self) -> Plan:
        job = self._job
        return Plan(job.settings, dict(job.columns), self._files, self._splits)

    def _settle_splits(self, search: Search) -> None:
        """Find out on which basis closes are, by those around the splits."""
        plan, splits = self._plan(), search.splits()
        names = search.names()
        answers = self._collect(lambda: self._map_files(looking(plan, splits), names))
        self._splits = search.settle(answers)

    def _collect(self, make: Callable[[], Any], kept: Kept | None = None) -> list[Answer]:
        """Run a job; where a file stops it, run it again without the file."""
        while True:
            try:
                with spoken():
                    frame = make()
                rows = self._jobs.collect(frame)
            except JobFailedError as failed:
                culprit = find_culprit(failed.said, self._files)
                if culprit is None:
                    raise explain(failed) from failed
                self._leave_out([Fault(culprit.name, "cannot be read", "check it, and its keys")])
                if kept is not None:
                    kept.drop()
                continue
            return [Answer(Kind(kind), part, bytes(content)) for kind, part, content in rows]

    def _add_up(self, answers: Sequence[Answer]) -> tuple[Tally, DayMoves]:
        """Add up what came; faults first. Raises `DisorderError`, `_SplitsError`."""
        kinds = {answer.kind for answer in answers}
        faults = [Fault(*json.loads(one.content)) for one in answers if one.kind is Kind.FAULT]
        self._leave_out(faults)
        if Kind.SPLITS in kinds:
            raise _SplitsError(Search(answers))
        if Kind.DISORDER in kinds:
            raise DisorderError
        tally, moves, _ = merge_answers(answers)
        return tally or Tally(self._job.settings.top), moves

    def _leave_out(self, faults: Sequence[Fault]) -> None:
        """Go on without some files, in their order; raise where that may not be."""
        places = {one.name: at for at, one in enumerate(self._files.values())}
        for fault in sorted(faults, key=lambda fault: places[fault.name]):
            error = fault.error()
            if not isinstance(error, DamagedFileError):
                raise error
            if (path := self._paths.get(fault.name)) is not None:
                check_apart(path, error)
            self._skip(error)
        lost = {fault.name for fault in faults}
        self._files = {key: one for key, one in self._files.items() if one.name not in lost}
        self._check_any()

    def _check_any(self) -> None:
        if not self._files and self._errors:
            raise self._errors[0]

    def _skip(self, error: DamagedFileError) -> None:
        if self._job.is_strict:
            raise error
        self._errors.append(error)
        self._skipped.append(Skipped(error.file, error.why))
