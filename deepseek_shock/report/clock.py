"""The clock of the relay in words: what came when, who was closed, who could answer to whom."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.instant import Extent, First, Timing
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.relay import Leg, find_answer, find_next
from deepseek_shock.market.sessions import Phase, is_half_day, is_session
from deepseek_shock.report.model import Phrase, Span, phrase
from deepseek_shock.report.quote import MOST_NAMED, city, hours_between, pause_words, some_of


def clock_sentences(findings: Findings) -> tuple[Phrase, ...]:
    """Say how the sessions stand to the instant and to each other; short, whatever their number."""
    legs = findings.legs
    return (
        *_instant_sentences(findings),
        *_over_sentence(legs),
        *_closed_sentences(findings),
        *_half_day_sentences(legs),
        *_order_sentence(legs),
        *_waiting_sentences(legs),
        *_answer_sentence(legs),
    )


def _cities(calendars: Sequence[str]) -> tuple[Phrase, ...]:
    return some_of([city(calendar) for calendar in calendars], _more)


def _more(number: int) -> Phrase:
    return phrase("relay.more", n=number)


def _instant_sentences(findings: Findings) -> tuple[Phrase, ...]:
    at, firsts = findings.inquiry.at, findings.firsts
    if at is None or not firsts:
        return ()
    trading = [first for first in firsts if first.reach.timing is Timing.IN_SESSION]
    resting = [first for first in firsts if first.reach.timing is Timing.IN_BREAK]
    if not trading and not resting:
        return (_outside(at, firsts),)
    said = [_during("open", at, trading)] if trading else []
    return (*said, *([_during("break", at, resting)] if resting else []))


def _outside(at: datetime, firsts: Sequence[First]) -> Phrase:
    """Say which session was the first; the hour matters only on a day of trading."""
    first = firsts[0]
    day = at.astimezone(UTC).date()
    has_hour = any(is_session(one.exchange, day) for one in firsts)
    return phrase(
        f"relay.at_{'hour' if has_hour else 'day'}",
        at=at,
        day=day,
        first=Span(day, first.session),
        city=city(first.exchange.calendar),
    )


def _during(what: str, at: datetime, firsts: Sequence[First]) -> Phrase:
    """Say whose session the instant fell into; by their clock if it is one, else by UTC alone."""
    clocks = {_clock(at, first) for first in firsts}
    form = "" if len(clocks) == 1 else "_utc"
    return phrase(
        f"relay.during_{what}{form}",
        at=at.astimezone(ZoneInfo(firsts[0].exchange.zone)),
        day=firsts[0].session if len(clocks) == 1 else at.astimezone(UTC).date(),
        named=_cities([first.exchange.calendar for first in firsts]),
        n=len(firsts),
    )


def _clock(at: datetime, first: First) -> datetime:
    return at.astimezone(ZoneInfo(first.exchange.zone)).replace(tzinfo=None)


def _over_sentence(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    over = [leg for leg in legs if leg.reach is not None and leg.reach.extent is Extent.NO]
    return (phrase("relay.over", named=_sessions(over), n=len(over)),) if over else ()


def _sessions(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    named = [phrase("relay.on", city=city(leg.calendar), day=leg.asked.session) for leg in legs]
    return some_of(named, _more)


def _closed_sentences(findings: Findings) -> tuple[Phrase, ...]:
    """Say who was closed on which day, and that the next session stands in its place."""
    closed: dict[date, list[str]] = {}
    for calendar, one in findings.inquiry.asked.items():
        if one.phase is Phase.CLOSED:
            closed.setdefault(one.session, []).append(calendar)
    return tuple(
        phrase("relay.closed", named=_cities(calendars), day=day, n=len(calendars))
        for day, calendars in closed.items()
    )


def _half_day_sentences(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say when each half day ended; of many only that they were half days."""
    halved = [leg for leg in legs if _is_short(leg.asked)]
    if len(halved) > MOST_NAMED:
        return (phrase("relay.half_days", named=_sessions(halved)),)
    return tuple(
        phrase(
            "relay.half_day",
            city=city(one.exchange.calendar),
            day=one.session,
            close=one.closes_at,
        )
        for one in (leg.asked for leg in halved)
    )


def _is_short(asked: Asked) -> bool:
    return asked.phase is not Phase.PENDING and is_half_day(asked.exchange, asked.session)


def _order_sentence(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say who closed before whom opened."""
    following = find_next(legs) if legs else None
    if following is None:
        return ()
    first = legs[0]
    hours = hours_between(first.asked, following.asked)
    if hours < 1:
        return ()
    could_react = first.reach is None or first.reach.extent is not Extent.NO
    form = "before" if could_react else "before_over"
    if following.asked.phase is Phase.PENDING:  # what is to come is told by the timetable
        form = f"{form}_pending"
    said = phrase(
        f"relay.{form}",
        city=city(first.calendar),
        next_city=city(following.calendar),
        day=first.asked.session,
        pause=pause_words(hours),
    )
    return (said,)


def _answer_sentence(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say when the first exchange opened again, if that was after all others had closed."""
    answer = find_answer(legs)
    if not _order_sentence(legs):
        return ()
    last = max((leg for leg in legs if leg is not answer), key=lambda leg: leg.asked.closes_at)
    pause = 0 if answer is None else hours_between(last.asked, answer.asked)
    if answer is None or pause < 1:
        return ()
    day = Span(legs[0].asked.session, answer.asked.session)
    form = "" if len({leg.calendar for leg in legs}) == 2 else "_all"  # noqa: PLR2004 -- both
    return (
        phrase(
            f"relay.answer{'_pending' if answer.asked.phase is Phase.PENDING else form}",
            day=day,
            city=city(answer.calendar),
            next_city=city(last.calendar),
            open=answer.asked.opens_at,
            pause=pause_words(pause),
        ),
    )


def _waiting_sentences(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Say of which sessions nothing is held: those to come, and those that are over."""
    is_told = bool(_answer_sentence(legs))
    coming = [leg for leg in legs if leg.asked.phase is Phase.PENDING]
    missing = [
        leg for leg in legs if leg.asked.phase is not Phase.PENDING and not leg.breadth.known
    ]
    coming = [leg for leg in coming if not (is_told and leg is find_answer(legs))]
    said = [_waiting("coming", coming)] if coming else []
    return (*said, *([_waiting("unheld", missing)] if missing else []))


def _waiting(key: str, legs: Sequence[Leg]) -> Phrase:
    first = legs[0].asked
    return phrase(
        f"relay.{key}",
        city=city(first.exchange.calendar),
        day=first.session,
        open=first.opens_at,
        named=_sessions(legs),
        n=len(legs),
    )
