"""Additions to the S&P 500 of 1997 to 1999: the test data of EventStudy.jl, where they are at hand.

Sixteen firms, 26 events in two groups, daily returns of the firms and of their market
(github.com/florian-st/EventStudy.jl, `test/Testcase_Clean`, MIT licence). The data lie beside the
checkout, never in it; a test that needs them skips where they are not.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "eventstudy_sp500"

needs_sample = pytest.mark.skipif(not FOLDER.is_dir(), reason="the test data are not at hand")

ESTIMATION = range(-120, -5)
EVENT = range(-5, 6)
LENGTH = len(ESTIMATION)


class Sample(NamedTuple):
    """Returns of a group, an event a row, a session of both windows a column."""

    firms: tuple[str, ...]
    returns: NDArray[np.float64]
    market: NDArray[np.float64]


def rows(name: str) -> Iterable[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(text: str) -> float:
    return float(text) if text else math.nan


@cache
def sample(group: str) -> Sample:
    """Read a group, G1 or G2; sessions are those of the market's file."""
    market = {row["date"]: _number(row["ret_m"]) for row in rows("markets.csv")}
    firms: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows("firms.csv"):
        firms[row["id_firm"]][row["date"]] = _number(row["ret"])
    sessions = list(market)
    events = [row for row in rows("events.csv") if row["id_group"] == group]
    windows = [
        [sessions[sessions.index(row["date"]) + offset] for offset in (*ESTIMATION, *EVENT)]
        for row in events
    ]
    names = tuple(row["id_firm"] for row in events)
    pairs = zip(names, windows, strict=True)
    return Sample(
        names,
        np.array([[firms[name][day] for day in window] for name, window in pairs]),
        np.array([[market[day] for day in window] for window in windows]),
    )
