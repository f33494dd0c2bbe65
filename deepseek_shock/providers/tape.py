"""A recording of what sources gave, before anything of it was believed: evidence for later.

Loaded only where somebody wants it. A provider that was given a tape puts its rows there as they
pass into `assemble`; what comes as bars already (the sample, the store, other people's providers)
is put there as it came.
"""

from collections.abc import Iterable
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

from deepseek_shock.market.bars import Bars, Origin
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.assemble import Raw

__all__ = ["Received", "Tape"]

_by_session = attrgetter("session")


class Received(NamedTuple):
    """One series as a source gave it.

    `is_assembled` tells that it came as bars: whatever guards there were, it had passed them.
    """

    instrument: Instrument
    raw: Raw
    origin: Origin
    is_assembled: bool = False


class Tape:
    """What was received in one run. May be added to from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._series: dict[tuple[str, str], list[Received]] = {}

    def add(self, instrument: Instrument, raw: Raw, origin: Origin) -> None:
        """Record a vendor's rows, on the vendor's own split basis."""
        fixed = raw._replace(rows=tuple(raw.rows), frozen=frozenset(raw.frozen))
        self._add(Received(instrument, fixed, origin))

    def add_bars(self, bars: Bars) -> None:
        """Record what came as bars; a series that came twice, as from the store, is kept once."""
        self._add(Received(bars.instrument, _rows_of(bars), bars.origin, is_assembled=True))

    def add_all(self, answers: Iterable[Bars | Gap]) -> None:
        """Record the bars among some answers."""
        for answer in answers:
            if isinstance(answer, Bars):
                self.add_bars(answer)

    def _add(self, received: Received) -> None:
        key = received.instrument.ticker, received.origin.source
        with self._lock:
            series = self._series.setdefault(key, [])
            if not received.is_assembled or received not in series:
                series.append(received)

    @property
    def received(self) -> tuple[Received, ...]:
        """The series recorded so far by ticker and source, those of one source as they came."""
        with self._lock:
            return tuple(one for key in sorted(self._series) for one in self._series[key])


def _rows_of(bars: Bars) -> Raw:
    """Return bars as rows, with those that were refused among them where they are known."""
    refused = [one.bar for one in bars.refused.values() if one.bar is not None]
    rows = bars.bars if not refused else tuple(sorted((*bars.bars, *refused), key=_by_session))
    frozen = (day for day, one in bars.refused.items() if one.reason is GapReason.IN_PROGRESS)
    return Raw(rows, bars.splits, bars.dividends, frozen=frozenset(frozen))
