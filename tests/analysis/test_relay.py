"""The relay: which session came first, and how each was split at its open."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.instant import Extent
from deepseek_shock.analysis.moves import Asked, Status
from deepseek_shock.analysis.relay import (
    Relation,
    find_answer,
    find_next,
    order_sessions,
    place_legs,
    relate,
    run_leg,
)
from deepseek_shock.market.event import Focus
from deepseek_shock.market.exchange import EXCHANGES, XNYS, XTKS, Exchange
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.sessions import Phase
from tests.builders import MONDAY, TUESDAY, asked, moved, utc

NEW_YORK, TOKYO = asked(XNYS), asked(XTKS)
NEW_YORK_THEN = Asked(XNYS, TUESDAY, MONDAY, Phase.ENDED)
TOKYO_THEN = Asked(XTKS, TUESDAY, MONDAY, Phase.ENDED)
THEN = [NEW_YORK_THEN, TOKYO_THEN]
FOCUS = Focus("XNYS", (), Text("Watched", "対象"), Text("shares", "銘柄"), None)


def test_tokyo_goes_first_and_answers() -> None:
    # Tokyo closed at 06:30 UTC, New York at 21:00 UTC.
    expected = [TOKYO, NEW_YORK, TOKYO_THEN]
    assert order_sessions([NEW_YORK, TOKYO], THEN) == expected
    assert order_sessions([TOKYO, NEW_YORK], THEN[::-1]) == expected


def test_one_exchange_alone_is_no_relay() -> None:
    assert order_sessions([NEW_YORK], [NEW_YORK_THEN]) == [NEW_YORK]


def test_the_next_session_stands_for_an_exchange_that_was_closed() -> None:
    closed = asked(XNYS, Phase.CLOSED)
    # Tokyo's session of the 28th ended before New York's of the 28th.
    assert order_sessions([closed, TOKYO], THEN) == [TOKYO, TOKYO_THEN, NEW_YORK_THEN]
    closed = asked(XTKS, Phase.CLOSED)
    # New York went first, Tokyo came next, and New York answered.
    assert order_sessions([closed, NEW_YORK], THEN) == [NEW_YORK, TOKYO_THEN, NEW_YORK_THEN]


@given(st.permutations([XNYS, XTKS]), st.sets(st.sampled_from([XNYS, XTKS]), max_size=1))
def test_legs_are_sorted_by_their_closes(exchanges: list[Exchange], closed: set[Exchange]) -> None:
    now = [asked(one, Phase.CLOSED if one in closed else Phase.ENDED) for one in exchanges]
    closes = [leg.closes_at for leg in order_sessions(now, THEN)]
    assert closes == sorted(closes)


def test_a_leg_stands_before_or_after_new_york_by_the_clock() -> None:
    assert relate(TOKYO, NEW_YORK) is Relation.BEFORE
    assert relate(TOKYO_THEN, NEW_YORK) is Relation.AFTER
    assert relate(NEW_YORK_THEN, NEW_YORK) is Relation.NEW_YORK


def test_who_trades_while_new_york_does_overlaps_it() -> None:
    # London traded from 08:00 to 16:30, New York from 14:30 to 21:00 UTC.
    assert relate(asked(EXCHANGES["XLON"]), NEW_YORK) is Relation.OVERLAPS


def test_the_legs_know_the_first_new_york_among_them_and_the_instant() -> None:
    bare = [run_leg(one, FOCUS, [], None) for one in (TOKYO, NEW_YORK, TOKYO_THEN)]
    legs = place_legs(bare, utc("2025-01-27T14:30"))  # New York's open
    assert [leg.relation for leg in legs] == [
        *(Relation.BEFORE, Relation.NEW_YORK, Relation.AFTER),
    ]
    assert [leg.reach and leg.reach.extent for leg in legs] == [
        *(Extent.NO, Extent.PART, Extent.WHOLE),
    ]
    legs = place_legs(bare[:1], None)
    assert (legs[0].relation, legs[0].reach) == (None, None)


def test_the_first_leg_is_followed_and_answers() -> None:
    legs = place_legs(
        [run_leg(one, FOCUS, [], None) for one in (TOKYO, NEW_YORK, TOKYO_THEN)], None
    )
    assert find_next(legs) == legs[1]
    assert find_answer(legs) == legs[2]
    assert find_next(legs[:1]) is None
    assert find_answer(legs[:2]) is None


def test_whose_close_came_first_goes_first_whatever_the_date() -> None:
    # New York's session of the 27th ended before Tokyo's of the 28th.
    assert order_sessions([TOKYO_THEN, NEW_YORK], THEN) == [NEW_YORK, TOKYO_THEN, NEW_YORK_THEN]


def test_a_leg_by_hand() -> None:
    members = [
        moved("A", "-0.30")._replace(
            overnight_return=Decimal("-0.20"), intraday_return=Decimal("-0.125")
        ),
        moved("B", "-0.10")._replace(
            overnight_return=Decimal("-0.05"), intraday_return=Decimal("-0.05")
        ),
        moved("C", "0.01"),  # only its close is held
        moved("D", None, Status.MISSING),
    ]
    leg = run_leg(NEW_YORK, FOCUS, members, None)
    assert leg.breadth == Breadth(risers=1, fallers=2, unchanged=0, unknown=1)
    assert leg.price_return == Decimal("-0.10")  # the middle of three
    assert leg.overnight == Decimal("-0.125")  # (−0.20 − 0.05) ÷ 2
    assert leg.intraday == Decimal("-0.0875")  # (−0.125 − 0.05) ÷ 2
    assert leg.opens_known == 2
    assert leg.members == tuple(members)


def test_a_leg_knows_its_hours() -> None:
    leg = run_leg(TOKYO, FOCUS, [], None)
    assert (leg.asked.opens_at, leg.asked.closes_at) == (
        utc("2025-01-27T00:00"),
        utc("2025-01-27T06:30"),
    )
    assert (leg.overnight, leg.intraday, leg.price_return, leg.opens_known) == (None, None, None, 0)
