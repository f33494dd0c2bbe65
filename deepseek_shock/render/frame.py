"""A chart that stands by itself: on paper, under a title, with its note, colours and source.

The page has all that around its charts; a picture is seen alone, in a letter or a stream.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from markupsafe import Markup

from deepseek_shock.render import svg
from deepseek_shock.render.base import Style
from deepseek_shock.render.cells import wrap
from deepseek_shock.render.charts import BAR_ROW, BarChart, Name, StripChart
from deepseek_shock.render.figures import COLORED, Drawn, draw_charts
from deepseek_shock.render.scales import ems, fitted, is_latin
from deepseek_shock.render.scancharts import NeedleChart
from deepseek_shock.render.studycharts import PanelChart
from deepseek_shock.render.svgpanels import write_grid
from deepseek_shock.render.timecharts import LineChart, RelayChart
from deepseek_shock.render.words import Language, Words
from deepseek_shock.render.xmltext import fit_for_xml
from deepseek_shock.report.model import Document, phrase
from deepseek_shock.report.provenance import source_names

WIDTH = 600
"""Units across: a letter's width, so that type has its size there."""

_MARGIN = 20
_MOST_BARS = 100
_BAR_ROOM, _LINE_ROOM, _STRIP_ROOM, _PANEL_ROOM = 12.5, 10, 10.5, 19
# How wide a cell is, in units of the font's size: a little wider than in the common fonts.
_CELL_EM, _WIDE_CELL_EM, _BOLD_EM = 0.54, 0.51, 0.6


class Insets(NamedTuple):
    """How far a plot stands from what is around it: room for names and figures."""

    top: int
    right: int
    bottom: int
    left: int

    @property
    def plot(self) -> int:
        """The plot's width."""
        return WIDTH - 2 * _MARGIN - self.left - self.right


_INSETS = {
    "bars": Insets(2, 58, 22, 214),
    "lines": Insets(14, 176, 14, 32),
    "paths": Insets(14, 176, 14, 32),
    "groups": Insets(2, 66, 26, 140),
    "relay": Insets(22, 63, 0, 63),
    "significance": Insets(12, 0, 0, 0),
    "study": Insets(12, 0, 0, 0),
    "shocks": Insets(2, 8, 4, 40),
    "sessions": Insets(2, 8, 4, 44),
}
_USUAL_DECIMALS, _DIGIT = 2, 9  # those that the insets are made for; a bold figure's width


def _insets_of(name: str, decimals: int) -> Insets:
    """Return a chart's insets; figures of more decimals than usual take more room."""
    insets, more = _INSETS[name], _DIGIT * max(decimals - _USUAL_DECIMALS, 0)
    left = insets.left + (more if name == "relay" else 0)
    return insets._replace(left=left, right=insets.right + (more if name in COLORED else 0))


class Drawing(NamedTuple):
    """A chart as an SVG file, what it shows in words, and how its plot is inset."""

    name: str
    svg: str
    alt: str
    insets: Insets

    @property
    def section(self) -> str:
        """The section that it belongs to, by which its name begins."""
        return self.name.partition("-")[0]


class _Type(NamedTuple):
    """A line's class in the sheet, its size and the way to the next, in pixels."""

    name: str
    size: int
    leading: int
    is_bold: bool = False

    def cells(self, text: str) -> int:
        """Return how many cells of a text a line holds."""
        em = _BOLD_EM if self.is_bold else _CELL_EM if is_latin(text) else _WIDE_CELL_EM
        return int((WIDTH - 2 * _MARGIN) / self.size / em)


_KICKER, _TITLE = _Type("kicker", 12, 24), _Type("title", 20, 29, is_bold=True)
_NOTE, _FOOT = _Type("note", 12, 18), _Type("foot", 10, 14)


def draw_frames(document: Document, style: Style) -> Iterator[Drawing]:
    """Draw the charts that there is anything to draw of."""
    return _Drawer(document, style.words, spells_all=True).all()


def draw_latin_frames(document: Document, style: Style) -> Iterator[Drawing]:
    """Draw the same where no font holds other scripts: in English, with codes for such names."""
    words = Words(Language.EN, style.words.house)
    return _Drawer(document, words, spells_all=False).all()


class _Drawer:
    """Draws the charts; without `spells_all` it leaves out what is not in Latin letters."""

    def __init__(self, document: Document, words: Words, *, spells_all: bool) -> None:
        self._document = document
        self._words = words
        self._spells_all = spells_all

    def all(self) -> Iterator[Drawing]:
        return map(self._draw, draw_charts(self._document, self._words))

    def _draw(self, drawn: Drawn) -> Drawing:
        name, chart = drawn.section, drawn.chart
        said = self._words.say(drawn.said)
        title = self._title(drawn)
        axis = self._words.word("ui.session_axis")
        insets, fitting = _insets_of(name, self._words.house.precision.decimals), self._fit(chart)
        head = self._head(name, chart, title)
        top = head.y + insets.top
        foot = _Column(top + svg.height_of(fitting) + insets.bottom)
        for line in self._foot():
            foot.write(_FOOT, self._spell(line))
        height = foot.y + _MARGIN - _FOOT.leading // 2
        plot = (
            f'<svg x="{_MARGIN + insets.left}" y="{top}" width="{insets.plot}">'
            f"{_plot(fitting, (title, said, axis), insets.plot)}</svg>"
        )
        file = fit_for_xml(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">'
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>'
            f"{head.marks}{plot}{foot.marks}</svg>"
        )
        return Drawing(drawn.name, file, said, insets)

    def _title(self, drawn: Drawn) -> str:
        title = self._words.word(f"picture.{drawn.section}")
        if drawn.caption is None:
            return title
        return self._words.say(phrase("picture.captioned", title=title, caption=drawn.caption))

    def _head(self, name: str, chart: svg.Chart, title: str) -> "_Column":
        head = _Column()
        head.write(_KICKER, self._spell(self._words.say(self._document.kicker)))
        head.write(_TITLE, self._spell(title))
        for note in self._notes(name, chart):
            head.write(_NOTE, self._spell(note))
        if name in COLORED:
            head.add_legend((way, self._words.word(f"legend.{key}")) for way, key in _LEGEND)
        return head

    def _notes(self, name: str, chart: svg.Chart) -> Iterator[str]:
        yield self._words.word(f"ui.{name}_note")
        if isinstance(chart, BarChart) and len(chart.bars) > _MOST_BARS:
            cut = phrase("picture.cut", shown=_MOST_BARS, known=len(chart.bars))
            yield self._words.say(cut)
        if isinstance(chart, PanelChart) and chart.cut:
            yield chart.cut

    def _foot(self) -> Iterator[str]:
        for name in source_names(self._document.sources):
            yield self._words.say(name)
        yield self._words.say(phrase("method.rights"))

    def _spell(self, text: str) -> str:
        return text if self._spells_all or is_latin(text) else ""

    def _fit(self, chart: svg.Chart) -> svg.Chart:
        """Fit what a chart names into the picture's room, and into its fonts."""
        match chart:
            case BarChart():
                bars = tuple(
                    bar._replace(name=self._fit_name(bar.name)) for bar in chart.bars[:_MOST_BARS]
                )
                height = chart.height - BAR_ROW * (len(chart.bars) - len(bars))
                return chart._replace(height=height, bars=bars)
            case LineChart():
                lines = (line._replace(name=self._label(line.name)) for line in chart.lines)
                return chart._replace(lines=tuple(lines))
            case StripChart():
                strips = (
                    strip._replace(title=fitted(self._spell(strip.title) or strip.id, _STRIP_ROOM))
                    for strip in chart.strips
                )
                return chart._replace(strips=tuple(strips))
            case PanelChart():
                panels = (
                    panel._replace(title=fitted(self._spell(panel.title) or panel.id, _PANEL_ROOM))
                    for panel in chart.panels
                )
                return chart._replace(panels=tuple(panels))
            case RelayChart() | NeedleChart():
                return chart
            case _:
                assert_never(chart)

    def _fit_name(self, name: Name) -> Name:
        return Name(name.code, fitted(self._spell(name.text), _BAR_ROOM), is_long=False)

    def _label(self, name: Name) -> Name:
        """Label a line with one word alone: resvg misplaces a text whose first piece is hidden."""
        return Name("", fitted(self._spell(name.text), _LINE_ROOM) or name.code, is_long=False)


def _plot(chart: svg.Chart, said: tuple[str, str, str], across: int) -> Markup:
    """Draw what a frame is around: panels stand in a grid, as no sheet sets them out."""
    return (
        write_grid(chart, across)
        if isinstance(chart, PanelChart)
        else svg.draw(chart, *said, across)
    )


_LEGEND = (("dn", "fall"), ("up", "rise"))


class _Column:
    """Lines of type, one under the other; `y` is where the next begins."""

    def __init__(self, y: int = _MARGIN) -> None:
        self.y = y
        self.marks = Markup()

    def write(self, kind: _Type, text: str) -> None:
        for line in wrap(text, kind.cells(text)):
            self.marks += Markup('<text class="{}" x="{}" y="{}">{}</text>').format(
                kind.name, _MARGIN, self.y + kind.size, line
            )
            self.y += kind.leading

    def add_legend(self, ways: Iterable[tuple[str, str]]) -> None:
        """Add what the colours mean: a square of each, and its word."""
        x = _MARGIN
        for way, word in ways:
            self.marks += Markup(
                '<rect class="{}" x="{}" y="{}" width="10" height="10"/>'
                '<text class="legend" x="{}" y="{}">{}</text>'
            ).format(way, x, self.y + 4, x + 15, self.y + 13, word)
            x += 15 + round(ems(word) * 14) + 16
        self.y += 24
