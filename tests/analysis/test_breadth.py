"""Breadth: how many rose, fell, stood."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.breadth import Breadth, count_beyond, count_breadth, rank, sum_up
from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.event import Group
from deepseek_shock.market.instrument import Text
from tests.builders import moved

TITLE = Text("Group", "グループ")
returns = st.none() | st.decimals(Decimal("-0.9"), Decimal("0.9"), places=4)


def moves_of(values: list[Decimal | None]) -> list[Move]:
    return [
        moved(f"T{at}", None if value is None else str(value)) for at, value in enumerate(values)
    ]


def test_counts_by_hand() -> None:
    moves = [
        moved("A", "0.01"),
        moved("B", "-0.01"),
        moved("C", "-0.30"),
        moved("D", "0"),
        moved("E", None, Status.MISSING),
        moved("F", "0.000001"),
    ]
    breadth = count_breadth(moves)
    assert breadth == Breadth(risers=2, fallers=2, unchanged=1, unknown=1)
    assert breadth.known == 5


@pytest.mark.parametrize(
    ("risers", "fallers", "expected"), [(1, 2, True), (2, 2, True), (0, 0, True), (3, 2, False)]
)
def test_a_day_is_a_fall_unless_more_rose(
    risers: int,
    fallers: int,
    expected: bool,  # noqa: FBT001 -- a table's column
) -> None:
    assert Breadth(risers, fallers, 5, 1).is_fall is expected


@given(st.lists(returns, max_size=30))
def test_mirrored_moves_mirror_the_breadth(values: list[Decimal | None]) -> None:
    breadth = count_breadth(moves_of(values))
    mirrored = count_breadth(moves_of([None if value is None else -value for value in values]))
    assert (mirrored.risers, mirrored.fallers) == (breadth.fallers, breadth.risers)
    assert (mirrored.unchanged, mirrored.unknown) == (breadth.unchanged, breadth.unknown)
    assert breadth.known + breadth.unknown == len(values)


def test_beyond_a_size_includes_the_size_itself() -> None:
    moves = moves_of([Decimal(text) for text in ("-0.2", "-0.1", "-0.0999", "0.0999", "0.1", "0")])
    assert count_beyond(moves, Decimal("0.10")) == (2, 1)
    assert count_beyond(moves, Decimal("0.20")) == (1, 0)


def test_the_worst_ranks_first_and_what_is_unknown_last() -> None:
    moves = [
        moved("Z", "0"),
        moved("N", None, Status.MISSING),
        moved("B", "0.02"),
        moved("M", None, Status.MISSING),
        moved("A", "0"),
        moved("C", "-0.30"),
    ]
    assert [move.instrument.ticker for move in rank(moves)] == ["C", "A", "Z", "B", "M", "N"]


def test_a_group_by_hand() -> None:
    moves = [moved("A", "-0.30"), moved("B", "0.10"), moved("C", "-0.10"), moved("D", None)]
    group = Group("g", TITLE, TITLE, tuple(move.instrument for move in moves))
    line = sum_up(group, moves)
    assert line.breadth == Breadth(risers=1, fallers=2, unchanged=0, unknown=1)
    assert line.mean == Decimal("-0.1")  # (−0.3 + 0.1 − 0.1) ÷ 3
    assert line.median == Decimal("-0.1")
    assert (line.worst, line.best) == (moves[0], moves[1])


def test_a_group_without_a_figure_has_no_average() -> None:
    line = sum_up(Group("g", TITLE, TITLE, ()), [moved("A", None, Status.NOT_FOUND)])
    assert (line.mean, line.median, line.worst, line.best) == (None, None, None, None)
    assert line.breadth.known == 0
