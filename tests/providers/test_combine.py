"""One source held against another: what both say is confirmed, what one lacks the other fills."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Status, find_move
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal, Source
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Fetched
from deepseek_shock.providers.combine import combine, combine_all, differ
from tests.builders import FRIDAY, MONDAY, TUESDAY, asked, bar, baseline, day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

NVDA, AVGO = make_instrument("NVDA"), make_instrument("AVGO")
YAHOO = Origin("yahoo", "2025-02-01T10:00:00Z")
JQUANTS = Origin("jquants", "2025-02-02T10:00:00Z")
DAYS = [day(f"2025-01-{at}") for at in (21, 22, 23, 24, 27, 28)]


def series(
    closes: Mapping[date, str | None],
    origin: Origin = YAHOO,
    *,
    splits: Sequence[Action] = (),
    dividends: tuple[Action, ...] | None = None,
    refused: Mapping[date, Refusal] | None = None,
) -> Bars:
    made = tuple(bar(session, closes[session]) for session in sorted(closes))
    return Bars(NVDA, made, tuple(splits), dividends, refused or {}, origin)


def united(first: Bars, second: Bars) -> Bars:
    found = combine(first, second)
    assert isinstance(found, Bars)
    return found


# --- laws ---

prices = st.decimals(Decimal("0.01"), Decimal(5000), places=2)


@st.composite
def answers(draw: st.DrawFn, origin: Origin = YAHOO) -> Bars:
    """Draw bars with unknown figures, refusals, splits and dividends among them."""
    held = draw(st.sets(st.sampled_from(DAYS)))
    out = draw(st.sets(st.sampled_from(DAYS))) - held
    maybe = st.none() | prices
    bars = [Bar(one, draw(maybe), None, None, draw(maybe), 5) for one in sorted(held)]
    return Bars(
        NVDA,
        tuple(bars),
        draw(st.sampled_from([(), (Action(MONDAY, Decimal(2)),)])),
        draw(st.sampled_from([None, (), (Action(FRIDAY, Decimal("0.1")),)])),
        {one: Refusal(GapReason.DUPLICATE_DAY) for one in out},
        origin,
    )


@given(answers())
def test_a_source_confirms_itself_and_changes_nothing(first: Bars) -> None:
    found = united(first, first)
    closes = {bar.session for bar in first.bars if bar.close is not None}
    assert found.confirmed == closes
    assert found.bars == first.bars
    assert found.refused == first.refused
    assert (found.splits, found.dividends) == (first.splits, first.dividends)
    assert (found.origin, found.others) == (first.origin, {})


@given(answers(), answers(JQUANTS))
def test_a_close_that_the_first_has_is_never_another(first: Bars, second: Bars) -> None:
    found = united(first, second)
    for one in first.bars:
        if one.close is not None and one.session not in found.refused:
            assert found.at(one.session) == one
            assert found.origin_of(one.session) == YAHOO


@given(answers(), answers(JQUANTS))
def test_what_is_filled_names_its_source(first: Bars, second: Bars) -> None:
    found = united(first, second)
    lacking = [one for one in DAYS if first.close(one) is None and one not in first.refused]
    filled = {one for one in lacking if second.close(one) is not None}
    assert dict(found.others) == dict.fromkeys(filled, JQUANTS)
    assert all(found.at(one) == second.at(one) for one in filled)
    assert found.confirmed.isdisjoint(filled)  # one source alone confirms nothing


@given(answers(), answers(JQUANTS))
def test_what_a_guard_refused_in_the_first_stays_refused(first: Bars, second: Bars) -> None:
    found = united(first, second)
    assert first.refused.items() <= found.refused.items()
    assert found.confirmed.isdisjoint(found.refused)
    assert set(found.others).isdisjoint(found.refused)


@given(answers(), answers(JQUANTS))
def test_each_session_of_either_is_accounted_for(first: Bars, second: Bars) -> None:
    found = united(first, second)
    known = {bar.session for bar in found.bars if bar.close is not None}
    said = {bar.session for one in (first, second) for bar in one.bars if bar.close is not None}
    assert known == said - set(found.refused)


@given(answers(), answers(JQUANTS))
def test_to_ask_the_second_again_changes_nothing(first: Bars, second: Bars) -> None:
    once = united(first, second)
    again = united(once, second)
    assert (again.bars, again.refused, again.others) == (once.bars, once.refused, once.others)
    assert (again.splits, again.dividends) == (once.splits, once.dividends)


@given(prices, prices | st.integers(-20, 20))
def test_closes_are_disputed_if_they_differ_by_more_than_a_thousandth(
    one: Decimal, other: Decimal | int
) -> None:
    if isinstance(other, int):
        other = one * (1 + Decimal(other) / 10_000)  # around the edge
    found = united(series({MONDAY: str(one)}), series({MONDAY: str(other)}, JQUANTS))
    # Against the other: exact fractions, so that the edge itself is known.
    is_apart = abs(Fraction(one) / Fraction(other) - 1) > Fraction(1, 1000)
    assert (MONDAY in found.refused) is is_apart is differ(one, other)
    assert (MONDAY in found.confirmed) is not is_apart


# --- by hand ---


@pytest.mark.parametrize(
    ("one", "other", "is_apart"),
    [
        ("100.1", "100", False),  # a thousandth
        ("100.11", "100", True),
        ("99.9", "100", False),
        ("99.89", "100", True),
        ("118.42", "118.42", False),
        ("118.42", "118.5", False),
        ("118.42", "118.6", True),
        ("118.42", "11842", True),
    ],
)
def test_when_two_closes_are_too_far_apart(one: str, other: str, is_apart: bool) -> None:  # noqa: FBT001 -- a table's column
    assert differ(Decimal(one), Decimal(other)) is is_apart


def test_a_dispute_keeps_the_firsts_bar_in_the_refusal() -> None:
    first = series({FRIDAY: "142.62", MONDAY: "118.42"})
    second = series({FRIDAY: "142.62", MONDAY: "117.00"}, JQUANTS)
    found = united(first, second)
    assert found.refused == {MONDAY: Refusal(GapReason.DISPUTED, bar(MONDAY, "118.42"))}
    assert found.bars == (bar(FRIDAY, "142.62"),)
    assert found.confirmed == {FRIDAY}
    move = find_move(found, asked(XNYS))
    assert (move.status, move.reason, move.price_return) == (
        *(Status.SUSPECT, GapReason.DISPUTED),
        None,
    )


def test_a_hole_is_filled_and_the_figure_names_both() -> None:
    found = united(series({FRIDAY: "142.62"}), series({MONDAY: "118.42"}, JQUANTS))
    assert found.bars == (bar(FRIDAY, "142.62"), bar(MONDAY, "118.42"))
    assert found.others == {MONDAY: JQUANTS}
    assert found.origin == YAHOO
    move = find_move(found, asked(XNYS))
    assert move.status is Status.OK
    assert (move.source, move.retrieved) == ("jquants+yahoo", JQUANTS.retrieved)


def test_a_bar_without_a_close_is_a_hole() -> None:
    found = united(series({MONDAY: None}), series({MONDAY: "118.42"}, JQUANTS))
    assert found.close(MONDAY) == Decimal("118.42")
    assert found.origin_of(MONDAY) == JQUANTS


def test_a_second_without_a_close_confirms_and_fills_nothing() -> None:
    first = series({FRIDAY: "142.62", MONDAY: None})
    found = united(first, series({FRIDAY: None, MONDAY: None, TUESDAY: None}, JQUANTS))
    assert found.bars == first.bars
    assert found.others == {}
    assert not found.confirmed


def test_what_a_guard_refused_in_the_second_says_nothing() -> None:
    doubtful = {MONDAY: Refusal(GapReason.DUPLICATE_DAY)}
    first = series({FRIDAY: "142.62", MONDAY: "118.42"})
    found = united(first, series({FRIDAY: "142.62"}, JQUANTS, refused=doubtful))
    assert found.bars == first.bars
    assert found.refused == {}
    assert found.confirmed == {FRIDAY}


def test_a_refused_bar_of_the_first_is_not_replaced() -> None:
    frozen = {MONDAY: Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "125"))}
    first = series({FRIDAY: "142.62"}, refused=frozen)
    found = united(first, series({FRIDAY: "142.62", MONDAY: "118.42"}, JQUANTS))
    assert found.refused == frozen
    assert found.at(MONDAY) is None


def test_what_the_first_filled_before_keeps_its_name() -> None:
    files = Origin("files", "")
    first = united(series({FRIDAY: "142.62"}), series({MONDAY: "118.42"}, files))
    third = united(first, series({FRIDAY: "142.62", MONDAY: "118.42", TUESDAY: "128.99"}, JQUANTS))
    assert third.others == {MONDAY: files, TUESDAY: JQUANTS}
    assert third.confirmed == {FRIDAY, MONDAY}


def test_a_disputed_bar_that_was_filled_is_no_longer_said_to_be_there() -> None:
    first = united(series({FRIDAY: "142.62"}), series({MONDAY: "118.42"}, JQUANTS))
    third = united(first, series({MONDAY: "100"}, Origin("files", "")))
    assert third.refused[MONDAY].reason is GapReason.DISPUTED
    assert third.others == {}


def test_splits_are_united_and_the_firsts_word_counts() -> None:
    first = series({MONDAY: "1"}, splits=[Action(MONDAY, Decimal(2))])
    second = series(
        {MONDAY: "1"}, JQUANTS, splits=[Action(MONDAY, Decimal(3)), Action(FRIDAY, Decimal(5))]
    )
    assert united(first, second).splits == (Action(FRIDAY, Decimal(5)), Action(MONDAY, Decimal(2)))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, None),
        (None, (), ()),
        ((), None, ()),
        (None, (Action(MONDAY, Decimal(1)),), (Action(MONDAY, Decimal(1)),)),
        ((), (Action(MONDAY, Decimal(1)),), ()),  # the first says that there were none
    ],
)
def test_dividends_are_the_firsts_unless_it_says_nothing_of_any(
    first: tuple[Action, ...] | None,
    second: tuple[Action, ...] | None,
    expected: tuple[Action, ...] | None,
) -> None:
    one = series({MONDAY: "1"}, dividends=first)
    other = series({MONDAY: "1"}, JQUANTS, dividends=second)
    assert united(one, other).dividends == expected


def test_a_gap_leaves_the_word_to_the_other() -> None:
    bars, gap = series({MONDAY: "118.42"}), Gap(NVDA, MONDAY, GapReason.TIMEOUT)
    assert combine(gap, bars) is bars
    assert combine(bars, gap) is bars
    late = Gap(NVDA, MONDAY, GapReason.NOT_FOUND)
    assert combine(gap, late) is gap


def test_confirmation_spares_a_genuine_crash_the_guards() -> None:
    # To the cent a half: one source alone may have missed a split, two have not.
    crash = {FRIDAY: "100", MONDAY: "50"}
    alone = find_move(series(crash), asked(XNYS))
    assert (alone.status, alone.reason) == (Status.SUSPECT, GapReason.NEAR_SPLIT_RATIO)
    both = find_move(united(series(crash), series(crash, JQUANTS)), asked(XNYS))
    assert (both.status, both.reason, both.price_return) == (Status.OK, None, Decimal("-0.5"))
    half = find_move(united(series(crash), series({MONDAY: "50"}, JQUANTS)), asked(XNYS))
    assert half.status is Status.SUSPECT


# --- all at once ---


def test_all_instruments_of_the_first_are_held_against_the_second() -> None:
    first = Fetched(
        {"NVDA": series({FRIDAY: "142.62"}), "AVGO": Gap(AVGO, MONDAY, GapReason.NO_DATA)},
        {(MONDAY, "NVDA"): baseline("NVDA")},
        (Source("yahoo", "Yahoo Finance", "2025-02-01", FRIDAY, MONDAY, "0"),),
        {"AVGO": ("AVGP",)},
    )
    other = baseline("NVDA")._replace(sd=0.03)
    second = Fetched(
        {"NVDA": series({MONDAY: "118.42"}, JQUANTS)},
        {(MONDAY, "NVDA"): other, (TUESDAY, "NVDA"): other},
        (Source("jquants", "JPX J-Quants", "2025-02-02", FRIDAY, MONDAY, "1"),),
        {"AVGO": ("X",), "VST": ("Y",)},
    )
    found = combine_all(first, second)
    assert set(found.bars) == {"NVDA", "AVGO"}
    assert found.bars["NVDA"] == combine(first.bars["NVDA"], second.bars["NVDA"])
    assert found.bars["AVGO"] == first.bars["AVGO"]
    assert found.baselines[MONDAY, "NVDA"].sd == 0.02
    assert found.baselines[TUESDAY, "NVDA"].sd == 0.03
    assert [source.name for source in found.sources] == ["yahoo", "jquants"]
    assert found.near["AVGO"] == ("AVGP",)
