"""`shock fetch`: fill the store for a watchlist and a span."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from deepseek_shock.cli import HELP, parsing
from deepseek_shock.cli import options as opt
from deepseek_shock.cli.options import option
from deepseek_shock.cli.progress import Watched
from deepseek_shock.cli.sources import SourceChoice, Sources, make_vendor
from deepseek_shock.errors import IncompleteError, ShockError, StoreError, UsageError, VendorError

if TYPE_CHECKING:
    from deepseek_shock.market.exchange import Exchange
    from deepseek_shock.market.gap import Gap
    from deepseek_shock.market.instrument import Instrument
    from deepseek_shock.providers.base import Answer, Wanted

app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=HELP)

_EXAMPLES = """\b
Examples:
  shock fetch --years 3
  shock fetch --tickers NVDA,5803.T --from 2024-01-04 --to 2025-02-28
  shock fetch --watchlist sp500.toml --years 1 --deadline 900

What came is kept at once; a second run asks only for what is lacking."""
_DEFAULT_YEARS = 2
_NAMED = 8
_BATCH = 64  # instruments
_WHOLE = 100
_YEAR = timedelta(days=365, hours=6)

VendorOption = Annotated[
    str,
    option(
        "--source",
        metavar="yahoo|jquants",
        help="The vendor that is asked, or the name of an installed provider.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="The first session; default: two years before the last.",
    ),
]
ToOption = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="DATE",
        help="The last session, or `last`: each exchange's last completed one.",
    ),
]
YearsOption = Annotated[
    int | None,
    typer.Option(
        "--years",
        metavar="N",
        min=1,
        max=60,
        help="Instead of --from: so many years.",
    ),
]
FetchCoverageOption = Annotated[
    float,
    option(
        "--min-coverage",
        metavar="PCT",
        min=0,
        max=100,
        help="Fail below this share of instruments; what came is kept all the same.",
    ),
]


@app.command(epilog=_EXAMPLES)
def fetch(  # noqa: PLR0913 -- one parameter an option
    *,
    watchlist: opt.WatchlistOption = None,
    tickers: opt.TickersOption = None,
    begins: FromOption = None,
    years: YearsOption = None,
    ends: ToOption = opt.LAST,
    source: VendorOption = SourceChoice.YAHOO,
    refresh: opt.RefreshOption = False,
    deadline: opt.DeadlineOption = None,
    store: opt.StoreOption = None,
    min_coverage: FetchCoverageOption = 90,
    strict: opt.StrictOption = False,
) -> None:
    """Fill the store with bars of a watchlist, over several years."""
    from deepseek_shock.cli.surroundings import read_clock
    from deepseek_shock.providers.base import default_seconds

    parsing.check_share(min_coverage)
    now = read_clock()
    instruments = _instruments(watchlist, tickers)
    wanted = _want(instruments, now, begins, years, ends)
    with Watched() as watched:
        said = Sources(
            source,
            now,
            is_refreshed=refresh,
            seconds=deadline or default_seconds(len(instruments)),
            store=store,
            stands_in=False,  # what does not come is a failure here, whatever is held
            listen=watched.listen,
            on_trouble=_stop,
        )
        watched.provider = vendor = make_vendor(said)
        watched.total = len(instruments)
        tally = _Tally()
        for batch in _batches(instruments, source):
            tally.add(watched.fetch(batch, wanted).bars.values(), wanted, vendor.ready)
    typer.echo("\n".join(tally.lines()))
    tolerated = 0 if strict else _WHOLE - min_coverage
    if tally.gaps and len(tally.gaps) * _WHOLE > tolerated * tally.asked:
        raise _shortfall(tally.gaps, tally.asked)


def _batches(instruments: "Sequence[Instrument]", source: str) -> "Iterator[Sequence[Instrument]]":
    """Part a long list, so that its bars need not be held at once; J-Quants may want it whole."""
    size = _BATCH if source == SourceChoice.YAHOO else max(1, len(instruments))
    for begin in range(0, len(instruments), size):
        yield instruments[begin : begin + size]


def _stop(trouble: StoreError) -> None:
    """End the run: bars that cannot be kept need not be asked for."""
    raise trouble


def _instruments(watchlist: str | None, tickers: str | None) -> "Sequence[Instrument]":
    from deepseek_shock.cli.surroundings import make_registry
    from deepseek_shock.market.event import DEFAULT_WATCHLIST

    if watchlist is not None and tickers is not None:
        raise UsageError("--watchlist and --tickers exclude each other", hint="give one of them")
    registry = make_registry()
    if tickers is None:
        return registry.watchlist(watchlist or DEFAULT_WATCHLIST).instruments
    from deepseek_shock.watchlists import find_instruments

    return find_instruments(parsing.parse_tickers(tickers), registry.directory)


def _want(
    instruments: "Sequence[Instrument]",
    now: datetime,
    begins: str | None,
    years: int | None,
    ends: str,
) -> "Wanted":
    from deepseek_shock.market.sessions import last_completed_session
    from deepseek_shock.providers.base import Wanted

    if begins is not None and years is not None:
        raise UsageError("--from and --years exclude each other", hint="give one of them")
    exchanges = {one.exchange.calendar: one.exchange for one in instruments}
    completed = {name: last_completed_session(one, now) for name, one in exchanges.items()}
    last = parsing.parse_date(ends) or max(completed.values())
    first = parsing.parse_date(begins) if begins is not None else None
    first = first or last - _YEAR * (years or _DEFAULT_YEARS)
    if first > last:
        raise UsageError(f"the span begins on {first} and ends on {last}", hint="swap the two")
    due = {name: _last_due(exchanges[name], first, last, end) for name, end in completed.items()}
    return Wanted(first, first, last, due)


def _last_due(exchange: "Exchange", first: date, last: date, completed: date) -> tuple[date, ...]:
    """Return the last session of the span that has ended, if it has one."""
    from deepseek_shock.market.sessions import is_session, previous_session

    end = min(last, completed)
    session = end if is_session(exchange, end) else previous_session(exchange, end)
    return (session,) if session >= first else ()


class _Tally:
    """What came and what did not, without the bars: those of a long list would fill the memory."""

    def __init__(self) -> None:
        self._came = self._fresh = self._bars = 0
        self._refused: dict[str, Counter[str]] = {}
        self.gaps: list[Gap] = []

    @property
    def asked(self) -> int:
        """How many instruments have been counted."""
        return self._came + len(self.gaps)

    def add(self, answers: "Iterable[Answer]", wanted: "Wanted", held: Container[str]) -> None:
        """Count answers; `held` are the tickers that nobody was asked for."""
        from deepseek_shock.market.bars import Bars
        from deepseek_shock.market.gap import Gap, GapReason

        for answer in answers:
            if not isinstance(answer, Bars):
                self.gaps.append(answer)
                continue
            if not wanted.is_met(answer):
                self.gaps.append(Gap(answer.instrument, wanted.last, GapReason.NO_BAR))
                continue
            self._came += 1
            self._fresh += answer.instrument.ticker not in held
            self._bars += len(answer.bars)
            if answer.refused:
                reasons = (str(refusal.reason) for refusal in answer.refused.values())
                self._refused[answer.instrument.ticker] = Counter(reasons)

    def lines(self) -> Iterator[str]:
        """Say how many came, how many failed and why."""
        yield (
            f"{self._came} of {self.asked} instruments: {self._fresh} fetched, "
            f"{self._came - self._fresh} held already; {self._bars} bars"
        )
        for ticker, reasons in self._refused.items():
            counted = ", ".join(f"{reason} {number}" for reason, number in reasons.items())
            yield f"refused  {ticker:<10}  {counted}"
        for reason, number in Counter(gap.reason for gap in self.gaps).most_common():
            tickers = [gap.instrument.ticker for gap in self.gaps if gap.reason is reason]
            more = f" and {number - _NAMED} more" if number > _NAMED else ""
            yield f"failed   {reason}: {', '.join(tickers[:_NAMED])}{more}"


def _shortfall(gaps: "list[Gap]", asked: int) -> ShockError:
    from deepseek_shock.analysis.moves import Status, status_of

    words = f"{len(gaps)} of {asked} instruments did not come"
    if any(status_of(gap.reason) is Status.FAILED for gap in gaps):
        return VendorError(
            words, hint="run the same command again later: it asks only for what is lacking"
        )
    return IncompleteError(words, hint="check the tickers; --min-coverage 0 makes do with the rest")
