"""What every provider gives: bars or a gap for each instrument, and where they came from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeAlias

from deepseek_shock.analysis.estimates import Estimate, GroupEstimate
from deepseek_shock.market.bars import Bars, Baseline, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.rate import Rate

Answer: TypeAlias = Bars | Gap
"""What became of one instrument."""


class Wanted(NamedTuple):
    """Which sessions are asked for, as days of each exchange's own calendar, both ends included.

    Those from `first` to `last` are needed; a provider that can gives those from `history` on too,
    from which statistics are made. `due` holds for each calendar (`XNYS`, `XTKS`) the sessions
    without which there is no figure. What lies on this machine, in files or in the store, is given
    from `archive` on (`None`: from `history` on); a vendor is never asked for so much.
    """

    history: date
    first: date
    last: date
    due: Mapping[str, tuple[date, ...]] = MappingProxyType({})
    archive: date | None = None

    @property
    def begins(self) -> date:
        """The first day of which bars that lie on this machine are given."""
        return min(self.history, self.first, self.archive or self.history)

    def is_met(self, answer: "Answer") -> bool:
        """Tell whether an answer holds all that is due."""
        due = self.due.get(answer.instrument.exchange.calendar, ())
        return isinstance(answer, Bars) and all(
            answer.close(session) is not None or _is_settled(answer, session) for session in due
        )


def _is_settled(bars: Bars, session: date) -> bool:
    """Tell whether a session's bar was refused for good: one in mid-session will be whole later."""
    refused = bars.refused.get(session)
    return refused is not None and refused.reason is not GapReason.IN_PROGRESS


def stamp(now: datetime) -> str:
    """Write when something was retrieved: ISO 8601, in UTC, to the second."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_of(retrieved: str) -> datetime | None:
    """Read when something was retrieved, or `None` where it is said less exactly."""
    try:
        instant = datetime.fromisoformat(retrieved)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def default_seconds(instruments: int) -> float:
    """Return how long a run may wait for its vendor: a minute, and more for a long list."""
    return max(60.0, 1.5 * instruments)


class Fetched(NamedTuple):
    """Bars, or the gap that stands for them, by ticker; baselines by event session and ticker."""

    bars: dict[str, Answer]
    baselines: dict[tuple[date, str], Baseline]
    sources: tuple[Source, ...]
    near: dict[str, tuple[str, ...]]
    """For a ticker that is not held: those that are spelled nearly so."""
    is_kept: bool = True
    """Whether the store could take what came, where there is one."""
    rates: tuple[Rate, ...] = ()
    """Exchange rates that came with the bars."""
    estimates: Mapping[tuple[date, str], Estimate] = MappingProxyType({})
    """Market models of longer histories, by event session and ticker."""
    group_estimates: tuple[GroupEstimate, ...] = ()
    """What residuals of longer histories say of groups."""


class Provider(Protocol):
    """One method: give what there is for these instruments of the sessions wanted."""

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return an answer for every instrument; none of them may abort the others."""
        ...


Listener: TypeAlias = Callable[[Answer], None]
"""Called by a provider with each answer as it comes, in the caller's own thread."""
