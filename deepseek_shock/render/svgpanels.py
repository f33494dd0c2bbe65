"""Panels as SVG: a figure each on a page, where the sheet sets them out; a grid in a picture."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from deepseek_shock.render.panellabels import Label
from deepseek_shock.render.studycharts import Panel, PanelChart
from deepseek_shock.render.svgmarks import write_chart, write_tick

_BELOW = 26  # for the labels of the sessions
_EDGE = 100
_FEW = 4  # panels, of which two stand side by side; of more, three
# In a picture: how far plots stand from what is around them, and panels from each other.
_TITLE, _TOP, _LEFT, _RIGHT, _GAP, _COLUMNS = 18, 10, 40, 61, 12, 2
_ROW = 14


def write_figures(chart: PanelChart) -> Markup:
    """Write a figure a panel, side by side as the sheet has room for, and how many are left out."""
    panels = Markup().join(
        Markup("<figure><figcaption>{}</figcaption>{}</figure>\n").format(
            panel.title, _write(chart, place)
        )
        for place, panel in enumerate(chart.panels)
    )
    kind = " alone" if len(chart.panels) == 1 else " many" if len(chart.panels) > _FEW else ""
    cut = Markup('<p class="note">{}</p>').format(chart.cut) if chart.cut else Markup()
    return Markup('<div class="multiples panels{}">{}</div>{}').format(kind, panels, cut)


def write_grid(chart: PanelChart, width: int) -> Markup:
    """Write the panels below each other, two in a row, in a picture so many pixels wide."""
    columns = min(len(chart.panels), _COLUMNS)
    each = (width - _GAP * (columns - 1)) // columns
    plot = each - _LEFT - _RIGHT
    found = Markup()
    for place, panel in enumerate(chart.panels):
        x, y = place % columns * (each + _GAP), place // columns * _row_height(chart)
        found += Markup('<text class="code" x="{}" y="{}">{}</text>').format(x, y + 12, panel.title)
        found += Markup('<svg x="{}" y="{}" width="{}">{}</svg>').format(
            x + _LEFT, y + _TITLE + _TOP, plot, _write(chart, place, plot)
        )
    return found


def grid_height(chart: PanelChart) -> int:
    """Return how many pixels a grid of panels takes in a picture."""
    return -(-len(chart.panels) // _COLUMNS) * _row_height(chart)


def _row_height(chart: PanelChart) -> int:
    return _TITLE + _TOP + chart.height + _BELOW + _ROW


def _write(chart: PanelChart, place: int, across: int = _EDGE) -> Markup:
    """Write a panel; its area and its line are drawn in so many units across, as in `svg`."""
    panel = chart.panels[place]
    marks = [*_ground(chart, panel, across), *_marks(chart, panel, across)]
    said = (panel.title, panel.said)
    return write_chart("panel", chart.height + _BELOW, said, marks, f"{chart.name}-{place + 1}")


def _ground(chart: PanelChart, panel: Panel, across: int) -> Iterator[str]:
    """Yield what lies below the figures: the scale, the band, zero, the event's session."""
    for tick in chart.down:
        yield (
            f'<line class="grid" x2="100%" y1="{tick.at}" y2="{tick.at}"/>'
            f'<text class="level" x="-6" y="{tick.at + 4}">{tick.text}</text>'
        )
    band = f'<polyline class="band" points="{_points(panel.band, across)}"/>'
    yield _stretched("area", chart, band, across)
    if chart.event is not None:
        at = chart.event
        yield f'<line class="stem" x1="{at}%" x2="{at}%" y2="{chart.height + 6}"/>'
    yield f'<line class="zero" x2="100%" y1="{chart.zero}" y2="{chart.zero}"/>'
    yield from (write_tick(tick, chart.height + 20) for tick in chart.across)


def _marks(chart: PanelChart, panel: Panel, across: int) -> Iterator[str]:
    for one in panel.columns:
        yield (
            f'<rect class="mean" x="{one.x}%" y="{one.y}" width="{one.width}%" '
            f'height="{one.height}"/>'
        )
    points = _points(panel.line, across)
    line = f'<polyline class="halo" points="{points}"/><polyline points="{points}"/>'
    yield _stretched("paths", chart, f"<g>{line}</g>", across)
    if panel.day is not None:
        yield _label(panel.day, "value")
    yield _label(panel.end, "value close")


def _stretched(name: str, chart: PanelChart, marks: str, across: int) -> str:
    """Write marks that a page stretches to its width."""
    box = f"0 0 {across} {chart.height}"
    return (
        f'<svg class="{name}" height="{chart.height}" viewBox="{box}" '
        f'preserveAspectRatio="none">{marks}</svg>'
    )


def _points(points: tuple[tuple[float, float], ...], across: int) -> str:
    return " ".join(f"{round(x * across / _EDGE, 2)},{y}" for x, y in points)


def _label(label: Label, name: str) -> str:
    anchor = "" if label.anchor == "start" else f" {label.anchor}"
    return (
        f'<text class="{name}{anchor}" x="{round(label.at, 2)}%" dx="{label.dx}" '
        f'y="{round(label.y + 4, 1)}">{escape(label.text)}</text>'
    )
