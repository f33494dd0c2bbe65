"""Contributions to an index: published ones recomputed, laws, ties, sums that are off, splits."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepseek_shock.analysis.contribution import (
    Composition,
    Constituent,
    Contributions,
    Weighting,
    contribute,
)
from deepseek_shock.analysis.moves import Move, find_move
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.exchange import XNYS, XTKS, Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from tests.builders import MONDAY, NIKKEI, asked, pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

SOURCE = Text("made up", "架空")
DOW = make_instrument("^DJI")


def compose(
    index: Instrument,
    factors: Mapping[str, str],
    divisor: str | None,
    exchange: Exchange = XTKS,
) -> Composition:
    return Composition(
        index,
        Weighting.CAPITALISATION if divisor is None else Weighting.PRICE,
        asked(exchange),
        None if divisor is None else Decimal(divisor),
        tuple(
            Constituent(make_instrument(ticker), Decimal(factor))
            for ticker, factor in factors.items()
        ),
        SOURCE,
    )


def took(held: Bars | Gap) -> Move:
    return find_move(held, asked(held.instrument.exchange))


def found(composition: Composition, *held: Bars | Gap) -> Contributions:
    return contribute(composition, {one.instrument.ticker: took(one) for one in held})


def points(one: Contributions) -> dict[str, Decimal]:
    return {part.move.instrument.ticker: part.points for part in one.parts}


# --- published ---


def test_unitedhealth_and_the_dow_of_27_january_2026() -> None:
    """UnitedHealth fell 68.94 dollars to 282.70; with a divisor of 0.16242563904928 that is 424.44.

    Both are in "UNH stock just did something to the Dow Jones you rarely see" (TheStreet), of that
    day; the Dow fell 408.99 points (its close), so that the other 29 added some 15.
    """
    one = found(
        compose(DOW, {"UNH": "1"}, "0.16242563904928", XNYS),
        pair("^DJI", "49412.40", "49003.41"),
        pair("UNH", "351.64", "282.70"),
    )
    assert round(points(one)["UNH"], 2) == Decimal("-424.44")
    assert one.residual is not None
    assert round(one.residual) == 15
    assert one.dominant == one.parts[0]


@pytest.mark.parametrize(
    ("divisor", "of_a_dollar"),
    [
        ("0.14523396877348", "6.885"),  # 1 September 2017 (Investopedia, "Dow Divisor")
        ("0.15172752595384", "6.591"),  # March 2022 (dividendpower.org, "Dow Divisor Explained")
        ("0.15198707565833", "6.580"),  # Withum, "Dow Jones Industrial Average Divisor": 6.58
    ],
)
def test_what_a_dollar_moved_the_dow(divisor: str, of_a_dollar: str) -> None:
    one = found(
        compose(DOW, {"KO": "1"}, divisor, XNYS),
        pair("^DJI", "34000.00", "34006.00"),
        pair("KO", "60.00", "61.00"),
    )
    assert round(points(one)["KO"], 3).quantize(Decimal("0.001")) == pytest.approx(
        Decimal(of_a_dollar), abs=Decimal("0.001")
    )


# Of 20 August 2024, as kabukabu.work/nikkei225_kiyodo/day=2024-08-20 lists them: close, change on
# the day, contribution in yen; the factors are of Nikkei Inc.'s list. The divisor stands on no such
# page: each line bounds it, and 30.5895 is within the bounds of all of them.
PUBLISHED = {
    "9983.T": ("3", 44150, 1550, "152.01"),
    "9984.T": ("6", 8528, 253, "49.62"),
    "6857.T": ("8", 6660, 136, "35.57"),
    "8035.T": ("3", 28405, 350, "34.33"),
    "6954.T": ("5", 4165, 88, "14.38"),
    "9433.T": ("6", 4737, 55, "10.79"),
    "6367.T": ("1", 18075, 300, "9.81"),
    "4063.T": ("5", 6233, 55, "8.99"),
    "6920.T": ("0.4", 29625, 655, "8.57"),
    "2413.T": ("2.4", 1393, 104, "8.16"),
}


def test_a_published_day_of_the_nikkei() -> None:
    one = found(
        compose(NIKKEI, {ticker: row[0] for ticker, row in PUBLISHED.items()}, "30.5895"),
        pair(NIKKEI, "37388.62", "38062.92"),
        *(
            pair(ticker, str(close - change), str(close))
            for ticker, (_, close, change, _) in PUBLISHED.items()
        ),
    )
    printed = {ticker: f"{value:.2f}" for ticker, value in points(one).items()}
    assert printed == {ticker: row[3] for ticker, row in PUBLISHED.items()}
    assert [part.move.instrument.ticker for part in one.rises] == list(PUBLISHED)


# --- by hand ---


def five() -> Contributions:
    """Five made-up shares: 8×−400, −500, 2×20, 0 and 15 over 10 make −364.5 points."""
    return found(
        compose(
            NIKKEI,
            {"1001.T": "8", "1002.T": "1", "1003.T": "2", "1004.T": "1", "1005.T": "1"},
            "10",
        ),
        pair(NIKKEI, "8950.00", "8585.50"),
        pair("1001.T", "8000", "7600"),
        pair("1002.T", "20000", "19500"),
        pair("1003.T", "1000", "1020"),
        pair("1004.T", "500", "500"),
        pair("1005.T", "3000", "3015"),
    )


def test_five_shares_by_hand() -> None:
    one = five()
    assert points(one) == {
        "1001.T": Decimal(-320),
        "1002.T": Decimal(-50),
        "1004.T": Decimal(0),
        "1005.T": Decimal("1.5"),
        "1003.T": Decimal(4),
    }
    assert (one.total, one.residual, one.is_off) == (Decimal("-364.5"), Decimal(0), False)
    assert [part.move.instrument.code for part in one.falls] == ["1001", "1002"]
    assert [part.move.instrument.code for part in one.rises] == ["1003", "1005"]
    assert one.dominant is not None
    assert round(one.dominant.share or 0, 4) == Decimal("0.8779")
    assert not one.missing
    assert not one.is_estimate


def test_ties_stand_in_the_order_of_their_tickers() -> None:
    factors = {"1003.T": "1", "1001.T": "1", "1002.T": "1", "1004.T": "1"}
    one = found(
        compose(NIKKEI, factors, "10"),
        pair(NIKKEI, "900.00", "900.00"),
        pair("1001.T", "100", "101"),
        pair("1003.T", "100", "101"),
        pair("1004.T", "100", "99"),
        pair("1002.T", "100", "99"),
    )
    assert [part.move.instrument.code for part in one.rises] == ["1001", "1003"]
    assert [part.move.instrument.code for part in one.falls] == ["1002", "1004"]
    assert (one.dominant, one.residual_share) == (None, None)


def test_one_without_a_figure_is_missing_and_not_nought() -> None:
    one = found(
        compose(NIKKEI, {"1001.T": "1", "1002.T": "1"}, "1"),
        pair(NIKKEI, "300.00", "310.00"),
        pair("1001.T", "100", "104"),
        Gap(make_instrument("1002.T"), MONDAY, GapReason.NO_BAR),
    )
    assert [move.instrument.code for move in one.missing] == ["1002"]
    assert (one.total, one.residual) == (Decimal(4), Decimal(6))
    assert one.is_off


@pytest.mark.parametrize(
    ("close", "is_off"),
    [("1099.50", False), ("1099.01", False), ("1098.99", True), ("1101.05", True)],
)
def test_the_sum_may_be_off_by_a_hundredth_of_the_change(close: str, *, is_off: bool) -> None:
    one = found(
        compose(NIKKEI, {"1001.T": "1"}, "1"),
        pair(NIKKEI, "1000.00", close),
        pair("1001.T", "1000", "1100"),
    )
    assert one.total == Decimal(100)
    assert one.is_off is is_off


def test_a_small_change_may_be_off_by_half_a_point() -> None:
    of = compose(NIKKEI, {"1001.T": "1"}, "1")
    assert not found(of, pair(NIKKEI, "100.00", "100.50"), pair("1001.T", "100", "101")).is_off
    assert found(of, pair(NIKKEI, "100.00", "100.40"), pair("1001.T", "100", "101")).is_off


def test_without_the_index_there_is_no_check() -> None:
    one = found(
        compose(NIKKEI, {"1001.T": "1"}, "1"),
        Gap(NIKKEI, MONDAY, GapReason.NO_BAR),
        pair("1001.T", "100", "90"),
    )
    assert points(one) == {"1001.T": Decimal(-10)}
    assert (one.residual, one.residual_share, one.parts[0].share) == (None, None, None)
    assert one.is_fall
    assert not one.is_off


def test_an_estimate_by_weights() -> None:
    """A tenth of the index that rises 5 % lifts an index of 2000 points by 10."""
    one = found(
        compose(NIKKEI, {"1001.T": "0.1", "1002.T": "0.9"}, None),
        pair(NIKKEI, "2000.00", "1992.00"),
        pair("1001.T", "100", "105"),
        pair("1002.T", "1000", "990"),
    )
    assert points(one) == {"1002.T": Decimal(-18), "1001.T": Decimal(10)}
    assert one.is_estimate
    assert (one.total, one.covered, one.is_off) == (Decimal(-8), Decimal(1), False)


def test_an_estimate_needs_the_index_itself() -> None:
    one = found(
        compose(NIKKEI, {"1001.T": "0.1"}, None),
        Gap(NIKKEI, MONDAY, GapReason.NO_BAR),
        pair("1001.T", "100", "105"),
    )
    assert (one.parts, one.total) == ((), None)
    assert [move.instrument.code for move in one.missing] == ["1001"]


# --- splits ---


def split(ticker: str, previous: str, close: str, shares: int) -> Bars:
    whole = pair(ticker, previous, close)
    return Bars(whole.instrument, whole.bars, (Action(MONDAY, Decimal(shares)),))


def test_a_split_that_the_factor_follows() -> None:
    """One share becomes five and the factor five times what it was: the divisor stays."""
    one = found(
        compose(NIKKEI, {"1001.T": "5", "1002.T": "1"}, "2"),
        pair(NIKKEI, "5500.00", "5750.00"),  # (10000 + 1000) ÷ 2, (2100 × 5 + 1000) ÷ 2
        split("1001.T", "10000", "2100", 5),
        pair("1002.T", "1000", "1000"),
    )
    assert points(one)["1001.T"] == Decimal(250)
    assert one.residual == 0


def test_a_split_that_the_divisor_follows() -> None:
    """The factor stays and the divisor becomes what keeps the index where it was."""
    one = found(
        compose(NIKKEI, {"1001.T": "1", "1002.T": "1"}, "1"),  # (2000 + 4000) ÷ 6000
        pair(NIKKEI, "6000.00", "6100.00"),
        split("1001.T", "10000", "2100", 5),
        pair("1002.T", "4000", "4000"),
    )
    assert points(one)["1001.T"] == Decimal(100)
    assert one.residual == 0


# --- laws ---

prices = st.integers(100, 99_999)
# A row: factor in tenths, price before, change within what no guard refuses.
rows = st.lists(st.tuples(st.integers(1, 100), prices, st.integers(-9, 9)), min_size=1, max_size=12)


def day(
    row_list: Sequence[tuple[int, int, int]], *, scale: int = 1, sign: int = 1, divisor: int = 7
) -> Contributions:
    """Make a day of shares that moved by so many hundredths; the index follows exactly."""
    tickers = [f"{1001 + at}.T" for at in range(len(row_list))]
    composition = compose(
        NIKKEI,
        {t: str(Decimal(r[0]) / 10) for t, r in zip(tickers, row_list, strict=True)},
        str(divisor),
    )
    moves = {
        ticker: Move(
            make_instrument(ticker),
            MONDAY,
            MONDAY,
            took(pair("7203.T", "100", "100")).status,
            change=Decimal(before * percent * sign * scale) / 100,
            price_return=Decimal(percent * sign) / 100,
        )
        for ticker, (_, before, percent) in zip(tickers, row_list, strict=True)
    }
    change = sum(
        Decimal(f) / 10 * Decimal(b * p * sign * scale) / 100 for f, b, p in row_list
    ) / Decimal(divisor)
    moves["^N225"] = took(pair(NIKKEI, "1", "1"))._replace(change=change)
    return contribute(composition, moves)


@given(rows)
def test_the_parts_add_up_to_the_changes_over_the_divisor(
    row_list: list[tuple[int, int, int]],
) -> None:
    one = day(row_list)
    exact = sum((Decimal(f) * b * p for f, b, p in row_list), Decimal()) / 1000
    assert one.total == exact / 7
    assert abs(sum(points(one).values(), Decimal()) - exact / 7) < Decimal("1e-18")
    assert not one.is_off


@given(rows, st.integers(2, 1000))
def test_all_prices_and_the_divisor_scaled_change_nothing(
    row_list: list[tuple[int, int, int]], scale: int
) -> None:
    one, other = day(row_list), day(row_list, scale=scale, divisor=7 * scale)
    assert points(one) == points(other)
    assert [part.share for part in one.parts] == [part.share for part in other.parts]


@given(rows)
def test_signs_reversed_mirror_the_parts(row_list: list[tuple[int, int, int]]) -> None:
    one, other = day(row_list), day(row_list, sign=-1)
    assert [(p.move.instrument.ticker, p.points) for p in one.falls] == [
        (p.move.instrument.ticker, -p.points) for p in other.rises
    ]
    assert {t: -value for t, value in points(one).items()} == points(other)
    assume(one.total)
    assert one.is_fall is not other.is_fall
    mirrored = other.dominant and other.dominant.move.instrument
    assert (one.dominant and one.dominant.move.instrument) == mirrored


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_table_does_not_matter(
    row_list: list[tuple[int, int, int]], chance: Random
) -> None:
    one = day(row_list)
    shuffled = list(one.composition.constituents)
    chance.shuffle(shuffled)
    moves = {part.move.instrument.ticker: part.move for part in one.parts}
    moves["^N225"] = one.move
    other = contribute(one.composition._replace(constituents=tuple(shuffled)), moves)
    assert (other.parts, other.total) == (one.parts, one.total)
