"""Instruments: what is traded, under which ticker, on which exchange, called what."""

import re
from typing import NamedTuple

from deepseek_shock.errors import UsageError
from deepseek_shock.market.exchange import Exchange, exchange_of

_TICKER = r"[A-Z0-9^][A-Z0-9.^=-]*"


class Text(NamedTuple):
    """The same words in English and in Japanese."""

    en: str
    ja: str

    def within(self, lang: str) -> str:
        """Return the words in the language `lang` ("en" or "ja")."""
        return self.ja if lang == "ja" else self.en


class Instrument(NamedTuple):
    """One tradable thing, or an index, listed on an exchange; `short_name` is for narrow tables."""

    ticker: str
    exchange: Exchange
    name: Text
    short_name: Text

    @property
    def code(self) -> str:
        """The local part of the ticker: `5803` of `5803.T`."""
        return self.ticker.partition(".")[0]

    @property
    def is_index(self) -> bool:
        """Whether it is an index, which has points and no shares."""
        return self.ticker.startswith("^")


def check_ticker(ticker: str) -> str:
    """Return the ticker if it is well formed; raise `UsageError` if it is not."""
    if not re.fullmatch(_TICKER, ticker):
        raise UsageError(
            f"{ticker!r} is not a ticker",
            hint="capital letters, digits and ^ . = - make a ticker: NVDA, BRK-B, ^GSPC, 5803.T",
        )
    return ticker


def make_instrument(
    ticker: str, *, name: Text | None = None, exchange: Exchange | None = None
) -> Instrument:
    """Make the instrument of a ticker about which nothing more is known than, perhaps, its name.

    The suffix tells the exchange unless it is given. Raises `UsageError` for a malformed ticker and
    for a suffix without a known exchange.
    """
    check_ticker(ticker)
    exchange = exchange or exchange_of(ticker)
    code = ticker.partition(".")[0]
    name = name or Text(code, code)
    return Instrument(ticker, exchange, name, name)
