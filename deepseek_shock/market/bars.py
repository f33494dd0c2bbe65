"""Bars of one instrument, what was refused among them, and the statistics that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.market.gap import GapReason
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


class Refusal(NamedTuple):
    """Why a guard refused a session's bar, and the bar itself where there is exactly one."""

    reason: GapReason
    bar: Bar | None = None


class Origin(NamedTuple):
    """Where a bar came from: our name of the source, and when it was retrieved (ISO 8601, UTC)."""

    source: str
    retrieved: str


_ONE = Decimal(1)
_ZERO = Decimal(0)  # compares faster than 0
_BEYOND = Decimal("Infinity")
UNSAID = Origin("", "")
_NONE: Mapping[date, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bars:
    """One instrument's bars in session order, as traded, with its splits and dividends apart.

    `dividends` is `None` where the vendor says nothing of them: a total return is then unknown.
    `refused` are the sessions whose bar a guard took out, so that `at` finds none. `origin` is
    where the bars came from, `others` the sessions whose bar came from elsewhere, `confirmed` those
    whose close a second source gives too.

    Raises `ValueError` when made from bars that are not in strictly ascending session order, that
    hold a price that is not positive, or a session that was refused.
    """

    instrument: Instrument
    bars: tuple[Bar, ...]
    splits: tuple[Action, ...] = ()
    dividends: tuple[Action, ...] | None = None
    refused: Mapping[date, Refusal] = field(default_factory=lambda: _NONE, hash=False)
    origin: Origin = UNSAID
    others: Mapping[date, Origin] = field(default_factory=lambda: _NONE, hash=False)
    confirmed: frozenset[date] = frozenset()
    _position: dict[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        position = {bar.session: at for at, bar in enumerate(self.bars)}
        sessions = list(position)
        if len(sessions) != len(self.bars) or sessions != sorted(sessions):
            raise ValueError(f"{self.instrument.ticker}: sessions are not strictly ascending")
        for bar in self.bars:
            if not _has_prices(bar):
                raise ValueError(f"{self.instrument.ticker} {bar.session}: a price is not positive")
        if not self.refused.keys().isdisjoint(position):
            raise ValueError(f"{self.instrument.ticker}: a session is held and refused")
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
        between = self._splits_between(session, basis)
        return EXACT.divide(close, between) if session < basis else EXACT.multiply(close, between)

    def volume_as_of(self, session: date, basis: date) -> float | None:
        """Return the volume of a session in shares as they were on a later one."""
        bar = self.at(session)
        if bar is None or bar.volume is None:
            return None
        return bar.volume * float(self._splits_between(session, basis))

    def _splits_between(self, one: date, other: date) -> Decimal:
        first, last = sorted((one, other))
        between = (split.amount for split in self.splits if first < split.session <= last)
        return reduce(EXACT.multiply, between, _ONE)

    def shares_as_of(self, shares: int, day: date, basis: date) -> int:
        """Return how many shares those of a day have become by a later session, by the splits held.

        A part of a share is dropped.
        """
        return int(EXACT.multiply(Decimal(shares), self._splits_between(day, basis)))

    def split_on(self, session: date) -> Decimal:
        """Return how many shares stand for one old share from a session on: 1 without a split."""
        if not self.splits:
            return _ONE
        on = (split.amount for split in self.splits if split.session == session)
        return reduce(EXACT.multiply, on, _ONE)

    def origin_of(self, session: date) -> Origin:
        """Tell where the bar of a session came from."""
        return self.others.get(session, self.origin)

    def until(self, session: date) -> "Bars":
        """Return the bars up to a session, this one included."""
        return self.within(date.min, session)

    def since(self, session: date) -> "Bars":
        """Return the bars from a session on, this one included."""
        return self.within(session, date.max)

    def within(self, first: date, last: date) -> "Bars":
        """Return the bars from one session to another, both included; actions are all kept."""
        if not self.bars or first <= self.bars[0].session <= self.bars[-1].session <= last:
            return self
        return replace(self, bars=tuple(bar for bar in self.bars if first <= bar.session <= last))

    def to_frame(self) -> "pd.DataFrame":
        """Return a frame indexed by session: columns open, high, low, close, volume as floats."""
        import pandas as pd

        frame = pd.DataFrame(list(self.bars), columns=pd.Index(Bar._fields))
        return frame.set_index("session").astype(float)


def _has_prices(bar: Bar) -> bool:
    """Tell whether the known prices are finite and positive; written out, for there are many."""
    _, opened, high, low, close, _ = bar
    try:
        return (
            (opened is None or _ZERO < opened < _BEYOND)
            and (high is None or _ZERO < high < _BEYOND)
            and (low is None or _ZERO < low < _BEYOND)
            and (close is None or _ZERO < close < _BEYOND)
        )
    except InvalidOperation:  # what is no number compares with none
        return False


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


class Source(NamedTuple):
    """Where bars came from: our name for it, the vendor, when they were retrieved, and their hash.

    `retrieved` is an ISO 8601 date or instant, `sha256` that of the bars as received (hexadecimal),
    `first` and `last` the sessions that it holds, `None` where it holds none.
    """

    name: str
    vendor: str
    retrieved: str
    first: date | None
    last: date | None
    sha256: str
