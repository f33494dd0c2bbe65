"""The relay: the order in which exchanges' sessions could react, each leg split at its open."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.breadth import Breadth, count_breadth, returns_of
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.returns import median
from deepseek_shock.market.event import Focus
from deepseek_shock.market.sessions import Phase


class Leg(NamedTuple):
    """One session of one exchange: medians over the focus shares, and the benchmark beside.

    A median covers the `opens_known` (or `breadth.known`) members that have the figure; medians are
    taken column by column and do not compound.
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
    """Return the event sessions in the order of their closes, and the one that answers them.

    `now` holds what the date means on each calendar, `then` the session after it on each. The
    exchange that closed first has not seen the others; its next session can answer to them all.
    """
    legs = sorted(
        (asked for asked in now if asked.phase is not Phase.CLOSED),
        key=lambda asked: asked.closes_at,
    )
    if len(legs) < 2:  # noqa: PLR2004 -- a relay takes two
        return legs
    answer = next((asked for asked in then if asked.exchange == legs[0].exchange), None)
    return legs if answer is None else [*legs, answer]
