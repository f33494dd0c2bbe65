"""A capsule's basis against one of today: what may be held against each other."""

from deepseek_shock.analysis.moves import Status, status_of
from deepseek_shock.market.gap import Gap
from deepseek_shock.pipeline import Basis, Made, remake


def keep_unanswered(old: Basis, new: Basis) -> tuple[Made, tuple[str, ...]]:
    """Make the newer report with the earlier bars where the vendor failed, and name those.

    A timeout is no withdrawal: no answer changes nothing.
    """
    kept = {
        ticker: old.held.bars[ticker]
        for ticker, one in new.held.bars.items()
        if isinstance(one, Gap) and status_of(one.reason) is Status.FAILED
    }
    mine, theirs = old.held, new.held
    known = {one.id for one in theirs.groups}
    histories = {ticker: one for ticker, one in mine.histories.items() if ticker in kept}
    held = theirs._replace(
        bars={**theirs.bars, **kept},
        histories={**theirs.histories, **histories},
        groups=(*theirs.groups, *(one for one in mine.groups if kept and one.id not in known)),
    )
    basis = new._replace(held=held)
    return Made(remake(basis), basis), tuple(sorted(kept))
