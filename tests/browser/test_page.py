"""The page as a browser shows it: accessible, self-contained, sortable, printable."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import threading
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.conftest import run_shock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

SECTIONS = [
    *("keyfigures", "indexes", "bars", "lines", "groups", "relay", "since"),
    *("table", "context", "tickers", "method", "reproduce"),
]
# What the command's contract promises: every one of the 56 watched shares has a row.
SHARES = 56
# A browser that fetches updates or speaks QUIC would be asking for more than the page.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A cell that sorts as a number: sign, currency, digits, unit.
NUMBER = re.compile(r"([+−]?)[$¥]?([\d,]+(?:\.\d+)?)(?:%|σ|×)?")


class Requests(Counter[str]):
    """How often each path was asked for."""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder and counts instead of logging."""

    def __init__(self, *args: object, requests: Requests, directory: str) -> None:
        self.requests = requests
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args
        self.requests[self.path] += 1


@dataclass(frozen=True)
class Site:
    """The rendered pages and where they are served."""

    folder: Path
    address: str
    requests: Requests

    def url(self, lang: str) -> str:
        return f"{self.address}/{lang}.html"


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where the gate has promised a browser."""
    if os.environ.get("SHOCK_BROWSER_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


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
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    for lang in ("en", "ja"):
        done = run_shock(
            *("report", "--date", "2025-01-27", "--lang", lang, "--output", f"{lang}.html"),
            folder=folder,
        )
        assert done.returncode == 0, done.stderr
    requests = Requests()
    handler = partial(Handler, requests=requests, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}", requests)
        server.shutdown()
        thread.join()


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, site: Site, lang: str) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site.url(lang))
        yield page


@pytest.fixture
def scriptless(browser: Browser, site: Site, lang: str) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url(lang))
        yield page


def test_every_section_stands_in_the_one_main(page: Page) -> None:
    assert page.locator("main").count() == 1
    assert page.locator("main section[id]").evaluate_all("all => all.map(e => e.id)") == SECTIONS


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: Site, lang: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # Both named in full: the type of `color_scheme` is a literal.
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        page = context.new_page()
        page.goto(site.url(lang))
        results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_page_is_one_request_and_says_nothing(browser: Browser, site: Site, lang: str) -> None:
    said: list[str] = []
    site.requests.clear()
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        asked: list[str] = []
        page.goto(site.url(lang), wait_until="networkidle")
        # The script has to run under the page's own policy, not only to load.
        page.locator("table#moves thead button").first.click()
        policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert said == []
    assert asked == [site.url(lang)]
    assert site.requests == {f"/{lang}.html": 1}
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("width", [320, 360, 900])
def test_nothing_overflows(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, too_wide(page, width)


def too_wide(page: Page, width: int) -> str:
    """Name the elements that reach beyond the window, for the failure's message."""
    found = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width + 1)
            .map(e => `${e.tagName}#${e.id}.${e.className} ${e.getBoundingClientRect().right}`)""",
        width,
    )
    return f"wider than {width}: {found[:8]}"


def rows(page: Page, market: str = "") -> Locator:
    kind = f'[data-market="{market}"]' if market else ""
    return page.locator(f"table#moves tbody tr{kind}")


def test_without_scripts_the_whole_table_is_there(scriptless: Page) -> None:
    assert rows(scriptless).count() == SHARES
    assert all(row.is_visible() for row in rows(scriptless).all())
    # What only a script can do is not offered.
    assert scriptless.locator("table#moves thead button:visible").count() == 0


def test_the_market_filter_needs_no_script(scriptless: Page) -> None:
    markets = scriptless.locator('input[type="radio"][name="market"]')
    values = [market.get_attribute("value") for market in markets.all()]
    assert values == ["all", "new-york", "tokyo"]
    for shown, hidden in (("new-york", "tokyo"), ("tokyo", "new-york")):
        scriptless.locator(f'input[name="market"][value="{shown}"]').check(force=True)
        assert rows(scriptless, shown).count() > 0
        assert all(row.is_visible() for row in rows(scriptless, shown).all())
        assert not any(row.is_visible() for row in rows(scriptless, hidden).all())
    scriptless.locator('input[name="market"][value="all"]').check(force=True)
    assert all(row.is_visible() for row in rows(scriptless).all())


def column(page: Page, index: int) -> list[str]:
    texts = page.locator(f"table#moves tbody tr > :nth-child({index + 1})").all_inner_texts()
    return [text.strip() for text in texts]


def numbers(cells: list[str]) -> list[float] | None:
    """Read the cells as numbers, or say that not all of them are."""
    found = [match for cell in cells if (match := NUMBER.fullmatch(cell))]
    if len(found) < len(cells):
        return None
    return [float(m[2].replace(",", "")) * (-1 if m[1] == "−" else 1) for m in found]


def test_every_header_sorts(page: Page) -> None:
    heads = page.locator("table#moves thead th")
    buttons = heads.locator("button")
    assert buttons.count() > 2
    before = sorted(rows(page).all_inner_texts())
    for index in range(heads.count()):
        head = heads.nth(index)
        if head.locator("button").count() == 0:
            continue
        orders: dict[str, list[str]] = {}
        for _ in range(2):
            head.locator("button").click()
            sorted_by = page.locator("#moves th:is([aria-sort=ascending], [aria-sort=descending])")
            assert sorted_by.count() == 1
            orders[head.get_attribute("aria-sort") or ""] = column(page, index)
        assert set(orders) == {"ascending", "descending"}
        assert_sorted(orders["ascending"], lambda earlier, later: earlier <= later)
        assert_sorted(orders["descending"], lambda earlier, later: earlier >= later)
        if len(set(orders["ascending"])) > 1:
            assert orders["ascending"] != orders["descending"]
    assert sorted(rows(page).all_inner_texts()) == before


def assert_sorted(cells: list[str], in_order: Callable[[float, float], bool]) -> None:
    """Check a column of numbers; how text sorts is the browser's own rule."""
    values = numbers(cells)
    if values is not None:
        assert all(in_order(earlier, later) for earlier, later in pairwise(values)), cells


def test_the_order_at_first_is_the_worst_first(page: Page) -> None:
    columns = [numbers(column(page, i)) for i in range(page.locator("#moves thead th").count())]
    signed = [values for values in columns if values and min(values) < 0]
    assert any(values == sorted(values) for values in signed)


def squeezed(text: str) -> str:
    """Drop what a PDF does not keep: spaces at the ends of lines, ligatures, radicals."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_it_prints(page: Page, tmp_path: Path) -> None:
    from pypdf import PdfReader

    title = page.locator("h1").inner_text()
    chapters = page.locator("main h2").all_inner_texts()
    heads = [head.strip() for head in page.locator("table#moves thead th").all_inner_texts()]
    firsts = [squeezed(cell) for cell in column(page, 0)]
    listed = page.locator("#tickers a").count()
    target = tmp_path / "page.pdf"
    page.pdf(path=target, format="A4", tagged=True)

    reader = PdfReader(target)
    assert "/StructTreeRoot" in reader.root_object
    texts = [squeezed(sheet.extract_text()) for sheet in reader.pages]
    assert len(texts) > 1
    whole = "".join(texts)
    assert squeezed(title) in whole
    assert [chapter for chapter in chapters if squeezed(chapter) not in whole] == []
    # Chromium drops a button in a repeated head from the second page on, unless the style
    # sheet prevents it: every sheet on which the table goes on has to show its heads.
    first = next(i for i, text in enumerate(texts) if all(squeezed(h) in text for h in heads))
    for text in texts[first:]:
        # More shares than the list of affected tickers names: the table itself.
        if sum(cell in text for cell in firsts) > listed:
            assert [head for head in heads if squeezed(head) not in text] == []
