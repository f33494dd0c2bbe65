"""The move of one instrument in one session: what a newspaper prints, and why where it cannot."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.analysis.guards import find_refusal
from deepseek_shock.analysis.limits import Limit, find_limit, may_be_widened
from deepseek_shock.analysis.returns import add, divide, simple_return, subtract
from deepseek_shock.market.bars import Bar, Bars, Baseline
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.gap import Gap, GapReason
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
    `provisional`. `reason` says why there is no figure, or for what a guard would have refused one
    that was accepted all the same; `detail` repeats the vendor's own words. `source` names where
    the bars came from, `retrieved` when. `limit` says which price limit was reached, if one was.
    """

    instrument: Instrument
    session: date
    previous_session: date
    status: Status
    reason: GapReason | None = None
    detail: str = ""
    source: str | None = None
    retrieved: str | None = None
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
    limit: Limit | None = None

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

    @property
    def is_accepted(self) -> bool:
        """Whether a guard had refused the figure, and somebody accepted it."""
        return self.is_figure and self.reason is not None


_STATUS_OF = {
    GapReason.MARKET_CLOSED: Status.CLOSED,
    GapReason.NOT_FOUND: Status.NOT_FOUND,
    GapReason.NO_TRADE: Status.NO_TRADE,
    **dict.fromkeys(
        (
            GapReason.NO_CALENDAR,
            GapReason.NOT_HELD,
            GapReason.NO_DATA,
            GapReason.NO_BAR,
            GapReason.NO_PREVIOUS_BAR,
            GapReason.MAYBE_CLOSED,
            GapReason.NULL_CLOSE,
            GapReason.NULL_PREVIOUS_CLOSE,
        ),
        Status.MISSING,
    ),
    **dict.fromkeys(
        (
            GapReason.WRONG_SYMBOL,
            GapReason.WRONG_CURRENCY,
            GapReason.WRONG_ZONE,
            GapReason.DUPLICATE_DAY,
            GapReason.NOT_A_SESSION,
            GapReason.INCONSISTENT,
            GapReason.IN_PROGRESS,
            GapReason.UNAPPLIED_SPLIT,
            GapReason.SPLIT_APPLIED_TWICE,
            GapReason.UNIT_JUMP,
            GapReason.NEAR_SPLIT_RATIO,
            GapReason.IMPLAUSIBLE_RATIO,
            GapReason.BEYOND_PRICE_LIMIT,
            GapReason.DISPUTED,
        ),
        Status.SUSPECT,
    ),
}
"""Every other reason is a failure: of the vendor, of the way to it, or of the user's plan."""
_STATUS_OF_PHASE = {Phase.CLOSED: Status.CLOSED, Phase.PENDING: Status.PENDING}


class Leniency(NamedTuple):
    """What is printed although a guard refuses it.

    `is_provisional` lets a bar stand that was frozen before the close, as a provisional figure;
    `is_accepted` any that stands alone for its session.
    """

    is_provisional: bool = False
    is_accepted: bool = False


STRICT = Leniency()


def status_of(reason: GapReason) -> Status:
    """Tell which status a reason gives a move."""
    return _STATUS_OF.get(reason, Status.FAILED)


def find_move(
    source: Bars | Gap,
    asked: Asked,
    baseline: Baseline | None = None,
    leniency: Leniency = STRICT,
) -> Move:
    """Find an instrument's move in the session asked, from its bars or the reason it has none."""
    blank = Move(source.instrument, asked.session, asked.previous, Status.OK)
    if (status := _STATUS_OF_PHASE.get(asked.phase)) is not None:
        return blank._replace(status=status)
    if isinstance(source, Gap):
        return _refuse(blank, source.reason)._replace(detail=source.detail)
    origins = [source.origin_of(session) for session in (asked.session, asked.previous)]
    blank = blank._replace(
        source="+".join(dict.fromkeys(one.source for one in origins if one.source)) or None,
        retrieved=max(one.retrieved for one in origins) or None,
    )
    ends = _find_ends(source, asked)
    if isinstance(ends, GapReason):
        return _refuse(blank, ends)
    refusals = list(_find_refusals(source, asked, ends))
    is_unfinished = asked.phase is Phase.RUNNING
    if leniency.is_provisional and refusals[:1] == [GapReason.IN_PROGRESS]:
        is_unfinished = True
        del refusals[0]
    if refusals and not leniency.is_accepted:
        return _refuse(blank, refusals[0])
    status = Status.PROVISIONAL if is_unfinished else Status.OK
    blank = blank._replace(status=status, reason=refusals[0] if refusals else None)
    return _measure(blank, ends, baseline)


def _refuse(blank: Move, reason: GapReason) -> Move:
    return blank._replace(status=status_of(reason), reason=reason)


class _Ends(NamedTuple):
    """Both ends of a move on the session's split basis, and the session's bar and dividend."""

    previous_close: Decimal
    close: Decimal
    bar: Bar
    split: Decimal
    dividend: Decimal | None


def _find_ends(bars: Bars, asked: Asked) -> _Ends | GapReason:
    """Find both ends, refused bars among them where there is one alone for its session."""
    bar = _bar(bars, asked.session)
    if isinstance(bar, GapReason):
        return bar
    if bar is None:
        return GapReason.NO_BAR
    has_no_trade = bar.volume == 0 and not bars.instrument.is_index
    if bar.close is None:
        return GapReason.NO_TRADE if has_no_trade else GapReason.NULL_CLOSE
    if has_no_trade:
        return GapReason.NO_TRADE
    before = _bar(bars, asked.previous)
    if isinstance(before, GapReason):
        return before
    if before is None:
        return GapReason.NO_PREVIOUS_BAR
    if before.close is None:
        return GapReason.NULL_PREVIOUS_CLOSE
    split = bars.split_on(asked.session)
    base = before.close if split == 1 else divide(before.close, split)
    return _Ends(base, bar.close, bar, split, _dividend(bars, asked.session))


def _bar(bars: Bars, session: date) -> Bar | GapReason | None:
    refused = bars.refused.get(session)
    if refused is None:
        return bars.at(session)
    return refused.reason if refused.bar is None else refused.bar


def _find_refusals(bars: Bars, asked: Asked, ends: _Ends) -> Iterator[GapReason]:
    """Tell why the two closes make no move: what was refused of each, then their ratio."""
    both = (asked.session, asked.previous)
    for session in both:
        if session in bars.refused:
            yield bars.refused[session].reason
    if bars.confirmed.issuperset(both):  # another source gives the same closes
        return
    close, base = ends.close, ends.previous_close
    ratio = find_refusal(bars.instrument, close, base, ends.split)
    is_widened = ratio is GapReason.BEYOND_PRICE_LIMIT and may_be_widened(
        bars, asked.session, close, base
    )
    if ratio is not None and not is_widened:
        yield ratio


def _dividend(bars: Bars, session: date) -> Decimal | None:
    if bars.dividends is None:
        return None
    return sum((paid.amount for paid in bars.dividends if paid.session == session), Decimal())


def _measure(blank: Move, ends: _Ends, baseline: Baseline | None) -> Move:
    base, close, bar, _, dividend = ends
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
        limit=find_limit(blank.instrument, bar, base, is_over=blank.status is Status.OK),
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
