"""Tokyo's daily price limits (制限値幅, ストップ高・ストップ安): how far a day may carry a share.

The base price is the previous session's close on the session's split basis; the limit holds above
and below it. The lower limit is a price as it stands; the upper one is rounded up to the tick where
it lies between two. The table is a fact file (`sample/tse_price_limits.csv`, source there).
"""

from bisect import bisect_left, bisect_right
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from deepseek_shock.analysis.returns import add, divide, multiply, subtract
from deepseek_shock.market import _limit_table as table
from deepseek_shock.market.bars import EXACT, Bar, Bars, Direction
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import previous_session

HOLDS_FROM = date(2010, 1, 4)
"""Since when the table holds: on this day the exchange's limits were widened to it."""

# After so many sessions without a trade but at the limit, the limit on that side is so many times
# the table's: three and 2, since 3 August 2020 two and 4 (the exchange's notice of 30 June 2020).
_NARROWLY = (3, Decimal(2))
_WIDELY = (2, Decimal(4))
_WIDELY_FROM = date(2020, 8, 5)  # the first session with two behind it under the newer rule

# Ticks (呼値の単位) of shares outside the TOPIX 500, whose own are finer: the price in yen up to
# which each holds, and the tick. Source: a broker's published table of the exchange's rule.
_TICK_ENDS = (3_000, 5_000, 30_000, 50_000, 300_000, 500_000, 3_000_000)
_TICKS = tuple(map(Decimal, (1, 5, 10, 50, 100, 500, 1_000, 5_000)))


class Limit(StrEnum):
    """What a share had to do with its limit: where it closed, or else what it touched."""

    DOWN = "limit_down"
    UP = "limit_up"
    TOUCHED_DOWN = "touched_limit_down"
    TOUCHED_UP = "touched_limit_up"

    @property
    def is_locked(self) -> bool:
        """Whether the close is the limit: it would have gone further, and the figure is cut."""
        return self in (Limit.DOWN, Limit.UP)


_CLOSED = {Direction.FALL: Limit.DOWN, Direction.RISE: Limit.UP}
_TOUCHED = {Direction.FALL: Limit.TOUCHED_DOWN, Direction.RISE: Limit.TOUCHED_UP}


def price_limit(base: Decimal) -> Decimal | None:
    """Return Tokyo's daily price limit for a base price, both in yen; `None` beyond the table."""
    if base >= table.END:
        return None
    return Decimal(table.LIMITS[bisect_right(table.BASES, base) - 1])


def limit_of(instrument: Instrument, base: Decimal) -> Decimal | None:
    """Return an instrument's daily limit; `None` where it has none, or none is known."""
    if instrument.exchange.mic != "XTKS" or instrument.is_index:
        return None
    return price_limit(base)


def is_beyond_limit(
    instrument: Instrument, price: Decimal, base: Decimal, times: Decimal = Decimal(1)
) -> bool:
    """Tell whether a price stands further from its base price than `times` the limit allows."""
    limit = limit_of(instrument, base)
    if limit is None:
        return False
    reach = multiply(limit, times)
    return subtract(base, price) > reach or price > _round_up(add(base, reach))


def find_limit(
    instrument: Instrument, bar: Bar, base: Decimal, *, is_over: bool = True
) -> Limit | None:
    """Tell whether a session's close, or else its low or high, stood at the share's limit.

    A price beyond the table's limit shows that it was widened that day on that side, where the
    wider one then counts. Before the session is over, its last price is no close: it has touched
    the limit.
    """
    limit = limit_of(instrument, base)
    close = bar.close
    if limit is None or close is None or bar.session < HOLDS_FROM:
        return None
    prices = [price for price in (bar.low, close, bar.high) if price is not None]
    wider = multiply(limit, _rule(bar.session)[1])
    beyond = [price for price in prices if is_beyond_limit(instrument, price, base)]
    limits = {
        Direction.FALL: wider if any(price < base for price in beyond) else limit,
        Direction.RISE: wider if any(price > base for price in beyond) else limit,
    }
    ways = (Direction.RISE, Direction.FALL) if close > base else (Direction.FALL, Direction.RISE)
    for way in ways:
        if is_over and _reaches(close, base, limits[way], way):
            return _CLOSED[way]
    for way in ways:
        if any(_reaches(price, base, limits[way], way) for price in prices):
            return _TOUCHED[way]
    return None


def _reaches(price: Decimal, base: Decimal, limit: Decimal, way: Direction) -> bool:
    distance = subtract(price, base)
    return distance <= -limit if way is Direction.FALL else distance >= limit


def may_be_widened(bars: Bars, session: date, price: Decimal, base: Decimal) -> bool:
    """Tell whether a price beyond the limit may stand because the limit was widened that day.

    It may where each of the sessions before had one price all day, at its limit or beyond, the same
    way. Such a day without any trade has no bar, and nothing can be known of it.
    """
    sessions, times = _rule(session)
    way = Direction.FALL if price < base else Direction.RISE
    if is_beyond_limit(bars.instrument, price, base, times):
        return False
    day = session
    for _ in range(sessions):
        day = previous_session(bars.instrument.exchange, day)
        if not _stood_still(bars, day, way):
            return False
    return True


def _stood_still(bars: Bars, session: date, way: Direction) -> bool:
    bar = bars.at(session)
    if bar is None or bar.close is None or {bar.open, bar.high, bar.low} != {bar.close}:
        return False
    base = bars.close_as_of(previous_session(bars.instrument.exchange, session), session)
    limit = None if base is None else limit_of(bars.instrument, base)
    if base is None or limit is None:
        return False
    if session < HOLDS_FROM:  # limits were narrower, and stand in no table held: any step counts
        return (bar.close < base) is (way is Direction.FALL) and bar.close != base
    return _reaches(bar.close, base, limit, way)


def _rule(session: date) -> tuple[int, Decimal]:
    return _WIDELY if session >= _WIDELY_FROM else _NARROWLY


def _round_up(price: Decimal) -> Decimal:
    """Return a price at the coarsest tick it may have, not below it."""
    tick = _TICKS[bisect_left(_TICK_ENDS, price)]
    return multiply(divide(price, tick).to_integral_value(ROUND_CEILING, EXACT), tick)
