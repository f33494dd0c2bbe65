"""When figures were retrieved, as it is printed, and where they came from, in JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.market.bars import Bars, Origin, Refusal, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Csv, Json
from deepseek_shock.render.dates import stamp_en, stamp_ja
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import phrase
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, bar, bars, pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepseek_shock.report.model import Report

EN, JA = Words(Language.EN), Words(Language.JA)
YAHOO = Origin("yahoo", "2025-02-01T10:00:00Z")
JQUANTS = Origin("jquants", "2025-02-02T10:00:00Z")


# --- stamps ---


@pytest.mark.parametrize(
    ("stamp", "en", "ja"),
    [
        ("2026-11", "November 2026", "2026年11月"),
        ("2025-01", "January 2025", "2025年1月"),
        ("2025-01-27", "27 January 2025", "2025年1月27日"),
        ("2025-01-27T21:05:00Z", "27 January 2025, 21:05 UTC", "2025年1月27日21時5分(UTC)"),
        ("2025-01-27T21:05:59Z", "27 January 2025, 21:05 UTC", "2025年1月27日21時5分(UTC)"),
        ("2025-01-27T21:05:00+00:00", "27 January 2025, 21:05 UTC", "2025年1月27日21時5分(UTC)"),
        ("2025-01-27T09:00:00Z", "27 January 2025, 09:00 UTC", "2025年1月27日9時(UTC)"),
        ("2025-01-27T00:00:00Z", "27 January 2025, 00:00 UTC", "2025年1月27日0時(UTC)"),
        ("2025-01-27T15:30:00+09:00", "27 January 2025, 06:30 UTC", "2025年1月27日6時30分(UTC)"),
    ],
)
def test_a_stamp_says_as_much_as_it_knows(stamp: str, en: str, ja: str) -> None:
    assert (stamp_en(stamp), stamp_ja(stamp)) == (en, ja)


@pytest.mark.parametrize(
    ("stamp", "en", "ja"),
    [
        # Eight in the morning in Tokyo is the evening before in UTC.
        ("2025-01-28T08:00:00+09:00", "27 January 2025, 23:00 UTC", "2025年1月27日23時(UTC)"),
        # And half past nine in the evening in New York is the day after.
        ("2025-01-27T21:30:00-05:00", "28 January 2025, 02:30 UTC", "2025年1月28日2時30分(UTC)"),
        ("2024-12-31T20:00:00-05:00", "1 January 2025, 01:00 UTC", "2025年1月1日1時(UTC)"),
    ],
)
def test_day_and_time_of_a_stamp_are_those_of_one_instant(stamp: str, en: str, ja: str) -> None:
    assert (stamp_en(stamp), stamp_ja(stamp)) == (en, ja)


@pytest.mark.parametrize("zone", ["UTC0", "JST-9", "EST5"])
def test_a_stamp_is_the_same_on_every_machine(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever leaves the zone out means UTC, as an origin's stamp says.
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        assert stamp_en("2025-01-27T21:05:00") == "27 January 2025, 21:05 UTC"
        assert stamp_ja("2025-01-27T21:05:00Z") == "2025年1月27日21時5分(UTC)"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_stamp_stands_in_a_sentence() -> None:
    name = phrase("source.yahoo_name")
    said = phrase("ui.source", name=name, retrieved="2025-01-27T21:05:00Z")
    assert EN.say(said) == "Source: Yahoo Finance, 27 January 2025, 21:05 UTC."
    assert "2025年1月27日21時5分(UTC)" in JA.say(said)
    sample = phrase("ui.source", name=phrase("source.sample_name"), retrieved="2026-11")
    assert EN.say(sample) == "Source: sample data shipped with shock, November 2026."


# --- JSON and CSV ---


class Vendor:
    """A provider of answers that a test made, with the sources that it names."""

    def __init__(self, *answers: Bars | Gap, sources: Sequence[Source]) -> None:
        self.answers = {one.instrument.ticker: one for one in answers}
        self.sources = tuple(sources)

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        assert wanted.first <= MONDAY <= wanted.last
        return Fetched(
            {one.ticker: self.answers[one.ticker] for one in instruments}, {}, self.sources, {}
        )


def source(origin: Origin) -> Source:
    return Source(
        origin.source, origin.source.title(), origin.retrieved, FRIDAY, TUESDAY, "ab" * 32
    )


def report_of(*answers: Bars | Gap, sources: Sequence[Source] = (source(YAHOO),)) -> Report:
    tickers = tuple(one.instrument.ticker for one in answers)
    request = Request(LONG_AFTER, MONDAY, tickers=tickers, least_coverage=0)
    return make_report(request, Registry({}), Vendor(*answers, sources=sources))


def document(report: Report) -> dict[str, Any]:
    found = json.loads(Json(Style(EN, Colors.US)).render(report))
    assert isinstance(found, dict)
    return found


def move_of(report: Report) -> dict[str, Any]:
    (move,) = document(report)["moves"]
    assert isinstance(move, dict)
    return move


def from_yahoo(ticker: str, previous: str = "100", close: str = "90") -> Bars:
    plain = pair(ticker, previous, close)
    return Bars(plain.instrument, plain.bars, origin=YAHOO)


def test_each_figure_names_its_source() -> None:
    plain = from_yahoo("NVDA")
    assert move_of(report_of(plain))["source"] == "yahoo"
    mixed = Bars(plain.instrument, plain.bars, origin=YAHOO, others={FRIDAY: JQUANTS})
    assert move_of(report_of(mixed))["source"] == "yahoo+jquants"


def test_what_was_refused_names_its_source_and_carries_no_number() -> None:
    move = move_of(report_of(from_yahoo("NVDA", "100", "50")))
    assert (move["status"], move["reason"]) == ("suspect", "near_split_ratio")
    assert move["source"] == "yahoo"
    assert [move["close"], move["previous_close"], move["price_return"]] == [None, None, None]


def test_a_gap_has_no_source_and_says_why_in_words_and_in_the_vendors() -> None:
    gap = Gap(make_instrument("NVDA"), MONDAY, GapReason.NO_DATA, "Data doesn't exist")
    found = document(report_of(gap, from_yahoo("AVGO")))
    assert [move["source"] for move in found["moves"]] == [None, "yahoo"]
    assert found["gaps"] == [
        {
            "ticker": "NVDA",
            "session": "2025-01-27",
            "reason": "no_data",
            "detail": "the vendor has no bars for these sessions (Data doesn't exist)",
        }
    ]


def test_without_words_of_the_vendors_nothing_stands_in_brackets() -> None:
    gap = Gap(make_instrument("NVDA"), MONDAY, GapReason.TIMEOUT)
    (found,) = document(report_of(gap))["gaps"]
    assert found["detail"] == "no answer within the time allowed"


def test_a_session_that_nobody_has_is_named() -> None:
    ended = [
        Bars(make_instrument(one), (bar(FRIDAY, "100"),), origin=YAHOO) for one in ("NVDA", "AVGO")
    ]
    found = document(report_of(*ended))["gaps"]
    assert [(one["reason"], one["session"]) for one in found] == [
        ("maybe_closed", "2025-01-27")
    ] * 2
    assert all("2025-01-27" in one["detail"] for one in found)


def test_sources_are_listed_in_their_order() -> None:
    found = document(report_of(from_yahoo("NVDA"), sources=[source(YAHOO), source(JQUANTS)]))
    assert found["source"] == [
        {
            "name": name,
            "vendor": vendor,
            "retrieved": retrieved,
            "sessions": ["2025-01-24", "2025-01-28"],
            "sha256": "ab" * 32,
        }
        for name, vendor, retrieved in (
            ("yahoo", "Yahoo", YAHOO.retrieved),
            ("jquants", "Jquants", JQUANTS.retrieved),
        )
    ]


def test_what_is_not_known_of_a_source_is_null() -> None:
    empty = Source("files", "prices.csv", "", None, None, "ab" * 32)
    gap = Gap(make_instrument("NVDA"), MONDAY, GapReason.NOT_FOUND)
    (found,) = document(report_of(gap, sources=[empty]))["source"]
    assert (found["retrieved"], found["sessions"]) == (None, [None, None])


def test_who_does_not_say_where_bars_came_from_gives_no_source() -> None:
    assert move_of(report_of(bars("NVDA", {FRIDAY: "100", MONDAY: "90"})))["source"] is None


def test_csv_holds_the_same_source() -> None:
    refused = Bars(
        make_instrument("AVGO"),
        (bar(FRIDAY, "100"),),
        refused={MONDAY: Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "95"))},
        origin=YAHOO,
    )
    gap = Gap(make_instrument("VST"), MONDAY, GapReason.NETWORK)
    text = Csv().render(report_of(from_yahoo("NVDA"), refused, gap))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["ticker"], row["status"], row["reason"], row["source"]) for row in rows] == [
        ("NVDA", "ok", "", "yahoo"),
        ("AVGO", "suspect", "in_progress", "yahoo"),
        ("VST", "failed", "network", ""),
    ]
