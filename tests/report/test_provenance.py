"""What the foot says of sources, of figures from elsewhere, of what was accepted and what is lost.

The sentences stand here as a reader should find them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.market.bars import Bar, Bars, Origin, Refusal, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.combine import combine
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Paragraph, Report, Table
from deepseek_shock.report.provenance import source_name, source_names, source_sentences
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, bar, bars, pair, utc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deepseek_shock.market.instrument import Instrument

EN, JA = Words(Language.EN), Words(Language.JA)
YAHOO = Origin("yahoo", "2025-02-01T10:05:00Z")
JQUANTS = Origin("jquants", "2025-02-02T10:00:00Z")
FILES = Origin("files", "")
SOMEBODY = Origin("somebody", "2025-02-03")
VENDORS = {"yahoo": "Yahoo Finance", "jquants": "JPX J-Quants", "files": "prices.csv"}


def source(origin: Origin, vendor: str | None = None) -> Source:
    said = vendor or VENDORS.get(origin.source, origin.source)
    return Source(origin.source, said, origin.retrieved, FRIDAY, TUESDAY, "0" * 64)


class Vendor:
    """A provider of answers that a test made, with the sources that it names."""

    def __init__(self, answers: Sequence[Bars | Gap], sources: Sequence[Origin]) -> None:
        self.answers = {one.instrument.ticker: one for one in answers}
        self.sources = tuple(map(source, sources))

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        assert wanted.first <= MONDAY <= wanted.last
        found = {one.ticker: self.answers[one.ticker] for one in instruments}
        return Fetched(found, {}, self.sources, {})


def report_of(
    *answers: Bars | Gap,
    sources: Sequence[Origin] = (YAHOO,),
    accepted: Sequence[str] = (),
    now: datetime = LONG_AFTER,
) -> Report:
    request = Request(
        now,
        MONDAY,
        tickers=tuple(one.instrument.ticker for one in answers),
        least_coverage=0,
        takes_provisional=now is not LONG_AFTER,
        accepted=frozenset((ticker, MONDAY) for ticker in accepted),
    )
    return make_report(request, Registry(sample_directory()), Vendor(answers, sources))


def from_source(
    ticker: str, previous: str = "100", close: str = "90", origin: Origin = YAHOO
) -> Bars:
    plain = pair(sample_directory().get(ticker, ticker), previous, close)
    return Bars(plain.instrument, plain.bars, origin=origin)


def method(report: Report, words: Words = EN) -> list[str]:
    """Say the entries of the method, and the sentences below them."""
    section = report.section("method")
    assert section is not None
    said: list[str] = []
    for block in section.blocks:
        if isinstance(block, Bullets):
            said.extend(map(words.say, block.entries))
        elif isinstance(block, Paragraph):
            said.extend(map(words.say, block.sentences))
    return said


def elsewhere(report: Report) -> list[str]:
    return [one for one in method(report) if one.startswith(("The figure of", "The figures of"))]


def gaps(report: Report, words: Words = EN) -> tuple[list[str], list[tuple[str, ...]]]:
    """Say the paragraphs of the gaps, and their rows."""
    section = report.section("gaps")
    assert section is not None
    paragraphs: list[str] = []
    rows: list[tuple[str, ...]] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            paragraphs.extend(map(words.say, block.sentences))
        elif isinstance(block, Table):
            kinds = [column.kind for column in block.columns]
            rows.extend(
                tuple(words.cell(kind, cell) for kind, cell in zip(kinds, row.cells, strict=True))
                for row in block.rows
            )
    return paragraphs, rows


# --- the sources ---


@pytest.mark.parametrize(
    ("origin", "en"),
    [
        (YAHOO, "Source: Yahoo Finance, retrieved 1 February 2025, 10:05 UTC; closes as traded,"),
        (JQUANTS, "Source: J-Quants of the Japan Exchange Group, retrieved 2 February 2025, 10:00"),
        (FILES, "Source: the user’s own files (prices.csv)."),
        (SOMEBODY, "Source: somebody, retrieved 3 February 2025."),
    ],
)
def test_a_source_is_said_in_a_sentence(origin: Origin, en: str) -> None:
    (said,) = source_sentences([source(origin)])
    assert EN.say(said).startswith(en)
    assert JA.say(said).startswith("出所")


def test_the_sample_says_when_it_was_compiled() -> None:
    report = make_report(Request(LONG_AFTER, MONDAY), Registry(sample_directory()), Sample())
    paragraph = " ".join(method(report))
    assert "Source: figures compiled in November 2026 and shipped with shock." in paragraph
    assert elsewhere(report) == []


def test_all_sources_are_said_in_their_order() -> None:
    report = report_of(from_source("NVDA"), sources=[YAHOO, JQUANTS])
    paragraph = " ".join(method(report))
    assert 0 < paragraph.index("Yahoo Finance") < paragraph.index("J-Quants")


@pytest.mark.parametrize(
    ("origin", "en"),
    [
        (YAHOO, "Source: Yahoo Finance, 1 February 2025, 10:05 UTC."),
        (JQUANTS, "Source: J-Quants (JPX), 2 February 2025, 10:00 UTC."),
        (SOMEBODY, "Source: somebody, 3 February 2025."),
        (FILES, "Source: the user’s own files."),
        (SOMEBODY._replace(retrieved=""), "Source: somebody."),
    ],
)
def test_a_source_is_named_in_few_words(origin: Origin, en: str) -> None:
    assert EN.say(source_name(source(origin))) == en
    assert JA.say(source_name(source(origin)))


def test_two_files_are_one_source_where_it_is_named_in_few_words() -> None:
    files = [source(FILES)._replace(vendor=name) for name in ("firms.csv", "markets.csv")]
    assert [EN.say(one) for one in source_names([*files, source(YAHOO)])] == [
        "Source: the user’s own files.",
        "Source: Yahoo Finance, 1 February 2025, 10:05 UTC.",
    ]


@pytest.mark.parametrize("name", ["yahoo", "jquants", "files", "somebody"])
@pytest.mark.parametrize("words", [EN, JA])
def test_a_source_that_does_not_say_when_is_said_without(name: str, words: Words) -> None:
    # A vendor that failed for everything has given nothing at any time.
    (said,) = source_sentences([source(Origin(name, ""))])
    assert words.say(said)


# --- figures from elsewhere ---


def test_what_comes_from_the_source_is_not_said_again() -> None:
    assert elsewhere(report_of(from_source("NVDA"), from_source("AVGO"))) == []


def test_what_another_source_filled_is_said() -> None:
    held = from_source("5803.T")
    filled = combine(
        Bars(held.instrument, held.bars[:1], origin=YAHOO),
        Bars(held.instrument, held.bars[1:], origin=JQUANTS),
    )
    report = report_of(filled, from_source("NVDA"), sources=[YAHOO, JQUANTS])
    assert elsewhere(report) == [
        "The figure of Fujikura comes from J-Quants (JPX) and Yahoo Finance."
    ]


def test_shares_from_one_other_source_are_said_together() -> None:
    others = [from_source(ticker, origin=JQUANTS) for ticker in ("5803.T", "6857.T", "6501.T")]
    report = report_of(*others, from_source("NVDA"), sources=[YAHOO, JQUANTS])
    assert elsewhere(report) == [
        "The figures of Fujikura, Advantest and Hitachi come from J-Quants (JPX)."
    ]


def test_a_source_that_we_do_not_know_is_called_by_its_name() -> None:
    report = report_of(from_source("NVDA", origin=SOMEBODY), from_source("AVGO"))
    assert elsewhere(report) == ["The figure of NVIDIA comes from somebody."]


def test_what_has_no_figure_comes_from_nowhere() -> None:
    report = report_of(from_source("NVDA", "100", "50", JQUANTS), from_source("AVGO"))
    assert elsewhere(report) == []


def test_nothing_is_said_of_bars_that_do_not_say_where_they_came_from() -> None:
    assert elsewhere(report_of(pair("NVDA", "100", "90"), from_source("AVGO"))) == []


def test_what_a_source_confirms_comes_from_the_first() -> None:
    one = from_source("NVDA")
    both = combine(one, from_source("NVDA", origin=JQUANTS))
    assert elsewhere(report_of(both, sources=[YAHOO, JQUANTS])) == []


# --- what was accepted ---


def test_what_was_accepted_is_said_with_the_guards_reason() -> None:
    report = report_of(
        from_source("NVDA", "100", "50"), from_source("AVGO"), accepted=["NVDA", "AVGO"]
    )
    (said,) = [one for one in method(report) if "accepted by hand" in one]
    assert said == (
        "* A guard refuses the figure of NVIDIA −50.00% (the two closes stand in the ratio of a "
        "split that nobody recorded, near_split_ratio); it was accepted by hand."
    )
    assert report.findings.moves["NVDA"].price_return == Decimal("-0.5")
    assert any("NVIDIA" in one or "エヌビディア" in one for one in method(report, JA))


def test_what_was_accepted_before_the_close_is_said_too() -> None:
    # New York's session of the 27th runs from 14:30 to 21:00 UTC.
    report = report_of(
        from_source("NVDA", "100", "50"), accepted=["NVDA"], now=utc("2025-01-27T18:00")
    )
    assert report.findings.moves["NVDA"].price_return == Decimal("-0.5")
    assert [one for one in method(report) if "accepted by hand" in one]


def test_without_leave_nothing_is_said_of_it() -> None:
    report = report_of(from_source("NVDA", "100", "50"), from_source("AVGO"), accepted=["AVGO"])
    assert not [one for one in method(report) if "accepted by hand" in one]
    _, rows = gaps(report)
    assert rows == [
        (
            "NVIDIA (NVDA)",
            "27 January 2025",
            "the two closes stand in the ratio of a split that nobody recorded (near_split_ratio)",
        )
    ]


def test_a_disputed_close_that_was_accepted_is_said() -> None:
    disputed = combine(from_source("NVDA"), from_source("NVDA", "100", "80", JQUANTS))
    assert gaps(report_of(disputed))[1][0][2] == "two sources differ by more than 0.1% (disputed)"
    report = report_of(disputed, accepted=["NVDA"])
    assert report.section("gaps") is None
    (said,) = [one for one in method(report) if "accepted by hand" in one]
    assert "two sources differ by more than 0.1%, disputed" in said
    assert report.findings.moves["NVDA"].close == Decimal(90)  # the first's


# --- what is not there ---


def test_a_vendors_own_words_stand_in_brackets() -> None:
    failed = Gap(sample_directory()["NVDA"], MONDAY, GapReason.SERVER_ERROR, "HTTP 503")
    silent = Gap(sample_directory()["AVGO"], MONDAY, GapReason.TIMEOUT)
    paragraphs, rows = gaps(report_of(failed, silent, from_source("VST")))
    assert paragraphs == []
    assert [(row[0], row[2]) for row in rows] == [
        ("NVIDIA (NVDA)", "the vendor’s server failed (server_error: HTTP 503)"),
        ("Broadcom (AVGO)", "no answer within the time allowed (timeout)"),
    ]


def test_a_session_that_nobody_has_is_said_once() -> None:
    lacking = [
        Bars(sample_directory()[one], (bar(FRIDAY, "100"),), origin=YAHOO)
        for one in ("NVDA", "AVGO", "VST")
    ]
    report = report_of(*lacking, from_source("5803.T"))
    (said,), rows = gaps(report)
    assert said == (
        "None of 3 instruments in New York has a bar for Monday 27 January: the exchange may have "
        "been closed (maybe_closed)."
    )
    assert rows == []  # and not once for each
    (ja,), _ = gaps(report, JA)
    assert "1月27日(月)" in ja


def test_beside_it_other_gaps_are_listed() -> None:
    lacking = [
        Bars(sample_directory()[one], (bar(FRIDAY, "100"),), origin=YAHOO)
        for one in ("NVDA", "AVGO")
    ]
    failed = Gap(sample_directory()["VST"], MONDAY, GapReason.NETWORK)
    paragraphs, rows = gaps(report_of(*lacking, failed))
    assert len(paragraphs) == 1
    assert [row[0] for row in rows] == ["Vistra (VST)"]


def test_a_previous_session_that_nobody_has_is_named() -> None:
    wednesday = FRIDAY.replace(day=22)
    lacking = [
        Bars(one.instrument, one.bars, origin=YAHOO)
        for one in (bars(ticker, {wednesday: "99", MONDAY: "90"}) for ticker in ("NVDA", "AVGO"))
    ]
    (said,), _ = gaps(report_of(*lacking))
    assert "has a bar for Friday 24 January" in said


def test_where_nothing_is_lacking_there_is_no_section() -> None:
    assert report_of(from_source("NVDA")).section("gaps") is None


# --- closes only ---


def test_who_has_only_a_close_is_named() -> None:
    full = Bar(MONDAY, Decimal(96), Decimal(98), Decimal(85), Decimal(90), 2000)
    whole = Bars(sample_directory()["AVGO"], (bar(FRIDAY, "100"), full), origin=YAHOO)
    said = method(report_of(from_source("NVDA"), whole))
    assert "For NVIDIA only the close is held: no open, low or volume." in said
    both = method(report_of(from_source("NVDA"), from_source("AVGO")))
    assert "For NVIDIA and Broadcom only closes are held: no open, low or volume." in both
    assert not [one for one in method(report_of(whole)) if "held: no open" in one]


def test_a_frozen_bar_that_is_taken_is_said_to_be_provisional() -> None:
    frozen = Bars(
        sample_directory()["NVDA"],
        (bar(FRIDAY, "100"),),
        refused={MONDAY: Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "95"))},
        origin=YAHOO,
    )
    paragraph = " ".join(method(report_of(frozen, now=utc("2025-01-27T18:00"))))
    assert "One figure is provisional: its session has not ended." in paragraph
