"""Breadth by exchange and of a whole market: counts by hand, and when there are words for them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.breadth import (
    Breadth,
    MarketBreadth,
    Sweep,
    count_exchanges,
    count_market,
    sum_up,
)
from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.event import Group, Market
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.sessions import Phase
from tests.builders import MONDAY, asked, moved

TITLE = Text("TSE Prime", "東証プライム")
ASKED = {"XNYS": asked(XNYS), "XTKS": asked(XTKS)}


def market(listed: int, *, has_sectors: bool = False) -> Market:
    return Market(TITLE, "XTKS", listed, MONDAY, Text("a list", "一覧"), has_sectors)


def tokyo(*, fell: int = 0, rose: int = 0, still: int = 0, blank: int = 0) -> list[Move]:
    """Make moves of as many Tokyo shares of each kind."""
    returns = ["-0.01"] * fell + ["0.01"] * rose + ["0"] * still + [None] * blank
    return [
        moved(f"{1000 + at}.T", value, Status.OK if value else Status.MISSING)
        for at, value in enumerate(returns)
    ]


def counted(listed: int, moves: list[Move]) -> MarketBreadth:
    found = count_market(market(listed), moves, (), ASKED)
    assert found is not None
    return found


def test_exchanges_by_hand() -> None:
    moves = [*tokyo(fell=2, rose=1, blank=1), moved("NVDA", "-0.17"), moved("AAPL", "0")]
    (us, japan) = count_exchanges(moves, ASKED)
    assert us.breadth == Breadth(risers=0, fallers=1, unchanged=1, unknown=0)
    assert japan.breadth == Breadth(risers=1, fallers=2, unchanged=0, unknown=1)
    assert us.breadth.fallers_share == Decimal("0.5")


def test_an_exchange_that_had_no_session_is_not_counted() -> None:
    for phase in (Phase.CLOSED, Phase.PENDING):
        there = ASKED | {"XTKS": asked(XTKS, phase)}
        assert [one.asked.exchange for one in count_exchanges(tokyo(fell=1), there)] == []
        assert count_market(market(1), tokyo(fell=1), (), there) is None


def test_what_is_not_watched_of_a_market_has_no_figure() -> None:
    # Ten listed; seven watched, of which one has no figure: four have none.
    found = counted(10, tokyo(fell=4, rose=1, still=1, blank=1))
    assert found.breadth == Breadth(risers=1, fallers=4, unchanged=1, unknown=4)


def test_another_exchanges_shares_are_no_part_of_a_market() -> None:
    found = counted(3, [*tokyo(fell=3), moved("NVDA", "0.1")])
    assert found.breadth == Breadth(0, 3, 0, 0)


@pytest.mark.parametrize(("known", "is_whole"), [(94, False), (95, True), (100, True)])
def test_a_market_is_whole_from_95_per_cent_on(known: int, is_whole: bool) -> None:  # noqa: FBT001 -- a table's column
    found = counted(100, tokyo(fell=known, blank=100 - known))
    assert found.is_whole is is_whole
    assert (found.sweep is None) is not is_whole


@pytest.mark.parametrize(
    ("fell", "still", "sweep"),
    [
        (799, 0, None),
        (800, 0, Sweep.BROAD),
        (899, 0, Sweep.BROAD),
        (900, 0, Sweep.NEARLY_ALL),
        (999, 0, Sweep.NEARLY_ALL),
        (999, 1, Sweep.NEARLY_ALL),
        (1000, 0, Sweep.ALL),
        (0, 1000, None),
    ],
)
def test_the_steps_of_the_words(fell: int, still: int, sweep: Sweep | None) -> None:
    rose = 1000 - fell - still
    assert counted(1000, tokyo(fell=fell, still=still, rose=rose)).sweep is sweep
    assert counted(1000, tokyo(rose=fell, still=still, fell=rose)).sweep is sweep


def test_all_fell_only_where_no_figure_is_missing() -> None:
    assert counted(1000, tokyo(fell=999)).sweep is Sweep.NEARLY_ALL


def test_sectors_are_groups_of_the_market_that_have_a_figure() -> None:
    moves = tokyo(fell=1, blank=1)
    abroad = moved("NVDA", "-0.1")
    lines = [
        sum_up(Group(name, TITLE, TITLE, (move.instrument,)), [move])
        for name, move in zip(("one", "blank", "abroad"), (*moves, abroad), strict=True)
    ]
    for has_sectors, expected in ((True, ["one"]), (False, [])):
        found = count_market(market(2, has_sectors=has_sectors), moves, lines, ASKED)
        assert found is not None
        assert [line.group.id for line in found.sectors] == expected


NUMBERS = st.integers(0, 40)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_the_counts_of_a_market_add_up_and_mirror(
    fell: int, rose: int, still: int, blank: int, others: int
) -> None:
    listed = fell + rose + still + blank + others
    one = counted(listed, tokyo(fell=fell, rose=rose, still=still, blank=blank))
    other = counted(listed, tokyo(fell=rose, rose=fell, still=still, blank=blank))
    counts = one.breadth
    assert counts.known + counts.unknown == listed
    assert (counts.fallers, counts.risers) == (other.breadth.risers, other.breadth.fallers)
    assert counts.fallers_share == other.breadth.risers_share
    assert (one.sweep, one.is_whole) == (other.sweep, other.is_whole)
