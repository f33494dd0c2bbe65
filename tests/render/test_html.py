"""The page as a text: whole, closed to the outside, escaped; `browser/` looks at it."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

import html5lib
import pytest

from deepseek_shock.errors import TemplateError
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html, ProseMarkup
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.tables import Cut

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from deepseek_shock.report.model import Report

MONDAY = date(2025, 1, 27)
LONG_AFTER = datetime(2025, 3, 3, tzinfo=UTC)
SECTIONS = [
    *("keyfigures", "indexes", "bars", "lines", "groups", "value", "relay", "since", "after"),
    *("significance", "table", "context", "tickers", "method", "reproduce"),
]
BLOCKS = [
    *("masthead", "keyfigures", "indexes", "breadth", "bars", "lines", "groups", "contribution"),
    *("value", "relay", "since", "after", "significance", "table", "context", "tickers", "gaps"),
    *("method", "reproduce"),
    *("footer", "css_extra"),
]
HOSTILE = """<b>"A" & 'B'</b> {{ 7 * 7 }} {% x %} </style></script><script>x()</script>"""


def make(request: Request) -> Report:
    return make_report(request, Registry(sample_directory()), Sample())


@cache
def sample() -> Report:
    return make(Request(now=LONG_AFTER, day=MONDAY))


def render(
    report: Report, lang: str = "en", colors: str = "us", template_dir: Path | None = None
) -> str:
    words = Words(Language(lang))
    return Html(Style(words, Colors(colors), template_dir)).render(report)


@cache
def page(lang: str) -> str:
    return render(sample(), lang)


def tree(text: str) -> Element:
    """Parse as a browser would, and fail where a browser would only forgive."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(text)
    return root


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_parses_and_says_its_language(lang: str) -> None:
    root = tree(page(lang))
    assert root.get("lang") == lang
    assert len(root.findall(".//main")) == 1
    assert len(root.findall(".//h1")) == 1


def test_every_section_is_there_in_order_and_named(lang: str) -> None:
    sections = tree(page(lang)).findall(".//main/section")
    assert [section.get("id") for section in sections] == SECTIONS
    for section in sections:
        heading = section.find("h2")
        assert heading is not None
        assert heading.get("id") == section.get("aria-labelledby")


def test_ids_are_unique(lang: str) -> None:
    ids = [element.get("id") for element in tree(page(lang)).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_nothing_is_asked_for_from_outside(lang: str) -> None:
    root = tree(page(lang))
    links = [element.get("href", "") for element in root.findall(".//main//a")]
    assert all(link.startswith("https://finance.yahoo.co") for link in links)
    without = re.sub(r'<a href="[^"]*"', "", page(lang))
    assert "://" not in without
    assert "url(" not in without
    assert "@import" not in without


@pytest.mark.parametrize(
    "banned", [" style=", " onclick", " onload", "javascript:", "<img", "▲", "▼"]
)
def test_what_a_page_does_not_hold(lang: str, banned: str) -> None:
    assert banned not in page(lang)


def policy(text: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert found is not None
    return found[1]


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def assert_policy_fits(text: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert "default-src 'none'" in policy(text)
    assert f"style-src {hash_of(style)};" in policy(text)
    assert f"script-src {hash_of(script)};" in policy(text)
    assert "unsafe" not in policy(text)


def test_the_policy_allows_what_is_inside_and_no_more(lang: str) -> None:
    assert_policy_fits(page(lang))


def test_the_script_is_small_and_constant() -> None:
    scripts = {
        re.findall(r"<script>(.*?)</script>", page(lang), re.DOTALL)[0] for lang in ("en", "ja")
    }
    assert len(scripts) == 1
    assert len(scripts.pop()) < 1500


def test_a_users_style_is_allowed_too(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "report.html.j2" %}'
        "{% block css_extra %}h1 > b { color: #123456; }\n{% endblock %}"
        "{% block footer %}<footer>Ours &amp; theirs</footer>{% endblock %}"
    )
    text = render(sample(), template_dir=tmp_path)
    assert "h1 > b { color: #123456; }" in text
    assert "<footer>Ours &amp; theirs</footer>" in text
    assert_policy_fits(text)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_can_be_replaced(tmp_path: Path, block: str) -> None:
    mark = "/* ours */" if block == "css_extra" else "<p>ours</p>"
    (tmp_path / "report.html.j2").write_text(
        f'{{% extends "report.html.j2" %}}{{% block {block} %}}{mark}{{% endblock %}}'
    )
    assert render(sample(), template_dir=tmp_path).count(mark) == 1


def test_a_broken_template_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "report.html.j2" %}\n{% block footer %}{{ nobody.here }}{% endblock %}'
    )
    with pytest.raises(TemplateError, match=r"report\.html\.j2:2"):
        render(sample(), template_dir=tmp_path)


def test_the_same_report_gives_the_same_bytes(lang: str) -> None:
    assert render(sample(), lang) == page(lang)


def test_every_share_has_a_row_with_its_market() -> None:
    rows = tree(page("en")).findall(".//table[@id='moves']/tbody/tr")
    markets = [row.get("data-market") for row in rows]
    # The sample's list: 37 shares in New York, 19 in Tokyo.
    assert (markets.count("new-york"), markets.count("tokyo"), len(rows)) == (37, 19, 56)
    assert [row[0].get("data-rank") for row in rows] == [str(rank) for rank in range(1, 57)]


def test_the_filter_stands_only_where_there_are_two_markets() -> None:
    assert page("en").count('name="market"') == 3
    one = make(Request(now=LONG_AFTER, day=MONDAY, tickers=("NVDA", "AVGO")))
    assert 'name="market"' not in render(one)


def test_a_cut_table_pins_the_leads_with_their_ranks() -> None:
    text = render(make(Request(now=LONG_AFTER, day=MONDAY, cut=Cut(top=12))))
    first, pinned = tree(text).findall(".//table[@id='moves']/tbody")
    assert len(first) == 12
    assert pinned.get("class") == "pinned"
    # NVIDIA was 17th of 56, Fujikura 25th, by the closes of two feeds.
    ranks = {row[0].text: row[0].get("data-rank") for row in pinned}
    assert ranks["NVIDIA"] == "17"
    assert ranks["Fujikura"] == "25"


def test_the_key_figures_are_coloured_by_their_sign() -> None:
    root = tree(page("en"))
    figures = [(dd.text, dd.get("class")) for dd in root.findall(".//dl//dd") if dd.get("class")]
    assert figures == [
        ("−16.97%", "figure dn"),
        ("48 / 8 / 0", "figure "),
        ("−9.15%", "figure dn"),
        ("+0.65% / +0.26%", "figure up"),
    ]


def test_charts_have_names_and_descriptions(lang: str) -> None:
    charts = tree(page(lang)).findall(".//{*}svg[@role='img']")
    assert len(charts) == 4 + 7  # and a panel a group
    for chart in charts:
        ids = (chart.get("aria-labelledby") or "").split()
        named = {child.get("id"): child.text for child in chart if child.get("id")}
        assert all(named[name] for name in ids)


def hostile(tmp_path: Path) -> Report:
    names = "\n".join(f"{ticker!r} = '''{HOSTILE}'''" for ticker in ("NVDA", "5803.T", "^GSPC"))
    file = tmp_path / "hostile.toml"
    file.write_text(
        f"""id = "hostile"\ntitle = '''{HOSTILE}'''\nindexes = ["^GSPC"]
[names]\n{names}
[[groups]]\nid = "a"\ntitle = '''{HOSTILE}'''\ntickers = ["NVDA", "AVGO"]
[[groups]]\nid = "b"\ntitle = "b"\ntickers = ["5803.T"]\n"""
    )
    return make(Request(now=LONG_AFTER, day=MONDAY, watchlist=str(file)))


def test_hostile_names_are_words(tmp_path: Path, lang: str) -> None:
    text = render(hostile(tmp_path), lang)
    root = tree(text)
    assert len(root.findall(".//script")) == 1
    assert root.findall(".//b") == []
    heads = ["".join(head.itertext()) for head in root.findall(".//table[@id='moves']/tbody/tr/th")]
    assert [head for head in heads if head.startswith(HOSTILE)] == [
        head for head in heads if "NVDA" in head or "5803" in head
    ]
    descriptions = [element.text or "" for element in root.findall(".//{*}desc")]
    assert any(HOSTILE in description for description in descriptions)
    assert "{{ 7 * 7 }}" in text
    assert_policy_fits(text)


def test_a_day_that_is_not_over_is_readable(lang: str) -> None:
    # Tokyo has closed (06:30 UTC), New York has not opened (14:30 UTC).
    noon = datetime(2025, 1, 27, 12, tzinfo=UTC)
    text = render(
        make(Request(now=noon, day=MONDAY, takes_provisional=True, least_coverage=0)), lang
    )
    assert {"en": "not begun", "ja": "始まっていない"}[lang] in text
    assert tree(text).find(".//section[@id='bars']") is not None


def test_what_has_no_figure_is_said(lang: str) -> None:
    request = Request(now=LONG_AFTER, day=MONDAY, tickers=("NVDA", "ZZZZ"), least_coverage=0)
    root = tree(render(make(request), lang))
    assert root.find(".//section[@id='gaps']//table") is not None
    (row,) = [tr for tr in root.findall(".//table[@id='moves']/tbody/tr") if tr[0].text == "ZZZZ"]
    assert {"en": "not found", "ja": "該当なし"}[lang] in [cell.text for cell in row]


def test_a_share_without_a_name_is_drawn_by_its_code() -> None:
    request = Request(now=LONG_AFTER, day=MONDAY, tickers=("NVDA", "AVGO"))
    report = make_report(request, Registry({}), Sample())
    names = tree(render(report)).findall(".//{*}svg/{*}g[@class='names']/{*}g")
    assert [(name.get("class"), name[0].text) for name in names] == [
        ("bare", "AVGO"),
        ("bare", "NVDA"),
    ]


def test_a_share_alone_makes_a_page(lang: str) -> None:
    root = tree(render(make(Request(now=LONG_AFTER, day=MONDAY, tickers=("NVDA",))), lang))
    ids = {section.get("id") for section in root.findall(".//main/section")}
    assert {"keyfigures", "bars", "lines", "table", "method", "reproduce"} <= ids
    assert not {"groups", "relay", "indexes"} & ids


@pytest.mark.parametrize("colors", list(Colors))
def test_the_colours_are_a_class_of_the_page(colors: Colors) -> None:
    assert tree(render(sample(), colors=colors)).get("class") == colors


def test_figures_of_tests_hold_together_and_a_macron_stands_above_its_letter() -> None:
    held = tree(page("en")).findall(".//section[@id='significance']//span[@class='nb']")
    said = ["".join(one.itertext()) for one in held]
    # The chips of 27 January 2025: p of Kolari–Pynnönen and r̄, as the shared figures have them.
    assert {"p < 0.0001", "p = 0.161", "r̄ = 0.254"} <= set(said)
    for lang in ("en", "ja"):
        root = tree(page(lang))
        marked = root.findall(".//span[@class='marked']")
        text = "".join(root.find(".//main").itertext())  # type: ignore[union-attr]
        assert {one.text for one in marked} == {"r̄"}
        assert len(marked) == text.count("r̄") > 5


def test_japanese_amounts_hold_together() -> None:
    marked = ProseMarkup().text("日経平均は3万9565円80銭、エヌビディアは16.97%安<b>")
    assert '<span class="nb">3万9565円80銭</span>' in marked
    assert '<span class="nb">16.97%安</span>' in marked
    assert "&lt;b&gt;" in marked
