"""What received series say: the bars that whoever reads them must come to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

from deepseek_shock.market.bars import Bar, Bars, Refusal
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.assemble import contradicts_itself
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.combine import combine, fill
from deepseek_shock.providers.received import Received
from deepseek_shock.providers.stored import extend
from deepseek_shock.providers.unreceived import assemble_again

OURS = frozenset({"sample", "yahoo", "jquants", "files"})
"""Sources whose bars passed our guards; what those of others refuse is theirs."""

_MOST = 4  # series of one instrument: two vendors, each before and after it was asked again
_OF_SPLITS = frozenset({GapReason.UNAPPLIED_SPLIT, GapReason.SPLIT_APPLIED_TWICE})


def read_series(
    received: Received, instrument: Instrument, wanted: Wanted, claimed: Bars | None
) -> Bars | None:
    """Return the bars of one series; `None` for rows that no source gave.

    Of what came as bars the rows do not tell all: why a bar was refused, and when each of a store
    was retrieved. That is taken from the bars `claimed`, as far as it can be true.
    """
    known = received._replace(instrument=instrument)
    try:
        if received.is_assembled:
            return _take(known, claimed)
        begins = wanted.history if received.origin.source == "yahoo" else wanted.begins
        return assemble_again(known).within(begins, wanted.last)
    except (ArithmeticError, ValueError):
        return None


def combined(series: Sequence[Bars]) -> Iterator[Bars]:
    """Yield what may be made of several series: one alone, one that stands in, one that confirms.

    Which of them came first, a capsule does not say.
    """
    yield from series
    pairs: list[Bars] = []
    for one, other in permutations(series[:_MOST], 2):
        for made in (_hold(one, other), fill(one, other), extend(one, other)):
            pairs.append(made)
            yield made
    if len(series) > 2:  # noqa: PLR2004 -- more than a pair
        for pair in pairs:
            for one in series[:_MOST]:
                yield _hold(pair, one)
                yield _hold(one, pair)


def _hold(one: Bars, other: Bars) -> Bars:
    """Hold a series against another; of two series bars always come."""
    made = combine(one, other)
    return made if isinstance(made, Bars) else one


def _take(received: Received, claimed: Bars | None) -> Bars:
    """Return the bars of a series that came as bars."""
    instrument, raw, origin, _ = received
    rows = {row.session: row for row in raw.rows}
    refused = {day: Refusal(GapReason.IN_PROGRESS, rows[day]) for day in raw.frozen if day in rows}
    said = {} if claimed is None else claimed.refused
    refused.update((day, one) for day, one in said.items() if _may_refuse(received, day, one, rows))
    others = {} if claimed is None else claimed.others
    bars = Bars(
        instrument,
        tuple(row for row in raw.rows if row.session not in refused),
        raw.splits,
        raw.dividends,
        refused,
        origin,
    )
    of_source = {day: one for day, one in others.items() if one.source == origin.source}
    return replace(bars, others={day: one for day, one in of_source.items() if day in rows})


def _may_refuse(received: Received, day: date, refusal: Refusal, rows: dict[date, Bar]) -> bool:
    """Tell whether a bar can have been refused so before it came; without its row nobody can."""
    if day not in rows:
        return refusal.bar is None
    if refusal.bar != rows[day]:
        return False
    if received.origin.source not in OURS:
        return refusal.reason is not GapReason.DISPUTED
    if refusal.reason is GapReason.IN_PROGRESS:
        return day in received.raw.frozen
    if refusal.reason in _OF_SPLITS:
        return any(split.session > day for split in received.raw.splits)
    return refusal.reason is GapReason.INCONSISTENT and contradicts_itself(rows[day])
