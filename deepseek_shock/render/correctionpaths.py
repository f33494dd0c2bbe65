"""What of two reports' JSON documents differs, and which of it no list of figures shows.

A reader of the data sees more than a reader of the page: the open as a price, every return of a
window, what became of a test.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Json
from deepseek_shock.render.differences import Difference, find_differences
from deepseek_shock.render.jsonvalues import day, number, price
from deepseek_shock.report.correctable import Part
from deepseek_shock.report.correction import Change, Correction
from deepseek_shock.report.model import Value
from deepseek_shock.report.money import Money

# What says how and when a document was made, and nothing of the day.
_PROVENANCE = ("report.tool_version", "report.lang", "source[", "notes[")
_ROW = re.compile(r"\[(?P<about>[^\]]*)\]")
# What stands under a name of its own in the data: the beginning of a path, or its end.
_SECTIONS = {"runs": "run", "gaps": "status", "report.title": "title", "report.dek": "dek"}
_LEAVES = {"reason": "status"}


def find_document_differences(correction: Correction, style: Style) -> list[Difference]:
    """Find what differs between the two reports' JSON documents, path by path."""
    renderer = Json(style)
    old, new = (json.loads(renderer.render(one)) for one in (correction.old, correction.new))
    return list(find_differences(old, new))


def is_provenance(difference: Difference) -> bool:
    """Tell whether a difference says only how, when or from whom the figures came."""
    path = difference.path
    is_a_moves_source = path.startswith("moves[") and path.endswith("].source")
    return path.startswith(_PROVENANCE) or is_a_moves_source


def find_unlisted(found: Iterable[Difference], correction: Correction) -> Iterator[Difference]:
    """Yield the differences that no listed change shows: neither under its name nor its value."""
    listed = _Listed(correction)
    for one in found:
        if not is_provenance(one) and not listed.shows(one):
            yield one


class _Listed:
    """The changes of a correction by their names and by their values."""

    def __init__(self, correction: Correction) -> None:
        changes = correction.changes
        alone = (*correction.only_old, *correction.only_new)
        self._names = {(word, one.place.name) for one in changes for word in _words(one)}
        self._values = {(word, raw) for one in changes for word in _words(one) for raw in _raw(one)}
        self._abouts = {word for one in changes for word in _words(one) if word}
        self._alone = {one.ticker for one in alone}

    def shows(self, difference: Difference) -> bool:
        path, row = difference.path, _ROW.search(difference.path)
        about = row["about"] if row else ""
        if about in self._alone:
            return True
        is_row = path.endswith("]") and isinstance(difference.new or difference.old, dict)
        if is_row and about in self._abouts:
            return True
        leaf = path.rpartition(".")[2]
        begins = path.removesuffix(".en").removesuffix(".ja").partition("[")[0]
        name = _SECTIONS.get(begins) or _LEAVES.get(leaf, leaf)
        raw = json.dumps((difference.old, difference.new))
        return (about, name) in self._names or (about, raw) in self._values


def _words(change: Change) -> tuple[str, ...]:
    """Return by what a path may name whom a figure is of: in full, or a word of it."""
    about = change.place.about
    return ("",) if change.place.part is Part.HEADLINE else (about, *about.split(" "))


def _raw(change: Change) -> Iterator[str]:
    if not change.is_of_words:
        yield json.dumps((raw_value(change.old), raw_value(change.new)))


def raw_value(value: Value) -> Any:  # noqa: ANN401 -- whatever JSON takes
    """Return a number or a day as the data have it; `None` of words."""
    match value:
        case int() | str():
            return value
        case Money():
            return price(value.amount)
        case Decimal() | float():
            return number(value)
        case date():
            return day(value)
        case _:
            return None


def differs(correction: Correction, style: Style) -> bool:
    """Tell whether anything but the provenance differs: a figure, a sentence, an instrument."""
    if not correction.is_empty:
        return True
    return any(not is_provenance(one) for one in find_document_differences(correction, style))
