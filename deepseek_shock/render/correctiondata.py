"""A correction as JSON: the note in both languages, the changes, the documents' differences."""

from typing import Any

from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.render.base import Style
from deepseek_shock.render.correction import Printed
from deepseek_shock.render.correctionpaths import (
    find_document_differences,
    find_unlisted,
    is_provenance,
    raw_value,
)
from deepseek_shock.render.jsonvalues import SCHEMA, day, dump, source, text
from deepseek_shock.render.words import Language
from deepseek_shock.report.correction import Change, Correction, Kept
from deepseek_shock.report.model import Kind, Report, Value


class CorrectionJson:
    """The JSON renderer."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._printed = Printed(style.words)

    def render(self, correction: Correction) -> str:
        """Return the correction as one JSON object, a line for each row, ending in one newline."""
        note = self._printed.note(correction)
        found = find_document_differences(correction, self._style)
        unlisted = {one.path for one in find_unlisted(found, correction)}
        return dump(
            {
                "schema": SCHEMA,
                "old": self._report(correction.old, correction.old_kept),
                "new": self._report(correction.new, correction.new_kept),
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
                    {
                        **one._asdict(),
                        "is_provenance": is_provenance(one),
                        "is_in_data_alone": one.path in unlisted,
                    }
                    for one in found
                ],
            }
        )

    def _report(self, report: Report, kept: Kept | None) -> dict[str, Any]:
        event = report.findings.inquiry.event
        return {
            "date": day(report.day),
            "event": event.id if event else None,
            "title": self._said(Kind.PHRASE, report.title),
            "tool_version": kept.tool_version if kept else None,
            "is_as_written": kept.is_as_written if kept else None,
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
        if isinstance(value, Text):
            return text(value)
        raw = raw_value(value)
        return self._said(kind, value) if raw is None else raw


def _instrument(one: Instrument) -> dict[str, Any]:
    return {"ticker": one.ticker, "name": text(one.name)}
