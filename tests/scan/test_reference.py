"""The same tables from one SQL text, `reference.sql`, as from a scan."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import exchange_calendars
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from deepseek_shock.analysis.scanned import ScanCounts, ScanDay, ScanMove, Scanned, ScanSettings
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.local import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

REFERENCE = Path(__file__).with_name("reference.sql")
TOP, LEAST = 12, 3
CLOSE = 1e-9  # means, medians, z: frames and windows are summed in different orders
# A window that has a ×1000 jump in it has a variance near 0.2, to which other returns add little:
# frames of both engines still know it to 1e-12, the kernel takes listed z in two passes.
BEGINS = {"XNYS": date(1990, 1, 2), "XTKS": date(1997, 1, 6)}
UNIX = date(1970, 1, 1)

Row = tuple[Any, ...]
Query = Callable[[str], list[Row]]


class Panel(NamedTuple):
    """Rows in any order; each ticker's calendar."""

    tickers: list[str]
    sessions: list[date]
    closes: list[float]
    calendars: dict[str, str | None]

    def add(self, ticker: str, sessions: list[date], closes: NDArray[np.float64]) -> None:
        self.tickers.extend([ticker] * len(sessions))
        self.sessions.extend(sessions)
        self.closes.extend(closes.tolist())

    def table(self) -> pa.Table:
        columns = {"ticker": self.tickers, "session": self.sessions}
        return pa.table(columns | {"close": pa.array(self.closes, pa.float64())})


@cache
def sessions_of(calendar: str) -> list[date]:
    """From a year before the asked calendar's own table to 2012, by the package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, to the package
        package: Any = exchange_calendars.get_calendar(
            calendar, start=BEGINS[calendar].isoformat(), end="2012-12-31"
        )
    found: list[date] = [day.date() for day in package.sessions]
    return found


def weekdays(first: date, count: int) -> list[date]:
    days = (first + timedelta(days) for days in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


def walk(drawn: np.random.Generator, count: int, scale: float = 0.02) -> NDArray[np.float64]:
    steps = scale * drawn.standard_t(3, count)
    prices: NDArray[np.float64] = np.exp(3 + np.cumsum(steps))
    return np.round(prices, 2) + 0.01


def ordinary(seed: int, calendar: str = "XNYS", suffix: str = "") -> Panel:
    """Twenty tickers with gaps, missing closes and splits."""
    drawn = np.random.default_rng(seed)
    panel = Panel([], [], [], {})
    every = sessions_of(calendar)
    for number in range(20):
        count = int(drawn.integers(1, 900))
        begin = int(drawn.integers(1, len(every) - count)) if number > 4 else 1
        closes = walk(drawn, count)
        closes[drawn.random(count) < 0.01] = np.nan
        closes[drawn.random(count) < 0.01] = 0.0
        if number % 5 == 0:
            closes[count // 2 :] /= drawn.choice([2, 3, 10])
        kept = drawn.random(count) > 0.02
        days = [day for day, one in zip(every[begin : begin + count], kept, strict=True) if one]
        panel.add(f"T{chr(65 + number)}{suffix}", days, closes[kept])
        panel.calendars[f"T{chr(65 + number)}{suffix}"] = calendar
    return panel


def adversarial(seed: int) -> Panel:
    """Jumps, flat and steady windows, short lives, ties, single bars, days that are no sessions."""
    drawn = np.random.default_rng(seed)
    every = sessions_of("XNYS")
    days = every[:700]
    jumps = walk(drawn, 700)
    jumps[200:] *= 1000
    jumps[420:440] /= 1000
    flat = np.full(700, 12.5)
    flat[260], flat[600:] = 12.0, walk(drawn, 100)
    series = {
        "JUMPS": jumps,
        "FLAT": flat,
        "STEADY": np.exp(np.arange(700) * 0.001),
        "CENTS": np.round(walk(drawn, 700, 0.05) / 40, 2) + 0.01,
        "UNITS": np.where(np.arange(700) // 90 % 2, 1.0, 100.0) * walk(drawn, 700, 0.001),
        "EMPTY": np.full(700, np.nan),
        "INFINITE": np.where(np.arange(700) % 97 == 0, np.inf, walk(drawn, 700)),
        "NEGATIVE": np.where(np.arange(700) % 89 == 0, -1.0, walk(drawn, 700)),
    }
    twin = walk(drawn, 700)
    series |= dict.fromkeys(("TWINA", "TWINB", "TWINC"), twin)
    panel = Panel([], [], [], {})
    for ticker, closes in series.items():
        panel.add(ticker, days, closes)
    for count in (1, 2, 250, 251, 252, 253):  # the first z needs 252 bars
        panel.add(f"LIFE{chr(64 + count % 26)}", days[-count:], walk(drawn, count))
    astray = [day for day in weekdays(days[0], 700) if day not in set(days)]  # holidays
    panel.add("ASTRAY", sorted(days[:600] + astray), walk(drawn, 600 + len(astray)))
    again = np.arange(0, 700, 7)
    for change in (1.0, 1.0, np.where(again % 2, 1.01, 1.0), np.where(again % 3, np.nan, 1.0)):
        panel.add("TWICE", [days[at] for at in again], twin[again] * change)
    panel.add("TWICE", days, twin)
    panel.calendars.update(dict.fromkeys(panel.tickers, "XNYS"))
    return panel


def two_markets(seed: int) -> Panel:
    """New York, Tokyo from before its calendar begins, and tickers of no known exchange."""
    panel, tokyo = ordinary(seed), ordinary(seed + 1, "XTKS", ".T")
    codes = {name: f"{1301 + row}.T" for row, name in enumerate(tokyo.calendars)}
    panel.tickers.extend(codes[name] for name in tokyo.tickers)
    panel.sessions.extend(tokyo.sessions)
    panel.closes.extend(tokyo.closes)
    panel.calendars.update(dict.fromkeys(codes.values(), "XTKS"))
    drawn = np.random.default_rng(seed)
    early = weekdays(date(1996, 1, 1), 400)  # the calendar package knows Tokyo from 1997
    early = [day for day in early if day < date(1997, 1, 1) or day in set(sessions_of("XTKS"))]
    panel.add("6501.T", early, walk(drawn, len(early)))
    panel.add("ODD.XYZ", early[::2], walk(drawn, len(early[::2])))
    panel.calendars.update({"6501.T": "XTKS", "ODD.XYZ": None})
    return panel


def without_calendar(panel: Panel) -> Panel:
    return panel._replace(calendars=dict.fromkeys(panel.calendars))


PANELS: dict[str, tuple[str, Callable[[], Panel]]] = {
    "none": ("none", lambda: without_calendar(ordinary(1))),
    "new-york": ("XNYS", lambda: ordinary(2)),
    "tokyo": ("auto", lambda: two_markets(3)),
    "adversarial": ("auto", lambda: adversarial(4)),
    "adversarial-none": ("none", lambda: without_calendar(adversarial(5))),
}


def statements() -> list[str]:
    return REFERENCE.read_text("utf-8").split(";\n")


def given(panel: Panel) -> dict[str, pa.Table]:
    """The four tables that the text starts from."""
    places = {name: list(enumerate(sessions_of(name))) for name in BEGINS}
    ordinals = [(name, day, place) for name, days in places.items() for place, day in days]
    names, days, numbers = zip(*ordinals, strict=True)
    listings = {
        "ticker": list(panel.calendars),
        "calendar": pa.array(list(panel.calendars.values()), pa.string()),
    }
    return {
        "history": panel.table(),
        "listings": pa.table(listings),
        "sessions": pa.table({"calendar": names, "session": days, "ordinal": numbers}),
        "settings": pa.table({"top": [TOP], "least": [LEAST]}),
    }


@pytest.fixture
def in_duckdb() -> Iterator[Callable[[Panel], Query]]:
    import duckdb

    connection = duckdb.connect(config={"threads": 1})

    def run(panel: Panel) -> Query:
        for name, table in given(panel).items():
            connection.register("given", table)
            connection.execute(f"CREATE TABLE {name} AS FROM given")
        for statement in statements():
            connection.execute(statement)
        return lambda query: connection.execute(query).fetchall()

    yield run
    connection.close()


@contextmanager
def in_spark(session: Any) -> Iterator[Callable[[Panel], Query]]:  # noqa: ANN401 -- pyspark's
    """Run the text on Spark, for `test_spark`, which has a session."""
    made: list[str] = []
    before = session.conf.get("spark.sql.shuffle.partitions")
    session.conf.set("spark.sql.shuffle.partitions", 2)

    def run(panel: Panel) -> Query:
        for name, table in given(panel).items():
            session.createDataFrame(table).createOrReplaceTempView(name)
            made.append(name)
        for statement in statements():
            session.sql(statement)
            made.append(statement.partition(" VIEW ")[2].split()[0])
        session.catalog.cacheTable("moves")

        def query(text: str) -> list[Row]:
            rows: list[dict[str, Any]] = session.sql(text).toArrow().to_pylist()
            return [tuple(row.values()) for row in rows]

        return query

    try:
        yield run
    finally:
        session.conf.set("spark.sql.shuffle.partitions", before)
        session.catalog.uncacheTable("moves")
        for name in made:
            session.catalog.dropTempView(name)


def scanned(panel: Panel, calendar: str, folder: Path) -> Scanned:
    """Scan the rows of whole tickers in two files, of which the second stands in no order."""
    table = panel.table()
    half = len(table) // 2
    while panel.tickers[half] == panel.tickers[half - 1]:
        half += 1
    mixed = np.random.default_rng(9).permutation(len(table) - half)
    pq.write_table(table.slice(0, half), folder / "a.parquet")
    pq.write_table(table.slice(half).take(pa.array(mixed)), folder / "b.parquet")
    return scan(Job((str(folder),), ScanSettings(TOP, LEAST, calendar)))


# --- the comparison ------------------------------------------------------------------------------


def near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= CLOSE * max(1.0, abs(one))


DAYS = "calendar, session, moves, risers, fallers, judged, low, unranked, mean, median"
LATER = "session, calendar NULLS FIRST, ticker"
MOVES = "ticker, calendar, session, previous_session, close, previous_close, reason, z"


def day_counts(day: ScanDay) -> Row:
    counts = day.moves, day.risers, day.fallers, day.judged, day.low, day.unranked
    return day.calendar, day.session, *counts


def move_values(one: ScanMove) -> Row:
    days = one.ticker, one.calendar, one.session, one.previous_session
    return *days, one.close, one.previous_close, one.reason


def compare_days(days: tuple[ScanDay, ...], expected: list[Row]) -> None:
    """Counts are the same; means and medians nearly."""
    assert [day_counts(day) for day in days] == [row[:-2] for row in expected]
    for day, (*_, mean, median) in zip(days, expected, strict=True):
        assert not day.moves or near(day.mean, mean), day
        assert day.median is None or near(day.median, median), day


def compare_moves(moves: tuple[ScanMove, ...], expected: list[Row]) -> None:
    """Closes and sessions are the same, to the last bit; z nearly."""
    assert [move_values(one) for one in moves] == [row[:-1] for row in expected]
    for one, (*_, z) in zip(moves, expected, strict=True):
        assert near(one.z, z), one


def rows_of(
    query: Query, columns: str, view: str, order: str = "place", most: int = TOP
) -> list[Row]:
    return query(f"SELECT {columns} FROM {view} ORDER BY {order} LIMIT {most}")  # noqa: S608


def compare(found: Scanned, query: Query) -> None:
    """Hold all days, each ticker's worst, the falls and what is not ranked against each other."""
    order, most = "calendar NULLS FIRST, session", 1 << 20
    compare_days(found.days, rows_of(query, DAYS, "days", order, most))
    compare_moves(found.tickers, rows_of(query, MOVES, "tickers", f"move, {LATER}", most))
    compare_moves(found.falls, rows_of(query, MOVES, "falls"))
    compare_moves(found.unranked, rows_of(query, MOVES, "unranked"))


def compare_rest(found: Scanned, query: Query) -> None:
    """Hold the tables that are made of the same moves and days against each other, and counts."""
    compare_moves(found.rises, rows_of(query, MOVES, "rises"))
    for name, days in (("worst", found.worst), ("shocks", found.shocks)):
        assert all(day.median is not None for day in days)
        compare_days(days, rows_of(query, DAYS, name))
    assert found.counts == query("SELECT * FROM counts")[0]


@pytest.mark.parametrize("name", PANELS)
def test_duckdb_finds_the_same(
    name: str, in_duckdb: Callable[[Panel], Query], tmp_path: Path
) -> None:
    calendar, make = PANELS[name]
    panel = make()
    found, query = scanned(panel, calendar, tmp_path), in_duckdb(panel)
    compare(found, query)
    compare_rest(found, query)


def test_the_text_is_right_by_hand(in_duckdb: Callable[[Panel], Query]) -> None:
    """Four sessions, 2 to 5 January 1990: B misses the third, C has no close in the second."""
    panel = Panel([], [], [], {"A": "XNYS", "B": "XNYS", "C": None})
    days = sessions_of("XNYS")[:4]
    panel.add("A", days, np.array([100.0, 90.0, 99.0, 33.0]))
    panel.add("B", [days[0], days[1], days[3]], np.array([50.0, 60.0, 30.0]))
    panel.add("C", days, np.array([10.0, np.nan, 10.0, 9.0]))
    query = in_duckdb(panel)
    moves = query("SELECT ticker, session, round(move, 12), z, reason FROM moves ORDER BY ALL")
    assert moves == [
        ("A", days[1], -0.1, None, None),
        ("A", days[2], 0.1, None, None),
        ("A", days[3], round(-2 / 3, 12), None, "near_split_ratio"),
        ("B", days[1], 0.2, None, None),  # then a hole: 60 and 30 are two sessions apart
        ("C", days[3], -0.1, None, None),
    ]
    first = query("SELECT * FROM days WHERE calendar = 'XNYS' ORDER BY session")[0]
    assert first[:2] == ("XNYS", days[1])
    assert first[2:5] == (2, pytest.approx(0.05), pytest.approx(0.05))
    assert first[5:] == (1, 1, 0, 0, 0)
    assert query("SELECT * FROM counts")[0] == ScanCounts(
        rows=11,
        tickers=3,
        sessions=3,  # two of New York's, one of none
        moves=4,
        judged=0,
        holes=1,
        without_close=1,
        off_calendar=0,
        unchecked=1,
        unranked=1,
    )


def test_z_is_of_the_250_before(in_duckdb: Callable[[Panel], Query]) -> None:
    """By numpy, in two passes."""
    closes = walk(np.random.default_rng(6), 260)
    panel = Panel([], [], [], {"A": None})
    panel.add("A", sessions_of("XNYS")[:260], closes)
    returns = np.diff(np.log(closes))
    windows = [returns[place - 250 : place] for place in range(250, 259)]
    expected = [
        (value - window.mean()) / window.std(ddof=1)
        for value, window in zip(returns[250:], windows, strict=True)
    ]
    found = [z for (z,) in in_duckdb(panel)("SELECT z FROM moves ORDER BY session")]
    assert found[:250] == [None] * 250
    assert found[250:] == pytest.approx(expected, rel=1e-12)
    assert not any(map(isnan, found[250:]))
