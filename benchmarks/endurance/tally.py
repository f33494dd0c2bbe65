"""What a whole endurance run came to, as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import leaks

if TYPE_CHECKING:
    from plan import Step
    from runs import Run

_MOST_MEMORY = 8 << 20  # bytes: of two hundred runs in one process


@dataclass
class Tally:
    """Counts of all runs, and whatever was wrong."""

    seed: int
    runs: int = 0
    seconds: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    jumps: int = 0
    overlaps: int = 0
    full: int = 0
    struck: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    peaks: list[int] = field(default_factory=list)
    settled: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Peaks of the good runs at the end, and of the same with an empty home."""
    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, step: Step, runs: list[Run]) -> None:
        """Count the runs of a step."""
        self.jumps += step.is_jumped * len(runs)
        self.struck += (bool(step.strikes) or step.cookie_fails) * len(runs)
        self.overlaps += len(runs) > 1
        for run in runs:
            self.runs += 1
            self.commands[run.task.command] += 1
            self.full += run.task.room is not None
            if run.is_killed and run.task.kill is not None:
                self.kills[run.task.kill.signal] += 1
            self.codes["killed" if run.is_killed else str(run.code)] += 1
            if not run.is_killed and not run.task.room:
                self.peaks.append(run.peak)

    def judge(self, inside: dict[str, Any] | None) -> None:
        """Say what is wrong of memory."""
        for command, (used, fresh) in self.settled.items():
            if command != "rebuild" and used > fresh + leaks.MOST_GROWTH:
                self.wrong.append(f"{command} needs {used:,} bytes, with an empty home {fresh:,}")
        if inside is None:
            return
        first, last = inside["first"], inside["last"]
        self.facts["in one process"] = inside
        if last["memory"] - first["memory"] > _MOST_MEMORY:
            self.wrong.append(f"in one process memory grew from {first} to {last}")
        if last["fds"] > first["fds"] or last["threads"] > first["threads"]:
            self.wrong.append(f"in one process descriptors or threads grew: {first}, {last}")

    def rows(self) -> list[tuple[str, str]]:
        """Return the table's rows."""
        peaks = sorted(self.peaks) or [0]
        mega = 1 << 20
        pace = f"{self.runs / (self.seconds or 1):.2f} a second"
        memory = f"median {peaks[len(peaks) // 2] / mega:.0f}, most {peaks[-1] / mega:.0f}"
        grown = f"last quarter {leaks.growth(self.peaks) / mega:+.1f}"
        return [
            ("runs", f"{self.runs:,} in {self.seconds:,.0f} s, {pace}"),
            ("by command", _listed(self.commands)),
            ("by exit code", _listed(self.codes)),
            ("kills", f"{self.kills.total()}: {_listed(self.kills)}"),
            (
                "wrong clocks, full disks, pairs at once",
                f"{self.jumps}, {self.full}, {self.overlaps}",
            ),
            ("runs with faults; answers spoilt", f"{self.struck}; {self.faults.total():,}"),
            ("kinds of fault", _listed(self.faults)),
            ("peak memory of a run, MB", f"{memory}; {grown}"),
            ("the same with an empty home, MB", _compared(self.settled)),
            *((name, _said(value)) for name, value in self.facts.items()),
            ("properties broken", str(len(self.wrong))),
        ]

    def table(self) -> str:
        """Return the table in Markdown."""
        lines = [f"| {name} | {value} |" for name, value in self.rows()]
        return "\n".join([f"| seed {self.seed} | |", "| :-- | :-- |", *lines])

    def data(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "seed": self.seed,
            "runs": self.runs,
            "seconds": round(self.seconds, 1),
            **{
                name: dict(sorted(getattr(self, name).items()))
                for name in ("codes", "commands", "kills", "faults")
            },
            "jumps": self.jumps,
            "overlaps": self.overlaps,
            "full": self.full,
            "struck": self.struck,
            "peaks": {
                "median": sorted(self.peaks or [0])[len(self.peaks) // 2],
                "most": max(self.peaks or [0]),
            },
            "settled": self.settled,
            "growth": leaks.growth(self.peaks),
            **self.facts,
            "wrong": self.wrong,
        }


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in sorted(counts.items())) or "none"


def _compared(settled: dict[str, tuple[int, int]]) -> str:
    megabytes = {
        name: " against ".join(f"{one / (1 << 20):.0f}" for one in peaks)
        for name, peaks in settled.items()
    }
    return ", ".join(f"{name} {peaks}" for name, peaks in megabytes.items()) or "none"


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)
