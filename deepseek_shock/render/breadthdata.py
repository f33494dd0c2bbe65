"""Breadth and the sessions after as JSON; the keys do not follow the layout."""

from typing import Any

from deepseek_shock.analysis.breadth import Breadth, MarketBreadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.recovery import Aftermath
from deepseek_shock.render.jsonvalues import day, number, price, text


def make_breadth(findings: Findings) -> dict[str, Any]:
    """Return the counts by exchange, and those of a whole market where the data hold one."""
    market = findings.market
    return {
        "exchanges": [
            {
                "exchange": one.asked.exchange.mic,
                "session": day(one.asked.session),
                **_counts(one.breadth),
            }
            for one in findings.exchanges
        ],
        "market": None if market is None else _market(market),
    }


def _market(found: MarketBreadth) -> dict[str, Any]:
    market = found.market
    return {
        "title": text(market.title),
        "exchange": market.exchange,
        "listed": market.listed,
        "as_of": day(market.as_of),
        "source": text(market.source),
        "is_whole": found.is_whole,
        **_counts(found.breadth),
        "sweep": str(found.sweep) if found.sweep else None,
        "sectors": [line.group.id for line in found.sectors],
    }


def _counts(counted: Breadth) -> dict[str, Any]:
    return {
        "count": counted.known + counted.unknown,
        "risers": counted.risers,
        "fallers": counted.fallers,
        "unchanged": counted.unchanged,
        "missing": counted.unknown,
        "risers_share": number(counted.risers_share),
        "fallers_share": number(counted.fallers_share),
    }


def make_after(one: Aftermath) -> dict[str, Any]:
    """Return how one instrument stood after the day, with its returns along the window."""
    found, path = one
    return {
        "ticker": found.instrument.ticker,
        "session": day(found.session),
        "direction": str(found.direction),
        "base": price(found.base),
        "sessions_to_recover": found.sessions,
        "recovered": day(found.recovered_on),
        "is_exact": not found.missing_before,
        "furthest_return": number(found.worst_return),
        "furthest": day(found.worst_on),
        "last": day(found.last),
        "last_return": number(found.last_return),
        "held": found.held,
        "missing": found.missing,
        "offsets": list(path.offsets),
        "returns": [number(path.return_at(offset)) for offset in path.offsets],
    }
