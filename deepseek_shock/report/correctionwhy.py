"""Why a figure of a correction changed, as far as the two reports tell."""

from collections.abc import Collection, Iterator

from deepseek_shock.analysis.moves import Move, Status
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report.correctable import Part, Place
from deepseek_shock.report.correction import Change, Correction
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.provenance import named_sources
from deepseek_shock.report.quote import money

OF_MOVES = (Part.MOVES, Part.LATER)
"""The parts whose figures are an instrument's in one session."""

_FILES = "files"  # of the user's own there is no vendor who changed anything


def find_moves(correction: Correction, change: Change) -> tuple[Move | None, Move | None]:
    """Return the earlier and the newer move that a figure is of; none where it is of no move."""
    if change.place.part not in OF_MOVES:
        return None, None
    of = [
        one.findings.moves if change.place.part is Part.MOVES else one.findings.later_moves
        for one in (correction.old, correction.new)
    ]
    return of[0].get(change.place.about), of[1].get(change.place.about)


def is_now_final(correction: Correction, change: Change) -> bool:
    """Tell whether a figure was taken before the close, and is the close's now."""
    old, new = find_moves(correction, change)
    if old is None or new is None:
        return False
    return old.status is Status.PROVISIONAL and new.status is Status.OK


def has_grown(correction: Correction, change: Change) -> bool:
    """Tell whether a figure on the sessions after the day takes in sessions that came since."""
    if change.place.part is not Part.AFTER:
        return False
    last = [
        {made.recovery.instrument.ticker: made.recovery.last for made in one.findings.aftermaths}
        for one in (correction.old, correction.new)
    ]
    old, new = (one.get(change.place.about) for one in last)
    return old is not None and new is not None and old < new


def is_state_alone(correction: Correction, change: Change) -> bool:
    """Tell whether it is the state of a figure that is there before and after."""
    old, new = find_moves(correction, change)
    is_both = old is not None and new is not None and old.is_figure and new.is_figure
    return change.place.name == "status" and is_both


def explain(correction: Correction, change: Change, seen: Collection[Place]) -> Iterator[Phrase]:
    """Say why an instrument's figure changed. `seen` are the places whose change shows in print."""
    old, new = find_moves(correction, change)
    if old is None or new is None:
        return
    if new.is_figure and not old.is_figure:
        key = "correction.why_came" if _is_absence(old) else "correction.why_refused"
        yield phrase(key, why=_reason(old))
    elif old.is_figure and not new.is_figure:
        yield phrase("correction.why_gone", why=_reason(new))
    elif change.place.name == "move":
        is_final = is_now_final(correction, change)  # and then it is the close's first figure
        ends = ("previous",) if is_final else ("close", "previous")
        for end in ends:
            yield from _explain_end(change, end, (old, new), seen)
    if new.is_accepted and not old.is_accepted:
        yield phrase("correction.why_accepted", why=_reason(new))
    if old.is_figure and new.is_figure and old.source != new.source:
        was, now = named_sources(old.source), named_sources(new.source)
        if was and now:
            yield phrase("correction.why_source", was=was, now=now)


def _explain_end(
    change: Change, end: str, moves: tuple[Move, Move], seen: Collection[Place]
) -> Iterator[Phrase]:
    """Say that the close at one end of a move is another one, and whether the source changed it."""
    name = "close" if end == "close" else "previous_close"
    old, new = moves
    was, now = (one.close if end == "close" else one.previous_close for one in moves)
    if was == now:
        return
    if change.place._replace(name=name) not in seen:  # twice the same amount would explain nothing
        yield phrase(f"correction.why_{end}_unseen")
        return
    share: Instrument = new.instrument
    yield phrase(
        f"correction.why_{end}{_by_whom(old, new)}", was=money(share, was), now=money(share, now)
    )


def _by_whom(old: Move, new: Move) -> str:
    if old.source != new.source:
        return "_other"
    return "_own" if _FILES in (new.source or "").split("+") else ""


def _is_absence(move: Move) -> bool:
    return move.status in (Status.MISSING, Status.FAILED, Status.NOT_FOUND, Status.PENDING)


def _reason(move: Move) -> Phrase:
    return (
        phrase(f"status.{move.status}") if move.reason is None else phrase(f"reason.{move.reason}")
    )
