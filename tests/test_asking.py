"""A day that was asked of a scan, and on which nothing moved."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deepseek_shock.errors import IncompleteError, NoSessionError, ShockError
from deepseek_shock.scanning.asking import check_asked
from tests.builders import make_scanned, scan_day

FRIDAY, MONDAY = date(2025, 1, 24), date(2025, 1, 27)
NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
BOTH, BARE = ("XNYS", "XTKS"), (None,)


def refusal(asked: date | None, *calendars: str | None) -> ShockError | None:
    days = [scan_day(one, calendar) for calendar in calendars for one in (FRIDAY, MONDAY)]
    try:
        check_asked(make_scanned(days, asked=asked), NOW)
    except ShockError as error:
        return error
    return None


@pytest.mark.parametrize("asked", [None, FRIDAY, MONDAY])
def test_a_day_that_is_held_is_none_to_refuse(asked: date | None) -> None:
    assert refusal(asked, *BOTH) is None


def test_where_nothing_moved_the_document_says_so() -> None:
    assert refusal(FRIDAY) is None


@pytest.mark.parametrize(
    ("asked", "calendars", "kind", "message", "hint"),
    [
        (
            date(2025, 1, 26),
            (None, *BOTH),
            NoSessionError,
            "no session on Sunday 2025-01-26: New York and Tokyo were closed",
            "New York 2025-01-24 and 2025-01-27; Tokyo 2025-01-24 and 2025-01-27",
        ),
        (
            date(2025, 1, 20),  # Martin Luther King’s day
            ("XNYS",),
            NoSessionError,
            "no session on Monday 2025-01-20: New York was closed",
            "New York none and 2025-01-24",
        ),
        (
            date(2025, 1, 20),  # Tokyo traded
            BOTH,
            IncompleteError,
            "these data have no move on Monday 2025-01-20",
            "New York none and 2025-01-24; Tokyo none and 2025-01-24",
        ),
        (
            date(2025, 1, 28),
            BOTH,
            IncompleteError,
            "these data have no move on Tuesday 2025-01-28",
            "New York 2025-01-27 and none; Tokyo 2025-01-27 and none",
        ),
        (
            date(2025, 1, 25),
            BARE,
            NoSessionError,
            "these data have no move on Saturday 2025-01-25",
            "2025-01-24 and 2025-01-27",
        ),
        (
            date(2025, 6, 4),
            BOTH,
            NoSessionError,
            "2025-06-04 is in the future",
            "New York 2025-01-27 and none; Tokyo 2025-01-27 and none",
        ),
    ],
    ids=["Sunday", "holiday", "holiday of one", "not yet held", "no calendar", "future"],
)
def test_another_day_is_refused(
    asked: date,
    calendars: tuple[str | None, ...],
    kind: type[ShockError],
    message: str,
    hint: str,
) -> None:
    error = refusal(asked, *calendars)
    assert error is not None
    assert type(error) is kind
    assert (error.message, error.hint) == (
        message,
        f"the sessions held before and after: {hint}",
    )


def test_of_many_exchanges_a_few_are_named() -> None:
    error = refusal(date(2025, 1, 26), "XNYS", "XTKS", "XLON", "XPAR")
    assert error is not None
    assert error.message == (
        "no session on Sunday 2025-01-26: New York, Tokyo, London and 1 more were closed"
    )
