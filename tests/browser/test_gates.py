"""What every document has to pass: the page, a comparison's, a site's index, the mail.

A published page is the page with a line of navigation: what that may break stands in `test_index`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.common import COLORS, axe, context, listen, overflows, paper, squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page

    from tests.browser.common import Document, Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["page", "compared", "index", "mail"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# The scheme changes colours and nothing else.
@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", {}), ("dark", COLORS)], ids=["light", "dark"]
)
def test_axe_finds_nothing(
    browser: Browser, document: Document, scheme: str, rules: Mapping[str, object]
) -> None:
    with context(browser, scheme) as opened:
        page = opened.new_page()
        page.goto(document.url)
        violations, report = axe(page, rules)
    assert violations == 0, report


def test_the_scheme_of_the_reader_is_followed(browser: Browser, document: Document) -> None:
    papers = []
    for scheme in ("light", "dark"):
        with context(browser, scheme) as opened:
            page = opened.new_page()
            page.goto(document.url)
            papers.append(paper(page))
    # The papers of LIGHT and DARK in `render/palette.py`.
    assert papers == ["rgb(251, 250, 247)", "rgb(22, 23, 26)"]


def test_one_request_and_an_empty_console_under_the_policy(
    browser: Browser, served: Served, document: Document
) -> None:
    served.requests.clear()
    with context(browser) as opened:
        page = opened.new_page()
        heard = listen(page)
        answer = page.goto(document.url, wait_until="networkidle")
        policy = page.locator("meta[http-equiv=Content-Security-Policy]")
        said = policy.get_attribute("content") if policy.count() else None
    assert heard.said == []
    assert heard.asked == [document.url]
    assert served.requests == {document.path: 1}
    assert answer is not None
    allowed = said or answer.headers.get("content-security-policy", "")
    assert allowed.startswith("default-src 'none';")
    assert "unsafe" not in allowed.partition("script-src")[2].partition(";")[0]


def test_the_language_is_said_for_all_that_is_read(seen: Page, lang: str) -> None:
    assert seen.locator("html").get_attribute("lang") == lang
    assert seen.title() != ""
    japanese = seen.locator("body").inner_text()
    assert any("ぁ" <= letter <= "ヿ" for letter in japanese) == (lang == "ja")


def test_nothing_waits_for_a_script(seen: Page, scriptless: Page) -> None:
    text = squeezed(seen.locator("body").inner_text())
    assert len(text) > 100
    assert squeezed(scriptless.locator("body").inner_text()) == text


def test_nothing_overflows(page: Page) -> None:
    assert overflows(page, [320, 360, 900]) == {}
