"""From findings to the report: a pure function to a plain value."""

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.report import (
    after,
    breadth,
    foot,
    headline,
    keyfigures,
    significance,
    since,
    standing,
    story,
    tables,
)
from deepseek_shock.report.contribution import index_contributions
from deepseek_shock.report.dateline import dateline
from deepseek_shock.report.model import Report
from deepseek_shock.report.tables import Cut
from deepseek_shock.report.value import market_value


def build_report(findings: Findings, cut: Cut, command: str) -> Report:
    """Build the report; `command` is what makes it again."""
    sections = (
        keyfigures.key_figures(findings),
        tables.indexes(findings),
        breadth.breadth(findings),
        tables.groups(findings),
        tables.moves(findings, cut),
        index_contributions(findings),
        market_value(findings),
        story.relay(findings),
        since.since(findings, cut.rest),
        standing.history(findings),
        after.after(findings, cut),
        significance.significance(findings, cut),
        foot.context(findings),
        foot.tickers(findings),
        foot.gaps(findings),
        foot.method(findings),
        foot.reproduce(command),
    )
    return Report(
        findings=findings,
        title=headline.title(findings),
        kicker=headline.kicker(findings),
        dek=headline.dek(findings),
        dateline=dateline(findings),
        held=foot.held(findings),
        sections=tuple(section for section in sections if section is not None),
        command=command,
    )
