"""Whether a day is worth a report: how far the share moved that moved most."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.errors import CalmError

_HUNDREDTH = Decimal("0.01")


def largest_move(findings: Findings) -> Move | None:
    """Return the largest move of a share, up or down; of an index where no shares are watched.

    Of two as large it is that of the first ticker by name. `None` where there is no figure.
    """
    watched = findings.inquiry.watchlist
    return _largest(findings.shares if watched.shares else findings.indexes)


def _largest(moves: Iterable[Move]) -> Move | None:
    figures = [move for move in moves if move.is_figure]
    return min(figures, key=lambda one: (-one.size, one.instrument.ticker), default=None)


def check_calm(least: float | None, findings: Findings) -> None:
    """Raise `CalmError` where no share has moved by so many per cent, or more."""
    if least is None:
        return
    move = largest_move(findings)
    if move is not None and move.size * 100 >= Decimal(str(least)):
        return
    said = "no share has a figure"
    if move is not None and move.price_return is not None:
        # Cut, so that too little never looks enough.
        moved = (move.price_return * 100).quantize(_HUNDREDTH, ROUND_DOWN)
        said = f"the largest move is {move.instrument.ticker} {moved:+} %"
    raise CalmError(
        f"calm on {findings.inquiry.day}: {said}, --if-move asks for {least:g} %",
        hint="nothing is written; without --if-move the report is",
    )
