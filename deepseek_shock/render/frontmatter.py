"""Front matter: what a site generator wants to know of a page, before its Markdown.

Strings are written as JSON writes them, which is valid YAML and TOML alike and safe for colons,
quotation marks and `---`. Every page is a draft: publishing is somebody's decision.
"""

import json
import re
from datetime import date
from typing import TypeAlias, assert_never

from deepseek_shock.render.base import FrontMatter
from deepseek_shock.render.cells import shorten
from deepseek_shock.render.pieces import Markup, Plain
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Comparison, Document, Report, ScanReport, StudyReport

_Value: TypeAlias = str | bool | date | list[str]
_Keys: TypeAlias = dict[str, _Value]

# JSON leaves these as they are; YAML and TOML call them unprintable, or the end of a line.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_MOST_TAGS = 12
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def write_front_matter(
    generator: FrontMatter, document: Document, words: Words, markdown: Markup
) -> str:
    """Return the front matter with its fences; empty for `FrontMatter.NONE`.

    Most generators take its words as they are; `markdown` is for the one that parses them.
    """
    match generator:
        case FrontMatter.NONE:
            return ""
        case FrontMatter.HUGO:
            keys = _titled(document, words) | _dated(document) | _slugged(document)
            return _yaml(keys | {"tags": _tags(document), "draft": True})
        case FrontMatter.JEKYLL:
            keys = _titled(document, words) | _dated(document) | {"tags": _tags(document)}
            # Hugo and Zola know by themselves where a summary ends.
            ends: _Keys = {"excerpt_separator": "<!--more-->", "published": False}
            return _yaml({"layout": "post"} | keys | ends)
        case FrontMatter.ZOLA:
            keys = _titled(document, words) | {"date": document.day}
            return _toml(keys | _slugged(document) | {"draft": True}, _tags(document))
        case FrontMatter.QUARTO:
            keys = _titled(document, words, markdown) | _dated(document)
            keys |= {"lang": str(words.lang), "categories": _tags(document)}
            return _yaml(keys | {"draft": True})
        case _:
            assert_never(generator)


def _titled(document: Document, words: Words, markup: Markup = Plain()) -> _Keys:  # noqa: B008 -- stateless
    title = words.say(document.title, markup)
    description = words.say_all(document.dek or (document.kicker,), markup)
    return {"title": title, "description": description}


def _dated(document: Document) -> _Keys:
    return {"date": document.day.isoformat()}


def _slugged(document: Document) -> _Keys:
    """Name the page by its date and its event, for its address; others by what they are of."""
    match document:
        case Report():
            event = document.findings.inquiry.event
            name = f"{document.day}-{event.id if event else ''}"
        case Comparison():
            name = "-".join(("compare", *(one.id for one in document.findings.occasions)))
        case StudyReport():
            name = f"study-{document.day}-{len(document.findings.events)}-events"
        case ScanReport():
            name = f"scan-{document.day}-{document.findings.counts.tickers}-tickers"
        case _:
            assert_never(document)
    return {"slug": _NOT_IN_SLUG.sub("-", name.lower()).strip("-")}


def _tags(document: Document) -> list[str]:
    match document:
        case Report():
            return _report_tags(document)
        case Comparison():
            return [one.id for one in document.findings.occasions]
        case StudyReport():
            return [shorten(one.name) for one in document.findings.groups[:_MOST_TAGS]]
        case ScanReport():
            return _scan_tags(document)
        case _:
            assert_never(document)


def _scan_tags(scan: ScanReport) -> list[str]:
    """Return the days of the largest shocks."""
    return [str(one.session) for one in scan.findings.shocks[:_MOST_TAGS]]


def _report_tags(report: Report) -> list[str]:
    """Return the event's id and the tickers of its leads; without an event, of the day's lead."""
    findings = report.findings
    event = findings.inquiry.event
    leads = [ticker for ticker in (event.leads if event else ()) if ticker in findings.moves]
    if not leads and findings.lead is not None:
        leads = [findings.lead.instrument.ticker]
    return [event.id, *leads] if event else leads


def _yaml(keys: _Keys) -> str:
    return "".join(("---\n", *(f"{key}: {_json(value)}\n" for key, value in keys.items()), "---\n"))


def _toml(keys: _Keys, tags: list[str]) -> str:
    lines = [f"{key} = {_json(value)}\n" for key, value in keys.items()]
    return "".join(("+++\n", *lines, "\n[taxonomies]\n", f"tags = {_json(tags)}\n", "+++\n"))


def _json(value: _Value) -> str:
    """Write a value; a date is a TOML date, which Zola does not want in quotation marks."""
    if isinstance(value, date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
