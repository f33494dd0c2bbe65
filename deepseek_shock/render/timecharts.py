"""Charts over time as geometry: closes by session, and the relay of the sessions on one clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.paths import Path
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.render.charts import Name, name_of, way
from deepseek_shock.render.scales import Room, Scale, Tick, make_scale, spread
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, phrase
from deepseek_shock.report.quote import city

LABEL_GAP = 17
"""Pixels between the end labels of lines, each to its next."""

_PLOT, _LEGS = 300, 190
_ROOM = Room(11.5, 8.8)
_ZERO, _HUNDRED = Decimal(), Decimal(100)


class Line(NamedTuple):
    """One instrument's closes: runs of points without a hole, and its label at the right."""

    runs: tuple[tuple[tuple[float, float], ...], ...]
    end: float
    label: float
    name: Name
    text: str


class LineChart(NamedTuple):
    """Indexed closes over the sessions around the event; `base` is the height of 100."""

    height: int
    event: float
    base: float
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    lines: tuple[Line, ...]


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
    levels = [level for path in paths for level in path.levels if level is not None]
    scale = make_scale([_HUNDRED, *levels], 5)
    offsets = paths[0].offsets
    ends = [scale.down(last_level(path), _PLOT) for path in paths]
    labels = spread(ends, LABEL_GAP)
    return LineChart(
        height=_PLOT,
        event=_across(0, offsets),
        base=scale.down(_HUNDRED, _PLOT),
        across=_offset_ticks(offsets, words),
        down=tuple(
            Tick(scale.down(value, _PLOT), words.print(Kind.COUNT, value))
            for value in scale.values()
        ),
        lines=tuple(
            _line(path, scale, (end, label), words)
            for path, end, label in zip(paths, ends, labels, strict=True)
        ),
    )


def drawn_paths(findings: Findings) -> list[Path]:
    """Return the paths of which there is anything to draw."""
    return [path for path in findings.paths if any(level is not None for level in path.levels)]


def last_level(path: Path) -> Decimal:
    """Return the level at the end of a path that has one."""
    return next(level for level in reversed(path.levels) if level is not None)


def _across(offset: int, offsets: Sequence[int]) -> float:
    return round((offset - offsets[0]) / max(offsets[-1] - offsets[0], 1) * 100, 2)


def _offset_ticks(offsets: Sequence[int], words: Words) -> tuple[Tick, ...]:
    return tuple(
        Tick(_across(offset, offsets), words.print(Kind.SIGNED, offset), bool(offset % 5))
        for offset in offsets
    )


def _line(path: Path, scale: Scale, ends: tuple[float, float], words: Words) -> Line:
    end, label = ends
    return Line(
        runs=tuple(_runs(path, scale)),
        end=end,
        label=label,
        name=name_of(path.instrument, words, _ROOM),
        text=words.print(Kind.MULTIPLE, last_level(path)),
    )


def _runs(path: Path, scale: Scale) -> Iterable[tuple[tuple[float, float], ...]]:
    """Yield the runs of neighbouring points; a lone point is doubled, so that its cap is drawn."""
    run: list[tuple[float, float]] = []
    for offset, level in zip((*path.offsets, None), (*path.levels, None), strict=True):
        if level is not None and offset is not None:
            run.append((_across(offset, path.offsets), scale.down(level, _PLOT)))
        elif run:
            yield tuple(run) if len(run) > 1 else (run[0], run[0])
            run = []


def relay_chart(findings: Findings, words: Words) -> RelayChart | None:
    """Draw the legs on one clock: medians at the open and the close, from the previous close."""
    legs = [leg for leg in findings.legs if leg.price_return is not None]
    if len(legs) < 2:  # noqa: PLR2004 -- a relay takes two
        return None
    values = [
        value for leg in legs for value in (leg.overnight, leg.price_return) if value is not None
    ]
    scale = make_scale([_ZERO, *values], 4)
    clock = (legs[0].asked.opens_at, legs[-1].asked.closes_at)
    marks = tuple(_leg_mark(leg, scale, clock, words) for leg in legs)
    return RelayChart(_LEGS, scale.down(_ZERO, _LEGS), marks)


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
