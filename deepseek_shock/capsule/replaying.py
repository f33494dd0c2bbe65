"""A report's bars held again from what was received: what must be used, and not only may be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.held import Held
from deepseek_shock.capsule.clock import Clock
from deepseek_shock.capsule.series import OURS, combined, read_series
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import last_begun_session, opens_at
from deepseek_shock.pipeline import Basis, hold_again
from deepseek_shock.providers.base import Answer, Fetched, Wanted
from deepseek_shock.providers.received import Received
from deepseek_shock.providers.sample import Sample

SAMPLE = "sample"


class Replayed(NamedTuple):
    """What was held again; the series as sources gave them; what came with the sample, if any.

    `series` are by source and ticker, of each those that it gave of one; `sample` is what the
    package's own gives of the same instruments.
    """

    held: Held
    series: Mapping[tuple[str, str], Sequence[Bars]]
    sample: Fetched | None


def replay(basis: Basis, received: Sequence[Received], clock: Clock) -> Replayed:
    """Hold again what a report was made of. Raises a `ShockError`, `ValueError`."""
    provider = _Replay(basis, received, clock)
    exchanges = {name: one.exchange for name, one in basis.inquiry.all_asked.items()}
    now = max(opens_at(exchanges[calendar], day) for calendar, day in provider.ends.items())
    return Replayed(hold_again(basis, provider, now), provider.series, provider.sample)


class _Replay:
    """The provider of what was received, with the answers that the capsule has where it may."""

    def __init__(self, basis: Basis, received: Sequence[Received], clock: Clock) -> None:
        self._inquiry, self._held = basis.inquiry, basis.held
        self._names = {one.name for one in basis.held.sources}
        self._received: dict[str, list[Received]] = {}
        for one in received:
            # Of sources asked in turn, one that had too little stands on the tape and in no report.
            is_passed_over = one.is_assembled and one.origin.source in OURS - self._names
            if not is_passed_over:
                self._received.setdefault(one.instrument.ticker, []).append(one)
        self._extras = {one.ticker for one in basis.inquiry.constituents} - {
            one.ticker for one in basis.inquiry.benchmarks
        }
        self.ends = dict(_find_ends(basis, clock))
        self.series: dict[tuple[str, str], list[Bars]] = {}
        self.sample: Fetched | None = None

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return what was received, without what had not begun."""
        held = self._held
        answers = {one.ticker: self._answer(one, wanted) for one in instruments}
        if SAMPLE in self._names:
            everything = wanted._replace(history=date.min, last=date.max)
            self.sample = Sample().fetch(instruments, everything)
        return Fetched(
            answers,
            dict(held.baselines),
            held.sources,
            {},
            is_kept=held.is_kept,
            estimates=held.estimates,
            group_estimates=held.group_estimates,
        )

    def _answer(self, instrument: Instrument, wanted: Wanted) -> Answer:
        claimed = self._held.bars.get(instrument.ticker)
        if claimed is None:
            return Gap(instrument, wanted.last, GapReason.NO_DATA)
        bars = claimed if isinstance(claimed, Bars) else None
        series = list(self._read(instrument, wanted, bars))
        end = self.ends[instrument.exchange.calendar]
        if bars is None:
            return self._confirm_gap(claimed, series, wanted, end)
        if not series:
            return Gap(instrument, wanted.last, GapReason.NO_DATA)
        for made in combined(series):
            if self._needed(made.until(end), wanted) == self._needed(bars, wanted):
                return made.until(end)
        return series[0].until(end)

    def _confirm_gap(
        self, claimed: Bars | Gap, series: Sequence[Bars], wanted: Wanted, end: date
    ) -> Answer:
        """Return the gap, unless bars came: a store's may serve nobody, a vendor's always do."""
        is_gap = isinstance(claimed, Gap) and claimed.reason is not GapReason.MARKET_CLOSED
        if not series and is_gap:
            return claimed
        instrument = claimed.instrument
        received = self._received.get(instrument.ticker, ())
        are_assembled = all(one.is_assembled for one in received)
        if is_gap and are_assembled and not any(map(wanted.is_met, series)):
            return claimed
        blank = Gap(instrument, wanted.last, GapReason.NO_DATA)
        return series[0].until(end) if series else blank

    def _read(self, instrument: Instrument, wanted: Wanted, claimed: Bars | None) -> Iterator[Bars]:
        for one in self._received.get(instrument.ticker, ()):
            bars = read_series(one, instrument, wanted, claimed)
            if bars is not None:
                key = one.origin.source, instrument.ticker
                self.series.setdefault(key, []).append(bars)
                yield bars

    def _needed(self, bars: Bars, wanted: Wanted) -> Bars:
        """Return of bars those that a report holds, as it is made."""
        if bars.instrument.ticker in self._extras:
            asked = self._inquiry.all_asked[bars.instrument.exchange.calendar]
            bars = bars.within(asked.previous, asked.session)
        return bars.since(wanted._replace(archive=None).begins)


def _find_ends(basis: Basis, clock: Clock) -> Iterator[tuple[str, date]]:
    """Yield the last session of each calendar that had begun: of a bar, or by the clock."""
    used = [one for one in basis.held.bars.values() if isinstance(one, Bars) and one.bars]
    for calendar, asked in basis.inquiry.all_asked.items():
        held = [
            one.bars[-1].session for one in used if one.instrument.exchange.calendar == calendar
        ]
        yield calendar, max((*held, last_begun_session(asked.exchange, clock.earliest)))


def find_other_bars(held: Held, again: Held) -> Iterator[str]:
    """Name what is held otherwise than it must be: tickers, and the first session where one is."""
    for ticker in sorted({*held.bars, *again.bars}):
        one, other = held.bars.get(ticker), again.bars.get(ticker)
        if one != other:
            day = _find_day(one, other)
            yield ticker if day is None else f"{ticker} {day}"
    if held.histories != again.histories:
        names = {*held.histories, *again.histories}
        differing = (
            name for name in names if held.histories.get(name) != again.histories.get(name)
        )
        yield from (f"the history of {name}" for name in sorted(differing))
    if held.groups != again.groups:
        yield "the history of a group"


def _find_day(one: Answer | None, other: Answer | None) -> date | None:
    """Find the first session of which two say different things."""
    if not isinstance(one, Bars) or not isinstance(other, Bars):
        return None
    bars = {bar.session for bar in {*one.bars} ^ {*other.bars}}
    refused = {day for day, _ in {*one.refused.items()} ^ {*other.refused.items()}}
    return min(bars | refused, default=None)
