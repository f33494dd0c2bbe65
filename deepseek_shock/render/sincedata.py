"""Since when as JSON, of instruments and of groups, and their runs."""

from collections.abc import Iterator
from typing import Any

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.groupsince import GroupSince
from deepseek_shock.analysis.history import Place
from deepseek_shock.analysis.since import Since
from deepseek_shock.market.bars import Direction
from deepseek_shock.render.jsonvalues import day, number


def make_since(one: Since) -> dict[str, Any]:
    """Return since when one move is the largest, and its ranks."""
    return {
        "ticker": one.move.instrument.ticker,
        "direction": str(one.direction),
        "previous": day(one.previous),
        "previous_return": number(one.previous_return),
        "rank": one.rank,
        "history_from": day(one.history_from),
        "rank_in_year": one.rank_in_year,
        "is_news": one.is_news,
        "multiple": number(one.multiple),
        **_points(one.points),
        **_close_since(one),
        "missing_sessions": one.missing,
        "is_verified": one.checked_from is None,
        "verified_from": day(one.checked_from),
    }


def _points(points: Place | None) -> dict[str, Any]:
    return {
        "points_previous": points and day(points.previous),
        "points_previous_change": points and number(points.value),
        "points_rank": points and points.rank,
        "points_rank_in_year": points and points.rank_in_year,
    }


def _close_since(one: Since) -> dict[str, Any]:
    is_fall = one.direction is Direction.FALL
    return {
        "lowest_close_since": day(one.close_since) if is_fall else None,
        "highest_close_since": None if is_fall else day(one.close_since),
        "is_close_record": one.is_close_known and one.close_since is None,
    }


def make_group_since(one: GroupSince) -> dict[str, Any]:
    """Return the same of a group's mean."""
    return {
        "group": one.id,
        "direction": str(one.direction),
        "mean": number(one.mean),
        "previous": day(one.place.previous),
        "previous_mean": number(one.place.value),
        "rank": one.place.rank,
        "rank_in_year": one.place.rank_in_year,
        "history_from": day(one.history_from),
        "sessions": one.sessions,
        "missing_sessions": one.missing,
        "is_verified": one.checked_from is None,
        "verified_from": day(one.checked_from),
    }


def make_runs(findings: Findings) -> Iterator[dict[str, Any]]:
    """Yield the runs of the watched instruments."""
    for ticker, run in findings.runs.items():
        yield {
            "ticker": ticker,
            "direction": None if run.direction is None else str(run.direction),
            "length": run.length,
            "is_whole": run.is_whole,
            "before": run.before,
            "is_before_whole": run.is_before_whole,
        }
