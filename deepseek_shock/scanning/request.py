"""What a user asks of `shock scan`."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.analysis.scanned import ScanSettings


class Engine(StrEnum):
    """What does the work: this machine's threads, or Spark."""

    LOCAL = "local"
    SPARK = "spark"


class ScanRequest(NamedTuple):
    """What is gone through, by whom, and what is looked for.

    `paths` are as they were typed (files, folders, globs); where there are none the `store` is gone
    through. `columns` are the user's own names of our `ticker`, `session`, `close` and `split`.
    `day` is the day whose standing is wanted, `None` the last of each calendar. `memory` (bytes)
    bounds what a sort holds before it goes to the folder `spill`. With `pack` a packed history is
    written to this folder, after `wait` seconds at most while another run does so. `master` is
    Spark's, `None` what its own configuration says.
    """

    paths: tuple[str, ...] = ()
    store: Path | None = None
    settings: ScanSettings = ScanSettings()
    columns: Mapping[str, str] = {}
    day: date | None = None
    is_strict: bool = False
    engine: Engine = Engine.LOCAL
    master: str | None = None
    threads: int = 2
    memory: int = 1 << 30
    spill: Path | None = None
    pack: Path | None = None
    wait: float = 60
