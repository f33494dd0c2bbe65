"""Other registered shocks within the windows of an event study: before anything is fetched."""

from contextlib import suppress
from datetime import date

from deepseek_shock.analysis.dailyreturns import reach
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.instant import session_of
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window, join
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.event import Event
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.sessions import Phase, is_session
from deepseek_shock.registry import Registry


def find_overlaps(inquiry: Inquiry, registry: Registry) -> tuple[Overlap, ...]:
    """Find the registered shocks whose session lies in a window of this one, by session.

    The event itself is none, nor is one of the same session: that is the same shock.
    """
    watched = {one.exchange.calendar for one in inquiry.watchlist.shares}
    asked = [
        one
        for name, one in inquiry.asked.items()
        if name in watched and one.phase is not Phase.CLOSED
    ]
    if not asked:
        return ()
    design = inquiry.design
    judged = join([Window(0, 0), design.event, *design.spans])
    whole = join([design.estimation, judged])
    ends = [(reach(one, whole.first), reach(one, whole.last)) for one in asked]
    own = inquiry.event.id if inquiry.event else None
    events = registry.events_between(
        min(first for first, _ in ends), max(last for _, last in ends), own
    )
    found = (
        _overlap(event, one, within, is_in_estimation=within is design.estimation)
        for event in events
        for one in asked
        for within in (design.estimation, judged)
    )
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (one.session, one.event, one.calendar)))


def _overlap(
    event: Event, asked: Asked, within: Window, *, is_in_estimation: bool
) -> Overlap | None:
    session = find_session(event, asked.exchange)
    if session is None or session == asked.session:
        return None
    if not reach(asked, within.first) <= session <= reach(asked, within.last):
        return None
    return Overlap(event.id, event.name, asked.exchange.calendar, session, is_in_estimation)


def find_session(event: Event, exchange: Exchange) -> date | None:
    """Find the session of a shock on an exchange; `None` where that had none."""
    with suppress(CalendarError):
        session = session_of(event, exchange)
        return session if is_session(exchange, session) else None
    return None
