"""What the ring holds of each ticker from one block of days to the next."""

from __future__ import annotations

import numpy as np

from deepseek_shock.analysis.scanned import WINDOW

MOST = 50_000  # tickers: 103 MB; their numbers fit in 16 bits


class RingState:
    """Of each ticker its last log returns, and their sums.

    The log returns of a ticker stand in a line of 250, `slots` tells where the next one goes: onto
    the place of the one that leaves the window. `sums` are of them and of their squares, in
    multiples of 2⁻⁴³.
    """

    def __init__(self) -> None:
        # Of all tickers that there may be: memory is taken only of those that come.
        self.counts = np.zeros(MOST, np.intp)  # log returns so far
        self.slots = np.zeros(MOST, np.intp)
        self.sums = np.zeros((2, MOST), np.int64)
        self.returns = np.zeros((MOST, WINDOW))
