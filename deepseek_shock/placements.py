"""Where a watchlist file places its instruments: the table `[exchanges]`, by MIC.

    [exchanges]
    XLON = ["^FTSE", "VOD.L"]
    XHKG = ["^HSI", "0700.HK"]

A ticker that stands there may have any suffix, or none; every other ticker is placed by its suffix.
"""

from collections.abc import Container

from deepseek_shock.errors import near_matches
from deepseek_shock.market.exchange import CITIES, EXCHANGES, Exchange
from deepseek_shock.tomlfile import Table

_NAME = "exchanges"


class Placements:
    """The exchanges that a file names for its tickers.

    Raises `FileError` with the line of a MIC that is unknown and of a ticker that is placed twice.
    """

    def __init__(self, table: Table) -> None:
        self._by_ticker: dict[str, Exchange] = {}
        self._table = table.table(_NAME) if _NAME in table else None
        if self._table is not None:
            self._mics = self._table.keys
            for mic in self._mics:
                self._place(self._table, mic)

    def find(self, ticker: str) -> Exchange | None:
        """Find the exchange that the file names for a ticker."""
        return self._by_ticker.get(ticker)

    def check(self, watched: Container[str]) -> None:
        """Raise `FileError` for a ticker that is placed and not watched."""
        for ticker, exchange in self._by_ticker.items():
            if self._table is not None and ticker not in watched:
                self._table.complain(
                    f"{ticker} is placed on {exchange.mic}, and the file does not watch it",
                    key=exchange.mic,
                    quoted=(ticker, 0),
                    hint="name it in the `tickers` of a group or in `indexes`, or take it out here",
                )

    def _place(self, table: Table, mic: str) -> None:
        exchange = EXCHANGES.get(mic)
        if exchange is None:
            table.complain(f"{mic} is no exchange that we know", key=mic, hint=_hint(mic))
        for ticker in table.strings(mic):
            if ticker in self._by_ticker:
                first = self._by_ticker[ticker].mic
                is_same = first == mic
                table.complain(
                    f"{ticker} is placed twice on {mic}"
                    if is_same
                    else f"{ticker} is placed on {first} and on {mic}",
                    key=mic,
                    quoted=(ticker, -1),
                    hint="name it once",
                )
            self._by_ticker[ticker] = exchange


def _hint(mic: str) -> str:
    """Offer the MICs that are near, or of the city that is named, else say where they stand."""
    near = near_matches(mic.upper(), EXCHANGES)
    cities = [code for code, city in CITIES.items() if city.lower() == mic.lower()]
    found = cities or near
    if found:
        named = (f"{code} ({CITIES[EXCHANGES[code].calendar]})" for code in found)
        return f"did you mean {' or '.join(named)}?"
    return f"an exchange goes by its MIC; known: {', '.join(sorted(EXCHANGES))}"
