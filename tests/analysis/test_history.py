"""Since when: what a baseline says of a move, and when that would be no news."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.baseline import make_baseline
from deepseek_shock.analysis.history import History, Place, make_history
from deepseek_shock.analysis.moves import Status
from deepseek_shock.analysis.returns import simple_return
from deepseek_shock.analysis.since import Since, find_since
from deepseek_shock.analysis.steps import Step, find_past
from deepseek_shock.market.bars import Action, Bars, Direction
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.market.sessions import sessions_between
from tests.builders import MONDAY, NIKKEI, TUESDAY, bars, baseline, day, moved

FELL, ROSE = moved("NVDA", "-0.1697"), moved("NVDA", "0.1")
BASELINE = baseline("NVDA")


def test_a_fall_among_nine() -> None:
    found = find_since(FELL, BASELINE)
    assert found is not None
    assert found.multiple == pytest.approx(0.1697 / 0.02)
    assert found._replace(multiple=None) == Since(
        move=FELL,
        direction=Direction.FALL,
        previous=day("2020-03-16"),
        previous_return=Decimal("-0.1845"),
        rank=9,  # eight earlier ones were at least as large
        history_from=day("1999-01-25"),
        rank_in_year=1,  # the last as large lies in an earlier year
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
    assert found is not None
    assert found.is_news is is_told


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
    found = find_since(moved("5803.T", "-0.11"), tokyo)
    assert found is not None
    assert found.is_news is is_told


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


def test_what_came_with_a_source_ranks_in_the_year_only_where_none_of_it_was_as_large() -> None:
    this_year = BASELINE._replace(previous_as_large=day("2025-01-14"))
    found = find_since(FELL, this_year)
    assert found is not None
    assert found.rank_in_year is None  # how many more there were this year nobody said
    young = BASELINE._replace(history_from=day("2025-01-02"), previous_as_large=None)
    assert (find_since(FELL, young) or found).rank_in_year is None


@pytest.mark.parametrize(
    ("close_since", "is_told"),
    [("2024-12-26", True), ("2024-12-27", False), ("2025-01-24", False), (None, True)],
)
def test_a_close_as_low_within_a_month_is_no_news(close_since: str | None, is_told: bool) -> None:  # noqa: FBT001 -- a table's column
    # From Friday 27 December to Monday 27 January there are 31 days.
    known = None if close_since is None else day(close_since)
    found = find_since(FELL, BASELINE._replace(close_last_beyond=known))
    assert found is not None
    assert (found.close_since, found.is_close_news) == (known, is_told)


# --- of the bars held ---

NVDA = make_instrument("NVDA")
SESSIONS = sessions_between(NVDA.exchange, day("2024-10-01"), MONDAY)
"""80 sessions of New York (23, 20, 21 and 16 in the four months), the last on Monday 27 January."""


def series(changes: Mapping[str, str], instrument: Instrument = NVDA, scale: int = 1) -> Bars:
    """Make closes that stand at 100 but on some days, where they are given."""
    return bars(
        instrument, {one: str(Decimal(changes.get(str(one), "100")) * scale) for one in SESSIONS}
    )


def history(held: Bars, session: date = MONDAY) -> History:
    before = max(bar.session for bar in held.bars if bar.session < session)
    close, base = held.close(session), held.close_as_of(before, session)
    assert close is not None
    assert base is not None
    found = make_history(held, find_past(held, session), session, simple_return(close, base), base)
    assert found is not None
    return found


def test_ranks_by_hand() -> None:
    # Falls of 12 % in October, of 10 % and of 5 % in January, and then one of 10 %.
    held = series({"2024-10-10": "88", "2025-01-08": "90", "2025-01-15": "95", "2025-01-27": "90"})
    found = history(held)
    assert found.direction is Direction.FALL
    # That of the 8th ties: it counts as large, and both share the better rank.
    assert found.by_return == Place(day("2025-01-08"), Decimal("-0.1"), 2, 2, 1)
    assert found.by_points is None  # a share's price has no points
    assert (found.history_from, found.returns, found.missing) == (day("2024-10-02"), 80 - 2, 0)
    assert found.checked_from is None
    assert found.close_since == day("2025-01-08")


def test_an_index_is_placed_by_points_too() -> None:
    # −10 % of 200 are 20 points; −12 % of 100 were 12 only.
    index = NVDA._replace(ticker="^GSPC")
    closes = dict.fromkeys((str(one) for one in SESSIONS if one >= day("2024-11-01")), "200")
    held = series({**closes, "2024-10-10": "88", "2025-01-08": "170", "2025-01-27": "180"}, index)
    found = history(held)
    assert found.by_return == Place(day("2025-01-08"), Decimal("-0.15"), 2, 3, 2)
    assert found.by_points == Place(day("2025-01-08"), Decimal(-30), 1, 2, 2)


def test_a_year_that_is_not_held_from_its_beginning_has_no_rank() -> None:
    held = series({"2025-01-15": "85", "2025-01-27": "90"})
    young = held.since(day("2025-01-02"))
    assert history(held).by_return.rank_in_year == 2
    assert history(young).by_return == Place(day("2025-01-15"), Decimal("-0.15"), 1, 2, None)
    # With the last close of the year before it is held.
    assert history(held.since(day("2024-12-31"))).by_return.rank_in_year == 2


def test_a_missing_session_makes_no_return_and_is_counted() -> None:
    # Without the bar of the 14th, 100 to 70 is no move: neither to it nor from it.
    held = series({"2025-01-15": "70", "2025-01-27": "90"})
    holed = Bars(NVDA, tuple(one for one in held.bars if one.session != day("2025-01-14")))
    assert history(held).by_return.previous == day("2025-01-15")
    found = history(holed)
    assert (found.by_return.previous, found.by_return.rank) == (None, 1)
    assert (found.missing, found.returns) == (1, history(held).returns - 2)


def test_a_split_of_which_there_is_no_record_is_no_fall() -> None:
    # Ten for one on 2 December: as traded 1,000 before, 100 since.
    held = series({"2025-01-27": "90"})
    before = {"2024-12-02"}
    rows = tuple(
        one._replace(close=Decimal(1000)) if str(one.session) < min(before) else one
        for one in held.bars
    )
    unsaid, said = Bars(NVDA, rows), Bars(NVDA, rows, (Action(day("2024-12-02"), Decimal(10)),))
    assert (history(unsaid).by_return.rank, history(unsaid).missing) == (1, 1)
    assert (history(said).by_return.rank, history(said).missing) == (1, 0)
    assert history(said).close_since is None  # none stood at 90 on the session's own basis
    # That is known only where the closes before the split can be brought to that basis.
    assert (history(said).is_close_known, history(unsaid).is_close_known) == (True, False)
    told = find_since(FELL._replace(price_return=Decimal("-0.1")), None, history(unsaid))
    assert told is not None
    assert not told.is_close_news


def test_a_close_as_low_after_a_split_without_a_record_is_found() -> None:
    held = series({"2024-12-10": "89", "2025-01-27": "90"})
    rows = tuple(
        one._replace(close=Decimal(1000)) if one.session < day("2024-12-02") else one
        for one in held.bars
    )
    found = history(Bars(NVDA, rows))
    assert (found.close_since, found.is_close_known) == (day("2024-12-10"), True)


def test_twenty_sessions_are_enough_for_a_rank_and_none_for_sigma() -> None:
    held = series({"2025-01-27": "90"})
    for sessions, is_told in ((21, True), (20, False)):
        short = held.since(SESSIONS[-1 - sessions])
        assert make_baseline(short, MONDAY, Decimal("-0.1")) is None
        found = find_since(moved("NVDA", "-0.1"), None, history(short))
        assert (found is not None) is is_told
    # And what reaches further back has the word.
    both = find_since(moved("NVDA", "-0.1"), BASELINE, history(held))
    assert both is not None
    assert both.history_from == BASELINE.history_from


# --- before the calendar ---


def test_before_the_calendar_rows_a_week_apart_are_consecutive_and_nothing_is_checked() -> None:
    # Tokyo's calendar begins in 1997, its first session was Monday 6 January.
    early = {day("1987-10-19"): "25746.56", day("1987-10-20"): "21910.08", day("1987-10-28"): "9"}
    late = dict.fromkeys(sessions_between(NIKKEI.exchange, day("1997-01-06"), MONDAY), "20000")
    held = bars(NIKKEI, {**early, **late})
    past = find_past(held, day("1997-03-03"))
    assert past.steps[0] == Step(day("1987-10-20"), Decimal("25746.56"), Decimal("21910.08"))
    # From the 20th to the 28th it is eight days, to 1997 years: no step, and two breaks.
    assert past.steps[1].session == day("1997-01-07")
    assert (past.missing, past.checked_from) == (2, day("1997-01-06"))


def test_within_the_calendar_nothing_is_unchecked() -> None:
    late = dict.fromkeys(sessions_between(NIKKEI.exchange, day("1997-01-06"), MONDAY), "20000")
    assert find_past(bars(NIKKEI, late), MONDAY).checked_from is None


# --- laws ---

_MOVES = st.lists(st.integers(-2, 2), min_size=len(SESSIONS), max_size=len(SESSIONS))


def walk(moves: Sequence[int], way: int = 1) -> Bars:
    """Make closes that go up and down by powers of 1.25, or of its inverse: both are exact."""
    level, closes = 0, dict[date, str | None]()
    for session, move in zip(SESSIONS, moves, strict=True):
        level = max(-10, min(10, level + move))
        closes[session] = str(
            (Decimal("1.25") if level * way > 0 else Decimal("0.8")) ** abs(level)
        )
    return bars(NVDA, closes)


def facts_of(held: Bars) -> tuple[object, ...] | None:
    """Tell all of a history but the returns themselves."""
    before = held.close(SESSIONS[-2])
    if held.close(MONDAY) == before:
        return None
    found = history(held)
    place = found.by_return
    ranks = (place.previous, place.as_large, place.rank, place.rank_in_year)
    return (*ranks, found.close_since, found.missing, found.returns)


@given(_MOVES, st.integers(2, 1000))
def test_scaling_all_prices_changes_nothing(moves: list[int], scale: int) -> None:
    held = walk(moves)
    scaled = Bars(
        NVDA, tuple(one._replace(close=(one.close or Decimal()) * scale) for one in held.bars)
    )
    assert facts_of(scaled) == facts_of(held)


@given(_MOVES)
def test_inverted_prices_mirror_the_direction_and_keep_the_ranks(moves: list[int]) -> None:
    # Of 1 ÷ price the returns are mirrored in the logarithm, and so is their order.
    held, mirrored = walk(moves), walk(moves, -1)
    assert facts_of(held) == facts_of(mirrored)
    if facts_of(held) is not None:
        assert history(held).direction is not history(mirrored).direction


@given(_MOVES, st.integers(21, len(SESSIONS) - 1))
def test_an_earlier_history_can_only_push_since_back(moves: list[int], kept: int) -> None:
    held = walk(moves)
    if facts_of(held) is None:
        return
    long, short = history(held), history(held.since(SESSIONS[-1 - kept]))
    assert long.history_from <= short.history_from
    assert long.by_return.rank >= short.by_return.rank
    if short.by_return.previous is not None:
        assert long.by_return.previous == short.by_return.previous
    elif long.by_return.previous is not None:
        assert long.by_return.previous <= short.history_from
    if short.close_since is not None:
        assert long.close_since == short.close_since


@given(_MOVES, st.sets(st.sampled_from(SESSIONS[1:-2]), max_size=9))
def test_a_missing_session_never_makes_a_return(moves: list[int], gone: set[date]) -> None:
    held = walk(moves)
    holed = Bars(NVDA, tuple(one for one in held.bars if one.session not in gone))
    whole = set(find_past(held, MONDAY).steps)
    past = find_past(holed, MONDAY)
    assert whole.issuperset(past.steps)
    assert past.missing == len(gone)
    assert len(past.steps) >= len(whole) - 2 * len(gone)


def test_new_yorks_sessions_are_known_from_1953_on() -> None:
    # Independence Day 1952 was a Friday; the rows of the 3rd and the 7th are consecutive.
    days = (day("1952-07-02"), day("1952-07-03"), day("1952-07-07"))
    past = find_past(bars("NVDA", dict.fromkeys(days, "100")), day("1953-01-05"))
    assert [step.session for step in past.steps] == list(days[1:])
    assert past.checked_from == day("1953-01-02")
