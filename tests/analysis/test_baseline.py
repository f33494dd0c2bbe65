"""The statistics before a session: by hand, and against figures compiled from longer histories."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.baseline import make_baseline
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.market.bars import Action, Bar, Bars, Baseline, Direction
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import sessions_between
from tests.builders import MONDAY, NIKKEI, TUESDAY, bar, day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

SHARED = Path(__file__).parents[2].parent / "shared"
"""Facts and longer series, beside the checkout where there are any; they are no part of it."""

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the facts are not at hand")

NVDA = make_instrument("NVDA")
# The 300 sessions of New York before 27 January 2025 begin on Monday 13 November 2023.
BEFORE = sessions_between(NVDA.exchange, day("2023-11-13"), day("2025-01-24"))


def see_saw(
    sessions: tuple[date, ...] = BEFORE, *, up: str = "102", down: str = "100", last: str = "90"
) -> Bars:
    """Make closes that go up and down in turn, and a last one on Monday 27 January 2025."""
    rows = [bar(one, up if at % 2 else down) for at, one in enumerate(sessions)]
    return Bars(NVDA, (*rows, bar(MONDAY, last)))


def made(bars: Bars, session: date = MONDAY, price_return: str | None = "-0.1") -> Baseline:
    value = None if price_return is None else Decimal(price_return)
    found = make_baseline(bars, session, value)
    assert found is not None
    return found


def changed(bars: Bars, change: Callable[[Bar], Bar | None]) -> Bars:
    """Make the same bars with some changed or left out."""
    rows = (change(one) for one in bars.bars)
    return Bars(bars.instrument, tuple(row for row in rows if row is not None), bars.splits)


# --- by hand ---


def test_the_sessions_before_are_counted_by_the_calendar() -> None:
    assert len(BEFORE) == 300
    assert BEFORE[-1] == day("2025-01-24")


def test_a_see_saw_by_hand() -> None:
    found = made(see_saw())
    # 250 returns: 125 of +2 % (100 to 102) and 125 of −100/51 % (102 to 100).
    up, down = 0.02, 100 / 102 - 1
    assert found.sessions == 250
    assert found.mean == pytest.approx((up + down) / 2, rel=1e-12)
    # Each is half of the difference away from the mean; n − 1 = 249.
    assert found.sd == pytest.approx((up - down) / 2 * (250 / 249) ** 0.5, rel=1e-12)
    # Eleven sessions before 27 January 2025 (the 9th and the 20th were none), and 250 back.
    assert found.window_last == day("2025-01-08")
    assert found.window_first == day("2024-01-11")
    assert (found.session, found.ticker) == (MONDAY, "NVDA")
    assert found.volume_mean_20 == 1000
    assert found.history_from == day("2023-11-14")  # the first return
    assert found.direction is Direction.FALL
    assert (found.as_large_in_history, found.previous_as_large) == (0, None)
    assert found.previous_as_large_return is None
    assert found.close_last_beyond is None  # none stood at 90 or lower


def test_the_sessions_just_before_do_not_weigh() -> None:
    # A crash on the 10th and what follows it are inside the eleven sessions.
    crash = changed(
        see_saw(), lambda one: one if one.session < day("2025-01-10") else bar(one.session, "10")
    )
    usual, found = made(see_saw()), made(crash)
    assert (found.mean, found.sd) == (usual.mean, usual.sd)


def test_neither_do_those_before_the_window() -> None:
    # The return of 11 January 2024 is the first: the closes up to the 9th are too early.
    early = changed(
        see_saw(), lambda one: bar(one.session, "55") if one.session < day("2024-01-10") else one
    )
    usual, found = made(see_saw()), made(early)
    assert (found.mean, found.sd) == (usual.mean, usual.sd)
    assert found.sessions == 250


def test_the_session_itself_does_not_weigh() -> None:
    one, other = made(see_saw(last="90")), made(see_saw(last="102"))
    assert (one.mean, one.sd, one.sessions) == (other.mean, other.sd, other.sessions)


def test_a_missing_session_is_never_bridged() -> None:
    hole = day("2024-06-12")
    without = changed(see_saw(), lambda one: None if one.session == hole else one)
    blank = changed(see_saw(), lambda one: bar(hole, None) if one.session == hole else one)
    for bars in (without, blank):
        assert made(bars).sessions == 248  # neither to it nor from it
    assert made(without).mean == made(blank).mean


def test_a_window_with_a_hole_at_its_end_is_still_the_calendars() -> None:
    edges = (day("2024-01-11"), day("2025-01-08"))
    bars = changed(see_saw(), lambda one: None if one.session in edges else one)
    found = made(bars)
    assert found.window_last == day("2025-01-08")
    assert found.sessions == 247  # without those of the 11th, the 12th and the 8th


@pytest.mark.parametrize(("closes", "returns"), [(61, None), (70, None), (71, 60), (72, 61)])
def test_of_a_young_share_sixty_returns_are_enough(closes: int, returns: int | None) -> None:
    # The last ten closes before the session are not in the window.
    bars = see_saw(BEFORE[-closes:])
    found = make_baseline(bars, MONDAY, Decimal("-0.1"))
    assert (found and found.sessions) == returns
    if found is not None:
        assert found.history_from == BEFORE[-closes + 1]
        assert found.window_first == BEFORE[-closes + 1]


def test_without_bars_before_there_is_none() -> None:
    assert make_baseline(Bars(NVDA, ()), MONDAY, None) is None
    assert make_baseline(Bars(NVDA, (bar(MONDAY, "90"),)), MONDAY, Decimal(0)) is None


def test_at_the_calendars_beginning_there_is_none_either() -> None:
    # Tokyo's calendar begins in January 1997: 250 sessions before June 1997 there is no calendar.
    tokyo = make_instrument("7203.T")
    sessions = sessions_between(tokyo.exchange, day("1997-01-06"), day("1997-06-02"))
    bars = Bars(tokyo, tuple(bar(one, "3000") for one in sessions))
    found = make_baseline(bars, day("1997-06-02"), Decimal("-0.01"))
    assert found is None or found.sessions == len(sessions) - 12


# --- moves as large ---


def spiky() -> Bars:
    """Make a share that fell by 12 % on 5 August 2024, rose by as much, and fell by 10 %, 11 %."""
    closes = {
        "2024-08-02": "100",
        "2024-08-05": "88",
        "2024-08-06": "98.56",  # +12 %
        "2024-08-07": "100",
        "2024-09-03": "100",
        "2024-09-04": "90",  # −10 %
        "2024-09-05": "91",
        "2024-12-17": "100",
        "2024-12-18": "89",  # −11 %
        "2024-12-19": "95",
    }
    rows = [bar(one, closes.get(str(one), "100")) for one in BEFORE]
    return Bars(NVDA, (*rows, bar(MONDAY, "89.5")))


@pytest.mark.parametrize(
    ("price_return", "direction", "number", "last", "value"),
    [
        ("-0.105", Direction.FALL, 2, "2024-12-18", -0.11),
        ("-0.11", Direction.FALL, 2, "2024-12-18", -0.11),  # at least as large
        ("-0.1100001", Direction.FALL, 1, "2024-08-05", -0.12),
        ("-0.12", Direction.FALL, 1, "2024-08-05", -0.12),
        ("-0.13", Direction.FALL, 0, None, None),
        ("0.12", Direction.RISE, 1, "2024-08-06", 0.12),
        ("0.121", Direction.RISE, 0, None, None),
    ],
)
def test_earlier_moves_as_large_are_counted_in_the_moves_direction(
    price_return: str, direction: Direction, number: int, last: str | None, value: float | None
) -> None:
    found = made(spiky(), price_return=price_return)
    assert found.direction is direction
    assert found.as_large_in_history == number
    assert found.previous_as_large == (None if last is None else day(last))
    assert found.previous_as_large_return == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("close", "price_return", "last"),
    [
        ("89.5", "-0.105", "2024-12-18"),  # the last at 89.5 or lower stood at 89
        ("89", "-0.11", "2024-12-18"),
        ("88.5", "-0.115", "2024-08-05"),
        ("87", "-0.13", None),
        ("100", "0.01", "2025-01-24"),  # after a rise: the last as high
        ("101", "0.01", None),
    ],
)
def test_the_last_close_as_low_or_as_high(close: str, price_return: str, last: str | None) -> None:
    bars = changed(spiky(), lambda one: bar(MONDAY, close) if one.session == MONDAY else one)
    found = made(bars, price_return=price_return)
    assert found.close_last_beyond == (None if last is None else day(last))


def test_without_a_close_of_its_own_nothing_is_said_of_levels() -> None:
    bars = changed(spiky(), lambda one: None if one.session == MONDAY else one)
    assert made(bars, price_return=None).close_last_beyond is None


# --- splits ---


def split_series() -> Bars:
    """Make the see-saw as it was traded around a split of ten for one on 10 June 2024."""
    at = day("2024-06-10")
    plain = see_saw()
    rows: list[Bar] = []
    for one in plain.bars:
        assert one.close is not None
        is_before = one.session < at
        rows.append(
            bar(one.session, str(one.close * 10), volume=100)
            if is_before
            else bar(one.session, str(one.close), volume=1000)
        )
    return Bars(NVDA, tuple(rows), (Action(at, Decimal(10)),))


def test_a_split_in_the_window_is_no_return() -> None:
    assert made(split_series()) == made(see_saw())


def test_levels_stand_on_the_sessions_own_basis() -> None:
    # As traded 890 on 5 June 2024, that is 89 on the basis of the session.
    low = changed(
        split_series(),
        lambda one: bar(one.session, "890") if one.session == day("2024-06-05") else one,
    )
    assert made(low).close_last_beyond == day("2024-06-05")


def test_volumes_stand_on_the_sessions_own_basis() -> None:
    # A split of two for one on Wednesday 22 January: the volumes before it count double.
    at = day("2025-01-22")
    found = made(Bars(NVDA, see_saw().bars, (Action(at, Decimal(2)),)))
    # Of the twenty sessions before Monday the 27th three are after the split.
    assert found.volume_mean_20 == (17 * 2000 + 3 * 1000) / 20


# --- volumes ---


def test_the_mean_volume_is_of_the_twenty_sessions_before() -> None:
    numbers = count(1)
    bars = changed(see_saw(), lambda one: one._replace(volume=next(numbers)))
    # Sessions 281 to 300 of the 300 before.
    assert made(bars).volume_mean_20 == (281 + 300) / 2


@pytest.mark.parametrize("hole", ["2024-12-24", "2025-01-24"])
def test_of_fewer_volumes_no_mean_is_made(hole: str) -> None:
    # From Monday the 27th back, the twentieth session is Tuesday 24 December 2024.
    def without_volume(one: Bar) -> Bar:
        return one._replace(volume=None) if one.session == day(hole) else one

    assert made(changed(see_saw(), without_volume)).volume_mean_20 is None


def test_a_volume_before_the_twenty_is_not_needed() -> None:
    def without_volume(one: Bar) -> Bar:
        return one._replace(volume=None) if one.session == day("2024-12-23") else one

    assert made(changed(see_saw(), without_volume)).volume_mean_20 == 1000


# --- laws ---


@given(st.lists(st.integers(-300, 300), min_size=320, max_size=320), st.integers(1, 1000))
def test_the_unit_of_prices_does_not_matter(moves: list[int], scale: int) -> None:
    close, rows = Decimal(100), list[Bar]()
    for session, move in zip((*BEFORE, MONDAY), moves, strict=False):
        close *= 1 + Decimal(move) / 10_000
        rows.append(bar(session, str(round(close, 6))))
    bars = Bars(NVDA, tuple(rows))
    scaled = changed(
        bars, lambda one: one if one.close is None else one._replace(close=one.close * scale)
    )
    one, other = made(bars), made(scaled)
    assert other.mean == pytest.approx(one.mean, rel=1e-9, abs=1e-15)
    assert other.sd == pytest.approx(one.sd, rel=1e-9)
    assert other.previous_as_large == one.previous_as_large
    assert other.close_last_beyond == one.close_last_beyond


# --- against the facts ---


@cache
def facts() -> dict[tuple[date, str], dict[str, str]]:
    path = SHARED / "facts" / "baselines.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(day(row["session"]), row["ticker"]): row for row in csv.DictReader(file)}


@cache
def long_series() -> dict[str, Bars]:
    """Read the bars from November 2023 to March 2025, which stand on one split basis."""
    rows: dict[str, list[Bar]] = {}
    with gzip.open(SHARED / "data" / "bars_2023_2025.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            one = bar(day(row["session"]), row["close"] or None)
            volume = int(float(row["volume"])) if row["volume"] else None
            rows.setdefault(row["ticker"], []).append(one._replace(volume=volume))
    known = {"^N225": NIKKEI, "^TOPX": NIKKEI._replace(ticker="^TOPX")}
    return {
        ticker: Bars(known.get(ticker) or make_instrument(ticker), tuple(sorted(found)))
        for ticker, found in rows.items()
    }


def of_facts(ticker: str, session: date) -> tuple[Baseline, dict[str, str]]:
    expected = facts()[session, ticker]
    bars = long_series()[ticker]
    sessions = [one.session for one in bars.bars]
    # What was traded before the company itself (a shell, when-issued shares) is not in the facts.
    begins = max((one for one in sessions if str(one) < expected["history_from"]), default=None)
    bars = bars.within(begins or sessions[0], sessions[-1])
    before = sessions[sessions.index(session) - 1]
    price_return = simple_return(bars.close(session), bars.close(before))
    return made(bars, session, str(price_return)), expected


@needs_shared
@pytest.mark.parametrize("session", [MONDAY, TUESDAY])
@pytest.mark.parametrize("ticker", sorted({ticker for _, ticker in facts()}))
def test_the_facts_are_found_again(ticker: str, session: date) -> None:
    found, expected = of_facts(ticker, session)
    assert str(found.window_last) == expected["window_last"]
    assert str(found.window_first) == expected["window_first"]
    assert found.sessions == int(expected["n"])
    assert found.mean == pytest.approx(float(expected["mean"]), rel=1e-6)
    assert found.sd == pytest.approx(float(expected["sd"]), rel=1e-6)
    assert str(found.direction) == expected["direction"]
    if expected["volume_mean_20"]:
        assert found.volume_mean_20 == pytest.approx(float(expected["volume_mean_20"]), rel=1e-6)
    else:
        assert found.volume_mean_20 is None
    previous = expected["previous_as_large"]
    if previous and day(previous) > found.history_from:
        assert str(found.previous_as_large) == previous
        value = float(expected["previous_as_large_return"])
        assert found.previous_as_large_return == pytest.approx(value, rel=1e-5)


@needs_shared
@pytest.mark.parametrize("ticker", ["ALAB", "GEV", "OKLO"])
def test_history_begins_with_the_first_return_as_that_of_the_sample_does(ticker: str) -> None:
    # Astera Labs was first traded on 20 March 2024: its first return is of the 21st.
    found, expected = of_facts(ticker, MONDAY)
    assert str(found.history_from) == expected["history_from"]
