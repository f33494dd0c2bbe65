"""The relay as JSON: its legs, and the sessions that could react first to an instant."""

from datetime import UTC, datetime
from typing import Any

from deepseek_shock.analysis.instant import First, Reach
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.render.jsonvalues import day, number


def make_leg(leg: Leg) -> dict[str, Any]:
    """Return one leg, with its relation to New York's session and to the instant."""
    return {
        "exchange": leg.asked.exchange.mic,
        "session": day(leg.asked.session),
        "previous_session": day(leg.asked.previous),
        "opens": leg.asked.opens_at.isoformat(),
        "closes": leg.asked.closes_at.isoformat(),
        "members": [move.instrument.ticker for move in leg.members],
        "fallers": leg.breadth.fallers,
        "risers": leg.breadth.risers,
        "median_overnight_return": number(leg.overnight),
        "median_intraday_return": number(leg.intraday),
        "median_price_return": number(leg.price_return),
        "benchmark": leg.benchmark.instrument.ticker if leg.benchmark else None,
        "benchmark_return": number(leg.benchmark.price_return) if leg.benchmark else None,
        "relation": leg.relation and str(leg.relation),
        "phase": str(leg.asked.phase),
        **_reach(leg.reach),
    }


def make_first(first: First) -> dict[str, Any]:
    """Return the first session of an exchange that could react."""
    return {
        "exchange": first.exchange.mic,
        "session": day(first.session),
        **_reach(first.reach),
    }


def _reach(reach: Reach | None) -> dict[str, Any]:
    return {
        "could_react": reach and str(reach.extent),
        "timing": reach and str(reach.timing),
    }


def make_instant(at: datetime | None) -> str | None:
    """Return an instant in ISO 8601, in UTC."""
    return None if at is None else f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
