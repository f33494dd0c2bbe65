"""Exchange rates: those shipped, those of a user's table, those in a folder of bars."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.rate import Rate
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.rates import is_table_of_rates, read_rates, sample_rates
from tests.builders import FRIDAY, MONDAY, TUESDAY

if TYPE_CHECKING:
    from pathlib import Path

BARS = "ticker,session,close\nNVDA,2025-01-24,142.62\nNVDA,2025-01-27,118.42\n"
RATES = "pair,day,close\nUSDJPY,2025-01-27,150\n"
WANTED = Wanted(FRIDAY, FRIDAY, TUESDAY)


def write(folder: Path, text: str, name: str = "fx.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rates_shipped() -> None:
    rates = {rate.day: rate for rate in sample_rates()}
    assert len(rates) == 12
    # The dollar's close in Tokyo's and New York's session of the 27th, as the fact file has it.
    assert rates[MONDAY] == Rate("USDJPY", MONDAY, Decimal("154.49"), "sample")
    assert rates[MONDAY].base == "USD"


@pytest.mark.parametrize("header", ["pair,day,close", "Pair, Date ,Close", "pair,session,close"])
def test_a_table_of_rates(tmp_path: Path, header: str) -> None:
    path = write(tmp_path, f"{header}\nUSDJPY,2025-01-27,154.49\nUSDJPY,2025-01-28,155.52\n")
    first, second = read_rates(path)
    assert first == Rate("USDJPY", MONDAY, Decimal("154.49"), "fx.csv")
    assert second.day == TUESDAY


def test_a_table_may_name_its_source(tmp_path: Path) -> None:
    text = "day,pair,source,close\n2025-01-27,USDJPY,a bank,154.49\n2025-01-28,USDJPY,,155.52\n"
    assert [rate.source for rate in read_rates(write(tmp_path, text))] == ["a bank", "fx.csv"]


FAULTS = {
    "no close": ("pair,day\nUSDJPY,2025-01-27\n", 1, "close"),
    "nothing but bars": (BARS, 1, "pair"),
    "no pair": ("pair,day,close\nyen,2025-01-27,154.49\n", 2, "yen"),
    "no date": ("pair,day,close\nUSDJPY,27.1.2025,154.49\n", 2, "27.1.2025"),
    "no such day": ("pair,day,close\nUSDJPY,2025-02-30,154.49\n", 2, "2025-02-30"),
    "no number": ("pair,day,close\nUSDJPY,2025-01-27,154円\n", 2, "154円"),
    "no rate": ("pair,day,close\nUSDJPY,2025-01-27,0\n", 2, "'0'"),
    "not finite": ("pair,day,close\nUSDJPY,2025-01-27,NaN\n", 2, "NaN"),
    "too large": ("pair,day,close\nUSDJPY,2025-01-27,1e300\n", 2, "1e300"),
    "too small": ("pair,day,close\nUSDJPY,2025-01-27,1e-300\n", 2, "1e-300"),
    "a short row": ("pair,day,close\nUSDJPY,2025-01-27,154.49\nUSDJPY\n", 3, "''"),
    "twice": (RATES + "\nUSDJPY,2025-01-27,151\n", 4, "twice"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, word = FAULTS[fault]
    with pytest.raises(FileError) as caught:
        read_rates(write(tmp_path, text))
    assert word in caught.value.message
    assert caught.value.line == line
    assert caught.value.hint


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist") as caught:
        read_rates(tmp_path / "fx.csv")
    assert "pair,day,close" in (caught.value.hint or "")


def test_a_folder_of_bars_may_hold_rates(tmp_path: Path) -> None:
    write(tmp_path, RATES)
    write(tmp_path, BARS, "prices.csv")
    nvda, fx = make_instrument("NVDA"), make_instrument("FX")
    fetched = Files(tmp_path, "").fetch([nvda, fx], WANTED)
    assert fetched.rates == (Rate("USDJPY", MONDAY, Decimal(150), "fx.csv"),)
    assert fetched.bars["NVDA"].instrument == nvda
    assert "FX" not in fetched.near["FX"]


def test_bars_of_a_share_that_is_called_fx_are_bars(tmp_path: Path) -> None:
    path = write(tmp_path, "session,close\n2025-01-24,10\n2025-01-27,11\n")
    assert not is_table_of_rates(path)
    fetched = Files(tmp_path, "").fetch([make_instrument("FX")], WANTED)
    assert fetched.rates == ()
    assert fetched.bars["FX"].close(MONDAY) == 11  # type: ignore[union-attr]


def test_elsewhere_a_table_of_rates_is_no_table_of_bars(tmp_path: Path) -> None:
    write(tmp_path, RATES)
    with pytest.raises(FileError, match="holds no table"):
        Files(tmp_path, "").fetch([make_instrument("NVDA")], WANTED)
