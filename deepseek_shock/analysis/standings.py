"""Where a day stands among all sessions of a history, and which were like it.

Two days are the more alike the nearer they lie in mean move, breadth and score, each in times of
its standard deviation over the days that are compared.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from heapq import nsmallest
from math import fsum, sqrt
from operator import mul

from deepseek_shock.analysis.scanned import ScanDay, Standing

ALIKE = 3
APART = 5  # sessions: nearer ones belong to the same shock


def find_standings(days: Iterable[ScanDay], asked: date | None, least: int) -> tuple[Standing, ...]:
    """Place the day asked on each calendar, or the last that has moves enough.

    `days` are ordered by calendar and session. A calendar on which the day asked is no session, or
    one of fewer than `least` moves, has no line.
    """
    found: list[Standing] = []
    calendars: dict[str | None, list[ScanDay]] = {}
    for day in days:
        calendars.setdefault(day.calendar, []).append(day)
    for held in calendars.values():
        wanted = find_asked(held, asked, least)
        if wanted is not None:
            found.append(find_standing(wanted, held, least))
    return tuple(found)


def find_asked(days: Sequence[ScanDay], asked: date | None, least: int) -> ScanDay | None:
    """Find the day asked among those of one calendar, or the last; of moves enough, else `None`."""
    ranked = (day for day in reversed(days) if day.moves >= least)
    return next((day for day in ranked if asked in (None, day.session)), None)


def find_standing(day: ScanDay, days: Sequence[ScanDay], least: int) -> Standing:
    """Place a day among those of its calendar with at least `least` moves, itself included.

    `days` are in session order; those of other calendars are passed over. Two days of the same
    figure share a rank. By the score, only days with at least `least` judged moves are ranked, and
    none whose score is 0.
    """
    held = [one for one in days if one.calendar == day.calendar]
    ranked = [one for one in held if one.moves >= least or one.session == day.session]
    scored = [one for one in ranked if one.is_scored(least)]
    has_score = day.is_scored(least)
    compared = scored if has_score else ranked
    measures = [
        [one.mean for one in compared],
        [one.fallers / one.moves for one in compared],
        [one.low / one.judged for one in scored],
    ]
    mean, score = day.mean, day.score or 0.0
    return Standing(
        day,
        1 + sum(other > score for other in measures[2]) if has_score and day.low else None,
        1 + sum(one.mean < mean for one in ranked),
        len(ranked),
        _find_alike(
            list(zip((mean, day.breadth, score), measures, strict=True))[: 2 + has_score],
            compared,
            _around(day, held),
        ),
        scored=len(scored),
        first=ranked[0].session if ranked else None,
        last=ranked[-1].session if ranked else None,
        least=least,
    )


def _around(day: ScanDay, held: Sequence[ScanDay]) -> frozenset[date]:
    """Return the day and the sessions held around it, on either side."""
    at = next((at for at, one in enumerate(held) if one.session == day.session), None)
    if at is None:
        return frozenset((day.session,))
    return frozenset(one.session for one in held[max(0, at - APART) : at + APART + 1])


def _find_alike(
    measures: Iterable[tuple[float, Sequence[float]]],
    days: Sequence[ScanDay],
    around: frozenset[date],
) -> tuple[ScanDay, ...]:
    """Find the days nearest to one, by measures: its own figure, and one of each of the days.

    Of equally near ones the earlier. A day without a score is compared by mean and breadth alone,
    another with the days that have one.
    """
    distances = [0.0] * len(days)
    for own, figures in measures:
        sd = _deviation(figures)
        if sd > 0:
            distances = [
                distance + ((figure - own) / sd) ** 2
                for distance, figure in zip(distances, figures, strict=True)
            ]
    near = nsmallest(
        ALIKE,
        (
            (distance, one.session, at)
            for at, (distance, one) in enumerate(zip(distances, days, strict=True))
            if one.session not in around
        ),
    )
    return tuple(days[at] for _, _, at in near)


def _deviation(figures: Sequence[float]) -> float:
    """Return the standard deviation (ddof 1), 0 of a single figure."""
    if len(figures) <= 1:
        return 0.0
    mean = fsum(figures) / len(figures)
    apart = [figure - mean for figure in figures]
    return sqrt(fsum(map(mul, apart, apart)) / (len(figures) - 1))
