"""Threads at work: what ends them, and what they hand over."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pytest

from deepseek_shock.scan import crew
from deepseek_shock.scan.crew import go_through
from deepseek_shock.scan.job import Silence
from deepseek_shock.scan.reading import DamagedFileError, Rows, StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS = Rows(np.zeros(3, np.int32), np.arange(3, dtype=np.int32), np.ones(3))


class Fake:
    """A reader of some equal batches."""

    def __init__(self, name: str, batches: int) -> None:
        self.name = name
        self.rows: int | None = None
        self.files: tuple[str, ...] = (name,)
        self.tickers = [name]
        self.is_stopped = threading.Event()
        self._batches = batches

    def batches(self) -> Iterator[Rows]:
        for _ in range(self._batches):
            yield ROWS

    def without(self, file: str) -> None:
        del file

    def stop(self) -> None:
        self.is_stopped.set()


class Stuck(Fake):
    """A reader whose next batch never comes, as of a long sort, until it is stopped."""

    def batches(self) -> Iterator[Rows]:
        yield ROWS
        self.is_stopped.wait(30)
        raise StoppedError


class Damaged(Fake):
    """A reader of a file that ends in the middle."""

    def batches(self) -> Iterator[Rows]:
        yield ROWS
        raise DamagedFileError(self.name, "ends in the middle", hint="write it again")


class Broken(Fake):
    """A reader with a mistake in it."""

    def batches(self) -> Iterator[Rows]:
        yield ROWS
        raise ZeroDivisionError


class Counter(Silence):
    """Counts the rows it is told of; after some of them somebody presses Ctrl-C."""

    def __init__(self, most: int = 1000) -> None:
        self.rows = 0
        self._most = most

    def advance(self, rows: int) -> None:
        self.rows += rows
        if self.rows >= self._most:
            raise KeyboardInterrupt


def count(_: object, batches: Iterator[Rows]) -> int:
    return sum(len(rows.days) for rows in batches)


def run(
    readers: Sequence[Fake], threads: int, listener: Silence | None = None
) -> dict[str, object]:
    found: dict[str, object] = {}
    go_through(
        readers,
        count,
        lambda reader, result: found.__setitem__(reader.name, result),
        threads,
        listener or Silence(),
    )
    return found


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_every_reader_is_gone_through_once(threads: int) -> None:
    readers = [Fake(f"r{number}", number) for number in range(20)]
    counter = Counter()
    assert run(readers, threads, counter) == {f"r{number}": 3 * number for number in range(20)}
    assert counter.rows == sum(3 * number for number in range(20))


def test_without_readers_there_is_nothing_to_do() -> None:
    assert run([], 2) == {}


def test_a_damaged_file_does_not_stop_the_others() -> None:
    found = run([Fake("a", 2), Damaged("b", 0), Fake("c", 2)], 1)
    assert isinstance(found["b"], DamagedFileError)
    assert (found["a"], found["c"]) == (6, 6)


class SlowSet(set[object]):
    """A thread that goes on late after it has handed over."""

    def discard(self, element: object) -> None:
        time.sleep(0.05)
        super().discard(element)


def test_who_has_come_to_the_end_is_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be read again."""
    begin = crew._Crew.__init__  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def slowly(self: Any, *args: Any) -> None:  # noqa: ANN401 -- as the method's
        begin(self, *args)
        self._active = SlowSet()

    monkeypatch.setattr(crew._Crew, "__init__", slowly)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    reader = Fake("a", 2)
    run([reader], 1)
    assert not reader.is_stopped.is_set()


def test_a_mistake_ends_all() -> None:
    stuck = Stuck("a", 0)
    with pytest.raises(ZeroDivisionError):
        run([stuck, Broken("b", 0)], 2)
    assert stuck.is_stopped.is_set()


def test_what_keeps_results_may_end_all() -> None:
    def refuse(_: object, __: object) -> NoReturn:
        raise ZeroDivisionError

    stuck = Stuck("a", 0)
    with pytest.raises(ZeroDivisionError):
        go_through([stuck, Fake("b", 1)], count, refuse, 2, Silence())
    assert stuck.is_stopped.is_set()


def test_an_interruption_stops_readers_that_wait() -> None:
    before = threading.active_count()
    readers = [Stuck("a", 0), Stuck("b", 0)]
    with pytest.raises(KeyboardInterrupt):
        run(readers, 2, Counter(most=4))
    assert all(reader.is_stopped.is_set() for reader in readers)
    assert threading.active_count() == before
