"""The event study as JSON: keys in their order, every test by its name, null where unknown."""

from __future__ import annotations

import json
from typing import Any

from deepseek_shock.analysis.design import (
    Cumulated,
    Outcome,
    Power,
    Statistic,
    StatisticName,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import GroupSpan, Mean
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Json
from deepseek_shock.render.house import Colors
from deepseek_shock.render.significancedata import make_significance
from deepseek_shock.render.words import Language, Words
from tests.builders import LONG_AFTER, MONDAY, day
from tests.render import hostile

DESIGN = ["model", "coefficients", "estimation", "event", "spans", "min_sessions", "returns"]
TOP = ["design", "groups", "unjudged", "instruments", "overlaps", "lacks_residuals", "notes"]
GROUP = [
    *("group", "session", "benchmark", "benchmark_kind", "asked", "used", "locked"),
    *("without_self", "sessions", "first", "last", "aar", "sd", "forecast_factor", "as_large"),
    *("last_as_large", "correlation", "spread", "tests", "holm_p", "power", "spans", "path"),
    "is_shipped",
]
INSTRUMENT = [
    *("ticker", "session", "outcome", "benchmark", "benchmark_kind", "sessions", "first", "last"),
    *("expected", "abnormal_return", "se", "t", "df", "p", "is_locked", "spans"),
]


def loaded() -> dict[str, Any]:
    report = make_report(Request(LONG_AFTER, MONDAY), hostile.registry(), Sample())
    text = Json(Style(Words(Language.EN), Colors.US)).render(report)
    found = json.loads(text)["significance"]
    assert isinstance(found, dict)
    return found


def test_the_keys_stand_in_their_order() -> None:
    found = loaded()
    assert list(found) == TOP
    assert list(found["design"]) == DESIGN
    assert found["design"]["estimation"] == [-260, -11]
    assert all(list(one) == GROUP for one in found["groups"])
    assert all(list(one) == INSTRUMENT for one in found["instruments"])
    assert len(found["instruments"]) == 56


def test_the_chips_as_they_were_worked_out_apart() -> None:
    """AAR −7.44 %, portfolio t −4.58, BMP −3.12, Kolari–Pynnönen −1.55 (p .161), r̄ .2545."""
    chips = next(one for one in loaded()["groups"] if one["group"] == "us-chips")
    tests = chips["tests"]
    assert round(chips["aar"], 4) == -0.0744
    assert round(chips["correlation"], 4) == 0.2545
    assert round(chips["spread"], 2) == 2.98
    assert round(tests["portfolio_t"]["statistic"], 2) == -4.58
    assert f"{tests['portfolio_t']['p']:.0e}" == "7e-06"
    assert tests["portfolio_t"]["df"] == 249
    assert round(tests["bmp"]["statistic"], 2) == -3.12
    assert round(tests["kolari_pynnonen"]["statistic"], 2) == -1.55
    assert round(tests["kolari_pynnonen"]["p"], 3) == 0.161
    assert tests["kolari_pynnonen"]["df"] == 8
    assert tests["patell"]["df"] is None  # normal
    assert chips["as_large"] == 0
    assert chips["last_as_large"] is None
    assert chips["is_shipped"] is True


def test_every_figure_stands_under_its_key() -> None:
    """Figures that are all different, and stand in the order of the fields."""
    findings = hostile.plain_report().findings
    assert findings.significance is not None
    share, group = findings.significance.judged[0], findings.significance.groups[0]
    span, on = Window(0, 1), day("2025-01-28")
    test = Statistic(StatisticName.PORTFOLIO, -4.5, 249, 0.25)
    one = share._replace(
        sessions=240, expected=-0.01, abnormal=-0.02, se=0.03, t=-0.67, df=238, p=0.5,
        first=day("2024-01-11"), last=day("2025-01-08"),
        spans=(Cumulated(span, 0.1, 0.2, 0.3, 0.4),),
    )  # fmt: skip
    many = group._replace(
        asked=9, used=8, locked=1, without_self=2, sessions=230, aar=-0.07, sd=0.016, factor=1.0625,
        as_large=3, last_as_large=on, correlation=0.25, spread=1.5, tests=(test,), holm=0.75,
        power=(Power(0.01, 0.125),), spans=(GroupSpan(span, -0.06, test),),
        path=(Mean(-1, on, 0.001, 0.002, 0.003),),
    )  # fmt: skip
    judged = findings.significance._replace(judged=(one,), groups=(many,), unjudged=())
    found = make_significance(findings._replace(significance=judged))
    assert found is not None
    told = {"statistic": -4.5, "df": 249, "p": 0.25}
    assert found["instruments"][0] == {
        "ticker": share.instrument.ticker, "session": "2025-01-27", "outcome": "success",
        "benchmark": "^GSPC", "benchmark_kind": "index",
        "sessions": 240, "first": "2024-01-11", "last": "2025-01-08", "expected": -0.01,
        "abnormal_return": -0.02, "se": 0.03, "t": -0.67, "df": 238, "p": 0.5, "is_locked": False,
        "spans": [{"span": [0, 1], "car": 0.1, "se": 0.2, "t": 0.3, "p": 0.4}],
    }  # fmt: skip
    assert {name: found["groups"][0][name] for name in GROUP[4:]} == {
        "asked": 9, "used": 8, "locked": 1, "without_self": 2, "sessions": 230,
        "first": group.first.isoformat(), "last": group.last.isoformat(), "aar": -0.07,
        "sd": 0.016, "forecast_factor": 1.0625, "as_large": 3, "last_as_large": "2025-01-28",
        "correlation": 0.25, "spread": 1.5, "tests": {"portfolio_t": told}, "holm_p": 0.75,
        "power": [{"effect": 0.01, "power": 0.125}],
        "spans": [{"span": [0, 1], "caar": -0.06, **told}],
        "path": [
            {"offset": -1, "session": "2025-01-28", "aar": 0.001, "caar": 0.002, "band": 0.003}
        ],
        "is_shipped": True,
    }  # fmt: skip


def test_the_notes_are_in_both_languages() -> None:
    notes = loaded()["notes"]
    assert all(list(note) == ["en", "ja"] for note in notes)
    assert any("5 August 2024" in note["en"] for note in notes)


def test_overlaps_say_in_which_window() -> None:
    first = loaded()["overlaps"][0]
    assert list(first) == ["event", "name", "calendar", "session", "window"]
    assert (first["event"], first["session"], first["window"]) == (
        *("yen-carry", "2024-08-05", "estimation"),
    )


def test_what_is_not_known_is_null() -> None:
    findings = hostile.plain_report().findings
    assert findings.significance is not None
    first, *rest = findings.significance.judged
    blank = first._replace(
        outcome=Outcome.TOO_FEW, expected=None, abnormal=None, se=None, t=None, df=None, p=None
    )
    group = findings.significance.groups[0]
    judged = findings.significance._replace(
        judged=(blank, *rest),
        groups=(group._replace(as_large=None, correlation=None, sd=None, holm=None),),
        unjudged=((group.group, Outcome.WRONG_SPAN),),
    )
    found = make_significance(findings._replace(significance=judged))
    assert found is not None
    assert found["instruments"][0]["outcome"] == "toofew"
    assert found["instruments"][0]["abnormal_return"] is None
    assert found["groups"][0]["as_large"] is None
    assert found["groups"][0]["correlation"] is None
    assert found["unjudged"] == [{"group": group.group.id, "outcome": "wrongspan"}]
    assert make_significance(findings._replace(significance=None)) is None
