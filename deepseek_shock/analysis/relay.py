"""The relay: the order in which exchanges' sessions could react, each leg split at its open."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.analysis.breadth import Breadth, count_breadth, returns_of
from deepseek_shock.analysis.instant import Reach, find_reach
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.returns import median
from deepseek_shock.market.event import Focus
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import Phase


class Relation(StrEnum):
    """Where a session stands on the clock to New York's, the first that is among the legs."""

    BEFORE = "before"  # it had closed when New York opened
    NEW_YORK = "new_york"
    OVERLAPS = "overlaps"
    AFTER = "after"  # it opened when New York had closed


class Leg(NamedTuple):
    """One session of one exchange: medians over the focus shares, and the benchmark beside.

    A median covers the `opens_known` (or `breadth.known`) members that have the figure; medians are
    taken column by column and do not compound. `relation` is `None` where New York is no leg,
    `reach` where no instant is asked.
    """

    asked: Asked
    focus: Focus
    members: tuple[Move, ...]
    breadth: Breadth
    overnight: Decimal | None
    intraday: Decimal | None
    price_return: Decimal | None
    opens_known: int
    benchmark: Move | None
    relation: Relation | None = None
    reach: Reach | None = None

    @property
    def calendar(self) -> str:
        """The calendar whose session it is."""
        return self.asked.exchange.calendar


def run_leg(asked: Asked, focus: Focus, members: Sequence[Move], benchmark: Move | None) -> Leg:
    """Sum up one leg from the moves of its focus shares in the session asked."""
    overnight = [move.overnight_return for move in members if move.overnight_return is not None]
    intraday = [move.intraday_return for move in members if move.intraday_return is not None]
    return Leg(
        asked,
        focus,
        tuple(members),
        count_breadth(members),
        median(overnight),
        median(intraday),
        median(returns_of(members)),
        len(overnight),
        benchmark,
    )


def order_sessions(now: Sequence[Asked], then: Sequence[Asked]) -> list[Asked]:
    """Return the event sessions in the order of their closes, with the one that answers them.

    `now` holds what the date means on each calendar, `then` the session after it on each, which
    stands for an exchange that was closed on the date. The exchange that closed first has not seen
    the others; its next session can answer to them all.
    """
    after = {asked.exchange.calendar: asked for asked in then}
    legs = [after.get(_calendar(one)) if one.phase is Phase.CLOSED else one for one in now]
    ordered = sorted((leg for leg in legs if leg is not None), key=_in_order)
    if len(ordered) < 2:  # noqa: PLR2004 -- a relay takes two
        return ordered
    answer = after.get(_calendar(ordered[0]))
    return (
        ordered
        if answer is None or answer in ordered
        else sorted([*ordered, answer], key=_in_order)
    )


def _calendar(asked: Asked) -> str:
    return asked.exchange.calendar


def _in_order(asked: Asked) -> tuple[datetime, datetime, str]:
    return asked.closes_at, asked.opens_at, _calendar(asked)


def place_legs(legs: Sequence[Leg], at: datetime | None) -> tuple[Leg, ...]:
    """Tell of each leg where it stands to New York's, and how it could react to the instant."""
    mid = next((leg.asked for leg in legs if leg.calendar == XNYS.calendar), None)
    return tuple(
        leg._replace(
            relation=None if mid is None else relate(leg.asked, mid),
            reach=None if at is None else find_reach(leg.asked.exchange, leg.asked.session, at),
        )
        for leg in legs
    )


def relate(asked: Asked, new_york: Asked) -> Relation:
    """Tell where a session stands to one of New York's; by the clock, whatever its date."""
    if _calendar(asked) == _calendar(new_york):
        return Relation.NEW_YORK
    if asked.closes_at <= new_york.opens_at:
        return Relation.BEFORE
    return Relation.AFTER if asked.opens_at >= new_york.closes_at else Relation.OVERLAPS


def find_answer(legs: Sequence[Leg]) -> Leg | None:
    """Find the second session of the exchange that closed first, if it is among the legs."""
    return next((leg for leg in legs[1:] if leg.calendar == legs[0].calendar), None)


def find_next(legs: Sequence[Leg]) -> Leg | None:
    """Find whom the first leg could not see: New York if it opened later, else the next."""
    first = legs[0]
    later = [
        leg
        for leg in legs[1:]
        if leg.calendar != first.calendar and leg.asked.opens_at >= first.asked.closes_at
    ]
    ours = (leg for leg in later if leg.relation is Relation.NEW_YORK)
    return next(ours, later[0] if later else None)
