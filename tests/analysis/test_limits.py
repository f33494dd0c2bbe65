"""Tokyo's price limits: what reached its limit, what may stand beyond it.

Limits and ticks were read by hand off a broker's published tables of the exchange's rule.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepseek_shock
from deepseek_shock.analysis.guards import find_refusal
from deepseek_shock.analysis.limits import Limit, find_limit, is_beyond_limit, price_limit
from deepseek_shock.analysis.moves import Asked, Leniency, Status, find_move
from deepseek_shock.market import _limit_table as table
from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.market.exchange import XTKS
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import Phase, previous_session
from tests.builders import MONDAY, NIKKEI, asked, day

FUJIKURA, NVDA = make_instrument("5803.T"), make_instrument("NVDA")
FACTS = Path(deepseek_shock.__file__).parent / "sample" / "tse_price_limits.csv"
HISTORY = Path(__file__).parents[2].parent / "shared" / "data" / "bars_2023_2025.csv.gz"
"""Longer series, beside the checkout where there are any; they are no part of it."""
SCRIPT = "scripts/make_limit_table.py"


def of_day(session: str, low: str | None, close: str, high: str | None) -> Bar:
    highest, lowest = (None if price is None else Decimal(price) for price in (high, low))
    return Bar(day(session), Decimal(close), highest, lowest, Decimal(close), 1000)


# --- the table ---


def test_the_table_is_that_of_the_facts() -> None:
    text = FACTS.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert [int(row["base_price_from_yen"]) for row in rows] == list(table.BASES)
    assert [int(row["limit_yen"]) for row in rows] == list(table.LIMITS)
    assert int(rows[-1]["base_price_below_yen"]) == table.END
    assert text.startswith("#")
    assert "Source: " in text


def test_the_script_would_write_the_table_as_it_is(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("make_limit_table", checkout / SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(sys, "argv", [SCRIPT, "--check"])
    assert script.main() == 0
    target = tmp_path / "table.py"
    target.write_text("BASES = ()\n")
    monkeypatch.setattr(script, "TARGET", target)
    assert script.main() == 1
    monkeypatch.setattr(sys, "argv", [SCRIPT])
    assert script.main() == 0
    assert target.read_text(encoding="utf-8") == script.write_table()


# --- who reached it ---


@pytest.mark.parametrize(
    ("session", "base", "low", "close", "high", "limit"),
    [
        # Upper limits between two ticks are rounded up: 2,999 + 500 to the tick of 5, 4,355 + 700
        # to that of 10, 2,943.5 + 500 to a yen, for a share of the TOPIX 500.
        ("2025-01-27", "2999", "2999", "3500", "3500", Limit.UP),
        ("2025-01-27", "2999", "2999", "3495", "3495", None),
        ("2025-01-27", "4355", "4500", "4865", "5060", Limit.TOUCHED_UP),
        ("2025-01-27", "2943.5", "3008", "3444", "3444", Limit.UP),
        ("2025-01-27", "2943.5", "3008", "3443", "3443", None),
        # 1,000 ± 300 by hand.
        ("2025-01-27", "1000", "700", "700", "900", Limit.DOWN),
        ("2025-01-27", "1000", "701", "701", "1299", None),
        ("2025-01-27", "1000", "1100", "1300", "1300", Limit.UP),
        ("2025-01-27", "1000", None, "1300", None, Limit.UP),
        ("2025-01-27", "1000", None, "1299", None, None),
        # Both ends touched: the one on the side of the close.
        ("2025-01-27", "1000", "700", "990", "1300", Limit.TOUCHED_DOWN),
        ("2025-01-27", "1000", "700", "1010", "1300", Limit.TOUCHED_UP),
        # Beyond the table's limit the limit was widened, four times, on that day.
        ("2025-01-27", "2000", "1400", "1400", "1500", None),
        ("2025-01-27", "20000", "16000", "40000", "40000", Limit.UP),
        ("2025-01-27", "3000000", "2000000", "2000000", "2900000", None),  # beyond the table
        # Before 4 January 2010 other limits held.
        ("2009-12-30", "1000", "700", "700", "900", None),
        ("2010-01-04", "1000", "700", "700", "900", Limit.DOWN),
    ],
)
def test_which_limit_was_reached(  # noqa: PLR0913, PLR0917 -- a row of the table
    session: str, base: str, low: str | None, close: str, high: str | None, limit: Limit | None
) -> None:
    assert find_limit(FUJIKURA, of_day(session, low, close, high), Decimal(base)) is limit


# The exchange's notices of widened limits (制限値幅の拡大),
# jpx.co.jp/news/1030/20211214-01.html and 20220208-01.html:
# base price, the limit widened, limit up, limit down.
NOTICES = {
    "4336.T": ("887", "600", "1487", "737"),
    "6049.T": ("588", "400", "688", "188"),
    "7063.T": ("2163", "2000", "4165", "1663"),  # 4,163 rounded up to the tick of 5
    "4014.T": ("1064", "1200", "2264", "764"),
    "4962.T": ("1690", "1600", "3290", "1290"),
    "6548.T": ("650", "400", "750", "250"),
    "6639.T": ("2635", "2000", "4635", "2135"),
}


@pytest.mark.parametrize("ticker", NOTICES)
def test_the_limits_that_the_exchange_announced(ticker: str) -> None:
    base, widened, up, down = map(Decimal, NOTICES[ticker])
    share = make_instrument(ticker)
    limit = price_limit(base)
    assert limit is not None
    assert limit * 4 == widened  # the other side keeps the table's
    is_up = up - base > limit + 5
    ends = ((up, is_up, 1, Limit.UP), (down, not is_up, -1, Limit.DOWN))
    for end, is_widened, step, reached in ends:
        bar = Bar(day("2022-02-09"), end, end, end, end, 100)
        assert find_limit(share, bar, base) is reached
        times = Decimal(4 if is_widened else 1)
        assert not is_beyond_limit(share, end, base, times)
        assert is_beyond_limit(share, end + step, base, times)
        assert is_beyond_limit(share, end, base) is is_widened


def test_a_limit_is_widened_on_one_side_alone() -> None:
    """The first of the second notice: up to 2,264 yen that day, down to 764 and no further."""
    bar = of_day("2022-02-09", "764", "1500", "1600")
    assert find_limit(make_instrument("4014.T"), bar, Decimal(1064)) is Limit.TOUCHED_DOWN


def test_before_the_close_a_limit_is_touched_and_no_more() -> None:
    bar = of_day("2025-01-27", "700", "700", "900")
    limit = find_limit(FUJIKURA, bar, Decimal(1000), is_over=False)
    assert limit is Limit.TOUCHED_DOWN
    assert not limit.is_locked
    assert Limit.DOWN.is_locked


def test_neither_an_index_nor_new_york_reaches_a_limit() -> None:
    bar = of_day("2025-01-27", "700", "700", "900")
    assert find_limit(NIKKEI, bar, Decimal(1000)) is None
    assert find_limit(NVDA, bar, Decimal(1000)) is None


@given(st.integers(100, 2_000_000), st.integers(0, 500_000), st.booleans())
def test_signs_mirror_the_flags(base: int, distance: int, is_over: bool) -> None:  # noqa: FBT001 -- drawn
    mirror = {
        Limit.DOWN: Limit.UP,
        Limit.TOUCHED_DOWN: Limit.TOUCHED_UP,
        None: None,
    }
    limit = price_limit(Decimal(base))
    assert limit is not None
    step = min(Decimal(distance), limit)
    down, up = (Bar(MONDAY, None, None, None, Decimal(base) + way * step, 1) for way in (-1, 1))
    if step:
        fell, rose = (find_limit(FUJIKURA, b, Decimal(base), is_over=is_over) for b in (down, up))
        assert mirror[fell] is rose
        assert (fell is None) is (step < limit)


# --- what may stand beyond it ---


@pytest.mark.parametrize(
    ("base", "close", "is_beyond"),
    [
        ("2999", "3500", False),  # 3,499 rounded up to the tick of 5
        ("2999", "3501", True),
        ("4355", "5060", False),  # 5,055 to the tick of 10
        ("4355", "5061", True),
        ("2943.5", "3444", False),
        ("2943.5", "3446", True),
        ("2943.5", "2443.5", False),
        ("2943.5", "2443", True),
    ],
)
def test_a_close_at_the_rounded_limit_is_no_mistake(base: str, close: str, is_beyond: bool) -> None:  # noqa: FBT001 -- a row of the table
    assert is_beyond_limit(FUJIKURA, Decimal(close), Decimal(base)) is is_beyond
    reason = GapReason.BEYOND_PRICE_LIMIT if is_beyond else None
    assert find_refusal(FUJIKURA, Decimal(close), Decimal(base)) is reason


def bars_of(*prices: tuple[str, str]) -> Bars:
    """Make bars of one price a day."""
    return Bars(FUJIKURA, tuple(still(session, price) for session, price in prices))


def still(session: str, price: str) -> Bar:
    at = Decimal(price)
    return Bar(day(session), at, at, at, at, 100)


def status_of(bars: Bars) -> tuple[Status, Limit | None]:
    move = find_move(bars, asked(XTKS))
    return move.status, move.limit


# Two days of one price at the limit: 5,000 − 1,000 and 4,000 − 700.
LOCKED = (("2025-01-22", "5000"), ("2025-01-23", "4000"), ("2025-01-24", "3300"))


def test_after_two_days_locked_the_limit_may_be_four_times_as_wide() -> None:
    # 3,300 − 4 × 700 = 500 would be a seventh, which no guard lets pass; 2,300 is beyond the table.
    assert status_of(bars_of(*LOCKED, ("2025-01-27", "2300"))) == (Status.OK, None)
    # The limit's own price is what it was: nobody widened it.
    assert status_of(bars_of(*LOCKED, ("2025-01-27", "2600"))) == (Status.OK, Limit.DOWN)
    # The other side is not widened.
    assert status_of(bars_of(*LOCKED, ("2025-01-27", "4500")))[0] is Status.SUSPECT


def test_before_the_table_days_of_one_price_may_have_widened_the_limit() -> None:
    """Until 2010 a share of 1,000 yen had 200, of 700 to 1,000 yen 100: twice, after three days."""
    days = ("2009-06-01", "2009-06-02", "2009-06-03", "2009-06-04", "2009-06-05")
    closes = ("1300", "1100", "900", "800", "600")  # 200, 200, 100 of the limits then; then 200
    bars = bars_of(*zip(days, closes, strict=True))
    calm = bars_of(*zip(days, ("1300", "1310", "900", "800", "600"), strict=True))
    now = Asked(XTKS, day(days[-1]), day(days[-2]), Phase.ENDED)
    assert find_move(bars, now).status is Status.OK
    assert find_move(calm, now).status is Status.SUSPECT


def test_one_day_locked_widens_nothing() -> None:
    days = (("2025-01-22", "4100"), ("2025-01-23", "4000"), ("2025-01-24", "3300"))
    assert status_of(bars_of(*days, ("2025-01-27", "2300")))[0] is Status.SUSPECT


def test_a_day_that_is_not_held_widens_nothing() -> None:
    days = (("2025-01-21", "5000"), ("2025-01-23", "4000"), ("2025-01-24", "3300"))
    assert status_of(bars_of(*days, ("2025-01-27", "2300")))[0] is Status.SUSPECT


def test_an_accepted_figure_beyond_the_limit_is_at_none() -> None:
    bars = bars_of(("2025-01-24", "3300"), ("2025-01-27", "2300"))
    move = find_move(bars, asked(XTKS), leniency=Leniency(is_accepted=True))
    assert (move.status, move.limit) == (Status.OK, None)


def test_a_provisional_figure_has_only_touched_its_limit() -> None:
    bars = bars_of(("2025-01-24", "3300"), ("2025-01-27", "2600"))
    assert find_move(bars, asked(XTKS, Phase.RUNNING)).limit is Limit.TOUCHED_DOWN


def test_on_a_split_the_limit_is_that_of_the_new_basis() -> None:
    rows = (still("2025-01-24", "6705"), still("2025-01-27", "2652.5"))
    # 6,705 before 2:1 are 3,352.5, from which a day may carry it by 700 yen.
    bars = Bars(FUJIKURA, rows, (Action(MONDAY, Decimal(2)),))
    assert status_of(bars) == (Status.OK, Limit.DOWN)


# --- real histories ---


def test_no_real_close_is_beyond_its_limit_and_many_stand_at_it() -> None:
    if not HISTORY.is_file():
        pytest.skip("needs the longer series")
    closes: dict[str, dict[str, Bar]] = {}
    with gzip.open(HISTORY, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["ticker"].endswith(".T") and row["close"]:
                bar = of_day(row["session"], row["low"] or None, row["close"], row["high"] or None)
                closes.setdefault(row["ticker"], {})[row["session"]] = bar
    reached: dict[str, set[str]] = {}
    for ticker, bars in closes.items():
        for session, bar in bars.items():
            before = bars.get(str(previous_session(XTKS, day(session))))
            if before is None or before.close is None or bar.close is None:
                continue
            share = make_instrument(ticker)
            assert not is_beyond_limit(share, bar.close, before.close), (ticker, session)
            if find_limit(share, bar, before.close) is Limit.DOWN:
                reached.setdefault(session, set()).add(ticker)
    # Read off the series and the table by hand: 27,055 − 5,000 and 6,313 − 1,000.
    assert reached["2024-08-05"] >= {"8035.T", "6857.T"}
