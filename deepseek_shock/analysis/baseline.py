"""The statistics of an instrument before a session, from the bars held.

The estimation window is 250 sessions that end eleven sessions before the one asked, so that the
days before a shock do not weigh on what is called usual. Returns count only between consecutive
sessions of the exchange's calendar: a missing session is never bridged.
"""

from datetime import date
from decimal import Decimal

from deepseek_shock.analysis.history import make_history
from deepseek_shock.analysis.steps import Past, Step, find_past
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.bars import Bars, Baseline, Direction
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import calendar_begins, sessions_between, shift_session

WINDOW = 250  # sessions
DISTANCE = 11  # sessions from the end of the window to the session asked
SHORTEST = 60  # returns below which a standard deviation says too little
_VOLUMES = 20


def make_baseline(bars: Bars, session: date, price_return: Decimal | None) -> Baseline | None:
    """Make the baseline of a session, or `None` where the bars before it are too few.

    `price_return` is the session's own move: moves at least as large are counted in its direction.
    """
    past = find_past(bars, session)
    if len(past.steps) < SHORTEST:
        return None
    exchange = bars.instrument.exchange
    try:
        last = shift_session(exchange, session, -DISTANCE)
    except CalendarError:  # the session is one of the first that the calendar knows
        return None
    window = _window(exchange, past, session, last)
    if len(window) < SHORTEST:
        return None
    from statistics import fmean, stdev  # costs a short report's start, which never comes here

    values = [float(step.price_return) for step in window]
    direction = Direction.RISE if price_return is not None and price_return > 0 else Direction.FALL
    history = make_history(bars, past, session, price_return)
    found = history.by_return if history else None
    before = found.value if found else None
    return Baseline(
        session=session,
        ticker=bars.instrument.ticker,
        window_first=window[0].session,
        window_last=last,
        sessions=len(window),
        mean=fmean(values),
        sd=stdev(values),
        volume_mean_20=_mean_volume(bars, session),
        history_from=past.steps[0].session,
        direction=direction,
        previous_as_large=found.previous if found else None,
        previous_as_large_return=None if before is None else float(before),
        as_large_in_history=found.as_large if found else 0,
        close_last_beyond=history.close_since if history else None,
    )


def _window(exchange: Exchange, past: Past, session: date, last: date) -> list[Step]:
    """Return the steps of the estimation window, which may begin where the calendar does."""
    try:
        first = shift_session(exchange, session, 1 - DISTANCE - WINDOW)
    except CalendarError:
        first = calendar_begins(exchange)
    return [step for step in past.steps if first <= step.session <= last]


def _mean_volume(bars: Bars, session: date) -> float | None:
    exchange = bars.instrument.exchange
    first = shift_session(exchange, session, -_VOLUMES)
    sessions = sessions_between(exchange, first, session)[:-1]
    volumes = (bars.volume_as_of(one, session) for one in sessions)
    known = [volume for volume in volumes if volume is not None]
    return sum(known) / _VOLUMES if len(known) == _VOLUMES else None
