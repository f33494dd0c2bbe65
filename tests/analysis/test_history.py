"""Since when: what a baseline says of a move, and when that would be no news."""

from datetime import date
from decimal import Decimal

import pytest

from deepseek_shock.analysis.history import Since, find_since
from deepseek_shock.analysis.moves import Status
from deepseek_shock.market.bars import Direction
from tests.builders import MONDAY, TUESDAY, baseline, day, moved

FELL, ROSE = moved("NVDA", "-0.1697"), moved("NVDA", "0.1")
BASELINE = baseline("NVDA")


def test_a_fall_among_nine() -> None:
    assert find_since(FELL, BASELINE) == Since(
        move=FELL,
        direction=Direction.FALL,
        previous=day("2020-03-16"),
        previous_return=Decimal("-0.1845"),
        rank=9,  # eight earlier ones were at least as large
        history_from=day("1999-01-25"),
    )


def test_a_record_has_no_previous_one_and_ranks_first() -> None:
    none_before = BASELINE._replace(
        previous_as_large=None, previous_as_large_return=None, as_large_in_history=0
    )
    found = find_since(FELL, none_before)
    assert found is not None
    assert (found.previous, found.previous_return, found.rank) == (None, None, 1)


def test_a_rise_is_held_against_rises() -> None:
    found = find_since(ROSE, BASELINE._replace(direction=Direction.RISE))
    assert found is not None
    assert found.direction is Direction.RISE


@pytest.mark.parametrize(
    ("ticker", "history_from", "is_told"),
    [
        # New York's twentieth session before 27 January 2025, that day counted, is 26 December: the
        # 25th, 1, 9 and 20 January were holidays.
        ("NVDA", "1999-01-25", True),
        ("NVDA", "2024-12-24", True),
        ("NVDA", "2024-12-26", False),
        ("NVDA", "2025-01-24", False),
        # Tokyo's is 24 December: it rested from the 31st to 3 January, and on the 13th.
        ("5803.T", "2024-12-23", True),
        ("5803.T", "2024-12-24", False),
    ],
)
def test_a_short_history_says_nothing(ticker: str, history_from: str, is_told: bool) -> None:  # noqa: FBT001 -- a table's column
    young = baseline(ticker)._replace(
        history_from=day(history_from), previous_as_large=None, previous_as_large_return=None
    )
    assert (find_since(moved(ticker, "-0.11"), young) is not None) is is_told


@pytest.mark.parametrize("sessions", [250, 19, 2])
def test_a_short_window_of_estimation_is_no_short_history(sessions: int) -> None:
    assert find_since(FELL, BASELINE._replace(sessions=sessions)) is not None


@pytest.mark.parametrize(
    ("previous", "is_told"),
    [
        # New York's sessions before Monday the 27th, newest first: 24, 23, 22, 21, 17 (the 20th was
        # a holiday), 16. The fifth back is the 17th.
        ("2025-01-24", False),
        ("2025-01-21", False),
        ("2025-01-17", False),
        ("2025-01-16", True),
        ("2020-03-16", True),
    ],
)
def test_a_move_as_large_within_five_sessions_is_no_news(previous: str, is_told: bool) -> None:  # noqa: FBT001 -- a table's column
    found = find_since(FELL, BASELINE._replace(previous_as_large=day(previous)))
    assert (found is not None) is is_told


@pytest.mark.parametrize(
    ("previous", "is_told"),
    [
        # Tokyo was open on the 20th: the fifth session before the 27th is the 20th.
        ("2025-01-20", False),
        ("2025-01-17", True),
    ],
)
def test_sessions_are_counted_by_the_exchanges_own_calendar(
    previous: str,
    is_told: bool,  # noqa: FBT001 -- a table's column
) -> None:
    tokyo = baseline("5803.T")._replace(previous_as_large=day(previous))
    assert (find_since(moved("5803.T", "-0.11"), tokyo) is not None) is is_told


@pytest.mark.parametrize("session", [TUESDAY, day("2025-01-24")])
def test_another_sessions_statistics_say_nothing(session: date) -> None:
    assert find_since(FELL, BASELINE._replace(session=session)) is None
    assert find_since(FELL, BASELINE._replace(session=MONDAY)) is not None


def test_what_did_not_move_or_has_no_figure_has_no_since() -> None:
    assert find_since(moved("NVDA", "0"), BASELINE) is None
    assert find_since(moved("NVDA", None, Status.MISSING), BASELINE) is None
    assert find_since(FELL, None) is None


def test_a_move_in_the_other_direction_has_no_since() -> None:
    assert find_since(ROSE, BASELINE) is None
    assert find_since(FELL, BASELINE._replace(direction=Direction.RISE)) is None
