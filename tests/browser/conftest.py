"""One browser and one server for all documents of the run."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.browser.common import CHROMIUM, Document, Served, context, serve, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    for module in ("playwright", "axe_playwright_python", "pypdf"):
        if importlib.util.find_spec(module) is None:
            unavailable(f"{module} is not installed (the extra `browser`)")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        unavailable("no chromium on the PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=list(CHROMIUM)
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("served")) as served:
        yield served


# Of modules, so that the tests of one document follow each other and share its tabs.
@pytest.fixture(scope="module", params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def kind() -> str:
    """The kind of document a module is about, unless it says another."""
    return "page"


@pytest.fixture(scope="module")
def document(served: Served, kind: str, lang: str) -> Document:
    return served.document(kind, lang)


@pytest.fixture
def page(browser: Browser, document: Document) -> Iterator[Page]:
    """A tab of the test's own."""
    with context(browser) as opened:
        page = opened.new_page()
        page.goto(document.url)
        yield page


@pytest.fixture
def scriptless(browser: Browser, document: Document) -> Iterator[Page]:
    """A tab of the test's own, without scripts."""
    with context(browser, scripts=False) as opened:
        page = opened.new_page()
        page.goto(document.url)
        yield page


@pytest.fixture(scope="module")
def seen(browser: Browser, document: Document) -> Iterator[Page]:
    """A tab for tests that only look."""
    with context(browser) as opened:
        page = opened.new_page()
        page.goto(document.url)
        yield page
