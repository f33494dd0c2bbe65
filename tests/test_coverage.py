"""Whether what came is enough: what is said where it is not, and whether the vendor is at fault.

Exit codes are the contract's: 4 for data that are incomplete, 5 where the vendor failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.findings import Findings, find
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Window
from deepseek_shock.coverage import Rule, check_coverage, coverage, name_some
from deepseek_shock.errors import IncompleteError, ShockError, VendorError
from deepseek_shock.market.bars import Bars, Refusal, Source
from deepseek_shock.market.event import Event, Group, Watchlist
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.providers.base import Fetched
from tests.builders import FRIDAY, MONDAY, TUESDAY, asked, bar, bars, moved, pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from deepseek_shock.market.instrument import Instrument

TITLE = Text("Title", "題")
YAHOO = Source("yahoo", "Yahoo Finance", "2025-02-01T00:00:00Z", FRIDAY, TUESDAY, "0")
STORE, SAMPLE, FILES = (YAHOO._replace(name=name) for name in ("store", "sample", "files"))
NINETY, STRICT = Rule(90, is_strict=False), Rule(0, is_strict=True)


def us(count: int, start: int = 0) -> list[str]:
    return [f"T{at}" for at in range(start, start + count)]


def fine(*tickers: str) -> list[Bars]:
    return [pair(ticker, "100", "90") for ticker in tickers]


def lost(
    *tickers: str, reason: GapReason = GapReason.TIMEOUT, detail: str = ""
) -> list[Bars | Gap]:
    return [Gap(make_instrument(ticker), MONDAY, reason, detail) for ticker in tickers]


def lacking(*tickers: str) -> list[Bars]:
    """Make bars that end before the session."""
    return [bars(ticker, {FRIDAY: "100"}) for ticker in tickers]


def refused(ticker: str, reason: GapReason, close: str | None) -> Bars:
    single = None if close is None else bar(MONDAY, close)
    instrument = make_instrument(ticker)
    return Bars(instrument, (bar(FRIDAY, "100"),), refused={MONDAY: Refusal(reason, single)})


def findings_of(
    answers: Sequence[Bars | Gap],
    *,
    leads: tuple[str, ...] | None = None,
    phases: Mapping[str, Phase] | None = None,
    accepted: frozenset[tuple[str, object]] = frozenset(),
    sources: tuple[Source, ...] = (YAHOO,),
) -> Findings:
    instruments = tuple(one.instrument for one in answers)
    calendars = dict.fromkeys(one.exchange.calendar for one in instruments)
    event = Event("e", TITLE, MONDAY, dict.fromkeys(calendars, MONDAY), "w", leads or ())
    inquiry = Inquiry(
        MONDAY,
        {one: asked(EXCHANGES[one], (phases or {}).get(one, Phase.ENDED)) for one in calendars},
        {one: Asked(EXCHANGES[one], TUESDAY, MONDAY, Phase.ENDED) for one in calendars},
        Watchlist("w", TITLE, (Group("g", TITLE, TITLE, instruments),)),
        None if leads is None else event,
        Window(-1, 1),
        accepted=accepted,  # type: ignore[arg-type]
    )
    held = {one.instrument.ticker: one for one in answers}
    return find(inquiry, Held(held, {}, sources))


def failure(  # noqa: PLR0913 -- what a check looks at
    *answers: Bars | Gap,
    rule: Rule = NINETY,
    sources: tuple[Source, ...] = (YAHOO,),
    near: Mapping[str, tuple[str, ...]] | None = None,
    directory: Mapping[str, Instrument] | None = None,
    leads: tuple[str, ...] | None = None,
    phases: Mapping[str, Phase] | None = None,
) -> ShockError | None:
    """Return what a check raises, if it raises."""
    findings = findings_of(answers, leads=leads, phases=phases, sources=sources)
    fetched = Fetched(
        {one.instrument.ticker: one for one in answers}, {}, sources, dict(near or {})
    )
    try:
        check_coverage(rule, findings, fetched, directory or {})
    except ShockError as error:
        return error
    return None


def told(*answers: Bars | Gap, **settings: object) -> ShockError:
    error = failure(*answers, **settings)  # type: ignore[arg-type]
    assert error is not None
    return error


def code(error: ShockError | None) -> int:
    return 0 if error is None else error.exit_code


# --- whose fault it is ---


@pytest.mark.parametrize(
    ("there", "failed", "missing", "expected"),
    [
        (10, 0, 0, 0),
        (9, 1, 0, 0),  # 90 % is enough, whatever failed
        (9, 0, 1, 0),
        (8, 2, 0, 5),
        (8, 0, 2, 4),
        (8, 1, 1, 5),  # had the vendor not failed, 90 % would be there
        (7, 2, 1, 5),
        (7, 1, 2, 4),  # 80 % even then
        (0, 10, 0, 5),
        (0, 9, 1, 5),
        (0, 8, 2, 4),
        (0, 0, 10, 4),
    ],
)
def test_the_vendor_is_at_fault_where_its_failures_make_the_difference(
    there: int, failed: int, missing: int, expected: int
) -> None:
    answers: list[Bars | Gap] = [*fine(*us(there)), *lost(*us(failed, 20))]
    answers += lacking(*us(missing, 40)) if missing < 10 else lost(*us(10), reason=GapReason.NO_BAR)
    error = failure(*answers)
    assert code(error) == expected
    assert error is None or isinstance(error, {4: IncompleteError, 5: VendorError}[expected])


@pytest.mark.parametrize(
    ("there", "failed", "missing", "expected"),
    [(3, 0, 0, 0), (3, 1, 0, 5), (3, 0, 1, 4), (3, 1, 1, 4), (0, 3, 0, 5)],
)
def test_under_strict_only_failures_are_the_vendors_fault(
    there: int, failed: int, missing: int, expected: int
) -> None:
    answers = [*fine(*us(there)), *lost(*us(failed, 20)), *lacking(*us(missing, 40))]
    error = failure(*answers, rule=STRICT)
    assert code(error) == expected
    assert error is None or "--strict allows no gap" in error.message


FAILURES = [
    *(GapReason.RATE_LIMITED, GapReason.SKIPPED, GapReason.UNAUTHORIZED, GapReason.SERVER_ERROR),
    *(GapReason.BAD_PAYLOAD, GapReason.BAD_SCHEMA, GapReason.TIMEOUT, GapReason.NETWORK),
    *(GapReason.INTERNAL_ERROR, GapReason.NOT_COVERED),
]


@pytest.mark.parametrize(
    "reason",
    [one for one in GapReason if one is not GapReason.MARKET_CLOSED],  # of which nothing is due
)
def test_which_reasons_are_the_vendors(reason: GapReason) -> None:
    error = told(*fine("NVDA"), *lost("AVGO", reason=reason))
    assert error.exit_code == (5 if reason in FAILURES else 4)


def test_the_exchange_with_the_fewest_counts() -> None:
    tokyo = lost("5803.T", "6857.T", reason=GapReason.NETWORK)
    error = told(*fine(*us(30)), *tokyo)
    assert error.exit_code == 5
    assert "coverage 0 %" in error.message
    # Where New York has too little by itself, Tokyo's failure is not what is lacking.
    error = told(*fine("NVDA"), *lost("AVGO", reason=GapReason.NO_BAR), *tokyo)
    assert error.exit_code == 4


def test_without_its_first_lead_an_event_has_no_coverage() -> None:
    others = fine(*us(30))
    failed, missing = lost("NVDA"), lacking("NVDA")
    assert code(failure(*others, *failed)) == 0
    assert code(failure(*others, *failed, leads=("NVDA",))) == 5
    assert code(failure(*others, *missing, leads=("NVDA",))) == 4
    assert code(failure(*others, *failed, leads=("T0", "NVDA"))) == 0
    assert code(failure(*others, leads=("NVDA",))) == 0  # it is not watched
    assert coverage(findings_of([*others, *failed], leads=("NVDA",))) == 0


def test_an_exchange_that_was_closed_lacks_nothing() -> None:
    closed = {"XTKS": Phase.CLOSED}
    gap = lost("5803.T", reason=GapReason.MARKET_CLOSED)
    assert failure(*fine("NVDA"), *gap, phases=closed, rule=STRICT) is None


# --- what is said of a failure ---


def test_failures_are_counted_by_reason() -> None:
    error = told(
        *fine("NVDA"),
        *lost("AVGO"),
        *lost("VST", "MU", reason=GapReason.SERVER_ERROR, detail="HTTP 503"),
    )
    assert error.message == (
        "the vendor failed for AVGO, VST, MU: server_error 2, timeout 1 (HTTP 503); "
        "coverage 25 %, 90 % is asked"
    )
    assert "run the same command again" in error.hint


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        (GapReason.RATE_LIMITED, "wants fewer requests"),
        (GapReason.NETWORK, "--offline"),
        (GapReason.TIMEOUT, "--offline"),
        (GapReason.UNAUTHORIZED, "key"),
        (GapReason.NOT_COVERED, "another date"),
        (GapReason.SERVER_ERROR, "again later"),
        (GapReason.INTERNAL_ERROR, "again later"),
    ],
)
def test_what_to_do_depends_on_the_failure(reason: GapReason, hint: str) -> None:
    assert hint in told(*lost("NVDA", "AVGO", reason=reason)).hint


def test_the_limit_is_told_before_what_followed_from_it() -> None:
    # One was refused, and for that reason nobody asked for the others.
    limited = lost("NVDA", reason=GapReason.RATE_LIMITED)
    skipped = lost("AVGO", "VST", "MU", reason=GapReason.SKIPPED)
    error = told(*limited, *skipped)
    assert "rate_limited 1" in error.message
    assert "wants fewer requests" in error.hint


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "T0"), (5, "T0, T1, T2, T3, T4"), (6, "T0, T1, T2, T3, T4 and 1 more")],
)
def test_a_few_are_named_and_the_others_counted(count: int, said: str) -> None:
    assert name_some(moved(ticker, None) for ticker in us(count)) == said


# --- what is said of too little ---


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (NINETY, "coverage 50 %, 90 % is asked"),
        (Rule(90.5, is_strict=False), "coverage 50 %, 90.5 % is asked"),
        (Rule(100, is_strict=False), "coverage 50 %, 100 % is asked"),
        (STRICT, "coverage 50 %, --strict allows no gap"),
    ],
)
def test_the_rule_is_said_as_it_was_given(rule: Rule, said: str) -> None:
    error = told(*fine("NVDA"), *lacking("AVGO"), rule=rule)
    assert error.message == f"no figure for AVGO on 2025-01-27: {said} (missing_bar 1)"


@pytest.mark.parametrize(("there", "of", "least"), [(26, 29, 90), (199, 200, 100)])
def test_too_little_is_not_said_to_be_enough(there: int, of: int, least: int) -> None:
    # 26 of 29 are 89.7 %, less than 90 %.
    answers = [*fine(*us(there)), *lacking(*us(of - there, there))]
    error = told(*answers, rule=Rule(least, is_strict=False))
    assert f"coverage {least} %" not in error.message


def test_a_ticker_that_is_spelled_nearly_so_is_named() -> None:
    unknown = lost("NVDAA", reason=GapReason.NOT_FOUND)
    by_source = told(*unknown, near={"NVDAA": ("NVDA", "NVDS")})
    assert by_source.hint == "did you mean NVDA, NVDS?"
    by_directory = told(*unknown, directory={"NVDA": make_instrument("NVDA")})
    assert by_directory.hint == "did you mean NVDA?"


def test_a_ticker_like_no_other_is_named_with_its_source() -> None:
    error = told(*fine("NVDA"), *lost("QQQQQQ", reason=GapReason.NOT_FOUND), near={"QQQQQQ": ()})
    assert "yahoo does not hold QQQQQQ" in error.hint


def test_files_are_more_than_one() -> None:
    error = told(*fine("NVDA"), *lost("QQQQQQ", reason=GapReason.NOT_FOUND), sources=(FILES,))
    assert error.hint == "the files do not hold QQQQQQ; --min-coverage 0 prints what there is"


def test_a_store_that_lacks_a_ticker_is_filled_by_fetch() -> None:
    error = told(*lost("NVDA", reason=GapReason.NOT_HELD), sources=(STORE,))
    assert "`shock fetch` fills the store" in error.hint


@pytest.mark.parametrize(
    ("name", "first", "last", "said"),
    [
        ("files", FRIDAY, MONDAY, "the bars in the files go from 2025-01-24 to 2025-01-27"),
        ("sample", FRIDAY, MONDAY, "the sample's bars go from 2025-01-24 to 2025-01-27"),
        ("files", None, None, "the bars in the files are none of the sessions asked for"),
    ],
)
def test_what_is_there_to_be_asked_for_is_said(
    name: str, first: date | None, last: date | None, said: str
) -> None:
    source = STORE._replace(name=name, first=first, last=last)
    assert told(*lacking("NVDA"), sources=(source,)).hint.startswith(said)


@pytest.mark.parametrize(
    "reason", [GapReason.NOT_HELD, GapReason.NOT_FOUND, GapReason.NO_DATA, GapReason.TIMEOUT]
)
def test_a_provider_that_describes_no_source_is_an_error_and_no_bug(reason: GapReason) -> None:
    error = told(*lost("NVDA", reason=reason), sources=())
    assert error.hint


@pytest.mark.parametrize("source", [SAMPLE, FILES])
def test_the_span_of_what_ends_is_named(source: Source) -> None:
    error = told(*lacking("NVDA"), sources=(source,))
    assert "from 2025-01-24 to 2025-01-28" in error.hint


def test_a_vendor_may_have_it_later() -> None:
    assert "again later" in told(*lacking("NVDA")).hint


# --- what a guard refused ---


def test_a_refused_figure_may_be_accepted_as_the_hint_says() -> None:
    crash = pair("NVDA", "100", "50")
    error = told(crash, *fine("AVGO"))
    assert error.exit_code == 4
    assert "near_split_ratio" in error.hint
    assert "--accept NVDA@2025-01-27" in error.hint
    accepted = findings_of([crash, *fine("AVGO")], accepted=frozenset({("NVDA", MONDAY)}))
    assert coverage(accepted) == 100


@pytest.mark.parametrize(
    "answer",
    [
        refused("NVDA", GapReason.DUPLICATE_DAY, None),
        refused("NVDA", GapReason.NOT_A_SESSION, None),
        Gap(make_instrument("NVDA"), MONDAY, GapReason.WRONG_CURRENCY),
        Gap(make_instrument("NVDA"), MONDAY, GapReason.WRONG_SYMBOL),
    ],
)
def test_where_there_is_no_figure_to_accept_no_hint_says_so(answer: Bars | Gap) -> None:
    accepted = findings_of([answer], accepted=frozenset({("NVDA", MONDAY)}))
    assert coverage(accepted) == 0  # to accept it would not help
    assert "--accept" not in told(answer).hint


def test_a_bar_from_before_the_close_is_waited_for() -> None:
    error = told(refused("NVDA", GapReason.IN_PROGRESS, "95"))
    assert error.exit_code == 4
    assert "again" in error.hint or "--provisional" in error.hint


# --- a session that nobody has ---


def test_an_exchange_that_may_have_been_closed_is_one_message() -> None:
    error = told(*(one for ticker in us(30) for one in lacking(ticker)))
    assert isinstance(error, IncompleteError)
    assert error.message == (
        "no instrument in New York has a bar for the sessions of 2025-01-27: "
        "the exchange may have been closed; coverage 0 %, 90 % is asked"
    )
    assert "the exchange's own notice" in error.hint


def test_both_exchanges_may_have_been_closed() -> None:
    error = told(*lacking("NVDA", "AVGO", "5803.T", "6857.T"))
    assert "no instrument in New York and Tokyo has a bar" in error.message


def test_one_that_is_lost_does_not_make_it_a_failure() -> None:
    error = told(*lacking(*us(8)), *lost("NVDA"))
    assert error.exit_code == 4
    assert "the exchange may have been closed" in error.message


def test_one_share_alone_does_not_close_an_exchange() -> None:
    error = told(*lacking("NVDA"))
    assert error.message.startswith("no figure for NVDA on 2025-01-27")


def test_the_end_of_the_sample_does_not_close_an_exchange() -> None:
    error = told(*lacking("NVDA", "AVGO"), sources=(SAMPLE,))
    assert error.message.startswith("no figure for NVDA, AVGO on 2025-01-27")
