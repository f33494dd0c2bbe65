"""What only the page has: its sections, a filter without a script, sorting with one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.browser.common import context, listen

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.common import Document

pytestmark = pytest.mark.browser

SECTIONS = [
    *("keyfigures", "indexes", "bars", "lines", "groups", "value", "relay", "since", "after"),
    *("significance", "table", "context", "tickers", "method", "reproduce"),
]
# What the command's contract promises: every one of the 56 watched shares has a row.
SHARES = 56
# A cell that sorts as a number: sign, currency, digits, unit.
NUMBER = re.compile(r"([+−]?)[$¥]?([\d,]+(?:\.\d+)?)(?:%|σ|×)?")


def test_every_section_stands_in_the_one_main(seen: Page) -> None:
    assert seen.locator("main").count() == 1
    assert seen.locator("main section[id]").evaluate_all("all => all.map(e => e.id)") == SECTIONS


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


def test_the_order_at_first_is_the_worst_first(seen: Page) -> None:
    columns = [numbers(column(seen, i)) for i in range(seen.locator("#moves thead th").count())]
    signed = [values for values in columns if values and min(values) < 0]
    assert any(values == sorted(values) for values in signed)


def test_the_script_runs_under_the_pages_own_policy(browser: Browser, document: Document) -> None:
    with context(browser) as opened:
        page = opened.new_page()
        heard = listen(page)
        page.goto(document.url)
        page.locator("table#moves thead button").first.click()
        assert page.locator("#moves th[aria-sort=ascending]").count() == 1
    assert heard.said == []
