"""The scan in Polars, in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from results import (
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
    files_of,
    iso,
)

if TYPE_CHECKING:
    from pathlib import Path

Frame: TypeAlias = Any


def polars_flat(folder: Path) -> Tables:
    """Scan with shifts over all rows, masked where tickers meet: right only on ordered files."""
    import polars as pl

    number, lr = pl.col("number"), pl.col("lr")
    moves = (
        _polars_rows(folder)
        .with_columns(number=pl.col("ticker").rle_id())
        .with_columns(ratio=pl.when(number == number.shift(1)).then(_polars_step()))
        .filter(pl.col("ratio").is_not_null())
        .with_columns(lr=pl.col("ratio").log())
        .with_columns(
            mean=lr.rolling_mean(WINDOW).shift(1),
            sd=pl.when(number == number.shift(WINDOW)).then(lr.rolling_std(WINDOW).shift(1)),
        )
    )
    return _polars_tables(moves)


def polars_over(folder: Path) -> Tables:
    """Scan with `.over("ticker")`; the rows are sorted first."""
    import polars as pl

    lr = pl.col("lr")
    moves = (
        _polars_rows(folder)
        .sort("ticker", "session")
        .with_columns(ratio=_polars_step().over("ticker"))
        .filter(pl.col("ratio").is_not_null())
        .with_columns(lr=pl.col("ratio").log())
        .with_columns(
            mean=lr.rolling_mean(WINDOW).shift(1).over("ticker"),
            sd=lr.rolling_std(WINDOW).shift(1).over("ticker"),
        )
    )
    return _polars_tables(moves)


def _polars_rows(folder: Path) -> Frame:
    import polars as pl

    close = pl.col("close")
    is_close = (close > 0) & close.is_finite()
    return pl.scan_parquet(files_of(folder)).select(
        "ticker", "session", close=pl.when(is_close).then(close)
    )


def _polars_step() -> Frame:
    import polars as pl

    return pl.col("close") / pl.col("close").shift(1)


def _polars_tables(returns: Frame) -> Tables:
    import polars as pl

    ratio, move, z, sd = pl.col("ratio"), pl.col("move"), pl.col("z"), pl.col("sd")
    refused = (ratio > WIDEST) | (ratio < NARROWEST)
    for split in SPLITS:
        refused |= ((ratio / split - 1).abs() <= NEAR) | ((ratio * split - 1).abs() <= NEAR)
    moves = (
        returns.filter(~refused)
        .select(
            "ticker",
            "session",
            move=ratio - 1,
            z=pl.when(sd >= FLAT).then((pl.col("lr") - pl.col("mean")) / sd),
        )
        .collect()
    )
    days = (
        moves.group_by("session")
        .agg(
            n=pl.len(),
            mean=move.mean(),
            fallers=(move < 0).sum(),
            judged=z.count(),
            low=(z <= LOW).sum(),
        )
        .sort("session")
    )
    worst = days.filter(pl.col("n") >= LEAST).sort("mean").head(TOP).select("session", "mean")
    medians = moves.join(worst, on="session").group_by("session", "mean").agg(move.median())
    tickers = moves.group_by("ticker").agg(pl.col("session").get(move.arg_min()), move.min())
    order = ["move", "session", "ticker"]
    falls = moves.bottom_k(2 * TOP, by="move").sort(order).head(TOP)
    rises = moves.top_k(2 * TOP, by="move").sort(order, descending=[True, False, False]).head(TOP)
    return Tables(
        [(iso(day), *rest) for day, *rest in days.rows()],
        [(iso(day), median) for day, _, median in medians.sort("mean").rows()],
        [(name, iso(day), move) for name, day, move, _ in falls.rows()],
        [(name, iso(day), move) for name, day, move, _ in rises.rows()],
        [(name, iso(day), move) for name, day, move in tickers.sort("ticker").rows()],
    )
