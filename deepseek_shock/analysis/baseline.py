"""The statistics of an instrument before a session, from the bars held.

The estimation window is 250 sessions that end eleven sessions before the one asked, so that the
days before a shock do not weigh on what is called usual. Returns count only between consecutive
sessions of the exchange's calendar: a missing session is never bridged.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.returns import divide, simple_return
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.bars import Bars, Baseline, Direction
from deepseek_shock.market.sessions import sessions_between, shift_session

WINDOW = 250  # sessions
DISTANCE = 11  # sessions from the end of the window to the session asked
SHORTEST = 60  # returns below which a standard deviation says too little
_VOLUMES = 20


class _Return(NamedTuple):
    session: date
    value: Decimal


def make_baseline(bars: Bars, session: date, price_return: Decimal | None) -> Baseline | None:
    """Make the baseline of a session, or `None` where the bars before it are too few.

    `price_return` is the session's own move: moves at least as large are counted in its direction.
    """
    before = [bar.session for bar in bars.bars if bar.session < session and bar.close is not None]
    if len(before) <= SHORTEST:
        return None
    try:
        return _make(bars, session, price_return, before)
    except CalendarError:  # the window begins before the calendar does
        return None


def _make(
    bars: Bars, session: date, price_return: Decimal | None, before: Sequence[date]
) -> Baseline | None:
    returns = _returns(bars, before[0], session)
    exchange = bars.instrument.exchange
    last = shift_session(exchange, session, -DISTANCE)
    first = shift_session(exchange, session, 1 - DISTANCE - WINDOW)
    window = [one for one in returns if first <= one.session <= last]
    if len(window) < SHORTEST:
        return None
    from statistics import fmean, stdev  # costs a short report's start, which never comes here

    values = [float(one.value) for one in window]
    direction = Direction.RISE if price_return is not None and price_return > 0 else Direction.FALL
    large = _as_large(returns, price_return or Decimal())
    return Baseline(
        session=session,
        ticker=bars.instrument.ticker,
        window_first=window[0].session,
        window_last=last,
        sessions=len(window),
        mean=fmean(values),
        sd=stdev(values),
        volume_mean_20=_mean_volume(bars, session),
        history_from=returns[0].session,
        direction=direction,
        previous_as_large=large[-1].session if large else None,
        previous_as_large_return=float(large[-1].value) if large else None,
        as_large_in_history=len(large),
        close_last_beyond=_last_beyond(bars, session, before, direction),
    )


def _returns(bars: Bars, first: date, session: date) -> list[_Return]:
    """Return the returns of all sessions before `session` whose two closes are held."""
    found: list[_Return] = []
    previous: Decimal | None = None
    for one in sessions_between(bars.instrument.exchange, first, session)[:-1]:
        close = bars.close(one)
        base = None if previous is None else divide(previous, bars.split_on(one))
        value = simple_return(close, base)
        if value is not None:
            found.append(_Return(one, value))
        previous = close
    return found


def _as_large(returns: Sequence[_Return], price_return: Decimal) -> list[_Return]:
    if price_return > 0:
        return [one for one in returns if one.value >= price_return]
    return [one for one in returns if one.value <= price_return]


def _mean_volume(bars: Bars, session: date) -> float | None:
    exchange = bars.instrument.exchange
    first = shift_session(exchange, session, -_VOLUMES)
    sessions = sessions_between(exchange, first, session)[:-1]
    volumes = (bars.volume_as_of(one, session) for one in sessions)
    known = [volume for volume in volumes if volume is not None]
    return sum(known) / _VOLUMES if len(known) == _VOLUMES else None


def _last_beyond(
    bars: Bars, session: date, before: Sequence[date], direction: Direction
) -> date | None:
    """Find the last session whose close stood as low (after a rise: as high) as the session's."""
    close = bars.close(session)
    if close is None:
        return None
    for one in reversed(before):
        then = bars.close_as_of(one, session)
        if then is not None and (then <= close if direction is Direction.FALL else then >= close):
            return one
    return None
