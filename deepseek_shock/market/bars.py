"""Bars of one instrument, the statistics that go with them, and the gaps where there are none."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.market.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd


# Not the thread's context: a library that changes that must not change a printed figure.
EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)


class Bar(NamedTuple):
    """One session: prices at the tick the vendor quotes, `None` where the vendor has no figure."""

    session: date
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal | None
    volume: int | None


class Action(NamedTuple):
    """A split (new shares for one old) or a dividend (per share), effective at a session's open."""

    session: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bars:
    """One instrument's bars in session order, as traded, with its splits and dividends apart.

    `dividends` is `None` where the vendor says nothing of them: a total return is then unknown.
    Raises `ValueError` when made from bars that are not in strictly ascending session order, or
    that hold a price that is not positive.
    """

    instrument: Instrument
    bars: tuple[Bar, ...]
    splits: tuple[Action, ...] = ()
    dividends: tuple[Action, ...] | None = None
    _position: dict[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        position = {bar.session: at for at, bar in enumerate(self.bars)}
        sessions = list(position)
        if len(sessions) != len(self.bars) or sessions != sorted(sessions):
            raise ValueError(f"{self.instrument.ticker}: sessions are not strictly ascending")
        for bar in self.bars:
            if any(price is not None and not _is_price(price) for price in bar[1:5]):
                raise ValueError(f"{self.instrument.ticker} {bar.session}: a price is not positive")
        object.__setattr__(self, "_position", position)

    def at(self, session: date) -> Bar | None:
        """Return the bar of a session, or `None`: there is no "row above" to fall back on."""
        at = self._position.get(session)
        return None if at is None else self.bars[at]

    def close(self, session: date) -> Decimal | None:
        """Return the close of a session, or `None` where there is none."""
        bar = self.at(session)
        return bar and bar.close

    def close_as_of(self, session: date, basis: date) -> Decimal | None:
        """Return the close of a session on the split basis of another, earlier or later."""
        close = self.close(session)
        if close is None or not self.splits:
            return close
        first, last = sorted((session, basis))
        between = prod(one.amount for one in self.splits if first < one.session <= last)
        if between == 1:
            return close
        return EXACT.divide(close, between) if session < basis else EXACT.multiply(close, between)

    def until(self, session: date) -> "Bars":
        """Return the bars up to a session, this one included."""
        if not self.bars or self.bars[-1].session <= session:
            return self
        return replace(self, bars=tuple(bar for bar in self.bars if bar.session <= session))

    def to_frame(self) -> "pd.DataFrame":
        """Return a frame indexed by session: columns open, high, low, close, volume as floats."""
        import pandas as pd

        frame = pd.DataFrame(list(self.bars), columns=pd.Index(Bar._fields))
        return frame.set_index("session").astype(float)


def _is_price(price: Decimal) -> bool:
    return price.is_finite() and price > 0


class Direction(StrEnum):
    """Which way a move went."""

    FALL = "fall"
    RISE = "rise"


class Baseline(NamedTuple):
    """Statistics of an instrument before an event session, from more history than the bars held.

    Returns are simple daily price returns as fractions; `sd` has ddof 1. `as_large_in_history`
    counts the earlier sessions whose move in `direction` was at least as large as this one's.
    """

    session: date
    ticker: str
    window_first: date
    window_last: date
    sessions: int
    mean: float
    sd: float
    volume_mean_20: float | None
    history_from: date
    direction: Direction
    previous_as_large: date | None
    previous_as_large_return: float | None
    as_large_in_history: int
    close_last_beyond: date | None


class GapReason(StrEnum):
    """Why a session has no usable bar."""

    NOT_FOUND = "not_found"
    NO_BAR = "missing_bar"
    NO_PREVIOUS_BAR = "missing_previous_bar"
    NULL_CLOSE = "null_close"
    NULL_PREVIOUS_CLOSE = "null_previous_close"
    NO_TRADE = "no_trade"
    NEAR_SPLIT_RATIO = "near_split_ratio"
    IMPLAUSIBLE_RATIO = "implausible_ratio"
    BEYOND_PRICE_LIMIT = "beyond_price_limit"
    VENDOR_FAILED = "vendor_failed"


class Gap(NamedTuple):
    """A session for which an instrument has no usable bar, and why."""

    instrument: Instrument
    session: date
    reason: GapReason


class Source(NamedTuple):
    """Where bars came from: our name for it, the vendor, when they were retrieved, and their hash.

    `retrieved` is an ISO 8601 date or instant, `sha256` that of the bars as received (hexadecimal),
    `first` and `last` the sessions that it holds.
    """

    name: str
    vendor: str
    retrieved: str
    first: date
    last: date
    sha256: str
