"""From a comparison's findings to its document: what is said of several shocks side by side."""

from collections.abc import Sequence
from decimal import Decimal

from deepseek_shock.analysis.comparison import Compared, Course, Occasion
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report import comparisontables as tables
from deepseek_shock.report.model import Comparison, Phrase, phrase
from deepseek_shock.report.quote import event_name

_FEW = 2  # events that a title names one by one


def build_comparison(findings: Compared, command: str) -> Comparison:
    """Build the document; `command` is what makes it again."""
    sections = (
        tables.compared(findings),
        tables.paths(findings),
        tables.events(findings),
        tables.gaps(findings),
        tables.method(findings),
        tables.reproduce(command),
    )
    return Comparison(
        findings=findings,
        title=_title(findings),
        kicker=_kicker(findings),
        dek=tuple(_dek(findings)),
        dateline=(tables.axis(findings),),
        held=tables.held(findings),
        sections=tuple(section for section in sections if section is not None),
        command=command,
    )


def _title(findings: Compared) -> Phrase:
    """State the finding of the first instrument: of two events both, of more the two ends."""
    lead = findings.lead
    if lead is None:
        return phrase("compare.title_nothing", n=len(findings.occasions))
    known = [one for one in findings.occasions if one.course(lead).move.is_figure]
    if len(findings.occasions) <= _FEW or len(known) == 1:
        parts = tuple(_part(one, one.course(lead)) for one in known)
        return phrase("compare.title_few", share=lead, parts=parts)
    worst, best = _ends(known, lead)
    return phrase("compare.title", share=lead, n=len(known), worst=worst, best=best)


def _part(occasion: Occasion, course: Course) -> Phrase:
    """Say one event's move and, where it can be told, after how many sessions it was undone."""
    recovery = course.recovery
    is_told = recovery is not None and bool(recovery.held)
    key = "compare.part_back" if is_told else "compare.part"
    return phrase(
        key,
        event=event_name(occasion.inquiry),
        move=course.move.price_return,
        back=tables.back(course, "title"),
    )


def _kicker(findings: Compared) -> Phrase:
    instruments = findings.instruments
    indexes = sum(one.is_index for one in instruments)
    kind = "indexes" if indexes == len(instruments) else "instruments" if indexes else "shares"
    things = phrase(f"compare.{kind}", n=len(instruments))
    return phrase("compare.kicker", events=len(findings.occasions), things=things)


def _dek(findings: Compared) -> list[Phrase]:
    """Say what the title does not: how far it went, how often it was undone, who differed most."""
    lead = findings.lead
    if lead is None:
        return []
    courses = [(one, one.course(lead)) for one in findings.occasions]
    told = [(one, course) for one, course in courses if course.recovery is not None]
    is_few = len(courses) <= _FEW
    said = [_furthest(lead, told)] if told and is_few else _recovered(lead, findings, told)
    return [*said, *_widest(findings, lead)]


def _furthest(lead: Instrument, told: Sequence[tuple[Occasion, Course]]) -> Phrase:
    parts = tuple(
        phrase(
            "compare.furthest_part",
            event=event_name(one.inquiry),
            move=course.recovery.worst_return,
            n=course.offset_of(course.recovery.worst_on),
        )
        for one, course in told
        if course.recovery is not None
    )
    return phrase("compare.furthest", share=lead, parts=parts, n=len(parts))


def _recovered(
    lead: Instrument, findings: Compared, told: Sequence[tuple[Occasion, Course]]
) -> list[Phrase]:
    """Say after how many of the events the move was undone within the window."""
    held = [course.recovery for _, course in told if course.recovery and course.recovery.held]
    if not held:
        return []
    back = sum(one.recovered_on is not None for one in held)
    last = findings.window.last
    form = "some" if back < len(held) else "both" if back == _FEW else "all"
    return [phrase(f"compare.recovered_{form}", share=lead, n=back, known=len(held), last=last)]


def _widest(findings: Compared, lead: Instrument) -> list[Phrase]:
    """Name the instrument whose moves differ most from event to event, if it is another."""
    spread = {one: _spread(findings, one) for one in findings.instruments}
    widest = max(spread, key=lambda one: spread[one])
    if widest == lead or not spread[widest]:
        return []
    known = [one for one in findings.occasions if one.course(widest).move.is_figure]
    worst, best = _ends(known, widest)
    return [phrase("compare.widest", share=widest, worst=worst, best=best)]


def _ends(known: Sequence[Occasion], instrument: Instrument) -> tuple[Phrase, Phrase]:
    """Name the events of an instrument's lowest and highest move."""
    ordered = sorted(known, key=lambda one: _move(one, instrument))
    return _item(ordered[0], instrument), _item(ordered[-1], instrument)


def _spread(findings: Compared, instrument: Instrument) -> Decimal:
    moves = [
        _move(one, instrument)
        for one in findings.occasions
        if one.course(instrument).move.is_figure
    ]
    return max(moves) - min(moves) if moves else Decimal()


def _move(occasion: Occasion, instrument: Instrument) -> Decimal:
    return occasion.course(instrument).move.price_return or Decimal()


def _item(occasion: Occasion, instrument: Instrument) -> Phrase:
    return phrase(
        "compare.item", event=event_name(occasion.inquiry), move=_move(occasion, instrument)
    )
