"""Where a day stands in a history: by hand, and by laws that hold for any history."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf
from statistics import stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepseek_shock.analysis.scanned import ScanDay
from deepseek_shock.analysis.standings import ALIKE, APART, find_standing, find_standings

FIRST = date(2024, 1, 1)


def made(  # noqa: PLR0913 -- what a day has
    at: int, mean: float, fallers: int = 50, low: int = 0, *, moves: int = 100, judged: int = 100
) -> ScanDay:
    return ScanDay(
        "XNYS", FIRST + timedelta(at), moves, mean, moves - fallers, fallers, judged, low
    )


def ats(days: tuple[ScanDay, ...]) -> list[int]:
    return [(day.session - FIRST).days for day in days]


def test_ranks_begin_at_the_largest_shock() -> None:
    days = [made(0, 0.01), made(1, -0.02, low=5), made(2, -0.01, low=9), made(3, -0.03, low=1)]
    found = [find_standing(day, days, 20) for day in days]
    assert [one.by_mean for one in found] == [4, 2, 3, 1]
    assert [one.by_score for one in found] == [None, 2, 1, 3]
    assert [one.known for one in found] == [4, 4, 4, 4]


def test_days_of_one_figure_share_a_rank() -> None:
    days = [made(0, -0.02, low=9), made(1, -0.02, low=9), made(2, -0.01, low=8)]
    assert [find_standing(day, days, 20).by_mean for day in days] == [1, 1, 3]
    assert [find_standing(day, days, 20).by_score for day in days] == [1, 1, 3]


def test_a_day_on_which_nothing_is_low_has_no_rank_by_the_score() -> None:
    # Ninety-nine of a hundred days share a score of 0: "the 2nd highest" would say nothing.
    days = [made(0, -0.02, low=1), *(made(at, 0.001 * at) for at in range(1, 100))]
    found = find_standing(days[50], days, 20)
    assert (found.by_score, found.scored) == (None, 100)
    assert len(found.alike) == 3


def test_a_score_of_the_same_share_is_the_same() -> None:
    days = [made(0, 0.0, low=10, judged=30), made(1, 0.0, low=33, judged=99), made(2, 0.0, low=1)]
    assert [find_standing(day, days, 20).by_score for day in days] == [1, 1, 3]


def test_too_few_moves_are_not_ranked() -> None:
    thin = made(1, -0.5, fallers=19, low=19, moves=19, judged=19)
    days = [made(0, -0.01, low=1), thin, made(2, -0.02, low=2)]
    found = find_standing(days[2], days, 20)
    assert (found.by_mean, found.by_score, found.known) == (1, 1, 2)
    assert find_standing(thin, days, 20).known == 3  # itself included


def test_without_judged_moves_there_is_no_score() -> None:
    days = [made(at, -0.01 * at, low=1, judged=19 if at < 10 else 100) for at in range(20)]
    early = find_standing(days[3], days, 20)
    assert (early.by_score, early.known, early.scored) == (None, 20, 10)
    assert (early.first, early.last, early.least) == (days[0].session, days[19].session, 20)
    late = find_standing(days[15], days, 20)
    assert late.by_score == 1  # all shares are 0


def test_other_calendars_are_passed_over() -> None:
    days = [made(0, -0.01), made(1, -0.02), made(1, -0.9)._replace(calendar="XTKS")]
    assert find_standing(days[1], days, 20).by_mean == 1
    assert find_standing(days[2], days, 20).known == 1


def test_alike_is_nearest_in_times_of_the_deviation() -> None:
    # Means in steps of 1 %, breadth in steps of 1 point: both have the same share in the distance,
    # which is reckoned here by hand for the day 0 of twenty days that lie far apart otherwise.
    means = [-0.05, *([0.0] * 10), -0.049, -0.03, -0.06, -0.051]
    fallers = [90, *([50] * 10), 70, 90, 89, 91]
    days = [
        made(at, mean, faller) for at, (mean, faller) in enumerate(zip(means, fallers, strict=True))
    ]
    spread, width = stdev(means), stdev(faller / 100 for faller in fallers)
    distance = {
        at: ((means[at] - means[0]) / spread) ** 2 + ((fallers[at] - 90) / 100 / width) ** 2
        for at in range(11, 15)
    }
    expected = sorted(distance, key=distance.__getitem__)[:3]
    assert ats(find_standing(days[0], days, 20).alike) == expected


def test_the_sessions_around_a_day_are_not_like_it() -> None:
    days = [made(at, -0.001 * abs(at - 20)) for at in range(41)]
    found = find_standing(days[20], days, 20)
    # The nearest beyond five sessions on either side; of equally near ones the earlier.
    assert ats(found.alike) == [14, 26, 13]


def test_a_calm_history_has_no_spread_to_measure_by() -> None:
    days = [made(at, 0.0) for at in range(20)]
    assert ats(find_standing(days[0], days, 20).alike) == [6, 7, 8]


def test_a_short_history_has_nothing_alike() -> None:
    days = [made(at, 0.001 * at) for at in range(6)]
    assert find_standing(days[0], days, 20).alike == ()
    assert find_standing(days[0], days[:1], 20).known == 1


def test_the_last_ranked_session_of_each_calendar_unless_a_day_is_asked() -> None:
    tokyo = [made(at, 0.01 * at)._replace(calendar="XTKS") for at in range(3)]
    thin = made(5, -0.9, moves=3, fallers=3, judged=0)
    days = [made(0, 0.01), made(4, -0.01), thin, *tokyo]
    last = find_standings(days, None, 20)
    assert [(one.day.calendar, one.day.session) for one in last] == [
        ("XNYS", days[1].session),
        ("XTKS", tokyo[2].session),
    ]
    first = find_standings(days, days[0].session, 20)
    assert [one.day.calendar for one in first] == ["XNYS", "XTKS"]
    assert find_standings(days, thin.session, 20) == ()
    assert find_standings(days, date(1999, 1, 1), 20) == ()
    assert find_standings([], None, 20) == ()


figures = st.floats(-0.2, 0.2, allow_nan=False)


@st.composite
def histories(draw: st.DrawFn) -> list[ScanDay]:
    size = draw(st.integers(1, 40))
    return [
        made(
            at,
            draw(figures),
            draw(st.integers(0, 30)),
            draw(st.integers(0, 10)),
            moves=draw(st.integers(10, 30)),
            judged=draw(st.integers(10, 30)),
        )._replace(risers=0)
        for at in range(size)
    ]


@given(histories(), st.data())
def test_laws(days: list[ScanDay], data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(days))
    found = find_standing(day, days, 20)
    ranked = [one for one in days if one.moves >= 20 or one is day]
    assert 1 <= found.by_mean <= found.known == len(ranked)
    assert (found.by_score is None) == (day.judged < 20 or not day.low)
    if found.by_score is not None:
        assert 1 <= found.by_score <= found.known
    assert len(found.alike) <= ALIKE
    assert len(set(found.alike)) == len(found.alike)
    for one in found.alike:
        assert one in ranked
        assert abs(days.index(one) - days.index(day)) > APART


@given(histories())
def test_exactly_one_rank_is_the_first_unless_shared(days: list[ScanDay]) -> None:
    ranked = [one for one in days if one.moves >= 20]
    assume(ranked)
    ranks = sorted(find_standing(one, days, 20).by_mean for one in ranked)
    lowest = min((one.mean for one in ranked), default=inf)
    assert ranks.count(1) == sum(one.mean == lowest for one in ranked)


@pytest.mark.parametrize("size", [20_000])
def test_long_histories(size: int) -> None:
    days = [made(at, ((at * 7919) % 10_007) / 10_007, at % 100, at % 90) for at in range(size)]
    found = find_standing(days[777], days, 20)
    assert found.known == size
    assert len(found.alike) == ALIKE
