"""Exchange rates: how much of one currency a unit of another cost when a day's market closed."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

SAMPLE = "sample"
"""The source of the rates that come with the package."""


class Rate(NamedTuple):
    """A pair's close of one day: of `USDJPY`, the yen that a dollar cost.

    `source` is `SAMPLE`, or the name of the user's file or what that file says of itself.
    """

    pair: str
    day: date
    close: Decimal
    source: str

    @property
    def base(self) -> str:
        """The currency of which one unit is priced: USD."""
        return self.pair[:3]
