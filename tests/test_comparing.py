"""Several shocks on one axis: sessions of each, one fetch, figures by hand and from outside."""

from __future__ import annotations

import csv
import gzip
import json
from decimal import Decimal
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.paths import Window
from deepseek_shock.codec import decode, encode
from deepseek_shock.comparing import CompareBasis, CompareRequest, compare, remake_comparison, want
from deepseek_shock.errors import (
    FileError,
    IncompleteError,
    NoSessionError,
    UsageError,
    VendorError,
)
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.comparedata import CompareCsv, CompareJson
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.words import Language, Words
from tests.builders import LONG_AFTER, NIKKEI, Shelf, bars, day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepseek_shock.analysis.comparison import Compared, Course
    from deepseek_shock.market.bars import Bars
    from deepseek_shock.market.instrument import Instrument
    from deepseek_shock.providers.base import Fetched, Provider, Wanted
    from deepseek_shock.report.model import Comparison

BARE = Registry({})
BUNDLED = Registry(sample_directory())
STYLE = Style(Words(Language.EN), Colors.US)
HISTORY = Path(__file__).parents[1].parent / "shared" / "data" / "bars_2023_2025.csv.gz"

# Around 20 January 2025 (Martin Luther King, Jr. Day), when New York was closed and Tokyo open, and
# 13 January (Coming of Age Day), when it was the other way round. New York was closed on the 9th,
# the day of mourning for President Carter, too.
CLOSES = {
    "NVDA": {
        "2025-01-07": "100",
        "2025-01-08": "80",  # −20 %
        "2025-01-10": "90",  # +1: −10 %
        "2025-01-13": "100",  # +2: as before, recovered
        "2025-01-14": "110",  # +3
        "2025-01-15": "100",
        "2025-01-16": "105",
        "2025-01-17": "110",  # the close before the second event
        "2025-01-21": "99",  # −10 %
        "2025-01-22": "88",  # +1: −20 %
        "2025-01-23": "104.5",  # +2: −5 %
        "2025-01-24": "108.9",  # +3: −1 %
    },
    "5803.T": {
        "2025-01-07": "1000",
        "2025-01-08": "1100",  # +10 %
        "2025-01-09": "1200",  # +1: +20 %
        "2025-01-10": "1050",  # +2: +5 %
        "2025-01-14": "990",  # +3: −1 %, given back; the 13th was a holiday
        "2025-01-15": "1000",
        "2025-01-16": "1000",
        "2025-01-17": "1000",
        "2025-01-20": "1000",  # the close before the second event
        "2025-01-21": "1000",  # unchanged
        "2025-01-22": "900",
        "2025-01-23": "800",
        "2025-01-24": "1000",
    },
}
EVENTS = ("2025-01-08", "2025-01-21")
THREE_AFTER = Window(-1, 3)


def made(closes: Mapping[str, Mapping[str, str]] = CLOSES) -> list[Bars]:
    return [
        bars(ticker, {day(session): close for session, close in series.items()})
        for ticker, series in closes.items()
    ]


def ask(*events: str, tickers: Sequence[str] = tuple(CLOSES), **more: object) -> CompareRequest:
    request = CompareRequest(LONG_AFTER, events or EVENTS, tickers=tuple(tickers))
    return request._replace(**({"window": THREE_AFTER} | more))  # type: ignore[arg-type]


def find(request: CompareRequest | None = None, provider: Provider | None = None) -> Compared:
    return told(request, provider).findings


def told(request: CompareRequest | None = None, provider: Provider | None = None) -> Comparison:
    return compare(request or ask(), BARE, provider or Shelf(made())).comparison


def course(found: Compared, event: int, ticker: str) -> Course:
    return found.occasions[event].course(make_instrument(ticker))


def in_english(found: Comparison) -> str:
    return Words(Language.EN).say(found.title)


# --- by hand ---


@pytest.mark.parametrize(
    ("event", "ticker", "session", "returns"),
    [
        (0, "NVDA", "2025-01-08", ("-0.2", "-0.1", "0", "0.1")),
        (1, "NVDA", "2025-01-21", ("-0.1", "-0.2", "-0.05", "-0.01")),
        (0, "5803.T", "2025-01-08", ("0.1", "0.2", "0.05", "-0.01")),
        (1, "5803.T", "2025-01-21", ("0", "-0.1", "-0.2", "0")),
    ],
)
def test_returns_follow_each_exchanges_own_sessions(
    event: int, ticker: str, session: str, returns: Sequence[str]
) -> None:
    found = course(find(), event, ticker)
    assert found.move.session == day(session)
    assert found.move.price_return == Decimal(returns[0])
    assert [found.return_at(offset) for offset in range(4)] == list(map(Decimal, returns))
    assert found.return_at(-1) == 0
    assert found.return_at(4) is None  # beyond the window


def test_the_sessions_of_the_axis_skip_each_exchanges_holidays() -> None:
    found = find()
    new_york = ("2025-01-07", "2025-01-08", "2025-01-10", "2025-01-13", "2025-01-14")
    tokyo = ("2025-01-07", "2025-01-08", "2025-01-09", "2025-01-10", "2025-01-14")
    assert course(found, 0, "NVDA").sessions == tuple(map(day, new_york))
    assert course(found, 0, "5803.T").sessions == tuple(map(day, tokyo))
    assert course(found, 0, "NVDA").offset_of(day("2025-01-13")) == 2
    assert course(found, 0, "NVDA").offset_of(day("2025-01-09")) is None


def test_a_move_is_undone_within_the_window_or_not() -> None:
    found = find()
    fall, rise = course(found, 0, "NVDA").recovery, course(found, 0, "5803.T").recovery
    assert fall is not None
    assert rise is not None
    assert (fall.sessions, fall.worst_return) == (2, Decimal("-0.2"))
    assert (rise.sessions, rise.worst_return) == (3, Decimal("0.2"))
    later = course(found, 1, "NVDA").recovery
    assert later is not None
    assert (later.sessions, later.held) == (None, 3)
    assert (later.worst_return, later.worst_on) == (Decimal("-0.2"), day("2025-01-22"))
    assert course(found, 1, "5803.T").recovery is None  # it did not move


def test_nothing_beyond_the_window_is_looked_at() -> None:
    found = find(ask(window=Window(-1, 1)))
    fall = course(found, 0, "NVDA").recovery
    assert fall is not None
    assert (fall.sessions, fall.held) == (None, 1)


def test_the_title_says_both_and_when_they_were_undone() -> None:
    assert in_english(told()) == (
        "NVDA: 8 January 2025 −20.00%, back in two sessions; "
        "21 January 2025 −10.00%, not back in three sessions"
    )
    ja = Words(Language.JA).say(told().title)
    assert ja == (
        "NVDA、2025年1月8日は20.00%安(2営業日で回復)、2025年1月21日は10.00%安(3営業日では回復せず)"
    )
    rising = in_english(told(ask(tickers=["5803.T"])))
    assert rising == (
        "5803: 8 January 2025 +10.00%, given back in three sessions; 21 January 2025 0.00%"
    )


def test_the_title_of_many_names_the_two_ends() -> None:
    found = told(ask("2025-01-08", "2025-01-21", "2025-01-22"))
    assert in_english(found) == (
        "NVDA in three events: from −20.00% (8 January 2025) to −10.00% (21 January 2025)"
    )
    assert Words(Language.EN).say(found.kicker) == "Comparison of three events · two shares"


# --- from outside ---


@pytest.mark.skipif(not HISTORY.is_file(), reason="the real histories are not here")
def test_the_fifth_of_august_2024_by_real_histories(tmp_path: Path) -> None:
    file = tmp_path / "bars.csv"
    file.write_bytes(gzip.decompress(HISTORY.read_bytes()))
    request = CompareRequest(LONG_AFTER, ("deepseek", "2024-08-05"))
    found = compare(request, BUNDLED, Files(file, "")).comparison.findings
    moves = {one.instrument.ticker: one.move for one in found.occasions[1].courses}
    # S&P Dow Jones Indices and Nikkei Inc. for the closes of 2 and 5 August 2024, as the press of
    # both days has them: 5,346.56 to 5,186.33, and 35,909.70 to 31,458.42.
    assert f"{moves['^GSPC'].price_return:.4f}" == "-0.0300"
    assert f"{moves['^GSPC'].close:.2f}" == "5186.33"
    assert f"{moves['^N225'].price_return:.4f}" == "-0.1240"
    assert f"{moves['^N225'].change:.2f}" == "-4451.28"
    deepseek = {one.instrument.ticker: one.move for one in found.occasions[0].courses}
    assert f"{deepseek['^GSPC'].price_return:.4f}" == "-0.0146"


# --- what is asked ---


def test_the_provider_is_asked_once_for_all_events() -> None:
    class Counting(Shelf):
        asked: list[Wanted] = []  # noqa: RUF012 -- one a test

        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            self.asked.append(wanted)
            return super().fetch(instruments, wanted)

    shelf = Counting(made())
    find(provider=shelf)
    (wanted,) = shelf.asked
    assert (wanted.first, wanted.last) == (day("2025-01-07"), day("2025-01-24"))
    assert wanted.due["XTKS"] == tuple(
        map(day, ("2025-01-07", "2025-01-08", "2025-01-20", "2025-01-21"))
    )


def test_want_spans_all_events() -> None:
    basis = compare(ask(), BARE, Shelf(made())).basis
    assert want(basis.inquiries).begins == day("2025-01-07")


def test_a_date_takes_the_registered_event() -> None:
    request = CompareRequest(LONG_AFTER, ("2025-01-27", "2025-01-28"))
    found = compare(request, BUNDLED, Sample()).comparison.findings
    assert [one.id for one in found.occasions] == ["deepseek", "2025-01-28"]
    # Unasked, the indexes of the default watchlist, the broadest first; the sample's own window.
    assert found.instruments[0].ticker == "^GSPC"
    assert all(one.is_index for one in found.instruments)
    assert found.window == Window(-5, 5)


@pytest.mark.parametrize(
    ("events", "error", "words"),
    [
        (("2025-01-08",), UsageError, "one event"),
        (("2025-01-08", "2025-01-08"), UsageError, "2025-01-08 is named twice"),
        (("2025-01-08", "2025-02-30"), UsageError, "not a date"),
        (("2025-01-08", "nobody"), UsageError, "no event is named"),
        (("2025-01-08", "no.toml"), FileError, "no.toml"),
        (("2025-01-08", "2025-01-11"), NoSessionError, "no session"),
        (("2025-01-08", "2030-01-08"), NoSessionError, "in the future"),
    ],
)
def test_what_cannot_be_compared(
    events: tuple[str, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        told(ask(*events))


def test_the_same_event_by_name_and_by_date_is_refused() -> None:
    request = CompareRequest(LONG_AFTER, ("deepseek", "2025-01-27"))
    with pytest.raises(UsageError, match="2025-01-27 and deepseek are the same sessions"):
        compare(request, BUNDLED, Sample())


# --- what is missing ---


def test_a_closed_exchange_is_told_and_not_followed() -> None:
    found = find(ask("2025-01-08", "2025-01-20"))
    assert str(course(found, 1, "NVDA").move.status) == "closed"
    assert course(found, 1, "NVDA").path is None
    assert course(found, 1, "5803.T").path is not None


def test_an_event_of_which_nothing_is_held_is_refused() -> None:
    with pytest.raises(IncompleteError, match=r"^2024-12-02: no figure for NVDA, 5803\.T") as error:
        told(ask("2025-01-08", "2024-12-02"))
    assert "2025-01-" in error.value.hint
    failing = [Gap(one.instrument, day("2025-01-08"), GapReason.NETWORK) for one in made()]
    with pytest.raises(VendorError):
        find(provider=Shelf(failing))


def test_what_would_print_nothing_either_is_no_hint() -> None:
    gone = [Gap(one.instrument, day("2025-01-08"), GapReason.NOT_FOUND) for one in made()]
    with pytest.raises(IncompleteError, match="no event stands without any") as error:
        find(provider=Shelf(gone))
    assert "--min-coverage" not in error.value.hint
    failing = [Gap(one.instrument, day("2025-01-08"), GapReason.NETWORK) for one in made()]
    with pytest.raises(VendorError, match=r"; 2025-01-08 has no figure$"):
        find(provider=Shelf(failing))


def test_of_gaps_within_what_is_held_the_hint_names_no_other_event() -> None:
    late = CLOSES | {"5803.T": {"2025-01-20": "1000", "2025-01-21": "990", "2025-01-22": "900"}}
    with pytest.raises(IncompleteError, match=r"5803\.T .*--strict allows no gap") as error:
        told(ask(is_strict=True), provider=Shelf(made(late)))
    assert error.value.hint.startswith("without --strict")


def test_some_gaps_have_rows_that_say_why() -> None:
    late = CLOSES | {"5803.T": {"2025-01-20": "1000", "2025-01-21": "990", "2025-01-22": "900"}}
    found = told(provider=Shelf(made(late)))
    missing = course(found.findings, 0, "5803.T").move
    assert missing.reason is GapReason.NO_DATA
    text = Markdown(STYLE).render(found)
    assert "| 5803 | 8 January 2025 | the bars held begin on 20 January 2025 (`no_data`) |" in text
    assert "3 of 4 figures are held." in text
    with pytest.raises(IncompleteError, match="--strict"):
        told(ask(is_strict=True), Shelf(made(late)))
    with pytest.raises(IncompleteError, match="60 % is asked"):
        told(ask(least_coverage=60), Shelf(made(late)))


def test_tokyo_before_its_calendar_is_a_gap() -> None:
    sp500 = sample_directory()["^GSPC"]
    new_york = {"1987-10-16": "282.70", "1987-10-19": "224.84"}
    now = {"2025-01-24": "6101.24", "2025-01-27": "6012.28"}
    shelf = Shelf(
        [
            bars(sp500, {day(session): close for session, close in (new_york | now).items()}),
            bars(NIKKEI, {day("2025-01-24"): "39931.98", day("2025-01-27"): "39565.80"}),
        ]
    )
    request = ask("1987-10-19", "2025-01-27", tickers=["^GSPC", "^N225"])
    found = compare(request, BUNDLED, shelf).comparison.findings
    moves = {one.instrument.ticker: one.move for one in found.occasions[0].courses}
    # S&P Dow Jones Indices: −20.47 % on 19 October 1987.
    assert f"{moves['^GSPC'].price_return:.4f}" == "-0.2047"
    assert moves["^N225"].reason is GapReason.NO_CALENDAR
    assert found.occasions[0].id == "black-monday"


# --- laws ---


def rows(found: Comparison) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(CompareCsv().render(found))))


def test_the_order_of_events_changes_only_the_order() -> None:
    events = ("2025-01-08", "2025-01-21", "2025-01-22")
    kept = sorted(map(str, rows(told(ask(*events)))))
    for order in permutations(events):
        found = rows(told(ask(*order)))
        assert sorted(map(str, found)) == kept
        assert list(dict.fromkeys(row["event"] for row in found)) == list(order)


def test_another_event_changes_nothing_of_the_first() -> None:
    two, three = (
        [row for row in rows(told(ask(*events))) if row["event"] == "2025-01-08"]
        for events in (EVENTS, (*EVENTS, "2025-01-22"))
    )
    assert two == three


@settings(max_examples=20, deadline=None)
@given(factor=st.integers(1, 10**6))
def test_scaling_all_prices_changes_nothing_that_is_told(factor: int) -> None:
    scaled = {
        ticker: {session: str(Decimal(close) * factor) for session, close in series.items()}
        for ticker, series in CLOSES.items()
    }
    one = Markdown(STYLE).render(told(ask(tickers=["NVDA"])))
    assert Markdown(STYLE).render(told(ask(tickers=["NVDA"]), Shelf(made(scaled)))) == one


def test_the_same_basis_makes_the_same_bytes() -> None:
    first = compare(ask(), BARE, Shelf(made()))
    again = remake_comparison(first.basis)
    for renderer in (Html(STYLE), Markdown(STYLE), CompareJson(STYLE), CompareCsv()):
        assert renderer.render(first.comparison) == renderer.render(again)


def test_what_it_is_made_of_can_be_kept() -> None:
    basis = compare(ask(), BARE, Shelf(made())).basis
    kept = json.loads(json.dumps(encode(CompareBasis, basis)))
    again = remake_comparison(decode(CompareBasis, kept))
    assert Html(STYLE).render(again) == Html(STYLE).render(remake_comparison(basis))
