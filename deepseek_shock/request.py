"""What a user asks, and what of it cannot be reported on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.unreached import Unreached
from deepseek_shock.errors import IncompleteError, NoSessionError, UsageError, near_matches
from deepseek_shock.market.exchange import CITIES, EXCHANGES
from deepseek_shock.market.rate import Rate
from deepseek_shock.market.sessions import (
    Phase,
    calendar_begins,
    last_completed_session,
    local_day,
    next_session,
)
from deepseek_shock.report.tables import Cut

_NAMED = 5  # cities in a message
_UNFINISHED_HINT = {
    True: "wait for the close, or ask with --provisional",
    False: "wait until a session has begun",
}


class Request(NamedTuple):
    """What a user asks. `day` is `None` for each exchange's last completed session.

    `now` is the instant that decides which sessions have ended; `window` is `None` for as much as
    the source is good for; `accepted` are figures that are printed although a guard refuses them,
    as ticker and session; `least_coverage` is in per cent; `options` are those of the command line
    that make the same report again; `contributions` name index tables; `design` is that of the
    event study; `benchmarks` are tickers, and the words `ex-self` and `equal-weighted`; `factors`
    are of a calendar, or of every one (`None`); `history` is a pack, in which the day is placed;
    with a `least_move`, in per cent, a day on which no share moved so far is no report.
    """

    now: datetime
    day: date | None = None
    event: str | None = None
    watchlist: str | None = None
    tickers: tuple[str, ...] = ()
    window: Window | None = None
    cut: Cut = Cut()
    takes_provisional: bool = False
    accepted: frozenset[tuple[str, date]] = frozenset()
    least_coverage: float = 90
    is_strict: bool = False
    options: tuple[str, ...] = ()
    rates: tuple[Rate, ...] = ()
    contributions: tuple[str, ...] = ()
    at: datetime | None = None
    design: Design = Design()
    benchmarks: tuple[str, ...] = ()
    factors: tuple[tuple[str | None, Mapping[date, Factors]], ...] = ()
    history: Path | None = None
    least_move: float | None = None

    @property
    def is_by_instant(self) -> bool:
        """Whether the instant says which sessions are reported."""
        return self.at is not None and self.day is None and self.event is None


def check_instant(request: Request) -> None:
    """Refuse an instant that has not come."""
    if request.at is not None and request.at > request.now:
        raise NoSessionError(
            f"{request.at.isoformat()} is in the future",
            hint=f"by this machine's clock it is {request.now.isoformat(timespec='seconds')}",
        )


def check_accepted(request: Request, inquiry: Inquiry) -> None:
    """Refuse to accept a figure of what is not reported on."""
    instruments = (*inquiry.watchlist.instruments, *inquiry.constituents)
    watched = {instrument.ticker for instrument in instruments}
    for ticker, session in sorted(request.accepted):
        if ticker not in watched:
            near = near_matches(ticker, watched)
            raise UsageError(
                f"--accept {ticker}@{session}: {ticker} is not reported on",
                hint=f"did you mean {near[0]}?" if near else "name a ticker of the watchlist",
            )


def check_reached(days: Mapping[str, date], unreached: Sequence[Unreached]) -> None:
    """Refuse a day that the calendar of no exchange asked reaches."""
    if days:
        return
    cities = ", ".join(CITIES[one.exchange.calendar] for one in unreached[:_NAMED])
    more = f" and {len(unreached) - _NAMED} more" if unreached[_NAMED:] else ""
    begins = min(calendar_begins(one.exchange) for one in unreached)
    last = max(one.day for one in unreached)
    raise NoSessionError(
        f"no exchange asked has a calendar for {last}: {cities}{more}",
        hint=f"their calendars begin on {begins} at the earliest, a few weeks of which a report "
        "needs, and reach about a year ahead",
    )


def check_sessions(asked: Mapping[str, Asked], request: Request) -> None:
    """Refuse a day without a session, and one whose sessions have not ended, unless asked to."""
    ones = list(asked.values())
    if all(one.phase is Phase.CLOSED for one in ones):
        cities = " and ".join(CITIES[calendar] for calendar in asked)
        verb = "were" if len(ones) > 1 else "was"
        raise NoSessionError(
            f"no session on {ones[0].session:%A %Y-%m-%d}: {cities} {verb} closed",
            hint=f"the sessions before and after: {_sessions_around(ones)}",
        )
    unfinished = [one for one in ones if one.phase in (Phase.PENDING, Phase.RUNNING)]
    has_begun = any(one.phase in (Phase.RUNNING, Phase.ENDED) for one in ones)
    if unfinished and not (request.takes_provisional and has_begun):
        where = ", ".join(
            f"{CITIES[one.exchange.calendar]}'s session of {one.session} "
            f"{'has not begun' if one.phase is Phase.PENDING else 'is still running'}"
            for one in unfinished
        )
        raise IncompleteError(where, hint=_UNFINISHED_HINT[has_begun])


def check_future(days: Mapping[str, date], now: datetime) -> None:
    """Refuse a date that no exchange has reached, before a calendar is asked so far ahead."""
    exchanges = {EXCHANGES[calendar]: day for calendar, day in days.items()}
    if all(day > local_day(exchange, now) for exchange, day in exchanges.items()):
        last = ", ".join(
            f"{CITIES[one.calendar]} {last_completed_session(one, now)}" for one in exchanges
        )
        raise NoSessionError(
            f"{max(days.values())} is in the future", hint=f"the last completed sessions: {last}"
        )


def _sessions_around(ones: list[Asked]) -> str:
    around = ((one, next_session(one.exchange, one.session)) for one in ones)
    return "; ".join(
        f"{CITIES[one.exchange.calendar]} {one.previous} and {after}" for one, after in around
    )
