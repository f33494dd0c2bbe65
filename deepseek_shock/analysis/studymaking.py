"""A study's events: every one judged, session by session and by span.

An event counts only if it has all returns of the event window and of every span, so that one group
has one N throughout. Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Integers
from deepseek_shock.analysis.axes import Axis, Located, Placed, gather
from deepseek_shock.analysis.design import (
    Cumulated,
    Design,
    Outcome,
)
from deepseek_shock.analysis.event_study import (
    Cumulation,
    Result,
    study,
    two_sided,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedEvent
from deepseek_shock.analysis.windows import Windows, columns_of, judged_window


class AskedEvent(NamedTuple):
    """An event as it is asked: `day` is the date that was given."""

    id: str
    instrument: str
    group: str
    day: date
    benchmark: str | None


class JudgedEvents(NamedTuple):
    """N events judged over the sessions of all windows together.

    `runs` cumulate from the first session of the event window to each. `market` is what they are
    held against, `None` for a model without a benchmark; `axis` (N,) says by whose sessions.
    """

    design: Design
    result: Result
    spans: tuple[Cumulation, ...]
    runs: tuple[Cumulation, ...]
    market: Windows | None
    axis: Integers

    @property
    def shown(self) -> slice:
        """The columns of the event window among those judged."""
        return columns_of(self.design.event, self.design)


def judge_all(
    placed: Sequence[Placed], axes: Sequence[Axis], located: Located, design: Design
) -> JudgedEvents:
    """Judge all events, in their order."""
    event = design.event
    runs = tuple(Window(event.first, last) for last in range(event.first, event.last + 1))
    whole = design._replace(event=judged_window(design), spans=(*design.spans, *runs))
    own, market = gather(placed, axes, located, whole)
    result = study(own, market, whole)
    count = len(design.spans)
    spans, cumulated = result.spans[:count], result.spans[count:]
    return JudgedEvents(design, result, spans, cumulated, market, located.axis)


def make_events(
    asked: Sequence[AskedEvent], judged: JudgedEvents, sessions: Integers
) -> tuple[StudiedEvent, ...]:
    """Make the events of a study; `sessions` (N,) are the ordinals of session 0, −1 for none."""
    result, fitted = judged.result, judged.result.fit
    rows = _Rows(
        result.abnormal[:, judged.shown].tolist(),
        result.se[:, judged.shown].tolist(),
        result.p[:, judged.shown].tolist(),
        fitted.coefficients.tolist(),
        fitted.sd.tolist(),
        fitted.sessions.tolist(),
        [_cumulations(span, fitted.df) for span in judged.spans],
    )
    return tuple(
        _make_event(one, at, Outcome(outcome), session, rows)
        for at, (one, outcome, session) in enumerate(
            zip(asked, result.outcomes.tolist(), sessions.tolist(), strict=True)
        )
    )


class _Rows(NamedTuple):
    """The figures of all events as lists, which cost less to take apart than arrays."""

    abnormal: list[list[float]]
    se: list[list[float]]
    p: list[list[float]]
    coefficients: list[list[float]]
    sd: list[float]
    sessions: list[int]
    spans: list[list[Cumulated]]


def _cumulations(span: Cumulation, df: Integers) -> list[Cumulated]:
    with np.errstate(invalid="ignore", divide="ignore"):
        t = span.car / span.se
    columns: Any = (span.car.tolist(), span.se.tolist(), t.tolist(), two_sided(t, df).tolist())
    return [Cumulated(span.span, *figures) for figures in zip(*columns, strict=True)]


def _make_event(
    asked: AskedEvent, at: int, outcome: Outcome, session: int, rows: _Rows
) -> StudiedEvent:
    on = None if session < 0 else date.fromordinal(session)
    event = StudiedEvent(
        asked.id,
        asked.instrument,
        asked.group,
        asked.day,
        on,
        outcome,
        asked.benchmark,
        rows.sessions[at],
    )
    if outcome is not Outcome.SUCCESS:
        return event
    return event._replace(
        coefficients=tuple(rows.coefficients[at]),
        sd=rows.sd[at],
        abnormal=tuple(rows.abnormal[at]),
        se=tuple(rows.se[at]),
        p=tuple(rows.p[at]),
        spans=tuple(span[at] for span in rows.spans),
    )
