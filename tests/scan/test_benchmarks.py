"""The panels that the scan is measured by are what they say."""

from __future__ import annotations

import sys
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest
from pyarrow import parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS, MANY = 40_000, 400_000
SMALL = 15_000  # rows of a file


@pytest.fixture
def benchmark(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The benchmark's modules, which are no package."""
    monkeypatch.syspath_prepend(str(checkout / "benchmarks" / "scan"))
    others = ("results", "in_duckdb", "in_polars", "in_pandas")
    names = ("panel", "generate", *others, "engines", "compare")
    yield {name: import_module(name) for name in names}
    for name in names:
        del sys.modules[name]


def test_a_panel_is_realistic(benchmark: dict[str, Any]) -> None:
    panel = benchmark["panel"]
    pieces = list(panel.draw_pieces(MANY, 7, MANY // 4))
    assert len(pieces) > 1
    names = [name for piece in pieces for name in piece.tickers]
    assert names == sorted(set(names))
    sessions = panel.new_york()
    closed = [date(1962, 7, 4), date(1968, 6, 12), date(2001, 9, 12)]  # of New York
    assert not {panel.day_number(day) for day in closed} & set(sessions.tolist())
    assert {panel.day_number(day) for day in panel.PLANTED} <= set(sessions.tolist())
    rows = missing = without = 0
    days_seen: list[Any] = []
    moves_seen: list[Any] = []
    for piece in pieces:
        assert set(piece.days) <= set(sessions)
        for code in range(len(piece.tickers)):
            here = piece.codes == code
            days, closes = piece.days[here], piece.closes[here]
            places = sessions.searchsorted(days)
            life = places[-1] - places[0] + 1
            assert panel.SHORTEST - 31 <= life <= panel.LONGEST  # one ended in a gap
            assert (np.diff(days) > 0).all()
            missing += life - len(days)
            without += int((~(closes > 0)).sum())
            with np.errstate(divide="ignore", invalid="ignore"):
                moves_seen.append(closes[1:] / closes[:-1] - 1)
            days_seen.append(days[1:])
        rows += len(piece.days)
    assert rows == pytest.approx(MANY, rel=0.05)
    assert 0.0005 < missing / rows < 0.02
    assert 0 < without < 0.001 * rows
    all_days, all_moves = np.concatenate(days_seen), np.concatenate(moves_seen)
    for day, planted in panel.PLANTED.items():
        found = all_moves[(all_days == panel.day_number(day)) & (np.abs(all_moves) < 0.5)]
        assert day.year < 1970 or np.mean(found) == pytest.approx(planted, abs=0.03)


def test_every_layout_holds_the_same_rows(benchmark: dict[str, Any], tmp_path: Path) -> None:
    generate = benchmark["generate"].generate
    connection = duckdb.connect()
    expected = None
    for layout in ("ordered", "default", "one", "yearly", "hive", "shuffled", "csv"):
        folder = tmp_path / layout
        generate(ROWS, folder, layout, size=SMALL)
        kind, end = ("read_csv", "csv") if layout == "csv" else ("read_parquet", "parquet")
        query = f"SELECT ticker, session, close FROM {kind}('{folder}/**/*.{end}') ORDER BY ALL"  # noqa: S608
        rows = connection.sql(query).df()
        expected = rows if expected is None else expected
        assert rows.equals(expected), layout
    whole = [pq.read_table(file).to_pandas() for file in sorted((tmp_path / "yearly").iterdir())]
    for year in whole:
        assert year.equals(year.sort_values(["session", "ticker"], ignore_index=True))
    assert not (tmp_path / "shuffled" / ".parts").exists()


def test_engines_agree(benchmark: dict[str, Any], tmp_path: Path) -> None:
    """Those that the test environment has."""
    benchmark["generate"].generate(ROWS, tmp_path / "panel", "ordered", size=SMALL)
    engines = benchmark["engines"].ENGINES
    ours = engines["shock"](tmp_path / "panel")
    same = benchmark["compare"].find_difference
    for name in ("duckdb-frame", "duckdb-streaming", "pandas-groups"):
        assert same(ours, engines[name](tmp_path / "panel")) is None, name
