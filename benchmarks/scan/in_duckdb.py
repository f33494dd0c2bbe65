"""The scan in SQL, as DuckDB runs it, in three ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from results import (
    FLAT,
    LEAST,
    LOW,
    NARROWEST,
    NEAR,
    SPLITS,
    THREADS,
    TOP,
    WIDEST,
    Tables,
    files_of,
)

if TYPE_CHECKING:
    from pathlib import Path

_REFUSED = " OR ".join(
    [
        f"abs(ratio / {split} - 1) <= {NEAR} OR abs(ratio * {split} - 1) <= {NEAR}"
        for split in SPLITS
    ]
    + [f"ratio > {WIDEST} OR ratio < {NARROWEST}"]
)

# `close < 'inf'` would not do: DuckDB drops it by the statistics of the files, which know no NaN.
_RETURNS = """
    WITH priced AS (
        SELECT ticker, session, CASE WHEN close > 0 AND isfinite(close) THEN close END AS close
        FROM read_parquet($files)
    ),
    stepped AS (
        SELECT ticker, session, close / lag(close) OVER ({by_ticker}) AS ratio FROM priced
    ),
    returns AS (SELECT *, ln(ratio) AS lr FROM stepped WHERE ratio IS NOT NULL),
"""

_FRAME = """
    moments AS (
        SELECT ticker, session, ratio, lr, count(*) OVER before AS n,
            avg(lr) OVER before AS mean, stddev_samp(lr) OVER before AS sd
        FROM returns
        WINDOW before AS (
            PARTITION BY ticker ORDER BY session ROWS BETWEEN 250 PRECEDING AND 1 PRECEDING
        )
    )
"""

# The sums up to the row before, less those up to 250 rows before it.
_SUMS = """
    summed AS (
        SELECT *, sum(lr) OVER ({running}) AS s, sum(lr * lr) OVER ({running}) AS q FROM returns
    ),
    lagged AS (
        SELECT ticker, session, ratio, lr,
            {oldest} AS n,
            lag(s) OVER ({by_ticker}) - coalesce(lag(s, 251) OVER ({by_ticker}), 0) AS s,
            lag(q) OVER ({by_ticker}) - coalesce(lag(q, 251) OVER ({by_ticker}), 0) AS q
        FROM summed
    ),
    moments AS (
        SELECT ticker, session, ratio, lr, n, s / 250 AS mean,
            sqrt(greatest(q - s * s / 250, 0) / 249) AS sd
        FROM lagged
    )
"""

_MOVES = f"""
    SELECT ticker, session, ratio - 1 AS move,
        CASE WHEN n = 250 AND sd >= {FLAT} THEN (lr - mean) / sd END AS z
    FROM moments WHERE NOT ({_REFUSED})
"""  # noqa: S608 -- of constants

_BY_TICKER = "PARTITION BY ticker ORDER BY session"
_OLDEST = "CASE WHEN lag(lr, 250) OVER ({by_ticker}) IS NOT NULL THEN 250 ELSE 0 END"
# Rows as they stand in the files: DuckDB streams such windows, and sorts nothing.
_FLAT_STEP = "CASE WHEN ticker = lag(ticker) OVER () THEN close / lag(close) OVER () END"
_FLAT_OLDEST = "CASE WHEN lag(ticker, 250) OVER () = ticker THEN 250 ELSE 0 END"


def duckdb_frame(folder: Path) -> Tables:
    """Scan in SQL, by a frame of 250 rows."""
    return _duckdb(folder, _RETURNS.format(by_ticker=_BY_TICKER) + _FRAME)


def duckdb_sums(folder: Path) -> Tables:
    """Scan in SQL, by running sums."""
    parts = {"by_ticker": _BY_TICKER, "running": _BY_TICKER}
    oldest = _OLDEST.format(by_ticker=_BY_TICKER)
    return _duckdb(folder, _RETURNS.format(**parts) + _SUMS.format(oldest=oldest, **parts))


def duckdb_streaming(folder: Path) -> Tables:
    """Scan in SQL, by running sums over rows as they stand: right only on ordered files."""
    step = "close / lag(close) OVER ({by_ticker})"
    returns = _RETURNS.replace(step, _FLAT_STEP)
    parts = {"by_ticker": "", "running": "ROWS UNBOUNDED PRECEDING", "oldest": _FLAT_OLDEST}
    return _duckdb(folder, returns + _SUMS.format(**parts))


def _duckdb(folder: Path, query: str) -> Tables:
    import duckdb

    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.execute(
            f"CREATE TEMP TABLE moves AS {query} {_MOVES}", {"files": files_of(folder)}
        )
        connection.execute(f"""
            CREATE TEMP TABLE days AS
            SELECT session, count(*) AS n, avg(move) AS mean, count(*) FILTER (move < 0) AS fallers,
                count(z) AS judged, count(*) FILTER (z <= {LOW}) AS low
            FROM moves GROUP BY session
        """)  # noqa: S608

        def rows(query: str) -> list[Any]:
            found: list[Any] = connection.execute(query).fetchall()
            return found

        return Tables(
            rows(
                "SELECT session::varchar, n, mean, fallers, judged, low FROM days ORDER BY session"
            ),
            rows(f"""
                SELECT session::varchar, median(move)
                FROM moves JOIN (
                    SELECT session, mean FROM days WHERE n >= {LEAST} ORDER BY mean LIMIT {TOP}
                ) USING (session)
                GROUP BY session, mean ORDER BY mean
            """),  # noqa: S608
            rows(_largest("move, session, ticker")),
            rows(_largest("move DESC, session, ticker")),
            rows("""
                SELECT ticker, arg_min(session, (move, session))::varchar, min(move)
                FROM moves GROUP BY ticker ORDER BY ticker
            """),
        )


def _largest(order: str) -> str:
    return f"SELECT ticker, session::varchar, move FROM moves ORDER BY {order} LIMIT {TOP}"  # noqa: S608
