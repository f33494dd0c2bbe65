"""Tables as HTML: a row header, classes for what a style sheet has to know, nothing else."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.charts import way
from deepseek_shock.render.words import Words, is_right
from deepseek_shock.report.model import Column, Kind, Phrase, Row, Table, Value

_MARKETS = {"XNYS": "new-york", "XTKS": "tokyo"}
_PRIMARY = 9
_RANK = "column.rank"


def set_marks(markup: str) -> str:
    """Set an r̄ in a font that knows where its macron goes, which Japanese ones do not."""
    return markup.replace("r\u0304", '<span class="marked">r\u0304</span>')


def market_of(calendar: str) -> str:
    """Return what a filter calls the exchanges of a calendar."""
    return _MARKETS.get(calendar, calendar.lower())


def write_table(table: Table, words: Words, label: str, name: str = "") -> Markup:
    """Write a table that scrolls in its own box; `name` is its id.

    A column of ranks becomes a mark before the first cell, which stays the row's header.
    """
    writer = _Writer(table.columns, words)
    bodies = [f"<tbody>\n{writer.rows(table.rows)}</tbody>"]
    if table.pinned:
        bodies.append(f'<tbody class="pinned">\n{writer.rows(table.pinned)}</tbody>')
    identity = f' id="{name}"' if name else ""
    return Markup(  # noqa: S704 -- every text was escaped where it was placed
        f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(label)}">\n'
        f"<table{identity}>\n<thead><tr>{writer.head()}</tr></thead>\n"
        + "\n".join(bodies)
        + "\n</table></div>"
    )


class _Writer:
    """Writes the rows of tables with the same columns."""

    def __init__(self, columns: Sequence[Column], words: Words) -> None:
        self._words = words
        self._columns = columns
        self._rank = next((at for at, one in enumerate(columns) if one.heading.key == _RANK), None)
        self._shown = [(at, one, _css(one)) for at, one in enumerate(columns) if at != self._rank]

    def head(self) -> str:
        """Write the headings."""
        heads = [
            f'<th scope="col"{_class(css)}{self._mark() if place == 0 else ""}>'
            f"{set_marks(str(escape(self._words.say(column.heading))))}</th>"
            for place, (_, column, css) in enumerate(self._shown)
        ]
        return "".join(heads)

    def rows(self, rows: Sequence[Row]) -> str:
        """Write rows, a line each."""
        return "".join(f"{self._row(row)}\n" for row in rows)

    def _mark(self) -> str:
        if self._rank is None:
            return ""
        heading = self._words.say(self._columns[self._rank].heading)
        return f' data-rank="{escape(heading)}"'

    def _row(self, row: Row) -> str:
        cells = [self._cell(column, css, row.cells[at]) for at, column, css in self._shown[1:]]
        market = market_of(row.instrument.exchange.calendar) if row.instrument else ""
        filtered = f' data-market="{market}"' if market else ""
        return f"<tr{filtered}>{self._header(row)}{''.join(cells)}</tr>"

    def _header(self, row: Row) -> str:
        at, column, _ = self._shown[0]
        value = row.cells[at]
        text = self._words.cell(column.kind, value)
        name = self._words.print(Kind.NAME, value) if isinstance(value, Instrument) else text
        name = name if text.startswith(name) else text
        code = text.removeprefix(name)
        tail = f'<span class="code">{escape(code)}</span>' if code else ""
        rank = ""
        if self._rank is not None:
            rank = f' data-rank="{self._words.print(Kind.COUNT, row.cells[self._rank])}"'
        whole = ' class="nb"' if column.kind is Kind.DAY else ""
        return f'<th scope="row"{whole}{rank}>{escape(name)}{tail}</th>'

    def _cell(self, column: Column, css: str, value: Value) -> str:
        if value is None or (is_right(column.kind) and isinstance(value, Phrase)):
            css = f"{css} na"
        elif column.weight == _PRIMARY and isinstance(value, Decimal):
            css = f"{css} {way(value)}"
        return f"<td{_class(css)}>{escape(self._words.cell(column.kind, value))}</td>"


def _css(column: Column) -> str:
    """Return a column's classes.

    `n` is flush right, `nb` not broken, and `w3` dropped before `w4` on a narrow screen.
    """
    side = "n" if is_right(column.kind) else "nb" if column.kind is Kind.DAY else ""
    weight = "" if column.weight == _PRIMARY else f"w{column.weight}"
    return f"{side} {weight}"


def _class(css: str) -> str:
    names = " ".join(css.split())
    return f' class="{names}"' if names else ""
