"""The store: bars kept on this machine, as each vendor gave them, in one SQLite file.

A reader sees whole series only; a writer replaces one series in one transaction. Every method opens
the file and closes it again, so that a store may be used from threads and processes alike.
Failures are `StoreError`s; nothing is deleted but by `remove`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.market.bars import Bars
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.storing.connection import is_there, reading, shrink, writing
from deepseek_shock.providers.storing.rows import Held, Key, read_held, read_keys

if TYPE_CHECKING:  # a report reads, and need not import what writes and counts
    from deepseek_shock.providers.storing.checking import Finding
    from deepseek_shock.providers.storing.contents import Kept, Removed, Revision, Summary
    from deepseek_shock.providers.storing.exporting import Row
    from deepseek_shock.providers.storing.writing import Changes

__all__ = ["Held", "Key", "Store"]


class Store:
    """Bars kept in a file, which is neither opened nor made before it is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Tell whether there is a file that is not empty."""
        return is_there(self.path)

    def write(self, ticker: str, vendor: str, bars: Bars, wanted: Wanted) -> "Changes":
        """Keep what a vendor gave of an instrument; `vendor` is our name of the source.

        Every session for which there is a bar or a refusal is replaced, every other one stays.
        """
        from deepseek_shock.providers.storing.writing import replace_series

        with writing(self.path) as connection:
            return replace_series(connection, Key(ticker, vendor), bars, wanted)

    def read(self, instrument: Instrument, wanted: Wanted) -> list[Held]:
        """Read what each vendor gave of an instrument, from `wanted.history` to `wanted.last`."""
        return self.read_many([instrument], wanted)[instrument.ticker]

    def read_many(self, instruments: Sequence[Instrument], wanted: Wanted) -> dict[str, list[Held]]:
        """Read many instruments as they are held at one moment, by ticker."""
        with reading(self.path) as connection:
            return {
                one.ticker: [] if connection is None else read_held(connection, one, wanted)
                for one in instruments
            }

    def keys(self) -> list[Key]:
        """List the series held: ticker and vendor, in this order."""
        with reading(self.path) as connection:
            return [] if connection is None else read_keys(connection)

    def tickers(self) -> list[str]:
        """List the tickers held, in alphabetical order."""
        return list(dict.fromkeys(key.ticker for key in self.keys()))

    def summary(self) -> "Summary":
        """Count what is held, vendor by vendor."""
        from deepseek_shock.providers.storing.contents import summarize

        with reading(self.path) as connection:
            return summarize(connection, self.path)

    def kept(self, ticker: str) -> "list[Kept]":
        """Describe what is held of a ticker, one value a vendor."""
        from deepseek_shock.providers.storing.contents import describe_series

        with reading(self.path) as connection:
            if connection is None:
                return []
            keys = [key for key in read_keys(connection) if key.ticker == ticker]
            return [describe_series(connection, key) for key in keys]

    def revisions(self, ticker: str) -> "list[Revision]":
        """List the figures of a ticker that a later retrieval gave otherwise, in session order."""
        from deepseek_shock.providers.storing.contents import read_revisions

        with reading(self.path) as connection:
            return [] if connection is None else read_revisions(connection, ticker)

    def rows(self, keys: Sequence[Key]) -> "Iterator[Row]":
        """Yield the accepted bars of some series, and the sessions that hold an action alone."""
        from deepseek_shock.providers.storing.exporting import make_rows

        with reading(self.path) as connection:
            if connection is not None:
                for key in keys:
                    yield from make_rows(connection, key)

    def verify(self) -> "Iterator[Finding]":
        """Yield what is wrong with the store. Raises `StoreError` where it cannot be opened."""
        from deepseek_shock.providers.storing.checking import check_store

        with reading(self.path) as connection:
            if connection is not None:
                yield from check_store(connection)

    def remove(self, keys: Sequence[Key]) -> "list[Removed]":
        """Remove series with all that belongs to them, and tell how many bars that were."""
        from deepseek_shock.providers.storing.contents import remove_series

        if not keys:
            return []
        with writing(self.path) as connection:
            removed = [remove_series(connection, key) for key in keys]
        shrink(self.path)
        return removed
