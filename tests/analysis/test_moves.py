"""Moves: what a newspaper prints, and the reason where it cannot."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Asked, Move, Status, find_move
from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import Phase
from tests.builders import FRIDAY, MONDAY, NIKKEI, TUESDAY, asked, bar, bars, baseline, day, pair

NVDA = make_instrument("NVDA")
NUMBERS = (
    *("previous_close", "open", "high", "low", "close", "volume", "change"),
    *("price_return", "total_return", "overnight_return", "intraday_return"),
    *("high_return", "low_return", "volume_ratio", "sigma", "limit"),
)


def numbers_of(move: Move) -> dict[str, object]:
    """Give the numbers that a move carries."""
    return {name: value for name in NUMBERS if (value := getattr(move, name)) is not None}


def test_every_field_that_may_hold_a_number_is_looked_at() -> None:
    said = {"instrument", "session", "previous_session", "status", "reason"}
    said |= {"detail", "source", "retrieved"}
    assert set(Move._fields) == said.union(NUMBERS)


def test_a_move_by_hand() -> None:
    full = Bar(MONDAY, Decimal(96), Decimal(98), Decimal(85), Decimal(90), 2000)
    held = Bars(NVDA, (bar(FRIDAY, "100"), full), dividends=())
    move = find_move(held, asked(XNYS), baseline("NVDA"))
    assert (move.session, move.previous_session) == (MONDAY, FRIDAY)
    assert (move.status, move.reason) == (Status.OK, None)
    assert [move.previous_close, move.close, move.change] == [100, 90, -10]
    assert [move.open, move.high, move.low, move.volume] == [96, 98, 85, 2000]
    assert move.price_return == Decimal("-0.1")  # 90 ÷ 100 − 1
    assert move.total_return == Decimal("-0.1")  # no dividend was paid
    assert move.overnight_return == Decimal("-0.04")  # 96 ÷ 100 − 1
    assert move.intraday_return == Decimal("-0.0625")  # 90 ÷ 96 − 1
    assert move.high_return == Decimal("-0.02")
    assert move.low_return == Decimal("-0.15")
    assert move.volume_ratio == 4  # 2000 ÷ 500
    assert move.sigma == pytest.approx(-5.05)  # (−0.1 − 0.001) ÷ 0.02
    assert move.size == Decimal("0.1")
    assert move.is_due
    assert move.is_figure


@given(st.integers(500, 1500), st.integers(1, 1000))
def test_scaling_all_prices_changes_no_return(close: int, scale: int) -> None:
    move = find_move(pair("NVDA", "1000", str(close)), asked(XNYS))
    scaled = find_move(pair("NVDA", str(1000 * scale), str(close * scale)), asked(XNYS))
    assert (scaled.price_return, scaled.status) == (move.price_return, move.status)


@given(
    st.sets(st.sampled_from([day(f"2025-01-{at}") for at in (21, 22, 23, 24, 27, 28, 29)])),
    st.sampled_from([("22", "21"), ("24", "23"), ("27", "24"), ("28", "27")]),
)
def test_a_missing_session_is_no_move_and_is_not_bridged(
    held: set[date], days: tuple[str, str]
) -> None:
    session, previous = (day(f"2025-01-{at}") for at in days)
    closes: Mapping[date, str | None] = {one: str(1000 + one.day) for one in sorted(held)}
    move = find_move(bars("NVDA", closes), Asked(XNYS, session, previous, Phase.ENDED))
    if {session, previous} <= held:
        change = Fraction(session.day - previous.day, 1000 + previous.day)
        assert move.price_return is not None
        assert abs(Fraction(move.price_return) - change) < Fraction(1, 10**25)
    else:
        reason = GapReason.NO_PREVIOUS_BAR if session in held else GapReason.NO_BAR
        assert (move.status, move.reason) == (Status.MISSING, reason)
        assert numbers_of(move) == {}


STATUS_OF = {
    GapReason.MARKET_CLOSED: Status.CLOSED,
    GapReason.NOT_FOUND: Status.NOT_FOUND,
    GapReason.NO_BAR: Status.MISSING,
    GapReason.NO_PREVIOUS_BAR: Status.MISSING,
    GapReason.NULL_CLOSE: Status.MISSING,
    GapReason.NULL_PREVIOUS_CLOSE: Status.MISSING,
    GapReason.NO_TRADE: Status.NO_TRADE,
    GapReason.NEAR_SPLIT_RATIO: Status.SUSPECT,
    GapReason.IMPLAUSIBLE_RATIO: Status.SUSPECT,
    GapReason.BEYOND_PRICE_LIMIT: Status.SUSPECT,
    GapReason.NO_CALENDAR: Status.MISSING,
    GapReason.NOT_HELD: Status.MISSING,
    GapReason.NO_DATA: Status.MISSING,
    GapReason.MAYBE_CLOSED: Status.MISSING,
    GapReason.WRONG_SYMBOL: Status.SUSPECT,
    GapReason.WRONG_CURRENCY: Status.SUSPECT,
    GapReason.WRONG_ZONE: Status.SUSPECT,
    GapReason.DUPLICATE_DAY: Status.SUSPECT,
    GapReason.NOT_A_SESSION: Status.SUSPECT,
    GapReason.INCONSISTENT: Status.SUSPECT,
    GapReason.IN_PROGRESS: Status.SUSPECT,
    GapReason.UNAPPLIED_SPLIT: Status.SUSPECT,
    GapReason.SPLIT_APPLIED_TWICE: Status.SUSPECT,
    GapReason.UNIT_JUMP: Status.SUSPECT,
    GapReason.DISPUTED: Status.SUSPECT,
    GapReason.NOT_COVERED: Status.FAILED,
    GapReason.RATE_LIMITED: Status.FAILED,
    GapReason.SKIPPED: Status.FAILED,
    GapReason.UNAUTHORIZED: Status.FAILED,
    GapReason.SERVER_ERROR: Status.FAILED,
    GapReason.BAD_PAYLOAD: Status.FAILED,
    GapReason.BAD_SCHEMA: Status.FAILED,
    GapReason.TIMEOUT: Status.FAILED,
    GapReason.NETWORK: Status.FAILED,
    GapReason.INTERNAL_ERROR: Status.FAILED,
}


@pytest.mark.parametrize("reason", GapReason)
def test_a_gap_keeps_its_reason(reason: GapReason) -> None:
    move = find_move(Gap(NVDA, MONDAY, reason), asked(XNYS), baseline("NVDA"))
    assert (move.status, move.reason) == (STATUS_OF[reason], reason)
    assert numbers_of(move) == {}
    assert move.size == 0
    assert move.is_due is (reason is not GapReason.MARKET_CLOSED)
    assert not move.is_figure


@pytest.mark.parametrize(
    ("closes", "reason"),
    [
        ({FRIDAY: "100"}, GapReason.NO_BAR),
        ({}, GapReason.NO_BAR),
        ({FRIDAY: "100", TUESDAY: "90"}, GapReason.NO_BAR),
        ({MONDAY: "90"}, GapReason.NO_PREVIOUS_BAR),
        ({day("2025-01-23"): "100", MONDAY: "90"}, GapReason.NO_PREVIOUS_BAR),
        ({FRIDAY: "100", MONDAY: None}, GapReason.NULL_CLOSE),
        ({FRIDAY: None, MONDAY: "90"}, GapReason.NULL_PREVIOUS_CLOSE),
        ({FRIDAY: None, MONDAY: None}, GapReason.NULL_CLOSE),
    ],
)
def test_a_hole_in_the_bars_says_where_it_is(
    closes: dict[date, str | None], reason: GapReason
) -> None:
    move = find_move(bars("NVDA", closes), asked(XNYS))
    assert (move.status, move.reason) == (Status.MISSING, reason)
    assert numbers_of(move) == {}


@pytest.mark.parametrize(
    ("phase", "status"), [(Phase.CLOSED, Status.CLOSED), (Phase.PENDING, Status.PENDING)]
)
def test_before_its_session_and_without_one_there_is_no_number(
    phase: Phase, status: Status
) -> None:
    for source in (pair("NVDA", "100", "90"), Gap(NVDA, MONDAY, GapReason.NOT_FOUND)):
        move = find_move(source, asked(XNYS, phase), baseline("NVDA"))
        assert (move.status, move.reason) == (status, None)
        assert numbers_of(move) == {}
        assert not move.is_due
        assert not move.is_figure


def test_a_running_session_gives_a_provisional_number() -> None:
    move = find_move(pair("NVDA", "100", "90"), asked(XNYS, Phase.RUNNING))
    assert move.status is Status.PROVISIONAL
    assert move.price_return == Decimal("-0.1")
    assert move.is_due
    assert move.is_figure


def test_a_running_session_without_a_bar_is_a_gap() -> None:
    move = find_move(bars("NVDA", {FRIDAY: "100"}), asked(XNYS, Phase.RUNNING))
    assert (move.status, move.reason) == (Status.MISSING, GapReason.NO_BAR)
    assert numbers_of(move) == {}


@pytest.mark.parametrize("status", Status)
def test_only_ok_and_provisional_carry_numbers(status: Status) -> None:
    good = pair("NVDA", "100", "90")
    made = {
        Status.OK: find_move(good, asked(XNYS)),
        Status.PROVISIONAL: find_move(good, asked(XNYS, Phase.RUNNING)),
        Status.CLOSED: find_move(good, asked(XNYS, Phase.CLOSED)),
        Status.PENDING: find_move(good, asked(XNYS, Phase.PENDING)),
        Status.MISSING: find_move(bars(NVDA, {FRIDAY: "100"}), asked(XNYS)),
        Status.NO_TRADE: find_move(untraded("100"), asked(XNYS)),
        Status.SUSPECT: find_move(pair("NVDA", "100", "50"), asked(XNYS)),
        Status.NOT_FOUND: find_move(Gap(NVDA, MONDAY, GapReason.NOT_FOUND), asked(XNYS)),
        Status.FAILED: find_move(Gap(NVDA, MONDAY, GapReason.TIMEOUT), asked(XNYS)),
    }
    assert made[status].status is status
    carries = bool(numbers_of(made[status]))
    assert carries is made[status].is_figure is (status in (Status.OK, Status.PROVISIONAL))


# --- volume ---


def untraded(close: str) -> Bars:
    return Bars(NVDA, (bar(FRIDAY, "100"), bar(MONDAY, close, volume=0)))


@pytest.mark.parametrize("close", ["100", "90"])
def test_a_share_that_nobody_traded_did_not_move(close: str) -> None:
    move = find_move(untraded(close), asked(XNYS))
    assert (move.status, move.reason) == (Status.NO_TRADE, GapReason.NO_TRADE)
    assert numbers_of(move) == {}


def test_an_unknown_volume_is_no_want_of_trade() -> None:
    held = Bars(NVDA, (bar(FRIDAY, "100"), bar(MONDAY, "90", volume=None)))
    move = find_move(held, asked(XNYS), baseline("NVDA"))
    assert (move.status, move.volume, move.volume_ratio) == (Status.OK, None, None)


def test_an_index_has_no_volume_to_speak_of() -> None:
    held = Bars(NIKKEI, (bar(FRIDAY, "40000", volume=0), bar(MONDAY, "39000", volume=0)))
    move = find_move(held, asked(XTKS))
    assert (move.status, move.price_return) == (Status.OK, Decimal("-0.025"))


def test_a_previous_session_without_trade_still_has_a_close() -> None:
    held = Bars(NVDA, (bar(FRIDAY, "100", volume=0), bar(MONDAY, "90")))
    assert find_move(held, asked(XNYS)).price_return == Decimal("-0.1")


# --- splits and dividends ---


@pytest.mark.parametrize(
    ("previous", "split", "close", "base", "change", "price_return"),
    [
        # Ten for one: 1,200 becomes 120; 121.20 ÷ 120 − 1 = 1 %.
        ("1200", "10", "121.20", "120", "1.20", "0.01"),
        # Three for two: 150 becomes 100; 90 ÷ 100 − 1 = −10 %.
        ("150", "1.5", "90", "100", "-10", "-0.1"),
        # One for ten: 2 becomes 20; 19 ÷ 20 − 1 = −5 %.
        ("2", "0.1", "19", "20", "-1", "-0.05"),
    ],
)
def test_a_split_on_the_session_is_taken_out(  # noqa: PLR0913, PLR0917 -- a table's columns
    previous: str, split: str, close: str, base: str, change: str, price_return: str
) -> None:
    held = Bars(NVDA, pair(NVDA, previous, close).bars, (Action(MONDAY, Decimal(split)),))
    move = find_move(held, asked(XNYS))
    assert move.status is Status.OK
    assert move.close == Decimal(close)
    assert move.previous_close == Decimal(base)
    assert move.change == Decimal(change)
    assert move.price_return == Decimal(price_return)


def test_opens_and_extremes_are_measured_from_the_split_close() -> None:
    full = Bar(MONDAY, Decimal(114), Decimal(126), Decimal(108), Decimal(120), 1000)
    split = (Action(MONDAY, Decimal(10)),)
    move = find_move(Bars(NVDA, (bar(FRIDAY, "1200"), full), split), asked(XNYS))
    assert move.overnight_return == Decimal("-0.05")  # 114 ÷ 120 − 1
    assert move.high_return == Decimal("0.05")
    assert move.low_return == Decimal("-0.1")


@pytest.mark.parametrize("at", [day("2025-01-23"), FRIDAY, TUESDAY, day("2025-06-10")])
def test_another_sessions_split_changes_nothing(at: date) -> None:
    held = Bars(NVDA, pair(NVDA, "142.62", "118.42").bars, (Action(at, Decimal(10)),))
    move = find_move(held, asked(XNYS))
    assert (move.previous_close, move.close) == (Decimal("142.62"), Decimal("118.42"))
    assert move.change == Decimal("-24.20")


@pytest.mark.parametrize(
    ("paid", "total"),
    [
        ({MONDAY: "2"}, "-0.08"),  # (90 + 2) ÷ 100 − 1
        ({MONDAY: "2.50", TUESDAY: "1"}, "-0.075"),
        ({FRIDAY: "2", TUESDAY: "2"}, "-0.1"),
        ({}, "-0.1"),
    ],
)
def test_a_dividend_is_in_the_total_return_alone(paid: dict[date, str], total: str) -> None:
    dividends = tuple(Action(session, Decimal(amount)) for session, amount in paid.items())
    held = Bars(NVDA, pair(NVDA, "100", "90").bars, dividends=dividends)
    move = find_move(held, asked(XNYS))
    assert move.total_return == Decimal(total)
    assert (move.price_return, move.previous_close) == (Decimal("-0.1"), Decimal(100))


def test_where_nothing_is_known_of_dividends_the_total_return_is_unknown() -> None:
    move = find_move(pair(NVDA, "100", "90"), asked(XNYS))
    assert move.total_return is None
    assert move.price_return == Decimal("-0.1")


# --- baselines ---


def test_without_statistics_there_is_neither_sigma_nor_ratio() -> None:
    move = find_move(pair(NVDA, "100", "90"), asked(XNYS))
    assert (move.sigma, move.volume_ratio) == (None, None)


def test_a_share_that_never_moved_has_no_sigma() -> None:
    flat = baseline("NVDA")._replace(sd=0.0, volume_mean_20=None)
    move = find_move(pair(NVDA, "100", "90"), asked(XNYS), flat)
    assert (move.sigma, move.volume_ratio) == (None, None)


def test_a_change_does_not_depend_on_the_threads_context() -> None:
    with localcontext(prec=4):
        move = find_move(pair(NIKKEI, "39931.98", "39565.80"), asked(XTKS))
    assert move.change == Decimal("-366.18")
