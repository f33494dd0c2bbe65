"""Charts of shares as geometry: from findings to plain values that are only to be placed.

Across, everything stands in per cent of the plot's width; down, in pixels. So a drawing stretches
with the page while its type keeps its size, as a scaled `viewBox` could not on a narrow screen.
"""

from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.breadth import GroupLine, rank
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.scales import Room, Scale, Tick, dodge, ems, fitted, make_scale
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind

BAR_ROW = 18
STRIP_ROW = 42
"""Pixels from a bar, and from a strip, to the next."""

_AXIS = 22
_ZERO = Decimal()


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


class Dot(NamedTuple):
    """One member of a group; `y` is in pixels from the middle of its strip."""

    at: float
    y: int
    way: str


class Strip(NamedTuple):
    """One group: its members as dots, its median as a tick."""

    id: str
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


def way(value: Decimal | float) -> str:
    """Name a move's direction as the style sheet does: `dn`, `up` or nothing."""
    return "dn" if value < 0 else "up" if value > 0 else ""


_AT_BARS, _AT_STRIPS = Room(17, 10.4), Room(12, 9)


def name_of(instrument: Instrument, words: Words, room: Room) -> Name:
    """Name an instrument beside a mark; the code alone where it has no other name."""
    code = words.print(Kind.LOCAL_CODE, instrument)
    names = (words.print(kind, instrument) for kind in (Kind.SHORT, Kind.NAME))
    text = next((name for name in names if name != code), "")
    return Name(code, fitted(text, room.wide), ems(text) > room.narrow)


def fine_words(scale: Scale, words: Words) -> Words:
    """Return the words that print a scale's values with as many decimals as it needs.

    A scale finer than the house prints figures would have the same label at two ticks.
    """
    decimals = max(-scale.step.adjusted() - 2, 0)
    return Words(words.lang, words.house._replace(precision=Precision(decimals)))


def _ticks(scale: Scale, words: Words) -> tuple[Tick, ...]:
    exactly = fine_words(scale, words)
    return tuple(
        Tick(scale.at(value), exactly.print(Kind.RETURN, value), bool(value / scale.step % 2))
        for value in scale.values()
    )


def bar_chart(findings: Findings, words: Words) -> BarChart | None:
    """Draw every watched share that has a figure."""
    moves = [move for move in rank(findings.shares) if move.price_return is not None]
    if not moves:
        return None
    if not findings.breadth.is_fall:
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
        name=name_of(move.instrument, words, _AT_BARS),
        text=words.print(Kind.RETURN, value),
    )


def strip_chart(findings: Findings, words: Words) -> StripChart | None:
    """Draw each group's members as dots and its median as a tick."""
    lines = [line for line in findings.groups if line.median is not None]
    if len(lines) < 2:  # noqa: PLR2004 -- one group is the bars again
        return None
    lines.sort(key=lambda line: _median(line) if findings.breadth.is_fall else -_median(line))
    members = {line.group.id: _members(line, findings) for line in lines}
    scale = make_scale([_ZERO, *(value for values in members.values() for value in values)], 7)
    strips = tuple(
        _strip(line, members[line.group.id], place, scale, words)
        for place, line in enumerate(lines)
    )
    height = STRIP_ROW * len(strips) + _AXIS
    return StripChart(height, scale.at(_ZERO), _ticks(scale, words), strips)


def _median(line: GroupLine) -> Decimal:
    return line.median or _ZERO


def _members(line: GroupLine, findings: Findings) -> list[Decimal]:
    moves = (findings.moves[member.ticker] for member in line.group.members)
    return sorted(move.price_return for move in moves if move.price_return is not None)


def _strip(
    line: GroupLine, members: list[Decimal], place: int, scale: Scale, words: Words
) -> Strip:
    median = _median(line)
    at = [scale.at(value) for value in members]
    ways = [way(value) for value in members]
    return Strip(
        id=line.group.id,
        y=_AXIS + place * STRIP_ROW + STRIP_ROW // 2,
        title=fitted(words.print(Kind.TEXT, line.group.short_title), _AT_STRIPS.wide),
        dots=tuple(Dot(*dot) for dot in zip(at, dodge(at), ways, strict=True)),
        median=scale.at(median),
        way=way(median),
        text=words.print(Kind.RETURN, median),
    )
