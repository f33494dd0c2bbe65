"""After the shock: when a close stood again where it was before, and how far it went until then."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.guards import find_refusal
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.paths import Path, Window, find_paths
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.market.bars import Bars, Direction
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import sessions_between, shift_session


class Recovery(NamedTuple):
    """How an instrument stood on its closes after an event session, against the close before it.

    After a fall it has recovered with the first close at or above `base`, the previous close on the
    event session's split basis; after a rise it has given it back with the first at or below.
    `sessions` counts by the exchange's calendar from the session after the event's (1); it and
    `recovered_on` are `None` where that has not happened within what is held. `worst_return` is the
    furthest close in the move's direction from the event session to `last`, the last session with a
    close; the first of equals. `held` counts the sessions after the event's up to `last`, `missing`
    those of them without a close, `missing_before` those that lie before the recovery (all of them
    where there is none): any of these may have been one, so that `sessions` is then the most.
    """

    instrument: Instrument
    session: date
    direction: Direction
    base: Decimal
    sessions: int | None
    recovered_on: date | None
    worst_return: Decimal
    worst_on: date
    last: date
    last_return: Decimal
    held: int
    missing: int
    missing_before: int = 0


class Aftermath(NamedTuple):
    """One instrument's recovery within the window, and its path there."""

    recovery: Recovery
    path: Path


def find_recovery(bars: Bars, asked: Asked) -> Recovery | None:
    """Find how the closes held stood after the session asked, against the one before.

    `None` where one of the two closes is missing or both are equal. What follows a step between two
    sessions that a guard refuses as no move (a split without a record) is not looked at.
    """
    base, close = bars.close_as_of(asked.previous, asked.session), bars.close(asked.session)
    if base is None or close is None or base == close:
        return None
    direction = Direction.FALL if close < base else Direction.RISE
    after = _after(bars, asked)
    returns = {
        session: value
        for session, one in [(asked.session, close), *after.items()]
        if (value := simple_return(one, base)) is not None
    }
    sign = 1 if direction is Direction.FALL else -1
    worst_on = min(returns, key=lambda session: returns[session] * sign)
    last = max(returns)
    due = [session for session in after if session <= last]
    back = next((session for session in due if returns.get(session, -sign) * sign >= 0), None)
    missing = [session for session in due if session not in returns]
    return Recovery(
        instrument=bars.instrument,
        session=asked.session,
        direction=direction,
        base=base,
        sessions=None if back is None else due.index(back) + 1,
        recovered_on=back,
        worst_return=returns[worst_on],
        worst_on=worst_on,
        last=last,
        last_return=returns[last],
        held=len(due),
        missing=len(missing),
        missing_before=sum(back is None or session < back for session in missing),
    )


def _after(bars: Bars, asked: Asked) -> dict[date, Decimal | None]:
    """Return the closes of the sessions after the one asked, on its split basis, as far as held."""
    last = bars.bars[-1].session
    found: dict[date, Decimal | None] = {}
    before: date = asked.session
    for session in sessions_between(asked.exchange, asked.session, last)[1:]:
        if _is_refused(bars, before, session):
            break
        found[session] = bars.close_as_of(session, asked.session)
        before = session
    return found


def _is_refused(bars: Bars, before: date, session: date) -> bool:
    """Tell whether a guard refuses the step from one session to the next."""
    base, close = bars.close_as_of(before, session), bars.close(session)
    if base is None or close is None or bars.confirmed.issuperset((before, session)):
        return False
    return find_refusal(bars.instrument, close, base, bars.split_on(session)) is not None


def find_aftermaths(
    series: Iterable[Bars], moves: Mapping[str, Move], asked: Mapping[str, Asked], window: Window
) -> tuple[Aftermath, ...]:
    """Find what came after for each instrument that moved, within the window alone."""
    return tuple(
        aftermath
        for bars in series
        if moves[bars.instrument.ticker].is_figure
        for aftermath in _find_aftermath(bars, asked, window)
    )


def _find_aftermath(bars: Bars, asked: Mapping[str, Asked], window: Window) -> Iterator[Aftermath]:
    day = asked[bars.instrument.exchange.calendar]
    within = bars.until(shift_session(day.exchange, day.session, window.last))
    recovery = find_recovery(within, day)
    if recovery is not None:
        yield from (Aftermath(recovery, path) for path in find_paths([within], asked, window))
