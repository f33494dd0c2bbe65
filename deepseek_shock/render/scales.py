"""What charts are measured with: scales and their ticks, room for names, marks kept apart."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

_WIDE = "\u2e80"  # where the blocks of full-width scripts begin
_HALF_WIDTH = ("\uff61", "\uffdc")
_NARROW_EM = 0.54
_LEVELS = (0, -1, 1, -2, 2)
_DODGE, _DODGE_NEAR = 8, 1.7


class Tick(NamedTuple):
    """A line of the scale, and its label; a narrow screen leaves out the labels of minor ones."""

    at: float
    text: str
    is_minor: bool = False


class Scale(NamedTuple):
    """A linear scale from `first` to `last`, both multiples of `step`, which hold all the data."""

    first: Decimal
    last: Decimal
    step: Decimal

    def at(self, value: Decimal) -> float:
        """Return where a value stands, from 0 (`first`) to 100 (`last`)."""
        return round(float((value - self.first) / (self.last - self.first)) * 100, 2)

    def down(self, value: Decimal, height: float) -> float:
        """Return how many pixels below the top of a plot a value stands."""
        return round(height - self.at(value) * height / 100, 1)

    def values(self) -> list[Decimal]:
        """Return the values of the ticks, in order."""
        steps = int((self.last - self.first) / self.step)
        return [self.first + self.step * step for step in range(steps + 1)]


def make_scale(values: Iterable[Decimal], most: int) -> Scale:
    """Make a scale with about `most` ticks, at 1, 2 or 5 times a power of ten."""
    held = list(values)
    low, high = min(held), max(held)
    step = _round_step((high - low) / most) if high > low else Decimal(1).scaleb(-2)
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(first, last if last > first else first + step, step)


def _round_step(least: Decimal) -> Decimal:
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Move positions apart to at least `gap`, in their order, and none further than it must.

    With the gaps taken out, what is left has only to ascend: neighbours that do not are pooled at
    their mean (isotonic regression by pooling adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    pools: list[tuple[float, int]] = []
    for place, at in enumerate(order):
        total, size = wanted[at] - place * gap, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            before = pools.pop()
            total, size = total + before[0], size + before[1]
        pools.append((total, size))
    means = [total / size for total, size in pools for _ in range(size)]
    found = [0.0] * len(wanted)
    for place, at in enumerate(order):
        found[at] = round(means[place] + place * gap, 1)
    return found


def ems(text: str) -> float:
    """Estimate a text's width in units of its font's size: one for a full-width character."""
    return sum(1 if _is_full_width(character) else _NARROW_EM for character in text)


def is_latin(text: str) -> bool:
    """Tell whether a text stands in letters that every font for Latin holds, or nearly."""
    return all(character < _WIDE for character in text)


def _is_full_width(character: str) -> bool:
    return character >= _WIDE and not _HALF_WIDTH[0] <= character <= _HALF_WIDTH[1]


class Room(NamedTuple):
    """How wide a name may be on a wide and on a narrow screen, in units of its font's size."""

    wide: float
    narrow: float


def fitted(text: str, room: float) -> str:
    """Cut a name that a drawing has no room for; the table has it whole."""
    if ems(text) <= room:
        return text
    while ems(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def dodge(positions: Sequence[float]) -> list[int]:
    """Lift or lower dots that would lie on one another.

    `positions` ascend and are in per cent of the plot's width; the answer is in pixels.
    """
    last_at: dict[int, float] = {}
    found: list[int] = []
    for at in positions:
        free = (level for level in _LEVELS if at - last_at.get(level, -100) >= _DODGE_NEAR)
        level = next(free, 0)
        last_at[level] = at
        found.append(level * _DODGE)
    return found
