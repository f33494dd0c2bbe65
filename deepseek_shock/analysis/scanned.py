"""What a scan of a whole history finds: plain values, the same from every engine.

A session is always one of a calendar: New York's 27 January and Tokyo's are two sessions, and are
counted apart. Where no calendar is given, `calendar` is `None` and a session is a date of the data.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.market.bars import Source
from deepseek_shock.market.gap import GapReason

LOW = -3.0  # a z at or below it is low
WINDOW = 250  # log returns before a session, by which its z is taken


class ScanTable(StrEnum):
    """The tables of a scan, as CSV and Parquet name them."""

    SHOCKS = "shocks"
    SESSIONS = "sessions"
    FALLS = "falls"
    RISES = "rises"
    TICKERS = "tickers"
    UNRANKED = "unranked"
    DAYS = "days"


class ScanDay(NamedTuple):
    """One session of one calendar, over all tickers that have a move in it.

    `mean` and `median` are of the moves, as fractions; moves that a guard refused are in none of
    the numbers but `unranked`. `judged` moves have a z, `low` of them one of −3 or less. The
    median is known of the days that are listed, and `None` of the others.
    """

    calendar: str | None
    session: date
    moves: int
    mean: float
    risers: int
    fallers: int
    judged: int
    low: int
    unranked: int = 0
    median: float | None = None

    @property
    def unchanged(self) -> int:
        """How many moves are of nothing."""
        return self.moves - self.risers - self.fallers

    @property
    def breadth(self) -> float:
        """The share of fallers among all moves."""
        return self.fallers / self.moves

    @property
    def score(self) -> float | None:
        """The shock score: the share of the judged moves whose z is low; `None` without any."""
        return self.low / self.judged if self.judged else None

    def is_scored(self, least: int) -> bool:
        """Tell whether enough of the moves are judged for the score to say something."""
        return self.judged >= max(1, least)


class ScanMove(NamedTuple):
    """One ticker's move in one session; closes are on one split basis.

    `z` is `None` where the window before it is too short or flat. With a `reason` the move is not
    ranked.
    """

    ticker: str
    calendar: str | None
    session: date
    previous_session: date
    close: float
    previous_close: float
    z: float | None
    reason: GapReason | None = None

    @property
    def move(self) -> float:
        """The move: a fraction."""
        return self.close / self.previous_close - 1


class ScanCounts(NamedTuple):
    """How many of what were gone through.

    `moves` are those that are ranked, `judged` of them have a z. No move: `holes`, the ticker has
    no bar in the session before, by its calendar; `without_close`, the row has no positive close;
    `off_calendar`, the row's day is no session. `unchecked` moves stand on days of which no
    calendar tells, and are held against the row before. `unranked` moves were refused by a guard.
    Of rows with the same ticker and session `duplicates` say the same close again, and count once;
    `disputed` say another, and none of them counts as a close.
    """

    rows: int
    tickers: int
    sessions: int
    moves: int
    judged: int
    holes: int
    without_close: int
    off_calendar: int
    unchecked: int
    unranked: int
    duplicates: int = 0
    disputed: int = 0


class Skipped(NamedTuple):
    """A file of which nothing was counted, and why."""

    file: str
    why: str


class Standing(NamedTuple):
    """Where a day stands among all those of its calendar that have tickers enough.

    Ranks begin at 1, the largest shock first: by the score and by the mean move. One without a
    score, or with a score of 0, has no rank by it: hundreds of days share it. `known` are the days
    ranked, from `first` to `last`, `scored` those of them that have judged moves enough for a
    score: `least`, as of moves. `alike` are the days most like it.
    """

    day: ScanDay
    by_score: int | None
    by_mean: int
    known: int
    alike: tuple[ScanDay, ...]
    scored: int = 0
    first: date | None = None
    last: date | None = None
    least: int = 20


class ScanSettings(NamedTuple):
    """What was asked of a scan: rows a table, the fewest tickers of a ranked session, the calendar.

    `calendar` is `auto`, `none` or a calendar's name.
    """

    top: int = 20
    least: int = 20
    calendar: str = "auto"


class Scanned(NamedTuple):
    """What was found.

    `days` are all sessions, by calendar and date; `worst` those with the lowest mean move, `shocks`
    those with the highest score, `falls` and `rises` the largest single moves, `tickers` each
    ticker's worst session, the deepest first, `unranked` the largest moves that a guard refused.
    Ties: the earlier session, then the calendar, then the ticker. `standings` are of the day asked,
    a line a calendar; `asked` is that day where somebody named one, which may be no session.
    """

    settings: ScanSettings
    counts: ScanCounts
    days: tuple[ScanDay, ...]
    worst: tuple[ScanDay, ...]
    shocks: tuple[ScanDay, ...]
    falls: tuple[ScanMove, ...]
    rises: tuple[ScanMove, ...]
    tickers: tuple[ScanMove, ...]
    unranked: tuple[ScanMove, ...]
    skipped: tuple[Skipped, ...]
    standings: tuple[Standing, ...]
    sources: tuple[Source, ...]
    asked: date | None = None

    @property
    def day(self) -> date:
        """The day asked, else the last session, else the last that the sources hold."""
        if self.asked is not None:
            return self.asked
        held = (one.last for one in self.sources if one.last is not None)
        return max((one.session for one in self.days), default=max(held, default=date.min))
