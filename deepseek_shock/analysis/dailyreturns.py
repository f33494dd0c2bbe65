"""Daily returns as floats: between consecutive sessions alone, on one split basis."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.sessions import (
    calendar_begins,
    calendar_span,
    sessions_between,
    shift_session,
)

Daily: TypeAlias = Mapping[date, float]
"""Simple price returns by session, as fractions; a session whose return is missing is not there."""


def list_sessions(asked: Asked, window: Window) -> dict[int, date]:
    """Return the sessions of a window by offset from the session asked, as far as is known."""
    first, last = (reach(asked, one) for one in (min(window.first, 0), max(window.last, 0)))
    days = sessions_between(asked.exchange, first, last)
    start = -days.index(asked.session)
    offsets = range(max(window.first, start), min(window.last, start + len(days) - 1) + 1)
    return {offset: days[offset - start] for offset in offsets}


def reach(asked: Asked, count: int) -> date:
    """Return the session so far from the session asked, or the end of what the calendar knows."""
    try:
        return shift_session(asked.exchange, asked.previous, count + 1)
    except CalendarError:
        exchange = asked.exchange
        return calendar_begins(exchange) if count < 0 else calendar_span(exchange)[1]


def daily_returns(bars: Bars, sessions: Sequence[date]) -> dict[date, float]:
    """Return the returns between neighbours of a list of sessions that leaves none out."""
    found: dict[date, float] = {}
    for previous, session in pairwise(sessions):
        close = bars.close(session)
        base = None if close is None else bars.close_as_of(previous, session)
        change = simple_return(close, base)
        if change is not None:
            found[session] = float(change)
    return found
