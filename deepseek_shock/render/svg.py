"""Charts as inline SVG: the geometry of `charts` and `timecharts`, written out.

Written here and not by a template: a thousand marks are placed, and compiling the templates that
placed them took longer than all the rest of the page. Colours, type and insets are the sheet's.
"""

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from markupsafe import Markup, escape

from deepseek_shock.render.charts import BarChart, Dot, Name, Strip, StripChart
from deepseek_shock.render.scancharts import NeedleChart
from deepseek_shock.render.studycharts import PanelChart
from deepseek_shock.render.svgmarks import SCALE_TOP, write_chart, write_scale, write_tick
from deepseek_shock.render.svgneedles import draw_needles, needle_height
from deepseek_shock.render.svgpanels import grid_height, write_figures
from deepseek_shock.render.timecharts import LegMark, Line, LineChart, RelayChart

Chart: TypeAlias = BarChart | LineChart | StripChart | RelayChart | PanelChart | NeedleChart

_BELOW_LINES, _BELOW_RELAY = 56, 92  # pixels for what stands below their plots
_BAR, _DOT, _EDGE = 11, 4.5, 100


def draw(chart: Chart, title: str, words: str, axis: str, across: int = _EDGE) -> Markup:
    """Draw a chart; `words` say what it shows, `axis` stands below the sessions of lines.

    `across` is in how many units lines are drawn. A page stretches them to its width; what cannot
    keep a stretched stroke's width asks for its own pixels.
    """
    match chart:
        case BarChart():
            return draw_bars(chart, title, words)
        case LineChart():
            return draw_lines(chart, title, words, axis, across)
        case StripChart():
            return draw_strips(chart, title, words)
        case RelayChart():
            return draw_relay(chart, title, words)
        case PanelChart():
            return write_figures(chart)
        case NeedleChart():
            return draw_needles(chart, title, words, across)
        case _:
            assert_never(chart)


def height_of(chart: Chart) -> int:
    """Return a drawing's height in pixels, with what stands below its plot."""
    match chart:
        case LineChart():
            return chart.height + _BELOW_LINES
        case RelayChart():
            return chart.height + _BELOW_RELAY
        case PanelChart():
            return grid_height(chart)
        case NeedleChart():
            return needle_height(chart)
        case BarChart() | StripChart():
            return chart.height
        case _:
            assert_never(chart)


def draw_bars(chart: BarChart, title: str, words: str) -> Markup:
    """Draw a bar a share, named at the left, its figure at its outer end."""
    foot = chart.height - SCALE_TOP
    marks = [*write_scale(chart.ticks, chart.zero, foot)]
    marks += [write_tick(tick, chart.height - 3) for tick in chart.ticks]
    for bar in chart.bars:
        side = 'class="value end" dx="-5"' if bar.way == "dn" else 'class="value" dx="5"'
        marks.append(
            f'<rect class="{bar.way}" x="{bar.x}%" y="{bar.y + 4}" width="{bar.width}%" '
            f'height="{_BAR}"/>'
            f'<text {side} x="{bar.end}%" y="{bar.y + 13}">{bar.text}</text>'
        )
    names = (_name(bar.name, bar.y + 13) for bar in chart.bars)
    # A narrow screen has no room beside the bars: it shows these figures and not those.
    figures = (f'<text x="100%" y="{bar.y + 13}">{bar.text}</text>' for bar in chart.bars)
    marks += ['<g class="names">', *names, '</g><g class="figures">', *figures, "</g>"]
    return write_chart("bar", chart.height, (title, words), marks)


def draw_lines(chart: LineChart, title: str, words: str, axis: str, across: int = _EDGE) -> Markup:
    """Draw a line an instrument; its name stands at its end, behind a piece of its dashes."""
    foot, box = chart.height, f"0 0 {across} {chart.height}"
    marks = [
        f'<line class="grid" x2="100%" y1="{tick.at}" y2="{tick.at}"/>'
        f'<text class="level" x="-8" y="{tick.at + 4}">{tick.text}</text>'
        for tick in chart.down
    ]
    marks += [
        f'<line class="zero" x2="100%" y1="{chart.base}" y2="{chart.base}"/>',
        f'<line class="zero" x1="{chart.event}%" x2="{chart.event}%" y2="{foot + 8}"/>',
        *(write_tick(tick, foot + 24) for tick in chart.across),
        f'<text class="tick" x="50%" y="{foot + 42}">{escape(axis)}</text>',
        *(_leader(line) for line in chart.lines),
        f'<svg class="paths" height="{foot}" viewBox="{box}" preserveAspectRatio="none">',
        *(_path(line, at, across) for at, line in enumerate(chart.lines, 1)),
        '</svg><svg class="ends" x="100%">',
        *(_end(line, at) for at, line in enumerate(chart.lines, 1)),
        "</svg>",
    ]
    return write_chart("line", height_of(chart), (title, words), marks, chart.mark)


def draw_strips(chart: StripChart, title: str, words: str) -> Markup:
    """Draw a strip a group: dots, and an upright tick at the median."""
    marks = [*write_scale(chart.ticks, chart.zero, chart.height)]
    marks += [_strip(strip) for strip in chart.strips]
    names = (
        f'<text class="text" y="{strip.y + 4}">{escape(strip.title)}</text>'
        for strip in chart.strips
    )
    return write_chart(
        "strip", chart.height, (title, words), [*marks, '<g class="names">', *names, "</g>"]
    )


def draw_relay(chart: RelayChart, title: str, words: str) -> Markup:
    """Draw the sessions on one clock, in each the way from the open to the close."""
    foot = chart.height
    marks = [_session(leg, foot) for leg in chart.legs]
    marks.append(f'<line class="zero" x1="-9%" x2="109%" y1="{chart.zero}" y2="{chart.zero}"/>')
    marks += [mark for leg in chart.legs for mark in _leg(leg, chart.zero)]
    return write_chart("relay", height_of(chart), (title, words), marks)


def _name(name: Name, y: int) -> str:
    return (
        f'<g{_length(name)}><text class="code" y="{y}">{escape(name.code)}</text>'
        f'<text class="text" y="{y}">{escape(name.text)}</text></g>'
    )


def _length(name: Name) -> str:
    """Return the class by which a narrow screen knows whether to show the code or the name."""
    if not name.text:
        return ' class="bare"'
    return ' class="long"' if name.is_long else ""


def _path(line: Line, at: int, across: int) -> str:
    share = across / _EDGE
    runs = (" ".join(f"{round(x * share, 2)},{y}" for x, y in run) for run in line.runs)
    lines = "".join(f'<polyline points="{points}"/>' for points in runs)
    return f'<g class="s{at}">{lines}</g>'


def _leader(line: Line) -> str:
    """Lead from a line that ends early to the edge where its label begins."""
    last = line.runs[-1][-1][0]
    y = line.end
    return f'<line class="stem" x1="{last}%" x2="100%" y1="{y}" y2="{y}"/>' if last < _EDGE else ""


def _end(line: Line, at: int) -> str:
    name = line.name
    return (
        f'<line class="s{at}" x1="3" x2="24" y1="{line.end}" y2="{line.label}"/>'
        f'<text{_length(name)} x="30" y="{line.label + 4}">'
        f'<tspan class="code">{escape(name.code)}</tspan>'
        f'<tspan class="text">{escape(name.text or name.code)}</tspan> '
        f'<tspan class="level">{line.text}</tspan></text>'
    )


def _strip(strip: Strip) -> str:
    dots = "".join(_dot(dot, strip.y) for dot in strip.dots)
    return (
        f'{dots}<line class="median" x1="{strip.median}%" x2="{strip.median}%" '
        f'y1="{strip.y - 14}" y2="{strip.y + 14}"/>'
        f'<text class="value {strip.way}" x="100%" y="{strip.y + 4}">{strip.text}</text>'
    )


def _dot(dot: Dot, y: int) -> str:
    return f'<circle class="{dot.way}" cx="{dot.at}%" cy="{y + dot.y}" r="{_DOT}"/>'


def _session(leg: LegMark, foot: int) -> str:
    middle, width = round((leg.first + leg.last) / 2, 2), round(leg.last - leg.first, 2)
    return (
        f'<rect class="session" x="{leg.first}%" y="-14" width="{width}%" height="{foot + 24}"/>'
        f'<text class="tick city" x="{middle}%" y="{foot + 30}">{escape(leg.city)}</text>'
        f'<text class="tick" x="{middle}%" y="{foot + 46}">{leg.day}</text>'
        f'<text class="tick minor" x="{middle}%" y="{foot + 62}">{escape(leg.hours)}</text>'
    )


def _leg(leg: LegMark, zero: float) -> Iterator[str]:
    closed = leg.closed
    if leg.opened is not None:
        at, y = leg.opened.at, leg.opened.y
        yield (
            f'<line class="stem" x1="{at}%" x2="{at}%" y1="{zero}" y2="{y}"/>'
            f'<line class="leg" x1="{at}%" x2="{closed.at}%" y1="{y}" y2="{closed.y}"/>'
            f'<circle class="{leg.opened.way}" cx="{at}%" cy="{y}" r="4"/>'
            f'<text class="value end" x="{at}%" dx="-9" y="{y + 4}">{leg.opened.text}</text>'
        )
    yield (
        f'<circle class="{closed.way}" cx="{closed.at}%" cy="{closed.y}" r="5"/>'
        f'<text class="value close" x="{closed.at}%" dx="9" y="{closed.y + 4}">{closed.text}</text>'
    )
