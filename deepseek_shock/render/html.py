"""The page: one file, readable without its script, that asks for nothing but itself.

The template holds what the page is made of and in which order. Tables and charts come to it written
out (`htmltable`, `svg`): they are a thousand small pieces of which a template would only be slower.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, TypeAlias, assert_never, cast

from markupsafe import Markup, escape

from deepseek_shock.render import charts, svg
from deepseek_shock.render.base import Style
from deepseek_shock.render.figures import COLORED, Drawn, draw_charts
from deepseek_shock.render.htmltable import market_of, set_marks, write_table
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import (
    Block,
    Bullets,
    Comparison,
    Document,
    Kind,
    Links,
    Paragraph,
    Phrase,
    Report,
    ScanReport,
    Section,
    StudyReport,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.provenance import source_names
from deepseek_shock.report.quote import city

_MOVES = "table"
_MOST_MARKETS = 12  # beyond, a row of buttons is no help
_CHARTS_ALONE = ("bars", "lines")
# A number that a unit parts, that a side follows, or behind a minus that lines may end after;
# other amounts hold together by themselves.
_AMOUNT = re.compile(
    r"\d[\d.,]*(?:(?:万|円|ドル)\d[\d.,]*)+(?:円|銭|ドル|セント)?|\d[\d.]*%[安高]|\u2013\d[\d.,]*%?"
)
# A figure of a test with what it is of: p = 0.161, p &lt; 0.0001, r̄ = 0.254, r̄ 0.254.
_STATISTIC = re.compile(r"(?<!\w)(?:[pt] (?:=|&lt;) |r\u0304 (?:= )?)\u2212?\d+(?:\.\d+)?")
_CLAUSES = re.compile(r"(?<=、)|(?<=;) ")


class HtmlMarkup:
    """Words and code as HTML."""

    def text(self, words: str) -> str:
        """Escape words."""
        return str(escape(words))

    def code(self, words: str) -> str:
        """Return a code element."""
        return f"<code>{escape(words)}</code>"


class ProseMarkup(HtmlMarkup):
    """The same for running text, where a Japanese amount may not be parted at the end of a line."""

    def text(self, words: str) -> str:
        """Escape words, and hold amounts such as 3万9565円80銭 and 16.97%安 together."""
        return _AMOUNT.sub(r'<span class="nb">\g<0></span>', super().text(words))


class _PageMarkup(ProseMarkup):
    """The same for a page, which has room for more, and can choose a font for a letter."""

    def text(self, words: str) -> str:
        """Escape words, hold p = 0.161 together, and set r̄ where its macron is known."""
        whole = _STATISTIC.sub(r'<span class="nb">\g<0></span>', super().text(words))
        return set_marks(whole)


class TitleMarkup(ProseMarkup):
    """The same for a title, whose lines end between its clauses where they can."""

    def text(self, words: str) -> str:
        """Escape words, a block for each clause."""
        clauses = (super(TitleMarkup, self).text(clause) for clause in _CLAUSES.split(words))
        blocks = (f'<span class="clause">{clause}</span>' for clause in clauses)
        return "".join(blocks).replace(";</span>", ";</span> ")


class Figure(NamedTuple):
    """A chart, or several under their captions, and a line on how to read it."""

    note: str
    chart: Markup


class Part(NamedTuple):
    """A section as it is placed: its blocks are pairs of a tag and what goes into it."""

    title: str
    figure: Figure | None
    has_legend: bool
    blocks: "list[Piece]"


Piece: TypeAlias = tuple[str, "Markup | list[Markup] | Links"]


class KeyFigure(NamedTuple):
    """A figure to remember: what it is, the figures and their way, what stands behind them."""

    label: Markup
    figure: Markup
    way: str
    detail: Markup


class Place(NamedTuple):
    """Where a page stands in a site: the site's title; its index (`home`) and feed from there.

    `address` is the page's own on the network, `None` where the site has none.
    """

    title: str
    home: str
    feed: str
    address: str | None


class Html:
    """The HTML renderer; `site` is where the page will stand, if not alone."""

    def __init__(self, style: Style, site: Place | None = None) -> None:
        self._style = style
        self._site = site

    def render(self, document: Document) -> str:
        """Return the page. Raises `TemplateError` for a template that is broken."""
        from deepseek_shock.render.templates import render_template, template_of

        words, prose = self._style.words, _PageMarkup()
        return render_template(
            template_of(document, "html"),
            document,
            self._style,
            markup=HtmlMarkup(),
            digest=digest,
            site=self._site,
            title=_trusted(words.say(document.title, TitleMarkup())),
            dek=_trusted(words.say_all(document.dek, prose)),
            parts=_Parts(document, words).all(),
            key_figures=list(key_figures(document, words)),
            meta=list(_meta(document)),
            markets=_markets(document),
        )


def digest(text: str) -> str:
    """Return the hash by which a content security policy allows an inline style or script."""
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


class _Parts:
    """Makes a document's sections ready to be placed, and the two that are charts alone."""

    def __init__(self, document: Document, words: Words) -> None:
        self._document = document
        self._words = words
        self._markup = _PageMarkup()

    def all(self) -> dict[str, Part]:
        """Return the parts by the ids of their sections."""
        figures = dict(self._figures())
        parts: dict[str, Part] = {}
        for name in _CHARTS_ALONE:
            if name in figures:
                section = Section(name, phrase(f"section.{name}"), ())
                parts[name] = self._part(section, figures[name])
        for section in self._document.sections:
            parts[section.id] = self._part(section, figures.get(section.id))
        return parts

    def _part(self, section: Section, figure: Figure | None) -> Part:
        say = self._words.say
        return Part(
            title=say(section.title),
            figure=figure,
            has_legend=figure is not None and section.id in COLORED,
            blocks=[self._block(block, section) for block in section.blocks],
        )

    def _block(self, block: Block, section: Section) -> Piece:
        words = self._words
        match block:
            case Paragraph():
                return "p", _trusted(words.say_all(block.sentences, self._markup))
            case Bullets():
                entries = [_trusted(words.say(entry, self._markup)) for entry in block.entries]
                return "ol" if block.is_numbered else "ul", entries
            case Links():
                return "links", block
            case Table():
                label = words.say(phrase("ui.table_of", title=section.title))
                name = "moves" if section.id == _MOVES else ""
                return "table", write_table(block, words, label, name)
            case _:
                assert_never(block)

    def _figures(self) -> Iterator[tuple[str, Figure]]:
        drawn = draw_charts(self._document, self._words)
        for name, of_section in groupby(drawn, key=lambda one: one.section):
            yield name, self._figure(name, list(of_section))

    def _figure(self, name: str, drawn: Sequence[Drawn]) -> Figure:
        note = self._words.word(f"ui.{name}_note")
        if len(drawn) == 1:
            return Figure(note, self._chart(drawn[0]))
        small = Markup().join(map(self._captioned, drawn))
        return Figure(note, Markup('<div class="multiples">{}</div>').format(small))

    def _captioned(self, drawn: Drawn) -> Markup:
        caption = self._words.say(drawn.caption) if drawn.caption else ""
        return Markup("<figure><figcaption>{}</figcaption>{}</figure>\n").format(
            caption, self._chart(drawn)
        )

    def _chart(self, drawn: Drawn) -> Markup:
        words = self._words
        title = words.word(f"ui.{drawn.section}_title")
        return svg.draw(drawn.chart, title, words.say(drawn.said), words.word("ui.session_axis"))


def _trusted(markup: str) -> Markup:
    return Markup(markup)  # noqa: S704 -- made by `HtmlMarkup`, which escapes


def key_figures(document: Document, words: Words) -> Iterator[KeyFigure]:
    """Yield the figures to remember, written out."""
    found = document.section("keyfigures")
    tables = [block for block in found.blocks if isinstance(block, Table)] if found else []
    for table in tables:
        for row in table.rows:
            said = (words.cell(Kind.PHRASE, value, ProseMarkup()) for value in row.cells)
            label, figure, detail = map(_trusted, said)
            yield KeyFigure(label, figure, _way_of(row.cells[1]), detail)


def _way_of(value: Value) -> str:
    """Name the direction of a phrase that says one move, or several of one direction."""
    if not isinstance(value, Phrase):
        return ""
    move, parts = value.values.get("move"), value.values.get("parts")
    if isinstance(move, Decimal):
        return charts.way(move)
    said = cast("tuple[Phrase, ...]", parts) if value.key == "key.slashed" else ()
    ways = {_way_of(part) for part in said}
    return ways.pop() if len(ways) == 1 else ""


def _meta(document: Document) -> Iterator[tuple[Phrase, ...]]:
    """Yield what a reader wants to know before the figures: sessions, source, what is missing."""
    for line in document.dateline:
        yield (line,)
    yield (*source_names(document.sources), document.held)


def _markets(document: Document) -> list[tuple[str, Phrase]]:
    """Return the markets to filter by: none where there is no choice, or too much of it."""
    match document:
        case Report():
            return _report_markets(document)
        case Comparison() | StudyReport() | ScanReport():
            return []
        case _:
            assert_never(document)


def _report_markets(report: Report) -> list[tuple[str, Phrase]]:
    calendars = {move.instrument.exchange.calendar for move in report.findings.watched}
    is_choice = 1 < len(calendars) <= _MOST_MARKETS
    return [(market_of(one), city(one)) for one in sorted(calendars)] if is_choice else []
