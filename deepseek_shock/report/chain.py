"""The chain of the sessions in one sentence: what moved first, and what the next made of it."""

from collections.abc import Sequence

from deepseek_shock.analysis.relay import Leg, Relation, find_answer, find_next
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import city, focus_noun, hours_between, many

_BETWEEN = 2  # legs told between the first and its answer


def chain_sentence(legs: Sequence[Leg]) -> tuple[Phrase, ...]:
    """Tell the medians in the order of the closes, of sessions that have ended."""
    known = [leg for leg in legs if leg.price_return is not None and leg.asked.phase is Phase.ENDED]
    if len(known) < 2 or known[0] is not legs[0]:  # noqa: PLR2004 -- a chain takes two
        return ()
    first, answer = known[0], find_answer(known)
    told = _few([leg for leg in known[1:] if leg is not answer])
    links = [_first_link(first, find_next(known))]
    for leg in known[1:]:
        if leg is answer:
            links.append(_answer_link(first, leg))
        elif leg in told:
            links.append(_link(leg))
    return (phrase("relay.chain", parts=tuple(links)),)


def _few(legs: Sequence[Leg]) -> list[Leg]:
    """Choose New York and those that closed first."""
    ours = [leg for leg in legs if leg.relation is Relation.NEW_YORK][:1]
    others = [leg for leg in legs if leg not in ours][: _BETWEEN - len(ours)]
    return [leg for leg in legs if leg in ours or leg in others]


def _first_link(leg: Leg, following: Leg | None) -> Phrase:
    if following is None or hours_between(leg.asked, following.asked) < 1:
        return _link(leg)
    form = "" if leg.price_return else "_still"
    return phrase(
        f"relay.link_before{form}",
        share=_one(leg),
        noun=focus_noun(leg.focus),
        move=leg.price_return,
        next_city=city(following.calendar),
        many=many(leg.breadth.known, is_of_indexes=leg.focus.is_of_indexes),
        n=leg.breadth.known,
    )


def _link(leg: Leg) -> Phrase:
    form = "" if leg.price_return else "_still"
    return phrase(
        f"relay.link{form}",
        share=_one(leg),
        noun=focus_noun(leg.focus),
        move=leg.price_return,
        many=many(leg.breadth.known, is_of_indexes=leg.focus.is_of_indexes),
        n=leg.breadth.known,
    )


def _answer_link(first: Leg, leg: Leg) -> Phrase:
    """Say that the first exchange went on the way it had gone, or turned."""
    is_same_way = (first.price_return or 0) * (leg.price_return or 0) > 0
    form = "again" if is_same_way else "then" if leg.price_return else "then_still"
    return phrase(
        f"relay.link_{form}",
        share=_one(leg),
        noun=focus_noun(leg.focus),
        move=leg.price_return,
        n=leg.breadth.known,
    )


def _one(leg: Leg) -> Instrument | None:
    """Return the only member with a figure: it is named, for one share has no median."""
    return next((move.instrument for move in leg.members if move.price_return is not None), None)
