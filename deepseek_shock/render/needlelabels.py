"""Dates beside the tips of needles: where there is room for them, and nothing in their way."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from deepseek_shock.render.scales import ems

LINE, LIFT = 14, 5
"""Of a label: its height in pixels, and how far it stands off its needle."""

_SIZE, _LETTER = 12, 1.1  # its type; pictures have wider letters than the estimate
_BESIDE, _OWN = 8, 2  # pixels that it may stand out; from a needle to one that is the same
_EDGE = 100


class Needle(NamedTuple):
    """A column of the plot: where it stands, and from where to where it reaches."""

    at: float
    top: float
    foot: float


class NeedleLabel(NamedTuple):
    """The date of a session at the tip of its needle; a narrow screen leaves out minor ones.

    `y` is its baseline, `anchor` which end of it stands at the needle.
    """

    at: float
    tip: float
    y: float
    anchor: str
    text: str
    is_minor: bool
    is_asked: bool


class Room:
    """The room of a plot so many pixels wide, and the needles and labels that stand in it."""

    def __init__(self, width: int, needles: Sequence[Needle]) -> None:
        self._width = width
        self._needles = list(needles)
        self._taken: list[_Box] = []

    def has(self, label: NeedleLabel) -> bool:
        """Tell whether a label stays within the plot, and off all labels and other needles."""
        box = self._box(label)
        if box.left < -_BESIDE or box.right > self._width + _BESIDE:
            return False
        crossed = (one for one in self._under(label) if one.top < box.foot and one.foot > box.top)
        return not any(crossed) and not any(map(box.meets, self._taken))

    def take(self, label: NeedleLabel) -> None:
        """Put a label where it says, for all that come after it."""
        self._taken.append(self._box(label))
        if label.is_asked:  # what leads to it is in the way, too
            self._needles.append(Needle(label.at, label.y, label.tip))

    def _under(self, label: NeedleLabel) -> Iterator[Needle]:
        """Yield the needles that a label stands over or before, but for its own."""
        box, own = self._box(label), label.at / _EDGE * self._width
        for one in self._needles:
            at = one.at / _EDGE * self._width
            if box.left < at < box.right and abs(at - own) > _OWN:
                yield one

    def _box(self, label: NeedleLabel) -> "_Box":
        width = ems(label.text) * _SIZE * _LETTER
        before = {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
        left = label.at / _EDGE * self._width - before
        return _Box(left - 3, label.y - _SIZE, left + width + 3, label.y + 2)


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    foot: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.foot
            and other.top < self.foot
        )
