"""Since when a group's shares did not move so far on the average."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from deepseek_shock.analysis.history import SHORTEST_HISTORY, Place, find_near, place
from deepseek_shock.analysis.returns import add, divide, subtract
from deepseek_shock.analysis.steps import Past, Step
from deepseek_shock.market.bars import Direction
from deepseek_shock.market.event import Group
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import calendar_begins, sessions_between


class GroupSince(NamedTuple):
    """A group's equal-weighted mean return against those of the sessions before.

    A session counts where every member has a return; `missing` are those since `history_from`, the
    first return of the youngest member, in which one lacks it. Before `checked_from` no calendar
    checks the days.
    """

    id: str
    mean: Decimal
    direction: Direction
    place: Place
    history_from: date
    sessions: int
    missing: int
    checked_from: date | None = None


def find_group_since(
    group: Group, pasts: Mapping[str, Past], today: Mapping[str, Step]
) -> GroupSince | None:
    """Find a group's since; `None` where a member has no return, or too little is held before.

    `pasts` and `today` are by ticker: the steps before the session, and the session's own. Members
    of more than one calendar have no sessions in common.
    """
    tickers = [member.ticker for member in group.members]
    calendars = {member.exchange.calendar for member in group.members}
    if len(tickers) < 2 or len(calendars) > 1:  # noqa: PLR2004 -- one is no group
        return None
    if not all(ticker in today and pasts[ticker].steps for ticker in tickers):
        return None
    total = reduce(add, (_ratio(today[ticker]) for ticker in tickers))
    session = today[tickers[0]].session
    held = [pasts[ticker] for ticker in tickers]
    common = _find_common(group.members[0].exchange, held, session)
    if len(common.sessions) < SHORTEST_HISTORY or total == len(tickers):
        return None
    is_fall = total < len(tickers)
    large = [(day, _mean(other, group)) for day, other in _find_large(common, held, total)]
    return GroupSince(
        group.id,
        _mean(total, group),
        Direction.FALL if is_fall else Direction.RISE,
        place(large, _mean(total, group), session, common.first),
        min(common.sessions),
        len(common.sessions),
        common.missing,
        common.checked_from,
    )


def _ratio(step: Step) -> Decimal:
    return divide(step.close, step.base)


def _mean(total: Decimal, group: Group) -> Decimal:
    return subtract(divide(total, Decimal(len(group.members))), Decimal(1))


class _Common(NamedTuple):
    """The sessions in which all members have a return; `first`: the youngest's first close."""

    sessions: set[date]
    first: date
    missing: int
    checked_from: date | None


def _find_common(exchange: Exchange, pasts: Sequence[Past], session: date) -> _Common:
    first = max(past.steps[0].session for past in pasts)
    days = [{step.session for step in past.steps if step.session >= first} for past in pasts]
    held: set[date] = set().union(*days)
    common = held.intersection(*days)
    begins = calendar_begins(exchange)
    expected = sessions_between(exchange, max(first, begins), session)
    return _Common(
        common,
        max(past.first or first for past in pasts),
        len(held.union(expected) - {session}) - len(common),
        next((past.checked_from for past in pasts if first < begins), None),
    )


def _find_large(
    common: _Common, pasts: Sequence[Past], total: Decimal
) -> Iterator[tuple[date, Decimal]]:
    """Yield the sessions whose sum of close ÷ base was at least as large, oldest first.

    Sums order as means do. A mean is never beyond all that it is made of: only where one member
    moved as far is the sum worked out.
    """
    members = Decimal(len(pasts))
    is_fall = total < members
    reached = (find_near(past.steps, divide(total, members), is_fall=is_fall) for past in pasts)
    days = {step.session for steps in reached for step in steps} & common.sessions
    totals = dict.fromkeys(sorted(days), Decimal())
    for past in pasts:
        for step in past.steps:
            if step.session in days:
                totals[step.session] = add(totals[step.session], _ratio(step))
    return (one for one in totals.items() if (one[1] <= total if is_fall else one[1] >= total))
