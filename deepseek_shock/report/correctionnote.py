"""The correction note as a newsroom prints it: what was wrong, what is right, and why.

What counts is what a reader can have seen: whoever prints figures says which differ as printed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report.correctable import Part
from deepseek_shock.report.correction import Change, Correction, Way
from deepseek_shock.report.model import Kind, Phrase, Value, phrase
from deepseek_shock.report.provenance import named_sources, source_sentences
from deepseek_shock.report.quote import money, some_of

MOST = 10
"""How many instruments and groups a note names."""

_ALSO = 4  # figures of the lead that are named beside its move
_MAIN = ("move", "close", "previous_close", "low", "high", "volume_ratio", "sigma", "status")
_ENDS = ("close", "previous_close")
_OF_MOVES = (Part.MOVES, Part.LATER)

_Paragraph = tuple[Phrase, ...]


class Note(NamedTuple):
    """A heading, then paragraphs of sentences; the last says whence the figures are."""

    heading: Phrase
    paragraphs: tuple[_Paragraph, ...]


class _Item(NamedTuple):
    """What a note says of one instrument or group: its first change, and all that are said so."""

    main: Change
    covered: tuple[Change, ...]


def make_note(correction: Correction, is_seen: Callable[[Change], bool]) -> Note:
    """Write the note. `is_seen` tells of a change whether it shows in what is printed."""
    seen = [change for change in correction.changes if is_seen(change)]
    foot = (*source_sentences(correction.new.sources), phrase("method.rights"))
    if not seen and not correction.only_old and not correction.only_new:
        return Note(phrase("correction.none"), (_nothing(correction), foot))
    items = _order(correction, seen)
    paragraphs = list(_paragraphs(correction, items, seen))
    told = {change.place for item in items for change in item.covered}
    told |= {change.place for change in seen if change.place.name == "title"}
    more = sum(change.place not in told for change in seen)
    if more:
        paragraphs.append((phrase("correction.more", n=more),))
    for alone, key in ((correction.only_old, "gone"), (correction.only_new, "come")):
        if alone:
            names = some_of(
                [phrase("item.share", share=one) for one in alone],
                lambda number: phrase("correction.more_names", n=number),
            )
            paragraphs.append((phrase(f"correction.{key}", named=names, n=len(alone)),))
    return Note(phrase("correction.heading"), (*paragraphs, foot))


def _nothing(correction: Correction) -> _Paragraph:
    said = phrase("correction.nothing")
    n = sum(not change.is_of_words for change in correction.changes)
    return (said, phrase("correction.beyond", n=n)) if n else (said,)


def _order(correction: Correction, seen: Sequence[Change]) -> list[_Item]:
    """Choose what is named: the lead, then others by size, then groups; else whatever there is."""
    leads = _leads(correction)
    items = list(_of_instruments(correction, seen))
    items.sort(
        key=lambda item: (
            item.main.place.part is Part.LATER,
            leads.index(item.main.place.about) if item.main.place.about in leads else len(leads),
            _MAIN.index(item.main.place.name),
            -item.main.size,
            item.main.place,
        )
    )
    groups = [
        _Item(change, (change,))
        for change in seen
        if change.place.part is Part.GROUPS and change.kind is Kind.RETURN
    ]
    items += sorted(groups, key=lambda item: (-item.main.size, item.main.place))
    if not items:
        others = [change for change in seen if change.place.name != "title"]
        items = [_Item(change, (change,)) for change in others]
    return items[:MOST]


def _of_instruments(correction: Correction, seen: Sequence[Change]) -> Iterator[_Item]:
    """Gather the changes of each instrument's session into one item."""
    by_place: dict[tuple[Part, str], list[Change]] = {}
    for change in seen:
        if change.place.part in _OF_MOVES:
            by_place.setdefault((change.place.part, change.place.about), []).append(change)
    for changes in by_place.values():
        mains = [change for change in changes if change.place.name in _MAIN]
        if mains:
            main = min(mains, key=lambda change: _MAIN.index(change.place.name))
            yield _Item(main, tuple(_covered(correction, main, changes)))


def _leads(correction: Correction) -> list[str]:
    """Return the tickers that the two headlines lead with, the earlier one's first."""
    leads = (correction.old.findings.lead, correction.new.findings.lead)
    return [lead.instrument.ticker for lead in leads if lead is not None]


def _covered(correction: Correction, main: Change, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield what is said with the main figure: why it changed; of one that came or went, all."""
    is_whole = main.place.name == "move" and main.way is not Way.CHANGED
    also = set(_beside(correction, main, changes))
    for change in changes:
        is_end = main.place.name == "move" and change.place.name in _ENDS
        if change is main or is_whole or is_end or change.place.name in also:
            yield change


def _beside(correction: Correction, main: Change, changes: Sequence[Change]) -> list[str]:
    """Name the figures that are said beside the lead's move."""
    if main.place.about not in _leads(correction) or main.way is not Way.CHANGED:
        return []
    ends = _ENDS if main.place.name == "move" else ()
    names = [
        change.place.name
        for change in changes
        if change is not main
        and change.place.name not in ends
        and change.way is Way.CHANGED
        and change.place.name in (*_MAIN[:-1], "change")
    ]
    return names[:_ALSO]


def _paragraphs(
    correction: Correction, items: Sequence[_Item], seen: Sequence[Change]
) -> Iterator[_Paragraph]:
    for at, item in enumerate(items):
        yield (
            _sentence(correction, item.main, is_first=not at),
            *_why(correction, item.main),
            *_also(item, seen),
        )
        if not at:
            yield from _headline(seen)
    if not items:
        yield from _headline(seen)


def _headline(seen: Sequence[Change]) -> Iterator[_Paragraph]:
    for change in seen:
        if change.place.part is Part.HEADLINE and change.place.name == "title":
            yield (phrase("correction.title", old=change.old, new=change.new),)


def _sentence(correction: Correction, change: Change, *, is_first: bool) -> Phrase:
    old, new = said(change.kind, change.old), said(change.kind, change.new)
    on, subject, label = _on(correction, change, is_first=is_first), change.subject, change.label
    match change.way:
        case Way.CHANGED:
            key = "correction.first_changed" if is_first else "correction.changed"
        case Way.APPEARED:
            key = "correction.first_appeared" if is_first else "correction.appeared"
        case Way.WITHDRAWN:
            key = "correction.first_withdrawn" if is_first else "correction.withdrawn"
    return phrase(key, subject=subject, label=label, on=on, old=old, new=new)


def said(kind: Kind, value: Value) -> Phrase | None:
    """Say a figure as a sentence has it; `None` of none."""
    return None if value is None else phrase(f"correction.as_{kind}", value=value)


def _on(correction: Correction, change: Change, *, is_first: bool) -> Phrase:
    """Name the session of an instrument's figure; the first time with the year."""
    move = _find(correction, change)[1]
    if move is None:
        return phrase("correction.any_day")
    key = "correction.on_long_day" if is_first else "correction.on_day"
    return phrase(key, day=move.session)


def _find(correction: Correction, change: Change) -> tuple[Move | None, Move | None]:
    if change.place.part not in _OF_MOVES:
        return None, None
    of = [
        one.findings.moves if change.place.part is Part.MOVES else one.findings.later_moves
        for one in (correction.old, correction.new)
    ]
    return of[0].get(change.place.about), of[1].get(change.place.about)


def _why(correction: Correction, change: Change) -> Iterator[Phrase]:
    """Say why an instrument's figure changed, as far as the two reports tell."""
    old, new = _find(correction, change)
    if old is None or new is None:
        return
    if new.is_figure and not old.is_figure:
        key = "correction.why_came" if _is_absence(old) else "correction.why_refused"
        yield phrase(key, why=_reason(old))
    elif old.is_figure and not new.is_figure:
        yield phrase("correction.why_gone", why=_reason(new))
    elif change.place.name == "move":
        yield from _why_moved(new.instrument, old, new)
    if old.status is Status.PROVISIONAL and new.status is Status.OK:
        yield phrase("correction.why_provisional")
    if new.is_accepted and not old.is_accepted:
        yield phrase("correction.why_accepted", why=_reason(new))
    if old.is_figure and new.is_figure and old.source != new.source:
        was, now = named_sources(old.source), named_sources(new.source)
        if was and now:
            yield phrase("correction.why_source", was=was, now=now)


def _why_moved(share: Instrument, old: Move, new: Move) -> Iterator[Phrase]:
    """Name which of the two closes is another one, and whether the same source changed it."""
    is_same = old.source == new.source
    if old.close != new.close:
        was, now = money(share, old.close), money(share, new.close)
        key = "correction.why_close" if is_same else "correction.why_close_other"
        yield phrase(key, was=was, now=now)
    if old.previous_close != new.previous_close:
        was, now = money(share, old.previous_close), money(share, new.previous_close)
        key = "correction.why_previous" if is_same else "correction.why_previous_other"
        yield phrase(key, was=was, now=now)


def _is_absence(move: Move) -> bool:
    return move.status in (Status.MISSING, Status.FAILED, Status.NOT_FOUND, Status.PENDING)


def _reason(move: Move) -> Phrase:
    return (
        phrase(f"status.{move.status}") if move.reason is None else phrase(f"reason.{move.reason}")
    )


def _also(item: _Item, seen: Sequence[Change]) -> Iterator[Phrase]:
    """Say what else of the lead changed."""
    skipped = _ENDS if item.main.place.name == "move" else ()
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
        if change is not item.main and change.place.name not in skipped and change in seen
    )
    if parts:
        yield phrase("correction.also", parts=parts)
