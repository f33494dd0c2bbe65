"""What shares are to be held against, from words to instruments: before anything is fetched."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deepseek_shock.analysis.benchmarks import find_benchmark
from deepseek_shock.analysis.design import BenchmarkKind
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.market.exchange import CITIES
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.tomlvalues import Directory
from deepseek_shock.watchlists import find_instruments

_KINDS = {kind.value: kind for kind in (BenchmarkKind.EX_SELF, BenchmarkKind.EQUAL_WEIGHTED)}


def hold_against(inquiry: Inquiry, names: Sequence[str], directory: Directory) -> Inquiry:
    """Settle which benchmarks are named. Raises `UsageError` for what cannot be one."""
    kinds = [_KINDS[name] for name in dict.fromkeys(names) if name in _KINDS]
    if len(kinds) > 1:
        raise UsageError(
            f"--benchmark {','.join(kinds)}: they exclude each other", hint="give one of them"
        )
    kind = kinds[0] if kinds else BenchmarkKind.INDEX
    known = _known(inquiry)
    tickers = [name for name in names if name not in _KINDS]
    _check_words(tickers)
    named = [known.get(one.ticker, one) for one in find_instruments(tickers, directory)]
    _check(named, inquiry)
    inquiry = inquiry._replace(benchmarks=tuple(named), benchmark_kind=kind)
    if kind is not BenchmarkKind.EX_SELF:
        return inquiry
    if not inquiry.compositions:
        raise UsageError(
            f"--benchmark {kind}: of no index is known what it is made of",
            hint="--contributions INDEX names a table of yours that says so",
        )
    return inquiry._replace(benchmarks=(*named, *_composed(inquiry)))


def _check_words(names: Iterable[str]) -> None:
    """Refuse what was meant to be a word: a ticker has capitals."""
    for name in names:
        near = () if name.isupper() else near_matches(name.lower(), _KINDS)
        if near:
            raise UsageError(
                f"--benchmark {name!r} is neither a ticker nor a word known",
                hint=f"did you mean {near[0]}?",
            )


def check_factors(calendars: Iterable[str | None], inquiry: Inquiry) -> None:
    """Refuse factors of an exchange where no share is watched; `None` stands for every one."""
    watched = {one.exchange.calendar for one in inquiry.watchlist.shares}
    for calendar in calendars:
        if calendar is not None and calendar not in watched:
            raise UsageError(
                f"--factors {calendar}: no share of this calendar is reported on",
                hint=f"reported on: {', '.join(sorted(watched)) or 'no share'}",
            )


def _known(inquiry: Inquiry) -> Mapping[str, Instrument]:
    """Return the instruments that files of the user's place on an exchange, by ticker."""
    instruments = (*inquiry.constituents, *inquiry.watchlist.instruments)
    return {one.ticker: one for one in instruments}


def _check(named: Iterable[Instrument], inquiry: Inquiry) -> None:
    """Refuse a benchmark of an exchange where no share is watched, and a second one of another."""
    calendars = {one.exchange.calendar for one in inquiry.watchlist.shares}
    taken: dict[str, str] = {}
    for one in named:
        calendar = one.exchange.calendar
        city = CITIES[calendar]
        if calendar not in calendars:
            raise UsageError(
                f"--benchmark {one.ticker}: no share in {city} is reported on",
                hint="each exchange’s shares are held against a benchmark of its own sessions",
            )
        if calendar in taken:
            raise UsageError(
                f"--benchmark names two for {city}: {taken[calendar]} and {one.ticker}",
                hint="give one an exchange",
            )
        taken[calendar] = one.ticker


def _composed(inquiry: Inquiry) -> Iterator[Instrument]:
    """Name the indexes that are known to be made of something, where nothing else is named.

    The benchmark that would serve anyway goes before them.
    """
    calendars = dict.fromkeys(one.exchange.calendar for one in inquiry.watchlist.shares)
    named = {one.exchange.calendar for one in inquiry.benchmarks}
    for calendar in calendars:
        own = [
            made.instrument
            for made in inquiry.compositions
            if made.instrument.exchange.calendar == calendar
        ]
        if calendar in named or not own:
            continue
        usual = find_benchmark(inquiry, calendar)
        tickers = [one.ticker for one in own]
        if usual is None or usual.ticker not in tickers:
            yield own[0]
