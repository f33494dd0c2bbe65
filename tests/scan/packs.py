"""Packs laid by hand: their sessions are what a test says, and they hold no rows."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from deepseek_shock.analysis.scanned import ScanDay
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.scan.packs.manifest import Days, Manifest, Origin, encode
from deepseek_shock.scan.packs.packeddays import write_days

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MONDAY = date(2025, 1, 27)


def lay_pack(root: Path, days: Iterable[ScanDay], calendar: str = "auto", least: int = 20) -> Path:
    """Write a manifest and sessions; return the folder."""
    held = tuple(days)
    content = write_days(held)
    proof = sha256(content).hexdigest()
    name = f"days-{proof[:8]}.csv"
    known = Days(name, len(held), calendar, least, len(content), proof)
    root.mkdir()
    (root / name).write_bytes(content)
    origins = (Origin("/prices/all.csv", 1, 2),)
    (root / "manifest.json").write_bytes(encode(Manifest(origins, (), (), days=known)))
    return root


def quiet(calendar: str | None, session: date) -> ScanDay:
    """A session of a hundred tickers in which nothing happened: 40 fell, one had a low z."""
    return ScanDay(calendar, session, 100, 0.001, 60, 40, 80, 1)


def winter(calendar: str | None = "XNYS") -> list[ScanDay]:
    """The sessions from 2 December 2024 to 31 January 2025, quiet but for five of them.

    27 January has the third lowest mean and the second highest score; 18 December is most like it.
    """
    exchange = XTKS if calendar == "XTKS" else XNYS
    sessions = sessions_between(exchange, date(2024, 12, 2), date(2025, 1, 31))
    loud = {
        date(2024, 12, 9): ScanDay(calendar, date(2024, 12, 9), 100, -0.03, 10, 90, 80, 4),
        date(2024, 12, 18): ScanDay(calendar, date(2024, 12, 18), 100, -0.014, 30, 70, 80, 7),
        date(2025, 1, 10): ScanDay(calendar, date(2025, 1, 10), 100, -0.02, 20, 80, 80, 9),
        MONDAY: ScanDay(calendar, MONDAY, 100, -0.015, 30, 69, 80, 8),
        date(2025, 1, 28): ScanDay(calendar, date(2025, 1, 28), 100, -0.015, 30, 69, 80, 8),
    }
    return [loud.get(one, quiet(calendar, one)) for one in sessions]
