"""The correction note as a newsroom prints it: what was wrong, what is right, and why.

What counts is what a reader can have seen: whoever prints figures says which differ as printed. A
figure taken before the close that is the close's now was no error, nor one of the sessions after
the day that takes in more of them now: of such alone the note is an update.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from deepseek_shock.report.correctable import Part
from deepseek_shock.report.correction import Change, Correction, Way
from deepseek_shock.report.correctionitems import ENDS, Item, Seen, order
from deepseek_shock.report.correctionwhy import (
    explain,
    find_moves,
    has_grown,
    is_now_final,
)
from deepseek_shock.report.model import Kind, Phrase, Value, phrase
from deepseek_shock.report.provenance import source_sentences
from deepseek_shock.report.quote import some_of

_NO_FIGURES = (Kind.PHRASE, Kind.SENTENCES, Kind.DAY)

_Paragraph = tuple[Phrase, ...]


class Note(NamedTuple):
    """A heading, then paragraphs of sentences; the last says whence the figures are."""

    heading: Phrase
    paragraphs: tuple[_Paragraph, ...]


def make_note(correction: Correction, is_seen: Callable[[Change], bool]) -> Note:
    """Write the note. `is_seen` tells of a change whether it shows in what is printed."""
    changes = tuple(change for change in correction.changes if is_seen(change))
    foot = (*source_sentences(correction.new.sources), phrase("method.rights"))
    if not changes and not correction.only_old and not correction.only_new:
        return Note(phrase("correction.none"), (_nothing(correction), foot))
    final = tuple(
        one for one in changes if one.place.name == "status" and is_now_final(correction, one)
    )
    grown = tuple(one for one in changes if has_grown(correction, one))
    seen = Seen(correction, tuple(one for one in changes if one not in grown), final, grown)
    is_update = seen.is_finished or (bool(grown) and not seen.changes)
    heading = phrase("correction.update" if is_update else "correction.heading")
    return Note(heading, (*_body(seen), foot))


def _nothing(correction: Correction) -> _Paragraph:
    said = phrase("correction.nothing")
    n = sum(not change.is_of_words for change in correction.changes)
    return (said, phrase("correction.beyond", n=n)) if n else (said,)


def _body(seen: Seen) -> Iterator[_Paragraph]:
    items = order(seen)
    yield from _paragraphs(seen, items)
    if seen.final:
        yield (phrase("correction.final", n=len(seen.final)),)
    if seen.grown:
        yield (phrase("correction.grown"),)
    told = {change.place for item in items for change in item.covered}
    told |= {one.place for one in seen.changes if one.place.name == "title" or one in seen.final}
    if more := sum(one.place not in told for one in seen.changes):
        yield (phrase("correction.more", n=more),)
    correction = seen.correction
    for alone, key in ((correction.only_old, "gone"), (correction.only_new, "come")):
        if alone:
            names = some_of(
                [phrase("item.share", share=one) for one in alone],
                lambda number: phrase("correction.more_names", n=number),
            )
            yield (phrase(f"correction.{key}", named=names, n=len(alone)),)


def _paragraphs(seen: Seen, items: Sequence[Item]) -> Iterator[_Paragraph]:
    places = {change.place for change in seen.changes}
    for at, item in enumerate(items):
        yield (
            _sentence(seen, item.main, is_first=not at),
            *explain(seen.correction, item.main, places),
            *_also(seen, item),
        )
        if not at:
            yield from _headline(seen)
    if not items:
        yield from _headline(seen)


def _headline(seen: Seen) -> Iterator[_Paragraph]:
    key = "correction.title_now" if seen.is_finished else "correction.title"
    for change in seen.changes:
        if change.place.part is Part.HEADLINE and change.place.name == "title":
            yield (phrase(key, old=change.old, new=change.new),)


def _sentence(seen: Seen, change: Change, *, is_first: bool) -> Phrase:
    key = _way(seen, change)
    return phrase(
        f"correction.{'first_' if is_first else ''}{key}",
        subject=change.subject,
        label=change.label,
        on=_on(seen.correction, change, is_first=is_first),
        old=said(change.kind, change.old),
        new=said(change.kind, change.new),
    )


def _way(seen: Seen, change: Change) -> str:
    """Choose the sentence: what is no figure is not called one, nor a figure of its hour wrong."""
    if change.way is not Way.CHANGED:
        return str(change.way)
    if change.kind in _NO_FIGURES:
        return "reworded"
    is_final = seen.is_finished or is_now_final(seen.correction, change)
    return "finished" if is_final else "changed"


def said(kind: Kind, value: Value) -> Phrase | None:
    """Say a figure as a sentence has it; `None` of none."""
    return None if value is None else phrase(f"correction.as_{kind}", value=value)


def _on(correction: Correction, change: Change, *, is_first: bool) -> Phrase:
    """Name the session of an instrument's figure; the first time with the year."""
    move = find_moves(correction, change)[1]
    if move is None:
        return phrase("correction.any_day")
    key = "correction.on_long_day" if is_first else "correction.on_day"
    return phrase(key, day=move.session)


def _also(seen: Seen, item: Item) -> Iterator[Phrase]:
    """Say what else of the lead changed."""
    skipped = ENDS if item.main.place.name == "move" else ()
    if item.main.way is not Way.CHANGED:
        return
    parts = tuple(
        phrase(
            "correction.part",
            label=change.label,
            old=said(change.kind, change.old),
            new=said(change.kind, change.new),
        )
        for change in item.covered
        if change is not item.main and change.place.name not in skipped and change in seen.changes
    )
    if parts:
        is_finished = _way(seen, item.main) == "finished"
        yield phrase("correction.also_now" if is_finished else "correction.also", parts=parts)
