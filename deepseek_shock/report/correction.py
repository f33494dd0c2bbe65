"""What changed between two reports of the same day, figure by figure, raw."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.errors import UsageError
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report.correctable import Figure, Part, Place
from deepseek_shock.report.dayfigures import read_day
from deepseek_shock.report.model import Kind, Phrase, Report, Value
from deepseek_shock.report.money import Money
from deepseek_shock.report.pastfigures import read_past


class Way(StrEnum):
    """What became of a figure."""

    CHANGED = "changed"
    APPEARED = "appeared"  # there was none
    WITHDRAWN = "withdrawn"  # there is none any more


class Change(NamedTuple):
    """A figure that differs; `None` where there is none. What is printed of it is not yet said."""

    place: Place
    subject: Value
    label: Phrase
    kind: Kind
    old: Value
    new: Value

    @property
    def way(self) -> Way:
        """What became of the figure."""
        if self.old is None:
            return Way.APPEARED
        return Way.WITHDRAWN if self.new is None else Way.CHANGED

    @property
    def is_of_words(self) -> bool:
        """Whether it is of a sentence, whose figures have changes of their own."""
        return self.kind in (Kind.PHRASE, Kind.SENTENCES)

    @property
    def size(self) -> Decimal:
        """How far a number changed; one that came or went counts in full."""
        return abs(_amount(self.new) - _amount(self.old))


class Kept(NamedTuple):
    """How a report was kept: by which version of shock, and whether it is what this one makes."""

    tool_version: str
    is_other_version: bool
    is_as_written: bool


class Correction(NamedTuple):
    """An earlier and a newer report of the same day, and what differs between them.

    Of the instruments that only one of them watches, no figure is among the `changes`. What is not
    known of how a report was kept is `None`: it has been made just now.
    """

    old: Report
    new: Report
    changes: tuple[Change, ...]
    only_old: tuple[Instrument, ...] = ()
    only_new: tuple[Instrument, ...] = ()
    old_kept: Kept | None = None
    new_kept: Kept | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.changes or self.only_old or self.only_new)


def correct(old: Report, new: Report) -> Correction:
    """Compare two reports of the same day and event. Raises `UsageError` of two different ones."""
    _check_same(old, new)
    only_old, only_new = _only_in(old, new), _only_in(new, old)
    alone = {one.ticker for one in (*only_old, *only_new)}
    before, after = _read(old), _read(new)
    places = [*after, *(place for place in before if place not in after)]
    order = list(Part)
    changes = [
        change
        for place in sorted(places, key=lambda one: order.index(one.part))
        if (change := _compare(place, before.get(place), after.get(place))) is not None
        and not (isinstance(change.subject, Instrument) and change.subject.ticker in alone)
    ]
    return Correction(old, new, tuple(_without_echoes(changes)), only_old, only_new)


def _without_echoes(changes: list[Change]) -> Iterator[Change]:
    """Leave out a total return that is the move itself, as it is where no dividend was paid."""
    moves = {(one.place.part, one.place.about): one for one in changes if one.place.name == "move"}
    for one in changes:
        move = moves.get((one.place.part, one.place.about))
        is_same = move is not None and (move.old, move.new) == (one.old, one.new)
        if one.place.name != "total_return" or not is_same:
            yield one


def _check_same(old: Report, new: Report) -> None:
    ours, theirs = old.findings.inquiry, new.findings.inquiry
    if ours.day != theirs.day:
        raise UsageError(
            f"one report is of {ours.day}, the other of {theirs.day}",
            hint="a correction is of two reports of the same day; `shock compare` takes several",
        )
    names = [one.event.id if one.event else None for one in (ours, theirs)]
    if names[0] != names[1]:
        one, other = (f"event {name}" if name else "no event" for name in names)
        raise UsageError(
            f"one report is of {one}, the other of {other}",
            hint="a correction is of two reports of the same event; `shock compare` takes several",
        )
    for calendar in ours.asked.keys() & theirs.asked.keys():
        days = ours.asked[calendar].session, theirs.asked[calendar].session
        if days[0] != days[1]:
            raise UsageError(
                f"on {calendar} one report is of {days[0]}, the other of {days[1]}",
                hint="a correction is of two reports of the same sessions",
            )


def _only_in(one: Report, other: Report) -> tuple[Instrument, ...]:
    moves = one.findings.moves.items()
    return tuple(move.instrument for ticker, move in moves if ticker not in other.findings.moves)


def _read(report: Report) -> dict[Place, Figure]:
    return {**dict(read_day(report)), **dict(read_past(report.findings))}


def _compare(place: Place, old: Figure | None, new: Figure | None) -> Change | None:
    before, after = old and old.value, new and new.value
    words = new or old
    if words is None or before == after:
        return None
    return Change(place, words.subject, words.label, words.kind, before, after)


def _amount(value: Value) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else Decimal()
