"""Markdown that engines read alike: GitHub's, pandoc's, markdown-it, Python-Markdown.

A profile says whose editor or mailer takes it. Front matter is off by default: whoever does not
know it prints it as a rule and a heading.
"""

import re
from typing import Any

from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.render.frontmatter import write_front_matter
from deepseek_shock.render.listed import make_lister
from deepseek_shock.report.model import Document

# Escapes that all engines share. Python-Markdown prints the backslash of `\<` and `\~`.
_SPECIAL = re.compile(r"[\\`*_\[\]|]")
_ENTITIES = {"<": "&lt;", "~": "&#126;"}
_ENTITY_START = re.compile(r"&(?=#?\w+;)")
# A newsletter's template engine may run over the text: an entity would come back, a space stays.
_TEMPLATE_START = re.compile(r"\{(?=[{%#])")
# What would begin a list, a heading or a quotation at the start of a line.
# What engines make a link of unasked: an address that stands in a name is not ours to offer.
_LINK_START = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:(>|#+|[-+]+(?=\s|$))|(\d+)([.)])(?=\s|$))")
_WHITE = re.compile(r"\s+")
_LESS_THAN = re.compile(r"&lt;(?=[\s\d])")
_INNER_UNDERSCORE = re.compile(r"(?<=\w)\\_(?=\w)")
_BLANK_LINES = re.compile(r"\n{3,}")

_WITHOUT_TABLES = (Profile.SUBSTACK, Profile.NOTE)


class MarkdownMarkup:
    """Words and code as Markdown."""

    def text(self, words: str) -> str:
        """Escape words, on one line."""
        words = _WHITE.sub(" ", words)
        words = _ENTITY_START.sub("&amp;", words)
        words = _SPECIAL.sub(r"\\\g<0>", words)
        for raw, entity in _ENTITIES.items():
            words = words.replace(raw, entity)
        words = _LINK_START.sub(lambda found: f"&#{ord(found[0])};", words)
        words = part_braces(words)
        return _LINE_START.sub(_escape_start, words)

    def code(self, words: str) -> str:
        """Return a code span that survives backticks in its text, and stays on its line."""
        words = words.replace("\n", " ")
        fence = "`" * (max((len(run) for run in re.findall("`+", words)), default=0) + 1)
        pad = " " if "`" in words else ""
        return f"{fence}{pad}{part_braces(words)}{pad}{fence}"


def _escape_start(found: re.Match[str]) -> str:
    signs, number, stop = found.groups()
    return "".join(f"\\{sign}" for sign in signs) if signs else f"{number}\\{stop}"


class PastedMarkup(MarkdownMarkup):
    """The same for text that may be pasted as it stands, where every mark would show."""

    def text(self, words: str) -> str:
        """Escape words, but for what means nothing there: p < 0.05, an underscore inside a word."""
        said = _LESS_THAN.sub("<", _INNER_UNDERSCORE.sub("_", super().text(words)))
        return said.replace("&#58;", ":").replace("&#46;", ".")

    def code(self, words: str) -> str:
        """Escape code as the words around it."""
        return self.text(words)


def part_braces(text: str) -> str:
    """Part what a template engine would take for its own: `{{` becomes `{ {`."""
    return _TEMPLATE_START.sub("{ ", text)


class Markdown:
    """The Markdown renderer."""

    def __init__(
        self,
        style: Style,
        profile: Profile = Profile.GFM,
        front_matter: FrontMatter = FrontMatter.NONE,
    ) -> None:
        self._style = style
        self._profile = profile
        self._front_matter = front_matter

    def render(self, document: Document) -> str:
        """Return the document as Markdown, ending in one newline."""
        if self._profile is Profile.GHOST:
            return part_braces(self._card(document))
        words = self._style.words
        front = write_front_matter(self._front_matter, document, words, MarkdownMarkup())
        return part_braces(front) + ("\n" if front else "") + self._body(document)

    def _body(self, document: Document) -> str:
        is_pasted = self._profile in _WITHOUT_TABLES
        markup = PastedMarkup() if is_pasted else MarkdownMarkup()
        text = self._fill(
            "md",
            document,
            markup=markup,
            profile=str(self._profile),
            front_matter=str(self._front_matter),
            list_table=make_lister(self._style.words, markup),
        )
        return _BLANK_LINES.sub("\n\n", text).strip("\n") + "\n"

    def _card(self, document: Document) -> str:
        """Return the document as an HTML card, which Ghost keeps as it is."""
        from deepseek_shock.render.html import HtmlMarkup

        return self._fill("ghost.html", document, markup=HtmlMarkup())

    def _fill(self, form: str, document: Document, **values: Any) -> str:  # noqa: ANN401 -- Jinja takes any value
        from deepseek_shock.render.templates import render_template, template_of

        return render_template(template_of(document, form), document, self._style, **values)
