"""A day's place in a history as JSON, of a report and of a scan."""

from typing import Any

from deepseek_shock.analysis.scanned import ScanDay, Standing
from deepseek_shock.render.jsonvalues import day, number


def make_standing(one: Standing) -> dict[str, Any]:
    """Return a day's figures, its ranks and of how many, and the days most like it."""
    return {
        **make_scan_day(one.day),
        "rank_by_score": one.by_score,
        "scored_sessions": one.scored,
        "rank_by_mean": one.by_mean,
        "ranked_sessions": one.known,
        "history_from": day(one.first),
        "history_to": day(one.last),
        "min_count": one.least,
        "alike": [make_scan_day(other) for other in one.alike],
    }


def make_scan_day(one: ScanDay) -> dict[str, Any]:
    """Return a session's figures over all tickers."""
    return {
        "calendar": one.calendar,
        "session": day(one.session),
        "count": one.moves,
        "mean": number(one.mean),
        "median": number(one.median),
        "risers": one.risers,
        "fallers": one.fallers,
        "unchanged": one.unchanged,
        "breadth": number(one.breadth),
        "judged": one.judged,
        "low": one.low,
        "score": number(one.score),
        "unranked": one.unranked,
    }
