"""The scan in pandas, in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from results import (
    COLUMNS,
    FLAT,
    LEAST,
    LOW,
    NARROWEST,
    NEAR,
    SPLITS,
    TOP,
    WIDEST,
    WINDOW,
    Tables,
    iso,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Frame: TypeAlias = Any


def pandas_flat(folder: Path) -> Tables:
    """Scan with shifts over all rows, masked where tickers meet: right only on ordered files."""
    returns = _pandas_returns(folder)
    codes: NDArray[np.int32] = returns["ticker"].cat.codes.to_numpy()
    rolling = returns["lr"].rolling(WINDOW)
    mean, sd = rolling.mean().shift(1), rolling.std().shift(1)
    is_long_enough = np.zeros(len(codes), bool)
    is_long_enough[WINDOW:] = codes[WINDOW:] == codes[:-WINDOW]
    return _pandas_tables(returns, mean, sd.where(is_long_enough & (sd >= FLAT)))


def pandas_groups(folder: Path) -> Tables:
    """Scan with `groupby("ticker").rolling(250)`."""
    returns = _pandas_returns(folder)
    grouped = returns.groupby("ticker", observed=True, sort=False)["lr"].rolling(WINDOW)
    tickers = returns["ticker"]

    def before(moments: Frame) -> Frame:
        flat = moments.reset_index(level=0, drop=True).sort_index()
        return flat.groupby(tickers, observed=True, sort=False).shift(1)

    mean, sd = before(grouped.mean()), before(grouped.std())
    return _pandas_tables(returns, mean, sd.where(sd >= FLAT))


def _pandas_returns(folder: Path) -> Frame:
    from pyarrow import parquet as pq

    table = pq.read_table(folder, columns=COLUMNS, read_dictionary=["ticker"])
    rows: Frame = table.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
    del table
    close = rows["close"].where((rows["close"] > 0) & np.isfinite(rows["close"]))
    codes = rows["ticker"].cat.codes
    rows["ratio"] = (close / close.shift(1)).where(codes == codes.shift(1))
    rows = rows.drop(columns="close").dropna(subset="ratio").reset_index(drop=True)
    rows["lr"] = np.log(rows["ratio"])
    return rows


def _pandas_tables(returns: Frame, mean: Frame, sd: Frame) -> Tables:
    ratio = returns["ratio"]
    refused = (ratio > WIDEST) | (ratio < NARROWEST)
    for split in SPLITS:
        refused |= ((ratio / split - 1).abs() <= NEAR) | ((ratio * split - 1).abs() <= NEAR)
    moves = returns[["ticker", "session"]].assign(move=ratio - 1, z=(returns["lr"] - mean) / sd)
    moves = moves[~refused]
    moves = moves.assign(is_faller=moves["move"] < 0, is_low=moves["z"] <= LOW)
    days = moves.groupby("session").agg(
        n=("move", "size"),
        mean=("move", "mean"),
        fallers=("is_faller", "sum"),
        judged=("z", "count"),
        low=("is_low", "sum"),
    )
    worst = days[days["n"] >= LEAST].nsmallest(TOP, "mean").index
    medians = moves[moves["session"].isin(worst)].groupby("session")["move"].median()
    order = ["move", "session", "ticker"]
    falls = moves.nsmallest(TOP * 2, "move").sort_values(order).head(TOP)
    rises = moves.nlargest(TOP * 2, "move").sort_values(order, ascending=[False, True, True])
    lowest = moves.groupby("ticker", observed=True)["move"].idxmin()  # the first of the lowest

    def rows(some: Frame) -> list[tuple[str, str, float]]:
        return [
            (str(name), iso(day.date()), float(move))
            for name, day, move in some[["ticker", "session", "move"]].itertuples(index=False)
        ]

    return Tables(
        [
            (iso(day.date()), int(n), float(mean), int(fallers), int(judged), int(low))
            for day, n, mean, fallers, judged, low in days.itertuples()
        ],
        [(iso(day.date()), float(medians[day])) for day in worst],
        rows(falls),
        rows(rises.head(TOP)),
        sorted(rows(moves.loc[lowest])),
    )
