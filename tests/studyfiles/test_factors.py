"""Daily factors: plain tables, and the layout of Kenneth French's library; figures made up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.errors import FileError
from deepseek_shock.studyfiles.factors import FactorTable, read_factors

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = date(2025, 1, 27), date(2025, 1, 28)
EXPECTED = {
    FIRST: Factors(-0.0161, 0.002, 0.0113, 0.0002),
    SECOND: Factors(0.01, -0.003, 0, 0.0002),
}

LIBRARY = """This file was created by a program using a database.
The 1-month TBill return is from a vendor.

,Mkt-RF,SMB,HML,RF
20250127,  -1.61,   0.20,   1.13,   0.02
20250128,   1.00,  -0.30,   0.00,   0.02
20250129, -99.99,  -0.30,   0.00,   0.02

Copyright 2025 Nobody
"""


def read(folder: Path, text: str) -> FactorTable:
    path = folder / "factors.csv"
    path.write_text(text, encoding="utf-8")
    return read_factors(path)


def close(found: FactorTable) -> None:
    assert found.factors.keys() == EXPECTED.keys()
    for day, factors in EXPECTED.items():
        assert found.factors[day] == pytest.approx(factors)


def test_the_library_layout_is_per_cent(tmp_path: Path) -> None:
    close(read(tmp_path, LIBRARY))


@pytest.mark.parametrize(
    "text",
    [
        "date,MKT-RF,SMB,HML,RF\n2025-01-27,-.0161,.002,.0113,.0002\n2025-01-28,.01,-.003,0,.0002\n",
        "RF;hml;smb;mktrf;Date\n.0002;.0113;.002;-.0161;27.01.2025\n.0002;0;-.003;.01;28.01.2025\n",
        "dateff,date,rf,mktrf,smb,hml\n,20250127,.0002,-.0161,.002,.0113\n,20250128,.0002,.01,-.003,0\n",
        (
            "date,rf,mktrf,smb,hml\n20250127,.0002,-.0161,.002,.0113\n20250128,.0002,.01,-.003,0\n"
            "20250129,.0002,,-.003,0\n"
        ),
    ],
)
def test_a_plain_table_has_fractions(tmp_path: Path, text: str) -> None:
    close(read(tmp_path, text))


def test_monthly_factors_are_told_from_daily_ones(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="'202501' is not a date") as caught:
        read(tmp_path, "Words.\n\n,Mkt-RF,SMB,HML,RF\n202501,1.0,2.0,3.0,0.4\n")
    assert "daily" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("date,SMB,HML\n2025-01-27,1,1\n", 1, "has no header with MKT-RF, SMB, HML and RF"),
        ("x,MKT-RF,SMB,HML,RF\n2025-01-27,0,0,0,0\n", 1, "has no column date"),
        ("date,MKT-RF,SMB,HML,RF\n2025-01-27,a,0,0,0\n", 2, "'a' is not a figure"),
        ("date,MKT-RF,SMB,HML,RF\nsoon,0,0,0,0\n", 2, "'soon' is not a date"),
        ("date,MKT-RF,SMB,HML,RF\n2025-01-27,.1,0,0,0\n2025-01-27,.1,0,0,0\n", 3, "stands twice"),
        ("date,MKT-RF,SMB,HML,RF\n", 1, "holds no day"),
        ("date,MKT-RF,SMB,HML,RF\n2025-01-27,-1.61,.2,1,0\n", None, "which are no fractions"),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, text: str, line: int | None, what: str
) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, text)
    assert what in caught.value.message
    assert caught.value.line == line
