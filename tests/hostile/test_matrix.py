"""Every hostile word in every format: what programs of others read is what a tame name makes.

Parsed by html5lib, cmark-gfm and markdown-it, the mail and csv modules, feedparser and json.
"""

from __future__ import annotations

import csv
import email.policy
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from email.parser import Parser
from functools import cache, partial

import cmarkgfm
import feedparser
import html5lib
import pytest
from markdown_it import MarkdownIt

from deepseek_shock.market.instrument import Text
from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.render.data import Csv, Json
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.message import Eml, make_envelope
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Report
from deepseek_shock.site import pages
from deepseek_shock.site.entry import Entry, make_entry
from deepseek_shock.site.identity import Site
from tests.hostile.strings import STRINGS, make, tame

SITE = Site(Language.EN, "Shocks", "https://example.org/", "urn:uuid:0")
ID = "urn:uuid:1"


@cache
def report(kind: str) -> Report:
    return make(STRINGS if kind == "hostile" else tuple(map(tame, STRINGS)))


def style(lang: Language = Language.EN) -> Style:
    return Style(Words(lang), Colors.US)


def entry(kind: str) -> Entry:
    return make_entry(report(kind), "0" * 64, House(), ID, None)


def acting(text: str) -> set[str]:
    """Return what acts on a screen: control, format and unassigned characters, and separators."""
    known = {"\n", "\u200c", "\u200d", "\xad"}
    found = {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return found - known


def elements(page: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the elements of a page in their order, with attributes, but for those made of words.

    Where a line may break depends on the words.
    """
    worded = {"alt", "aria-label", "title", "content"}
    found = []
    for one in html5lib.parse(page, namespaceHTMLElements=False).iter():
        is_break = one.tag == "span" and one.attrib.get("class") in {"clause", "nb"}
        if isinstance(one.tag, str) and not is_break:
            given = sorted((str(name), str(value)) for name, value in one.attrib.items())
            shown = tuple((name, "" if name in worded else value) for name, value in given)
            found.append((one.tag, shown))
    return found


def links(page: str) -> list[str]:
    """Return where a page's links lead, but for those to a mail address, which cmark makes."""
    found = [dict(given).get("href", "") for tag, given in elements(page) if tag == "a"]
    return [one for one in found if not one.startswith("mailto:")]


def both(render: Callable[[str], str]) -> tuple[str, str]:
    return render("hostile"), render("tame")


HTML = {
    "html": lambda kind: Html(style()).render(report(kind)),
    "html in Japanese": lambda kind: Html(style(Language.JA)).render(report(kind)),
    "email": lambda kind: Email(style()).render(report(kind)),
    "ghost": lambda kind: Markdown(style(), Profile.GHOST).render(report(kind)),
    "page": lambda kind: pages.render_page(SITE, report(kind), style()).decode(),
    "index": lambda kind: pages.render_index(SITE, [entry(kind)], style()).decode(),
}


def markdown(profile: Profile, kind: str) -> str:
    return Markdown(style(), profile).render(report(kind))


MARKDOWN = {one: partial(markdown, one) for one in list(Profile) if one is not Profile.GHOST}


def shapes(page: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """Count the elements by tag and attributes; how many rows have room depends on the words."""
    return Counter((tag, tuple(name for name, _ in given)) for tag, given in elements(page))


def targets(page: str) -> set[str]:
    """Return all that a page leads to, loads, or is told to run."""
    named = {"href", "src", "action", "srcset", "data", "xlink:href", "style", "class", "id"}
    given = (pair for _, attributes in elements(page) for pair in attributes)
    return {value for name, value in given if name in named or name.startswith("on")}


@pytest.mark.parametrize("name", HTML)
def test_no_element_and_no_attribute_comes_of_a_name(name: str) -> None:
    hostile, plain = both(HTML[name])
    assert acting(hostile) <= acting(plain)
    found, wanted = shapes(hostile), shapes(plain)
    assert found.keys() <= wanted.keys()
    for active in ("script", "style", "img", "link", "meta", "iframe", "form", "input"):
        same = [sum(n for (tag, _), n in all_.items() if tag == active) for all_ in (found, wanted)]
        assert same[0] == same[1]
    own = {value for value in targets(hostile) - targets(plain) if not _is_of_layout(value)}
    assert not own
    said = "".join(html5lib.parse(hostile, namespaceHTMLElements=False).itertext())
    assert STRINGS[0] in said


def _is_of_layout(value: str) -> bool:
    """Tell a class or a measure, of which the width of a word decides."""
    return re.fullmatch(r"[a-z -]*|[a-z:;.%#0-9 ()-]*", value) is not None


@pytest.mark.parametrize("profile", MARKDOWN)
def test_no_markup_comes_of_a_name(profile: Profile) -> None:
    hostile, plain = both(partial(markdown, profile))
    assert not acting(hostile)
    for engine in (cmarkgfm.github_flavored_markdown_to_html, MarkdownIt().enable("table").render):
        found, wanted = engine(hostile), engine(plain)
        tags = [[tag for tag, _ in elements(page) if tag != "a"] for page in (found, wanted)]
        assert tags[0] == tags[1]
        if profile not in {Profile.SUBSTACK, Profile.NOTE}:  # pasted there, an address is text
            assert links(found) == links(wanted)


@pytest.mark.parametrize("generator", [one for one in FrontMatter if one is not FrontMatter.NONE])
def test_front_matter_has_the_same_keys(generator: FrontMatter) -> None:
    hostile, plain = (
        Markdown(style(), front_matter=generator).render(report(kind))
        for kind in ("hostile", "tame")
    )
    fence = plain[:3]
    found, wanted = (text.split(f"\n{fence}\n")[0].split("\n") for text in (hostile, plain))
    assert [line[:4] for line in found] == [line[:4] for line in wanted]
    assert not acting("\n".join(found))


def test_no_escape_reaches_the_screen() -> None:
    hostile, plain = (
        Terminal(style(), 100, has_colors=False).render(report(kind))
        for kind in ("hostile", "tame")
    )
    assert not acting(hostile)
    assert hostile.count("\n") == plain.count("\n")
    coloured = Terminal(style(), 100, has_colors=True).render(report("hostile"))
    assert not acting(re.sub(r"\x1b\[[\d;]*m", "", coloured))


def test_a_message_has_no_header_and_no_part_of_a_name() -> None:
    envelope = make_envelope("News <news@example.com>", None)
    messages = [
        Parser(policy=email.policy.default).parsestr(
            Eml(style(), envelope, lambda *_: None).render(report(kind))
        )
        for kind in ("hostile", "tame")
    ]
    hostile, plain = messages
    assert hostile.keys() == plain.keys()
    assert (hostile["To"], hostile["From"]) == (plain["To"], plain["From"])
    assert not acting(hostile["Subject"])
    assert "\n" not in hostile["Subject"]
    assert [one.get_content_type() for one in hostile.walk()] == [
        one.get_content_type() for one in plain.walk()
    ]


def test_json_keeps_every_name_to_the_character() -> None:
    said = json.loads(Json(style()).render(report("hostile")))
    names = {row["name"]["en"] for row in said["moves"]}
    assert len(said["moves"]) == len(report("tame").findings.moves)
    assert len(names.intersection(STRINGS)) >= len(STRINGS) - 2  # the first has all of them


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    hostile, plain = (
        list(csv.DictReader(io.StringIO(Csv().render(report(kind)))))
        for kind in ("hostile", "tame")
    )
    assert len(hostile) == len(plain)
    for row, tame_row in zip(hostile, plain, strict=True):
        assert row.keys() == tame_row.keys()
        for key, cell in row.items():
            if key.startswith("name_"):
                assert not acting(cell) - {"\t", "\n"}
                assert unicodedata.normalize("NFKC", cell).lstrip()[:1] not in {*"=+-@"}
                assert cell[:1] not in {"\t", "\r", "\n"}
            else:
                assert cell == tame_row[key]
    moves = [row["price_return"] for row in hostile if row["price_return"].startswith("-")]
    assert moves
    assert all(float(move) < 0 for move in moves)  # a negative number stays one


def test_a_feed_has_one_entry_and_its_title() -> None:
    hostile, plain = (
        feedparser.parse(pages.render_feed(SITE, [entry(kind)], style()))
        for kind in ("hostile", "tame")
    )
    assert not hostile.bozo
    assert hostile.entries[0].keys() == plain.entries[0].keys()
    assert hostile.entries[0].link == plain.entries[0].link
    assert hostile.entries[0].title_detail.type == "text/plain"
    assert not acting(hostile.entries[0].title)


def test_an_index_says_nothing_of_its_own_for_a_title_that_was_tampered_with() -> None:
    bad = entry("tame")._replace(title=Text("<b>\x1b[31m\u202e", "x"), dek=Text("<i>", "x"))
    page = pages.render_index(SITE, [bad], style()).decode()
    assert shapes(page) == shapes(HTML["index"]("tame"))
