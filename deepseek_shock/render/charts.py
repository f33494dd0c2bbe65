"""Charts as geometry: from a report's facts to plain values that a template only has to place.

Across, everything stands in per cent of the plot's width; down, in pixels. So a drawing stretches with
the page while its type keeps its size, which a scaled `viewBox` cannot do on a narrow screen.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple, TypeAlias

from deepseek_shock.analysis.breadth import GroupLine, rank
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.paths import Path
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.numbers import signed
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, phrase
from deepseek_shock.report.quote import city

BAR_ROW = 18
STRIP_ROW = 42
LABEL_GAP = 17
"""Pixels between the bars, the strips and the end labels of lines, each to its next."""

_AXIS = 22
_PLOT = 300
_LEGS = 190
_NARROW_EM = 0.54
_LEVELS = (0, -1, 1, -2, 2)
_DODGE, _DODGE_NEAR = 8, 1.7
_WIDE = "\u2e80"  # where the blocks of full-width scripts begin
_HALF_WIDTH = ("\uff61", "\uffdc")
_ZERO, _HUNDRED = Decimal(), Decimal(100)


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


class Name(NamedTuple):
    """What an instrument is called beside a mark; a narrow screen shows the code of a long one."""

    code: str
    text: str
    is_long: bool


class Bar(NamedTuple):
    """One share's bar: its top in pixels; its left end, width and outer end in per cent."""

    y: int
    x: float
    width: float
    end: float
    way: str
    name: Name
    text: str


class BarChart(NamedTuple):
    """Every share's move, worst first on a day of falls."""

    height: int
    zero: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


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


class Dot(NamedTuple):
    """One member of a group; `y` is in pixels from the middle of its strip."""

    at: float
    y: int
    way: str


class Strip(NamedTuple):
    """One group: its members as dots, its median as a tick."""

    y: int
    title: str
    dots: tuple[Dot, ...]
    median: float
    way: str
    text: str


class StripChart(NamedTuple):
    """The groups' moves on one scale, those that moved most first."""

    height: int
    zero: float
    ticks: tuple[Tick, ...]
    strips: tuple[Strip, ...]


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


Chart: TypeAlias = BarChart | LineChart | StripChart | RelayChart


def way(value: Decimal | float) -> str:
    """Name a move's direction as the style sheet does: `dn`, `up` or nothing."""
    return "dn" if value < 0 else "up" if value > 0 else ""


def make_scale(values: Iterable[Decimal], most: int) -> Scale:
    """Make a scale with ticks at 1, 2 or 5 times a power of ten, about `most` of them at the most."""
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


def _is_full_width(character: str) -> bool:
    return character >= _WIDE and not _HALF_WIDTH[0] <= character <= _HALF_WIDTH[1]


class Room(NamedTuple):
    """For how wide a name there is room, in units of its font's size: on a wide and a narrow screen."""

    wide: float
    narrow: float


_AT_BARS, _AT_LINES, _AT_STRIPS = Room(15.5, 10.4), Room(11.5, 8.8), Room(12, 9)


def _name(instrument: Instrument, words: Words, room: Room) -> Name:
    code = words.print(Kind.LOCAL_CODE, instrument)
    text = words.print(Kind.SHORT, instrument)
    if text == code:
        return Name(code, "", is_long=True)
    return Name(code, fitted(text, room.wide), ems(text) > room.narrow)


def fitted(text: str, room: float) -> str:
    """Cut a name that a drawing has no room for; the table has it whole."""
    if ems(text) <= room:
        return text
    while ems(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _ticks(scale: Scale, words: Words) -> tuple[Tick, ...]:
    is_whole = scale.step >= Decimal("0.01")
    kind = Kind.WHOLE if is_whole else Kind.RETURN
    return tuple(
        Tick(scale.at(value), words.print(kind, value), bool(value / scale.step % 2))
        for value in scale.values()
    )


def bar_chart(facts: Findings, words: Words) -> BarChart | None:
    """Draw every watched share that has a figure."""
    moves = [move for move in rank(facts.shares) if move.price_return is not None]
    if not moves:
        return None
    if not facts.breadth.is_fall:
        moves.reverse()
    scale = make_scale([_ZERO, *(_return(move) for move in moves)], 8)
    bars = tuple(_bar(move, place, scale, words) for place, move in enumerate(moves))
    return BarChart(BAR_ROW * len(bars) + 2 * _AXIS, scale.at(_ZERO), _ticks(scale, words), bars)


def _return(move: Move) -> Decimal:
    return move.price_return or _ZERO


def _bar(move: Move, place: int, scale: Scale, words: Words) -> Bar:
    value = _return(move)
    zero, end = scale.at(_ZERO), scale.at(value)
    return Bar(
        y=_AXIS + place * BAR_ROW,
        x=min(zero, end),
        width=round(abs(end - zero), 2),
        end=end,
        way=way(value),
        name=_name(move.instrument, words, _AT_BARS),
        text=words.print(Kind.RETURN, value),
    )


def line_chart(facts: Findings, words: Words) -> LineChart | None:
    """Draw the indexed closes of the event's lines, or of the largest moves."""
    paths = drawn_paths(facts)
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
        across=_offset_ticks(offsets),
        down=tuple(
            Tick(scale.down(value, _PLOT), words.print(Kind.COUNT, value))
            for value in scale.values()
        ),
        lines=tuple(
            _line(path, scale, (end, label), words)
            for path, end, label in zip(paths, ends, labels, strict=True)
        ),
    )


def drawn_paths(facts: Findings) -> list[Path]:
    """Return the paths of which there is anything to draw."""
    return [path for path in facts.paths if any(level is not None for level in path.levels)]


def last_level(path: Path) -> Decimal:
    """Return the level at the end of a path that has one."""
    return next(level for level in reversed(path.levels) if level is not None)


def _across(offset: int, offsets: Sequence[int]) -> float:
    return round((offset - offsets[0]) / max(offsets[-1] - offsets[0], 1) * 100, 2)


def _offset_ticks(offsets: Sequence[int]) -> tuple[Tick, ...]:
    return tuple(
        Tick(_across(offset, offsets), signed(Decimal(offset)), bool(offset % 5))
        for offset in offsets
    )


def _line(path: Path, scale: Scale, ends: tuple[float, float], words: Words) -> Line:
    end, label = ends
    return Line(
        runs=tuple(_runs(path, scale)),
        end=end,
        label=label,
        name=_name(path.instrument, words, _AT_LINES),
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


def strip_chart(facts: Findings, words: Words) -> StripChart | None:
    """Draw each group's members as dots and its median as a tick."""
    lines = [line for line in facts.groups if line.median is not None]
    if len(lines) < 2:  # noqa: PLR2004 -- one group is the bars again
        return None
    lines.sort(key=lambda line: _median(line) if facts.breadth.is_fall else -_median(line))
    members = {line.group.id: _members(line, facts) for line in lines}
    scale = make_scale([_ZERO, *(value for values in members.values() for value in values)], 7)
    strips = tuple(
        _strip(line, members[line.group.id], place, scale, words)
        for place, line in enumerate(lines)
    )
    height = STRIP_ROW * len(strips) + _AXIS
    return StripChart(height, scale.at(_ZERO), _ticks(scale, words), strips)


def _median(line: GroupLine) -> Decimal:
    return line.median or _ZERO


def _members(line: GroupLine, facts: Findings) -> list[Decimal]:
    moves = (facts.moves[member.ticker] for member in line.group.members)
    return sorted(move.price_return for move in moves if move.price_return is not None)


def _strip(
    line: GroupLine, members: list[Decimal], place: int, scale: Scale, words: Words
) -> Strip:
    median = _median(line)
    at = [scale.at(value) for value in members]
    ways = [way(value) for value in members]
    return Strip(
        y=_AXIS + place * STRIP_ROW + STRIP_ROW // 2,
        title=fitted(words.print(Kind.TEXT, line.group.short_title), _AT_STRIPS.wide),
        dots=tuple(Dot(*dot) for dot in zip(at, dodge(at), ways, strict=True)),
        median=scale.at(median),
        way=way(median),
        text=words.print(Kind.RETURN, median),
    )


def dodge(positions: Sequence[float]) -> list[int]:
    """Lift or lower dots that would lie on one another; `positions` ascend, the answer is in pixels."""
    last_at: dict[int, float] = {}
    found: list[int] = []
    for at in positions:
        free = (level for level in _LEVELS if at - last_at.get(level, -100) >= _DODGE_NEAR)
        level = next(free, 0)
        last_at[level] = at
        found.append(level * _DODGE)
    return found


def relay_chart(facts: Findings, words: Words) -> RelayChart | None:
    """Draw the legs on one clock: the median at the open and at the close, from the previous close."""
    legs = [leg for leg in facts.legs if leg.price_return is not None]
    if len(legs) < 2:  # noqa: PLR2004 -- a relay takes two
        return None
    values = [
        value for leg in legs for value in (leg.overnight, leg.price_return) if value is not None
    ]
    scale = make_scale([_ZERO, *values], 4)
    clock = (legs[0].opens_at, legs[-1].closes_at)
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
        hours=words.say(phrase("ui.hours", open=leg.opens_at, close=leg.closes_at)),
        first=_on_clock(leg.opens_at, clock),
        last=_on_clock(leg.closes_at, clock),
        opened=None if leg.overnight is None else stop(leg.opens_at, leg.overnight),
        closed=stop(leg.closes_at, leg.price_return or _ZERO),
    )


def _on_clock(instant: datetime, clock: tuple[datetime, datetime]) -> float:
    first, last = clock
    return round((instant - first) / (last - first) * 100, 2)
