"""What stands in our TOML files beyond TOML's own types: words, tickers, calendars, figures."""

from decimal import Decimal, InvalidOperation

from deepseek_shock.errors import ShockError, near_matches
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.tomlfile import Table

Directory = dict[str, Instrument]
"""The instruments that are known by name, by ticker."""

_SIZES = range(-12, 13)  # powers of ten: a figure beyond them is a slip
_CALENDARS = sorted({exchange.calendar for exchange in EXCHANGES.values()})


def take_instrument(row: Table, key: str, directory: Directory) -> Instrument:
    """Take a ticker, and return what is known of its instrument."""
    ticker = row.string(key)
    try:
        return directory.get(ticker) or make_instrument(ticker)
    except ShockError as error:
        row.complain(error.message, key=key, quoted=(ticker, 0), hint=error.hint)


def take_text(row: Table, key: str) -> Text:
    """Take words in both languages, or one string that serves for both."""
    if isinstance(row.peek(key), dict):
        words = row.table(key)
        text = Text(words.string("en"), words.string("ja"))
        words.finish()
        return text
    word = row.string(key)
    return Text(word, word)


def take_positive(row: Table, key: str) -> Decimal:
    """Take a number above nought, as it is written: a float's shortest digits are the file's."""
    value = row.take(key)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal()
    if isinstance(value, bool) or not number.is_finite() or number <= 0:
        row.complain(f"`{key}` must be a number above 0", key=key)
    if number.adjusted() not in _SIZES:
        row.complain(f"`{key}` is too large or too small to be one", key=key)
    return number


def check_calendar(table: Table, calendar: str, key: str) -> None:
    """Refuse what is no calendar. Raises `FileError` with the line of the key."""
    if calendar not in _CALENDARS:
        near = near_matches(calendar.upper(), _CALENDARS)
        hint = f"did you mean {near[0]}? " if near else ""
        table.complain(
            f"{calendar!r} is no calendar", key=key, hint=f"{hint}known: {', '.join(_CALENDARS)}"
        )
