"""Runs of sessions in one direction: the third straight fall, the first rise in three sessions."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from deepseek_shock.market.bars import Bars, Direction
from deepseek_shock.market.sessions import previous_session


class Run(NamedTuple):
    """The run that a session stands in, and the one that it broke.

    `direction` is `None` for an unchanged close. `length` counts the sessions of the run, this one
    included; `before` those of the opposite run that it ended, 0 where an unchanged close stood
    between. Either count is `None` where the bars held do not reach back to the run's beginning.
    """

    direction: Direction | None
    length: int | None
    before: int | None = None


def find_run(bars: Bars, session: date) -> Run | None:
    """Find the run of a session, or `None` where its own direction is unknown."""
    signs = _signs_backwards(bars, session)
    if not signs:
        return None
    sign = signs[0]
    if sign == 0:
        return Run(None, 1)
    length = _count_while(signs, sign)
    if length == len(signs):
        return Run(_direction(sign), None)
    before = _count_while(signs[length:], -sign)
    return Run(_direction(sign), length, None if length + before == len(signs) else before)


def _signs_backwards(bars: Bars, session: date) -> list[int]:
    """Return the signs of the changes up to a session, newest first, as far as no session is missing."""
    closes = []
    while (close := bars.close(session)) is not None:
        closes.append(close)
        session = previous_session(bars.instrument.exchange, session)
    return [(after > before) - (after < before) for after, before in pairwise(closes)]


def _count_while(signs: list[int], sign: int) -> int:
    return next((at for at, other in enumerate(signs) if other != sign), len(signs))


def _direction(sign: int) -> Direction:
    return Direction.RISE if sign > 0 else Direction.FALL
