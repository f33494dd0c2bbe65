"""What the tests of mail share: reports, their mails, and what no mail may hold."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

import html5lib

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample
from deepseek_shock.render.base import Style
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors
from deepseek_shock.render.palette import DARK, LIGHT
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.tables import Cut
from tests.builders import NIKKEI, Shelf, pair
from tests.render.hostile import NOW, registry, write_watchlist

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from deepseek_shock.report.model import Report

MONDAY = date(2025, 1, 27)


@cache
def sample(day: date = MONDAY) -> Report:
    return make_report(Request(now=NOW, day=day), registry(), Sample())


def many(folder: Path, count: int, name: str = "", *, groups: int = 3) -> Report:
    """Make the report of so many shares, the first of which fell most: by 20 %, 19.9 %…"""
    tickers = [f"Q{at:04}" for at in range(count)]
    names = {ticker: f"{name}{ticker[1:]}" if name else ticker for ticker in tickers}
    file = write_watchlist(folder, names)
    if groups != 3:
        lines = ['id = "many"', 'title = "Many"']
        for at in range(groups):
            listed = ", ".join(f'"{ticker}"' for ticker in tickers[at::groups])
            lines += ["[[groups]]", f'id = "g{at}"', f'title = "G{at}"', f"tickers = [{listed}]"]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bars = [
        pair(ticker, "1000", str(Decimal(800) + Decimal(at) / 10))
        for at, ticker in enumerate(tickers)
    ]
    bars += [pair(NIKKEI, "39931", "39565"), pair("^GSPC", "6101", "6012")]
    return make_report(Request(now=NOW, day=MONDAY, watchlist=str(file)), registry(), Shelf(bars))


def style(lang: str = "en", colors: str = "us", template_dir: Path | None = None) -> Style:
    return Style(Words(Language(lang)), Colors(colors), template_dir)


def render(report: Report, lang: str = "en", top: int | None = None, colors: str = "us") -> str:
    return Email(style(lang, colors), Cut(top=top)).render(report)


@cache
def mail(lang: str) -> str:
    return render(sample(), lang)


def tree(text: str) -> Element:
    """Parse as a browser would, and fail where a browser would only forgive."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(text)
    return root


def words_of(element: Element | None) -> str:
    """Return all that an element says, blanks run together."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def bars(root: Element) -> list[Element]:
    """Return the rows of the bars, without those of the tables that draw them."""
    return root.findall(".//table[@class='bars']/tbody/tr")


# --- What mail clients drop, break or refuse; by the table in docs on rendering, §3 ---

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "div", "span", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "p", "ul", "ol", "li"),
    *("a", "code", "img"),
}
DENIED_STYLE = re.compile(
    r"var\(|url\(|calc\(|@import|\bflex\b|\bgrid\b|\bposition\b|background-image|base64"
    r"|float|\d(?:r?em|vw|vh|ch)\b|rgb|hsl"
)
ATTRIBUTES = {"src", "href", "background", "srcset", "data"}


def denied(text: str) -> list[str]:
    """Return everything in a mail that some mail client cannot show, or would have to fetch."""
    return list(_denied(tree(text)))


def _denied(root: Element) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(cast("object", element.tag), str):
            continue  # a comment
        if element.tag not in ELEMENTS:
            yield f"<{element.tag}>"
        css = element.get("style", "") + (element.text or "" if element.tag == "style" else "")
        yield from (found[0] for found in DENIED_STYLE.finditer(css))
        yield from (color for color in re.findall(r"#[0-9a-f]+", css) if color not in COLORS)
        for name, value in element.attrib.items():
            allowed = "cid:" if name == "src" else "https://finance.yahoo.co"
            if name.startswith("on") or (name in ATTRIBUTES and not value.startswith(allowed)):
                yield f"{name}={value}"


COLORS = {*LIGHT, *DARK}
