"""What only the index has: it leads to every page, and every page leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.common import DAY, NEXT_DAY, axe, context, listen, overflow, squeezed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.common import Document

pytestmark = pytest.mark.browser


@pytest.fixture
def kind() -> str:
    return "index"


def test_the_newest_session_stands_first(page: Page) -> None:
    days = page.locator("main time").evaluate_all("all => all.map(e => e.dateTime)")
    assert days == [NEXT_DAY, DAY]


def test_every_headline_leads_to_its_page_and_back(page: Page, document: Document) -> None:
    for index in range(2):
        link = page.locator("main li:has(time) a").nth(index)
        headline = squeezed(link.inner_text())
        link.click()
        assert squeezed(page.locator("h1").inner_text()) == headline
        page.locator("nav a").first.click()
        assert page.url == document.url


@pytest.mark.parametrize("kind", ["published"])
def test_its_navigation_keeps_a_page_as_good_as_it_was(
    browser: Browser, document: Document
) -> None:
    with context(browser, "light") as opened:
        page = opened.new_page()
        heard = listen(page)
        page.goto(document.url, wait_until="networkidle")
        assert (heard.said, heard.asked) == ([], [document.url])
        violations, report = axe(page)
        assert violations == 0, report
        assert overflow(page, 320) == []


def test_the_feed_is_there_for_readers_and_for_programs(page: Page, document: Document) -> None:
    feeds = page.locator("[type='application/atom+xml']")
    addresses = set(feeds.evaluate_all("all => all.map(e => e.href)"))
    assert feeds.count() == 2
    assert addresses == {document.url.replace("index.html", "feed.xml")}
    assert page.request.get(addresses.pop()).ok
