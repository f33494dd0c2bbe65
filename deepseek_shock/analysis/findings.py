"""All that was found of one day, by instrument, by group and along the relay."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.baseline import make_baseline
from deepseek_shock.analysis.breadth import Breadth, GroupLine, count_breadth, sum_up
from deepseek_shock.analysis.closures import mark_closed
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.history import Since, find_since
from deepseek_shock.analysis.moves import Asked, Leniency, Move, find_move
from deepseek_shock.analysis.paths import Path, Window, find_paths
from deepseek_shock.analysis.relay import Leg, order_sessions, run_leg
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.analysis.runs import Run, find_run
from deepseek_shock.market.bars import Bars, Baseline, Source
from deepseek_shock.market.event import Event, Focus, Watchlist
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import sessions_between, shift_session

LINES_DRAWN = 6
LONGEST_RUN = 20  # sessions that must be held before the window, to count straight falls in


class Inquiry(NamedTuple):
    """What is asked: a date on each calendar (`asked`), the session after it (`then`), of whom.

    `takes_provisional` and `accepted` (tickers and sessions) let stand what guards refuse.
    """

    day: date
    asked: Mapping[str, Asked]
    then: Mapping[str, Asked]
    watchlist: Watchlist
    event: Event | None
    window: Window
    takes_provisional: bool = False
    accepted: frozenset[tuple[str, date]] = frozenset()


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

    @property
    def shares(self) -> tuple[Move, ...]:
        """The watched shares' moves that are due, in the watchlist's order."""
        return self._due(self.inquiry.watchlist.shares)

    @property
    def indexes(self) -> tuple[Move, ...]:
        """The indexes' moves that are due, in the watchlist's order."""
        return self._due(self.inquiry.watchlist.indexes)

    def _due(self, instruments: Sequence[Instrument]) -> tuple[Move, ...]:
        moves = (self.moves[instrument.ticker] for instrument in instruments)
        return tuple(move for move in moves if move.is_due)

    @property
    def lead(self) -> Move | None:
        """The event's first lead that has a figure, else the largest move; indexes do not lead."""
        figures = [move for move in self.shares if move.price_return is not None]
        leads = self.inquiry.event.leads if self.inquiry.event else ()
        led = [self.moves[ticker] for ticker in leads if ticker in self.moves]
        first = next((move for move in led if move.price_return is not None), None)
        return first or max(figures, key=lambda move: move.size, default=None)


def find(inquiry: Inquiry, held: Held) -> Findings:
    """Find everything that a report says."""
    watchlist = inquiry.watchlist
    baselines = _baselines(inquiry, held)
    moves = _moves(inquiry, inquiry.asked, held, baselines)
    later = _moves(inquiry, inquiry.then, held, held.baselines)
    groups = tuple(
        sum_up(group, [moves[member.ticker] for member in group.members])
        for group in watchlist.groups
    )
    ranked = [moves[instrument.ticker] for instrument in watchlist.instruments]
    used = {
        ticker: baseline
        for ticker, move in moves.items()
        if (baseline := baselines.get((move.session, ticker))) is not None
    }
    since = (find_since(move, used.get(move.instrument.ticker)) for move in ranked)
    return Findings(
        inquiry=inquiry,
        sources=held.sources,
        moves=moves,
        runs=_runs(moves, inquiry.asked, held),
        later_moves=later,
        later_runs=_runs(later, inquiry.then, held),
        breadth=count_breadth(
            [moves[share.ticker] for share in watchlist.shares if moves[share.ticker].is_due]
        ),
        groups=groups,
        legs=_legs(inquiry, moves, later),
        since=tuple(found for found in since if found is not None),
        paths=_paths(inquiry, moves, held),
        baselines=used,
        is_kept=held.is_kept,
    )


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


def _moves(
    inquiry: Inquiry,
    asked: Mapping[str, Asked],
    held: Held,
    baselines: Mapping[tuple[date, str], Baseline],
) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for instrument in inquiry.watchlist.instruments:
        ticker, day = instrument.ticker, asked[instrument.exchange.calendar]
        leniency = Leniency(
            is_provisional=inquiry.takes_provisional,
            is_accepted=(ticker, day.session) in inquiry.accepted,
        )
        baseline = baselines.get((day.session, ticker))
        found[ticker] = find_move(held.bars[ticker], day, baseline, leniency)
    return mark_closed(found, held)


def _runs(moves: Mapping[str, Move], asked: Mapping[str, Asked], held: Held) -> dict[str, Run]:
    sessions = {calendar: _backwards(one) for calendar, one in asked.items()}
    found: dict[str, Run] = {}
    for ticker, move in moves.items():
        bars = held.bars[ticker]
        if move.is_figure and isinstance(bars, Bars):
            run = find_run(bars, sessions[move.instrument.exchange.calendar])
            if run is not None:
                found[ticker] = run
    return found


def _backwards(asked: Asked) -> list[date]:
    """Return the session asked and those before it, newest first, as far as runs are counted."""
    first = shift_session(asked.exchange, asked.previous, -LONGEST_RUN)
    before = sessions_between(asked.exchange, first, asked.previous)
    return [asked.session, *reversed(before)]


def _legs(
    inquiry: Inquiry, moves: Mapping[str, Move], later: Mapping[str, Move]
) -> tuple[Leg, ...]:
    now, then = list(inquiry.asked.values()), list(inquiry.then.values())
    legs: list[Leg] = []
    for asked in order_sessions(now, then):
        focus = _focus(inquiry, asked.exchange.calendar)
        of = moves if asked in now else later
        members = [of[share.ticker] for share in _members(inquiry.watchlist, focus)]
        legs.append(run_leg(asked, focus, members, of.get(focus.benchmark or "")))
    return tuple(legs) if len(legs) > 1 else ()


def _focus(inquiry: Inquiry, calendar: str) -> Focus:
    """Return the event's focus on a calendar, else all watched shares there and its first index."""
    if inquiry.event is not None:
        known = {group.id for group in inquiry.watchlist.groups}
        for focus in inquiry.event.focus:
            if focus.calendar == calendar and known.issuperset(focus.groups):
                return focus
    index = next((i for i in inquiry.watchlist.indexes if i.exchange.calendar == calendar), None)
    return Focus(calendar, (), None, None, index.ticker if index else None)


def _members(watchlist: Watchlist, focus: Focus) -> list[Instrument]:
    groups = [group for group in watchlist.groups if not focus.groups or group.id in focus.groups]
    return [
        member
        for group in groups
        for member in group.members
        if member.exchange.calendar == focus.calendar
    ]


def _paths(inquiry: Inquiry, moves: Mapping[str, Move], held: Held) -> tuple[Path, ...]:
    drawn = [ticker for ticker in (inquiry.event.lines if inquiry.event else ()) if ticker in moves]
    if not drawn:
        figures = [moves[share.ticker] for share in inquiry.watchlist.shares]
        largest = sorted(figures, key=lambda move: -move.size)[:LINES_DRAWN]
        drawn = [move.instrument.ticker for move in largest if move.is_figure]
    series = (held.bars[ticker] for ticker in drawn)
    held_bars = (bars for bars in series if isinstance(bars, Bars))
    return find_paths(held_bars, inquiry.asked, inquiry.window)
