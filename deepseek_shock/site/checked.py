"""When a site was last checked without a page coming of it, and why none did.

A check belongs to the page that was the newest when it was made, by its date and the hash of what
it is made of. It stands in the index while that page is the newest: a newer page, or other figures
on this one, and nothing is said of it any more. So a run that publishes asks no clock, and a check
made by a clock that was wrong is gone with the next page.
"""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.codec import MismatchError, decode, encode
from deepseek_shock.errors import ShockError
from deepseek_shock.market.instrument import Instrument, Text, check_ticker
from deepseek_shock.market.sessions import (
    closes_at,
    last_begun_session,
    last_completed_session,
)
from deepseek_shock.render.house import House
from deepseek_shock.render.numbers import rounded
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.site.entry import Entry
from deepseek_shock.site.kept import FORMAT, check_format

_DAY = timedelta(days=1)
_LONGEST_FILE = 1 << 14
_LONGEST_NAME = 100
_MOST = 10_000  # times, or per cent: no move is so large
_FINEST = Decimal("0.000001")  # per cent


class Outcome(StrEnum):
    """Why a run published nothing."""

    CALM = "calm"
    CLOSED = "closed"


class Largest(NamedTuple):
    """The largest move of a calm day."""

    instrument: Instrument
    price_return: Decimal
    session: date


class Check(NamedTuple):
    """What a run found that published nothing.

    `at` is when, with its zone. `day` is the date that was asked, `None` where it was each
    exchange's last session. A calm day has `least`, the per cent that a move had to reach, and the
    largest move there was, unless none had a figure.
    """

    at: datetime
    outcome: Outcome
    largest: Largest | None = None
    least: Decimal | None = None
    day: date | None = None


class Kept(NamedTuple):
    """A check with the page that was the newest when it was made."""

    check: Check
    newest: date
    sha256: str

    def stands(self, newest: Entry) -> bool:
        """Tell whether no page has come since."""
        return (self.newest, self.sha256) == (newest.day, newest.sha256)


def is_closed(inquiry: Inquiry, now: datetime) -> bool:
    """Tell whether there is nothing new to find, for today every exchange asked is closed.

    No session is under way, and none has ended within the last 24 hours: of one that has, the run
    of its own evening has told.
    """
    exchanges = [one.exchange for one in inquiry.asked.values()]
    last = [(one, last_completed_session(one, now)) for one in exchanges]
    return all(
        last_begun_session(one, now) == session and now - closes_at(one, session) > _DAY
        for one, session in last
    )


def keep(check: Check, newest: Entry) -> bytes:
    """Return the file of a check. Raises `ValueError` for a calm day that does not say how calm."""
    kept = _checked(Kept(_at_its_second(check), newest.day, newest.sha256))
    data = {"format": FORMAT, **encode(Kept, kept)}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def read_check(file: Path, newest: Entry) -> Check | None:
    """Find the check that still stands; a file that is damaged counts as none."""
    with suppress(OSError, ValueError, ArithmeticError, RecursionError, ShockError):
        with file.open("rb") as lines:
            data = json.loads(lines.read(_LONGEST_FILE))
        check_format(data)
        kept = decode(Kept, {name: value for name, value in data.items() if name != "format"})
        return _checked(kept).check if kept.stands(newest) else None
    return None


def _at_its_second(check: Check) -> Check:
    """Return a check in UTC, to the second, whose names are one line of words."""
    at = check.at.astimezone(UTC).replace(microsecond=0)
    if check.largest is None:
        return check._replace(at=at)
    instrument = check.largest.instrument
    names = (instrument.name, instrument.short_name)
    if not all(_is_plain(word) for name in names for word in name):
        code = Text(instrument.code, instrument.code)
        instrument = instrument._replace(name=code, short_name=code)
    return check._replace(at=at, largest=check.largest._replace(instrument=instrument))


def _checked(kept: Kept) -> Kept:
    """Return what somebody may have written by hand. Raises `ShockError` or `ValueError`."""
    check = kept.check
    if check.outcome is Outcome.CALM and check.least is None:
        raise MismatchError("it does not say how calm")
    if check.largest is not None:
        instrument, move, _ = check.largest
        check_ticker(instrument.ticker)
        names = (*instrument.name, *instrument.short_name)
        if not (all(map(_is_plain, names)) and abs(move) < _MOST):
            raise MismatchError("no move of anything")
    if check.least is not None and not (check.least == 0 or _FINEST <= check.least < _MOST):
        raise MismatchError("no per cent of a move")
    return kept


def _is_plain(name: str) -> bool:
    return name.isprintable() and 0 < len(name) <= _LONGEST_NAME


def say(check: Check, house: House) -> Phrase:
    """Say when it was checked, and what came of it."""
    at = check.at.astimezone(UTC)
    return phrase("site.checked", day=at.date(), at=at, what=_outcome(check, house))


def _outcome(check: Check, house: House) -> Phrase:
    if check.outcome is Outcome.CLOSED:
        if check.day is None:
            return phrase("site.closed")
        return phrase("site.closed_on", day=check.day)
    least = _as_given(check.least or Decimal(0))
    if check.largest is None:
        return phrase("site.calm_bare", least=least)
    instrument, move, session = check.largest
    # Rounded it may look as if it had been enough: then it has all the digits that tell.
    seems = rounded(abs(move) * 100, house.precision.decimals, house.precision.rounding)
    is_close = check.least is not None and seems >= check.least
    key = "site.calm_closely" if is_close else "site.calm"
    return phrase(key, share=instrument, move=move, session=session, least=least)


def _as_given(percent: Decimal) -> str:
    """Write a number as its user did: 5, 2.5."""
    return f"{percent.normalize():f}"
