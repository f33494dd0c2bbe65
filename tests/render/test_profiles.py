"""Profiles: what each editor and mailer takes, and that nothing is lost or let loose on the way."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import html5lib
import markdown
import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample
from deepseek_shock.render.base import Profile, Style
from deepseek_shock.render.custom import Custom
from deepseek_shock.render.data import Csv
from deepseek_shock.render.house import Colors
from deepseek_shock.render.listed import make_lister
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.pieces import Plain
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Column, Kind, Paragraph, Report, Row, Table, phrase
from deepseek_shock.report.tables import Cut, Order
from tests.render import hostile
from tests.render.test_markdown import ENGINES, POINTS, expected, harmless, parse

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator
    from pathlib import Path

PASTED = (Profile.SUBSTACK, Profile.NOTE)
NAMES = ("bundled", "watchlist", "event")
# Names that would end the card, or the page around it, if let through.
ESCAPING = {
    "NVDA": "<!--kg-card-end: html--><h1>x</h1>",
    "VST": "</div></table><script>alert(1)</script>",
    "5803.T": "{{title}} {%raw%} \"' & &lt;",
}


def render(report: Report, lang: Language, profile: Profile) -> str:
    return Markdown(Style(Words(lang), Colors.US), profile).render(report)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    folder = tmp_path_factory.mktemp("hostile")
    watchlist = hostile.write_watchlist(folder)
    event = hostile.write_event(folder, "2025. Opening | *x*", "+ Closing ~y~", POINTS)
    return {
        "bundled": hostile.plain_report(),
        "watchlist": hostile.report(watchlist),
        "event": hostile.report(event=event),
    }


# --- the figures, from the CSV and not from what renders the report ---


class Shown(NamedTuple):
    """A share that the short report shows, and the figures that a reader must find beside it."""

    rank: int
    name: str
    figures: tuple[str, ...]


def rounded(value: Decimal, places: int) -> str:
    text = f"{abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return ("" if not Decimal(text) else "−" if value < 0 else "+") + text


@cache
def csv_lines() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(io.StringIO(Csv().render(hostile.plain_report()))))


def figures(line: dict[str, str]) -> Iterator[str]:
    previous = Decimal(line["previous_close"])
    tick = Decimal(1) if line["currency"] == "JPY" else Decimal("0.01")
    for name in ("previous_close", "close"):
        yield f"{Decimal(line[name]).quantize(tick):,f}"
    yield f"{rounded(Decimal(line['price_return']) * 100, 2)}%"
    if line["low"]:
        yield f"{rounded((Decimal(line['low']) / previous - 1) * 100, 2)}%"
    if line["volume_ratio"]:
        yield rounded(Decimal(line["volume_ratio"]), 1).lstrip("+")
    yield rounded(Decimal(line["sigma"]), 1)


def shown_shares(lang: Language) -> list[Shown]:
    """Rank the shares by their moves: twelve, the leads, and the worst of each exchange."""
    shares = [line for line in csv_lines() if not line["ticker"].startswith("^")]
    ranked = sorted(shares, key=lambda line: Decimal(line["price_return"]))
    wanted = {line["ticker"] for line in ranked[:12]} | {"NVDA", "5803.T", "6857.T"}
    wanted.add(next(line["ticker"] for line in ranked if line["exchange"] == "XTKS"))
    return [
        Shown(rank, line[f"name_{lang}"], tuple(figures(line)))
        for rank, line in enumerate(ranked, 1)
        if line["ticker"] in wanted
    ]


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("profile", PASTED)
def test_every_figure_of_a_share_stands_in_its_line(profile: Profile, lang: Language) -> None:
    text = render(hostile.plain_report(), lang, profile)
    ranks = {Language.EN: "{}th: ", Language.JA: "{}位: "}
    shares = shown_shares(lang)
    assert [share.rank for share in shares] == [*range(1, 13), 17, 24, 25, 29]
    for share in shares:
        mark = f"{share.rank}. " if share.rank <= 12 else f"- {ranks[lang].format(share.rank)}"
        (line,) = [one for one in text.splitlines() if one.startswith(f"{mark}{share.name}")]
        words = re.findall(r"[−+]?\d+(?:,\d{3})*(?:\.\d+)?%?", line)
        for figure in share.figures:
            assert figure in words, (figure, line)


@pytest.mark.parametrize("profile", PASTED)
def test_every_index_stands_in_a_line_with_its_figures(profile: Profile) -> None:
    text = render(hostile.plain_report(), Language.EN, profile)
    indexes = [line for line in csv_lines() if line["ticker"].startswith("^")]
    assert len(indexes) == 6
    for index in indexes:
        move = f"{rounded(Decimal(index['price_return']) * 100, 2)}%"
        change = rounded(Decimal(index["change"]), 2)
        close = f"{Decimal(index['close']):,.2f}"
        line = f"- {index['name_en']} {move}, close {close}, change {change}"
        assert line in text, line


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("profile", PASTED)
def test_no_cell_of_a_table_is_lost(profile: Profile, lang: Language) -> None:
    report, words = hostile.plain_report(), Words(lang)
    lines = [re.sub(r"^(?:- |\d+\. )", "", line) for line in _items(render(report, lang, profile))]
    tables = [block for one in report.sections for block in one.blocks if isinstance(block, Table)]
    assert len(tables) == 9
    for table in tables:
        for row in (*table.rows, *table.pinned):
            cells = [
                # A line says p = 0.161 and p < 0.0001, as a sentence does.
                words.cell(Kind.P_SAID if column.kind is Kind.P else column.kind, cell)
                for column, cell in zip(table.columns, row.cells, strict=True)
                if cell is not None and column.heading.key != "column.rank"
            ]
            assert any(all(cell in line for cell in cells) for line in lines), cells


def _items(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"- |\d+\. ", line)]


def test_what_is_not_known_is_left_out() -> None:
    text = render(hostile.plain_report(), Language.EN, Profile.SUBSTACK)
    assert "n/a" not in text
    # Only closes are held for Credo: no low, no volume.
    assert (
        "1. Credo Technology (CRDO) −30.91%, US data-centre, from $80.47 to $55.60, σ −6.1\n"
        in text
    )
    assert "…" not in "".join(_items(render(hostile.plain_report(), Language.JA, Profile.NOTE)))


# --- text that may be pasted as it stands, or as an engine shows it ---


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("profile", PASTED)
def test_the_text_as_it_stands_shows_no_marks(profile: Profile, lang: Language) -> None:
    text = render(hostile.plain_report(), lang, profile)
    words = re.sub(r"\[([^\]]*)\]\(https://[^)\s]*\)", r"\1", text)
    # No engine takes the sign in p < 0.0001 for the beginning of a tag.
    assert not re.findall(r"[\\`*~>|\[\]]|<(?![\s\d])|&#?\w+;", words)
    first, blank, *_ = text.splitlines()
    assert (first, blank) == (Words(lang).say(hostile.plain_report().title), "")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert len(headings) == len(hostile.plain_report().sections)
    assert all(re.match(r"## [^#]", line) for line in headings)
    assert not re.search(r"^\s*-{3,}", text, re.MULTILINE)


def said_in_lists(report: Report, words: Words) -> Iterator[tuple[str, str]]:
    """Say the report without markup, block by block, its tables as lists."""
    title, *head = expected(report._replace(sections=()), words).blocks
    yield "p", title[1]
    yield from head
    for section in report.sections:
        yield "h2", harmless(words.say(section.title))
        for block in section.blocks:
            if isinstance(block, Table):
                yield from _listed(block, words)
            elif not (isinstance(block, Paragraph) and block.is_retelling):
                alone = report._replace(sections=(section._replace(blocks=(block,)),))
                yield from expected(alone, words).blocks[len(head) + 2 :]


def _listed(table: Table, words: Words) -> Iterator[tuple[str, str]]:
    listed = make_lister(words, Plain())(table)
    yield from (("li", harmless(line)) for line in listed.ranked)
    if listed.ranked and listed.others:
        yield "p", words.word("listed.pinned")
    yield from (("li", harmless(line)) for line in listed.others)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_shown_as_it_was_said(
    reports: dict[str, Report], name: str, lang: Language, engine: str
) -> None:
    html = ENGINES[engine](render(reports[name], lang, Profile.NOTE))
    shown = parse(html)
    assert shown.tables == []
    assert shown.blocks == list(said_in_lists(reports[name], Words(lang)))
    page = html5lib.parse(html, namespaceHTMLElements=False)
    tags = {element.tag for element in page.iter()}
    assert tags <= {"html", "head", "body", "h2", "p", "ul", "ol", "li", "a"}


@pytest.mark.parametrize("engine", ["cmarkgfm", "markdown-it", "cmark-gfm", "pandoc"])
def test_ranked_lines_are_numbered_and_those_below_are_not(engine: str) -> None:
    text = render(hostile.plain_report(), Language.EN, Profile.SUBSTACK)
    page = html5lib.parse(ENGINES[engine](text), namespaceHTMLElements=False)
    lists = [(one.tag, len(list(one))) for one in page.iter() if one.tag in ("ol", "ul")]
    assert ("ol", 12) in lists
    assert lists[lists.index(("ol", 12)) + 1] == ("ul", 4)


def test_lines_in_another_order_say_their_rank() -> None:
    cut = Cut(Order.TICKER, 12)
    request = Request(now=hostile.NOW, day=date(2025, 1, 27), cut=cut)
    report = make_report(request, hostile.registry(), Sample())
    items = _items(render(report, Language.EN, Profile.SUBSTACK))
    assert any(line.startswith("- 24th: Furukawa Electric (5801) −11.27%, ") for line in items)
    assert not any(line.startswith("1. Credo") for line in items)


def test_a_column_nobody_foresaw_is_said_with_its_heading() -> None:
    table = Table(
        (Column(phrase("column.share"), Kind.TEXT), Column(phrase("column.why"), Kind.TEXT)),
        (Row(("A", "b")), Row(("C", None))),
    )
    strange = table._replace(
        columns=(table.columns[0], Column(phrase("section.context"), Kind.COUNT)),
        rows=(Row(("A", 3)),),
    )
    for lang, known, headed in (
        (Language.EN, "A: b", "A: What happened 3"),
        (Language.JA, "A。b", "A: 背景3"),
    ):
        list_table = make_lister(Words(lang), Plain())
        assert list_table(table) == ([], [known, "C"])
        assert list_table(strange) == ([], [headed])


# --- Buttondown ---


def as_buttondown(text: str) -> str:
    return str(markdown.markdown(text, extensions=["tables", "smarty", "footnotes"]))


def without_smart(text: str) -> str:
    """Undo what smart punctuation does to quotation marks, dashes and dots."""
    for smart, plain in {"‘’": "'", "“”": '"', "–": "--", "—": "---", "…": "..."}.items():
        text = re.sub(f"[{smart}]", plain, text)
    return text


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_buttondown_shows_what_was_said(
    reports: dict[str, Report], name: str, lang: Language
) -> None:
    text = render(reports[name], lang, Profile.BUTTONDOWN)
    assert text.startswith("<!-- buttondown-editor-mode: plaintext -->\n\n")
    assert text.count("<!--") == 1
    assert not re.search(r"^\s*---", text, re.MULTILINE)
    assert not re.search(r"\{[{%#]", text)
    shown, said = parse(as_buttondown(text)), expected(reports[name], Words(lang))
    assert "h1" not in {tag for tag, _ in shown.blocks}
    assert [(tag, without_smart(words)) for tag, words in shown.blocks] == [
        (tag, without_smart(words)) for tag, words in said.blocks[1:]
    ]
    if name == "bundled":
        assert shown.tables == said.tables


# --- Ghost ---


def card(text: str) -> ET.Element:
    """Parse the card as strictly as HTML is specified, and return what it holds."""
    begin, end = "<!--kg-card-begin: html-->\n", "<!--kg-card-end: html-->\n"
    assert text.startswith(begin)
    assert text.endswith(end)
    assert text.count("<!--") == 2
    inside = text.removeprefix(begin).removesuffix(end)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    fragment: ET.Element = parser.parseFragment(inside)
    return fragment


@pytest.fixture(scope="module")
def escaping(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("escaping")
    return hostile.report(hostile.write_watchlist(folder, ESCAPING))


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("name", [*NAMES, "escaping"])
def test_the_card_holds_what_was_said_and_nothing_breaks_out(
    reports: dict[str, Report], escaping: Report, name: str, lang: Language
) -> None:
    report = escaping if name == "escaping" else reports[name]
    text = render(report, lang, Profile.GHOST)
    fragment = card(text)
    assert {element.tag for element in fragment.iter()} <= {
        *("DOCUMENT_FRAGMENT", "div", "h2", "p", "ul", "ol", "li", "a", "code"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert {key for element in fragment.iter() for key in element.attrib} <= {
        *("lang", "style", "scope", "href")
    }
    assert not re.search(r"\{[{%#]", text)
    shown, said = parse(text), expected(report, Words(lang))
    assert shown.tables == said.tables
    # The first cell of a row is its header.
    assert [words for _, words in shown.blocks] == [words for _, words in said.blocks[1:]]
    assert [one.get("lang") for one in fragment] == [str(lang)]


def test_rows_and_columns_are_headed_and_numbers_flush_right() -> None:
    fragment = card(render(hostile.plain_report(), Language.EN, Profile.GHOST))
    tables = list(fragment.iter("table"))
    assert len(tables) == 9
    for table in tables:
        head, *rows = table.iter("tr")
        assert {(cell.tag, cell.get("scope")) for cell in head} == {("th", "col")}
        for row in rows:
            assert [cell.get("scope") for cell in row if cell.tag == "th"] == ["row"]
            assert len(row) == len(head)
    numbers = [
        cell
        for cell in fragment.iter("td")
        if re.fullmatch(r"[−+$¥]?\d[\d,]*(\.\d+)?%?", "".join(cell.itertext()))
    ]
    apart = [cell for cell in numbers if "text-align:right" not in cell.get("style", "")]
    assert len(numbers) > 200
    # The key figures are read as words: their column holds "48 / 8 / 0" as well.
    assert ["".join(cell.itertext()) for cell in apart] == ["−16.97%", "−9.15%"]
    assert all(
        "white-space:nowrap" in cell.get("style", "") for cell in numbers if cell not in apart
    )


def test_the_profile_of_github_is_the_default() -> None:
    style = Style(Words(Language.EN), Colors.US)
    report = hostile.plain_report()
    assert Markdown(style).render(report) == render(report, Language.EN, Profile.GFM)


@pytest.mark.parametrize("profile", list(Profile))
def test_a_template_of_ones_own_comes_before_those_of_every_profile(
    tmp_path: Path, profile: Profile
) -> None:
    name = "ghost.html.j2" if profile is Profile.GHOST else "report.md.j2"
    own = '{% extends "' + name + '" %}{% block footer %}Sent by us.\n{% endblock %}'
    (tmp_path / name).write_text(own, encoding="utf-8")
    style = Style(Words(Language.EN), Colors.US, tmp_path)
    assert "Sent by us." in Markdown(style, profile).render(hostile.plain_report())


def test_a_template_of_another_name_may_extend_the_report(tmp_path: Path) -> None:
    own = tmp_path / "own.md.j2"
    own.write_text('{% extends "report.md.j2" %}{% block footer %}By us.{% endblock %}', "utf-8")
    style = Style(Words(Language.EN), Colors.US)
    text = Custom(style, own).render(hostile.plain_report())
    assert text.lstrip().startswith("# NVIDIA −16.97%")
    assert "| 1 | Credo Technology (CRDO) |" in text
    assert text.endswith("By us.")
