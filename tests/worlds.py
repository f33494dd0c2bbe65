"""A made-up world: an index on each of thirty-three exchanges, its bars, its watchlist, its event.

The levels are made up; the sessions are each calendar's own.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import sessions_between

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

INDEXES = {
    "XNYS": "^GSPC",
    "XTKS": "^N225",
    "ASEX": "^ATG",
    "BVMF": "^BVSP",
    "XAMS": "^AEX",
    "XASX": "^AXJO",
    "XBKK": "^SET.BK",
    "XBOM": "^BSESN",
    "XBRU": "^BFX",
    "XBUD": "^BUX.BD",
    "XBUE": "^MERV",
    "XCSE": "^OMXC25.CO",
    "XETR": "^GDAXI",
    "XHEL": "^OMXH25.HE",
    "XHKG": "^HSI",
    "XIDX": "^JKSE",
    "XIST": "^XU100.IS",
    "XJSE": "^J203.JO",
    "XKRX": "^KS11",
    "XLON": "^FTSE",
    "XMAD": "^IBEX",
    "XMEX": "^MXX",
    "XMIL": "^FTSEMIB.MI",
    "XOSL": "^OSEAX.OL",
    "XPAR": "^FCHI",
    "XSAU": "^TASI.SR",
    "XSES": "^STI",
    "XSHG": "^SSEC.SS",
    "XSWX": "^SSMI",
    "XTAE": "^TA125.TA",
    "XTAI": "^TWII",
    "XTSE": "^GSPTSE",
    "XWBO": "^ATX",
}
"""An index of each exchange, by its MIC."""

FALL = 4
"""By how many per cent every index falls in its session of the shock, and in no other."""


def write_world(
    folder: Path, day: date, *, extra: str = "", only: Collection[str] = INDEXES
) -> Path:
    """Write `world.toml`, `shock.toml` (an event on a day) and `bars.csv`; return the watchlist.

    Each index stands at 100.00 until its first session from `day` on, and at 96.00 from there on.
    All are watched; `only` are those of whose exchanges there are bars.
    """
    placed = "\n".join(f'{mic} = ["{ticker}"]' for mic, ticker in INDEXES.items())
    named = ", ".join(f'"{ticker}"' for ticker in INDEXES.values())
    watchlist = folder / "world.toml"
    watchlist.write_text(
        f'id = "world"\ntitle = "The world"\nindexes = [{named}]\n\n[exchanges]\n{placed}\n',
        encoding="utf-8",
    )
    (folder / "event.toml").write_text(
        f'id = "made-up"\nname.en = "Made-up shock"\nname.ja = "架空のショック"\ndate = {day}\n'
        f'watchlist = "world.toml"\nwhere_closed = "next"\n{extra}',
        encoding="utf-8",
    )
    rows = ["ticker,session,open,high,low,close,volume"]
    for mic in only:
        ticker = INDEXES[mic]
        exchange = EXCHANGES[mic]
        first, last = day - timedelta(days=75), day + timedelta(days=30)
        rows += (
            f"{ticker},{session},,,,{'96.00' if session >= day else '100.00'},0"
            for session in sessions_between(exchange, first, last)
        )
    (folder / "bars.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return watchlist
