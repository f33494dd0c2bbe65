"""A study as CSV: one fact a line, of groups' tests, of their sessions, or of events.

`docs/study.md` lists the columns.
"""

from collections.abc import Iterator
from typing import Any, assert_never

from deepseek_shock.analysis.design import Cumulated, Design, Statistic, StatisticName
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedEvent, StudiedGroup
from deepseek_shock.analysis.studywindows import abnormal_in, verdicts
from deepseek_shock.render import jsonvalues as data
from deepseek_shock.render.base import StudyTable
from deepseek_shock.render.studydata import sessions_of
from deepseek_shock.render.testdata import known_number, make_test
from deepseek_shock.report.model import StudyReport

_TESTED = ("test", "statistic", "df", "p", "keeps_correlation")
_MEANT = ("window", "first", "last", "mean")
_JUDGED = ("window", "first", "last", "abnormal", "se", "test", "t", "df", "p")


class StudyCsv:
    """The CSV renderer: the tests of groups, their days, or the events, a fact a line."""

    def __init__(self, table: StudyTable = StudyTable.TESTS) -> None:
        self._table = table

    def render(self, document: StudyReport) -> str:
        """Return a header and the lines; a group or an event without figures has one line."""
        found = document.findings
        match self._table:
            case StudyTable.TESTS:
                rows = (row for one in found.groups for row in _test_rows(one))
            case StudyTable.DAYS:
                rows = (row for one in found.groups for row in _day_rows(one))
            case StudyTable.EVENTS:
                rows = (row for one in found.events for row in _event_rows(one, found.design))
            case _:
                assert_never(self._table)
        return data.write_csv(rows)


def _window(window: Window) -> dict[str, Any]:
    """Name a window by its ends; of one session by that alone."""
    first, last = window
    name = f"[{first}]" if first == last else f"[{first}:{last}]"
    return {"window": name, "first": first, "last": last}


def _test(test: Statistic) -> dict[str, Any]:
    return {
        "test": str(test.name),
        **make_test(test),
        "keeps_correlation": "true" if test.name.keeps_correlation else "false",
    }


def _fixed(group: StudiedGroup) -> dict[str, Any]:
    return {
        "group": group.name,
        "asked": group.asked,
        "used": group.used,
        "correlation": known_number(group.correlation),
    }


def _test_rows(group: StudiedGroup) -> Iterator[dict[str, Any]]:
    """Yield a row a window and test; Holm's p stands beside the portfolio t."""
    rows = [
        {**_window(one.window), "mean": known_number(one.mean), **_test(test)}
        | {"holm_p": known_number(one.holm) if test.name is StatisticName.PORTFOLIO else None}
        for one in verdicts(group)
        for test in one.tests
    ]
    for row in rows or [dict.fromkeys((*_MEANT, *_TESTED, "holm_p"))]:
        yield _fixed(group) | row


def _day_rows(group: StudiedGroup) -> Iterator[dict[str, Any]]:
    """Yield a row a session of the event window and test."""
    means = ("window", "offset", "aar", "caar", "band")
    rows = [
        {
            "window": f"[{day.offset}]",
            "offset": day.offset,
            "aar": known_number(day.aar),
            "caar": known_number(day.caar),
            "band": known_number(day.band),
            **_test(test),
        }
        for day in group.days
        for test in day.tests
    ]
    for row in rows or [dict.fromkeys((*means, *_TESTED))]:
        yield _fixed(group) | row


def _event_rows(event: StudiedEvent, design: Design) -> Iterator[dict[str, Any]]:
    """Yield a row a window in which the event has an abnormal return."""
    fixed = {
        "group": event.group,
        "id": event.id,
        "instrument": event.instrument,
        "date": data.day(event.day),
        "session": data.day(event.session),
        "outcome": str(event.outcome),
        "benchmark": event.benchmark,
        "sessions": event.sessions,
    }
    df = event.sessions - design.model.coefficients
    windows = [*sessions_of(event, design), *(one.span for one in event.spans)]
    found = ((one, abnormal_in(event, design, one)) for one in windows)
    rows = [{**_window(one), **_judged(abnormal, df)} for one, abnormal in found if abnormal]
    for row in rows or [dict.fromkeys(_JUDGED)]:
        yield fixed | row


def _judged(found: Cumulated, df: int) -> dict[str, Any]:
    return {
        "abnormal": known_number(found.car),
        "se": known_number(found.se),
        "test": "one_event_t",
        "t": known_number(found.t),
        "df": df,
        "p": known_number(found.p),
    }
