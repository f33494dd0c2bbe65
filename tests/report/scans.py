"""Scans that several tests say and render, made by hand: nothing of them is computed here."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random

from deepseek_shock.analysis.scanned import ScanCounts, ScanDay, Scanned, ScanSettings, Skipped
from deepseek_shock.market.gap import GapReason
from tests.builders import MONDAY, make_scanned, scan_day, scan_move, scan_standing
from tests.render.hostile import NAMES

CRASH, COVID = date(1987, 10, 19), date(2020, 3, 16)
HOSTILE = (
    *NAMES.values(),
    "=1+1",
    "@x",
    "\u202eevil",
    "a\nb",
    "\x1b[31mred",
    "x" * 200,
    "東" * 200,
)


def weekdays(first: date, last: date) -> list[date]:
    span = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return [one for one in span if one.weekday() < 5]


def history(
    first: date = date(1962, 1, 3), last: date = MONDAY, calendar: str | None = "XNYS"
) -> list[ScanDay]:
    """Make sessions of which a few are shocks, the others anything but one."""
    lot = Random(1987)  # noqa: S311 -- it makes a test's figures
    days: list[ScanDay] = []
    for session in weekdays(first, last):
        low, mean = int(lot.expovariate(0.3)), lot.gauss(0.0004, 0.009)
        if lot.random() < 0.002:
            low, mean = lot.randrange(50, 200), -abs(lot.gauss(0.03, 0.015))
        low, mean = {CRASH: (446, -0.1913), COVID: (390, -0.1314)}.get(session, (low, mean))
        fallers = 450 if mean < -0.02 else 250
        days.append(
            ScanDay(calendar, session, 503, mean, 500 - fallers, fallers, 498, low, 0, mean)
        )
    return [*days[:-1], scan_day(days[-1].session, calendar)]


@cache
def found() -> Scanned:
    """Make the scan of one market: 16,455 sessions, the asked day the 212th of them."""
    days = history()
    falls = [
        scan_move("OLD", 0.0987612, 0.1975224, session=CRASH, previous_session=date(1987, 10, 16)),
        *(scan_move(f"T{at}", 50 + at / 3, 100.0, z=-12 + at / 10) for at in range(19)),
    ]
    rises = [scan_move(f"U{at}", 190.0 - at, 100.0, z=None) for at in range(20)]
    split = scan_move("SPLIT", 14.26, 142.62, reason=GapReason.NEAR_SPLIT_RATIO)
    jump = scan_move("JUMP", 1e300, 1.0, reason=GapReason.UNIT_JUMP)
    scanned = make_scanned(
        days,
        falls=tuple(falls),
        rises=tuple(rises),
        tickers=tuple(scan_move(f"T{at}", 50 + at / 30, 100.0) for at in range(503)),
        unranked=(split, jump),
        standings=(scan_standing(scan_day()),),
        skipped=(Skipped("prices/2003.parquet", "the file ends in the middle of a row group"),),
    )
    return scanned._replace(counts=scanned.counts._replace(unranked=2, duplicates=4, disputed=1))


def markets(*calendars: str | None) -> Scanned:
    """Make the scan of several markets since 2020, each asked for Monday 27 January 2025."""
    first = date(2020, 1, 6)
    days = [day for one in calendars for day in history(first, calendar=one)]
    # The larger market is the second to be named where its shock ranks lower.
    standings = tuple(
        scan_standing(scan_day(calendar=one, low=40 - at), 30 + 100 * at, scored=3900)
        for at, one in enumerate(calendars)
    )
    moves = (scan_move(calendar=calendars[-1]), scan_move("AVGO"))
    return make_scanned(days, standings=standings, falls=moves, tickers=moves)


def one_session() -> Scanned:
    """Make the scan of one session, which is the shock and the worst."""
    day = scan_day()
    alone = scan_standing(day, 1, by_mean=1, known=1, scored=1, alike=(), first=MONDAY)
    return make_scanned([day], standings=(alone,), falls=(scan_move(),), tickers=(scan_move(),))


def unjudged() -> Scanned:
    """Make the scan of a short history: no move has a z."""
    sessions = weekdays(date(2024, 9, 2), MONDAY)
    days = [
        scan_day(one, judged=0, low=0, mean=(at % 7 - 4) / 100) for at, one in enumerate(sessions)
    ]
    standing = scan_standing(days[-1], None, by_mean=12, known=len(days), scored=0, alike=())
    move = scan_move(z=None)
    return make_scanned(days, standings=(standing,), falls=(move,), rises=(), tickers=(move,))


def nothing() -> Scanned:
    """Make the scan of files in which there is no move."""
    counts = ScanCounts(3, 3, 0, 0, 0, 0, 3, 0, 0, 0)
    return make_scanned([], counts=counts)


def few() -> Scanned:
    """Make the scan of so few tickers that no session is ranked."""
    days = [scan_day(one, moves=3, judged=3, low=1, risers=1, fallers=2) for one in (COVID, MONDAY)]
    return make_scanned(days)


def damaged() -> Scanned:
    """Make the scan of which one file of thirteen could be read, in a dozen words of many kinds."""
    files = tuple(Skipped(f"/data/very/long/path/to/{name}.parquet", name) for name in HOSTILE[:12])
    return make_scanned([scan_day()], skipped=files)


def hostile() -> Scanned:
    """Make a scan whose tickers would be markup, formulas or control codes if let through."""
    moves = tuple(scan_move(name) for name in HOSTILE)
    refused = tuple(one._replace(reason=GapReason.NEAR_SPLIT_RATIO) for one in moves)
    files = tuple(Skipped(name, f"no column in {name}") for name in HOSTILE)
    scanned = make_scanned(
        [scan_day(COVID, "<i>X</i>"), scan_day()],
        settings=ScanSettings(top=100, calendar="<i>X</i>"),
        falls=moves,
        rises=moves,
        tickers=moves,
        unranked=refused,
        skipped=files,
    )
    return scanned._replace(counts=scanned.counts._replace(unranked=len(moves)))
