"""A scan once more, row by row in plain Python, to hold the kernels against; and panels to scan.

Nothing here is taken from the code under test but its values: windows are taken one by one in two
passes (`statistics` works in fractions), moves are divided row by row.
"""

import math
import statistics
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from deepseek_shock.scan.calendars import Calendars
from deepseek_shock.scan.kernel import Kernel
from deepseek_shock.scan.tally import Tally

EPOCH = date(1970, 1, 1)
SPLITS = (2, 3, 4, 5, 10, 20)
START = 15000  # a day: 26 January 2011
Columns = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]


class Panel(NamedTuple):
    """Rows by ticker: each ticker's (day, close), ascending."""

    rows: dict[str, list[tuple[int, float]]]

    def columns(
        self, order: Iterable[str] | None = None
    ) -> tuple[list[str], tuple[np.ndarray, ...]]:
        """Return the tickers and codes, days, closes, by (ticker, day)."""
        tickers = list(self.rows if order is None else order)
        flat = [(k, *row) for k, name in enumerate(tickers) for row in self.rows[name]]
        return tickers, _columns(flat)

    def by_day(self) -> tuple[list[str], Columns]:
        """Return the tickers and columns by (day, ticker); codes are numbered as tickers come."""
        flat = sorted((day, name, close) for name, rows in self.rows.items() for day, close in rows)
        codes = {name: k for k, name in enumerate(dict.fromkeys(name for _, name, _ in flat))}
        return list(codes), _columns([(codes[name], day, close) for day, name, close in flat])


def _columns(flat: list[tuple[int, int, float]]) -> Columns:
    codes, days, closes = zip(*flat, strict=True) if flat else ((), (), ())
    return np.array(codes, np.int32), np.array(days, np.int32), np.array(closes, np.float64)


class Move(NamedTuple):
    """One move; `z` is None where there is none."""

    ticker: str
    day: int
    previous: int
    close: float
    base: float
    z: float | None
    refused: str | None

    @property
    def move(self) -> float:
        return self.close / self.base - 1


class Plain(NamedTuple):
    """All moves, and what is counted."""

    moves: list[Move]
    holes: int
    without_close: int


def is_close(value: float) -> bool:
    return value > 0 and math.isfinite(value)


def refuse(ratio: float) -> str | None:
    if any(abs(part - 1) <= 0.03 + 1e-9 for s in SPLITS for part in (ratio / s, ratio * s)):
        return "near_split_ratio"
    if 0.25 <= ratio <= 4:
        return None
    jump = any(abs(part - 1) <= 0.03 + 1e-9 for part in (ratio / 100, ratio * 100))
    return "unit_jump" if jump else "implausible_ratio"


def window_z(before: list[float], value: float) -> float | None:
    """Two passes over the 250 values before, in numbers as long as they need be."""
    if len(before) < 250:
        return None
    window = before[-250:]
    sd = statistics.stdev(window)
    return None if sd < 1e-6 else (value - statistics.fmean(window)) / sd


def scan_plainly(panel: Panel, sessions: list[int] | None = None) -> Plain:
    """Go through a panel; without `sessions` each row is held against the one before."""
    before = dict(zip(sessions[1:], sessions, strict=False)) if sessions else {}
    moves: list[Move] = []
    holes = without = 0
    for ticker, rows in panel.rows.items():
        returns: list[float] = []
        last: tuple[int, float] | None = None
        for day, close in rows:
            without += not is_close(close)
            if last is not None and is_close(close):
                if sessions and before.get(day) != last[0]:
                    holes += 1
                elif is_close(last[1]):
                    lr = math.log(close / last[1])
                    z = window_z(returns, lr)
                    moves.append(
                        Move(ticker, day, *last[:1], close, last[1], z, refuse(close / last[1]))
                    )
                    returns.append(lr)
            last = day, close
    return Plain(moves, holes, without)


class DaySum(NamedTuple):
    """One day's numbers."""

    moves: int
    total: float
    fallers: int
    risers: int
    judged: int
    low: int
    unranked: int


def sum_days(moves: list[Move]) -> dict[int, DaySum]:
    found: dict[int, DaySum] = {}
    for day in sorted({move.day for move in moves}):
        own = [move for move in moves if move.day == day]
        ranked = [move for move in own if move.refused is None]
        found[day] = DaySum(
            len(ranked),
            math.fsum(move.move for move in ranked),
            sum(move.move < 0 for move in ranked),
            sum(move.move > 0 for move in ranked),
            sum(move.z is not None for move in ranked),
            sum(move.z is not None and move.z <= -3 for move in ranked),
            len(own) - len(ranked),
        )
    return found


def run(  # noqa: PLR0913 -- each is a way to feed the same rows
    panel: Panel,
    asked: str = "none",
    *,
    cuts: Iterable[int] = (),
    top: int = 20,
    order: Iterable[str] | None = None,
    watch: Mapping[str | None, Iterable[int]] | None = None,
) -> Tally:
    """Let the kernel go through a panel, fed in pieces."""
    tickers, columns = panel.columns(order)
    kernel = Kernel(Calendars(asked), tickers, top)
    kernel.watch(watch or {})
    places = (0, *sorted(cuts), len(columns[0]))
    for start, end in pairwise(places):
        kernel.feed(columns[0][start:end], columns[1][start:end], columns[2][start:end])
    return kernel.end()


def to_date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def walk(seed: int, length: int, sd: float = 0.02, start: int = START) -> list[tuple[int, float]]:
    """A random walk on consecutive days, in cents."""
    rng = np.random.default_rng(seed)
    closes = np.round(50 * np.exp(np.cumsum(rng.standard_t(4, length) * sd)), 2) + 0.01
    return [(start + k, float(close)) for k, close in enumerate(closes)]


BAD = (0.0, -0.0, -5.0, math.nan, math.inf)
JUMPS = (1000.0, 1e-3, 2.0, 0.5, 100.0, 0.01)
KINDS = ("plain", "jumps", "flat", "steady", "holes", "bad")


def disturb(rows: list[tuple[int, float]], kind: str, seed: int) -> list[tuple[int, float]]:
    """Make a series of a kind that is hard to count."""
    rng = np.random.default_rng(seed)
    match kind:
        case "jumps":
            jumps = np.where(rng.random(len(rows)) < 0.01, rng.choice(JUMPS, len(rows)), 1)
            factors = np.cumprod(jumps).tolist()
            return [
                (day, close * factor) for (day, close), factor in zip(rows, factors, strict=True)
            ]
        case "flat":
            at = len(rows) // 4
            return [*rows[:at], *((day, rows[at][1] * 1000) for day, _ in rows[at:])]
        case "steady":
            return [(day, 100 * 1.001**at) for at, (day, _) in enumerate(rows)]
        case "holes":
            return [row for row in rows if rng.random() > 0.03] or rows
        case "bad":
            return [
                (day, float(rng.choice(BAD)) if rng.random() < 0.02 else close)
                for day, close in rows
            ]
        case _:
            return rows


@st.composite
def panels(draw: st.DrawFn, *, has_bad: bool = True) -> Panel:
    """Some tickers of all lengths around the window, and of all kinds."""
    kinds = KINDS if has_bad else KINDS[:-1]
    rows = {}
    for name in "ABCDE"[: draw(st.integers(1, 5))]:
        length = draw(st.sampled_from([1, 2, 60, 250, 251, 252, 253, 300, 600]))
        seed, start = draw(st.integers(0, 10**6)), draw(st.integers(0, 40))
        sd = draw(st.sampled_from([0.02, 0.001, 1e-4]))
        series = walk(seed, length, sd, START + start)
        rows[name] = disturb(series, draw(st.sampled_from(kinds)), seed)
    return Panel(rows)
