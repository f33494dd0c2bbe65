"""Charts over time as geometry: closes by session, and the relay of the sessions on one clock."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.paths import Path, trim_paths
from deepseek_shock.analysis.relay import Leg, Relation, find_answer
from deepseek_shock.render.charts import Name, name_of, way
from deepseek_shock.render.scales import Room, Scale, Tick, make_scale, spread
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, phrase
from deepseek_shock.report.quote import city

LABEL_GAP = 17
"""Pixels between the end labels of lines, each to its next."""

_PLOT, _LEGS = 300, 190
_MOST_TICKS, _TICK_STEPS = 21, (1, 5, 10, 20, 50, 100)
_ROOM = Room(11.5, 8.8)
_MOST_LEGS = 5
# Of the clock's span, from middle to middle: what a session's name takes, and what its hours take.
_NAME_ROOM, _HOURS_ROOM = 0.17, 0.28
_ZERO, _HUNDRED = Decimal(), Decimal(100)


class Line(NamedTuple):
    """One instrument's closes: runs of points without a hole, and its label at the right."""

    runs: tuple[tuple[tuple[float, float], ...], ...]
    end: float
    label: float
    name: Name
    text: str


class LineChart(NamedTuple):
    """Indexed closes over the sessions around the event; `base` is the height of 100.

    `mark` tells it from the others of a page, where there are several.
    """

    height: int
    event: float
    base: float
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    lines: tuple[Line, ...]
    mark: str = ""


class Stop(NamedTuple):
    """A leg's open or close: where it stands, and the median since the previous close."""

    at: float
    y: float
    way: str
    text: str


class LegMark(NamedTuple):
    """One session of the relay on the clock: where it was open, and its stops."""

    city: str
    day: str
    hours: str
    first: float
    last: float
    opened: Stop | None
    closed: Stop


class RelayChart(NamedTuple):
    """The sessions in the order of the clock; `zero` is the height of each previous close."""

    height: int
    zero: float
    legs: tuple[LegMark, ...]


def line_chart(findings: Findings, words: Words) -> LineChart | None:
    """Draw the indexed closes of the event's lines, or of the largest moves."""
    paths = drawn_paths(findings)
    if not paths:
        return None
    return draw_paths(paths, [name_of(path.instrument, words, _ROOM) for path in paths], words)


def draw_paths(
    paths: Sequence[Path], names: Sequence[Name], words: Words, height: int = _PLOT
) -> LineChart:
    """Draw paths over the same sessions, each with its name, on a plot of so many pixels."""
    levels = [level for path in paths for level in path.levels if level is not None]
    scale = make_scale([_HUNDRED, *levels], 5)
    offsets = paths[0].offsets
    ends = [scale.down(last_level(path), height) for path in paths]
    labels = spread(ends, LABEL_GAP)
    return LineChart(
        height=height,
        event=_across(0, offsets),
        base=scale.down(_HUNDRED, height),
        across=offset_ticks(
            offsets, words, lambda offset: _across(offset, offsets), _TICK_STEPS, _MOST_TICKS
        ),
        down=tuple(
            Tick(scale.down(value, height), words.print(Kind.COUNT, value))
            for value in scale.values()
        ),
        lines=tuple(
            Line(
                runs=tuple(_runs(path, scale, height)),
                end=end,
                label=label,
                name=name,
                text=words.print(Kind.MULTIPLE, last_level(path)),
            )
            for path, name, end, label in zip(paths, names, ends, labels, strict=True)
        ),
    )


def drawn_paths(findings: Findings) -> list[Path]:
    """Return the paths of which there is anything to draw, as far as any of them is held."""
    paths = (path for path in findings.paths if any(level is not None for level in path.levels))
    return trim_paths(paths)


def last_level(path: Path) -> Decimal:
    """Return the level at the end of a path that has one."""
    return next(level for level in reversed(path.levels) if level is not None)


def _across(offset: int, offsets: Sequence[int]) -> float:
    return round((offset - offsets[0]) / max(offsets[-1] - offsets[0], 1) * 100, 2)


def offset_ticks(
    offsets: Sequence[int],
    words: Words,
    at: Callable[[int], float],
    steps: Sequence[int],
    most: int,
) -> tuple[Tick, ...]:
    """Label the sessions, of a long window only so many as there is room for.

    `at` says where a session stands; of the `steps` the first that gives about `most` labels
    is taken.
    """
    step = next((step for step in steps if len(offsets) <= step * most), 100)
    return tuple(
        Tick(at(offset), words.print(Kind.SIGNED, offset), bool(offset % (step * 5)))
        for offset in offsets
        if not offset % step
    )


def _runs(path: Path, scale: Scale, height: int) -> Iterable[tuple[tuple[float, float], ...]]:
    """Yield the runs of neighbouring points; a lone point is doubled, so that its cap is drawn."""
    run: list[tuple[float, float]] = []
    for offset, level in zip((*path.offsets, None), (*path.levels, None), strict=True):
        if level is not None and offset is not None:
            run.append((_across(offset, path.offsets), scale.down(level, height)))
        elif run:
            yield tuple(run) if len(run) > 1 else (run[0], run[0])
            run = []


def relay_chart(findings: Findings, words: Words) -> RelayChart | None:
    """Draw the legs on one clock: medians at the open and the close, from the previous close."""
    legs = drawn_legs(findings)
    if len(legs) < 2:  # noqa: PLR2004 -- a relay takes two
        return None
    values = [
        value for leg in legs for value in (leg.overnight, leg.price_return) if value is not None
    ]
    scale = make_scale([_ZERO, *values], 4)
    clock = (legs[0].asked.opens_at, legs[-1].asked.closes_at)
    marks = tuple(_leg_mark(leg, scale, clock, words) for leg in legs)
    if not _has_room(legs, _HOURS_ROOM):  # the names alone
        marks = tuple(mark._replace(hours="") for mark in marks)
    return RelayChart(_LEGS, scale.down(_ZERO, _LEGS), marks)


def drawn_legs(findings: Findings) -> list[Leg]:
    """Return the legs that are drawn: some of those with a figure, none at the time of another.

    The first, New York and the answer come before the others, which come in the order of their
    closes; sessions at one time would stand on top of each other, and so would the names of those
    that are near each other on a clock that runs over days.
    """
    legs = [leg for leg in findings.legs if leg.price_return is not None]
    if not legs:
        return []
    answer = find_answer(legs)
    ours = next((leg for leg in legs if leg.relation is Relation.NEW_YORK), None)
    drawn: list[Leg] = []
    for leg in (legs[0], ours, answer, *legs):
        if leg is not None and len(drawn) < _MOST_LEGS and _has_room([*drawn, leg], _NAME_ROOM):
            drawn.append(leg)
    return [leg for leg in legs if leg in drawn]


def _has_room(legs: Sequence[Leg], room: float) -> bool:
    """Whether no two of the legs are at one time, or nearer on the clock than so much of it."""
    asked = sorted((leg.asked for leg in legs), key=lambda one: one.opens_at)
    clock = max(one.closes_at for one in asked) - asked[0].opens_at
    return all(
        one.closes_at <= following.opens_at and _middle(following) - _middle(one) >= clock * room
        for one, following in pairwise(asked)
    )


def _middle(asked: Asked) -> datetime:
    return asked.opens_at + (asked.closes_at - asked.opens_at) / 2


def _leg_mark(leg: Leg, scale: Scale, clock: tuple[datetime, datetime], words: Words) -> LegMark:
    def stop(instant: datetime, value: Decimal) -> Stop:
        return Stop(
            at=_on_clock(instant, clock),
            y=scale.down(value, _LEGS),
            way=way(value),
            text=words.print(Kind.RETURN, value),
        )

    return LegMark(
        city=words.say(city(leg.focus.calendar)),
        day=words.print(Kind.SHORT_DAY, leg.asked.session),
        hours=words.say(phrase("ui.hours", open=leg.asked.opens_at, close=leg.asked.closes_at)),
        first=_on_clock(leg.asked.opens_at, clock),
        last=_on_clock(leg.asked.closes_at, clock),
        opened=None if leg.overnight is None else stop(leg.asked.opens_at, leg.overnight),
        closed=stop(leg.asked.closes_at, leg.price_return or _ZERO),
    )


def _on_clock(instant: datetime, clock: tuple[datetime, datetime]) -> float:
    first, last = clock
    return round((instant - first) / (last - first) * 100, 2)
