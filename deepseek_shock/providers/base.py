"""What every provider gives: bars or a gap for each instrument, and where they came from."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from deepseek_shock.market.bars import Bars, Baseline, Gap, Source
from deepseek_shock.market.instrument import Instrument


class Fetched(NamedTuple):
    """Bars, or the gap that stands for them, by ticker; baselines by event session and ticker."""

    bars: dict[str, Bars | Gap]
    baselines: dict[tuple[date, str], Baseline]
    source: Source
    near: dict[str, tuple[str, ...]]
    """For a ticker that is not held: those that are spelled nearly so."""


class Provider(Protocol):
    """One method: give what there is for these instruments between two sessions."""

    def fetch(self, instruments: Sequence[Instrument], first: date, last: date) -> Fetched:
        """Return an answer for every instrument; none of them may abort the others."""
        ...
