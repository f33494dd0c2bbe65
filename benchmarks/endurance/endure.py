"""Run the command a thousand times as cron would, with faults, kills and wrong clocks.

    .venv/bin/python benchmarks/endurance/endure.py --runs 1000 --seed 1
    … --faults rate-limit,timeout --kill 0.3 --jump 0 --json result.json
    … --fault-file mine.py       faults of one's own; see strikes.py for what a file says

One home, one store, one site and one folder of reports are kept over all runs. The vendor is the
tests' fake of Yahoo, serving a made-up market whose figures this script knows by its own formula.
After every run all that has changed is looked at: files whole, figures right or absent with a
reason, nothing lost from the store, nothing left behind, exit code and words as the contract says.
Ends with 1 where anything was not so. Needs the test environment (`make test`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import leaks
from checks import Checks
from ledger import Ledger
from place import Place
from plan import BEGINS, Odds, Planner, Step, Task
from runs import Run, Starter
from strikes import choose
from tally import Tally
from vendor import Vendor
from world import World, read_calendars

from tests.fakes.proxy import serve

_SETTLE = (
    *("publish", "rebuild", "report json", "report html", "report if-move", "report capsule"),
    *("verify capsule", "verify"),
)
_REPORTED = 50  # runs between two lines of progress


class Endurance:
    """All runs of a seed in one place."""

    def __init__(self, args: argparse.Namespace, root: Path) -> None:
        self._args = args
        self._world = World(args.seed, read_calendars())
        self._vendor = Vendor(self._world, BEGINS)
        self._place = Place(root)
        self._ledger = Ledger(self._place.store, self._world)
        self._checks = Checks(self._place, self._world, self._ledger)
        self._tally = Tally(args.seed)

    def run(self) -> Tally:
        """Make all runs, then those that settle what the others left, and look at the whole."""
        args = self._args
        odds = Odds(args.kill, args.jump, args.fault_rate, args.overlap, args.full)
        faults = choose(args.faults, args.fault_file)
        began = time.monotonic()
        with serve({"*.yahoo.com": self._vendor}, folder=self._place.root) as proxy:
            starter = Starter(self._place, proxy.env, args.python)
            step = None
            for step in Planner(args.runs, args.seed, odds, faults).steps():
                self._take(starter, step)
                proxy.log.clear()
                if args.progress and self._tally.runs % _REPORTED < len(step.tasks):
                    taken = time.monotonic() - began
                    print(
                        f"{self._tally.runs} runs, {taken:.0f} s, {len(self._tally.wrong)} wrong",
                        file=sys.stderr,
                        flush=True,
                    )
                if args.stop and self._tally.wrong:
                    break
            self._tally.seconds = time.monotonic() - began
            self._settle(starter, step)
            inside = self._run_inside(starter) if args.inside else None
            refused = sorted(set(proxy.refused))
        if refused:
            self._tally.wrong.append(f"other hosts than the vendor were asked: {refused}")
        self._tally.faults = self._vendor.met
        self._sum_up()
        self._tally.judge(inside)
        return self._tally

    def _take(self, starter: Starter, step: Step) -> list[Run]:
        """Make the runs of one step and look at what they did."""
        self._vendor.set(step.now, step.strikes, cookie_fails=step.cookie_fails)
        calendar = self._world.calendars["XNYS"]

        def earlier(sessions: int) -> str:
            place = calendar.places[calendar.last_completed(step.now)]
            return str(calendar.hours[place - sessions].session)

        runs = starter.run(step, earlier)
        self._ledger.lies |= self._vendor.lies
        self._vendor.lies = set()
        wrong = self._checks.look(step, runs)
        self._tally.add(step, runs)
        self._tally.wrong += (
            f"step {step.number}, {step.now}, {self._said(step)}: {one}" for one in wrong
        )
        for one in wrong if self._args.progress else ():
            print(f"step {step.number}: {one}", file=sys.stderr, flush=True)
        return runs

    def _said(self, step: Step) -> str:
        commands = " and ".join(
            f"{one.command}{' killed' if one.kill else ''}" for one in step.tasks
        )
        faults = ", ".join(one.name for one in step.strikes)
        return f"{commands}; clock {step.clock}; faults {faults or 'none'}"

    def _settle(self, starter: Starter, last: Step | None) -> None:
        """Make good runs: after them nothing may be left of the bad ones."""
        if last is None:
            return
        # In the evening, when New York has closed and Tokyo sleeps.
        now = (last.now + timedelta(days=4)).replace(hour=22, minute=40)
        leaks.age(self._place)
        good = Step(last.number + 1, now, now, (), (), cookie_fails=False)
        # An odd number: `fetch` asks again for all, so that every session must be true after it.
        good = good._replace(number=good.number // 2 * 2 + 1)
        fresh = Starter(Place(self._place.root / "fresh"), starter.vendor, starter.python)
        for number, command in enumerate(("fetch", *_SETTLE)):
            step = good._replace(tasks=(Task(command, number),))
            used = self._take(starter, step)[0].peak
            if command == "fetch":
                self._tally.wrong += self._ledger.check(allows_lies=False)
            self._tally.settled[command] = used, fresh.run(step, lambda _: "")[0].peak

    def _run_inside(self, starter: Starter) -> dict[str, Any]:
        """Run the command many times within one process that asks the store and the vendor."""
        place, times = self._place, self._args.inside
        clock = int(self._vendor.now.timestamp())
        watched = ["--watchlist", str(place.watchlist)]
        commands = [
            ["report", "--date", "last", *watched, "-o", str(place.out / "latest.json")],
            ["publish", str(place.site), "--date", "last", *watched],
            ["fetch", *watched, "--years", "1", "--refresh"],
        ]
        self._vendor.set(self._vendor.now, (), cookie_fails=False)
        done = subprocess.run(
            [
                starter.python,
                str(Path(__file__).with_name("inside.py")),
                str(times),
                json.dumps(commands),
            ],
            cwd=place.home,
            env=starter.environment(clock),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self._tally.wrong.append(f"runs within one process: {done.stderr[-500:]}")
            return {
                "first": {"memory": 0, "fds": 0, "threads": 0},
                "last": {"memory": 0, "fds": 0, "threads": 0},
            }
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def _sum_up(self) -> None:
        """Say what is held and left."""
        place, left = self._place, leaks.leftovers(self._place)
        if left:
            self._tally.wrong.append(f"{len(left)} files or folders are left: {left[:5]}")
        refused = sum(one.reason is not None for one in self._ledger.held.values())
        expected = len(self._ledger.held)
        self._tally.facts = {
            "sessions held in the store, lost": [
                expected,
                sum("is gone" in one for one in self._tally.wrong),
            ],
            "of them refused, looks at the store": [refused, f"{self._ledger.checked:,} rows"],
            "pages": len(list(place.site.glob("????-??-??.html"))),
            "figures checked": self._checks.figures.checked,
            "figures absent, with a reason": self._checks.figures.blank,
            "files at the end, of them left over": [leaks.count_files(place), len(left)],
            "bytes of store, of site": [
                f"{leaks.size(place.store.parent):,}",
                f"{leaks.size(place.site):,}",
            ],
            **self._tally.facts,
        }


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--runs", type=int, default=1000, help="how many runs")
    add("--seed", type=int, default=1, help="of the market, the plan and the faults")
    add("--faults", default="", help="names with commas; none: all that are known")
    add("--fault-file", type=Path, action="append", default=[], help="a Python file with FAULTS")
    add("--fault-rate", type=float, default=0.35, help="share of the runs that meet faults")
    add("--kill", type=float, default=0.1, help="share of the runs that are killed")
    add("--jump", type=float, default=0.1, help="share of the runs whose clock is wrong")
    add("--overlap", type=float, default=0.15, help="share of the times with two runs at once")
    add("--full", type=float, default=0.04, help="share of the runs that may write no large file")
    add("--inside", type=int, default=200, help="runs within one process, at the end")
    add("--python", default=sys.executable, help="an interpreter that has the command")
    add("--json", type=Path, help="write the result to this file, too")
    add("--folder", type=Path, help="keep all files in this new folder")
    add("--stop", action="store_true", help="end at the first property that is broken")
    add("--progress", action="store_true", help="say on stderr how far it is")
    return parser.parse_args()


def main() -> int:
    """Make the runs, print the table, return 1 where a property was broken."""
    args = read_arguments()
    with tempfile.TemporaryDirectory(prefix="endurance-") as scratch:
        tally = Endurance(args, args.folder or Path(scratch) / "all").run()
    print(tally.table())
    for one in tally.wrong:
        print(f"broken: {one}")
    if args.json:
        args.json.write_text(json.dumps(tally.data(), indent=1) + "\n", encoding="utf-8")
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
