"""What of a capsule does not follow from its rows: held against the package's own, or named."""

import re
from collections.abc import Iterator
from contextlib import suppress

from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.unreached import part
from deepseek_shock.capsule.replaying import SAMPLE, Replayed
from deepseek_shock.capsule.series import OURS
from deepseek_shock.errors import ShockError
from deepseek_shock.market.bars import Bars, Source
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.rate import SAMPLE as OF_SAMPLE
from deepseek_shock.pipeline import Basis
from deepseek_shock.providers.assemble import describe
from deepseek_shock.providers.rates import sample_rates
from deepseek_shock.providers.received import Received
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.providers.stored import VENDORS
from deepseek_shock.registry import Registry
from deepseek_shock.watchlists import make_watchlist

_BUNDLED = re.compile(r"[a-z0-9][a-z0-9-]*")  # and never the name of a file


def find_other_sample(basis: Basis, received: tuple[Received, ...], made: Replayed) -> list[str]:
    """Name what a capsule says of the package's sample and the package does not."""
    held, sample = basis.held, made.sample
    found: list[str] = []
    rates = [one for one in held.rates if one.source == OF_SAMPLE]
    if any(one not in sample_rates() for one in rates) or rates != _due_rates(basis):
        found.append("rates")
    are_alone = {one.name for one in held.sources} <= {*OURS, "store"}
    if sample is None:
        has_any = held.baselines or held.estimates or held.group_estimates
        return [*found, "baselines"] if are_alone and has_any else found
    if not _is_of(held.baselines, sample.baselines, are_all=are_alone):
        found.append("baselines")
    days = {one.session for one in basis.inquiry.asked.values()}
    estimates = {key: one for key, one in sample.estimates.items() if key[0] in days}
    if not _is_of(held.estimates, estimates, are_all=are_alone):
        found.append("estimates")
    if are_alone and held.group_estimates != sample.group_estimates:
        found.append("group estimates")
    if any(one not in sample.sources for one in held.sources if one.name == SAMPLE):
        found.append("source")
    own = {ticker: {*one.bars} for ticker, one in sample.bars.items() if isinstance(one, Bars)}
    if any(
        not own.get(one.instrument.ticker, set()).issuperset(one.raw.rows)
        for one in received
        if one.origin.source == SAMPLE
    ):
        found.append("bars")
    return found


def _is_of(held: object, own: object, *, are_all: bool) -> bool:
    if not isinstance(held, dict) or not isinstance(own, dict):
        return held == own
    return held == own if are_all else held.items() >= own.items()


def _due_rates(basis: Basis) -> list[object]:
    event = basis.inquiry.event
    if event is None or not event.outstanding:
        return []
    days = {one.session for one in basis.inquiry.asked.values()}
    return [one for one in sample_rates() if one.day in days]


def find_other_sources(
    basis: Basis, received: tuple[Received, ...], made: Replayed
) -> Iterator[str]:
    """Name the sources that are not what was received of them."""
    known = {one.origin for one in received}
    for ticker, one in basis.held.bars.items():
        if isinstance(one, Bars) and one.bars and one.origin not in known:
            yield f"{ticker} of {one.origin.source}"
    for source in basis.held.sources:
        if source.name in OURS and source.name != SAMPLE and not _is_described(source, basis, made):
            yield source.name


def _is_described(source: Source, basis: Basis, made: Replayed) -> bool:
    """Hold a source against its series, where each instrument has one."""
    name = source.name
    if source.vendor != VENDORS.get(name, source.vendor):
        return False
    given = {ticker: series for (of, ticker), series in made.series.items() if of == name}
    if not given or any(
        len(series) > 1 or isinstance(basis.held.bars[ticker], Gap)
        for ticker, series in given.items()
    ):
        return True  # which of them was handed on, nobody knows
    answers = [series[0] for series in given.values()]
    retrieved = max(one.origin.retrieved for one in answers)
    return source == describe(name, source.vendor, retrieved, answers)


def name_unproved(basis: Basis, made: Replayed) -> Iterator[str]:
    """Name what rests on the capsule's own word."""
    held = basis.held
    names = {one.name for one in held.sources}
    if others := sorted({one.source for one in held.rates} - {OF_SAMPLE}):
        yield f"rates of {', '.join(others)}"
    if held.factors:
        yield "factors"
    if held.standings:
        yield "the standing in a longer history"
    if gaps := sorted(_find_gaps(held, made)):
        yield f"that nothing came of {', '.join(gaps[:5])}{' …' if gaps[5:] else ''}"
    has_statistics = held.baselines or held.estimates or held.group_estimates
    if has_statistics and not names <= {*OURS, "store"}:
        yield "baselines and estimates"
    if strange := sorted(names - OURS - {"store"}):
        yield f"all that is said of {', '.join(strange)}"

    if words := list(_find_own_words(basis)):
        yield f"the words of {', '.join(words)}"


def _find_own_words(basis: Basis) -> Iterator[str]:
    """Name what is called otherwise than by the package: the user's own, or somebody else's."""
    directory = sample_directory()
    registry = Registry(directory)
    watchlist, event = basis.inquiry.watchlist, basis.inquiry.event
    if not _is_shipped_list(watchlist, basis, registry):
        yield f"the watchlist {watchlist.id}"
    if event is not None and not _is_shipped_event(event, registry):
        yield f"the event {event.id}"


def _is_shipped_list(watchlist: Watchlist, basis: Basis, registry: Registry) -> bool:
    tickers = [one.ticker for one in watchlist.instruments]
    with suppress(ShockError):
        if watchlist == make_watchlist(tickers, registry.directory):
            return True
        if _BUNDLED.fullmatch(watchlist.id):
            shipped = registry.watchlist(watchlist.id)
            return watchlist in (shipped, part(shipped, basis.inquiry.asked))
    return False


def _is_shipped_event(event: Event, registry: Registry) -> bool:
    """Tell whether an event is the package's, but for sessions that a date may have settled."""
    if not _BUNDLED.fullmatch(event.id):
        return False
    try:
        shipped = registry.event(event.id)
    except ShockError:
        return False
    lent = dict.fromkeys(shipped.sessions, shipped.date)
    at = shipped.at if shipped.sessions == lent else None
    return event in (shipped, shipped._replace(sessions=lent, at=at))


def _find_gaps(held: Held, made: Replayed) -> Iterator[str]:
    own = made.sample.bars if made.sample is not None else {}
    for ticker, one in held.bars.items():
        if not isinstance(one, Gap) or one.reason is GapReason.MARKET_CLOSED:
            continue
        known = own.get(ticker)
        if not isinstance(known, Gap) or known.reason is not one.reason:
            yield ticker
