"""The pipeline: which sessions a date means, what is reported on, and when there is too little."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from deepseek_shock.analysis.moves import Status
from deepseek_shock.analysis.paths import Window
from deepseek_shock.coverage import coverage
from deepseek_shock.errors import (
    FileError,
    IncompleteError,
    NoSessionError,
    UsageError,
)
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.pipeline import Request, inquire, make_report
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.report.model import Report
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, Shelf, bars, day, pair, utc

BUNDLED = Registry(sample_directory())
BARE = Registry({})
BOTH = ("NVDA", "5803.T")


def ask(
    session: date | None, *tickers: str, now: datetime = LONG_AFTER, provisional: bool = False
) -> Request:
    return Request(now, session, tickers=tickers or BOTH, takes_provisional=provisional)


def sessions_of(request: Request) -> dict[str, tuple[str, str, Phase]]:
    asked = inquire(request, BARE).asked
    return {
        calendar: (str(one.session), str(one.previous), one.phase)
        for calendar, one in asked.items()
    }


# --- dates ---


@pytest.mark.parametrize(
    ("session", "new_york", "tokyo"),
    [
        (
            "2025-01-27",
            ("2025-01-27", "2025-01-24", Phase.ENDED),
            ("2025-01-27", "2025-01-24", Phase.ENDED),
        ),
        (  # Martin Luther King, Jr. Day: New York closed, Tokyo open
            "2025-01-20",
            ("2025-01-20", "2025-01-17", Phase.CLOSED),
            ("2025-01-20", "2025-01-17", Phase.ENDED),
        ),
        (  # Coming of Age Day: Tokyo closed, New York open
            "2025-01-13",
            ("2025-01-13", "2025-01-10", Phase.ENDED),
            ("2025-01-13", "2025-01-10", Phase.CLOSED),
        ),
        (  # New York was closed on the 9th, the day of mourning for President Carter
            "2025-01-10",
            ("2025-01-10", "2025-01-08", Phase.ENDED),
            ("2025-01-10", "2025-01-09", Phase.ENDED),
        ),
        (
            "2025-01-21",
            ("2025-01-21", "2025-01-17", Phase.ENDED),
            ("2025-01-21", "2025-01-20", Phase.ENDED),
        ),
    ],
)
def test_a_date_is_read_on_each_exchanges_own_calendar(
    session: str, new_york: tuple[str, str, Phase], tokyo: tuple[str, str, Phase]
) -> None:
    assert sessions_of(ask(day(session))) == {"XNYS": new_york, "XTKS": tokyo}


def test_the_session_after_is_the_exchanges_own_too() -> None:
    then = inquire(ask(day("2025-01-17")), BARE).then
    # After Friday the 17th: Tuesday in New York, Monday in Tokyo.
    assert (then["XNYS"].session, then["XNYS"].previous) == (day("2025-01-21"), day("2025-01-17"))
    assert (then["XTKS"].session, then["XTKS"].previous) == (day("2025-01-20"), day("2025-01-17"))


def test_a_day_without_a_session_names_the_sessions_around_it() -> None:
    with pytest.raises(NoSessionError) as caught:
        inquire(ask(day("2025-01-25")), BARE)
    assert caught.value.message == (
        "no session on Saturday 2025-01-25: New York and Tokyo were closed"
    )
    assert caught.value.hint == (
        "the sessions before and after: New York 2025-01-24 and 2025-01-27; "
        "Tokyo 2025-01-24 and 2025-01-27"
    )
    assert caught.value.exit_code == 3


def test_one_closed_exchange_alone_is_no_session() -> None:
    with pytest.raises(NoSessionError) as caught:
        inquire(ask(day("2025-01-20"), "NVDA"), BARE)
    assert "New York was closed" in caught.value.message
    assert "New York 2025-01-17 and 2025-01-21" in caught.value.hint
    assert inquire(ask(day("2025-01-20"), "5803.T"), BARE).day == day("2025-01-20")


@pytest.mark.parametrize(
    ("session", "now"),
    [
        ("2025-01-29", "2025-01-27T16:00"),  # a Wednesday, on Monday
        ("2025-02-01", "2025-01-27T16:00"),  # a Saturday
        ("2026-01-20", "2025-01-27T16:00"),
        # At 04:00 UTC it is Tuesday in Tokyo, still Monday in New York.
        ("2025-01-29", "2025-01-28T04:00"),
    ],
)
def test_the_future_is_refused_with_the_last_sessions(session: str, now: str) -> None:
    with pytest.raises(NoSessionError, match="is in the future") as caught:
        inquire(ask(day(session), now=utc(now)), BARE)
    assert session in caught.value.message
    # In the first cases Tokyo's Monday had ended and New York's had not; in the last both had.
    last = "2025-01-27" if now == "2025-01-28T04:00" else "2025-01-24"
    assert caught.value.hint == f"the last completed sessions: New York {last}, Tokyo 2025-01-27"
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("provisional", [True, False])
def test_the_future_is_refused_even_provisionally(provisional: bool) -> None:  # noqa: FBT001 -- a table's column
    request = ask(day("2025-01-29"), now=utc("2025-01-27T16:00"), provisional=provisional)
    with pytest.raises(NoSessionError):
        inquire(request, BARE)


@pytest.mark.parametrize(
    ("now", "message"),
    [
        # New York trades from 14:30 to 21:00 UTC in January, Tokyo from 00:00 to 06:30 UTC.
        ("2025-01-27T05:00", "New York's session of 2025-01-27 has not begun"),
        ("2025-01-27T05:00", "Tokyo's session of 2025-01-27 is still running"),
        ("2025-01-27T12:00", "New York's session of 2025-01-27 has not begun"),
        ("2025-01-27T16:00", "New York's session of 2025-01-27 is still running"),
        ("2025-01-27T20:59", "New York's session of 2025-01-27 is still running"),
    ],
)
def test_an_unfinished_session_is_refused(now: str, message: str) -> None:
    with pytest.raises(IncompleteError) as caught:
        inquire(ask(MONDAY, now=utc(now)), BARE)
    assert message in caught.value.message
    assert "--provisional" in caught.value.hint
    assert caught.value.exit_code == 4


def test_a_finished_session_is_not_named_beside_an_unfinished_one() -> None:
    with pytest.raises(IncompleteError) as caught:
        inquire(ask(MONDAY, now=utc("2025-01-27T16:00")), BARE)
    assert "Tokyo" not in caught.value.message


def test_at_the_close_a_session_has_ended() -> None:
    asked = inquire(ask(MONDAY, now=utc("2025-01-27T21:00")), BARE).asked
    assert {one.phase for one in asked.values()} == {Phase.ENDED}


def test_a_running_session_is_provisional_where_that_is_asked() -> None:
    shelf = Shelf([pair("NVDA", "100", "90"), pair("5803.T", "100", "95")])
    request = ask(MONDAY, now=utc("2025-01-27T16:00"), provisional=True)
    moves = make_report(request, BARE, shelf).findings.moves
    assert (moves["NVDA"].status, moves["NVDA"].price_return) == (
        Status.PROVISIONAL,
        Decimal("-0.1"),
    )
    assert moves["5803.T"].status is Status.OK


def test_a_session_that_has_not_begun_carries_no_number() -> None:
    shelf = Shelf([pair("NVDA", "100", "90"), pair("5803.T", "100", "95")])
    request = ask(MONDAY, now=utc("2025-01-27T12:00"), provisional=True)
    report = make_report(request, BARE, shelf)
    moves = report.findings.moves
    assert (moves["NVDA"].status, moves["NVDA"].price_return) == (Status.PENDING, None)
    assert moves["5803.T"].status is Status.OK
    assert coverage(report.findings) == 100


def test_nothing_has_begun_anywhere() -> None:
    shelf = Shelf([pair("5803.T", "100", "95")])
    # 23:00 UTC on Sunday is 08:00 on Monday in Tokyo, an hour before the open.
    request = ask(MONDAY, "5803.T", now=utc("2025-01-26T23:00"), provisional=True)
    with pytest.raises(IncompleteError) as caught:
        make_report(request, BARE, shelf)
    assert "2025-01-27" in caught.value.message
    assert "for  on" not in caught.value.message, "it names nobody"


def test_across_the_date_line() -> None:
    # 2025-01-27 16:00 UTC: in Tokyo Tuesday has begun (01:00), its session not; New York's Monday
    # is running.
    now = utc("2025-01-27T16:00")
    with pytest.raises(IncompleteError) as caught:
        inquire(ask(TUESDAY, now=now), BARE)
    assert "New York's session of 2025-01-28 has not begun" in caught.value.message
    assert "Tokyo's session of 2025-01-28 has not begun" in caught.value.message
    with pytest.raises(IncompleteError, match="Tokyo's session of 2025-01-28 has not begun"):
        inquire(ask(TUESDAY, "5803.T", now=now), BARE)
    # In New York alone, Tuesday is tomorrow.
    with pytest.raises(NoSessionError, match="2025-01-28 is in the future"):
        inquire(ask(TUESDAY, "NVDA", now=now), BARE)


# --- the last session ---


@pytest.mark.parametrize(
    ("now", "new_york", "tokyo"),
    [
        ("2025-01-27T06:29", "2025-01-24", "2025-01-24"),
        ("2025-01-27T06:30", "2025-01-24", "2025-01-27"),
        ("2025-01-27T20:59", "2025-01-24", "2025-01-27"),
        ("2025-01-27T21:00", "2025-01-27", "2025-01-27"),
        ("2025-01-28T06:30", "2025-01-27", "2025-01-28"),
        ("2025-01-20T22:00", "2025-01-17", "2025-01-20"),  # New York's holiday
        ("2025-01-26T12:00", "2025-01-24", "2025-01-24"),  # a Sunday
    ],
)
def test_without_a_date_each_exchanges_last_completed_session_is_meant(
    now: str, new_york: str, tokyo: str
) -> None:
    found = inquire(ask(None, now=utc(now)), BARE)
    assert {calendar: str(one.session) for calendar, one in found.asked.items()} == {
        "XNYS": new_york,
        "XTKS": tokyo,
    }
    assert str(found.day) == max(new_york, tokyo)
    assert {one.phase for one in found.asked.values()} == {Phase.ENDED}


# --- coverage ---


def us(count: int) -> list[str]:
    return [f"T{at}" for at in range(count)]


def report_of(
    tickers: list[str],
    *gaps: str,
    least: float = 90,
    strict: bool = False,
    session: date = MONDAY,
) -> Report:
    """Report on tickers of which some have no bars."""
    shelf = Shelf(pair(ticker, "100", "90") for ticker in tickers if ticker not in gaps)
    request = Request(
        LONG_AFTER, session, tickers=tuple(tickers), least_coverage=least, is_strict=strict
    )
    return make_report(request, BARE, shelf)


def test_coverage_is_the_share_of_due_moves_with_a_figure() -> None:
    assert coverage(report_of(us(10)).findings) == 100
    report = report_of(us(10), "T3")
    assert coverage(report.findings) == pytest.approx(90)
    assert report.findings.moves["T3"].status is Status.NOT_FOUND


def test_the_lowest_exchange_counts() -> None:
    # 29 of 30 are there, but of Tokyo's two only one.
    tickers = [*us(28), "5803.T", "6857.T"]
    with pytest.raises(IncompleteError, match="coverage 50 %, 90 % is asked") as caught:
        report_of(tickers, "6857.T")
    assert "6857.T" in caught.value.message
    assert caught.value.exit_code == 4
    assert coverage(report_of(tickers, "6857.T", least=50).findings) == 50


def test_below_the_coverage_asked_nothing_is_reported() -> None:
    with pytest.raises(IncompleteError, match="no figure for T0, T1 on 2025-01-27: coverage 80 %"):
        report_of(us(10), "T0", "T1")
    with pytest.raises(IncompleteError, match=r"coverage 90 %, 90\.5 % is asked"):
        report_of(us(10), "T0", least=90.5)


def test_many_gaps_are_counted_not_listed() -> None:
    with pytest.raises(IncompleteError, match=r"no figure for T0, T1, T2, T3, T4 and 2 more on"):
        report_of(us(10), *us(7))


@pytest.mark.parametrize(
    ("held", "known", "least"), [(9, 10, 90), (29, 50, 58), (57, 100, 57), (7, 25, 28)]
)
def test_the_coverage_asked_is_enough(held: int, known: int, least: int) -> None:
    tickers = us(known)
    report = report_of(tickers, *tickers[held:], least=least)
    assert sum(move.is_figure for move in report.findings.shares) == held


def test_under_strict_any_gap_is_a_failure() -> None:
    with pytest.raises(IncompleteError, match="--strict allows no gap"):
        report_of(us(10), "T0", least=0, strict=True)
    assert coverage(report_of(us(10), strict=True).findings) == 100


def test_a_closed_exchange_is_no_gap() -> None:
    closed = day("2025-01-20")
    shelf = Shelf([bars("5803.T", {day("2025-01-17"): "100", closed: "95"})])
    request = Request(LONG_AFTER, closed, tickers=BOTH, is_strict=True)
    report = make_report(request, BARE, shelf)
    assert report.findings.moves["NVDA"].status is Status.CLOSED
    assert coverage(report.findings) == 100


def test_a_suspect_move_is_a_gap() -> None:
    shelf = Shelf([pair("NVDA", "100", "50"), pair("AVGO", "100", "90")])
    with pytest.raises(IncompleteError, match="no figure for NVDA on 2025-01-27: coverage 50 %"):
        make_report(ask(MONDAY, "NVDA", "AVGO"), BARE, shelf)


def test_without_any_figure_a_report_may_still_be_asked_for() -> None:
    report = report_of(["T0"], "T0", least=0)
    assert coverage(report.findings) == 0
    assert report.findings.lead is None
    assert report.section("gaps") is not None


def test_without_its_first_lead_an_event_has_no_coverage() -> None:
    held = [one for one in sample_bars() if one.instrument.ticker != "NVDA"]
    with pytest.raises(IncompleteError, match="no figure for NVDA on 2025-01-27: coverage 0 %"):
        make_report(Request(LONG_AFTER, MONDAY), BUNDLED, Shelf(held))
    # Another lead may be missing, and without the event NVDA is one share among others.
    others = [one for one in sample_bars() if one.instrument.ticker != "5803.T"]
    assert coverage(make_report(Request(LONG_AFTER, MONDAY), BUNDLED, Shelf(others)).findings) > 90
    plain = Request(LONG_AFTER, MONDAY, watchlist="deepseek")
    assert coverage(make_report(plain, BUNDLED, Shelf(held)).findings) > 90


def sample_bars() -> list[Bars]:
    everything = list(sample_directory().values())
    wanted = Wanted(day("2025-01-01"), day("2025-01-01"), day("2025-03-01"))
    found = Sample().fetch(everything, wanted).bars.values()
    return [bars for bars in found if isinstance(bars, Bars)]


# --- hints ---


def test_near_matches_stand_in_the_hint() -> None:
    request = Request(LONG_AFTER, MONDAY, tickers=("NVDAA",))
    with pytest.raises(IncompleteError) as caught:
        make_report(request, BUNDLED, Sample())
    assert caught.value.message.startswith("no figure for NVDAA on 2025-01-27")
    assert caught.value.hint == "did you mean NVDA?"


def test_a_ticker_like_no_other_is_named_with_the_source() -> None:
    request = Request(LONG_AFTER, MONDAY, tickers=("9999999",))
    with pytest.raises(IncompleteError) as caught:
        make_report(request, BUNDLED, Sample())
    assert "the sample does not hold 9999999" in caught.value.hint


def test_a_day_that_the_sample_does_not_hold_names_its_span() -> None:
    with pytest.raises(IncompleteError, match="coverage 0 %") as caught:
        make_report(Request(LONG_AFTER, day("2024-08-05")), BUNDLED, Sample())
    assert "from 2025-01-17 to 2025-02-03" in caught.value.hint


# --- what is asked of the provider ---


def test_the_provider_is_asked_for_the_window_and_what_the_run_needs() -> None:
    asked: list[Wanted] = []

    class Spy(Shelf):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            asked.append(wanted)
            return super().fetch(instruments, wanted)

    make_report(ask(MONDAY, "NVDA"), BARE, Spy([pair("NVDA", "100", "90")]))
    ((history, first, last, due, archive),) = asked
    assert first < MONDAY - timedelta(25)  # twenty sessions before, which is four weeks and more
    assert last >= MONDAY + timedelta(7)  # five sessions after: Monday 3 February
    assert history < day("2024-01-11")  # 260 sessions before: where the estimation window begins
    assert due == {"XNYS": (MONDAY, FRIDAY)}
    assert archive == date.min  # and what lies on this machine, however old


def test_a_window_ends_with_the_last_session_that_has_begun() -> None:
    window = Window(-5, 250)
    for now, last in ((utc("2025-01-27T22:00"), 0), (utc("2025-01-29T15:00"), 2)):
        asked = ask(MONDAY, "NVDA", now=now)._replace(window=window)
        assert inquire(asked, BARE).window == Window(-5, last)


def test_a_gap_of_one_instrument_leaves_the_others() -> None:
    failed = Gap(make_instrument("AVGO"), MONDAY, GapReason.TIMEOUT)
    shelf = Shelf([pair("NVDA", "100", "90"), failed])
    request = Request(LONG_AFTER, MONDAY, tickers=("NVDA", "AVGO"), least_coverage=50)
    moves = make_report(request, BARE, shelf).findings.moves
    assert (moves["AVGO"].status, moves["AVGO"].reason) == (Status.FAILED, GapReason.TIMEOUT)
    assert moves["NVDA"].price_return == Decimal("-0.1")


# --- events and watchlists ---


def test_a_date_alone_finds_its_event() -> None:
    found = inquire(Request(LONG_AFTER, MONDAY), BUNDLED)
    assert found.event is not None
    assert (found.event.id, found.watchlist.id) == ("deepseek", "deepseek")


def test_an_event_alone_gives_its_date() -> None:
    found = inquire(Request(LONG_AFTER, event="deepseek"), BUNDLED)
    assert (found.day, found.watchlist.id) == (MONDAY, "deepseek")


@pytest.mark.parametrize("session", [TUESDAY, FRIDAY, None])
def test_another_date_has_the_default_watchlist_and_no_event(session: date | None) -> None:
    found = inquire(Request(LONG_AFTER, session), BUNDLED)
    assert found.event is None
    assert found.watchlist.id == "deepseek"
    assert (len(found.watchlist.shares), len(found.watchlist.indexes)) == (56, 6)


def test_tickers_and_watchlists_do_without_the_dates_event() -> None:
    tickers = inquire(Request(LONG_AFTER, MONDAY, tickers=BOTH), BUNDLED)
    assert tickers.event is None
    assert [one.ticker for one in tickers.watchlist.instruments] == list(BOTH)
    watchlist = inquire(Request(LONG_AFTER, MONDAY, watchlist="deepseek"), BUNDLED)
    assert (watchlist.event, watchlist.watchlist.id) == (None, "deepseek")


def test_an_event_that_is_named_keeps_its_story_with_other_tickers() -> None:
    found = inquire(Request(LONG_AFTER, event="deepseek", tickers=("AVGO", "^GSPC")), BUNDLED)
    assert found.event is not None
    assert found.day == MONDAY
    assert [one.ticker for one in found.watchlist.shares] == ["AVGO"]
    assert [one.ticker for one in found.watchlist.indexes] == ["^GSPC"]


def test_indexes_alone_are_reported_on() -> None:
    found = inquire(Request(LONG_AFTER, MONDAY, tickers=("^N225", "^GSPC")), BUNDLED)
    assert found.watchlist.groups == ()
    assert [one.ticker for one in found.watchlist.indexes] == ["^N225", "^GSPC"]


def test_tickers_are_checked_before_anything_is_fetched() -> None:
    class Refusing(Shelf):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            pytest.fail(f"fetched {len(instruments)} from {wanted.first} to {wanted.last}")

    with pytest.raises(UsageError, match="'nvda' is not a ticker"):
        make_report(ask(MONDAY, "nvda"), BARE, Refusing([]))
    with pytest.raises(UsageError, match=r"no exchange is known for the suffix \.L"):
        make_report(ask(MONDAY, "VOD.L"), BARE, Refusing([]))


def test_an_unknown_event_has_a_near_match() -> None:
    with pytest.raises(UsageError, match="no event is named 'deepsek'") as caught:
        inquire(Request(LONG_AFTER, event="deepsek"), BUNDLED)
    assert caught.value.hint == "did you mean deepseek?"


EVENT = """
id = "{id}"
name = "A shock"
date = 2025-01-27
watchlist = "{watchlist}"
leads = ["NVDA"]
{more}
"""
WATCHLIST = """
id = "two"
title = "Two"

[[groups]]
id = "two"
title = "Two"
tickers = ["NVDA", "5803.T"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's configuration folder with a watchlist of two shares."""
    for name in ("events", "watchlists"):
        (tmp_path / name).mkdir()
    (tmp_path / "watchlists" / "two.toml").write_text(WATCHLIST, encoding="utf-8")
    return tmp_path


def write_event(folder: Path, name: str, more: str = "", watchlist: str = "two") -> Registry:
    text = EVENT.format(id=name, watchlist=watchlist, more=more)
    (folder / "events" / f"{name}.toml").write_text(text, encoding="utf-8")
    return Registry({}, folder)


def test_an_event_may_have_another_session_on_each_calendar(folder: Path) -> None:
    registry = write_event(folder, "mine", "[sessions]\nXTKS = 2025-01-28")
    found = inquire(Request(LONG_AFTER, event="mine"), registry)
    assert {calendar: one.session for calendar, one in found.asked.items()} == {
        "XNYS": MONDAY,
        "XTKS": TUESDAY,
    }
    assert found.day == MONDAY  # the date that names the event


@pytest.mark.parametrize("day_asked", [MONDAY, None])
def test_the_command_makes_the_same_report_again(folder: Path, day_asked: date | None) -> None:
    registry = write_event(folder, "mine", "[sessions]\nXTKS = 2025-01-28")
    shelf = Shelf(
        [
            bars("NVDA", {FRIDAY: "100", MONDAY: "90", TUESDAY: "95"}),
            bars("5803.T", {FRIDAY: "100", MONDAY: "99", TUESDAY: "95"}),
        ]
    )
    request = Request(LONG_AFTER, day_asked, event="mine", options=("--event mine",))
    first = make_report(request, registry, shelf)
    words = first.command.split()
    date_given = day(words[words.index("--date") + 1]) if "--date" in words else None
    again = make_report(request._replace(day=date_given), registry, shelf)
    assert again.findings.moves == first.findings.moves


def test_the_command_names_the_day_or_the_last_sessions() -> None:
    shelf = Shelf([pair("NVDA", "100", "90"), pair("5803.T", "100", "90")])
    options = ("--tickers NVDA,5803.T",)
    named = make_report(ask(MONDAY)._replace(options=options), BARE, shelf)
    assert named.command == "shock report --date 2025-01-27 --tickers NVDA,5803.T"
    # Both exchanges' last sessions are of one date, then of two.
    same = make_report(ask(None, now=utc("2025-01-27T22:00")), BARE, shelf)
    assert same.command == "shock report --date 2025-01-27"
    shelf = Shelf(
        [
            bars("NVDA", {day("2025-01-23"): "99", FRIDAY: "100"}),
            pair("5803.T", "100", "90"),
        ]
    )
    two = make_report(ask(None, now=utc("2025-01-27T12:00")), BARE, shelf)
    assert two.command == "shock report --date last"


def test_a_users_event_is_found_by_its_date(folder: Path) -> None:
    registry = write_event(folder, "deepseek")  # in place of the bundled one
    found = inquire(Request(LONG_AFTER, MONDAY), registry)
    assert found.event is not None
    assert (found.event.name.en, found.watchlist.id) == ("A shock", "two")


def test_an_events_unknown_watchlist_is_named(folder: Path) -> None:
    registry = write_event(folder, "mine", watchlist="tow")
    with pytest.raises(UsageError, match="no watchlist is named 'tow'") as caught:
        inquire(Request(LONG_AFTER, event="mine"), registry)
    assert caught.value.hint == "did you mean two?"


def test_an_event_file_may_be_given_by_its_path(folder: Path) -> None:
    registry = write_event(folder, "mine")
    file = folder / "events" / "mine.toml"
    assert inquire(Request(LONG_AFTER, event=str(file)), registry).day == MONDAY
    with pytest.raises(FileError, match="cannot be read"):
        inquire(Request(LONG_AFTER, event=str(folder / "no.toml")), registry)


def test_the_last_sessions_find_their_event() -> None:
    # After New York's close and before Tokyo's next, both last sessions are of the shock's date.
    found = inquire(Request(utc("2025-01-27T22:00")), BUNDLED)
    assert found.event is not None
    assert found.event.id == "deepseek"
    assert found.day == MONDAY
    assert {one.session for one in found.asked.values()} == {MONDAY}


@pytest.mark.parametrize(
    "now",
    [
        LONG_AFTER,
        utc("2025-01-27T12:00"),  # Tokyo's last session is the 27th's, New York's the 24th's
        utc("2025-01-28T08:00"),  # Tokyo's the 28th's, New York's the 27th's
        utc("2025-01-28T22:00"),  # both the 28th's, of which there is no event
    ],
    ids=str,
)
def test_last_sessions_of_other_dates_find_no_event(now: datetime) -> None:
    assert inquire(Request(now), BUNDLED).event is None


def test_a_watchlist_or_tickers_need_no_event() -> None:
    now = utc("2025-01-27T22:00")
    assert inquire(Request(now, watchlist="deepseek"), BUNDLED).event is None
    assert inquire(Request(now, tickers=BOTH), BUNDLED).event is None
