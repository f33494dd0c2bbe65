"""What runs in a task of Spark: files that come as bytes are counted as the local engine counts.

What goes back to the driver is a `Tally` of whole files: of one that cannot be read to its end
nothing but its name. A task that is run again, because its worker died, makes the same answer; the
driver takes one answer a task.
"""

from __future__ import annotations

import json
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from deepseek_shock.scan.cluster.copies import Copy, Fault, Plan, open_copies
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.kernel import Kernel
from deepseek_shock.scan.medians import Collector, DayMoves
from deepseek_shock.scan.reading import Layout
from deepseek_shock.scan.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.reading import Reader, Rows
    from deepseek_shock.scan.rows.repeats import Repeats
    from deepseek_shock.scan.rows.splits import Split

    Batches: TypeAlias = "Iterator[Any]"
    Work: TypeAlias = "Callable[[Batches], Batches]"

ANSWERS = "kind string, part int, content binary"


class Kind(StrEnum):
    """What an answer of a task is."""

    TALLY = "tally"
    MOVES = "moves"
    DISORDER = "disorder"
    FAULT = "fault"
    SPLITS = "splits"
    NEAR = "near"
    ROWS = "rows"


class Answer(NamedTuple):
    """A row that a task returns."""

    kind: Kind
    part: int
    content: bytes


class Readable(Protocol):
    """What rows come from: a `Reader`, as far as tasks need one."""

    tickers: list[str]

    def batches(self) -> Iterator[Rows]:
        """Yield rows; `tickers` are the names of the codes met so far."""
        ...


class Recorded(NamedTuple):
    """The splits that the file `name` records in a column; nothing else is told of it then."""

    name: str
    label: str
    splits: list[Split]


def look_for_splits(copy: Copy) -> Recorded | None:
    """Return the splits of a file, where it records any and nobody has asked yet."""
    found = copy.recorded()
    return None if found is None else Recorded(copy.name, *found)


def tell(found: Fault | Recorded, part: int = 0) -> Answer:
    """Return a fault, or splits, as an answer."""
    kind = Kind.FAULT if isinstance(found, Fault) else Kind.SPLITS
    return Answer(kind, part, json.dumps(found).encode())


def make_batch(answers: Iterable[Answer]) -> Any:  # noqa: ANN401 -- pyarrow ships no types
    """Return answers as Spark takes them."""
    import pyarrow as pa

    kinds, parts, contents = zip(*answers, strict=True)
    columns = [
        pa.array(list(kinds), pa.string()),
        pa.array(parts, pa.int32()),
        pa.array(contents, pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, names=["kind", "part", "content"])


def pack(content: bytes) -> bytes:
    """Press what is mostly zeros."""
    return zlib.compress(content, 1)


def unpack(content: bytes) -> bytes:
    """Undo `pack`."""
    return zlib.decompress(content)


def counting(plan: Plan) -> Work:
    """Count files that hold whole tickers in order; one tally a task."""

    def count(batches: Batches) -> Batches:
        yield make_batch(_count(plan, batches))

    return count


def collecting(plan: Plan, listed: Mapping[str | None, list[int]]) -> Work:
    """Collect the moves of the days listed, of files that were counted."""

    def collect(batches: Batches) -> Batches:
        yield make_batch(_collect(plan, listed, batches))

    return collect


def merging() -> Work:
    """Add up the tallies, or moves, that other tasks have made."""

    def merge(batches: Batches) -> Batches:
        yield make_batch(_merge(read_answers(batches)))

    return merge


def read_answers(batches: Batches) -> Iterator[Answer]:
    """Yield the rows of Arrow batches."""
    for batch in batches:
        for kind, part, content in zip(*(column.to_pylist() for column in batch), strict=True):
            yield Answer(Kind(kind), part, content)


def merge_answers(answers: Iterable[Answer]) -> tuple[Tally | None, DayMoves, list[Answer]]:
    """Add up tallies and moves; return what else there is, too.

    Raises `DisorderError` where a ticker was counted twice.
    """
    total: Tally | None = None
    moves = DayMoves()
    others: list[Answer] = []
    for answer in answers:
        match answer.kind:
            case Kind.TALLY:
                tally = Tally.from_bytes(unpack(answer.content))
                total = tally if total is None else _add(total, tally)
            case Kind.MOVES:
                moves.merge(DayMoves.from_bytes(unpack(answer.content)))
            case _:
                others.append(answer)
    return total, moves, others


def _merge(answers: Iterable[Answer]) -> list[Answer]:
    try:
        total, moves, others = merge_answers(answers)
    except DisorderError:
        return [Answer(Kind.DISORDER, 0, b"")]
    if total is not None:
        others.append(Answer(Kind.TALLY, 0, pack(total.to_bytes())))
    if moves.columns():
        others.append(Answer(Kind.MOVES, 0, pack(moves.to_bytes())))
    return others or [NOTHING]


NOTHING = Answer(Kind.MOVES, 0, pack(DayMoves().to_bytes()))


def _count(plan: Plan, batches: Batches) -> list[Answer]:
    calendars = plan.calendars()
    answers: list[Answer] = []
    total: Tally | None = None
    try:
        for found in open_copies(plan, batches, lambda copy: _count_file(copy, calendars, plan)):
            if isinstance(found, Tally):
                total = found if total is None else _add(total, found)
            else:
                answers.append(tell(found))
    except DisorderError:
        return [*answers, Answer(Kind.DISORDER, 0, b"")]
    if total is not None:
        answers.append(Answer(Kind.TALLY, 0, pack(total.to_bytes())))
    return answers or [NOTHING]


def _add(total: Tally, other: Tally) -> Tally:
    total.merge(other)
    return total


def _count_file(copy: Copy, calendars: Calendars, plan: Plan) -> Tally | Recorded:
    """Count a file. Raises `DisorderError` where it may hold parts of tickers."""
    if (recorded := look_for_splits(copy)) is not None:
        return recorded
    return count_reader(_read_in_order(copy), calendars, plan.settings.top)


def count_reader(reader: Readable, calendars: Calendars, top: int) -> Tally:
    """Count the rows of a reader. Raises `DisorderError`."""
    kernel: Kernel | None = None
    for rows in reader.batches():
        if kernel is None:  # the reader's list of tickers is a new one each time
            kernel = Kernel(calendars, reader.tickers, top)
        kernel.feed(*rows)
    tally = Tally(top) if kernel is None else kernel.end()
    repeats: Repeats | None = getattr(reader, "repeats", None)
    if repeats is not None:
        tally.counters.add_repeats(repeats.rows, repeats.differing)
    return tally


def _read_in_order(copy: Copy) -> Reader:
    if copy.layout is not Layout.ORDERED:
        raise DisorderError
    return copy.ordered_reader()


def _collect(plan: Plan, listed: Mapping[str | None, list[int]], batches: Batches) -> list[Answer]:
    calendars = plan.calendars()
    moves = DayMoves()

    def work(copy: Copy) -> DayMoves:
        return collect_reader(_read_in_order(copy), calendars, listed)

    for found in open_copies(plan, batches, work):
        if isinstance(found, Fault):
            raise OSError(f"{found.name}: {found.why}")  # it was whole a moment ago
        moves.merge(found)
    return [Answer(Kind.MOVES, 0, pack(moves.to_bytes()))]


def collect_reader(
    reader: Readable, calendars: Calendars, listed: Mapping[str | None, list[int]]
) -> DayMoves:
    """Return the moves of the days listed among the rows of a reader."""
    collector: Collector | None = None
    for rows in reader.batches():
        if collector is None:
            collector = Collector(calendars, reader.tickers, listed)
        collector.feed(*rows)
    return DayMoves() if collector is None else collector.end()
