"""Recovery: when a close stood again where it was before the shock; all figures by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Asked, find_move
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.recovery import Recovery, find_aftermaths, find_recovery
from deepseek_shock.market.bars import Action, Bars, Direction
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import Phase, shift_session
from tests.builders import FRIDAY, MONDAY, NIKKEI, asked, bars, day

NEW_YORK = asked(XNYS)
AFTER = [shift_session(XNYS, MONDAY, count) for count in range(1, 11)]
"""The sessions after Monday 27 January 2025: 28, 29, 30, 31 January, 3 February and so on."""


def held(*after: str | None, close: str = "90", base: str = "100") -> Bars:
    """Make bars that closed at `base` on the Friday, at `close` on the Monday, and then `after`."""
    closes: dict[date, str | None] = {FRIDAY: base, MONDAY: close}
    return bars("NVDA", closes | dict(zip(AFTER, after, strict=False)))


def recovery(*after: str | None, close: str = "90", base: str = "100") -> Recovery:
    found = find_recovery(held(*after, close=close, base=base), NEW_YORK)
    assert found is not None
    return found


def test_a_fall_that_is_made_good() -> None:
    found = recovery("80", "95", "100", "120", "70")
    assert found == Recovery(
        instrument=found.instrument,
        session=MONDAY,
        direction=Direction.FALL,
        base=Decimal(100),
        sessions=3,
        recovered_on=day("2025-01-30"),
        worst_return=Decimal("-0.3"),
        worst_on=day("2025-02-03"),
        last=day("2025-02-03"),
        last_return=Decimal("-0.3"),
        held=5,
        missing=0,
        missing_before=0,
    )


def test_a_fall_that_is_not_made_good_within_what_is_held() -> None:
    found = recovery("95", "99.99")
    assert (found.sessions, found.recovered_on) == (None, None)
    assert (found.held, found.last) == (2, day("2025-01-29"))
    assert found.last_return == Decimal("-0.0001")
    # The session itself was the worst.
    assert (found.worst_return, found.worst_on) == (Decimal("-0.1"), MONDAY)


def test_a_rise_is_given_back_at_or_below_its_previous_close() -> None:
    found = recovery("120", "100.01", "100", "130", close="110")
    assert found.direction is Direction.RISE
    assert (found.sessions, found.recovered_on) == (3, day("2025-01-30"))
    # Of a rise the furthest close is the highest.
    assert (found.worst_return, found.worst_on) == (Decimal("0.3"), day("2025-01-31"))


def test_nothing_held_after_is_no_recovery() -> None:
    found = recovery()
    assert (found.sessions, found.held, found.missing) == (None, 0, 0)
    assert (found.last, found.last_return) == (MONDAY, Decimal("-0.1"))


@pytest.mark.parametrize(
    ("closes", "why"),
    [
        ({FRIDAY: "100", AFTER[0]: "100"}, "no close on the day"),
        ({MONDAY: "90", AFTER[0]: "100"}, "no close before"),
        ({FRIDAY: None, MONDAY: "90"}, "a bar before without a close"),
        ({FRIDAY: "100", MONDAY: "100", AFTER[0]: "90"}, "no move"),
    ],
    ids=["no-close", "no-previous", "null-previous", "unchanged"],
)
def test_without_a_move_there_is_none(closes: dict[date, str | None], why: str) -> None:
    assert find_recovery(bars("NVDA", closes), NEW_YORK) is None, why


def test_a_missing_session_is_counted_and_not_bridged() -> None:
    # Whether the 28th was already back nobody knows: the 29th is the latest.
    found = recovery(None, "101", None, "90")
    assert (found.sessions, found.recovered_on) == (2, day("2025-01-29"))
    assert (found.held, found.missing, found.missing_before) == (4, 2, 1)


def test_without_a_recovery_every_missing_session_may_have_been_one() -> None:
    found = recovery("91", None, None, "92")
    assert found.sessions is None
    assert (found.held, found.missing, found.missing_before) == (4, 2, 2)


def test_what_is_missing_at_the_end_is_not_held() -> None:
    found = recovery("91", None)
    assert (found.held, found.missing, found.last) == (1, 0, day("2025-01-28"))


def test_sessions_are_those_of_the_exchanges_own_calendar() -> None:
    # Tokyo was closed on Tuesday 11 February 2025, a holiday: the 12th is one session after the
    # 10th.
    monday = day("2025-02-10")
    closes: dict[date, str | None] = {day("2025-02-07"): "100", monday: "90"}
    series = bars("5803.T", closes | {day("2025-02-12"): "101"})
    found = find_recovery(series, Asked(XTKS, monday, day("2025-02-07"), Phase.ENDED))
    assert found is not None
    assert (found.sessions, found.held, found.missing) == (1, 1, 0)


def test_the_nikkei_after_5_august_2024() -> None:
    # Closes as the index's publisher has them (Nikkei Indexes, daily data). Tokyo was closed on
    # Monday the 12th: the 13th is the fifth session.
    closes = {
        day("2024-08-02"): "35909.70",
        day("2024-08-05"): "31458.42",
        day("2024-08-06"): "34675.46",
        day("2024-08-07"): "35089.62",
        day("2024-08-08"): "34831.15",
        day("2024-08-09"): "35025.00",
        day("2024-08-13"): "36232.51",
    }
    monday = Asked(XTKS, day("2024-08-05"), day("2024-08-02"), Phase.ENDED)
    found = find_recovery(bars(NIKKEI, dict(closes)), monday)
    assert found is not None
    assert (found.sessions, found.recovered_on) == (5, day("2024-08-13"))
    assert (found.worst_on, round(found.worst_return, 4)) == (monday.session, Decimal("-0.1240"))


def test_closes_stand_on_the_split_basis_of_the_event_session() -> None:
    # Ten new shares for one on the 29th: 9.5 and 10 then are 95 and 100 of the 27th.
    split = (Action(AFTER[1], Decimal(10)),)
    found = find_recovery(replace(held("92", "9.5", "10"), splits=split), NEW_YORK)
    assert found is not None
    assert (found.sessions, found.base) == (3, Decimal(100))
    assert found.last_return == 0


def test_a_split_on_the_event_session_is_in_the_base() -> None:
    split = (Action(MONDAY, Decimal(2)),)
    found = find_recovery(replace(held("49", "50", close="45"), splits=split), NEW_YORK)
    assert found is not None
    assert (found.base, found.sessions) == (Decimal(50), 2)


def test_nothing_is_said_beyond_a_step_that_a_guard_refuses() -> None:
    # 92 to 46 on one day is a split of two for one that nobody recorded.
    found = recovery("92", "46", "47")
    assert (found.last, found.held) == (day("2025-01-28"), 1)
    assert found.worst_return == Decimal("-0.1")


def test_the_window_ends_what_is_looked_at() -> None:
    series = held("91", "92", "101", "102")
    moves = {"NVDA": find_move(series, NEW_YORK)}
    for last, sessions in ((2, None), (3, 3), (9, 3)):
        (found,) = find_aftermaths([series], moves, {"XNYS": NEW_YORK}, Window(-1, last))
        assert found.recovery.sessions == sessions
        assert found.path.offsets == tuple(range(-1, last + 1))
        assert found.path.return_at(2) == Decimal("-0.08")
        assert found.path.return_at(last + 1) is None


def test_a_share_without_a_move_has_no_aftermath() -> None:
    series = held("91", close="50")  # half of what it was: refused as a split
    moves = {"NVDA": find_move(series, NEW_YORK)}
    assert find_aftermaths([series], moves, {"XNYS": NEW_YORK}, Window(-1, 5)) == ()


# --- laws ---

CLOSES = st.lists(st.one_of(st.none(), st.integers(8_000, 12_500)), max_size=10)


def series_of(closes: list[int | None], close: int) -> Bars:
    return held(
        *(None if one is None else str(one) for one in closes), close=str(close), base="10000"
    )


@given(CLOSES, st.integers(8_000, 12_500), st.integers(2, 50))
def test_scaling_all_prices_changes_nothing(
    closes: list[int | None], close: int, factor: int
) -> None:
    one = find_recovery(series_of(closes, close), NEW_YORK)
    scaled = [None if value is None else str(value * factor) for value in closes]
    other = find_recovery(
        held(*scaled, close=str(close * factor), base=str(10_000 * factor)), NEW_YORK
    )
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one._replace(base=other.base) == other


@given(CLOSES, st.integers(8_000, 12_500))
def test_reversing_signs_mirrors_it(closes: list[int | None], close: int) -> None:
    one = find_recovery(series_of(closes, close), NEW_YORK)
    mirrored = [None if value is None else 20_000 - value for value in closes]
    other = find_recovery(series_of(mirrored, 20_000 - close), NEW_YORK)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.direction is not other.direction
        assert (one.worst_return, one.last_return) == (-other.worst_return, -other.last_return)
        same = {"instrument", "direction", "worst_return", "last_return"}
        fields = set(Recovery._fields) - same
        assert all(getattr(one, name) == getattr(other, name) for name in fields)


@given(CLOSES, st.integers(8_000, 12_500), st.integers(0, 10))
def test_a_longer_history_can_only_add_a_recovery(
    closes: list[int | None], close: int, cut: int
) -> None:
    shorter = find_recovery(series_of(closes[:cut], close), NEW_YORK)
    longer = find_recovery(series_of(closes, close), NEW_YORK)
    assert (shorter is None) == (longer is None)
    if shorter is not None and longer is not None:
        if shorter.sessions is not None:
            assert (longer.sessions, longer.recovered_on) == (
                shorter.sessions,
                shorter.recovered_on,
            )
        assert abs(longer.worst_return) >= abs(shorter.worst_return)
        assert longer.held >= shorter.held


@given(CLOSES, st.integers(8_000, 12_500))
def test_the_counts_add_up(closes: list[int | None], close: int) -> None:
    found = find_recovery(series_of(closes, close), NEW_YORK)
    if found is not None:
        known = [at for at, value in enumerate(closes, 1) if value is not None]
        assert found.held == max(known, default=0)
        assert found.held - found.missing == len(known)
        assert 0 <= found.missing_before <= found.missing
