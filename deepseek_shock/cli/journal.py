"""What a run says of itself on stderr, where it is asked to: log lines, and one line of JSON.

Without `-v` and `--status` it says nothing. The journal is made before the command line is read, so
that a run that fails there has its status line too.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import typer

from deepseek_shock import __version__
from deepseek_shock.controls import neutralise_line

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from deepseek_shock.analysis.findings import Findings
    from deepseek_shock.analysis.moves import Asked

SCHEMA = 1
_VARIABLE = "SHOCK_STATUS"
_OUTCOMES = {
    0: "done",
    2: "wrong_usage",
    3: "no_session",
    4: "incomplete",
    5: "vendor_failed",
    6: "locked",
    10: "calm",
    130: "interrupted",
}
_TIMED_OUT = "timed_out"


class StatusKind(StrEnum):
    """What the status line is written as."""

    JSON = "json"


class Journal:
    """A run's log and status."""

    def __init__(self, arguments: "Sequence[str]" = (), commands: "Container[str]" = ()) -> None:
        self._began = time.monotonic()
        self._facts: dict[str, Any] = {}
        self._error: str | None = None
        self._hint: str | None = None
        self._is_late = False
        self.command = next((one for one in arguments if one in commands), None)
        self.is_verbose = False
        self.has_status = _asks_for_status(arguments)

    def log(self, words: str) -> None:
        """Say what is being done, with the time, under `-v`."""
        if self.is_verbose and sys.stderr is not None:
            moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            sys.stderr.write(f"{moment} {neutralise_line(words)}\n")
            sys.stderr.flush()

    def note(self, **facts: Any) -> None:  # noqa: ANN401 -- whatever JSON takes
        """Keep facts for the status line."""
        self._facts |= facts

    def note_sessions(self, asked: "Sequence[Asked]") -> None:
        """Say and keep of which session each exchange is reported."""
        sessions = {one.exchange.calendar: one.session.isoformat() for one in asked}
        self.note(sessions=sessions)
        said = ", ".join(f"{calendar} {session}" for calendar, session in sessions.items())
        self.log(f"sessions: {said}")

    def note_findings(self, findings: "Findings") -> None:
        """Say and keep what was found, whether or not it is enough to be written."""
        from deepseek_shock.calm import largest_move
        from deepseek_shock.coverage import coverage

        self.note_sessions(list(findings.inquiry.asked.values()))
        due = [move for move in findings.moves.values() if move.is_due]
        figures = sum(move.is_figure for move in due)
        reached = float(f"{coverage(findings):.12g}")
        largest = largest_move(findings)
        self.note(
            date=findings.inquiry.day.isoformat(),
            due=len(due),
            figures=figures,
            coverage=reached,
            largest=None
            if largest is None or largest.price_return is None
            else {
                "ticker": largest.instrument.ticker,
                "session": largest.session.isoformat(),
                "price_return": float(f"{largest.price_return:.12g}"),
            },
            source=[
                {"name": one.name, "vendor": one.vendor, "retrieved": one.retrieved}
                for one in findings.sources
            ],
        )
        self.log(f"figures: {figures} of {len(due)} due, coverage {int(reached)} %")
        for move in due:
            if not move.is_figure:
                detail = f" ({move.detail})" if move.detail else ""
                reason = move.reason or move.status
                self.log(f"no figure: {move.instrument.ticker} on {move.session}: {reason}{detail}")

    def note_written(self, name: str) -> None:
        """Say and keep what was written."""
        written: list[str] = self._facts.setdefault("written", [])
        written.append(name)
        self.log(f"written: {name}")

    def fail(self, message: str, hint: str, *, is_late: bool = False) -> None:
        """Keep why the run failed; `is_late` where its time was up."""
        self._error, self._hint = " ".join(message.split()), hint
        self._is_late = is_late

    def close(self, code: int) -> None:
        """End the journal: the status line is the last of all, where it is asked for."""
        seconds = round(time.monotonic() - self._began, 3)
        self.log(f"exit code {code} after {seconds} s")
        if not self.has_status or sys.stderr is None:
            return
        status: dict[str, Any] = {
            "schema": SCHEMA,
            "command": self.command,
            "exit_code": code,
            "outcome": _TIMED_OUT if self._is_late else _OUTCOMES.get(code, "failed"),
            "error": self._error,
            "hint": self._hint,
            "version": __version__,
            "seconds": seconds,
            "date": None,
            "sessions": {},
            "due": None,
            "figures": None,
            "coverage": None,
            "largest": None,
            "source": [],
            "written": [],
        }
        sys.stderr.write(json.dumps(status | self._facts, ensure_ascii=True) + "\n")
        sys.stderr.flush()


def _asks_for_status(arguments: "Sequence[str]") -> bool:
    """Tell whether a status line is wanted of a command line that may be wrong elsewhere."""
    given = list(arguments)
    if "--status=json" in given or os.environ.get(_VARIABLE) == StatusKind.JSON:
        return True
    return any(one == "--status" and other == StatusKind.JSON for one, other in pairwise(given))


def journal_of(context: typer.Context) -> Journal:
    """Return the journal of the run that a command belongs to."""
    return context.ensure_object(Journal)
