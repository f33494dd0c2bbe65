"""What must hold after every run: exit code and words, files whole, figures right, nothing left."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from figures import Figures, check_html

if TYPE_CHECKING:
    from pathlib import Path

    from ledger import Ledger
    from place import Place
    from plan import Step
    from runs import Run
    from world import World

_QUIET = (0, 3, 6, 10)
_TALKS = ("report markdown", "fetch", "verify", "verify capsule")  # on stdout
_EXPECTED = {
    "rebuild": {0, 2, 6},
    "verify": {0, 1},
    "verify capsule": {0, 1, 2},  # there is none at first
    "fetch": {0, 3, 4, 5},
}
_VENDOR_FAILED, _CALM = 5, 10
_USUAL = {0, 3, 4, 5, 6, 10}
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)\.")
_IN_FEED = 30
_ATOM = "{http://www.w3.org/2005/Atom}"


class Checks:
    """Looks at everything that has changed since the last look."""

    def __init__(self, place: Place, world: World, ledger: Ledger) -> None:
        self._place = place
        self._world = world
        self._ledger = ledger
        self.figures = Figures(world)
        self.ever_lied: set[tuple[str, date]] = set()
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self, step: Step, runs: list[Run]) -> list[str]:
        """Return what is wrong after a step."""
        self.ever_lied |= self._ledger.lies
        wrong: list[str] = []
        for run in runs:
            wrong += (f"{run.task.command}: {one}" for one in self._check_run(step, run))
        wrong += self._ledger.check()
        for file in self._changed():
            wrong += self._check_file(file, step)
        if len(runs) == 1:
            wrong += self._check_sessions(step, runs[0])
            wrong += self._check_site(runs[0])
            wrong += self._check_proof(runs[0])
        return wrong

    def _check_run(self, step: Step, run: Run) -> Iterator[str]:
        if run.is_hung:
            yield "it hung"
        if run.strays:
            yield f"it left {run.strays} processes behind"
        if run.is_killed:
            # Before the command has begun Python itself says so of an interrupt.
            if "Traceback" in run.stderr and "KeyboardInterrupt" not in run.stderr:
                yield f"when killed it said {run.stderr[-300:]!r}"
            return
        expected = set(_EXPECTED.get(run.task.command, _USUAL))
        expected |= {1} if run.task.room else set()
        expected |= {1, 2, 3} if step.is_jumped else set()
        is_fair = not (step.strikes or step.cookie_fails or step.is_jumped or run.task.room)
        expected -= {_VENDOR_FAILED} if is_fair else set()
        if run.code not in expected:
            yield f"exit code {run.code}: {run.stderr[:300]!r}"
        status, wrong = _read_status(run)
        yield from wrong
        yield from self._check_largest(run, status)
        yield from _check_words(run)

    def _check_largest(self, run: Run, status: dict[str, Any]) -> Iterator[str]:
        """Check the move that the status line names, and what `--if-move` made of it."""
        largest = status.get("largest")
        if largest is None:
            return
        ticker, session = largest["ticker"], date.fromisoformat(largest["session"])
        yield from self.figures.check_move(ticker, session, largest["price_return"])
        if "--if-move" in run.args:
            least = float(run.args[run.args.index("--if-move") + 1])
            is_calm = abs(largest["price_return"]) * 100 < least
            if run.code in (0, _CALM) and is_calm is not (run.code == _CALM):
                yield f"exit code {run.code}, the largest move is {largest}, asked is {least} %"

    def _check_sessions(self, step: Step, run: Run) -> Iterator[str]:
        """Check that `last` was the last session that the machine's clock could know."""
        if run.code or run.task.command != "report json":
            return
        newest = max(
            self._place.out.glob("????-??-??.json"), key=lambda one: one.stat().st_mtime_ns
        )
        for move in json.loads(newest.read_bytes())["moves"]:
            last = self._world.calendar(move["ticker"]).last_completed(step.clock)
            if move["session"] != str(last):
                yield f"{newest.name}: {move['ticker']} is of {move['session']}, last was {last}"

    def _check_proof(self, run: Run) -> Iterator[str]:
        """Check that a capsule that is there is proved."""
        is_asked = run.task.command == "verify capsule" and not (run.is_killed or run.task.room)
        if is_asked and run.code and self._place.capsule.exists():
            yield f"the capsule is not proved: {run.stdout[:300]!r} {run.stderr[:300]!r}"

    def _changed(self) -> Iterator[Path]:
        place = self._place
        for folder in (place.out, place.site, place.site / ".shock"):
            for file in sorted(folder.glob("*")) if folder.is_dir() else ():
                if file.is_file() and not file.name.startswith(".") and file.name != "lock":
                    stat = file.stat()
                    seen = stat.st_mtime_ns, stat.st_ino
                    if self._seen.get(str(file)) != seen:
                        self._seen[str(file)] = seen
                        yield file

    def _check_file(self, file: Path, step: Step) -> list[str]:
        if file.name.endswith(".json.gz"):
            return self.figures.check_kept(file, self.ever_lied)
        if file.suffix == ".json":
            if file.parent == self._place.out:
                return self.figures.check_json(file, step.now)
            return self._parse(file)
        if file.suffix == ".zip":
            return self._unpack(file)
        text = file.read_text("utf-8")
        if file.suffix == ".xml":
            return self._parse(file)
        day = _DAY.match(file.name)
        if day is None:
            return [f"{file.name}: {one}" for one in check_html(text)]
        return self.figures.check_page(text, file.name, date.fromisoformat(day[1]))

    def _parse(self, file: Path) -> list[str]:
        try:
            if file.suffix == ".xml":
                ET.fromstring(file.read_text("utf-8"))  # noqa: S314 -- our own feed
            else:
                json.loads(file.read_bytes())
        except (ET.ParseError, ValueError) as error:
            return [f"{file.name}: it is not whole: {error}"]
        return []

    def _unpack(self, file: Path) -> list[str]:
        """Check a capsule: no part is damaged, and its closes are the truth."""
        try:
            with zipfile.ZipFile(file) as capsule:
                damaged = capsule.testzip()
        except (OSError, zipfile.BadZipFile) as error:
            return [f"{file.name}: it is not whole: {error}"]
        return [] if damaged is None else [f"{file.name}: {damaged} is damaged"]

    def _check_site(self, run: Run) -> Iterator[str]:
        """Check that a publication leaves pages, index, feed and basis that belong together."""
        if run.code or not run.args[0].startswith("publish"):
            return
        site = self._place.site
        drafts = [one.name for one in site.rglob(".*.tmp")]
        if drafts:
            yield f"drafts are left after a publication: {drafts}"
        pages = {one.stem for one in site.glob("????-??-??.html")}
        kept = {one.name[:10] for one in (site / ".shock").glob("*.json.gz")}
        entries = {one.name[:10] for one in (site / ".shock").glob("*.entry.json")}
        linked = set(
            re.findall(r'href="(\d{4}-\d\d-\d\d)\.html"', (site / "index.html").read_text("utf-8"))
        )
        if not pages == kept == entries == linked:
            odd = (pages ^ kept) | (pages ^ entries) | (pages ^ linked)
            yield f"pages, bases, entries, index differ: {sorted(odd)}"
        feed = ET.parse(site / "feed.xml").getroot()  # noqa: S314 -- our own feed
        if len(feed.findall(f"{_ATOM}entry")) != min(len(pages), _IN_FEED):
            yield f"the feed has {len(feed.findall(f'{_ATOM}entry'))} entries of {len(pages)}"


def _read_status(run: Run) -> tuple[dict[str, Any], list[str]]:
    """Return the status line, where it was asked for, and what is wrong with it."""
    if "--status" not in run.args:
        return {}, []
    try:
        status: dict[str, Any] = json.loads(run.stderr.splitlines()[-1])
    except (ValueError, IndexError):
        return {}, [f"no status line: {run.stderr!r}"]
    is_right = status["exit_code"] == run.code
    return status, [] if is_right else [f"exit code {run.code} and the status {status}"]


def _check_words(run: Run) -> Iterator[str]:
    """Check that a run says what the contract lets it say, and nothing else."""
    lines = run.stderr.splitlines()[: -1 if "--status" in run.args else None]
    heads = [line.partition(":")[0] for line in lines]
    if run.code in _QUIET and lines and not run.task.room:  # that the store is full is said
        yield f"exit code {run.code} and not silent: {run.stderr!r}"
    if run.code not in _QUIET and heads[-2:] != ["error", "hint"]:
        yield f"exit code {run.code} says {run.stderr!r}"
    if run.task.room:  # what went to a stream before the disk was full cannot be taken back
        return
    if run.stdout and (run.code or run.task.command not in _TALKS) and run.task.command != "fetch":
        yield f"exit code {run.code} with {run.stdout[:80]!r} on stdout"
