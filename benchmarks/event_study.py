"""Time an event study of many events against a loop of statsmodels' OLS, in the same run.

Both make abnormal returns of the market model and their standard errors with the forecast term, of
the same random panel of returns; ours gathers the windows of all events besides. The loop runs over
a sample of the events and is scaled up. Rounds alternate, and what counts is the ratio of the
medians. Needs the test environment (`make test`): .venv/bin/python benchmarks/event_study.py
"""

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from statsmodels.api import OLS, add_constant

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.event_study import study_panel
from deepseek_shock.analysis.paths import Window

LIMIT = 50.0
FIRMS, SESSIONS = 500, 2500


class World(NamedTuple):
    """Returns (firms, sessions), the market's, and events: a firm and a session each."""

    returns: Floats
    market: Floats
    firms: Integers
    sessions: Integers


def make_world(events: int) -> World:
    """Draw a market model with fixed seed."""
    drawn = np.random.default_rng(20250127)
    market = drawn.normal(0.0004, 0.01, SESSIONS)
    beta = drawn.normal(1.0, 0.3, (FIRMS, 1))
    returns = beta * market + drawn.normal(0.0, 0.02, (FIRMS, SESSIONS))
    return World(
        returns,
        market,
        drawn.integers(0, FIRMS, events),
        drawn.integers(260, SESSIONS, events),
    )


def vectorised(world: World, design: Design) -> tuple[Floats, Floats]:
    """Study all events at once."""
    firms, sessions = world.firms, world.sessions
    result = study_panel(world.returns, firms, sessions, design, benchmark=world.market)
    return result.abnormal[:, 0], result.se[:, 0]


def looped(world: World, window: Window) -> tuple[Floats, Floats]:
    """Study one event after another with statsmodels."""
    found: list[tuple[float, float]] = []
    regressors = add_constant(world.market)
    for firm, session in zip(world.firms, world.sessions, strict=True):
        rows = slice(session + window.first, session + window.last + 1)
        fitted = OLS(world.returns[firm, rows], regressors[rows]).fit()
        forecast = fitted.get_prediction(regressors[session : session + 1])
        actual = world.returns[firm, session]
        found.append((actual - forecast.predicted_mean[0], forecast.se_obs[0]))
    abnormal, se = np.array(found).T
    return abnormal, se


def seconds(work: Callable[[], object]) -> float:
    """Run once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(world: World, sample: World, rounds: int) -> tuple[float, float]:
    """Return the median seconds of both, the loop's scaled up to all events."""
    design = Design()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        theirs.append(seconds(lambda: looped(sample, design.estimation)))
        ours.append(seconds(lambda: vectorised(world, design)))
    scale = len(world.firms) / len(sample.firms)
    return statistics.median(ours), statistics.median(theirs) * scale


def check(sample: World) -> float:
    """Return the largest relative difference between the two ways."""
    design = Design()
    pairs = zip(vectorised(sample, design), looped(sample, design.estimation), strict=True)
    return max(float(np.max(np.abs(ours / theirs - 1))) for ours, theirs in pairs)


def main() -> int:
    """Print a table; with --check, fail below the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=500, help="events that the loop runs over")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--check", action="store_true", help=f"fail below {LIMIT:.0f} times")
    asked = parser.parse_args()
    world = make_world(asked.events)
    few = min(asked.sample, asked.events)
    sample = world._replace(firms=world.firms[:few], sessions=world.sessions[:few])
    difference = check(sample)  # and what is loaded on first use is loaded before the clock runs
    ours, theirs = measure(world, sample, asked.rounds)
    print(f"{asked.events} events of 250 sessions, Python {platform.python_version()}")
    print(f"\n| {'':<34} | median s |\n| :-- | --: |")
    print(f"| {'`study_panel`':<34} | {ours:8.3f} |")
    print(f"| {f'loop of OLS ({few} events, scaled)':<34} | {theirs:8.3f} |")
    print(f"\nratio {theirs / ours:.0f}; largest relative difference {difference:.1e}")
    return int(asked.check and theirs / ours < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
