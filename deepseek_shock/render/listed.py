"""A table as a list, for editors that take no tables: a row becomes a line to be read aloud."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from deepseek_shock.render.catalogue import catalogue
from deepseek_shock.render.pieces import Markup
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Column, Kind, Phrase, Row, Table, Value, phrase

Cell: TypeAlias = tuple[Column, Value]

_RANK = "rank"
_MOVE = "move"
_NEW_YORK = "relation.new_york"
_RECENT = "since.recent"
_EVER = ("since.ever_low", "since.ever_high")
_ONE = "relay.focus_of_one"  # which has no median
_STANDING_ALONE = ("relay.opens", "relay.opened")  # in the place of those that a median is of


class Listed(NamedTuple):
    """The lines of a table: `ranked` are numbered from one on, `others` say their own rank."""

    ranked: list[str]
    others: list[str]


def make_lister(words: Words, markup: Markup) -> Callable[[Table], Listed]:
    """Return what writes a table as a list."""

    def list_rows(columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
        return [
            markup.text(_line(list(zip(columns, row.cells, strict=True)), words)) for row in rows
        ]

    def list_table(table: Table) -> Listed:
        if not _is_ranked(table):
            return Listed([], list_rows(table.columns, (*table.rows, *table.pinned)))
        unranked = [row._replace(cells=row.cells[1:]) for row in table.rows]
        return Listed(
            list_rows(table.columns[1:], unranked), list_rows(table.columns, table.pinned)
        )

    return list_table


def _is_ranked(table: Table) -> bool:
    """Tell whether the rows are ranked from one on without a hole, as a numbered list counts."""
    ranks = [row.cells[0] for row in table.rows]
    return _name(table.columns[0]) == _RANK and ranks == list(range(1, len(ranks) + 1))


def _line(cells: list[Cell], words: Words) -> str:
    """Say a row: its rank, its name, its move, then whatever else is known of it."""
    rank = ""
    if _name(cells[0][0]) == _RANK:
        rank = words.say(phrase("listed.rank", value=cells[0][1]))
        cells = cells[1:]
    (first, name), *rest = cells
    said = "".join(words.say(one) for one in _phrases(rest, words))
    comma = words.word("list.comma")
    if said.startswith(comma):  # the first part follows the name itself
        said = f": {said.removeprefix(comma)}"
    return f"{rank}{words.cell(first.kind, name)}{said}"


def _phrases(cells: Sequence[Cell], words: Words) -> Iterator[Phrase]:
    """Yield what is said of each cell that holds something, the move first."""
    known = [(_name(column), column, value) for column, value in cells if _is_said(value)]
    known.sort(key=lambda one: one[0] != _MOVE)
    before = ""
    for name, column, value in known:
        form = "close_after" if before == "previous_close" else name
        yield _phrase(form, column, value, words)
        before = name


def _is_said(value: Value) -> bool:
    """Tell whether a cell holds something that the row's name has not said."""
    return not (value is None or (isinstance(value, Phrase) and value.key == _NEW_YORK))


def _phrase(name: str, column: Column, value: Value, words: Words) -> Phrase:
    heading = column.heading
    kind = _said_kind(column.kind)
    return phrase(
        f"listed.{_form(name, column, value, words)}",
        heading=heading,
        value=words.cell(kind, value),
        day=heading.values.get("day"),
        span=heading.values.get("span"),
    )


def _said_kind(kind: Kind) -> Kind:
    """Tell how a cell is said: a line names its unit, and p = 0.161, which no heading does."""
    return {Kind.PRICE: Kind.MONEY, Kind.P: Kind.P_SAID}.get(kind, kind)


def _form(name: str, column: Column, value: Value, words: Words) -> str:
    """Name the words around a value; a column that has none of its own is said with its heading."""
    if isinstance(value, Phrase) and (column.kind is Kind.DAY or value.key in _STANDING_ALONE):
        return "bare"  # it stands for a day that is not known: none as large
    if isinstance(value, Phrase) and value.key == _ONE:
        return "of_one"
    if isinstance(value, Phrase) and value.key in _EVER:
        return value.key.removeprefix("since.")
    if isinstance(value, Phrase) and value.key == _RECENT:
        return f"{name.removesuffix('_since')}_recent"
    return name if f"listed.{name}" in catalogue(words.lang) else "headed"


def _name(column: Column) -> str:
    """Name what a column holds; that its heading says the day as well makes no difference."""
    name = column.heading.key.removeprefix("column.")
    return name.removesuffix("_on") if "close" in name else name
