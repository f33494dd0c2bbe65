"""The sample: all that ships with the package, held against its sources where they are at hand."""

import csv
import gzip
import hashlib
import importlib.resources
import statistics
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from deepseek_shock.analysis.moves import Status
from deepseek_shock.analysis.significance import Significance
from deepseek_shock.market.bars import Bars, Baseline
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import is_session
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.base import Fetched, Provider, Wanted
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import SHA256, Sample, is_sound, sample_directory
from deepseek_shock.registry import Registry
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, day

BARS = importlib.resources.files("deepseek_shock") / "sample" / "bars.csv"
SHARED = Path(__file__).parents[2].parent / "shared"
"""Facts and longer series, beside the checkout where there are any; they are no part of it."""

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the facts are not at hand")

# Eleven and twelve sessions: New York was closed on 20 January, Martin Luther King, Jr. Day.
NEW_YORK_DAYS = (17, 21, 22, 23, 24, 27, 28, 29, 30, 31)
TOKYO_DAYS = (17, 20, 21, 22, 23, 24, 27, 28, 29, 30, 31)
NEW_YORK = [*(date(2025, 1, at) for at in NEW_YORK_DAYS), date(2025, 2, 3)]
TOKYO = [*(date(2025, 1, at) for at in TOKYO_DAYS), date(2025, 2, 3)]


def want(first: date, last: date) -> Wanted:
    return Wanted(first, first, last)


@cache
def fetched() -> Fetched:
    everything = list(sample_directory().values())
    return Sample().fetch(everything, want(date(2025, 1, 1), date(2025, 3, 1)))


def held(ticker: str) -> Bars:
    bars = fetched().bars[ticker]
    assert isinstance(bars, Bars)
    return bars


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prices(text: str) -> Decimal | None:
    return Decimal(text) if text else None


# --- what it holds ---


def test_it_holds_56_shares_and_six_indexes() -> None:
    directory = sample_directory()
    assert len(directory) == 62
    assert sum(one.is_index for one in directory.values()) == 6
    assert set(fetched().bars) == set(directory)
    tokyo = [one for one in directory.values() if one.exchange.mic == "XTKS"]
    assert sum(not one.is_index for one in tokyo) == 19
    assert {one.ticker for one in tokyo if one.is_index} == {"^N225", "^TOPX"}


@pytest.mark.parametrize(
    ("ticker", "mic", "en", "ja"),
    [
        ("NVDA", "XNAS", "NVIDIA", "エヌビディア"),
        ("TSM", "XNYS", "TSMC (ADR)", "台湾積体電路製造(TSMC)"),
        ("5803.T", "XTKS", "Fujikura", "フジクラ"),
        ("6857.T", "XTKS", "Advantest", "アドバンテスト"),
        ("^N225", "XTKS", "Nikkei 225", "日経平均株価"),
    ],
)
def test_instruments_are_known_by_name_and_exchange(
    ticker: str, mic: str, en: str, ja: str
) -> None:
    found = sample_directory()[ticker]
    assert (found.exchange.mic, *found.name) == (mic, en, ja)


@pytest.mark.parametrize("ticker", sorted(sample_directory()))
def test_each_holds_every_session_of_its_exchange(ticker: str) -> None:
    bars = held(ticker)
    expected = TOKYO if bars.instrument.exchange.calendar == "XTKS" else NEW_YORK
    assert [bar.session for bar in bars.bars] == expected
    assert all(is_session(bars.instrument.exchange, bar.session) for bar in bars.bars)
    assert all(bar.close is not None for bar in bars.bars)


def test_open_and_close_lie_within_the_days_range() -> None:
    bars = [bar for ticker in fetched().bars for bar in held(ticker).bars]
    assert len(bars) == 703
    for bar in bars:
        inside = [price for price in (bar.open, bar.close) if price is not None]
        assert bar.low is None or all(bar.low <= price for price in inside), bar
        assert bar.high is None or all(price <= bar.high for price in inside), bar
        assert bar.volume is None or bar.volume > 0, bar


def test_figures_that_were_not_found_are_blank() -> None:
    closes_only = {
        ticker for ticker in fetched().bars if any(bar.open is None for bar in held(ticker).bars)
    }
    without_volume = {
        ticker for ticker in fetched().bars if any(bar.volume is None for bar in held(ticker).bars)
    }
    assert closes_only == {"CRDO", "TLN"}
    assert without_volume == {"CRDO", "TLN", "^SOX", "^N225", "^TOPX"}


@pytest.mark.parametrize("session", [MONDAY, TUESDAY])
def test_all_shares_are_ok_on_both_days_of_the_shock(session: date) -> None:
    request = Request(LONG_AFTER, session, watchlist="deepseek", is_strict=True)
    moves = make_report(request, Registry(sample_directory()), Sample()).findings.moves
    assert {ticker: move.status for ticker, move in moves.items()} == dict.fromkeys(
        sample_directory(), Status.OK
    )
    assert sum(not move.instrument.is_index for move in moves.values()) == 56


# --- how it answers ---


def test_a_span_is_cut_at_both_ends() -> None:
    nvidia = sample_directory()["NVDA"]
    answer = Sample().fetch([nvidia], want(FRIDAY, TUESDAY))
    bars = answer.bars["NVDA"]
    assert isinstance(bars, Bars)
    assert [bar.session for bar in bars.bars] == [FRIDAY, MONDAY, TUESDAY]
    assert (answer.sources[0].first, answer.sources[0].last) == (
        date(2025, 1, 17),
        date(2025, 2, 3),
    )


def test_a_ticker_that_is_not_held_is_a_gap_with_its_neighbours() -> None:
    wanted = [make_instrument("NVDAA"), make_instrument("5804.T"), sample_directory()["NVDA"]]
    answer = Sample().fetch(wanted, want(FRIDAY, MONDAY))
    for ticker, near in (("NVDAA", "NVDA"), ("5804.T", "5803.T")):
        gap = answer.bars[ticker]
        assert isinstance(gap, Gap)
        assert (gap.instrument.ticker, gap.reason) == (ticker, GapReason.NOT_FOUND)
        assert near in answer.near[ticker]
        assert ticker not in answer.near[ticker]
    assert isinstance(answer.bars["NVDA"], Bars)
    assert not answer.near.get("NVDA")


def test_a_ticker_like_no_other_has_no_neighbours() -> None:
    answer = Sample().fetch([make_instrument("9999999")], want(FRIDAY, MONDAY))
    assert answer.near == {"9999999": ()}


def test_statistics_come_for_what_was_asked_alone() -> None:
    answer = Sample().fetch([sample_directory()["NVDA"]], want(FRIDAY, MONDAY))
    assert set(answer.baselines) == {(MONDAY, "NVDA"), (TUESDAY, "NVDA")}
    assert len(fetched().baselines) == 2 * 62


def test_the_hash_is_that_of_the_bars() -> None:
    assert hashlib.sha256(BARS.read_bytes()).hexdigest() == SHA256
    assert fetched().sources[0].sha256 == SHA256
    assert is_sound()


# --- against the facts ---


@needs_shared
def test_the_bars_are_the_facts() -> None:
    facts = rows(SHARED / "facts" / "bars.csv")
    assert len(facts) == 703
    for row in facts:
        bar = held(row["ticker"]).at(day(row["session"]))
        expected = [prices(row[name]) for name in ("open", "high", "low", "close")]
        assert bar is not None
        assert list(bar[1:5]) == expected, row
        assert bar.volume == (int(row["volume"]) if row["volume"] else None), row


@needs_shared
def test_the_names_are_the_facts() -> None:
    facts = rows(SHARED / "facts" / "instruments.csv")
    assert len(facts) == 62
    for row in facts:
        found = sample_directory()[row["ticker"]]
        assert (found.code, found.exchange.mic) == (row["code"], row["exchange"])
        assert found.exchange.currency == row["currency"]
        assert found.name == (row["name_en"], row["name_ja"])
        assert found.short_name.ja == row["name_ja_short"]


def as_facts_have_it(one: Baseline) -> dict[str, str | float]:
    """Write the shipped part of a baseline under the facts' column names."""
    return {
        "window_first": str(one.window_first),
        "window_last": str(one.window_last),
        "n": one.sessions,
        "mean": one.mean,
        "sd": one.sd,
        "volume_mean_20": "" if one.volume_mean_20 is None else one.volume_mean_20,
        "history_from": str(one.history_from),
        "direction": str(one.direction),
        "previous_as_large": str(one.previous_as_large or ""),
        "previous_as_large_return": (
            "" if one.previous_as_large_return is None else one.previous_as_large_return
        ),
        "as_large_in_history": one.as_large_in_history,
        "close_last_beyond": str(one.close_last_beyond or ""),
    }


@needs_shared
def test_the_statistics_are_the_facts() -> None:
    facts = rows(SHARED / "facts" / "baselines.csv")
    assert len(facts) == len(fetched().baselines)
    for row in facts:
        found = as_facts_have_it(fetched().baselines[day(row["session"]), row["ticker"]])
        expected = {
            name: row[name] if isinstance(value, str) else float(row[name])
            for name, value in found.items()
        }
        assert found == expected


@cache
def long_closes() -> dict[str, dict[date, float]]:
    """Read the closes from November 2023 to March 2025."""
    found: dict[str, dict[date, float]] = {}
    with gzip.open(SHARED / "data" / "bars_2023_2025.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["close"]:
                found.setdefault(row["ticker"], {})[day(row["session"])] = float(row["close"])
    return found


def returns_of(ticker: str) -> Iterator[tuple[date, float]]:
    """Give the daily returns of a long series; these have no holes in the window."""
    for (_, before), (session, after) in pairwise(sorted(long_closes()[ticker].items())):
        yield session, after / before - 1


ESTIMATED = ("alpha", "beta", "residual_sd", "benchmark_mean", "benchmark_ss")
SUMMED_UP = {
    "mean_pairwise_correlation": "correlation",
    "sd_of_mean_residual": "sd",
    "worst_mean_residual": "worst",
    "best_mean_residual": "best",
    "positive_share": "positive_share",
}


@needs_shared
def test_the_models_are_the_facts() -> None:
    facts = [row for row in rows(SHARED / "facts" / "baselines.csv") if row["alpha"]]
    assert len(facts) == len(fetched().estimates) == 112
    for row in facts:
        found = fetched().estimates[day(row["session"]), row["ticker"]]
        assert [getattr(found, name) for name in ESTIMATED] == [
            float(row[one]) for one in ESTIMATED
        ]
        assert (found.benchmark, found.sessions) == (row["benchmark"], int(row["n_model"]))
        assert (found.first, found.last) == (day(row["window_first"]), day(row["window_last"]))


@needs_shared
def test_what_is_known_of_groups_is_the_facts() -> None:
    members: dict[str, list[str]] = {}
    for row in rows(SHARED / "facts" / "instruments.csv"):
        members.setdefault(row["group"], []).append(row["ticker"])
    facts = {row["group"]: row for row in rows(SHARED / "facts" / "group_baselines.csv")}
    found = {one.group: one for one in fetched().group_estimates}
    assert found.keys() == facts.keys()
    for name, row in facts.items():
        one = found[name]
        assert list(one.tickers) == members[name]
        for fact, field in SUMMED_UP.items():
            assert getattr(one, field) == float(row[fact])
        assert (one.sessions, one.first, one.last) == (
            *(int(row["sessions"]), day(row["first"]), day(row["last"])),
        )
        assert one.worst_session == day(row["worst_session"])
        assert one.best_session == day(row["best_session"])


def test_the_groups_are_those_of_the_watchlist() -> None:
    watched = {one.id: one for one in Registry(sample_directory()).watchlist("deepseek").groups}
    for one in fetched().group_estimates:
        assert one.tickers == tuple(member.ticker for member in watched[one.group].members)


def test_only_groups_all_of_whose_members_are_asked_come_along() -> None:
    nvidia = [one for one in sample_directory().values() if one.ticker == "NVDA"]
    found = Sample().fetch(nvidia, want(date(2025, 1, 1), date(2025, 3, 1)))
    assert found.group_estimates == ()
    assert {ticker for _, ticker in found.estimates} == {"NVDA"}


# Before their companies themselves were listed, the longer series hold rows of their forerunners.
_YOUNG = {"GEV", "OKLO"}


@needs_shared
@pytest.mark.parametrize("on", [MONDAY, TUESDAY], ids=str)
def test_shares_are_judged_as_by_a_longer_history(on: date) -> None:
    by_sample, by_files = (judged_by(source, on) for source in (Sample(), longer()))
    others = {one.instrument.ticker: one for one in by_files.judged}
    for one in by_sample.judged:
        ticker = one.instrument.ticker
        if ticker in _YOUNG:
            continue
        other = others[ticker]
        assert (one.sessions, one.first, one.last) == (other.sessions, other.first, other.last)
        assert (one.benchmark, one.df, one.is_locked) == (
            other.benchmark,
            other.df,
            other.is_locked,
        )
        assert one.abnormal == pytest.approx(other.abnormal, abs=1e-6)
        assert one.t == pytest.approx(other.t, rel=1e-4, abs=1e-4)


@needs_shared
def test_groups_are_judged_as_by_a_longer_history() -> None:
    by_sample, by_files = (judged_by(source, MONDAY) for source in (Sample(), longer()))
    others = {one.group.id: one for one in by_files.groups}
    assert len(others) == len(by_sample.groups) == 7
    for one in by_sample.groups:
        if not _YOUNG.isdisjoint(member.ticker for member in one.group.members):
            continue
        other = others[one.group.id]
        assert (one.used, one.sessions, one.first, one.last) == (
            *(other.used, other.sessions, other.first, other.last),
        )
        assert one.aar == pytest.approx(other.aar, abs=1e-6)
        assert one.correlation == pytest.approx(other.correlation, abs=1e-6)
        assert one.as_large in (None, other.as_large)
        for test in one.tests:
            same = other.statistic(test.name)
            assert same is not None
            assert test.df == same.df
            assert test.value == pytest.approx(same.value, rel=1e-4, abs=1e-4)
        path = {step.offset: step for step in other.path}
        for step in one.path:
            assert step.aar == pytest.approx(path[step.offset].aar, abs=1e-6)


def longer() -> Files:
    return Files(SHARED / "data" / "bars_2023_2025.csv.gz", "")


def judged_by(source: Provider, on: date) -> Significance:
    made = make_report(Request(LONG_AFTER, on), Registry(sample_directory()), source)
    assert made.findings.significance is not None
    return made.findings.significance


@needs_shared
@pytest.mark.parametrize("ticker", ["NVDA", "VST", "ORCL", "^GSPC", "5803.T", "6857.T"])
def test_sigma_from_a_longer_history(ticker: str) -> None:
    request = Request(LONG_AFTER, MONDAY)
    move = make_report(request, Registry(sample_directory()), Sample()).findings.moves[ticker]
    # 250 sessions that end eleven before the event's.
    before = [value for session, value in returns_of(ticker) if session < MONDAY]
    window = before[-260:-10]
    today = dict(returns_of(ticker))[MONDAY]
    expected = (today - statistics.fmean(window)) / statistics.stdev(window)
    assert move.sigma == pytest.approx(expected, rel=1e-3)


@needs_shared
@pytest.mark.parametrize(
    ("ticker", "since"),
    [
        ("^IXIC", "2024-12-18"),
        ("^GSPC", "2025-01-10"),
        ("5803.T", "2024-08-05"),
        ("9984.T", "2024-08-05"),
    ],
)
def test_since_from_a_longer_history(ticker: str, since: str) -> None:
    found = make_report(Request(LONG_AFTER, MONDAY), Registry(sample_directory()), Sample())
    told = {one.move.instrument.ticker: one for one in found.findings.since}[ticker]
    series = dict(returns_of(ticker))
    expected = max(
        session for session, value in series.items() if session < MONDAY and value <= series[MONDAY]
    )
    assert told.previous == expected == day(since)
