"""Where a figure is written beside a column of a panel, so that it hides least."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import dist, inf
from typing import NamedTuple, TypeAlias

from deepseek_shock.render.scales import ems

_WIDTH = 170  # of a panel's plot in pixels, about; a page stretches it
_SIZE, _HEIGHT, _GAP = 12, 13, 4
_PIECE = 4  # pixels from one point of the line that is looked at to the next
_STEP, _MOST_STEPS = 6, 12  # pixels from one candidate to the next, and how many
_INWARD = 2  # as if so many steps further: a fall is read below zero, a rise above
_OUTSIDE, _HIDES_LINE, _HIDES_COLUMN = 1000, 2, 6

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Label(NamedTuple):
    """A figure: where it is anchored in per cent, how many pixels beside that, its middle's height.

    `anchor` says which part of it stands there: `start`, `middle` or `end`.
    """

    at: float
    dx: int
    y: float
    text: str
    anchor: str = "start"


class Plot(NamedTuple):
    """What a plot so many pixels high shows: the points of its line, its columns as boxes.

    They are in per cent across, in pixels down.
    """

    height: float
    line: Sequence[Point]
    columns: Sequence[Box]


def place_label(text: str, column: Box, tip: float, plot: Plot) -> Label:
    """Write a figure near the tip of a column: beside it, below or above.

    It stands in the plot, where it hides least of what is drawn and is not far.
    """
    points, boxes = list(_along(plot.line)), list(map(_in_pixels, plot.columns))
    best, least = Label(column[0], -_GAP, tip, text, "end"), inf
    for far, label in _candidates(text, column, tip):
        if far >= least:
            break
        cost = far + _cost(_box_of(label), plot.height, points, boxes)
        if cost < least:
            best, least = label, cost
    return best


def _candidates(text: str, column: Box, tip: float) -> Iterator[tuple[float, Label]]:
    """Yield where a figure may stand, the nearest first, and how much that is out of the way."""
    left, top, right, _ = column
    outward = 1 if tip > top else -1
    for step in range(_MOST_STEPS):
        ways = [(step, tip + outward * step * _STEP)]
        if step > _INWARD:  # what stands inward is as if it were so many steps further
            ways.append((step, tip - outward * (step - _INWARD) * _STEP))
        for far, y in ways:
            yield far, Label(left, -_GAP, y, text, "end")
            yield far, Label(right, _GAP, y, text)
            if step:
                yield far, Label((left + right) / 2, 0, y, text, "middle")


def _along(line: Sequence[Point]) -> Iterator[Point]:
    """Yield points of a line in pixels, those between its own too."""
    scaled = [(x * _WIDTH / 100, y) for x, y in line]
    for start, end in pairwise(scaled):
        pieces = 1 + int(dist(start, end) / _PIECE)
        for step in range(pieces):
            share = step / pieces
            yield start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _in_pixels(box: Box) -> Box:
    return box[0] * _WIDTH / 100, box[1], box[2] * _WIDTH / 100, box[3]


def _box_of(label: Label) -> Box:
    width = ems(label.text) * _SIZE
    anchor = label.at * _WIDTH / 100 + label.dx
    left = anchor - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
    return left, label.y - _HEIGHT / 2, left + width, label.y + _HEIGHT / 2


def _cost(box: Box, height: float, points: Iterable[Point], columns: Iterable[Box]) -> float:
    left, top, right, bottom = box
    is_out = left < 0 or right > _WIDTH or top < 0 or bottom > height
    hit = sum(left <= x <= right and top <= y <= bottom for x, y in points)
    hidden = sum(
        one[0] < right and one[2] > left and one[1] < bottom and one[3] > top for one in columns
    )
    return _OUTSIDE * is_out + _HIDES_LINE * hit + _HIDES_COLUMN * hidden
