"""The report as data: JSON and CSV, from the findings, with keys that do not follow the layout.

How values are written stands in `jsonvalues`, each fact in a `…data` module of its own.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from deepseek_shock import __version__
from deepseek_shock.analysis.breadth import GroupLine
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.event import Event, Fact
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.breadthdata import make_after, make_breadth
from deepseek_shock.render.jsonvalues import SCHEMA, Bilingual, dump, write_csv
from deepseek_shock.render.jsonvalues import day as _day
from deepseek_shock.render.jsonvalues import notes as _notes
from deepseek_shock.render.jsonvalues import number as _number
from deepseek_shock.render.jsonvalues import price as _price
from deepseek_shock.render.jsonvalues import source as _source
from deepseek_shock.render.jsonvalues import text as _text
from deepseek_shock.render.relaydata import make_first, make_instant, make_leg
from deepseek_shock.render.significancedata import make_significance
from deepseek_shock.render.sincedata import make_group_since, make_runs, make_since
from deepseek_shock.render.standingdata import make_standing
from deepseek_shock.render.valuedata import make_contributions, make_market_value
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Paragraph, Report

INDEX_GROUP = "benchmarks"


class Json(Bilingual):
    """The JSON renderer; both languages stand in it, whatever the report's own."""

    def render(self, report: Report) -> str:
        """Return the report as one JSON object, a line for each row, ending in one newline."""
        findings = report.findings
        event = findings.inquiry.event
        document = {
            "schema": SCHEMA,
            "report": {
                "date": _day(findings.inquiry.day),
                "event": event.id if event else None,
                "title": self._said(report.title),
                "lang": str(self._lang),
                "tool_version": __version__,
            },
            "source": [_source(one) for one in findings.sources],
            "moves": list(_moves(findings)),
            "groups": [_group(line) for line in findings.groups],
            "gaps": list(_gaps(findings, self._voices["en"])),
            "notes": [self._said(note) for note in _notes(report)],
            "breadth": make_breadth(findings),
            "instant": make_instant(findings.inquiry.at),
            "first_sessions": [make_first(first) for first in findings.firsts],
            "relay": [make_leg(leg) for leg in findings.legs],
            "since": [make_since(one) for one in findings.since],
            "group_since": [make_group_since(one) for one in findings.group_since],
            "runs": list(make_runs(findings)),
            "contributions": [make_contributions(one) for one in findings.contributions],
            "after": [make_after(one) for one in findings.aftermaths],
            "market_values": [make_market_value(one) for one in findings.market_values],
            "context": make_context(event),
            "significance": make_significance(findings, self._beside(report)),
            "history": [make_standing(one) for one in findings.standings] or None,
        }
        return dump(document)

    def _beside(self, report: Report) -> list[dict[str, str]]:
        """Return what the report says beside the figures of its event study."""
        section = report.section("significance")
        blocks = section.blocks if section else ()
        paragraphs = (block for block in blocks if isinstance(block, Paragraph))
        return [self._said(one) for block in paragraphs for one in block.sentences]


class Csv:
    """The CSV renderer: one line a watched instrument, columns named as the keys of the JSON."""

    def render(self, report: Report) -> str:
        """Return a header and one line for each instrument."""
        return write_csv(_moves(report.findings))


def _moves(findings: Findings) -> Iterator[dict[str, Any]]:
    for group in findings.inquiry.watchlist.groups:
        for member in group.members:
            yield _move(findings.moves[member.ticker], group.id)
    for index in findings.inquiry.watchlist.indexes:
        yield _move(findings.moves[index.ticker], INDEX_GROUP)
    for one in findings.inquiry.unreached:
        for instrument, group_id in one.members:
            yield _unreached(instrument, group_id or INDEX_GROUP, one.day)


def _unreached(instrument: Instrument, group: str, day: date) -> dict[str, Any]:
    """Return the row of one whose exchange's calendar does not reach the day."""
    blank = Move(instrument, day, day, Status.MISSING, GapReason.NO_CALENDAR)
    return {**_move(blank, group), "previous_session": None}


def _move(move: Move, group: str) -> dict[str, Any]:
    instrument = move.instrument
    return {
        "ticker": instrument.ticker,
        "code": instrument.code,
        "exchange": instrument.exchange.mic,
        "currency": instrument.exchange.currency,
        "name": _text(instrument.name),
        "group": group,
        "session": _day(move.session),
        "previous_session": _day(move.previous_session),
        "close": _price(move.close),
        "previous_close": _price(move.previous_close),
        "change": _price(move.change),
        "price_return": _number(move.price_return),
        "total_return": _number(move.total_return),
        "overnight_return": _number(move.overnight_return),
        "intraday_return": _number(move.intraday_return),
        "open": _price(move.open),
        "high": _price(move.high),
        "low": _price(move.low),
        "volume": move.volume,
        "volume_ratio": _number(move.volume_ratio),
        "sigma": _number(move.sigma),
        "status": str(move.status),
        "reason": None if move.reason is None else str(move.reason),
        "source": move.source,
        "price_limit": None if move.limit is None else str(move.limit),
    }


def _group(line: GroupLine) -> dict[str, Any]:
    return {
        "id": line.group.id,
        "title": _text(line.group.title),
        "count": len(line.group.members),
        "risers": line.breadth.risers,
        "fallers": line.breadth.fallers,
        "unchanged": line.breadth.unchanged,
        "mean": _number(line.mean),
        "median": _number(line.median),
        "worst": line.worst.instrument.ticker if line.worst else None,
        "best": line.best.instrument.ticker if line.best else None,
        "missing": line.breadth.unknown,
    }


def _gaps(findings: Findings, words: Words) -> Iterator[dict[str, Any]]:
    for move in findings.moves.values():
        if move.reason is not None and not move.is_figure:
            said = words.word(f"reason.{move.reason}")
            yield {
                "ticker": move.instrument.ticker,
                "session": _day(move.session),
                "reason": str(move.reason),
                "detail": f"{said} ({move.detail})" if move.detail else said,
            }
    for one in findings.inquiry.unreached:
        reason = GapReason.NO_CALENDAR
        for instrument, _ in one.members:
            yield {
                "ticker": instrument.ticker,
                "session": _day(one.day),
                "reason": str(reason),
                "detail": words.word(f"reason.{reason}"),
            }


def make_context(event: Event | None) -> dict[str, Any] | None:
    """Tell what happened; an event may have a full context, one sourced sentence, or both."""
    if event is None or (event.context is None and event.fact is None):
        return None
    opening, points, closing = event.context or (None, (), None)
    return {
        "opening": opening and _text(opening),
        "points": [{"heading": _text(heading), "body": _text(body)} for heading, body in points],
        "closing": closing and _text(closing),
        "fact": event.fact and make_fact(event.fact),
    }


def make_fact(fact: Fact) -> dict[str, Any]:
    """Return an event's sourced sentence as JSON has it."""
    return {"said": _text(fact.said), "source": _text(fact.source), "url": fact.url}
