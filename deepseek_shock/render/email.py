"""Mail: one HTML file of tables, its style written into every element, that Gmail shows whole."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import NamedTuple, assert_never

from markupsafe import Markup

from deepseek_shock.errors import OutputError
from deepseek_shock.render.base import Style
from deepseek_shock.render.charts import way
from deepseek_shock.render.excerpt import excerpt, most_rows
from deepseek_shock.render.html import ProseMarkup, TitleMarkup, key_figures
from deepseek_shock.render.mailbars import Bar, make_bars
from deepseek_shock.render.palette import DARK, LIGHT
from deepseek_shock.render.words import Words, is_right
from deepseek_shock.report.model import (
    Column,
    Comparison,
    Document,
    Kind,
    Phrase,
    Report,
    ScanReport,
    StudyReport,
    Table,
    Value,
)
from deepseek_shock.report.tables import Cut

LIMIT = 102_000
"""Bytes: Gmail cuts a longer mail off and offers the rest behind a link."""

# css-inline puts what it keeps before the encoding, which has to stand in the first 1,024 bytes.
_SHEET_FIRST = re.compile(r"<head>(<style>.*?</style>)(.*?)</head>", re.DOTALL)
_MOST_COLUMNS = 5
_PRIMARY = 9


class Inset(NamedTuple):
    """A picture that travels with the mail: which chart it is, its Content-ID, what it shows."""

    name: str
    cid: str
    alt: str


class Cells(NamedTuple):
    """A table ready to be placed: headings and cells with their classes, a header for each row."""

    heads: list[tuple[str, str]]
    rows: list[tuple[str, list[tuple[str, str]]]]


class Email:
    """The mail renderer; `cut` orders the moves and says how many are shown: 20 unless it says."""

    def __init__(self, style: Style, cut: Cut = Cut()) -> None:  # noqa: B008 -- frozen
        self._style = style
        self._cut = cut

    def render(self, document: Document) -> str:
        """Return the mail. Raises `OutputError` where it cannot be made or be made short enough."""
        return self.compose(document)

    def compose(self, document: Document, inset: Inset | None = None) -> str:
        """Return the mail, with a picture in it where there is one. Raises as `render` does."""
        return _longest(
            lambda room: self._write(excerpt(document, self._cut, room), inset),
            most_rows(self._cut),
        )

    def _write(self, document: Document, inset: Inset | None) -> str:
        from deepseek_shock.render.templates import render_template, template_of

        words, colors = self._style.words, self._style.colors
        page = render_template(
            template_of(document, "email.html"),
            document,
            self._style,
            markup=ProseMarkup(),
            subject=words.say(document.title),
            title=Markup(words.say(document.title, TitleMarkup())),  # noqa: S704 -- `TitleMarkup` escapes
            key_figures=list(key_figures(document, words)),
            bars=_bars(document, words),
            tabulate=partial(_tabulate, words=words),
            picture=inset,
            light=LIGHT,
            dark=DARK,
            fall=LIGHT.fall(colors),
            rise=LIGHT.rise(colors),
            dark_fall=DARK.fall(colors),
            dark_rise=DARK.rise(colors),
        )
        return _inlined(page)


def _bars(document: Document, words: Words) -> list[Bar]:
    """Return the bars of a report's moves; the other documents have none."""
    match document:
        case Report():
            return list(make_bars(document, words))
        case Comparison() | StudyReport() | ScanReport():
            return []
        case _:
            assert_never(document)


def _longest(write: Callable[[int], str], most: int) -> str:
    """Return the mail with the most rows, up to `most`, that stays within the limit."""
    whole = write(most)
    if _fits(whole):
        return whole
    found, low, high = "", 1, most - 1
    while low <= high:
        room = (low + high) // 2
        text = write(room)
        if _fits(text):
            found, low = text, room + 1
        else:
            high = room - 1
    if not found:
        raise OutputError(
            f"the mail would be longer than {LIMIT:,} bytes, where Gmail cuts it off",
            hint="shorten the event’s context, or leave out blocks of email.html.j2",
        )
    return found


def _fits(text: str) -> bool:
    return len(text.encode()) <= LIMIT


def _inlined(page: str) -> str:
    """Write the sheet's declarations into the elements, and keep its at-rules for dark mode."""
    try:
        from css_inline import CSSInliner
    except ImportError as error:
        raise OutputError(
            "css-inline, which mail needs, is missing",
            hint="install it: pip install 'deepseek-shock[publish]'",
        ) from error
    inliner = CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False)
    inlined = _SHEET_FIRST.sub(r"<head>\2\1</head>", inliner.inline(page), count=1)
    return f"{inlined.rstrip()}\n"


def _tabulate(table: Table, words: Words) -> Cells:
    """Print a table for 600 pixels: of more columns than fit, the lightest are left out."""
    by_weight = sorted(enumerate(table.columns), key=lambda one: -one[1].weight)
    kept = sorted(at for at, _ in by_weight[:_MOST_COLUMNS])
    columns = [(at, table.columns[at]) for at in kept]
    heads = [(words.say(column.heading), _css(column)) for _, column in columns]
    rows = [
        (
            words.cell(columns[0][1].kind, row.cells[kept[0]]),
            [_cell(column, row.cells[at], words) for at, column in columns[1:]],
        )
        for row in (*table.rows, *table.pinned)
    ]
    return Cells(heads, rows)


def _cell(column: Column, value: Value, words: Words) -> tuple[str, str]:
    css = _css(column)
    if value is None or (is_right(column.kind) and isinstance(value, Phrase)):
        css = f"{css} na"
    elif column.weight == _PRIMARY and isinstance(value, Decimal):
        css = f"{css} {way(value)}"
    return words.cell(column.kind, value), " ".join(css.split())


def _css(column: Column) -> str:
    """Return its classes: `n` is flush right, `w3` dropped before `w4` on a narrow screen."""
    side = "n" if is_right(column.kind) else "nb" if column.kind is Kind.DAY else ""
    weight = "" if column.weight == _PRIMARY else f"w{column.weight}"
    return " ".join(f"{side} {weight}".split())
