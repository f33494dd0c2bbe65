"""Where the two tests of a group disagree, and what of its figures is the reason.

Both ask whether the mean move is more than chance. The portfolio t takes the mean as it is, against
how far it strayed in the estimation window. Kolari and Pynnönen (2010) count each share in its own
deviations, against how far the shares lie apart on the day itself.
"""

from collections.abc import Sequence
from enum import StrEnum

from deepseek_shock.analysis.design import LEVEL, Statistic, StatisticName, find_test
from deepseek_shock.analysis.tails import two_sided

_MARKED = 1.25  # times as wide as expected, or as narrow, from which on members count as unlike


class Reason(StrEnum):
    """Why Kolari–Pynnönen says otherwise.

    `uneven`, `alike`: the members lay markedly further apart, or closer, than the window lets
    expect. `few`: of so few members Student's t asks for more than the mean gives. `weighed_down`,
    `weighed_up`: in each share's own deviations the mean is smaller, or larger. `slight`: a spread
    near what is expected turns the scale.
    """

    UNEVEN = "uneven"
    FEW = "few"
    ALIKE = "alike"
    WEIGHED_DOWN = "weighed_down"
    WEIGHED_UP = "weighed_up"
    SLIGHT = "slight"


def is_significant(p: float | None) -> bool:
    """Tell whether a p lies below the level of the study."""
    return p is not None and p < LEVEL


def find_disagreement(tests: Sequence[Statistic], spread: float | None) -> Reason | None:
    """Find why the two tests of a group disagree at the level; `None` where they do not.

    `spread` is how far the members lay apart, in times of what is to be expected.
    """
    portfolio = find_test(tests, StatisticName.PORTFOLIO)
    adjusted = find_test(tests, StatisticName.KOLARI_PYNNONEN)
    if portfolio is None or adjusted is None or portfolio.p is None or adjusted.value is None:
        return None
    if is_significant(portfolio.p) == is_significant(adjusted.p):
        return None
    spread = 1.0 if spread is None else spread
    if is_significant(adjusted.p):
        return _why_found(adjusted.value, spread)
    return _why_lost(adjusted.value, adjusted.df, spread)


def _why_lost(value: float, df: int | None, spread: float) -> Reason:
    """Ask what the test would say of members as far apart as expected, and of many.

    Its t is the mean in the members' own deviations over their spread: times the spread, it is that
    of members as far apart as expected.
    """
    expected = value * spread
    is_wide = spread >= _MARKED
    if is_wide and is_significant(two_sided(expected, df)):
        return Reason.UNEVEN
    if is_significant(two_sided(value, None)):
        return Reason.FEW
    if not is_significant(two_sided(expected, None)):
        return Reason.WEIGHED_DOWN
    if is_wide:
        return Reason.UNEVEN
    return Reason.SLIGHT if is_significant(two_sided(expected, df)) else Reason.FEW


def _why_found(value: float, spread: float) -> Reason:
    """Ask what the portfolio t's own yardstick, that of many, would say of the weighed mean."""
    if is_significant(two_sided(value * spread, None)):
        return Reason.WEIGHED_UP
    return Reason.ALIKE if spread * _MARKED <= 1 else Reason.SLIGHT
