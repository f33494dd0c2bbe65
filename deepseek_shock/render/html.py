"""The page: one file, readable without its script, that asks for nothing but itself.

The template places; what it places is made here as plain text and geometry, because a template's
work is interpreted twice and this is the slowest of the formats.
"""

from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from markupsafe import Markup, escape

from deepseek_shock.analysis.paths import Path
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render import charts
from deepseek_shock.render.base import Style
from deepseek_shock.render.words import Words, is_right
from deepseek_shock.report.model import (
    Bullets,
    Column,
    Kind,
    Phrase,
    Report,
    Row,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.quote import city

_PRIMARY = 9
_RANK = "column.rank"
_MARKETS = {"XNYS": "new-york", "XTKS": "tokyo"}


class HtmlMarkup:
    """Words and code as HTML."""

    def text(self, words: str) -> str:
        """Escape words."""
        return str(escape(words))

    def code(self, words: str) -> str:
        """Return a code element."""
        return f"<code>{escape(words)}</code>"


_HTML = HtmlMarkup()


class Cell(NamedTuple):
    """A cell as it is placed: its class, its text, and what stands muted behind it."""

    css: str
    text: str
    tail: str = ""


class Line(NamedTuple):
    """A row as it is placed: the market that a filter knows it by, its rank, its cells."""

    market: str
    rank: str
    cells: list[Cell]


class Grid(NamedTuple):
    """A table as it is placed; a column of ranks has become a mark before the first cell."""

    head: list[Cell]
    rank: str
    rows: list[Line]
    pinned: list[Line]


class KeyFigure(NamedTuple):
    """A figure to remember: what it is, the figure and its way, what stands behind it."""

    label: str
    figure: str
    way: str
    detail: str


class Html:
    """The HTML renderer."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, report: Report) -> str:
        """Return the page. Raises `TemplateError` for a template that is broken."""
        from deepseek_shock.render.templates import render_template

        words, facts = self._style.words, report.facts
        return render_template(
            "report.html.j2",
            report,
            self._style,
            markup=_HTML,
            label=lambda title: words.say(phrase("ui.table_of", title=title)),
            digest=_digest,
            grid=_Gridder(words).grid,
            key_figures=list(_key_figures(report, words)),
            meta=list(_meta(report)),
            markets=_markets(report),
            bars=charts.bar_chart(facts, words),
            lines=charts.line_chart(facts, words),
            strips=charts.strip_chart(facts, words),
            relay=charts.relay_chart(facts, words),
            said=_descriptions(report),
        )


def _digest(text: str) -> str:
    """Return the hash by which a content security policy allows an inline style or script."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


class _Gridder:
    """Makes tables ready to be placed, in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def grid(self, table: Table) -> Grid:
        """Return the table with every cell printed."""
        rank = next((at for at, one in enumerate(table.columns) if one.heading.key == _RANK), None)
        columns = [(one, _css(one)) for at, one in enumerate(table.columns) if at != rank]
        return Grid(
            head=[Cell(css, self._words.say(one.heading)) for one, css in columns],
            rank="" if rank is None else self._words.say(table.columns[rank].heading),
            rows=[self._line(row, columns, rank) for row in table.rows],
            pinned=[self._line(row, columns, rank) for row in table.pinned],
        )

    def _line(self, row: Row, columns: list[tuple[Column, str]], rank: int | None) -> Line:
        values = [value for at, value in enumerate(row.cells) if at != rank]
        share = row.instrument
        return Line(
            "" if share is None else _MARKETS.get(share.exchange.calendar, ""),
            "" if rank is None else self._words.print(Kind.COUNT, row.cells[rank]),
            [
                self._cell(column, css, value)
                for (column, css), value in zip(columns, values, strict=True)
            ],
        )

    def _cell(self, column: Column, css: str, value: Value) -> Cell:
        text = self._words.cell(column.kind, value, _HTML)
        if isinstance(value, Instrument) and column.kind is Kind.LABEL:
            name = self._words.cell(Kind.NAME, value, _HTML)
            return Cell(css, Markup(name), Markup(text.removeprefix(name)))  # noqa: S704 -- escaped by `_HTML`
        if value is None or (is_right(column.kind) and isinstance(value, Phrase)):
            css = f"{css} na"
        elif column.weight == _PRIMARY and isinstance(value, Decimal):
            css = f"{css} {charts.way(value)}"
        return Cell(css.strip(), Markup(text))  # noqa: S704 -- escaped by `_HTML`


def _css(column: Column) -> str:
    """Return a column's classes: `n` flush right, `w3` dropped before `w4` on a narrow screen."""
    side = "n" if is_right(column.kind) else ""
    weight = "" if column.weight == _PRIMARY else f"w{column.weight}"
    return f"{side} {weight}".strip()


def _key_figures(report: Report, words: Words) -> Iterator[KeyFigure]:
    found = report.section("keyfigures")
    tables = [block for block in found.blocks if isinstance(block, Table)] if found else []
    for table in tables:
        for row in table.rows:
            label, figure, detail = (words.print(Kind.PHRASE, value) for value in row.cells)
            yield KeyFigure(label, figure, _way_of(row.cells[1]), detail)


def _way_of(value: Value) -> str:
    """Name the direction of a phrase that says one move, or several of one direction."""
    if not isinstance(value, Phrase):
        return ""
    move, parts = value.values.get("move"), value.values.get("parts")
    if isinstance(move, Decimal):
        return charts.way(move)
    ways = {_way_of(part) for part in parts} if isinstance(parts, tuple) else set[str]()
    return ways.pop() if len(ways) == 1 else ""


def _meta(report: Report) -> Iterator[Phrase]:
    """Yield what a reader wants to know before the figures: sessions, source, what is missing."""
    yield from report.dateline
    source = report.facts.source
    yield phrase("ui.source", name=source.name, retrieved=source.retrieved)
    method = report.section("method")
    for block in method.blocks if method else ():
        if isinstance(block, Bullets):
            yield from (entry for entry in block.entries if entry.key == "method.held")


def _markets(report: Report) -> list[tuple[str, Phrase]]:
    """Return the markets to filter by: none where there is one only."""
    calendars = [one for one in _MARKETS if one in report.facts.inquiry.asked]
    return [(_MARKETS[one], city(one)) for one in calendars] if len(calendars) > 1 else []


def _descriptions(report: Report) -> dict[str, Phrase]:
    """Say in words what each chart shows, for those who do not see it."""
    facts = report.facts
    ranked = [move for move in charts.rank(facts.shares) if move.price_return is not None]
    ends = [(path.instrument, levels[-1]) for path in facts.paths if (levels := _levels(path))]
    lines = [line for line in facts.groups if line.median is not None]
    legs = [leg for leg in facts.legs if leg.price_return is not None]
    named = {
        "lines": tuple(phrase("ui.lines_end", share=share, level=level) for share, level in ends),
        "groups": tuple(
            phrase("ui.groups_item", title=line.group.short_title, median=line.median)
            for line in lines
        ),
        "relay": tuple(
            phrase(
                "ui.relay_item",
                city=city(leg.focus.calendar),
                day=leg.asked.session,
                median=leg.price_return,
            )
            for leg in legs
        ),
    }
    said = {name: phrase(f"ui.{name}_desc", named=items) for name, items in named.items()}
    if ranked:
        first, last = ranked[0], ranked[-1]
        said["bars"] = phrase(
            "ui.bars_desc",
            n=len(ranked),
            first=first.instrument,
            first_move=first.price_return,
            last=last.instrument,
            last_move=last.price_return,
        )
    return said


def _levels(path: Path) -> list[Decimal]:
    return [level for level in path.levels if level is not None]
