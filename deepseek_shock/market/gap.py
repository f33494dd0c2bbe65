"""What could not be had, and why: a value with a reason, never a 0 % and never an exception."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.market.instrument import Instrument


class GapReason(StrEnum):
    """Why a session has no usable bar; the words are codes of the JSON."""

    # The instrument or its bars are not there.
    MARKET_CLOSED = "market_closed"  # by the calendar: nobody was asked
    NO_CALENDAR = "no_calendar"  # the exchange's calendar does not reach the date: nobody was asked
    NOT_FOUND = "not_found"  # the source does not know the ticker
    NOT_HELD = "not_held"  # the store has never kept it
    NOT_COVERED = "not_covered"  # the vendor has it, but the user's plan does not reach the date
    NO_DATA = "no_data"  # the vendor knows the ticker and has nothing for the span
    NO_BAR = "missing_bar"
    NO_PREVIOUS_BAR = "missing_prev_bar"
    MAYBE_CLOSED = "maybe_closed"  # no instrument of the exchange has a bar
    NULL_CLOSE = "null_close"  # none, or zero
    NULL_PREVIOUS_CLOSE = "null_prev_close"
    NO_TRADE = "no_trade"
    # A guard has refused what there is.
    WRONG_SYMBOL = "wrong_symbol"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_ZONE = "wrong_timezone"
    DUPLICATE_DAY = "duplicate_day"
    NOT_A_SESSION = "not_a_session"  # trades on days on which the exchange was closed
    INCONSISTENT = "inconsistent_bar"  # a close outside its own day's range
    IN_PROGRESS = "in_progress"  # a bar frozen before the close
    UNAPPLIED_SPLIT = "unapplied_split"
    SPLIT_APPLIED_TWICE = "split_applied_twice"
    UNIT_JUMP = "unit_jump"  # a hundred times as much, or a hundredth
    NEAR_SPLIT_RATIO = "near_split_ratio"
    IMPLAUSIBLE_RATIO = "implausible_ratio"
    BEYOND_PRICE_LIMIT = "beyond_price_limit"
    DISPUTED = "disputed"  # two sources differ by more than 0.1 %
    # The vendor, or the way to it, has failed.
    RATE_LIMITED = "rate_limited"
    SKIPPED = "skipped"  # not asked, since the vendor refused others or the time was up
    UNAUTHORIZED = "unauthorized"
    SERVER_ERROR = "server_error"
    BAD_PAYLOAD = "bad_payload"  # not the format that was asked for
    BAD_SCHEMA = "bad_schema"  # the format, but not what should stand in it
    TIMEOUT = "timeout"
    NETWORK = "network"
    INTERNAL_ERROR = "internal_error"


class Gap(NamedTuple):
    """A session for which an instrument has no usable bar, why, and the vendor's own words."""

    instrument: Instrument
    session: date
    reason: GapReason
    detail: str = ""
