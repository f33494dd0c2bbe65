"""Markdown that engines read alike: GitHub's, pandoc's, markdown-it, Python-Markdown."""

import re

from deepseek_shock.render.base import Style
from deepseek_shock.report.model import Report

# Escapes that all engines share. Python-Markdown prints the backslash of `\<` and `\~`.
_SPECIAL = re.compile(r"[\\`*_\[\]|]")
_ENTITIES = {"<": "&lt;", "~": "&#126;"}
_ENTITY_START = re.compile(r"&(?=#?\w+;)")
# A newsletter's template engine may run over the text: an entity would come back, a space stays.
_TEMPLATE_START = re.compile(r"\{(?=[{%#])")
# What would begin a list, a heading or a quotation at the start of a line.
_LINE_START = re.compile(r"^(?:(>|#+|[-+]+(?=\s|$))|(\d+)([.)])(?=\s|$))")
_WHITE = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")


class MarkdownMarkup:
    """Words and code as Markdown."""

    def text(self, words: str) -> str:
        """Escape words, on one line."""
        words = _WHITE.sub(" ", words)
        words = _ENTITY_START.sub("&amp;", words)
        words = _SPECIAL.sub(r"\\\g<0>", words)
        for raw, entity in _ENTITIES.items():
            words = words.replace(raw, entity)
        words = _TEMPLATE_START.sub("{ ", words)
        return _LINE_START.sub(_escape_start, words)

    def code(self, words: str) -> str:
        """Return a code span that survives backticks in its text."""
        fence = "`" * (max((len(run) for run in re.findall("`+", words)), default=0) + 1)
        pad = " " if "`" in words else ""
        return f"{fence}{pad}{_TEMPLATE_START.sub('{ ', words)}{pad}{fence}"


def _escape_start(found: re.Match[str]) -> str:
    signs, number, stop = found.groups()
    return "".join(f"\\{sign}" for sign in signs) if signs else f"{number}\\{stop}"


class Markdown:
    """The Markdown renderer."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def render(self, report: Report) -> str:
        """Return the report as Markdown, ending in one newline."""
        from deepseek_shock.render.templates import render_template

        text = render_template("report.md.j2", report, self._style, markup=MarkdownMarkup())
        return _BLANK_LINES.sub("\n\n", text).strip("\n") + "\n"
