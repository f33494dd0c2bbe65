"""The finding first: title, kicker, dek."""

from decimal import Decimal

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.relay import Leg, find_answer, find_next
from deepseek_shock.market.sessions import Phase
from deepseek_shock.report.model import Phrase, Span, phrase
from deepseek_shock.report.quote import city, focus_noun, hours_between, item, pause_words, tide

_FEWEST = 3  # shares that a median may stand for in the dek


def title(findings: Findings) -> Phrase:
    """State the finding: the lead's move, and how many of the watched shares went the day's way."""
    lead, breadth = findings.lead, findings.breadth
    if lead is None:
        return phrase("title.nothing", day=findings.inquiry.day)
    if breadth.known == 1:
        return phrase("title.single", lead=lead.instrument, move=lead.price_return)
    way, number = tide(breadth)
    form = "some" if number < breadth.known else "both" if number == 2 else "all"  # noqa: PLR2004 -- both
    is_of_shares = bool(findings.inquiry.watchlist.shares)
    return phrase(
        f"title.{way}_{form}" if is_of_shares else f"title_of_indexes.{way}_{form}",
        lead=lead.instrument,
        move=lead.price_return,
        number=number,
        known=breadth.known,
    )


def kicker(findings: Findings) -> Phrase:
    """Name the event, or else what is watched, and the date."""
    inquiry = findings.inquiry
    if inquiry.event is None:
        return phrase("kicker.day", watchlist=inquiry.watchlist.title, day=inquiry.day)
    return phrase("kicker.event", event=inquiry.event.name, day=inquiry.day)


def dek(findings: Findings) -> tuple[Phrase, ...]:
    """Say in two or three sentences what the day was, from the figures alone."""
    legs = [leg for leg in findings.legs if leg.price_return is not None]
    today = [leg for leg in legs if leg.asked == findings.inquiry.asked.get(leg.focus.calendar)]
    is_of_shares = bool(findings.inquiry.watchlist.shares)
    if not is_of_shares or len(today) < 2 or min(leg.breadth.known for leg in today) < _FEWEST:  # noqa: PLR2004 -- no relay
        return _plain_dek(findings)
    # The exchange that went first has its own sentence.
    largest = max(today[1:], key=lambda leg: abs(leg.price_return or Decimal()))
    order = _order_sentences(legs) if legs[0] is findings.legs[0] else ()
    return (_focus_sentence(largest), *order)


def _plain_dek(findings: Findings) -> tuple[Phrase, ...]:
    figures = [move for move in findings.watched if move.price_return is not None]
    if len(figures) < 2:  # noqa: PLR2004 -- the title has said it
        return ()
    worst = min(figures, key=lambda move: move.price_return or 0)
    best = max(figures, key=lambda move: move.price_return or 0)
    return (phrase("dek.range", worst=item(worst), best=item(best)),)


def _focus_sentence(leg: Leg) -> Phrase:
    way, number = tide(leg.breadth)
    form = "all" if number == leg.breadth.known else "some"
    return phrase(
        f"dek.{way}_{form}",
        noun=focus_noun(leg.focus),
        number=number,
        known=leg.breadth.known,
        median=leg.price_return,
    )


def _order_sentences(legs: list[Leg]) -> tuple[Phrase, ...]:
    """Say which exchange went first, and what its answer on the next session was."""
    first, following, answer = legs[0], find_next(legs), find_answer(legs)
    hours = 0 if following is None else hours_between(first.asked, following.asked)
    if following is None or hours < 1:
        return ()
    said = phrase(
        "dek.first" if first.price_return else "dek.first_still",
        city=city(first.focus.calendar),
        noun=focus_noun(first.focus),
        known=first.breadth.known,
        median=first.price_return,
        pause=pause_words(hours),
        next_city=city(following.focus.calendar),
    )
    if answer is None or answer.asked.phase is not Phase.ENDED:  # half a session is no answer yet
        return (said,)
    return (said, _answer_sentence(first, answer))


def _answer_sentence(first: Leg, leg: Leg) -> Phrase:
    way, number = tide(leg.breadth)
    form = "all" if number == leg.breadth.known else "some"
    day = Span(first.asked.session, leg.asked.session)
    return phrase(f"dek.answer_{way}_{form}", day=day, number=number, known=leg.breadth.known)
