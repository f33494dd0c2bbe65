"""What only the index has: it leads to every page, and every page leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.common import (
    ALL_BUT_COLORS,
    COLORS,
    DAY,
    NEXT_DAY,
    axe,
    context,
    listen,
    overflow,
    squeezed,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.common import Document, Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def kind() -> str:
    return "index"


def test_the_newest_session_stands_first(seen: Page) -> None:
    days = seen.locator("main time").evaluate_all("all => all.map(e => e.dateTime)")
    assert days == [NEXT_DAY, DAY]


def test_every_headline_leads_to_its_page_and_back(page: Page, document: Document) -> None:
    for index in range(2):
        link = page.locator("main li:has(time) a").nth(index)
        headline = squeezed(link.inner_text())
        link.click()
        assert squeezed(page.locator("h1").inner_text()) == headline
        page.locator("nav a").first.click()
        assert page.url == document.url


def test_its_navigation_keeps_a_page_as_good_as_it_was(
    browser: Browser, served: Served, lang: str
) -> None:
    document = served.document("published", lang)
    with context(browser, "light") as opened:
        page = opened.new_page()
        heard = listen(page)
        page.goto(document.url, wait_until="networkidle")
        assert (heard.said, heard.asked) == ([], [document.url])
        # The colours of the rest are those of the page, which `test_gates` looks at.
        for rules, within in ((ALL_BUT_COLORS, None), (COLORS, "nav")):
            violations, report = axe(page, rules, within=within)
            assert violations == 0, report
        assert overflow(page, 320) == []


def test_the_feed_is_there_for_readers_and_for_programs(seen: Page, document: Document) -> None:
    feeds = seen.locator("[type='application/atom+xml']")
    addresses = set(feeds.evaluate_all("all => all.map(e => e.href)"))
    assert feeds.count() == 2
    assert addresses == {document.url.replace("index.html", "feed.xml")}
    assert seen.request.get(addresses.pop()).ok
