"""The event study of a day as JSON: how it was made, groups with every test, instruments."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.significance import GroupJudged, Judged
from deepseek_shock.render.jsonvalues import day, number
from deepseek_shock.render.testdata import (
    make_cumulated,
    make_design,
    make_overlap,
    make_power,
    make_test,
    make_tests,
)


def make_significance(
    findings: Findings, notes: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any] | None:
    """Return what was judged, and by which design; `None` where nothing was.

    `notes` are what the report says beside the figures, in both languages.
    """
    judged = findings.significance
    if judged is None:
        return None
    return {
        "design": make_design(judged.design),
        "groups": [_group(one) for one in judged.groups],
        "unjudged": [
            {"group": group.id, "outcome": str(outcome)} for group, outcome in judged.unjudged
        ],
        "instruments": [_instrument(one) for one in judged.judged],
        "overlaps": [make_overlap(one) for one in judged.overlaps],
        "lacks_residuals": judged.lacks_residuals,
        "notes": [dict(note) for note in notes],
    }


def _group(one: GroupJudged) -> dict[str, Any]:
    return {
        "group": one.group.id,
        "session": day(one.session),
        "benchmark": one.benchmark,
        "benchmark_kind": str(one.kind),
        "asked": one.asked,
        "used": one.used,
        "locked": one.locked,
        "without_self": one.without_self,
        "sessions": one.sessions,
        "first": day(one.first),
        "last": day(one.last),
        "aar": number(one.aar),
        "sd": number(one.sd),
        "forecast_factor": number(one.factor),
        "as_large": one.as_large,
        "last_as_large": day(one.last_as_large),
        "correlation": number(one.correlation),
        "spread": number(one.spread),
        "tests": make_tests(one.tests),
        "holm_p": number(one.holm),
        "power": make_power(one.power),
        "spans": [
            {"span": list(made.span), "caar": number(made.caar), **make_test(made.test)}
            for made in one.spans
        ],
        "path": [
            {
                "offset": mean.offset,
                "session": day(mean.session),
                "aar": number(mean.aar),
                "caar": number(mean.caar),
                "band": number(mean.band),
            }
            for mean in one.path
        ],
        "is_shipped": one.is_shipped,
    }


def _instrument(one: Judged) -> dict[str, Any]:
    return {
        "ticker": one.instrument.ticker,
        "session": day(one.session),
        "outcome": str(one.outcome),
        "benchmark": one.benchmark,
        "benchmark_kind": str(one.kind),
        "sessions": one.sessions,
        "first": day(one.first),
        "last": day(one.last),
        "expected": number(one.expected),
        "abnormal_return": number(one.abnormal),
        "se": number(one.se),
        "t": number(one.t),
        "df": one.df,
        "p": number(one.p),
        "is_locked": one.is_locked,
        "spans": [make_cumulated(made) for made in one.spans],
    }
