"""Which charts a document has, and what each of them shows, said in words."""

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from deepseek_shock.analysis.breadth import rank
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.render import charts, comparecharts, scancharts, studycharts, timecharts
from deepseek_shock.render.svg import Chart
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import (
    Comparison,
    Document,
    Phrase,
    Report,
    ScanReport,
    StudyReport,
    phrase,
)
from deepseek_shock.report.quote import city

COLORED = ("bars", "groups", "relay")
"""The charts in which colours mean a direction."""


class Drawn(NamedTuple):
    """A chart, the section it stands in, the name of its file, and what it shows in words.

    `caption` tells it from the others of its section, where there are several.
    """

    section: str
    name: str
    chart: Chart
    said: Phrase
    caption: Phrase | None = None


def draw_charts(document: Document, words: Words) -> Iterator[Drawn]:
    """Yield a document's charts, those of a section in a row."""
    match document:
        case Report():
            findings = document.findings
            for name, chart in make_charts(findings, words):
                yield Drawn(name, name, chart, describe_chart(name, findings))
            panels = studycharts.report_chart(findings, words)
            if panels is not None:
                yield Drawn("significance", panels.name, panels, panels.said)
        case Comparison():
            for one in comparecharts.make_charts(document.findings, words):
                yield Drawn("paths", one.name, one.chart, one.said, one.caption)
        case StudyReport():
            days = studycharts.study_charts(document.findings, words)
            if days is not None:
                yield Drawn("study", days.name, days, days.said)
        case ScanReport():
            for scan in scancharts.make_charts(document.findings, words):
                yield Drawn(scan.section, scan.name, scan.chart, scan.said, scan.caption)
        case _:
            assert_never(document)


def make_charts(findings: Findings, words: Words) -> Iterator[tuple[str, Chart]]:
    """Yield the charts that there is anything to draw of, each with its name."""
    for name, chart in (
        ("bars", charts.bar_chart(findings, words)),
        ("lines", timecharts.line_chart(findings, words)),
        ("groups", charts.strip_chart(findings, words)),
        ("relay", timecharts.relay_chart(findings, words)),
    ):
        if chart is not None:
            yield name, chart


def describe_chart(name: str, findings: Findings) -> Phrase:
    """Say in words what a chart shows, for those who do not see it."""
    match name:
        case "bars":
            ranked = [move for move in rank(findings.shares) if move.price_return is not None]
            first, last = ranked[0], ranked[-1]
            return phrase(
                "ui.bars_desc",
                n=len(ranked),
                first=first.instrument,
                first_move=first.price_return,
                last=last.instrument,
                last_move=last.price_return,
            )
        case "lines":
            named = tuple(
                phrase("ui.lines_end", share=path.instrument, level=timecharts.last_level(path))
                for path in timecharts.drawn_paths(findings)
            )
        case "groups":
            named = tuple(
                phrase("ui.groups_item", title=line.group.short_title, median=line.median)
                for line in findings.groups
                if line.median is not None
            )
        case _:
            named = tuple(
                phrase(
                    "ui.relay_item",
                    city=city(leg.focus.calendar),
                    day=leg.asked.session,
                    median=leg.price_return,
                )
                for leg in timecharts.drawn_legs(findings)
            )
    return phrase(f"ui.{name}_desc", named=named)
