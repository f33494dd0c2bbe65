"""A study as JSON, from the findings, as `data` writes a report; its CSV stands in `studycsv`.

`docs/study.md` lists the keys.
"""

from collections.abc import Iterable
from typing import Any

from deepseek_shock import __version__
from deepseek_shock.analysis.design import Design, Outcome
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedEvent, StudiedGroup, StudiedSpan
from deepseek_shock.analysis.studywindows import abnormal_in
from deepseek_shock.render import jsonvalues as data
from deepseek_shock.render.testdata import (
    known_number,
    make_cumulated,
    make_design,
    make_overlap,
    make_power,
    make_tests,
)
from deepseek_shock.report.model import Phrase, StudyReport


class StudyJson(data.Bilingual):
    """The JSON renderer; both languages stand in it, whatever the document's own."""

    def render(self, document: StudyReport) -> str:
        """Return the study as one JSON object, a line for each row, ending in one newline."""
        found = document.findings
        return data.dump(
            {
                "schema": data.SCHEMA,
                "study": {
                    **make_design(found.design),
                    "calendar": found.calendar,
                    "calendars": list(found.calendars),
                    "benchmarks": list(found.benchmarks),
                    "asked": len(found.events),
                    "used": sum(one.outcome is Outcome.SUCCESS for one in found.events),
                    "moved": found.moved,
                    "is_one_day": found.is_one_day,
                    "crowded": found.crowded,
                    "crowded_estimations": found.crowded_estimations,
                    "repeated": found.repeated,
                    "title": self._said(document.title),
                    "lang": str(self._lang),
                    "tool_version": __version__,
                },
                "source": [data.source(one) for one in found.sources],
                "groups": [_group(one) for one in found.groups],
                "events": [_event(one, found.design) for one in found.events],
                "overlaps": [make_overlap(one) for one in found.overlaps],
                "notes": [self._said(note) for note in self._notes(document)],
            }
        )

    def _notes(self, document: StudyReport) -> Iterable[Phrase]:
        return (*document.dek, *data.notes(document))


def _group(group: StudiedGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "asked": group.asked,
        "used": group.used,
        "outcomes": {str(one): number for one, number in group.outcomes.items()},
        "correlation": known_number(group.correlation),
        "sessions": group.sessions,
        "days": [
            {
                "offset": day.offset,
                "aar": known_number(day.aar),
                "caar": known_number(day.caar),
                "band": known_number(day.band),
                "tests": make_tests(day.tests),
            }
            for day in group.days
        ],
        "spans": [_span(one) for one in group.spans],
        "holm_p": known_number(group.holm),
        "power": make_power(group.power),
    }


def _span(span: StudiedSpan) -> dict[str, Any]:
    return {
        "span": list(span.span),
        "caar": known_number(span.caar),
        "tests": make_tests(span.tests),
        "holm_p": known_number(span.holm),
    }


def _event(event: StudiedEvent, design: Design) -> dict[str, Any]:
    judged = [abnormal_in(event, design, window) for window in sessions_of(event, design)]
    return {
        "id": event.id,
        "instrument": event.instrument,
        "group": event.group,
        "date": data.day(event.day),
        "session": data.day(event.session),
        "outcome": str(event.outcome),
        "benchmark": event.benchmark,
        "sessions": event.sessions,
        "coefficients": [known_number(one) for one in event.coefficients],
        "sd": known_number(event.sd),
        "abnormal": [known_number(one) for one in event.abnormal],
        "se": [known_number(one) for one in event.se],
        "t": [known_number(one.t if one else None) for one in judged],
        "p": [known_number(one) for one in event.p],
        "spans": [make_cumulated(one) for one in event.spans],
    }


def sessions_of(event: StudiedEvent, design: Design) -> list[Window]:
    """Return the sessions in which an event has an abnormal return, a window each."""
    first = design.event.first
    return [Window(offset, offset) for offset in range(first, first + len(event.abnormal))]
