"""The moves of some days, and their exact medians."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np

from deepseek_shock.scan.calendars import FIRST, LAST
from deepseek_shock.scan.steps import Stepper
from deepseek_shock.scan.suspects import HIGHEST, LOWEST, find_reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deepseek_shock.scan.arraytypes import Codes, Floats, Ints, Marks, Places
    from deepseek_shock.scan.calendars import Calendars
    from deepseek_shock.scan.steps import Steps

    Session: TypeAlias = tuple[str | None, int]


class DayMoves:
    """The ranked moves of some days, by calendar and day number."""

    def __init__(self) -> None:
        self._days: dict[str | None, list[Ints]] = {}
        self._moves: dict[str | None, list[Floats]] = {}

    def add(self, calendar: str | None, days: Ints, moves: Floats) -> None:
        """Add some moves, each with its day."""
        self._days.setdefault(calendar, []).append(days)
        self._moves.setdefault(calendar, []).append(moves)

    def merge(self, other: DayMoves) -> None:
        """Add the moves of other rows."""
        for calendar, (days, moves) in other.columns().items():
            self.add(calendar, days, moves)

    def columns(self) -> dict[str | None, tuple[Ints, Floats]]:
        """Return, by calendar, the day of each move and the moves."""
        return {
            calendar: (np.concatenate(days), np.concatenate(self._moves[calendar]))
            for calendar, days in self._days.items()
        }

    def medians(
        self, wanted: Mapping[str | None, Sequence[int]] | None = None
    ) -> dict[Session, float]:
        """Return the median of each day that has moves, or of those that are wanted."""
        found: dict[Session, float] = {}
        for calendar, columns in self.columns().items():
            days, moves = columns
            if wanted is not None:
                is_wanted = np.isin(days, wanted.get(calendar, ()))
                days, moves = days[is_wanted], moves[is_wanted]
            order = days.argsort(kind="stable")
            known, firsts = np.unique(days[order], return_index=True)
            pieces = np.split(moves[order], firsts[1:])
            found |= {
                (calendar, int(day)): float(np.median(piece))
                for day, piece in zip(known, pieces, strict=False)
            }
        return found

    def to_bytes(self) -> bytes:
        """Return them as bytes (numpy's .npz, nothing that runs when it is read)."""
        columns = self.columns()
        names = [name for name in columns if name is not None]
        out = BytesIO()
        arrays: dict[str, Any] = {"names": np.array(names, np.str_)}
        known: list[str | None] = [*names, None] if None in columns else [*names]
        for row, name in enumerate(known):
            arrays[f"days{row}"], arrays[f"moves{row}"] = columns[name]
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read them back."""
        read = cls()
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            names: list[str | None] = [*map(str, arrays["names"]), None]
            for row, name in enumerate(names):
                if f"days{row}" in arrays:
                    read.add(name, arrays[f"days{row}"], arrays[f"moves{row}"])
        return read


class Watched:
    """Days whose moves are kept."""

    def __init__(self, calendars: Calendars) -> None:
        self.moves = DayMoves()
        self._calendars = calendars
        self._marks: dict[str | None, Marks] = {}

    def watch(self, days: Mapping[str | None, Iterable[int]]) -> None:
        """Keep the moves of these days, too."""
        for calendar, some in days.items():
            marks = self._marks.setdefault(calendar, np.zeros(LAST - FIRST + 1, np.bool_))
            places = some if isinstance(some, np.ndarray) else np.fromiter(some, np.intp)
            marks[places - FIRST] = True

    def keep(self, steps: Steps, homes: Places, refused: Places) -> None:
        """Keep those of a block's moves that are of these days; refused ones are none.

        `homes` are the calendars' rows of the block's tickers.
        """
        if not self._marks or not steps.at.size:
            return
        for home in np.unique(homes):
            name = self._calendars.names[home]
            if (marks := self._marks.get(name)) is None:
                continue
            is_kept = marks.take(steps.days, mode="clip")
            if homes.min() != homes.max():
                is_kept &= np.repeat(homes == home, steps.lengths)
            is_kept[refused] = False
            places = np.flatnonzero(is_kept)
            if places.size:
                days = (steps.days[places] + FIRST).astype(np.int32)
                self.moves.add(name, days, steps.ratios[places] - 1)


class Collector:
    """Goes once more through rows as `Kernel` does, and keeps the moves of some days only."""

    def __init__(
        self,
        calendars: Calendars,
        tickers: list[str],
        days: Mapping[str | None, Iterable[int]],
    ) -> None:
        self._stepper = Stepper(calendars, tickers)
        self._watched = Watched(calendars)
        self._watched.watch(days)

    def feed(self, codes: Ints, days: Ints, closes: Floats) -> None:
        """Go through some more rows, as `Kernel.feed` does."""
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            for steps in self._stepper.go(codes, days, closes):
                refused, _ = find_refused(steps.ratios)
                self._watched.keep(steps, self._stepper.homes[steps.codes], refused)

    def end(self) -> DayMoves:
        """Return the moves."""
        return self._watched.moves


def find_refused(ratios: Floats) -> tuple[Places, Codes]:
    """Return where in a block stand moves that a guard refuses, and why (`suspects.REASONS`)."""
    if ratios.size and (ratios.min() <= LOWEST or ratios.max() >= HIGHEST):
        large = np.flatnonzero((ratios <= LOWEST) | (ratios >= HIGHEST))
        reasons = find_reasons(ratios[large])
        return large[reasons > 0], reasons[reasons > 0]
    return np.empty(0, np.intp), np.empty(0, np.int8)
