"""A correction as JSON: the note in both languages, the changes, the documents' differences."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.render.base import Style
from deepseek_shock.render.correction import Printed
from deepseek_shock.render.data import Json
from deepseek_shock.render.differences import Difference, find_differences
from deepseek_shock.render.jsonvalues import SCHEMA, day, dump, number, price, source, text
from deepseek_shock.render.words import Language
from deepseek_shock.report.correction import Change, Correction
from deepseek_shock.report.model import Kind, Report, Value
from deepseek_shock.report.money import Money

# What says how and when a document was made, and nothing of the day.
_PROVENANCE = ("report.tool_version", "report.lang", "source[", "notes[")


class CorrectionJson:
    """The JSON renderer."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._printed = Printed(style.words)

    def render(self, correction: Correction) -> str:
        """Return the correction as one JSON object, a line for each row, ending in one newline."""
        note = self._printed.note(correction)
        found = find_document_differences(correction, self._style)
        return dump(
            {
                "schema": SCHEMA,
                "old": self._report(correction.old),
                "new": self._report(correction.new),
                "is_due": any(map(self._printed.is_seen, correction.changes)),
                "note": {
                    str(lang): "\n\n".join((said[0], *said[1]))
                    for lang in Language
                    for said in [self._printed.say_note(note, lang)]
                },
                "changes": [self._change(one) for one in correction.changes],
                "only_old": [_instrument(one) for one in correction.only_old],
                "only_new": [_instrument(one) for one in correction.only_new],
                "differences": [
                    {**one._asdict(), "is_provenance": is_provenance(one)} for one in found
                ],
            }
        )

    def _report(self, report: Report) -> dict[str, Any]:
        event = report.findings.inquiry.event
        return {
            "date": day(report.day),
            "event": event.id if event else None,
            "title": self._said(Kind.PHRASE, report.title),
            "source": [source(one) for one in report.sources],
        }

    def _change(self, change: Change) -> dict[str, Any]:
        place, subject = change.place, change.subject
        return {
            "part": str(place.part),
            "about": place.about or None,
            "ticker": subject.ticker if isinstance(subject, Instrument) else None,
            "figure": place.name,
            "way": str(change.way),
            "old": self._raw(change.kind, change.old),
            "new": self._raw(change.kind, change.new),
            "old_printed": self._said(change.kind, change.old),
            "new_printed": self._said(change.kind, change.new),
            "is_seen": self._printed.is_seen(change),
        }

    def _said(self, kind: Kind, value: Value) -> dict[str, str] | None:
        if value is None:
            return None
        voices = self._printed.voices.items()
        return {str(lang): voice.cell(kind, value) for lang, voice in voices}

    def _raw(self, kind: Kind, value: Value) -> Any:  # noqa: ANN401 -- whatever JSON takes
        match value:
            case None | int() | str():
                return value
            case Money():
                return price(value.amount)
            case Decimal() | float():
                return number(value)
            case date():
                return day(value)
            case Text():
                return text(value)
            case _:
                return self._said(kind, value)


def _instrument(one: Instrument) -> dict[str, Any]:
    return {"ticker": one.ticker, "name": text(one.name)}


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


def differs(correction: Correction, style: Style) -> bool:
    """Tell whether anything but the provenance differs: a figure, a sentence, an instrument."""
    if not correction.is_empty:
        return True
    return any(not is_provenance(one) for one in find_document_differences(correction, style))
