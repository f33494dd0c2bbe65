"""Charts of an event study as geometry: a panel a group, all of them on one scale.

Columns are a group's mean abnormal return in each session (AAR), the line is the same cumulated
(CAAR), the band where the line stands at a session in 95 of 100 cases without an effect. Across is
per cent of a plot's width, down is pixels, as in `charts`.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.panelframe import (
    AFTER,
    PLOT,
    Column,
    Day,
    Frame,
    is_drawable,
    make_frame,
)
from deepseek_shock.render.panellabels import Label, Plot, Point, place_label
from deepseek_shock.render.scales import Tick
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, Phrase, Value, phrase
from deepseek_shock.report.significancetables import order_groups

if TYPE_CHECKING:
    from deepseek_shock.analysis.study import Study

MOST_PANELS = 8

_GAP = 4  # pixels from a panel's last session to the figure of its line
_MOST_DECIMALS, _MOST_LETTERS = 2, 8


class Panel(NamedTuple):
    """A group's drawing: what it is called, and what it shows in words.

    `band` is an outline, open at the last session; `line` goes from 0 in the session before the
    first. `day` labels the column of session 0, `end` the end of the line.
    """

    id: str
    title: str
    said: str
    band: tuple[Point, ...]
    columns: tuple[Column, ...]
    line: tuple[Point, ...]
    day: Label | None
    end: Label


class PanelChart(NamedTuple):
    """Panels on one scale, `name` for their ids; `event` is where session 0 stands, if it does.

    `cut` says that some groups are not drawn, `said` what all panels show.
    """

    name: str
    height: int
    zero: float
    event: float | None
    down: tuple[Tick, ...]
    across: tuple[Tick, ...]
    panels: tuple[Panel, ...]
    said: Phrase
    cut: str | None = None


class _Group(NamedTuple):
    """What is drawn in a panel: the group's name, its caption, its days."""

    id: str
    title: Value
    caption: Phrase
    days: Sequence[Day]


def report_chart(findings: Findings, words: Words) -> PanelChart | None:
    """Draw the judged groups of a report in its order; `None` where none has a path."""
    groups = [
        _Group(
            one.group.id,
            one.group.short_title,
            phrase("ui.panel_shares", title=one.group.short_title, n=one.used),
            one.path,
        )
        for one in order_groups(findings)
    ]
    return _draw("significance", groups, words)


def study_charts(study: "Study", words: Words) -> PanelChart | None:
    """Draw the groups of a study; `None` where none has two days to draw.

    A document places it as `Drawn(section, "study", chart, chart.said)`.
    """
    groups = [
        _Group(
            str(place),
            one.name,
            phrase("ui.panel_events", title=one.name, n=one.used),
            one.days,
        )
        for place, one in enumerate(study.groups, 1)
    ]
    return _draw("study", groups, words)


def _draw(name: str, groups: Sequence[_Group], words: Words) -> PanelChart | None:
    known = [group for group in groups if is_drawable(group.days)]
    if not known:
        return None
    drawn = known[:MOST_PANELS]
    frame = make_frame([day for group in drawn for day in group.days])
    cut = phrase("ui.panels_cut", shown=len(drawn), known=len(known))
    ends = (phrase("ui.panel_end", title=group.title, caar=group.days[-1].caar) for group in drawn)
    return PanelChart(
        name=name,
        height=PLOT,
        zero=frame.down(0),
        event=frame.at(0) if frame.first <= 0 <= frame.last else None,
        down=frame.ticks_down(words),
        across=frame.ticks_across(words),
        panels=tuple(_panel(group, frame, words) for group in drawn),
        said=phrase(f"ui.{name}_desc", named=tuple(ends)),
        cut=words.say(cut) if len(drawn) < len(known) else None,
    )


def _panel(group: _Group, frame: Frame, words: Words) -> Panel:
    days, start = group.days, (frame.at(group.days[0].offset - 1), frame.down(0))
    upper = [(frame.at(day.offset), frame.down(day.band)) for day in days]
    lower = [(frame.at(day.offset), frame.down(-day.band)) for day in days]
    line = (start, *((frame.at(day.offset), frame.down(day.caar)) for day in days))
    columns = frame.columns(days)
    edge = frame.at(days[-1].offset + AFTER)
    end = Label(edge, _GAP, line[-1][1], _figure(days[-1].caar, words))
    return Panel(
        id=group.id,
        title=words.say(group.caption),
        said=words.say_all(tuple(_say(group.days))),
        band=(*reversed(upper), start, *lower),
        columns=columns,
        line=line,
        day=_day_label(days, columns, line, frame, words),
        end=end,
    )


def _day_label(
    days: Sequence[Day],
    columns: Sequence[Column],
    line: Sequence[Point],
    frame: Frame,
    words: Words,
) -> Label | None:
    """Label the column of session 0, where there is most room beside it."""
    boxes = [(one.x, one.y, one.x + one.width, one.y + one.height) for one in columns]
    for day, box in zip(days, boxes, strict=True):
        if day.offset == 0:
            text, tip = _figure(day.aar, words), frame.down(day.aar)
            return place_label(text, box, tip, Plot(PLOT, line, boxes))
    return None


def _figure(value: float, words: Words) -> str:
    """Print a return in the room beside a line: with fewer decimals where it has many digits."""
    house, (most, rounding) = words.house, words.house.precision
    said = [
        Words(words.lang, house._replace(precision=Precision(decimals, rounding))).print(
            Kind.RETURN, value
        )
        for decimals in range(min(most, _MOST_DECIMALS), -1, -1)
    ]
    return next((text for text in said if len(text) <= _MOST_LETTERS), said[-1])


def _say(days: Sequence[Day]) -> Iterator[Phrase]:
    """Say what a panel shows, for those who do not see it."""
    for day in days:
        if day.offset == 0:
            yield phrase("ui.panel_day", aar=day.aar)
    last = days[-1]
    where = "ui.panel_beyond" if abs(last.caar) > last.band else "ui.panel_within"
    yield phrase(where, first=days[0].offset, last=last.offset, caar=last.caar, band=last.band)
