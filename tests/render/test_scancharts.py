"""The charts of a scan: where needles and dates stand, how many marks there are, what is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.render.base import Style
from deepseek_shock.render.figures import draw_charts
from deepseek_shock.render.frame import WIDTH, draw_frames
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.scales import ems
from deepseek_shock.render.scancharts import MOST_CHARTS, make_charts
from deepseek_shock.render.svgneedles import draw_needles, needle_height
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.scan import build_scan
from tests.builders import MONDAY, make_scanned, scan_day, scan_standing
from tests.report.scans import few, found, markets, nothing, one_session, unjudged, weekdays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deepseek_shock.analysis.scanned import ScanDay, Scanned
    from deepseek_shock.render.scancharts import NeedleChart, ScanChart

EN, JA = Words(Language.EN), Words(Language.JA)
YEARS = (date(2000, 1, 1), date(2001, 1, 1), date(2005, 1, 1), date(2010, 1, 1))


def charts(findings: Scanned, words: Words = EN) -> list[ScanChart]:
    return list(make_charts(findings, words))


def chart_of(days: Sequence[ScanDay], **parts: object) -> NeedleChart:
    (one,) = charts(make_scanned(days, **parts))
    return one.chart


def scored(*low: int, sessions: Sequence[date] = YEARS) -> list[ScanDay]:
    """Make sessions of 500 judged moves, so many of them low."""
    return [scan_day(day, low=n) for day, n in zip(sessions, low, strict=True)]


# --- by hand ---


def test_a_chart_worked_out_by_hand() -> None:
    # 3,653 days from 1 January 2000 to 1 January 2010; scores of 10, 5, 20 and 2 %; the scale goes
    # to 20 % in steps of 5, 10 pixels a per cent below the 32 that are left for labels.
    chart = chart_of(scored(50, 25, 100, 10))
    assert [(tick.text, tick.at) for tick in chart.down] == [
        *(("0%", 232), ("5%", 182), ("10%", 132), ("15%", 82), ("20%", 32))
    ]
    assert chart.zero == 232
    # A column is 1/480 of the plot: 366/3653 of it is column 48, 1827/3653 column 240.
    assert [(one.at, one.top, one.foot) for one in chart.needles] == [
        *((0, 132, 232), (10, 182, 232), (50, 32, 232), (100, 212, 232))
    ]
    assert [(tick.text, tick.at) for tick in chart.across][:2] == [("2001", 10.02), ("2002", 20.01)]
    assert [label.text for label in chart.labels] == [
        *("1 January 2005", "1 January 2000", "1 January 2001")
    ]  # 2 % is less than a quarter of the highest
    assert (chart.labels[0].tip, chart.labels[0].y) == (32, 27)
    assert [label.anchor for label in chart.labels] == ["middle", "start", "start"]


def test_a_column_holds_the_highest_of_its_sessions() -> None:
    sessions = weekdays(date(1962, 1, 1), MONDAY)
    days = [scan_day(day, low=at % 10) for at, day in enumerate(sessions)]
    chart = chart_of(days)
    assert len(chart.needles) == 481
    assert {one.top for one in chart.needles} == {min(one.top for one in chart.needles)}


def test_means_reach_from_zero_to_both_sides() -> None:
    sessions = (date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1))
    means = (0.01, -0.03, -0.01)
    days = [
        scan_day(day, judged=0, low=0, mean=mean) for day, mean in zip(sessions, means, strict=True)
    ]
    (one,) = charts(make_scanned(days))
    assert (one.section, one.name) == ("sessions", "sessions")
    # From −3 to +1 %: 50 pixels a per cent.
    assert [(needle.top, needle.foot) for needle in one.chart.needles] == [
        *((32, 82), (82, 232), (82, 132))
    ]
    assert one.chart.zero == 82
    assert [label.text for label in one.chart.labels] == ["1 July 2024", "1 January 2025"]
    assert all(label.y > label.tip for label in one.chart.labels)


def test_it_is_said_in_words() -> None:
    days = scored(50, 25, 100, 10)
    said = [words.say(charts(make_scanned(days), words)[0].said) for words in (EN, JA)]
    assert said == [
        (
            "New York: the scores of 4 sessions from 1 January 2000 to 1 January 2010. Highest: "
            "1 January 2005 20.00%, 1 January 2000 10.00% and 1 January 2001 5.00%. The largest "
            "shocks stand in the table below."
        ),
        (
            "ニューヨークの2000年1月1日から2010年1月1日まで4営業日のスコア。高い順に2005年1月1日の"
            "20.00%、2000年1月1日の10.00%、2001年1月1日の5.00%。上位の営業日は下の表に示した。"
        ),
    ]


# --- the asked day ---


def test_the_asked_day_is_marked_however_small() -> None:
    days = [*scored(50, 25, 100, 10), scan_day(low=0)]
    chart = chart_of(days, standings=(scan_standing(days[-1]),))
    asked = chart.labels[0]
    assert (asked.text, asked.is_asked, asked.at, asked.tip) == (
        *("27 January 2025", True, 100),
        chart.zero,
    )
    drawing = draw_needles(chart, "t", "w", 100)
    assert drawing.count("<circle") == 1
    assert 'class="value end code"' in drawing
    assert "<circle" not in draw_needles(chart_of(days), "t", "w", 100)


def test_an_asked_day_among_higher_needles_is_named_over_all() -> None:
    sessions = weekdays(date(2024, 1, 1), date(2025, 12, 31))
    days = [scan_day(day, low=0 if day == MONDAY else 300) for day in sessions]
    asked = chart_of(days, standings=(scan_standing(days[sessions.index(MONDAY)]),)).labels[0]
    assert asked.is_asked
    assert asked.y == 12


# --- laws ---


@settings(max_examples=30, deadline=None)
@given(
    low=st.lists(st.integers(0, 500), min_size=2, max_size=200),
    apart=st.integers(1, 900),
    asked=st.sampled_from([0, -1, None]),
)
def test_all_marks_stand_inside_and_labels_apart(
    low: list[int], apart: int, asked: int | None
) -> None:
    first = date(1962, 1, 3).toordinal()
    days = [scan_day(date.fromordinal(first + at * apart), low=n) for at, n in enumerate(low)]
    standings = () if asked is None else (scan_standing(days[asked]),)
    chart = chart_of(days, standings=standings)
    for one in chart.needles:
        assert 0 <= one.at <= 100
        assert 32 <= one.top < one.foot <= chart.height
    for tick in chart.across:
        assert 0 <= tick.at <= 100
    assert len(chart.across) <= 13
    boxes = []
    for label in chart.labels:
        width = ems(label.text) * 12 / 500 * 100
        left = label.at - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
        assert left > -2
        assert left + width < 102
        assert 0 < label.y <= chart.height
        boxes.append((left, left + width, label.y))
    for at, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[:at]:
            assert right < other_left or other_right < left or abs(y - other_y) >= 12


@pytest.mark.parametrize("years", [1, 5, 12, 13, 60, 100])
def test_years_are_labelled_sparsely(years: int) -> None:
    ends = (date(1920, 3, 1), date(1920 + years, 3, 1))
    chart = chart_of(scored(10, 20, sessions=ends))
    assert 1 <= len(chart.across) <= 13


# --- how much of it ---


def test_sixty_years_are_no_larger_than_ten() -> None:
    long, short = charts(found())[0].chart, charts(markets("XNYS"))[0].chart
    drawings = [draw_needles(one, "t", "w", 100) for one in (long, short)]
    for drawing in drawings:
        assert drawing.count("<") < 120
        assert len(drawing) < 16_000
    assert len(drawings[0]) < 1.2 * len(drawings[1])


def test_as_many_charts_as_calendars_up_to_four() -> None:
    assert [one.name for one in charts(found())] == ["shocks"]
    assert charts(found())[0].caption is None
    two = charts(markets("XNYS", "XTKS"))
    assert [one.name for one in two] == ["shocks-1", "shocks-2"]
    assert [EN.say(one.caption) for one in two if one.caption] == ["New York", "Tokyo"]
    six = markets("XNYS", "XTKS", "XLON", "XPAR", "XHKG", None)
    assert len(charts(six)) == MOST_CHARTS


def test_the_calendars_with_the_most_moves_are_drawn() -> None:
    small = [
        scan_day(day, calendar, moves=30) for calendar in ("A", "B", "C", "D") for day in YEARS
    ]
    large = [scan_day(day, "XTKS") for day in YEARS]
    names = [EN.say(one.caption) for one in charts(make_scanned([*small, *large])) if one.caption]
    assert names == ["Tokyo", "A", "B", "C"]


@pytest.mark.parametrize("make", [nothing, few, one_session])
def test_nothing_is_drawn_of_fewer_than_two_ranked_sessions(make: Callable[[], Scanned]) -> None:
    assert charts(make()) == []


def test_where_all_is_zero_a_scale_is_drawn_all_the_same() -> None:
    chart = chart_of(scored(0, 0, 0, 0))
    assert chart.needles == ()
    assert chart.labels == ()
    assert len(chart.down) > 1


# --- where it stands ---


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_the_page_has_a_named_figure_a_calendar(words: Words) -> None:
    document = build_scan(markets("XNYS", "XTKS"), "shock scan")
    text = Html(Style(words, Colors.US)).render(document)
    page = html5lib.parse(text, namespaceHTMLElements=False)
    drawn = page.findall(".//section[@id='shocks']//figure/{*}svg[@role='img']")
    assert len(drawn) == 2
    for svg in drawn:
        names = (svg.get("aria-labelledby") or "").split()
        texts = {one.get("id"): one.text for one in svg if one.get("id")}
        assert set(names) == set(texts)
        assert all(texts.values())


def test_without_a_z_the_means_stand_by_the_worst_sessions() -> None:
    drawn = list(draw_charts(build_scan(unjudged(), "shock scan"), EN))
    assert [(one.section, one.name) for one in drawn] == [("sessions", "sessions")]


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
def test_a_picture_holds_it(words: Words) -> None:
    drawings = list(draw_frames(build_scan(found(), "shock scan"), Style(words, Colors.US)))
    assert [one.name for one in drawings] == ["shocks"]
    page = html5lib.parse(drawings[0].svg, namespaceHTMLElements=False)
    svg = page.find(".//{*}svg")
    assert svg is not None
    assert int(svg.get("height") or 0) > needle_height(charts(found())[0].chart)
    assert svg.get("width") == str(WIDTH)


def test_the_crash_is_labelled() -> None:
    labels = charts(found())[0].chart.labels
    assert {"27 January 2025", "19 October 1987", "16 March 2020"} <= {one.text for one in labels}
    assert not next(one for one in labels if one.text == "19 October 1987").is_minor
