"""Market value: what the shares outstanding were worth before and after a session's move."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.returns import divide, multiply, subtract
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.event import Outstanding
from deepseek_shock.market.gap import Gap
from deepseek_shock.market.rate import Rate

PAIR = "USDJPY"
_OTHERS = {"USD": "JPY", "JPY": "USD"}
_OLD = 365  # days


class Converted(NamedTuple):
    """The same change in one other currency, at the rate of the session's own date."""

    currency: str
    change: Decimal
    rate: Rate


class MarketValue(NamedTuple):
    """What a company was worth at both ends of a move, in its instrument's currency.

    `shares` are those outstanding, brought to the session's split basis. `is_old` tells that they
    were counted more than a year before the session. `converted` is `None` without a rate.
    """

    move: Move
    outstanding: Outstanding
    shares: int
    before: Decimal
    after: Decimal
    converted: Converted | None

    @property
    def change(self) -> Decimal:
        """The value gained or, below zero, lost."""
        return subtract(self.after, self.before)

    @property
    def lacks_rate(self) -> bool:
        """Whether there would be another currency, had the day a rate: of dollars and yen alone."""
        return self.converted is None and self.move.instrument.exchange.currency in _OTHERS

    @property
    def is_old(self) -> bool:
        """Whether the shares were counted more than a year before the session."""
        return (self.move.session - self.outstanding.as_of).days > _OLD


def find_values(
    moves: Mapping[str, Move],
    facts: Iterable[Outstanding],
    held: Mapping[str, Bars | Gap],
    rates: Iterable[Rate],
) -> tuple[MarketValue, ...]:
    """Find the market values of those whose shares outstanding are known, the largest change first.

    Of several facts on one ticker the latest counts that is not after the session; of several rates
    of one day the first. Values in one currency stand together.
    """
    latest: dict[str, Outstanding] = {}
    for fact in sorted(facts, key=lambda one: one.as_of):
        move = moves.get(fact.ticker)
        if move is not None and fact.as_of <= move.session:
            latest[fact.ticker] = fact
    by_day = {(rate.pair, rate.day): rate for rate in reversed(tuple(rates))}
    values = (
        _find_value(moves[ticker], fact, held[ticker], by_day) for ticker, fact in latest.items()
    )
    found = [value for value in values if value is not None]
    return tuple(sorted(found, key=_by_currency_and_change))


def counted_after(
    moves: Mapping[str, Move], facts: Iterable[Outstanding]
) -> tuple[Outstanding, ...]:
    """Return the first count of each share whose counts are all after the session: no value."""
    first: dict[str, Outstanding] = {}
    for fact in sorted(facts, key=lambda one: one.as_of):
        if fact.ticker in moves:
            first.setdefault(fact.ticker, fact)
    return tuple(fact for ticker, fact in first.items() if fact.as_of > moves[ticker].session)


def _by_currency_and_change(value: MarketValue) -> tuple[str, Decimal]:
    return value.move.instrument.exchange.currency, -abs(value.change)


def _find_value(
    move: Move, fact: Outstanding, bars: Bars | Gap, rates: Mapping[tuple[str, date], Rate]
) -> MarketValue | None:
    if not isinstance(bars, Bars) or move.close is None or move.previous_close is None:
        return None
    shares = bars.shares_as_of(fact.shares, fact.as_of, move.session)
    # The previous close stands on the session's split basis, as the shares do.
    before, after = (multiply(Decimal(shares), at) for at in (move.previous_close, move.close))
    rate = rates.get((PAIR, move.session))
    other = _OTHERS.get(move.instrument.exchange.currency)
    change = subtract(after, before)
    converted = None if rate is None or other is None else _convert(change, other, rate)
    return MarketValue(move, fact, shares, before, after, converted)


def _convert(amount: Decimal, currency: str, rate: Rate) -> Converted:
    is_base = currency != rate.base
    other = multiply(amount, rate.close) if is_base else divide(amount, rate.close)
    return Converted(currency, other, rate)
