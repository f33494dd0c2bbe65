"""The move of one instrument in one session: what a newspaper prints, and why where it cannot."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import prod
from typing import NamedTuple

from deepseek_shock.analysis.guards import find_refusal
from deepseek_shock.analysis.returns import add, divide, simple_return, subtract
from deepseek_shock.market.bars import Bar, Bars, Baseline, Gap, GapReason
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import Phase, closes_at, opens_at


class Status(StrEnum):
    """What became of an instrument's move; only `ok` and `provisional` carry numbers."""

    OK = "ok"
    CLOSED = "closed"
    PENDING = "pending"
    PROVISIONAL = "provisional"
    MISSING = "missing"
    NO_TRADE = "no_trade"
    SUSPECT = "suspect"
    NOT_FOUND = "not_found"
    FAILED = "failed"


class Asked(NamedTuple):
    """What a date means on one exchange: the session, the one before, how far it has come."""

    exchange: Exchange
    session: date
    previous: date
    phase: Phase

    @property
    def opens_at(self) -> datetime:
        """The instant at which the session opens."""
        return opens_at(self.exchange, self.session)

    @property
    def closes_at(self) -> datetime:
        """The instant at which the session closes."""
        return closes_at(self.exchange, self.session)


class Move(NamedTuple):
    """An instrument's change in one session. Prices in its currency, returns as fractions.

    `change` and `price_return` run from the previous session's close on the session's own split
    basis; `overnight_return` from there to the open, `intraday_return` from the open to the close;
    `high_return` and `low_return` are the day's extremes against the previous close; `volume_ratio`
    is against the mean of the 20 sessions before. All are `None` unless the status is `ok` or
    `provisional`.
    """

    instrument: Instrument
    session: date
    previous_session: date
    status: Status
    reason: GapReason | None = None
    previous_close: Decimal | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    close: Decimal | None = None
    volume: int | None = None
    change: Decimal | None = None
    price_return: Decimal | None = None
    total_return: Decimal | None = None
    overnight_return: Decimal | None = None
    intraday_return: Decimal | None = None
    high_return: Decimal | None = None
    low_return: Decimal | None = None
    volume_ratio: float | None = None
    sigma: float | None = None

    @property
    def size(self) -> Decimal:
        """The price return without its sign; 0 where there is none."""
        return abs(self.price_return or Decimal())

    @property
    def is_due(self) -> bool:
        """Whether there should be a figure: the exchange was open, and its session has begun."""
        return self.status not in (Status.CLOSED, Status.PENDING)

    @property
    def is_figure(self) -> bool:
        """Whether the move carries numbers."""
        return self.status in (Status.OK, Status.PROVISIONAL)


_STATUS_OF = {
    GapReason.NOT_FOUND: Status.NOT_FOUND,
    GapReason.NO_BAR: Status.MISSING,
    GapReason.NO_PREVIOUS_BAR: Status.MISSING,
    GapReason.NULL_CLOSE: Status.MISSING,
    GapReason.NULL_PREVIOUS_CLOSE: Status.MISSING,
    GapReason.NO_TRADE: Status.NO_TRADE,
    GapReason.NEAR_SPLIT_RATIO: Status.SUSPECT,
    GapReason.IMPLAUSIBLE_RATIO: Status.SUSPECT,
    GapReason.BEYOND_PRICE_LIMIT: Status.SUSPECT,
    GapReason.VENDOR_FAILED: Status.FAILED,
}
_STATUS_OF_PHASE = {Phase.CLOSED: Status.CLOSED, Phase.PENDING: Status.PENDING}


def find_move(source: Bars | Gap, asked: Asked, baseline: Baseline | None = None) -> Move:
    """Find an instrument's move in the session asked, from its bars or the reason it has none."""
    blank = Move(source.instrument, asked.session, asked.previous, Status.OK)
    if (status := _STATUS_OF_PHASE.get(asked.phase)) is not None:
        return blank._replace(status=status)
    ends = source.reason if isinstance(source, Gap) else _find_ends(source, asked)
    if isinstance(ends, GapReason):
        return blank._replace(status=_STATUS_OF[ends], reason=ends)
    if asked.phase is Phase.RUNNING:
        blank = blank._replace(status=Status.PROVISIONAL)
    return _measure(blank, ends, baseline)


class _Ends(NamedTuple):
    """Both ends of a move on the session's split basis, and the session's bar and dividend."""

    previous_close: Decimal
    close: Decimal
    bar: Bar
    dividend: Decimal | None


def _find_ends(bars: Bars, asked: Asked) -> _Ends | GapReason:
    bar, before = bars.at(asked.session), bars.at(asked.previous)
    if bar is None:
        return GapReason.NO_BAR
    if bar.close is None:
        return GapReason.NULL_CLOSE
    if bar.volume == 0 and not bars.instrument.is_index:
        return GapReason.NO_TRADE
    if before is None:
        return GapReason.NO_PREVIOUS_BAR
    if before.close is None:
        return GapReason.NULL_PREVIOUS_CLOSE
    splits = [action.amount for action in bars.splits if action.session == asked.session]
    base = divide(before.close, prod(splits, start=Decimal(1))) if splits else before.close
    refusal = None if splits else find_refusal(bars.instrument, bar.close, base)
    return refusal or _Ends(base, bar.close, bar, _dividend(bars, asked.session))


def _dividend(bars: Bars, session: date) -> Decimal | None:
    if bars.dividends is None:
        return None
    return sum((paid.amount for paid in bars.dividends if paid.session == session), Decimal())


def _measure(blank: Move, ends: _Ends, baseline: Baseline | None) -> Move:
    base, close, bar, dividend = ends
    price_return = simple_return(close, base)
    return blank._replace(
        previous_close=base,
        open=bar.open,
        high=bar.high,
        low=bar.low,
        close=close,
        volume=bar.volume,
        change=subtract(close, base),
        price_return=price_return,
        total_return=None if dividend is None else simple_return(add(close, dividend), base),
        overnight_return=simple_return(bar.open, base),
        intraday_return=simple_return(close, bar.open),
        high_return=simple_return(bar.high, base),
        low_return=simple_return(bar.low, base),
        volume_ratio=_volume_ratio(bar.volume, baseline),
        sigma=_sigma(price_return, baseline),
    )


def _volume_ratio(volume: int | None, baseline: Baseline | None) -> float | None:
    if volume is None or baseline is None or not baseline.volume_mean_20:
        return None
    return volume / baseline.volume_mean_20


def _sigma(price_return: Decimal | None, baseline: Baseline | None) -> float | None:
    """Return (return − mean) ÷ sd of the estimation window: the contract's sigma, not a t."""
    if price_return is None or baseline is None or not baseline.sd > 0:
        return None
    return (float(price_return) - baseline.mean) / baseline.sd
