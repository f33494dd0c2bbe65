"""The report as data: JSON and CSV, from the findings, with keys that do not follow the layout.

Prices stand at the vendor's tick, other numbers with 12 significant digits, so that the bytes are
the same on every machine. `schema` rises by one when a key changes its meaning.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from deepseek_shock import __version__
from deepseek_shock.analysis.breadth import GroupLine
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.history import Since
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.market.bars import Source
from deepseek_shock.market.event import Event
from deepseek_shock.market.instrument import Text
from deepseek_shock.render.base import Style
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Paragraph, Phrase, Report

SCHEMA = 1
INDEX_GROUP = "benchmarks"
_SPREADSHEET_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Json:
    """The JSON renderer; both languages stand in it, whatever the report's own."""

    def __init__(self, style: Style) -> None:
        self._lang = style.words.lang
        self._voices = {str(lang): Words(lang, style.words.house) for lang in Language}

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
            "relay": [_leg(leg) for leg in findings.legs],
            "since": [_since(one) for one in findings.since],
            "context": _context(event),
        }
        return _dump(document)

    def _said(self, phrase: Phrase) -> dict[str, str]:
        return {lang: words.say(phrase) for lang, words in self._voices.items()}


class Csv:
    """The CSV renderer: one line a watched instrument, columns named as the keys of the JSON."""

    def render(self, report: Report) -> str:
        """Return a header and one line for each instrument."""
        import csv
        from io import StringIO

        lines = [_flat(move) for move in _moves(report.findings)]
        out = StringIO()
        writer = csv.DictWriter(out, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        return out.getvalue()


def _dump(document: dict[str, Any]) -> str:
    """Write a key a line and a row a line: short to read, and a change shows as its row."""
    entries = (f" {_compact(key)}: {_rows(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _rows(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"  {_compact(row)}" for row in value) + "\n ]"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _flat(move: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in move.items():
        if key == "name":
            flat |= {f"name_{lang}": _harmless(name) for lang, name in value.items()}
        else:
            flat[key] = _harmless(value) if isinstance(value, str) else value
    return flat


def _harmless(word: str) -> str:
    """Keep a spreadsheet from taking a word for a formula."""
    return f"'{word}" if word.startswith(_SPREADSHEET_FORMULA) else word


def _moves(findings: Findings) -> Iterator[dict[str, Any]]:
    for group in findings.inquiry.watchlist.groups:
        for member in group.members:
            yield _move(findings.moves[member.ticker], group.id)
    for index in findings.inquiry.watchlist.indexes:
        yield _move(findings.moves[index.ticker], INDEX_GROUP)


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
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "vendor": source.vendor,
        "retrieved": source.retrieved or None,
        "sessions": [_day(source.first), _day(source.last)],
        "sha256": source.sha256,
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


def _notes(report: Report) -> Iterator[Phrase]:
    sections = [report.section(name) for name in ("gaps", "method")]
    for block in [block for section in sections if section for block in section.blocks]:
        if isinstance(block, Bullets):
            yield from block.entries
        elif isinstance(block, Paragraph):
            yield from block.sentences


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "exchange": leg.asked.exchange.mic,
        "session": _day(leg.asked.session),
        "previous_session": _day(leg.asked.previous),
        "opens": leg.asked.opens_at.isoformat(),
        "closes": leg.asked.closes_at.isoformat(),
        "members": [move.instrument.ticker for move in leg.members],
        "fallers": leg.breadth.fallers,
        "risers": leg.breadth.risers,
        "median_overnight_return": _number(leg.overnight),
        "median_intraday_return": _number(leg.intraday),
        "median_price_return": _number(leg.price_return),
        "benchmark": leg.benchmark.instrument.ticker if leg.benchmark else None,
        "benchmark_return": _number(leg.benchmark.price_return) if leg.benchmark else None,
    }


def _since(one: Since) -> dict[str, Any]:
    return {
        "ticker": one.move.instrument.ticker,
        "direction": str(one.direction),
        "previous": _day(one.previous),
        "previous_return": _number(one.previous_return),
        "rank": one.rank,
        "history_from": _day(one.history_from),
    }


def _context(event: Event | None) -> dict[str, Any] | None:
    if event is None or event.context is None:
        return None
    opening, points, closing = event.context
    return {
        "opening": _text(opening),
        "points": [{"heading": _text(heading), "body": _text(body)} for heading, body in points],
        "closing": _text(closing),
    }


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "ja": text.ja}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _price(price: Decimal | None) -> int | float | None:
    """Return a price as JSON prints it at its tick: the shortest float of a tick is the tick."""
    if price is None:
        return None
    return int(price) if price == price.to_integral() else float(price)


def _number(value: Decimal | float | None) -> float | None:
    """Return a number cut to 12 significant digits."""
    return None if value is None else float(f"{value:.12g}")
