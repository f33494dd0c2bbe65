"""A session that no instrument of an exchange has: the exchange may have been closed."""

from collections.abc import Mapping, Sequence
from datetime import date

from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import GapReason

# These end where they end: that nothing follows a missing session says nothing of the exchange.
_ENDING = ("sample", "files")


def mark_closed(moves: Mapping[str, Move], held: Held) -> dict[str, Move]:
    """Give the moves of an exchange whose instruments all lack one session the reason for it.

    Two instruments at least, held before the session, and unless a vendor was asked after it too:
    one alone, or the end of what is held, is no sign.
    """
    marked = dict(moves)
    for calendar in {move.instrument.exchange.calendar for move in moves.values()}:
        there = [move for move in moves.values() if move.instrument.exchange.calendar == calendar]
        answered = [move for move in there if isinstance(held.bars[move.instrument.ticker], Bars)]
        session = _common_hole(answered)
        if session is not None and _is_surrounded(session, answered, held):
            for move in answered:
                marked[move.instrument.ticker] = move._replace(
                    reason=GapReason.MAYBE_CLOSED, detail=session.isoformat()
                )
    return marked


def _common_hole(moves: Sequence[Move]) -> date | None:
    """Find the session that all of several moves lack."""
    if len(moves) < 2:  # noqa: PLR2004 -- several
        return None
    reasons = {move.reason for move in moves}
    if reasons <= {GapReason.NO_BAR, GapReason.NULL_CLOSE}:
        return moves[0].session
    before = {GapReason.NO_PREVIOUS_BAR, GapReason.NULL_PREVIOUS_CLOSE}
    return moves[0].previous_session if reasons <= before else None


def _is_surrounded(session: date, moves: Sequence[Move], held: Held) -> bool:
    series = (held.bars[move.instrument.ticker] for move in moves)
    sessions = [bar.session for bars in series if isinstance(bars, Bars) for bar in bars.bars]
    has_end = any(source.name in _ENDING for source in held.sources)
    is_after = any(one > session for one in sessions)
    return any(one < session for one in sessions) and (is_after or not has_end)
