"""Rows in any order, brought together by ticker: scattered in one task, gathered in another.

What Spark moves are not rows but parts: a part is all rows of the tickers that hash to its number,
packed by Arrow, so that a million rows cost Spark as little as a few hundred of its own. A task
that gathers takes one part after the other, sorts it in memory, and counts it as a file of whole
tickers.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from deepseek_shock.scan.cluster.copies import Copy, Plan, open_copies
from deepseek_shock.scan.cluster.tasks import (
    NOTHING,
    Answer,
    Kind,
    Recorded,
    collect_reader,
    count_reader,
    look_for_splits,
    make_batch,
    pack,
    read_answers,
    tell,
)
from deepseek_shock.scan.medians import DayMoves
from deepseek_shock.scan.reading import Rows
from deepseek_shock.scan.rows.duckrows import make_keys
from deepseek_shock.scan.rows.numbering import Numbering
from deepseek_shock.scan.rows.repeats import Repeats, join
from deepseek_shock.scan.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from deepseek_shock.scan.cluster.tasks import Batches, Work
    from deepseek_shock.scan.reading import Reader

_FULL = 1 << 20  # rows that are scattered at once
_ASIDE = -1  # the part of what is no rows


def scattering(plan: Plan, parts: int) -> Work:
    """Scatter the rows of files by the hash of their tickers."""

    def scatter(batches: Batches) -> Batches:
        for answers in _scatter(plan, parts, batches):
            yield make_batch(answers)

    return scatter


def gathering(plan: Plan, listed: Mapping[str | None, list[int]] | None = None) -> Work:
    """Count scattered rows, or collect the moves of the days listed."""

    def gather(batches: Batches) -> Batches:
        yield make_batch(_gather(plan, listed, read_answers(batches)))

    return gather


class _Pile:
    """Rows of several files that wait to be scattered, their tickers numbered together."""

    def __init__(self, parts: int) -> None:
        self._parts = parts
        self._numbering = Numbering()
        self._part_of: NDArray[np.int32] = np.empty(0, np.int32)
        self._rows: list[Rows] = []
        self._filled = 0

    def add_all(self, reader: Reader) -> Iterator[None]:
        """Add the rows of a reader, and stop after each batch."""
        codes: NDArray[np.int32] = np.empty(0, np.int32)
        for rows in reader.batches():
            if len(codes) < len(reader.tickers):
                new = [self._numbering.number(name) for name in reader.tickers[len(codes) :]]
                codes = np.concatenate((codes, np.array(new, np.int32)))
            self._rows.append(Rows(codes[rows.codes], rows.days.copy(), rows.closes.copy()))
            self._filled += len(rows.codes)
            yield

    @property
    def is_full(self) -> bool:
        """Whether there are rows enough."""
        return self._filled >= _FULL

    def scatter(self) -> list[Answer]:
        """Return the rows by their parts."""
        if not self._filled:
            return []
        rows = join(self._rows)
        self._rows, self._filled = [], 0
        names = self._numbering.tickers
        new = [crc32(name.encode()) % self._parts for name in names[len(self._part_of) :]]
        self._part_of = np.concatenate((self._part_of, np.array(new, np.int32)))
        parts = self._part_of[rows.codes]
        order = np.argsort(parts, kind="stable")
        firsts = np.flatnonzero(np.diff(parts[order], prepend=-1))
        return [
            Answer(Kind.ROWS, int(parts[some[0]]), _press(_take(rows, some), names))
            for some in np.split(order, firsts[1:])
        ]


def _take(rows: Rows, some: NDArray[np.intp]) -> Rows:
    return Rows(rows.codes[some], rows.days[some], rows.closes[some])


def _press(rows: Rows, names: Sequence[str]) -> bytes:
    """Write rows as an Arrow stream of their own."""
    import pyarrow as pa

    places = np.full(len(names), -1, np.int32)
    places[rows.codes] = 0
    held = np.flatnonzero(places == 0)
    places[held] = np.arange(len(held), dtype=np.int32)
    tickers = pa.DictionaryArray.from_arrays(
        pa.array(places[rows.codes]), pa.array([names[one] for one in held.tolist()], pa.string())
    )
    batch = pa.record_batch(
        [tickers, pa.array(rows.days), pa.array(rows.closes)], ["ticker", "day", "close"]
    )
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, batch.schema, options=options) as stream:
        stream.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _unpress(content: bytes, numbering: Numbering) -> Rows:
    import pyarrow as pa

    with pa.ipc.open_stream(content) as stream:
        batch = stream.read_next_batch()
    return Rows(
        numbering.codes_of(batch.column(0)),
        batch.column(1).to_numpy(zero_copy_only=False),
        batch.column(2).to_numpy(zero_copy_only=False),
    )


def _scatter(plan: Plan, parts: int, batches: Batches) -> Iterator[list[Answer]]:
    pile = _Pile(parts)
    full: list[Answer] = []

    def work(copy: Copy) -> Recorded | None:
        if (recorded := look_for_splits(copy)) is not None:
            return recorded
        # Once to the end, for nothing of a damaged file may have gone its way.
        for _ in copy.reader().batches():
            pass
        for _ in pile.add_all(copy.reader()):
            if pile.is_full:
                full.extend(pile.scatter())
        return None

    for found in open_copies(plan, batches, work):
        if found is not None:
            full.append(tell(found, _ASIDE))
        if full:
            yield full[:]
            full.clear()
    yield pile.scatter() or [NOTHING]


def _gather(
    plan: Plan, listed: Mapping[str | None, list[int]] | None, answers: Iterable[Answer]
) -> list[Answer]:
    tally, moves = Tally(plan.settings.top), DayMoves()
    others: list[Answer] = []
    calendars = plan.calendars()
    for _, some in groupby(answers, key=lambda answer: answer.part):
        part = list(some)
        pressed = [one.content for one in part if one.kind is Kind.ROWS]
        others += [one for one in part if one.kind in (Kind.FAULT, Kind.SPLITS)]
        if not pressed:
            continue
        if listed is None:
            tally.merge(count_reader(_Part(pressed), calendars, plan.settings.top))
        else:
            moves.merge(collect_reader(_Part(pressed), calendars, listed))
    if listed is None:
        return [*others, Answer(Kind.TALLY, 0, pack(tally.to_bytes()))]
    return [Answer(Kind.MOVES, 0, pack(moves.to_bytes()))]


class _Part:
    """Reads the rows of one part, sorted, each ticker and session once."""

    def __init__(self, pressed: Sequence[bytes]) -> None:
        self._pressed = pressed
        self.repeats = Repeats()
        self.tickers: list[str] = []

    def batches(self) -> Iterator[Rows]:
        """Yield all rows."""
        numbering = Numbering()
        self.tickers = numbering.tickers
        codes, days, closes = join([_unpress(one, numbering) for one in self._pressed])
        order = np.argsort(make_keys(codes, days), kind="stable")
        yield from self.repeats.merge([Rows(codes[order], days[order], closes[order])])
