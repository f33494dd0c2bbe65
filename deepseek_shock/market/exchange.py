"""Exchanges by their ISO 10383 MIC; each carries its zone and currency, so that nobody guesses."""

from typing import NamedTuple

from deepseek_shock.errors import UsageError


class Exchange(NamedTuple):
    """A venue: MIC, IANA time zone, ISO 4217 currency, and the calendar whose sessions it keeps."""

    mic: str
    zone: str
    currency: str
    calendar: str


XNYS = Exchange("XNYS", "America/New_York", "USD", "XNYS")
XNAS = Exchange("XNAS", "America/New_York", "USD", "XNYS")
ARCX = Exchange("ARCX", "America/New_York", "USD", "XNYS")
XTKS = Exchange("XTKS", "Asia/Tokyo", "JPY", "XTKS")

EXCHANGES = {exchange.mic: exchange for exchange in (XNYS, XNAS, ARCX, XTKS)}

_BY_SUFFIX = {"": XNYS, ".T": XTKS}


def exchange_of(ticker: str) -> Exchange:
    """Tell a ticker's exchange from its suffix; a US listing counts as XNYS until more is known.

    Raises `UsageError` for a suffix that stands for no exchange we know.
    """
    _, dot, suffix = ticker.partition(".")
    exchange = _BY_SUFFIX.get(dot + suffix)
    if exchange is None:
        raise UsageError(
            f"{ticker}: no exchange is known for the suffix {dot}{suffix}",
            hint="known: no suffix (New York: XNYS, XNAS, ARCX) and .T (Tokyo: XTKS); "
            "a US share class is written with a hyphen, as in BRK-B",
        )
    return exchange
