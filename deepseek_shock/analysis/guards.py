"""Guards refuse what is not a move (a split, a slip of units), never what is merely large.

A refusal is a reason, not an exception: the move becomes `suspect` and carries no number.
"""

from decimal import Decimal

from deepseek_shock.analysis.limits import is_beyond_limit
from deepseek_shock.analysis.returns import divide, multiply, subtract
from deepseek_shock.market.bars import EXACT
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument

SPLIT_RATIOS = tuple(Decimal(ratio) for ratio in (2, 3, 4, 5, 10, 20))
SPLIT_TOLERANCE = Decimal("0.03")
_SMALL_SPLITS = (Decimal("1.5"), Decimal("1.25"))
_SMALL_SPLIT_TOLERANCE = Decimal("0.01")
WIDEST_RATIO = Decimal(4)
UNITS = Decimal(100)  # pence for pounds, cents for dollars
_ONE = Decimal(1)
ORDINARY = (Decimal("0.6"), Decimal("1.6"))  # far from every split
_SMALL = (Decimal("0.9"), Decimal("1.1"))  # and within every limit: most moves, told at once


def find_refusal(
    instrument: Instrument, close: Decimal, previous: Decimal, split: Decimal = _ONE
) -> GapReason | None:
    """Tell why two closes on one split basis are no move, or `None` where they may be one.

    `split` is the session's own, recorded and undone in `previous`: new shares for one old.
    """
    ratio = divide(close, previous)
    if split == 1 and _SMALL[0] < ratio < _SMALL[1]:
        return None
    if split != 1:
        if (wrong := find_split_refusal(ratio, split)) is not None:
            return wrong
    elif _is_near_split(close, previous, ratio):
        return GapReason.NEAR_SPLIT_RATIO
    if (implausible := _find_implausible(ratio)) is not None:
        return implausible
    if is_beyond_limit(instrument, close, previous):
        return GapReason.BEYOND_PRICE_LIMIT
    return None


def find_split_refusal(ratio: Decimal, split: Decimal) -> GapReason | None:
    """Tell whether closes around a recorded split, brought to one basis, show it done wrongly.

    `ratio` is the close to the close before it: a day's move where all is well. A basis that the
    vendor did not restate multiplies that by the split's inverse, one restated twice by the split
    itself; whichever of the three is nearest, in logarithms, is taken to have happened. A small
    split is too near to an ordinary move to tell: nothing is said of it.
    """
    if divide(_ONE, _SMALL_SPLITS[-1]) < split < _SMALL_SPLITS[-1]:
        return None
    move, step = EXACT.ln(ratio), EXACT.ln(split)
    distances = {
        None: abs(move),
        GapReason.UNAPPLIED_SPLIT: abs(move + step),
        GapReason.SPLIT_APPLIED_TWICE: abs(move - step),
    }
    return min(distances, key=distances.__getitem__)


def _find_implausible(ratio: Decimal) -> GapReason | None:
    if divide(_ONE, WIDEST_RATIO) <= ratio <= WIDEST_RATIO:
        return None
    is_jump = any(_is_near(part) for part in (divide(ratio, UNITS), multiply(ratio, UNITS)))
    return GapReason.UNIT_JUMP if is_jump else GapReason.IMPLAUSIBLE_RATIO


def _is_near(part: Decimal) -> bool:
    return abs(subtract(part, _ONE)) <= SPLIT_TOLERANCE


def is_near_small_split(close: Decimal, previous: Decimal) -> bool:
    """Tell whether a move might be a small split: worth a note, since such moves happen."""
    ratios = (divide(one, other) for one, other in ((close, previous), (previous, close)))
    return any(
        abs(subtract(divide(ratio, split), _ONE)) <= _SMALL_SPLIT_TOLERANCE
        for ratio in ratios
        for split in _SMALL_SPLITS
    )


def _is_near_split(close: Decimal, previous: Decimal, ratio: Decimal) -> bool:
    if ORDINARY[0] < ratio < ORDINARY[1]:
        return False
    # Multiplied before divided: 3 % beside a third is then exactly that.
    against = (
        part
        for split in SPLIT_RATIOS
        for part in (
            divide(close, multiply(previous, split)),
            divide(multiply(close, split), previous),
        )
    )
    return any(map(_is_near, against))
