"""The same instruments through several shocks, each on the axis of its own exchange's sessions."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.closures import mark_closed
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Move, Status, find_move
from deepseek_shock.analysis.paths import Path, Window, find_paths
from deepseek_shock.analysis.recovery import Recovery, find_recovery
from deepseek_shock.market.bars import Bars, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import shift_session


class Course(NamedTuple):
    """One instrument through one event: its move on session 0, and what came after it.

    `path` is indexed to 100 at the close before, `sessions` are those of its offsets; `recovery` is
    found within the window alone, and is `None` where the move is zero. Without a figure on
    session 0 there is neither.
    """

    move: Move
    path: Path | None = None
    sessions: tuple[date, ...] = ()
    recovery: Recovery | None = None

    @property
    def instrument(self) -> Instrument:
        """Whose course it is."""
        return self.move.instrument

    def return_at(self, offset: int) -> Decimal | None:
        """Return the close so many sessions after the event over the close before it, less one."""
        return self.path and self.path.return_at(offset)

    def offset_of(self, session: date) -> int | None:
        """Return how many sessions after the event a session is, where it lies in the window."""
        if self.path is None or session not in self.sessions:
            return None
        return self.path.offsets[self.sessions.index(session)]


class Occasion(NamedTuple):
    """One event of a comparison: what is asked of it, and the course of each instrument."""

    inquiry: Inquiry
    courses: tuple[Course, ...]

    @property
    def id(self) -> str:
        """The event's id, or the date where it has no event."""
        event = self.inquiry.event
        return event.id if event else self.inquiry.day.isoformat()

    def course(self, instrument: Instrument) -> Course:
        """Return the course of an instrument."""
        return next(one for one in self.courses if one.instrument == instrument)


class Compared(NamedTuple):
    """What was found: the events in the order in which they were asked, the same instruments."""

    occasions: tuple[Occasion, ...]
    sources: tuple[Source, ...]
    is_kept: bool = True

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The instruments, in the order in which they were asked."""
        return tuple(one.instrument for one in self.occasions[0].courses)

    @property
    def courses(self) -> tuple[Course, ...]:
        """All courses, event by event."""
        return tuple(course for one in self.occasions for course in one.courses)

    @property
    def window(self) -> Window:
        """The sessions that are compared: of an event of late there are not as many."""
        windows = [one.inquiry.window for one in self.occasions]
        return Window(windows[0].first, max(window.last for window in windows))

    @property
    def lead(self) -> Instrument | None:
        """The first of the instruments that have a figure in the most events; `None` of none."""
        counts = {
            instrument: sum(one.course(instrument).move.is_figure for one in self.occasions)
            for instrument in self.instruments
        }
        lead = max(counts, key=lambda instrument: counts[instrument])
        return lead if counts[lead] else None


def find_comparison(
    inquiries: Sequence[Inquiry], instruments: Sequence[Instrument], held: Held
) -> Compared:
    """Find the courses of the same instruments through several events, from the same bars."""
    occasions = tuple(Occasion(one, _courses(one, instruments, held)) for one in inquiries)
    return Compared(occasions, held.sources, held.is_kept)


def _courses(inquiry: Inquiry, instruments: Sequence[Instrument], held: Held) -> tuple[Course, ...]:
    """Return the courses in the order of the instruments."""
    reached = [one for one in instruments if one.exchange.calendar in inquiry.asked]
    marked = mark_closed({one.ticker: _move(one, inquiry, held) for one in reached}, held)
    return tuple(
        _course(marked[one.ticker], held.bars[one.ticker], inquiry)
        if one.ticker in marked
        else Course(_beyond(one, inquiry))
        for one in instruments
    )


def _beyond(instrument: Instrument, inquiry: Inquiry) -> Move:
    """Return the move of an instrument whose exchange's calendar does not reach the event."""
    calendar = instrument.exchange.calendar
    day = next(one.day for one in inquiry.unreached if one.exchange.calendar == calendar)
    return Move(instrument, day, day, Status.MISSING, GapReason.NO_CALENDAR)


def _move(instrument: Instrument, inquiry: Inquiry, held: Held) -> Move:
    asked = inquiry.asked[instrument.exchange.calendar]
    bars = _born(held.bars[instrument.ticker], asked.session)
    return find_move(bars, asked, leniency=inquiry.leniency(instrument.ticker, asked))


def _born(bars: Bars | Gap, session: date) -> Bars | Gap:
    """Return a gap for an instrument whose bars begin later than a session: from when on."""
    if isinstance(bars, Gap) or not bars.bars or bars.bars[0].session <= session:
        return bars
    return Gap(bars.instrument, session, GapReason.NO_DATA, bars.bars[0].session.isoformat())


def _course(move: Move, bars: Bars | Gap, inquiry: Inquiry) -> Course:
    if not move.is_figure or isinstance(bars, Gap):
        return Course(move)
    asked, window = inquiry.asked[move.instrument.exchange.calendar], inquiry.window
    within = bars.until(shift_session(asked.exchange, asked.session, window.last))
    paths = find_paths([within], inquiry.asked, window)
    if not paths:  # a refused bar that was accepted has a move, and no close to go on from
        return Course(move)
    offsets = range(window.first, window.last + 1)
    sessions = (shift_session(asked.exchange, asked.session, offset) for offset in offsets)
    return Course(move, paths[0], tuple(sessions), find_recovery(within, asked))
