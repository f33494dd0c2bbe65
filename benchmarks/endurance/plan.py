"""What each run is: its command, the true time, its clock, its faults and its end, by the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from strikes import COOKIE, SLOW
from vendor import Strike
from world import LISTINGS

if TYPE_CHECKING:
    from vendor import Fault

BEGINS = datetime(2025, 3, 3, 22, 15, tzinfo=UTC)
ENDS = datetime(2026, 9, 30, tzinfo=UTC)
_LONGEST_STEP = timedelta(hours=60)
_CLOSE = 0.75  # of the runs: those that follow another within minutes
_MOST_CHANGES = 14  # on the disk: of the store's log, of drafts, of what comes into its place
_SLOW_SHARE = 0.12  # of the faulty runs that wait for a vendor who does not answer

# Where clocks are wrong in life: a dead battery, a wrong zone, summer time, the turn of a year.
_INSTANTS = (
    datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2025, 3, 9, 6, 59, 59, tzinfo=UTC),  # New York's clocks go forward
    datetime(2025, 11, 2, 5, 59, 59, tzinfo=UTC),  # and back
    datetime(2026, 1, 1, 0, 0, 0, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
)
_HOURS = (-26, -9, -5, -3, -1, 1, 2, 5, 9, 26)
_DAYS = (-370, -31, -8, -3, 3, 8, 31, 370)

COMMANDS: Mapping[str, float] = {
    "publish": 22,
    "publish if-move": 8,
    "report json": 20,
    "report html": 8,
    "report markdown": 5,
    "report earlier": 10,
    "report if-move": 8,
    "report capsule": 5,
    "verify capsule": 2,
    "fetch": 7,
    "rebuild": 4,
    "verify": 3,
}
SIGNALS = ("SIGKILL", "SIGKILL", "SIGTERM", "SIGINT")


class Kill(NamedTuple):
    """How a run is ended: after a share of its usual time, or at so many changes on the disk."""

    signal: str
    after: float
    changes: int


class Task(NamedTuple):
    """One run: a command and how it ends."""

    command: str
    earlier: int
    """How many sessions back `report earlier` looks."""
    kill: Kill | None = None
    room: int | None = None
    """Bytes that no file may pass, as if the disk were full there."""


class Step(NamedTuple):
    """What happens at one time: a run, or two at once."""

    number: int
    now: datetime
    clock: datetime
    tasks: tuple[Task, ...]
    strikes: tuple[Strike, ...]
    cookie_fails: bool

    @property
    def is_jumped(self) -> bool:
        """Whether the machine's clock is wrong."""
        return self.now != self.clock

    @property
    def is_slow(self) -> bool:
        """Whether the vendor lets it wait."""
        return any(one.name in SLOW for one in self.strikes)


class Odds(NamedTuple):
    """How often things go wrong, as shares of the runs."""

    kill: float
    jump: float
    fault: float
    overlap: float
    full: float


class Planner:
    """Makes the steps of a seed, the same each time; how they come out depends on the machine."""

    def __init__(
        self, runs: int, seed: int, odds: Odds, faults: Mapping[str, Fault | None]
    ) -> None:
        self._chance = random.Random(f"plan {seed}")  # noqa: S311 -- no secret
        self._runs = runs
        self._odds = odds
        self._faults = dict(faults)
        self._step = min((ENDS - BEGINS) / max(runs, 1), _LONGEST_STEP)

    def steps(self) -> Iterator[Step]:
        """Yield the steps until as many runs are planned as were asked."""
        planned, now, number = 0, BEGINS, 0
        while planned < self._runs:
            is_two = self._odds.overlap > self._chance.random() and self._runs - planned > 1
            step = self._make(number, now, 2 if is_two else 1)
            yield step
            planned += len(step.tasks)
            number += 1
            now += self._pause()

    def _pause(self) -> timedelta:
        """Let most runs follow within minutes, as the lines of one crontab do."""
        if self._chance.random() < _CLOSE:
            return timedelta(minutes=self._chance.randint(1, 20))
        return self._step / (1 - _CLOSE) * self._chance.uniform(0.1, 1.9)

    def _make(self, number: int, now: datetime, size: int) -> Step:
        now = now.replace(microsecond=0)
        clock = self._jump(now) if self._chance.random() < self._odds.jump else now
        names = self._names() if self._chance.random() < self._odds.fault else []
        tasks = tuple(self._task() for _ in range(size))
        return Step(
            number,
            now,
            clock,
            tasks,
            tuple(self._strike(name, fault) for name in names if (fault := self._faults[name])),
            COOKIE in names,
        )

    def _jump(self, now: datetime) -> datetime:
        kind = self._chance.random()
        if kind < 0.5:  # noqa: PLR2004 -- half of the jumps are of hours
            return now + timedelta(hours=self._chance.choice(_HOURS))
        if kind < 0.8:  # noqa: PLR2004 -- a third of days
            return now + timedelta(days=self._chance.choice(_DAYS))
        return self._chance.choice(_INSTANTS)

    def _names(self) -> list[str]:
        """Choose one fault, or two; those that take long are rare where others are to be had."""
        fast = [name for name in self._faults if name not in SLOW]
        slow = [name for name in self._faults if name in SLOW]
        is_slow = bool(slow) and (not fast or self._chance.random() < _SLOW_SHARE)
        pool = slow if is_slow else fast
        return (
            [self._chance.choice(pool) for _ in range(self._chance.choice((1, 1, 2)))]
            if pool
            else []
        )

    def _strike(self, name: str, fault: Fault) -> Strike:
        tickers = [one.ticker for one in LISTINGS]
        number = self._chance.choice((1, 1, 2, len(tickers)))
        return Strike(name, fault, frozenset(self._chance.sample(tickers, number)))

    def _task(self) -> Task:
        weights: Sequence[float] = list(COMMANDS.values())
        (command,) = self._chance.choices(list(COMMANDS), weights)
        kill = None
        if self._chance.random() < self._odds.kill:
            kill = Kill(
                self._chance.choice(SIGNALS),
                self._chance.uniform(0.02, 1.1),
                self._chance.choice((0, self._chance.randint(1, _MOST_CHANGES))),
            )
        is_full = kill is None and self._chance.random() < self._odds.full
        room = self._chance.choice((4_096, 20_000, 65_536, 200_000)) if is_full else None
        return Task(command, self._chance.randint(1, 12), kill, room)
