"""Runs as cron starts them: a process with a home, no terminal and next to no environment."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from place import Place
    from plan import Kill, Step, Task

_POLL = 0.002  # seconds
_SAMPLED = 0.02  # seconds between two looks at a run's memory
_HUNG = 150.0  # seconds after which a run is held to hang
_DEADLINE, _SHORT = "30", "4"  # seconds that a run waits for its vendor; for one that is silent


class Run(NamedTuple):
    """A run that has ended; `code` is negative where a signal ended it, `peak` in bytes."""

    task: Task
    args: tuple[str, ...]
    code: int
    stdout: str
    stderr: str
    seconds: float
    peak: int
    is_killed: bool
    is_hung: bool
    strays: int


class Starter:
    """Starts and ends runs with an interpreter in which the command is installed."""

    def __init__(self, place: Place, vendor: Mapping[str, str], python: str) -> None:
        self.place = place
        self.python = python
        self.vendor = vendor
        self._usual: dict[str, float] = {}
        self._told = {command: self._help(command) for command in ("report", "publish")}

    def _help(self, command: str) -> str:
        env = self.place.environment({}, 0)
        args = [self.python, "-m", "deepseek_shock", command, "--help"]
        return subprocess.run(args, env=env, capture_output=True, text=True, check=True).stdout

    def _knows(self, command: str, option: str) -> bool:
        return option in self._told["publish" if command == "publish" else "report"]

    def arguments(self, task: Task, step: Step, earlier: Callable[[int], str]) -> tuple[str, ...]:
        """Return the command line of a task; `earlier` names the session so many back."""
        place, command = self.place, task.command
        deadline = _SHORT if step.is_slow else _DEADLINE
        asked: tuple[str, ...] = ("--watchlist", str(place.watchlist), "--deadline", deadline)
        if command == "verify":
            return ("store", "verify")
        if command == "verify capsule":
            return ("verify", str(place.capsule))
        if command == "fetch":
            return ("fetch", *asked, "--years", "4", *(("--refresh",) if step.number % 2 else ()))
        if task.earlier % 3 == 0 and self._knows(command, "--status"):
            asked = (*asked, "--status", "json")
        if command == "rebuild":
            return ("publish", str(place.site), "--rebuild")
        least = ("--if-move", f"{task.earlier % 6}.5")
        if command.startswith("publish"):
            asked = (*asked, *least) if command == "publish if-move" else asked
            return ("publish", str(place.site), "--date", "last", *asked)
        day = earlier(task.earlier) if command == "report earlier" else "last"
        latest = ("-o", str(place.out / "latest.json"))
        rest = {
            "report json": ("-o", str(place.out / "{date}.json")),
            "report html": ("-o", str(place.out / "{date}.html")),
            "report earlier": ("-o", str(place.out / f"{day}.json")),
            "report if-move": (*least, *latest),
            "report capsule": (*latest, "--capsule", str(place.capsule)),
            "report markdown": ("--format", "markdown"),
        }
        return ("report", "--date", day, *asked, *rest[command])

    def run(self, step: Step, earlier: Callable[[int], str]) -> list[Run]:
        """Run the tasks of a step, at once where there are two, and wait until all have ended."""
        lines = [self.arguments(task, step, earlier) for task in step.tasks]
        running = [
            _Running(self, task, args, int(step.clock.timestamp()), number, self._usual)
            for number, (task, args) in enumerate(zip(step.tasks, lines, strict=True))
        ]
        while not all([one.poll() for one in running]):  # noqa: C419 -- each is polled
            time.sleep(_POLL)
        return [one.end() for one in running]

    def environment(self, clock: int) -> dict[str, str]:
        """Return the environment of a run."""
        return self.place.environment(self.vendor, clock)

    def start(self, args: Sequence[str], clock: int, name: str) -> subprocess.Popen[bytes]:
        """Start a command whose streams go to files of that name."""
        root = self.place.root
        with (root / f"{name}.out").open("wb") as out, (root / f"{name}.err").open("wb") as err:
            return subprocess.Popen(
                [self.python, "-m", "deepseek_shock", *args],
                cwd=self.place.home,
                env=self.environment(clock),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )


class _Running:
    """A run under way: watched, perhaps killed, and waited for with what it used."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what a run is made of
        self,
        starter: Starter,
        task: Task,
        args: tuple[str, ...],
        clock: int,
        number: int,
        usual: dict[str, float],
    ) -> None:
        self._place = starter.place
        self._task, self._args, self._usual, self._name = task, args, usual, f"run{number}"
        self._seen = self._state() if task.kill is not None and task.kill.changes else frozenset()
        self._changes = 0
        self._began = time.monotonic()
        self._process = starter.start(args, clock, self._name)
        if task.room is not None and hasattr(resource, "prlimit"):
            with suppress(ProcessLookupError):
                limit = (task.room, task.room)
                resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, limit)
        self._is_killed = self._is_hung = False
        self._ended: tuple[int, float, int] | None = None
        self._peak, self._sampled = 0, 0.0

    def poll(self) -> bool:
        """Tell whether the run has ended; kill it when its time has come."""
        if self._ended is not None:
            return True
        pid, status, used = os.wait4(self._process.pid, os.WNOHANG)
        seconds = time.monotonic() - self._began
        if pid:
            code = os.waitstatus_to_exitcode(status)
            self._process.returncode = code
            unit = 1 if sys.platform == "darwin" else 1024
            self._ended = code, seconds, self._peak or used.ru_maxrss * unit
            return True
        if seconds - self._sampled > _SAMPLED:
            self._sampled = seconds
            self._peak = _read_peak(self._process.pid) or self._peak
        if self._is_due(seconds):
            self._is_killed = True
            self._signal(signal.Signals[self._task.kill.signal if self._task.kill else "SIGKILL"])
        if seconds > _HUNG and not self._is_hung:
            self._is_hung = True
            self._signal(signal.SIGKILL)
        return False

    def _is_due(self, seconds: float) -> bool:
        kill: Kill | None = self._task.kill
        if kill is None or self._is_killed:
            return False
        if kill.changes:
            state = self._state()
            self._changes += state != self._seen
            self._seen = state
            return self._changes >= kill.changes
        return seconds >= kill.after * self._usual.get(self._task.command, 1.0)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def _state(self) -> frozenset[tuple[str, int, int]]:
        """Return all files that a run may write, with size and time."""
        found: set[tuple[str, int, int]] = set()
        for folder in self._place.folders():
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        stat = entry.stat()
                        found.add((entry.path, stat.st_size, stat.st_mtime_ns))
        return frozenset(found)

    def end(self) -> Run:
        """Return the run, with the processes that it has left behind, which are ended."""
        code, seconds, peak = self._ended or (0, 0.0, 0)
        if not self._is_killed:
            before = self._usual.get(self._task.command, seconds)
            self._usual[self._task.command] = 0.7 * before + 0.3 * min(seconds, 3 * before)
        return Run(
            self._task,
            self._args,
            code,
            self._text("out"),
            self._text("err"),
            seconds,
            peak,
            self._is_killed,
            self._is_hung,
            _end_session(self._process.pid),
        )

    def _text(self, end: str) -> str:
        file = self._place.root / f"{self._name}.{end}"
        return file.read_bytes().decode(errors="replace")


def _read_peak(pid: int) -> int:
    """Return the peak memory of a process so far, in bytes, 0 where the system does not say.

    What `wait4` says is no less than the parent's own memory, whose pages Linux counts too.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _end_session(leader: int) -> int:
    """Count the processes of a session whose leader has ended, and end them (Linux alone)."""
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                found += 1
                os.kill(int(stat.parent.name), signal.SIGKILL)
    return found
