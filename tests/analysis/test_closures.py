"""A session that no instrument of an exchange has: the exchange may have been closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.closures import mark_closed
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.moves import Move, Status, find_move
from deepseek_shock.market.bars import Bars, Refusal, Source
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import Phase
from tests.builders import FRIDAY, MONDAY, TUESDAY, asked, bars, day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

THURSDAY = day("2025-01-23")
WHOLE: dict[date, str | None] = {THURSDAY: "99", FRIDAY: "100", MONDAY: "90", TUESDAY: "91"}
NO_MONDAY: dict[date, str | None] = {THURSDAY: "99", FRIDAY: "100", TUESDAY: "91"}
NO_FRIDAY: dict[date, str | None] = {THURSDAY: "99", MONDAY: "90", TUESDAY: "91"}
ENDS_ON_FRIDAY: dict[date, str | None] = {THURSDAY: "99", FRIDAY: "100"}


def source(name: str) -> Source:
    return Source(name, name, "2025-02-01T00:00:00Z", THURSDAY, TUESDAY, "0")


def marked(
    *answers: Bars | Gap, sources: tuple[str, ...] = ("yahoo",), phase: Phase = Phase.ENDED
) -> dict[str, tuple[Status, GapReason | None, str]]:
    """Find the moves of Monday 27 January, and say what is made of them."""
    held = Held({one.instrument.ticker: one for one in answers}, {}, tuple(map(source, sources)))
    moves: Mapping[str, Move] = {
        ticker: find_move(one, asked(EXCHANGES[one.instrument.exchange.mic], phase))
        for ticker, one in held.bars.items()
    }
    found = mark_closed(moves, held)
    assert list(found) == list(moves)
    for ticker, move in found.items():
        if move.reason is not GapReason.MAYBE_CLOSED:
            assert move == moves[ticker]  # nothing else is touched
    return {ticker: (move.status, move.reason, move.detail) for ticker, move in found.items()}


def closed_on(session: str) -> tuple[Status, GapReason, str]:
    return Status.MISSING, GapReason.MAYBE_CLOSED, session


NO_BAR = (Status.MISSING, GapReason.NO_BAR, "")
NO_PREVIOUS = (Status.MISSING, GapReason.NO_PREVIOUS_BAR, "")
OK = (Status.OK, None, "")


def test_a_session_that_all_lack_may_have_been_none() -> None:
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_MONDAY), bars("^GSPC", NO_MONDAY))
    assert found == dict.fromkeys(("NVDA", "AVGO", "^GSPC"), closed_on("2025-01-27"))


def test_a_previous_session_that_all_lack_may_have_been_none() -> None:
    found = marked(bars("NVDA", NO_FRIDAY), bars("AVGO", NO_FRIDAY))
    assert found == dict.fromkeys(("NVDA", "AVGO"), closed_on("2025-01-24"))


def test_one_that_has_the_session_shows_that_there_was_one() -> None:
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_MONDAY), bars("VST", WHOLE))
    assert found == {"NVDA": NO_BAR, "AVGO": NO_BAR, "VST": OK}


def test_so_does_one_that_a_guard_refused() -> None:
    doubtful = Bars(
        make_instrument("VST"),
        bars("VST", NO_MONDAY).bars,
        refused={MONDAY: Refusal(GapReason.DUPLICATE_DAY)},
    )
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_MONDAY), doubtful)
    assert found["NVDA"] == NO_BAR
    assert found["VST"][1] is GapReason.DUPLICATE_DAY


def test_rows_with_nothing_in_them_are_no_bars() -> None:
    # In the summer of 2026 Yahoo dropped some tickers' rows of a session, and emptied others'.
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", {**WHOLE, MONDAY: None}))
    assert {reason for _, reason, _ in found.values()} == {GapReason.MAYBE_CLOSED}


def test_different_holes_are_holes() -> None:
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_FRIDAY))
    assert found == {"NVDA": NO_BAR, "AVGO": NO_PREVIOUS}


def test_one_instrument_alone_is_no_sign() -> None:
    assert marked(bars("NVDA", NO_MONDAY)) == {"NVDA": NO_BAR}


def test_who_did_not_answer_is_no_sign_either_way() -> None:
    failed = Gap(make_instrument("VST"), MONDAY, GapReason.TIMEOUT)
    unknown = Gap(make_instrument("CRM"), MONDAY, GapReason.NOT_FOUND)
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_MONDAY), failed, unknown)
    assert found["NVDA"] == found["AVGO"] == closed_on("2025-01-27")
    assert found["VST"] == (Status.FAILED, GapReason.TIMEOUT, "")
    assert found["CRM"] == (Status.NOT_FOUND, GapReason.NOT_FOUND, "")
    assert marked(bars("NVDA", NO_MONDAY), failed, unknown)["NVDA"] == NO_BAR


def test_each_exchange_is_judged_by_itself() -> None:
    found = marked(
        *(bars(ticker, NO_MONDAY) for ticker in ("5803.T", "6857.T")),
        *(bars(ticker, WHOLE) for ticker in ("NVDA", "AVGO")),
    )
    assert found["5803.T"] == found["6857.T"] == closed_on("2025-01-27")
    assert found["NVDA"] == found["AVGO"] == OK


@pytest.mark.parametrize("name", ["sample", "files"])
def test_the_end_of_what_is_held_is_no_sign(name: str) -> None:
    ended = [bars(ticker, ENDS_ON_FRIDAY) for ticker in ("NVDA", "AVGO")]
    assert set(marked(*ended, sources=(name,)).values()) == {NO_BAR}
    # Where bars follow, the hole is a hole.
    holed = [bars(ticker, NO_MONDAY) for ticker in ("NVDA", "AVGO")]
    assert set(marked(*holed, sources=(name,)).values()) == {closed_on("2025-01-27")}


@pytest.mark.parametrize("name", ["yahoo", "jquants", "somebody"])
def test_a_vendor_that_was_asked_has_no_end(name: str) -> None:
    ended = [bars(ticker, ENDS_ON_FRIDAY) for ticker in ("NVDA", "AVGO")]
    assert set(marked(*ended, sources=(name,)).values()) == {closed_on("2025-01-27")}


def test_the_beginning_of_what_is_held_is_no_sign() -> None:
    begun: dict[date, str | None] = {MONDAY: "90", TUESDAY: "91"}
    found = marked(bars("NVDA", begun), bars("AVGO", begun))
    assert found == {"NVDA": NO_PREVIOUS, "AVGO": NO_PREVIOUS}


def test_no_bars_at_all_are_no_sign() -> None:
    found = marked(bars("NVDA", {}), bars("AVGO", {}))
    assert found == {"NVDA": NO_BAR, "AVGO": NO_BAR}


def test_where_the_exchange_was_closed_by_its_calendar_nothing_is_lacking() -> None:
    found = marked(bars("NVDA", NO_MONDAY), bars("AVGO", NO_MONDAY), phase=Phase.CLOSED)
    assert set(found.values()) == {(Status.CLOSED, None, "")}


def test_what_is_good_stays_as_it_is() -> None:
    assert marked(bars("NVDA", WHOLE), bars("AVGO", WHOLE)) == {"NVDA": OK, "AVGO": OK}
