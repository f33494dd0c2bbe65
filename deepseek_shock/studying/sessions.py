"""The sessions of a study's axes, as ordinals: those of an exchange as far as they are needed.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.design import Design, ReturnKind
from deepseek_shock.analysis.event_study import judged_window
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import (
    calendar_begins,
    last_completed_session,
    sessions_between,
)

_SLACK = 30  # days: holidays and weekends at either end


def exchange_sessions(
    exchange: Exchange, days: Sequence[date], design: Design, now: datetime
) -> Integers:
    """List the sessions around some days that have ended, as far as all windows reach."""
    whole = judged_window(design)
    before = timedelta(days=-min(design.estimation.first, whole.first) * 365 // 240 + _SLACK)
    after = timedelta(days=max(whole.last, 0) * 365 // 240 + _SLACK)
    first = max(min(days) - before, calendar_begins(exchange))
    last = min(max(days) + after, last_completed_session(exchange, now))
    return ordinals(sessions_between(exchange, first, last) if first <= last else ())


def ordinals(days: Sequence[date]) -> Integers:
    """Return days as ordinals."""
    return np.array([day.toordinal() for day in days], dtype=np.int64)


def trim(sessions: Integers, days: Sequence[date], design: Design) -> Integers:
    """Cut sessions to what the windows around some days need, and one before, for prices."""
    whole = judged_window(design)
    first, last = np.searchsorted(sessions, ordinals((min(days), max(days)))).tolist()
    begins = max(first + min(design.estimation.first, whole.first) - 1, 0)
    return sessions[begins : last + max(whole.last, 0) + 2]


def to_returns(prices: Floats, kind: ReturnKind, splits: Floats | float = 1.0) -> Floats:
    """Make returns of prices (instruments, sessions), between neighbouring sessions alone.

    `splits` are new shares for one old, by session; NaN where one of two prices is missing.
    """
    found = np.full(prices.shape, np.nan)
    with np.errstate(invalid="ignore"):
        ratio = (prices * splits)[:, 1:] / prices[:, :-1]
        found[:, 1:] = np.log(ratio) if kind is ReturnKind.LOG else ratio - 1
    return found
