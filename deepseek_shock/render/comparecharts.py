"""Charts of a comparison: an instrument each, a line an event, over the sessions around it."""

from collections.abc import Iterator
from typing import NamedTuple

from deepseek_shock.analysis.comparison import Compared, Occasion
from deepseek_shock.analysis.paths import Path, Window
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.charts import Name
from deepseek_shock.render.scales import Room, ems, fitted
from deepseek_shock.render.timecharts import LineChart, draw_paths, last_level
from deepseek_shock.render.words import Words
from deepseek_shock.report.comparisontables import drawn
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import event_name

_MOST_CHARTS = 6
_HEIGHT, _SMALL_HEIGHT = 300, 190
_ROOM, _SMALL_ROOM = Room(11.5, 8.8), Room(8.8, 8.8)


class PathChart(NamedTuple):
    """An instrument's chart: the name of its file, its geometry, what it shows, whose it is."""

    name: str
    chart: LineChart
    said: Phrase
    caption: Phrase | None


def make_charts(compared: Compared, words: Words) -> Iterator[PathChart]:
    """Yield a chart for each of the first instruments of which there is anything to draw."""
    held = [one for one in compared.instruments if _lines(compared, one)][:_MOST_CHARTS]
    for at, instrument in enumerate(held, 1):
        lines = _lines(compared, instrument)
        yield _chart(f"paths-{at}" if len(held) > 1 else "paths", instrument, lines, words)


def _lines(compared: Compared, instrument: Instrument) -> list[tuple[Occasion, Path]]:
    """Return an instrument's paths with their events, as many as can be told apart."""
    window = compared.window
    return [
        (one, _widened(path, window))
        for one in drawn(compared)
        if (path := one.course(instrument).path) is not None
    ]


def _widened(path: Path, window: Window) -> Path:
    """Return a path over all sessions of a window: of an event of late some are still to come."""
    offsets = range(window.first, window.last + 1)
    blank = (None,) * (len(offsets) - len(path.levels))
    return path._replace(offsets=tuple(offsets), levels=(*path.levels, *blank))


def _chart(
    name: str, instrument: Instrument, lines: list[tuple[Occasion, Path]], words: Words
) -> PathChart:
    is_alone = name == "paths"
    room, height = (_ROOM, _HEIGHT) if is_alone else (_SMALL_ROOM, _SMALL_HEIGHT)
    names = [_name(one, words, room) for one, _ in lines]
    chart = draw_paths([path for _, path in lines], names, words, height)
    ends = tuple(
        phrase("ui.paths_end", event=event_name(one.inquiry), level=last_level(path))
        for one, path in lines
    )
    said = phrase("ui.paths_desc", index=instrument, named=ends)
    caption = None if is_alone else phrase("compare.instrument", share=instrument)
    return PathChart(name, chart._replace(mark=name), said, caption)


def _name(occasion: Occasion, words: Words, room: Room) -> Name:
    """Name an event beside its line; where there is no room, its date is told."""
    text = words.say(event_name(occasion.inquiry))
    return Name(occasion.inquiry.day.isoformat(), fitted(text, room.wide), ems(text) > room.narrow)
