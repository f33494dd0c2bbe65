"""Market values: worked out by hand, and as laws."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import find_move
from deepseek_shock.analysis.value import MarketValue, find_values
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.event import Outstanding
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.rate import Rate
from tests.builders import MONDAY, asked, day, pair

SOURCE = Text("a filing", "届け出")
FACT = Outstanding("NVDA", 1_000_000, day("2024-11-15"), SOURCE)
RATE = Rate("USDJPY", MONDAY, Decimal("154.49"), "sample")


def values(bars: Bars, *facts: Outstanding, rates: tuple[Rate, ...] = (RATE,)) -> list[MarketValue]:
    exchange = bars.instrument.exchange
    ticker = bars.instrument.ticker
    move = find_move(bars, asked(XTKS if exchange.mic == "XTKS" else XNYS))
    return list(find_values({ticker: move}, facts, {ticker: bars}, rates))


def test_by_hand() -> None:
    # A million shares from 142.62 to 118.42 dollars.
    [found] = values(pair("NVDA", "142.62", "118.42"), FACT)
    assert found.before == 142_620_000
    assert found.after == 118_420_000
    assert found.change == -24_200_000
    assert found.converted is not None
    assert found.converted.currency == "JPY"
    assert found.converted.change == Decimal("-3738658000.00")  # × 154.49
    assert not found.is_old


def test_yen_into_dollars() -> None:
    fact = FACT._replace(ticker="5803.T")
    [found] = values(pair("5803.T", "7300", "6500"), fact)
    assert found.change == -800_000_000
    assert found.converted is not None
    assert found.converted.currency == "USD"
    assert round(found.converted.change) == -5_178_329  # 800,000,000 ÷ 154.49


def test_without_a_rate_of_the_day_there_is_no_second_currency() -> None:
    other = RATE._replace(day=day("2025-01-24"))
    [found] = values(pair("NVDA", "142.62", "118.42"), FACT, rates=(other,))
    assert found.change == -24_200_000
    assert found.converted is None


def test_of_two_rates_of_a_day_the_first_counts() -> None:
    theirs = Rate("USDJPY", MONDAY, Decimal(100), "fx.csv")
    [found] = values(pair("NVDA", "142.62", "118.42"), FACT, rates=(theirs, RATE))
    assert found.converted is not None
    assert found.converted.rate == theirs


@pytest.mark.parametrize(
    ("dates", "counted"),
    [
        (("2024-11-15", "2025-01-27"), "2025-01-27"),  # the session's own day
        (("2024-11-15", "2025-01-28"), "2024-11-15"),
        (("2025-01-20", "2024-11-15"), "2025-01-20"),
        (("2025-01-28",), None),
    ],
)
def test_the_latest_count_that_is_not_after_the_session(
    dates: tuple[str, ...], counted: str | None
) -> None:
    facts = [FACT._replace(as_of=day(text)) for text in dates]
    found = values(pair("NVDA", "142.62", "118.42"), *facts)
    assert [one.outstanding.as_of for one in found] == ([] if counted is None else [day(counted)])


@pytest.mark.parametrize(
    ("as_of", "is_old"), [("2024-01-28", False), ("2024-01-27", True), ("2020-06-30", True)]
)
def test_a_count_is_old_after_a_year(as_of: str, is_old: bool) -> None:  # noqa: FBT001 -- a row of the table
    # 27 January 2024 is 366 days before the session, since the year had a 29 February.
    [found] = values(pair("NVDA", "142.62", "118.42"), FACT._replace(as_of=day(as_of)))
    assert found.is_old is is_old


@pytest.mark.parametrize(
    ("split_on", "shares"),
    [
        ("2024-11-15", 1_000_000),  # counted that day: on the new basis already
        ("2024-11-18", 10_000_000),
        ("2025-01-27", 10_000_000),
        ("2025-01-28", 1_000_000),  # after the session
    ],
)
def test_a_split_since_the_count_makes_more_shares(split_on: str, shares: int) -> None:
    whole = replace(pair("NVDA", "142.62", "14.00"), splits=(Action(day(split_on), Decimal(10)),))
    if split_on != "2025-01-27":
        whole = replace(whole, bars=pair("NVDA", "142.62", "118.42").bars)
    [found] = values(whole, FACT)
    assert found.shares == shares
    assert found.before == shares * found.move.previous_close  # type: ignore[operator]


def test_no_figure_no_value() -> None:
    assert values(pair("NVDA", "142.62", "1.42"), FACT) == []
    assert values(pair("AVGO", "142.62", "118.42"), FACT) == []


PRICES = st.decimals("1", "9999", places=2)


@given(PRICES, PRICES, st.integers(1, 10**11), st.integers(2, 9))
def test_laws(before: Decimal, after: Decimal, shares: int, times: int) -> None:
    after = min(max(after, before * Decimal("0.7")), before * Decimal("1.4")).quantize(before)
    if after <= 0:
        return
    fact = FACT._replace(shares=shares)
    [one] = values(pair("NVDA", str(before), str(after)), fact)
    # Linear in the shares.
    [more] = values(pair("NVDA", str(before), str(after)), fact._replace(shares=shares * times))
    assert more.change == one.change * times
    # And in the prices.
    scaled = pair("NVDA", str(before * times), str(after * times))
    assert values(scaled, fact)[0].change == one.change * times
    # The rate scales the other currency alone.
    dearer = RATE._replace(close=RATE.close * times)
    [other] = values(pair("NVDA", str(before), str(after)), fact, rates=(dearer,))
    assert one.converted is not None
    assert other.converted is not None
    assert other.change == one.change
    assert other.converted.change == pytest.approx(one.converted.change * times)
    # The way back gives what the way there took.
    back = values(pair("NVDA", str(after), str(before)), fact)
    assert all(found.change == -one.change for found in back)
