"""Charts of a scan as geometry: every session a needle, the years across, a chart a calendar.

A needle is as high as the session's shock score; where no session has one, it reaches from zero to
the mean move. A column of the plot holds the extremes of all sessions that fall into it, so that
a chart of sixty years is no larger than one of ten. Across is per cent of the plot's width, down is
pixels, as in `charts`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from deepseek_shock.analysis.scanned import ScanDay, Scanned
from deepseek_shock.render.charts import fine_words
from deepseek_shock.render.needlelabels import LIFT, LINE, Needle, NeedleLabel, Room
from deepseek_shock.render.scales import Scale, Tick, make_scale
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Kind, Phrase, phrase
from deepseek_shock.report.scanwords import market, sessions_of, spans

MOST_CHARTS = 4
_COLUMNS = 480
_PLOT, _SMALL_PLOT = 200, 140
_ABOVE, _BELOW = 32, 20  # pixels over and under the plot, for labels of the farthest needles
_MARK = 3  # pixels from a label to the mark of the asked day
_TOP = 12  # where a label stands that is over all
_MOST_LEVELS, _MOST_YEARS = 5, 12
_YEAR_STEPS = (1, 2, 5, 10, 20, 50)
_MOST_LABELS, _SAID = 8, 3
_EDGE = 100
_LEAST = 0.25  # of the farthest value: what is less has no label
_WIDE, _NARROW = 500, 270  # the widths in pixels for which labels are set apart
_ZERO = Decimal()


class NeedleChart(NamedTuple):
    """The sessions of one calendar; `zero` is the height of nought, `name` for its ids."""

    name: str
    height: int
    zero: float
    down: tuple[Tick, ...]
    across: tuple[Tick, ...]
    needles: tuple[Needle, ...]
    labels: tuple[NeedleLabel, ...]


class ScanChart(NamedTuple):
    """A calendar's chart: the section it stands in, its file, what it shows, whose it is."""

    section: str
    name: str
    chart: NeedleChart
    said: Phrase
    caption: Phrase | None


class _Measure(StrEnum):
    """What needles are as high as; the words are the sections in which their charts stand."""

    SCORE = "shocks"
    MEAN = "sessions"

    @property
    def kind(self) -> Kind:
        return Kind.SHARE if self is _Measure.SCORE else Kind.RETURN

    def of(self, day: ScanDay) -> float:
        return (day.score or 0.0) if self is _Measure.SCORE else day.mean

    def ranks(self, day: ScanDay, least: int) -> bool:
        number = day.judged if self is _Measure.SCORE else day.moves
        return number >= max(least, 1)


def make_charts(found: Scanned, words: Words) -> Iterator[ScanChart]:
    """Yield a chart for each of the calendars with the most moves, where there is any to draw."""
    least = found.settings.least
    has_scores = any(_Measure.SCORE.ranks(day, least) for day in found.days)
    measure = _Measure.SCORE if has_scores else _Measure.MEAN
    drawn = {
        calendar: days
        for calendar, some in spans(found.days).items()
        if len(days := [day for day in some if measure.ranks(day, least)]) > 1
    }
    moves = {calendar: sum(day.moves for day in days) for calendar, days in drawn.items()}
    most = sorted(drawn, key=lambda one: -moves[one])[:MOST_CHARTS]
    for at, calendar in enumerate(most, 1):
        is_alone = len(most) == 1
        name = f"{measure}" if is_alone else f"{measure}-{at}"
        height = _PLOT if is_alone else _SMALL_PLOT
        yield ScanChart(
            str(measure),
            name,
            _Drawer(found, drawn[calendar], measure, words, height).draw(name),
            _describe(drawn[calendar], measure),
            None if is_alone else market(calendar),
        )


def _first(days: Sequence[ScanDay], measure: _Measure) -> list[ScanDay]:
    """Order days: the highest scores first, or the lowest means; the earlier of equals."""
    way = -1 if measure is _Measure.SCORE else 1
    return sorted(days, key=lambda day: (way * measure.of(day), day.session))


def _describe(days: Sequence[ScanDay], measure: _Measure) -> Phrase:
    named = tuple(
        phrase("ui.needle", day=day.session, value=measure.of(day))
        for day in _first(days, measure)[:_SAID]
    )
    return phrase(
        f"ui.{measure}_desc",
        market=market(days[0].calendar),
        sessions=sessions_of(days[0].calendar, len(days)),
        first=days[0].session,
        last=days[-1].session,
        named=named,
    )


class _Drawer:
    """Draws the days of one calendar on one scale, from a new year to a new year."""

    def __init__(
        self, found: Scanned, days: Sequence[ScanDay], measure: _Measure, words: Words, height: int
    ) -> None:
        self._days = days
        self._measure = measure
        self._words = words
        self._height = height
        self._asked = {
            one.day.session for one in found.standings if one.day.calendar == days[0].calendar
        }
        values = [measure.of(day) for day in days]
        ends = (Decimal(str(end(values))) for end in (min, max))
        self._scale: Scale = make_scale([_ZERO, *ends], _MOST_LEVELS)
        self._first, self._last = days[0].session, days[-1].session
        self._needles = tuple(self._make_needles())

    def draw(self, name: str) -> NeedleChart:
        return NeedleChart(
            name=name,
            height=self._height + _ABOVE + (_BELOW if self._scale.first < 0 else 0),
            zero=self._down(0.0),
            down=self._levels(),
            across=tuple(self._years()),
            needles=self._needles,
            labels=tuple(self._labels()),
        )

    def _at(self, day: date) -> float:
        whole = (self._last - self._first).days
        return round((day - self._first).days / whole * _EDGE, 2)

    def _column(self, day: ScanDay) -> int:
        return round(self._at(day.session) / _EDGE * _COLUMNS)

    def _down(self, value: float) -> float:
        return round(_ABOVE + self._scale.down(Decimal(str(value)), self._height), 1)

    def _levels(self) -> tuple[Tick, ...]:
        fine = fine_words(self._scale, self._words)
        return tuple(
            Tick(self._down(float(value)), fine.print(self._measure.kind, value))
            for value in self._scale.values()
        )

    def _years(self) -> Iterator[Tick]:
        """Label new years, few enough that they stand apart; of a short history none may fit."""
        years = range(self._first.year + 1, self._last.year + 1)
        step = next((one for one in _YEAR_STEPS if len(years) <= one * _MOST_YEARS), 100)
        for year in years:
            if not year % step:
                yield Tick(self._at(date(year, 1, 1)), str(year), bool(year // step % 2))

    def _make_needles(self) -> Iterator[Needle]:
        """Yield a needle a column, from the lowest to the highest of its sessions, and zero."""
        held: dict[int, tuple[float, float]] = {}
        for day in self._days:
            value = self._measure.of(day)
            column = self._column(day)
            low, high = held.get(column, (0.0, 0.0))
            held[column] = min(low, value), max(high, value)
        for column, (low, high) in sorted(held.items()):
            if low != high:
                yield Needle(round(column / _COLUMNS * _EDGE, 2), self._down(high), self._down(low))

    def _labels(self) -> Iterator[NeedleLabel]:
        """Label the asked day, then the first of all, where their dates are in nobody's way."""
        asked = [day for day in self._days if day.session in self._asked]
        ranked = self._farthest()
        wide, narrow = Room(_WIDE, self._needles), Room(_NARROW, self._needles)
        number = 0
        for day in dict.fromkeys((*asked, *ranked)):
            label = self._label(day, wide)
            if number == _MOST_LABELS or label is None:
                continue
            wide.take(label)
            is_minor = not narrow.has(label) and not label.is_asked
            if not is_minor:
                narrow.take(label)
            number += 1
            yield label._replace(is_minor=is_minor)

    def _farthest(self) -> list[ScanDay]:
        """Return the first of the days: of a column that alone, and none that is much less."""
        columns: dict[int, ScanDay] = {}
        for day in _first(self._days, self._measure)[: 5 * _MOST_LABELS]:
            columns.setdefault(self._column(day), day)
        first = list(columns.values())
        least = self._measure.of(first[0]) * _LEAST
        return [day for day in first if self._measure.of(day) / least >= 1] if least else []

    def _label(self, day: ScanDay, room: Room) -> NeedleLabel | None:
        """Write a date beside the tip of its needle, where there is room; the asked one in any."""
        value, at = self._measure.of(day), self._at(day.session)
        tip, text = self._down(value), self._words.print(Kind.DAY, day.session)
        is_asked = day.session in self._asked
        apart = _MARK if is_asked else 0
        y = tip + LINE + apart if value < 0 else tip - LIFT - apart
        sides = ("middle", "end", "start")
        labels = [NeedleLabel(at, tip, y, side, text, False, is_asked) for side in sides]
        free = next((one for one in labels if room.has(one)), None)
        if free is None and is_asked:  # over all of the plot
            return labels[1 if at > _EDGE / 2 else 2]._replace(y=_TOP)
        return free
