"""The pool: results as they come, no longer than the deadline, no further than the breaker."""

from __future__ import annotations

import threading

import pytest

from deepseek_shock.providers.pool import Breaker, Deadline, Pool

LONG = 30.0  # seconds that no test takes


class Clock(Deadline):
    """A deadline that a test brings about; until then there is plenty of time."""

    def __init__(self) -> None:
        super().__init__(LONG)
        self.is_up = threading.Event()

    @property
    def left(self) -> float:
        return 0.0 if self.is_up.is_set() else LONG

    @property
    def is_over(self) -> bool:
        return self.is_up.is_set()


class Gate:
    """Work that waits until a test lets it go on, each task by itself."""

    def __init__(self, tasks: range) -> None:
        self.opened = {task: threading.Event() for task in tasks}
        self.begun = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.now = self.most = 0

    def work(self, task: int) -> int:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        assert self.opened[task].wait(LONG)
        with self.lock:
            self.now -= 1
        return task * 10

    def open_all(self) -> None:
        for gate in self.opened.values():
            gate.set()


@pytest.mark.parametrize("workers", [1, 3, 100])
def test_every_task_has_its_result(workers: int) -> None:
    pool: Pool[int, int] = Pool(workers, lambda task: task * task)
    found = list(pool.run(range(20), Deadline(LONG)))
    assert sorted(found) == [task * task for task in range(20)]


def test_without_tasks_there_is_nothing_to_wait_for() -> None:
    pool: Pool[int, int] = Pool(4, lambda task: task)
    assert list(pool.run([], Deadline(LONG))) == []


def test_tasks_are_begun_in_their_order() -> None:
    begun: list[int] = []
    pool: Pool[int, None] = Pool(1, begun.append)
    list(pool.run([3, 1, 2], Deadline(LONG)))
    assert begun == [3, 1, 2]


def test_results_come_as_they_are_ready_and_not_in_the_tasks_order() -> None:
    gate = Gate(range(3))
    results = Pool(3, gate.work).run(range(3), Deadline(LONG))
    for task in (2, 0, 1):
        gate.opened[task].set()  # the others are under way and wait
        assert next(results) == task * 10
    with pytest.raises(StopIteration):
        next(results)


def test_no_more_tasks_are_under_way_than_there_are_workers() -> None:
    gate = Gate(range(8))
    results = Pool(3, gate.work).run(range(8), Deadline(LONG))
    gate.opened[0].set()
    assert next(results) == 0
    for _ in range(4):  # the first three, and the one that took the place of the first
        assert gate.begun.acquire(timeout=LONG)
    assert not gate.begun.acquire(blocking=False)
    gate.open_all()
    assert sorted(results) == [task * 10 for task in range(1, 8)]
    assert gate.most == 3


def test_when_the_time_is_up_nobody_waits_for_what_is_under_way() -> None:
    gate, clock = Gate(range(3)), Clock()
    results = Pool(3, gate.work).run(range(3), clock)
    gate.opened[1].set()
    assert next(results) == 10
    clock.is_up.set()
    assert list(results) == []  # at once, although two tasks have not ended
    gate.open_all()


def test_when_the_time_was_up_before_nothing_is_yielded() -> None:
    gate = Gate(range(2))
    assert list(Pool(2, gate.work).run(range(2), Deadline(0))) == []
    gate.open_all()


def test_what_is_there_when_the_time_is_up_is_not_lost() -> None:
    # Whoever takes the results may be slow, as a locked store is: what came in time is there.
    clock, others = Clock(), set(threading.enumerate())
    pool: Pool[int, int] = Pool(1, lambda task: task)
    results = pool.run(range(4), clock)
    found = [next(results)]
    for worker in set(threading.enumerate()) - others:
        worker.join(LONG)  # it has done all it was given
    clock.is_up.set()
    found += results
    assert found == [0, 1, 2, 3]


def test_workers_do_not_keep_the_process_alive() -> None:
    pool: Pool[int, bool] = Pool(2, lambda _: threading.current_thread().daemon)
    assert list(pool.run(range(4), Deadline(LONG))) == [True] * 4


def test_a_deadline_runs_out() -> None:
    assert Deadline(0).is_over
    assert Deadline(-1).left == 0
    far = Deadline(LONG)
    assert not far.is_over
    assert 0 < far.left <= LONG


def test_a_breaker_stays_whole_until_it_is_tripped() -> None:
    breaker = Breaker()
    breaker.wait(0)  # returns all the same
    assert not breaker.is_tripped


def test_a_breaker_is_tripped_once_and_for_all() -> None:
    breaker = Breaker()
    breaker.trip()
    breaker.trip()
    breaker.wait(LONG)  # returns at once
    assert breaker.is_tripped


def test_a_breaker_wakes_who_waits_for_it() -> None:
    breaker = Breaker()
    woken = threading.Event()

    def wait() -> None:
        breaker.wait(LONG)
        woken.set()

    threading.Thread(target=wait, daemon=True).start()
    breaker.trip()
    assert woken.wait(LONG / 2)
