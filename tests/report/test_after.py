"""The sessions after: which sentences, right at none, one, two and many, in both languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.paths import Window
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Paragraph, Report, Table
from deepseek_shock.report.tables import Cut
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, Shelf, bars, day

if TYPE_CHECKING:
    from collections.abc import Sequence

EN, JA = Words(Language.EN), Words(Language.JA)
KNOWN = Registry(sample_directory())
WEDNESDAY, THURSDAY = day("2025-01-29"), day("2025-01-30")
NAMES = ("NVDA", "AAPL", "MSFT", "AVGO")

BACK, NOT = ("90", "95", "100"), ("90", "91", "92")
"""Closes from Monday to Wednesday of a share that stood at 100 on Friday."""


def report_of(*shares: Sequence[str | None], days: Sequence[date] | None = None) -> Report:
    """Report on shares that stood at 100 on Friday 24 January 2025, then at what is said."""
    sessions = days or (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
    shelf = Shelf(
        bars(ticker, {FRIDAY: "100"} | dict(zip(sessions, closes, strict=False)))
        for ticker, closes in zip(NAMES, shares, strict=False)
    )
    request = Request(LONG_AFTER, MONDAY, tickers=NAMES[: len(shares)], least_coverage=0)
    return make_report(request, KNOWN, shelf)


def said(report: Report, words: Words) -> str:
    section = report.section("after")
    assert section is not None
    (paragraph,) = (block for block in section.blocks if isinstance(block, Paragraph))
    return words.say_all(paragraph.sentences)


def cells(report: Report, words: Words = EN) -> list[list[str]]:
    """Print the table, its headings first."""
    section = report.section("after")
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    headings = [words.say(column.heading) for column in table.columns]
    return [headings] + [
        [
            words.cell(column.kind, cell)
            for column, cell in zip(table.columns, row.cells, strict=True)
        ]
        for row in table.rows
    ]


@pytest.mark.parametrize(
    ("shares", "en", "ja"),
    [
        (
            (NOT, NOT, NOT),
            "Of the three that fell, none was back at its previous close by 29 January 2025.",
            "下落した3銘柄はいずれも、2025年1月29日までに下落前の終値を回復していない。",
        ),
        (
            (NOT, BACK, NOT),
            "Of the three that fell, one was back at its previous close by 29 January 2025.",
            "下落した3銘柄のうち、2025年1月29日までに下落前の終値を回復したのは1銘柄。",
        ),
        (
            (NOT, BACK, BACK),
            "Of the three that fell, two were back at their previous close by 29 January 2025.",
            "下落した3銘柄のうち、2025年1月29日までに下落前の終値を回復したのは2銘柄。",
        ),
        (
            (BACK, BACK),
            "Both that fell were back at their previous close by 29 January 2025.",
            "下落した2銘柄はともに、2025年1月29日までに下落前の終値を回復した。",
        ),
        (
            (BACK, BACK, BACK),
            "All three that fell were back at their previous close by 29 January 2025.",
            "下落した3銘柄はすべて、2025年1月29日までに下落前の終値を回復した。",
        ),
    ],
    ids=["none", "one", "two", "both", "all"],
)
def test_how_many_were_back(shares: Sequence[Sequence[str]], en: str, ja: str) -> None:
    report = report_of(*shares)
    assert said(report, EN).startswith(en)
    assert said(report, JA).startswith(ja)


def test_the_lead_is_told_by_name() -> None:
    report = report_of(("80", "81", "82"), BACK, NOT)
    assert said(report, EN).endswith("2025. NVIDIA was not: it stood 18.00% below.")
    assert said(report, JA).endswith(
        "1銘柄。エヌビディア(NVDA)は回復せず、同日の終値は下落前を18.00%下回る。"
    )
    back = report_of(("80", "100"), NOT)
    assert said(back, EN).endswith(
        "NVIDIA was back at its previous close one session later, on 28 January 2025."
    )
    assert said(back, JA).endswith(
        "エヌビディア(NVDA)は1営業日後の2025年1月28日に下落前の終値を回復した。"
    )


def test_one_share_needs_no_count() -> None:
    report = report_of(NOT)
    assert said(report, EN) == (
        "NVIDIA was not back at its previous close by 29 January 2025: it stood 8.00% below."
    )
    assert said(report, JA) == (
        "エヌビディア(NVDA)は下落前の終値を回復せず、2025年1月29日の終値は8.00%下回る。"
    )


def test_a_rise_is_given_back() -> None:
    report = report_of(("110", "105", "100"), ("105", "104", "103"))
    assert said(report, EN) == (
        "Of the two that rose, one had given its rise back by 29 January 2025. "
        "NVIDIA had given its rise back two sessions later, on 29 January 2025."
    )
    assert said(report, JA) == (
        "上昇した2銘柄のうち、2025年1月29日までに上げを帳消しにしたのは1銘柄。"
        "エヌビディア(NVDA)は2営業日後の2025年1月29日に上げを帳消しにした。"
    )


def test_a_missing_close_is_said_and_not_bridged() -> None:
    back = report_of(("80", None, "100"))
    assert said(back, EN) == (
        "NVIDIA was back at its previous close on 29 January 2025 at the latest: "
        "closes before that are missing."
    )
    assert cells(back)[1][-1] == "29 Jan at the latest, 2 sessions"
    unseen = report_of(("80", None, "99"))
    assert said(unseen, EN) == (
        "NVIDIA was not back at its previous close on any close held to 29 January 2025, "
        "but some are missing: it stood 1.00% below."
    )
    assert "欠けがあり、その間に回復したかどうかは分からない" in said(unseen, JA)
    assert cells(unseen)[1][-1] == "not seen, closes missing"


def test_shares_of_which_nothing_is_held_after_are_counted_apart() -> None:
    assert "Of one more no later close is held." in said(report_of(NOT, BACK, ("90",)), EN)
    assert "Of two more no later" in said(report_of(NOT, BACK, ("90",), ("90",)), EN)
    assert "ほかに1件は、その後の終値がない。" in said(report_of(NOT, BACK, ("90",)), JA)


@pytest.mark.parametrize("shares", [[("90",)], [("100", "90")], [(None, "90")]])
def test_there_is_no_section_where_there_is_nothing_to_say(
    shares: Sequence[Sequence[str | None]],
) -> None:
    report = report_of(*shares)
    assert report.section("after") is None


def test_the_table_by_hand() -> None:
    # 100, then 80, 70, 90: the lowest on the 28th, 10 % below at the end.
    headings, row = cells(report_of(("80", "70", "90")))
    assert headings == [
        *("Instrument", "Move", "+1", "On 29 Jan", "Lowest", "On", "Back by 29 Jan"),
    ]
    assert row == ["NVIDIA (NVDA)", "−20.00%", "−30.00%", "−10.00%", "−30.00%", "28 Jan", "no"]


def test_where_shares_are_not_held_to_the_same_day_each_says_its_own() -> None:
    report = report_of(("80", "70", "90"), ("90", "91"))
    headings, first, second = cells(report)
    assert headings[-1] == "Back at previous close"
    assert (first[-1], second[-1]) == ("not by 29 Jan (2 sessions)", "not by 28 Jan (1 session)")
    assert cells(report, JA)[1][-1] == "29日までになし"


def sample(window: Window | None = None, lang: Words = EN) -> str:
    return said(make_report(Request(LONG_AFTER, MONDAY, window=window), KNOWN, Sample()), lang)


def test_the_sample() -> None:
    # Counted from the sample's bars by a loop of its own: of 48 fallers eight closed at or above
    # Friday's close on a day after (QCOM, OKLO, MSFT, GOOGL, PLTR, 6920, 3778, 6723). NVIDIA's
    # close of 3 February 2025 was 116.66 dollars: 116.66 ÷ 142.62 − 1 = −18.20 %.
    assert sample() == (
        "Of the 48 that fell, eight were back at their previous close by 3 February 2025. "
        "NVIDIA was not: it stood 18.20% below."
    )
    assert sample(lang=JA) == (
        "下落した48銘柄のうち、2025年2月3日までに下落前の終値を回復したのは8銘柄。"
        "エヌビディア(NVDA)は回復せず、同日の終値は下落前を18.20%下回る。"
    )


def test_the_window_says_how_far_is_looked() -> None:
    # After one session, the 28th: only those that closed above at once.
    assert "by 28 January 2025" in sample(Window(-5, 1))
    report = make_report(Request(LONG_AFTER, MONDAY, window=Window(-5, 0)), KNOWN, Sample())
    assert report.section("after") is None


def test_of_two_neither_was_back() -> None:
    fell, rose = report_of(NOT, NOT), report_of(("110", "109", "108"), ("105", "104", "103"))
    assert said(fell, EN).startswith(
        "Neither of the two that fell was back at its previous close by 29 January 2025."
    )
    assert said(fell, JA).startswith(
        "下落した2銘柄はともに、2025年1月29日までに下落前の終値を回復していない。"
    )
    assert said(rose, EN).startswith(
        "Neither of the two that rose had given its rise back by 29 January 2025. "
        "NVIDIA had not: it stood 8.00% above its previous close."
    )
    assert said(rose, JA).startswith(
        "上昇した2銘柄はともに、2025年1月29日までに上げを帳消しにしていない。"
    )


def test_after_a_rise_the_table_asks_who_gave_it_back() -> None:
    first, last = cells(report_of(("110", "105", "100")))[0], cells(report_of(BACK))[0]
    assert (first[-1], last[-1]) == ("Given back by 29 Jan", "Back by 29 Jan")


def tickers(cut: Cut) -> list[str]:
    report = make_report(Request(LONG_AFTER, MONDAY, cut=cut), KNOWN, Sample())
    section = report.section("after")
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    return [row.instrument.ticker for row in table.rows if row.instrument is not None]


LEADS, INDEXES = ["NVDA", "5803.T", "6857.T"], ["^SOX", "^IXIC", "^GSPC", "^N225"]


def test_a_short_table_keeps_leads_and_indexes() -> None:
    # The six largest falls of the day; the Dow and TOPIX rose.
    six = ["CRDO", "VRT", "VST", "ALAB", "SMR", "OKLO"]
    assert tickers(Cut()) == [*LEADS, *six, *INDEXES]
    assert tickers(Cut(top=12, beside=8)) == [*LEADS, *six[:2], *INDEXES]
    assert tickers(Cut(top=56)) == [*LEADS, *six, *INDEXES]
    assert tickers(Cut(top=2)) == LEADS[:2]


def test_the_cut_is_said() -> None:
    report = make_report(Request(LONG_AFTER, MONDAY, cut=Cut(top=2)), KNOWN, Sample())
    section = report.section("after")
    assert section is not None
    last = section.blocks[-1]
    assert isinstance(last, Paragraph)
    assert EN.say_all(last.sentences) == "2 of 8 shown."
