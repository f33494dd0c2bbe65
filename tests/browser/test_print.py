"""The documents on paper: nothing cut, no chart parted, a table's heads wherever it goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.browser.common import context, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page
    from pypdf import PageObject, PdfReader

    from tests.browser.common import Document, Served

pytestmark = pytest.mark.browser

# ISO 216 and ANSI Y14.1, in the points of a PDF; browsers round to whole pixels.
A4 = (210 / 25.4 * 72, 297 / 25.4 * 72)
LETTER = (8.5 * 72, 11 * 72)
# What a sheet of A4 leaves between margins of 15 mm, in the 96 pixels an inch of CSS.
PAPER_WIDTH = 680
# What is drawn of a chart that is not text.
SHAPES = "rect, circle, line, polyline, polygon, path"
# The operators by which a page of a PDF paints an outline or an area.
PAINTED = re.compile(rb"\s(?:f\*?|B\*?|S)\s")


@dataclass(frozen=True)
class Printed:
    """A document on paper, and the same in a tab as it is laid out for paper."""

    document: Document
    page: Page
    reader: PdfReader
    texts: list[str]


@pytest.fixture(
    scope="module",
    params=[(kind, lang) for kind in ("page", "index", "mail") for lang in ("en", "ja")],
    ids="-".join,
)
def printed(
    request: pytest.FixtureRequest,
    browser: Browser,
    served: Served,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Printed]:
    from pypdf import PdfReader

    document = served.document(*request.param)
    target = tmp_path_factory.mktemp("printed") / "document.pdf"
    with context(browser) as opened:
        page = opened.new_page()
        page.goto(document.url)
        # The printer offers another paper: A4 has to be what the document asks for.
        page.pdf(path=target, format="Letter", prefer_css_page_size=True, tagged=True)
        # What is asked of the tab is asked of it as it is laid out for paper.
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER_WIDTH, "height": 800})
        reader = PdfReader(target)
        texts = [squeezed(sheet.extract_text()) for sheet in reader.pages]
        yield Printed(document, page, reader, texts)


def test_it_is_tagged_and_says_its_language(printed: Printed) -> None:
    root = printed.reader.root_object
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]) == printed.document.lang
    assert printed.reader.metadata is not None
    assert squeezed(str(printed.reader.metadata.title)) == squeezed(printed.page.title())


def test_the_page_and_the_index_ask_for_a4(printed: Printed) -> None:
    # What a mail is printed on is its reader's choice.
    size = LETTER if printed.document.kind == "mail" else A4
    for sheet in printed.reader.pages:
        assert (sheet.mediabox.width, sheet.mediabox.height) == pytest.approx(size, abs=1)


def test_nothing_is_cut(printed: Printed) -> None:
    assert printed.page.evaluate(CUT, PAPER_WIDTH) == []
    whole = "".join(printed.texts)
    pieces = re.split(r"[\n\t]", printed.page.locator("body").inner_text())
    assert len(pieces) > 10
    assert [piece for piece in pieces if squeezed(piece) not in whole] == []


# What reaches beyond the paper, or beyond a box that hides what does not fit. Letters may overhang
# their boxes by a pixel.
CUT = """width => [...document.querySelectorAll("body *")]
    .filter(e => e.checkVisibility() && e.textContent.trim() !== "")
    .filter(e => {
        const box = e.getBoundingClientRect();
        const hides = getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth;
        return hides || box.left < -2 || box.right > width + 2;
    })
    .map(e => `${e.tagName}#${e.id} ${e.textContent.trim().slice(0, 40)}`)"""


def test_each_row_stands_whole_below_its_tables_heads(printed: Printed) -> None:
    tables = printed.page.locator("table:has(> thead)").all()
    stands_on = [sheets_of(table, printed.texts) for table in tables]
    # Else this would not have seen a table that goes on.
    assert any(len(sheets) > 1 for sheets in stands_on) or printed.document.kind != "page"


def sheets_of(table: Locator, texts: list[str]) -> set[int]:
    """Return the sheets that a table stands on, each of which has to bear its heads."""
    rows = [squeezed(row) for row in table.locator("> tbody > tr").all_inner_texts()]
    found = [[sheet for sheet, text in enumerate(texts) if row in text] for row in rows]
    assert [row for row, sheets in zip(rows, found, strict=True) if len(sheets) != 1] == []
    heads = [squeezed(head) for head in table.locator("> thead th").all_inner_texts()]
    stood_on = {sheets[0] for sheets in found}
    # Chromium drops a button in a repeated head from the second page on, unless the style sheet
    # prevents it.
    assert [(sheet, h) for sheet in stood_on for h in heads if h not in texts[sheet]] == []
    return stood_on


def test_each_chart_stands_whole_on_one_sheet(printed: Printed) -> None:
    charts = printed.page.locator("svg[role=img]").all()
    assert (len(charts) > 0) == (printed.document.kind == "page")
    for chart in charts:
        labels = [squeezed(label) for label in chart.evaluate(SHOWN_LABELS)]
        assert labels != []
        # Labels repeat from chart to chart, so that other sheets may hold some of them.
        holders = [
            sheet
            for sheet, text in zip(printed.reader.pages, printed.texts, strict=True)
            if all(label in text for label in labels)
        ]
        assert len(holders) == 1, labels
        assert painted(holders[0]) >= chart.locator(f":is({SHAPES}):visible").count()


# A label's parts may be for other widths than that of paper.
SHOWN_LABELS = """chart => [...chart.querySelectorAll("text")]
    .filter(label => label.checkVisibility())
    .map(label => [...label.childNodes]
        .filter(part => part.nodeType === Node.TEXT_NODE
            || (part.nodeType === Node.ELEMENT_NODE && part.checkVisibility()))
        .map(part => part.textContent).join(""))"""


def painted(sheet: PageObject) -> int:
    """Count how often a sheet paints something that is not text."""
    contents = sheet.get_contents()
    assert contents is not None
    return len(PAINTED.findall(contents.get_data()))
