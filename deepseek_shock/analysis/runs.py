"""Runs of sessions in one direction: the third straight fall, the first rise in three sessions."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from deepseek_shock.market.bars import Bars, Direction


class Run(NamedTuple):
    """The run that a session stands in, and the one that it broke.

    `direction` is `None` for an unchanged close. `length` counts the sessions of the run, this one
    included; `before` those of the opposite run that it ended, 0 where an unchanged close stood
    between. Where the bars held do not reach back to the beginning of a run, the count is what is
    held of it, and `is_whole` or `is_before_whole` is false.
    """

    direction: Direction | None
    length: int
    before: int = 0
    is_whole: bool = True
    is_before_whole: bool = True


def find_run(bars: Bars, sessions: Iterable[date]) -> Run | None:
    """Find the run of a session, or `None` where its own direction is unknown.

    `sessions` are the session and those before it by its exchange's calendar, newest first.
    """
    signs = _signs_backwards(bars, sessions)
    if not signs:
        return None
    sign = signs[0]
    if sign == 0:
        return Run(None, 1)
    length = _count_while(signs, sign)
    before = _count_while(signs[length:], -sign)
    return Run(
        _direction(sign),
        length,
        before,
        is_whole=length < len(signs),
        is_before_whole=length + before < len(signs),
    )


def _signs_backwards(bars: Bars, sessions: Iterable[date]) -> list[int]:
    """Return the signs of the changes, newest first, as far as no session is missing."""
    closes: list[Decimal] = []
    newest: date | None = None
    for session in sessions:
        newest = newest or session
        close = bars.close_as_of(session, newest)
        if close is None:
            break
        closes.append(close)
    return [(after > before) - (after < before) for after, before in pairwise(closes)]


def _count_while(signs: list[int], sign: int) -> int:
    return next((at for at, other in enumerate(signs) if other != sign), len(signs))


def _direction(sign: int) -> Direction:
    return Direction.RISE if sign > 0 else Direction.FALL
