"""What docs/templates.md promises to who writes a template: blocks, names, filters, mistakes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.errors import TemplateError
from deepseek_shock.render.base import Profile, Style
from deepseek_shock.render.custom import Custom
from deepseek_shock.render.email import Email
from deepseek_shock.render.environment import format_of
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.scan import build_scan
from deepseek_shock.report.study import build_study
from deepseek_shock.site.pages import render_feed, render_index, render_page
from tests.render import hostile
from tests.render.comparisons import compared
from tests.report.scans import found
from tests.report.studies import DAYS, chips
from tests.site.test_pages import SITE, entry

if TYPE_CHECKING:
    from collections.abc import Callable

MARKDOWN = (
    *("masthead", "keyfigures", "indexes", "breadth", "groups", "table", "contribution", "value"),
    *("relay", "since", "history", "after", "significance", "context", "tickers", "gaps"),
    *("method", "reproduce", "footer"),
)
EMAIL = (
    *("masthead", "keyfigures", "indexes", "breadth", "bars", "lines", "groups", "contribution"),
    *("value", "relay", "since", "history", "after", "significance", "context", "tickers", "gaps"),
    *("method", "reproduce", "footer", "css_extra"),
)
PAGE = (
    *("site", "masthead", "keyfigures", "indexes", "breadth", "bars", "lines", "groups"),
    *("contribution", "value", "relay", "since", "history", "after", "significance", "table"),
    *("context", "tickers", "gaps", "method", "reproduce", "footer", "css_extra"),
)


class Kind(NamedTuple):
    """A template: its blocks, what one may hold, and how the product writes with it."""

    blocks: tuple[str, ...]
    mark: str
    render: Callable[[Style], str]


def page(style: Style) -> str:
    return render_page(SITE, hostile.plain_report(), style).decode()


def text(style: Style) -> str:
    return Markdown(style).render(hostile.plain_report())


def card(style: Style) -> str:
    return Markdown(style, Profile.GHOST).render(hostile.plain_report())


def mail(style: Style) -> str:
    return Email(style).render(hostile.plain_report())


def index(style: Style) -> str:
    return render_index(SITE, [entry()], style).decode()


def feed(style: Style) -> str:
    return render_feed(SITE, [entry()], style).decode()


def compared_page(style: Style) -> str:
    return Html(style).render(compared())


def compared_text(style: Style) -> str:
    return Markdown(style).render(compared())


def compared_card(style: Style) -> str:
    return Markdown(style, Profile.GHOST).render(compared())


def compared_mail(style: Style) -> str:
    return Email(style).render(compared())


def studied_page(style: Style) -> str:
    return Html(style).render(build_study(chips(DAYS), "shock study"))


def studied_text(style: Style) -> str:
    return Markdown(style).render(build_study(chips(DAYS), "shock study"))


def studied_card(style: Style) -> str:
    return Markdown(style, Profile.GHOST).render(build_study(chips(DAYS), "shock study"))


def studied_mail(style: Style) -> str:
    return Email(style).render(build_study(chips(DAYS), "shock study"))


SCAN = found()._replace(unranked=())  # the reason of one speaks of nobody


def scanned_page(style: Style) -> str:
    return Html(style).render(build_scan(SCAN, "shock scan"))


def scanned_text(style: Style) -> str:
    return Markdown(style).render(build_scan(SCAN, "shock scan"))


def scanned_card(style: Style) -> str:
    return Markdown(style, Profile.GHOST).render(build_scan(SCAN, "shock scan"))


def scanned_mail(style: Style) -> str:
    return Email(style).render(build_scan(SCAN, "shock scan"))


INDEX = ("masthead", "entries", "footer", "css_extra")
COMPARED = (*("masthead", "compared", "paths", "events", "gaps", "method", "reproduce", "footer"),)
STUDIED = (
    *("masthead", "verdicts", "results", "study", "tests", "events", "gaps", "overlaps"),
    *("method", "reproduce", "footer"),
)
SCANNED = (
    *("masthead", "standing", "shocks", "sessions", "falls", "rises", "tickers", "unranked"),
    *("gaps", "method", "reproduce", "footer"),
)
KINDS = {
    "report.html.j2": Kind(PAGE, "<p>nobody</p>", page),
    "report.md.j2": Kind(MARKDOWN, "nobody", text),
    "ghost.html.j2": Kind(MARKDOWN, "<p>nobody</p>", card),
    "email.html.j2": Kind(EMAIL, "<tr><td>nobody</td></tr>", mail),
    "compare.html.j2": Kind(("site", *COMPARED, "css_extra"), "<p>nobody</p>", compared_page),
    "compare.md.j2": Kind(COMPARED, "nobody", compared_text),
    "compare.ghost.html.j2": Kind(COMPARED, "<p>nobody</p>", compared_card),
    "compare.email.html.j2": Kind(
        (*COMPARED, "css_extra"), "<tr><td>nobody</td></tr>", compared_mail
    ),
    "study.html.j2": Kind(("site", *STUDIED, "css_extra"), "<p>nobody</p>", studied_page),
    "study.md.j2": Kind(STUDIED, "nobody", studied_text),
    "study.ghost.html.j2": Kind(STUDIED, "<p>nobody</p>", studied_card),
    "study.email.html.j2": Kind((*STUDIED, "css_extra"), "<tr><td>nobody</td></tr>", studied_mail),
    "scan.html.j2": Kind(("site", *SCANNED, "css_extra"), "<p>nobody</p>", scanned_page),
    "scan.md.j2": Kind(SCANNED, "nobody", scanned_text),
    "scan.ghost.html.j2": Kind(SCANNED, "<p>nobody</p>", scanned_card),
    "scan.email.html.j2": Kind((*SCANNED, "css_extra"), "<tr><td>nobody</td></tr>", scanned_mail),
    "index.html.j2": Kind(INDEX, "<p>nobody</p>", index),
    "feed.xml.j2": Kind(("masthead", "entries"), "<rights>nobody</rights>", feed),
}
EVERY = [(name, block) for name, kind in KINDS.items() for block in kind.blocks]
# Each documented filter, at work on the bundled report; the figures are those of the CSV.
FILTERS = {
    "pct": ("{{ lead.price_return | pct }}", "−16.97%"),
    "date": ("{{ lead.session | date }}", "27 January 2025"),
    "signed": ("{{ -5 | signed }}", "−5"),
    "money": ("{{ lead.close | money(lead.instrument) }}", "$118.42"),
    "cls": ("{{ lead.price_return | cls }}{{ 0 | cls }}{{ 1 | cls }}", "dnflatup"),
    "md": ("{{ 'a*b|c' | md }}", r"a\*b\|c"),
    "say": ("{{ report.title | say }}", "NVIDIA −16.97%; 48 of 56 watched shares fell"),
    "say_all": ("{{ report.dek[:1] | say_all }}", "All 28 US chip, data-centre and power shares"),
    "cell": ("{{ lead.price_return | cell('size') }}", "16.97%"),
    "is_right": ("{{ 'return' | is_right }}{{ 'name' | is_right }}", "TrueFalse"),
    "kind_of": ("{{ section('table').blocks[0] | kind_of }}", "table"),
    "quote_url": ("{{ lead.instrument | quote_url }}", "https://finance.yahoo.com/quote/NVDA"),
}
# Where each kind of value of the findings is found.
FOUND = {
    "findings": "findings",
    "inquiry": "findings.inquiry",
    "a move": "findings.lead",
    "an instrument": "findings.lead.instrument",
    "a breadth": "findings.breadth",
    "a group": "findings.groups[0]",
    "a leg": "findings.legs[0]",
    "a since": "findings.since[0]",
    "a significance": "findings.significance",
}


def style(folder: Path | None = None, lang: Language = Language.EN) -> Style:
    return Style(Words(lang), Colors.US, folder)


def own(folder: Path, template: str, name: str = "own.txt") -> str:
    """Render a template of one's own."""
    file = folder / name
    file.write_text(template, "utf-8")
    return Custom(style(), file).render(hostile.plain_report())


def documented(checkout: Path, heading: str) -> dict[str, str]:
    """Read the table under a head of docs/templates.md: each row by its first cell."""
    text = (checkout / "docs" / "templates.md").read_text("utf-8")
    _, _, table = text.partition(f"\n| {heading} |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    cells = (row.strip("| ").split(" | ", 1) for row in rows)
    return {first: rest.strip() for first, rest in cells}


def named(text: str) -> list[str]:
    return re.findall(r"`(\w+)", text)


@pytest.mark.parametrize(("name", "block"), EVERY, ids=[" ".join(pair) for pair in EVERY])
def test_every_block_of_every_template_can_be_filled(tmp_path: Path, name: str, block: str) -> None:
    mark = "@media (width: 7px) { nobody {} }" if block == "css_extra" else KINDS[name].mark
    text = '{% extends "' + name + '" %}{% block ' + block + " %}" + mark + "{% endblock %}"
    (tmp_path / name).write_text(text, "utf-8")
    assert KINDS[name].render(style(tmp_path)).count("nobody") == 1


def test_the_page_names_every_block_and_no_other(checkout: Path) -> None:
    found = documented(checkout, "template | of")
    assert list(found) == [f"`{name}`" for name in KINDS]
    for name, kind in KINDS.items():
        blocks = named(found[f"`{name}`"].rpartition(" | ")[2])
        assert tuple(blocks) in (kind.blocks, ("report",))  # the same as report.md.j2
    assert KINDS["ghost.html.j2"].blocks == KINDS["report.md.j2"].blocks


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_does_what_is_said_of_it(tmp_path: Path, name: str) -> None:
    template, said = FILTERS[name]
    assert own(tmp_path, f"{{% set lead = findings.lead %}}{template}").startswith(said)


def test_the_page_names_every_filter_and_no_other(checkout: Path) -> None:
    assert sorted(named(" ".join(documented(checkout, "filter")))) == sorted(FILTERS)


def test_every_name_of_the_page_is_there(checkout: Path, tmp_path: Path) -> None:
    """Strict as templates are, one that does not exist would raise."""
    found = {first.strip("`"): names for first, names in documented(checkout, "of").items()}
    assert list(found) == list(FOUND)
    found["report"] = documented(checkout, "name")["`report`"]
    for first, names in found.items():
        fields = re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", names))
        assert len(fields) > 2
        for field in fields:
            own(tmp_path, f"{{{{ {FOUND.get(first, first)}.{field} }}}}")
    rest = "{{ lang }} {{ colors }} {{ section('none') }} {{ word('list.comma') }}"
    assert own(tmp_path, rest) == "en us None , "


def test_a_constant_is_said_anew_for_each_style(tmp_path: Path) -> None:
    """One process makes pages of many styles from templates that it compiles once."""
    file = tmp_path / "own.txt"
    english, japanese = (Custom(style(lang=lang), file) for lang in Language)
    file.write_text("{{ 3 | cell('rank') }}", "utf-8")
    assert [one.render(hostile.plain_report()) for one in (english, japanese)] == ["3rd", "3"]
    file.write_text("{{ 4 | cell('rank') }}", "utf-8")
    assert english.render(hostile.plain_report()) == "4th"


def test_the_example_of_a_template_runs(checkout: Path, tmp_path: Path) -> None:
    text = (checkout / "docs" / "templates.md").read_text("utf-8")
    block, template = re.findall(r"```jinja\n(.*?)```", text, re.DOTALL)
    assert len(block.splitlines()) <= 10
    lines = own(tmp_path, template).splitlines()
    assert lines[0] == "NVIDIA −16.97%; 48 of 56 watched shares fell"
    assert "NVDA $118.42 −16.97%" in lines
    assert "5803.T ¥6,522 −10.66%" in lines
    (tmp_path / "report.html.j2").write_text(block, "utf-8")
    page = Html(style(tmp_path)).render(hostile.plain_report())
    assert "<footer><p>The Daily Example · 2025-01-27</p></footer>" in page


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.md", ".md"),
        ("a.MD.j2", ".md"),
        ("a.b.html.j2", ".html"),
        ("A.HTML", ".html"),
        ("a.htm.j2", ".htm"),
        ("a.j2", ""),
        ("a", ""),
        ("a.html.txt", ".txt"),
    ],
)
def test_the_ending_of_a_name_says_what_is_escaped(tmp_path: Path, name: str, ending: str) -> None:
    assert format_of(name) == ending
    said = {".md": r"a\*b&lt;", ".html": "a*b&lt;", ".htm": "a*b&lt;"}.get(ending, "a*b<")
    template = "{{ 'a*b<' | cell('text') }}"
    assert own(tmp_path, template, name) == said


MISTAKES = {
    "a block that is not there": ('{% extends "report.md.j2" %}\n{% block footr %}', 2, "footr"),
    "a word that is not there": ("\n\n{{ word('no.word') }}", 3, "no word 'no.word'"),
    "a word that needs values": ("{{ word('key.volume') }}", 1, "no word 'key.volume'"),
    "no block of a section": ("\n{{ 1 | kind_of }}", 2, "kind_of() takes a block"),
    "itself included": ("\n{% include 'own.md' %}", 2, "no built-in template own.md"),
    "an include without a file": ("{% include 'no.md' %}", 1, "no template no.md"),
    "a folder above": ("\n{% include '../own.md' %}", 2, "no template ../own.md"),
    "a text without end": ("\n{{ 'x' * 10 ** 18 }}", 2, "no more than 1,000,000 are made by *"),
    "a macro without end": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, "recursion"),
    "a range without end": ("\n{% for n in range(10 ** 9) %}{% endfor %}", 2, "Range too big"),
    "an object’s inside": ("{{ report.__class__ }}", 1, "'__class__'"),
    "a list to be changed": ("{% set x = [] %}\n{{ x.append(1) }}", 2, "'append'"),
    "a name that is not there": ("\n{{ nothing }}", 2, "'nothing' is undefined"),
}


@pytest.mark.parametrize(("text", "line", "what"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    if "block" in text:
        text += "{% endblock %}"
    with pytest.raises(TemplateError) as raised:
        own(tmp_path, text, "own.md")
    place, _, said = raised.value.message.partition(": ")
    assert place == f"{tmp_path / 'own.md'}:{line}"
    assert what in said


def test_a_block_of_ones_own_inside_a_block_is_none_of_the_mistakes(tmp_path: Path) -> None:
    middle = '{% extends "report.md.j2" %}{% block footer %}{% block by %}{% endblock %}'
    (tmp_path / "middle.md").write_text(f"{middle}{{% endblock %}}", "utf-8")
    last = '{% extends "middle.md" %}{% block by %}By us.{% endblock %}'
    assert own(tmp_path, last, "own.md").endswith("By us.")
    with pytest.raises(TemplateError, match=r"own\.md:1: .*'bye'"):
        own(tmp_path, last.replace("by %", "bye %"), "own.md")


def test_what_only_running_tells_is_left_to_it(tmp_path: Path) -> None:
    text = '{% set other = "report.md.j2" %}{% extends other %}{% block any %}{% endblock %}'
    assert "# NVIDIA" in own(tmp_path, text, "own.md")


def test_two_that_extend_each_other_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text('{% extends "own.md" %}', "utf-8")
    with pytest.raises(TemplateError, match=r"\.md:1: .*recursion"):
        own(tmp_path, '{% extends "other.md" %}', "own.md")


def test_a_file_that_is_no_text_is_told_wherever_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_bytes(b"one\ntwo\ncaf\xe9\n")
    with pytest.raises(TemplateError) as raised:
        own(tmp_path, '\n{% include "part.md" %}', "own.md")
    assert raised.value.message == f"{tmp_path / 'part.md'}:3: is not UTF-8"


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    unreadable = Path("/proc/self/mem")  # by nobody, from its start: not even by root
    if not unreadable.is_file():
        pytest.skip("no /proc")
    (tmp_path / "part.md").symlink_to(unreadable)
    with pytest.raises(TemplateError, match=r"part\.md:1: cannot be read: "):
        own(tmp_path, '{% include "part.md" %}', "own.md")


def test_half_a_character_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"own\.md: writes '\\ud800'"):
        own(tmp_path, r"{{ '\ud800' }}", "own.md")


def test_no_name_of_a_python_function_reaches_the_author(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as raised:
        own(tmp_path, "{{ 1 | money }}")
    assert "<" not in raised.value.message
