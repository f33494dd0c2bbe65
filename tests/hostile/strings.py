"""Words that would act on a page, a screen, a mail or a spreadsheet if they were let through.

Each is the name of one share; the first share has all of them, since the title is made of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.report.tables import Cut
from tests.render.hostile import NOW

if TYPE_CHECKING:
    from deepseek_shock.report.model import Report

STRINGS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></svg></style><b>x",
    "\" onmouseover=alert(1) x='",
    "<!-- x --> &lt;b&gt; &#60;i&#62;",
    "]]> <![CDATA[x]]>",
    '<!DOCTYPE x [<!ENTITY e "e">]>&e;',
    "<?xml version='1.0'?>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "https://evil.example/x",
    "www.evil.example",
    "<https://evil.example>",
    "# heading",
    "- list",
    "1. list",
    "> quote",
    "```\nfence",
    "a\n\n# b",
    "a\n---\nb",
    "a | b | c",
    "*a* **b** _c_ ~~d~~ `e`",
    "{{ 7 * 7 }} {% for x in y %} {# z #}",
    "{0.__class__} {x!r} %s %(x)s ${x}",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;title\x07",
    "\x9b31mc1\x9c",
    "bell\x07 back\x08\x08 delete\x7f",
    "carriage\rreturn",
    "line\u2028and\u2029paragraph",
    "nul\x00byte",
    "right\u202eto left",
    "isolate\u2066d\u2069 \u202bembedded\u202c",
    "mark\u200e\u200f\u061c",
    "zero\u200bwidth\ufeff\u2060",
    "tag\U000e0041\U000e007f",
    "half\ud800",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "＠SUM(A1)",
    "=HYPERLINK(\"https://evil.example\",'x')",
    "a\r\nBcc: evil@example.com",
    "a\nSubject: x\n\nbody",
    "../../../etc/passwd",
    "C:\\Windows\\x",
    "a,b;c\td",
    '"quoted", ""twice""',
    "日本\u202e語｜＜b＞",
    "x" * 400,
)
_ACTS = re.compile(r"[^\w .]")


def tame(word: str) -> str:
    """Return a word as long, of letters and blanks, without anything that could mean something."""
    plain = _ACTS.sub("x", re.sub(r"[\t\n\r]", " ", word))
    return "".join("x" if one == "." or not one.isprintable() else one for one in plain)


def make(names: tuple[str, ...]) -> Report:
    """Make the report of 27 January 2025, its shares called so; the first by all names."""
    known = sample_directory()
    called = dict(zip((one for one in known if not one.startswith("^")), names, strict=False))
    called["NVDA"] = " ".join(names)
    return make_report(
        Request(now=NOW, event="deepseek", cut=Cut()),
        Registry({ticker: _call(one, called.get(ticker)) for ticker, one in known.items()}),
        Sample(),
    )


def _call(one: Instrument, name: str | None) -> Instrument:
    return one if name is None else one._replace(name=Text(name, name), short_name=Text(name, name))
