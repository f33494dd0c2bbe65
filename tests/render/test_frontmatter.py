"""Front matter: the keys of each generator, and words that cannot end a string or the block.

YAML's double-quoted strings take all of JSON's escapes, so a value that JSON reads and that holds
no character YAML calls unprintable is YAML too (YAML 1.2.2, §5.1 and §5.7). TOML is read by the
standard library.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.render.data import Json
from deepseek_shock.render.frontmatter import write_front_matter
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.pieces import Plain
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Report, phrase
from tests.render import hostile
from tests.render.test_markdown import parse

if TYPE_CHECKING:
    from pathlib import Path

GENERATORS = [one for one in FrontMatter if one is not FrontMatter.NONE]
YAML = [one for one in GENERATORS if one is not FrontMatter.ZOLA]
KEYS = {
    FrontMatter.HUGO: ["title", "description", "date", "slug", "tags", "draft"],
    FrontMatter.JEKYLL: [
        *("layout", "title", "description", "date", "tags"),
        *("excerpt_separator", "published"),
    ],
    FrontMatter.ZOLA: ["title", "description", "date", "slug", "draft", "taxonomies"],
    FrontMatter.QUARTO: ["title", "description", "date", "lang", "categories", "draft"],
}
# Where a summary ends: Hugo takes no blanks inside, Zola before 0.19 wants them, Quarto has none.
MORE = {
    FrontMatter.HUGO: "<!--more-->\n\n",
    FrontMatter.JEKYLL: "<!--more-->\n\n",
    FrontMatter.ZOLA: "<!-- more -->\n\n",
    FrontMatter.QUARTO: "",
}
# YAML 1.2.2, §5.1: c-printable, without the line breaks and the mark that would start a stream.
PRINTABLE = re.compile(
    "[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)


def render(report: Report, generator: FrontMatter, lang: Language = Language.EN) -> str:
    return Markdown(Style(Words(lang), Colors.US), Profile.GFM, generator).render(report)


def split(text: str, generator: FrontMatter) -> tuple[list[str], str]:
    """Part the block from the body as the generators do: at the first line that is a fence."""
    fence = "+++" if generator is FrontMatter.ZOLA else "---"
    first, *lines = text.split("\n")
    assert first == fence
    end = lines.index(fence)
    return lines[:end], "\n".join(lines[end + 1 :])


def read(text: str, generator: FrontMatter) -> dict[str, Any]:
    lines, _ = split(text, generator)
    assert all(PRINTABLE.fullmatch(line) for line in lines)
    if generator is FrontMatter.ZOLA:
        return tomllib.loads("\n".join(lines))
    pairs = [line.partition(": ") for line in lines]
    assert all(re.fullmatch(r"[a-z_]+", key) for key, _, _ in pairs)
    return {key: json.loads(value) for key, _, value in pairs}


def titled(report: Report, title: str, dek: str = "") -> Report:
    said = phrase("context.text", text=title)
    return report._replace(title=said, dek=(phrase("context.text", text=dek),) if dek else ())


# --- what it says ---


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("generator", GENERATORS)
def test_the_keys_are_those_the_generator_knows(generator: FrontMatter, lang: Language) -> None:
    report = hostile.plain_report()
    found = read(render(report, generator, lang), generator)
    assert list(found) == KEYS[generator]
    told = json.loads(Json(Style(Words(lang), Colors.US)).render(report))
    assert found["title"] == told["report"]["title"][lang]
    # Zola's documentation: dates are not to be put in quotation marks.
    assert found["date"] == (date(2025, 1, 27) if generator is FrontMatter.ZOLA else "2025-01-27")
    assert "18.63%" in found["description"]
    name = "categories" if generator is FrontMatter.QUARTO else "tags"
    assert found.get("taxonomies", found)[name] == ["deepseek", "NVDA", "5803.T", "6857.T"]


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_page_is_a_draft_until_somebody_publishes_it(generator: FrontMatter) -> None:
    found = read(render(hostile.plain_report(), generator), generator)
    is_draft = found["published"] is False if "published" in found else found["draft"] is True
    assert is_draft


def test_pages_are_named_by_date_and_event() -> None:
    found = read(render(hostile.plain_report(), FrontMatter.HUGO), FrontMatter.HUGO)
    assert found["slug"] == "2025-01-27-deepseek"
    other = hostile.plain_report(date(2025, 1, 20))
    without = read(render(other, FrontMatter.HUGO), FrontMatter.HUGO)
    assert without["slug"] == "2025-01-20"
    assert other.findings.lead is not None
    assert without["tags"] == [other.findings.lead.instrument.ticker]


def test_the_name_of_a_page_is_fit_for_an_address(tmp_path: Path) -> None:
    hostile.write_watchlist(tmp_path, {"NVDA": "NVIDIA", "5803.T": "Fujikura"})
    event = hostile.write_event(tmp_path, "a", "b", {})
    text = event.read_text(encoding="utf-8").replace('"hostile-event"', '"../Chips: 半導体 & Co./"')
    event.write_text(text, encoding="utf-8")
    report = hostile.report(event=event)
    for generator in (FrontMatter.HUGO, FrontMatter.ZOLA):
        assert read(render(report, generator), generator)["slug"] == "2025-01-27-chips-co"


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_body_is_the_same_without_the_title_which_the_generator_prints(
    generator: FrontMatter,
) -> None:
    report = hostile.plain_report()
    plain = render(report, FrontMatter.NONE)
    heading, kicker, dek, rest = plain.split("\n\n", 3)
    assert heading.startswith("# ")
    body = f"\n{kicker}\n\n{dek}\n\n{MORE[generator]}{rest}"
    assert split(render(report, generator), generator)[1] == body


@pytest.mark.parametrize("lang", list(Language))
@pytest.mark.parametrize("generator", GENERATORS)
def test_nothing_in_the_body_could_be_a_fence(
    tmp_path: Path, generator: FrontMatter, lang: Language
) -> None:
    report = hostile.report(hostile.write_watchlist(tmp_path))
    _, body = split(render(report, generator, lang), generator)
    assert not re.search(r"^\s*(---|\+\+\+)", body, re.MULTILINE)
    assert not re.search(r"\{[{%#<]", render(report, generator, lang))


# --- what it is written in ---

HOSTILE = [
    "NVIDIA: \"the\" 'lead'",
    "--- # !tag &anchor *alias",
    "a\\b\\",
    "[x], {y: z}, @`%",
    "null",
    "２０２５年1月27日: −16.97%",
    "\U0001f4c9 𠮷",
]
# What would act on a page does not arrive: U+FFFD or a blank stands for it.
ACTING = {
    "+++\n[x]\n": "+++ [x] ",
    "\x00\x07\x1b\x7f\x85\x9f\ufeff\ufffe": 8 * "\ufffd",
    "line\u2028paragraph\u2029end\r\n---\r\n": "line paragraph end --- ",
}


@pytest.mark.parametrize(("words", "told"), [*((one, one) for one in HOSTILE), *ACTING.items()])
@pytest.mark.parametrize("generator", [*YAML[:2], FrontMatter.ZOLA])
def test_words_arrive_as_they_are(generator: FrontMatter, words: str, told: str) -> None:
    found = read(render(titled(hostile.plain_report(), words, words), generator), generator)
    assert found["title"] == told
    assert found["description"] == told
    assert list(found) == KEYS[generator]


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"]), max_size=40))
def test_any_words_at_all_arrive_as_they_are(words: str) -> None:
    report = titled(hostile.plain_report(), words)
    for generator in (FrontMatter.HUGO, FrontMatter.ZOLA):
        text = write_front_matter(generator, report, Words(Language.EN), Plain())
        assert read(text, generator)["title"] == words


def test_japanese_stays_readable() -> None:
    text = render(hostile.plain_report(), FrontMatter.ZOLA, Language.JA)
    assert 'title = "エヌビディア16.97%安、対象56銘柄のうち48銘柄が値下がり"\n' in text


def test_jekyll_is_told_where_a_summary_ends() -> None:
    text = render(hostile.plain_report(), FrontMatter.JEKYLL)
    separator = str(read(text, FrontMatter.JEKYLL)["excerpt_separator"])
    assert split(text, FrontMatter.JEKYLL)[1].count(separator) == 1


def test_without_a_standfirst_the_kicker_describes_the_page() -> None:
    report = hostile.plain_report()._replace(dek=())
    found = read(render(report, FrontMatter.HUGO), FrontMatter.HUGO)
    assert found["description"] == "DeepSeek shock · Monday 27 January 2025"


@pytest.mark.parametrize(
    "words", ["*star* _under_ `tick`", "<b>x</b> & [a](b)", "# 1. ~~x~~", "a | b \\ c"]
)
def test_quarto_reads_words_as_markdown_and_finds_them_plain(words: str) -> None:
    report = titled(hostile.plain_report(), words, words)
    found = read(render(report, FrontMatter.QUARTO), FrontMatter.QUARTO)
    for key in ("title", "description"):
        assert parse(cmarkgfm.github_flavored_markdown_to_html(found[key])).blocks == [("p", words)]


def test_without_it_nothing_stands_before_the_title() -> None:
    assert render(hostile.plain_report(), FrontMatter.NONE).startswith("# NVIDIA")
