"""A scan as JSON, from the findings, as `data` writes a report; tables apart stand in `scancsv`.

`docs/scan.md` lists the keys.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from deepseek_shock import __version__
from deepseek_shock.analysis.scanned import ScanDay, ScanMove, Standing
from deepseek_shock.render import jsonvalues as data
from deepseek_shock.render.testdata import known_number
from deepseek_shock.report.model import Phrase, ScanReport


class ScanJson(data.Bilingual):
    """The JSON renderer; both languages stand in it, whatever the document's own."""

    def render(self, document: ScanReport) -> str:
        """Return the scan as one JSON object, a line for each row, ending in one newline."""
        found = document.findings
        return data.dump(
            {
                "schema": data.SCHEMA,
                "scan": self._scan(document),
                "source": [data.source(one) for one in found.sources],
                "counts": found.counts._asdict(),
                "standings": [_standing(one) for one in found.standings],
                "shocks": _numbered(map(make_day, found.shocks)),
                "sessions": _numbered(map(make_day, found.worst)),
                "falls": _numbered(map(make_move, found.falls)),
                "rises": _numbered(map(make_move, found.rises)),
                "tickers": _numbered(map(make_move, found.tickers)),
                "unranked": _numbered(map(make_move, found.unranked)),
                "skipped": [one._asdict() for one in found.skipped],
                "notes": [self._said(note) for note in self._notes(document)],
            }
        )

    def _scan(self, document: ScanReport) -> dict[str, Any]:
        days, settings = document.findings.days, document.findings.settings
        sessions = [day.session for day in days]
        return {
            "first": data.day(min(sessions, default=None)),
            "last": data.day(max(sessions, default=None)),
            "calendar": settings.calendar,
            "calendars": list(dict.fromkeys(day.calendar for day in days)),
            "asked": data.day(document.findings.asked),
            "top": settings.top,
            "min_count": settings.least,
            "title": self._said(document.title),
            "lang": str(self._lang),
            "tool_version": __version__,
        }

    def _notes(self, document: ScanReport) -> Iterable[Phrase]:
        return (*document.dek, *data.notes(document))


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "day": make_day(standing.day),
        "by_score": standing.by_score,
        "by_mean": standing.by_mean,
        "ranked": standing.known,
        "scored": standing.scored,
        "first": data.day(standing.first),
        "last": data.day(standing.last),
        "alike": [make_day(one) for one in standing.alike],
    }


def _numbered(rows: Iterable[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    return [{"rank": rank} | row for rank, row in enumerate(rows, 1)]


def make_day(day: ScanDay) -> dict[str, Any]:
    """Return a session; means and shares are fractions."""
    return {
        "calendar": day.calendar,
        "session": data.day(day.session),
        "count": day.moves,
        "mean": known_number(day.mean),
        "median": known_number(day.median),
        "risers": day.risers,
        "fallers": day.fallers,
        "unchanged": day.unchanged,
        "breadth": known_number(day.breadth) if day.moves else None,
        "judged": day.judged,
        "low": day.low,
        "score": known_number(day.score),
        "unranked": day.unranked,
    }


def make_move(move: ScanMove) -> dict[str, Any]:
    """Return one ticker's move: a fraction, with both closes."""
    return {
        "ticker": move.ticker,
        "calendar": move.calendar,
        "session": data.day(move.session),
        "previous_session": data.day(move.previous_session),
        "close": known_number(move.close),
        "previous_close": known_number(move.previous_close),
        "move": known_number(move.move),
        "z": known_number(move.z),
        "reason": None if move.reason is None else str(move.reason),
    }
