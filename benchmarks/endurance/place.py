"""The folder of all runs: a home, a site, reports, a folder for temporary files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from world import LISTINGS


class Place:
    """The folder of all runs: home, site, reports, temporary files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home, self.site, self.out, self.temp = (
            root / name for name in ("home", "site", "out", "tmp")
        )
        self.store = self.home / ".local" / "share" / "shock" / "store.db"
        self.capsule = self.out / "evidence.zip"
        self.watchlist = self.home / "watched.toml"
        for folder in (self.home, self.out, self.temp):
            folder.mkdir(parents=True)
        shares = [one for one in LISTINGS if not one.is_index]
        self.watchlist.write_text(
            'id = "endurance"\ntitle = "Endurance"\nindexes = ["^ENDX"]\n\n'
            '[exchanges]\nXNYS = ["^ENDX"]\n\n[[groups]]\nid = "all"\ntitle = "All"\n'
            f"tickers = {[one.ticker for one in shares]}\n",
            encoding="utf-8",
        )

    def environment(self, vendor: Mapping[str, str], clock: int) -> dict[str, str]:
        """Return what a job of cron has, and the way to the fake vendor."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TMPDIR": str(self.temp),
            "SOURCE_DATE_EPOCH": str(clock),
            **vendor,
        }

    def folders(self) -> tuple[Path, ...]:
        """Return where runs write."""
        return self.site, self.site / ".shock", self.out, self.store.parent
