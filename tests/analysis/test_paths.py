"""Paths: closes around the event, the last one before it at 100."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.paths import Path, Window, find_paths, trim_paths
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import make_instrument
from tests.builders import FRIDAY, MONDAY, TUESDAY, asked, bars, day

NVIDIA = make_instrument("NVDA")
ASKED = {"XNYS": asked(XNYS), "XTKS": asked(XTKS)}


def levels(*values: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if value is None else Decimal(value) for value in values)


def path_of(held: Bars, window: Window) -> Path | None:
    return next(iter(find_paths([held], ASKED, window)), None)


def test_a_path_by_hand() -> None:
    held = bars("NVDA", {day("2025-01-23"): "160", FRIDAY: "200", MONDAY: "150", TUESDAY: "170"})
    path = path_of(held, Window(-2, 1))
    assert path is not None
    assert path.offsets == (-2, -1, 0, 1)
    assert path.levels == levels(80, 100, 75, 85)


def test_offsets_are_sessions_of_the_exchanges_own_calendar() -> None:
    # On Monday 20 January New York was closed, Tokyo open: five sessions before the 27th is the
    # 17th there, the 20th here.
    closes: dict[date, str | None] = {
        day("2025-01-17"): "50",
        day("2025-01-20"): "60",
        FRIDAY: "100",
    }
    new_york = path_of(bars("NVDA", closes), Window(-5, -5))
    tokyo = path_of(bars("5803.T", closes), Window(-5, -5))
    assert new_york == Path(make_instrument("NVDA"), (-5,), (Decimal(50),))
    assert tokyo == Path(make_instrument("5803.T"), (-5,), (Decimal(60),))


def test_a_line_breaks_where_a_close_is_missing() -> None:
    held = bars("NVDA", {FRIDAY: "200", MONDAY: None, day("2025-01-29"): "190"})
    path = path_of(held, Window(-1, 2))
    assert path is not None
    assert path.levels == levels(100, None, None, 95)


def test_without_the_close_before_there_is_no_path() -> None:
    window = Window(-5, 5)
    assert path_of(bars("NVDA", {day("2025-01-23"): "200", MONDAY: "150"}), window) is None
    assert path_of(bars("NVDA", {FRIDAY: None, MONDAY: "150"}), window) is None


@given(st.integers(-5, 1), st.integers(1, 5), st.integers(1, 1000))
def test_the_close_before_is_100_whatever_the_window_and_the_scale(
    first: int, last: int, scale: int
) -> None:
    held = bars("NVDA", {FRIDAY: str(4 * scale), MONDAY: str(3 * scale)})
    path = path_of(held, Window(first, last))
    assert path is not None
    found = dict(zip(path.offsets, path.levels, strict=True))
    assert list(found) == list(range(first, last + 1))
    assert found.get(-1, 100) == 100
    assert found.get(0, 75) == 75


def test_a_split_is_no_fall() -> None:
    # 200 before, ten for one on the 28th: its close of 19 is worth 190 of the shares before.
    held = bars("NVDA", {FRIDAY: "200", MONDAY: "180", TUESDAY: "19"})
    split = Bars(held.instrument, held.bars, (Action(TUESDAY, Decimal(10)),))
    path = path_of(split, Window(-1, 1))
    assert path is not None
    assert path.levels == levels(100, 90, 95)


def test_paths_are_cut_to_what_any_of_them_holds() -> None:
    offsets = tuple(range(-3, 3))
    one = Path(NVIDIA, offsets, levels(None, 90, 100, 80, None, None))
    other = Path(NVIDIA, offsets, levels(None, None, 100, 80, 85, None))
    assert [path.offsets for path in trim_paths([one, other])] == [(-2, -1, 0, 1)] * 2
    assert trim_paths([one, other])[1].levels == levels(None, 100, 80, 85)
    bare = Path(NVIDIA, offsets, levels(*[None] * 6))
    assert trim_paths([bare])[0].offsets == (-1, 0)
    assert trim_paths([]) == []
