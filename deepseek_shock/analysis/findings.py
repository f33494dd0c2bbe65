"""All that was found of one day, by instrument, by group and along the relay."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.baseline import make_baseline
from deepseek_shock.analysis.breadth import (
    Breadth,
    ExchangeBreadth,
    GroupLine,
    MarketBreadth,
    count_breadth,
    count_exchanges,
    count_market,
    sum_up,
)
from deepseek_shock.analysis.closures import mark_closed
from deepseek_shock.analysis.contribution import Contributions, contribute
from deepseek_shock.analysis.groupsince import GroupSince
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.instant import First, find_firsts
from deepseek_shock.analysis.judging import judge
from deepseek_shock.analysis.legs import find_legs
from deepseek_shock.analysis.moves import Asked, Move, find_move
from deepseek_shock.analysis.paths import Path, find_paths
from deepseek_shock.analysis.recovery import Aftermath, find_aftermaths
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.analysis.runs import Run, find_runs
from deepseek_shock.analysis.scanned import Standing
from deepseek_shock.analysis.significance import Significance
from deepseek_shock.analysis.since import Since, find_since
from deepseek_shock.analysis.value import MarketValue, find_values
from deepseek_shock.market.bars import Bars, Baseline, Source
from deepseek_shock.market.event import Watchlist
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import Phase

LINES_DRAWN = 6


class Findings(NamedTuple):
    """What was found.

    `moves` and `runs` are by ticker, of the day asked; the `later_` ones of the session after.
    """

    inquiry: Inquiry
    sources: tuple[Source, ...]
    moves: Mapping[str, Move]
    runs: Mapping[str, Run]
    later_moves: Mapping[str, Move]
    later_runs: Mapping[str, Run]
    breadth: Breadth
    groups: tuple[GroupLine, ...]
    legs: tuple[Leg, ...]
    since: tuple[Since, ...]
    paths: tuple[Path, ...]
    baselines: Mapping[str, Baseline]
    is_kept: bool = True
    market_values: tuple[MarketValue, ...] = ()
    exchanges: tuple[ExchangeBreadth, ...] = ()
    market: MarketBreadth | None = None
    aftermaths: tuple[Aftermath, ...] = ()
    contributions: tuple[Contributions, ...] = ()
    firsts: tuple[First, ...] = ()
    group_since: tuple[GroupSince, ...] = ()
    significance: Significance | None = None
    standings: tuple[Standing, ...] = ()

    @property
    def shares(self) -> tuple[Move, ...]:
        """The watched shares' moves that are due, in the watchlist's order."""
        return self._due(self.inquiry.watchlist.shares)

    @property
    def indexes(self) -> tuple[Move, ...]:
        """The indexes' moves that are due, in the watchlist's order."""
        return self._due(self.inquiry.watchlist.indexes)

    @property
    def watched(self) -> tuple[Move, ...]:
        """The moves due that the headline counts: of the shares, else of the indexes."""
        return self._due(self.inquiry.watchlist.watched)

    def _due(self, instruments: Sequence[Instrument]) -> tuple[Move, ...]:
        moves = (self.moves[instrument.ticker] for instrument in instruments)
        return tuple(move for move in moves if move.is_due)

    @property
    def lead(self) -> Move | None:
        """The event's first lead that has a figure, else the largest move.

        An index leads only where no share is watched.
        """
        figures = [move for move in self.watched if move.price_return is not None]
        leads = self.inquiry.event.leads if self.inquiry.event else ()
        led = [self.moves[ticker] for ticker in leads if ticker in self.moves]
        first = next((move for move in led if move.price_return is not None), None)
        return first or max(figures, key=lambda move: move.size, default=None)

    @property
    def leads(self) -> tuple[str, ...]:
        """The tickers that the event leads with; where none is named, the day's lead."""
        named = self.inquiry.event.leads if self.inquiry.event else ()
        return named or ((self.lead.instrument.ticker,) if self.lead else ())


def find(inquiry: Inquiry, held: Held) -> Findings:
    """Find everything that a report says."""
    watchlist = inquiry.watchlist
    later = _moves(inquiry, inquiry.then, held, held.baselines)
    later_runs = find_runs(later, inquiry.then, held)
    held = _hide_closed(inquiry, held)
    baselines = _baselines(inquiry, held)
    moves = _moves(inquiry, inquiry.asked, held, baselines)
    groups = tuple(
        sum_up(group, [moves[member.ticker] for member in group.members])
        for group in watchlist.groups
    )
    used = {
        ticker: baseline
        for ticker, move in moves.items()
        if (baseline := baselines.get((move.session, ticker))) is not None
    }
    return Findings(
        inquiry=inquiry,
        sources=held.sources,
        moves=moves,
        runs=find_runs(moves, inquiry.asked, held),
        later_moves=later,
        later_runs=later_runs,
        breadth=count_breadth(
            [moves[one.ticker] for one in watchlist.watched if moves[one.ticker].is_due]
        ),
        groups=groups,
        legs=find_legs(inquiry, moves, later),
        since=tuple(_all_since(moves, used, held)),
        paths=_paths(inquiry, moves, held),
        baselines=used,
        is_kept=held.is_kept,
        market_values=_market_values(inquiry, moves, held),
        exchanges=count_exchanges([moves[one.ticker] for one in watchlist.watched], inquiry.asked),
        market=_market(inquiry, moves, groups),
        contributions=_contributions(inquiry, moves, held),
        aftermaths=find_aftermaths(
            _series(watchlist.instruments, held),
            moves,
            inquiry.asked,
            inquiry.window,
        ),
        firsts=_firsts(inquiry),
        group_since=_group_since(watchlist, moves, held),
        significance=judge(inquiry, held, moves),
        standings=held.standings,
    )


def _all_since(
    moves: Mapping[str, Move], baselines: Mapping[str, Baseline], held: Held
) -> Iterator[Since]:
    for ticker, move in moves.items():
        found = find_since(move, baselines.get(ticker), held.histories.get(ticker))
        if found is not None:
            yield found


def _group_since(
    watchlist: Watchlist, moves: Mapping[str, Move], held: Held
) -> tuple[GroupSince, ...]:
    """Return what is known of the groups all of whose members have a figure."""
    whole = {
        group.id
        for group in watchlist.groups
        if all(moves[member.ticker].is_figure for member in group.members)
    }
    return tuple(one for one in held.groups if one.id in whole)


def _contributions(
    inquiry: Inquiry, moves: Mapping[str, Move], held: Held
) -> tuple[Contributions, ...]:
    """Take indexes apart; what only they name moves nothing else in the report."""
    of = dict(moves)
    for instrument in inquiry.constituents:
        asked = inquiry.all_asked[instrument.exchange.calendar]
        leniency = inquiry.leniency(instrument.ticker, asked)
        of[instrument.ticker] = find_move(held.bars[instrument.ticker], asked, None, leniency)
    return tuple(contribute(composition, of) for composition in inquiry.compositions)


def _market_values(
    inquiry: Inquiry, moves: Mapping[str, Move], held: Held
) -> tuple[MarketValue, ...]:
    facts = inquiry.event.outstanding if inquiry.event else ()
    return find_values(moves, facts, held.bars, held.rates)


def _hide_closed(inquiry: Inquiry, held: Held) -> Held:
    """Put a gap for the bars of an exchange that was closed: they are of its next session alone."""
    gaps = {
        one.ticker: Gap(one, asked.session, GapReason.MARKET_CLOSED)
        for one in inquiry.watchlist.instruments
        if (asked := inquiry.asked[one.exchange.calendar]).phase is Phase.CLOSED
    }
    return held._replace(bars={**held.bars, **gaps}) if gaps else held


def _baselines(inquiry: Inquiry, held: Held) -> Mapping[tuple[date, str], Baseline]:
    """Return the baselines that came with the source, and those that the bars held give."""
    made = dict(held.baselines)
    for instrument in inquiry.watchlist.instruments:
        asked, bars = inquiry.asked[instrument.exchange.calendar], held.bars[instrument.ticker]
        if isinstance(bars, Bars) and (asked.session, instrument.ticker) not in made:
            close, base = bars.close(asked.session), bars.close_as_of(asked.previous, asked.session)
            baseline = make_baseline(bars, asked.session, simple_return(close, base))
            if baseline is not None:
                made[asked.session, instrument.ticker] = baseline
    return made


def _series(instruments: Sequence[Instrument], held: Held) -> Iterator[Bars]:
    for instrument in instruments:
        bars = held.bars[instrument.ticker]
        if isinstance(bars, Bars):
            yield bars


def _market(
    inquiry: Inquiry, moves: Mapping[str, Move], groups: Sequence[GroupLine]
) -> MarketBreadth | None:
    market = inquiry.watchlist.market
    shares = [moves[share.ticker] for share in inquiry.watchlist.shares]
    return None if market is None else count_market(market, shares, groups, inquiry.asked)


def _moves(
    inquiry: Inquiry,
    asked: Mapping[str, Asked],
    held: Held,
    baselines: Mapping[tuple[date, str], Baseline],
) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for instrument in inquiry.watchlist.instruments:
        ticker, day = instrument.ticker, asked[instrument.exchange.calendar]
        leniency = inquiry.leniency(ticker, day)
        baseline = baselines.get((day.session, ticker))
        found[ticker] = find_move(held.bars[ticker], day, baseline, leniency)
    return mark_closed(found, held)


def _firsts(inquiry: Inquiry) -> tuple[First, ...]:
    exchanges = (asked.exchange for asked in inquiry.asked.values())
    return () if inquiry.at is None else find_firsts(exchanges, inquiry.at)


def _paths(inquiry: Inquiry, moves: Mapping[str, Move], held: Held) -> tuple[Path, ...]:
    drawn = [ticker for ticker in (inquiry.event.lines if inquiry.event else ()) if ticker in moves]
    if not drawn:
        figures = [moves[one.ticker] for one in inquiry.watchlist.watched]
        largest = sorted(figures, key=lambda move: -move.size)[:LINES_DRAWN]
        drawn = [move.instrument.ticker for move in largest if move.is_figure]
    series = _series([moves[ticker].instrument for ticker in drawn], held)
    return find_paths(series, inquiry.asked, inquiry.window)
