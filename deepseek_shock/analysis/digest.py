"""What long series say of the sessions asked, so that no more of them need be kept."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from deepseek_shock.analysis.groupsince import GroupSince, find_group_since
from deepseek_shock.analysis.history import SHORTEST_HISTORY, History, make_history
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.steps import Past, Step, find_past
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.event import Watchlist
from deepseek_shock.market.gap import Gap


class Digest(NamedTuple):
    """The histories of instruments by ticker, and those of groups."""

    histories: dict[str, History]
    groups: tuple[GroupSince, ...]


def digest(
    watchlist: Watchlist, asked: Mapping[str, Asked], bars: Mapping[str, Bars | Gap]
) -> Digest:
    """Digest the bars held of a watchlist before the sessions asked."""
    pasts: dict[str, Past] = {}
    today: dict[str, Step] = {}
    histories: dict[str, History] = {}
    for instrument in watchlist.instruments:
        held, on = bars[instrument.ticker], asked[instrument.exchange.calendar]
        if not isinstance(held, Bars) or _is_short(held, on.session):
            continue
        step = _step(held, on)
        if step is None:
            continue
        ticker = instrument.ticker
        pasts[ticker], today[ticker] = find_past(held, on.session), step
        found = make_history(held, pasts[ticker], on.session, step.price_return, step.base)
        if found is not None:
            histories[ticker] = found
    groups = (find_group_since(group, pasts, today) for group in watchlist.groups)
    return Digest(histories, tuple(one for one in groups if one is not None))


def _is_short(bars: Bars, session: date) -> bool:
    """Tell at once, as of the sample's, that there is too little before a session."""
    at = SHORTEST_HISTORY
    return len(bars.bars) <= at or bars.bars[at].session >= session


def _step(bars: Bars, asked: Asked) -> Step | None:
    close = bars.close(asked.session)
    base = bars.close_as_of(asked.previous, asked.session)
    return None if close is None or base is None else Step(asked.session, base, close)
