"""The ring: rows by day give what rows by ticker give, to the last bit."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.scanned import Scanned, ScanSettings
from deepseek_shock.scan.calendars import Calendars
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.medians import Collector
from deepseek_shock.scan.ring import Ring
from deepseek_shock.scan.ringstate import MOST
from tests.scan.plain import START, Panel, panels, run, to_date, walk

JOB = Job(("x",), ScanSettings(top=5, least=2))


def by_ring(
    panel: Panel, asked: str = "none", cuts: list[int] | None = None, job: Job = JOB
) -> Scanned:
    """Scan by the ring; a name is known to it no sooner than its first row is fed."""
    tickers, columns = panel.by_day()
    names: list[str] = []
    ring = Ring(Calendars(asked), names, job)
    for start, end in pairwise([0, *sorted(cuts or []), len(columns[0])]):
        codes = columns[0][start:end]
        names += tickers[len(names) : int(codes.max(initial=-1)) + 1]
        ring.feed(codes, columns[1][start:end], columns[2][start:end])
    tally = ring.end()
    return tally.finish(job, ring.medians)


def by_kernel(panel: Panel, asked: str = "none", job: Job = JOB) -> Scanned:
    tally = run(panel, asked, top=job.settings.top)
    tickers, columns = panel.columns()
    collector = Collector(Calendars(asked), tickers, tally.listed(job))
    collector.feed(*columns)
    return tally.finish(job, collector.end().medians())


@settings(max_examples=12)
@given(panel=panels(), cuts=st.lists(st.integers(0, 3000), max_size=4))
def test_the_ring_counts_as_the_kernel_does(panel: Panel, cuts: list[int]) -> None:
    rows = sum(map(len, panel.rows.values()))
    found = by_ring(panel, cuts=[cut % (rows + 1) for cut in cuts])
    assert found == by_kernel(panel)


def test_long_lives_turn_the_ring_many_times() -> None:
    panel = Panel({"A": walk(1, 3000), "B": walk(2, 2500, start=START + 300), "C": walk(3, 40)})
    assert by_ring(panel) == by_kernel(panel)


def test_a_jump_that_has_left_the_window_leaves_nothing_behind() -> None:
    rows = [(START + k, 10.0 if k < 300 else 1e7) for k in range(1200)]
    quiet = [(day, close * (1 + 1e-7 * (day % 2))) for day, close in rows]
    panel = Panel({"A": rows, "B": quiet, "C": walk(3, 1200)})
    assert by_ring(panel) == by_kernel(panel)


@pytest.mark.parametrize("jump", [8.5, 20.0, 400.0])
def test_jumps_beyond_what_is_summed_are_counted_all_the_same(jump: float) -> None:
    rows = walk(1, 900)
    rows[300:400] = [(day, close * math.exp(jump)) for day, close in rows[300:400]]
    panel = Panel({"A": rows, "B": walk(2, 900)})
    assert by_ring(panel) == by_kernel(panel)


def test_weeks_without_a_close_are_gone_through() -> None:
    rows = walk(1, 400)
    rows[150:250] = [(day, math.nan) for day, _ in rows[150:250]]
    panel = Panel({"A": rows})
    found = by_ring(panel)
    assert found == by_kernel(panel)
    assert (found.counts.without_close, found.counts.moves) == (100, 298)


def test_two_calendars_have_their_own_days_before() -> None:
    # Monday 13 January 2025 was a holiday in Tokyo; the 14th is held against Friday the 10th.
    days = (20098, 20101, 20102)
    newyork = [(day, 100.0 - at) for at, day in enumerate(days)]
    tokyo = [(days[0], 100.0), (days[2], 90.0)]
    panel = Panel({"A": newyork, "B": newyork[:1] + newyork[2:], "7203.T": tokyo, "6857.T": tokyo})
    job = Job(("x",), ScanSettings(top=5, least=1))
    found = by_ring(panel, "auto", job=job)
    assert found == by_kernel(panel, "auto", job=job)
    assert found.counts.holes == 1
    assert [day.moves for day in found.days] == [1, 1, 2]


def test_a_day_off_the_calendar_is_dropped() -> None:
    rows = [(20112, 100.0), (20113, 50.0), (20115, 99.0)]  # Friday, Saturday, Monday
    found = by_ring(Panel({"A": rows}), "XNYS")
    assert (found.counts.off_calendar, found.counts.moves) == (1, 1)


def test_the_asked_day_has_its_median_though_it_is_not_among_the_first() -> None:
    panel = Panel({name: walk(seed, 60) for seed, name in enumerate("ABCD")})
    calm = by_kernel(panel).days[30].session
    job = Job(("x",), ScanSettings(top=1, least=2), day=calm)
    found = by_ring(panel, job=job)
    assert found == by_kernel(panel, job=job)
    assert found.standings[0].day.session == calm
    assert found.standings[0].day.median is not None


def test_the_last_day_of_a_calendar_has_its_median() -> None:
    panel = Panel({name: walk(seed, 60) for seed, name in enumerate("ABCD")})
    found = by_ring(panel)
    assert found.standings[0].day.session == to_date(START + 59)
    assert found.standings[0].day.median is not None


@pytest.mark.parametrize(
    ("codes", "days"),
    [([0, 1, 0], [5, 5, 5]), ([0, 0], [5, 5]), ([0, 0], [5, 4]), ([0, 1, 0, 1], [5, 5, 6, 5])],
)
@pytest.mark.parametrize("is_split", [False, True])
def test_rows_out_of_order_are_told(codes: list[int], days: list[int], *, is_split: bool) -> None:
    columns = np.array(codes, np.int32), np.array(days, np.int32), np.ones(len(codes))
    places = range(len(codes) + 1) if is_split else (0, len(codes))

    def feed() -> None:
        ring = Ring(Calendars("none"), ["A", "B"], JOB)
        for start, end in pairwise(places):
            ring.feed(columns[0][start:end], columns[1][start:end], columns[2][start:end])
        ring.end()

    with pytest.raises(DisorderError):
        feed()


def test_tickers_of_several_calendars_may_come_in_any_order() -> None:
    names = ("A", "1301.T", "A.NOWHERE", "B", "7203.T", "B.NOWHERE", "130A.T", "C")
    panel = Panel({name: walk(seed, 320) for seed, name in enumerate(names)})
    found = by_ring(panel, "auto", cuts=[700])
    assert found == by_kernel(panel, "auto")
    assert {day.calendar for day in found.days} == {"XNYS", "XTKS", None}
    assert found.counts.off_calendar > 0


def test_more_tickers_than_the_ring_is_for_are_left_to_the_sort() -> None:
    names = [f"T{number}" for number in range(MOST + 1)]
    ring = Ring(Calendars("none"), names, JOB)
    with pytest.raises(DisorderError):
        ring.feed(np.array([0], np.int32), np.array([START], np.int32), np.ones(1))
