"""Index and feed as texts: what an entry says reaches the reader whole, and breaks nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Status
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from deepseek_shock.site.entry import Entry, Worst
from deepseek_shock.site.identity import Site
from deepseek_shock.site.pages import render_feed, render_index

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = Site(Language.EN, "Shocks", None, "urn:uuid:897b3db2-a2dc-5b8c-af16-4a332662c5c9")
STYLE = Style(Words(Language.EN), Colors.US)
DAY = date(2025, 1, 27)
CLOSE = datetime(2025, 1, 27, 21, tzinfo=UTC)
WORST = Worst(make_instrument("NVDA"), Decimal("-0.16968"), Status.OK)


def entry(words: str = "NVIDIA", *, day: date = DAY, worst: Worst | None = WORST) -> Entry:
    text = Text(words, words)
    return Entry(f"urn:x:{day}", day, text, text, worst, CLOSE, CLOSE, "0" * 64)


def xml(entries: list[Entry], site: Site = SITE) -> ET.Element:
    return ET.fromstring(render_feed(site, entries, STYLE))  # noqa: S314 -- our own


def html(entries: list[Entry], site: Site = SITE) -> str:
    return render_index(site, entries, STYLE).decode()


@settings(max_examples=50)
@given(st.text())
def test_any_words_make_a_feed_that_can_be_read(words: str) -> None:
    # A string of Python may hold what no text holds: half a surrogate, a control character.
    raw = render_feed(SITE._replace(title=words), [entry(words)], STYLE)
    ET.fromstring(raw)  # noqa: S314 -- our own
    assert feedparser.parse(raw).bozo is False


def test_words_are_words_and_no_markup() -> None:
    mischief = '<b> & "x" \' ]]> {{ 1 }} <!-- 市場'
    title = xml([entry(mischief)]).findtext(f"{ATOM}entry/{ATOM}title")
    assert title == mischief
    page = html([entry(mischief)], SITE._replace(title=mischief))
    assert "<b> &" not in page
    assert "&lt;b&gt; &amp; &#34;x&#34;" in page


def test_the_feed_holds_the_newest_thirty() -> None:
    days = [date(2025, 3, 31) - timedelta(days=ago) for ago in range(40)]
    found = xml([entry(day=day) for day in days]).findall(f"{ATOM}entry/{ATOM}link")
    assert [link.get("href") for link in found] == [f"{day}.html" for day in days[:30]]


def test_the_index_holds_them_all_by_year() -> None:
    days = [date(2025, 1, 2), date(2024, 12, 31), date(2024, 12, 30)]
    page = html([entry(day=day) for day in days])
    order = ['<h2 id="y2025-h">2025</h2>', "2025-01-02.html", '<h2 id="y2024-h">2024</h2>']
    places = [page.index(words) for words in (*order, "2024-12-31.html", "2024-12-30.html")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("worst", "seen", "said"),
    [
        (WORST, '<b class="dn">−16.97%</b></span>', "Worst move: NVDA −16.97%."),
        (
            WORST._replace(price_return=Decimal("0.0012")),
            '<b class="up">+0.12%</b></span>',
            "Worst move: NVDA +0.12%.",
        ),
        (
            WORST._replace(status=Status.PROVISIONAL),
            '<b class="dn">−16.97%</b> <small>provisional</small></span>',
            "Worst move so far: NVDA −16.97%.",
        ),
        (None, "<small>no figure</small></span>", ""),
    ],
)
def test_the_worst_move_is_said(worst: Worst | None, seen: str, said: str) -> None:
    assert seen in html([entry(worst=worst)])
    summary = xml([entry("Dek.", worst=worst)]).findtext(f"{ATOM}entry/{ATOM}summary")
    assert summary == f"Dek. {said}".strip()


def test_the_policy_allows_the_one_style_and_no_script() -> None:
    page = html([entry()])
    assert "<script" not in page
    assert "script-src" not in page
    assert "default-src 'none'; style-src 'sha256-" in page
