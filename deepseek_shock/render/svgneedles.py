"""Needles as SVG: all of a chart's in one path, the years below, dates at the highest tips."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from deepseek_shock.render.needlelabels import NeedleLabel
from deepseek_shock.render.scancharts import NeedleChart
from deepseek_shock.render.svgmarks import write_chart, write_tick

_BELOW = 26  # for the labels of the years
_EDGE = 100
_TALLEST = 0.1  # what is less is drawn as a stroke of its own width


def draw_needles(chart: NeedleChart, title: str, words: str, across: int) -> Markup:
    """Draw a needle a column; the path is drawn in so many units across, as in `svg`."""
    marks = [*_ground(chart), _needles(chart, across), *map(_label, chart.labels)]
    return write_chart("needle", needle_height(chart), (title, words), marks, chart.name)


def needle_height(chart: NeedleChart) -> int:
    """Return the drawing's height in pixels."""
    return chart.height + _BELOW


def _ground(chart: NeedleChart) -> Iterator[str]:
    for tick in chart.down:
        yield (
            f'<line class="grid" x2="100%" y1="{tick.at}" y2="{tick.at}"/>'
            f'<text class="level" x="-8" y="{tick.at + 4}">{tick.text}</text>'
        )
    yield f'<line class="zero" x2="100%" y1="{chart.zero}" y2="{chart.zero}"/>'
    for tick in chart.across:
        foot = chart.height
        yield f'<line class="zero" x1="{tick.at}%" x2="{tick.at}%" y1="{foot}" y2="{foot + 5}"/>'
        yield write_tick(tick, foot + 20)


def _needles(chart: NeedleChart, across: int) -> str:
    """Write every needle as a stroke of one path, which a page stretches to its width."""
    share = across / _EDGE
    strokes = (
        f"M{round(one.at * share, 2):g} {one.foot:g}V{min(one.top, one.foot - _TALLEST):g}"
        for one in chart.needles
    )
    return (
        f'<svg class="needles" height="{chart.height}" viewBox="0 0 {across} {chart.height}" '
        f'preserveAspectRatio="none"><path d="{"".join(strokes)}"/></svg>'
    )


def _label(label: NeedleLabel) -> str:
    names = ["value", "" if label.anchor == "start" else label.anchor]
    names += ["minor"] if label.is_minor else []
    names += ["code"] if label.is_asked else []
    return (
        f"{_mark(label) if label.is_asked else ''}"
        f'<text class="{" ".join(filter(None, names))}" x="{label.at}%" '
        f'y="{round(label.y, 1)}">{escape(label.text)}</text>'
    )


def _mark(label: NeedleLabel) -> str:
    """Mark the asked session at its tip, and lead from there to its date."""
    at, tip = label.at, label.tip
    return (
        f'<line class="stem" x1="{at}%" x2="{at}%" y1="{tip}" y2="{round(label.y, 1)}"/>'
        f'<circle class="asked" cx="{at}%" cy="{tip}" r="3.5"/>'
    )
