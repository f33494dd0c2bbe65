"""The splits that files record, and on which basis their closes are, when Spark reads the files.

As on this machine: what all files record is one list, and the closes around it vote. Where a task
meets recorded splits that nobody has told it of, it answers with them instead of counting. The
closes near them, which may stand in other files, are asked for by a job of their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deepseek_shock.scan.cluster.copies import Copy, Fault, Plan, open_copies
from deepseek_shock.scan.cluster.tasks import NOTHING, Answer, Kind, Recorded, make_batch
from deepseek_shock.scan.rows.splits import Split, find_near, look_around
from deepseek_shock.scan.rows.splitsearch import ASKED, name_rows, settle_splits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from deepseek_shock.scan.cluster.tasks import Batches, Work
    from deepseek_shock.scan.rows.splits import Splits

    Near: TypeAlias = "dict[str, dict[int, float]]"


class Search:
    """Adds up what tasks have found of splits; `known` are by the label of their column."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.recorded: dict[str, list[Recorded]] = {}
        for answer in answers:
            if answer.kind is Kind.SPLITS:
                name, label, splits = json.loads(answer.content)
                some = [Split(*split) for split in splits]
                self.recorded.setdefault(label, []).append(Recorded(name, label, some))

    def names(self) -> set[str]:
        """Return the files whose closes are asked for."""
        return {
            one.name for some in self.recorded.values() for one in some[:: 1 + len(some) // ASKED]
        }

    def splits(self) -> dict[str, list[Split]]:
        """Return all that is recorded."""
        return {
            label: [split for one in some for split in one.splits]
            for label, some in self.recorded.items()
        }

    def settle(self, answers: Iterable[Answer]) -> dict[str, Splits]:
        """Settle the basis by the closes that came. Raises `FileError`."""
        near: dict[str, Near] = {label: {} for label in self.recorded}
        for answer in answers:
            if answer.kind is Kind.NEAR:
                label, found = json.loads(answer.content)
                for ticker, closes in found.items():
                    known = near[label].setdefault(ticker, {})
                    known |= {int(day): close for day, close in closes.items()}
        return {
            label: settle_splits(
                label, self.recorded[label][0].name, splits, look_around(splits, near[label])
            )
            for label, splits in self.splits().items()
        }


def looking(plan: Plan, splits: Mapping[str, Sequence[Split]]) -> Work:
    """Look up the closes near splits."""

    def look(batches: Batches) -> Batches:
        yield make_batch(_look(plan, splits, batches))

    return look


def _look(plan: Plan, splits: Mapping[str, Sequence[Split]], batches: Batches) -> list[Answer]:
    def work(copy: Copy) -> Answer:
        label = copy.label or ""
        near = find_near(splits.get(label, ()), name_rows([copy.reader()]))
        held = {ticker: closes for ticker, closes in near.items() if closes}
        return Answer(Kind.NEAR, 0, json.dumps([label, held]).encode())

    found = open_copies(plan, batches, work)
    # A file that is damaged further on is found out by whoever counts it.
    return [one for one in found if not isinstance(one, Fault)] or [NOTHING]
