"""What a correction note names, in which order: moves and closes of all before anything else."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deepseek_shock.report.correctable import Part
from deepseek_shock.report.correction import Change, Correction, Way
from deepseek_shock.report.correctionwhy import OF_MOVES, is_now_final, is_state_alone
from deepseek_shock.report.model import Kind

MOST = 10
"""How many instruments and groups a note names."""

_ALSO = 4  # figures of the lead that are named beside its move
ENDS = ("close", "previous_close")
"""The figures that a move runs between: they explain it."""

_FIRST = ("move", *ENDS)  # said of everybody before anything else is said of anybody
_BESIDE = (*_FIRST, "low", "high", "volume_ratio", "sigma")
_MAIN = (*_BESIDE, "status", "total_return")


class Item(NamedTuple):
    """What a note says of one instrument or group: its first change, and all that are said so."""

    main: Change
    covered: tuple[Change, ...]


class Seen(NamedTuple):
    """Two reports, and what of their differences shows in print.

    `final` are the states of figures that are final now, `grown` the figures that differ because
    more sessions are known now: neither was wrong.
    """

    correction: Correction
    changes: tuple[Change, ...]
    final: tuple[Change, ...]
    grown: tuple[Change, ...]

    @property
    def is_finished(self) -> bool:
        """Whether no figure of an instrument differs but those that are final now."""
        of_moves = [one for one in self.changes if one.place.part in OF_MOVES]
        is_any_alone = self.correction.only_old or self.correction.only_new
        is_all = all(is_now_final(self.correction, one) for one in of_moves)
        return bool(self.final) and is_all and not is_any_alone


def order(seen: Seen) -> list[Item]:
    """Choose what is named: moves and closes, then groups, then the rest; else what there is."""
    leads = _leads(seen.correction)

    def rank(item: Item) -> tuple[object, ...]:
        part, about, name = item.main.place
        at = leads.index(about) if about in leads else len(leads)
        return part is Part.LATER, at, _MAIN.index(name), -item.main.size, item.main.place

    items = sorted(_of_instruments(seen), key=rank)
    first = [item for item in items if item.main.place.name in _FIRST]
    groups = [
        Item(change, (change,))
        for change in seen.changes
        if change.place.part is Part.GROUPS and change.kind is Kind.RETURN
    ]
    groups.sort(key=lambda item: (-item.main.size, item.main.place))
    named = [*first, *groups, *(item for item in items if item not in first)]
    if not named and not seen.final:
        others = [change for change in seen.changes if change.place.name != "title"]
        named = [Item(change, (change,)) for change in others]
    return named[:MOST]


def _of_instruments(seen: Seen) -> Iterator[Item]:
    """Gather the changes of each instrument's session into one item."""
    by_place: dict[tuple[Part, str], list[Change]] = {}
    for change in seen.changes:
        if change.place.part in OF_MOVES:
            by_place.setdefault((change.place.part, change.place.about), []).append(change)
    for changes in by_place.values():
        mains = [
            change
            for change in changes
            if change.place.name in _MAIN and not is_state_alone(seen.correction, change)
        ]
        if mains:
            main = min(mains, key=lambda change: _MAIN.index(change.place.name))
            yield Item(main, tuple(_covered(seen.correction, main, changes)))


def _leads(correction: Correction) -> list[str]:
    """Return the tickers that the two headlines lead with, the earlier one's first."""
    leads = (correction.old.findings.lead, correction.new.findings.lead)
    return [lead.instrument.ticker for lead in leads if lead is not None]


def _covered(correction: Correction, main: Change, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield what is said with the main figure: why it changed; of one that came or went, all."""
    is_whole = main.place.name == "move" and main.way is not Way.CHANGED
    also = set(_beside(correction, main, changes))
    for change in changes:
        is_end = main.place.name == "move" and change.place.name in ENDS
        if change is main or is_whole or is_end or change.place.name in also:
            yield change


def _beside(correction: Correction, main: Change, changes: Sequence[Change]) -> list[str]:
    """Name the figures that are said beside the lead's move."""
    if main.place.about not in _leads(correction) or main.way is not Way.CHANGED:
        return []
    ends = ENDS if main.place.name == "move" else ()
    names = [
        change.place.name
        for change in changes
        if change is not main
        and change.place.name not in ends
        and change.way is Way.CHANGED
        and change.place.name in (*_BESIDE, "change")
    ]
    return names[:_ALSO]
