"""What is asked: the sessions on each calendar, of whom, and what else the figures rest on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from deepseek_shock.analysis.contribution import Composition
from deepseek_shock.analysis.design import BenchmarkKind, Design
from deepseek_shock.analysis.moves import Asked, Leniency
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.analysis.unreached import Unreached
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.market.instrument import Instrument


class Inquiry(NamedTuple):
    """What is asked: a date on each calendar (`asked`), the session after it (`then`), of whom.

    `takes_provisional` and `accepted` (tickers and sessions) let stand what guards refuse; `at` is
    the instant of the shock, in UTC, by which each session could react to it or not. `compositions`
    are of the indexes whose change is taken apart. `unreached` are those whose exchange's calendar
    does not reach the date: they are not in the watchlist. `design` is that of the event study,
    `overlaps` the other registered shocks within its windows; `benchmarks` are named to hold shares
    against, at most one a calendar, `benchmark_kind` says how.
    """

    day: date
    asked: Mapping[str, Asked]
    then: Mapping[str, Asked]
    watchlist: Watchlist
    event: Event | None
    window: Window
    takes_provisional: bool = False
    accepted: frozenset[tuple[str, date]] = frozenset()
    at: datetime | None = None
    compositions: tuple[Composition, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    design: Design = Design()
    overlaps: tuple[Overlap, ...] = ()
    benchmarks: tuple[Instrument, ...] = ()
    benchmark_kind: BenchmarkKind = BenchmarkKind.INDEX

    @property
    def constituents(self) -> tuple[Instrument, ...]:
        """The instruments that only the compositions name, each once: the watchlist's are not."""
        watched = {one.ticker for one in self.watchlist.instruments}
        named = {one.ticker: one for made in self.compositions for one in made.instruments}
        return tuple(one for ticker, one in named.items() if ticker not in watched)

    @property
    def extras(self) -> tuple[Instrument, ...]:
        """The benchmarks that are named and not watched: of nothing else in the report."""
        watched = {one.ticker for one in self.watchlist.instruments}
        return tuple(one for one in self.benchmarks if one.ticker not in watched)

    @property
    def all_asked(self) -> Mapping[str, Asked]:
        """What the date means on every calendar: the watchlist's, and those of compositions."""
        others = {made.asked.exchange.calendar: made.asked for made in self.compositions}
        return {**others, **self.asked}

    def leniency(self, ticker: str, asked: Asked) -> Leniency:
        """Return what is let stand of an instrument in a session."""
        return Leniency(self.takes_provisional, (ticker, asked.session) in self.accepted)
