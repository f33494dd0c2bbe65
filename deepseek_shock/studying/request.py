"""What a user asks of a study, and what is gathered for it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.analysis.design import Design
from deepseek_shock.market.bars import Source
from deepseek_shock.market.gap import Gap

if TYPE_CHECKING:  # numpy is loaded when there is something to study
    from deepseek_shock.analysis.axes import Axis, Placed

NO_CALENDAR = "none"
"""The calendar of a study whose sessions are the days of its files."""


class Figures(NamedTuple):
    """The files of returns or prices, of the instruments or of what they are held against."""

    returns: Path | None = None
    prices: Path | None = None


class StudyRequest(NamedTuple):
    """What a user asks. Without `own` figures the instruments are tickers, and bars are fetched.

    `calendar` is the MIC of an exchange or `none`; `None` is `none` with files, else each ticker's
    own. `benchmarks` are names, tickers or ``equal-weighted``; `factors` a file for a calendar, or
    for all (`None`). `least_coverage` is the share of events, in per cent, that must be used.
    """

    now: datetime
    events: Path
    design: Design
    own: Figures = Figures()
    market: Figures = Figures()
    calendar: str | None = None
    benchmarks: tuple[str, ...] = ()
    factors: tuple[tuple[str | None, Path], ...] = ()
    is_percent: bool = False
    least_coverage: float = 0
    is_strict: bool = False
    options: tuple[str, ...] = ()

    @property
    def has_files(self) -> bool:
        """Whether returns or prices come from files."""
        return self.own != Figures()

    def factor_file(self, calendar: str) -> Path | None:
        """Return the file of factors for a calendar: its own, or the one for all."""
        files = dict(self.factors)
        return files.get(calendar, files.get(None))


class Ground(NamedTuple):
    """What a study stands on: axes with returns, and where each event is looked for.

    `calendars` are those of the axes, `None` where the days of files are the sessions; `doubts` are
    sentences for the user; `names` are those that are held, `gaps` why others are not.
    """

    axes: "tuple[Axis, ...]"
    placed: "tuple[Placed, ...]"
    calendars: tuple[str | None, ...]
    sources: tuple[Source, ...]
    doubts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
