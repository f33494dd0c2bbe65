"""The relay: which session came first, and how each was split at its open."""

from decimal import Decimal

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.moves import Asked, Status
from deepseek_shock.analysis.relay import order_sessions, run_leg
from deepseek_shock.market.event import Focus
from deepseek_shock.market.exchange import XNYS, XTKS
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


def test_a_closed_exchange_takes_no_part() -> None:
    closed = asked(XNYS, Phase.CLOSED)
    assert order_sessions([closed, TOKYO], THEN) == [TOKYO]


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
