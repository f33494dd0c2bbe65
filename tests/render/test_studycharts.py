"""The panels of an event study: laws that they keep, and one of them worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import accumulate, pairwise
from math import inf, nan, sqrt
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.significance import GroupJudged, Mean, Significance
from deepseek_shock.analysis.study import StudiedDay, StudiedGroup, Study
from deepseek_shock.market.event import Group
from deepseek_shock.market.instrument import Text
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.figures import draw_charts
from deepseek_shock.render.frame import WIDTH, draw_frames
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.html import Html
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.panelframe import PLOT
from deepseek_shock.render.panellabels import Plot, place_label
from deepseek_shock.render.studycharts import MOST_PANELS, report_chart, study_charts
from deepseek_shock.render.svgpanels import write_figures
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Paragraph, Section, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from deepseek_shock.render.panelframe import Column
    from deepseek_shock.render.panellabels import Label
    from deepseek_shock.render.studycharts import Panel, PanelChart
    from deepseek_shock.report.model import Report

EN, JA = Words(Language.EN), Words(Language.JA)
MONDAY = date(2025, 1, 27)
RETURNS = st.lists(st.floats(-1, 5, allow_nan=False), min_size=2, max_size=61)
SVG = "{http://www.w3.org/2000/svg}"


class Asked(NamedTuple):
    """What a panel is made of: means from a first session on, and the deviation of a day's."""

    first: int
    means: Sequence[float]
    sd: float = 0.01


# Four sessions whose figures are worked out below.
BY_HAND = Asked(-2, (0.0, 0.02, -0.08, 0.01), 0.01)


def study(*asked: Asked, used: int = 12) -> Study:
    """Make a study of groups G1, G2 and so on."""
    groups = tuple(
        StudiedGroup(f"G{at}", used, used, {}, 0.1, 120, days(one))
        for at, one in enumerate(asked, 1)
    )
    return Study(Design(), (), groups, (), (), None)


def days(asked: Asked) -> tuple[StudiedDay, ...]:
    return tuple(
        StudiedDay(asked.first + at, mean, caar, 1.96 * asked.sd * sqrt(at + 1), ())
        for at, (mean, caar) in enumerate(zip(asked.means, accumulate(asked.means), strict=True))
    )


def chart_of(*asked: Asked, words: Words = EN) -> PanelChart:
    chart = study_charts(study(*asked), words)
    assert chart is not None
    return chart


@pytest.fixture(params=list(Language))
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


# --- by hand ---


def test_a_panel_worked_out_by_hand() -> None:
    chart = chart_of(BY_HAND)
    (panel,) = chart.panels
    # From −8 % to +3.92 %, where the band ends (1.96 × 1 % × √4): seven ticks two points apart,
    # eleven pixels a point; 4.5 sessions across, of which the one before the first is the edge.
    assert [tick.text for tick in chart.down] == [*("−8%", "−6%", "−4%", "−2%", "0%", "+2%", "+4%")]
    assert [tick.at for tick in chart.down] == [132, 110, 88, 66, 44, 22, 0]
    assert [(tick.text, tick.at) for tick in chart.across] == [
        *(("−2", 22.22), ("−1", 44.44), ("0", 66.67), ("+1", 88.89))
    ]
    assert (chart.zero, chart.event) == (44, 66.67)
    assert [(column.y, column.height) for column in panel.columns] == [
        *((44, 0), (22, 22), (44, 88), (33, 11))
    ]
    assert list(panel.line) == [(0, 44), (22.22, 44), (44.44, 22), (66.67, 110), (88.89, 99)]
    assert panel.band[0] == (88.89, 0.9)
    assert panel.band[-1] == (88.89, 87.1)
    assert panel.day is not None
    assert (panel.day.text, panel.end.text) == ("−8.00%", "−5.00%")


def test_it_is_said_in_words() -> None:
    # The band ends at 3.92 %; the line at −5 %.
    said = [chart_of(BY_HAND, words=words).panels[0].said for words in (EN, JA)]
    assert said == [
        (
            "Mean abnormal return in session 0: −8.00%. Cumulated from session −2 to +1: −5.00%, "
            "outside the band, which reaches 3.92% either side of zero."
        ),
        "当日の平均異常収益率は−8.00%。−2から+1までの累積は−5.00%で、帯(上下3.92%)の外側。",
    ]
    quiet = Asked(1, (0.01, -0.01))
    said = [chart_of(quiet, words=words).panels[0].said for words in (EN, JA)]
    assert said == [
        (
            "Cumulated from session +1 to +2: 0.00%, within the band, which reaches 2.77% either "
            "side of zero."
        ),
        "+1から+2までの累積は0.00%で、帯(上下2.77%)の内側。",
    ]


@pytest.mark.parametrize(
    ("used", "titles"),
    [(1, ("G1 (1 event)", "G1(1件)")), (2, ("G1 (2 events)", "G1(2件)"))],
)
def test_a_panel_is_titled_with_its_number_of_events(used: int, titles: tuple[str, str]) -> None:
    charts = [study_charts(study(BY_HAND, used=used), words) for words in (EN, JA)]
    assert tuple(chart.panels[0].title for chart in charts if chart) == titles


def test_the_whole_is_said_in_words() -> None:
    chart = chart_of(BY_HAND, Asked(-2, (0.01, 0.01)))
    assert [words.say(chart.said) for words in (EN, JA)] == [
        "Cumulated abnormal returns at the end of the window: G1 −5.00% and G2 +2.00%.",
        "期間の終わりの累積異常収益率は、G1−5.00%、G2+2.00%。",
    ]


# --- laws ---


@settings(max_examples=50)
@given(st.lists(st.builds(Asked, st.integers(-60, 3), RETURNS, st.floats(0, 0.3)), min_size=1))
def test_all_marks_stand_inside_their_panel(asked: list[Asked]) -> None:
    chart = chart_of(*asked)
    for tick in chart.down:
        assert 0 <= tick.at <= PLOT
    for panel in chart.panels:
        for x, y in (*panel.band, *panel.line):
            assert 0 <= x <= 100
            assert 0 <= y <= PLOT
        for column in panel.columns:
            assert column.x >= 0
            assert column.x + column.width <= 100
            assert column.y >= 0
            assert column.y + column.height <= PLOT + 0.1
        assert 0 <= panel.end.at <= 100
        assert panel.day is None or 0 <= panel.day.y <= PLOT


@settings(max_examples=50)
@given(st.lists(st.builds(Asked, st.integers(-60, 3), RETURNS), min_size=1, max_size=4))
def test_columns_stand_apart_and_reach_from_zero(asked: list[Asked]) -> None:
    chart = chart_of(*asked)
    for one, panel in zip(asked, chart.panels, strict=True):
        for earlier, later in pairwise(panel.columns):
            assert earlier.x + earlier.width < later.x
        for mean, column in zip(one.means, panel.columns, strict=True):
            foot = column.y if mean < 0 else column.y + column.height
            assert foot == pytest.approx(chart.zero, abs=0.11)


@given(st.builds(Asked, st.integers(-60, 0), RETURNS))
def test_line_and_band_begin_at_zero_the_session_before(asked: Asked) -> None:
    chart = chart_of(asked, Asked(-70, (0, 0)))  # which begins earlier
    panel = chart.panels[0]
    start, first = panel.line[0], panel.line[1]
    assert start[1] == chart.zero
    assert start in panel.band
    sessions = [(earlier[0], later[0]) for earlier, later in pairwise(panel.line)]
    step = sessions[-1][1] - sessions[-1][0]
    assert first[0] - start[0] == pytest.approx(step, abs=0.02)


def test_the_band_grows_with_the_root_of_the_sessions() -> None:
    chart = chart_of(Asked(-2, (0.0,) * 16))
    widths = [y - chart.zero for _, y in chart.panels[0].band[-16:]]
    assert widths[3] / widths[0] == pytest.approx(2, rel=0.02)
    assert widths[15] / widths[0] == pytest.approx(4, rel=0.02)


def test_one_scale_serves_all_panels() -> None:
    chart = chart_of(Asked(-1, (0, -0.1, 0)), Asked(0, (-0.2, 0)), Asked(-2, (0, 0, -0.1)))
    heights = [max(column.height for column in panel.columns) for panel in chart.panels]
    assert heights[0] == heights[2]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    # Session 0 stands at one place, wherever a group's sessions begin.
    assert {
        panel.line[1 - one][0] for panel, one in zip(chart.panels, (-1, 0, -2), strict=True)
    } == {chart.event}


@pytest.mark.parametrize("reach", [1, 2, 5, 10, 20, 30, 60])
def test_sessions_are_labelled_sparsely_and_the_event_always(reach: int) -> None:
    chart = chart_of(Asked(-reach, (0.01,) * (2 * reach + 1)))
    labels = [tick.text for tick in chart.across]
    assert "0" in labels
    assert 3 <= len(labels) <= 7
    assert not any(tick.is_minor for tick in chart.across)  # a page of panels leaves those out


def test_a_window_without_the_event_marks_none() -> None:
    chart = chart_of(Asked(1, (0.01, 0.02)))
    assert chart.event is None
    assert chart.panels[0].day is None
    assert "stem" not in write_figures(chart)


# --- extremes ---


def test_nothing_is_drawn_without_two_days(words: Words) -> None:
    assert study_charts(study(), words) is None
    assert study_charts(study(Asked(0, ())), words) is None
    assert study_charts(study(Asked(0, (0.1,))), words) is None


@pytest.mark.parametrize("value", [nan, inf, -inf, 1e300])
def test_what_is_no_return_is_not_drawn(value: float) -> None:
    assert study_charts(study(Asked(0, (0.1, value))), EN) is None
    chart = chart_of(Asked(0, (0.1, value)), BY_HAND)
    assert [panel.title for panel in chart.panels] == ["G2 (12 events)"]
    assert "nan" not in write_figures(chart)


def test_where_all_is_zero_a_scale_is_drawn_all_the_same() -> None:
    chart = chart_of(Asked(-1, (0.0, 0.0, 0.0), 0.0))
    assert [tick.text for tick in chart.down] == ["0%", "+1%"]
    assert chart.panels[0].end.text == "0.00%"
    assert {column.height for column in chart.panels[0].columns} == {0}


@pytest.mark.parametrize(
    ("mean", "text"), [(-0.2057, "−20.57%"), (1.23456, "+123.46%"), (12.3456, "+1,235%")]
)
def test_figures_keep_to_the_room_beside_a_line(mean: float, text: str) -> None:
    fine = Words(Language.EN, House(precision=Precision(6)))
    chart = chart_of(Asked(0, (mean, 0.0)), words=fine)
    assert chart.panels[0].end.text == text


def test_many_groups_are_cut_and_the_cut_said() -> None:
    many = [BY_HAND] * (MOST_PANELS + 3)
    for words, said in (
        (EN, "The first 8 of 11 groups are drawn."),
        (JA, "11グループのうち、初めの8グループを図示。"),
    ):
        chart = chart_of(*many, words=words)
        assert len(chart.panels) == MOST_PANELS
        assert chart.cut == said
        assert said in write_figures(chart)
    assert chart_of(*many[:MOST_PANELS]).cut is None


# --- the label of session 0 ---


def test_a_figure_stands_beside_the_tip_of_its_column() -> None:
    column = (48.0, 40.0, 52.0, 110.0)
    alone = Plot(PLOT, [(0, 40), (100, 40)], [column])
    label = place_label("−8.00%", column, 110, alone)
    assert (label.at, label.anchor, label.y) == (48, "end", 110)
    # A line that runs there sends it to the other side.
    crossed = Plot(PLOT, [(0, 110), (50, 110), (52, 40), (100, 40)], [column])
    assert place_label("−8.00%", column, 110, crossed).at == 52


@pytest.mark.parametrize(("tip", "outward"), [(100.0, 1), (30.0, -1)])
def test_where_a_line_is_in_the_way_a_fall_is_read_below_and_a_rise_above(
    tip: float, outward: int
) -> None:
    column = (48.0, min(tip, 60.0), 52.0, max(tip, 60.0))
    crowded = Plot(PLOT, [(0, tip), (100, tip)], [column])
    label = place_label("8.00%", column, tip, crowded)
    assert (label.y - tip) * outward > 0


@given(st.lists(st.floats(-0.2, 0.2), min_size=5, max_size=41))
def test_the_figure_keeps_off_the_column_that_it_is_of(means: list[float]) -> None:
    label, column = label_of(chart_of(Asked(-2, means)).panels[0])
    if abs(means[2]) > 0.001 and label.anchor != "middle":
        assert label.at in (column.x, pytest.approx(column.x + column.width))


def label_of(panel: Panel) -> tuple[Label, Column]:
    assert panel.day is not None
    return panel.day, panel.columns[2]


# --- a report's ---


def judged(at: int, used: int, asked: Asked) -> GroupJudged:
    """Make a judged group that has a path and little else."""
    path = tuple(Mean(day.offset, MONDAY, day.aar, day.caar, day.band) for day in days(asked))
    name = Text(f"Chips {at}", f"半導体{at}")
    return GroupJudged(
        group=Group(f"g{at}", name, name, ()),
        session=MONDAY,
        benchmark="^GSPC",
        asked=used,
        used=used,
        locked=0,
        sessions=250,
        first=MONDAY,
        last=MONDAY,
        aar=-0.08,
        as_large=0,
        last_as_large=None,
        correlation=None,
        spread=None,
        tests=(),
        path=path,
    )


@cache
def sample() -> Report:
    request = Request(now=datetime(2025, 3, 3, tzinfo=UTC), day=MONDAY)
    return make_report(request, Registry(sample_directory()), Sample())


def report(*asked: Asked) -> Report:
    """Make the sample's report with other groups judged, and what is said of them."""
    groups = tuple(judged(at, at, one) for at, one in enumerate(asked, 1))
    findings = sample().findings._replace(significance=Significance(Design(), (), groups))
    said = Section("significance", phrase("section.groups"), (Paragraph((phrase("ui.all"),)),))
    others = (section for section in sample().sections if section.id != said.id)
    return sample()._replace(findings=findings, sections=(*others, said))


def test_a_report_draws_its_judged_groups() -> None:
    findings = report(BY_HAND, BY_HAND._replace(first=-1)).findings
    for words, titles in (
        (EN, ["Chips 1 (1 share)", "Chips 2 (2 shares)"]),
        (JA, ["半導体1(1銘柄)", "半導体2(2銘柄)"]),
    ):
        chart = report_chart(findings, words)
        assert chart is not None
        assert [panel.title for panel in chart.panels] == titles
        assert [panel.id for panel in chart.panels] == ["g1", "g2"]


def test_a_report_that_judged_nothing_draws_nothing(words: Words) -> None:
    assert report_chart(sample().findings._replace(significance=None), words) is None
    assert report_chart(report(Asked(0, (0.1,))).findings, words) is None
    drawn = draw_charts(report(Asked(0, (0.1,))), words)
    assert "significance" not in [one.section for one in drawn]


def page(made: Report, words: Words) -> Element:
    root: Element = html5lib.parse(
        Html(Style(words, Colors.US)).render(made), namespaceHTMLElements=False
    )
    return root


@pytest.mark.parametrize(
    ("groups", "kind"),
    [(1, "multiples panels alone"), (2, "multiples panels"), (7, "multiples panels many")],
)
def test_the_page_has_a_figure_a_group_behind_what_is_said(
    groups: int, kind: str, words: Words
) -> None:
    section = page(report(*[BY_HAND] * groups), words).find(".//section[@id='significance']")
    assert section is not None
    assert [element.get("class") or element.tag for element in section] == ["h2", "p", "note", kind]
    charts = section.findall(".//{*}svg[@role='img']")
    assert len(charts) == groups
    for chart in charts:
        marks = (chart.get("aria-labelledby") or "").split()
        names = [element.text for mark in marks for element in chart.findall(f".//*[@id='{mark}']")]
        assert len(names) == 2
        assert all(names)


def test_ids_are_unique(words: Words) -> None:
    root = page(report(*[BY_HAND] * 3), words)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


# --- a picture's ---


@pytest.mark.parametrize("groups", range(1, MOST_PANELS + 1))
def test_panels_of_a_picture_stand_apart_inside_it(groups: int, words: Words) -> None:
    style = Style(words, Colors.US)
    drawing = next(
        one for one in draw_frames(report(*[BY_HAND] * groups), style) if one.name == "significance"
    )
    root = ET.fromstring(drawing.svg)  # noqa: S314 -- our own
    assert root.get("width") == str(WIDTH)
    grid = [one for one in root.iter(f"{SVG}svg") if one.find(f"{SVG}svg[@role='img']") is not None]
    boxes = [tuple(float(one.get(name, "")) for name in ("x", "y", "width")) for one in grid]
    assert len(boxes) == groups
    heights = {float(one.get("height", "")) for one in root.iter(f"{SVG}svg") if one.get("role")}
    assert len(heights) == 1
    height = heights.pop()
    for at, (x, y, width) in enumerate(boxes):
        for other_x, other_y, other_width in boxes[:at]:
            beside = x >= other_x + other_width + 60 or other_x >= x + width + 60
            assert beside or y >= other_y + height
    top = float(root.findall(f"{SVG}svg")[0].get("y", ""))
    assert max(y for _, y, _ in boxes) + height + top < float(root.get("height", ""))
    assert max(x + width for x, _, width in boxes) + 60 <= WIDTH - 40


def test_a_picture_s_words_are_those_of_all_groups() -> None:
    drawings = draw_frames(report(BY_HAND, BY_HAND), Style(JA, Colors.JP))
    drawing = next(one for one in drawings if one.name == "significance")
    assert drawing.alt == "期間の終わりの累積異常収益率は、半導体1−5.00%、半導体2−5.00%。"
    assert "ショック前後の平均異常収益率" in drawing.svg
