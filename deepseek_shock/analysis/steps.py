"""Steps: the closes of consecutive sessions, two by two, as far back as bars are held.

A missing session is never bridged. Before an exchange's calendar begins nobody can tell a missing
session from a holiday: there two rows of the data count as consecutive if they lie at most a week
apart, and whatever rests on them is not checked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.returns import divide, simple_return
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import (
    calendar_begins,
    is_session,
    next_session,
    sessions_between,
)

_WEEK = 7  # days between two rows that may be consecutive, where no calendar says


class Step(NamedTuple):
    """A session's close, and `base`: the close before it, on the session's own split basis."""

    session: date
    base: Decimal
    close: Decimal

    @property
    def price_return(self) -> Decimal:
        """The simple return, as a fraction."""
        return simple_return(self.close, self.base) or Decimal()


class Past(NamedTuple):
    """All steps before a session, oldest first.

    `first` is the first close held; `missing` counts the sessions since then that have none (where
    no calendar says, each break of more than a week counts as one). `checked_from` is the session
    with which the calendar begins, where the data begin before it.
    """

    steps: Sequence[Step]
    first: date | None = None
    missing: int = 0
    checked_from: date | None = None


def find_past(bars: Bars, session: date) -> Past:
    """Find the steps of the bars held before a session."""
    closes = {
        bar.session: bar.close
        for bar in bars.bars
        if bar.close is not None and bar.session < session
    }
    if not closes:
        return Past(())
    first = next(iter(closes))
    begins = calendar_begins(bars.instrument.exchange)
    days = _list_days(bars.instrument.exchange, closes, first, session)
    steps, missing = _pair(bars, days, closes, begins)
    return Past(steps, first, missing, _first_checked(bars, begins) if first < begins else None)


def _list_days(
    exchange: Exchange, closes: Mapping[date, Decimal], first: date, session: date
) -> list[date]:
    """List the days that count as sessions: the data's own, then those of the calendar."""
    begins = calendar_begins(exchange)
    if session <= begins:
        return list(closes)
    known = sessions_between(exchange, max(first, begins), session)
    own = [day for day in closes if day < begins] if first < begins else []
    return [*own, *(day for day in known if day < session)]


def _pair(
    bars: Bars, days: Sequence[date], closes: Mapping[date, Decimal], begins: date
) -> tuple[list[Step], int]:
    split = {action.session for action in bars.splits}
    steps: list[Step] = []
    missing = 0
    before: date | None = None  # the session before, where its close is held
    base = None
    for day in days:
        close = closes.get(day)
        if close is None:
            missing += 1
        elif base is not None and before is not None:
            if before >= begins or (day - before).days <= _WEEK:
                base = divide(base, bars.split_on(day)) if day in split else base
                steps.append(Step(day, base, close))
            else:
                missing += 1
        before, base = day, close
    return steps, missing


def _first_checked(bars: Bars, begins: date) -> date:
    exchange = bars.instrument.exchange
    return begins if is_session(exchange, begins) else next_session(exchange, begins)
