"""How often each test of a group rejects at 5 % where there is no effect: one shared day.

Every draw makes returns of N firms and their benchmark over 250 sessions and the event session:
market model, normal residuals that are equally correlated, deviations of 1 to 3 % a session. It is
then studied as any other group: fitted, judged, tested. The tables stand in `docs/method.md`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.analysis.design import LEVEL, Model, Statistic, StatisticName
from deepseek_shock.analysis.grouptests import make_ready, session_tests
from deepseek_shock.analysis.models import fit, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SESSIONS = 250
SEED = 20250127
FIRMS = (5, 30, 100)
CORRELATIONS = (0.0, 0.1, 0.3)


class Case(NamedTuple):
    """A column: how many firms, how correlated, and by what the event multiplies deviations.

    `common` is the factor of what moves all firms on the day, `own` that of the rest.
    """

    firms: int
    correlation: float
    common: float = 1
    own: float = 1

    @property
    def title(self) -> str:
        """The column's heading."""
        return f"{self.firms}, {self.correlation:g}"


CALM = tuple(Case(firms, r) for firms in FIRMS for r in CORRELATIONS)
MOVED = (
    Case(9, 0.25),
    Case(9, 0.25, common=2, own=2),
    Case(9, 0.25, common=1, own=3),
    Case(30, 0.1),
    Case(30, 0.1, common=2, own=2),
    Case(30, 0.1, common=1, own=3),
)


def draw(case: Case, rng: np.random.Generator) -> Sequence[Statistic]:
    """Make one group without a mean effect, and all tests of its event session."""
    length = SESSIONS + 1
    common = rng.normal(size=length) * np.sqrt(case.correlation)
    own = rng.normal(size=(case.firms, length)) * np.sqrt(1 - case.correlation)
    common[-1] *= case.common
    own[:, -1] *= case.own
    market = np.tile(rng.normal(scale=0.01, size=length), (case.firms, 1))
    deviations = np.linspace(0.01, 0.03, case.firms)[:, None]
    returns = np.linspace(0.5, 1.5, case.firms)[:, None] * market + deviations * (common + own)
    fitted = fit(returns[:, :-1], market[:, :-1], Model.MARKET, SESSIONS)
    abnormal = judge(fitted, returns[:, -1:], market[:, -1:])
    group = make_ready(fitted.residuals, fitted.sd, fitted.df, abnormal.returns, abnormal.factors)
    return session_tests(group, 0)


def rejections(case: Case, draws: int, seed: int) -> dict[StatisticName, float]:
    """Return the share of draws in which each test rejects; an undefined one does not."""
    rng = np.random.default_rng([seed, *map(int, np.multiply(case, 100))])
    counts = dict.fromkeys(StatisticName, 0)
    for _ in range(draws):
        for one in draw(case, rng):
            counts[one.name] += one.p is not None and one.p < LEVEL
    return {name: count / draws for name, count in counts.items()}


def table(cases: Sequence[Case], titles: Iterable[str], draws: int, seed: int) -> list[str]:
    """Write the Markdown table of some columns, in per cent."""
    found = [rejections(case, draws, seed) for case in cases]
    lines = [f"| {' | '.join(('test', *titles))} |", f"| :-- |{' --: |' * len(cases)}"]
    for name in StatisticName:
        cells = (f"{100 * one[name]:.1f}" for one in found)
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return lines


def tables(draws: int, seed: int) -> tuple[list[str], list[str]]:
    """Write both tables: nothing happened on the day; deviations are multiplied on it."""
    titles = (f"{case.title}: ×{case.common:g}, ×{case.own:g}" for case in MOVED)
    return (
        table(CALM, (case.title for case in CALM), draws, seed),
        table(MOVED, titles, draws, seed),
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=2000, help="draws a column (default: 2000)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default: {SEED}")
    args = parser.parse_args()
    calm, moved = tables(args.draws, args.seed)
    print("Nothing happened on the day; columns are N, r̄.\n", *calm, sep="\n")
    print("\nThe day's deviations are multiplied: N, r̄: what is common, a firm's own.\n")
    print(*moved, sep="\n")


if __name__ == "__main__":
    main()
