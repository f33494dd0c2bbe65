"""The mail as its readers see it: on a telephone, in the dark, without pictures, without a sheet.

What every document has to pass, axe among it, stands in `test_gates`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, cast

import pytest

from deepseek_shock.render.palette import DARK, LIGHT
from tests.browser.common import (
    ALL_BUT_COLORS,
    COLORS,
    DAY,
    axe,
    context,
    overflow,
    overflows,
    paper,
)
from tests.conftest import run_shock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page

    from tests.browser.common import Document, Served

pytestmark = pytest.mark.browser

WIDTHS = [320, 360, 600, 900]


@pytest.fixture(scope="module")
def kind() -> str:
    return "mail"


@pytest.fixture
def messages(served: Served, lang: str) -> tuple[str, str]:
    """The message's page, with its picture and with the picture blocked: where each is served."""
    shown, blocked = (served.folder / f"mail-{how}-{lang}.html" for how in ("shown", "blocked"))
    if not shown.exists():
        page, png = written(served, lang)
        data = f"data:image/png;base64,{b64encode(png).decode()}"
        shown.write_text(re.sub(r"cid:[^\"]+", data, page), encoding="utf-8")
        blocked.write_text(page, encoding="utf-8")
    return f"{served.address}/{shown.name}", f"{served.address}/{blocked.name}"


def written(served: Served, lang: str) -> tuple[str, bytes]:
    """Return the page and the picture of the message that `shock` writes."""
    done = run_shock(
        *("report", "--date", DAY, "--lang", lang, "--to", "a@example.com", "-o", f"{lang}.eml"),
        folder=served.folder,
    )
    assert done.returncode == 0, done.stderr
    content = (served.folder / f"{lang}.eml").read_bytes()
    parts = message_from_bytes(content, policy=default).walk()
    html, png = (part for part in parts if part.get_content_type() in {"text/html", "image/png"})
    return cast("str", html.get_content()), cast("bytes", png.get_content())


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    with context(browser) as tab:
        yield tab.new_page()


# The mail itself is held to both schemes by `test_gates`: with its picture, and with that blocked.
@pytest.mark.parametrize(("at", "scheme"), [(0, "light"), (1, "dark")])
def test_axe_finds_nothing_in_a_message(
    browser: Browser, messages: tuple[str, str], at: int, scheme: str
) -> None:
    with context(browser, scheme) as tab:
        page = tab.new_page()
        page.goto(messages[at])
        # The colours of the rest are the mail's, too.
        for rules, within in ((ALL_BUT_COLORS, None), (COLORS, "td:has(> img)")):
            violations, report = axe(page, rules, within=within)
            assert violations == 0, report


def test_a_message_fits_with_its_picture_and_without(
    opened: Page, messages: tuple[str, str]
) -> None:
    for url in messages:
        opened.goto(url)
        assert overflows(opened, WIDTHS) == {}


def test_the_picture_is_there_and_as_wide_as_the_text(
    opened: Page, messages: tuple[str, str]
) -> None:
    opened.set_viewport_size({"width": 800, "height": 800})
    opened.goto(messages[0])
    image = opened.locator("img")
    assert image.evaluate("image => image.complete && image.naturalWidth >= 2 * image.width")
    assert image.evaluate("image => image.width") == 600 - 2 * 24


def test_who_blocks_pictures_reads_what_they_show(opened: Page, messages: tuple[str, str]) -> None:
    opened.goto(messages[1])
    image = opened.locator("img")
    assert len(image.get_attribute("alt") or "") > 30
    box = image.bounding_box()
    assert box is not None
    assert 15 < box["height"] < 200, "neither nothing nor an empty field of the picture's size"


def test_all_moves_and_long_names_fit_a_telephone(opened: Page, served: Served, lang: str) -> None:
    file = f"mail-all-{lang}.html"
    done = run_shock(
        *("report", "--date", DAY, "--lang", lang, "--format", "email", "--top", "56"),
        *("--output", file),
        folder=served.folder,
    )
    assert done.returncode == 0, done.stderr
    opened.goto(f"{served.address}/{file}")
    assert overflows(opened, WIDTHS) == {}


def test_a_name_without_a_blank_fits_too(opened: Page, served: Served, lang: str) -> None:
    (served.folder / "long.toml").write_text(
        'id = "long"\ntitle = "Long"\n[names]\n"NVDA" = "' + "N" * 99 + '"\n'
        '[[groups]]\nid = "g"\ntitle = "G"\ntickers = ["NVDA", "TSM"]\n',
        encoding="utf-8",
    )
    file = f"mail-long-{lang}.html"
    done = run_shock(
        *("report", "--date", DAY, "--lang", lang, "--format", "email"),
        *("--watchlist", "long.toml", "--output", file),
        folder=served.folder,
    )
    assert done.returncode == 0, done.stderr
    opened.goto(f"{served.address}/{file}")
    assert overflows(opened, WIDTHS) == {}


def test_it_is_six_hundred_pixels_on_a_wide_screen(page: Page) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    box = page.locator("table.sheet").bounding_box()
    assert box is not None
    assert box["width"] == 600
    assert box["x"] == 300


def test_without_its_sheet_it_is_still_a_mail(opened: Page, document: Document) -> None:
    opened.goto(document.url)
    opened.evaluate("document.querySelectorAll('style').forEach(sheet => sheet.remove())")
    assert overflow(opened, 600) == []
    assert not opened.locator(".preheader").is_visible()
    assert colors(opened, ".bar td.dn", "backgroundColor") <= {LIGHT.red, LIGHT.blue}
    assert colors(opened, "h1", "color") == {LIGHT.ink}


@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", {}), ("dark", COLORS)], ids=["light", "dark"]
)
def test_without_its_sheet_it_is_legible_in_every_scheme(
    browser: Browser, document: Document, scheme: str, rules: Mapping[str, object]
) -> None:
    with context(browser, scheme) as tab:
        page = tab.new_page()
        page.goto(document.url)
        page.evaluate("document.querySelectorAll('style').forEach(sheet => sheet.remove())")
        assert paper(page) == "rgb(251, 250, 247)", "what is written in has a paper of its own"
        violations, report = axe(page, rules)
    assert violations == 0, report


def colors(page: Page, selector: str, name: str) -> set[str]:
    """Return the colours, as #rrggbb, that elements have in the end."""
    found = page.locator(selector).evaluate_all(
        "(all, name) => all.map(one => getComputedStyle(one)[name])", name
    )
    assert found
    return {
        "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", one)[:3]) for one in found
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_falls_and_rises_keep_their_colours_in_the_dark(
    browser: Browser, document: Document, lang: str, scheme: str
) -> None:
    palette = LIGHT if scheme == "light" else DARK
    fall, rise = (palette.red, palette.blue) if lang == "en" else (palette.blue, palette.red)
    with context(browser, scheme) as tab:
        page = tab.new_page()
        page.goto(document.url)
        assert colors(page, ".bar td.dn", "backgroundColor") == {fall}
        assert colors(page, "td.n.dn", "color") == {fall}
        assert colors(page, "td.n.up", "color") == {rise}
        assert colors(page, "h1, h2, .data th.first", "color") <= {palette.ink, palette.muted}
        assert colors(page, ".kicker, .rank, .closes", "color") == {palette.muted}
