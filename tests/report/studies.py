"""Studies that several tests say and render, made by hand: nothing of them is computed here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from deepseek_shock.analysis.design import (
    Cumulated,
    Design,
    Outcome,
    Power,
    Statistic,
    StatisticName,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import (
    StudiedDay,
    StudiedEvent,
    StudiedGroup,
    StudiedSpan,
    Study,
)
from deepseek_shock.market.bars import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

MONDAY = date(2025, 1, 27)
DAY = Design()
DAYS = Design(event=Window(-5, 5), spans=(Window(0, 1), Window(-1, 1)))
FILES = Source("files", "returns.csv", "", date(2024, 1, 2), date(2025, 1, 31), "0" * 64)

# Nine US chip makers on 27 January 2025: their standardized abnormal returns, to one decimal; by
# the standard library their deviation is 2.560, over √(1 − .2545) that is 2.965.
CHIPS = ("NVDA", "AVGO", "TSM", "MRVL", "MU", "AMD", "ARM", "INTC", "QCOM")
SARS = (-5.1, -5.0, -5.0, -5.2, -2.9, -1.2, -1.1, 0.3, 1.3)


def made(
    portfolio: tuple[float, float] | None = (-4.58, 7e-6),
    beside: tuple[float, float] | None = (-1.55, 0.161),
) -> tuple[Statistic, ...]:
    """Make a group's tests: the portfolio t and Kolari–Pynnönen with their p, and four more."""
    first, second = portfolio or (None, None), beside or (None, None)
    return (
        Statistic(StatisticName.PORTFOLIO, first[0], 249, first[1]),
        Statistic(StatisticName.KOLARI_PYNNONEN, second[0], 8, second[1]),
        Statistic(StatisticName.CORRADO_ZIVNEY, -2.71, None, 0.0067),
        Statistic(StatisticName.GRANK, -2.55, 249, 0.0114),
        Statistic(StatisticName.PATELL, -7.96, None, 1.7e-15),
        Statistic(StatisticName.BMP, -3.12, 8, 0.0142),
    )


def event(
    place: int, instrument: str = "NVDA", group: str = "chips", t: float = -5, design: Design = DAY
) -> StudiedEvent:
    """Make an event whose standard error is 2 %, so that AR is 2 % of t; .1 % on other sessions."""
    first, last = design.event
    offsets = range(first, last + 1)
    return StudiedEvent(
        id=f"e{place}",
        instrument=instrument,
        group=group,
        day=MONDAY,
        session=MONDAY,
        outcome=Outcome.SUCCESS,
        benchmark="^GSPC",
        sessions=250,
        coefficients=(0.0003, 1.45),
        sd=0.0199,
        abnormal=tuple(0.001 if offset else 0.02 * t for offset in offsets),
        se=(0.02,) * len(offsets),
        p=tuple(0.9 if offset else 0.0123 for offset in offsets),
        spans=tuple(Cumulated(span, 0.03 * t, 0.03, t, 0.01) for span in design.spans),
    )


def unused(place: int, outcome: Outcome, group: str = "chips") -> StudiedEvent:
    """Make an event of which nothing is known but why."""
    return StudiedEvent(f"e{place}", "NVDA", group, MONDAY, None, outcome)


def group(
    name: str = "chips", used: int = 9, asked: int | None = None, design: Design = DAY
) -> StudiedGroup:
    """Make a group with a mean of −7.44 % in session 0, .1 % on others, r̄ .2545."""
    asked = used if asked is None else asked
    outcomes = {Outcome.SUCCESS: used, Outcome.TOO_FEW: asked - used}
    outcomes = {one: number for one, number in outcomes.items() if number}
    if not used:
        return StudiedGroup(name, asked, 0, outcomes, None, 0)
    days: list[StudiedDay] = []
    caar = 0.0
    for offset in range(design.event.first, design.event.last + 1):
        mean = 0.001 if offset else -0.0744
        caar += mean
        days.append(StudiedDay(offset, mean, caar, 0.032, made()))
    spans = tuple(StudiedSpan(span, -0.0754, made()) for span in design.spans)
    return StudiedGroup(name, asked, used, outcomes, 0.2545, 250, tuple(days), spans)


def with_tests(one: StudiedGroup, tests: tuple[Statistic, ...]) -> StudiedGroup:
    """Give a group other tests in every window."""
    return one._replace(
        days=tuple(day._replace(tests=tests) for day in one.days),
        spans=tuple(span._replace(tests=tests) for span in one.spans),
    )


def study(
    groups: Sequence[StudiedGroup], events: Sequence[StudiedEvent], design: Design = DAY
) -> Study:
    """Make a study of events against the S&P 500."""
    sessions = {one.session for one in events if one.outcome is Outcome.SUCCESS}
    return Study(
        design=design,
        events=tuple(events),
        groups=tuple(groups),
        benchmarks=("^GSPC",),
        sources=(FILES,),
        calendar="XNYS",
        is_one_day=len(sessions) == 1,
    )


def chips(design: Design = DAY) -> Study:
    """Make the study of nine chip makers on one day."""
    events = [
        event(place, ticker, t=t, design=design)
        for place, (ticker, t) in enumerate(zip(CHIPS, SARS, strict=True), 1)
    ]
    power = (Power(0.01, 0.0912), Power(0.02, 0.2103), Power(0.0452, 0.8))
    return study([group(design=design)._replace(power=power)], events, design)


def many(number: int, design: Design = DAY) -> Study:
    """Make a study of groups of three events each, on days of their own; only few p are small."""
    groups: list[StudiedGroup] = []
    events: list[StudiedEvent] = []
    for at in range(number):
        name = f"group {at + 1}"
        p = min(0.001 * (at + 1) ** 2, 1.0)
        tests = made((-3.9 + at / 20, p), (-2.0 + at / 20, min(2 * p, 1.0)))
        one = with_tests(group(name, 3, design=design), tests)
        days = tuple(day._replace(aar=day.aar + at / 500) for day in one.days)
        groups.append(one._replace(days=days, correlation=0.004, holm=min(p * number, 1.0)))
        for place in range(3):
            made_one = event(len(events) + 1, f"T{len(events)}", name, -5 + at / 10, design)
            events.append(made_one._replace(session=MONDAY - timedelta(days=place + at)))
    return study(groups, events, design)


def none_usable(number: int = 3) -> Study:
    """Make a study of which no event can be used."""
    events = [unused(place, Outcome.TOO_FEW) for place in range(1, number + 1)]
    return study([group(used=0, asked=number)], events)


def one_event() -> Study:
    """Make a study of one event, of which no Kolari–Pynnönen can be made."""
    one = with_tests(group(used=1), made(beside=None))
    return study([one._replace(correlation=None)], [event(1)])


def spans_only() -> Study:
    """Make a study of two events over a span, without a session judged by itself."""
    design = Design(spans=(Window(0, 1),))
    events = [
        event(place, f"T{place}", design=design)._replace(abnormal=(), se=(), p=())
        for place in (1, 2)
    ]
    return study([group(used=2, design=design)._replace(days=())], events, design)
