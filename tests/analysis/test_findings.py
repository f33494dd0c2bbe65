"""Findings: everything of one day, put together."""

from decimal import Decimal

import pytest

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.findings import Findings, find
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked, Status
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.runs import Run
from deepseek_shock.market.bars import Bars, Direction, Source
from deepseek_shock.market.event import Event, Focus, Group, Watchlist
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.market.sessions import Phase
from tests.builders import FRIDAY, MONDAY, NIKKEI, TUESDAY, asked, bars, baseline, day, pair

TITLE = Text("Title", "題")
SOURCE = Source("sample", "the test", "2025-02", FRIDAY, TUESDAY, "0" * 64)
US = tuple(make_instrument(ticker) for ticker in ("NVDA", "AVGO", "VST"))
TOKYO = tuple(make_instrument(ticker) for ticker in ("5803.T", "6857.T"))
GSPC = make_instrument("^GSPC")
WATCHLIST = Watchlist(
    "w",
    TITLE,
    (Group("us", TITLE, TITLE, US), Group("tokyo", TITLE, TITLE, TOKYO)),
    (GSPC, NIKKEI),
)
THURSDAY = day("2025-01-23")


def closes(ticker: str, *four: str) -> Bars:
    """Make the bars of four sessions in a row, Thursday to Tuesday."""
    instrument = NIKKEI if ticker == "^N225" else make_instrument(ticker)
    days = (THURSDAY, FRIDAY, MONDAY, TUESDAY)
    return bars(instrument, dict(zip(days, four, strict=True)))


HELD: tuple[Bars | Gap, ...] = (
    closes("NVDA", "102", "100", "83", "91.3"),  # −17 %, then +10 %
    closes("AVGO", "99", "100", "95", "95"),  # −5 %
    closes("VST", "99", "100", "72", "72"),  # −28 %
    closes("5803.T", "99", "100", "90", "81"),  # −10 %, then −10 %
    closes("6857.T", "99", "100", "102", "51.5"),  # +2 %
    closes("^GSPC", "99", "100", "99", "99"),
    closes("^N225", "99", "100", "99", "98"),
)


def event(**changes: object) -> Event:
    made = Event("e", TITLE, MONDAY, {"XNYS": MONDAY, "XTKS": MONDAY}, "w")
    return made._replace(**changes)  # type: ignore[arg-type]


def findings_of(
    *replaced: Bars | Gap,
    event: Event | None = None,
    watchlist: Watchlist = WATCHLIST,
    phases: dict[str, Phase] | None = None,
) -> Findings:
    """Find what there is on Monday 27 January, with some instruments' bars replaced."""
    held = {one.instrument.ticker: one for one in (*HELD, *replaced)}
    exchanges = {"XNYS": XNYS, "XTKS": XTKS}
    calendars = dict.fromkeys(one.exchange.calendar for one in watchlist.instruments)
    inquiry = Inquiry(
        day=MONDAY,
        asked={
            one: asked(exchanges[one], (phases or {}).get(one, Phase.ENDED)) for one in calendars
        },
        then={one: Asked(exchanges[one], TUESDAY, MONDAY, Phase.ENDED) for one in calendars},
        watchlist=watchlist,
        event=event,
        window=Window(-1, 1),
    )
    baselines = {(MONDAY, "NVDA"): baseline("NVDA"), (TUESDAY, "AVGO"): baseline("AVGO", TUESDAY)}
    return find(inquiry, Held(held, baselines, (SOURCE,)))


def missing(ticker: str) -> Gap:
    return Gap(make_instrument(ticker), MONDAY, GapReason.TIMEOUT)


def test_moves_of_the_day_and_of_the_session_after() -> None:
    found = findings_of()
    returns = {ticker: move.price_return for ticker, move in found.moves.items()}
    assert returns == {
        "NVDA": Decimal("-0.17"),
        "AVGO": Decimal("-0.05"),
        "VST": Decimal("-0.28"),
        "5803.T": Decimal("-0.1"),
        "6857.T": Decimal("0.02"),
        "^GSPC": Decimal("-0.01"),
        "^N225": Decimal("-0.01"),
    }
    assert found.later_moves["NVDA"].price_return == Decimal("0.1")
    assert found.later_moves["5803.T"].price_return == Decimal("-0.1")


def test_indexes_are_no_shares() -> None:
    found = findings_of()
    assert found.breadth == Breadth(risers=1, fallers=4, unchanged=0, unknown=0)
    assert [move.instrument.ticker for move in found.shares] == [
        *("NVDA", "AVGO", "VST", "5803.T", "6857.T")
    ]
    assert [move.instrument.ticker for move in found.indexes] == ["^GSPC", "^N225"]


def test_groups_stand_in_the_watchlists_order() -> None:
    us, tokyo = findings_of().groups
    assert (us.group.id, us.median, us.breadth.fallers) == ("us", Decimal("-0.17"), 3)
    assert tokyo.median == Decimal("-0.04")  # (−0.10 + 0.02) ÷ 2
    assert tokyo.worst is not None
    assert tokyo.worst.instrument.ticker == "5803.T"


@pytest.mark.parametrize(
    ("leads", "gone", "lead"),
    [
        (("NVDA", "5803.T"), (), "NVDA"),
        (("NVDA", "5803.T"), ("NVDA",), "5803.T"),
        (("NVDA",), ("NVDA",), "VST"),  # −28 % is the largest move of those left
        ((), (), "VST"),
        (("MSFT", "AVGO"), (), "AVGO"),  # MSFT is not watched
        ((), ("NVDA", "AVGO", "VST", "5803.T", "6857.T"), None),
    ],
)
def test_the_lead_is_the_first_with_a_figure_else_the_largest_move(
    leads: tuple[str, ...], gone: tuple[str, ...], lead: str | None
) -> None:
    found = findings_of(*(missing(ticker) for ticker in gone), event=event(leads=leads))
    assert (found.lead and found.lead.instrument.ticker) == lead


def test_an_index_does_not_lead() -> None:
    found = findings_of(closes("^GSPC", "99", "100", "60", "60"))
    assert found.lead is not None
    assert found.lead.instrument.ticker == "VST"


def test_a_rise_may_be_the_largest_move() -> None:
    found = findings_of(closes("6857.T", "99", "100", "129", "129"))
    assert found.lead is not None
    assert found.lead.instrument.ticker == "6857.T"


def test_legs_follow_the_events_focus() -> None:
    focus = Focus("XTKS", ("tokyo",), TITLE, TITLE, "^N225")
    tokyo, new_york, answer = findings_of(event=event(focus=(focus,))).legs
    assert (tokyo.focus, tokyo.price_return) == (focus, Decimal("-0.04"))
    assert tokyo.benchmark is not None
    assert tokyo.benchmark.price_return == Decimal("-0.01")
    # Without a focus of its own New York's leg is of all shares watched there, and its first index.
    assert (new_york.focus.calendar, new_york.focus.benchmark) == ("XNYS", "^GSPC")
    assert [move.instrument.ticker for move in new_york.members] == ["NVDA", "AVGO", "VST"]
    assert new_york.price_return == Decimal("-0.17")
    assert (answer.focus, answer.asked.session) == (focus, TUESDAY)
    # 6857.T stands at 51.5 after 102: near a half, so that only 5803.T has a figure.
    assert answer.price_return == Decimal("-0.1")
    assert answer.breadth == Breadth(risers=0, fallers=1, unchanged=0, unknown=1)


def test_a_focus_on_groups_that_are_not_watched_is_not_taken() -> None:
    focus = Focus("XTKS", ("elsewhere",), TITLE, TITLE, None)
    tokyo = findings_of(event=event(focus=(focus,))).legs[0]
    assert tokyo.focus.groups == ()
    assert [move.instrument.ticker for move in tokyo.members] == ["5803.T", "6857.T"]


def test_one_exchange_has_no_relay() -> None:
    watchlist = Watchlist("w", TITLE, (Group("us", TITLE, TITLE, US),))
    assert findings_of(watchlist=watchlist).legs == ()


def test_a_closed_exchange_is_not_due() -> None:
    found = findings_of(phases={"XTKS": Phase.CLOSED})
    assert found.moves["5803.T"].status is Status.CLOSED
    assert [move.instrument.ticker for move in found.shares] == ["NVDA", "AVGO", "VST"]
    assert [move.instrument.ticker for move in found.indexes] == ["^GSPC"]
    assert found.breadth == Breadth(risers=0, fallers=3, unchanged=0, unknown=0)
    # Its next session takes part in the relay: Tuesday's in Tokyo came between two in New York.
    legs = [(leg.calendar, leg.asked.session) for leg in found.legs]
    assert legs == [("XNYS", MONDAY), ("XTKS", TUESDAY), ("XNYS", TUESDAY)]
    assert found.legs[1].breadth.known > 0
    assert "5803.T" not in found.runs


def test_what_has_no_figure_is_counted_as_unknown() -> None:
    found = findings_of(missing("NVDA"))
    assert found.breadth == Breadth(risers=1, fallers=3, unchanged=0, unknown=1)
    assert "NVDA" not in found.runs


def test_runs_of_the_day_and_of_the_session_after() -> None:
    found = findings_of()
    # NVDA: 102, 100, 83 (two falls, as far as is held), then 91.3.
    assert found.runs["NVDA"] == Run(Direction.FALL, 2, 0, False, False)
    assert found.later_runs["NVDA"] == Run(Direction.RISE, 1, 2, True, False)


def test_statistics_are_those_of_the_session_asked() -> None:
    found = findings_of()
    assert set(found.baselines) == {"NVDA"}
    assert found.moves["NVDA"].sigma == pytest.approx(-8.55)  # (−0.17 − 0.001) ÷ 0.02
    assert found.moves["AVGO"].sigma is None
    assert found.later_moves["AVGO"].sigma == pytest.approx(-0.05)  # (0 − 0.001) ÷ 0.02
    assert [one.move.instrument.ticker for one in found.since] == ["NVDA"]


def test_the_events_lines_are_drawn_else_the_largest_moves() -> None:
    drawn = findings_of(event=event(lines=("AVGO", "MSFT", "5803.T"))).paths
    assert [path.instrument.ticker for path in drawn] == ["AVGO", "5803.T"]
    largest = findings_of(missing("NVDA"), pair("AVGO", "100", "100")).paths
    assert [path.instrument.ticker for path in largest] == ["VST", "5803.T", "6857.T", "AVGO"]


def test_no_more_than_six_lines_are_drawn_unasked() -> None:
    tickers = [f"T{at}" for at in range(1, 9)]
    many = Group("g", TITLE, TITLE, tuple(make_instrument(ticker) for ticker in tickers))
    # T1 fell by 1 %, T8 by 8 %.
    held = [pair(ticker, "100", str(100 - at)) for at, ticker in enumerate(tickers, 1)]
    drawn = findings_of(*held, watchlist=Watchlist("w", TITLE, (many,))).paths
    assert [path.instrument.ticker for path in drawn] == ["T8", "T7", "T6", "T5", "T4", "T3"]
