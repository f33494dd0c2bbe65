"""What the shares of a calendar are held against, and how much of an index a share is itself."""

from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.contribution import Composition, Weighting
from deepseek_shock.analysis.design import BenchmarkKind
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.returns import divide, multiply
from deepseek_shock.market.instrument import Instrument

BROAD = {"XNYS": "^GSPC", "XTKS": "^TOPX"}
"""Where nothing else is named: the broad index of a calendar's exchange."""


class Benchmark(NamedTuple):
    """What the shares of a calendar are held against; no instrument where it is their own mean."""

    kind: BenchmarkKind
    instrument: Instrument | None

    @property
    def ticker(self) -> str | None:
        """The ticker of the instrument, if it is one."""
        return None if self.instrument is None else self.instrument.ticker


def find_benchmark(inquiry: Inquiry, calendar: str) -> Benchmark | None:
    """Find the benchmark of a calendar; `None` where the model has none, or none can be found.

    First what is named, then the watchlist's own choice, the broad index, the first index watched.
    """
    if not inquiry.design.model.has_benchmark:
        return None
    kind = inquiry.benchmark_kind
    ex_self = kind if kind is BenchmarkKind.EX_SELF else BenchmarkKind.INDEX
    for one in inquiry.benchmarks:
        if one.exchange.calendar == calendar:
            return Benchmark(ex_self, one)
    if kind is BenchmarkKind.EQUAL_WEIGHTED:
        return Benchmark(kind, None)
    watchlist = inquiry.watchlist
    indexes = {one.ticker: one for one in watchlist.indexes if one.exchange.calendar == calendar}
    chosen = watchlist.benchmarks.get(calendar) or BROAD.get(calendar)
    found = indexes.get(chosen or "") or next(iter(indexes.values()), None)
    return None if found is None else Benchmark(ex_self, found)


def find_composition(inquiry: Inquiry, benchmark: Benchmark) -> Composition | None:
    """Find what the benchmark is made of, where shares are to be left out of it."""
    if benchmark.kind is not BenchmarkKind.EX_SELF:
        return None
    made = inquiry.compositions
    return next((one for one in made if one.instrument.ticker == benchmark.ticker), None)


def find_weight(composition: Composition, move: Move, index: Move) -> float | None:
    """Return a share's part in the value of an index at the close before the session.

    Of a price-weighted index close × factor ÷ (divisor × index), else the weight of the table.
    `None` where the index does not hold the share, or a close is not known.
    """
    ticker = move.instrument.ticker
    factors = (one.factor for one in composition.constituents if one.instrument.ticker == ticker)
    factor = next(factors, None)
    if factor is None:
        return None
    if composition.weighting is Weighting.CAPITALISATION:
        return _checked(factor)
    if move.previous_close is None or index.previous_close is None or composition.divisor is None:
        return None
    whole = multiply(index.previous_close, composition.divisor)
    return _checked(divide(multiply(move.previous_close, factor), whole))


def _checked(weight: Decimal) -> float | None:
    """Return a weight; `None` of what is no part of a whole, and leaves nothing to hold against."""
    return float(weight) if 0 < weight < 1 else None
