"""The tables of sizes in docs/method.md have the rows and columns that the benchmark prints."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.analysis.design import StatisticName

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = 2


@pytest.fixture(scope="module")
def benchmark(checkout: Path) -> Any:  # noqa: ANN401 - a module loaded from its file has no type
    spec = importlib.util.spec_from_file_location(
        "size_study", checkout / "benchmarks" / "size_study.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_documented_tables_are_the_benchmarks(checkout: Path, benchmark: Any) -> None:  # noqa: ANN401 - as above
    lines = (checkout / "docs" / "method.md").read_text(encoding="utf-8").splitlines()
    for printed in benchmark.tables(DRAWS, benchmark.SEED):
        at = lines.index(printed[0])
        shown = lines[at : at + len(printed)]
        assert [cells(line)[0] for line in shown] == [cells(line)[0] for line in printed]
        assert {len(cells(line)) for line in shown} == {len(cells(printed[0]))}
        assert len(printed) == 2 + len(StatisticName)
        for line in shown[2:]:
            assert all(0 <= float(cell) <= 100 for cell in cells(line)[1:])
        assert not lines[at + len(printed)].startswith("|")


def test_every_test_has_its_formula(checkout: Path) -> None:
    text = (checkout / "docs" / "method.md").read_text(encoding="utf-8")
    section = text.split("## Event study: tests of a group\n")[1].split("\n## ")[0]
    table = section.split("| :-- | :-- | :-- | :-- | :-- |\n")[1].split("\n\n")[0]
    rows = [cells(line) for line in table.splitlines()]
    assert [row[0].strip("`") for row in rows] == list(StatisticName)
    for name, row in zip(StatisticName, rows, strict=True):
        assert (row[3] != "ignored") == name.keeps_correlation
