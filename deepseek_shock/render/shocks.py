"""The registry of named shocks in plain words and as data: one line a shock, or all of one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.market.ruling import Ruling, rule
from deepseek_shock.render.cells import width_of, wrap
from deepseek_shock.render.data import make_context
from deepseek_shock.render.jsonvalues import dump, text
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, phrase
from deepseek_shock.report.quote import city

SCHEMA = 1
_GAP = "  "
_CLOSED = "*"
_HOME = ("XNYS", "XTKS")  # every event has a session on these
_NAMED = ("leads", "lines", "followed", "mentioned")


def list_shocks(events: Sequence[Event], words: Words) -> str:
    """Return a line for each shock, under headings: id, session on each calendar, names."""
    head = [
        words.word("events.id"),
        *(words.say(city(calendar)) for calendar in _HOME),
        words.word("events.days"),
        words.word("events.name"),
        "",
    ]
    rows = [head, *([*_row(event, words)] for event in events)]
    notes = (words.word(f"events.some_{one}") for one in _told(events))
    return "\n".join([*_aligned(rows), *notes]) + "\n"


def _row(event: Event, words: Words) -> Iterator[str]:
    said = _rulings(event)
    yield event.id
    for calendar in _HOME:
        mark = _CLOSED if said[calendar] is Ruling.CLOSED else ""
        yield f"{event.sessions[calendar]}{mark}"
    is_sure = Ruling.UNVERIFIED not in said.values()
    yield words.word(f"events.{Ruling.VERIFIED if is_sure else Ruling.UNVERIFIED}")
    yield event.name.en
    yield event.name.ja


def _rulings(event: Event) -> dict[str, Ruling]:
    return {calendar: rule(calendar, event.sessions[calendar]) for calendar in _HOME}


def _told(events: Iterable[Event]) -> list[Ruling]:
    """Return the rulings that a list has to explain."""
    found = {one for event in events for one in _rulings(event).values()}
    return [one for one in (Ruling.CLOSED, Ruling.UNVERIFIED) if one in found]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield _GAP.join(cells).rstrip()


def show_shock(event: Event, watchlist: Watchlist, words: Words, width: int) -> str:
    """Return all that is known of a shock; what is prose in it is broken at `width` cells."""
    rows = [[label, value] for label, value in _facts(event, watchlist, words)]
    lines = [f"{event.name.en} / {event.name.ja} ({event.id})", "", *_aligned(rows)]
    for paragraph in _paragraphs(event, words):
        lines += ["", *wrap(paragraph, width)]
    if event.fact is not None and event.fact.url is not None:
        lines.append(event.fact.url)
    return "\n".join(lines) + "\n"


def _facts(event: Event, watchlist: Watchlist, words: Words) -> Iterator[tuple[str, str]]:
    yield words.word("events.date"), event.date.isoformat()
    for calendar, session in sorted(event.sessions.items()):
        verdict = words.word(f"events.{rule(calendar, session)}")
        where = f"{words.say(city(calendar))} ({calendar})"
        yield where, f"{session}{_GAP}{verdict}"
    if event.at is not None:
        yield words.word("events.at"), f"{event.at:%Y-%m-%d %H:%M} UTC"
    yield words.word("events.leads"), ", ".join(event.leads) or words.word("events.largest")
    yield words.word("events.watchlist"), f"{watchlist.id}: {_counted(watchlist, words)}"


def _counted(watchlist: Watchlist, words: Words) -> str:
    """Name a watchlist by its title, and say how many shares and indexes it holds."""
    shares, indexes = len(watchlist.shares), len(watchlist.indexes)
    parts = (
        *([phrase("events.shares", n=shares)] if shares else []),
        *([phrase("events.indexes", n=indexes)] if indexes else []),
    )
    return f"{words.print(Kind.TEXT, watchlist.title)}, {words.print(Kind.COMMA, parts)}"


def _paragraphs(event: Event, words: Words) -> Iterator[str]:
    if event.context is not None:
        yield words.print(Kind.TEXT, event.context.opening)
        for heading, body in event.context.points:
            yield words.say(phrase("context.point", heading=heading, body=body))
        yield words.print(Kind.TEXT, event.context.closing)
    if event.fact is not None:
        said = phrase("context.text", text=event.fact.said)
        yield words.say_all((said, phrase("context.source", name=event.fact.source)))


def list_data(events: Iterable[Event]) -> str:
    """Return the registry as one JSON object."""
    return dump({"schema": SCHEMA, "events": [_summary(event) for event in events]})


def show_data(event: Event) -> str:
    """Return one shock as one JSON object: the keys of the list, and who is named in the file."""
    named = {name: list(getattr(event, name)) for name in _NAMED}
    return dump({"schema": SCHEMA} | _summary(event) | named)


def _summary(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "name": text(event.name),
        "date": event.date.isoformat(),
        "at": None if event.at is None else event.at.isoformat(),
        "sessions": {
            calendar: {"session": day.isoformat(), "standing": str(rule(calendar, day))}
            for calendar, day in event.sessions.items()
        },
        "watchlist": event.watchlist,
        "context": make_context(event),
    }
