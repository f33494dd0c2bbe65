"""Bars: checked once when made, and never bridging a hole."""

import math
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.market.instrument import make_instrument
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, bars

NVDA = make_instrument("NVDA")

sessions = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    "order",
    [(MONDAY, FRIDAY), (FRIDAY, FRIDAY), (FRIDAY, TUESDAY, MONDAY), (FRIDAY, MONDAY, FRIDAY)],
)
def test_sessions_must_ascend(order: tuple[date, ...]) -> None:
    with pytest.raises(ValueError, match="NVDA: sessions are not strictly ascending"):
        Bars(NVDA, tuple(bar(session, "100") for session in order))


@pytest.mark.parametrize("price", ["0", "-0.01", "0.00"])
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_price_must_be_positive(price: str, place: int) -> None:
    prices: list[Decimal | None] = [Decimal(100)] * 4
    prices[place - 1] = Decimal(price)
    with pytest.raises(ValueError, match="NVDA 2025-01-27: a price is not positive"):
        Bars(NVDA, (bar(FRIDAY, "100"), Bar._make((MONDAY, *prices, 1000))))


def test_what_is_no_number_is_no_price() -> None:
    with pytest.raises(ValueError, match="NVDA 2025-01-27: a price is not positive"):
        bars(NVDA, {FRIDAY: "100", MONDAY: "NaN"})


def test_unknown_prices_and_no_bars_are_allowed() -> None:
    assert Bars(NVDA, (Bar(MONDAY, None, None, None, None, None),)).close(MONDAY) is None
    assert Bars(NVDA, ()).at(MONDAY) is None


def test_a_hole_is_not_bridged() -> None:
    held = bars(NVDA, {FRIDAY: "142.62", MONDAY: None, TUESDAY: "128.99"})
    assert held.close(MONDAY) is None
    assert held.at(MONDAY) == Bar(MONDAY, None, None, None, None, 1000)
    assert held.close(TUESDAY) == Decimal("128.99")
    without = bars(NVDA, {FRIDAY: "142.62", TUESDAY: "128.99"})
    assert without.at(MONDAY) is None
    assert without.close(MONDAY) is None
    assert without.close(TUESDAY + timedelta(1)) is None


@given(st.dictionaries(sessions, st.integers(1, 10**6), max_size=20), sessions)
def test_a_session_gives_its_own_bar_or_nothing(closes: dict[date, int], session: date) -> None:
    held = bars(NVDA, {one: str(closes[one]) for one in sorted(closes)})
    expected = closes.get(session)
    assert held.close(session) == (None if expected is None else Decimal(expected))
    assert (held.at(session) is None) is (session not in closes)


def test_bars_are_compared_by_what_they_hold() -> None:
    one, same = bars(NVDA, {FRIDAY: "1.5"}), bars(NVDA, {FRIDAY: "1.5"})
    assert one == same
    assert hash(one) == hash(same)
    assert one != bars(NVDA, {FRIDAY: "1.6"})


def test_a_frame_has_a_row_for_each_session_and_floats_alone() -> None:
    held = Bars(
        NVDA,
        (
            Bar._make((FRIDAY, *map(Decimal, ("148.37", "148.97", "141.88", "142.62")), 9)),
            Bar(MONDAY, None, None, None, Decimal("118.42"), None),
        ),
    )
    frame = held.to_frame()
    assert frame.shape == (2, 5)
    assert list(frame.columns) == ["open", "high", "low", "close", "volume"]
    assert {str(kind) for kind in frame.dtypes} == {"float64"}
    assert frame.index.name == "session"
    assert list(frame.index) == [FRIDAY, MONDAY]
    friday, monday = frame.to_numpy().tolist()
    assert friday == [148.37, 148.97, 141.88, 142.62, 9.0]
    assert monday.pop(3) == 118.42
    assert all(math.isnan(value) for value in monday)


def test_a_frame_of_no_bars_has_the_same_columns() -> None:
    frame = Bars(NVDA, ()).to_frame()
    assert frame.shape == (0, 5)
    assert {str(kind) for kind in frame.dtypes} == {"float64"}


def test_splits_multiply_whatever_the_threads_context_is() -> None:
    splits = (Action(MONDAY, Decimal("1.2345")), Action(MONDAY, Decimal("1.1")))
    held = Bars(NVDA, (bar(FRIDAY, "1.35795"), bar(MONDAY, "2")), splits)
    with localcontext(prec=3):
        assert held.split_on(MONDAY) == Decimal("1.35795")  # 1.2345 x 1.1
        assert held.close_as_of(FRIDAY, MONDAY) == 1


def test_pandas_is_imported_for_a_frame_only() -> None:
    code = """
import sys
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.instrument import make_instrument

held = Bars(make_instrument("NVDA"), ())
before = "pandas" in sys.modules
held.to_frame()
print(before, "pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False True\n", "")
