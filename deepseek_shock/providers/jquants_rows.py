"""The rows of J-Quants' answers, read as the vendor names them, and its codes for our tickers.

Names and meanings are those of https://jpx-jquants.com/en/spec/eq-bars-daily: O, H, L, C and Vo as
traded, all of them null in a session without a trade; AdjFactor on the session from which a split
holds (0.5 where one share became two). https://jpx-jquants.com/ja/spec/idx-bars-daily-topix has
neither a code nor a volume.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from deepseek_shock.analysis.returns import divide
from deepseek_shock.market.bars import Action, Bar
from deepseek_shock.market.exchange import XTKS
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.assemble import Raw
from deepseek_shock.providers.chart import Refused

Json: TypeAlias = Mapping[str, Any]

_CODE = re.compile(r"[0-9A-Z]{4}[1-9A-Z]?")
_DIGITS = 15  # no price or volume has more before the point, or more places behind it
_OLD_SHARES = 100  # a split is so many new shares for at most so many old
_EXACT = Fraction(1, 1_000_000)  # factors such as a third come with six places


def code_of(instrument: Instrument) -> str | None:
    """Return J-Quants' code of a Tokyo share: `58030` of `5803.T`; `None` for anything else.

    Common stock has a 0 behind its four characters, other classes a digit of their own.
    """
    code = instrument.code
    if instrument.exchange != XTKS or not _CODE.fullmatch(code):
        return None
    return code.ljust(len("58030"), "0")


def read_rows(instrument: Instrument, rows: Iterable[Any], first: date, last: date) -> Raw:
    """Read the rows of one instrument from `first` to `last`; raise `Refused` for another schema.

    An instrument without a code is an index: no volume, no splits.
    """
    code = code_of(instrument)
    bars: list[Bar] = []
    splits: list[Action] = []
    for row in rows:
        if not isinstance(row, dict):
            raise Refused(GapReason.BAD_SCHEMA, "a row is no object")
        bar = _bar(row, has_volume=code is not None)
        if not first <= bar.session <= last:
            continue
        bars.append(bar)
        if code is not None:
            if row.get("Code") != code:
                raise Refused(GapReason.WRONG_SYMBOL, f"answered for {row.get('Code')}")
            splits.extend(_find_split(row, bar.session))
    return Raw(bars, tuple(dict.fromkeys(splits)))


def _bar(row: Json, *, has_volume: bool) -> Bar:
    """Read a row; one without any price tells of a session without a trade."""
    try:
        session = date.fromisoformat(row["Date"])
    except (KeyError, TypeError, ValueError):
        raise Refused(GapReason.BAD_SCHEMA, "a row without a date") from None
    opened, high, low, close = (_number(row, name) for name in "OHLC")
    volume = _number(row, "Vo") if has_volume else None
    if volume is None and has_volume and {opened, high, low, close} == {None}:
        volume = Decimal()
    return Bar(session, opened, high, low, close, None if volume is None else int(volume))


def _number(row: Json, name: str) -> Decimal | None:
    """Return a number, or `None` for null; a name that is missing is another schema."""
    value = row.get(name, "")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(GapReason.BAD_SCHEMA, f"{name} is no number")
    number = Decimal(value)
    if abs(number.adjusted()) > _DIGITS:
        raise Refused(GapReason.BAD_SCHEMA, f"{name} is out of all proportion")
    return number


def _find_split(row: Json, session: date) -> Iterator[Action]:
    """Find the split that holds from a session on: the factor is old shares for one new."""
    factor = _number(row, "AdjFactor")
    if factor is None or factor == 1:
        return
    if factor <= 0:
        raise Refused(GapReason.BAD_SCHEMA, "AdjFactor is not positive")
    exact = Fraction(factor)
    simple = exact.limit_denominator(_OLD_SHARES)
    if not simple or abs(simple - exact) > _EXACT:
        simple = exact
    yield Action(session, divide(Decimal(simple.denominator), Decimal(simple.numerator)))
