"""A comparison as data: JSON and CSV, from the findings, as `data` writes a report.

`docs/compare.md` lists the keys.
"""

from collections.abc import Iterator
from typing import Any

from deepseek_shock import __version__
from deepseek_shock.analysis.comparison import Compared, Course, Occasion
from deepseek_shock.render import jsonvalues as data
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Comparison

_OFFSETS = (1, 5, 10, 20)


class CompareJson(data.Bilingual):
    """The JSON renderer; both languages stand in it, whatever the document's own."""

    def render(self, document: Comparison) -> str:
        """Return the comparison as one JSON object, a line for each row, ending in one newline."""
        found = document.findings
        return data.dump(
            {
                "schema": data.SCHEMA,
                "comparison": {
                    "date": data.day(document.day),
                    "events": [one.id for one in found.occasions],
                    "tickers": [one.ticker for one in found.instruments],
                    "window": list(found.window),
                    "title": self._said(document.title),
                    "lang": str(self._lang),
                    "tool_version": __version__,
                },
                "source": [data.source(one) for one in found.sources],
                "events": [_event(one) for one in found.occasions],
                "moves": [_move(*one) for one in _courses(found)],
                "paths": [_path(*one) for one in _courses(found) if one[1].path is not None],
                "gaps": list(_gaps(found, self._voices["en"])),
                "notes": [self._said(note) for note in data.notes(document)],
            }
        )


class CompareCsv:
    """The CSV renderer: one line an event, an instrument and a session of the window.

    What has no figure has one line without a session, which says why.
    """

    def render(self, document: Comparison) -> str:
        """Return a header and the lines, event by event."""
        return data.write_csv(line for one in _courses(document.findings) for line in _lines(*one))


def _courses(found: Compared) -> Iterator[tuple[Occasion, Course]]:
    for occasion in found.occasions:
        yield from ((occasion, course) for course in occasion.courses)


def _event(occasion: Occasion) -> dict[str, Any]:
    inquiry = occasion.inquiry
    event = inquiry.event
    fact = event.fact if event else None
    return {
        "id": occasion.id,
        "date": data.day(inquiry.day),
        "name": data.text(event.name) if event else None,
        "sessions": {key: data.day(one.session) for key, one in inquiry.asked.items()},
        "window": list(inquiry.window),
        "fact": None if fact is None else data.text(fact.said),
        "fact_source": None if fact is None else data.text(fact.source),
    }


def _who(occasion: Occasion, course: Course) -> dict[str, Any]:
    return {"event": occasion.id, "ticker": course.instrument.ticker}


def _move(occasion: Occasion, course: Course) -> dict[str, Any]:
    instrument, move, recovery = course.instrument, course.move, course.recovery
    return {
        **_who(occasion, course),
        "exchange": instrument.exchange.mic,
        "currency": instrument.exchange.currency,
        "name": data.text(instrument.name),
        "session": data.day(move.session),
        "previous_session": data.day(move.previous_session),
        "close": data.price(move.close),
        "previous_close": data.price(move.previous_close),
        "price_return": data.number(move.price_return),
        **{f"return_{offset}": data.number(course.return_at(offset)) for offset in _OFFSETS},
        "direction": str(recovery.direction) if recovery else None,
        "furthest_return": data.number(recovery.worst_return) if recovery else None,
        "furthest_session": data.day(recovery.worst_on) if recovery else None,
        "recovered_session": data.day(recovery.recovered_on) if recovery else None,
        "recovered_after": recovery.sessions if recovery else None,
        "held_after": recovery.held if recovery else None,
        "missing_after": recovery.missing if recovery else None,
        "status": str(move.status),
        "reason": None if move.reason is None else str(move.reason),
        "source": move.source,
    }


def _path(occasion: Occasion, course: Course) -> dict[str, Any]:
    path = course.path
    return {
        **_who(occasion, course),
        "offsets": list(path.offsets) if path else [],
        "sessions": [data.day(session) for session in course.sessions],
        "levels": [data.number(level) for level in path.levels] if path else [],
    }


def _gaps(found: Compared, words: Words) -> Iterator[dict[str, Any]]:
    for occasion, course in _courses(found):
        move = course.move
        if move.reason is not None and not move.is_figure:
            said = words.word(f"reason.{move.reason}")
            yield {
                **_who(occasion, course),
                "session": data.day(move.session),
                "reason": str(move.reason),
                "detail": f"{said} ({move.detail})" if move.detail else said,
            }


def _lines(occasion: Occasion, course: Course) -> Iterator[dict[str, Any]]:
    instrument, move = course.instrument, course.move
    fixed = {
        **_who(occasion, course),
        "event_date": data.day(occasion.inquiry.day),
        "exchange": instrument.exchange.mic,
        "currency": instrument.exchange.currency,
        "name": data.text(instrument.name),
        "event_session": data.day(move.session),
    }
    state = {
        "status": str(move.status),
        "reason": None if move.reason is None else str(move.reason),
    }
    if course.path is None:
        yield fixed | dict.fromkeys(("offset", "session", "level", "return")) | state
        return
    for offset, session, level in zip(
        course.path.offsets, course.sessions, course.path.levels, strict=True
    ):
        value = data.number(course.return_at(offset))
        axis = {"offset": offset, "session": data.day(session), "level": data.number(level)}
        yield fixed | axis | {"return": value} | state
