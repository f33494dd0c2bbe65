"""The kernel: against windows taken one by one, on adversarial series, and by laws."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.analysis.scanned import ScanCounts, Scanned, ScanSettings
from deepseek_shock.scan import daysums, steps
from deepseek_shock.scan.calendars import LAST, Calendars
from deepseek_shock.scan.daytables import UNIT
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.kernel import Kernel
from deepseek_shock.scan.tally import Tally
from tests.scan.plain import START, Panel, Plain, panels, run, scan_plainly, sum_days, to_date, walk

JOB = Job(("x",), ScanSettings(top=20, least=1))
NAN, INF = math.nan, math.inf


def check(tally: Tally, plain: Plain) -> Scanned:
    """Hold a tally against the plain scan: counts to the unit, z to 1e-9."""
    found = tally.finish(JOB)
    expected = {to_date(day): sums for day, sums in sum_days(plain.moves).items() if sums.moves}
    assert {day.session for day in found.days} == set(expected)
    for day in found.days:
        sums = expected[day.session]
        numbers = day.moves, day.fallers, day.risers, day.judged, day.low, day.unranked
        assert numbers == (
            sums.moves,
            sums.fallers,
            sums.risers,
            sums.judged,
            sums.low,
            sums.unranked,
        )
        assert day.mean == pytest.approx(sums.total / sums.moves, abs=1.2e-10)
    assert found.counts.holes == plain.holes
    assert found.counts.without_close == plain.without_close
    moves = {(move.ticker, to_date(move.day)): move for move in plain.moves}
    for got in (*found.falls, *found.rises, *found.tickers, *found.unranked):
        move = moves[got.ticker, got.session]
        assert (got.close, got.previous_close) == (move.close, move.base)
        assert got.previous_session == to_date(move.previous)
        assert got.reason == move.refused
        assert (got.z is None) == (move.z is None)
        if got.z is not None and move.z is not None:
            assert got.z == pytest.approx(move.z, rel=1e-9, abs=1e-9)
    check_lists(found, plain)
    return found


def check_lists(found: Scanned, plain: Plain) -> None:
    ranked = [move for move in plain.moves if move.refused is None]
    falls = sorted((m.move, m.day, m.ticker) for m in ranked if m.move < 0)[:20]
    rises = sorted((-m.move, m.day, m.ticker) for m in ranked if m.move > 0)[:20]
    worst: dict[str, tuple[float, int]] = {}
    for move in ranked:
        worst[move.ticker] = min(worst.get(move.ticker, (INF, 0)), (move.move, move.day))
    assert [(m.ticker, m.session) for m in found.falls] == [(t, to_date(d)) for _, d, t in falls]
    assert [(m.ticker, m.session) for m in found.rises] == [(t, to_date(d)) for _, d, t in rises]
    assert {m.ticker: m.session for m in found.tickers} == {
        ticker: to_date(day) for ticker, (_, day) in worst.items()
    }
    assert [m.move for m in found.tickers] == sorted(move for move, _ in worst.values())


@pytest.mark.parametrize("length", [1, 2, 249, 250, 251, 252, 253, 600])
def test_lives_around_the_window_are_judged_from_their_252nd_row(length: int) -> None:
    panel = Panel({"A": walk(1, length), "B": walk(2, length)})
    found = check(run(panel), scan_plainly(panel))
    # 251 moves have one row more: the last of them is the first behind 250 others.
    assert found.counts.judged <= 2 * max(0, length - 251)
    assert (found.counts.judged > 0) == (length > 251)


def test_jumps_of_a_thousand_are_refused_and_stay_in_the_windows() -> None:
    rows, factor = [], 1.0
    for at, (day, close) in enumerate(walk(3, 1500)):
        factor *= {400: 1000, 401: 1e-3, 700: 1e-3, 900: 1000, 901: 1000, 902: 1e-6}.get(at, 1)
        rows.append((day, close * factor))
    panel = Panel({"A": rows, "B": walk(4, 700)})
    found = check(run(panel), scan_plainly(panel))
    assert {move.reason for move in found.unranked} >= {"implausible_ratio"}


def test_a_flat_window_behind_a_jump_has_no_z() -> None:
    jump = [(START + k, 10.0 if k < 300 else 10_000.0) for k in range(900)]
    stale = [*walk(5, 300), *((START + k, 7.0) for k in range(300, 800)), (START + 800, 6.5)]
    panel = Panel({"A": jump, "B": stale, "C": walk(6, 600)})
    found = check(run(panel), scan_plainly(panel))
    last = next(move for move in found.falls if move.session == to_date(START + 800))
    assert last.z is None


@pytest.mark.parametrize("sd", [0.9e-6, 1e-6, 1.1e-6, 1e-5, 1e-4])
def test_windows_near_flatness_are_told_as_in_two_passes(sd: float) -> None:
    rng = np.random.default_rng(8)
    quiet = 100 * np.exp(np.cumsum(1e-3 + rng.normal(0, sd, 700)))
    panel = Panel({"A": [(START + k, float(close)) for k, close in enumerate(quiet)]})
    check(run(panel), scan_plainly(panel))


def test_a_steady_growth_has_a_mean_and_no_deviation() -> None:
    panel = Panel({"A": [(START + k, 100 * 1.001**k) for k in range(600)]})
    assert check(run(panel), scan_plainly(panel)).counts.judged == 0


def test_closes_that_are_none_yield_no_move_and_none_next() -> None:
    rows = walk(9, 500)
    for at, bad in zip((0, 7, 8, 300, 499), (NAN, 0.0, -0.0, -5.0, INF), strict=True):
        rows[at] = rows[at][0], bad
    panel = Panel({"A": rows, "B": [(START, NAN)], "C": [(START, 1.0), (START + 1, -INF)]})
    found = check(run(panel), scan_plainly(panel))
    assert found.counts.without_close == 7
    assert found.counts.moves == 499 - 7


@pytest.mark.parametrize("bad", [NAN, 0.0, -5.0, INF])
def test_a_close_that_is_none_is_none_at_the_end_of_a_batch_too(bad: float) -> None:
    rows = walk(9, 700)
    rows[300] = rows[300][0], bad
    panel = Panel({"A": rows})
    found = check(run(panel, cuts=(301,)), scan_plainly(panel))
    assert (found.counts.moves, found.counts.unranked) == (697, 0)


@pytest.mark.parametrize("cuts", [(), (2,), (3,)])
def test_a_day_that_comes_twice_is_disorder_though_it_is_no_session(cuts: tuple[int, ...]) -> None:
    friday = 20_112  # 2025-01-24
    days = (friday, friday + 1, friday + 1, friday + 3)
    with pytest.raises(DisorderError):
        run(Panel({"NVDA": [(day, 100.0) for day in days]}), "XNYS", cuts=cuts)


def test_moves_of_one_day_add_up_exactly_until_they_are_put_away() -> None:
    # As many as may be of a day before that, none above 4, in a double's 53 bits.
    assert daysums._ROWS * 4 * UNIT <= 2.0**53  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    assert daysums._ROWS >= steps.BLOCK  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def test_ratios_past_a_floats_range_are_refused_and_spoil_nothing() -> None:
    rows = walk(10, 900)
    rows[100] = rows[100][0], 1e308
    rows[101] = rows[101][0], 1e-308
    panel = Panel({"A": rows})
    plain = scan_plainly(Panel({"A": rows[102:]}))
    found = run(panel).finish(JOB)
    assert found.counts.unranked == 3
    # What is 252 rows behind the jump is as if it had not been.
    later = to_date(rows[102 + 251][0])
    got = [(day.session, day.judged, day.low) for day in found.days if day.session >= later]
    sums = sum_days(plain.moves)
    assert got == [
        (to_date(day), one.judged, one.low) for day, one in sums.items() if to_date(day) >= later
    ]


def test_equal_falls_stand_by_session_then_ticker() -> None:
    rows = [(START + k, (100.0, 80.0)[k % 2]) for k in range(6)]
    panel = Panel({"B": rows, "A": rows})
    found = run(panel, top=3).finish(JOB._replace(settings=ScanSettings(top=3, least=1)))
    assert [(m.ticker, m.session) for m in found.falls] == [
        ("A", to_date(START + 1)),
        ("B", to_date(START + 1)),
        ("A", to_date(START + 3)),
    ]
    assert [m.session for m in found.tickers] == [to_date(START + 1)] * 2


class TestCalendar:
    """XNYS by its table: Friday 24 January 2025 is before Monday the 27th."""

    FRIDAY, SATURDAY, MONDAY, TUESDAY = 20112, 20113, 20115, 20116

    def count(self, *rows: tuple[int, float]) -> ScanCounts:
        return run(Panel({"A": list(rows)}), "XNYS").finish(JOB).counts

    def test_a_move_is_against_the_session_before(self) -> None:
        counts = self.count((self.FRIDAY, 10), (self.MONDAY, 9), (self.TUESDAY, 9))
        assert (counts.moves, counts.holes, counts.off_calendar) == (2, 0, 0)

    def test_a_hole_yields_no_move_and_is_counted(self) -> None:
        counts = self.count((self.FRIDAY, 10), (self.TUESDAY, 9))
        assert (counts.moves, counts.holes) == (0, 1)

    def test_a_row_on_a_day_that_is_no_session_is_dropped(self) -> None:
        counts = self.count((self.FRIDAY, 10), (self.SATURDAY, 5), (self.MONDAY, 9))
        assert (counts.rows, counts.moves, counts.holes, counts.off_calendar) == (3, 1, 0, 1)
        assert self.count((self.SATURDAY, 5)).off_calendar == 1

    def test_days_that_no_date_is_of_are_no_sessions(self) -> None:
        rows = (self.FRIDAY, 10), (self.MONDAY, 9), (LAST + 1, 8), (2**31 - 1, 7)
        assert self.count(*rows).off_calendar == 2
        assert run(Panel({"A": list(rows)})).finish(JOB).counts.off_calendar == 2

    def test_where_no_calendar_tells_the_row_before_stands(self) -> None:
        panel = Panel({"A": [(self.FRIDAY, 10.0), (self.TUESDAY, 9.0)]})
        counts = run(panel, "none").finish(JOB).counts
        assert (counts.moves, counts.unchecked, counts.holes) == (1, 1, 0)

    def test_two_calendars_in_one_block_are_counted_apart(self) -> None:
        # Tokyo had sessions on Friday the 10th and Tuesday the 14th; the 13th was a holiday.
        tokyo = [(20098, 100.0), (20102, 90.0)]
        newyork = [(20098, 100.0), (20101, 90.0), (20102, 81.0)]
        panel = Panel({"7203.T": tokyo, "AAPL": newyork, "6857.T": tokyo})
        found = run(panel, "auto").finish(JOB)
        assert [(day.calendar, day.session, day.moves) for day in found.days] == [
            ("XNYS", to_date(20101), 1),
            ("XNYS", to_date(20102), 1),
            ("XTKS", to_date(20102), 2),
        ]
        assert found.counts.holes == 0


@pytest.mark.parametrize(
    ("codes", "days"),
    [
        ([0, 0], [5, 5]),
        ([0, 0], [5, 4]),
        ([0, 1, 0], [5, 5, 6]),
        ([1, 0], [5, 6]),
        ([0, 0, 1, 1], [5, 6, 6, 6]),
    ],
)
@pytest.mark.parametrize("is_split", [False, True])
def test_rows_out_of_order_are_told(codes: list[int], days: list[int], *, is_split: bool) -> None:
    columns = np.array(codes, np.int32), np.array(days, np.int32), np.ones(len(codes))
    places = range(len(codes) + 1) if is_split else (0, len(codes))

    def feed() -> None:
        kernel = Kernel(Calendars("none"), ["A", "B"], 5)
        for start, end in pairwise(places):
            kernel.feed(columns[0][start:end], columns[1][start:end], columns[2][start:end])

    with pytest.raises(DisorderError):
        feed()


# --- laws ---


@settings(max_examples=25)
@given(panel=panels(), cuts=st.lists(st.integers(0, 3000), max_size=4))
def test_every_panel_is_counted_as_row_by_row(panel: Panel, cuts: list[int]) -> None:
    rows = sum(map(len, panel.rows.values()))
    check(run(panel, cuts=[cut % (rows + 1) for cut in cuts]), scan_plainly(panel))


@settings(max_examples=15)
@given(panel=panels(), block=st.sampled_from([7, 100, 250, 251, 1000]))
def test_the_size_of_a_block_changes_nothing(panel: Panel, block: int) -> None:
    whole = run(panel).finish(JOB)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "BLOCK", block)
        assert run(panel).finish(JOB) == whole


@settings(max_examples=15)
@given(panel=panels(), seed=st.integers(0, 99))
def test_the_order_of_tickers_changes_nothing(panel: Panel, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(list(panel.rows)).tolist()
    assert run(panel, order=order).finish(JOB) == run(panel).finish(JOB)


@settings(max_examples=15)
@given(panel=panels(has_bad=False), power=st.integers(-8, 8))
def test_prices_in_another_unit_by_a_power_of_two_change_nothing(panel: Panel, power: int) -> None:
    scaled = Panel(
        {
            name: [(day, close * 2.0**power) for day, close in rows]
            for name, rows in panel.rows.items()
        }
    )
    one, other = run(panel).finish(JOB), run(scaled).finish(JOB)
    assert (one.days, one.counts) == (other.days, other.counts)
    for table in ("falls", "rises", "tickers", "unranked"):
        of_both = (getattr(one, table), getattr(other, table))
        kept = [[(m.ticker, m.session, m.move, m.z) for m in moves] for moves in of_both]
        assert kept[0] == kept[1]


def test_a_later_bar_changes_nothing_before_it() -> None:
    panel = Panel({"A": walk(20, 700)})
    longer = Panel({"A": [*walk(20, 700), (START + 700, 1.0)]})
    assert run(longer).finish(JOB).days[: 699 - 1] == run(panel).finish(JOB).days[: 699 - 1]


def test_many_windows_taken_exactly_are_taken_some_at_a_time() -> None:
    # A fund that grows evenly, but for a jitter near the bound of 1e-6: every window is doubtful.
    rng = np.random.default_rng(11)
    closes = 100 * np.exp(np.cumsum(1e-3 + rng.normal(0, 1e-6, 3000)))
    panel = Panel({"A": [(START + k, float(close)) for k, close in enumerate(closes)]})
    check(run(panel), scan_plainly(panel))
