"""What was received, as three files of evidence, and read back from files of strangers.

`received.csv` holds the rows and `received-actions.csv` splits and dividends, each by the number of
its series; `received.json` says what the series are. They are written so that the same rows are
the same bytes. They are read as what they may be, the work of somebody else.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple, NoReturn

from deepseek_shock.codec import MismatchError, decode, encode
from deepseek_shock.errors import FileError
from deepseek_shock.market.bars import Action, Bar, Origin
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.assemble import Raw
from deepseek_shock.providers.tape import Received, Tape
from deepseek_shock.providers.unreceived import find_unreceived

__all__ = ["PARTS", "Received", "Tape", "find_unreceived", "read_received", "write_received"]

BARS, ACTIONS, SERIES = "received.csv", "received-actions.csv", "received.json"
PARTS = (BARS, ACTIONS, SERIES)
"""The names of the files, in their order."""

_BAR_HEADER = "series,ticker,session,open,high,low,close,volume"
_ACTION_HEADER = "series,kind,session,amount"
_SPLIT, _DIVIDEND = "split", "dividend"
_LONGEST = 2000  # characters of a line, or of a text in a series: no figure has so many
_TICKS = range(13)  # decimals of a price, so that its digits stay within those reckoned with
_SHOWN, _SAID = 40, 200  # characters of a line, and of a complaint, that a message repeats
_HINT = "the file was changed or cut off since it was written; ask for it again"

# What stands in a figure is left to `Decimal`: to spell it out takes longer than all the rest.
_DAY = r"(\d{4}-\d\d-\d\d)"
_NUMBER = r"[-+.0-9A-Za-z]"
_PRICE = rf"({_NUMBER}*)"
_BAR = re.compile(
    rf"([1-9]\d*,[^,]*),{_DAY},{_PRICE},{_PRICE},{_PRICE},{_PRICE},(-?\d+|)", re.ASCII
)
_ACTION = re.compile(rf"([1-9]\d*),(split|dividend),{_DAY},({_NUMBER}+)", re.ASCII)


class _Series(NamedTuple):
    """What `received.json` says of one series."""

    number: int
    ticker: str
    source: str
    retrieved: str
    is_restated: bool
    tick: int | None
    frozen: tuple[date, ...]
    has_dividends: bool
    is_assembled: bool


def write_received(received: Iterable[Received]) -> dict[str, bytes]:
    """Return the files by name; the same series in the same order are the same bytes."""
    bars, actions, series = [_BAR_HEADER], [_ACTION_HEADER], list[str]()
    for number, one in enumerate(received, 1):
        bars.extend(_bar_lines(number, one))
        actions.extend(_action_lines(number, one.raw))
        series.append(json.dumps(encode(_Series, _describe(number, one))))
    listed = ",\n".join(series)
    texts = ("\n".join((*bars, "")), "\n".join((*actions, "")), f"[\n{listed}\n]\n")
    return {name: text.encode() for name, text in zip(PARTS, texts, strict=True)}


def _describe(number: int, received: Received) -> _Series:
    instrument, raw, origin, is_assembled = received
    return _Series(
        number,
        instrument.ticker,
        origin.source,
        origin.retrieved,
        raw.is_restated,
        raw.tick,
        tuple(sorted(raw.frozen)),
        raw.dividends is not None,
        is_assembled,
    )


def _bar_lines(number: int, received: Received) -> Iterator[str]:
    head = f"{number},{received.instrument.ticker}"
    for session, opened, high, low, close, volume in received.raw.rows:
        line = f"{head},{session!s},{opened!s},{high!s},{low!s},{close!s},{volume!s}"
        yield line.replace(",None", ",") if ",None" in line else line


def _action_lines(number: int, raw: Raw) -> Iterator[str]:
    for kind, actions in ((_SPLIT, raw.splits), (_DIVIDEND, raw.dividends or ())):
        for session, amount in actions:
            yield f"{number},{kind},{session!s},{amount!s}"


# --- and back ---


def read_received(
    parts: Mapping[str, bytes], instruments: Mapping[str, Instrument]
) -> tuple[Received, ...]:
    """Read the files back, by name; `instruments` are those that they may speak of, by ticker.

    What comes back equals what was written, to the last digit. Raises `FileError`, with the name of
    the file and the line where there is one, for whatever `write_received` does not write.
    """
    series = _read_series(_part(parts, SERIES), instruments)
    rows = _read_bars(_part(parts, BARS), series)
    splits, dividends = _read_actions(_part(parts, ACTIONS), series)
    return tuple(
        Received(
            instruments[one.ticker],
            Raw(
                rows=tuple(rows[at]),
                splits=tuple(splits[at]),
                dividends=tuple(dividends[at]) if one.has_dividends else None,
                is_restated=one.is_restated,
                tick=one.tick,
                frozen=frozenset(one.frozen),
            ),
            Origin(one.source, one.retrieved),
            one.is_assembled,
        )
        for at, one in enumerate(series)
    )


def _refuse(part: str, what: str, line: int | None = None) -> NoReturn:
    raise FileError(part, what, line=line, hint=_HINT)


def _part(parts: Mapping[str, bytes], name: str) -> bytes:
    return parts[name] if name in parts else _refuse(name, "is missing")


def _read_series(data: bytes, instruments: Mapping[str, Instrument]) -> tuple[_Series, ...]:
    try:
        series = decode(tuple[_Series, ...], json.loads(data.decode("ascii")))
    except MismatchError as error:
        _refuse(SERIES, ascii(str(error))[1:_SAID])
    except json.JSONDecodeError as error:
        _refuse(SERIES, f"is no JSON: {error.msg}", error.lineno)
    except (ValueError, RecursionError) as error:
        _refuse(SERIES, f"is no JSON: {str(error)[:_SHOWN]}")
    for at, one in enumerate(series, 1):
        if (what := _find_fault(at, one, instruments)) is not None:
            _refuse(SERIES, f"series {at} {what}")
    return series


def _find_fault(at: int, one: _Series, instruments: Mapping[str, Instrument]) -> str | None:
    """Tell what is wrong with a series, or `None`."""
    if one.number != at:
        return "has not its own number"
    if one.ticker not in instruments:
        return f"is of {_quote(one.ticker)}, which nobody asked for"
    if one.tick is not None and one.tick not in _TICKS:
        return "has a tick that no price has"
    if one.frozen != tuple(sorted(set(one.frozen))):
        return "has frozen sessions out of order"
    is_text = all(
        len(text) <= _LONGEST and _is_unicode(text) for text in (one.source, one.retrieved)
    )
    return None if is_text else "has an origin that is no text"


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _read_bars(data: bytes, series: tuple[_Series, ...]) -> list[list[Bar]]:
    rows: list[list[Bar]] = [[] for _ in series]
    known = {f"{one.number},{one.ticker}": rows[at] for at, one in enumerate(series)}
    for line, text in _lines(BARS, data, _BAR_HEADER):
        found = _BAR.fullmatch(text)
        if found is None:
            _refuse(BARS, f"{_quote(text)} is no row of {_BAR_HEADER}", line)
        key, session, opened, high, low, close, volume = found.groups()
        if key not in known:
            _refuse(BARS, f"{_quote(key)} is no series of {SERIES}", line)
        try:
            bar = Bar(
                _day(session),
                Decimal(opened) if opened else None,
                Decimal(high) if high else None,
                Decimal(low) if low else None,
                Decimal(close) if close else None,
                int(volume) if volume else None,
            )
        except (ValueError, ArithmeticError):
            _refuse(BARS, f"{_quote(text)} has a value out of range", line)
        known[key].append(bar)
    return rows


def _read_actions(
    data: bytes, series: tuple[_Series, ...]
) -> tuple[list[list[Action]], list[list[Action]]]:
    """Return splits and dividends, a list for each series."""
    both: tuple[list[list[Action]], list[list[Action]]] = [[] for _ in series], [[] for _ in series]
    places = {str(one.number): at for at, one in enumerate(series)}
    for line, text in _lines(ACTIONS, data, _ACTION_HEADER):
        found = _ACTION.fullmatch(text)
        if found is None:
            _refuse(ACTIONS, f"{_quote(text)} is no row of {_ACTION_HEADER}", line)
        number, kind, session, amount = found.groups()
        at = places.get(number)
        if at is None:
            _refuse(ACTIONS, f"{_quote(number)} is no series of {SERIES}", line)
        is_dividend = kind == _DIVIDEND
        if is_dividend and not series[at].has_dividends:
            _refuse(ACTIONS, f"series {number} says nothing of dividends", line)
        try:
            action = Action(_day(session), Decimal(amount))
        except (ValueError, ArithmeticError):
            _refuse(ACTIONS, f"{_quote(text)} has a value out of range", line)
        both[is_dividend][at].append(action)
    return both


_day = cache(date.fromisoformat)  # series share their sessions


def _lines(part: str, data: bytes, header: str) -> Iterator[tuple[int, str]]:
    """Yield the lines below the header with their numbers."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        _refuse(part, "a character that no figure has", data.count(b"\n", 0, error.start) + 1)
    first, *rest = text.split("\n")
    if first != header:
        _refuse(part, f"{_quote(first)} in place of {header}", 1)
    if not rest or rest.pop():
        _refuse(part, "is cut off", text.count("\n") + 1)
    for line, text in enumerate(rest, 2):
        if len(text) > _LONGEST:
            _refuse(part, f"{_quote(text)} is longer than any row", line)
        yield line, text


def _quote(text: str) -> str:
    """Return a text as a message repeats it: escaped and not too long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
