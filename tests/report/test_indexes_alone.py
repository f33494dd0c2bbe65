"""A report on indexes alone: who leads, what the headline counts, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import IncompleteError
from deepseek_shock.pipeline import Request, make, make_report, remake
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Csv
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Paragraph, Table
from deepseek_shock.site.entry import make_entry
from tests.builders import LONG_AFTER, MONDAY, Shelf, day, pair

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.report.model import Report

EN, JA = Words(Language.EN), Words(Language.JA)
LIST = 'id = "mine"\ntitle.en = "Indexes"\ntitle.ja = "指数"\nindexes = [{}]\n'
EVENT = """
id = "mine"
name.en = "A shock"
name.ja = "ショック"
date = 2025-01-27
watchlist = "mine"
[fact]
said.en = "It fell."
said.ja = "下げた。"
source.en = "A paper, 2025"
source.ja = "新聞2025年"
"""


def registry(folder: Path, *tickers: str) -> Registry:
    """Write a watchlist of indexes and an event that names it."""
    named = ", ".join(f'"{ticker}"' for ticker in tickers)
    for name, text in (("watchlists", LIST.format(named)), ("events", EVENT)):
        (folder / name).mkdir()
        (folder / name / "mine.toml").write_text(text, encoding="utf-8")
    return Registry(sample_directory(), folder)


def report(folder: Path, closes: dict[str, str]) -> Report:
    """Report on indexes that stood at 100 on Friday."""
    held = [pair(sample_directory()[one], "100", close) for one, close in closes.items()]
    request = Request(LONG_AFTER, event="mine")
    return make_report(request, registry(folder, *closes), Shelf(held))


TITLES = {
    "one": ({"^N225": "95"}, "Nikkei 225 −5.00%", "日経平均株価5.00%安"),
    "both fell": (
        {"^GSPC": "99", "^N225": "95"},
        "Nikkei 225 −5.00%; both indexes fell",
        "日経平均株価5.00%安、対象2指数とも下落",
    ),
    "both rose": (
        {"^GSPC": "108", "^N225": "105"},
        "S&P 500 +8.00%; both indexes rose",
        "S&P500種株価指数8.00%高、対象2指数とも上昇",
    ),
    "neither moved": (
        {"^GSPC": "100", "^N225": "100"},
        "S&P 500 0.00%; neither of the indexes moved",
        "S&P500種株価指数変わらず、対象2指数に値動きなし",
    ),
    "all of three": (
        {"^GSPC": "99", "^IXIC": "90", "^N225": "95"},
        "Nasdaq −10.00%; all 3 indexes fell",
        "ナスダック総合株価指数10.00%安、対象3指数すべてが下落",
    ),
    "some of three": (
        {"^GSPC": "101", "^IXIC": "90", "^N225": "95"},
        "Nasdaq −10.00%; 2 of 3 indexes fell",
        "ナスダック総合株価指数10.00%安、対象3指数のうち2指数が下落",
    ),
    "none of three moved": (
        {"^GSPC": "100", "^IXIC": "100", "^N225": "100"},
        "S&P 500 0.00%; none of 3 indexes moved",
        "S&P500種株価指数変わらず、対象3指数に値動きなし",
    ),
}


@pytest.mark.parametrize("case", TITLES)
def test_the_index_that_moved_most_leads(tmp_path: Path, case: str) -> None:
    closes, en, ja = TITLES[case]
    made = report(tmp_path, closes)
    assert EN.say(made.title) == en
    assert JA.say(made.title) == ja


def test_the_datelines_count_indexes(tmp_path: Path) -> None:
    made = report(tmp_path, {"^GSPC": "101", "^IXIC": "90", "^N225": "95"})
    tokyo, new_york = made.dateline
    assert EN.say(new_york).endswith("; 2 indexes: 1 fell, 1 rose")
    assert JA.say(new_york).endswith("。2指数のうち値下がり1、値上がり1")
    assert EN.say(tokyo).endswith("against Friday 24 January")


def test_the_chain_counts_indexes(tmp_path: Path) -> None:
    """New York's two went to −1% and −10%: their median is −5.50%."""
    made = report(tmp_path, {"^GSPC": "99", "^IXIC": "90", "^N225": "95"})
    relay = made.section("relay")
    assert relay is not None
    said = [block.sentences for block in relay.blocks if isinstance(block, Paragraph)]
    en, ja = (words.say_all(sum(said, ())) for words in (EN, JA))
    assert "; the two watched New York indexes fell a median 5.50%." in en
    assert "、ニューヨークの対象指数(2指数)は中央値で5.50%安となった。" in ja


def test_what_is_about_shares_is_left_out(tmp_path: Path) -> None:
    made = report(tmp_path, {"^GSPC": "99", "^IXIC": "90", "^N225": "95"})
    sections = {section.id for section in made.sections}
    assert {"keyfigures", "indexes", "context", "method"} <= sections
    assert not {"table", "groups", "tickers", "contribution", "value"} & sections
    assert EN.say(made.held) == "Both prices are held for every index (3)."
    assert JA.say(made.held) == "前営業日と当日の価格は3指数すべてでそろっている。"
    figures = made.section("keyfigures")
    assert figures is not None
    (table,) = figures.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 1


def test_an_index_without_a_figure_is_counted_as_missing(tmp_path: Path) -> None:
    names = registry(tmp_path, "^GSPC", "^DJI")
    shelf = Shelf([pair(sample_directory()["^GSPC"], "100", "99")])
    with pytest.raises(IncompleteError):
        make_report(Request(LONG_AFTER, event="mine"), names, shelf)
    made = make_report(Request(LONG_AFTER, event="mine", least_coverage=0), names, shelf)
    assert EN.say(made.held) == "Both prices are held: indexes 1 of 2."
    assert JA.say(made.held) == "前営業日と当日の価格がそろうのは2指数のうち1指数。"


def test_the_fact_stands_for_the_context(tmp_path: Path) -> None:
    made = report(tmp_path, {"^GSPC": "99", "^N225": "95"})
    section = made.section("context")
    assert section is not None
    (block,) = section.blocks
    assert isinstance(block, Paragraph)
    assert EN.say_all(block.sentences) == "It fell. Source: A paper, 2025."
    assert JA.say_all(block.sentences) == "下げた。出所は新聞2025年。"
    assert EN.say(made.kicker) == "A shock · Monday 27 January 2025"


def test_a_screen_tells_the_fact_in_its_sentence(tmp_path: Path) -> None:
    made = report(tmp_path, {"^GSPC": "99", "^N225": "95"})
    for words, said in (
        (EN, "It fell. Source: A paper, 2025."),
        (JA, "下げた。出所は新聞2025年。"),
    ):
        style = Style(words, Colors.US, None)
        lines = Terminal(style, 100, has_colors=False).render(made).splitlines()
        assert lines.count(said) == 1


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize(
    "closes", [{"^N225": "95"}, {"^GSPC": "99", "^IXIC": "101", "^N225": "95"}]
)
def test_every_format_takes_it(tmp_path: Path, lang: Language, closes: dict[str, str]) -> None:
    made = report(tmp_path, closes)
    style = Style(Words(lang), Colors.US, None)
    title = Words(lang).say(made.title).split("、")[0].split(";")[0]
    assert title in Markdown(style).render(made)
    page = Html(style).render(made)
    assert "<table" in page
    assert "It fell." in page or "下げた。" in page
    assert title in Email(style).render(made)
    lines = Csv().render(made).splitlines()
    assert len(lines) == 1 + len(closes)


def test_a_site_lists_its_worst_index(tmp_path: Path) -> None:
    made = report(tmp_path, {"^GSPC": "99", "^N225": "95"})
    entry = make_entry(made, "0" * 64, EN.house, "id", None)
    assert entry.worst is not None
    assert entry.worst.instrument.ticker == "^N225"


def test_the_same_report_comes_from_its_basis(tmp_path: Path) -> None:
    held = [pair(sample_directory()[one], "100", "95") for one in ("^GSPC", "^N225")]
    names = registry(tmp_path, "^GSPC", "^N225")
    made = make(Request(LONG_AFTER, event="mine"), names, Shelf(held))
    assert remake(made.basis) == made.report


def test_a_date_alone_does_not_take_a_list_of_indexes(tmp_path: Path) -> None:
    """The user's own event is found by its date, but a date asks for shares."""
    shares = [pair(one, "100", "95") for one in ("NVDA", "5803.T")]
    made = make_report(
        Request(LONG_AFTER, MONDAY, least_coverage=0),
        registry(tmp_path, "^GSPC"),
        Shelf(shares),
    )
    inquiry = made.findings.inquiry
    assert inquiry.event is not None
    assert (inquiry.event.id, len(inquiry.watchlist.shares)) == ("mine", 56)
    assert {one.session for one in inquiry.asked.values()} == {day("2025-01-27")}
