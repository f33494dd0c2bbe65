"""Tallies: they add up in any order to the last bit, and say the same after they were written."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.scanned import ScanSettings
from deepseek_shock.scan.calendars import Calendars
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.medians import Collector, DayMoves
from deepseek_shock.scan.tally import Tally
from tests.scan.plain import START, Panel, panels, run, scan_plainly, to_date, walk

JOB = Job(("x",), ScanSettings(top=5, least=1))


def parts(panel: Panel, watch: list[int] | None = None) -> list[Tally]:
    """Count each ticker alone."""
    return [
        run(Panel({name: rows}), top=5, watch={None: watch or []})
        for name, rows in panel.rows.items()
    ]


def merge(tallies: list[Tally]) -> Tally:
    total = Tally(5)
    for tally in tallies:
        total.merge(tally)
    return total


@settings(max_examples=15)
@given(panel=panels(), seed=st.integers(0, 99))
def test_parts_add_up_to_the_whole_in_any_order(panel: Panel, seed: int) -> None:
    whole = run(panel, top=5).finish(JOB)
    each = parts(panel)
    order = np.random.default_rng(seed).permutation(len(each))
    assert merge([each[k] for k in order]).finish(JOB) == whole


@settings(max_examples=10)
@given(panel=panels())
def test_what_was_written_says_the_same(panel: Panel) -> None:
    tally = run(panel, top=5, watch={None: range(START, START + 100)})
    read = Tally.from_bytes(tally.to_bytes())
    assert read.finish(JOB) == tally.finish(JOB)
    assert read.moves.medians() == tally.moves.medians()
    more = run(Panel({"ZZ": walk(1, 300)}), top=5)
    read.merge(more)
    tally.merge(more)
    assert read.finish(JOB) == tally.finish(JOB)


def test_an_empty_tally_has_no_rows() -> None:
    found = Tally.from_bytes(Tally(5).to_bytes()).finish(JOB)
    assert (found.counts.rows, found.days, found.standings) == (0, (), ())


def test_calendars_stand_apart_after_they_were_written() -> None:
    day = 20115  # Monday 27 January 2025, a session in New York and in Tokyo
    rows = [(day, 100.0), (day + 1, 90.0)]
    tally = run(Panel({"AAPL": rows, "7203.T": rows, "X.QQ": rows}), "auto", top=5)
    found = Tally.from_bytes(tally.to_bytes()).finish(JOB)
    assert [one.calendar for one in found.days] == [None, "XNYS", "XTKS"]
    assert [move.calendar for move in found.falls] == [None, "XNYS", "XTKS"]


def test_a_ticker_is_counted_once() -> None:
    tally = run(Panel({"A": walk(1, 10), "B": walk(2, 10)}))
    with pytest.raises(DisorderError):
        tally.merge(run(Panel({"C": walk(3, 10), "B": walk(4, 10)})))


def test_ties_at_the_cut_stand_by_ticker_whatever_came_first() -> None:
    rows = [(START, 100.0), (START + 1, 80.0)]
    each = parts(Panel(dict.fromkeys("GFEDCBA", rows)))
    for order in list(permutations(each))[::500]:
        found = merge(list(order)).finish(JOB)
        assert [move.ticker for move in found.falls] == list("ABCDE")


def test_the_mean_is_of_the_moves_and_the_shock_needs_a_low_z() -> None:
    panel = Panel({"A": walk(1, 600), "B": walk(2, 600), "C": walk(3, 600)})
    found = run(panel, top=5).finish(JOB)
    assert [day.mean for day in found.worst] == sorted(day.mean for day in found.days)[:5]
    scores = [(-(day.score or 0), day.session) for day in found.days if day.low]
    assert [day.session for day in found.shocks] == [day for _, day in sorted(scores)[:5]]
    fewer = run(panel, top=5).finish(JOB._replace(settings=ScanSettings(top=5, least=4)))
    assert (fewer.worst, fewer.shocks, fewer.standings) == ((), (), ())
    assert fewer.days == found.days


# --- medians ---


@settings(max_examples=15)
@given(panel=panels(), cut=st.integers(0, 3000))
def test_medians_are_those_of_all_moves_of_the_day(panel: Panel, cut: int) -> None:
    days = range(START + 1, START + 700, 7)
    expected: dict[tuple[str | None, int], list[float]] = {}
    for move in scan_plainly(panel).moves:
        if move.refused is None and move.day in days:
            expected.setdefault((None, move.day), []).append(move.move)
    tickers, columns = panel.columns()
    collector = Collector(Calendars("none"), tickers, {None: days})
    cut %= len(columns[0]) + 1
    for rows in (slice(cut), slice(cut, None)):
        collector.feed(columns[0][rows], columns[1][rows], columns[2][rows])
    medians = {day: float(np.median(moves)) for day, moves in expected.items()}
    assert collector.end().medians() == medians
    assert merge(parts(panel, list(days))).moves.medians() == medians


def test_days_watched_from_a_row_on_and_rows_looked_up_before_it_are_all() -> None:
    panel = Panel({"A": walk(1, 50), "B": walk(2, 50)})
    tickers, columns = panel.columns()
    days: dict[str | None, list[int]] = {None: [START + 10, START + 30]}
    early, late = (Collector(Calendars("none"), tickers, days) for _ in range(2))
    for one, rows in ((early, slice(50)), (late, slice(50, None))):
        one.feed(columns[0][rows], columns[1][rows], columns[2][rows])
    moves = DayMoves.from_bytes(early.end().to_bytes())
    moves.merge(late.end())
    whole = Collector(Calendars("none"), tickers, days)
    whole.feed(*columns)
    assert moves.medians() == whole.end().medians()
    assert len(moves.medians()) == 2


def test_a_listed_day_has_its_median_and_no_other() -> None:
    panel = Panel({"A": walk(1, 300), "B": walk(2, 300)})
    tally = run(panel, watch={None: range(START, START + 300)})
    job = Job(("x",), ScanSettings(top=2, least=1), day=to_date(START + 7))
    listed = tally.listed(job)
    found = tally.finish(job, tally.moves.medians())
    with_median = {day.session for day in found.days if day.median is not None}
    assert with_median == {to_date(day) for day in listed[None]}
    assert with_median == {
        *(day.session for day in (*found.worst, *found.shocks)),
        to_date(START + 7),
    }
    assert all(day.median is not None for day in (*found.worst, *found.shocks))
    assert found.standings[0].day.median is not None


def test_closes_at_the_edge_of_a_split_are_told_as_a_report_does() -> None:
    # 3 % beside a half: 51.5 is refused, as the report's decimals do; 51.6 is not.
    found = run(Panel({"A": [(1, 100.0), (2, 51.5)], "B": [(1, 100.0), (2, 51.6)]})).finish(JOB)
    assert [move.ticker for move in found.unranked] == ["A"]
    assert [move.ticker for move in found.falls] == ["B"]
    assert math.isclose(found.falls[0].move, -0.484)
