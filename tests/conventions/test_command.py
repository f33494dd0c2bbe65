"""`shock study` from end to end, on the files of EventStudy.jl as they are: CSV in, JSON out.

Nothing is renamed or put in order: the headers, the event ids and the firms that stand in several
events are that engine's. AAR and CAAR must be those that it publishes; every test of both groups
must be what the formulas give a second time (`reference`), to nine digits.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.analysis.design import Model
from tests.conftest import run_shock
from tests.conventions.reference import Fitted, cumulated, expected
from tests.conventions.reference_tests import all_tests
from tests.conventions.sp500 import ESTIMATION, EVENT, FOLDER, LENGTH, needs_sample, rows, sample
from tests.conventions.test_eventstudy_jl import AAR, CAAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_sample

GROUPS = ["G1", "G2"]
ASKED = (
    *("study", str(FOLDER / "events.csv"), "--returns", str(FOLDER / "firms.csv")),
    *("--benchmark-returns", str(FOLDER / "markets.csv"), "--estimation", "-120:-6"),
    *("--window", "-5:5", "--car", "0:1,-5:5", "--format", "json"),
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("study")
    done = run_shock(*ASKED, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


@cache
def events_of(group: str) -> list[Fitted]:
    pairs = zip(sample(group).returns, sample(group).market, strict=True)
    return [
        expected(Model.MARKET, own.tolist(), [[one] for one in market.tolist()], LENGTH)
        for own, market in pairs
    ]


def group_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    (group,) = (one for one in found["groups"] if one["name"] == name)
    return dict(group)


def figures_of(group: dict[str, Any]) -> Iterator[tuple[int, int, float, dict[str, Any]]]:
    """Slots from and to, the mean, and the tests of all sessions and spans."""
    for day in group["days"]:
        at = day["offset"] - ESTIMATION.start
        yield at, at, day["aar"], day["tests"]
    for one in group["spans"]:
        first, last = (offset - ESTIMATION.start for offset in one["span"])
        yield first, last, one["caar"], one["tests"]


def test_every_event_is_used_and_none_is_multiplied(found: dict[str, Any]) -> None:
    given = list(rows("events.csv"))
    assert [one["id"] for one in found["events"]] == [row["id_event"] for row in given]
    assert [one["instrument"] for one in found["events"]] == [row["id_firm"] for row in given]
    assert {one["outcome"] for one in found["events"]} == {"success"}
    assert [group_of(found, name)["used"] for name in GROUPS] == [16, 10]


@pytest.mark.parametrize("name", GROUPS)
def test_means_are_the_published_ones(found: dict[str, Any], name: str) -> None:
    group = group_of(found, name)
    first, *published = map(float, AAR[name].split())
    days = [one["aar"] for one in group["days"] if one["offset"] >= first]
    assert [round(value, 7) for value in days] == published
    for one in group["spans"]:
        assert round(one["caar"], 7) == CAAR[name, *one["span"]]


@pytest.mark.parametrize("name", GROUPS)
def test_every_test_is_what_the_formulas_give(found: dict[str, Any], name: str) -> None:
    events, group = events_of(name), group_of(found, name)
    windows = list(figures_of(group))
    assert len(windows) == len(EVENT) + 2
    for first, last, mean, tests in windows:
        cars = [cumulated(event, first, last).car for event in events]
        assert mean == pytest.approx(sum(cars) / len(cars), rel=1e-9, abs=1e-12)
        for test, wanted in all_tests(events, first, last).items():
            one = tests[test.value]
            assert one["statistic"] == pytest.approx(wanted.value, rel=1e-9), test
            assert (one["df"], one["p"]) == (wanted.df, pytest.approx(wanted.p, rel=1e-9)), test


def test_every_event_is_what_the_formulas_give(found: dict[str, Any]) -> None:
    for name in GROUPS:
        own = [one for one in found["events"] if one["group"] == name]
        for one, event in zip(own, events_of(name), strict=True):
            assert one["sd"] == pytest.approx(event.sigma, rel=1e-9)
            assert one["coefficients"] == pytest.approx(event.coefficients, rel=1e-9)
            assert one["abnormal"] == pytest.approx(event.abnormal[LENGTH:], rel=1e-9)
            assert one["t"] == pytest.approx(event.standardized[LENGTH:], rel=1e-9)
