"""What a guard has refused: why there is no figure, and when one is printed all the same."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.guards import find_refusal, find_split_refusal
from deepseek_shock.analysis.moves import Leniency, Move, Status, find_move
from deepseek_shock.market.bars import Action, Bars, Origin, Refusal
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import Phase
from tests.builders import FRIDAY, MONDAY, TUESDAY, asked, bar, baseline, day, pair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

NVDA, FUJIKURA = make_instrument("NVDA"), make_instrument("5803.T")
PROVISIONAL, ACCEPTED = Leniency(is_provisional=True), Leniency(is_accepted=True)
BOTH = Leniency(is_provisional=True, is_accepted=True)
UNAPPLIED, TWICE = GapReason.UNAPPLIED_SPLIT, GapReason.SPLIT_APPLIED_TWICE


# --- splits that were recorded ---


@pytest.mark.parametrize(
    ("ratio", "split", "reason"),
    [
        # Two for one: closes on one basis that stand at a half were not restated.
        ("0.5", "2", UNAPPLIED),
        ("0.415", "2", UNAPPLIED),  # not restated, and a fall of 17 % besides
        ("0.7", "2", UNAPPLIED),  # nearer to a half than to one, in logarithms
        ("0.72", "2", None),
        ("2", "2", TWICE),
        ("1.9", "2", TWICE),
        ("1.42", "2", TWICE),
        ("1.4", "2", None),
        ("1", "2", None),
        # Ten for one.
        ("0.1", "10", UNAPPLIED),
        ("0.097", "10", UNAPPLIED),
        ("10", "10", TWICE),
        ("1.0075", "10", None),
        ("0.5", "10", None),
        # One for ten: the other way round.
        ("10", "0.1", UNAPPLIED),
        ("0.1", "0.1", TWICE),
        ("0.9", "0.1", None),
        # Three for two, and five for four, the smallest of which anything is said.
        ("0.6667", "1.5", UNAPPLIED),
        ("1.5", "1.5", TWICE),
        ("0.8", "1.25", UNAPPLIED),
        ("1.25", "1.25", TWICE),
        ("1.25", "0.8", UNAPPLIED),
        ("0.8", "0.8", TWICE),
        # Smaller ones are nearer to an ordinary move.
        ("0.9090909", "1.1", None),
        ("1.1", "1.1", None),
        ("0.8065", "1.24", None),
        ("0.81", "0.81", None),
        ("1", "1.1", None),
    ],
)
def test_a_recorded_split_that_was_done_wrongly(
    ratio: str, split: str, reason: GapReason | None
) -> None:
    assert find_split_refusal(Decimal(ratio), Decimal(split)) is reason


splits = st.sampled_from(["1.5", "2", "3", "4", "5", "10", "20", "0.5", "0.1", "0.05"])


@given(st.decimals(Decimal("0.82"), Decimal("1.2"), places=4), splits)
def test_an_ordinary_move_on_the_day_of_a_split_is_a_move(ratio: Decimal, split: str) -> None:
    assert find_split_refusal(ratio, Decimal(split)) is None
    assert find_refusal(NVDA, ratio * 100, Decimal(100), Decimal(split)) is None


@given(st.decimals(Decimal("0.82"), Decimal("1.2"), places=4), splits)
def test_an_ordinary_move_does_not_hide_a_split_done_wrongly(move: Decimal, split: str) -> None:
    by = Decimal(split)
    assert find_split_refusal(move / by, by) is UNAPPLIED
    assert find_split_refusal(move * by, by) is TWICE


def test_with_a_split_on_record_a_ratio_near_another_is_no_split() -> None:
    # A fall to a half, four for one being recorded: large, and a move.
    assert find_refusal(NVDA, Decimal(50), Decimal(100), Decimal(4)) is None
    assert find_refusal(NVDA, Decimal(50), Decimal(100)) is GapReason.NEAR_SPLIT_RATIO


def test_with_a_split_on_record_the_price_limit_holds_on_its_basis() -> None:
    # 6,705 yen before 2:1 are 3,352.5, from which a day may carry it by 700 yen.
    fujikura = make_instrument("5803.T")
    base = Decimal("3352.5")
    assert find_refusal(fujikura, base - 700, base, Decimal(2)) is None
    limit = GapReason.BEYOND_PRICE_LIMIT
    assert find_refusal(fujikura, base - 701, base, Decimal(2)) is limit


# --- units ---


@pytest.mark.parametrize(
    ("close", "previous", "reason"),
    [
        ("11842", "142.62", GapReason.IMPLAUSIBLE_RATIO),  # × 100 and −17 %: no more than that
        ("14200", "142.62", GapReason.UNIT_JUMP),
        ("1.42", "142.62", GapReason.UNIT_JUMP),
        ("97", "1", GapReason.UNIT_JUMP),
        ("103", "1", GapReason.UNIT_JUMP),
        ("96.9", "1", GapReason.IMPLAUSIBLE_RATIO),
        ("103.1", "1", GapReason.IMPLAUSIBLE_RATIO),
        ("0.97", "100", GapReason.UNIT_JUMP),
        ("1.03", "100", GapReason.UNIT_JUMP),
        ("0.96", "100", GapReason.IMPLAUSIBLE_RATIO),
        ("1.04", "100", GapReason.IMPLAUSIBLE_RATIO),
        ("1000", "1", GapReason.IMPLAUSIBLE_RATIO),
    ],
)
def test_a_hundred_times_as_much_or_a_hundredth_is_a_slip_of_units(
    close: str, previous: str, reason: GapReason
) -> None:
    assert find_refusal(NVDA, Decimal(close), Decimal(previous)) is reason
    assert find_refusal(FUJIKURA, Decimal(close), Decimal(previous)) is reason


# --- moves from refused bars ---


def held(
    closes: Mapping[date, str],
    refused: Mapping[date, tuple[GapReason, str | None]],
    *,
    splits: tuple[Action, ...] = (),
    confirmed: frozenset[date] = frozenset(),
) -> Bars:
    refusals = {
        session: Refusal(reason, None if close is None else bar(session, close))
        for session, (reason, close) in refused.items()
    }
    rows = tuple(bar(session, close) for session, close in closes.items())
    return Bars(NVDA, rows, splits, None, refusals, confirmed=confirmed)


def is_blank(move: Move) -> bool:
    numbers = ("previous_close", "close", "change", "price_return", "total_return", "sigma")
    return all(getattr(move, name) is None for name in numbers) and not move.is_figure


SINGLE = {
    *(GapReason.IN_PROGRESS, GapReason.UNAPPLIED_SPLIT, GapReason.SPLIT_APPLIED_TWICE),
    *(GapReason.DISPUTED,),
}
"""What is refused with the one bar there is; of a duplicate there are two."""


@pytest.mark.parametrize("reason", sorted(SINGLE))
@pytest.mark.parametrize("session", [FRIDAY, MONDAY])
def test_a_refused_bar_at_either_end_gives_its_reason(reason: GapReason, session: date) -> None:
    other = FRIDAY if session == MONDAY else MONDAY
    bars = held({other: "100"}, {session: (reason, "98")})
    move = find_move(bars, asked(XNYS), baseline("NVDA"))
    assert (move.status, move.reason) == (Status.SUSPECT, reason)
    assert is_blank(move)
    accepted = find_move(bars, asked(XNYS), baseline("NVDA"), ACCEPTED)
    assert (accepted.status, accepted.reason) == (Status.OK, reason)
    closes = {other: Decimal(100), session: Decimal(98)}
    assert (accepted.previous_close, accepted.close) == (closes[FRIDAY], closes[MONDAY])
    assert accepted.is_accepted


@pytest.mark.parametrize("session", [FRIDAY, MONDAY])
@pytest.mark.parametrize("leniency", [Leniency(), PROVISIONAL, ACCEPTED, BOTH])
def test_of_two_bars_none_can_be_accepted(session: date, leniency: Leniency) -> None:
    other = FRIDAY if session == MONDAY else MONDAY
    bars = held({other: "100"}, {session: (GapReason.DUPLICATE_DAY, None)})
    move = find_move(bars, asked(XNYS), None, leniency)
    assert (move.status, move.reason) == (Status.SUSPECT, GapReason.DUPLICATE_DAY)
    assert is_blank(move)


def test_a_refused_session_elsewhere_is_no_concern() -> None:
    bars = held(
        {FRIDAY: "100", MONDAY: "90"},
        {day("2025-01-23"): (GapReason.DUPLICATE_DAY, None), TUESDAY: (GapReason.DISPUTED, "50")},
    )
    move = find_move(bars, asked(XNYS))
    assert (move.status, move.reason, move.price_return) == (Status.OK, None, Decimal("-0.1"))


def test_a_session_without_a_bar_is_missing_whatever_was_refused_before_it() -> None:
    bars = held({}, {FRIDAY: (GapReason.DUPLICATE_DAY, None)})
    move = find_move(bars, asked(XNYS))
    assert (move.status, move.reason) == (Status.MISSING, GapReason.NO_BAR)


def test_a_session_whose_neighbour_is_missing_cannot_be_accepted() -> None:
    bars = held({}, {MONDAY: (GapReason.IN_PROGRESS, "90")})
    for leniency in (Leniency(), PROVISIONAL, ACCEPTED):
        move = find_move(bars, asked(XNYS), None, leniency)
        assert (move.status, move.reason) == (Status.MISSING, GapReason.NO_PREVIOUS_BAR)


@pytest.mark.parametrize("session", [FRIDAY, MONDAY])
def test_a_bar_in_progress_does_not_hide_what_is_worse(session: date) -> None:
    other = FRIDAY if session == MONDAY else MONDAY
    bars = held({}, {session: (GapReason.IN_PROGRESS, "98"), other: (GapReason.DISPUTED, "99")})
    for leniency in (Leniency(), PROVISIONAL):
        move = find_move(bars, asked(XNYS), None, leniency)
        assert move.status is Status.SUSPECT
        assert is_blank(move)
    assert find_move(bars, asked(XNYS), None, PROVISIONAL).reason is GapReason.DISPUTED


# --- a ratio that a guard refuses ---


@pytest.mark.parametrize(
    ("previous", "close", "reason", "price_return"),
    [
        ("100", "50", GapReason.NEAR_SPLIT_RATIO, "-0.5"),
        ("100", "15", GapReason.IMPLAUSIBLE_RATIO, "-0.85"),
        ("1", "100", GapReason.UNIT_JUMP, "99"),
    ],
)
def test_a_genuine_crash_is_printed_when_it_is_accepted(
    previous: str, close: str, reason: GapReason, price_return: str
) -> None:
    bars = pair("NVDA", previous, close)
    refused = find_move(bars, asked(XNYS))
    assert (refused.status, refused.reason) == (Status.SUSPECT, reason)
    assert is_blank(refused)
    assert find_move(bars, asked(XNYS), None, PROVISIONAL) == refused
    move = find_move(bars, asked(XNYS), None, ACCEPTED)
    assert (move.status, move.reason) == (Status.OK, reason)
    assert move.price_return == Decimal(price_return)
    assert move.is_accepted


def test_to_accept_what_nobody_refused_changes_nothing() -> None:
    bars = pair("NVDA", "100", "90")
    assert find_move(bars, asked(XNYS), None, ACCEPTED) == find_move(bars, asked(XNYS))
    assert not find_move(bars, asked(XNYS), None, ACCEPTED).is_accepted


@pytest.mark.parametrize(
    "confirmed", [frozenset(), frozenset({FRIDAY}), frozenset({MONDAY}), frozenset({TUESDAY})]
)
def test_half_a_confirmation_is_none(confirmed: frozenset[date]) -> None:
    bars = held({FRIDAY: "100", MONDAY: "50"}, {}, confirmed=confirmed)
    assert find_move(bars, asked(XNYS)).status is Status.SUSPECT


def test_what_two_sources_say_is_no_longer_guarded() -> None:
    bars = held({FRIDAY: "100", MONDAY: "50"}, {}, confirmed=frozenset({FRIDAY, MONDAY}))
    move = find_move(bars, asked(XNYS))
    assert (move.status, move.reason, move.price_return) == (Status.OK, None, Decimal("-0.5"))


def test_a_confirmation_of_other_days_does_not_lift_a_refusal() -> None:
    bars = held(
        {FRIDAY: "100"},
        {MONDAY: (GapReason.DISPUTED, "90")},
        confirmed=frozenset({FRIDAY, TUESDAY}),
    )
    assert find_move(bars, asked(XNYS)).reason is GapReason.DISPUTED


# --- frozen before the close ---


@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.ENDED])
def test_a_frozen_bar_is_provisional_where_that_is_taken(phase: Phase) -> None:
    bars = held({FRIDAY: "100"}, {MONDAY: (GapReason.IN_PROGRESS, "95")})
    assert find_move(bars, asked(XNYS, phase)).status is Status.SUSPECT
    for leniency in (PROVISIONAL, BOTH):
        move = find_move(bars, asked(XNYS, phase), baseline("NVDA"), leniency)
        assert move.status is Status.PROVISIONAL
        assert (move.close, move.price_return) == (Decimal(95), Decimal("-0.05"))
        assert move.sigma is not None


@pytest.mark.parametrize(
    ("close", "reason"),
    [
        ("10000", GapReason.UNIT_JUMP),
        ("50", GapReason.NEAR_SPLIT_RATIO),
        ("900", GapReason.IMPLAUSIBLE_RATIO),
    ],
)
def test_a_frozen_bar_is_guarded_as_any_other(close: str, reason: GapReason) -> None:
    # In mid-session a slip of units is as likely as after it.
    bars = held({FRIDAY: "100"}, {MONDAY: (GapReason.IN_PROGRESS, close)})
    move = find_move(bars, asked(XNYS, Phase.RUNNING), None, PROVISIONAL)
    assert (move.status, move.reason) == (Status.SUSPECT, reason)
    assert is_blank(move)


def test_a_provisional_figure_does_not_rest_on_a_close_that_was_refused() -> None:
    # A split of two for one that was not applied to Friday, and a bar of Monday before its close.
    bars = held(
        {},
        {FRIDAY: (UNAPPLIED, "200"), MONDAY: (GapReason.IN_PROGRESS, "99")},
        splits=(Action(MONDAY, Decimal(2)),),
    )
    move = find_move(bars, asked(XNYS, Phase.RUNNING), None, PROVISIONAL)
    assert (move.status, move.reason) == (Status.SUSPECT, UNAPPLIED)


def test_a_figure_that_was_accepted_in_a_running_session_says_so() -> None:
    move = find_move(pair("NVDA", "100", "50"), asked(XNYS, Phase.RUNNING), None, ACCEPTED)
    assert (move.status, move.reason) == (Status.PROVISIONAL, GapReason.NEAR_SPLIT_RATIO)
    assert move.is_figure
    assert move.is_accepted  # the report says it beside the figure


# --- where from ---


YAHOO = Origin("yahoo", "2025-01-28T10:00:00Z")
JQUANTS = Origin("jquants", "2025-01-29T10:00:00Z")


@pytest.mark.parametrize(
    ("others", "source", "retrieved"),
    [
        ({}, "yahoo", YAHOO.retrieved),
        ({MONDAY: JQUANTS}, "jquants+yahoo", JQUANTS.retrieved),  # the session's own first
        ({FRIDAY: JQUANTS}, "yahoo+jquants", JQUANTS.retrieved),
        ({FRIDAY: JQUANTS, MONDAY: JQUANTS}, "jquants", JQUANTS.retrieved),
        ({TUESDAY: JQUANTS}, "yahoo", YAHOO.retrieved),
        # The same source at another time.
        ({FRIDAY: YAHOO._replace(retrieved="2025-01-27T22:00:00Z")}, "yahoo", YAHOO.retrieved),
    ],
)
def test_a_figure_names_the_source_of_either_end(
    others: dict[date, Origin], source: str, retrieved: str
) -> None:
    plain = pair("NVDA", "100", "90")
    move = find_move(Bars(NVDA, plain.bars, origin=YAHOO, others=others), asked(XNYS))
    assert (move.source, move.retrieved) == (source, retrieved)


def test_what_was_refused_names_its_source_too() -> None:
    bars = Bars(NVDA, pair("NVDA", "100", "50").bars, origin=YAHOO)
    move = find_move(bars, asked(XNYS))
    assert (move.status, move.source) == (Status.SUSPECT, "yahoo")


def test_a_gap_has_no_source_and_keeps_the_vendors_words() -> None:
    gap = Gap(NVDA, MONDAY, GapReason.NO_DATA, "Data doesn't exist")
    for leniency in (Leniency(), PROVISIONAL, ACCEPTED):
        move = find_move(gap, asked(XNYS), None, leniency)
        assert (move.status, move.reason) == (Status.MISSING, GapReason.NO_DATA)
        assert (move.detail, move.source, move.retrieved) == ("Data doesn't exist", None, None)


# --- laws ---

prices = st.decimals(Decimal("0.01"), Decimal(5000), places=2).map(str)


@given(prices, prices, st.sampled_from([Leniency(), PROVISIONAL, ACCEPTED, BOTH]))
def test_leniency_never_changes_a_figure(previous: str, close: str, leniency: Leniency) -> None:
    bars = pair("NVDA", previous, close)
    strict = find_move(bars, asked(XNYS))
    move = find_move(bars, asked(XNYS), None, leniency)
    assert move.reason is strict.reason
    if strict.is_figure:
        assert move == strict
    else:
        assert move.is_figure is leniency.is_accepted
    if move.is_figure:
        assert (move.previous_close, move.close) == (Decimal(previous), Decimal(close))
