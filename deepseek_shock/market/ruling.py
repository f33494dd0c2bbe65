"""Whether a calendar bears out that an exchange traded on a day that an event names."""

from datetime import date
from enum import StrEnum

from deepseek_shock.errors import CalendarError
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import is_session


class Ruling(StrEnum):
    """What a calendar says of a day that an event names."""

    VERIFIED = "verified"  # the exchange traded
    CLOSED = "closed"  # it did not
    UNVERIFIED = "unverified"  # the calendar does not reach so far


def rule(calendar: str, day: date) -> Ruling:
    """Tell what a calendar (`XNYS`, `XTKS`) says of a day."""
    try:
        return Ruling.VERIFIED if is_session(EXCHANGES[calendar], day) else Ruling.CLOSED
    except CalendarError:
        return Ruling.UNVERIFIED
