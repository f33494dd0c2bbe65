"""Laws that every chart keeps, and the sample's charts against figures from outside the code."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.charts import BAR_ROW, bar_chart, strip_chart
from deepseek_shock.render.house import House
from deepseek_shock.render.numbers import Precision, Rounding
from deepseek_shock.render.scales import dodge, ems, fitted, make_scale, spread
from deepseek_shock.render.timecharts import LABEL_GAP, line_chart, relay_chart
from deepseek_shock.render.words import Language, Words

if TYPE_CHECKING:
    from deepseek_shock.analysis.findings import Findings
    from deepseek_shock.render.timecharts import RelayChart

RETURNS = st.decimals(-1, 4, places=6, allow_nan=False, allow_infinity=False)
HEIGHTS = st.floats(0, 400, allow_nan=False)


@cache
def facts() -> Findings:
    request = Request(now=datetime(2025, 3, 3, tzinfo=UTC), day=date(2025, 1, 27))
    return make_report(request, Registry(sample_directory()), Sample()).findings


@pytest.fixture(params=list(Language))
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


@given(st.lists(RETURNS, min_size=1), st.integers(3, 9))
def test_ticks_cover_the_data(values: list[Decimal], most: int) -> None:
    scale = make_scale(values, most)
    ticks = scale.values()
    assert ticks[0] == scale.first <= min(values)
    assert ticks[-1] == scale.last >= max(values)
    assert 2 <= len(ticks) <= most + 2


@given(st.lists(RETURNS, min_size=1), st.integers(3, 9))
def test_ticks_stand_at_round_steps(values: list[Decimal], most: int) -> None:
    scale = make_scale(values, most)
    assert scale.step.normalize().as_tuple().digits in ((1,), (2,), (5,))
    assert all(value % scale.step == 0 for value in scale.values())


@pytest.mark.parametrize(
    ("divisor", "labels"),
    [(1, ["−35%", "−30%", "−25%"]), (300, ["−0.12%", "−0.10%", "−0.08%"])],
)
def test_a_fine_scale_has_no_label_twice(divisor: int, labels: list[str]) -> None:
    # A house that truncates to one decimal, on a day of moves of a tenth of a per cent.
    found = facts()
    moves = {
        ticker: move._replace(price_return=move.price_return and move.price_return / divisor)
        for ticker, move in found.moves.items()
    }
    quick = Words(Language.EN, House(precision=Precision(1, Rounding.DOWN)))
    chart = bar_chart(found._replace(moves=moves), quick)
    assert chart is not None
    texts = [tick.text for tick in chart.ticks]
    assert len(set(texts)) == len(texts)
    assert texts[: len(labels)] == labels


@given(st.lists(RETURNS, min_size=2), RETURNS, RETURNS)
def test_a_scale_is_monotone(values: list[Decimal], one: Decimal, other: Decimal) -> None:
    scale = make_scale([*values, one, other], 6)
    assert (one <= other) <= (scale.at(one) <= scale.at(other))
    assert 0 <= scale.at(one) <= 100
    assert (one <= other) <= (scale.down(one, 300) >= scale.down(other, 300))


@given(st.lists(HEIGHTS, max_size=12), st.floats(1, 40))
def test_labels_stand_apart_in_their_order(wanted: list[float], gap: float) -> None:
    found = spread(wanted, gap)
    placed = sorted(zip(wanted, found, strict=True), key=lambda pair: pair[1])
    assert all(later - earlier >= gap - 0.11 for (_, earlier), (_, later) in pairwise(placed))
    assert [want for want, _ in placed] == sorted(wanted)


@given(st.lists(HEIGHTS, min_size=1, max_size=12), st.floats(1, 40))
def test_labels_that_are_apart_do_not_move(wanted: list[float], gap: float) -> None:
    apart = [place * (gap + 1) for place, _ in enumerate(wanted)]
    assert spread(apart, gap) == [round(at, 1) for at in apart]


def test_labels_share_the_way() -> None:
    # Two labels at one height move by half the gap each.
    assert spread([100, 100], 14) == [93, 107]


@given(st.lists(st.floats(0, 100), max_size=30))
def test_dots_are_lifted_by_few_levels(positions: list[float]) -> None:
    assert set(dodge(sorted(positions))) <= {0, -8, 8, -16, 16}


def test_dots_on_one_place_do_not_cover_each_other() -> None:
    assert len(set(dodge([50, 50, 50, 50, 50]))) == 5


@given(st.text(max_size=60), st.floats(2, 20))
def test_a_name_fits_its_room(text: str, room: float) -> None:
    found = fitted(text, room)
    assert found == text or (ems(found) <= room + 0.5 and text.startswith(found[:-1]))


def test_full_width_counts_as_one() -> None:
    assert ems("日立製作所") == 5
    assert ems("ﾋﾀﾁ") < 2


def test_bars_are_sorted_and_all_there(words: Words) -> None:
    chart = bar_chart(facts(), words)
    assert chart is not None
    ends = [bar.end for bar in chart.bars]
    assert len(ends) == 56
    assert ends == sorted(ends)
    assert [bar.y for bar in chart.bars] == [
        chart.bars[0].y + place * BAR_ROW for place in range(56)
    ]
    # 48 of the 56 fell: counted in the closes of two feeds.
    assert [bar.way for bar in chart.bars] == ["dn"] * 48 + ["up"] * 8


def test_a_bar_reaches_from_zero_to_its_move(words: Words) -> None:
    chart = bar_chart(facts(), words)
    assert chart is not None
    nvidia = next(bar for bar in chart.bars if bar.name.code == "NVDA")
    # 118.42 / 142.62 − 1 = −0.16968, on an axis from −35 % to +5 %.
    assert [chart.ticks[0].text, chart.ticks[-1].text] == ["−35%", "+5%"]
    assert nvidia.end == pytest.approx((35 - 16.968) / 40 * 100, abs=0.01)
    assert nvidia.x + nvidia.width == pytest.approx(chart.zero, abs=0.02)
    assert nvidia.text == "−16.97%"


def test_no_name_of_the_sample_is_cut(words: Words) -> None:
    chart = bar_chart(facts(), words)
    assert chart is not None
    assert [bar.name.text for bar in chart.bars if "…" in bar.name.text] == []


def test_lines_meet_at_the_base(words: Words) -> None:
    chart = line_chart(facts(), words)
    assert chart is not None
    assert len(chart.lines) == 6
    assert [tick.text for tick in chart.across] == [
        *("−5", "−4", "−3", "−2", "−1", "0", "+1", "+2", "+3", "+4", "+5")
    ]
    for line in chart.lines:
        assert (40, chart.base) in line.runs[0]  # the session before the event
    labels = sorted(line.label for line in chart.lines)
    assert all(later - earlier >= LABEL_GAP - 0.11 for earlier, later in pairwise(labels))
    assert LABEL_GAP >= 14


def test_a_hole_parts_a_line(words: Words) -> None:
    known = facts()
    path = known.paths[0]
    holed = path._replace(levels=(*path.levels[:3], None, path.levels[4], None, *path.levels[6:]))
    chart = line_chart(known._replace(paths=(holed,)), words)
    assert chart is not None
    first, lone, last = chart.lines[0].runs
    assert (len(first), len(lone), len(last)) == (3, 2, 5)
    assert lone[0] == lone[1]


def test_strips_show_every_member_and_the_median(words: Words) -> None:
    chart = strip_chart(facts(), words)
    assert chart is not None
    assert sum(len(strip.dots) for strip in chart.strips) == 56
    medians = [strip.median for strip in chart.strips]
    assert medians == sorted(medians)
    for strip in chart.strips:
        at = [dot.at for dot in strip.dots]
        assert min(at) <= strip.median <= max(at)


def test_the_relay_goes_by_the_clock(words: Words) -> None:
    chart = relay_chart(facts(), words)
    assert chart is not None
    edges = [edge for leg in chart.legs for edge in (leg.first, leg.last)]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (0, 100)
    # Tokyo 00:00 to 06:30, New York 14:30 to 21:00, Tokyo 24:00 to 30:30 UTC: of 30.5 hours.
    assert edges[2] == pytest.approx(14.5 / 30.5 * 100, abs=0.01)
    for leg in chart.legs:
        assert leg.closed.y > chart.zero  # all three medians fell


def on_days(*days: int) -> RelayChart | None:
    """Draw the sample's three legs, on other days of January 2025 than they were."""
    known = facts()
    legs = [
        leg._replace(asked=leg.asked._replace(session=date(2025, 1, number)))
        for leg, number in zip(known.legs, days, strict=True)
    ]
    ordered = sorted(legs, key=lambda leg: leg.asked.closes_at)
    return relay_chart(known._replace(legs=tuple(ordered)), Words(Language.EN))


def test_on_a_clock_over_days_names_of_sessions_stand_apart() -> None:
    # A Friday's shock: Tokyo, New York and, after a weekend, Tokyo again.
    chart = on_days(24, 24, 27)
    assert chart is not None
    assert [leg.hours for leg in chart.legs] == ["", "", ""]
    # As if New York had been closed for days: Tokyo's second would stand on its first.
    chart = on_days(21, 27, 22)
    assert chart is not None
    assert len(chart.legs) == 2
    chart = on_days(27, 27, 28)
    assert chart is not None
    assert all(leg.hours for leg in chart.legs)


def test_there_is_nothing_to_draw_without_figures(words: Words) -> None:
    known = facts()
    blank = known._replace(
        moves={ticker: move._replace(price_return=None) for ticker, move in known.moves.items()},
        paths=(),
        legs=(),
        groups=(),
    )
    assert bar_chart(blank, words) is None
    assert line_chart(blank, words) is None
    assert strip_chart(blank, words) is None
    assert relay_chart(blank, words) is None
