"""The legs of a relay: which sessions of a day's moves stand in it, and who is in focus there."""

from collections.abc import Mapping

from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.relay import Leg, order_sessions, place_legs, run_leg
from deepseek_shock.market.event import Focus, Watchlist
from deepseek_shock.market.instrument import Instrument


def find_legs(
    inquiry: Inquiry, moves: Mapping[str, Move], later: Mapping[str, Move]
) -> tuple[Leg, ...]:
    """Return the legs in the order of their closes; none where one exchange alone is asked."""
    now, then = list(inquiry.asked.values()), list(inquiry.then.values())
    legs: list[Leg] = []
    for asked in order_sessions(now, then):
        focus = _focus(inquiry, asked.exchange.calendar)
        of = moves if asked in now else later
        members = [of[share.ticker] for share in _members(inquiry.watchlist, focus)]
        legs.append(run_leg(asked, focus, members, of.get(focus.benchmark or "")))
    # One exchange alone is a leg where it is asked how it could react.
    return place_legs(legs, inquiry.at) if len(legs) > 1 or inquiry.at is not None else ()


def _focus(inquiry: Inquiry, calendar: str) -> Focus:
    """Return the event's focus on a calendar, else all watched shares there and its first index."""
    if inquiry.event is not None:
        known = {group.id for group in inquiry.watchlist.groups}
        for focus in inquiry.event.focus:
            if focus.calendar == calendar and known.issuperset(focus.groups):
                return focus
    index = next((i for i in inquiry.watchlist.indexes if i.exchange.calendar == calendar), None)
    benchmark = index.ticker if index else None
    shares = inquiry.watchlist.shares
    has_none = not any(share.exchange.calendar == calendar for share in shares)
    return Focus(calendar, (), None, None, benchmark, has_none)


def _members(watchlist: Watchlist, focus: Focus) -> list[Instrument]:
    if focus.is_of_indexes:
        return [one for one in watchlist.indexes if one.exchange.calendar == focus.calendar]
    groups = [group for group in watchlist.groups if not focus.groups or group.id in focus.groups]
    return [
        member
        for group in groups
        for member in group.members
        if member.exchange.calendar == focus.calendar
    ]
