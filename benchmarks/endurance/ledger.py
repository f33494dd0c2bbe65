"""The store held against the truth: nothing that was kept may be lost, or be anything but true."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from world import World

_ROWS = "SELECT ticker, session, open, high, low, close, volume, reason FROM bar"
_TOLD = 4
_PARTS = ("", "-wal", "-journal")


class Kept(NamedTuple):
    """A session's row: true, or refused with a reason."""

    close: str | None
    reason: str | None


class Ledger:
    """What the store has held since the first run.

    `lies` are the sessions for which the vendor gave something else than the truth: their rows may
    say so until it gives the truth again.
    """

    def __init__(self, store: Path, world: World) -> None:
        self._store = store
        self._world = world
        self.held: dict[tuple[str, date], Kept] = {}
        self.lies: set[tuple[str, date]] = set()
        self.checked = self.unchanged = 0
        self._seen: tuple[tuple[int, int], ...] = ()

    def check(self, *, allows_lies: bool = True) -> list[str]:
        """Read the store as it is on the disk and return what is wrong with it."""
        seen = self._stamps()
        if seen == self._seen and allows_lies:
            self.unchanged += 1
            return []
        self._seen = seen
        try:
            rows = self._read()
        except sqlite3.Error as error:
            return [f"store: it cannot be read: {error}"]
        wrong = [
            f"store: {ticker} {session} was held and is gone"
            for ticker, session in self.held.keys() - rows.keys()
        ]
        for (ticker, session), (figures, reason) in rows.items():
            self.checked += 1
            true = self._world.bars[ticker].get(session)
            is_true = true is not None and _agree(figures, _spell(true))
            if is_true:
                self.lies.discard((ticker, session))
            elif reason is None and not (allows_lies and (ticker, session) in self.lies):
                wrong.append(f"store: {ticker} {session} has {figures}, the truth is {true}")
            elif not allows_lies:
                wrong.append(f"store: {ticker} {session} is still refused: {reason}")
            self.held[ticker, session] = Kept(None if reason else figures[3], reason)
        more = [f"store: and {len(wrong) - _TOLD} more"] if len(wrong) > _TOLD else []
        return wrong[:_TOLD] + more

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        files = [self._store.with_name(f"{self._store.name}{part}") for part in _PARTS]
        stats = [file.stat() for file in files if file.exists()]
        return tuple((one.st_mtime_ns, one.st_size) for one in stats)

    def _read(self) -> dict[tuple[str, date], tuple[tuple[str | None, ...], str | None]]:
        """Read a copy: to open the store itself would mend what the next run must mend."""
        if not self._store.exists():
            return {}
        with tempfile.TemporaryDirectory(prefix="endurance-") as folder:
            copy = Path(folder) / self._store.name
            for part in _PARTS:
                file = self._store.with_name(f"{self._store.name}{part}")
                if file.exists():
                    shutil.copyfile(file, copy.with_name(f"{copy.name}{part}"))
            with closing(sqlite3.connect(copy)) as connection:
                whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
                if whole != "ok":
                    raise sqlite3.DatabaseError(whole)
                if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    return {}
                return {
                    (ticker, date.fromisoformat(session)): (
                        (*map(_plain, prices), str(volume) if volume else None),
                        reason,
                    )
                    for ticker, session, *prices, volume, reason in connection.execute(_ROWS)
                }


def _agree(held: tuple[str | None, ...], true: tuple[str | None, ...]) -> bool:
    """Tell whether all is true that is held; a volume may be unknown."""
    return held[:-1] == true[:-1] and held[-1] in (None, true[-1])


def _plain(price: str | None) -> str | None:
    return None if price is None else f"{Decimal(price).normalize():f}"


def _spell(bar: tuple[Decimal | int, ...]) -> tuple[str | None, ...]:
    *prices, volume = bar
    return (*(f"{Decimal(one).normalize():f}" for one in prices), str(volume) if volume else None)
