"""Runs of sessions in one direction."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.runs import Run, find_run
from deepseek_shock.market.bars import Action, Bars, Direction
from tests.builders import bar, bars

FALL, RISE = Direction.FALL, Direction.RISE
FIRST = date(2025, 1, 1)
directions = {FALL: RISE, RISE: FALL, None: None}


def held_and_sessions(closes: list[str | None]) -> tuple[Bars, list[date]]:
    """Give bars whose sessions are days in a row, and those sessions newest first."""
    sessions = [FIRST + timedelta(at) for at in range(len(closes))]
    held = bars("NVDA", dict(zip(sessions, closes, strict=True)))
    return held, sessions[::-1]


def run_of(*closes: int | None) -> Run | None:
    return find_run(*held_and_sessions([None if one is None else str(one) for one in closes]))


@pytest.mark.parametrize(
    ("closes", "run"),
    [
        # The run's beginning is held when a close of the other direction stands before it.
        ((5, 9, 8, 7, 6), Run(FALL, 3, 1, True, False)),
        ((9, 5, 6, 7), Run(RISE, 2, 1, True, False)),
        # The run that it broke: two falls, then a rise; here the two falls are whole as well.
        ((7, 9, 8, 7, 8), Run(RISE, 1, 2, True, True)),
        # An unchanged close ends a run, and is none.
        ((5, 9, 9, 8), Run(FALL, 1, 0, True, True)),
        ((9, 8, 7, 7), Run(None, 1)),
        # Where the bars end, the count is what is held of the run.
        ((9, 8, 7), Run(FALL, 2, 0, False, False)),
        ((7, 8, 7), Run(FALL, 1, 1, True, False)),
        ((9, 8), Run(FALL, 1, 0, False, False)),
        # A session without a close ends what is known, and nothing is counted across it.
        ((9, 8, None, 7, 6), Run(FALL, 1, 0, False, False)),
        ((7, None, 9, 8, 9), Run(RISE, 1, 1, True, False)),
        # The session itself or the one before has none: its direction is not known.
        ((9, 8, None), None),
        ((9, None, 8), None),
        ((9,), None),
        ((), None),
    ],
)
def test_a_run_by_hand(closes: tuple[int | None, ...], run: Run | None) -> None:
    assert run_of(*closes) == run


def test_a_session_without_a_bar_is_not_bridged() -> None:
    held, sessions = held_and_sessions(["9", "8", "7", "6"])
    without = Bars(held.instrument, (held.bars[0], *held.bars[2:]))
    assert find_run(held, sessions) == Run(FALL, 3, 0, False, False)
    assert find_run(without, sessions) == Run(FALL, 1, 0, False, False)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=12))
def test_mirrored_closes_mirror_the_run(closes: list[int]) -> None:
    run, mirrored = run_of(*closes), run_of(*(10 - close for close in closes))
    assert run is not None
    assert mirrored == run._replace(direction=directions[run.direction])


@given(st.lists(st.integers(1, 9), min_size=2, max_size=12), st.integers(2, 1000))
def test_scaling_all_prices_changes_no_run(closes: list[int], scale: int) -> None:
    assert run_of(*(close * scale for close in closes)) == run_of(*closes)


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=8),
    st.lists(st.integers(1, 9), max_size=5),
    st.integers(1, 9),
)
def test_what_stands_before_a_hole_does_not_count(
    after: list[int], before: list[int], other: int
) -> None:
    assert run_of(*before, other, None, *after) == run_of(None, *after) == run_of(*after)


def test_a_split_is_no_fall() -> None:
    # 1,200, then 1,210; ten for one makes that 121, and the next close of 122 is a second rise.
    closes = ("1205", "1200", "1210", "122")
    sessions = [FIRST + timedelta(at) for at in range(4)]
    held = Bars(
        bars("NVDA", {}).instrument,
        tuple(bar(session, close) for session, close in zip(sessions, closes, strict=True)),
        (Action(sessions[3], Decimal(10)),),
    )
    assert find_run(held, sessions[::-1]) == Run(RISE, 2, 1, True, False)
