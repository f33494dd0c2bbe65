"""Markdown, as the engines show it: every word of a hostile report arrives as it was written.

The plain words are what the same phrases and cells say without markup; the names are the
watchlist's own. Each engine's HTML is parsed, and its blocks and cells are compared one by one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

import cmarkgfm
import html5lib
import markdown
import pytest
from markdown_it import MarkdownIt

from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown, MarkdownMarkup
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Kind, Links, Paragraph, Report, Table, phrase
from tests.render import hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BLOCKS = ("h1", "h2", "p", "li", "th", "td")
POINTS = {
    "1. First | `point`": "- body with <b>tags</b> and {{ braces }}",
    "# Second": "> quoted & *starred* _under_ ~~struck~~",
}


def with_cmarkgfm(text: str) -> str:
    return str(cmarkgfm.markdown_to_html_with_extensions(text, extensions=["table"]))


def with_github(text: str) -> str:
    return str(cmarkgfm.github_flavored_markdown_to_html(text))


def with_markdown_it(text: str) -> str:
    # Links that are not written as links need one more package, and change no word.
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(text))


def with_python_markdown(text: str) -> str:
    return str(markdown.markdown(text, extensions=["tables"]))


def command(name: str, *arguments: str) -> Callable[[str], str]:
    def render(text: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed")
        run = subprocess.run(
            [path, *arguments], input=text, capture_output=True, encoding="utf-8", check=True
        )
        return run.stdout

    return render


ENGINES = {
    "cmarkgfm": with_cmarkgfm,
    "cmarkgfm-github": with_github,
    "markdown-it": with_markdown_it,
    "python-markdown": with_python_markdown,
    "cmark-gfm": command("cmark-gfm", "-e", "table"),
    "pandoc": command("pandoc", "-f", "gfm", "-t", "html", "--wrap=none"),
}
IN_PROCESS = ("cmarkgfm", "cmarkgfm-github", "markdown-it", "python-markdown")


class Shown(NamedTuple):
    """What stands on a page: blocks in order, and for each table its rows of cells."""

    blocks: list[tuple[str, str]]
    tables: list[list[list[str]]]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def harmless(text: str) -> str:
    """Return plain words with the one change that is documented: `{{` is parted by a blank."""
    return squeezed(re.sub(r"\{(?=[{%#])", "{ ", text))


def parse(html: str) -> Shown:
    page = html5lib.parse(html, namespaceHTMLElements=False)
    return Shown(list(blocks(page)), [rows(table) for table in page.iter("table")])


def blocks(element: ET.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        if child.tag in BLOCKS:
            yield str(child.tag), squeezed("".join(child.itertext()))
        else:
            yield from blocks(child)


def rows(table: ET.Element) -> list[list[str]]:
    return [
        [squeezed("".join(cell.itertext())) for cell in row if cell.tag in ("th", "td")]
        for row in table.iter("tr")
    ]


def expected(report: Report, words: Words) -> Shown:
    """Say the report without markup, block by block."""
    found: list[tuple[str, str]] = [
        ("h1", words.say(report.title)),
        ("p", words.say(report.kicker)),
    ]
    if report.dek:
        found.append(("p", words.say_all(report.dek)))
    found += [("li", words.say(line)) for line in report.dateline]
    tables: list[list[list[str]]] = []
    for section in report.sections:
        found.append(("h2", words.say(section.title)))
        for block in section.blocks:
            match block:
                case Paragraph():
                    found.append(("p", words.say_all(block.sentences)))
                case Bullets():
                    found += [("li", words.say(entry)) for entry in block.entries]
                case Links():
                    names = [words.print(Kind.LABEL, one) for one in block.instruments]
                    listed = words.word("list.comma").join(names)
                    found.append(("p", f"{words.say(block.label)}: {listed}"))
                case Table():
                    tables.append(grid(block, words))
                    head, *body = tables[-1]
                    found += [("th", cell) for cell in head]
                    found += [("td", cell) for row in body for cell in row]
    return Shown(
        [(tag, harmless(text)) for tag, text in found if text],
        [[[harmless(cell) for cell in row] for row in table] for table in tables],
    )


def grid(table: Table, words: Words) -> list[list[str]]:
    head = [words.say(column.heading) for column in table.columns]
    body = [
        [
            words.cell(column.kind, cell)
            for column, cell in zip(table.columns, row.cells, strict=True)
        ]
        for row in (*table.rows, *table.pinned)
    ]
    return [head, *body]


class Page(NamedTuple):
    """A report, its words and its Markdown."""

    report: Report
    words: Words
    text: str


def page(report: Report, lang: Language) -> Page:
    words = Words(lang)
    return Page(report, words, Markdown(Style(words, Colors.US)).render(report))


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


@pytest.fixture(
    scope="module",
    params=[(name, lang) for name in ("bundled", "watchlist", "event") for lang in Language],
    ids="-".join,
)
def made(request: pytest.FixtureRequest, reports: dict[str, Report]) -> Page:
    name, lang = request.param
    return page(reports[name], lang)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_block_and_cell_is_shown_as_it_was_said(made: Page, engine: str) -> None:
    shown = parse(ENGINES[engine](made.text))
    said = expected(made.report, made.words)
    assert shown.tables == said.tables
    assert shown.blocks == said.blocks


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("lang", list(Language))
def test_every_name_of_the_watchlist_is_intact(
    reports: dict[str, Report], engine: str, lang: Language
) -> None:
    shown = parse(ENGINES[engine](page(reports["watchlist"], lang).text))
    cells = {cell for table in shown.tables for row in table for cell in row}
    listed = reports["watchlist"].section("table")
    assert listed is not None
    moves = listed.blocks[0]
    assert isinstance(moves, Table)
    names = {
        row.instrument.ticker: row.instrument.code
        for row in (*moves.rows, *moves.pinned)
        if row.instrument
    }
    assert len(names) == len(hostile.NAMES)
    blank, comma = ("", "、") if lang is Language.JA else (" ", ", ")
    bracketed = set()
    for ticker, code in names.items():
        name = re.sub(r"\{(?=[{%#])", "{ ", hostile.NAMES[ticker])
        label = f"{name}{blank}({code})"
        if name.endswith(")"):  # the code stands in the brackets that are there
            label = f"{name.removesuffix(')')}{comma}{code})"
            bracketed.add(ticker)
        assert squeezed(label) in cells
    assert bracketed == {"INTC", "CEG"}


OPENINGS = [
    "- a list",
    "+ a list",
    "* a list",
    "1. a list",
    "1) a list",
    "# a heading",
    "#1 in chips",
    "> a quotation",
    ">a quotation",
    "---",
    "***",
    "___",
    "===",
    "-",
    "+",
    "1.",
    "#",
    ">",
    "~~~",
    "```",
    "| a | b |",
    "<div>",
    "<!-- note",
    "[a]: http://b.example",
    "[^1]: note",
    "&#35; not a heading",
    ": a definition",
    "http://a_b_c.example/*x*",
]


@pytest.mark.parametrize("engine", IN_PROCESS)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_paragraph_is_a_paragraph_whatever_it_begins_with(engine: str, opening: str) -> None:
    alone, entry = (MarkdownMarkup().text(words) for words in (opening, f"{opening} x"))
    shown = parse(ENGINES[engine](f"before\n\n{alone}\n\n- {entry}\n\nafter\n"))
    said = [("p", "before"), ("p", opening), ("li", f"{opening} x"), ("p", "after")]
    assert shown.blocks == said


@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - IN_PROCESS))
def test_paragraphs_stay_apart_on_the_command_line(engine: str) -> None:
    escaped = [MarkdownMarkup().text(opening) for opening in OPENINGS]
    shown = parse(ENGINES[engine]("\n\n".join(escaped) + "\n"))
    assert shown.blocks == [("p", opening) for opening in OPENINGS]


def test_the_words_of_an_event_pass_the_same_door(tmp_path: Path) -> None:
    hostile.write_watchlist(tmp_path, {"NVDA": "NVIDIA", "AMD": "AMD", "5803.T": "Fujikura"})
    event = hostile.write_event(tmp_path, "- a | b", "1. c", {"# d": "~e~"})
    shown = parse(with_cmarkgfm(page(hostile.report(event=event), Language.EN).text))
    assert ("p", "- a | b") in shown.blocks
    assert ("li", "# d ~e~") in shown.blocks


def test_a_template_engine_behind_finds_nothing_to_run(made: Page) -> None:
    assert not re.search(r"\{[{%#]", made.text)


def test_no_line_could_part_the_document(made: Page) -> None:
    """`---` may be taken for front matter, a rule or a heading; some mailers split at it."""
    assert not [line for line in made.text.splitlines() if re.match(r"\s*-{3,}\s*$", line)]
    separators = [line for line in made.text.splitlines() if re.fullmatch(r"[|:\- ]+", line)]
    assert separators
    assert all(re.fullmatch(r"\|( (:--|--:) \|)+", line) for line in separators)


def test_japanese_has_no_bold(made: Page) -> None:
    assert "**" not in made.text.replace(r"\*", "")


def test_tables_and_lists_stand_between_blank_lines(made: Page) -> None:
    lines = ["", *made.text.splitlines(), ""]
    kinds = [kind(line) for line in lines]
    starts = 0
    for at in range(1, len(lines)):
        if kinds[at] != kinds[at - 1] and {kinds[at], kinds[at - 1]} & {"table", "list"}:
            assert "" in (lines[at], lines[at - 1]), lines[at]
            starts += 1
    assert starts > 10
    assert "\n\n\n" not in made.text


def kind(line: str) -> str:
    if line.startswith("|"):
        return "table"
    return "list" if re.match(r"(- |\d+\. )", line) else "other" if line else "blank"


def test_every_row_of_a_table_has_as_many_bars_as_its_head(made: Page) -> None:
    bars = 0
    for line in made.text.splitlines():
        if not line.startswith("|"):
            bars = 0
            continue
        found = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        assert bars in (0, found), line
        bars = found


def test_the_text_ends_in_one_newline_and_starts_with_the_title(made: Page) -> None:
    assert made.text.startswith("# ")
    assert made.text.endswith("\n")
    assert not made.text.endswith("\n\n")
    assert all(line == line.rstrip() for line in made.text.splitlines())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", ["x", "a`b", "``", "`", "a|b", "{{ x }}", "--top 56", "\\"])
def test_code_is_shown_as_it_is(engine: str, code: str) -> None:
    if code == "a|b":
        text = f"Run {MarkdownMarkup().code(code)} now."  # outside of tables only
    else:
        text = f"Run {MarkdownMarkup().code(code)} now.\n"
    html = ENGINES[engine](text)
    found = html5lib.parse(html, namespaceHTMLElements=False).iter("code")
    assert ["".join(element.itertext()).strip() for element in found] == [harmless(code)]


def test_words_on_several_lines_become_one() -> None:
    assert MarkdownMarkup().text("a\n\n- b\tc") == "a - b c"
    words = Words(Language.EN)
    assert words.say(phrase("context.text", text="a\n# b"), MarkdownMarkup()) == "a # b"
