"""The way of a close over the sessions around an event, indexed to 100 before it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.returns import divide, multiply, simple_return
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import shift_session

_HUNDRED = Decimal(100)


class Window(NamedTuple):
    """Sessions around the event session, both ends included: `first` is −5 for five before."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many sessions there are."""
        return self.last - self.first + 1


def join(windows: Sequence[Window]) -> Window:
    """Return the smallest window that holds all of these."""
    return Window(min(one.first for one in windows), max(one.last for one in windows))


class Path(NamedTuple):
    """Indexed closes by offset from the event session (0); the close at −1 stands at 100.

    `levels` has a `None` where a session has no close, so that a line breaks there.
    """

    instrument: Instrument
    offsets: tuple[int, ...]
    levels: tuple[Decimal | None, ...]

    def return_at(self, offset: int) -> Decimal | None:
        """Return the close at an offset over that at −1, less one; `None` where it is not held."""
        at = offset - self.offsets[0]
        level = self.levels[at] if 0 <= at < len(self.levels) else None
        return simple_return(level, _HUNDRED)


def find_paths(
    series: Iterable[Bars], asked: Mapping[str, Asked], window: Window
) -> tuple[Path, ...]:
    """Find the indexed path of each instrument whose base close is held, by its own calendar."""
    found = (_find_path(bars, asked[bars.instrument.exchange.calendar], window) for bars in series)
    return tuple(path for path in found if path is not None)


def trim_paths(paths: Iterable[Path]) -> list[Path]:
    """Cut paths of one window to the sessions that any of them holds; −1 and 0 always stay."""
    found = list(paths)
    held = [
        offset
        for path in found
        for offset, level in zip(path.offsets, path.levels, strict=True)
        if level is not None
    ]
    first, last = min(held, default=-1), max(held, default=0)
    return [_cut(path, min(first, -1), max(last, 0)) for path in found]


def _cut(path: Path, first: int, last: int) -> Path:
    within = slice(max(first - path.offsets[0], 0), last - path.offsets[0] + 1)
    return Path(path.instrument, path.offsets[within], path.levels[within])


def _find_path(bars: Bars, asked: Asked, window: Window) -> Path | None:
    base = bars.close(asked.previous)
    if base is None:
        return None
    offsets = tuple(range(window.first, window.last + 1))
    sessions = (shift_session(asked.exchange, asked.previous, offset + 1) for offset in offsets)
    closes = (bars.close_as_of(session, asked.previous) for session in sessions)
    levels = tuple(
        None if close is None else divide(multiply(close, _HUNDRED), base) for close in closes
    )
    return Path(bars.instrument, offsets, levels)
