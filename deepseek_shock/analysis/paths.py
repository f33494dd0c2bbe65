"""The way of a close over the sessions around an event, indexed to 100 before it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.returns import divide, multiply
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import shift_session


class Window(NamedTuple):
    """Sessions around the event session, both ends included: `first` is −5 for five before."""

    first: int
    last: int


class Path(NamedTuple):
    """Indexed closes by offset from the event session (0); the close at −1 stands at 100.

    `levels` has a `None` where a session has no close, so that a line breaks there.
    """

    instrument: Instrument
    offsets: tuple[int, ...]
    levels: tuple[Decimal | None, ...]


def find_paths(
    series: Iterable[Bars], asked: Mapping[str, Asked], window: Window
) -> tuple[Path, ...]:
    """Find the indexed path of each instrument whose base close is held, by its own calendar."""
    found = (_find_path(bars, asked[bars.instrument.exchange.calendar], window) for bars in series)
    return tuple(path for path in found if path is not None)


def _find_path(bars: Bars, asked: Asked, window: Window) -> Path | None:
    base = bars.close(asked.previous)
    if base is None:
        return None
    offsets = tuple(range(window.first, window.last + 1))
    sessions = (shift_session(asked.exchange, asked.previous, offset + 1) for offset in offsets)
    closes = (bars.close_as_of(session, asked.previous) for session in sessions)
    hundred = Decimal(100)
    levels = tuple(
        None if close is None else divide(multiply(close, hundred), base) for close in closes
    )
    return Path(bars.instrument, offsets, levels)
