"""The bars of a mail: one line a share, drawn by the widths of table cells."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from deepseek_shock.analysis.moves import Move
from deepseek_shock.render.charts import way
from deepseek_shock.render.html import HtmlMarkup
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, Report, Table, phrase
from deepseek_shock.report.quote import money

_SECTION = "table"
_RANK, _MOVE = "column.rank", "column.move"
_WHOLE = 100  # per cent
_PRICE = re.compile(r"[$¥]?\d[\d,.]*(?:ドル|円)?")
_ARROW, _BREAK = "→", "\u200b"  # a zero-width space: mail programs need not know <wbr>


class Bar(NamedTuple):
    """One share's line of bars; `before`, `width` and `after` are whole per cents that sum to 100.

    `way` is empty where there is no figure, and `figure` then says why.
    """

    rank: str
    name: str
    closes: Markup
    way: str
    before: int
    width: int
    after: int
    figure: str
    is_first_pinned: bool


def make_bars(report: Report, words: Words) -> Iterator[Bar]:
    """Yield the rows of the table of moves as bars on one scale."""
    for table in _tables(report):
        rows = (*table.rows, *table.pinned)
        moves = [report.findings.moves[row.instrument.ticker] for row in rows if row.instrument]
        scale = _Scale([move.price_return for move in moves])
        rank, figure = (_place(table, heading) for heading in (_RANK, _MOVE))
        for at, (row, move) in enumerate(zip(rows, moves, strict=True)):
            yield Bar(
                words.print(Kind.COUNT, row.cells[rank]),
                words.print(Kind.LABEL, move.instrument),
                _closes(move, words),
                "" if move.price_return is None else way(move.price_return) or "flat",
                *scale.place(move.price_return or Decimal()),
                words.cell(Kind.RETURN, row.cells[figure]),
                is_first_pinned=at == len(table.rows),
            )


def _tables(report: Report) -> list[Table]:
    section = report.section(_SECTION)
    return [block for block in section.blocks if isinstance(block, Table)] if section else []


def _place(table: Table, heading: str) -> int:
    return next(at for at, column in enumerate(table.columns) if column.heading.key == heading)


class _PriceMarkup(HtmlMarkup):
    """Two closes as HTML: a line may end between them, and nowhere else."""

    def text(self, words: str) -> str:
        """Escape words, and hold a price and its unit together."""
        held = _PRICE.sub(r'<span class="nb">\g<0></span>', super().text(words))
        return held.replace(_ARROW, f"{_ARROW}{_BREAK}")


def _closes(move: Move, words: Words) -> Markup:
    if move.price_return is None:
        return Markup()
    previous, close = (money(move.instrument, one) for one in (move.previous_close, move.close))
    said = words.say(phrase("mail.closes", previous=previous, close=close), _PriceMarkup())
    return Markup(said)  # noqa: S704 -- `_PriceMarkup` escapes


class _Scale:
    """One scale for all bars: from the left, or to both sides of an axis where both ways occur."""

    def __init__(self, values: list[Decimal | None]) -> None:
        known = [value for value in values if value is not None]
        falls = max((-value for value in known), default=Decimal())
        rises = max(known, default=Decimal())
        self._axis = falls if min(falls, rises) > 0 else Decimal()
        self._whole = self._axis + rises if self._axis else max(falls, rises)

    def place(self, value: Decimal) -> tuple[int, int, int]:
        """Return what stands before the bar, its width and what follows, in whole per cents."""
        width = max(self._share(abs(value)), 1)
        axis = self._share(self._axis)
        before = axis - width if value < 0 and self._axis else axis
        before = min(max(before, 0), _WHOLE - width)
        return before, width, _WHOLE - before - width

    def _share(self, size: Decimal) -> int:
        return round(size / self._whole * _WHOLE) if self._whole else 0
