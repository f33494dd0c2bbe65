"""What a run of `shock report --format json` against the fakes wrote, and what it asked of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fakes.yahoo import charts

if TYPE_CHECKING:
    from tests.fakes.wire import Request

# Closes of 2025-01-24 and 27 as published: Nasdaq's, and Nikkei's for Advantest (6857).
PUBLISHED = {"NVDA": (142.62, 118.42), "6857.T": (10050, 9185)}


class Run(NamedTuple):
    """A run that has ended."""

    code: int
    stdout: str
    stderr: str
    log: list[Request]

    @property
    def moves(self) -> dict[str, dict[str, Any]]:
        return {move["ticker"]: move for move in json.loads(self.stdout)["moves"]}

    def outcome(self, ticker: str) -> tuple[str, str | None]:
        move = self.moves[ticker]
        return move["status"], move["reason"]

    def closes(self, ticker: str) -> tuple[float | None, float | None]:
        move = self.moves[ticker]
        return move["previous_close"], move["close"]

    @property
    def asides(self) -> list[str]:
        """The hosts that were asked for something else than a chart."""
        return [one.host for one in self.log if not charts([one])]
